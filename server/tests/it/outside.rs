//! Fetching a doctor's other calendar from servers that mean harm. They run on the loopback interface.

use model::scheduling::OutsideTrouble;
use server::outside::{Reach, fetch};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

const CALENDAR: &str = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";

/// A server that answers each request with what `answer` writes, until the handle is aborted.
async fn served<F>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> (SocketAddr, JoinHandle<()>)
where
    F: Future<Output = std::io::Result<()>> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let task = tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 2048];
            if stream.read(&mut request).await.is_ok() {
                // The client may go away in the middle.
                let _ = answer(stream).await;
            }
        }
    });
    (address, task)
}

async fn fetched(address: SocketAddr) -> Result<Vec<u8>, OutsideTrouble> {
    fetch(&format!("http://{address}/basic.ics"), Reach::LoopbackToo).await
}

fn head(status: &str, more: &str) -> String {
    format!("HTTP/1.1 {status}\r\ncontent-type: text/calendar\r\n{more}\r\n")
}

#[tokio::test]
async fn a_calendar_is_fetched_and_only_from_public_addresses() {
    let (address, task) = served(|mut stream: TcpStream| async move {
        let head = head("200 OK", &format!("content-length: {}\r\n", CALENDAR.len()));
        stream.write_all(format!("{head}{CALENDAR}").as_bytes()).await
    })
    .await;
    assert_eq!(fetched(address).await, Ok(CALENDAR.as_bytes().to_vec()));
    for internal in [format!("http://{address}/"), format!("https://{address}/"), "https://[::ffff:127.0.0.1]/".to_owned()] {
        assert_eq!(fetch(&internal, Reach::Public).await, Err(OutsideTrouble::Forbidden), "{internal}");
    }
    task.abort();
}

#[tokio::test]
async fn a_redirect_to_an_internal_address_is_refused_and_so_is_one_in_a_circle() {
    for location in
        ["http://10.0.0.1/", "https://169.254.169.254/latest/meta-data", "http://[fd00:ec2::254]/", "file:///etc/passwd"]
    {
        let (address, task) = served(move |mut stream: TcpStream| async move {
            stream.write_all(head("302 Found", &format!("location: {location}\r\ncontent-length: 0\r\n")).as_bytes()).await
        })
        .await;
        assert!(matches!(fetched(address).await, Err(OutsideTrouble::Forbidden | OutsideTrouble::Unreachable)), "{location}");
        task.abort();
    }
    let (address, task) = served(|mut stream: TcpStream| async move {
        stream.write_all(head("307 Temporary Redirect", "location: /again\r\ncontent-length: 0\r\n").as_bytes()).await
    })
    .await;
    assert_eq!(fetched(address).await, Err(OutsideTrouble::Redirected));
    task.abort();
}

#[tokio::test]
async fn a_huge_file_an_endless_stream_and_a_refusal_end() {
    let (address, task) = served(|mut stream: TcpStream| async move {
        stream.write_all(head("200 OK", "content-length: 104857600\r\n").as_bytes()).await?;
        let block = vec![b'x'; 1 << 20];
        for _ in 0..100 {
            stream.write_all(&block).await?;
        }
        Ok(())
    })
    .await;
    assert_eq!(fetched(address).await, Err(OutsideTrouble::TooLarge));
    task.abort();
    let (address, task) = served(|mut stream: TcpStream| async move {
        stream.write_all(head("200 OK", "transfer-encoding: chunked\r\n").as_bytes()).await?;
        let chunk = format!("10000\r\n{}\r\n", "x".repeat(0x10000));
        loop {
            stream.write_all(chunk.as_bytes()).await?;
        }
    })
    .await;
    assert_eq!(fetched(address).await, Err(OutsideTrouble::TooLarge));
    task.abort();
    let (address, task) = served(|mut stream: TcpStream| async move {
        stream.write_all(head("403 Forbidden", "content-length: 0\r\n").as_bytes()).await
    })
    .await;
    assert_eq!(fetched(address).await, Err(OutsideTrouble::Refused));
    task.abort();
    let _ = task.await;
    assert_eq!(fetched(address).await, Err(OutsideTrouble::Unreachable));
}
