//! What the pages of every area are made of: parts, forms, layouts, live updates, the viewer, and how a server function calls a use case.
//!
//! Invariants
//! - Nothing here knows an area.
//! - What a page renders depends only on its data and its [`viewer`], so that server and browser render the same.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

pub mod address;
pub mod alerts;
pub mod chosen;
pub mod failure;
pub mod foreign_ways;
pub mod forms;
pub mod layouts;
pub mod live;
#[cfg(feature = "ssr")]
pub mod mail_test;
pub mod parts;
pub mod passkeys;
pub mod phrases;
pub mod position;
pub mod push;
#[cfg(feature = "ssr")]
pub mod request;
pub mod sight;
pub mod sound;
pub mod viewer;
