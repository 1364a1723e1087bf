//! Tests of the server from outside, with a real database: its responses over HTTP (forms, server functions, REST API, sockets), backups, and
//! what remains after a kill. They are one test binary, because linking each binary takes a minute.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod addresses;
mod anchors;
mod assets;
mod audit;
mod backup;
mod balanced;
mod calendars;
mod connections;
mod copies;
mod costs;
mod cut_upload;
mod direction;
mod downloads;
mod drafts;
mod feeds;
mod files;
mod first_booking;
mod forms;
mod functions;
mod headless;
mod health;
mod house;
mod kept_files;
mod keys;
mod killed;
mod killed_messages;
mod kms;
mod leaked;
mod live;
mod mail;
mod migrate;
mod oauth;
mod opened_for;
mod openid;
mod outside;
mod owner;
mod parallel;
mod push;
mod redis_server;
mod rest;
mod roles;
mod s3_server;
mod scanner;
mod setup;
mod sms;
mod statements;
mod stopped;
mod unstorable;
mod uploads;
mod visits;
