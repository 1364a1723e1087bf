//! Connections of clients: how many there may be, from one line and in all, and how long one may be slow or silent.
//!
//! A client that sends nothing, sends its head byte by byte or never reads its answer costs a connection and an open file. These are few, so all of this has a
//! time limit. WebSockets live as long as something is sent on them, and they count as connections until they close.

use crate::config::Config;
use axum::{Router, extract::connect_info::IntoMakeServiceWithConnectInfo};
use axum_server::{
    Handle,
    accept::Accept,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};
use domain::access::line_of;
use hyper_util::rt::TokioTimer;
use ipnet::IpNet;
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::{
    collections::HashMap,
    future::{Ready, ready},
    io,
    net::{IpAddr, SocketAddr, TcpListener},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};

/// The longest head of a request, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// Open files that are not connections of clients: the database, the relay, files.
const OTHER_FILES: u64 = 256;
/// Even a system that allows too few open files gets this many connections.
const FEWEST: usize = 16;

/// The connections of one listener. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Connections {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    most: usize,
    most_per_line: usize,
    head: Duration,
    idle: Duration,
    /// All clients behind a proxy share its address, so it is exempt from the limit of a line.
    proxies: Vec<IpNet>,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    lines: HashMap<IpAddr, usize>,
}

impl Connections {
    /// Creates the limits from the configuration.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let keys = &config.limits;
        let number = |key: u32| usize::try_from(key).unwrap_or(usize::MAX);
        let inner = Inner {
            most: number(keys.max_connections),
            most_per_line: number(keys.max_connections_per_address),
            head: Duration::from_secs(keys.head_secs.into()),
            idle: Duration::from_secs(keys.idle_secs.into()),
            proxies: config.trusted_proxies.clone(),
            open: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The same, with at most as many connections as the system allows open files. The process's own limit is raised if possible.
    #[must_use]
    pub fn allowed_by_system(config: &Config) -> Self {
        let mut connections = Self::new(config);
        if let Some(inner) = Arc::get_mut(&mut connections.inner) {
            inner.most = inner.most.min(open_files_for(inner.most));
        }
        connections
    }

    fn admit(&self, stream: TcpStream) -> io::Result<Watched> {
        let address = stream.peer_addr()?.ip().to_canonical();
        let is_proxy = self.inner.proxies.iter().any(|proxy| proxy.contains(&address));
        let counted = self.count((!is_proxy).then(|| line_of(address))).ok_or_else(|| {
            metrics::counter!("bedside_http_connections_refused_total").increment(1);
            io::Error::other("too many connections")
        })?;
        Ok(Watched { stream, quiet: Box::pin(sleep(self.inner.idle)), idle: self.inner.idle, _counted: counted })
    }

    /// Counts a connection; `None` when there are too many. Without a line, only the total counts.
    fn count(&self, line: Option<IpAddr>) -> Option<Counted> {
        let mut open = self.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.total >= self.inner.most {
            return None;
        }
        if let Some(line) = line {
            let of_line = open.lines.entry(line).or_insert(0);
            if *of_line >= self.inner.most_per_line {
                return None;
            }
            *of_line += 1;
        }
        open.total += 1;
        drop(open);
        Some(Counted { connections: self.clone(), line })
    }
}

/// A counted connection, until it is dropped.
#[derive(Debug)]
struct Counted {
    connections: Connections,
    line: Option<IpAddr>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.connections.inner.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total -= 1;
        let Some(line) = self.line else { return };
        if let Some(of_line) = open.lines.get_mut(&line) {
            *of_line -= 1;
            if *of_line == 0 {
                open.lines.remove(&line);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for Connections {
    type Stream = Watched;
    type Service = S;
    type Future = Ready<io::Result<(Watched, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(self.admit(stream).map(|stream| (stream, service)))
    }
}

/// A connection that fails when no byte was read or written for a while.
#[derive(Debug)]
pub struct Watched {
    stream: TcpStream,
    quiet: Pin<Box<Sleep>>,
    idle: Duration,
    _counted: Counted,
}

impl Watched {
    /// Passes on the result of reading or writing. If it is not ready, the connection waits until the time is over.
    fn watch<T>(&mut self, context: &mut Context<'_>, result: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.quiet.as_mut().reset(Instant::now() + self.idle);
            return result;
        }
        match self.quiet.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Watched {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let result = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(context, result)
    }
}

impl AsyncWrite for Watched {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.watch(context, result)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let result = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.watch(context, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Serves HTTP, or HTTPS with a certificate, until the handle stops it.
///
/// # Errors
/// When the listener cannot be used.
pub async fn serve(
    listener: TcpListener,
    tls: Option<RustlsConfig>,
    connections: Connections,
    handle: Handle<SocketAddr>,
    service: IntoMakeServiceWithConnectInfo<Router, SocketAddr>,
) -> io::Result<()> {
    let head = connections.inner.head;
    let mut server = axum_server::from_tcp(listener)?;
    let http = server.http_builder();
    // On a connection that is kept alive, the time for a head begins after the answer before it.
    http.http1().timer(TokioTimer::new()).header_read_timeout(head).max_buf_size(LONGEST_HEAD);
    http.http2().timer(TokioTimer::new()).max_header_list_size(u32::try_from(LONGEST_HEAD).unwrap_or(u32::MAX));
    match tls {
        Some(config) => {
            let acceptor = RustlsAcceptor::new(config).handshake_timeout(head).acceptor(connections);
            server.acceptor(acceptor).handle(handle).serve(service).await
        }
        None => server.acceptor(connections).handle(handle).serve(service).await,
    }
}

/// Raises the number of files that this process may have open to what so many connections need, and returns how many connections it allows.
fn open_files_for(connections: usize) -> usize {
    let wanted = u64::try_from(connections).unwrap_or(u64::MAX).saturating_add(OTHER_FILES);
    let Ok((soft, hard)) = getrlimit(Resource::RLIMIT_NOFILE) else { return connections };
    let possible = wanted.min(hard);
    let raised = possible > soft && setrlimit(Resource::RLIMIT_NOFILE, possible, hard).is_ok();
    let allowed = if raised { possible } else { soft };
    if allowed < wanted {
        tracing::warn!(
            files.allowed = allowed,
            files.wanted = wanted,
            "the system allows fewer open files than `limits.max_connections` needs; raise the limit (LimitNOFILE, ulimit -n)"
        );
    }
    usize::try_from(allowed.saturating_sub(OTHER_FILES)).unwrap_or(usize::MAX).max(FEWEST)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn connections(total: &str, per_line: &str) -> Connections {
        let sources = Sources::default().with("limits.max_connections", total);
        Connections::new(&Config::load(&sources.with("limits.max_connections_per_address", per_line)).unwrap())
    }

    fn line(address: &str) -> Option<IpAddr> {
        Some(line_of(address.parse().unwrap()))
    }

    #[test]
    fn one_line_cannot_take_all_connections() {
        let connections = connections("3", "2");
        let first = connections.count(line("2001:db8::1")).unwrap();
        let _second = connections.count(line("2001:db8::2")).unwrap();
        assert!(connections.count(line("2001:db8::3")).is_none());
        let _elsewhere = connections.count(line("203.0.113.7")).unwrap();
        assert!(connections.count(line("203.0.113.8")).is_none(), "three are open");
        drop(first);
        assert!(connections.count(line("2001:db8::3")).is_some());
    }

    #[test]
    fn clients_behind_a_proxy_count_in_the_total_only() {
        let connections = connections("2", "1");
        let _first = connections.count(None).unwrap();
        let second = connections.count(None).unwrap();
        assert!(connections.count(None).is_none());
        drop(second);
        assert!(connections.count(None).is_some());
        assert!(connections.inner.open.lock().unwrap().lines.is_empty());
    }
}
