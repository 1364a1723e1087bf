//! What was changed in an account by its owner: the name, the time zone, the language. A nurse or a receptionist has no record and no profile, so these are all
//! the details of them that have versions.

use super::{
    changes::{VERSIONS_READ, Version, between, newest},
    store::people,
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    identity::{self, AccountVersion},
};
use model::{
    directory::{ChangesView, DetailField, DetailValue},
    ids::UserId,
};

impl From<AccountVersion> for Version {
    fn from(version: AccountVersion) -> Self {
        let details = vec![
            (DetailField::Name, DetailValue::text(version.name)),
            (DetailField::LatinName, version.latin_name.and_then(DetailValue::text)),
            (DetailField::TimeZone, DetailValue::text(version.time_zone)),
            (DetailField::Language, DetailValue::text(version.language)),
        ];
        Self { made: version.made, details }
    }
}

/// The changes of the caller's own account.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_account_changes(domain: &Domain, access: &Access) -> Result<ChangesView> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("directory.own_account_changes", access).await?;
    let permit = tx.permit(Read, user).await?;
    let name = people::person(&mut tx, &permit).await?.name;
    let versions = identity::versions_of_account(&mut tx, &permit, VERSIONS_READ).await?;
    tx.close().await?;
    Ok(view(name, versions))
}

/// The changes of an account, for those who see the account. If the user is a patient, the audit entry names the patient.
///
/// # Errors
/// `not_found`; `access.sign_in_needed`.
pub async fn changes_of_account(domain: &Domain, access: &Access, user: UserId) -> Result<ChangesView> {
    let mut tx = domain.begin_reading("directory.changes_of_account", access).await?;
    let permit = tx.permit(Read, user).await?;
    let person = people::person(&mut tx, &permit).await?;
    let versions = identity::versions_of_account(&mut tx, &permit, VERSIONS_READ).await?;
    let entry = Audit::of(AuditAction::DirectoryAccountChangesRead).on(ResourceKind::Account, user);
    tx.commit(person.patient.into_iter().fold(entry, Audit::patient)).await?;
    Ok(view(person.name, versions))
}

fn view(name: String, versions: Vec<AccountVersion>) -> ChangesView {
    let versions: Vec<Version> = versions.into_iter().map(Into::into).collect();
    newest(name, between(&versions).collect())
}
