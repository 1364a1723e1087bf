//! What one line of the Internet is given.

use std::net::{IpAddr, Ipv6Addr};

/// What stands for an address wherever something is counted: an IPv6 address for its /64, which is what one line is given (RFC 6177), and a
/// mapped IPv4 address for itself.
#[must_use]
pub fn line_of(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::line_of;

    #[test]
    fn one_line_is_one_address() {
        let line = |text: &str| line_of(text.parse().unwrap()).to_string();
        assert_eq!(line("203.0.113.9"), "203.0.113.9");
        assert_eq!(line("::ffff:203.0.113.9"), "203.0.113.9");
        assert_eq!(line("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
    }
}
