//! The audit log as the administrators' page shows it.

mod action;
mod views;

pub use action::AuditAction;
pub use views::{AuditEntryView, AuditPageView, AuditSubject, SealView};
