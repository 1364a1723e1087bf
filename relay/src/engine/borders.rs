//! Where a packet may go: outside by the peer policy, inside to another allocation of this relay, or nowhere.
//!
//! Two clients of one relay often speak to each other through it. Those packets change hands here and never reach the kernel: that
//! works behind a NAT without hairpin, costs no system call, and needs no exception for the relay's own address, whose other
//! ports stay closed to clients.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{PoisonError, RwLock};

use tokio::sync::mpsc;

use crate::config::Config;
use crate::peers::{self, PeerPolicy};

/// How many packets wait for an allocation before more are dropped, as a socket's buffer does.
const INBOX: usize = 256;

/// A packet from one allocation to another.
pub(super) struct Parcel {
    pub(super) from: SocketAddr,
    pub(super) payload: Vec<u8>,
}

/// Where a packet to a peer goes, or one from a peer comes from.
pub(super) enum Route {
    /// An allocation of this relay.
    Inside(mpsc::Sender<Parcel>),
    /// A relayed address of this relay that nobody holds now.
    Vacant,
    /// By the kernel.
    Outside,
    /// The policy refuses this peer.
    Refused,
}

pub(super) struct Borders {
    policy: PeerPolicy,
    own: Vec<IpAddr>,
    ports: RangeInclusive<u16>,
    inboxes: RwLock<HashMap<SocketAddr, mpsc::Sender<Parcel>>>,
}

impl Borders {
    pub(super) fn new(config: &Config) -> Self {
        let addresses = config.relayed.iter().flat_map(|relayed| [relayed.public, relayed.bind]);
        let listening = config.listen.iter().map(SocketAddr::ip);
        let mut own: Vec<_> = addresses.chain(listening).filter(|address| !address.is_unspecified()).collect();
        own.sort_unstable();
        own.dedup();
        Self { policy: config.peers.clone(), own, ports: config.ports.clone(), inboxes: RwLock::default() }
    }

    /// The way for one packet.
    pub(super) fn route(&self, peer: SocketAddr) -> Route {
        if peer.port() == 0 {
            return Route::Refused;
        }
        let plain = peers::plain(peer.ip());
        let listed = self.policy.lists(peer.ip());
        if self.own.contains(&plain) && !listed && !self.ports.contains(&peer.port()) {
            return Route::Refused;
        }
        if self.own.contains(&plain) && self.ports.contains(&peer.port()) {
            return match self.inboxes.read().unwrap_or_else(PoisonError::into_inner).get(&SocketAddr::new(plain, peer.port())) {
                Some(inbox) => Route::Inside(inbox.clone()),
                None if listed => Route::Outside,
                None => Route::Vacant,
            };
        }
        if self.policy.allows(peer.ip()) { Route::Outside } else { Route::Refused }
    }

    /// Whether a permission for this address can be of use: a permission knows no port.
    pub(super) fn permits(&self, peer: IpAddr) -> bool {
        self.own.contains(&peers::plain(peer)) || self.policy.allows(peer)
    }

    /// Opens the inbox of a relayed address; `None` when somebody has it.
    pub(super) fn move_in(&self, relayed: SocketAddr) -> Option<mpsc::Receiver<Parcel>> {
        let mut inboxes = self.inboxes.write().unwrap_or_else(PoisonError::into_inner);
        if inboxes.contains_key(&relayed) {
            return None;
        }
        let (sender, receiver) = mpsc::channel(INBOX);
        inboxes.insert(relayed, sender);
        Some(receiver)
    }

    /// Closes the inbox of a relayed address.
    pub(super) fn move_out(&self, relayed: SocketAddr) {
        self.inboxes.write().unwrap_or_else(PoisonError::into_inner).remove(&relayed);
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

    fn named(route: &Route) -> &'static str {
        match route {
            Route::Inside(_) => "inside",
            Route::Vacant => "vacant",
            Route::Outside => "outside",
            Route::Refused => "refused",
        }
    }

    #[test]
    fn only_the_relayed_ports_of_the_own_address_are_reached() {
        let borders = borders(&[]);
        let _inbox = borders.move_in("198.41.0.4:50001".parse().unwrap()).unwrap();
        for (peer, expected) in [
            ("198.41.0.4:50001", "inside"),
            ("[::ffff:198.41.0.4]:50001", "inside"),
            ("198.41.0.4:50002", "vacant"),
            ("198.41.0.4:22", "refused"),
            ("[64:ff9b::198.41.0.4]:22", "refused"),
            ("8.8.8.8:22", "outside"),
            ("8.8.8.8:0", "refused"),
            ("10.0.0.1:50001", "refused"),
        ] {
            assert_eq!(named(&borders.route(peer.parse().unwrap())), expected, "{peer}");
        }
    }

    #[test]
    fn a_listed_own_address_is_reached_outside_where_nobody_lives() {
        let borders = borders(&["198.41.0.0/24"]);
        let _inbox = borders.move_in("198.41.0.4:50001".parse().unwrap()).unwrap();
        assert_eq!(named(&borders.route("198.41.0.4:50001".parse().unwrap())), "inside");
        assert_eq!(named(&borders.route("198.41.0.4:50002".parse().unwrap())), "outside");
        assert_eq!(named(&borders.route("198.41.0.4:22".parse().unwrap())), "outside");
    }

    #[test]
    fn an_address_is_held_once_until_it_is_left() {
        let borders = borders(&[]);
        let address = "198.41.0.4:50001".parse().unwrap();
        let inbox = borders.move_in(address);
        assert!(inbox.is_some() && borders.move_in(address).is_none());
        borders.move_out(address);
        assert!(borders.move_in(address).is_some());
    }
}
