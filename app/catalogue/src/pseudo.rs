//! The pseudo-language: English with accents and brackets, and a third longer.

use std::{error::Error, fs, path::Path};

/// Writes a pseudo-translation of every file in `from` to `to`.
pub(crate) fn write(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let text = fs::read_to_string(entry.path())?;
        fs::write(to.join(entry.file_name()), translate_file(&text))?;
    }
    Ok(())
}

/// Translates the string values of a message file. Keys, which are followed by a colon, stay unchanged.
fn translate_file(json: &str) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut rest = json;
    while let Some(open) = rest.find('"') {
        out.push_str(&rest[..=open]);
        rest = &rest[open + 1..];
        let close = end_of_string(rest);
        let text = &rest[..close];
        rest = &rest[close..];
        if rest[1..].trim_start().starts_with(':') {
            out.push_str(text);
        } else {
            out.push_str(&translate(text));
        }
        out.push('"');
        rest = &rest[1..];
    }
    out.push_str(rest);
    out
}

/// The position of the closing quote of the string; escaped characters are skipped.
fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at,
            _ => {}
        }
    }
    text.len()
}

/// Translates one sentence: letters get accents, `{{ names }}` untouched, padded by a third.
fn translate(text: &str) -> String {
    let mut out = String::from("⟦");
    let mut letters = 0_usize;
    let mut inside = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' if chars.peek() == Some(&'{') => inside = true,
            '}' if chars.peek() == Some(&'}') => inside = false,
            '\\' => {
                out.push(c);
                out.extend(chars.next());
                continue;
            }
            _ => {}
        }
        if inside || !c.is_ascii_alphabetic() {
            out.push(c);
        } else {
            letters += 1;
            out.push(accented(c));
        }
    }
    for _ in 0..letters.div_ceil(3) {
        out.push('~');
    }
    out.push('⟧');
    out
}

fn accented(c: char) -> char {
    const PLAIN: &str = "aceilnorsuyzACEILNORSUYZ";
    const ACCENTED: &str = "àçéïłñöŕšüýžÀÇÉÏŁÑÖŔŠÜÝŽ";
    PLAIN.find(c).and_then(|at| ACCENTED.chars().nth(at)).unwrap_or(c)
}
