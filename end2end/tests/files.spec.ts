// How the server sends files.
import { readDemo } from './demo';
import { expect, test } from './fixtures';

test.skip(!readDemo(), 'no demonstration clinic is running');

test('the WebAssembly comes as the bundle has compressed it, and not compressed anew', async ({ request }) => {
  const answer = await request.get('/pkg/bedside.wasm', { headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' } });
  expect(answer.status()).toBe(200);
  const { 'content-type': type, 'content-encoding': encoding, 'content-length': length } = answer.headers();
  expect({ type, encoding }).toEqual({ type: 'application/wasm', encoding: 'gzip' });
  // A Content-Length header shows that the compressed file existed before: a response that is compressed while it is sent has none.
  const whole = await answer.body();
  expect(Number(length)).toBeGreaterThan(0);
  expect(Number(length)).toBeLessThan(whole.length / 2);
  expect(whole.subarray(0, 4).toString('latin1')).toBe('\0asm');
});
