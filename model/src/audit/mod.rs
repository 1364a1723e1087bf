//! The audit log as the administrators' viewer shows it.

mod views;

pub use views::{AuditEntryView, AuditPageView, AuditSubject, SealView};
