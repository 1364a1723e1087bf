//! A browser that comes back.

use crate::vault::sha256;
use std::fmt;

/// A browser, by the hash of the secret in its long-lived cookie. It grants nothing; in a browser in which the owner of an account has signed in before, wrong
/// passwords from elsewhere do not close the account.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Device([u8; 32]);

impl Device {
    /// The browser that holds this secret.
    #[must_use]
    pub fn of_secret(secret: &str) -> Self {
        Self(sha256(&[b"device", secret.as_bytes()]))
    }

    pub(crate) fn hash(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Device {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Device(…)")
    }
}
