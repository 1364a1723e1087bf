//! The audit log as the administrators' page shows it.

mod views;

pub use views::{AuditEntryView, AuditPageView, AuditSubject, SealView};
