//! Tests of the relay from outside: real sockets on loopback, a clock that the test sets, and no waiting for time to pass.

#![allow(clippy::unwrap_used, reason = "a test may fail here")]

mod support;

mod access;
mod coturn_client;
mod coturn_server;
mod endurance;
mod floods;
#[cfg(target_os = "linux")]
mod soak;
mod streams;
mod traffic;
