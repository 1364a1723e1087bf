//! The audit log as the administrators' page shows it.

mod action;
mod views;

/// The most rows that an exported file of the log has.
pub const MOST_EXPORTED: usize = 50_000;

pub use action::AuditAction;
pub use views::{AuditEntryView, AuditPageView, AuditResource, AuditSubject, SealView};
