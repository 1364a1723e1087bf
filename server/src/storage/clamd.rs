//! The virus scanner clamd, by its command INSTREAM (clamd(8)): each chunk with its length before it, an empty one at the end, then one line of answer.

use async_trait::async_trait;
use domain::files::{Content, Scanner, Verdict};
use std::{path::PathBuf, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader},
    net::{TcpStream, UnixStream},
    time::timeout,
};

/// For the whole file.
const ANSWER_WITHIN: Duration = Duration::from_mins(2);
/// Whoever checks an installation waits for this one.
const PING_WITHIN: Duration = Duration::from_secs(10);
const LONGEST_ANSWER: u64 = 4096;

/// Where clamd listens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clamd {
    /// On a socket of this machine.
    Socket(PathBuf),
    /// On a host and port.
    Host(String),
}

impl Clamd {
    /// clamd at an address: the path of a socket, or host and port.
    #[must_use]
    pub fn at(address: &str) -> Self {
        if address.starts_with('/') { Self::Socket(address.into()) } else { Self::Host(address.to_owned()) }
    }

    /// Asks whether it is there.
    ///
    /// # Errors
    /// The cause in words.
    pub async fn ping(&self) -> Result<(), String> {
        timeout(PING_WITHIN, self.pong()).await.unwrap_or_else(|_| Err("clamd did not answer in time".to_owned()))
    }

    async fn pong(&self) -> Result<(), String> {
        let mut stream = self.connect().await?;
        stream.write_all(b"zPING\0").await.map_err(|error| error.to_string())?;
        match answer(&mut stream).await?.as_str() {
            "PONG" => Ok(()),
            other => Err(format!("it answers {other:?}")),
        }
    }

    async fn connect(&self) -> Result<Box<dyn Stream>, String> {
        let connected: std::io::Result<Box<dyn Stream>> = match self {
            Self::Socket(path) => UnixStream::connect(path).await.map(|stream| Box::new(stream) as Box<dyn Stream>),
            Self::Host(address) => TcpStream::connect(address).await.map(|stream| Box::new(stream) as Box<dyn Stream>),
        };
        connected.map_err(|error| format!("clamd cannot be reached: {error}"))
    }

    async fn ask(&self, mut content: Content) -> Result<Verdict, String> {
        let mut stream = self.connect().await?;
        stream.write_all(b"zINSTREAM\0").await.map_err(|error| error.to_string())?;
        while let Some(piece) = content.next_piece().await.map_err(|error| error.to_string())? {
            let length = u32::try_from(piece.len()).map_err(|error| error.to_string())?;
            let sent = async {
                stream.write_all(&length.to_be_bytes()).await?;
                stream.write_all(&piece).await
            };
            if sent.await.is_err() {
                // Over its limit clamd answers and closes before everything was sent.
                break;
            }
        }
        // The answer may be there already.
        let _ = stream.write_all(&0_u32.to_be_bytes()).await;
        verdict(&answer(&mut stream).await?)
    }
}

/// A connection of either kind.
trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

#[async_trait]
impl Scanner for Clamd {
    async fn scan(&self, content: Content) -> Result<Verdict, String> {
        timeout(ANSWER_WITHIN, self.ask(content)).await.unwrap_or_else(|_| Err("clamd did not answer in time".to_owned()))
    }
}

/// The answer, up to the byte that ends it. What comes after is not waited for: over its limit clamd closes while it is still being sent to, and then the connection ends
/// with an error.
async fn answer(stream: &mut Box<dyn Stream>) -> Result<String, String> {
    let mut text = Vec::new();
    let mut reader = BufReader::new(stream.take(LONGEST_ANSWER));
    reader.read_until(0, &mut text).await.map_err(|error| error.to_string())?;
    let text = text.split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(text).trim().to_owned())
}

/// The verdict of an answer. Only the exact word says that a file is clean.
fn verdict(answer: &str) -> Result<Verdict, String> {
    match answer {
        "stream: OK" => Ok(Verdict::Clean),
        found if found.starts_with("stream: ") && found.ends_with(" FOUND") => Ok(Verdict::Infected),
        limit if limit.contains("size limit exceeded") => Ok(Verdict::TooLarge),
        other => Err(format!("clamd answers {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_clear_is_no_verdict() {
        assert_eq!(verdict("stream: OK"), Ok(Verdict::Clean));
        assert_eq!(verdict("stream: Eicar-Test-Signature FOUND"), Ok(Verdict::Infected));
        assert_eq!(verdict("INSTREAM size limit exceeded. ERROR"), Ok(Verdict::TooLarge));
        for unclear in ["", "stream: OK and more", "UNKNOWN COMMAND", "stream: Can't allocate memory ERROR"] {
            assert!(verdict(unclear).is_err(), "{unclear}");
        }
    }

    #[test]
    fn an_address_is_a_path_or_a_host() {
        assert_eq!(Clamd::at("/run/clamav/clamd.ctl"), Clamd::Socket("/run/clamav/clamd.ctl".into()));
        assert_eq!(Clamd::at("127.0.0.1:3310"), Clamd::Host("127.0.0.1:3310".to_owned()));
    }
}
