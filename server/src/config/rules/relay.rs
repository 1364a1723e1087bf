//! Rules of the relay.

use crate::config::{Config, faults::Fault};

pub(super) fn relay(config: &Config, faults: &mut Vec<Fault>) {
    let relay = &config.relay;
    if relay.port_min > relay.port_max {
        faults.push(Fault::new(
            "relay.port_min",
            format!("is {}, more than `relay.port_max` ({})", relay.port_min, relay.port_max),
            "Write the smaller port in `relay.port_min`.",
        ));
    }
    if relay.realm.trim().is_empty() {
        faults.push(Fault::new("relay.realm", "is empty", "Write a name, such as the host of `public_url`."));
    }
    if relay.secret.as_ref().is_some_and(|secret| secret.expose().len() < 16) {
        faults.push(Fault::new("relay.secret", "is shorter than 16 characters", "Use a long random text."));
    }
    for url in relay.urls.iter().filter(|url| !is_ice_url(url)) {
        let remedy = "Write turn:host:3478?transport=udp, turns:host:5349 or stun:host:3478.";
        faults.push(Fault::new("relay.urls", format!("has `{url}`, which is not the URL of a relay"), remedy));
    }
    if !relay.urls.is_empty() && relay.secret.is_none() {
        faults.push(Fault::new(
            "relay.secret",
            "is missing, but `relay.urls` names a relay elsewhere",
            "Set the secret that is shared with it.",
        ));
    }
    if relay.enabled && relay.urls.is_empty() && config.relay_address().is_none() {
        faults.push(Fault::new(
            "relay.external_ip",
            "is missing: browsers cannot be told where the relay is",
            "Write the public address of this machine, or switch off `relay.enabled`.",
        ));
    }
    if relay.listen_tls.is_some() && (config.tls.certificate.is_none() || config.tls.key.is_none()) {
        faults.push(Fault::new(
            "relay.listen_tls",
            "is set, but the relay has no certificate",
            "Set `tls.certificate` and `tls.key`, or leave it empty.",
        ));
    }
    if let Some(six) = relay.external_ip6
        && (!six.is_ipv6() || six.is_unspecified() || config.relay_address().is_some_and(|address| address.is_ipv6()))
    {
        faults.push(Fault::new(
            "relay.external_ip6",
            "must be an IPv6 address, in addition to an IPv4 address in `relay.external_ip`",
            "Write the IPv4 address in `relay.external_ip`. If there is only one address, write it there and leave this key empty.",
        ));
    }
    if relay.external_ip.is_some_and(|address| address.is_unspecified()) {
        faults.push(Fault::new(
            "relay.external_ip",
            "is not an address that browsers can reach",
            "Write the public address of this machine.",
        ));
    }
}

/// Whether the text is a STUN or TURN URL that browsers accept (RFC 7064, RFC 7065).
fn is_ice_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    let host = rest.split('?').next().unwrap_or_default();
    matches!(scheme, "stun" | "stuns" | "turn" | "turns") && !host.is_empty() && !host.contains(['/', ' ', '@'])
}
