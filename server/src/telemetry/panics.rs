//! Panics are bugs of ours: they are logged like other errors, without the data that their message may quote.

use domain::error::without_quotations;
use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::PanicHookInfo,
};

pub(super) fn log_them() {
    std::panic::set_hook(Box::new(log));
}

fn log(panic: &PanicHookInfo<'_>) {
    let location = panic.location().map(ToString::to_string).unwrap_or_default();
    let message = panic.payload_as_str().map(without_quotations).unwrap_or_default();
    let thread = std::thread::current();
    let thread = thread.name().unwrap_or("unnamed");
    let backtrace = Backtrace::capture();
    if backtrace.status() == BacktraceStatus::Captured {
        tracing::error!(panic.location = location, panic.message = message, panic.thread = thread, %backtrace, "panicked");
    } else {
        tracing::error!(panic.location = location, panic.message = message, panic.thread = thread, "panicked");
    }
}
