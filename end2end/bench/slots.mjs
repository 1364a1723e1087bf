// Prints how many months of a doctor the slot engine computes a second in WebAssembly, in V8. `cargo xtask bench scheduling` starts it with the path of the module.
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** How long it measures, after V8 has compiled the functions that are used. */
const FOR_MS = 2000;

/** Months between two looks at the clock. */
const AT_ONCE = 50;

const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), {});
const { months } = instance.exports;

function measure(ms) {
  const begun = performance.now();
  let done = 0;
  let took = 0;
  while (took < ms) {
    if (months(AT_ONCE) <= 0) throw new Error('the doctor has no free times');
    done += AT_ONCE;
    took = performance.now() - begun;
  }
  return done / (took / 1000);
}

measure(500);
console.log(measure(FOR_MS));
