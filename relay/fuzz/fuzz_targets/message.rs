//! Whatever bytes come, reading them neither panics nor disagrees with itself.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| relay::stun::exercise::run(bytes));
