//! The blocks around the medicines: page heads, parties, cancellation band, page foot.

use super::{
    Letterhead, Logo, PatientLine, Prescriber, PrescriptionDocument,
    canvas::{Align, Area, Block, Mark},
    labels::{Labels, fill},
    layout::*,
    text,
};
use jiff::civil::Date;

/// The width of the letterhead; the title has the rest.
const LETTERHEAD: f32 = 320.0;
/// The room for the clinic's logo.
const LOGO_WIDTH: f32 = 180.0;
const LOGO_HEIGHT: f32 = 44.0;

/// The head of the first page: letterhead, kind of document, facts and parties.
pub(super) fn first_head(document: &PrescriptionDocument, labels: &Labels) -> Block {
    let mut head = Block::default();
    head.under(top(&document.clinic, document.logo.as_ref(), labels.title, labels));
    if let Some(band) = cancelled(document, labels) {
        head.under(band);
        head.gap(14.0);
    }
    head.under(facts(&[
        (labels.number, document.number.clone()),
        (labels.issued_on, labels.date(document.issued_on)),
        (labels.count, document.items.len().to_string()),
    ]));
    head.gap(14.0);
    // The licensing authority needs the longer lines.
    let (left, right) = (WIDTH * 0.43, WIDTH * 0.53);
    let prescriber = prescriber(&document.doctor, labels.prescriber, labels, right);
    head.beside([(MARGIN, patient(&document.patient, labels, left)), (MARGIN + WIDTH - right, prescriber)]);
    head.gap(15.0);
    head.text(labels.items, &HEADING, MARGIN, WIDTH);
    head.gap(6.0);
    head
}

/// The head of every other page of a prescription.
pub(super) fn next_head(document: &PrescriptionDocument, labels: &Labels) -> Block {
    let mut head =
        running_head(&document.patient, &document.clinic, (labels.title, &document.number, document.issued_on), labels);
    if let Some(band) = cancelled(document, labels) {
        head.under(band);
        head.gap(14.0);
    }
    head
}

/// The letterhead next to the kind of document, above a line.
pub(super) fn top(clinic: &Letterhead, logo: Option<&Logo>, kind: &str, labels: &Labels) -> Block {
    let mut head = Block::default();
    head.beside([(0.0, letterhead(clinic, logo, labels)), (MARGIN + LETTERHEAD + 20.0, title(kind))]);
    head.gap(12.0);
    head.rule(MARGIN, WIDTH, 1.6, TEAL);
    head.gap(13.0);
    head
}

/// The head of every page but the first one: enough to tell which document a lost sheet belongs to.
pub(super) fn running_head(
    patient: &PatientLine,
    clinic: &Letterhead,
    (kind, number, issued_on): (&str, &str, Date),
    labels: &Labels,
) -> Block {
    let half = (WIDTH - 24.0) / 2.0;
    let mut left = Block::default();
    left.text(&patient.name, &RUNNING, 0.0, half);
    let born = labels.date(patient.date_of_birth);
    left.text(&format!("{}: {born}", labels.date_of_birth), &FOOT, 0.0, half);
    left.text(&format!("{}: {}", labels.person_number, patient.person_number), &FOOT, 0.0, half);
    let mut right = Block::default();
    right.aligned(&format!("{kind} {number}"), &RUNNING, 0.0, half, Align::Right);
    right.aligned(&clinic.name, &FOOT, 0.0, half, Align::Right);
    right.aligned(&labels.date(issued_on), &FOOT, 0.0, half, Align::Right);

    let mut head = Block::default();
    head.beside([(MARGIN, left), (MARGIN + half + 24.0, right)]);
    head.gap(9.0);
    head.rule(MARGIN, WIDTH, 1.6, TEAL);
    head.gap(16.0);
    head
}

/// The foot of a page: the clinic, the document, and which page of how many it is.
pub(super) fn foot(clinic: &Letterhead, (kind, number): (&str, &str), labels: &Labels, (page, pages): (usize, usize)) -> Block {
    let mut left = Block::default();
    left.text(&format!("{} · {kind} {number}", clinic.name), &FOOT, 0.0, WIDTH - 110.0);
    let mut right = Block::default();
    let count = fill(labels.page, &[("page", &page.to_string()), ("pages", &pages.to_string())]);
    right.aligned(&count, &FOOT, 0.0, 100.0, Align::Right);
    let mut foot = Block::default();
    foot.rule(MARGIN, WIDTH, HAIR, LINE);
    foot.gap(7.0);
    foot.beside([(MARGIN, left), (MARGIN + WIDTH - 100.0, right)]);
    foot
}

/// The word across the page of a document that does not count.
pub(super) fn watermark(word: &str) -> Mark {
    Mark::Across { line: text::line(word, WATERMARK.weight), style: WATERMARK }
}

/// The line after the last medicine.
pub(super) fn end_of_items(labels: &Labels) -> Block {
    let mut end = Block::default();
    end.gap(GAP);
    let line = text::line(labels.end_of_items, FOOT.weight);
    let width = line.width(FOOT.size);
    let side = ((WIDTH - width) / 2.0 - 10.0).max(0.0);
    let mut middle = Block::default();
    middle.line(line, &FOOT, MARGIN + (WIDTH - width) / 2.0);
    let y = end.height + FOOT.leading / 2.0;
    for x in [MARGIN, MARGIN + WIDTH - side] {
        end.marks.push(Mark::Fill { area: Area { x, y, width: side, height: HAIR }, radius: 0.0, colour: LINE });
    }
    end.under(middle);
    end
}

fn letterhead(clinic: &Letterhead, logo: Option<&Logo>, labels: &Labels) -> Block {
    let mut block = Block::default();
    if let Some(logo) = logo {
        let (width, height) = logo.within(LOGO_WIDTH, LOGO_HEIGHT);
        block.marks.push(Mark::Logo { area: Area { x: MARGIN, y: 0.0, width, height } });
        block.gap(height + 6.0);
    }
    block.text(&clinic.name, &CLINIC, MARGIN, LETTERHEAD);
    block.gap(3.0);
    block.text(&clinic.address_lines.join(" · "), &ADDRESS, MARGIN, LETTERHEAD);
    if let Some(phone) = &clinic.phone {
        block.text(&fill(labels.phone, &[("number", phone)]), &ADDRESS, MARGIN, LETTERHEAD);
    }
    for line in &clinic.further_lines {
        block.text(line, &ADDRESS, MARGIN, LETTERHEAD);
    }
    block
}

fn title(kind: &str) -> Block {
    let mut block = Block::default();
    block.aligned(kind, &TITLE, 0.0, WIDTH - LETTERHEAD - 20.0, Align::Right);
    block
}

/// Up to three facts, each with its label, in one tinted band: the number, the day of issue.
pub(super) fn facts(values: &[(&str, String)]) -> Block {
    let third = (WIDTH - 2.0 * PAD) / 3.0;
    let mut inside = Block::default();
    inside.gap(8.0);
    inside.beside(values.iter().zip([0.0, 1.0, 2.0]).map(|((label, value), column)| {
        let mut cell = Block::default();
        cell.text(label, &LABEL, 0.0, third - 12.0);
        cell.text(value, &STRONG, 0.0, third - 12.0);
        (MARGIN + PAD + column * third, cell)
    }));
    inside.gap(8.0);
    let area = Area { x: MARGIN, y: 0.0, width: WIDTH, height: inside.height };
    let mut band = Block::default();
    band.marks.push(Mark::Fill { area, radius: ROUND, colour: TINT });
    band.under(inside);
    band
}

pub(super) fn patient(patient: &PatientLine, labels: &Labels, width: f32) -> Block {
    let born = labels.date(patient.date_of_birth);
    let rows = [(labels.date_of_birth, born.as_str()), (labels.person_number, &patient.person_number)];
    party(labels.patient, &patient.name, None, &rows, width)
}

/// The doctor, with the word for what they are in this document.
pub(super) fn prescriber(doctor: &Prescriber, role: &str, labels: &Labels, width: f32) -> Block {
    let authority = format!("{}, {}", doctor.licence_authority, doctor.licence_country);
    let rows = [(labels.licence, doctor.licence_number.as_str()), (labels.licensed_by, &authority)];
    party(role, &doctor.name, Some(&doctor.specialty), &rows, width)
}

fn party(role: &str, name: &str, under_name: Option<&str>, rows: &[(&str, &str)], width: f32) -> Block {
    let mut block = Block::default();
    block.text(role, &EYEBROW, 0.0, width);
    block.gap(1.0);
    block.text(name, &NAME, 0.0, width);
    if let Some(text) = under_name {
        block.text(text, &VALUE, 0.0, width);
    }
    block.gap(3.0);
    let labels = rows.iter().map(|(label, _)| text::line(label, LABEL.weight).width(LABEL.size));
    let indent = labels.fold(0.0, f32::max).min(width / 2.0) + 10.0;
    for (label, value) in rows {
        let mut left = Block::default();
        // Smaller letters on the same baseline.
        left.gap((VALUE.size - LABEL.size) * CAPITALS / 2.0);
        left.text(label, &Style { leading: VALUE.leading, ..LABEL }, 0.0, indent - 6.0);
        let mut right = Block::default();
        right.text(value, &VALUE, 0.0, width - indent);
        block.beside([(0.0, left), (indent, right)]);
    }
    block
}

/// The band that says that the prescription is cancelled.
fn cancelled(document: &PrescriptionDocument, labels: &Labels) -> Option<Block> {
    let cancelled = document.cancelled.as_ref()?;
    let when = fill(labels.cancelled_by, &[("at", &cancelled.at), ("by", &cancelled.by)]);
    let reason = cancelled.reason.as_deref().map(|reason| format!("\n{reason}")).unwrap_or_default();
    Some(alarm(labels.cancelled, &format!("{} {when}{reason}", labels.cancelled_means)))
}

/// A band with a word that must not be overlooked, and a sentence.
pub(super) fn alarm(word: &str, sentence: &str) -> Block {
    let width = WIDTH - 2.0 * PAD - 4.0;
    let mut inside = Block::default();
    inside.gap(9.0);
    inside.text(word, &ALARM, MARGIN + PAD + 4.0, width);
    inside.text(sentence, &ALARM_TEXT, MARGIN + PAD + 4.0, width);
    inside.gap(10.0);
    let height = inside.height;
    let mut band = Block::default();
    let area = Area { x: MARGIN, y: 0.0, width: WIDTH, height };
    band.marks.push(Mark::Fill { area, radius: 0.0, colour: BAD_TINT });
    band.marks.push(Mark::Fill { area: Area { width: 5.0, ..area }, radius: 0.0, colour: BAD });
    band.under(inside);
    band
}
