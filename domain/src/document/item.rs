//! One medicine as a card, made of rows; a page may end between two rows.

use super::{
    Item,
    canvas::{Align, Area, Block, Mark},
    labels::{Labels, fill},
    layout::*,
    text,
};

/// The width of the column with the badge.
const GUTTER: f32 = 32.0;
/// The width of the content next to the badge.
const INNER: f32 = WIDTH - 2.0 * PAD - GUTTER;

/// A medicine's card.
pub(super) struct Card {
    rows: Vec<Block>,
    continued: Block,
}

/// The card of a medicine; `number` counts from one.
pub(super) fn card(item: &Item, number: usize, labels: &Labels) -> Card {
    let name = format!("{} {}", item.medicine, item.strength);
    let mut rows = vec![head(&name, &item.form, number), doses(item, labels)];
    if let Some(note) = item.note.as_deref().filter(|note| !note.trim().is_empty()) {
        rows.extend(note_rows(note, labels));
    }
    let mut continued = Block::default();
    let said = fill(labels.continued, &[("name", &name)]);
    continued.text(&said, &Style { colour: QUIET, ..STRONG }, GUTTER, INNER);
    continued.gap(4.0);
    Card { rows, continued }
}

impl Card {
    /// How many rows it has.
    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The height of the card between two rows; a part that does not begin with the first row includes the line "continued".
    pub(super) fn height(&self, from: usize, to: usize) -> f32 {
        self.opening(from) + self.rows[from..to].iter().map(|row| row.height).sum::<f32>() + 2.0 * PAD
    }

    /// The end of the rows that fit in a height, beginning at `from`; at least one row fits.
    pub(super) fn fitting(&self, from: usize, height: f32) -> usize {
        let mut to = from + 1;
        while to < self.rows.len() && self.height(from, to + 1) <= height {
            to += 1;
        }
        to
    }

    /// The card, or the part of it that is on one page.
    pub(super) fn block(&self, from: usize, to: usize) -> Block {
        let area = Area { x: MARGIN, y: 0.0, width: WIDTH, height: self.height(from, to) };
        let mut inside = Block::default();
        if from > 0 {
            inside.under(self.continued.clone());
        }
        for row in &self.rows[from..to] {
            inside.under(row.clone());
        }
        let mut card = Block::default();
        card.marks.push(Mark::Edge { area, radius: ROUND, colour: LINE, thickness: 0.9 });
        card.put(inside, MARGIN + PAD, PAD);
        card.gap(PAD);
        card
    }

    fn opening(&self, from: usize) -> f32 {
        if from > 0 { self.continued.height } else { 0.0 }
    }
}

fn head(name: &str, form: &str, number: usize) -> Block {
    const BADGE_SIZE: f32 = 20.0;
    let mut badge = Block::default();
    let area = Area { x: 0.0, y: 0.0, width: BADGE_SIZE, height: BADGE_SIZE };
    badge.marks.push(Mark::Fill { area, radius: BADGE_SIZE / 2.0, colour: TINT });
    badge.aligned(&number.to_string(), &BADGE, 0.0, BADGE_SIZE, Align::Middle);

    let mut head = Block::default();
    head.put(badge, 0.0, (HEADING.leading - BADGE_SIZE) / 2.0);
    head.put(title(name, form), GUTTER, 0.0);
    head.gap(6.0);
    head
}

/// The medicine, with its form behind it if the line has room, else below it.
fn title(name: &str, form: &str) -> Block {
    const BETWEEN: f32 = 9.0;
    let style = Style { leading: HEADING.leading, colour: QUIET, ..VALUE };
    let mut title = Block::default();
    title.text(name, &HEADING, 0.0, INNER);
    let used = text::wrap(name, &HEADING, INNER).last().map_or(0.0, |line| line.width(HEADING.size)) + BETWEEN;
    if used + text::line(form, style.weight).width(style.size) > INNER {
        title.text(form, &style, 0.0, INNER);
        return title;
    }
    let mut behind = Block::default();
    behind.gap((HEADING.size - style.size) * CAPITALS / 2.0);
    behind.text(form, &style, used, INNER);
    let height = title.height;
    title.put(behind, 0.0, height - HEADING.leading);
    title.height = height;
    title
}

/// The six facts in two rows of three.
fn doses(item: &Item, labels: &Labels) -> Block {
    let refills = match item.refills {
        0 => labels.refills_none.to_owned(),
        some => some.to_string(),
    };
    let taking = [(labels.dose, item.dose.as_str()), (labels.route, &item.route), (labels.frequency, &item.frequency)];
    let giving = [(labels.duration, item.duration.as_str()), (labels.quantity, &item.quantity), (labels.refills, &refills)];
    let third = INNER / 3.0;
    let mut block = Block::default();
    block.rule(GUTTER, INNER, HAIR, LINE);
    block.gap(7.0);
    for (index, row) in [taking, giving].into_iter().enumerate() {
        if index > 0 {
            block.gap(4.0);
        }
        block.beside(row.into_iter().zip([0.0, 1.0, 2.0]).map(|((label, value), column)| {
            let mut cell = Block::default();
            cell.text(label, &LABEL, 0.0, third - 12.0);
            cell.text(value, &STRONG, 0.0, third - 12.0);
            (GUTTER + column * third, cell)
        }));
    }
    block
}

/// A row for each line of the note, so that a long note can continue on the next page.
fn note_rows(note: &str, labels: &Labels) -> Vec<Block> {
    let mut first = Block::default();
    first.gap(7.0);
    first.rule(GUTTER, INNER, HAIR, LINE);
    first.gap(7.0);
    first.text(labels.note, &LABEL, GUTTER, INNER);
    let mut rows = Vec::new();
    for line in text::wrap(note, &VALUE, INNER) {
        let mut row = std::mem::take(&mut first);
        row.line(line, &VALUE, GUTTER);
        rows.push(row);
    }
    rows
}
