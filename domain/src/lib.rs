//! The domain of Bedside: rules, access, transactions, audit, events. The only crate that knows SQL.
//!
//! A use case is one function `(&Domain, &Access, command) -> Result<View>`: it begins a transaction, asks for the permits it needs, does
//! its work and commits with its audit entry. Server functions and REST handlers are a few lines around that call.
//!
//! Invariants
//! - Nothing here knows HTTP, leptos, environment variables, the wall clock or a random source: the caller passes in what is needed.
//! - A change without an audit entry does not compile ([`db::Tx::commit`] takes it).
//! - Medical data of a patient is read and changed only with a [`access::Permit`], which only [`db::Tx::permit`] makes.
//! - Side effects (mail, live events) leave through the outbox, after commit.

// The foundation of all areas.
pub mod capacity;
pub mod clock;
pub mod db;
pub mod error;
pub mod leaks;
pub mod randomness;
pub mod settings;
pub mod vault;

mod attempts;
mod hasher;
mod text;

// What a printed page can show, and the pages themselves.
pub mod document;

pub mod access;
pub mod audit;
pub mod files;
pub mod outbox;

pub mod drafts;
pub mod idempotency;

// Live signals for open pages, what copies of the server share, and the delivery of notifications. They know no area.
pub mod copies;
pub mod live;
pub mod notifications;

// The areas.
pub mod chat;
pub mod directory;
pub mod identity;
pub mod prescriptions;
pub mod records;
pub mod scheduling;
pub mod visits;

// Files of all purposes: asks the area that decides about each.
pub mod filing;

// Fills an empty installation with demo data.
pub mod demo;

// What events of all areas tell people.
pub mod notices;

pub mod backup;
pub mod health;
pub mod schema;

pub use attempts::AttemptNews;
pub use db::Domain;
pub use error::{Error, Result};
