//! The numbers and values of attributes (RFC 8489 §14, §18.3; RFC 8656 §18).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::message::{MAGIC_COOKIE, TransactionId};

/// The client's address without the XOR, for clients of RFC 3489 (RFC 8489 §14.1).
pub const MAPPED_ADDRESS: u16 = 0x0001;
/// The name of the client's credential (RFC 8489 §14.3).
pub const USERNAME: u16 = 0x0006;
/// HMAC-SHA1 over the part of the message before it (RFC 8489 §14.5).
pub const MESSAGE_INTEGRITY: u16 = 0x0008;
/// Why a request was not carried out (RFC 8489 §14.8).
pub const ERROR_CODE: u16 = 0x0009;
/// The attribute types that the server did not understand (RFC 8489 §14.13).
pub const UNKNOWN_ATTRIBUTES: u16 = 0x000a;
/// A channel's number (RFC 8656 §18.1).
pub const CHANNEL_NUMBER: u16 = 0x000c;
/// Seconds until an allocation ends (RFC 8656 §18.2).
pub const LIFETIME: u16 = 0x000d;
/// The address of a peer (RFC 8656 §18.3).
pub const XOR_PEER_ADDRESS: u16 = 0x0012;
/// A payload (RFC 8656 §18.4).
pub const DATA: u16 = 0x0013;
/// The name of the server's realm (RFC 8489 §14.9).
pub const REALM: u16 = 0x0014;
/// The server's nonce, which prevents replays (RFC 8489 §14.10).
pub const NONCE: u16 = 0x0015;
/// The address that peers see (RFC 8656 §18.5).
pub const XOR_RELAYED_ADDRESS: u16 = 0x0016;
/// The family of the relayed address, IPv4 or IPv6 (RFC 8656 §18.6).
pub const REQUESTED_ADDRESS_FAMILY: u16 = 0x0017;
/// Asks for an even port, and optionally reserves the next one (RFC 8656 §18.7).
pub const EVEN_PORT: u16 = 0x0018;
/// The protocol between relay and peer (RFC 8656 §18.8).
pub const REQUESTED_TRANSPORT: u16 = 0x0019;
/// Forbids routers to fragment the packet (RFC 8656 §18.9).
pub const DONT_FRAGMENT: u16 = 0x001a;
/// HMAC-SHA256 over the part of the message before it (RFC 8489 §14.6).
pub const MESSAGE_INTEGRITY_SHA256: u16 = 0x001c;
/// How the client derived its key from the password (RFC 8489 §14.12).
pub const PASSWORD_ALGORITHM: u16 = 0x001d;
/// The hashed username (RFC 8489 §14.4).
pub const USERHASH: u16 = 0x001e;
/// The client's address as the server sees it (RFC 8489 §14.2).
pub const XOR_MAPPED_ADDRESS: u16 = 0x0020;
/// Asks for the port that was reserved under this token (RFC 8656 §18.10).
pub const RESERVATION_TOKEN: u16 = 0x0022;
/// The second family of a dual allocation (RFC 8656 §18.11).
pub const ADDITIONAL_ADDRESS_FAMILY: u16 = 0x8000;
/// Why one family of a dual allocation was refused (RFC 8656 §18.12).
pub const ADDRESS_ERROR_CODE: u16 = 0x8001;
/// The key derivations that the server supports (RFC 8489 §14.11).
pub const PASSWORD_ALGORITHMS: u16 = 0x8002;
/// The software's name (RFC 8489 §14.14).
pub const SOFTWARE: u16 = 0x8022;
/// CRC-32 of the message (RFC 8489 §14.7).
pub const FINGERPRINT: u16 = 0x8028;

/// IPv4, in attributes that contain an address or an address family.
pub const IPV4: u8 = 0x01;
/// IPv6, in the same attributes.
pub const IPV6: u8 = 0x02;
/// UDP in REQUESTED-TRANSPORT, an IP protocol number (RFC 8656 §18.8).
pub const UDP: u8 = 17;

/// Reads XOR-MAPPED-ADDRESS, XOR-PEER-ADDRESS or XOR-RELAYED-ADDRESS (RFC 8489 §14.2); `None` when the value is malformed.
pub fn xor_address(value: &[u8], transaction: TransactionId) -> Option<SocketAddr> {
    let [_, family, p0, p1, address @ ..] = value else { return None };
    let port = u16::from_be_bytes([*p0, *p1]) ^ (MAGIC_COOKIE >> 16) as u16;
    let address: IpAddr = match *family {
        IPV4 => {
            let bits = u32::from_be_bytes(address.try_into().ok()?);
            Ipv4Addr::from_bits(bits ^ MAGIC_COOKIE).into()
        }
        IPV6 => {
            let bits = u128::from_be_bytes(address.try_into().ok()?);
            Ipv6Addr::from_bits(bits ^ v6_mask(transaction)).into()
        }
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

/// Writes such a value into 20 bytes and returns how many are used.
pub(super) fn write_xor_address(value: &mut [u8; 20], address: SocketAddr, transaction: TransactionId) -> usize {
    let port = address.port() ^ (MAGIC_COOKIE >> 16) as u16;
    value[0] = 0;
    value[2..4].copy_from_slice(&port.to_be_bytes());
    match address.ip() {
        IpAddr::V4(v4) => {
            value[1] = IPV4;
            value[4..8].copy_from_slice(&(v4.to_bits() ^ MAGIC_COOKIE).to_be_bytes());
            8
        }
        IpAddr::V6(v6) => {
            value[1] = IPV6;
            value[4..20].copy_from_slice(&(v6.to_bits() ^ v6_mask(transaction)).to_be_bytes());
            20
        }
    }
}

fn v6_mask(transaction: TransactionId) -> u128 {
    let mut mask = [0; 16];
    mask[..4].copy_from_slice(&MAGIC_COOKIE.to_be_bytes());
    mask[4..].copy_from_slice(&transaction.0);
    u128::from_be_bytes(mask)
}

/// Reads the number of an ERROR-CODE, 300 to 699 (RFC 8489 §14.8).
pub fn error_code(value: &[u8]) -> Option<u16> {
    let [_, _, hundreds, rest, ..] = value else { return None };
    let hundreds = hundreds & 0x07;
    ((3..=6).contains(&hundreds) && *rest < 100).then(|| u16::from(hundreds) * 100 + u16::from(*rest))
}

/// Reads a 32-bit number, such as LIFETIME.
pub fn number(value: &[u8]) -> Option<u32> {
    value.try_into().ok().map(u32::from_be_bytes)
}

/// Reads UTF-8 text.
pub fn text(value: &[u8]) -> Option<&str> {
    std::str::from_utf8(value).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_code_is_hundreds_and_rest() {
        assert_eq!(error_code(&[0, 0, 4, 38, b'S']), Some(438));
        for wrong in [&[0, 0, 4, 100][..], &[0, 0, 2, 0], &[0, 0, 7, 0], &[0, 0, 4]] {
            assert_eq!(error_code(wrong), None);
        }
    }

    proptest::proptest! {
        #[test]
        fn an_address_reads_back(address: SocketAddr, id: [u8; 12]) {
            // Flow labels and scope ids are not transmitted.
            let address = SocketAddr::new(address.ip(), address.port());
            let mut value = [0; 20];
            let length = write_xor_address(&mut value, address, TransactionId(id));
            proptest::prop_assert_eq!(xor_address(&value[..length], TransactionId(id)), Some(address));
            proptest::prop_assert_eq!(xor_address(&value[..length - 1], TransactionId(id)), None);
        }
    }
}
