//! Reading CSV (RFC 4180), as spreadsheets write it: with commas, semicolons or tabs.

/// One record, and the line on which it begins, counted from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The line.
    pub line: u32,
    /// The fields.
    pub fields: Vec<String>,
}

/// Reads all records that are not empty. The separator is the one that the first line has most often.
///
/// # Errors
/// The line on which a quoted field begins that is never closed.
pub fn records(text: &str) -> Result<Vec<Record>, u32> {
    let text = text.trim_start_matches('\u{FEFF}');
    let separator = separator(text.lines().next().unwrap_or_default());
    let (mut records, mut fields, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut line, mut began, mut quoted_since) = (1, 1, None);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        if character == '\n' {
            line += 1;
        }
        match (character, quoted_since) {
            ('"', Some(_)) if characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            ('"', Some(_)) => quoted_since = None,
            ('\r', Some(_)) => {}
            (other, Some(_)) => field.push(other),
            ('"', None) if field.trim().is_empty() => {
                field.clear();
                quoted_since = Some(line);
            }
            ('\r', None) => {}
            ('\n', None) => {
                fields.push(std::mem::take(&mut field));
                push(&mut records, began, std::mem::take(&mut fields));
                began = line;
            }
            (other, None) if other == separator => fields.push(std::mem::take(&mut field)),
            (other, None) => field.push(other),
        }
    }
    if let Some(since) = quoted_since {
        return Err(since);
    }
    fields.push(field);
    push(&mut records, began, fields);
    Ok(records)
}

fn push(records: &mut Vec<Record>, line: u32, fields: Vec<String>) {
    if fields.iter().any(|field| !field.trim().is_empty()) {
        records.push(Record { line, fields });
    }
}

fn separator(first_line: &str) -> char {
    let count = |separator: &char| first_line.matches(*separator).count();
    [';', '\t', ','].into_iter().max_by_key(count).unwrap_or(',')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u32, Vec<String>)> {
        records(text).expect("readable").into_iter().map(|record| (record.line, record.fields)).collect()
    }

    #[test]
    fn records_know_their_lines_and_quotes_hold_everything() {
        let row = |line, fields: [&str; 2]| (line, fields.map(str::to_owned).to_vec());
        assert_eq!(
            read("\u{FEFF}name,born\r\nAna,1\r\n\r\nBo,2"),
            [row(1, ["name", "born"]), row(2, ["Ana", "1"]), row(4, ["Bo", "2"])]
        );
        assert_eq!(
            read("name;born\n\"Osei; \"\"A\"\"\nB\";3\nCy;4\n"),
            [row(1, ["name", "born"]), row(2, ["Osei; \"A\"\nB", "3"]), row(4, ["Cy", "4"])]
        );
        assert!(read("").is_empty());
        assert_eq!(records("name,born\nAna,\"1\nBo,2"), Err(2));
    }
}
