//! Encryption of what waits in the browser's storage: XChaCha20-Poly1305, the nonce before the text.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use model::chat::waiting::WaitingKeys;

pub(super) const NONCE_BYTES: usize = 24;

/// Encrypts a text; opening it needs the same `bound_to`. Without a key there is nothing to encrypt with.
pub(super) fn seal(keys: &WaitingKeys, nonce: [u8; NONCE_BYTES], bound_to: &str, plain: &[u8]) -> Option<Vec<u8>> {
    let cipher = XChaCha20Poly1305::new_from_slice(keys.0.first()?).ok()?;
    let body = cipher.encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: bound_to.as_bytes() }).ok()?;
    Some([&nonce[..], &body[..]].concat())
}

/// Decrypts what [`seal`] made with one of these keys; none for what another person wrote, and what was changed.
pub(super) fn open(keys: &WaitingKeys, bound_to: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    let (nonce, body) = sealed.split_first_chunk::<NONCE_BYTES>()?;
    keys.0.iter().find_map(|key| {
        let cipher = XChaCha20Poly1305::new_from_slice(key).ok()?;
        cipher.decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: bound_to.as_bytes() }).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_writer_opens_what_waits_and_only_in_its_place() {
        let (one, other) = (WaitingKeys(vec![[1; 32]]), WaitingKeys(vec![[2; 32]]));
        let sealed = seal(&one, [7; NONCE_BYTES], "here", b"sore throat").expect("a key");
        assert_eq!(open(&one, "here", &sealed).as_deref(), Some(&b"sore throat"[..]));
        assert_eq!(
            open(&WaitingKeys(vec![[3; 32], [1; 32]]), "here", &sealed).as_deref(),
            Some(&b"sore throat"[..]),
            "an earlier key"
        );
        assert_eq!(
            (open(&other, "here", &sealed), open(&one, "there", &sealed), open(&one, "here", &sealed[..20])),
            (None, None, None)
        );
        assert!(!sealed.windows(4).any(|part| part == b"sore"));
        assert_eq!(seal(&WaitingKeys::default(), [7; NONCE_BYTES], "here", b"sore throat"), None);
    }
}
