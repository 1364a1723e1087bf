//! Tests of the use cases with a real database. They are one test binary, because linking each binary takes time.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test fails by panicking")]

mod audit;
mod bounds;
mod care_groups;
mod conversation_ends;
mod conversation_files;
mod conversation_keeping;
mod conversations;
mod copies;
mod deliveries;
mod demo;
mod directory;
mod dispatch;
mod drafts;
mod figures;
mod files;
mod files_kept;
mod grants;
mod growth;
mod house;
mod identity;
mod keys;
mod limits;
mod mass_messages;
mod note_helps;
mod notice_choices;
mod notices;
mod policy;
mod prescriptions;
mod push;
mod record_entries;
mod records;
mod scheduling;
mod sealing;
mod shares;
mod timeline;
mod timeline_parts;
mod visits;
