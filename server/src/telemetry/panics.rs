//! A panic is a defect of ours: it goes into the log like everything else, without the data that it may quote.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    panic::PanicHookInfo,
};

/// Longer messages are cut: what helps stands at the beginning.
const LONGEST_MESSAGE: usize = 300;

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

/// The message with `…` for what stands in quotes or backticks: there a library quotes the text that it stumbled over, such as
/// the string that was cut inside a letter, and that may be a patient's. What follows an open quote goes as well.
fn without_quotations(message: &str) -> String {
    let mut kept = String::new();
    let mut open: Option<char> = None;
    for char in message.chars() {
        match open {
            Some(quote) if char == quote => open = None,
            Some(_) => {}
            None if matches!(char, '"' | '`') => {
                kept.push('…');
                open = Some(char);
            }
            None => kept.push(char),
        }
    }
    kept.chars().take(LONGEST_MESSAGE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_panic_quotes_is_left_out() {
        let message = "byte index 2 is not a char boundary; it is inside 'é' (bytes 1..3) of `Héctor`";
        assert_eq!(without_quotations(message), "byte index 2 is not a char boundary; it is inside 'é' (bytes 1..3) of …");
        assert_eq!(without_quotations(r#"bad: Error("Héctor", 1), then "#), "bad: Error(…, 1), then ");
        assert_eq!(without_quotations("index out of bounds: the len is 3"), "index out of bounds: the len is 3");
        assert_eq!(without_quotations("left open `Héctor"), "left open …");
    }
}
