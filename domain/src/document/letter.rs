//! A letter of a doctor, with the letterhead, the parties and the signature of the other documents. Its text flows over as many pages as it needs.

use super::{
    Letterhead, Logo, PatientLine, Prescriber, Unprintable,
    canvas::{self, Area, Block, Mark},
    labels::{ENGLISH, Labels, fill},
    layout::*,
    parts, printable,
    text::{self, Line},
    write::{self, About},
};
use jiff::civil::Date;
use model::records::{LetterKind, LetterText};

/// The space between the signature and what is above it.
const BEFORE_SIGNATURE: f32 = 18.0;
/// How many lines of text go with the signature when it needs a page of its own.
const WITH_SIGNATURE: usize = 3;

/// Everything on a letter. Instants are already formatted in the clinic's time zone.
#[derive(Clone)]
pub struct LetterDocument {
    /// The number.
    pub number: String,
    /// The day of issue in the clinic's zone.
    pub issued_on: Date,
    /// The instant of issue, with its zone.
    pub issued_at: String,
    /// The clinic.
    pub clinic: Letterhead,
    /// The doctor who has issued it.
    pub doctor: Prescriber,
    /// The patient.
    pub patient: PatientLine,
    /// What it says.
    pub content: LetterText,
    /// The SHA-256 of the canonical document, in hexadecimal.
    pub fingerprint: String,
    /// Set once it was withdrawn.
    pub withdrawn: Option<Withdrawn>,
    /// The picture that the letterhead names, if there is one and it could be read.
    pub logo: Option<Logo>,
}

/// When and by whom a letter was withdrawn. The reason is not printed.
#[derive(Clone)]
pub struct Withdrawn {
    /// The instant, with its zone, written out.
    pub at: String,
    /// Who withdrew it.
    pub by: String,
}

/// The texts of letters in one language, besides those of all documents.
struct LetterLabels {
    number: &'static str,
    period: &'static str,
    /// `{from} to {until}`
    days: &'static str,
    doctor: &'static str,
    to: &'static str,
    to_all: &'static str,
    /// `Issued electronically by {name}`
    issued_by: &'static str,
    fingerprint: &'static str,
    withdrawn: &'static str,
    withdrawn_means: &'static str,
}

const LETTERS: LetterLabels = LetterLabels {
    number: "Letter number",
    period: "Valid for these days",
    days: "{from} to {until}",
    doctor: "Doctor",
    to: "To",
    to_all: "To whom it may concern",
    issued_by: "Issued electronically by {name}",
    fingerprint: "SHA-256 fingerprint of the issued letter",
    withdrawn: "WITHDRAWN",
    withdrawn_means: "This letter is not valid.",
};

const fn title(kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Referral => "Referral",
        LetterKind::SickNote => "Sick note",
        LetterKind::FitNote => "Fit note",
        LetterKind::Summary => "Summary",
    }
}

/// Renders a letter as a PDF, in English.
///
/// # Errors
/// [`Unprintable`] names the first field with a character that the paper cannot show.
pub fn render_letter(document: &LetterDocument) -> Result<Vec<u8>, Unprintable> {
    for (field, text) in document.texts() {
        printable(text).map_err(|character| Unprintable { field: field.to_owned(), character })?;
    }
    let pages = lay_out(document, &ENGLISH);
    if let Some(character) = canvas::missing(&pages) {
        return Err(Unprintable { field: "labels".to_owned(), character });
    }
    let about = About {
        title: format!("{} {}", title(document.content.kind), document.number),
        author: &document.doctor.name,
        issued_on: document.issued_on,
        language: ENGLISH.language,
        logo: document.logo.as_ref(),
    };
    Ok(write::write(&pages, &about))
}

impl LetterDocument {
    /// All texts, each with the name of its part.
    fn texts(&self) -> Vec<(&'static str, &str)> {
        let mut texts: Vec<(&'static str, &str)> = [
            ("number", &self.number),
            ("issued_at", &self.issued_at),
            ("clinic", &self.clinic.name),
            ("doctor", &self.doctor.name),
            ("doctor", &self.doctor.specialty),
            ("doctor", &self.doctor.licence_number),
            ("doctor", &self.doctor.licence_authority),
            ("doctor", &self.doctor.licence_country),
            ("patient", &self.patient.name),
            ("patient", &self.patient.person_number),
            ("text", &self.content.text),
        ]
        .map(|(part, text)| (part, text.as_str()))
        .into();
        texts.extend(self.content.recipient.iter().map(|text| ("recipient", text.as_str())));
        let lines = self.clinic.address_lines.iter().chain(&self.clinic.further_lines).chain(&self.clinic.phone);
        texts.extend(lines.map(|text| ("clinic", text.as_str())));
        texts.extend(
            self.withdrawn
                .iter()
                .flat_map(|withdrawn| [("withdrawn", withdrawn.at.as_str()), ("withdrawn", withdrawn.by.as_str())]),
        );
        texts
    }
}

/// The pages, with heads and feet.
fn lay_out(document: &LetterDocument, labels: &Labels) -> Vec<Block> {
    let kind = title(document.content.kind);
    let first = first_head(document, labels);
    let mut next = parts::running_head(&document.patient, &document.clinic, (kind, &document.number, document.issued_on), labels);
    next.under(withdrawn(document, labels));
    let signature = signature(document, labels);
    let rooms = (BOTTOM - TOP - first.height, BOTTOM - TOP - next.height);
    let spread = spread(text::wrap(&document.content.text, &VALUE, WIDTH), rooms, BEFORE_SIGNATURE + signature.height);
    let count = spread.len();
    let mut pages = Vec::with_capacity(count);
    for (index, lines) in spread.into_iter().enumerate() {
        let mut page = Block::default();
        page.gap(TOP);
        page.under(if index == 0 { first.clone() } else { next.clone() });
        for line in lines {
            page.line(line, &VALUE, MARGIN);
        }
        if index + 1 == count {
            page.gap(BEFORE_SIGNATURE);
            page.under(signature.clone());
        }
        page.put(parts::foot(&document.clinic, (kind, &document.number), labels, (index + 1, count)), 0.0, BOTTOM + 11.0);
        if document.withdrawn.is_some() {
            page.marks.push(parts::watermark(LETTERS.withdrawn));
        }
        pages.push(page);
    }
    pages
}

/// The lines of each page. `rooms` are the heights for text on the first page and on every other page. If the signature does not fit below the last line, it goes to a
/// new page with some lines above it.
fn spread(lines: Vec<Line>, rooms: (f32, f32), tail: f32) -> Vec<Vec<Line>> {
    let room = |pages: usize| if pages == 1 { rooms.0 } else { rooms.1 };
    let height = |lines: usize| lines as f32 * VALUE.leading;
    let mut pages: Vec<Vec<Line>> = Vec::new();
    let mut page: Vec<Line> = Vec::new();
    for line in lines {
        if !page.is_empty() && height(page.len() + 1) > room(pages.len() + 1) {
            pages.push(std::mem::take(&mut page));
        }
        page.push(line);
    }
    if height(page.len()) + tail > room(pages.len() + 1) {
        let moved = page.split_off(page.len().saturating_sub(WITH_SIGNATURE));
        pages.push(std::mem::replace(&mut page, moved));
    }
    pages.push(page);
    pages
}

/// The head of the first page: letterhead, kind of letter, facts, parties, recipient.
fn first_head(document: &LetterDocument, labels: &Labels) -> Block {
    let content = &document.content;
    let mut head = Block::default();
    head.under(parts::top(&document.clinic, document.logo.as_ref(), title(content.kind), labels));
    head.under(withdrawn(document, labels));
    let mut facts = vec![(LETTERS.number, document.number.clone()), (labels.issued_on, labels.date(document.issued_on))];
    if let Some(period) = content.period {
        let days = [("from", labels.date(period.from)), ("until", labels.date(period.until))];
        let days = [(days[0].0, days[0].1.as_str()), (days[1].0, days[1].1.as_str())];
        facts.push((LETTERS.period, fill(LETTERS.days, &days)));
    }
    head.under(parts::facts(&facts));
    head.gap(14.0);
    // The licensing authority needs the longer lines.
    let (left, right) = (WIDTH * 0.43, WIDTH * 0.53);
    let doctor = parts::prescriber(&document.doctor, LETTERS.doctor, labels, right);
    head.beside([(MARGIN, parts::patient(&document.patient, labels, left)), (MARGIN + WIDTH - right, doctor)]);
    head.gap(15.0);
    match &content.recipient {
        Some(recipient) => {
            head.text(LETTERS.to, &EYEBROW, MARGIN, WIDTH);
            head.gap(1.0);
            head.text(recipient, &VALUE, MARGIN, WIDTH);
        }
        None => head.text(LETTERS.to_all, &EYEBROW, MARGIN, WIDTH),
    }
    head.gap(14.0);
    head
}

/// The band that says that the letter is withdrawn; nothing for one that counts.
fn withdrawn(document: &LetterDocument, labels: &Labels) -> Block {
    let mut block = Block::default();
    if let Some(withdrawn) = &document.withdrawn {
        let when = fill(labels.cancelled_by, &[("at", &withdrawn.at), ("by", &withdrawn.by)]);
        block.under(parts::alarm(LETTERS.withdrawn, &format!("{} {when}", LETTERS.withdrawn_means)));
        block.gap(14.0);
    }
    block
}

/// Who has issued it and when, and the fingerprint, as one card.
fn signature(document: &LetterDocument, labels: &Labels) -> Block {
    let column = WIDTH - 2.0 * PAD;
    let mut inside = Block::default();
    inside.gap(PAD);
    inside.text(&fill(LETTERS.issued_by, &[("name", &document.doctor.name)]), &NAME, PAD, column);
    inside.text(&fill(labels.signed_at, &[("at", &document.issued_at)]), &VALUE, PAD, column);
    inside.gap(5.0);
    inside.text(LETTERS.fingerprint, &LABEL, PAD, column);
    inside.text(&document.fingerprint, &PRINT, PAD, column);
    inside.gap(PAD);
    let area = Area { x: 0.0, y: 0.0, width: WIDTH, height: inside.height };
    let mut card = Block::default();
    card.marks.push(Mark::Fill { area, radius: ROUND, colour: TINT });
    card.under(inside);
    let mut placed = Block::default();
    placed.put(card, MARGIN, 0.0);
    placed
}

/// The document is patient data, so `Debug` shows only its kind.
impl std::fmt::Debug for LetterDocument {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LetterDocument").field("kind", &self.content.kind).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Withdrawn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Withdrawn").field("at", &self.at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use model::records::LetterPeriod;

    fn letter(kind: LetterKind, text: &str) -> LetterDocument {
        let sick = LetterPeriod { from: date(2026, 11, 24), until: date(2026, 11, 27) };
        LetterDocument {
            number: "LT-7K3-9QF-2X".to_owned(),
            issued_on: date(2026, 11, 24),
            issued_at: "24 November 2026, 14:05 (Europe/London)".to_owned(),
            clinic: Letterhead {
                name: "Riverside Family Clinic".to_owned(),
                address_lines: vec!["14 Quay Street".to_owned(), "Bristol BS1 4DJ".to_owned()],
                phone: Some("+44 117 496 0123".to_owned()),
                further_lines: vec!["riverside.example".to_owned()],
                logo: None,
            },
            doctor: Prescriber {
                name: "Dr Hélène Novák".to_owned(),
                specialty: "General practice".to_owned(),
                licence_number: "7012345".to_owned(),
                licence_authority: "General Medical Council".to_owned(),
                licence_country: "United Kingdom".to_owned(),
            },
            patient: PatientLine {
                name: "Nguyễn Thị Phương Thảo".to_owned(),
                date_of_birth: date(1984, 3, 9),
                person_number: "P-4820-1937-5".to_owned(),
            },
            content: LetterText {
                kind,
                recipient: (kind == LetterKind::Referral).then(|| "Dr Li\nSkin clinic".to_owned()),
                period: kind.has_period().then_some(sick),
                text: text.to_owned(),
            },
            fingerprint: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            withdrawn: None,
            logo: None,
        }
    }

    /// The text of each page, with its white space normalised.
    fn texts(bytes: &[u8]) -> Vec<String> {
        let file = lopdf::Document::load_mem(bytes).expect("a PDF");
        let pages = 1..=u32::try_from(file.get_pages().len()).expect("a few pages");
        let even = |text: String| text.split_whitespace().collect::<Vec<_>>().join(" ");
        pages.map(|page| even(file.extract_text(&[page]).expect("text"))).collect()
    }

    #[test]
    fn a_letter_says_who_writes_to_whom_and_for_which_days() {
        let text = texts(&render_letter(&letter(LetterKind::SickNote, "Cannot work.\nMust rest.")).expect("printable")).join(" ");
        for expected in [
            "Riverside Family Clinic",
            "14 Quay Street · Bristol BS1 4DJ",
            "riverside.example",
            "Sick note",
            "Letter number LT-7K3-9QF-2X",
            "Date of issue 24 November 2026",
            "Valid for these days 24 November 2026 to 27 November 2026",
            "Nguyễn Thị Phương Thảo",
            "Doctor Dr Hélène Novák General practice",
            "To whom it may concern",
            "Cannot work. Must rest.",
            "Issued electronically by Dr Hélène Novák 24 November 2026, 14:05 (Europe/London)",
            "Page 1 of 1",
        ] {
            assert!(text.contains(expected), "{expected} is missing in: {text}");
        }
        let referral = texts(&render_letter(&letter(LetterKind::Referral, "Please see her.")).expect("printable")).join(" ");
        assert!(referral.contains("To Dr Li Skin clinic") && !referral.contains("Valid for"), "{referral}");
    }

    #[test]
    fn a_withdrawn_letter_says_so_on_each_page_and_the_signature_is_never_alone() {
        let long: Vec<String> = (1..=120).map(|line| format!("Line {line} of the text.")).collect();
        let mut document = letter(LetterKind::Summary, &long.join("\n"));
        document.withdrawn = Some(Withdrawn { at: "25 November 2026, 9:00".to_owned(), by: "Dr Hélène Novák".to_owned() });
        let bytes = render_letter(&document).expect("printable");
        assert_eq!(render_letter(&document).as_ref(), Ok(&bytes), "the same every time");
        let pages = texts(&bytes);
        assert!(pages.len() > 2);
        assert!(pages.iter().all(|page| page.contains("WITHDRAWN") && page.contains("LT-7K3-9QF-2X")), "{pages:?}");
        let last = pages.last().expect("a page");
        assert!(last.contains("Line 120 of the text.") && last.contains("Issued electronically"), "{last}");
        for lines in 1..=60 {
            let spread = spread(vec![Line::default(); lines], (300.0, 400.0), 90.0);
            assert_eq!(spread.iter().map(Vec::len).sum::<usize>(), lines);
            let last = spread.last().map_or(0, Vec::len);
            let room = if spread.len() == 1 { 300.0 } else { 400.0 };
            assert!(last > 0 && last as f32 * VALUE.leading + 90.0 <= room, "{lines} lines");
        }
    }

    #[test]
    fn what_the_font_cannot_show_is_refused() {
        let refused = render_letter(&letter(LetterKind::Summary, "診療所")).expect_err("no Han in the font");
        assert_eq!(refused.field, "text");
    }
}
