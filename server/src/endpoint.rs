//! One HTTP request to a service that the server uses: a KMS, an S3, a time stamping authority. Redirects are not followed, and connections are not kept.

use crate::config::address::PublicUrl;
use http::{HeaderName, Method, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{
    fmt, io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;
use tokio_util::task::AbortOnDropHandle;

const ANSWER_WITHIN: Duration = Duration::from_secs(10);

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Why an endpoint cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    /// TLS cannot check the host.
    #[error("the address does not name a host that TLS can check")]
    Host,
    /// The file of the authority has no certificate.
    #[error("{} holds no PEM certificate that can be read", .0.display())]
    NoCertificate(PathBuf),
    /// The file of the authority cannot be read.
    #[error("{} cannot be read", .path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// The error of the operating system.
        source: io::Error,
    },
}

/// Where a service listens.
pub(crate) struct Endpoint {
    url: PublicUrl,
    tls: Option<(TlsConnector, ServerName<'static>)>,
    longest_answer: usize,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint").field("url", &self.url).finish_non_exhaustive()
    }
}

impl Endpoint {
    /// An endpoint. `authority` is a file with the certificates that its certificate is checked against; without it, those of public authorities. An answer with
    /// more than so many bytes is an error.
    pub(crate) fn new(url: PublicUrl, authority: Option<&Path>, longest_answer: usize) -> Result<Self, EndpointError> {
        if !url.is_https() {
            return Ok(Self { url, tls: None, longest_answer });
        }
        let name = ServerName::try_from(bare_host(&url).to_owned()).map_err(|_| EndpointError::Host)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| EndpointError::Host)?
            .with_root_certificates(roots(authority)?)
            .with_no_client_auth();
        Ok(Self { url, tls: Some((TlsConnector::from(Arc::new(config)), name)), longest_answer })
    }

    /// The address.
    pub(crate) fn url(&self) -> &PublicUrl {
        &self.url
    }

    /// The value of the `Host` header: without the default port.
    pub(crate) fn authority(&self) -> String {
        let origin = self.url.origin();
        origin.split_once("://").map_or_else(String::new, |(_, authority)| authority.to_owned())
    }

    /// Sends a request for a path with its query, and returns the status and the body of the answer.
    ///
    /// # Errors
    /// The cause in words, when there is no answer within ten seconds.
    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: Vec<(HeaderName, String)>,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), String> {
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, self.authority());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| error.to_string())?;
        match timeout(ANSWER_WITHIN, self.exchange(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(error.to_string()),
            Err(_) => Err(format!("nothing came within {} seconds", ANSWER_WITHIN.as_secs())),
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Trouble> {
        let stream = TcpStream::connect((bare_host(&self.url), self.url.port())).await?;
        match &self.tls {
            Some((connector, name)) => over(connector.connect(name.clone(), stream).await?, request, self.longest_answer).await,
            None => over(stream, request, self.longest_answer).await,
        }
    }
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>, longest: usize) -> Result<(StatusCode, Bytes), Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // Ends with this function, also when its time is over: a peer that sends without end would keep the connection.
    let _driver = AbortOnDropHandle::new(tokio::spawn(connection));
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = Limited::new(response.into_body(), longest).collect().await?.to_bytes();
    Ok((status, body))
}

/// The host without the brackets of an IPv6 address.
fn bare_host(url: &PublicUrl) -> &str {
    url.host().trim_start_matches('[').trim_end_matches(']')
}

fn roots(authority: Option<&Path>) -> Result<RootCertStore, EndpointError> {
    let Some(path) = authority else {
        return Ok(RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()));
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(path)? {
        roots.add(certificate).map_err(|_| EndpointError::NoCertificate(path.to_owned()))?;
    }
    Ok(roots)
}

/// The certificates of a PEM file; at least one.
///
/// # Errors
/// [`EndpointError::Io`], [`EndpointError::NoCertificate`].
pub(crate) fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, EndpointError> {
    let pem = std::fs::read(path).map_err(|source| EndpointError::Io { path: path.to_owned(), source })?;
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
    read.ok().filter(|read| !read.is_empty()).ok_or_else(|| EndpointError::NoCertificate(path.to_owned()))
}
