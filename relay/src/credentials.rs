//! Credentials that expire: the TURN REST form of `draft-uberti-behave-turn-rest-00`, which coturn and every browser understand.
//!
//! The username is `<expiry>:<scope>:<participant>`: the expiry in Unix seconds, and two opaque names without a colon. The password is
//! `base64(HMAC-SHA1(secret, username))`. Anyone who holds the secret can issue and check credentials without contacting another
//! service, so a relay on its own machine needs no database. SHA-1 is what the draft and coturn prescribe; HMAC-SHA1 is not broken.

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use zeroize::Zeroizing;

/// The longest username that a STUN message can carry, in bytes (RFC 8489 §14.3).
const LONGEST_USERNAME: usize = 508;

/// The key shared by the issuers of credentials and the relays that check them. It is wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// Wraps the bytes of a secret. coturn's `static-auth-secret` is the UTF-8 bytes of the same text.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(bytes.into()))
    }

    /// The length in bytes.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// What a client receives: it goes unchanged into `RTCIceServer.username` and `.credential`.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `<expiry>:<scope>:<participant>`.
    pub username: String,
    /// `base64(HMAC-SHA1(secret, username))`.
    pub password: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).field("password", &"..").finish()
    }
}

/// The parts of a username. Parsing checks only the form; [`verify`] checks that it was issued and has not expired.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Username {
    expires_at_unix: u64,
    scope: String,
    participant: String,
}

/// Why a credential is refused, or cannot be issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialError {
    /// The username is not `<expiry>:<scope>:<participant>`, a part is empty or contains a control character, or it is too long.
    #[error("the username is not of the form expiry:scope:participant")]
    Malformed,
    /// The credential has expired.
    #[error("the credential has expired")]
    Expired,
    /// The password does not match the username and the secret.
    #[error("the password does not belong to the username")]
    Forged,
}

impl Username {
    /// Builds a username from its parts. A name must not be empty or contain a colon or a control character, and the whole must not be
    /// longer than STUN can carry.
    pub fn new(scope: &str, participant: &str, expires_at_unix: u64) -> Result<Self, CredentialError> {
        let whole = Self { expires_at_unix, scope: scope.to_owned(), participant: participant.to_owned() };
        let sound = |name: &str| !name.is_empty() && !name.chars().any(|c| c == ':' || c.is_control());
        if !sound(scope) || !sound(participant) || whole.to_string().len() > LONGEST_USERNAME {
            return Err(CredentialError::Malformed);
        }
        Ok(whole)
    }

    /// Parses a username. Only the exact text that [`issue`] writes is accepted: no sign, no leading zero.
    pub fn parse(text: &str) -> Result<Self, CredentialError> {
        let mut parts = text.split(':');
        let (Some(expiry), Some(scope), Some(participant), None) = (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(CredentialError::Malformed);
        };
        let expires_at_unix: u64 = expiry.parse().map_err(|_| CredentialError::Malformed)?;
        let username = Self::new(scope, participant, expires_at_unix)?;
        if username.to_string() == text { Ok(username) } else { Err(CredentialError::Malformed) }
    }

    /// The time from which the credential is no longer accepted, in Unix seconds.
    pub fn expires_at_unix(&self) -> u64 {
        self.expires_at_unix
    }

    /// What the credential is for: a room, a call, a visit. Opaque to the relay.
    pub fn scope(&self) -> &str {
        &self.scope
    }

    /// Who the credential is for within the scope. Opaque to the relay.
    pub fn participant(&self) -> &str {
        &self.participant
    }

    /// Whether the credential has expired at `now_unix`.
    pub fn has_expired(&self, now_unix: u64) -> bool {
        now_unix >= self.expires_at_unix
    }
}

impl fmt::Display for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.expires_at_unix, self.scope, self.participant)
    }
}

/// Issues a credential for `participant` in `scope` that can open allocations until `expires_at_unix` (Unix seconds, exclusive).
pub fn issue(secret: &Secret, scope: &str, participant: &str, expires_at_unix: u64) -> Result<Credentials, CredentialError> {
    let username = Username::new(scope, participant, expires_at_unix)?.to_string();
    let password = password(secret, &username);
    Ok(Credentials { username, password })
}

/// Checks form, expiry and password (the password in constant time), and returns the parts of the username.
pub fn verify(secret: &Secret, credentials: &Credentials, now_unix: u64) -> Result<Username, CredentialError> {
    let username = Username::parse(&credentials.username)?;
    let claimed = BASE64_STANDARD.decode(&credentials.password).map_err(|_| CredentialError::Forged)?;
    keyed(secret, &credentials.username).verify_slice(&claimed).map_err(|_| CredentialError::Forged)?;
    if username.has_expired(now_unix) {
        return Err(CredentialError::Expired);
    }
    Ok(username)
}

/// The password for a username, whatever its form.
pub(crate) fn password(secret: &Secret, username: &str) -> String {
    BASE64_STANDARD.encode(keyed(secret, username).finalize().into_bytes())
}

fn keyed(secret: &Secret, username: &str) -> Hmac<Sha1> {
    let mut mac = Hmac::<Sha1>::new_from_slice(&secret.0).expect("HMAC takes a key of any length");
    mac.update(username.as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret() -> Secret {
        Secret::new("north-wind-and-the-sun")
    }

    #[test]
    fn the_password_is_the_one_that_openssl_gives() {
        // printf %s 1433895918:visit:ana | openssl dgst -sha1 -hmac north-wind-and-the-sun -binary | base64
        let issued = issue(&secret(), "visit", "ana", 1_433_895_918).unwrap();
        assert_eq!(issued.username, "1433895918:visit:ana");
        assert_eq!(issued.password, "LUmqWdE7vWkSZyKjtESHNDlOO44=");
    }

    #[test]
    fn an_issued_credential_holds_until_its_second_comes() {
        let issued = issue(&secret(), "visit", "ana", 1_000).unwrap();
        let username = verify(&secret(), &issued, 999).unwrap();
        assert_eq!((username.scope(), username.participant(), username.expires_at_unix()), ("visit", "ana", 1_000));
        assert_eq!(verify(&secret(), &issued, 1_000), Err(CredentialError::Expired));
    }

    #[test]
    fn a_changed_username_password_or_secret_is_forged() {
        let issued = issue(&secret(), "visit", "ana", 1_000).unwrap();
        let later = Credentials { username: "9000:visit:ana".into(), ..issued.clone() };
        let other = Credentials { username: "1000:visit:bob".into(), ..issued.clone() };
        let garbled = Credentials { password: "not base64".into(), ..issued.clone() };
        let short = Credentials { password: String::new(), ..issued.clone() };
        for forged in [later, other, garbled, short] {
            assert_eq!(verify(&secret(), &forged, 0), Err(CredentialError::Forged), "{forged:?}");
        }
        assert_eq!(verify(&Secret::new("another-secret-altogether"), &issued, 0), Err(CredentialError::Forged));
    }

    #[test]
    fn only_the_one_spelling_of_a_username_is_read() {
        let long = format!("10:visit:{}", "a".repeat(600));
        for text in ["", "10", "10:visit", "10:visit:ana:", "10::ana", "10:visit:", "+10:visit:ana", "010:visit:ana"] {
            assert_eq!(Username::parse(text), Err(CredentialError::Malformed), "{text:?}");
        }
        for text in ["-1:visit:ana", "18446744073709551616:visit:ana", "10:vi\nsit:ana", " 10:visit:ana", long.as_str()] {
            assert_eq!(Username::parse(text), Err(CredentialError::Malformed), "{text:?}");
        }
        assert!(Username::parse("10:visit:ana").is_ok());
    }

    #[test]
    fn a_name_with_a_colon_cannot_be_issued() {
        assert_eq!(issue(&secret(), "a:b", "ana", 1), Err(CredentialError::Malformed));
        assert_eq!(issue(&secret(), "visit", "", 1), Err(CredentialError::Malformed));
    }

    #[test]
    fn debug_shows_no_secret() {
        let issued = issue(&secret(), "visit", "ana", 1_000).unwrap();
        assert_eq!(format!("{:?}", secret()), "Secret(..)");
        assert!(!format!("{issued:?}").contains(&issued.password));
    }

    proptest::proptest! {
        #[test]
        fn what_is_issued_verifies_and_parses_back(scope in "[^:\\p{Cc}]{1,40}", who in "[^:\\p{Cc}]{1,40}", expiry in 1u64..) {
            let issued = issue(&secret(), &scope, &who, expiry).unwrap();
            let username = verify(&secret(), &issued, expiry - 1).unwrap();
            proptest::prop_assert_eq!(username.to_string(), issued.username);
        }
    }
}
