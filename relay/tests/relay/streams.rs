//! Tests of clients over TCP and TLS.

use std::net::SocketAddr;
use std::sync::Arc;

use relay::credentials::Credentials;
use relay::stun::{
    Algorithm, ChannelData, Class, Framing, Key, Message, Method, PasswordAlgorithm, TransactionId, Writer, attribute,
    frame_length,
};
use rustls::ClientConfig;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

use crate::support::{Bench, LIMIT, certificate, echo};

pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin {}
impl<S: AsyncRead + AsyncWrite + Unpin> Stream for S {}

/// A client that reads and writes frames on a stream.
pub(crate) struct Speaker<S> {
    pub(crate) stream: S,
    credentials: Credentials,
    realm: &'static str,
    nonce: Vec<u8>,
    asked: u8,
}

impl<S: Stream> Speaker<S> {
    fn new(stream: S, credentials: Credentials) -> Self {
        Self::in_realm("relay.test", stream, credentials)
    }

    pub(crate) fn in_realm(realm: &'static str, stream: S, credentials: Credentials) -> Self {
        Self { stream, credentials, realm, nonce: Vec::new(), asked: 0 }
    }

    fn request(&mut self, method: Method, fill: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        self.asked += 1;
        let mut buffer = vec![0; 1024];
        let mut writer = Writer::new(&mut buffer, Class::Request, method, TransactionId([self.asked; 12]));
        fill(&mut writer);
        if !self.nonce.is_empty() {
            let Credentials { username, password } = &self.credentials;
            let key = Key::long_term(username, self.realm, password, PasswordAlgorithm::Sha256);
            writer.attribute(attribute::USERNAME, username.as_bytes()).attribute(attribute::NONCE, &self.nonce);
            writer.attribute(attribute::REALM, self.realm.as_bytes()).attribute(attribute::PASSWORD_ALGORITHM, &[0, 2, 0, 0]);
            writer.attribute(attribute::PASSWORD_ALGORITHMS, &[0, 2, 0, 0, 0, 1, 0, 0]).integrity(&key, Algorithm::Sha256);
        }
        let length = writer.finish_with_fingerprint().unwrap();
        buffer.truncate(length);
        buffer
    }

    /// Reads the next frame; `None` when the relay has closed the connection.
    pub(crate) async fn frame(&mut self) -> Option<Vec<u8>> {
        let mut frame = vec![0; 4];
        timeout(LIMIT, self.stream.read_exact(&mut frame)).await.expect("a frame in time").ok()?;
        let Framing::Length(length) = frame_length(&frame) else { panic!("no frame: {frame:?}") };
        frame.resize(length, 0);
        self.stream.read_exact(&mut frame[4..]).await.ok()?;
        Some(frame)
    }

    async fn ask(&mut self, method: Method, fill: impl FnOnce(&mut Writer<'_>)) -> Vec<u8> {
        let request = self.request(method, fill);
        self.stream.write_all(&request).await.unwrap();
        self.stream.flush().await.unwrap();
        self.frame().await.expect("an answer")
    }

    /// Allocates and returns the relayed address.
    pub(crate) async fn allocate(&mut self) -> SocketAddr {
        let transport = |writer: &mut Writer<'_>| _ = writer.attribute(attribute::REQUESTED_TRANSPORT, &[17, 0, 0, 0]);
        let challenge = self.ask(Method::Allocate, transport).await;
        self.nonce = Message::parse(&challenge).unwrap().get(attribute::NONCE).unwrap().to_vec();
        let answer = self.ask(Method::Allocate, transport).await;
        let answer = Message::parse(&answer).unwrap();
        attribute::xor_address(answer.get(attribute::XOR_RELAYED_ADDRESS).unwrap(), answer.transaction()).unwrap()
    }

    pub(crate) async fn bind(&mut self, peer: SocketAddr) {
        let answer = self
            .ask(Method::ChannelBind, |writer| {
                writer.attribute(attribute::CHANNEL_NUMBER, &[0x40, 0, 0, 0]).xor_address(attribute::XOR_PEER_ADDRESS, peer);
            })
            .await;
        assert_eq!(Message::parse(&answer).unwrap().class(), Class::Success);
    }
}

pub(crate) fn channel_data(payload: &[u8]) -> Vec<u8> {
    let mut frame = ChannelData::header(0x4000, u16::try_from(payload.len()).unwrap()).to_vec();
    frame.extend_from_slice(payload);
    frame.resize(frame.len().next_multiple_of(4), 0);
    frame
}

async fn tcp(bench: &Bench) -> Speaker<TcpStream> {
    Speaker::new(TcpStream::connect(bench.relay.tcp_addrs()[0]).await.unwrap(), bench.issue("visit", "ana"))
}

async fn tls(bench: &Bench, trust: Arc<ClientConfig>) -> std::io::Result<Speaker<impl Stream>> {
    let stream = TcpStream::connect(bench.relay.tls_addrs()[0]).await?;
    let stream = TlsConnector::from(trust).connect("localhost".try_into().unwrap(), stream).await?;
    Ok(Speaker::new(stream, bench.issue("visit", "ana")))
}

/// Sends payloads of up to 1443 bytes all at once and in pieces of several sizes, and expects each back.
async fn carries_payloads(bench: &Bench, mut speaker: Speaker<impl Stream>) {
    speaker.allocate().await;
    speaker.bind(echo().await).await;
    let payloads: Vec<Vec<u8>> = (0..40u8).map(|number| vec![number; usize::from(number) * 37]).collect();
    let all: Vec<u8> = payloads.iter().flat_map(|payload| channel_data(payload)).collect();
    for piece in [all.len(), 1, 3, 7, 1000] {
        for part in all.chunks(piece) {
            speaker.stream.write_all(part).await.unwrap();
            speaker.stream.flush().await.unwrap();
            speaker.stream.flush().await.unwrap();
        }
        for payload in &payloads {
            let frame = speaker.frame().await.unwrap();
            assert_eq!(ChannelData::parse(&frame).unwrap().payload, payload);
            assert_eq!(frame.len() % 4, 0, "a frame in a stream is padded");
        }
    }
    assert_eq!(bench.relay.stats().connections, 1);
    drop(speaker);
    let gone = async {
        while bench.relay.stats().allocations > 0 || bench.relay.stats().connections > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(LIMIT, gone).await.expect("an allocation ends with its connection");
}

#[tokio::test]
async fn a_tcp_connection_carries_frames_however_they_are_cut() {
    let bench = Bench::open().await;
    carries_payloads(&bench, tcp(&bench).await).await;
}

#[tokio::test]
async fn a_tls_connection_does_too_and_the_certificate_can_change() {
    let bench = Bench::open().await;
    let (server, trust) = certificate();
    assert!(tls(&bench, Arc::clone(&trust)).await.is_err(), "the first certificate is another");
    bench.relay.reload_tls(server);
    let speaker = tls(&bench, trust).await.unwrap();
    carries_payloads(&bench, speaker).await;
}

#[tokio::test]
async fn clients_over_tcp_and_udp_reach_each_other() {
    let bench = Bench::start(|_| {}).await;
    let mut ana = tcp(&bench).await;
    let mut bob = bench.client("visit", "bob").await;
    let (at_ana, at_bob) = (ana.allocate().await, bob.allocate().await.unwrap());
    ana.bind(at_bob).await;
    assert_eq!(bob.bind_channel(0x4abc, at_ana).await, 0);
    ana.stream.write_all(&channel_data(b"hello")).await.unwrap();
    assert_eq!(bob.next().await, b"\x4a\xbc\0\x05hello");
    bob.send_on_channel(0x4abc, b"hi").await;
    assert_eq!(ana.frame().await.unwrap(), b"\x40\0\0\x02hi\0\0");
}

#[tokio::test]
async fn what_is_no_frame_closes_its_connection_and_no_other() {
    let bench = Bench::start(|_| {}).await;
    let mut good = tcp(&bench).await;
    good.allocate().await;
    for garbage in [&b"\x80 RTP"[..], b"\x16\x03\x01\x02\x00", b"\x00\x01\x00\x03", b"\xff\xff\xff\xff"] {
        let mut bad = tcp(&bench).await;
        bad.stream.write_all(garbage).await.unwrap();
        assert_eq!(bad.frame().await, None, "{garbage:?}");
    }
    let mut bad = TcpStream::connect(bench.relay.tls_addrs()[0]).await.unwrap();
    bad.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = timeout(LIMIT, bad.read_to_end(&mut rest)).await.expect("it is closed");
    let answer = good.ask(Method::Refresh, |_| {}).await;
    assert_eq!(Message::parse(&answer).unwrap().class(), Class::Success);
}

#[tokio::test]
async fn a_source_has_no_more_connections_than_it_may() {
    let bench = Bench::start(|config| {
        config.quota.connections_per_source = 3;
        config.workers = 1;
    })
    .await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut speaker = tcp(&bench).await;
        speaker.ask(Method::Binding, |_| {}).await;
        held.push(speaker);
    }
    let mut fourth = tcp(&bench).await;
    let binding = fourth.request(Method::Binding, |_| {});
    let _ = fourth.stream.write_all(&binding).await;
    assert_eq!(fourth.frame().await, None);
    assert_eq!(bench.relay.stats().connections, 3);
}
