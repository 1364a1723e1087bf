//! The lines of an iCalendar file (RFC 5545 §3.1): ended with CRLF, and folded so that none has more than 75 octets.

/// The most octets of a line, without its end.
const LONGEST: usize = 75;

/// The lines of a file that is being written.
#[derive(Debug, Default)]
pub(super) struct Lines(String);

impl Lines {
    /// Adds a property. Its name may have parameters, and its value is written as it is.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        let mut width = 0;
        // A control character would end the line or break the file; no value needs one.
        for c in name.chars().chain([':']).chain(value.chars()).filter(|c| !c.is_control()) {
            if width + c.len_utf8() > LONGEST {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// Adds a property whose value is text (RFC 5545 §3.3.11).
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let escaped =
            value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace("\r\n", "\\n").replace('\n', "\\n");
        self.raw(name, &escaped);
    }

    /// The file.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

/// A parameter value in quotes. It cannot contain quotes or line breaks; RFC 6868 encodes them with a caret.
pub(super) fn quoted(text: &str) -> String {
    let text = text.replace('^', "^^").replace('"', "^'").replace("\r\n", "^n").replace('\n', "^n");
    format!("\"{text}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_folded_between_characters() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &"ü".repeat(100));
        let file = lines.finish();
        assert!(file.split("\r\n").all(|line| line.len() <= LONGEST), "{file}");
        assert_eq!(file.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ü".repeat(100)));
    }

    #[test]
    fn text_cannot_begin_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.text("LOCATION", "Haus 3; Hof, links\\\nURL:evil\r");
        assert_eq!(lines.finish(), "LOCATION:Haus 3\\; Hof\\, links\\\\\\nURL:evil\r\n");
    }
}
