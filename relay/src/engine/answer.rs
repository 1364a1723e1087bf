//! Answers that the gate gives in the engine's place.

use stun::attributes::{ATTR_NONCE, ATTR_REALM, AttrType};
use stun::error_code::{CODE_UNKNOWN_ATTRIBUTE, ErrorCode};
use stun::fingerprint::FINGERPRINT;
use stun::integrity::MessageIntegrity;
use stun::message::{CLASS_ERROR_RESPONSE, Message, MessageType, Setter};
use stun::textattrs::TextAttribute;
use stun::uattrs::UnknownAttributes;

/// An error to somebody who has not proved a credential.
pub(super) fn error(request: &Message, code: ErrorCode) -> Vec<u8> {
    build(request, vec![Box::new(code)])
}

/// An error to somebody who has, signed with the same key (RFC 8489 §9.2.4).
pub(super) fn signed_error(request: &Message, code: ErrorCode, key: &[u8]) -> Vec<u8> {
    build(request, vec![Box::new(code), Box::new(MessageIntegrity(key.to_vec()))])
}

/// Asks for a credential: 401 at first, or 438 when only the nonce was too old.
pub(super) fn challenge(request: &Message, code: ErrorCode, realm: &str, nonce: String) -> Vec<u8> {
    let nonce = TextAttribute::new(ATTR_NONCE, nonce);
    let realm = TextAttribute::new(ATTR_REALM, realm.to_owned());
    build(request, vec![Box::new(code), Box::new(nonce), Box::new(realm)])
}

/// Names the attributes that must be understood and are not (RFC 8489 §6.3.1).
pub(super) fn unknown_attributes(request: &Message, unknown: Vec<AttrType>, key: &[u8]) -> Vec<u8> {
    let code = Box::new(CODE_UNKNOWN_ATTRIBUTE);
    build(request, vec![code, Box::new(UnknownAttributes(unknown)), Box::new(MessageIntegrity(key.to_vec()))])
}

/// Empty when the answer cannot be built: all parts are bounded, so that does not happen, and silence is what UDP allows.
fn build(request: &Message, parts: Vec<Box<dyn Setter>>) -> Vec<u8> {
    let header = Message { transaction_id: request.transaction_id, ..Message::default() };
    let kind = MessageType::new(request.typ.method, CLASS_ERROR_RESPONSE);
    let mut setters: Vec<Box<dyn Setter>> = vec![Box::new(header), Box::new(kind)];
    setters.extend(parts);
    setters.push(Box::new(FINGERPRINT));
    let mut answer = Message::new();
    match answer.build(&setters) {
        Ok(()) => answer.raw,
        Err(error) => {
            tracing::error!(%error, "an answer to a client could not be built");
            Vec::new()
        }
    }
}
