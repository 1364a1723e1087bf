//! Encryption of a push message for one browser (RFC 8291, with the coding `aes128gcm` of RFC 8188). The push service cannot read it.

use crate::{Error, Result};
use aes_gcm::{Aes128Gcm, Key, KeyInit, Nonce, aead::Aead};
use hkdf::Hkdf;
use p256::{PublicKey, SecretKey};
use sha2::Sha256;
use zeroize::Zeroizing;

/// The size of a record. A message is always one record.
const RECORD: u32 = 4096;
/// The most bytes of a message: services must take bodies of 4096 bytes (RFC 8030, section 7.2), with the header of 86 bytes, the delimiter and the tag.
const MOST: usize = 4096 - 86 - 1 - 16;
/// The bytes of a point that is not compressed.
const POINT: usize = 65;
/// What follows the last byte of the last record.
const LAST: u8 = 2;

/// The keys of a browser that takes messages.
pub(super) struct Receiver {
    public: PublicKey,
    auth: [u8; 16],
}

impl Receiver {
    /// The browser's public key, not compressed, and its secret; `None` if they are none.
    pub(super) fn of(public: &[u8], auth: &[u8]) -> Option<Self> {
        if public.len() != POINT {
            return None;
        }
        Some(Self { public: PublicKey::from_sec1_bytes(public).ok()?, auth: auth.try_into().ok()? })
    }
}

/// Encrypts a message. `sender` is made for this message alone.
pub(super) fn seal(receiver: &Receiver, sender: &SecretKey, salt: [u8; 16], plain: &[u8]) -> Result<Vec<u8>> {
    if plain.len() > MOST {
        return Err(Error::internal("a push message is too long"));
    }
    let theirs = receiver.public.to_sec1_bytes();
    let ours = sender.public_key().to_sec1_bytes();
    let shared = sender.diffie_hellman(&receiver.public);
    let info = [b"WebPush: info\0".as_slice(), &theirs[..], &ours[..]].concat();
    let mut material = Zeroizing::new([0_u8; 32]);
    derive(receiver.auth.as_slice(), shared.raw_secret_bytes().as_slice(), &info, &mut material[..])?;
    let mut key = Zeroizing::new([0_u8; 16]);
    let mut nonce = [0_u8; 12];
    derive(salt.as_slice(), &material[..], b"Content-Encoding: aes128gcm\0", &mut key[..])?;
    derive(salt.as_slice(), &material[..], b"Content-Encoding: nonce\0", &mut nonce[..])?;
    let cipher = Aes128Gcm::new(&Key::<Aes128Gcm>::from(*key));
    let padded = [plain, &[LAST][..]].concat();
    let body = cipher
        .encrypt(&Nonce::from(nonce), padded.as_slice())
        .map_err(|_| Error::internal("a push message cannot be encrypted"))?;
    let size = u8::try_from(ours.len()).map_err(Error::internal)?;
    Ok([salt.as_slice(), &RECORD.to_be_bytes()[..], &[size][..], &ours[..], &body[..]].concat())
}

fn derive(salt: &[u8], material: &[u8], info: &[u8], into: &mut [u8]) -> Result<()> {
    let derived = Hkdf::<Sha256>::new(Some(salt), material).expand(info, into);
    derived.map_err(|_| Error::internal("a key of a push message cannot be derived"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291, appendix A.
    #[test]
    fn the_message_of_the_standard_is_sealed_as_it_shows() {
        let receiver = Receiver::of(
            &bytes("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
            &bytes("BTBZMqHH6r4Tts7J_aSIgg"),
        )
        .unwrap();
        let sender = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let sealed = seal(&receiver, &sender, salt, b"When I grow up, I want to be a watermelon").unwrap();
        let shown = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_\
                     yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), shown);
    }

    #[test]
    fn keys_that_are_none_and_messages_that_are_too_long_are_refused() {
        let sender = SecretKey::from_slice(&[7; 32]).unwrap();
        let point = sender.public_key().to_sec1_bytes();
        assert!(Receiver::of(&point[..64], &[0; 16]).is_none());
        assert!(Receiver::of(&point[..], &[0; 15]).is_none());
        let mut wrong = point.to_vec();
        wrong[64] ^= 1;
        assert!(Receiver::of(&wrong, &[0; 16]).is_none());
        let receiver = Receiver::of(&point[..], &[0; 16]).unwrap();
        assert_eq!(seal(&receiver, &sender, [0; 16], &[0; MOST]).map(|sealed| sealed.len()).unwrap(), 4096);
        assert!(seal(&receiver, &sender, [0; 16], &[0; MOST + 1]).is_err());
    }
}
