//! The server from outside, on a real database: what it answers over HTTP (forms, server functions, the programming interface, sockets), how it
//! is backed up, what a kill leaves. One program, because each costs a minute to link.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod audit;
mod backup;
mod direction;
mod drafts;
mod files;
mod forms;
mod functions;
mod headless;
mod house;
mod killed;
mod live;
mod mail;
mod parallel;
mod rest;
mod stopped;
mod unstorable;
