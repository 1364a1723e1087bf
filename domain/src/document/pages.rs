//! Which medicine is on which page, and where the signature goes.

use super::{
    PrescriptionDocument,
    canvas::Block,
    item::{self, Card},
    labels::Labels,
    layout::{BOTTOM, GAP, TOP},
    parts, signature,
};

/// The space between the signature and what is above it.
const BEFORE_SIGNATURE: f32 = 12.0;

/// A card, or a part of one, on a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Piece {
    card: usize,
    from: usize,
    to: usize,
}

/// The pages of the document, with heads and feet.
pub(super) fn lay_out(document: &PrescriptionDocument, labels: &Labels) -> Vec<Block> {
    let first_head = parts::first_head(document, labels);
    let next_head = parts::next_head(document, labels);
    let end = parts::end_of_items(labels);
    let signature = signature::card(document, labels);
    let cards: Vec<Card> = document.items.iter().enumerate().map(|(index, item)| item::card(item, index + 1, labels)).collect();

    let room = Room { first: BOTTOM - TOP - first_head.height, next: BOTTOM - TOP - next_head.height };
    let spread = spread(&cards, room, end.height + BEFORE_SIGNATURE + signature.height);
    let count = spread.len();
    let mut pages = Vec::with_capacity(count);
    for (index, pieces) in spread.iter().enumerate() {
        let mut page = Block::default();
        page.gap(TOP);
        page.under(if index == 0 { first_head.clone() } else { next_head.clone() });
        for (place, piece) in pieces.iter().enumerate() {
            page.gap(if place > 0 { GAP } else { 0.0 });
            page.under(cards[piece.card].block(piece.from, piece.to));
        }
        if index + 1 == count {
            page.under(end.clone());
            let top = (BOTTOM - signature.height).max(page.height + BEFORE_SIGNATURE);
            page.put(signature.clone(), 0.0, top);
        }
        let foot = parts::foot(&document.clinic, (labels.title, &document.number), labels, (index + 1, count));
        page.put(foot, 0.0, BOTTOM + 11.0);
        if document.cancelled.is_some() {
            page.marks.push(parts::watermark(labels.cancelled));
        }
        pages.push(page);
    }
    pages
}

/// The height for medicines on the first page and on every other page.
#[derive(Debug, Clone, Copy)]
struct Room {
    first: f32,
    next: f32,
}

impl Room {
    fn of(self, page: usize) -> f32 {
        if page == 0 { self.first } else { self.next }
    }
}

/// A card stays whole if a page can hold it. Only a card that is longer than a page is broken, between its rows and never right under its head. If
/// the signature needs a new page, the last medicine moves there too, so that the signature is not alone.
fn spread(cards: &[Card], room: Room, tail: f32) -> Vec<Vec<Piece>> {
    let mut pages: Vec<Vec<Piece>> = vec![Vec::new()];
    let mut used = 0.0;
    for (index, card) in cards.iter().enumerate() {
        let mut from = 0;
        while from < card.len() {
            let page = pages.len() - 1;
            let gap = if pages[page].is_empty() { 0.0 } else { GAP };
            let free = room.of(page) - used - gap;
            let height = card.height(from, card.len());
            let fresh = page > 0 && pages[page].is_empty();
            let whole_elsewhere = height <= room.next;
            let begins_here = card.height(from, (from + 3).min(card.len())) <= free;
            if height > free && !fresh && (whole_elsewhere || !begins_here) {
                pages.push(Vec::new());
                used = 0.0;
                continue;
            }
            let to = if height <= free { card.len() } else { card.fitting(from, free) };
            used += gap + card.height(from, to);
            pages[page].push(Piece { card: index, from, to });
            from = to;
        }
    }
    if used + tail > room.of(pages.len() - 1) {
        let last = pages.last_mut().filter(|pieces| pieces.len() > 1).and_then(|pieces| {
            let piece = *pieces.last()?;
            let height = cards[piece.card].height(piece.from, piece.to);
            (height + tail <= room.next).then(|| pieces.pop()).flatten()
        });
        pages.push(last.into_iter().collect());
    }
    pages
}
