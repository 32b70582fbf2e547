import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { PACKAGED } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const SCRIPT = `<?php
header('X-Engine: php ' . PHP_VERSION . ' ' . PHP_SAPI);
$path = $_SERVER['PATH_INFO'] ?? '';
if ($path === '/echo') {
  header('Content-Type: application/json');
  echo json_encode(['method' => $_SERVER['REQUEST_METHOD'], 'get' => $_GET, 'post' => $_POST, 'raw' => strlen(file_get_contents('php://input')),
    'script' => $_SERVER['SCRIPT_NAME'], 'uri' => $_SERVER['REQUEST_URI'], 'host' => $_SERVER['HTTP_HOST'], 'sum' => hash('sha256', 'swerve')],
    JSON_UNESCAPED_UNICODE);
} elseif ($path === '/visits') {
  $visits = 1 + (int) ($_COOKIE['visits'] ?? 0);
  setcookie('visits', (string) $visits, ['path' => '/php', 'httponly' => true]);
  setcookie('theme', 'dark');
  echo "visit $visits";
} elseif ($path === '/moved') {
  header('Location: /php/echo?from=moved');
} elseif ($path === '/rows') {
  $db = new SQLite3(':memory:');
  $db->exec('create table t (n integer)');
  for ($i = 1; $i <= 100; $i++) $db->exec("insert into t values ($i)");
  echo $db->querySingle('select sum(n) from t');
} elseif ($path === '/fatal') {
  ini_set('display_errors', '0');
  ini_set('log_errors', '1');
  error_log('about to fail');
  missing_function();
} elseif ($path === '/socket') {
  $socket = @fsockopen('127.0.0.1', 80, $code, $text, 1);
  echo $socket === false ? "refused: $text" : 'connected';
} elseif ($path !== '' && $path !== '/') {
  http_response_code(404);
  echo '<!doctype html><title>Lost</title><h1>No page ' . htmlspecialchars($path) . '</h1>';
} else {
  echo '<!doctype html><meta charset="utf-8"><title>Guests</title>';
  if ($_POST) echo '<h1>Thank you, ' . htmlspecialchars($_POST['name']) . '</h1><ul>';
  foreach ($_POST as $field => $value) echo '<li>' . htmlspecialchars("$field=" . (is_array($value) ? implode('+', $value) : $value));
  if ($_POST) echo '</ul>';
  echo '<form method="post" action="/php/?sent=1"><input name="name"><input name="likes[]" value="one"><input name="likes[]" value="two">'
    . '<textarea name="text"></textarea><button>Send</button></form>';
}
`;

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const { digest } = await uploadModule(panel, PACKAGED.phpCgi());
  await createApp(panel, {
    name: 'php',
    source: { digest },
    routes: [{ path: '/php' }],
    args: ['php-cgi'],
    env: { REDIRECT_STATUS: '200', SCRIPT_FILENAME: '/app/index.php', PATH_TRANSLATED: '/app/index.php' },
    files: [{ path: '/app/index.php', text: SCRIPT }],
    bufferRequest: true,
  });
});

describe('php-cgi behind a route', () => {
  it('answers a GET with what the query says', async () => {
    const answer = await fetchIn(panel, `php/echo?x=1&list[]=a&list[]=${encodeURIComponent('é')}`);
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/json', 'x-engine': 'php 8.2.0 cgi-fcgi' });
    expect(JSON.parse(answer.text)).toEqual({
      method: 'GET',
      get: { x: '1', list: ['a', 'é'] },
      post: [],
      raw: 0,
      script: '/php',
      uri: '/php/echo?x=1&list[]=a&list[]=%C3%A9',
      host: new URL(swerve.app.url).host,
      sum: '6c941749357b7fa7250f17f10a3481abb0a2865da149f51c580c67be0f456d1c',
    });
  });

  it('reads a form that a script posts, urlencoded and multipart', async () => {
    const posts = await panel.evaluate(async () => {
      const fields = new FormData();
      fields.set('a', '1');
      fields.set('b', 'café & co');
      const bodies = [new URLSearchParams([...fields] as [string, string][]), fields];
      return Promise.all(bodies.map(async (body) => (await fetch('/php/echo?q=2', { method: 'POST', body })).json()));
    });
    for (const post of posts) expect(post).toMatchObject({ method: 'POST', get: { q: '2' }, post: { a: '1', b: 'café & co' } });
  });

  it('answers a form that a person submits with the page of its fields', async () => {
    const page = await swerve.open('php/');
    await untilAnswered(page);
    expect(await page.title()).toBe('Guests');
    await page.locator('input[name=name]').fill('Ada <Lovelace>');
    await page.locator('textarea').fill('two\nlines é');
    await Promise.all([page.waitForURL(/sent=1/), page.getByRole('button', { name: 'Send' }).click()]);
    await untilAnswered(page);
    expect(await page.textContent('h1')).toBe('Thank you, Ada <Lovelace>');
    expect(await page.locator('li').allTextContents()).toEqual(['name=Ada <Lovelace>', 'likes=one+two', 'text=two\nlines é']);
    await page.close();
  });

  it('keeps its own 404 page', async () => {
    const page = await swerve.context.newPage();
    const response = await page.goto(new URL('php/nowhere?x', swerve.app.url).href);
    expect(response?.status()).toBe(404);
    expect(await page.textContent('h1')).toBe('No page /nowhere');
    expect(response?.headers()['swerve-error']).toBeUndefined();
    await page.close();
  });

  it('gets its cookies back, HttpOnly ones unseen by scripts', async () => {
    const page = await swerve.open('php/');
    await untilAnswered(page);
    const visit = () => page.evaluate(async () => (await fetch('/php/visits')).text());
    expect([await visit(), await visit(), await visit()]).toEqual(['visit 1', 'visit 2', 'visit 3']);
    expect(await page.evaluate(() => document.cookie)).toBe('theme=dark');
    await page.close();
  });

  it('redirects, and runs what PHP brings along', async () => {
    const moved = await fetchIn(panel, 'php/moved');
    expect(JSON.parse(moved.text)).toMatchObject({ get: { from: 'moved' } });
    expect((await fetchIn(panel, 'php/rows')).text).toBe('5050');
  });

  it('answers a fatal error with 500 of its own, and the log says why', async () => {
    const answer = await fetchIn(panel, 'php/fatal');
    expect(answer.status).toBe(500);
    expect(answer.headers['swerve-error']).toBeUndefined();
    await expect
      .poll(() => logOf(panel, 'php'))
      .toMatch(/stderr .*about to fail[\s\S]*stderr .*Call to undefined function missing_function\(\) in \/app\/index.php/);
  });

  it('cannot open a socket', async () => {
    const answer = await fetchIn(panel, 'php/socket');
    expect(answer.text).toMatch(/^refused: /);
  });
});
