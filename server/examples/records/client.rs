//! A connection that sends one request after the other (RFC 9112), so that only the servers are compared.

use std::net::Ipv4Addr;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

/// How much of an answer is taken at once.
const STEP: usize = 256 * 1024;

pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    /// The headers that all requests have.
    headers: String,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects to a port of this machine, as whoever has the access token.
    pub(crate) async fn open(port: u16, token: Option<&str>) -> std::io::Result<Self> {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.set_nodelay(true)?;
        let bearer = token.map(|token| format!("Authorization: Bearer {token}\r\n")).unwrap_or_default();
        Ok(Self { stream: BufReader::new(stream), headers: format!("Host: localhost:{port}\r\n{bearer}"), buffer: vec![0; STEP] })
    }

    /// Sends a request and returns the status and the body of the answer.
    pub(crate) async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> (u16, Vec<u8>) {
        let headers = &self.headers;
        let head = format!("{method} {path} HTTP/1.1\r\n{headers}Content-Type: {kind}\r\nContent-Length: {}\r\n\r\n", body.len());
        self.stream.write_all(head.as_bytes()).await.expect("the request can be sent");
        self.stream.write_all(body).await.expect("the body can be sent");
        let mut answer = Vec::new();
        let status = self.answer(|piece| answer.extend_from_slice(piece)).await;
        (status, answer)
    }

    /// Reads a resource to its end and forgets it; the status and how many bytes there were.
    pub(crate) async fn download(&mut self, path: &str) -> (u16, usize) {
        let head = format!("GET {path} HTTP/1.1\r\n{}\r\n", self.headers);
        self.stream.write_all(head.as_bytes()).await.expect("the request can be sent");
        let mut bytes = 0;
        let status = self.answer(|piece| bytes += piece.len()).await;
        (status, bytes)
    }

    async fn answer(&mut self, mut take: impl FnMut(&[u8])) -> u16 {
        let first = self.line().await;
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("an answer begins with its status");
        let (mut length, mut chunked) = (0, false);
        loop {
            let line = self.line().await.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().expect("a length is a number");
            }
            chunked |= line.starts_with("transfer-encoding:");
        }
        if !chunked {
            self.pass_on(length, &mut take).await;
            return status;
        }
        loop {
            let size = usize::from_str_radix(&self.line().await, 16).expect("a chunk begins with its size");
            self.pass_on(size, &mut take).await;
            self.line().await;
            if size == 0 {
                return status;
            }
        }
    }

    /// A line without its end.
    async fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line).await.expect("the answer can be read");
        assert!(read > 0, "the server has closed the connection");
        line.trim_end().to_owned()
    }

    async fn pass_on(&mut self, mut left: usize, take: &mut impl FnMut(&[u8])) {
        while left > 0 {
            let most = left.min(self.buffer.len());
            let read = self.stream.read(&mut self.buffer[..most]).await.expect("the answer can be read");
            assert!(read > 0, "the answer ends too early");
            take(&self.buffer[..read]);
            left -= read;
        }
    }
}
