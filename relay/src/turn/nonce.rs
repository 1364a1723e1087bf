//! Stateless nonces: each contains its expiry and a proof that this relay issued it to this client.

use std::net::{IpAddr, SocketAddr};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// How long a nonce is valid, in seconds: at most an hour by RFC 8656 §5.
const LIFETIME_SECS: u64 = 3600;

/// The nonce cookie with the first security feature, the choice of password algorithm (RFC 8489 §9.2, §18.1).
pub(super) const COOKIE: &str = "obMatJos2gAAA";

/// The length of expiry and proof, in bytes and as Base64 text.
const BYTES: usize = 4 + 12;
const TEXT: usize = 22;

/// A nonce as it appears in a message.
pub(super) type Nonce = [u8; COOKIE.len() + TEXT];

pub(super) struct Nonces {
    key: Zeroizing<[u8; 32]>,
}

impl Nonces {
    /// Generates a fresh key; `None` when the system returns no random bytes.
    pub(super) fn new() -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).ok()?;
        Some(Self { key })
    }

    /// Issues a nonce for this client.
    pub(super) fn issue(&self, client: SocketAddr, now_unix: u64) -> Nonce {
        // The seconds are 32 bits and wrap around in 2106; `holds` compares them modulo 2^32.
        let until = (now_unix.saturating_add(LIFETIME_SECS) as u32).to_be_bytes();
        let mut bytes = [0; BYTES];
        bytes[..4].copy_from_slice(&until);
        bytes[4..].copy_from_slice(&self.proof(client, until));
        let mut nonce = [0; COOKIE.len() + TEXT];
        nonce[..COOKIE.len()].copy_from_slice(COOKIE.as_bytes());
        let written = BASE64_STANDARD_NO_PAD.encode_slice(bytes, &mut nonce[COOKIE.len()..]);
        debug_assert_eq!(written, Ok(TEXT));
        nonce
    }

    /// Whether this relay issued the nonce to this client and it has not expired.
    pub(super) fn holds(&self, nonce: &[u8], client: SocketAddr, now_unix: u64) -> bool {
        let Some(text) = nonce.strip_prefix(COOKIE.as_bytes()) else { return false };
        // The decoder needs a slightly larger buffer than it fills.
        let mut bytes = [0; BYTES + 2];
        let Ok(BYTES) = BASE64_STANDARD_NO_PAD.decode_slice(text, &mut bytes) else { return false };
        let Some((until, rest)) = bytes.split_first_chunk::<4>() else { return false };
        let left = u32::from_be_bytes(*until).wrapping_sub(now_unix as u32);
        let fresh = left > 0 && u64::from(left) <= LIFETIME_SECS;
        fresh && self.mac(client, *until).verify_truncated_left(&rest[..12]).is_ok()
    }

    fn proof(&self, client: SocketAddr, until: [u8; 4]) -> [u8; 12] {
        let mut proof = [0; 12];
        proof.copy_from_slice(&self.mac(client, until).finalize().into_bytes()[..12]);
        proof
    }

    fn mac(&self, client: SocketAddr, until: [u8; 4]) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.key).expect("HMAC takes a key of any length");
        mac.update(&until);
        match client.ip() {
            IpAddr::V4(v4) => mac.update(&v4.octets()),
            IpAddr::V6(v6) => mac.update(&v6.octets()),
        }
        mac.update(&client.port().to_be_bytes());
        mac
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_holds_for_its_client_and_its_hour() {
        let nonces = Nonces::new().unwrap();
        let ana: SocketAddr = "192.0.2.1:7".parse().unwrap();
        let bob: SocketAddr = "192.0.2.1:8".parse().unwrap();
        let nonce = nonces.issue(ana, 1_000);
        assert!(nonces.holds(&nonce, ana, 1_000 + LIFETIME_SECS - 1));
        assert!(!nonces.holds(&nonce, ana, 1_000 + LIFETIME_SECS));
        assert!(!nonces.holds(&nonce, bob, 1_000));
        assert!(!Nonces::new().unwrap().holds(&nonce, ana, 1_000), "another relay, or this one before a restart");
    }

    #[test]
    fn a_nonce_is_printable_and_says_what_is_offered() {
        let nonce = Nonces::new().unwrap().issue("[2001:db8::1]:7".parse().unwrap(), u64::MAX);
        assert!(nonce.starts_with(b"obMatJos2") && nonce.iter().all(u8::is_ascii_graphic));
        assert_eq!(base64::prelude::BASE64_STANDARD.decode(&nonce[9..13]).unwrap(), [0x80, 0, 0], "bit 0 is the leftmost");
    }

    #[test]
    fn a_spoilt_nonce_does_not_hold() {
        let nonces = Nonces::new().unwrap();
        let ana: SocketAddr = "192.0.2.1:7".parse().unwrap();
        let nonce = nonces.issue(ana, 1_000);
        for place in 0..nonce.len() {
            let mut spoilt = nonce;
            spoilt[place] = if spoilt[place] == b'B' { b'C' } else { b'B' };
            assert!(!nonces.holds(&spoilt, ana, 1_000), "byte {place}");
        }
        for spoilt in [&nonce[..nonce.len() - 1], &nonce[1..], b"", COOKIE.as_bytes(), "obMatJos2gAAAä".as_bytes()] {
            assert!(!nonces.holds(spoilt, ana, 1_000), "{spoilt:?}");
        }
        let long = [&nonce[..], b"AAAAAAAA"].concat();
        assert!(!nonces.holds(&long, ana, 1_000));
    }
}
