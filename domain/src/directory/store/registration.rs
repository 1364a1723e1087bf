//! Registering patients in the database.

use crate::{
    Result,
    access::{Facts, Permit, ResourceKind, Subject, actions::Create},
    db::Tx,
    directory::registration::{Registrar, Typed},
    identity,
    text::NameQuery,
    vault::Column,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::{
    directory::{LikelyPatient, RegistrationReason},
    errors::Code,
    ids::{ClinicId, PatientId},
    locale::TimeZoneName,
};
use std::collections::BTreeSet;
use uuid::Uuid;

use super::patients::phone_indexes;

/// Locks a date of birth while somebody born on it is registered.
const REGISTRATION_LOCK: i32 = 0x7265_6769;

/// How many likely duplicates are compared.
const MOST_COMPARED: i64 = 8;

impl Subject for Registrar {
    const KIND: ResourceKind = ResourceKind::Patient;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// `None` for a user without a role at any clinic.
    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let facts = identity::standing(tx.connection(), self.0).await?;
        Ok((facts.everywhere || !facts.clinics.is_empty()).then_some(facts))
    }
}

/// Waits for all who register somebody born on one of these days, and holds the locks until the transaction ends. So two desks that register the same person at the
/// same moment look for duplicates one after the other, also when they write the name a little differently.
pub(in crate::directory) async fn lock_births(tx: &mut Tx, _: &Permit<Create, Registrar>, births: &BTreeSet<Date>) -> Result<()> {
    // Everybody takes them in the order of the days: a set is in order, and a set-returning function in FROM gives its rows in order.
    let number = |day: &Date| i32::from(day.year()) * 10_000 + i32::from(day.month()) * 100 + i32::from(day.day());
    let days: Vec<i32> = births.iter().map(number).collect();
    sqlx::query!(
        "select pg_advisory_xact_lock($1::int, day) as \"locked!: ()\" from unnest($2::int[]) as day",
        REGISTRATION_LOCK,
        &days
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(())
}

/// Known patients of the whole organisation who are likely the same person: the same date of birth and a similar name (trigram similarity of
/// at least 0.3; Jon Smith and John Smyth have 0.31), or the same phone number. A phone number alone finds only patients whom the clinic knows, so that nobody learns whose number it is.
pub(in crate::directory) async fn likely(
    tx: &mut Tx,
    _: &Permit<Create, Registrar>,
    typed: &Typed,
    clinic: ClinicId,
) -> Result<Vec<LikelyPatient>> {
    let phones = typed.phone.as_ref().map(|phone| phone_indexes(tx, phone)).unwrap_or_default();
    let Some(name) = NameQuery::new(typed.name.name().as_str()) else { return Ok(Vec::new()) };
    let kept = tx.treatment().kept;
    let rows = sqlx::query!(
        "select p.id, p.full_name, p.date_of_birth,
           (p.date_of_birth = $1 and coalesce(greatest(word_similarity($2, p.name_search), word_similarity($3, p.name_search)) >= 0.3, false))
             as \"same_person!\",
           coalesce(p.phone_index = any($4), false) as \"same_phone!\",
           (exists (select from patient_clinics r where r.patient_id = p.id and r.clinic_id = $5)
             or exists (select from cared_for_at(p.id, null, $6) c where c = $5)) as \"known_here!\"
         from patients p
         where p.deleted_at is null
           and ((p.date_of_birth = $1 and greatest(word_similarity($2, p.name_search), word_similarity($3, p.name_search)) >= 0.3)
             or (p.phone_index = any($4)
               and (p.date_of_birth = $1 or greatest(word_similarity($2, p.name_search), word_similarity($3, p.name_search)) >= 0.45
                 or exists (select from patient_clinics r where r.patient_id = p.id and r.clinic_id = $5)
                 or exists (select from cared_for_at(p.id, null, $6) c where c = $5))))
         order by (p.date_of_birth = $1) desc, greatest(word_similarity($2, p.name_search), word_similarity($3, p.name_search)) desc nulls last, p.id
         limit $7",
        typed.birth.date().to_sqlx(),
        name.folded,
        name.spelled_out,
        &phones,
        clinic.uuid(),
        kept.to_sqlx(),
        MOST_COMPARED
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| LikelyPatient {
            id: row.id.into(),
            name: row.full_name,
            date_of_birth: row.date_of_birth.to_jiff(),
            same_person: row.same_person,
            same_phone: row.same_phone,
            known_here: row.known_here,
        })
        .collect())
}

/// The time zone of a clinic, which is that of the patients whom it registers until they say something else.
pub(in crate::directory) async fn zone_of(tx: &mut Tx, clinic: ClinicId) -> Result<TimeZoneName> {
    let zone = sqlx::query_scalar!("select time_zone from clinics where id = $1", clinic.uuid())
        .fetch_optional(tx.connection())
        .await?
        .ok_or(Code::NotFound)?;
    TimeZoneName::parse(&zone).map_err(|_| crate::Error::internal("a clinic without a time zone"))
}

/// How a clinic comes to know a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) enum Known {
    /// It has made the record.
    Registered,
    /// It has found the patient among those of the organisation.
    Linked,
}

/// Makes a clinic know a patient. If it knows the patient already, nothing changes, except that it also does after a merge by which it came to know this record is undone.
pub(in crate::directory) async fn link(
    tx: &mut Tx,
    permit: &Permit<Create, Registrar>,
    patient: PatientId,
    (clinic, known): (ClinicId, Known),
    reason: Option<&RegistrationReason>,
) -> Result<()> {
    let now = tx.now();
    let key = tx.patient_key(patient).await?;
    let cipher = reason.map(|reason| key.encrypt(tx.domain().randomness(), Column::RegistrationReason, patient, reason.as_str()));
    let done = sqlx::query!(
        "insert into patient_clinics (patient_id, clinic_id, registered_by, registered_at, reason_cipher, is_linked) values ($1, $2, $3, $4, $5, $6)
         on conflict (patient_id, clinic_id) do nothing",
        patient.uuid(),
        clinic.uuid(),
        permit.id().0.uuid(),
        now.to_sqlx(),
        cipher,
        known == Known::Linked
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        sqlx::query!("select keep_registration($1, $2) as \"kept!\"", patient.uuid(), clinic.uuid())
            .fetch_one(tx.connection())
            .await?;
    }
    Ok(())
}
