//! The server: configuration, database, HTTP, workers, lifecycle. The binary `bedside` is a thin wrapper around it.

pub mod anchors;
pub mod backup;
pub mod check;
pub mod command;
pub mod config;
pub mod copies;
pub mod downloads;
pub mod edge;
pub mod endpoint;
pub mod feeds;
pub mod health;
pub mod live;
pub mod mail;
pub mod master;
pub mod outside;
pub mod postgres;
pub mod rest;
pub mod serve;
pub mod telemetry;
pub mod tls;
pub mod workers;
