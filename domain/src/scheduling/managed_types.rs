//! The visit types of a clinic's doctors, as administrators manage them: how a visit is called, how long it lasts and what it costs.
//!
//! Whoever decides about a doctor decides about the terms of the doctor's visits too, within the limits of every decision: an administrator of one clinic
//! only about a doctor who works at no other. The link to a doctor's meetings is neither shown nor changed here, because who has it can enter the meeting.

use super::{
    store::visit_types,
    visit_types::{TypedVisitType, add_typed, edit_typed},
};
use crate::{
    Domain, Result,
    access::{
        Access, ResourceKind,
        actions::{Decide, Read},
    },
    directory,
};
use model::{
    ids::{DoctorId, VisitTypeId},
    page::{PAGE_SIZE, Page},
    scheduling::{DoctorVisitTypes, ManagedDoctor},
};

/// The verified doctors whose visit types the caller manages, by name, a page at a time.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not administrators.
pub async fn managed_doctors(domain: &Domain, access: &Access, after: Option<DoctorId>) -> Result<Page<ManagedDoctor>> {
    let scope = access.scope(ResourceKind::Doctor)?;
    let mut connection = domain.pool().acquire().await?;
    let rows = visit_types::managed(&mut connection, &scope, after, i64::from(PAGE_SIZE) + 1).await?;
    Ok(Page::cut(rows, PAGE_SIZE, |row| row.doctor.to_string()))
}

/// The visit types of a verified doctor, without the links to meetings.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not administrators; `not_found`.
pub async fn visit_types_of(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<DoctorVisitTypes> {
    access.scope(ResourceKind::Doctor)?;
    let mut tx = domain.begin_reading("scheduling.visit_types_of", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    directory::check_shown_to_all(&mut tx, doctor).await?;
    let (name, mut types) = visit_types::of_doctor(&mut tx, &permit).await?;
    tx.close().await?;
    for known in &mut types.types {
        known.meeting_link = None;
    }
    Ok(DoctorVisitTypes { doctor: ManagedDoctor { doctor, name }, types })
}

/// Adds a visit type of a verified doctor after the others.
///
/// # Errors
/// Those of [`super::add_visit_type`]; `not_found`; `directory.account_above`, `directory.account_elsewhere`.
pub async fn add_visit_type_of(
    domain: &Domain,
    access: &Access,
    doctor: DoctorId,
    typed: TypedVisitType,
    version: i32,
) -> Result<VisitTypeId> {
    let mut tx = domain.begin("scheduling.add_visit_type_of", access).await?;
    let permit = tx.permit(Decide, doctor).await?;
    directory::check_shown_to_all(&mut tx, doctor).await?;
    let typed = TypedVisitType { meeting_link: String::new(), ..typed };
    add_typed(tx, &permit, &typed, version).await
}

/// Changes a visit type of a verified doctor. Visits that are already booked stay as they are, and so does the link to meetings.
///
/// # Errors
/// Those of [`super::edit_visit_type`]; `directory.account_above`, `directory.account_elsewhere`.
pub async fn edit_visit_type_of(
    domain: &Domain,
    access: &Access,
    doctor: DoctorId,
    id: VisitTypeId,
    typed: TypedVisitType,
    version: i32,
) -> Result<()> {
    let mut tx = domain.begin("scheduling.edit_visit_type_of", access).await?;
    let permit = tx.permit(Decide, doctor).await?;
    directory::check_shown_to_all(&mut tx, doctor).await?;
    let before = visit_types::before(&mut tx, &permit).await?;
    let link = before.types.into_iter().find(|known| known.id == id).and_then(|known| known.meeting_link);
    let typed = TypedVisitType { meeting_link: link.unwrap_or_default(), ..typed };
    edit_typed(tx, &permit, id, &typed, version).await
}
