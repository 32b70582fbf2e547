/** The request console: what is typed goes out as it stands there, and the answer is shown as it arrives. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, uploadModule } from '../harness/api.ts';
import { axeViolations } from '../harness/axe.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const form = () => page.getByRole('form', { name: 'Request' });
const answer = () => page.getByRole('region', { name: 'Answer' });
const history = () => page.getByRole('region', { name: 'History' });
const path = () => form().getByLabel('Path');
const button = () => form().getByRole('button', { name: /^(Send|Cancel)$/ });
const part = (name: string) => form().getByRole('tab', { name: new RegExp(`^${name}`) });
const view = (name: string) => answer().getByRole('tab', { name: new RegExp(`^${name}`) });
const views = () => answer().getByRole('tab').allTextContents();
const shownView = () => answer().getByRole('tab', { selected: true }).textContent();

/** Fills in a new request by its address; each address does so once, so no two tests may use the same. */
async function request(method: string, target: string): Promise<void> {
  await page.goto(new URL(`#/console?${new URLSearchParams({ method, path: target })}`, swerve.app.url).href);
  await expect.poll(() => path().inputValue()).toBe(target);
}

/** Sends what is filled in and waits for the end of its answer. */
async function send(outcome: string): Promise<void> {
  await button().click();
  await ended(outcome);
}

async function ended(outcome: string): Promise<void> {
  await answer().getByText(outcome, { exact: true }).waitFor();
  await expect.poll(() => answer().getAttribute('aria-busy')).toBe('false');
}

beforeAll(async () => {
  page = await swerve.openPanel();
  for (const [name, example] of [
    ['hello', 'hello-c'],
    ['stream', 'stream-rust'],
    ['fractal', 'fractal'],
    ['misbehave', 'misbehave'],
  ] as const) {
    const { digest } = await uploadModule(page, exampleFile(example));
    await createApp(page, { name, source: { digest }, routes: [{ path: `/${name}` }], limits: { timeoutMs: name === 'misbehave' ? 1_000 : 20_000 } });
  }
  await swerve.context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

describe('the request', () => {
  it('an address of the console fills it in, and the App that answers is named', async () => {
    await request('GET', '/hello');
    expect(new URL(page.url()).hash).toBe('#/console?method=GET&path=%2Fhello');
    expect(await form().getByLabel('Method').inputValue()).toBe('GET');
    await expect.poll(() => form().getByRole('combobox', { name: 'App' }).locator('option:checked').textContent()).toBe('hello');
    await form().getByRole('combobox', { name: 'App' }).selectOption('stream');
    expect(await path().inputValue()).toBe('/stream');
  });

  it('path and rows of the query are one, and both go out as they were typed', async () => {
    await request('GET', '/stream/headers');
    await path().fill('/stream/headers?flag&text=a%20b');
    await part('Query').getByText('2', { exact: true }).waitFor();
    expect(await form().getByLabel('Value of parameter 2').inputValue()).toBe('a b');
    await form().getByRole('button', { name: 'Add a parameter' }).click();
    await form().getByLabel('Name of parameter 3').fill('more');
    await form().getByLabel('Value of parameter 3').fill('ü&');
    expect(await path().inputValue()).toBe('/stream/headers?flag&text=a%20b&more=%C3%BC%26');
    await path().press('Enter');
    await ended('200 OK');
    await answer().getByRole('treeitem', { name: '/stream/headers?flag&text=a%20b&more=%C3%BC%26' }).waitFor();
  });

  it('sends headers, and says in words which ones a page may not send', async () => {
    await request('GET', '/stream/headers?told');
    const sent = await history().getByRole('listitem').count();
    await part('Headers').click();
    await form().getByRole('button', { name: 'Add a header' }).click();
    const name = form().getByLabel('Name of header 1');
    await expect.poll(() => name.evaluate((element) => element.matches(':focus'))).toBe(true);
    await name.fill('Cookie');
    await form().getByLabel('Value of header 1').fill('a=1');
    await form().getByText('The browser sends the cookies that it has for this site').waitFor();
    await part('Query').click();
    await button().click();
    // Nothing was sent: the focus goes to what has to be mended.
    await expect.poll(() => name.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await history().getByRole('listitem').count()).toBe(sent);
    await name.fill('X-Told');
    expect(await form().getByText('The browser sends the cookies').count()).toBe(0);
    await send('200 OK');
    await view('Text').click();
    await expect.poll(() => answer().getByLabel('Text of the answer').textContent()).toMatch(/"x-told","a=1"/);
  });

  it('sends text as a body; Ctrl and Enter send from anywhere in it', async () => {
    await request('POST', '/stream/upper');
    await part('Body').click();
    await form().getByRole('radio', { name: 'Text' }).check();
    await form().getByLabel('Body as text').fill('shout');
    await form().getByLabel('Body as text').press('Control+Enter');
    await ended('200 OK');
    await expect.poll(() => answer().getByLabel('Text of the answer').textContent()).toBe('SHOUT');
  });

  it('refuses a body that is no JSON and one of a GET, and says why', async () => {
    await request('GET', '/stream/echo');
    await part('Body').click();
    await form().getByRole('radio', { name: 'JSON' }).check();
    await form().getByLabel('Body as JSON').fill('{"a": }');
    await button().click();
    await form().getByText('A page cannot send GET with a body.').waitFor();
    await form().getByLabel('Method').selectOption('PUT');
    await form().getByText('This is no JSON').waitFor();
    await form().getByLabel('Body as JSON').fill('{"a": 1}');
    await send('200 OK');
    await answer().getByRole('treeitem', { name: '1 member' }).waitFor();
  });

  it('sends a file as it is', async () => {
    await request('POST', '/stream/echo?file');
    await part('Body').click();
    await form().getByRole('radio', { name: 'File' }).check();
    await button().click();
    await form().getByText('Choose a file.').waitFor();
    await form()
      .getByLabel('File to send')
      .setInputFiles({ name: 'four.bin', mimeType: 'application/octet-stream', buffer: Buffer.from([0, 255, 16, 65]) });
    await form().getByText('four.bin, 4 B, sent as application/octet-stream.').waitFor();
    await send('200 OK');
    await expect.poll(shownView).toBe('Hex');
    await expect.poll(() => answer().getByLabel('Bytes of the answer').textContent()).toContain('00 ff 10 41');
    await expect.poll(() => history().getByRole('button', { name: 'Send POST /stream/echo?file again' }).first().isDisabled()).toBe(true);
  });

  it('copies as a curl command of exactly this request', async () => {
    await request('POST', "/stream/echo?q=it's");
    await part('Headers').click();
    await form().getByRole('button', { name: 'Add a header' }).click();
    await form().getByLabel('Name of header 1').fill('x-quote');
    await form().getByLabel('Value of header 1').fill("a 'b' $c");
    await part('Body').click();
    await form().getByRole('radio', { name: 'Text' }).check();
    await form().getByLabel('Body as text').fill("don't");
    await form().getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied the curl command.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
      [
        `curl '${new URL('stream/echo?q=it%27s', swerve.app.url).href}'`,
        `--header 'x-quote: a '\\''b'\\'' $c'`,
        `--header 'content-type: text/plain;charset=UTF-8'`,
        `--data-raw 'don'\\''t'`,
      ].join(' \\\n  '),
    );
  });
});

describe('the answer', () => {
  it('text is shown, with its status, its times and its size', async () => {
    await request('GET', '/misbehave/ok');
    await send('200 OK');
    await expect.poll(views).toEqual(['Text', 'Hex', 'Headers1']);
    await expect.poll(() => answer().getByLabel('Text of the answer').textContent()).toMatch(/^ok\n/);
    expect(await answer().textContent()).toMatch(/Head\s*[\d.,]+ ms\s*Total\s*[\d.,]+ ms\s*Size\s*\d+ B/);
    await view('Headers').click();
    await answer().getByRole('group', { name: 'Headers of the answer' }).getByText('text/plain').waitFor();
    await view('Text').click();
    await answer().getByRole('button', { name: 'Copy the answer' }).click();
    await page.getByText('Copied the answer.').waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^ok\n/);
  });

  it('JSON is a tree that opens and closes by keyboard', async () => {
    await request('GET', '/stream/headers?tree');
    await send('200 OK');
    const headers = answer().getByRole('treeitem', { name: /^headers/ });
    expect(await headers.getByRole('treeitem').count()).toBe(0);
    await answer().getByRole('treeitem').first().press('End');
    await expect.poll(() => headers.evaluate((element) => element.matches(':focus'))).toBe(true);
    await page.keyboard.press('ArrowRight');
    await headers.getByRole('treeitem').first().waitFor();
    await page.keyboard.press('ArrowLeft');
    await expect.poll(() => headers.getAttribute('aria-expanded')).toBe('false');
  });

  it('a page is previewed where its scripts cannot run', async () => {
    swerve.expectConsole(/Blocked script execution in 'about:srcdoc'/);
    await request('GET', '/fractal');
    await send('200 OK');
    await expect.poll(shownView).toBe('Preview');
    const frame = answer().getByTitle('Preview of the page');
    expect(await frame.getAttribute('sandbox')).toBe('');
    // An origin of its own: not even the panel could reach into it, so neither can it reach out.
    expect(await frame.evaluate((element: HTMLIFrameElement) => element.contentDocument)).toBeNull();
    await expect.poll(() => frame.contentFrame().locator('body').count()).toBe(1);
    await view('Text').click();
    await answer().getByText('<!doctype html>').waitFor();
  });

  it('an image is shown', async () => {
    await request('GET', '/fractal?z=0&x=0&y=0&size=64');
    await send('200 OK');
    const image = answer().getByRole('img', { name: 'The answer as an image' });
    await expect.poll(() => image.evaluate((element: HTMLImageElement) => element.naturalWidth)).toBe(64);
    const [download] = await Promise.all([page.waitForEvent('download'), answer().getByRole('button', { name: 'Download the answer' }).click()]);
    expect(download.suggestedFilename()).toBe('fractal.png');
  });

  it('server-sent events are shown one by one while more are to come', async () => {
    await request('GET', '/stream/events?n=3&ms=400');
    await button().click();
    await answer().getByText('200 OK, streaming', { exact: true }).waitFor();
    const events = answer().getByRole('log', { name: 'Events' }).getByRole('listitem');
    // An event in an answer that has not ended, both at one moment.
    await answer()
      .and(page.locator('[aria-busy="true"]'))
      .filter({ has: page.getByRole('listitem') })
      .waitFor();
    await ended('200 OK');
    await answer().getByText('3 events, ended').waitFor();
    await expect
      .poll(() => events.allTextContents())
      .toEqual([1, 2, 3].map((n) => expect.stringMatching(new RegExp(`ms\\s*message\\s*#${n}\\s*\\{"n":${n},`))));
  });

  it('a stream without an end is cancelled', async () => {
    await request('GET', '/stream/events?n=100000&ms=50');
    await button().click();
    await answer().getByRole('log', { name: 'Events' }).getByRole('listitem').nth(1).waitFor();
    await form().getByRole('button', { name: 'Cancel' }).click();
    await ended('200 OK, cancelled');
    // The focus stays on the button that does both.
    await expect.poll(() => button().evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await button().textContent()).toContain('Send');
    await answer()
      .getByText(/events, ended/)
      .waitFor();
  });

  it('what Swerve answers itself is told in words', async () => {
    await request('GET', '/nobody');
    await send('404 Not Found');
    const alert = answer().getByRole('alert');
    await alert.getByText('No route matches this address.').waitFor();
    await alert.getByText('Choose an App above the tabs').waitFor();
    // The answer before it had other views.
    await expect.poll(shownView).toBe('JSON');
    await answer().getByRole('tree').waitFor();
    await request('GET', '/misbehave/trap');
    await send('502 Bad Gateway');
    await alert.getByText('The handler crashed.').waitFor();
    await request('GET', '/misbehave/hang');
    await send('504 Gateway Timeout');
    await alert.getByText('The handler did not answer before its deadline.').waitFor();
    await alert.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { level: 1, name: 'misbehave' }).waitFor();
  });

  it('an answer that breaks off keeps what came, and says so', async () => {
    await request('GET', '/misbehave/hang?late=1');
    await send('200 OK, broken off');
    await answer().getByRole('alert').getByText('The answer broke off').waitFor();
    await answer().getByText('so far so good').waitFor();
  });

  it('of 10 MB the start is shown, and it says so', async () => {
    await request('GET', '/stream/bytes?n=10485760');
    await send('200 OK');
    await answer().getByText('The first 2.0 MiB of 10 MiB are shown. Download gives the whole.').waitFor();
    await view('Text').click();
    await answer().getByText('The first 200,000 characters of 10 MiB are shown.').waitFor();
    await expect.poll(async () => (await answer().getByLabel('Text of the answer').textContent())?.length).toBe(200_000);
  });
});

describe('the history', () => {
  it('keeps what was sent over a reload, fills it in and sends it again', async () => {
    await request('POST', '/stream/upper?again');
    await part('Body').click();
    await form().getByRole('radio', { name: 'Text' }).check();
    await form().getByLabel('Body as text').fill('once more');
    await send('200 OK');
    await history().getByRole('button', { name: 'Fill in POST /stream/upper?again' }).waitFor();
    await page.goto(new URL('#/console', swerve.app.url).href);
    await page.reload();
    await history().getByRole('button', { name: 'Fill in POST /stream/upper?again' }).click();
    expect(await path().inputValue()).toBe('/stream/upper?again');
    await part('Body').click();
    expect(await form().getByLabel('Body as text').inputValue()).toBe('once more');
    await history().getByRole('button', { name: 'Send POST /stream/upper?again again' }).click();
    await ended('200 OK');
    await expect.poll(() => answer().getByLabel('Text of the answer').textContent()).toBe('ONCE MORE');
    const entries = history().getByRole('button', { name: 'Fill in POST /stream/upper?again' });
    await expect.poll(() => entries.count()).toBe(2);
    await history().getByRole('button', { name: 'Forget POST /stream/upper?again' }).first().click();
    await expect.poll(() => entries.count()).toBe(1);
    await history().getByRole('button', { name: 'Clear' }).click();
    await expect.poll(() => entries.count()).toBe(0);
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => entries.count()).toBe(1);
  });
});

it('every control has a name, and axe finds nothing wrong', async () => {
  await request('GET', '/stream/headers?a=1');
  await send('200 OK');
  for (const colorScheme of ['light', 'dark'] as const) {
    // Without motion no colour is on its way to another.
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await axeViolations(page), colorScheme).toEqual([]);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  for (const name of ['Query', 'Headers', 'Body']) {
    await part(name).click();
    await expect
      .poll(() => page.locator('main').ariaSnapshot(), { message: name })
      .not.toMatch(/- (button|link|textbox|combobox|checkbox|radio|tab|tree|img)\b(?! ")/);
  }
});
