//! The readings: a table of medians for people, and all of them as JSON for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use crate::bench::figures::median;

/// A column: the measure's name in the JSON, its heading, and the decimal places.
type Column = (&'static str, &'static str, usize);

/// What one half measures.
#[derive(Debug)]
pub(super) struct Measures {
    title: &'static str,
    columns: &'static [Column],
}

/// Loading in a browser.
pub(super) const BROWSER: Measures = Measures {
    title: "A cold load at 1.6 Mbit/s and 150 ms",
    columns: &[
        ("total_kib", "KiB", 1),
        ("document_kib", "document", 1),
        ("script_kib", "script", 1),
        ("wasm_kib", "wasm", 1),
        ("style_kib", "style", 1),
        ("font_kib", "font", 1),
        ("other_kib", "other", 1),
        ("first_paint_ms", "first paint ms", 0),
        ("interactive_ms", "interactive ms", 0),
    ],
};

/// Rendering on the server.
pub(super) const SERVER: Measures = Measures {
    title: "Rendering with 8 connections",
    columns: &[
        ("requests_per_second", "requests/s", 0),
        ("share_of_reference", "of reference", 2),
        ("p50_ms", "p50 ms", 1),
        ("p99_ms", "p99 ms", 1),
        ("server_ms", "server ms", 2),
        ("postgres_ms", "Postgres ms", 2),
        ("statements", "statements", 0),
        ("transactions", "transactions", 0),
        ("html_kib", "HTML KiB", 1),
        ("resident_mib", "memory MiB", 1),
    ],
};

/// The readings of all pages, in the order in which the pages were first measured.
#[derive(Debug)]
pub(super) struct Table {
    measures: &'static Measures,
    rows: Vec<(String, BTreeMap<&'static str, Vec<f64>>)>,
}

impl Table {
    /// A table without readings.
    pub(super) fn of(measures: &'static Measures) -> Self {
        Self { measures, rows: Vec::new() }
    }

    /// Adds a reading.
    pub(super) fn add(&mut self, page: &str, measure: &'static str, reading: f64) {
        let row = self.rows.iter().position(|(title, _)| title == page).unwrap_or_else(|| {
            self.rows.push((page.to_owned(), BTreeMap::new()));
            self.rows.len() - 1
        });
        self.rows[row].1.entry(measure).or_default().push(reading);
    }

    /// The names of the measures.
    pub(super) fn measures(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.measures.columns.iter().map(|(measure, _, _)| *measure)
    }

    /// The medians, in Markdown.
    pub(super) fn markdown(&self) -> String {
        let Measures { title, columns } = self.measures;
        let mut text = format!("\n{title}, medians:\n\n| page |");
        for (_, heading, _) in *columns {
            let _ = write!(text, " {heading} |");
        }
        let _ = write!(text, "\n|---|{}", "---:|".repeat(columns.len()));
        for (page, readings) in &self.rows {
            let _ = write!(text, "\n| {page} |");
            for (measure, _, places) in *columns {
                let middle = median(readings.get(measure).map_or(&[], Vec::as_slice));
                let _ = write!(text, " {middle:.places$} |");
            }
        }
        text.push('\n');
        text
    }

    /// Every reading, as a list of pages.
    pub(super) fn json(&self) -> Value {
        let row = |(page, readings): &(String, BTreeMap<&'static str, Vec<f64>>)| {
            let mut row = Map::new();
            row.insert("page".into(), json!(page));
            row.extend(readings.iter().map(|(measure, values)| ((*measure).to_owned(), json!(values))));
            Value::Object(row)
        };
        self.rows.iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_medians_and_the_json_every_reading() {
        let mut table = Table::of(&SERVER);
        for reading in [100.0, 300.0, 120.0] {
            table.add("sign-in", "requests_per_second", reading);
        }
        table.add("patient's home", "statements", 12.0);
        let text = table.markdown();
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert!(lines[2].starts_with("| sign-in | 120 | NaN |") && lines[3].starts_with("| patient's home | NaN |"), "{text}");
        let bars = lines[0].matches('|').count();
        assert!(lines.len() == 4 && lines.iter().all(|line| line.matches('|').count() == bars), "the columns fit:\n{text}");
        assert_eq!(
            table.json(),
            json!([
                { "page": "sign-in", "requests_per_second": [100.0, 300.0, 120.0] },
                { "page": "patient's home", "statements": [12.0] },
            ])
        );
    }
}
