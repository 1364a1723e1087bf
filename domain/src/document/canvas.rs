//! What is drawn, before any PDF: marks at positions, grouped in blocks that can be measured and moved.

use super::{
    font::{Reading, Weight},
    layout::{CAPITALS, Colour, Style},
    text::{self, Line},
};

/// A rectangle; `y` is its upper edge, measured downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Area {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

/// One thing on the page.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Mark {
    /// A line of text; `y` is its baseline.
    Text { x: f32, y: f32, line: Line, weight: Weight, size: f32, colour: Colour },
    /// A filled area with round corners.
    Fill { area: Area, radius: f32, colour: Colour },
    /// The outline of an area with round corners.
    Edge { area: Area, radius: f32, colour: Colour, thickness: f32 },
    /// Many squares in one path, so that no viewer shows seams between them.
    Squares { areas: Vec<Area>, colour: Colour },
    /// The logo of the clinic.
    Logo { area: Area },
    /// A link to click.
    Link { area: Area, url: String },
    /// A faint word across the whole page.
    Across { line: Line, style: Style },
}

impl Mark {
    fn shifted(mut self, dx: f32, dy: f32) -> Self {
        match &mut self {
            Self::Text { x, y, .. } => {
                *x += dx;
                *y += dy;
            }
            Self::Fill { area, .. } | Self::Edge { area, .. } | Self::Logo { area } | Self::Link { area, .. } => {
                area.shift(dx, dy)
            }
            Self::Squares { areas, .. } => areas.iter_mut().for_each(|area| area.shift(dx, dy)),
            Self::Across { .. } => {}
        }
        self
    }
}

impl Area {
    fn shift(&mut self, dx: f32, dy: f32) {
        self.x += dx;
        self.y += dy;
    }
}

/// The edge of the column to which lines are aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    /// The left edge.
    Left,
    /// Neither: centred.
    Middle,
    /// The right edge.
    Right,
}

/// Marks that belong together, from y = 0 down to `height`.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Block {
    /// The marks.
    pub(super) marks: Vec<Mark>,
    /// How much of the page they take.
    pub(super) height: f32,
}

impl Block {
    /// Adds white space at the bottom.
    pub(super) fn gap(&mut self, height: f32) {
        self.height += height;
    }

    /// Adds text at the bottom, wrapped to a column.
    pub(super) fn text(&mut self, text: &str, style: &Style, x: f32, width: f32) {
        self.aligned(text, style, x, width, Align::Left);
    }

    /// Adds text at the bottom, aligned in its column.
    pub(super) fn aligned(&mut self, text: &str, style: &Style, x: f32, width: f32, align: Align) {
        for line in text::wrap(text, style, width) {
            let spare = width - line.width(style.size);
            let indent = match align {
                Align::Left => 0.0,
                Align::Middle => spare / 2.0,
                Align::Right => spare,
            };
            self.line(line, style, x + indent);
        }
    }

    /// Adds one line at the bottom; its capitals are centred in the line height.
    pub(super) fn line(&mut self, line: Line, style: &Style, x: f32) {
        let y = self.height + style.leading / 2.0 + style.size * CAPITALS / 2.0;
        self.marks.push(Mark::Text { x, y, line, weight: style.weight, size: style.size, colour: style.colour });
        self.height += style.leading;
    }

    /// Draws a horizontal line at the current height.
    pub(super) fn rule(&mut self, x: f32, width: f32, thickness: f32, colour: Colour) {
        let area = Area { x, y: self.height - thickness / 2.0, width, height: thickness };
        self.marks.push(Mark::Fill { area, radius: 0.0, colour });
    }

    /// Puts another block at a position in this one, which grows to contain it.
    pub(super) fn put(&mut self, block: Self, dx: f32, dy: f32) {
        self.height = self.height.max(dy + block.height);
        self.marks.extend(block.marks.into_iter().map(|mark| mark.shifted(dx, dy)));
    }

    /// Adds another block at the bottom.
    pub(super) fn under(&mut self, block: Self) {
        let height = self.height;
        self.put(block, 0.0, height);
    }

    /// Adds blocks side by side at the bottom, each at its horizontal position.
    pub(super) fn beside(&mut self, blocks: impl IntoIterator<Item = (f32, Self)>) {
        let top = self.height;
        for (dx, block) in blocks {
            self.put(block, dx, top);
        }
    }

    /// Adds a link to click, over everything from a height down to the end of the block.
    pub(super) fn link(&mut self, url: &str, x: f32, width: f32, from: f32) {
        let area = Area { x, y: from, width, height: self.height - from };
        self.marks.push(Mark::Link { area, url: url.to_owned() });
    }
}

/// The first character for which the font had no glyph.
pub(super) fn missing(pages: &[Block]) -> Option<char> {
    let lines = pages.iter().flat_map(|page| &page.marks).filter_map(|mark| match mark {
        Mark::Text { line, .. } | Mark::Across { line, .. } => Some(line),
        Mark::Fill { .. } | Mark::Edge { .. } | Mark::Squares { .. } | Mark::Logo { .. } | Mark::Link { .. } => None,
    });
    let glyph = lines.flat_map(|line| &line.glyphs).find(|glyph| glyph.id == 0)?;
    match &glyph.reading {
        Reading::Char(said) => Some(*said),
        Reading::Cluster(said, _) => said.chars().next(),
        Reading::Rest(_) => None,
    }
}
