//! Nonces that need no memory: each says until when it holds and proves that this relay made it for this client.
//!
//! The engine keeps every nonce that it ever gave in a map, so that anybody could fill the memory with unauthenticated requests. These
//! are never stored.

use std::net::SocketAddr;

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

/// How long a nonce holds: an hour at most by RFC 8656 §5.
const LIFETIME_SECS: u64 = 3600;

pub(super) struct Nonces {
    key: Zeroizing<[u8; 32]>,
}

impl Nonces {
    /// With a fresh key; `None` when the system has no randomness.
    pub(super) fn new() -> Option<Self> {
        let mut key = Zeroizing::new([0; 32]);
        getrandom::fill(&mut *key).ok()?;
        Some(Self { key })
    }

    /// A nonce for this client.
    pub(super) fn issue(&self, client: SocketAddr, now_unix: u64) -> String {
        let until = now_unix.saturating_add(LIFETIME_SECS);
        let proof = self.proof(client, until).finalize().into_bytes();
        let hex: String = proof.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{until:016x}{hex}")
    }

    /// Whether this relay gave the nonce to this client, and it still holds.
    pub(super) fn holds(&self, nonce: &str, client: SocketAddr, now_unix: u64) -> bool {
        let Some((until, proof)) = nonce.split_at_checked(16) else { return false };
        let Ok(until) = u64::from_str_radix(until, 16) else { return false };
        let Some(proof) = unhex(proof) else { return false };
        now_unix < until && self.proof(client, until).verify_slice(&proof).is_ok()
    }

    fn proof(&self, client: SocketAddr, until: u64) -> Hmac<Sha1> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&*self.key).expect("HMAC takes a key of any length");
        mac.update(&until.to_be_bytes());
        mac.update(client.to_string().as_bytes());
        mac
    }
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.chars().map(|c| c.to_digit(16)).collect::<Option<Vec<_>>>()?;
    let byte = |pair: &[u32]| u8::try_from(pair.iter().fold(0, |value, digit| value * 16 + digit)).ok();
    digits.chunks(2).map(byte).collect()
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
    fn a_spoilt_nonce_does_not_hold() {
        let nonces = Nonces::new().unwrap();
        let ana: SocketAddr = "192.0.2.1:7".parse().unwrap();
        let nonce = nonces.issue(ana, 1_000);
        let later = format!("{:016x}{}", 9_999_999, &nonce[16..]);
        for spoilt in [&nonce[..nonce.len() - 2], "", "ä", &nonce[..16], "000000000000000ü0", later.as_str()] {
            assert!(!nonces.holds(spoilt, ana, 1_000), "{spoilt}");
        }
    }
}
