//! The lists of clinics and specialties to choose from.

use super::store::doctors;
use crate::{
    Domain, Result,
    access::{Access, ResourceKind},
};
use model::directory::{ClinicChoice, SpecialtyChoice};
use sqlx::PgConnection;

/// The clinics that the caller may let a doctor join.
///
/// # Errors
/// `access.forbidden` for callers who do not decide on applications.
pub async fn clinics(domain: &Domain, access: &Access) -> Result<Vec<ClinicChoice>> {
    let scope = access.scope(ResourceKind::Doctor)?;
    let mut connection = domain.pool().acquire().await?;
    doctors::clinics(&mut connection, scope.clinic).await
}

/// The specialties that are offered, by name. The list is public, because applicants choose from it.
///
/// # Errors
/// `database.unavailable`.
pub async fn specialties(domain: &Domain) -> Result<Vec<SpecialtyChoice>> {
    let mut connection = domain.pool().acquire().await?;
    doctors::specialties(&mut connection).await
}

/// The same list, within a transaction.
pub(crate) async fn specialty_choices(connection: &mut PgConnection) -> Result<Vec<SpecialtyChoice>> {
    doctors::specialties(connection).await
}
