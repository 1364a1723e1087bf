//! Documents to which people agree: terms of use, privacy notice, remote care.
//!
//! Invariants
//! - A version is never changed. The one in force is the newest whose day has come, in the language of the reader, or in English where the document has none in
//!   that language.
//! - A document waits for an answer when its newest version in force that asks is newer than what was answered last. A version in another language that counts from
//!   the same day or later is the same answer. The first versions ask nobody.
//! - Terms of use and privacy notice are asked of everybody. Remote care is asked of patients, can be declined, and belongs to the patient: a user who acts for a
//!   child decides for the child.
//! - A patient who has declined remote care, or withdrawn, books no visits on video or by phone. Visits that are booked stay.
//!
//! Boundary: the server (`edge/consents.rs`) puts the question before the pages of the portals, and refuses changes by programs.

mod answer;
mod publish;
mod store;

pub use answer::{AnswerDocument, answer_document};
pub use publish::{document_versions, publish_document};

use crate::{
    Domain, Result,
    access::{Access, Acting, actions::Read},
    db::Tx,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use model::{
    errors::Code,
    identity::{ConsentRow, DocumentText, LegalDocument, OwnConsents, RemoteCare},
    ids::{PatientId, UserId},
    locale::Language,
};

/// The language in which a document exists at least.
const FALLBACK: &str = "en";

/// The version of a document that is in force for readers of a language, given as its tag.
///
/// # Errors
/// `not_found` when the document has no version yet.
pub async fn document(domain: &Domain, document: LegalDocument, language: &str) -> Result<DocumentText> {
    let mut connection = domain.pool().acquire().await?;
    let found = store::in_force(&mut connection, document, &primary(language), today(domain.now())).await?;
    found.ok_or_else(|| Code::NotFound.into())
}

/// The documents that wait for an answer of a signed-in user who reads this language.
///
/// # Errors
/// `database.unavailable`.
pub async fn waiting_documents(domain: &Domain, acting: &Acting, language: &str) -> Result<Vec<LegalDocument>> {
    let mut connection = domain.pool().acquire().await?;
    store::waiting(&mut connection, acting, &primary(language), today(domain.now())).await
}

/// What the caller has agreed to.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_consents(domain: &Domain, access: &Access) -> Result<OwnConsents> {
    let acting = access.acting()?.clone();
    let mut tx = domain.begin_reading("identity.own_consents", access).await?;
    let user = tx.permit(Read, acting.user).await?.id();
    let today = today(tx.now());
    let language = primary(&store::language_of(tx.connection(), user).await?);
    let given = store::given(tx.connection(), Some(user), acting.patient).await?;
    let remote_care = match acting.patient {
        Some(patient) => Some(store::remote_care(tx.connection(), patient).await?),
        None => None,
    };
    let waiting = store::waiting(tx.connection(), &acting, &language, today).await?;
    tx.close().await?;
    Ok(OwnConsents { given, remote_care, waiting })
}

/// Whether a patient agrees to visits on video and by phone. The caller has a permit for what it needs this for.
pub(crate) async fn remote_care(tx: &mut Tx, patient: PatientId) -> Result<RemoteCare> {
    store::remote_care(tx.connection(), patient).await
}

/// What a patient has agreed to: with the account that is the patient's own, if there is one, and to remote care. The caller has a permit for the patient.
pub(crate) async fn consents_of(tx: &mut Tx, owner: Option<UserId>, patient: PatientId) -> Result<Vec<ConsentRow>> {
    store::given(tx.connection(), owner, Some(patient)).await
}

/// The day on which versions begin to count is that of UTC.
pub(super) fn today(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// The language of a tag, without script and region.
fn primary(tag: &str) -> String {
    Language::parse(tag).map_or_else(|_| FALLBACK.to_owned(), |language| language.primary().to_owned())
}
