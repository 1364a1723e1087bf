//! Slow and many connections, at real sockets.

use crate::house::house_with;
use axum::http::header;
use futures::{SinkExt, StreamExt};
use std::{net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::{Instant, sleep, timeout},
};
use tokio_tungstenite::{
    connect_async,
    tungstenite::{Message, client::IntoClientRequest},
};

/// How long a test waits for what should happen after a second.
const LIMIT: Duration = Duration::from_secs(20);

async fn connect(address: SocketAddr, sent: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(sent.as_bytes()).await.unwrap();
    stream
}

/// Everything that the server sends until it closes the connection.
async fn until_closed(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    // A connection that is closed with unread bytes is reset.
    let _ = timeout(LIMIT, stream.read_to_end(&mut received)).await.expect("the server closes the connection");
    String::from_utf8_lossy(&received).into_owned()
}

/// The head of the next answer.
async fn head(stream: &mut TcpStream) -> String {
    let mut received = Vec::new();
    while !received.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut byte = [0; 1];
        let read = timeout(LIMIT, stream.read(&mut byte)).await.expect("the server answers").unwrap_or(0);
        if read == 0 {
            break;
        }
        received.push(byte[0]);
    }
    String::from_utf8_lossy(&received).into_owned()
}

const LIVE: &str = "GET /health/live HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test]
async fn a_head_that_does_not_end_closes_the_connection() {
    let house = house_with(&[("limits.head_secs", "1")]).await;
    let (address, _serving) = house.serve();
    let mut slow = connect(address, "GET / HTTP/1.1\r\nhost: localhost\r\nx-slow: ").await;
    let dripping = async {
        // One byte after the other does not prolong the time.
        while slow.write_all(b"a").await.is_ok() {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(LIMIT, dripping).await.expect("the server closes the connection");
}

#[tokio::test]
async fn a_connection_without_a_byte_is_closed() {
    let house = house_with(&[("limits.idle_secs", "1")]).await;
    let (address, _serving) = house.serve();
    assert_eq!(until_closed(&mut connect(address, "").await).await, "");
    // The beginning of HTTP/2 is no reason to wait either.
    assert_eq!(until_closed(&mut connect(address, "PRI * HTTP").await).await, "");
}

#[tokio::test]
async fn a_body_that_does_not_end_is_refused_in_time() {
    let house = house_with(&[("limits.body_secs", "1")]).await;
    let (address, _serving) = house.serve();
    let request = |path: &str| {
        format!("POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{")
    };
    for path in ["/api/v1/sessions", "/do/sign-in", "/browser/stopped"] {
        let answer = until_closed(&mut connect(address, &request(path)).await).await;
        assert!(answer.starts_with("HTTP/1.1 408 "), "{path}: {answer}");
        assert!(answer.contains("request.too_slow"), "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_line_has_a_bounded_number_of_connections() {
    let house = house_with(&[("limits.max_connections_per_address", "2")]).await;
    let (address, _serving) = house.serve();
    let (mut first, mut second) = (connect(address, LIVE).await, connect(address, LIVE).await);
    assert!(head(&mut first).await.starts_with("HTTP/1.1 200 "));
    assert!(head(&mut second).await.starts_with("HTTP/1.1 200 "));
    assert_eq!(until_closed(&mut connect(address, LIVE).await).await, "");
    drop(first);
    let again = async {
        // The server needs a moment to notice that a connection was closed.
        while !head(&mut connect(address, LIVE).await).await.starts_with("HTTP/1.1 200 ") {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(LIMIT, again).await.expect("a place is free again");
}

#[tokio::test]
async fn a_socket_lives_as_long_as_something_is_sent() {
    let house = house_with(&[("limits.head_secs", "1"), ("limits.idle_secs", "2")]).await;
    let patient = house.clinic.patient("Amara Osei").await;
    let token = house.client(&patient).await.token.unwrap();
    let (address, _serving) = house.serve();
    let mut request = format!("ws://{address}{}", model::live::PATH).into_client_request().unwrap();
    request.headers_mut().insert(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap());
    let (mut socket, _) = connect_async(request).await.unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(4) {
        socket.send(Message::Ping(Vec::<u8>::new().into())).await.unwrap();
        let pong = async { while !matches!(socket.next().await, Some(Ok(Message::Pong(_)))) {} };
        timeout(LIMIT, pong).await.expect("the socket is open");
        sleep(Duration::from_millis(200)).await;
    }
    let ended = async { while let Some(Ok(_)) = socket.next().await {} };
    timeout(LIMIT, ended).await.expect("a silent socket is closed");
}
