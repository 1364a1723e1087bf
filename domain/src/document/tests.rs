//! What the paper guarantees: its text can be extracted, it refuses what it cannot show, it is the same every time, nothing is cut off.

use super::{canvas::Mark, layout, *};
use std::{io::Write as _, process::Command};

const ACCENTS: &str = "Nguyễn Thị Hường · Żółć, gęślą jaźń · İstanbul, ığüşöç · Öğretmen · Čapek, Ďáblice, Ľubica · Ţară, Șerban · \
                       Ísafjörður · Őrség · Ģertrūde · Ελληνικά, Ήπειρος, ᾧ · Щёлково, Ґалаґан, Ўзбек, Ђорђе";

fn item(medicine: &str, note: Option<&str>) -> Item {
    Item {
        medicine: medicine.to_owned(),
        strength: "500 mg".to_owned(),
        form: "Capsule".to_owned(),
        dose: "1 capsule".to_owned(),
        route: "By mouth".to_owned(),
        frequency: "Three times a day".to_owned(),
        duration: "7 days".to_owned(),
        quantity: "21 capsules".to_owned(),
        refills: 0,
        note: note.map(str::to_owned),
    }
}

fn document(items: Vec<Item>) -> PrescriptionDocument {
    PrescriptionDocument {
        number: "RX-7K4Q-92".to_owned(),
        issued_on: civil::date(2026, 11, 22),
        signed_at: "22 November 2026, 14:05 (Europe/London)".to_owned(),
        clinic: Letterhead {
            name: "Riverside Family Clinic".to_owned(),
            address_lines: vec!["14 Quay Street".to_owned(), "Bristol BS1 4DJ".to_owned()],
            phone: Some("+44 117 496 0123".to_owned()),
            further_lines: Vec::new(),
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
            date_of_birth: civil::date(1984, 3, 9),
            person_number: "P-4820-1937-5".to_owned(),
        },
        items,
        fingerprint: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
        verification_url: "https://clinic.example/verify/7F3K9QWXM2PTA8DVH5N6RZC4BE".to_owned(),
        verification_code: "7F3K-9QWX M2PTA8DVH5N6RZC4BE".to_owned(),
        cancelled: None,
        logo: None,
    }
}

/// The text of each page, with its white space normalised.
fn texts(bytes: &[u8]) -> Vec<String> {
    let file = lopdf::Document::load_mem(bytes).expect("a PDF");
    let pages = 1..=u32::try_from(file.get_pages().len()).expect("a few pages");
    pages.map(|page| even(&file.extract_text(&[page]).expect("text"))).collect()
}

fn even(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_text_of_the_paper_comes_out_again() {
    let document = document(vec![item("Amoxicillin", Some("Finish the whole course."))]);
    let text = texts(&render(&document).expect("printable")).join(" ");
    for expected in [
        "Riverside Family Clinic",
        "14 Quay Street · Bristol BS1 4DJ",
        "Telephone +44 117 496 0123",
        "Prescription number RX-7K4Q-92",
        "Date of issue 22 November 2026",
        "Number of medicines 1",
        "Nguyễn Thị Phương Thảo",
        "Date of birth 9 March 1984",
        "Person number P-4820-1937-5",
        "Dr Hélène Novák General practice",
        "Licence 7012345",
        "General Medical Council, United Kingdom",
        "Amoxicillin 500 mg Capsule",
        "Dose 1 capsule Route By mouth Frequency Three times a day",
        "Duration 7 days Quantity 21 capsules Refills None",
        "Note Finish the whole course.",
        "Nothing is prescribed below this line",
        "Signed electronically by Dr Hélène Novák 22 November 2026, 14:05 (Europe/London)",
        "https://clinic.example/verify/7F3K9QWXM2PTA8DVH5N6RZC4BE",
        "Code 7F3K 9QWX M2PT A8DV H5N6 RZC4 BE",
        "9f86d081 884c7d65 9a2feaa0 c55ad015 a3bf4f1b 2b0b822c d15d6c15 b0f00a08",
        "Page 1 of 1",
    ] {
        assert!(text.contains(expected), "{expected} is missing in: {text}");
    }
}

#[test]
fn further_lines_are_printed_in_the_head_and_a_document_without_them_has_no_such_member() {
    let mut paper = document(vec![item("Amoxicillin", None)]);
    let plain = render(&paper).expect("printable");
    let without = serde_json::to_string(&paper.clinic).expect("JSON");
    assert!(!without.contains("further_lines"), "{without}");
    let read: Letterhead = serde_json::from_str(&without).expect("a document of before");
    assert_eq!(serde_json::to_string(&read).expect("JSON"), without);

    paper.clinic.further_lines = vec!["Open Monday to Friday".to_owned(), "riverside.example".to_owned()];
    let printed = render(&paper).expect("printable");
    assert_ne!(printed, plain);
    let text = texts(&printed).join(" ");
    assert!(text.contains("Telephone +44 117 496 0123 Open Monday to Friday riverside.example"), "{text}");
    paper.clinic.further_lines.push("診療所".to_owned());
    assert_eq!(render(&paper).expect_err("no Chinese in the font").field, "clinic.further_lines.2");
    paper.clinic.further_lines.clear();
    assert_eq!(render(&paper).expect("printable"), plain);
}

#[test]
fn the_logo_is_a_picture_above_the_name_and_a_document_without_one_has_no_such_member() {
    let mut paper = document(vec![item("Amoxicillin", None)]);
    let plain = render(&paper).expect("printable");
    assert!(!serde_json::to_string(&paper.clinic).expect("JSON").contains("logo"));
    let mut content = std::io::Cursor::new(Vec::new());
    image::RgbaImage::from_pixel(400, 100, image::Rgba([9, 99, 120, 255]))
        .write_to(&mut content, image::ImageFormat::Png)
        .expect("a picture");
    paper.logo = Some(Logo::decode(&content.into_inner()).expect("a picture"));
    let printed = render(&paper).expect("printable");
    assert_eq!(render(&paper), Ok(printed.clone()));
    let pictures = |bytes: &[u8]| {
        let file = lopdf::Document::load_mem(bytes).expect("a PDF");
        let streams = file.objects.values().filter_map(|object| object.as_stream().ok());
        let is_picture = |stream: &&lopdf::Stream| {
            stream.dict.get(b"Subtype").and_then(lopdf::Object::as_name).is_ok_and(|name| name == b"Image")
        };
        streams.filter(is_picture).count()
    };
    assert_eq!((pictures(&plain), pictures(&printed)), (0, 1));
    assert_eq!(texts(&printed), texts(&plain));
    let laid_out = pages::lay_out(&paper, &ENGLISH);
    let place = laid_out[0].marks.iter().find_map(|mark| if let Mark::Logo { area } = mark { Some(*area) } else { None });
    let place = place.expect("a logo");
    assert_eq!((place.x, place.y, place.width, place.height), (layout::MARGIN, layout::TOP, 176.0, 44.0));
}

#[test]
fn accents_greek_and_cyrillic_come_out_letter_by_letter() {
    let text = texts(&render(&document(vec![item("Amoxicillin", Some(ACCENTS))])).expect("printable")).join(" ");
    assert!(text.contains(ACCENTS), "{text}");
}

#[test]
fn letters_with_marks_that_no_single_character_holds_are_copied_whole_by_a_reader() {
    let note = "за́мок, m̃., ė́ Kūrybiškumas";
    let bytes = render(&document(vec![item("Amoxicillin", Some(note))])).expect("printable");
    let Ok(mut reader) = Command::new("pdftotext")
        .args(["-", "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
    else {
        eprintln!("skipped: pdftotext (Debian's poppler-utils) is not installed");
        return;
    };
    reader.stdin.take().expect("a pipe").write_all(&bytes).expect("the reader takes the file");
    let text = even(&String::from_utf8(reader.wait_with_output().expect("an answer").stdout).expect("UTF-8"));
    assert!(text.contains(note), "{text}");
}

#[test]
fn what_is_typed_in_pieces_is_printed_composed() {
    let text = texts(&render(&document(vec![item("Cafe\u{301}", None)])).expect("printable")).join(" ");
    assert!(text.contains("Café 500 mg"), "{text}");
}

#[test]
fn other_scripts_are_refused_with_their_field_and_character() {
    let mut arabic = document(vec![item("Amoxicillin", None)]);
    arabic.patient.name = "Layla ليلى".to_owned();
    assert_eq!(render(&arabic), Err(Unprintable { field: "patient.name".to_owned(), character: 'ل' }));

    let chinese = document(vec![item("Amoxicillin", None), item("Ibuprofen", Some("每日三次"))]);
    let refused = render(&chinese).expect_err("no Han in the font");
    assert_eq!(refused, Unprintable { field: "items.1.note".to_owned(), character: '每' });
    assert_eq!(refused.to_string(), "items.1.note holds U+6BCF, which cannot be printed");

    let mut address = document(vec![]);
    address.clinic.address_lines.push("תל אביב".to_owned());
    assert_eq!(render(&address).expect_err("no Hebrew in the font").field, "clinic.address_lines.2");
}

#[test]
fn a_text_can_be_checked_while_it_is_typed() {
    for fine in
        ["", "1–2 tablets ≥ 500 µg, ½ at night; 37 °C", "first line\r\nsecond\tline", "e\u{301}", "30\u{a0}mg", "non\u{2011}stop"]
    {
        assert_eq!(printable(fine), Ok(()), "{fine:?}");
    }
    for (refused, character) in [("हिन्दी", 'ह'), ("ไทย", 'ไ'), ("한글", '한'), ("ok 👍", '👍'), ("אב", 'א')]
    {
        assert_eq!(printable(refused), Err(character));
    }
}

#[test]
fn what_nobody_sees_does_not_stand_in_a_signed_document() {
    for unseen in [
        '\u{0}', '\u{7}', '\u{ad}', '\u{200b}', '\u{200d}', '\u{200e}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{fffd}',
        '\u{e000}',
    ] {
        assert_eq!(printable(&format!("a{unseen}b")), Err(unseen));
    }
}

#[test]
fn the_same_prescription_gives_the_same_bytes() {
    let of = |count: usize| document((0..count).map(|_| item("Amoxicillin", Some(ACCENTS))).collect());
    assert_eq!(render(&of(5)), render(&of(5)));
    assert_ne!(render(&of(5)), render(&of(4)));
    let copy: PrescriptionDocument = serde_json::from_str(&serde_json::to_string(&of(3)).expect("json")).expect("json");
    assert_eq!(render(&copy), render(&of(3)));
}

#[test]
fn forty_medicines_flow_over_pages_that_each_say_whose_they_are() {
    let items = (1..=40).map(|number| item(&format!("Medicine-{number:02}"), None)).collect();
    let bytes = render(&document(items)).expect("printable");
    let pages = texts(&bytes);
    assert!(pages.len() > 7, "{} pages", pages.len());
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains(&format!("Page {} of {}", index + 1, pages.len())), "{page}");
        assert!(page.contains("Nguyễn Thị Phương Thảo") && page.contains("RX-7K4Q-92"), "{page}");
        assert!(page.contains("Medicine-"), "no medicine on page {}", index + 1);
        assert_eq!(page.contains("Signed electronically"), index + 1 == pages.len());
    }
    let all = pages.join(" ");
    for number in 1..=40 {
        assert_eq!(all.matches(&format!("Medicine-{number:02}")).count(), 1);
    }
    assert!(bytes.len() < 120_000, "{} bytes", bytes.len());
}

#[test]
fn an_ordinary_prescription_is_one_small_page() {
    let note = Some("Finish the whole course, even when you feel well again.");
    let bytes = render(&document(vec![item("Amoxicillin", note), item("Ibuprofen", note)])).expect("printable");
    assert_eq!(texts(&bytes).len(), 1);
    assert!(bytes.len() < 40_000, "{} bytes", bytes.len());
}

#[test]
fn nothing_leaves_its_margins_however_long_the_texts_are() {
    let words = "Take with a full glass of water and stay upright for 30 minutes. ";
    let long = "Ἱπποκράτης".repeat(20);
    for length in [1, 300, 1_000, 2_500, 6_000, 12_000] {
        let note: String = words.chars().cycle().take(length).collect();
        let mut items = vec![item("Amoxicillin", Some(&note)), item(&long, Some(&long))];
        items[1].frequency = words.repeat(3);
        let mut document = document(items);
        document.patient.name = long.clone();
        document.verification_url = format!("https://clinic.example/verify/{}", "7F3K9".repeat(40));
        for page in pages::lay_out(&document, &ENGLISH) {
            for mark in &page.marks {
                if let Mark::Text { x, y, line, size, .. } = mark {
                    let right = x + line.width(*size);
                    assert!(*x >= layout::MARGIN - 0.1 && right <= layout::PAGE_WIDTH - layout::MARGIN + 0.1, "{x} to {right}");
                    assert!(*y > layout::TOP && *y < layout::PAGE_HEIGHT - 20.0, "{y}");
                }
            }
        }
        let text = texts(&render(&document).expect("printable")).join(" ");
        assert_eq!(text.matches("glass").count(), note.matches("glass").count() + 3);
    }
}

#[test]
fn a_number_stays_with_its_unit() {
    for width in 20..200 {
        for line in text::wrap("Take 1000 mg or 2.5 ml at 20 % daily", &layout::VALUE, width as f32) {
            let said: String = line
                .glyphs
                .iter()
                .map(|glyph| match glyph.reading {
                    font::Reading::Char(c) => c,
                    _ => '?',
                })
                .collect();
            assert!(!["1000", "2.5", "20"].iter().any(|number| said.ends_with(number)) || width < 45, "{said} at {width}");
        }
    }
}

#[test]
fn a_cancelled_prescription_says_so_on_every_page() {
    let mut document = document((0..6).map(|_| item("Amoxicillin", None)).collect());
    document.cancelled = Some(Cancellation {
        at: "23 November 2026, 09:12 (Europe/London)".to_owned(),
        by: "Dr Hélène Novák".to_owned(),
        reason: Some("Replaced by RX-7K4Q-95.".to_owned()),
    });
    let pages = texts(&render(&document).expect("printable"));
    assert!(pages.len() > 1);
    for page in pages {
        assert_eq!(page.matches("CANCELLED").count(), 2, "the band and the word across: {page}");
        assert!(page.contains("Do not dispense. On 23 November 2026, 09:12 (Europe/London) by Dr Hélène Novák."), "{page}");
        assert!(page.contains("Replaced by RX-7K4Q-95."), "{page}");
    }
}

#[test]
fn a_language_that_the_font_cannot_show_is_refused_too() {
    let labels = Labels { patient: "患者", ..ENGLISH };
    let refused = render_with(&document(vec![]), &labels).expect_err("no Han in the font");
    assert_eq!(refused, Unprintable { field: "labels".to_owned(), character: '患' });
}

#[test]
fn braces_in_a_name_are_printed_as_they_are() {
    assert_eq!(labels::fill("On {at} by {by}.", &[("at", "{by}"), ("by", "{x")]), "On {by} by {x.");
}

#[test]
fn nothing_of_the_patient_stands_in_the_file_s_description() {
    let bytes = render(&document(vec![item("Amoxicillin", None)])).expect("printable");
    let file = lopdf::Document::load_mem(&bytes).expect("a PDF");
    let info =
        format!("{:?}", file.get_dictionary(file.trailer.get(b"Info").and_then(lopdf::Object::as_reference).expect("info")));
    assert!(info.contains("Title") && !info.contains("Amoxicillin") && !info.contains("Ph"), "{info}");
}
