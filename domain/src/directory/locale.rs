//! Correcting the user's own time zone and language.

use super::store;
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    error::Faults,
    identity,
};
use model::locale::Language;

/// A corrected time zone and language. Texts are unparsed form values.
#[derive(Clone)]
pub struct CorrectLocale {
    /// IANA time zone.
    pub time_zone: String,
    /// Language tag.
    pub language: String,
    /// The version of the account that the correction is based on.
    pub version: i32,
}

/// Corrects the caller's time zone and language: in the account, and the time zone in the patient's record too. Mails that are already written keep theirs.
///
/// # Errors
/// `request.fields_invalid` with the fields `time_zone` and `language`; `request.stale`.
pub async fn correct_locale(domain: &Domain, access: &Access, command: CorrectLocale) -> Result<()> {
    let user = access.acting()?.user;
    let mut faults = Faults::default();
    let time_zone = faults.take("time_zone", identity::known_zone(&command.time_zone));
    let language = faults.take("language", Language::parse(&command.language));
    faults.check()?;
    let (Some(time_zone), Some(language)) = (time_zone, language) else {
        return Err(Error::internal("a form passed its check although a field is missing"));
    };

    let mut tx = domain.begin("directory.correct_locale", access).await?;
    let permit = tx.permit(Write, user).await?;
    identity::relocate(&mut tx, &permit, &time_zone, &language, command.version).await?;
    let patient = store::relocate(&mut tx, &permit, &time_zone).await?;
    let mut entry = Audit::of(AuditAction::IdentityLocaleCorrected).on(ResourceKind::Account, user);
    if let Some(patient) = patient {
        entry = entry.patient(patient);
    }
    tx.commit(entry).await
}
