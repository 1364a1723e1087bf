//! The header and the attributes of a STUN message (RFC 8489 §5, §14).

use super::{attribute, fingerprint};

/// The length of the header in bytes.
pub const HEADER_LENGTH: usize = 20;

/// The fixed value in bytes 4 to 7, which distinguishes STUN from other protocols on the same port (RFC 8489 §5).
pub const MAGIC_COOKIE: u32 = 0x2112_a442;

/// The 96 bits that match an answer to its request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TransactionId(pub [u8; 12]);

/// The class of a message (RFC 8489 §5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A request, which expects an answer.
    Request,
    /// An indication, which expects no answer.
    Indication,
    /// The answer to a successful request.
    Success,
    /// The answer to a failed request.
    Error,
}

/// The method of a message (RFC 8489 §18.1, RFC 8656 §17).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Asks for the client's address as the server sees it.
    Binding,
    /// Asks for a relayed address.
    Allocate,
    /// Extends or ends an allocation.
    Refresh,
    /// Carries a payload from the client.
    Send,
    /// Carries a payload to the client.
    Data,
    /// Lets packets of a peer through.
    CreatePermission,
    /// Binds a channel number to a peer.
    ChannelBind,
    /// Any other method, by its twelve bits.
    Other(u16),
}

impl Method {
    fn from_bits(bits: u16) -> Self {
        match bits {
            0x001 => Self::Binding,
            0x003 => Self::Allocate,
            0x004 => Self::Refresh,
            0x006 => Self::Send,
            0x007 => Self::Data,
            0x008 => Self::CreatePermission,
            0x009 => Self::ChannelBind,
            other => Self::Other(other),
        }
    }

    fn bits(self) -> u16 {
        match self {
            Self::Binding => 0x001,
            Self::Allocate => 0x003,
            Self::Refresh => 0x004,
            Self::Send => 0x006,
            Self::Data => 0x007,
            Self::CreatePermission => 0x008,
            Self::ChannelBind => 0x009,
            Self::Other(bits) => bits & 0xfff,
        }
    }
}

/// The first two bytes: the two bits of the class lie between the twelve bits of the method (RFC 8489 §5, figure 3).
pub(super) fn type_bits(class: Class, method: Method) -> u16 {
    let class = match class {
        Class::Request => 0x000,
        Class::Indication => 0x010,
        Class::Success => 0x100,
        Class::Error => 0x110,
    };
    let method = method.bits();
    (method & 0x00f) | (method & 0x070) << 1 | (method & 0xf80) << 2 | class
}

fn class_and_method(bits: u16) -> (Class, Method) {
    let class = match bits & 0x110 {
        0x000 => Class::Request,
        0x010 => Class::Indication,
        0x100 => Class::Success,
        _ => Class::Error,
    };
    (class, Method::from_bits((bits & 0x00f) | (bits & 0x0e0) >> 1 | (bits & 0x3e00) >> 2))
}

/// The bytes are not a STUN message, or a damaged one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a sound STUN message")]
pub struct Malformed;

/// A well-formed message, borrowed from the received bytes.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    bytes: &'a [u8],
    class: Class,
    method: Method,
}

impl<'a> Message<'a> {
    /// Parses a message that fills `bytes` exactly. Checks the header, that the last attribute ends where the message does, and FINGERPRINT
    /// if there is one (RFC 8489 §6.3, §7.3).
    ///
    /// # Errors
    /// [`Malformed`] for everything else.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, Malformed> {
        let [t0, t1, l0, l1, c0, c1, c2, c3, ..] = *bytes else { return Err(Malformed) };
        let length = usize::from(u16::from_be_bytes([l0, l1]));
        let sound = t0 < 0x40
            && u32::from_be_bytes([c0, c1, c2, c3]) == MAGIC_COOKIE
            && length.is_multiple_of(4)
            && bytes.len() == HEADER_LENGTH + length;
        if !sound {
            return Err(Malformed);
        }
        let (class, method) = class_and_method(u16::from_be_bytes([t0, t1]));
        let message = Self { bytes, class, method };
        message.check_attributes()?;
        Ok(message)
    }

    fn check_attributes(&self) -> Result<(), Malformed> {
        let mut attributes = self.attributes();
        for attribute in &mut attributes {
            if attribute.kind == attribute::FINGERPRINT {
                let last = attribute.offset + 8 == self.bytes.len();
                if !last || !fingerprint::holds(self.bytes) {
                    return Err(Malformed);
                }
            }
        }
        if attributes.at == self.bytes.len() { Ok(()) } else { Err(Malformed) }
    }

    /// The class of the message.
    pub fn class(&self) -> Class {
        self.class
    }

    /// The method of the message.
    pub fn method(&self) -> Method {
        self.method
    }

    /// The transaction id.
    pub fn transaction(&self) -> TransactionId {
        let mut id = [0; 12];
        id.copy_from_slice(&self.bytes[8..HEADER_LENGTH]);
        TransactionId(id)
    }

    /// All attributes in order, whether or not a signature covers them.
    pub fn attributes(&self) -> Attributes<'a> {
        Attributes { bytes: self.bytes, at: HEADER_LENGTH }
    }

    /// The attributes that may be trusted: those before the first MESSAGE-INTEGRITY or MESSAGE-INTEGRITY-SHA256. The signature does not cover the
    /// attributes after it, so a receiver ignores them (RFC 8489 §14.5, §14.6).
    pub fn covered(&self) -> impl Iterator<Item = Attribute<'a>> + Clone + use<'a> {
        self.attributes().take_while(|attribute| {
            attribute.kind != attribute::MESSAGE_INTEGRITY && attribute.kind != attribute::MESSAGE_INTEGRITY_SHA256
        })
    }

    /// The value of the first covered attribute of this kind; repeats are ignored (RFC 8489 §14).
    pub fn get(&self, kind: u16) -> Option<&'a [u8]> {
        self.covered().find(|attribute| attribute.kind == kind).map(|attribute| attribute.value)
    }

    /// The whole message.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }
}

/// One attribute of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attribute<'a> {
    /// The attribute type; see [`super::attribute`].
    pub kind: u16,
    /// The value, without padding.
    pub value: &'a [u8],
    /// Where the attribute's header begins in the message, in bytes.
    pub(super) offset: usize,
}

impl Attribute<'_> {
    /// Whether a receiver that does not know the attribute must refuse the message (RFC 8489 §14).
    pub fn must_be_understood(&self) -> bool {
        self.kind < 0x8000
    }

    /// Where the value begins in the message, in bytes.
    pub fn value_offset(&self) -> usize {
        self.offset + 4
    }
}

/// The attributes of a message, in order.
#[derive(Clone, Debug)]
pub struct Attributes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Attributes<'a> {
    type Item = Attribute<'a>;

    fn next(&mut self) -> Option<Attribute<'a>> {
        let offset = self.at;
        let [k0, k1, l0, l1, rest @ ..] = self.bytes.get(offset..)? else { return None };
        let length = usize::from(u16::from_be_bytes([*l0, *l1]));
        let padded = length.next_multiple_of(4);
        // A last attribute without its padding is as malformed as one without its value.
        rest.get(..padded)?;
        self.at = offset + 4 + padded;
        Some(Attribute { kind: u16::from_be_bytes([*k0, *k1]), value: &rest[..length], offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const METHODS: [Method; 9] = [
        Method::Binding,
        Method::Allocate,
        Method::Refresh,
        Method::Send,
        Method::Data,
        Method::CreatePermission,
        Method::ChannelBind,
        Method::Other(0xfff),
        Method::Other(0x0aa),
    ];

    #[test]
    fn the_type_bits_are_those_of_the_registries() {
        assert_eq!(type_bits(Class::Request, Method::Binding), 0x0001);
        assert_eq!(type_bits(Class::Success, Method::Allocate), 0x0103);
        assert_eq!(type_bits(Class::Indication, Method::Data), 0x0017);
        assert_eq!(type_bits(Class::Error, Method::ChannelBind), 0x0119);
        for method in METHODS {
            for class in [Class::Request, Class::Indication, Class::Success, Class::Error] {
                assert_eq!(class_and_method(type_bits(class, method)), (class, method));
            }
        }
    }

    #[test]
    fn a_message_that_does_not_end_with_its_last_attribute_is_malformed() {
        let mut bytes = vec![0, 1, 0, 8, 0x21, 0x12, 0xa4, 0x42];
        bytes.extend([7; 12]);
        bytes.extend([0x80, 0x22, 0, 4, b'a', b'b', b'c', b'd']);
        assert!(Message::parse(&bytes).is_ok());
        for (place, value) in [(3, 4), (3, 12), (3, 7), (4, 0), (0, 0x40), (23, 5), (23, 0xff)] {
            let mut spoilt = bytes.clone();
            spoilt[place] = value;
            assert_eq!(Message::parse(&spoilt).err(), Some(Malformed), "byte {place}");
        }
        for length in 0..bytes.len() {
            assert!(Message::parse(&bytes[..length]).is_err(), "{length} bytes");
        }
    }
}
