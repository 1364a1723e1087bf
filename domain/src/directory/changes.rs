//! What was changed in the details of a patient, or in the profile and the licences of a doctor, by whom and when. The versions are kept by whoever changes a detail; this
//! compares them.

use super::store::{addresses, doctor_versions, licence_versions, patient_profile, patient_versions, patients};
use crate::{
    Domain, Result,
    access::{Access, Permit, ResourceKind, actions::Read},
    audit::{Audit, AuditAction},
    db::Tx,
};
use jiff::Timestamp;
use model::{
    directory::{ChangeView, ChangesView, DetailChange, DetailField, DetailValue},
    errors::Code,
    ids::{DoctorId, PatientId},
};
use std::cmp::Reverse;

/// How many changes are shown.
const SHOWN: usize = 200;
/// How many versions of a kind are read: those that are shown, and the one before them.
pub(crate) const VERSIONS_READ: i64 = 201;

/// One version of some details.
pub(crate) struct Version {
    /// When and by whom it was made; `None` for what was there before the first change that is kept.
    pub(crate) made: Option<(Timestamp, String)>,
    /// Every detail of the version that was kept.
    pub(crate) details: Vec<(DetailField, Option<DetailValue>)>,
}

/// The versions of one of several things of a person, such as one of the licences of a doctor.
pub(crate) struct VersionsOf {
    /// What it is called now.
    pub(crate) of: String,
    /// The newest versions, the newest first.
    pub(crate) versions: Vec<Version>,
}

impl Version {
    /// What was there before the first version, when there was nothing.
    const NOTHING: Self = Self { made: None, details: Vec::new() };

    fn value(&self, field: DetailField) -> Option<&DetailValue> {
        self.details.iter().find(|(known, _)| *known == field).and_then(|(_, value)| value.as_ref())
    }

    /// What differs from the version before; `None` when nothing does.
    fn since(&self, before: &Self) -> Option<ChangeView> {
        let (at, by) = self.made.clone()?;
        // What a detail was is not known when an older version did not keep it.
        let was_kept = |field| before.details.is_empty() || before.details.iter().any(|(known, _)| *known == field);
        let changes = self.details.iter().filter(|(field, value)| was_kept(*field) && before.value(*field) != value.as_ref());
        let details: Vec<DetailChange> = changes
            .map(|(field, after)| DetailChange { field: *field, before: before.value(*field).cloned(), after: after.clone() })
            .collect();
        (!details.is_empty()).then_some(ChangeView { at, by, of: None, details })
    }
}

/// The changes between versions that follow each other, the newest first.
pub(super) fn between(versions: &[Version]) -> impl Iterator<Item = ChangeView> {
    versions.windows(2).filter_map(|pair| match pair {
        [version, before] => version.since(before),
        _ => None,
    })
}

/// The same for details that were empty before the first version.
fn from_nothing(mut versions: Vec<Version>) -> Vec<ChangeView> {
    if versions.len() <= SHOWN {
        versions.push(Version::NOTHING);
    }
    between(&versions).collect()
}

pub(super) fn newest(name: String, mut items: Vec<ChangeView>) -> ChangesView {
    items.sort_by_key(|change| Reverse(change.at));
    let more = items.len() > SHOWN;
    items.truncate(SHOWN);
    ChangesView { name, items, more }
}

/// The changes of several things, each of which was not there before its first version.
fn changes_of(several: Vec<VersionsOf>) -> impl Iterator<Item = ChangeView> {
    several.into_iter().flat_map(|VersionsOf { of, versions }| {
        from_nothing(versions).into_iter().map(move |change| ChangeView { of: Some(of.clone()), ..change })
    })
}

/// The changes of a person with those of further things of theirs.
pub(crate) fn with_changes_of(view: ChangesView, several: Vec<VersionsOf>) -> ChangesView {
    let ChangesView { name, mut items, more } = view;
    items.extend(changes_of(several));
    let view = newest(name, items);
    ChangesView { more: view.more || more, ..view }
}

/// The changes of the details of the patient on whose behalf the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a patient, or is a guardian who sees appointments only.
pub async fn own_changes(domain: &Domain, access: &Access) -> Result<ChangesView> {
    let patient = access.acting_patient()?;
    // They name the blood type and the sex.
    if access.acting()?.appointments_only {
        return Err(Code::Forbidden.into());
    }
    let mut tx = domain.begin_reading("directory.own_changes", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let name = patient_versions::name(&mut tx, &permit).await?;
    let mut items: Vec<ChangeView> = between(&patient_versions::newest(&mut tx, &permit, VERSIONS_READ).await?).collect();
    items.extend(from_nothing(patient_profile::versions(&mut tx, &permit, VERSIONS_READ).await?));
    for versions in addresses::versions(&mut tx, &permit, VERSIONS_READ).await? {
        items.extend(from_nothing(versions));
    }
    tx.close().await?;
    Ok(newest(name, items))
}

/// The changes of a patient's details, as far as the desk of a clinic that keeps the record sees them on the patient's page.
///
/// # Errors
/// `not_found`; `access.forbidden` for a clinic that only found the patient among those of the organisation, and for a guardian who sees appointments only;
/// `access.sign_in_needed`.
pub async fn changes_of_patient(domain: &Domain, access: &Access, patient: PatientId) -> Result<ChangesView> {
    let mut tx = domain.begin_reading("directory.changes_of_patient", access).await?;
    let permit = tx.permit(Read, patient).await?;
    if access.acting()?.appointments_only || !patients::is_kept_here(&mut tx, patient).await? {
        tx.close().await?;
        return Err(Code::Forbidden.into());
    }
    let view = at_desk(&mut tx, &permit).await?;
    tx.commit(Audit::read(AuditAction::DirectoryPatientChangesRead).patient(patient).on(ResourceKind::Patient, patient)).await?;
    Ok(view)
}

async fn at_desk(tx: &mut Tx, permit: &Permit<Read, PatientId>) -> Result<ChangesView> {
    let name = patient_versions::name(tx, permit).await?;
    let mut versions = patient_versions::newest(tx, permit, VERSIONS_READ).await?;
    for version in &mut versions {
        version.details.retain(|(field, _)| field.is_known_at_desk());
    }
    Ok(newest(name, between(&versions).collect()))
}

/// The changes of the profile and of the licences of the doctor as whom the caller acts.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn own_profile_changes(domain: &Domain, access: &Access) -> Result<ChangesView> {
    let doctor = access.acting_doctor()?;
    of_doctor(domain, access, doctor).await
}

/// The changes of a doctor's profile and licences, for administrators.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who are not administrators; `not_found`.
pub async fn changes_of_doctor(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<ChangesView> {
    access.scope(ResourceKind::Doctor)?;
    of_doctor(domain, access, doctor).await
}

async fn of_doctor(domain: &Domain, access: &Access, doctor: DoctorId) -> Result<ChangesView> {
    let mut tx = domain.begin_reading("directory.changes_of_doctor", access).await?;
    let permit = tx.permit(Read, doctor).await?;
    let name = doctor_versions::name(&mut tx, &permit).await?;
    let mut items: Vec<ChangeView> = between(&doctor_versions::newest(&mut tx, &permit, VERSIONS_READ).await?).collect();
    items.extend(changes_of(licence_versions::of_doctor(&mut tx, &permit, VERSIONS_READ).await?));
    tx.close().await?;
    Ok(newest(name, items))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(minute: i64, about: &str, cover: &str) -> Version {
        let details = vec![(DetailField::About, DetailValue::text(about)), (DetailField::CoverNumber, DetailValue::text(cover))];
        Version { made: Some((Timestamp::from_second(minute * 60).expect("a time"), "Ida Admin".to_owned())), details }
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let versions = vec![version(3, "Kind", ""), version(2, "Kind", "77"), version(1, "Kind", "77")];
        let changes = from_nothing(versions);
        let fields: Vec<Vec<DetailField>> =
            changes.iter().map(|change| change.details.iter().map(|detail| detail.field).collect()).collect();
        assert_eq!(fields, [vec![DetailField::CoverNumber], vec![DetailField::About, DetailField::CoverNumber]]);
        assert!(changes[0].details[0].before == DetailValue::text("77") && changes[0].details[0].after.is_none());
        assert!(changes[1].details[0].before.is_none());
    }
}
