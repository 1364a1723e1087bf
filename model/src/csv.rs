//! Reading CSV (RFC 4180), as spreadsheets write it: with commas, semicolons or tabs.

use crate::errors::FieldFault;

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

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row<const N: usize> {
    /// The line on which it begins, counted from 1.
    pub line: u32,
    /// The fields without white space at their ends, in the order in which the columns were asked for.
    pub fields: [String; N],
}

/// Reads a table whose first line names its columns, in any order. The fields of a column that the table does not have are empty.
///
/// # Errors
/// `Missing` without rows; `Malformed` when the first line does not name all columns of `needed` or names others than `columns`, when a row has more fields than it,
/// as one has with a comma in a name without quotation marks, or when a quotation mark is missing; `TooMany` with more than `most` rows.
pub fn table<const N: usize>(text: &str, columns: [&str; N], needed: &[&str], most: usize) -> Result<Vec<Row<N>>, FieldFault> {
    let mut records = records(text).map_err(|_| FieldFault::Malformed)?.into_iter();
    let head = records.next().ok_or(FieldFault::Missing)?;
    let names: Vec<String> = head.fields.iter().map(|name| name.trim().to_lowercase()).collect();
    let place = |column: &str| names.iter().position(|name| name.as_str() == column);
    let places = columns.map(place);
    let are_known = places.iter().flatten().count() == names.len();
    if !are_known || needed.iter().any(|column| place(column).is_none()) {
        return Err(FieldFault::Malformed);
    }
    let records: Vec<Record> = records.collect();
    if records.iter().any(|row| row.fields.iter().skip(names.len()).any(|field| !field.trim().is_empty())) {
        return Err(FieldFault::Malformed);
    }
    let rows: Vec<Row<N>> = records
        .into_iter()
        .map(|Record { line, fields }| {
            let field = |place: Option<usize>| place.and_then(|place| fields.get(place)).map(|text| text.trim().to_owned());
            Row { line, fields: places.map(|place| field(place).unwrap_or_default()) }
        })
        .collect();
    match rows.len() {
        0 => Err(FieldFault::Missing),
        count if count > most => Err(FieldFault::too_many(most)),
        _ => Ok(rows),
    }
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

    #[test]
    fn a_table_finds_its_columns_by_name_in_any_order() {
        let columns = ["name", "role", "clinic"];
        let read = |text: &str| table(text, columns, &["name", "role"], 2);
        let row = |line, fields: [&str; 3]| Row { line, fields: fields.map(str::to_owned) };
        assert_eq!(read("\u{FEFF}Role;NAME\n nurse ;Ana\n\n;Bo"), Ok(vec![row(2, ["Ana", "nurse", ""]), row(4, ["Bo", "", ""])]));
        for text in [
            "name,clinic\nAna,Hill",
            "name,role,colour\nAna,nurse,red",
            "name,name,role\nAna,Ana,nurse",
            "name,role\n\"Ana,nurse",
            "role,name\nnurse,Osei, Ama",
        ] {
            assert_eq!(read(text), Err(FieldFault::Malformed), "{text}");
        }
        assert_eq!((read(""), read("name,role\n")), (Err(FieldFault::Missing), Err(FieldFault::Missing)));
        assert_eq!(read("name,role\na,b\nc,d\ne,f"), Err(FieldFault::too_many(2)));
    }
}
