//! Documents to which people agree, their versions, and what somebody has agreed to.

use crate::{
    ids::DocumentVersionId,
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// A document to which people agree.
    LegalDocument {
        /// The terms of use.
        Terms = "terms",
        /// The privacy notice.
        Privacy = "privacy",
        /// The agreement to visits on video and by phone. It is asked of patients only.
        RemoteCare = "remote_care",
    }
}

impl LegalDocument {
    /// Whether somebody may decline it or withdraw from it, and still use Bedside.
    #[must_use]
    pub const fn can_be_declined(self) -> bool {
        match self {
            Self::Terms | Self::Privacy => false,
            Self::RemoteCare => true,
        }
    }
}

words! {
    /// The answer to a document.
    DocumentAnswer {
        /// The person agrees.
        Agree = "agree",
        /// The person does not agree, or not any more.
        Decline = "decline",
    }
}

/// A new version of a document, as typed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TypedDocument {
    /// The document, as its word.
    pub document: String,
    /// The tag of the language.
    pub language: String,
    /// The text; paragraphs are separated by empty lines.
    pub body: String,
    /// The day of the month from which it counts.
    pub counts_from_day: String,
    /// Its month.
    pub counts_from_month: String,
    /// Its year.
    pub counts_from_year: String,
    /// `true` if people are asked to agree.
    pub asks: String,
}

redacted!(TypedDocument);

/// A version of a document, with its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentText {
    /// The version.
    pub id: DocumentVersionId,
    /// The document.
    pub document: LegalDocument,
    /// The language of the text.
    pub language: String,
    /// The number of the version.
    pub version: i32,
    /// The text; paragraphs are separated by empty lines.
    pub body: String,
    /// The day from which it counts.
    pub counts_from: Date,
}

/// A version in the list of the administrators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentVersionRow {
    /// The version.
    pub id: DocumentVersionId,
    /// The document.
    pub document: LegalDocument,
    /// The language of the text.
    pub language: String,
    /// The number of the version.
    pub version: i32,
    /// The day from which it counts.
    pub counts_from: Date,
    /// Whether people are asked to agree.
    pub asks: bool,
    /// The name of the administrator who published it; `None` for what came with Bedside.
    pub published_by: Option<String>,
}

/// What somebody has agreed to or declined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentRow {
    /// The document.
    pub document: LegalDocument,
    /// The number of its version; `None` for the terms before their versions were kept.
    pub version: Option<i32>,
    /// The language of the version that they have read, without script and region.
    pub language: Option<String>,
    /// When they agreed; `None` if they declined.
    pub given_at: Option<Timestamp>,
    /// When they withdrew or declined.
    pub withdrawn_at: Option<Timestamp>,
}

/// Whether a patient agrees to visits on video and by phone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoteCare {
    /// Whether they agree. A patient who was never asked agrees, because the first version asks nobody.
    pub agreed: bool,
    /// Since when; `None` for a patient who was never asked.
    pub since: Option<Timestamp>,
}

/// What the caller has agreed to, and what they are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnConsents {
    /// The answers, newest first.
    pub given: Vec<ConsentRow>,
    /// Remote care of the patient for whom the caller acts; `None` if they act for none.
    pub remote_care: Option<RemoteCare>,
    /// The documents that wait for an answer.
    pub waiting: Vec<LegalDocument>,
}

/// What a patient has agreed to, for those who keep or read the record.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PatientConsents {
    /// The patient's name.
    pub name: String,
    /// The answers, newest first: those of the patient's own account to terms of use and privacy notice, and those to remote care.
    pub given: Vec<ConsentRow>,
    /// Whether the patient agrees to remote care now.
    pub remote_care: RemoteCare,
}

redacted!(PatientConsents);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_remote_care_can_be_declined() {
        let declined: Vec<_> = LegalDocument::ALL.iter().filter(|document| document.can_be_declined()).collect();
        assert_eq!(declined, [&LegalDocument::RemoteCare]);
    }
}
