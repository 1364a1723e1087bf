//! What was measured of a patient.

use super::super::subjects::VitalsOf;
use crate::{
    Error, Result,
    access::{
        Action, Permit,
        actions::{Create, Read},
    },
    db::Tx,
    vault::Column,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, DoctorId, EncounterId, MeasurementId, PatientId},
    vitals::Vitals,
};
use std::collections::HashMap;
use uuid::Uuid;

/// Measurements as they are kept.
pub(in super::super) struct Kept {
    pub(in super::super) id: MeasurementId,
    pub(in super::super) encounter: Option<EncounterId>,
    pub(in super::super) at_home: bool,
    pub(in super::super) taken_at: Timestamp,
    pub(in super::super) author_name: String,
    pub(in super::super) vitals: Vitals,
}

/// Whose measurements they are.
pub(in super::super) struct Whose {
    pub(in super::super) name: String,
    pub(in super::super) born: Date,
    pub(in super::super) time_zone: String,
}

/// New measurements.
pub(in super::super) struct Fresh<'a> {
    pub(in super::super) vitals: &'a Vitals,
    pub(in super::super) encounter: Option<EncounterId>,
    pub(in super::super) at_home: bool,
    pub(in super::super) taken_at: Timestamp,
}

pub(in super::super) async fn whose<A: Action>(tx: &mut Tx, permit: &Permit<A, VitalsOf>) -> Result<Whose> {
    let row = sqlx::query!(
        "select name as \"name!\", date_of_birth as \"date_of_birth!\", time_zone as \"time_zone!\" from patient_identity where patient_id = $1",
        permit.id().0.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(Whose { name: row.name, born: row.date_of_birth.to_jiff(), time_zone: row.time_zone })
}

/// The newest measurements that were not entered in error, the newest first; with a visit, only those that were taken for it.
pub(in super::super) async fn measurements(
    tx: &mut Tx,
    permit: &Permit<Read, VitalsOf>,
    visit: Option<EncounterId>,
    most: usize,
) -> Result<Vec<Kept>> {
    let patient = permit.id().0;
    let rows = sqlx::query!(
        "select m.id, m.encounter_id, m.at_home, m.taken_at, m.body_cipher, u.name as \"author_name!\"
         from measurements m join person_name u on u.user_id = m.author_user_id
         where m.patient_id = $1 and m.withdrawn_at is null and ($3::uuid is null or m.encounter_id = $3)
         order by m.taken_at desc, m.id desc limit $2",
        patient.uuid(),
        i64::try_from(most).map_err(Error::internal)?,
        visit.map(EncounterId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            Ok(Kept {
                id: row.id.into(),
                encounter: row.encounter_id.map(EncounterId::from),
                at_home: row.at_home,
                taken_at: row.taken_at.to_jiff(),
                author_name: row.author_name,
                vitals: key.decrypt_json(Column::Measurement, row.id, &row.body_cipher)?,
            })
        })
        .collect()
}

pub(in super::super) async fn insert_measurements(
    tx: &mut Tx,
    permit: &Permit<Create, VitalsOf>,
    fresh: Fresh<'_>,
) -> Result<MeasurementId> {
    let (id, patient, author, now) = (tx.new_id::<MeasurementId>(), permit.id().0, tx.access().acting()?.user, tx.now());
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt_json(tx.domain().randomness(), Column::Measurement, id, fresh.vitals)?;
    sqlx::query!(
        "insert into measurements (id, patient_id, encounter_id, at_home, taken_at, body_cipher, author_user_id, recorded_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.uuid(),
        patient.uuid(),
        fresh.encounter.map(EncounterId::uuid),
        fresh.at_home,
        fresh.taken_at.to_sqlx(),
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Marks measurements as entered in error; `false` when they are marked already. `may` says who may mark those that the patient's side has entered, and the others.
pub(in super::super) async fn withdraw_measurements(
    tx: &mut Tx,
    permit: &Permit<Create, VitalsOf>,
    id: MeasurementId,
    reason: &str,
    may: impl FnOnce(bool) -> bool,
) -> Result<bool> {
    let (patient, user, now) = (permit.id().0, tx.access().acting()?.user, tx.now());
    let row = sqlx::query!(
        "select at_home, withdrawn_at from measurements where id = $1 and patient_id = $2 for update",
        id.uuid(),
        patient.uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Error::new(Code::NotFound))?;
    if !may(row.at_home) {
        return Err(Code::Forbidden.into());
    }
    if row.withdrawn_at.is_some() {
        return Ok(false);
    }
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::MeasurementReason, id, reason);
    sqlx::query!(
        "update measurements set withdrawn_at = $2, withdrawn_by = $3, reason_cipher = $4 where id = $1",
        id.uuid(),
        now.to_sqlx(),
        user.uuid(),
        cipher
    )
    .execute(tx.connection())
    .await?;
    Ok(true)
}

/// The doctors who treat a patient now.
pub(in super::super) async fn treating(tx: &mut Tx, patient: PatientId) -> Result<Vec<DoctorId>> {
    let asker = tx.asker();
    let doctors = sqlx::query_scalar!(
        "select distinct a.doctor_id as \"doctor!\" from appointment_plan a
         where a.patient_id = $1 and exists (select from treats(a.doctor_id, a.patient_id, $2, $3)) order by 1",
        patient.uuid(),
        asker.prepared,
        asker.kept
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(doctors.into_iter().map(DoctorId::from).collect())
}

/// The appointment and the patient of a visit.
pub(in super::super) async fn appointment_of(tx: &mut Tx, encounter: EncounterId) -> Result<Option<(AppointmentId, PatientId)>> {
    let row = sqlx::query!(
        "select appointment_id as \"appointment_id!\", patient_id as \"patient_id!\" from visit_course where encounter_id = $1",
        encounter.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| (row.appointment_id.into(), row.patient_id.into())))
}

/// When something was last measured for each of these visits, which the caller may see.
pub(in super::super) async fn measured_for(tx: &mut Tx, encounters: &[Uuid]) -> Result<HashMap<EncounterId, Timestamp>> {
    let rows = sqlx::query!(
        "select encounter_id as \"encounter_id!\", max(taken_at) as \"taken_at!\" from measurements
         where encounter_id = any($1) and withdrawn_at is null group by encounter_id",
        encounters
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| (row.encounter_id.into(), row.taken_at.to_jiff())).collect())
}
