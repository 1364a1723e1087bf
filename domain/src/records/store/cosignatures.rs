//! Requests to co-sign notes in the database.

use super::super::subjects::CosignaturesOf;
use crate::{
    Error, Result,
    access::{
        Action, Facts, Permit, ResourceKind, Subject,
        actions::{Create, Sign},
    },
    db::Tx,
    vault::Column,
    visits,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{CosignatureId, EncounterId, PatientId, UserId},
    records::{Colleague, CosignAnswer, CosignatureRow, NoteCosignature},
};
use uuid::Uuid;

/// The most requests that a colleague's list shows.
const SHOWN: i64 = 100;

/// A request belongs to the colleague while they work as a doctor at the clinic of the visit, and to the doctor of the visit.
impl Subject for CosignatureId {
    const KIND: ResourceKind = ResourceKind::Cosignature;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let row = sqlx::query!(
            "select n.encounter_id, r.asked_user_id,
               exists (select from role_held m where m.user_id = r.asked_user_id and m.role = 'doctor' and (m.clinic_id is null or m.clinic_id = e.clinic_id))
                 as \"works!\"
             from cosignature_requests r join notes n on n.id = r.note_id join visit_course e on e.encounter_id = n.encounter_id where r.id = $1",
            self.uuid()
        )
        .fetch_optional(tx.connection())
        .await?;
        let Some(row) = row else { return Ok(None) };
        let visit = visits::facts_of(tx, row.encounter_id.into(), lock).await?;
        Ok(visit.map(|visit| Facts {
            user: row.works.then_some(row.asked_user_id.into()),
            patient: visit.patient,
            doctor: visit.doctor,
            ..Facts::default()
        }))
    }
}

/// The visit of a request and its people.
pub(in super::super) struct CosignatureHead {
    pub(in super::super) encounter: EncounterId,
    pub(in super::super) patient_name: String,
    pub(in super::super) doctor_name: String,
    pub(in super::super) clinic_name: String,
    pub(in super::super) started_at: Option<Timestamp>,
}

pub(in super::super) async fn head<A: Action>(tx: &mut Tx, permit: &Permit<A, CosignatureId>) -> Result<CosignatureHead> {
    let row = sqlx::query!(
        "select n.encounter_id, e.admitted_at, p.name as \"patient_name!\", d.name as \"doctor_name!\", c.name as \"clinic_name!\"
         from cosignature_requests r
         join notes n on n.id = r.note_id
         join visit_course e on e.encounter_id = n.encounter_id
         join patient_identity p on p.patient_id = e.patient_id
         join doctor_name d on d.doctor_id = e.doctor_id
         join clinic_address c on c.clinic_id = e.clinic_id
         where r.id = $1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(CosignatureHead {
        encounter: row.encounter_id.into(),
        patient_name: row.patient_name,
        doctor_name: row.doctor_name,
        clinic_name: row.clinic_name,
        started_at: row.admitted_at.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// The requests about the note of a visit of the permit's patient, the oldest first.
pub(in super::super) async fn of_note<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Vec<NoteCosignature>> {
    let patient = permit.patient()?;
    let rows = sqlx::query!(
        "select r.id, r.asked_at, u.name as \"colleague_name!\", a.answer as \"answer?\", a.answered_at as \"answered_at?\", a.words_cipher as \"words_cipher?\"
         from notes n
         join cosignature_requests r on r.note_id = n.id
         join person_name u on u.user_id = r.asked_user_id
         left join cosignature_answers a on a.request_id = r.id
         where n.encounter_id = $1 and n.patient_id = $2 order by r.asked_at, r.id",
        encounter.uuid(),
        patient.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            Ok(NoteCosignature {
                id: row.id.into(),
                colleague_name: row.colleague_name,
                asked_at: row.asked_at.to_jiff(),
                answer: row.answer.as_deref().map(answer_of).transpose()?,
                answered_at: row.answered_at.map(jiff_sqlx::Timestamp::to_jiff),
                words: row.words_cipher.map(|cipher| key.decrypt(Column::CosignatureWords, row.id, &cipher)).transpose()?,
            })
        })
        .collect()
}

/// The other doctors of the clinic of a visit who can sign in, by name.
pub(in super::super) async fn colleagues<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
    encounter: EncounterId,
) -> Result<Vec<Colleague>> {
    let (patient, asker) = (permit.patient()?, tx.access().acting()?.user);
    let rows = sqlx::query!(
        "select distinct d.name as \"name!\", d.user_id as \"user!\" from visit_course e
         join role_held m on m.role = 'doctor' and (m.clinic_id is null or m.clinic_id = e.clinic_id)
         join doctor_name d on d.user_id = m.user_id
         join doctor_listing l on l.doctor_id = d.doctor_id
         where e.encounter_id = $1 and e.patient_id = $2 and d.user_id <> $3 order by d.name, d.user_id",
        encounter.uuid(),
        patient.uuid(),
        asker.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(rows.into_iter().map(|row| Colleague { user: row.user.into(), name: row.name }).collect())
}

/// Whether this colleague was asked to co-sign the note and has not answered.
pub(in super::super) async fn waits_for(tx: &mut Tx, permit: &Permit<Create, CosignaturesOf>, colleague: UserId) -> Result<bool> {
    let row = sqlx::query!(
        "select exists (select from cosignature_requests r join notes n on n.id = r.note_id
           where n.encounter_id = $1 and r.asked_user_id = $2
             and not exists (select from cosignature_answers a where a.request_id = r.id)) as \"waits!\"",
        permit.id().0.uuid(),
        colleague.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(row.waits)
}

pub(in super::super) async fn insert_request(
    tx: &mut Tx,
    permit: &Permit<Create, CosignaturesOf>,
    colleague: UserId,
) -> Result<CosignatureId> {
    let (id, asker, now) = (tx.new_id::<CosignatureId>(), tx.access().acting()?.user, tx.now());
    sqlx::query!(
        "insert into cosignature_requests (id, note_id, asked_user_id, asked_by, asked_at)
         select $1, n.id, $3, $4, $5 from notes n where n.encounter_id = $2",
        id.uuid(),
        permit.id().0.uuid(),
        colleague.uuid(),
        asker.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// The answer to a request, if there is one.
pub(in super::super) async fn answer(tx: &mut Tx, permit: &Permit<Sign, CosignatureId>) -> Result<Option<CosignAnswer>> {
    let found = sqlx::query_scalar!("select answer from cosignature_answers where request_id = $1", permit.id().uuid())
        .fetch_optional(tx.connection())
        .await?;
    found.as_deref().map(answer_of).transpose()
}

pub(in super::super) async fn insert_answer(
    tx: &mut Tx,
    permit: &Permit<Sign, CosignatureId>,
    answer: CosignAnswer,
    words: Option<&str>,
) -> Result<()> {
    let (id, now) = (permit.id(), tx.now());
    let key = tx.patient_key(permit.patient()?).await?;
    let cipher = words.map(|words| key.encrypt(tx.domain().randomness(), Column::CosignatureWords, id, words));
    sqlx::query!(
        "insert into cosignature_answers (request_id, answer, words_cipher, answered_at) values ($1, $2, $3, $4)",
        id.uuid(),
        answer.as_str(),
        cipher,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("cosignature_answers_pkey", Code::CosignatureAnswered)]))?;
    Ok(())
}

/// What a colleague was asked to co-sign, with the patients: those without an answer first, then the newest.
pub(in super::super) async fn asked_of(tx: &mut Tx, user: UserId) -> Result<Vec<(PatientId, CosignatureRow)>> {
    let rows = sqlx::query!(
        "select r.id, r.asked_at, p.patient_id as \"patient!\", p.name as \"patient_name!\", d.name as \"doctor_name!\", a.answer as \"answer?\"
         from cosignature_requests r
         join notes n on n.id = r.note_id
         join visit_course e on e.encounter_id = n.encounter_id
         join patient_identity p on p.patient_id = e.patient_id
         join doctor_name d on d.doctor_id = e.doctor_id
         left join cosignature_answers a on a.request_id = r.id
         where r.asked_user_id = $1 and p.deleted_at is null
           and exists (select from role_held m where m.user_id = r.asked_user_id and m.role = 'doctor' and (m.clinic_id is null or m.clinic_id = e.clinic_id))
         order by a.request_id is not null, r.asked_at desc, r.id desc limit $2",
        user.uuid(),
        SHOWN
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let view = CosignatureRow {
                id: row.id.into(),
                patient_name: row.patient_name,
                doctor_name: row.doctor_name,
                asked_at: row.asked_at.to_jiff(),
                answer: row.answer.as_deref().map(answer_of).transpose()?,
            };
            Ok((row.patient.into(), view))
        })
        .collect()
}

fn answer_of(text: &str) -> Result<CosignAnswer> {
    CosignAnswer::parse(text).map_err(|_| Error::internal("an unknown answer to a request to co-sign"))
}
