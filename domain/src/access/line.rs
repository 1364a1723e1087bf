//! The address that stands for one Internet line.

use std::net::{IpAddr, Ipv6Addr};

/// The address under which requests are counted: an IPv6 address counts as its /64 prefix, which is what one line is assigned (RFC 6177); a mapped
/// IPv4 address counts as the IPv4 address.
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
