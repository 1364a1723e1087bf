//! Limited tokens: secrets with which programs use the API, and which may do less than their user (`model::scopes`).
//!
//! Invariants
//! - Each has a session of its own (migration 0072), so whatever ends the user's sessions ends it, and the audit log names it.
//! - It is shown once. The database knows its SHA-256 only; it has 256 random bits, so the hash needs no salt.
//! - It acts for its user alone, never for a child or another patient.
//! - The edge checks the scopes (`server/src/edge/scopes.rs`); the policy decides as for every session.

mod own;
mod service;
mod service_store;
mod store;

pub use own::{MadeToken, MakeToken, end_token, list_tokens, make_token};
pub use service::{
    MakeServiceAccount, RenewServiceToken, ServiceToken, end_service_account, list_service_accounts, make_service_account,
    renew_service_token,
};
pub(super) use service_store::is_service_account;
pub(super) use store::for_mail;

use crate::{Domain, vault::sha256};

/// The beginning of personal tokens, by which people and scanners recognise them.
const PERSONAL: &str = "bedside_pat_";

/// The beginning of the tokens of service accounts.
const SERVICE: &str = "bedside_service_";

/// The hexadecimal digits of the random part.
const RANDOM_DIGITS: usize = 64;

/// A new secret: a beginning that tells what it is, 256 random bits, and a checksum by which a mistyped one is recognised without the database.
pub(super) fn new_secret(domain: &Domain, kind: &str) -> String {
    let mut bytes = [0; 32];
    domain.randomness().fill(&mut bytes);
    let random = hex::encode(bytes);
    let sum = checksum(kind, &random);
    format!("{kind}{random}{sum}")
}

/// Whether a text can be a token: false for one that begins like a limited token and whose checksum is wrong.
pub(super) fn may_be_token(text: &str) -> bool {
    let Some((kind, rest)) = [PERSONAL, SERVICE].into_iter().find_map(|kind| Some((kind, text.strip_prefix(kind)?))) else {
        return true;
    };
    rest.split_at_checked(RANDOM_DIGITS).is_some_and(|(random, sum)| sum == checksum(kind, random))
}

fn checksum(kind: &str, random: &str) -> String {
    hex::encode(&sha256(&[kind.as_bytes(), random.as_bytes()])[..4])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_token_is_recognised() {
        let random = "0123456789abcdef".repeat(4);
        let token = format!("{PERSONAL}{random}{}", checksum(PERSONAL, &random));
        assert!(may_be_token(&token));
        assert!(!may_be_token(&token.replace("0123", "0124")));
        assert!(!may_be_token(&token[..token.len() - 1]));
        assert!(!may_be_token(PERSONAL));
        assert!(may_be_token("bedside_access_00"));
    }
}
