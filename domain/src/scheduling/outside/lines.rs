//! The content lines of an iCalendar file (RFC 5545 §3.1). A line that is none is counted and left out.

/// The most lines of a file; 5 MB of the shortest useful lines have fewer.
const MOST_LINES: usize = 400_000;

/// A content line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    /// The name, in capital letters.
    pub(super) name: String,
    /// The parameters, their names in capital letters and their values without quotes.
    parameters: Vec<(String, String)>,
    pub(super) value: String,
}

impl Line {
    /// The value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Parses an unfolded line.
    fn parse(text: &str) -> Option<Self> {
        let mut is_quoted = false;
        let colon = text.char_indices().find_map(|(at, c)| {
            is_quoted ^= c == '"';
            (c == ':' && !is_quoted).then_some(at)
        })?;
        let (head, value) = (&text[..colon], &text[colon + 1..]);
        let mut parts = split_outside_quotes(head, ';').into_iter();
        let name = parts.next()?.to_ascii_uppercase();
        if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
            return None;
        }
        let parameters = parts
            .map(|part| part.split_once('=').map(|(name, value)| (name.to_ascii_uppercase(), value.replace('"', ""))))
            .collect::<Option<Vec<_>>>()?;
        Some(Self { name, parameters, value: value.to_owned() })
    }
}

/// The lines of a file, and how many are broken. `None` when it has too many.
pub(super) fn lines(file: &str) -> Option<(Vec<Line>, u32)> {
    let mut whole: Vec<String> = Vec::new();
    for physical in file.split('\n') {
        let physical = physical.strip_suffix('\r').unwrap_or(physical);
        if let Some(rest) = physical.strip_prefix([' ', '\t'])
            && let Some(last) = whole.last_mut()
        {
            last.push_str(rest);
        } else if whole.len() == MOST_LINES {
            return None;
        } else if !physical.trim().is_empty() {
            whole.push(physical.to_owned());
        }
    }
    let count = whole.len();
    let parsed: Vec<Line> = whole.iter().filter_map(|text| Line::parse(text)).collect();
    let broken = u32::try_from(count - parsed.len()).unwrap_or(u32::MAX);
    Some((parsed, broken))
}

fn split_outside_quotes(text: &str, separator: char) -> Vec<&str> {
    let (mut parts, mut from, mut is_quoted) = (Vec::new(), 0, false);
    for (at, c) in text.char_indices() {
        is_quoted ^= c == '"';
        if c == separator && !is_quoted {
            parts.push(&text[from..at]);
            from = at + c.len_utf8();
        }
    }
    parts.push(&text[from..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_lines_are_joined_and_broken_ones_counted() {
        let (lines, broken) =
            lines("begin:VEVENT\r\nDTSTART;TZID=\"A:B;C\":2026\r\n 1124\r\nno line\r\n;x:y\r\n\r\nEND:VEVENT").unwrap();
        assert_eq!((lines.len(), broken), (3, 2));
        assert_eq!((lines[0].name.as_str(), lines[1].value.as_str()), ("BEGIN", "20261124"));
        assert_eq!((lines[1].parameter("TZID"), lines[1].parameter("VALUE")), (Some("A:B;C"), None));
    }
}
