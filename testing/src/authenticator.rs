//! An authenticator app, as people have it on their phone (RFC 6238).

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// An account in an authenticator app.
#[derive(Debug, Clone)]
pub struct Authenticator {
    secret: Vec<u8>,
}

impl Authenticator {
    /// The account of a secret in base32 (RFC 4648, section 6), as it is typed.
    ///
    /// # Panics
    /// When it contains something else than the letters of base32 and spaces.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let (mut secret, mut buffer, mut bits) = (Vec::new(), 0_u32, 0_u32);
        for letter in typed.bytes().filter(|letter| *letter != b' ') {
            let value = match letter {
                b'A'..=b'Z' => letter - b'A',
                b'2'..=b'7' => letter - b'2' + 26,
                other => panic!("{other} is no letter of base32"),
            };
            buffer = (buffer << 5) | u32::from(value);
            bits += 5;
            if bits >= 8 {
                bits -= 8;
                secret.extend(u8::try_from((buffer >> bits) & 0xff));
            }
        }
        Self { secret }
    }

    /// The code that the app shows at this time.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn code(&self, at: Timestamp) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.secret).expect("HMAC takes a key of any length");
        mac.update(&at.as_second().div_euclid(30).to_be_bytes());
        let hash: [u8; 20] = mac.finalize().into_bytes().into();
        let offset = usize::from(hash[19] & 0x0f);
        let number = u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]) & 0x7fff_ffff;
        format!("{:06}", number % 1_000_000)
    }

    /// A code that the app shows at no time near this one.
    ///
    /// # Panics
    /// Never.
    #[must_use]
    pub fn wrong_code(&self, at: Timestamp) -> String {
        let near = [-60, -30, 0, 30, 60].map(|secs| self.code(at + jiff::SignedDuration::from_secs(secs)));
        (0..10).map(|n| format!("{n:06}")).find(|code| !near.contains(code)).expect("five codes are fewer than ten")
    }
}
