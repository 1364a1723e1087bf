//! Registering a patient who has no account. Patients who are likely the same person are compared first: the caller says that it is one of them, or
//! registers a new patient and says why.

use super::{
    sign_up, store,
    store::registration::{self, Known},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Create},
    audit::{Audit, AuditAction},
    error::Faults,
    idempotency::{self, Claimed},
    identity,
};
use jiff::Timestamp;
use model::{
    directory::{LikelyPatient, RegistrationReason},
    errors::{Code, FieldFault},
    identity::{DateOfBirth, PhoneNumber, WrittenName},
    ids::{ClinicId, PatientId, UserId},
};
use serde::Serialize;
use std::collections::BTreeSet;

/// The user who registers: the subject while there is no patient yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Registrar(pub(super) UserId);

/// The details of a patient as the desk types them.
#[derive(Clone, Default, Serialize)]
pub struct NewPatient {
    /// Full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// Day, month and year of birth, as entered in their three fields.
    pub date_of_birth: [String; 3],
    /// Phone number; may be empty.
    pub phone: String,
}

/// The caller's decision about likely duplicates.
#[derive(Clone, Serialize)]
pub enum Likeness {
    /// Nothing yet: if there are any, nobody is registered.
    Unchecked,
    /// It is this patient, who is then known to the clinic too.
    Same(PatientId),
    /// The patient is none of them, for this reason.
    Different(String),
}

/// Registers a patient at the clinic in which the caller acts.
#[derive(Clone)]
pub struct RegisterPatient {
    /// The details.
    pub person: NewPatient,
    /// What is said about likely duplicates.
    pub likeness: Likeness,
    /// The idempotency key; a repeated request has the same one.
    pub idempotency_key: Option<String>,
}

/// The details after they were parsed.
pub(super) struct Typed {
    pub(super) name: WrittenName,
    pub(super) birth: DateOfBirth,
    pub(super) phone: Option<PhoneNumber>,
}

impl Typed {
    pub(super) fn parse(person: &NewPatient, now: Timestamp) -> Result<Self> {
        let mut faults = Faults::default();
        let name = identity::parse_name(&person.name, &person.latin_name).map_err(|wrong| faults.extend(wrong)).ok();
        let birth = sign_up::birth(&person.date_of_birth, now).map_err(|wrong| faults.extend(wrong)).ok();
        let phone = faults.take("phone", optional_phone(&person.phone));
        faults.check()?;
        let (Some(name), Some(birth), Some(phone)) = (name, birth, phone) else {
            return Err(Error::internal("a form passed its check although a field is missing"));
        };
        Ok(Self { name, birth, phone })
    }
}

fn optional_phone(text: &str) -> Result<Option<PhoneNumber>, FieldFault> {
    match identity::phone_number(text) {
        Ok(phone) => Ok(Some(phone)),
        Err(FieldFault::Missing) => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The clinic in which the caller acts.
pub(super) fn own_clinic(access: &Access) -> Result<ClinicId> {
    access.acting()?.clinic.ok_or_else(|| Code::ClinicNeeded.into())
}

/// Known patients of the whole organisation who are likely the person to be registered.
///
/// # Errors
/// Those of [`register_patient`] about the details and the caller.
pub async fn likely_patients(domain: &Domain, access: &Access, person: &NewPatient) -> Result<Vec<LikelyPatient>> {
    let registrar = Registrar(access.acting()?.user);
    let mut tx = domain.begin("directory.likely_patients", access).await?;
    let permit = tx.permit(Create, registrar).await?;
    let clinic = own_clinic(access)?;
    let typed = Typed::parse(person, tx.now())?;
    let likely = registration::likely(&mut tx, &permit, &typed, clinic).await?;
    tx.commit(told_of(&likely)).await?;
    Ok(likely)
}

/// The audit entry that says which likely patients the caller was shown.
fn told_of(likely: &[LikelyPatient]) -> Audit {
    let found = i64::try_from(likely.len()).unwrap_or(i64::MAX);
    let entry = Audit::of(AuditAction::DirectoryLikelyPatientsListed).patients(likely.iter().map(|likely| likely.id));
    entry.with("found", found)
}

/// Registers a patient, or makes a known patient known to the clinic too, and returns the patient. A clinic that did not make the record sees who the patient is and
/// changes nothing until it cares for the patient.
///
/// # Errors
/// `request.fields_invalid` with the fields `name`, `latin_name`, `phone`, `date_of_birth` or one of its `_day`, `_month`, `_year`, and `reason`;
/// `directory.patient_likely_known` when there are likely duplicates and nothing is said about them; `directory.clinic_needed`; `not_found` when the patient who
/// is said to be the same is not among the likely ones, and for callers who do not register patients; `access.forbidden`; `request.idempotency_mismatch`.
pub async fn register_patient(domain: &Domain, access: &Access, command: RegisterPatient) -> Result<PatientId> {
    let registrar = Registrar(access.acting()?.user);
    let RegisterPatient { person, likeness, idempotency_key } = command;
    let key = idempotency_key.as_deref();
    let mut tx = domain.begin("directory.register_patient", access).await?;
    let permit = tx.permit(Create, registrar).await?;
    let clinic = own_clinic(access)?;
    let typed = Typed::parse(&person, tx.now())?;
    let reason = match &likeness {
        Likeness::Different(reason) => Some(RegistrationReason::parse(reason).map_err(|fault| Error::field("reason", fault))?),
        Likeness::Unchecked | Likeness::Same(_) => None,
    };
    if let Claimed::Done(done) = idempotency::claim(&mut tx, "directory.register_patient", key, &(&person, &likeness)).await? {
        tx.close().await?;
        return Ok(done.into());
    }

    registration::lock_births(&mut tx, &permit, &BTreeSet::from([typed.birth.date()])).await?;
    let likely = registration::likely(&mut tx, &permit, &typed, clinic).await?;
    let (patient, action, known) = match &likeness {
        Likeness::Same(patient) => {
            if !likely.iter().any(|likely| likely.id == *patient) {
                // The lock is of the transaction, so it is not left to a connection that is dropped.
                tx.close().await?;
                return Err(Code::NotFound.into());
            }
            (*patient, AuditAction::DirectoryPatientLinked, Known::Linked)
        }
        Likeness::Unchecked if !likely.is_empty() => {
            // The refusal says that somebody is known. Nothing else of this request may stay, so it is written down in a transaction of its own.
            tx.close().await?;
            domain.begin("directory.likely_patients", access).await?.commit(told_of(&likely)).await?;
            return Err(Code::PatientLikelyKnown.into());
        }
        Likeness::Unchecked | Likeness::Different(_) => {
            let zone = registration::zone_of(&mut tx, clinic).await?;
            let patient = store::insert_patient(&mut tx, &typed.name, typed.birth, typed.phone.as_ref(), &zone).await?;
            (patient, AuditAction::DirectoryPatientRegistered, Known::Registered)
        }
    };
    registration::link(&mut tx, &permit, patient, (clinic, known), reason.as_ref()).await?;
    idempotency::finish(&mut tx, key, patient.uuid()).await?;
    let found = i64::try_from(likely.len()).unwrap_or(i64::MAX);
    let entry = Audit::of(action).patient(patient).on(ResourceKind::Patient, patient);
    tx.commit(entry.with_id("clinic", clinic).with("likely", found)).await?;
    Ok(patient)
}
