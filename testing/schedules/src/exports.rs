//! What JavaScript calls. Arguments and results are numbers, so no generated script is needed.

#![allow(unsafe_code, reason = "a function that JavaScript calls has a name that the compiler does not change")]

/// See [`crate::digest`].
#[unsafe(no_mangle)]
pub extern "C" fn digest(seed: u32) -> u64 {
    crate::digest(seed)
}

/// See [`crate::months`].
#[unsafe(no_mangle)]
pub extern "C" fn months(count: u32) -> u32 {
    crate::months(count)
}
