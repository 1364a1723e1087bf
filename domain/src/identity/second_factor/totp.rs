//! Time-based one-time passwords (RFC 6238) with HMAC-SHA1, six digits and steps of 30 seconds: what every authenticator app can make.

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use sha1::Sha1;

/// The length of a secret (RFC 4226, section 4, R6).
pub(super) const SECRET_BYTES: usize = 20;

const STEP_SECS: i64 = 30;
/// How many steps the clock of the user's device may be ahead or behind.
const DRIFT: i64 = 1;
const CODES: u32 = 1_000_000;

/// The time step of an instant.
pub(super) fn step_at(now: Timestamp) -> i64 {
    now.as_second().div_euclid(STEP_SECS)
}

/// The code of a time step.
pub(super) fn code(secret: &[u8], step: i64) -> u32 {
    truncated(secret, step) % CODES
}

/// The newest time step, among those that the drift allows, of which this is the code.
pub(super) fn step_of(secret: &[u8], typed: u32, now: Timestamp) -> Option<i64> {
    let now = step_at(now);
    (now - DRIFT..=now + DRIFT).rev().find(|step| code(secret, *step) == typed)
}

/// RFC 4226, section 5.3.
fn truncated(secret: &[u8], counter: i64) -> u32 {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(&counter.to_be_bytes());
    let hash: [u8; 20] = mac.finalize().into_bytes().into();
    let offset = usize::from(hash[19] & 0x0f);
    u32::from_be_bytes([hash[offset], hash[offset + 1], hash[offset + 2], hash[offset + 3]]) & 0x7fff_ffff
}

/// Base32 without padding (RFC 4648, section 6), of a whole number of five bytes.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for group in bytes.chunks_exact(5) {
        let number = group.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        for place in (0..8).rev() {
            let letter = usize::try_from((number >> (5 * place)) & 31).unwrap_or_default();
            text.push(char::from(LETTERS[letter]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::SignedDuration;

    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn the_codes_are_those_of_rfc_6238() {
        // Appendix B, with SHA1. The RFC shows eight digits.
        for (at, code) in [
            (59, 94_287_082),
            (1_111_111_109, 7_081_804),
            (1_111_111_111, 14_050_471),
            (1_234_567_890, 89_005_924),
            (2_000_000_000, 69_279_037),
            (20_000_000_000, 65_353_130),
        ] {
            let at = Timestamp::from_second(at).unwrap();
            assert_eq!(truncated(SECRET, step_at(at)) % 100_000_000, code, "{at}");
            assert_eq!(self::code(SECRET, step_at(at)), code % 1_000_000);
        }
    }

    #[test]
    fn a_clock_may_be_one_step_ahead_or_behind() {
        let now = Timestamp::from_second(1_111_111_111).unwrap();
        let typed = code(SECRET, step_at(now));
        for (secs, expected) in [(-60, false), (-30, true), (0, true), (30, true), (60, false)] {
            let found = step_of(SECRET, typed, now + SignedDuration::from_secs(secs));
            assert_eq!(found, expected.then(|| step_at(now)), "{secs}");
        }
        assert_eq!(step_of(b"another secret", typed, now), None);
    }

    #[test]
    fn base32_is_that_of_rfc_4648() {
        assert_eq!(base32(b"fooba"), "MZXW6YTB");
        assert_eq!(base32(SECRET), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }
}
