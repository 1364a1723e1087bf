//! The STUN and TURN servers for calls, with credentials that are valid for minutes.

use crate::config::Config;
use domain::Domain;
use model::{
    ids::{EncounterId, UserId},
    visits::views::IceServer,
};
use relay::{
    Relay,
    credentials::{self, Secret},
};
use std::{
    collections::BTreeSet,
    net::{IpAddr, Ipv4Addr, SocketAddr},
};

/// Issues ICE servers. The credentials are bound to the visit and the participant.
#[derive(Debug, Clone)]
pub struct IceDesk {
    domain: Domain,
    urls: Vec<String>,
    secret: Secret,
    ttl_secs: i64,
}

impl IceDesk {
    /// Creates it from the configuration: the listed relays, else our own. Without either, only direct connections are possible.
    #[must_use]
    pub fn new(config: &Config, domain: &Domain, secret: Secret, relay: Option<&Relay>) -> Self {
        let urls = match relay {
            Some(relay) if config.relay.urls.is_empty() => {
                let four = config.relay_address().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
                let public = |listens: SocketAddr| match config.relay.external_ip6 {
                    Some(six) if listens.is_ipv6() => SocketAddr::new(six, listens.port()),
                    _ => SocketAddr::new(four, listens.port()),
                };
                // Browsers try all of them and prefer UDP if it works.
                let udp = relay.local_addrs().into_iter().map(|address| format!("turn:{}?transport=udp", public(address)));
                let tcp = relay.tcp_addrs().into_iter().map(|address| format!("turn:{}?transport=tcp", public(address)));
                // The host name is the one in the certificate; it resolves to both addresses.
                let host = config.public_url.host();
                let ports: BTreeSet<u16> = relay.tls_addrs().iter().map(SocketAddr::port).collect();
                let tls = ports.into_iter().map(|port| format!("turns:{host}:{port}?transport=tcp"));
                udp.chain(tcp).chain(tls).collect()
            }
            Some(_) | None => config.relay.urls.clone(),
        };
        Self { domain: domain.clone(), urls, secret, ttl_secs: config.relay.credential_ttl_secs.into() }
    }

    /// The ICE servers for one participant of a visit.
    #[must_use]
    pub fn servers(&self, visit: EncounterId, user: UserId) -> Vec<IceServer> {
        if self.urls.is_empty() {
            return Vec::new();
        }
        let expires = u64::try_from(self.domain.now().as_second() + self.ttl_secs).unwrap_or(0);
        match credentials::issue(&self.secret, &visit.uuid().to_string(), &user.uuid().to_string(), expires) {
            Ok(issued) => {
                vec![IceServer { urls: self.urls.clone(), username: Some(issued.username), credential: Some(issued.password) }]
            }
            Err(error) => {
                tracing::error!(error = %error, "relay credentials cannot be made");
                Vec::new()
            }
        }
    }
}
