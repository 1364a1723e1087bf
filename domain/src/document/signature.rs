//! The signature, and the ways to check it: address, code, QR code, fingerprint.

use super::{
    PrescriptionDocument,
    canvas::{Area, Block, Mark},
    labels::{Labels, fill},
    layout::*,
};
use qrcode::{Color, EcLevel, QrCode};

/// The signature and the way to check it, as one card.
pub(super) fn card(document: &PrescriptionDocument, labels: &Labels) -> Block {
    const SIDE: f32 = 100.0;
    let code = code_squares(&document.verification_url, SIDE);
    let column = WIDTH - 2.0 * PAD - code.as_ref().map_or(0.0, |_| SIDE + 22.0);
    let mut said = Block::default();
    said.text(&fill(labels.signed_by, &[("name", &document.doctor.name)]), &NAME, 0.0, column);
    said.text(&fill(labels.signed_at, &[("at", &document.signed_at)]), &VALUE, 0.0, column);
    said.gap(7.0);
    said.text(labels.verify, &LABEL, 0.0, column);
    let top = said.height;
    said.text(&document.verification_url, &ADDRESS_LINK, 0.0, column);
    said.link(&document.verification_url, 0.0, column, top);
    said.gap(5.0);
    said.text(labels.code, &LABEL, 0.0, column);
    said.text(&groups(&document.verification_code, 4), &CODE, 0.0, column);
    said.gap(5.0);
    said.text(labels.fingerprint, &LABEL, 0.0, column);
    said.text(&groups(&document.fingerprint, 8), &PRINT, 0.0, column);

    let mut inside = Block::default();
    inside.put(said, PAD, PAD);
    if let Some(code) = code {
        inside.put(code, WIDTH - PAD - SIDE, PAD);
    }
    inside.gap(PAD);
    let area = Area { x: 0.0, y: 0.0, width: WIDTH, height: inside.height };
    let mut card = Block::default();
    card.marks.push(Mark::Fill { area, radius: ROUND, colour: TINT });
    card.under(inside);
    let mut placed = Block::default();
    placed.put(card, MARGIN, 0.0);
    placed
}

/// The address as a QR code in a white field; `None` if the address is too long for a QR code.
fn code_squares(url: &str, side: f32) -> Option<Block> {
    const QUIET_ZONE: f32 = 8.0;
    let code = QrCode::with_error_correction_level(url, EcLevel::M).ok()?;
    let modules = code.width();
    let module = (side - 2.0 * QUIET_ZONE) / modules as f32;
    let colours = code.to_colors();
    let mut areas = Vec::new();
    for (y, row) in colours.chunks(modules).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                areas.push(Area {
                    x: QUIET_ZONE + x as f32 * module,
                    y: QUIET_ZONE + y as f32 * module,
                    width: run.len() as f32 * module,
                    height: module,
                });
            }
            x += run.len();
        }
    }
    let field = Area { x: 0.0, y: 0.0, width: side, height: side };
    let mut block = Block { height: side, ..Block::default() };
    block.marks.push(Mark::Fill { area: field, radius: 4.0, colour: [1.0; 3] });
    block.marks.push(Mark::Squares { areas, colour: INK });
    Some(block)
}

/// Letters and digits in groups, so that they are easy to read aloud.
fn groups(code: &str, size: usize) -> String {
    let letters: Vec<char> = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
    letters.chunks(size).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
