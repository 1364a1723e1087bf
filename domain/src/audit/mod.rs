//! Who did what, when: rows that nobody can change unseen.
//!
//! A row is canonical bytes with an HMAC, written in the transaction of what it tells, and waits for nobody. One sealer then chains Merkle
//! roots over finished rows ([`seal_once`]); [`verify`] finds the first row that was changed, removed or reordered. (A chain through every
//! transaction would serialise all commits: three to six times slower, measured.)
//!
//! Invariants: rows carry ids and codes, never clinical or personal text. The server's database role may insert and read here, nothing else.

mod entry;
mod merkle;
mod read;
mod seal;
pub(crate) mod store;
mod verify;

pub use entry::{Audit, Detail};
pub use read::{AuditFilter, AuditPage, AuditRow, SealState, browse, seal_state};
pub use seal::{Anchor, seal_once};
pub use verify::{Finding, Verification, verify};

pub(crate) use store::{ensure_partitions, refused};
