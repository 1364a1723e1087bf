//! The keys of the relay.

use crate::config::{secret::Secret, section::section};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

section! {
    /// The relay (TURN) that forwards audio and video when two browsers cannot reach each other directly.
    Relay at "relay" {
        /// Runs the relay inside this server.
        enabled: bool = true;
        /// The address and port on which the relay accepts UDP.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 3478));
        /// The address and port on which the relay accepts TCP, for clients in networks that block UDP. Empty switches it off.
        listen_tcp: Option<SocketAddr> = None;
        /// The address and port on which the relay accepts TLS, for clients in networks that allow only HTTPS. The relay uses the certificate of
        /// `[tls]` and the host of `public_url`. Empty switches it off.
        listen_tls: Option<SocketAddr> = None;
        /// The IP address at which browsers reach the relay.
        external_ip: Option<IpAddr> = None, shown "127.0.0.1 when public_url is this machine";
        /// The relay's IPv6 address, in addition to an IPv4 address in `relay.external_ip`. The relay then listens and relays on both.
        external_ip6: Option<IpAddr> = None;
        /// The realm that the relay sends when it asks for credentials.
        realm: String = "bedside".to_owned();
        /// The secret from which credentials are derived. A separate relay, such as coturn, must have the same secret.
        secret: Option<Secret<String>> = None, shown "a key of the installation";
        /// Private networks to which the relay may send. By default it sends to public addresses only.
        allow_peers: Vec<IpNet> = Vec::new();
        /// The first UDP port for relayed addresses.
        port_min: u16 = 49_152, in 1024..=65_535;
        /// The last UDP port for relayed addresses.
        port_max: u16 = 65_535, in 1024..=65_535;
        /// The lifetime of a credential. The browser requests a new one before it expires.
        credential_ttl_secs: u32 = 600, in 60..=600;
        /// How many relayed addresses one participant of a visit may hold at the same time. A browser requests one for each transport and network
        /// interface, and again when it changes networks.
        max_allocations_per_participant: u32 = 16, in 1..=64;
        /// How many relayed addresses all clients from one IP address may hold together. All people in a clinic may share one IP address.
        max_allocations_per_address: u32 = 512, in 1..=65_535;
        /// How many bytes per second a relayed address carries in each direction. Packets above the limit are dropped. 2000000 is several times
        /// what a call with a shared screen needs. 0 means no limit.
        max_bytes_per_second: u32 = 2_000_000, in 0..=1_000_000_000;
        /// The URLs of a relay outside this server, as browsers use them: `turn:turn.example:3478?transport=udp`.
        urls: Vec<String> = Vec::new();
    }
}
