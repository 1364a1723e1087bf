//! From text to lines: cleaning, and line breaking by the rules of Unicode (UAX 14).

use super::{
    font::{self, Glyph, Weight},
    layout::Style,
};
use unicode_linebreak::{BreakOpportunity, linebreaks};
use unicode_normalization::UnicodeNormalization;

/// One line of glyphs, ready to be placed.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Line {
    /// The glyphs from left to right.
    pub(super) glyphs: Vec<Glyph>,
}

impl Line {
    /// The width in points at a size.
    pub(super) fn width(&self, size: f32) -> f32 {
        width(&self.glyphs, size)
    }
}

/// The text as it is printed: composed (NFC), every kind of line break as `\n`, tabs as spaces, the two hyphens that have no glyph as ordinary
/// hyphens, no white space at either end.
pub(super) fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n");
    let text = text.nfc().map(|c| match c {
        '\r' | '\u{B}' | '\u{C}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        '\t' => ' ',
        '\u{2010}' | '\u{2011}' => '-',
        other => other,
    });
    text.collect::<String>().trim().to_owned()
}

/// One line of any length.
pub(super) fn line(text: &str, weight: Weight) -> Line {
    Line { glyphs: font::shape(&clean(text).replace('\n', " "), weight) }
}

/// The lines of a text in a column. A word that is wider than the column is broken between letters; a number stays with its unit.
pub(super) fn wrap(text: &str, style: &Style, column: f32) -> Vec<Line> {
    clean(text).split('\n').flat_map(|paragraph| wrap_paragraph(paragraph, style, column)).collect()
}

fn wrap_paragraph(paragraph: &str, style: &Style, column: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut current = Line::default();
    let mut space: Vec<Glyph> = Vec::new();
    for piece in pieces(paragraph) {
        let word = piece.trim_end_matches(' ');
        let glyphs = font::shape(word, style.weight);
        let used = current.width(style.size);
        if used > 0.0 && used + width(&space, style.size) + width(&glyphs, style.size) > column {
            lines.push(std::mem::take(&mut current));
        } else {
            current.glyphs.append(&mut space);
        }
        for cluster in clusters(glyphs) {
            if !current.glyphs.is_empty() && current.width(style.size) + width(&cluster, style.size) > column {
                lines.push(std::mem::take(&mut current));
            }
            current.glyphs.extend(cluster);
        }
        space = font::shape(&piece[word.len()..], style.weight);
    }
    lines.push(current);
    lines
}

/// The pieces between which a line may be broken, each with the spaces that follow it.
fn pieces(paragraph: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut start = 0;
    for (end, opportunity) in linebreaks(paragraph) {
        let holds = opportunity == BreakOpportunity::Allowed && is_number_with_unit(&paragraph[start..end], &paragraph[end..]);
        if !holds && end > start {
            pieces.push(&paragraph[start..end]);
            start = end;
        }
    }
    pieces
}

/// Whether a break here would separate a number from its unit: "500 mg", with "500" at the end of one line and "mg" on the next, has hurt people.
fn is_number_with_unit(before: &str, after: &str) -> bool {
    let unit = after.split(' ').next().unwrap_or_default();
    let number = before.trim_end_matches(' ');
    number.len() < before.len()
        && number.ends_with(|c: char| c.is_ascii_digit())
        && unit.starts_with(|c: char| c.is_alphabetic() || c == '%')
        && unit.chars().count() <= 5
}

/// The glyphs that must stay together: a base with its marks.
fn clusters(glyphs: Vec<Glyph>) -> Vec<Vec<Glyph>> {
    let mut clusters: Vec<Vec<Glyph>> = Vec::new();
    for glyph in glyphs {
        match clusters.last_mut() {
            Some(last) if glyph.advance == 0.0 || matches!(glyph.reading, font::Reading::Rest(_)) => last.push(glyph),
            _ => clusters.push(vec![glyph]),
        }
    }
    clusters
}

fn width(glyphs: &[Glyph], size: f32) -> f32 {
    glyphs.iter().map(|glyph| glyph.advance).sum::<f32>() * size / 1000.0
}
