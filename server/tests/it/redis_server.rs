//! A Redis of a test on the loopback interface.

use domain::{copies::CopyId, randomness::SystemRandomness};
use server::{config::Secret, copies::InRedis};
use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(30);

/// Debian's redis-server, which keeps nothing on disk. Dropping it kills it.
pub(crate) struct RedisServer {
    child: Child,
    port: u16,
}

impl RedisServer {
    pub(crate) async fn start() -> Self {
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", "/", "--port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("`cargo xtask setup` installs Debian's redis-server");
        let redis = Self { child, port };
        let begun = Instant::now();
        while redis.copy().ping().await.is_err() {
            assert!(begun.elapsed() < PATIENCE, "redis-server does not answer");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        redis
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// A new copy of a server.
    pub(crate) fn copy(&self) -> InRedis {
        InRedis::new(&Secret::new(self.url()), "tests", CopyId::random(&SystemRandomness)).unwrap()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        // It may have been killed already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
