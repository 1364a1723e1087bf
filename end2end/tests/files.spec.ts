// How the server sends files.
import { readDemo } from './demo';
import { expect, test, WITHOUT_SCRIPTS } from './fixtures';
import { newPatient, quiet, ready } from './people';

test.skip(!readDemo(), 'no demonstration clinic is running');

/** The address of the WebAssembly, from the script in the page's head. */
const moduleOf = (page: string): string => /"([^"]*\/bedside\.wasm)"/.exec(page)![1]!;

test('the WebAssembly comes as the bundle has compressed it, under a name that may be kept for ever', async ({ request }) => {
  const module = moduleOf(await (await request.get('/')).text());
  expect(module).toMatch(/^\/pkg\/[0-9a-f]{16}\/bedside\.wasm$/);
  const answer = await request.get(module, { headers: { 'Accept-Encoding': 'gzip' } });
  expect(answer.status()).toBe(200);
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = answer.headers();
  expect({ type, encoding }).toEqual({ type: 'application/wasm', encoding: 'gzip' });
  expect(answer.headers()['cache-control']).toBe('public, max-age=31536000, immutable');
  // A Content-Length header shows that the compressed file existed before: a response that is compressed while it is sent has none.
  const whole = await answer.body();
  expect(Number(length)).toBeGreaterThan(0);
  expect(Number(length)).toBeLessThan(whole.length / 2);
  expect(whole.subarray(0, 4).toString('latin1')).toBe('\0asm');
});

/** The portals whose pages these files contain. */
const portals = (paths: string[]): string[] => paths.flatMap(path => /\/split_(\w+)\.wasm$/.exec(path)?.[1] ?? []);

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test('a page loads the WebAssembly only if its scripts run', async ({ page, complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      const requested: string[] = [];
      page.on('request', request => requested.push(new URL(request.url()).pathname));
      await page.goto('/', { waitUntil: 'networkidle' });
      if (javaScriptEnabled) await expect(page.locator('html[data-reacts]')).toBeAttached();
      const files = requested.filter(path => /\.wasm$|\/bedside\.js$/.test(path));
      expect(files.filter(path => path.includes('bedside'))).toHaveLength(javaScriptEnabled ? 2 : 0);
      expect(new Set(files).size, 'each file is requested once').toBe(files.length);
      expect(portals(files)).toEqual(javaScriptEnabled ? ['open'] : []);
      expect(requested.some(path => path.endsWith('.woff2'))).toBe(true);
    });
  });
}

test('the pages of a portal are loaded with the first of them, without loading the document again', async ({ page }) => {
  await newPatient(page, 'Petra Parts');
  const requested: string[] = [];
  page.on('request', request => requested.push(new URL(request.url()).pathname));
  await page.goto('/patient');
  await quiet(page);
  expect(portals(requested)).toEqual(['patient']);
  const main = page.getByRole('navigation', { name: 'Main' });
  await main.getByRole('link', { name: 'Visits' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Visits');
  expect(portals(requested)).toEqual(['patient']);
  await main.getByRole('link', { name: 'Find a doctor' }).click();
  await expect(page).toHaveURL(/\/doctors$/);
  await expect(page.getByRole('button', { name: 'Search', exact: true })).toBeVisible();
  expect(portals(requested)).toEqual(['patient', 'open']);
  expect(requested.filter(path => path === '/doctors'), 'the document of the page').toHaveLength(0);
});

test('a link that is clicked while the page hydrates is followed', async ({ page }) => {
  // The part of the page does not arrive before the click; the router listens by then.
  let send = (): void => {};
  const clicked = new Promise<void>(resolve => (send = resolve));
  await page.route('**/split_open.wasm', async route => {
    await clicked;
    await route.continue();
  });
  await page.addInitScript(() => {
    const listen = window.addEventListener.bind(window);
    window.addEventListener = (type: string, ...rest: [EventListenerOrEventListenerObject, (boolean | AddEventListenerOptions)?]): void => {
      if (type === 'click') document.documentElement.setAttribute('data-listens', '');
      listen(type, ...rest);
    };
  });
  await page.goto('/');
  await page.locator('html[data-listens]').waitFor({ state: 'attached' });
  await page.getByRole('link', { name: 'Sign in' }).first().click();
  await expect(page).toHaveURL(/\/sign-in/);
  send();
  await ready(page);
  await expect(page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
});

test('a page whose part cannot be loaded comes from the server, and its links and forms work', async ({ page, complaints }) => {
  complaints.allow(/split_open\.wasm|net::ERR_FAILED/);
  await newPatient(page, 'Paul Parts');
  await page.goto('/patient');
  await ready(page);
  await page.route('**/split_open.wasm', route => route.abort());
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Find a doctor' }).click();
  await expect(page).toHaveURL(/\/doctors$/);
  await page.getByLabel('Name').fill('Hoffmann');
  await page.getByRole('button', { name: 'Search', exact: true }).click();
  await expect(page).toHaveURL(/name=Hoffmann/);
  await expect(page.locator('html[data-reacts]')).not.toBeAttached();
  // The address of the patient's page belongs to the document that was loaded for the other page.
  await page.goBack();
  await page.goBack();
  await expect(page).toHaveURL(/\/patient$/);
  await ready(page);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Paul Parts');
});
