//! The client address of a request. Forwarded headers are trusted only from listed proxies.

use crate::config::keys::ForwardedHeader;
use axum::http::{HeaderMap, HeaderName};
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// Which proxies are trusted, and where they write the address of their client.
#[derive(Debug, Clone, Copy)]
pub struct Trusted<'a> {
    /// The listed proxies.
    pub proxies: &'a [IpNet],
    /// The header that they write. The other one may come unchanged from the client.
    pub header: ForwardedHeader,
}

impl Trusted<'_> {
    /// Whether an address is that of a listed proxy.
    #[must_use]
    pub fn lists(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.proxies.iter().any(|proxy| proxy.contains(&address))
    }
}

/// The client's address: that of the connection, or, if it is a listed proxy, the last address in the forwarded header that is not a listed proxy.
///
/// Each proxy appends the address that it saw, so the header is read from its end. Reading stops at the first entry that is not an address:
/// what stands before it was not written by a listed proxy, but by the client.
#[must_use]
pub fn client(connection: IpAddr, headers: &HeaderMap, trusted: Trusted<'_>) -> IpAddr {
    let mut nearest = connection.to_canonical();
    if !trusted.lists(nearest) {
        return nearest;
    }
    let name = match trusted.header {
        ForwardedHeader::XForwardedFor => HeaderName::from_static("x-forwarded-for"),
        ForwardedHeader::Forwarded => axum::http::header::FORWARDED,
    };
    for value in headers.get_all(name).iter().rev() {
        let Ok(value) = value.to_str() else { return nearest };
        for entry in split(value, ',').into_iter().rev() {
            let node = match trusted.header {
                ForwardedHeader::XForwardedFor => Some(entry),
                ForwardedHeader::Forwarded => for_of(entry),
            };
            let Some(address) = node.and_then(address_of) else { return nearest };
            nearest = address;
            if !trusted.lists(nearest) {
                return nearest;
            }
        }
    }
    nearest
}

/// The parts of a header between separators that are not in quotation marks (RFC 9110 §5.6.4).
fn split(text: &str, separator: char) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(move |char| {
        if escaped {
            escaped = false;
        } else if quoted && char == '\\' {
            escaped = true;
        } else if char == '"' {
            quoted = !quoted;
        }
        !quoted && char == separator
    })
    .map(str::trim)
    .collect()
}

/// The value of `for` in an element of `Forwarded` (RFC 7239 §4), without quotation marks.
fn for_of(element: &str) -> Option<&str> {
    for pair in split(element, ';') {
        let Some((name, value)) = pair.split_once('=') else { continue };
        if name.trim().eq_ignore_ascii_case("for") {
            let value = value.trim();
            return Some(value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value));
        }
    }
    None
}

/// An address that may have brackets and a port: `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`. Names such as
/// `unknown` and `_hidden` (RFC 7239 §6) are none.
fn address_of(node: &str) -> Option<IpAddr> {
    let bare = node.strip_prefix('[').and_then(|node| node.strip_suffix(']')).unwrap_or(node);
    let address = bare.parse::<IpAddr>().or_else(|_| node.parse::<SocketAddr>().map(|address| address.ip())).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn client_of(connection: &str, header: ForwardedHeader, values: &[(&'static str, &str)]) -> String {
        let mut headers = HeaderMap::new();
        for (name, value) in values {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value.as_bytes()).unwrap());
        }
        let trusted = Trusted { proxies: &["10.0.0.0/8".parse().unwrap()], header };
        client(connection.parse().unwrap(), &headers, trusted).to_string()
    }

    fn from(connection: &str, forwarded: &str) -> String {
        client_of(connection, ForwardedHeader::XForwardedFor, &[("x-forwarded-for", forwarded)])
    }

    #[test]
    fn only_a_listed_proxy_may_say_where_a_request_comes_from() {
        assert_eq!(from("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(from("10.0.0.2", "198.51.100.1"), "198.51.100.1");
        assert_eq!(from("10.0.0.2", "192.0.2.66, 198.51.100.1, 10.0.0.3"), "198.51.100.1");
        assert_eq!(from("10.0.0.2", "nonsense"), "10.0.0.2");
        assert_eq!(from("::ffff:10.0.0.2", "198.51.100.1"), "198.51.100.1");
    }

    #[test]
    fn a_proxy_that_appends_a_port_does_not_let_the_client_choose_its_address() {
        // The client sent `6.6.6.6`, and the proxy appended what it saw.
        assert_eq!(from("10.0.0.2", "6.6.6.6, 198.51.100.1:50123"), "198.51.100.1");
        assert_eq!(from("10.0.0.2", "6.6.6.6, [2001:db8::1]:50123"), "2001:db8::1");
        assert_eq!(from("10.0.0.2", "6.6.6.6, [2001:db8::1]"), "2001:db8::1");
        assert_eq!(from("10.0.0.2", "6.6.6.6, 2001:db8::1"), "2001:db8::1");
    }

    #[test]
    fn nothing_before_an_unreadable_entry_is_believed() {
        assert_eq!(from("10.0.0.2", "6.6.6.6, unknown"), "10.0.0.2");
        assert_eq!(from("10.0.0.2", "6.6.6.6, unknown, 10.0.0.3"), "10.0.0.3");
        assert_eq!(from("10.0.0.2", "6.6.6.6, "), "10.0.0.2");
        assert_eq!(from("10.0.0.2", "6.6.6.6, caf\u{e9}"), "10.0.0.2");
        let lines = [("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "hidden"), ("x-forwarded-for", "10.0.0.3")];
        assert_eq!(client_of("10.0.0.2", ForwardedHeader::XForwardedFor, &lines), "10.0.0.3");
    }

    #[test]
    fn the_standard_header_is_read_if_the_proxies_write_it() {
        let from = |value: &str| client_of("10.0.0.2", ForwardedHeader::Forwarded, &[("forwarded", value)]);
        assert_eq!(from("for=198.51.100.1"), "198.51.100.1");
        assert_eq!(from("for=6.6.6.6, For=\"198.51.100.1:443\";proto=https;by=10.0.0.2"), "198.51.100.1");
        assert_eq!(from("proto=https;for=\"[2001:db8::1]:4711\", for=10.0.0.3"), "2001:db8::1");
        assert_eq!(from("for=6.6.6.6, for=\"_a,b;for=7.7.7.7\""), "10.0.0.2");
        assert_eq!(from("for=6.6.6.6, for=_hidden"), "10.0.0.2");
        assert_eq!(from("for=6.6.6.6, proto=https"), "10.0.0.2");
        // Only the header that the proxies write counts.
        let both = [("x-forwarded-for", "6.6.6.6"), ("forwarded", "for=198.51.100.1")];
        assert_eq!(client_of("10.0.0.2", ForwardedHeader::Forwarded, &both), "198.51.100.1");
        assert_eq!(client_of("10.0.0.2", ForwardedHeader::XForwardedFor, &both), "6.6.6.6");
    }
}
