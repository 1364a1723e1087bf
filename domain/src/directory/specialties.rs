//! The specialties of the organisation, which an administrator of the organisation adds, renames and retires.
//!
//! A retired specialty is offered neither to applicants nor in the search. Doctors who have it keep it. Each change makes another version, and
//! `specialty_versions` keeps what every version was.

use super::{
    clinics::unparsed,
    rules,
    store::specialties::{self as store, NewSpecialty},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use model::{
    directory::{ManagedSpecialty, SpecialtyRow},
    errors::Code,
    ids::SpecialtyId,
    text::fold::fold_for_search,
};

/// A new specialty. The name is an unparsed form value.
#[derive(Debug, Clone)]
pub struct AddSpecialty {
    /// The name.
    pub name: String,
}

/// A changed specialty. The name is an unparsed form value.
#[derive(Debug, Clone)]
pub struct EditSpecialty {
    /// The specialty.
    pub id: SpecialtyId,
    /// The name.
    pub name: String,
    /// Whether it is not offered any more.
    pub retired: bool,
    /// The version that the change is based on.
    pub version: i32,
}

/// All specialties, those that are offered first, by name.
///
/// # Errors
/// `access.forbidden` for everybody but administrators of the organisation; `access.sign_in_needed`.
pub async fn list_specialties(domain: &Domain, access: &Access) -> Result<Vec<SpecialtyRow>> {
    check_organisation(access)?;
    let mut connection = domain.pool().acquire().await?;
    store::list(&mut connection).await
}

/// One specialty, with its versions.
///
/// # Errors
/// `not_found`, also for everybody but administrators of the organisation; `access.sign_in_needed`.
pub async fn specialty(domain: &Domain, access: &Access, id: SpecialtyId) -> Result<ManagedSpecialty> {
    let mut tx = domain.begin_reading("directory.specialty", access).await?;
    let permit = tx.permit(Read, id).await?;
    let view = store::read(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(view)
}

/// Adds a specialty.
///
/// # Errors
/// `request.fields_invalid` with the field `name`; `directory.specialty_exists`; `access.forbidden` for everybody but administrators of the organisation.
pub async fn add_specialty(domain: &Domain, access: &Access, command: AddSpecialty) -> Result<SpecialtyId> {
    check_organisation(access)?;
    let name = rules::printed_line(&command.name).map_err(|fault| Error::field("name", fault))?;
    let mut tx = domain.begin("directory.add_specialty", access).await?;
    let id = tx.new_id::<SpecialtyId>();
    let permit = tx.permit(Create, NewSpecialty(id)).await?;
    if store::is_taken(&mut tx, &name, id).await? {
        return Err(Code::SpecialtyExists.into());
    }
    store::insert(&mut tx, &permit, &slug(&name, id), &name).await?;
    tx.commit(Audit::of(AuditAction::DirectorySpecialtyAdded).with_id("specialty", id).with("version", 1_i64)).await?;
    Ok(id)
}

/// Renames a specialty, retires it or offers it again. Its slug stays, so that addresses keep working.
///
/// # Errors
/// `request.fields_invalid` with the field `name`; `directory.specialty_exists` when another one has the name; `request.stale`; `not_found`.
pub async fn edit_specialty(domain: &Domain, access: &Access, command: EditSpecialty) -> Result<()> {
    let mut faults = Faults::default();
    let name = faults.take("name", rules::printed_line(&command.name));
    let mut tx = domain.begin("directory.edit_specialty", access).await?;
    let permit = tx.permit(Write, command.id).await?;
    faults.check()?;
    let name = name.ok_or_else(unparsed)?;
    if store::is_taken(&mut tx, &name, command.id).await? {
        return Err(Code::SpecialtyExists.into());
    }
    let was_retired = store::edit(&mut tx, &permit, &name, command.retired, command.version).await?;
    let before = i64::from(command.version);
    let entry = Audit::of(AuditAction::DirectorySpecialtyEdited).with_id("specialty", command.id);
    let entry = entry.with("version_before", before).with("version", before.saturating_add(1));
    tx.commit(entry.with("state_before", state(was_retired)).with("state", state(command.retired))).await
}

const fn state(retired: bool) -> &'static str {
    if retired { "retired" } else { "offered" }
}

/// An administrator of one clinic does not change what all clinics have.
pub(super) fn check_organisation(access: &Access) -> Result<()> {
    if access.scope(ResourceKind::Clinic)?.clinic.is_some() { Err(Code::Forbidden.into()) } else { Ok(()) }
}

/// The identifier in addresses: the words of the name in ASCII, or the id when it has none.
fn slug(name: &str, id: SpecialtyId) -> String {
    let folded = fold_for_search(name);
    let words: Vec<&str> = folded.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() { id.to_string() } else { words.join("-") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn a_slug_has_the_words_of_the_name_in_ascii() {
        let id = SpecialtyId::from(Uuid::from_u128(7));
        assert_eq!(slug("General practice", id), "general-practice");
        assert_eq!(slug(" Ear, nose & throat ", id), "ear-nose-throat");
        assert_eq!(slug("Pédiatrie", id), "pediatrie");
        assert_eq!(slug("Педиатрия", id), id.to_string());
    }
}
