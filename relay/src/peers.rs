//! Decides which peers a relay may send to and receive from.
//!
//! A relay stands inside a private network and sends packets for strangers. Without a policy it would be a tunnel to every machine that
//! trusts that network: databases, the cloud's metadata service, the relay's own host. So [`PeerPolicy`] refuses everything
//! that is not an ordinary address of the public internet, in every notation, unless the operator lists it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// Decides about peer addresses. It has no side effects and is fast enough to be asked for every packet.
///
/// The default refuses the special-purpose ranges of the IANA registries (RFC 6890 and its updates): loopback, private, carrier-grade
/// NAT, link-local with the metadata address, unique local, multicast, broadcast, unspecified, documentation, benchmarking,
/// reserved. An IPv6 address that contains an IPv4 address (mapped, compatible, NAT64, 6to4) is treated like that IPv4 address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeerPolicy {
    allow: Vec<IpNet>,
}

impl PeerPolicy {
    /// The default policy with exceptions. An exception overrides every refusal, and also applies to the IPv6 forms of its IPv4 addresses.
    pub fn allowing(allow: impl IntoIterator<Item = IpNet>) -> Self {
        Self { allow: allow.into_iter().collect() }
    }

    /// Whether packets may go to and come from this address.
    pub fn allows(&self, peer: IpAddr) -> bool {
        if self.lists(peer) {
            return true;
        }
        match peer {
            IpAddr::V4(v4) => !REFUSED_V4.iter().any(|net| net.contains(&v4)),
            IpAddr::V6(v6) => match carried(v6) {
                Some(v4) => self.allows(IpAddr::V4(v4)),
                None => !REFUSED_V6.iter().any(|net| net.contains(&v6)),
            },
        }
    }

    /// Whether the operator listed this address or the IPv4 address that it contains.
    pub(crate) fn lists(&self, peer: IpAddr) -> bool {
        self.allow.iter().any(|net| net.contains(&peer))
            || matches!(peer, IpAddr::V6(v6) if carried(v6).is_some_and(|v4| self.lists(IpAddr::V4(v4))))
    }
}

/// The address that a packet to `address` finally reaches: the IPv4 address inside it, or itself.
pub(crate) fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => carried(v6).map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// The IPv4 address inside an IPv6 address: mapped and compatible (RFC 4291 §2.5.5), NAT64's well-known prefix (RFC 6052), 6to4
/// (RFC 3056). `::` and `::1` contain none.
fn carried(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let octets = address.octets();
    let at = |from: usize| Some(Ipv4Addr::new(octets[from], octets[from + 1], octets[from + 2], octets[from + 3]));
    match address.segments() {
        [0, 0, 0, 0, 0, 0xffff, ..] => at(12),
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0, ..] => at(12),
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => at(12),
        [0x2002, ..] => at(2),
        _ => None,
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6(a: u16, b: u16, c: u16, bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), bits)
}

const REFUSED_V4: [Ipv4Net; 15] = [
    v4(0, 0, 0, 0, 8),       // this network, unspecified (RFC 791)
    v4(10, 0, 0, 0, 8),      // private (RFC 1918)
    v4(100, 64, 0, 0, 10),   // carrier-grade NAT (RFC 6598)
    v4(127, 0, 0, 0, 8),     // loopback (RFC 1122)
    v4(169, 254, 0, 0, 16),  // link-local (RFC 3927), and the clouds' metadata at 169.254.169.254
    v4(172, 16, 0, 0, 12),   // private (RFC 1918)
    v4(192, 0, 0, 0, 24),    // protocol assignments (RFC 6890)
    v4(192, 0, 2, 0, 24),    // documentation (RFC 5737)
    v4(192, 88, 99, 0, 24),  // 6to4 relays, withdrawn (RFC 7526)
    v4(192, 168, 0, 0, 16),  // private (RFC 1918)
    v4(198, 18, 0, 0, 15),   // benchmarking (RFC 2544)
    v4(198, 51, 100, 0, 24), // documentation (RFC 5737)
    v4(203, 0, 113, 0, 24),  // documentation (RFC 5737)
    v4(224, 0, 0, 0, 4),     // multicast (RFC 5771)
    v4(240, 0, 0, 0, 4),     // reserved (RFC 1112), and broadcast
];

const REFUSED_V6: [Ipv6Net; 11] = [
    v6(0, 0, 0, 8),           // unspecified, loopback and the rest of the reserved block (RFC 4291)
    v6(0x64, 0xff9b, 1, 48),  // NAT64 with a local prefix (RFC 8215)
    v6(0x100, 0, 0, 64),      // discard (RFC 6666)
    v6(0x2001, 0, 0, 23),     // Teredo, benchmarking, ORCHID: protocol assignments (RFC 2928)
    v6(0x2001, 0xdb8, 0, 32), // documentation (RFC 3849)
    v6(0x3fff, 0, 0, 20),     // documentation (RFC 9637)
    v6(0x5f00, 0, 0, 16),     // segment routing (RFC 9602)
    v6(0xfc00, 0, 0, 7),      // unique local (RFC 4193), and the clouds' metadata at fd00:ec2::254
    v6(0xfe80, 0, 0, 10),     // link-local (RFC 4291)
    v6(0xfec0, 0, 0, 10),     // site-local, withdrawn (RFC 3879)
    v6(0xff00, 0, 0, 8),      // multicast (RFC 4291)
];

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Each refused range by its first and last address or one inside, then IPv6 addresses that contain a refused IPv4 address.
    const REFUSED: &str = "
        0.0.0.0 0.255.255.255 10.0.0.0 10.255.255.255 100.64.0.0 100.127.255.255 127.0.0.1 127.255.255.255 169.254.0.0
        169.254.169.254 169.254.255.255 172.16.0.0 172.31.255.255 192.0.0.0 192.0.0.255 192.0.2.1 192.88.99.1
        192.168.0.0 192.168.255.255 198.18.0.0 198.19.255.255 198.51.100.7 203.0.113.255 224.0.0.1 239.255.255.255
        240.0.0.0 255.255.255.255 :: ::1 ::2:0:0:1 64:ff9b:1::1 64:ff9b:1:ffff:ffff::1 100::1 2001::1 2001:2::1
        2001:10::1 2001:20::1 2001:1ff:ffff::1 2001:db8::1 2001:db8:ffff::1 3fff::1 3fff:fff:ffff::1 5f00::1 fc00::1
        fd00:ec2::254 fdff:ffff::1 fe80::1 febf::1 fec0::1 feff::1 ff00::1 ff02::1 ffff:ffff::1 ::ffff:127.0.0.1
        ::ffff:10.1.2.3 ::ffff:169.254.169.254 ::ffff:0.0.0.0 ::127.0.0.1 ::10.0.0.1 64:ff9b::7f00:1
        64:ff9b::192.168.1.1 64:ff9b::a9fe:a9fe 2002:7f00:1::1 2002:c0a8:101:: 2002:a9fe:a9fe::1";

    /// Ordinary addresses, most of them adjacent to a refused range.
    const ALLOWED: &str = "
        1.0.0.0 8.8.8.8 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255
        169.255.0.0 172.15.255.255 172.32.0.0 192.0.1.0 192.0.3.0 192.167.255.255 192.169.0.0 198.17.255.255
        198.20.0.0 198.51.99.255 203.0.114.0 223.255.255.255 2001:200::1 2001:4860:4860::8888 2001:db7:ffff::1
        2001:db9::1 2606:4700::1111 2a00:1450::1 3fff:1000::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1";

    #[test]
    fn special_addresses_are_refused_in_every_spelling() {
        let policy = PeerPolicy::default();
        let passed: Vec<_> = REFUSED.split_whitespace().filter(|text| policy.allows(ip(text))).collect();
        assert!(passed.is_empty(), "these must be refused: {passed:?}");
    }

    #[test]
    fn ordinary_addresses_are_allowed() {
        let policy = PeerPolicy::default();
        let stopped: Vec<_> = ALLOWED.split_whitespace().filter(|text| !policy.allows(ip(text))).collect();
        assert!(stopped.is_empty(), "these must be allowed: {stopped:?}");
    }

    #[test]
    fn an_exception_opens_its_own_range_only() {
        let policy = PeerPolicy::allowing(["10.20.0.0/16".parse().unwrap(), "fd00:1::/32".parse().unwrap()]);
        for text in ["10.20.0.1", "10.20.255.255", "::ffff:10.20.0.1", "64:ff9b::10.20.0.1", "2002:0a14:1::1", "fd00:1::1"] {
            assert!(policy.allows(ip(text)), "{text}");
        }
        for text in ["10.19.255.255", "10.21.0.0", "::ffff:10.21.0.0", "127.0.0.1", "fd00:2::1", "169.254.169.254"] {
            assert!(!policy.allows(ip(text)), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_carried_address_fares_like_the_bare_one(bits: u32) {
            let policy = PeerPolicy::default();
            let bare = Ipv4Addr::from(bits);
            let [a, b, c, d] = bare.octets().map(u16::from);
            let (high, low) = (a << 8 | b, c << 8 | d);
            let expected = policy.allows(bare.into());
            proptest::prop_assert_eq!(policy.allows(bare.to_ipv6_mapped().into()), expected);
            proptest::prop_assert_eq!(policy.allows(Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low).into()), expected);
            proptest::prop_assert_eq!(policy.allows(Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1).into()), expected);
        }
    }
}
