//! The types of the domain that browser and server share: ids, values that are always valid, states and their transitions, the slot
//! engine, the registry of errors.
//!
//! Invariant: no IO, no async, no clock and no randomness; everything here compiles to wasm and is deterministic.
//! It depends on no other crate of the workspace.

mod wire;

pub mod access;
pub mod audit;
pub mod barcode;
pub mod chat;
pub mod csv;
pub mod deliveries;
pub mod directory;
pub mod drafts;
pub mod emergency;
pub mod errors;
pub mod files;
pub mod format;
pub mod health;
pub mod identity;
pub mod ids;
pub mod live;
pub mod locale;
pub mod money;
pub mod notices;
pub mod page;
pub mod place;
pub mod prescriptions;
pub mod quiet_hours;
pub mod records;
pub mod scheduling;
pub mod scopes;
pub mod team;
pub mod text;
pub mod visits;
pub mod vitals;
