//! A small TURN client that uses the messages of the `stun` crate.

use std::net::SocketAddr;

use relay::credentials::Credentials;
use stun::attributes::{
    ATTR_CHANNEL_NUMBER, ATTR_DATA, ATTR_LIFETIME, ATTR_NONCE, ATTR_REALM, ATTR_REQUESTED_TRANSPORT, ATTR_USERNAME,
    ATTR_XOR_PEER_ADDRESS, ATTR_XOR_RELAYED_ADDRESS, AttrType,
};
use stun::error_code::ErrorCodeAttribute;
use stun::fingerprint::FINGERPRINT;
use stun::integrity::MessageIntegrity;
use stun::message::{
    BINDING_REQUEST, CLASS_INDICATION, CLASS_REQUEST, CLASS_SUCCESS_RESPONSE, Getter, METHOD_ALLOCATE, METHOD_CHANNEL_BIND,
    METHOD_CREATE_PERMISSION, METHOD_DATA, METHOD_REFRESH, METHOD_SEND, Message, MessageType, Method, Setter,
};
use stun::textattrs::TextAttribute;
use stun::xoraddr::XorMappedAddress;
use tokio::net::UdpSocket;

use super::LIMIT;

pub(crate) struct Client {
    pub(crate) socket: UdpSocket,
    pub(crate) credentials: Credentials,
    pub(crate) nonce: String,
    realm: String,
}

/// An attribute: type and value.
pub(crate) struct Raw(pub AttrType, pub Vec<u8>);

impl Setter for Raw {
    fn add_to(&self, message: &mut Message) -> Result<(), stun::Error> {
        message.add(self.0, &self.1);
        Ok(())
    }
}

/// XOR-PEER-ADDRESS as an attribute.
pub(crate) struct Peer(pub SocketAddr);

impl Setter for Peer {
    fn add_to(&self, message: &mut Message) -> Result<(), stun::Error> {
        XorMappedAddress { ip: self.0.ip(), port: self.0.port() }.add_to_as(message, ATTR_XOR_PEER_ADDRESS)
    }
}

pub(crate) type Parts = Vec<Box<dyn Setter>>;

impl Client {
    pub(crate) async fn new(relay: SocketAddr, credentials: Credentials) -> Self {
        let socket = super::socket_at(if relay.is_ipv4() { "127.0.0.1" } else { "::1" }).await;
        socket.connect(relay).await.unwrap();
        Self { socket, credentials, nonce: String::new(), realm: String::new() }
    }

    /// A signed request.
    pub(crate) fn signed(&self, method: Method, parts: Parts) -> Message {
        let text = |attribute, text: &str| Box::new(TextAttribute::new(attribute, text.to_owned())) as Box<dyn Setter>;
        let Credentials { username, password } = self.credentials.clone();
        let key = MessageIntegrity::new_long_term_integrity(username.clone(), self.realm.clone(), password);
        let mut setters: Parts = vec![Box::new(fresh(MessageType::new(method, CLASS_REQUEST)))];
        setters.push(Box::new(MessageType::new(method, CLASS_REQUEST)));
        setters.extend(parts);
        setters.extend([text(ATTR_USERNAME, &username), text(ATTR_REALM, &self.realm), text(ATTR_NONCE, &self.nonce)]);
        setters.extend([Box::new(key) as Box<dyn Setter>, Box::new(FINGERPRINT)]);
        built(&setters)
    }

    /// Sends a request and returns its answer; other messages that arrive before it are ignored.
    pub(crate) async fn ask_raw(&self, datagram: &[u8]) -> Message {
        self.socket.send(datagram).await.unwrap();
        loop {
            let answer = self.next().await;
            let mut message = Message { raw: answer, ..Message::default() };
            if message.decode().is_ok() && message.transaction_id.0 == datagram[8..20] {
                return message;
            }
        }
    }

    /// Sends a signed request, and keeps the nonce and realm of the answer for the next one.
    pub(crate) async fn ask(&mut self, method: Method, parts: impl Fn() -> Parts) -> Message {
        let answer = self.ask_raw(&self.signed(method, parts()).raw).await;
        self.learn(&answer);
        answer
    }

    /// Gets a nonce with a request without a credential.
    pub(crate) async fn greet(&mut self) -> u16 {
        let kind = MessageType::new(METHOD_ALLOCATE, CLASS_REQUEST);
        let bare = built(&[Box::new(fresh(kind)), Box::new(kind)]);
        let answer = self.ask_raw(&bare.raw).await;
        self.learn(&answer);
        code(&answer)
    }

    /// Allocates; returns the relayed address, or the error code.
    pub(crate) async fn allocate(&mut self) -> Result<SocketAddr, u16> {
        self.allocate_with(Vec::new).await
    }

    pub(crate) async fn allocate_with(&mut self, more: impl Fn() -> Parts) -> Result<SocketAddr, u16> {
        if self.nonce.is_empty() {
            assert_eq!(self.greet().await, 401);
        }
        let answer = self
            .ask(METHOD_ALLOCATE, || {
                let mut parts: Parts = vec![Box::new(Raw(ATTR_REQUESTED_TRANSPORT, vec![17, 0, 0, 0]))];
                parts.extend(more());
                parts
            })
            .await;
        relayed(&answer)
    }

    pub(crate) async fn refresh(&mut self, lifetime_secs: u32) -> u16 {
        let parts = || vec![Box::new(Raw(ATTR_LIFETIME, lifetime_secs.to_be_bytes().to_vec())) as Box<dyn Setter>];
        code(&self.ask(METHOD_REFRESH, parts).await)
    }

    pub(crate) async fn permit(&mut self, peers: &[SocketAddr]) -> u16 {
        let parts = || peers.iter().map(|peer| Box::new(Peer(*peer)) as Box<dyn Setter>).collect();
        code(&self.ask(METHOD_CREATE_PERMISSION, parts).await)
    }

    pub(crate) async fn bind_channel(&mut self, number: u16, peer: SocketAddr) -> u16 {
        let parts = || {
            let [high, low] = number.to_be_bytes();
            vec![Box::new(Raw(ATTR_CHANNEL_NUMBER, vec![high, low, 0, 0])) as Box<dyn Setter>, Box::new(Peer(peer))]
        };
        code(&self.ask(METHOD_CHANNEL_BIND, parts).await)
    }

    /// Sends a Send indication.
    pub(crate) async fn send(&self, peer: SocketAddr, payload: &[u8]) {
        let kind = MessageType::new(METHOD_SEND, CLASS_INDICATION);
        let data = Box::new(Raw(ATTR_DATA, payload.to_vec()));
        let indication = built(&[Box::new(fresh(kind)), Box::new(kind), Box::new(Peer(peer)), data]);
        self.socket.send(&indication.raw).await.unwrap();
    }

    pub(crate) async fn send_on_channel(&self, number: u16, payload: &[u8]) {
        let length = u16::try_from(payload.len()).unwrap();
        let datagram = [&number.to_be_bytes(), &length.to_be_bytes(), payload].concat();
        self.socket.send(&datagram).await.unwrap();
    }

    /// Receives the next datagram from the relay.
    pub(crate) async fn next(&self) -> Vec<u8> {
        let mut buffer = vec![0; 2048];
        let length = tokio::time::timeout(LIMIT, self.socket.recv(&mut buffer)).await.expect("an answer in time").unwrap();
        buffer.truncate(length);
        buffer
    }

    /// Receives the next Data indication; returns its payload and sender.
    pub(crate) async fn receive(&self) -> (Vec<u8>, SocketAddr) {
        let mut message = Message { raw: self.next().await, ..Message::default() };
        message.decode().unwrap();
        assert_eq!(message.typ, MessageType::new(METHOD_DATA, CLASS_INDICATION));
        let mut peer = XorMappedAddress::default();
        peer.get_from_as(&message, ATTR_XOR_PEER_ADDRESS).unwrap();
        (message.get(ATTR_DATA).unwrap(), SocketAddr::new(peer.ip, peer.port))
    }

    /// Waits until the relay has processed everything this client sent before; it processes one datagram after the other.
    pub(crate) async fn settle(&self) {
        let ping = built(&[Box::new(fresh(BINDING_REQUEST)), Box::new(BINDING_REQUEST)]);
        let answer = self.ask_raw(&ping.raw).await;
        assert_eq!(answer.typ.class, CLASS_SUCCESS_RESPONSE);
    }

    fn learn(&mut self, answer: &Message) {
        for (attribute, kept) in [(ATTR_NONCE, &mut self.nonce), (ATTR_REALM, &mut self.realm)] {
            if let Ok(found) = TextAttribute::get_from_as(answer, attribute) {
                *kept = found.text;
            }
        }
    }
}

/// The relayed address of a success, or the error code.
pub(crate) fn relayed(answer: &Message) -> Result<SocketAddr, u16> {
    if answer.typ.class != CLASS_SUCCESS_RESPONSE {
        return Err(code(answer));
    }
    let mut address = XorMappedAddress::default();
    address.get_from_as(answer, ATTR_XOR_RELAYED_ADDRESS).unwrap();
    Ok(SocketAddr::new(address.ip, address.port))
}

/// The error code of an answer; 0 for a success.
pub(crate) fn code(answer: &Message) -> u16 {
    let mut error = ErrorCodeAttribute::default();
    match error.get_from(answer) {
        Ok(()) => error.code.0,
        Err(_) => {
            assert_eq!(answer.typ.class, CLASS_SUCCESS_RESPONSE);
            0
        }
    }
}

fn fresh(kind: MessageType) -> Message {
    let mut message = Message { typ: kind, ..Message::new() };
    message.new_transaction_id().unwrap();
    message
}

fn built(setters: &[Box<dyn Setter>]) -> Message {
    let mut message = Message::new();
    message.build(setters).unwrap();
    message
}
