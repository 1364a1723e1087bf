//! Decides where a packet may go: out to a peer that the policy allows, to another allocation of this relay, or nowhere.
//!
//! Two clients of one relay often talk to each other through it. Those packets stay inside the process: this works behind a
//! NAT without hairpinning, costs one system call instead of three, and needs no exception for the relay's own address, whose other ports
//! stay closed to clients.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;

use super::allocation::Way;
use crate::config::Config;
use crate::peers::{self, PeerPolicy};

pub(super) struct Borders {
    policy: PeerPolicy,
    /// The relay's own addresses, sorted.
    own: Vec<IpAddr>,
    ports: RangeInclusive<u16>,
}

impl Borders {
    pub(super) fn new(config: &Config) -> Self {
        let addresses = config.relayed.iter().flat_map(|relayed| [relayed.public, relayed.bind]);
        let listening = config.every_listener().map(SocketAddr::ip);
        let mut own: Vec<_> = addresses.chain(listening).filter(|address| !address.is_unspecified()).collect();
        own.sort_unstable();
        own.dedup();
        Self { policy: config.peers.clone(), own, ports: config.ports.clone() }
    }

    /// How to reach a peer; `None` when packets to it are forbidden.
    pub(super) fn way(&self, peer: SocketAddr) -> Option<Way> {
        if peer.port() == 0 {
            return None;
        }
        let plain = peers::plain(peer.ip());
        if self.own.contains(&plain) {
            if self.ports.contains(&peer.port()) {
                return Some(Way::Inside(SocketAddr::new(plain, peer.port())));
            }
            return self.policy.lists(peer.ip()).then_some(Way::Outside);
        }
        self.policy.allows(peer.ip()).then_some(Way::Outside)
    }

    /// Whether a permission for this address may be created. A permission has no port, so the relay's own addresses are included.
    pub(super) fn permits(&self, peer: IpAddr) -> bool {
        self.own.contains(&peers::plain(peer)) || self.policy.allows(peer)
    }

    /// Whether a packet from this address may be received through a socket. Peers that must not be sent to are refused here too, even before
    /// permissions are checked. A packet that claims to come from an allocation of this relay is forged, because those packets do not go through
    /// a socket. The exception are own addresses that the operator lists: other programs there may use such ports.
    pub(super) fn admits(&self, peer: SocketAddr) -> bool {
        if self.own.contains(&peer.ip()) { self.policy.lists(peer.ip()) } else { self.policy.allows(peer.ip()) }
    }

    /// Whether a relayed address that belongs to no allocation may be reached through a socket.
    pub(super) fn lists(&self, peer: IpAddr) -> bool {
        self.policy.lists(peer)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::credentials::Secret;

    fn borders(allow: &[&str]) -> Borders {
        let mut config =
            Config::new("relay.example", Secret::new("0123456789abcdef"), "198.41.0.4".parse().unwrap(), Arc::new(|| 0));
        config.ports = 50_000..=50_010;
        config.peers = PeerPolicy::allowing(allow.iter().map(|net| net.parse().unwrap()));
        Borders::new(&config)
    }

    #[test]
    fn only_the_relayed_ports_of_the_own_address_are_reached() {
        let borders = borders(&[]);
        let inside = Some(Way::Inside("198.41.0.4:50001".parse().unwrap()));
        for (peer, expected) in [
            ("198.41.0.4:50001", inside),
            ("[::ffff:198.41.0.4]:50001", inside),
            ("198.41.0.4:22", None),
            ("[64:ff9b::198.41.0.4]:22", None),
            ("8.8.8.8:22", Some(Way::Outside)),
            ("8.8.8.8:0", None),
            ("10.0.0.1:50001", None),
        ] {
            assert_eq!(borders.way(peer.parse().unwrap()), expected, "{peer}");
        }
        assert!(!borders.admits("198.41.0.4:50001".parse().unwrap()));
        assert!(borders.admits("8.8.8.8:22".parse().unwrap()) && !borders.admits("10.0.0.1:22".parse().unwrap()));
        assert!(borders.permits("198.41.0.4".parse().unwrap()));
    }

    #[test]
    fn a_listed_own_address_is_reached_outside() {
        let borders = borders(&["198.41.0.0/24"]);
        assert_eq!(borders.way("198.41.0.4:22".parse().unwrap()), Some(Way::Outside));
        assert!(matches!(borders.way("198.41.0.4:50001".parse().unwrap()), Some(Way::Inside(_))));
        assert!(borders.admits("198.41.0.4:50001".parse().unwrap()) && borders.lists("198.41.0.4".parse().unwrap()));
    }
}
