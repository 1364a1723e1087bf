//! Measures the record, files and messages: the part of `cargo xtask bench records` that does the work. Everything is on the loopback interface, and each part ends by
//! itself.
//!
//! `records SIZE SUPERUSER_URL LOG FOLDER BEDSIDE NGINX` makes fresh installations on the cluster that `BEDSIDE_TEST_DATABASE_URL` names, whose log is in the file LOG, and
//! prints one line of JSON. SIZE is `full` or `quick`, files rest below FOLDER, and BEDSIDE and NGINX are the programs.
//!
//! `records plain PORT FOLDER PARTS` is a server without encryption, with which the program compares.

mod client;
mod messages;
mod opening;
mod plain;
mod programs;
mod transfer;

use serde_json::json;
use std::{path::Path, time::Duration};

/// How much is measured.
pub(crate) struct Size {
    /// What the record has: visits with a note, measurements, entries and files.
    pub(crate) encounters: usize,
    pub(crate) observations: usize,
    pub(crate) entries: usize,
    pub(crate) files: usize,
    /// How often each part of it is opened.
    pub(crate) openings: usize,
    /// How many files are sent, and how large each is.
    pub(crate) transferred: usize,
    pub(crate) file_mib: usize,
    /// How many conversations there are, each with four open pages, and how many messages are written in all of them.
    pub(crate) conversations: usize,
    pub(crate) messages: usize,
}

const FULL: Size = Size {
    encounters: 300,
    observations: 5_000,
    entries: 40,
    files: 400,
    openings: 200,
    transferred: 8,
    file_mib: 32,
    conversations: 500,
    messages: 4_800,
};

/// To try the command.
const QUICK: Size = Size {
    encounters: 10,
    observations: 100,
    entries: 5,
    files: 20,
    openings: 20,
    transferred: 2,
    file_mib: 4,
    conversations: 32,
    messages: 320,
};

#[expect(clippy::print_stdout, reason = "the line is the result")]
#[tokio::main]
async fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["plain", port, folder, parts] => {
            plain::serve(port.parse().expect("a port"), Path::new(folder), parts.parse().expect("a number")).await;
        }
        [size, superuser, log, folder, bedside, nginx] => {
            let size = if size == "quick" { &QUICK } else { &FULL };
            let opening = Box::pin(opening::measure(size, (superuser, Path::new(log)))).await;
            let files = Box::pin(transfer::measure(size, Path::new(folder), (Path::new(bedside), Path::new(nginx)))).await;
            let messages = Box::pin(messages::measure(size)).await;
            println!("{}", json!({ "opening": opening, "files": files, "messages": messages }));
        }
        _ => panic!("`records SIZE SUPERUSER_URL LOG FOLDER BEDSIDE NGINX`"),
    }
}

/// The time that so many of a hundred did not exceed, in milliseconds.
pub(crate) fn percentile_ms(took: &[Duration], of_hundred: usize) -> f64 {
    let mut sorted = took.to_vec();
    sorted.sort_unstable();
    let at = (sorted.len() * of_hundred).div_ceil(100).saturating_sub(1);
    sorted.get(at).map_or(f64::NAN, |took| took.as_secs_f64() * 1_000.0)
}
