//! Reads out of a STUN request what the gate judges by.

use std::net::SocketAddr;

use stun::attributes::{
    ATTR_CHANNEL_NUMBER, ATTR_DATA, ATTR_DONT_FRAGMENT, ATTR_EVEN_PORT, ATTR_FINGERPRINT, ATTR_LIFETIME, ATTR_MESSAGE_INTEGRITY,
    ATTR_MESSAGE_INTEGRITY_SHA256, ATTR_NONCE, ATTR_REALM, ATTR_REQUESTED_ADDRESS_FAMILY, ATTR_REQUESTED_TRANSPORT,
    ATTR_RESERVATION_TOKEN, ATTR_USERNAME, ATTR_XOR_PEER_ADDRESS, AttrType, Attributes,
};
use stun::integrity::MessageIntegrity;
use stun::message::{Message, Setter};
use stun::xoraddr::XorMappedAddress;

/// Attributes of TURN requests that the engine or the gate understands.
const UNDERSTOOD: [AttrType; 14] = [
    ATTR_CHANNEL_NUMBER,
    ATTR_DATA,
    ATTR_DONT_FRAGMENT,
    ATTR_EVEN_PORT,
    ATTR_LIFETIME,
    ATTR_MESSAGE_INTEGRITY,
    ATTR_MESSAGE_INTEGRITY_SHA256,
    ATTR_NONCE,
    ATTR_REALM,
    ATTR_REQUESTED_ADDRESS_FAMILY,
    ATTR_REQUESTED_TRANSPORT,
    ATTR_RESERVATION_TOKEN,
    ATTR_USERNAME,
    ATTR_XOR_PEER_ADDRESS,
];

/// A text attribute; `None` when it is missing or not UTF-8.
pub(super) fn text(request: &Message, attribute: AttrType) -> Option<String> {
    String::from_utf8(request.get(attribute).ok()?).ok()
}

/// Attributes that must be understood and are not.
pub(super) fn not_understood(request: &Message) -> Vec<AttrType> {
    let types = request.attributes.0.iter().map(|attribute| attribute.typ);
    types.filter(|attribute| attribute.required() && !UNDERSTOOD.contains(attribute)).collect()
}

/// Whether something stands behind MESSAGE-INTEGRITY that it does not protect. The engine would read it like the rest, so that somebody on
/// the way could add to a signed request (RFC 8489 §14.5).
pub(super) fn has_unprotected_part(request: &Message) -> bool {
    let types = request.attributes.0.iter().map(|attribute| attribute.typ);
    let mut behind = types.skip_while(|attribute| *attribute != ATTR_MESSAGE_INTEGRITY).skip(1);
    behind.any(|attribute| attribute != ATTR_FINGERPRINT && attribute != ATTR_MESSAGE_INTEGRITY_SHA256)
}

/// All XOR-PEER-ADDRESS attributes; `None` when there is none or one is spoilt.
pub(super) fn peers(request: &Message) -> Option<Vec<SocketAddr>> {
    let named = request.attributes.0.iter().filter(|attribute| attribute.typ == ATTR_XOR_PEER_ADDRESS);
    let peers = named.map(|attribute| {
        let alone = Message {
            transaction_id: request.transaction_id,
            attributes: Attributes(vec![attribute.clone()]),
            ..Message::default()
        };
        let mut address = XorMappedAddress::default();
        address.get_from_as(&alone, ATTR_XOR_PEER_ADDRESS).ok()?;
        Some(SocketAddr::new(address.ip, address.port))
    });
    peers.collect::<Option<Vec<_>>>().filter(|peers| !peers.is_empty())
}

/// Whether the client asks for IPv4, as it does by saying nothing; `None` when it asks for something unheard of.
pub(super) fn asks_for_ipv4(request: &Message) -> Option<bool> {
    match request.get(ATTR_REQUESTED_ADDRESS_FAMILY) {
        Err(_) => Some(true),
        Ok(value) => match value.first() {
            Some(1) => Some(true),
            Some(2) => Some(false),
            _ => None,
        },
    }
}

/// Whether a Refresh request ends its allocation.
pub(super) fn ends_allocation(request: &Message) -> bool {
    request.get(ATTR_LIFETIME).is_ok_and(|value| value == [0; 4])
}

/// Which ports would do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortWish {
    /// Any.
    Any,
    /// An even one, as RTP without WebRTC likes it.
    Even,
    /// One reserved before, or one with its neighbour reserved: this relay reserves none.
    Reserved,
}

/// What EVEN-PORT and RESERVATION-TOKEN ask for (RFC 8656 §7.2).
pub(super) fn port_wish(request: &Message) -> PortWish {
    if request.contains(ATTR_RESERVATION_TOKEN) {
        return PortWish::Reserved;
    }
    match request.get(ATTR_EVEN_PORT).as_deref() {
        Err(_) => PortWish::Any,
        Ok([flags, ..]) if flags & 0x80 == 0 => PortWish::Even,
        Ok(_) => PortWish::Reserved,
    }
}

/// The request without EVEN-PORT, signed anew: the engine would look for an even port by opening sockets until it meets one, for ever
/// where there is none. `None` when it cannot be written.
pub(super) fn without_even_port(request: &Message, key: &[u8]) -> Option<Vec<u8>> {
    let dropped = [ATTR_EVEN_PORT, ATTR_MESSAGE_INTEGRITY, ATTR_MESSAGE_INTEGRITY_SHA256, ATTR_FINGERPRINT];
    let mut plain = Message { typ: request.typ, transaction_id: request.transaction_id, ..Message::new() };
    plain.write_header();
    for attribute in request.attributes.0.iter().filter(|attribute| !dropped.contains(&attribute.typ)) {
        plain.add(attribute.typ, &attribute.value);
    }
    MessageIntegrity(key.to_vec()).add_to(&mut plain).ok()?;
    Some(plain.raw)
}
