//! A source of random bytes, passed in by the caller, and the ids made from it.

use jiff::Timestamp;
use model::ids::Id;
use std::fmt;

/// A source of random bytes.
pub trait Randomness: Send + Sync + fmt::Debug + 'static {
    /// Fills the whole buffer.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's source.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemRandomness;

impl Randomness for SystemRandomness {
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system gives random bytes");
    }
}

/// A new secret of 128 bits, hexadecimal.
pub(crate) fn secret_text(source: &dyn Randomness) -> String {
    let mut bytes = [0; 16];
    source.fill(&mut bytes);
    uuid::Uuid::from_bytes(bytes).simple().to_string()
}

/// Creates an id that sorts by its creation time (`UUIDv7`, RFC 9562 §5.7).
pub fn new_id<I: Id>(at: Timestamp, source: &dyn Randomness) -> I {
    let mut bytes = [0; 10];
    source.fill(&mut bytes);
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    I::from(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
}
