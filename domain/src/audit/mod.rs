//! The audit log: who did what and when, in rows that nobody can change unnoticed.
//!
//! A row is canonical bytes with an HMAC, which names its key. It is written in the transaction of the change that it records, and waits for no other transaction. Later,
//! one sealer chains Merkle roots over the rows of finished transactions ([`seal_once`]); [`verify`] finds the first row that was changed, removed
//! or reordered. The seals of a day are sealed again as a day ([`seal_day_once`]), and a month that was sealed can be dropped ([`drop_month`]).
//! (A chain through every transaction would serialise all commits; measured, that is three to six times slower.)
//!
//! Invariants: rows carry ids and codes, never clinical or personal text. The server's database role may only insert and read rows here.

mod accesses;
mod days;
mod deposits;
mod dropped;
mod entry;
mod export;
mod merkle;
mod read;
mod rows;
mod seal;
pub(crate) mod store;
mod verify;

pub use days::seal_day_once;
pub use deposits::{Deposit, MOST_SEALS_DEPOSITED, anchors_between, deposits_after, newest_deposit, record_deposit};
pub use dropped::{DroppedMonth, NotDropped, drop_month};
pub use entry::{Audit, Detail};
pub use export::{AuditExport, ExportLog, export};
pub use model::audit::AuditAction;
pub use read::{AuditPage, SealState, browse, seal_state};
pub use rows::{AuditFilter, AuditRow};
pub use seal::{Anchor, MOST_ROWS_SEALED, anchors_after, seal_once};
pub use verify::{Finding, Verification, verify};

pub(crate) use accesses::{AccessRow, AccessesAsked, accesses_of};
pub(crate) use store::{ensure_partitions, oldest, refused};
