//! The languages that doctors and patients can choose from: an administrator of the organisation chooses them from all that Bedside knows, and their order.
//!
//! A language that is not offered any more is offered neither to doctors nor in the search. Doctors who have it keep it. Each change makes another version, and
//! `language_lists` keeps them all.

use super::{
    specialties::check_organisation,
    store::languages::{self as store, Languages},
};
use crate::{
    Domain, Error, Result,
    access::{Access, actions::Write},
    audit::{Audit, AuditAction},
};
use model::{
    directory::{LanguageList, SpokenLanguage},
    errors::FieldFault,
};
use sqlx::PgConnection;

/// The languages to offer, in their order. Entries are unparsed form values.
#[derive(Debug, Clone)]
pub struct ChooseLanguages {
    /// Language tags or English names; empty ones are ignored.
    pub languages: Vec<String>,
    /// The version that the change is based on.
    pub version: i32,
}

/// The tags of the languages that are offered, in their order. The list is public, because applicants choose from it.
///
/// # Errors
/// `database.unavailable`.
pub async fn languages(domain: &Domain) -> Result<Vec<String>> {
    let mut connection = domain.pool().acquire().await?;
    offered(&mut connection).await
}

/// The languages that are offered, with the lists before.
///
/// # Errors
/// `access.forbidden` for everybody but administrators of the organisation; `access.sign_in_needed`.
pub async fn managed_languages(domain: &Domain, access: &Access) -> Result<LanguageList> {
    check_organisation(access)?;
    let mut connection = domain.pool().acquire().await?;
    let history = store::history(&mut connection).await?;
    let (version, tags) = match history.first() {
        Some(newest) => (newest.version, newest.tags.clone()),
        None => (0, all()),
    };
    Ok(LanguageList { version, tags, history })
}

/// Chooses the languages that are offered, and their order.
///
/// # Errors
/// `request.fields_invalid` with the field `languages`; `request.stale`; `access.forbidden` for everybody but administrators of the organisation;
/// `access.sign_in_needed`.
pub async fn choose_languages(domain: &Domain, access: &Access, command: ChooseLanguages) -> Result<()> {
    check_organisation(access)?;
    let tags = parse(&command.languages).map_err(|fault| Error::field("languages", fault))?;
    let mut tx = domain.begin("directory.choose_languages", access).await?;
    let permit = tx.permit(Write, Languages).await?;
    store::choose(&mut tx, &permit, &tags, command.version).await?;
    let before = i64::from(command.version);
    let entry = Audit::of(AuditAction::DirectoryLanguagesChosen).with("version_before", before);
    tx.commit(entry.with("version", before.saturating_add(1))).await
}

/// The list that an administrator has chosen, within a transaction; `None` while all languages are offered.
pub(crate) async fn chosen_languages(connection: &mut PgConnection) -> Result<Option<Vec<String>>> {
    store::newest(connection).await
}

/// Refuses languages that are not offered, except for those that the doctor has already.
pub(super) async fn check_offered(connection: &mut PgConnection, chosen: &[String], held: &[String]) -> Result<()> {
    let offered = offered(connection).await?;
    if chosen.iter().all(|tag| offered.contains(tag) || held.contains(tag)) {
        Ok(())
    } else {
        Err(Error::field("languages", FieldFault::UnknownChoice))
    }
}

async fn offered(connection: &mut PgConnection) -> Result<Vec<String>> {
    Ok(store::newest(connection).await?.unwrap_or_else(all))
}

/// All languages that Bedside knows, by their English names.
fn all() -> Vec<String> {
    SpokenLanguage::all().map(|language| language.tag.to_owned()).collect()
}

/// The tags of the languages, each once.
fn parse(typed: &[String]) -> Result<Vec<String>, FieldFault> {
    let mut tags: Vec<String> = Vec::new();
    for entry in typed.iter().map(|entry| entry.trim()).filter(|entry| !entry.is_empty()) {
        let language = SpokenLanguage::written(entry).ok_or(FieldFault::UnknownChoice)?;
        if !tags.iter().any(|tag| tag == language.tag) {
            tags.push(language.tag.to_owned());
        }
    }
    if tags.is_empty() { Err(FieldFault::Missing) } else { Ok(tags) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_known_by_tag_and_by_name_and_kept_once_in_their_order() {
        let parsed = |typed: &[&str]| parse(&typed.iter().map(|&entry| entry.to_owned()).collect::<Vec<_>>());
        assert_eq!(parsed(&[" welsh ", "", "en", "English"]), Ok(vec!["cy".to_owned(), "en".to_owned()]));
        assert_eq!(parsed(&["English", "Klingon"]), Err(FieldFault::UnknownChoice));
        assert_eq!(parsed(&[" "]), Err(FieldFault::Missing));
    }
}
