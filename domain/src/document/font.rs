//! The typeface: Noto Sans (Apache 2.0), regular and bold, from a crate; which characters it covers, and the shaping of text.
//!
//! These font files contain only Latin, Greek and Cyrillic, with a separate glyph for every character; the test of this coverage fails if a newer
//! crate changes that.

use rustybuzz::{Direction, Face, Feature, GlyphInfo, UnicodeBuffer, ttf_parser::Tag};
use std::{ops::RangeFull, sync::LazyLock};

/// The two weights.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Weight {
    /// Weight 400.
    Regular,
    /// Weight 700.
    Bold,
}

impl Weight {
    /// Both weights, in the order in which they are embedded.
    pub(super) const ALL: [Self; 2] = [Self::Regular, Self::Bold];

    /// The whole font file.
    pub(super) const fn file(self) -> &'static [u8] {
        match self {
            Self::Regular => notosans::REGULAR_TTF,
            Self::Bold => notosans::BOLD_TTF,
        }
    }

    /// The parsed face.
    pub(super) fn face(self) -> &'static Face<'static> {
        static REGULAR: LazyLock<Face<'static>> = LazyLock::new(|| parse(Weight::Regular));
        static BOLD: LazyLock<Face<'static>> = LazyLock::new(|| parse(Weight::Bold));
        match self {
            Self::Regular => &REGULAR,
            Self::Bold => &BOLD,
        }
    }

    /// Converts a length in the face's own units to thousandths of an em.
    pub(super) fn thousandths(self, units: i32) -> f32 {
        units as f32 * 1000.0 / self.face().units_per_em() as f32
    }
}

fn parse(weight: Weight) -> Face<'static> {
    Face::from_slice(weight.file(), 0).expect("the font crate carries whole fonts")
}

/// One glyph and its position.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Glyph {
    /// Its glyph id in the whole font.
    pub(super) id: u16,
    /// How far it moves the pen, in thousandths of an em, kerning included.
    pub(super) advance: f32,
    /// How far it is shifted to the right of the pen, in thousandths of an em.
    pub(super) dx: f32,
    /// How far it is shifted above the baseline, in thousandths of an em.
    pub(super) dy: f32,
    /// The text that a reader copies for it.
    pub(super) reading: Reading,
}

/// The text that a glyph stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// The character whose own glyph this is.
    Char(char),
    /// A glyph that stands for this text: the first of several that do so together (a letter and its marks), or one in another form. The second
    /// value is the character whose own glyph it is, if any.
    Cluster(String, Option<char>),
    /// A further glyph of the preceding cluster, with the character whose own glyph it is, if any.
    Rest(Option<char>),
}

/// Whether both weights have the character, and a reader can see it. Characters without a shape and direction marks are refused even if the font has
/// them: a signed document must contain nothing invisible.
pub(super) fn covers(character: char) -> bool {
    let unseen = character.is_control()
        || matches!(character,
            '\u{AD}' | '\u{34F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
            | '\u{E000}'..='\u{F8FF}' | '\u{FEFF}' | '\u{FFF0}'..='\u{FFFF}');
    !unseen && Weight::ALL.iter().all(|weight| weight.face().glyph_index(character).is_some())
}

/// The glyphs of a piece of one line. Ligatures are off: they bring nothing here, and letters would be missing in the copied text.
pub(super) fn shape(text: &str, weight: Weight) -> Vec<Glyph> {
    const OFF: [&[u8; 4]; 2] = [b"liga", b"clig"];
    let face = weight.face();
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(text);
    buffer.guess_segment_properties();
    buffer.set_direction(Direction::LeftToRight);
    let shaped = rustybuzz::shape(face, &OFF.map(|tag| Feature::new(Tag::from_bytes(tag), 0, RangeFull)), buffer);

    let readings = readings(text, shaped.glyph_infos(), face);
    let placed = shaped.glyph_infos().iter().zip(shaped.glyph_positions());
    let glyphs: Vec<Glyph> = placed
        .zip(readings)
        .map(|((info, position), reading)| Glyph {
            id: u16::try_from(info.glyph_id).expect("a TrueType font has at most 65,535 glyphs"),
            advance: weight.thousandths(position.x_advance),
            dx: weight.thousandths(position.x_offset),
            dy: weight.thousandths(position.y_offset),
            reading,
        })
        .collect();
    with_ends(glyphs, face)
}

/// Ends each letter with marks with a glyph without width and shape: viewers take the position of the last glyph as the end of the letter, and the
/// mark is in the middle of it.
fn with_ends(glyphs: Vec<Glyph>, face: &Face<'_>) -> Vec<Glyph> {
    let Some(end) = face.glyph_index('\u{200B}') else { return glyphs };
    let mut ended = Vec::with_capacity(glyphs.len());
    for run in glyphs.chunk_by(|_, next| matches!(next.reading, Reading::Rest(_))) {
        ended.extend_from_slice(run);
        if run.len() > 1 {
            let reading = Reading::Rest(Some('\u{2060}'));
            ended.push(Glyph { id: end.0, advance: 0.0, dx: 0.0, dy: 0.0, reading });
        }
    }
    ended
}

/// What each glyph stands for. A glyph that belongs to one character stands for that character. A letter with marks is read as a whole, because
/// viewers take the pen's move back to the mark as the end of a word.
fn readings(text: &str, infos: &[GlyphInfo], face: &Face<'_>) -> Vec<Reading> {
    let clusters: Vec<&[GlyphInfo]> = infos.chunk_by(|a, b| a.cluster == b.cluster).collect();
    let mut readings = Vec::with_capacity(infos.len());
    for (index, cluster) in clusters.iter().enumerate() {
        let start = cluster[0].cluster as usize;
        let end = clusters.get(index + 1).map_or(text.len(), |next| next[0].cluster as usize);
        let said = text.get(start..end).unwrap_or_default();
        let own = |info: &GlyphInfo| {
            said.chars().find(|c| face.glyph_index(*c).is_some_and(|glyph| u32::from(glyph.0) == info.glyph_id))
        };
        match (own(&cluster[0]), cluster.len()) {
            (Some(character), 1) if said.chars().count() == 1 => readings.push(Reading::Char(character)),
            (first, _) => {
                readings.push(Reading::Cluster(said.to_owned(), first));
                readings.extend(cluster[1..].iter().map(|info| Reading::Rest(own(info))));
            }
        }
    }
    readings
}
