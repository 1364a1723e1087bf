//! The signature of a note, and what comes after it: addenda, and co-signatures of colleagues.

use super::SoapNote;
use crate::{
    ids::{CosignatureId, EncounterId, NoteAddendumId, PatientId, UserId},
    wire::{redacted, words},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

words! {
    /// How a colleague has answered the request to co-sign a note.
    CosignAnswer {
        /// The colleague has co-signed it.
        Signed = "signed",
        /// The colleague has sent it back, with words.
        Returned = "returned",
    }
}

/// Who has signed a note, and when.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSignature {
    /// The version that was signed.
    pub version: i64,
    /// When.
    pub signed_at: Timestamp,
    /// The name of the doctor who signed it.
    pub signer_name: String,
}

/// An addendum to a signed note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddendumView {
    /// Its id.
    pub id: NoteAddendumId,
    /// The text.
    pub text: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// The name of its author.
    pub author_name: String,
}

/// A request to a colleague to co-sign a note, as it is shown with the note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteCosignature {
    /// The id of the request.
    pub id: CosignatureId,
    /// The name of the colleague.
    pub colleague_name: String,
    /// When the colleague was asked.
    pub asked_at: Timestamp,
    /// The answer; none yet.
    pub answer: Option<CosignAnswer>,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// What the colleague says about it.
    pub words: Option<String>,
}

/// Somebody who can be asked to co-sign a note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleague {
    /// The user.
    pub user: UserId,
    /// The name.
    pub name: String,
}

/// The signature of a note and what came after it. It is empty while the note is not signed.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteSigning {
    /// The signature.
    pub signature: Option<NoteSignature>,
    /// The addenda, the oldest first.
    pub addenda: Vec<AddendumView>,
    /// The requests to colleagues, the oldest first.
    pub cosignatures: Vec<NoteCosignature>,
    /// Who can be asked to co-sign it, by name; for the doctor of the visit only.
    pub colleagues: Vec<Colleague>,
    /// Whether the caller may sign the note, or ask a colleague to co-sign the signed one.
    pub may_sign: bool,
}

/// A request to co-sign a note, in the list of the colleague.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CosignatureRow {
    /// The id of the request.
    pub id: CosignatureId,
    /// The patient's name.
    pub patient_name: String,
    /// The name of the doctor who asks.
    pub doctor_name: String,
    /// When.
    pub asked_at: Timestamp,
    /// The answer; none yet.
    pub answer: Option<CosignAnswer>,
}

/// A request to co-sign a note, with the note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CosignatureView {
    /// The id of the request.
    pub id: CosignatureId,
    /// The visit.
    pub encounter: EncounterId,
    /// The patient.
    pub patient: PatientId,
    /// The patient's name.
    pub patient_name: String,
    /// The name of the doctor who asks.
    pub doctor_name: String,
    /// The name of the clinic.
    pub clinic_name: String,
    /// When the doctor admitted the patient, if that has happened.
    pub started_at: Option<Timestamp>,
    /// The note as it was signed.
    pub note: SoapNote,
    /// The signature.
    pub signature: NoteSignature,
    /// The addenda, the oldest first.
    pub addenda: Vec<AddendumView>,
    /// The request and its answer.
    pub request: NoteCosignature,
    /// Whether the caller may answer it.
    pub may_answer: bool,
}

redacted!(NoteSignature);
redacted!(AddendumView);
redacted!(NoteCosignature);
redacted!(Colleague);
redacted!(NoteSigning);
redacted!(CosignatureRow);
redacted!(CosignatureView);
