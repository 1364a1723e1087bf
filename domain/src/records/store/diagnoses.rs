//! The diagnoses of visits: one encrypted list for each visit, in versions.

use super::super::subjects::{DiagnosesOf, PastDiagnoses};
use crate::{
    Error, Result,
    access::{
        Action, Permit,
        actions::{Read, Write},
    },
    db::Tx,
    randomness::Randomness,
    records::plain_names::plain_name,
    vault::{Column, PatientKey},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{DiagnosisListId, EncounterId, PatientId, UserId},
    records::{DiagnosisView, PastDiagnosis},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// How many past diagnoses a summary shows.
const SHOWN: usize = 20;

/// The codes of one version, the main one first. All versions of a list are encrypted for the same row, so each one contains its number.
#[derive(Serialize, Deserialize)]
struct Version {
    version: i32,
    codes: Vec<String>,
}

/// Encrypts one version of a list.
pub(crate) fn seal_codes(
    key: &PatientKey,
    source: &dyn Randomness,
    list: DiagnosisListId,
    version: i32,
    codes: &[String],
) -> Result<Vec<u8>> {
    key.encrypt_json(source, Column::Diagnoses, list, &Version { version, codes: codes.to_vec() })
}

/// Decrypts one version of a list.
fn open_codes(key: &PatientKey, list: DiagnosisListId, version: i32, cipher: &[u8]) -> Result<Vec<String>> {
    let read: Version = key.decrypt_json(Column::Diagnoses, list, cipher)?;
    if read.version == version {
        Ok(read.codes)
    } else {
        Err(Error::internal("a version of a list of diagnoses stands in the place of another"))
    }
}

/// The diagnoses of a visit, the main one first.
pub(in super::super) async fn diagnoses<A: Action>(tx: &mut Tx, permit: &Permit<A, DiagnosesOf>) -> Result<Vec<DiagnosisView>> {
    let row = sqlx::query!(
        "select l.id, v.version, v.body_cipher from diagnosis_lists l
         join diagnosis_versions v on v.list_id = l.id and v.version = l.latest
         where l.encounter_id = $1",
        permit.id().0.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let key = tx.patient_key(permit.patient()?).await?;
    let codes = open_codes(&key, row.id.into(), row.version, &row.body_cipher)?;
    let mut texts = descriptions(tx, &codes).await?;
    let view = |code: String| {
        let description = texts.remove(&code)?;
        Some(DiagnosisView { plain: plain_name(&code), code, description })
    };
    Ok(codes.into_iter().filter_map(view).collect())
}

/// The diagnoses of a patient's visits that have ended, newest first, each code once.
pub(in super::super) async fn past_diagnoses(tx: &mut Tx, permit: &Permit<Read, PastDiagnoses>) -> Result<Vec<PastDiagnosis>> {
    let patient = permit.patient()?;
    let rows = sqlx::query!(
        "select l.id, v.version, v.body_cipher, v.written_at, d.name as \"doctor_name!\" from diagnosis_lists l
         join diagnosis_versions v on v.list_id = l.id and v.version = l.latest
         join visit_course e on e.encounter_id = l.encounter_id
         join doctor_name d on d.doctor_id = e.doctor_id
         where l.patient_id = $1 and e.ended_at is not null order by v.written_at desc, l.id",
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let mut found: Vec<PastDiagnosis> = Vec::new();
    for row in rows {
        for code in open_codes(&key, row.id.into(), row.version, &row.body_cipher)? {
            if found.iter().all(|past| past.code != code) {
                let (recorded_at, doctor_name) = (row.written_at.to_jiff(), row.doctor_name.clone());
                let plain = plain_name(&code);
                found.push(PastDiagnosis { code, description: String::new(), plain, recorded_at, doctor_name });
            }
        }
    }
    found.sort_by(|one, other| (other.recorded_at, &one.code).cmp(&(one.recorded_at, &other.code)));
    found.truncate(SHOWN);
    let codes: Vec<String> = found.iter().map(|past| past.code.clone()).collect();
    let mut texts = descriptions(tx, &codes).await?;
    for past in &mut found {
        past.description = texts.remove(&past.code).unwrap_or_default();
    }
    Ok(found)
}

/// The descriptions of codes.
pub(super) async fn descriptions(tx: &mut Tx, codes: &[String]) -> Result<HashMap<String, String>> {
    if codes.is_empty() {
        return Ok(HashMap::new());
    }
    let rows =
        sqlx::query!("select code, description from icd10cm where code = any($1)", codes).fetch_all(tx.connection()).await?;
    Ok(rows.into_iter().map(|row| (row.code, row.description)).collect())
}

/// Writes a new version of a visit's diagnoses. The earlier ones stay.
///
/// # Errors
/// `records.diagnosis_unknown` for a code that does not exist or is a heading.
pub(in super::super) async fn replace_diagnoses(
    tx: &mut Tx,
    permit: &Permit<Write, DiagnosesOf>,
    codes: &[String],
) -> Result<()> {
    let known = sqlx::query_scalar!("select count(*) as \"known!\" from icd10cm where code = any($1) and billable", codes)
        .fetch_one(tx.connection())
        .await?;
    if usize::try_from(known) != Ok(codes.len()) {
        return Err(Code::DiagnosisUnknown.into());
    }
    let (patient, author, now) = (permit.patient()?, tx.access().acting()?.user, tx.now());
    let key = tx.patient_key(patient).await?;
    insert_version(tx, &key, (permit.id().0, patient), codes, (author, now)).await
}

/// Writes the next version of a visit's list. A lock on the visit keeps other writers out.
pub(in super::super) async fn insert_version(
    tx: &mut Tx,
    key: &PatientKey,
    (encounter, patient): (EncounterId, PatientId),
    codes: &[String],
    (author, at): (UserId, Timestamp),
) -> Result<()> {
    let fresh = tx.new_id::<DiagnosisListId>();
    let row = sqlx::query!(
        "insert into diagnosis_lists (id, encounter_id, patient_id, latest, diagnosed) values ($1, $2, $3, 1, $4)
         on conflict (encounter_id) do update set latest = diagnosis_lists.latest + 1, diagnosed = excluded.diagnosed
         returning id, latest",
        fresh.uuid(),
        encounter.uuid(),
        patient.uuid(),
        i16::try_from(codes.len()).map_err(Error::internal)?
    )
    .fetch_one(tx.connection())
    .await?;
    let cipher = seal_codes(key, tx.domain().randomness(), row.id.into(), row.latest, codes)?;
    sqlx::query!(
        "insert into diagnosis_versions (list_id, version, body_cipher, author_user_id, written_at) values ($1, $2, $3, $4, $5)",
        row.id,
        row.latest,
        cipher,
        author.uuid(),
        at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Diagnoses of one visit that a version before schema 30 has stored in clear text.
pub(in super::super) struct ClearList {
    pub(in super::super) encounter: EncounterId,
    pub(in super::super) patient: PatientId,
    pub(in super::super) codes: Vec<String>,
    pub(in super::super) author: UserId,
    pub(in super::super) recorded_at: Timestamp,
}

/// Takes clear diagnoses of some visits out of their table, which belongs to the previous version; none when there are no more.
pub(in super::super) async fn take_clear(tx: &mut Tx, visits: i64) -> Result<Vec<ClearList>> {
    let rows = sqlx::query!(
        "select d.id, d.encounter_id, d.patient_id, d.code, d.author_user_id, d.recorded_at from diagnoses d
         where d.encounter_id in (select o.encounter_id from diagnoses o group by o.encounter_id order by o.encounter_id limit $1)
         order by d.encounter_id, d.position for update of d",
        visits
    )
    .fetch_all(tx.connection())
    .await?;
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    sqlx::query!("delete from diagnoses where id = any($1)", &ids).execute(tx.connection()).await?;
    let mut lists: Vec<ClearList> = Vec::new();
    for row in rows {
        match lists.last_mut().filter(|list| list.encounter.uuid() == row.encounter_id) {
            Some(list) => list.codes.push(row.code),
            None => lists.push(ClearList {
                encounter: row.encounter_id.into(),
                patient: row.patient_id.into(),
                codes: vec![row.code],
                author: row.author_user_id.into(),
                recorded_at: row.recorded_at.to_jiff(),
            }),
        }
    }
    Ok(lists)
}

/// Whether there are diagnoses in clear text.
pub(in super::super) async fn any_clear(tx: &mut Tx) -> Result<bool> {
    let found = sqlx::query_scalar!("select exists (select from diagnoses) as \"found!\"").fetch_one(tx.connection()).await?;
    Ok(found)
}
