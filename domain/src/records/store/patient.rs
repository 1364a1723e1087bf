//! What is known about one patient over all visits.

use super::super::subjects::AllergiesOf;
use crate::{
    Error, Result,
    access::{
        Permit, Subject,
        actions::{Create, Read},
    },
    db::Tx,
    vault::Column,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::DateOfBirth,
    ids::AllergyId,
    records::{Allergy, AllergyView, PastVisit},
};
use sqlx::types::Json;
use uuid::Uuid;

/// How many past visits a summary shows.
const SHOWN: i64 = 20;

/// The patient's identity and history.
pub(in super::super) struct Person {
    pub(in super::super) name: String,
    pub(in super::super) number: i64,
    pub(in super::super) date_of_birth: Date,
    pub(in super::super) time_zone: String,
    /// The allergies that have not ended.
    pub(in super::super) allergies: Vec<AllergyView>,
    /// Visits that have ended, newest first.
    pub(in super::super) visits: Vec<PastVisit>,
}

impl Person {
    /// The age in completed years; 0 while the birth date is still ahead in the patient's time zone.
    pub(in super::super) fn age(&self, now: Timestamp) -> i16 {
        let today = TimeZone::get(&self.time_zone).unwrap_or(TimeZone::UTC).to_datetime(now).date();
        DateOfBirth::new(self.date_of_birth, today).map_or(0, |born| born.age_on(today))
    }
}

/// Loads the patient. The lists are parts of one statement, because each statement is a round trip to the database.
pub(in super::super) async fn person<S: Subject>(tx: &mut Tx, permit: &Permit<Read, S>) -> Result<Person> {
    let patient = permit.patient()?;
    let row = sqlx::query!(
        "select p.name as \"name!\", p.number as \"number!\", p.date_of_birth as \"date_of_birth!\", p.time_zone as \"time_zone!\",
           array(select a.id from allergies a where a.patient_id = $1 and a.ended_at is null order by a.id) as \"allergies!: Vec<Uuid>\",
           array(select a.body_cipher from allergies a where a.patient_id = $1 and a.ended_at is null order by a.id)
             as \"ciphers!: Vec<Vec<u8>>\",
           array(select a.recorded_at from allergies a where a.patient_id = $1 and a.ended_at is null order by a.id)
             as \"recorded!: Vec<jiff_sqlx::Timestamp>\",
           (select coalesce(jsonb_agg(jsonb_build_object('encounter', y.encounter_id, 'ended_at', y.ended_at, 'doctor_name', y.doctor_name,
               'clinic_name', y.clinic_name) order by y.ended_at desc), '[]')
             from (
               select e.encounter_id, e.ended_at, d.name as doctor_name, c.name as clinic_name from visit_course e
               join doctor_name d on d.doctor_id = e.doctor_id
               join clinic_address c on c.clinic_id = e.clinic_id
               where e.patient_id = $1 and e.ended_at is not null order by e.ended_at desc limit $2) y) as \"visits!: Json<Vec<PastVisit>>\"
         from patient_identity p where p.patient_id = $1",
        patient.uuid(),
        SHOWN
    )
    .fetch_one(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let allergies = row.allergies.into_iter().zip(row.ciphers).zip(row.recorded);
    let allergies = allergies.map(|((id, cipher), recorded_at)| {
        let allergy: Allergy = key.decrypt_json(Column::Allergy, id, &cipher)?;
        Ok(AllergyView { id: id.into(), allergy, recorded_at: recorded_at.to_jiff() })
    });
    Ok(Person {
        name: row.name,
        number: row.number,
        date_of_birth: row.date_of_birth.to_jiff(),
        time_zone: row.time_zone,
        allergies: allergies.collect::<Result<_>>()?,
        visits: row.visits.0,
    })
}

pub(in super::super) async fn insert_allergy(
    tx: &mut Tx,
    permit: &Permit<Create, AllergiesOf>,
    allergy: &Allergy,
) -> Result<AllergyId> {
    let (id, patient, author, now) = (tx.new_id::<AllergyId>(), permit.id().0, tx.access().acting()?.user, tx.now());
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt_json(tx.domain().randomness(), Column::Allergy, id, allergy)?;
    sqlx::query!(
        "insert into allergies (id, patient_id, body_cipher, author_user_id, recorded_at) values ($1, $2, $3, $4, $5)",
        id.uuid(),
        patient.uuid(),
        cipher,
        author.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Ends an allergy; `false` when it had already ended.
pub(in super::super) async fn end_allergy(tx: &mut Tx, permit: &Permit<Create, AllergiesOf>, allergy: AllergyId) -> Result<bool> {
    let (patient, now) = (permit.id().0.uuid(), tx.now());
    let row =
        sqlx::query!("select ended_at from allergies where id = $1 and patient_id = $2 for update", allergy.uuid(), patient)
            .fetch_optional(tx.connection())
            .await?
            .ok_or(Error::new(Code::NotFound))?;
    if row.ended_at.is_some() {
        return Ok(false);
    }
    sqlx::query!("update allergies set ended_at = $2 where id = $1", allergy.uuid(), now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(true)
}
