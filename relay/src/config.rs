//! The configuration of a relay, its validation and its errors.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use crate::credentials::Secret;
use crate::peers::PeerPolicy;

/// Returns the current time in Unix seconds. It decides when credentials expire; tests set it.
pub type Clock = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The shortest secret that is accepted, in bytes.
pub const SHORTEST_SECRET: usize = 16;

/// The largest number of worker threads.
pub(crate) const MOST_WORKERS: usize = 250;

/// Everything a relay is started with. Start from [`Config::new`] and change the fields that differ.
#[derive(Clone)]
pub struct Config {
    /// UDP addresses to listen on. An IPv6 address accepts IPv6 only: list `0.0.0.0` and `[::]` for both. On a machine with several
    /// addresses of one family list each of them: on `0.0.0.0` the operating system chooses the source address of an answer.
    pub listen: Vec<SocketAddr>,
    /// TCP addresses to listen on.
    pub listen_tcp: Vec<SocketAddr>,
    /// TLS addresses to listen on; these need `tls`.
    pub listen_tls: Vec<SocketAddr>,
    /// Certificate and key for `listen_tls`. [`crate::Relay::reload_tls`] changes them later.
    pub tls: Option<Arc<rustls::ServerConfig>>,
    /// The number of worker threads, each with its own sockets and allocations; 0 for one per processor, up to 16. On systems that do not
    /// distribute clients over several sockets (all but Linux) there is always one.
    pub workers: usize,
    /// The STUN realm: a name shown to clients, such as the public host name.
    pub realm: String,
    /// The key that checks passwords; the issuer of the credentials uses the same one. At least [`SHORTEST_SECRET`] bytes.
    pub secret: Secret,
    /// The longest lifetime of a credential. [`crate::Relay::close_scope`] uses it to find out which credentials were issued before the closing.
    pub credential_lifetime: Duration,
    /// The addresses for relayed traffic: at most one per family.
    pub relayed: Vec<RelayedAddress>,
    /// The UDP ports of allocations. Open them in the firewall.
    pub ports: RangeInclusive<u16>,
    /// Which peers may be relayed to.
    pub peers: PeerPolicy,
    /// How many allocations and connections one participant and one source address may hold.
    pub quota: Quota,
    /// The bandwidth limit of one allocation.
    pub bandwidth: Bandwidth,
    /// How long an allocation lives between refreshes.
    pub lifetime: Lifetime,
    /// The age at which an allocation can no longer be refreshed.
    pub longest_allocation: Duration,
    /// The source of the current time.
    pub clock: Clock,
}

/// An address of this machine for relayed traffic: as peers see it and as it is bound locally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RelayedAddress {
    /// The public address, which peers see and send to; it can be behind a one-to-one NAT.
    pub public: IpAddr,
    /// The local address to which the sockets are bound; of the same family as `public`.
    pub bind: IpAddr,
}

/// Limits on what clients may hold and request. An allocation above the limit is answered 486 (Allocation Quota Reached).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Allocations of one participant in one scope. A browser makes one per connection, network interface and address family, and
    /// an ICE restart makes new ones before the old ones are closed.
    pub per_participant: usize,
    /// Allocations of one source: an IPv4 address, or an IPv6 /64. All computers behind one NAT are one source.
    pub per_source: usize,
    /// Peers of one allocation at a time: permitted IP addresses, and channels. Above the limit: 508 (Insufficient Capacity).
    pub peers_per_allocation: usize,
    /// TCP and TLS connections of one source per worker. Further connections are closed at once.
    pub connections_per_source: usize,
    /// Answers per second and worker to datagrams from one source without a valid credential: Binding, 401, 438. This limits how much
    /// traffic an attacker can make the relay send to a forged source address. It does not apply to TCP and TLS, where a source cannot be forged.
    pub answers_to_strangers: u32,
}

/// The bandwidth limit of one allocation, for each of its two directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bandwidth {
    /// Bytes per second, with the IP and UDP headers. Packets above the limit are dropped. `None` means no limit.
    pub bytes_per_second: Option<NonZeroU32>,
}

impl Default for Bandwidth {
    /// 16 Mbit/s: several times what a call with a shared screen needs.
    fn default() -> Self {
        Self { bytes_per_second: NonZeroU32::new(2_000_000) }
    }
}

/// How long an allocation lives between refreshes (RFC 8656 §3.2, §7.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lifetime {
    /// The lifetime of an allocation whose client asks for less, or for none.
    pub default: Duration,
    /// The longest lifetime a client can get.
    pub longest: Duration,
}

impl Default for Lifetime {
    /// 10 minutes and one hour, the values of RFC 8656.
    fn default() -> Self {
        Self { default: Duration::from_secs(600), longest: Duration::from_secs(3600) }
    }
}

impl Lifetime {
    /// Returns the granted seconds when the client asks for `wanted` and the allocation may live for another `left` seconds at most.
    pub(crate) fn granted_secs(self, wanted: Option<u32>, left: u64) -> u32 {
        let least = self.default.as_secs();
        let granted = u64::from(wanted.unwrap_or(0)).clamp(least, self.longest.as_secs().max(least)).min(left);
        u32::try_from(granted).unwrap_or(u32::MAX)
    }
}

impl Default for Quota {
    fn default() -> Self {
        Self {
            per_participant: 16,
            per_source: 512,
            peers_per_allocation: 256,
            connections_per_source: 512,
            answers_to_strangers: 1000,
        }
    }
}

impl RelayedAddress {
    /// An address that peers see as `public`; the sockets are bound to the unspecified address of its family.
    pub fn new(public: IpAddr) -> Self {
        let bind = match public {
            IpAddr::V4(_) => Ipv4Addr::UNSPECIFIED.into(),
            IpAddr::V6(_) => Ipv6Addr::UNSPECIFIED.into(),
        };
        Self { public, bind }
    }
}

impl Config {
    /// A configuration that listens on UDP port 3478 of every IPv4 address and relays on the IANA dynamic ports, with the default policy and quota.
    pub fn new(realm: impl Into<String>, secret: Secret, external: IpAddr, clock: Clock) -> Self {
        Self {
            listen: vec![SocketAddr::from((Ipv4Addr::UNSPECIFIED, 3478))],
            listen_tcp: Vec::new(),
            listen_tls: Vec::new(),
            tls: None,
            workers: 0,
            realm: realm.into(),
            secret,
            credential_lifetime: Duration::from_secs(600),
            relayed: vec![RelayedAddress::new(external)],
            ports: 49152..=65535,
            peers: PeerPolicy::default(),
            quota: Quota::default(),
            bandwidth: Bandwidth::default(),
            lifetime: Lifetime::default(),
            longest_allocation: Duration::from_secs(8 * 3600),
            clock,
        }
    }

    /// All listening addresses, in the order of the listener numbers.
    pub(crate) fn every_listener(&self) -> impl Iterator<Item = &SocketAddr> {
        self.listen.iter().chain(&self.listen_tcp).chain(&self.listen_tls)
    }

    pub(crate) fn validate(&self) -> Result<(), Error> {
        let wrong = |what| Err(Error::Config(what));
        let family_twice = |of_family: fn(&IpAddr) -> bool| self.relayed.iter().filter(|r| of_family(&r.public)).count() > 1;
        if self.every_listener().next().is_none() {
            return wrong("listen: name at least one address");
        }
        if self.tls.is_none() && !self.listen_tls.is_empty() {
            return wrong("tls: give a certificate for the addresses of listen_tls");
        }
        if self.workers > MOST_WORKERS {
            return wrong("workers: name 250 at most");
        }
        if self.realm.is_empty() || self.realm.len() > 128 || self.realm.chars().any(char::is_control) {
            return wrong("realm: give it 1 to 128 bytes without control characters");
        }
        if self.secret.len() < SHORTEST_SECRET {
            return wrong("secret: give it 16 bytes or more");
        }
        if self.relayed.is_empty() {
            return wrong("relayed: name at least one address");
        }
        if self.relayed.iter().any(|r| r.public.is_ipv4() != r.bind.is_ipv4()) {
            return wrong("relayed: public and bind must be of one family");
        }
        if self.relayed.iter().any(|r| r.public.is_unspecified() || r.public.is_multicast()) {
            return wrong("relayed: public must be an address that peers can send to");
        }
        if family_twice(IpAddr::is_ipv4) || family_twice(IpAddr::is_ipv6) {
            return wrong("relayed: one address per family");
        }
        if self.ports.is_empty() || *self.ports.start() == 0 {
            return wrong("ports: give a range that begins above 0");
        }
        let quota = &self.quota;
        let limits = [quota.per_participant, quota.per_source, quota.peers_per_allocation, quota.connections_per_source];
        if limits.contains(&0) || quota.answers_to_strangers == 0 {
            return wrong("quota: every limit must be above 0");
        }
        if self.lifetime.default.as_secs() == 0 {
            return wrong("lifetime: give a second or more");
        }
        Ok(())
    }
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("listen_tcp", &self.listen_tcp)
            .field("listen_tls", &self.listen_tls)
            .field("workers", &self.workers)
            .field("realm", &self.realm)
            .field("secret", &self.secret)
            .field("credential_lifetime", &self.credential_lifetime)
            .field("relayed", &self.relayed)
            .field("ports", &self.ports)
            .field("peers", &self.peers)
            .field("quota", &self.quota)
            .field("bandwidth", &self.bandwidth)
            .field("lifetime", &self.lifetime)
            .field("longest_allocation", &self.longest_allocation)
            .finish_non_exhaustive()
    }
}

/// Why a relay did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The configuration cannot work; the text names the field and what to do.
    #[error("relay configuration: {0}")]
    Config(&'static str),
    /// A listening address could not be bound.
    #[error("the relay cannot listen on {address}")]
    Listen {
        /// The address as configured.
        address: SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// A worker could not be started.
    #[error("a worker of the relay does not start")]
    Worker(#[source] std::io::Error),
    /// The operating system returned no random bytes.
    #[error("the system gives no random bytes")]
    Randomness,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        Config::new("relay.example", Secret::new("0123456789abcdef"), Ipv4Addr::new(192, 0, 2, 1).into(), Arc::new(|| 0))
    }

    #[test]
    fn the_plain_configuration_is_sound() {
        assert!(config().validate().is_ok());
    }

    #[test]
    #[expect(clippy::reversed_empty_ranges, reason = "the wrong range is the point")]
    fn each_wrong_field_is_named() {
        let v6: IpAddr = Ipv6Addr::LOCALHOST.into();
        let v4: IpAddr = Ipv4Addr::LOCALHOST.into();
        type Spoil = fn(&mut Config);
        let wrong: [(&str, Spoil); 10] = [
            ("listen", |c| c.listen.clear()),
            ("realm", |c| c.realm.clear()),
            ("secret", |c| c.secret = Secret::new("short")),
            ("relayed", |c| c.relayed.clear()),
            ("relayed", |c| c.relayed.push(c.relayed[0])),
            ("ports", |c| c.ports = 2..=1),
            ("quota", |c| c.quota.per_source = 0),
            ("tls", |c| c.listen_tls = c.listen.clone()),
            ("workers", |c| c.workers = 251),
            ("lifetime", |c| c.lifetime.default = Duration::from_millis(999)),
        ];
        for (field, spoil) in wrong {
            let mut spoiled = config();
            spoil(&mut spoiled);
            let text = spoiled.validate().unwrap_err().to_string();
            assert!(text.contains(&format!(": {field}:")), "{field}: {text}");
        }
        let mut mixed = config();
        mixed.relayed = vec![RelayedAddress { public: v4, bind: v6 }];
        assert!(mixed.validate().is_err());
    }

    #[test]
    fn a_lifetime_is_at_least_the_default_and_at_most_what_is_left() {
        let lifetime = Lifetime::default();
        for (wanted, left, granted) in
            [(None, 9999, 600), (Some(1), 9999, 600), (Some(700), 9999, 700), (Some(u32::MAX), 9999, 3600), (Some(700), 5, 5)]
        {
            assert_eq!(lifetime.granted_secs(wanted, left), granted);
        }
    }

    #[test]
    fn debug_shows_no_secret() {
        assert!(!format!("{:?}", config()).contains("0123456789abcdef"));
    }
}
