//! The type of a file by its content. Only the types that some purpose takes are known; everything else has none.

use model::files::FileKind;

/// The type of the content.
pub(super) fn kind_of(content: &[u8]) -> Option<FileKind> {
    if content.starts_with(b"%PDF-") {
        Some(FileKind::Pdf)
    } else if content.starts_with(b"\xff\xd8\xff") {
        Some(FileKind::Jpeg)
    } else if content.starts_with(b"\x89PNG\r\n\x1a\n") {
        Some(FileKind::Png)
    } else if content.starts_with(b"RIFF") && content.get(8..12) == Some(b"WEBP") {
        Some(FileKind::Webp)
    } else {
        is_text(content).then_some(FileKind::Text)
    }
}

/// Whether it is text for people: UTF-8 without control characters, and no markup, which a program could run.
fn is_text(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else { return false };
    let is_markup = text.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    !is_markup && text.chars().all(|char| !char.is_control() || matches!(char, '\n' | '\r' | '\t' | '\u{c}'))
}
