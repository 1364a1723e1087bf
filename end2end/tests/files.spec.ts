// How the server sends files.
import { readDemo } from './demo';
import { expect, test, WITHOUT_SCRIPTS } from './fixtures';

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

for (const javaScriptEnabled of [true, false]) {
  test.describe(javaScriptEnabled ? 'with wasm' : 'without JavaScript', () => {
    test.use({ javaScriptEnabled });
    test('a page loads the WebAssembly only if its scripts run', async ({ page, complaints }) => {
      if (!javaScriptEnabled) complaints.allow(WITHOUT_SCRIPTS);
      const requested: string[] = [];
      page.on('request', request => requested.push(new URL(request.url()).pathname));
      await page.goto('/', { waitUntil: 'networkidle' });
      if (javaScriptEnabled) await expect(page.locator('html[data-reacts]')).toBeAttached();
      const files = requested.filter(path => /bedside\.(js|wasm)$/.test(path));
      expect(files).toHaveLength(javaScriptEnabled ? 2 : 0);
      expect(requested.some(path => path.endsWith('.woff2'))).toBe(true);
    });
  });
}
