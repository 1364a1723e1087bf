//! What a file really is, and whether it may be that. Everything here is pure.

mod pdf;
mod picture;
mod sniff;

pub(super) use picture::small;

use model::files::{FileKind, FilePurpose, FileTrouble};

/// What is known of a file that may be read.
#[derive(Debug)]
pub(super) struct Examined {
    /// Its type.
    pub(super) kind: FileKind,
    /// How many pages a PDF has.
    pub(super) pages: Option<u32>,
    /// What replaces the content: a picture that was decoded and encoded again.
    pub(super) content: Option<Vec<u8>>,
    /// A small picture, as JPEG.
    pub(super) thumbnail: Option<Vec<u8>>,
}

/// Looks at the whole content of a file of which its sender says that it is of this kind.
pub(super) fn examine(purpose: FilePurpose, said: FileKind, content: &[u8]) -> Result<Examined, FileTrouble> {
    let kind = sniff::kind_of(content).filter(|kind| purpose.kinds().contains(kind)).ok_or(FileTrouble::KindNotTaken)?;
    if kind != said {
        return Err(FileTrouble::KindDiffers);
    }
    match kind {
        FileKind::Pdf => Ok(Examined { kind, pages: Some(pdf::pages(content)?), content: None, thumbnail: None }),
        FileKind::Text => Ok(Examined { kind, pages: None, content: None, thumbnail: None }),
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => {
            let anew = if purpose.is_photo() {
                picture::square(kind, content)?
            } else if purpose == FilePurpose::ClinicLogo {
                picture::logo(kind, content)?
            } else {
                picture::anew(kind, content)?
            };
            Ok(Examined { kind: anew.kind, pages: None, content: Some(anew.content), thumbnail: Some(anew.thumbnail) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_lies_about_its_type_is_refused() {
        let examined = |said, content: &[u8]| examine(FilePurpose::PatientDocument, said, content).map(|found| found.kind);
        assert_eq!(examined(FileKind::Text, "Blutdruck 120/80\nGröße 1,80 m\n".as_bytes()), Ok(FileKind::Text));
        assert_eq!(examined(FileKind::Pdf, b"PK\x03\x04 a zip"), Err(FileTrouble::KindNotTaken));
        assert_eq!(examined(FileKind::Pdf, b"only text"), Err(FileTrouble::KindDiffers));
        assert_eq!(examined(FileKind::Text, b"%PDF-1.7\n"), Err(FileTrouble::KindDiffers));
        assert_eq!(examined(FileKind::Text, b"a\0b"), Err(FileTrouble::KindNotTaken));
        // A picture of a kind that can hold scripts is not text.
        assert_eq!(examined(FileKind::Text, b"<svg onload='x()'/>"), Err(FileTrouble::KindNotTaken));
        assert_eq!(examined(FileKind::Text, b"\xef\xbb\xbf <!DOCTYPE html>"), Err(FileTrouble::KindNotTaken));
        assert_eq!(examined(FileKind::Pdf, b"%PDF-1.7 and nothing else"), Err(FileTrouble::Damaged));
        assert_eq!(examined(FileKind::Jpeg, b"\xff\xd8\xff\xe0 and nothing else"), Err(FileTrouble::Damaged));
    }
}
