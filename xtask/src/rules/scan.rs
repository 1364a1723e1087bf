//! Splits Rust source into code and the content of string literals. Comments are in neither.

/// Two texts with the same lines and columns as the source; in each, everything else is blank.
#[derive(Debug)]
pub(crate) struct Scan {
    /// The source without comments and literals.
    pub(crate) code: String,
    /// Only the string and character literals.
    pub(crate) strings: String,
    /// Each string literal with its quotes, and the line in which it begins.
    pub(crate) literals: Vec<(usize, String)>,
}

#[derive(Clone, Copy)]
enum Kind {
    Code,
    Text,
    Comment,
}

impl Scan {
    /// Splits a file.
    pub(crate) fn of(source: &str) -> Self {
        let mut scan = Self {
            code: String::with_capacity(source.len()),
            strings: String::with_capacity(source.len()),
            literals: Vec::new(),
        };
        let mut line = 1;
        let mut rest = source;
        let mut previous = ' ';
        while let Some(first) = rest.chars().next() {
            let in_word = previous.is_alphanumeric() || previous == '_';
            let (length, kind) = if rest.starts_with("//") {
                (rest.find('\n').unwrap_or(rest.len()), Kind::Comment)
            } else if rest.starts_with("/*") {
                (block_comment(rest), Kind::Comment)
            } else if let Some(length) = (!in_word).then(|| raw_string(rest)).flatten() {
                (length, Kind::Text)
            } else if first == '"' {
                (quoted(rest, '"'), Kind::Text)
            } else if first == '\'' {
                // A character literal, or else the apostrophe of a lifetime.
                character(rest).map_or((1, Kind::Code), |length| (length, Kind::Text))
            } else {
                (first.len_utf8(), Kind::Code)
            };
            let (piece, after) = rest.split_at(length);
            if matches!(kind, Kind::Text) && !piece.starts_with('\'') {
                scan.literals.push((line, piece.to_owned()));
            }
            line += piece.matches('\n').count();
            scan.push(piece, kind);
            previous = piece.chars().next_back().unwrap_or(' ');
            rest = after;
        }
        scan
    }

    fn push(&mut self, piece: &str, kind: Kind) {
        for character in piece.chars() {
            let blank = if character == '\n' { '\n' } else { ' ' };
            self.code.push(if matches!(kind, Kind::Code) { character } else { blank });
            self.strings.push(if matches!(kind, Kind::Text) { character } else { blank });
        }
    }
}

/// The length of a block comment, which may contain others.
fn block_comment(text: &str) -> usize {
    let mut depth = 0;
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if text[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// The length of `r"…"`, `br#"…"#` and similar, when one begins here.
fn raw_string(text: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"]
        .into_iter()
        .find(|prefix| text.strip_prefix(prefix).is_some_and(|rest| rest.trim_start_matches('#').starts_with('"')))?;
    let hashes = text[prefix.len()..].chars().take_while(|character| *character == '#').count();
    let body = prefix.len() + hashes + 1;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(text[body..].find(&end).map_or(text.len(), |at| body + at + end.len()))
}

/// The length of a literal between two `quote` characters; escapes are skipped.
fn quoted(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if character == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of a character literal, when one begins here.
fn character(text: &str) -> Option<usize> {
    let mut characters = text.char_indices().skip(1);
    let (_, first) = characters.next()?;
    if first == '\\' {
        return Some(quoted(text, '\''));
    }
    let (at, second) = characters.next()?;
    (second == '\'').then_some(at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(source: &str, code: &str, strings: &str) {
        let scan = Scan::of(source);
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!((words(&scan.code).as_str(), words(&scan.strings).as_str()), (code, strings), "{source}");
        assert_eq!(scan.code.lines().count(), source.lines().count());
    }

    #[test]
    fn comments_are_neither() {
        check("a // b\nc /* d /* e */ f */ g", "a c g", "");
        check("/// doc \"x\"\nfn y() {}", "fn y() {}", "");
    }

    #[test]
    fn literals_are_strings() {
        check(r#"a("b \" // c") d"#, "a( ) d", r#""b \" // c""#);
        check(r###"r#"x "y" z"# w"###, "w", r###"r#"x "y" z"#"###);
        check(r#"var"#, "var", "");
        let literals = Scan::of("a(\n  \"b\n c\", 'd'); // \"e\"\n\"f\"").literals;
        assert_eq!(literals, [(2, "\"b\n c\"".to_owned()), (4, "\"f\"".to_owned())]);
    }

    #[test]
    fn ticks_are_characters_or_lifetimes() {
        check(r#"fn a<'a>(b: &'a str) { '"' } c"#, "fn a<'a>(b: &'a str) { } c", r#"'"'"#);
        check(r"'\'' x 'é' y", "x y", r"'\'' 'é'");
    }
}
