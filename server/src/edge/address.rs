//! The client address of a request. Forwarded headers are trusted only from listed proxies.

use axum::http::HeaderMap;
use ipnet::IpNet;
use std::net::IpAddr;

/// The client's address: that of the connection, or, if it is a listed proxy, the last address in `X-Forwarded-For` that is not a listed proxy.
#[must_use]
pub fn client(connection: IpAddr, headers: &HeaderMap, proxies: &[IpNet]) -> IpAddr {
    let listed = |address: &IpAddr| proxies.iter().any(|proxy| proxy.contains(address));
    let connection = connection.to_canonical();
    if !listed(&connection) {
        return connection;
    }
    headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|entry| entry.trim().parse::<IpAddr>().ok())
        .map(|address| address.to_canonical())
        .rfind(|address| !listed(address))
        .unwrap_or(connection)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn from(connection: &str, forwarded: &str) -> String {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_str(forwarded).unwrap());
        client(connection.parse().unwrap(), &headers, &["10.0.0.0/8".parse().unwrap()]).to_string()
    }

    #[test]
    fn only_a_listed_proxy_may_say_where_a_request_comes_from() {
        assert_eq!(from("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(from("10.0.0.2", "198.51.100.1"), "198.51.100.1");
        assert_eq!(from("10.0.0.2", "192.0.2.66, 198.51.100.1, 10.0.0.3"), "198.51.100.1");
        assert_eq!(from("10.0.0.2", "nonsense"), "10.0.0.2");
        assert_eq!(from("::ffff:10.0.0.2", "198.51.100.1"), "198.51.100.1");
    }
}
