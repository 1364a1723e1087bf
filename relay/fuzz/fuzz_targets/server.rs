//! Whatever clients and peers send, what must hold of the server holds.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: &[u8]| relay::turn::exercise::run(script));
