// The slot engine answers in the browser's WebAssembly as in native code: the same generated schedules, in nine zones around the changes of their clocks. An oracle
// has judged the native answers (`testing/schedules/tests/slots.rs`). `cargo xtask test` names the module and the native answers.
import { readFileSync } from 'node:fs';
import { expect, test } from './fixtures';

const { SLOTS_WASM, SLOTS_NATIVE } = process.env;

test.skip(!SLOTS_WASM || !SLOTS_NATIVE, 'the slot engine was not built for the browser');

test('the slot engine answers in the browser as in native code', async ({ page }) => {
  test.slow();
  const native = JSON.parse(readFileSync(SLOTS_NATIVE!, 'utf8')) as string[];
  expect(native.length).toBeGreaterThanOrEqual(300);
  const module = readFileSync(SLOTS_WASM!).toString('base64');
  const answers = await page.evaluate(
    async ([module, count]) => {
      const bytes = Uint8Array.from(atob(module), letter => letter.charCodeAt(0));
      const { instance } = await WebAssembly.instantiate(bytes, {});
      const digest = instance.exports.digest as unknown as (seed: number) => bigint;
      return Array.from({ length: count }, (_, seed) => BigInt.asUintN(64, digest(seed)).toString());
    },
    [module, native.length] as const,
  );
  expect(answers).toEqual(native);
});
