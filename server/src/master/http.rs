//! One HTTP request to a KMS, over TLS, or without TLS on this machine.

use crate::config::{address::PublicUrl, master_key::MasterKeyError};
use domain::vault::MasterError;
use http::{HeaderName, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper::{body::Bytes, client::conn::http1};
use hyper_util::rt::TokioIo;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// A wrapped key has some hundred bytes.
const LONGEST_ANSWER: usize = 64 * 1024;

type Trouble = Box<dyn std::error::Error + Send + Sync>;

/// Where a KMS listens.
pub(super) struct Endpoint {
    url: PublicUrl,
    tls: Option<(TlsConnector, ServerName<'static>)>,
}

impl Endpoint {
    /// An endpoint. `authority` is a file with the certificates that its certificate is checked against; without it, those of public authorities.
    pub(super) fn new(url: PublicUrl, authority: Option<&Path>) -> Result<Self, MasterKeyError> {
        if !url.is_https() {
            return Ok(Self { url, tls: None });
        }
        let name = ServerName::try_from(bare_host(&url).to_owned()).map_err(|_| MasterKeyError::KmsAddress)?;
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|_| MasterKeyError::KmsAddress)?
            .with_root_certificates(roots(authority)?)
            .with_no_client_auth();
        Ok(Self { url, tls: Some((TlsConnector::from(Arc::new(config)), name)) })
    }

    /// The value of the `Host` header: without the default port.
    pub(super) fn authority(&self) -> String {
        let origin = self.url.origin();
        origin.split_once("://").map_or_else(String::new, |(_, authority)| authority.to_owned())
    }

    /// Posts JSON and returns the status and the body of the answer.
    ///
    /// # Errors
    /// [`MasterError::Unavailable`] when there is no answer within ten seconds.
    pub(super) async fn post(
        &self,
        path: &str,
        headers: Vec<(HeaderName, String)>,
        body: Vec<u8>,
    ) -> Result<(StatusCode, Bytes), MasterError> {
        let unavailable = |cause: String| {
            let url = &self.url;
            MasterError::Unavailable(format!("the KMS at {url} does not answer: {cause}. Check `keys.kms_url` and the network"))
        };
        let mut request = Request::post(path).header(header::HOST, self.authority());
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).map_err(|error| unavailable(error.to_string()))?;
        match timeout(ANSWER_WITHIN, self.exchange(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(unavailable(error.to_string())),
            Err(_) => Err(unavailable(format!("nothing came within {} seconds", ANSWER_WITHIN.as_secs()))),
        }
    }

    async fn exchange(&self, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Trouble> {
        let stream = TcpStream::connect((bare_host(&self.url), self.url.port())).await?;
        match &self.tls {
            Some((connector, name)) => over(connector.connect(name.clone(), stream).await?, request).await,
            None => over(stream, request).await,
        }
    }
}

async fn over<S>(stream: S, request: Request<Full<Bytes>>) -> Result<(StatusCode, Bytes), Trouble>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    let driver = tokio::spawn(connection);
    let response = sender.send_request(request).await?;
    let status = response.status();
    let body = Limited::new(response.into_body(), LONGEST_ANSWER).collect().await?.to_bytes();
    driver.abort();
    Ok((status, body))
}

/// The host without the brackets of an IPv6 address.
fn bare_host(url: &PublicUrl) -> &str {
    url.host().trim_start_matches('[').trim_end_matches(']')
}

fn roots(authority: Option<&Path>) -> Result<RootCertStore, MasterKeyError> {
    let Some(path) = authority else {
        return Ok(RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()));
    };
    let io = |source| MasterKeyError::Io { path: path.to_owned(), source };
    let pem = std::fs::read(path).map_err(io)?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|_| MasterKeyError::NoCertificate(path.to_owned()))?;
        roots.add(certificate).map_err(|_| MasterKeyError::NoCertificate(path.to_owned()))?;
    }
    if roots.is_empty() { Err(MasterKeyError::NoCertificate(path.to_owned())) } else { Ok(roots) }
}
