//! A blocking TURN client, just enough to get an allocation with one channel.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::time::Duration;

use relay::credentials::{self, Secret};
use relay::stun::{
    Algorithm, Class, Framing, Key, Message, Method, PasswordAlgorithm, TransactionId, Writer, attribute, frame_length,
};

use crate::Failure;

/// The only channel that a client binds.
pub(crate) const CHANNEL: u16 = 0x4000;

/// How long to wait for an answer.
const PATIENCE: Duration = Duration::from_secs(5);

pub(crate) enum Link {
    Udp(UdpSocket),
    Tcp(TcpStream),
}

pub(crate) struct Client {
    pub(crate) link: Link,
    pub(crate) relayed: SocketAddr,
    username: String,
    key: Key,
    realm: String,
    nonce: Vec<u8>,
    transactions: u64,
}

impl Client {
    /// Connects and gets an allocation. Each client is a separate participant.
    pub(crate) fn allocate(server: SocketAddr, stream: bool, secret: &str, number: usize) -> Result<Self, Failure> {
        let link = if stream {
            let link = TcpStream::connect(server)?;
            link.set_nodelay(true)?;
            link.set_read_timeout(Some(PATIENCE))?;
            Link::Tcp(link)
        } else {
            let link = UdpSocket::bind((server.ip(), 0))?;
            link.connect(server)?;
            link.set_read_timeout(Some(PATIENCE))?;
            Link::Udp(link)
        };
        let issued = credentials::issue(&Secret::new(secret), "bench", &format!("client{number}"), 2_000_000_000)?;
        let key = Key::short_term("");
        let (realm, nonce) = (String::new(), Vec::new());
        let mut client = Self { link, relayed: server, username: issued.username, key, realm, nonce, transactions: 0 };
        let transport = |writer: &mut Writer<'_>| {
            writer.attribute(attribute::REQUESTED_TRANSPORT, &[attribute::UDP, 0, 0, 0]);
        };
        let challenge = client.ask(Method::Allocate, false, transport)?;
        let challenge = Message::parse(&challenge).map_err(|error| format!("challenge: {error}"))?;
        client.nonce = challenge.get(attribute::NONCE).ok_or("no nonce")?.to_vec();
        client.realm = challenge.get(attribute::REALM).and_then(attribute::text).ok_or("no realm")?.to_owned();
        client.key = Key::long_term(&client.username, &client.realm, &issued.password, PasswordAlgorithm::Md5);
        let answer = client.ask(Method::Allocate, true, transport)?;
        let answer = Message::parse(&answer).map_err(|error| format!("answer: {error}"))?;
        let relayed = answer.get(attribute::XOR_RELAYED_ADDRESS).ok_or_else(|| refused(&answer))?;
        client.relayed = attribute::xor_address(relayed, answer.transaction()).ok_or("no address")?;
        Ok(client)
    }

    /// Binds [`CHANNEL`] to a peer.
    pub(crate) fn bind(&mut self, peer: SocketAddr) -> Result<(), Failure> {
        let [n0, n1] = CHANNEL.to_be_bytes();
        let answer = self.ask(Method::ChannelBind, true, |writer| {
            writer.attribute(attribute::CHANNEL_NUMBER, &[n0, n1, 0, 0]).xor_address(attribute::XOR_PEER_ADDRESS, peer);
        })?;
        let answer = Message::parse(&answer).map_err(|error| format!("answer: {error}"))?;
        if answer.class() == Class::Success { Ok(()) } else { Err(refused(&answer).into()) }
    }

    fn ask(&mut self, method: Method, signed: bool, fill: impl Fn(&mut Writer<'_>)) -> Result<Vec<u8>, Failure> {
        self.transactions += 1;
        let mut id = [7; 12];
        id[4..].copy_from_slice(&self.transactions.to_be_bytes());
        let mut buffer = [0; 1024];
        let mut writer = Writer::new(&mut buffer, Class::Request, method, TransactionId(id));
        fill(&mut writer);
        if signed {
            writer.attribute(attribute::USERNAME, self.username.as_bytes());
            writer.attribute(attribute::REALM, self.realm.as_bytes()).attribute(attribute::NONCE, &self.nonce);
            writer.integrity(&self.key, Algorithm::Sha1);
        }
        let length = writer.finish()?;
        match &mut self.link {
            Link::Udp(socket) => {
                socket.send(&buffer[..length])?;
                let mut answer = vec![0; 2048];
                let length = socket.recv(&mut answer)?;
                answer.truncate(length);
                Ok(answer)
            }
            Link::Tcp(stream) => {
                stream.write_all(&buffer[..length])?;
                let mut answer = vec![0; 4];
                stream.read_exact(&mut answer)?;
                let Framing::Length(length) = frame_length(&answer) else { return Err("no frame".into()) };
                answer.resize(length, 0);
                stream.read_exact(&mut answer[4..])?;
                Ok(answer)
            }
        }
    }
}

fn refused(answer: &Message<'_>) -> String {
    let code = answer.get(attribute::ERROR_CODE).and_then(attribute::error_code);
    format!("{:?} was refused: {code:?}", answer.method())
}
