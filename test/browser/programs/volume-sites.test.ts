import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { fillVolume } from '../harness/volumes.ts';
import { PACKAGED } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const PHP = {
  'index.php': `<?php
header('Content-Type: text/html; charset=utf-8');
require __DIR__ . '/lib/layout.php';
page('Home', '<p id="path">' . htmlspecialchars($_SERVER['PATH_INFO'] ?? '') . '</p><p id="script">' . $_SERVER['SCRIPT_NAME'] . '</p>');
`,
  'lib/layout.php': `<?php
function page($title, $body) {
  echo "<!doctype html><title>$title</title><link rel=stylesheet href=\\"/site/assets/style.css\\"><h1>$title</h1>$body";
}
`,
  'about.php': `<?php require 'lib/layout.php'; page('About', '<p id="rest">' . ($_SERVER['PATH_INFO'] ?? '') . '</p>');
`,
  'blog/index.php':
    '<?php header("Content-Type: text/plain"); echo __FILE__, " ", getcwd(), " ", $_SERVER["DOCUMENT_ROOT"], " ", $_SERVER["SCRIPT_FILENAME"];\n',
  'assets/style.css': 'h1 { color: rgb(1, 2, 3) }\n',
  'assets/bytes.bin': '\u0001\u0002',
  '.env': 'SECRET=1\n',
  'guestbook.php': `<?php
header('Content-Type: application/json');
$db = new SQLite3('/data/guestbook.db');
$db->exec('create table if not exists entries (name text)');
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
  $insert = $db->prepare('insert into entries values (?)');
  $insert->bindValue(1, $_POST['name']);
  $insert->execute();
  file_put_contents('/data/log.txt', $_POST['name'] . "\\n", FILE_APPEND);
}
$names = [];
$rows = $db->query('select name from entries order by rowid');
while ($row = $rows->fetchArray(SQLITE3_NUM)) $names[] = $row[0];
echo json_encode(['names' => $names, 'log' => @file_get_contents('/data/log.txt'), 'files' => scandir('/data')]);
`,
};

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
});

describe('a PHP site whose scripts are in a volume', () => {
  beforeAll(async () => {
    await fillVolume(panel, 'site', PHP);
    const { digest } = await uploadModule(panel, PACKAGED.phpCgi());
    await createApp(panel, {
      name: 'site',
      source: { digest },
      routes: [{ path: '/site' }],
      args: ['php-cgi'],
      wagi: { scriptRoot: '/app' },
      volumes: [
        { name: 'site', mountPath: '/app', readOnly: true },
        { name: 'guestbook', mountPath: '/data' },
      ],
      bufferRequest: true,
    });
  });

  it('is a site: its pages, its style sheet, its front controller', async () => {
    const page = await swerve.open('site/');
    await untilAnswered(page);
    expect(await page.textContent('h1'), await logOf(panel, 'site')).toBe('Home');
    expect(await page.evaluate(() => getComputedStyle(document.querySelector('h1') as Element).color)).toBe('rgb(1, 2, 3)');
    await page.goto(new URL('site/about.php/rest/of?x', swerve.app.url).href);
    await untilAnswered(page);
    expect([await page.textContent('h1'), await page.textContent('#rest')]).toEqual(['About', '/rest/of']);
    await page.goto(new URL('site/no/such/page', swerve.app.url).href);
    await untilAnswered(page);
    expect([await page.textContent('#path'), await page.textContent('#script')]).toEqual(['/no/such/page', '/site/index.php']);
    await page.close();
  });

  it('finds the index of a directory, and its files as they are', async () => {
    expect((await fetchIn(panel, 'site/blog/')).text).toBe('/app/blog/index.php /app/blog /app /app/blog/index.php');
    const file = await fetchIn(panel, 'site/assets/bytes.bin');
    expect(file).toMatchObject({ status: 200, text: '\u0001\u0002' });
    expect(file.headers).toMatchObject({ 'content-type': 'application/octet-stream', 'content-length': '2' });
    expect(await fetchIn(panel, 'site/assets/style.css', { method: 'POST', body: '' })).toMatchObject({ status: 405 });
  });

  it('gives away no source and no hidden file', async () => {
    for (const path of ['lib/layout.php', '.env', '%2eenv', 'assets/..%2f.env'])
      expect((await fetchIn(panel, `site/${path}`)).text).not.toMatch(/function page|SECRET/);
  });

  it('keeps what it writes, a database among it', async () => {
    const sign = (name: string) =>
      fetchIn(panel, 'site/guestbook.php', {
        method: 'POST',
        body: new URLSearchParams({ name }).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      });
    await sign('Ada');
    await sign('Grace');
    const answer = await fetchIn(panel, 'site/guestbook.php');
    expect(JSON.parse(answer.text), await logOf(panel, 'site')).toEqual({
      names: ['Ada', 'Grace'],
      log: 'Ada\nGrace\n',
      files: ['.', '..', 'guestbook.db', 'log.txt'],
    });
  });
});
