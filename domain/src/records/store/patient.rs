//! What is known about one patient over all visits.

use super::{super::subjects::AllergiesOf, documents::names_of};
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
    ids::{AllergyId, UserId},
    records::{Allergy, AllergyView, EndedAllergy, PastVisit},
};
use serde::{Deserialize, Serialize};
use sqlx::types::Json;
use uuid::Uuid;

/// How many past visits a summary shows.
const SHOWN: i64 = 20;
/// How many allergies that have ended a summary shows.
const ENDED_SHOWN: i64 = 50;

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
           array(select coalesce(u.name, '') from allergies a left join person_name u on u.user_id = a.author_user_id
             where a.patient_id = $1 and a.ended_at is null order by a.id)
             as \"recorders!: Vec<String>\",
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
    let allergies = row.allergies.into_iter().zip(row.ciphers).zip(row.recorded).zip(row.recorders);
    let allergies = allergies.map(|(((id, cipher), recorded_at), recorded_by)| {
        let allergy: Allergy = key.decrypt_json(Column::Allergy, id, &cipher)?;
        Ok(AllergyView { id: id.into(), allergy, recorded_by, recorded_at: recorded_at.to_jiff() })
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

/// What is kept of an allergy: when it ends, who ended it and why is added to its text.
#[derive(Serialize, Deserialize)]
struct StoredAllergy {
    #[serde(flatten)]
    allergy: Allergy,
    #[serde(default)]
    ended: Option<StoredEnd>,
}

/// The end of an allergy.
#[derive(Serialize, Deserialize)]
struct StoredEnd {
    by: UserId,
    /// Why it was entered in error; none if it no longer applies.
    error: Option<String>,
}

/// Ends an allergy; `false` when it had already ended.
pub(in super::super) async fn end_allergy(
    tx: &mut Tx,
    permit: &Permit<Create, AllergiesOf>,
    allergy: AllergyId,
    error: Option<&str>,
) -> Result<bool> {
    let (patient, now, by) = (permit.id().0, tx.now(), tx.access().acting()?.user);
    let row = sqlx::query!(
        "select body_cipher, ended_at from allergies where id = $1 and patient_id = $2 for update",
        allergy.uuid(),
        patient.uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Error::new(Code::NotFound))?;
    if row.ended_at.is_some() {
        return Ok(false);
    }
    let key = tx.patient_key(patient).await?;
    let stored: StoredAllergy = key.decrypt_json(Column::Allergy, allergy, &row.body_cipher)?;
    let ended = StoredAllergy { ended: Some(StoredEnd { by, error: error.map(str::to_owned) }), ..stored };
    let cipher = key.encrypt_json(tx.domain().randomness(), Column::Allergy, allergy, &ended)?;
    sqlx::query!("update allergies set ended_at = $2, body_cipher = $3 where id = $1", allergy.uuid(), now.to_sqlx(), cipher)
        .execute(tx.connection())
        .await?;
    Ok(true)
}

/// The allergies of a patient that have ended, the last ones first.
pub(in super::super) async fn ended_allergies<S: Subject>(tx: &mut Tx, permit: &Permit<Read, S>) -> Result<Vec<EndedAllergy>> {
    let patient = permit.patient()?;
    let rows = sqlx::query!(
        "select a.id, a.body_cipher, a.recorded_at, a.ended_at as \"ended_at!\", coalesce(u.name, '') as \"recorded_by!\" from allergies a
         left join person_name u on u.user_id = a.author_user_id
         where a.patient_id = $1 and a.ended_at is not null order by a.ended_at desc, a.id limit $2",
        patient.uuid(),
        ENDED_SHOWN
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    let mut read = Vec::with_capacity(rows.len());
    for row in rows {
        let StoredAllergy { allergy, ended } = key.decrypt_json(Column::Allergy, row.id, &row.body_cipher)?;
        read.push((allergy, ended, row.recorded_by, row.recorded_at.to_jiff(), row.ended_at.to_jiff()));
    }
    let users: Vec<Uuid> = read.iter().filter_map(|(_, ended, ..)| ended.as_ref()).map(|end| end.by.uuid()).collect();
    let names = names_of(tx, &users).await?;
    let view =
        |(allergy, ended, recorded_by, recorded_at, ended_at): (Allergy, Option<StoredEnd>, String, Timestamp, Timestamp)| {
            let ended_by = ended.as_ref().and_then(|end| names.get(&end.by.uuid()).cloned());
            EndedAllergy { allergy, recorded_by, recorded_at, ended_by, ended_at, error: ended.and_then(|end| end.error) }
        };
    Ok(read.into_iter().map(view).collect())
}
