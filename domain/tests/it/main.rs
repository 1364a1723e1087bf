//! Tests of the use cases with a real database. They are one test binary, because linking each binary takes time.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod audit;
mod demo;
mod directory;
mod drafts;
mod figures;
mod house;
mod identity;
mod policy;
mod prescriptions;
mod records;
mod scheduling;
mod visits;
