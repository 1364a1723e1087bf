//! Questions about accesses to records, in the database.

use crate::{
    Error, Result,
    access::{
        Action, Facts, Permit, ResourceKind, Scope, Subject,
        actions::{Create, Decide},
    },
    audit::AccessRow,
    db::Tx,
    identity,
    vault::Column,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    directory::{AccessAnswerView, AccessQuestionRow, AccessQuestionView, AccessText},
    ids::{AccessQuestionId, AuditEventId, ClinicId, PatientId, UserId},
};
use sqlx::PgConnection;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// What others did with the record of a patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) struct AccessesOf(pub(in crate::directory) PatientId);

impl Subject for AccessesOf {
    const KIND: ResourceKind = ResourceKind::AccessQuestion;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// Only the patient's side sees them, so neither clinics nor doctors are looked up.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            super::lock_patient(tx, self.0).await?;
        }
        let row = sqlx::query!("select id from patients where id = $1 and deleted_at is null", self.0.uuid())
            .fetch_optional(tx.connection())
            .await?;
        Ok(row.map(|_| Facts { patient: Some(self.0), ..Facts::default() }))
    }
}

impl Subject for AccessQuestionId {
    const KIND: ResourceKind = ResourceKind::AccessQuestion;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    /// A question belongs to the clinics at which the person works who read or changed the record. The administrators of each of them may answer it.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from access_questions where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?;
        }
        let row = sqlx::query!("select accessed_by from access_questions where id = $1", self.uuid())
            .fetch_optional(tx.connection())
            .await?;
        let Some(row) = row else { return Ok(None) };
        let by = UserId::from(row.accessed_by);
        let standing = identity::standing(tx.connection(), by).await?;
        let own = tx.access().acting().ok().and_then(|acting| acting.clinic);
        let clinics = match own {
            Some(clinic) if standing.clinics.contains(&clinic) => BTreeSet::from([clinic]),
            Some(_) | None => standing.clinics,
        };
        Ok(Some(Facts { user: Some(by), clinics, rank: standing.rank, ..Facts::default() }))
    }
}

/// The questions about these accesses, by access.
pub(in crate::directory) async fn questions_about<A: Action>(
    tx: &mut Tx,
    permit: &Permit<A, AccessesOf>,
    accesses: &[AuditEventId],
) -> Result<HashMap<AuditEventId, AccessQuestionView>> {
    let patient = permit.id().0;
    let ids: Vec<Uuid> = accesses.iter().map(|id| id.uuid()).collect();
    let rows = sqlx::query!(
        "select q.id, q.event_id, q.question_cipher, q.asked_at, q.answer_cipher, q.answered_at, a.name as \"answered_by?\"
         from access_questions q left join person_name a on a.user_id = q.answered_by
         where q.patient_id = $1 and q.event_id = any($2)",
        patient.uuid(),
        &ids
    )
    .fetch_all(tx.connection())
    .await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let key = tx.patient_key(patient).await?;
    rows.into_iter()
        .map(|row| {
            let answer = match (row.answer_cipher, row.answered_at, row.answered_by) {
                (Some(cipher), Some(at), Some(by)) => {
                    let text = key.decrypt(Column::AccessAnswer, row.id, &cipher)?;
                    Some(AccessAnswerView { text, by, at: at.to_jiff() })
                }
                _ => None,
            };
            let question = key.decrypt(Column::AccessQuestion, row.id, &row.question_cipher)?;
            let view = AccessQuestionView { id: row.id.into(), question, asked_at: row.asked_at.to_jiff(), answer };
            Ok((AuditEventId::from(row.event_id), view))
        })
        .collect()
}

/// Inserts a question; `None` if there is one about this access already.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, AccessesOf>,
    access: &AccessRow,
    question: &AccessText,
) -> Result<Option<AccessQuestionId>> {
    let (id, now, by) = (tx.new_id::<AccessQuestionId>(), tx.now(), tx.access().acting()?.user);
    let patient = permit.id().0;
    let cipher = tx.patient_key(patient).await?.encrypt(tx.domain().randomness(), Column::AccessQuestion, id, question.as_str());
    // The permit holds the lock of the patient, so nobody else asks meanwhile.
    let done = sqlx::query!(
        "insert into access_questions (id, patient_id, event_id, accessed_at, accessed_by, role, action, asked_by, asked_at, question_cipher)
         select $1::uuid, $2::uuid, $3::uuid, $4::timestamptz, $5::uuid, $6::text, $7::text, $8::uuid, $9::timestamptz, $10::bytea
         where not exists (select from access_questions q where q.patient_id = $2 and q.event_id = $3)",
        id.uuid(),
        patient.uuid(),
        access.id.uuid(),
        access.at.to_sqlx(),
        access.by.0.uuid(),
        access.role.as_deref(),
        access.action.as_str(),
        by.uuid(),
        now.to_sqlx(),
        cipher
    )
    .execute(tx.connection())
    .await?;
    Ok((done.rows_affected() == 1).then_some(id))
}

/// The open questions of a scope, the oldest first, each with its patient.
pub(in crate::directory) async fn open(
    tx: &mut Tx,
    scope: &Scope,
    after: Option<AccessQuestionId>,
    limit: i64,
) -> Result<Vec<(PatientId, AccessQuestionRow)>> {
    let (caller, now) = (tx.access().acting()?.user, tx.now());
    let rows = sqlx::query!(
        "select q.id, q.patient_id, p.number, q.question_cipher, q.asked_at, q.accessed_by, u.name as \"by!\", q.role, q.action, q.accessed_at
         from access_questions q
           join patients p on p.id = q.patient_id
           join person_name u on u.user_id = q.accessed_by
         where q.answered_at is null
           and ($1::uuid is null or exists (select from role_held r where r.user_id = q.accessed_by and r.clinic_id = $1))
           and ($2::uuid is null or (q.asked_at, q.id) > (select x.asked_at, x.id from access_questions x where x.id = $2))
         order by q.asked_at, q.id limit $3",
        scope.clinic.map(ClinicId::uuid),
        after.map(AccessQuestionId::uuid),
        limit
    )
    .fetch_all(tx.connection())
    .await?;
    let patients: BTreeSet<PatientId> = rows.iter().map(|row| row.patient_id.into()).collect();
    let patients: Vec<PatientId> = patients.into_iter().collect();
    let keys = tx.patient_keys(&patients).await?;
    rows.into_iter()
        .map(|row| {
            let patient = PatientId::from(row.patient_id);
            let asked_at = row.asked_at.to_jiff();
            let key = keys.get(&patient);
            let row = AccessQuestionRow {
                id: row.id.into(),
                patient_number: super::people::shown(row.number).ok_or_else(|| Error::internal("a counter has no number"))?,
                question: key.map(|key| key.decrypt(Column::AccessQuestion, row.id, &row.question_cipher)).transpose()?,
                asked_at,
                age_days: now.duration_since(asked_at).as_hours() / 24,
                accessed_by: row.by,
                role: row.role.as_deref().and_then(Role::parse),
                action: row.action,
                accessed_at: row.accessed_at.to_jiff(),
                may_answer: row.accessed_by != caller.uuid(),
            };
            Ok((patient, row))
        })
        .collect()
}

/// How many questions of a scope are open.
pub(in crate::directory) async fn waiting(connection: &mut PgConnection, scope: &Scope) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"waiting!\" from access_questions q
         where q.answered_at is null
           and ($1::uuid is null or exists (select from role_held r where r.user_id = q.accessed_by and r.clinic_id = $1))",
        scope.clinic.map(ClinicId::uuid)
    )
    .fetch_one(connection)
    .await?)
}

/// Stores the answer; the patient, or `None` if it was answered before.
pub(in crate::directory) async fn answer(
    tx: &mut Tx,
    permit: &Permit<Decide, AccessQuestionId>,
    answer: &AccessText,
) -> Result<Option<PatientId>> {
    let (id, now, by) = (permit.id(), tx.now(), tx.access().acting()?.user);
    let patient = sqlx::query_scalar!("select patient_id from access_questions where id = $1 and answered_at is null", id.uuid())
        .fetch_optional(tx.connection())
        .await?;
    let Some(patient) = patient.map(PatientId::from) else { return Ok(None) };
    let cipher = tx.patient_key(patient).await?.encrypt(tx.domain().randomness(), Column::AccessAnswer, id, answer.as_str());
    sqlx::query!(
        "update access_questions set answer_cipher = $2, answered_by = $3, answered_at = $4 where id = $1",
        id.uuid(),
        cipher,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(Some(patient))
}

/// A question that was answered, for those who are told.
pub(in crate::directory) struct AnsweredQuestion {
    pub(in crate::directory) patient: PatientId,
    /// The row of the audit log that the question is about.
    pub(in crate::directory) access: AuditEventId,
    /// Who acts for the patient.
    pub(in crate::directory) readers: Vec<UserId>,
}

/// Who is told of an answer at this instant; `None` if there is no such question.
pub(in crate::directory) async fn answered(
    connection: &mut PgConnection,
    question: AccessQuestionId,
    at: Timestamp,
) -> Result<Option<AnsweredQuestion>> {
    let row = sqlx::query!(
        "select q.patient_id, q.event_id, array(select r from representatives(q.patient_id, $2) r) as \"readers!: Vec<Uuid>\"
         from access_questions q where q.id = $1",
        question.uuid(),
        at.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| AnsweredQuestion {
        patient: row.patient_id.into(),
        access: row.event_id.into(),
        readers: row.readers.into_iter().map(UserId::from).collect(),
    }))
}
