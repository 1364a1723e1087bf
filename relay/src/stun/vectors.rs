//! The test vectors of RFC 5769, byte for byte.

use super::*;

/// Decodes hexadecimal digits; whitespace is ignored.
fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

const SHORT_TERM_PASSWORD: &str = "VOkJxbRl1RmTxUk/WvJxBt";

/// RFC 5769 §2.1.
const REQUEST: &str = "
    00010058 2112a442 b7e7a701 bc34d686 fa87dfae 80220010 5354554e 20746573 7420636c 69656e74 00240004 6e0001ff
    80290008 932ff9b1 51263b36 00060009 6576746a 3a683676 59202020 00080014 9aeaa70c bfd8cb56 781ef2b5 b2d3f249
    c1b571a2 80280004 e57a3bcf";

/// RFC 5769 §2.2.
const IPV4_RESPONSE: &str = "
    0101003c 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200008 0001a147 e112a643
    00080014 2b91f599 fd9e90c3 8c7489f9 2af9ba53 f06be7d7 80280004 c07d4c96";

/// RFC 5769 §2.3.
const IPV6_RESPONSE: &str = "
    01010048 2112a442 b7e7a701 bc34d686 fa87dfae 8022000b 74657374 20766563 746f7220 00200014 0002a147 0113a9fa
    a5d3f179 bc25f4b5 bed2b9d9 00080014 a382954e 4be67bf1 1784c97c 8292c275 bfe3ed41 80280004 c8fb0b4c";

/// RFC 5769 §2.4.
const LONG_TERM_REQUEST: &str = "
    00010060 2112a442 78ad3433 c6ad72c0 29da412e 00060012 e3839ee3 8388e383 aae38383 e382af e382b9 0000
    0015001c 662f2f34 39396b39 35346436 4f4c3334 6f4c3946 53547679 36347341 0014000b 6578616d 706c652e 6f726700
    00080014 f6702465 6dd64a3e 02b8e071 2e85c9a2 8ca89666";

#[test]
fn the_sample_request_reads_and_verifies() {
    let sample = bytes(REQUEST);
    let message = Message::parse(&sample).unwrap();
    assert_eq!((message.class(), message.method()), (Class::Request, Method::Binding));
    assert_eq!(message.get(attribute::USERNAME), Some(&b"evtj:h6vY"[..]));
    assert_eq!(message.get(attribute::SOFTWARE), Some(&b"STUN test client"[..]));
    assert!(Key::short_term(SHORT_TERM_PASSWORD).signed(&message, Algorithm::Sha1));
    assert!(!Key::short_term("VOkJxbRl1RmTxUk/WvJxBT").signed(&message, Algorithm::Sha1));
}

#[test]
fn the_sample_responses_read_verify_and_are_written_the_same() {
    for (sample, address) in [(IPV4_RESPONSE, "192.0.2.1:32853"), (IPV6_RESPONSE, "[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    {
        let sample = bytes(sample);
        let message = Message::parse(&sample).unwrap();
        let mapped = message.get(attribute::XOR_MAPPED_ADDRESS).unwrap();
        let address = address.parse().unwrap();
        assert_eq!(attribute::xor_address(mapped, message.transaction()), Some(address));
        let key = Key::short_term(SHORT_TERM_PASSWORD);
        assert!(key.signed(&message, Algorithm::Sha1));
        let mut buffer = [0; 128];
        let mut writer = Writer::new(&mut buffer, Class::Success, Method::Binding, message.transaction());
        writer.attribute(attribute::SOFTWARE, b"test vector").xor_address(attribute::XOR_MAPPED_ADDRESS, address);
        writer.integrity(&key, Algorithm::Sha1);
        let length = writer.finish_with_fingerprint().unwrap();
        // The RFC pads SOFTWARE with blanks, this crate with zeroes, so the signatures differ. Everything else must be equal.
        assert_eq!(length, sample.len());
        assert_eq!(buffer[36..length - 32], sample[36..length - 32]);
    }
}

#[test]
fn the_long_term_request_verifies() {
    let sample = bytes(LONG_TERM_REQUEST);
    let message = Message::parse(&sample).unwrap();
    let username = attribute::text(message.get(attribute::USERNAME).unwrap()).unwrap();
    let realm = attribute::text(message.get(attribute::REALM).unwrap()).unwrap();
    assert_eq!((username, realm), ("\u{30de}\u{30c8}\u{30ea}\u{30c3}\u{30af}\u{30b9}", "example.org"));
    let key = Key::long_term(username, realm, "TheMatrIX", PasswordAlgorithm::Md5);
    assert!(key.signed(&message, Algorithm::Sha1));
}

#[test]
fn every_flipped_bit_of_a_sample_is_noticed() {
    let key = Key::short_term(SHORT_TERM_PASSWORD);
    for sample in [REQUEST, IPV4_RESPONSE, IPV6_RESPONSE] {
        let sample = bytes(sample);
        for bit in 0..sample.len() * 8 {
            let mut spoilt = sample.clone();
            spoilt[bit / 8] ^= 1 << (bit % 8);
            let signed = Message::parse(&spoilt).is_ok_and(|message| key.signed(&message, Algorithm::Sha1));
            let in_type_of_fingerprint = (sample.len() - 8..sample.len() - 6).contains(&(bit / 8));
            assert!(!signed || in_type_of_fingerprint, "bit {bit}");
        }
    }
}
