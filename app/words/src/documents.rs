//! What the documents are called to which people agree.

use crate::{Locale, say};
use model::identity::LegalDocument;

/// The name of a document.
#[must_use]
pub fn document_name(l: Locale, document: LegalDocument) -> &'static str {
    match document {
        LegalDocument::Terms => say!(l, common.documents.terms),
        LegalDocument::Privacy => say!(l, common.documents.privacy),
        LegalDocument::RemoteCare => say!(l, common.documents.remote_care),
    }
}
