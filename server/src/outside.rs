//! Fetches a file from an address that a user has typed: a doctor's calendar elsewhere.
//!
//! Such an address could lead to machines that only this server reaches. So the host is resolved once, all its addresses must be public, and the connection goes
//! to one of these addresses. The same holds for each address to which an answer leads on. Bytes, time and redirects are bounded.

use http::{Request, StatusCode, header};
use http_body_util::{BodyExt, Empty, LengthLimitError, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use model::scheduling::OutsideTrouble;
use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;
use url::Url;

/// How long a file may take in total, with all redirects.
const WITHIN: Duration = Duration::from_secs(10);
/// The most bytes of a file.
const LONGEST: usize = 5 * 1024 * 1024;
/// How many times an answer may lead on.
const REDIRECTS: usize = 3;

/// Where a file may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// On public addresses, over TLS.
    Public,
    /// On this machine too, without TLS: for tests.
    LoopbackToo,
}

/// Fetches a file.
///
/// # Errors
/// Why it could not be fetched.
pub async fn fetch(address: &str, reach: Reach) -> Result<Vec<u8>, OutsideTrouble> {
    timeout(WITHIN, follow(address, reach)).await.unwrap_or(Err(OutsideTrouble::TooSlow))
}

async fn follow(address: &str, reach: Reach) -> Result<Vec<u8>, OutsideTrouble> {
    let mut url = Url::parse(address).map_err(|_| OutsideTrouble::Unreachable)?;
    for _ in 0..=REDIRECTS {
        match get(&url, reach).await? {
            Answer::File(file) => return Ok(file),
            Answer::Elsewhere(location) => url = url.join(&location).map_err(|_| OutsideTrouble::Refused)?,
        }
    }
    Err(OutsideTrouble::Redirected)
}

enum Answer {
    File(Vec<u8>),
    Elsewhere(String),
}

async fn get(url: &Url, reach: Reach) -> Result<Answer, OutsideTrouble> {
    let host = url.host_str().ok_or(OutsideTrouble::Unreachable)?;
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let port = url.port_or_known_default().ok_or(OutsideTrouble::Unreachable)?;
    let found: Vec<SocketAddr> = lookup_host((bare, port)).await.map_err(|_| OutsideTrouble::Unreachable)?.collect();
    let address = *found.first().ok_or(OutsideTrouble::Unreachable)?;
    let is_local = reach == Reach::LoopbackToo && found.iter().all(|address| address.ip().is_loopback());
    let may_be_asked = match url.scheme() {
        "https" => is_local || found.iter().all(|address| is_public(address.ip())),
        "http" => is_local,
        _ => false,
    };
    if !may_be_asked {
        return Err(OutsideTrouble::Forbidden);
    }
    let target = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let authority = &url[url::Position::BeforeHost..url::Position::AfterPort];
    let request = Request::get(target)
        .header(header::HOST, authority)
        .header(header::ACCEPT, "text/calendar, */*;q=0.1")
        .header(header::ACCEPT_ENCODING, "identity")
        .header(header::USER_AGENT, "Bedside")
        .body(Empty::new())
        .map_err(|_| OutsideTrouble::Unreachable)?;
    let stream = TcpStream::connect(address).await.map_err(|_| OutsideTrouble::Unreachable)?;
    if url.scheme() == "http" {
        return over(stream, request).await;
    }
    let name = ServerName::try_from(bare.to_owned()).map_err(|_| OutsideTrouble::Unreachable)?;
    let stream = connector()?.connect(name, stream).await.map_err(|_| OutsideTrouble::Unreachable)?;
    over(stream, request).await
}

async fn over<S>(stream: S, request: Request<Empty<Bytes>>) -> Result<Answer, OutsideTrouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.map_err(|_| OutsideTrouble::Unreachable)?;
    // Ends with this function, also when its time is over: a peer that sends without end would keep the connection.
    let _driver = AbortOnDropHandle::new(tokio::spawn(connection));
    let response = sender.send_request(request).await.map_err(|_| OutsideTrouble::Unreachable)?;
    match response.status() {
        StatusCode::OK => {}
        StatusCode::MOVED_PERMANENTLY
        | StatusCode::FOUND
        | StatusCode::SEE_OTHER
        | StatusCode::TEMPORARY_REDIRECT
        | StatusCode::PERMANENT_REDIRECT => {
            let location = response.headers().get(header::LOCATION).and_then(|location| location.to_str().ok());
            return location.map(|location| Answer::Elsewhere(location.to_owned())).ok_or(OutsideTrouble::Refused);
        }
        _ => return Err(OutsideTrouble::Refused),
    }
    match Limited::new(response.into_body(), LONGEST).collect().await {
        Ok(body) => Ok(Answer::File(body.to_bytes().to_vec())),
        Err(error) if error.is::<LengthLimitError>() => Err(OutsideTrouble::TooLarge),
        Err(_) => Err(OutsideTrouble::Unreachable),
    }
}

fn connector() -> Result<TlsConnector, OutsideTrouble> {
    let roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| OutsideTrouble::Unreachable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => is_public_v6(address),
        },
    }
}

/// Not in one of the blocks that are not global (IANA IPv4 Special-Purpose Address Registry).
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || address.is_multicast()
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (18..20).contains(&b))
        || a >= 240)
}

/// Global unicast (RFC 4291 §2.4), but no address in which one of IPv4 is wrapped (6to4, Teredo), and none for examples.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    let is_global = segments[0] & 0xe000 == 0x2000;
    let is_special = segments[0] == 0x2002 || (segments[0] == 0x2001 && (segments[1] < 0x200 || segments[1] == 0x0db8));
    is_global && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_public_internet_are_asked() {
        for address in ["8.8.8.8", "192.0.2.1", "100.63.0.1", "2606:4700::1111", "::ffff:8.8.8.8"] {
            let is_example = address == "192.0.2.1";
            assert_eq!(is_public(address.parse().unwrap()), !is_example, "{address}");
        }
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.168.0.1",
            "198.18.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
            "2001:db8::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }
}
