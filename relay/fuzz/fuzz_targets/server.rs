//! Fuzzes the TURN server: its invariants must hold whatever clients and peers send.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|script: &[u8]| relay::turn::exercise::run(script));
