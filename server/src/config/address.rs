//! Addresses: the public one, where users reach the server, and those of services that the server uses.

use super::value::{KeyValue, text_of, text_values};
use figment::value::Value;
use serde::{Serialize, Serializer};
use std::{fmt, net::IpAddr, str::FromStr};
use url::{Host, Url};

/// The public origin: scheme, host and port, without a path. Origin checks, cookies and links in mail use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

/// The text is not an origin: not http or https, or it contains more than scheme, host and port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the address of a site")]
pub struct NotAnOrigin;

impl PublicUrl {
    /// The origin as browsers send it in `Origin`: without a slash at the end and without the default port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }

    /// The absolute URL of a path of this site, for links in mail.
    #[must_use]
    pub fn link(&self, path: &str) -> String {
        format!("{}/{}", self.origin(), path.trim_start_matches('/'))
    }

    /// The host name or address, without the port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The port, also when it is the default one.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or_default()
    }

    /// Whether browsers reach it over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// Whether browsers treat it as a loopback address, and therefore as secure even without TLS.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        match self.0.host() {
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        }
    }

    /// Whether it can be reached only from this machine or its local network.
    #[must_use]
    pub fn is_private(&self) -> bool {
        self.is_loopback()
            || match self.0.host() {
                Some(Host::Ipv4(address)) => address.is_private() || address.is_link_local(),
                Some(Host::Ipv6(address)) => address.is_unique_local() || address.is_unicast_link_local(),
                Some(Host::Domain(_)) | None => false,
            }
    }

    /// The host as an IP address, if it is one.
    #[must_use]
    pub fn ip(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
        }
    }
}

impl FromStr for PublicUrl {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let url = Url::parse(text).map_err(|_| NotAnOrigin)?;
        let is_origin = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.path() == "/"
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        if is_origin { Ok(Self(url)) } else { Err(NotAnOrigin) }
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.origin())
    }
}

impl Serialize for PublicUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.origin())
    }
}

/// The address of a service that has a path: scheme, host, port, path and query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceUrl {
    origin: PublicUrl,
    path: String,
}

impl ServiceUrl {
    /// Scheme, host and port.
    #[must_use]
    pub const fn origin(&self) -> &PublicUrl {
        &self.origin
    }

    /// The path with its query.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }
}

impl FromStr for ServiceUrl {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, NotAnOrigin> {
        let mut url = Url::parse(text).map_err(|_| NotAnOrigin)?;
        if url.fragment().is_some() || url.cannot_be_a_base() {
            return Err(NotAnOrigin);
        }
        let path = url.query().map_or_else(|| url.path().to_owned(), |query| format!("{}?{query}", url.path()));
        url.set_path("/");
        url.set_query(None);
        Ok(Self { origin: url.as_str().parse()?, path })
    }
}

impl fmt::Display for ServiceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.origin, self.path)
    }
}

impl Serialize for ServiceUrl {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_string())
    }
}

text_values! {
    PublicUrl: "scheme, host and port, such as https://bedside.example";
    ServiceUrl: "an address, such as http://timestamp.example/tsr";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_kept_as_browsers_write_it() {
        let url: PublicUrl = "https://Bedside.example:443/".parse().unwrap();
        assert_eq!(url.origin(), "https://bedside.example");
        assert_eq!(url.link("/confirm/abc"), "https://bedside.example/confirm/abc");
    }

    #[test]
    fn an_address_with_more_than_an_origin_is_refused() {
        for text in ["https://a.example/app", "https://u:p@a.example", "ftp://a.example", "a.example", "https://a.example/?q"] {
            assert_eq!(text.parse::<PublicUrl>(), Err(NotAnOrigin), "{text}");
        }
    }

    #[test]
    fn the_address_of_a_service_has_a_path() {
        let url: ServiceUrl = "http://tsa.example:8080/tsr?a=b".parse().unwrap();
        assert_eq!((url.origin().origin().as_str(), url.path()), ("http://tsa.example:8080", "/tsr?a=b"));
        assert_eq!(url.to_string(), "http://tsa.example:8080/tsr?a=b");
        assert_eq!("https://tsa.example".parse::<ServiceUrl>().unwrap().path(), "/");
        for text in ["https://u:p@tsa.example/", "mailto:tsa@example", "https://tsa.example/#a", "tsa.example/tsr"] {
            assert!(text.parse::<ServiceUrl>().is_err(), "{text}");
        }
    }

    #[test]
    fn loopback_and_private_addresses_are_told_apart() {
        let of = |text: &str| -> PublicUrl { text.parse().unwrap() };
        assert!(["http://localhost:3000", "http://127.0.0.1", "http://[::1]:80"].iter().all(|text| of(text).is_loopback()));
        assert!(!of("http://192.168.1.4").is_loopback() && of("http://192.168.1.4").is_private());
        assert!(!of("https://bedside.example").is_private());
    }
}
