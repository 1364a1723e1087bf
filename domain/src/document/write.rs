//! From marks to bytes: subsets the two fonts, writes the operators with printpdf, and makes the file the same every time.

use super::{
    Logo,
    canvas::{Block, Mark},
    font::{Glyph, Reading, Weight},
    layout::{CAPITALS, Colour, PAGE_HEIGHT, PAGE_WIDTH},
    path::{outline, polygon, rgb},
    text::Line,
};
use jiff::civil::Date;
use lopdf::{Dictionary, Object, StringFormat};
use printpdf::{
    Actions, BorderArray, Codepoint, CustomPdfConformance, DictItem, ExtendedGraphicsState, ExtendedGraphicsStateId, FontId,
    LinkAnnotation, Mm, Op, PaintMode, ParsedFont, PdfConformance, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions,
    Pt, Rect, TextItem, TextMatrix, XObject, XObjectId, XObjectTransform,
};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use subsetter::GlyphRemapper;

/// The name of the graphics state in which the watermark is drawn.
const FAINT: &str = "Faint";
/// The name of the picture of the clinic's logo.
const LOGO: &str = "Logo";

/// What the file says about itself.
pub(super) struct About<'a> {
    /// The title of its window.
    pub(super) title: String,
    /// Who has signed it.
    pub(super) author: &'a str,
    /// The day of issue.
    pub(super) issued_on: Date,
    /// The language as a BCP 47 tag.
    pub(super) language: &'static str,
    /// The picture of the clinic's logo.
    pub(super) logo: Option<&'a Logo>,
}

/// Writes the file.
pub(super) fn write(pages: &[Block], about: &About<'_>) -> Vec<u8> {
    let mut pdf = PdfDocument::new("");
    // printpdf's predefined profiles embed a colour profile for print shops, of half a megabyte.
    pdf.metadata.info.conformance = PdfConformance::Custom(CustomPdfConformance {
        requires_icc_profile: false,
        requires_xmp_metadata: false,
        ..CustomPdfConformance::default()
    });
    let faint = ExtendedGraphicsState::default().with_current_fill_alpha(0.12);
    pdf.resources.extgstates.map.insert(ExtendedGraphicsStateId(FAINT.to_owned()), faint);
    let cuts: BTreeMap<Weight, Cut> = Weight::ALL.into_iter().map(|weight| (weight, Cut::of(weight, pages))).collect();
    for cut in cuts.values() {
        pdf.resources.fonts.map.insert(cut.id.clone(), PdfFont::new(cut.font.clone()));
    }
    if let Some(logo) = about.logo {
        pdf.resources.xobjects.map.insert(XObjectId(LOGO.to_owned()), XObject::Image(logo.raw()));
    }
    pdf.pages = pages.iter().map(|page| page_of(page, &cuts)).collect();
    finish(&pdf, about)
}

/// One weight of the typeface, with only the glyphs in use.
struct Cut {
    id: FontId,
    font: ParsedFont,
    numbers: GlyphRemapper,
}

impl Cut {
    fn of(weight: Weight, pages: &[Block]) -> Self {
        let mut numbers = GlyphRemapper::new();
        for mark in pages.iter().flat_map(|page| &page.marks) {
            match mark {
                Mark::Text { line, weight: own, .. } if *own == weight => add(&mut numbers, line),
                Mark::Across { line, style } if style.weight == weight => add(&mut numbers, line),
                _ => {}
            }
        }
        let subset = subsetter::subset(weight.file(), 0, &numbers).expect("the font crate carries whole TrueType fonts");
        let mut font = ParsedFont::from_bytes(&subset, 0, &mut Vec::new()).expect("a subset is a font");
        let (id, name, usual_weight) = match weight {
            Weight::Regular => ("R", "BEDSID+NotoSans", 400),
            Weight::Bold => ("B", "BEDSIE+NotoSans-Bold", 700),
        };
        font.font_name = Some(name.to_owned());
        font.pdf_font_metrics.us_weight_class = usual_weight;
        Self { id: FontId(id.to_owned()), font, numbers }
    }

    /// The width by which a viewer advances: printpdf writes whole thousandths, truncated.
    fn written_width(&self, number: u16) -> f32 {
        let units = self.font.get_glyph_width(number).unwrap_or_default();
        (f32::from(units) * 1000.0 / f32::from(self.font.units_per_em)).trunc()
    }
}

fn add(numbers: &mut GlyphRemapper, line: &Line) {
    for glyph in &line.glyphs {
        numbers.remap(glyph.id);
    }
}

fn page_of(page: &Block, cuts: &BTreeMap<Weight, Cut>) -> PdfPage {
    let mut ops = Vec::new();
    for mark in &page.marks {
        match mark {
            Mark::Text { x, y, line, weight, size, colour } => {
                let place = TextMatrix::Translate(Pt(*x), Pt(PAGE_HEIGHT - y));
                text(&mut ops, line, &cuts[weight], *size, *colour, place);
            }
            Mark::Fill { area, radius, colour } => {
                ops.push(Op::SetFillColor { col: rgb(*colour) });
                ops.push(polygon(vec![outline(area, *radius)], PaintMode::Fill));
            }
            Mark::Edge { area, radius, colour, thickness } => {
                ops.push(Op::SetOutlineColor { col: rgb(*colour) });
                ops.push(Op::SetOutlineThickness { pt: Pt(*thickness) });
                ops.push(polygon(vec![outline(area, *radius)], PaintMode::Stroke));
            }
            Mark::Squares { areas, colour } => {
                ops.push(Op::SetFillColor { col: rgb(*colour) });
                ops.push(polygon(areas.iter().map(|area| outline(area, 0.0)).collect(), PaintMode::Fill));
            }
            Mark::Logo { area } => {
                // A picture is a square of 1 by 1 until it is scaled.
                let transform = XObjectTransform {
                    translate_x: Some(Pt(area.x)),
                    translate_y: Some(Pt(PAGE_HEIGHT - area.y - area.height)),
                    scale_x: Some(area.width),
                    scale_y: Some(area.height),
                    no_auto_scale: true,
                    ..XObjectTransform::default()
                };
                ops.push(Op::UseXobject { id: XObjectId(LOGO.to_owned()), transform });
            }
            Mark::Link { area, url } => {
                let rect = Rect {
                    x: Pt(area.x),
                    y: Pt(PAGE_HEIGHT - area.y - area.height),
                    width: Pt(area.width),
                    height: Pt(area.height),
                    mode: None,
                    winding_order: None,
                };
                let none = Some(BorderArray::Solid([0.0; 3]));
                ops.push(Op::LinkAnnotation { link: LinkAnnotation::new(rect, Actions::uri(url.clone()), none, None, None) });
            }
            Mark::Across { line, style } => {
                let (sin, cos) = 54.0_f32.to_radians().sin_cos();
                // Start in the middle of the page, go back by half the word, and down by half its capitals.
                let (back, down) = (line.width(style.size) / 2.0, style.size * CAPITALS / 2.0);
                let x = PAGE_WIDTH / 2.0 - back * cos + down * sin;
                let y = PAGE_HEIGHT / 2.0 - back * sin - down * cos;
                ops.push(Op::SaveGraphicsState);
                ops.push(Op::LoadGraphicsState { gs: ExtendedGraphicsStateId(FAINT.to_owned()) });
                let place = TextMatrix::Raw([cos, sin, -sin, cos, x, y]);
                text(&mut ops, line, &cuts[&style.weight], style.size, style.colour, place);
                ops.push(Op::RestoreGraphicsState);
            }
        }
    }
    PdfPage::new(Mm(210.0), Mm(297.0), ops)
}

/// Writes a line of glyphs. Viewers move the pen by the written widths; further offsets for kerning, marks and rounding are written between the
/// glyphs, to the thousandth.
fn text(ops: &mut Vec<Op>, line: &Line, cut: &Cut, size: f32, colour: Colour, place: TextMatrix) {
    if line.glyphs.is_empty() {
        return;
    }
    ops.push(Op::StartTextSection);
    ops.push(Op::SetFillColor { col: rgb(colour) });
    ops.push(Op::SetFont { font: PdfFontHandle::External(cut.id.clone()), size: Pt(size) });
    ops.push(Op::SetTextMatrix { matrix: place });
    let (mut wanted, mut pen, mut raised) = (0.0_f32, 0.0_f32, 0.0_f32);
    let mut run = Vec::new();
    for (index, glyph) in line.glyphs.iter().enumerate() {
        if let Reading::Cluster(said, _) = &glyph.reading {
            show(ops, &mut run);
            ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties: actual_text(said) });
        }
        if glyph.dy != raised {
            show(ops, &mut run);
            ops.push(Op::SetLineOffset { multiplier: glyph.dy * size / 1000.0 });
            raised = glyph.dy;
        }
        let number = cut.numbers.get(glyph.id).unwrap_or_default();
        let step = (wanted + glyph.dx - pen).round();
        if step != 0.0 {
            run.push(TextItem::Offset(-step));
        }
        run.push(TextItem::GlyphIds(vec![Codepoint::with_cid(number, 0.0, said_by(glyph))]));
        pen += step + cut.written_width(number);
        wanted += glyph.advance;
        let more = line.glyphs.get(index + 1).is_some_and(|next| matches!(next.reading, Reading::Rest(_)));
        if !more && !matches!(glyph.reading, Reading::Char(_)) {
            show(ops, &mut run);
            ops.push(Op::EndMarkedContent);
        }
    }
    show(ops, &mut run);
    if raised != 0.0 {
        ops.push(Op::SetLineOffset { multiplier: 0.0 });
    }
    ops.push(Op::EndTextSection);
}

fn show(ops: &mut Vec<Op>, run: &mut Vec<TextItem>) {
    if !run.is_empty() {
        ops.push(Op::ShowText { items: std::mem::take(run) });
    }
}

/// The entry of a glyph in the font's ToUnicode table; a cluster has its text as ActualText.
fn said_by(glyph: &Glyph) -> String {
    match &glyph.reading {
        Reading::Char(own) | Reading::Cluster(_, Some(own)) | Reading::Rest(Some(own)) => own.to_string(),
        Reading::Cluster(said, None) => said.clone(),
        Reading::Rest(None) => "\u{FFFD}".to_owned(),
    }
}

fn actual_text(said: &str) -> DictItem {
    let data = [0xFE, 0xFF].into_iter().chain(said.encode_utf16().flat_map(u16::to_be_bytes)).collect();
    let text = DictItem::String { data, literal: false };
    DictItem::Dict { map: BTreeMap::from([("ActualText".to_owned(), text)]) }
}

/// Sets language, title and a file id that is derived from the content; printpdf would choose a random id.
fn finish(pdf: &PdfDocument, about: &About<'_>) -> Vec<u8> {
    let options = PdfSaveOptions { subset_fonts: false, ..PdfSaveOptions::default() };
    let mut file = pdf.to_lopdf_document(&options, &mut Vec::new());
    file.version = "1.7".to_owned();
    let day = about.issued_on;
    let made = format!("D:{:04}{:02}{:02}", day.year(), day.month(), day.day());
    let info = Dictionary::from_iter([
        ("Title", lopdf::text_string(&about.title)),
        ("Author", lopdf::text_string(about.author)),
        ("Creator", lopdf::text_string("Bedside")),
        ("CreationDate", Object::string_literal(made)),
    ]);
    let info = file.add_object(info);
    file.trailer.set("Info", info);
    if let Ok(catalog) = file.catalog_mut() {
        catalog.set("Lang", lopdf::text_string(about.language));
        catalog.set("PageLayout", Object::Name(b"SinglePage".to_vec()));
        catalog.set("ViewerPreferences", Dictionary::from_iter([("DisplayDocTitle", Object::Boolean(true))]));
    }
    file.trailer.remove(b"ID");
    file.prune_objects();
    file.renumber_objects();
    file.compress();
    let identity = Sha256::digest(bytes(&mut file))[..16].to_vec();
    let identity = Object::String(identity, StringFormat::Hexadecimal);
    file.trailer.set("ID", Object::Array(vec![identity.clone(), identity]));
    bytes(&mut file)
}

fn bytes(file: &mut lopdf::Document) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).expect("writing to memory cannot fail");
    bytes
}
