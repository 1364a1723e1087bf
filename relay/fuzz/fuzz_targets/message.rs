//! Fuzzes the STUN parser: no input may make it panic or return inconsistent results.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| relay::stun::exercise::run(bytes));
