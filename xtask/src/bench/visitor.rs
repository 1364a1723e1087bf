//! A visitor of the pages without a browser: one request per connection, with the cookie of a session.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use crate::process::{Attempt, Failure, Outcome};

/// How long an answer may take. The first request of a development build is slow.
const PATIENCE: Duration = Duration::from_secs(60);

/// A client that requests pages, with or without a session.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    port: u16,
    /// The session's cookie as `name=value`.
    pub(super) cookie: Option<String>,
}

/// The answer to a request.
#[derive(Debug)]
struct Answer {
    status: u16,
    /// The headers, one per line.
    head: String,
    body: String,
}

impl Visitor {
    /// A visitor without a session, of the server on this port.
    pub(super) fn stranger(port: u16) -> Self {
        Self { port, cookie: None }
    }

    /// Signs in with the form of the sign-in page.
    pub(super) fn sign_in(port: u16, email: &str, password: &str) -> Outcome<Self> {
        let mut visitor = Self::stranger(port);
        let form = format!("email={}&password={}&next=&back=%2Fsign-in", form_encoded(email), form_encoded(password));
        let answer = visitor.post("/do/sign-in", &form)?;
        let cookie = answer.session_cookie().map(str::to_owned);
        // After wrong credentials the form sends the user back to itself, without a session.
        if answer.status != 303 || cookie.is_none() {
            return Err(Failure::because(format!("{email} cannot sign in: the answer has status {}", answer.status)));
        }
        visitor.cookie = cookie;
        Ok(visitor)
    }

    /// The HTML of a page. Any other answer than 200 is a failure.
    pub(super) fn page(&self, path: &str) -> Outcome<String> {
        let cookie = self.cookie_header();
        let request = format!("GET {path} HTTP/1.0\r\nHost: localhost:{}\r\nAccept: text/html\r\n{cookie}\r\n", self.port);
        let answer = self.send(&request)?;
        if answer.status != 200 {
            return Err(Failure::because(format!("the answer of {path} has status {}", answer.status)));
        }
        Ok(answer.body)
    }

    /// Posts a form; returns the path to which the answer leads. Any other answer than such a redirection is a failure.
    pub(super) fn submit(&self, path: &str, fields: &[(&str, &str)]) -> Outcome<String> {
        let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", form_encoded(value))).collect();
        let answer = self.post(path, &pairs.join("&"))?;
        match answer.header("location") {
            Some(to) if answer.status == 303 => Ok(to.to_owned()),
            _ => Err(Failure::because(format!("the answer of {path} has status {}", answer.status))),
        }
    }

    fn post(&self, path: &str, form: &str) -> Outcome<Answer> {
        let port = self.port;
        let cookie = self.cookie_header();
        self.send(&format!(
            "POST {path} HTTP/1.0\r\nHost: localhost:{port}\r\nOrigin: http://localhost:{port}\r\nAccept: text/html\r\n{cookie}\
            Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ))
    }

    fn cookie_header(&self) -> String {
        self.cookie.as_ref().map_or(String::new(), |cookie| format!("Cookie: {cookie}\r\n"))
    }

    fn send(&self, request: &str) -> Outcome<Answer> {
        let exchange = || -> std::io::Result<Vec<u8>> {
            let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port))?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.write_all(request.as_bytes())?;
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer)?;
            Ok(answer)
        };
        let bytes = exchange().attempt(|| "ask the server for a page".into())?;
        Answer::parse(&String::from_utf8_lossy(&bytes)).ok_or_else(|| Failure::because("the server did not answer in HTTP"))
    }
}

impl Answer {
    /// Parses an answer that ends with the connection, as to every HTTP/1.0 request.
    fn parse(text: &str) -> Option<Self> {
        let (head, body) = text.split_once("\r\n\r\n")?;
        let status = head.strip_prefix("HTTP/")?.split(' ').nth(1)?.parse().ok()?;
        Some(Self { status, head: head.to_owned(), body: body.to_owned() })
    }

    fn header<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.headers(name).next()
    }

    /// The values of all headers with this name, in any case.
    fn headers<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        let headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.filter(move |(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The cookie of the session that the answer begins. The answer sets another one too, by which the browser is recognised.
    fn session_cookie(&self) -> Option<&str> {
        let mut cookies = self.headers("set-cookie").filter_map(|value| value.split(';').next());
        cookies.find(|cookie| cookie.starts_with("__Host-bedside="))
    }
}

/// Encodes a form value (URL standard, §5.2). A blank becomes `%20`, which every parser accepts.
fn form_encoded(text: &str) -> String {
    let encoded = |byte: u8| {
        let plain = byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_');
        if plain { char::from(byte).to_string() } else { format!("%{byte:02X}") }
    };
    text.bytes().map(encoded).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_in_the_answer_to_a_sign_in() {
        let answer = Answer::parse(
            "HTTP/1.0 303 See Other\r\nlocation: /patient\r\nset-cookie: __Host-bedside-device=def; Path=/\r\n\
            Set-Cookie: __Host-bedside=abc; HttpOnly; Path=/\r\n\r\n{\"next\":\"/patient\"}",
        )
        .unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (303, "{\"next\":\"/patient\"}"));
        assert_eq!(answer.session_cookie(), Some("__Host-bedside=abc"));
        assert!(Answer::parse("SSH-2.0\r\n\r\n").is_none());
    }

    #[test]
    fn form_values_are_encoded() {
        assert_eq!(form_encoded("walk by+é"), "walk%20by%2B%C3%A9");
    }
}
