//! Access to records outside of the usual rules, in the database.

use crate::{
    Error, Result,
    access::{
        Action, Facts, Permit, ResourceKind, Scope, Subject,
        actions::{Create, Decide},
    },
    db::Tx,
    directory::break_glass::Opener,
    identity,
    vault::Column,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    directory::{BreakGlassReason, BreakGlassRow, BreakGlassVerdict, OpenBreakGlass},
    errors::Code,
    ids::{BreakGlassId, ClinicId, PatientId, UserId},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Subject for Opener {
    const KIND: ResourceKind = ResourceKind::BreakGlass;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// Nothing for a user who works nowhere, such as a doctor who has applied and is not verified.
    async fn facts(self, tx: &mut Tx, _: bool) -> Result<Option<Facts>> {
        let facts = identity::standing(tx.connection(), self.0).await?;
        Ok((facts.everywhere || !facts.clinics.is_empty()).then_some(facts))
    }
}

impl Subject for BreakGlassId {
    const KIND: ResourceKind = ResourceKind::BreakGlass;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from break_glass where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?;
        }
        let row = sqlx::query!("select user_id, clinic_id from break_glass where id = $1", self.uuid())
            .fetch_optional(tx.connection())
            .await?;
        Ok(row.map(|row| Facts {
            user: Some(row.user_id.into()),
            clinics: row.clinic_id.map(ClinicId::from).into_iter().collect(),
            everywhere: row.clinic_id.is_none(),
            ..Facts::default()
        }))
    }
}

/// The patient with this person number, if the date of birth is right too.
pub(in crate::directory) async fn patient(
    tx: &mut Tx,
    _: &Permit<Create, Opener>,
    number: i64,
    born: Date,
) -> Result<Option<PatientId>> {
    let id = sqlx::query_scalar!(
        "select id from patients where number = $1 and date_of_birth = $2 and deleted_at is null",
        number,
        born.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(id.map(Into::into))
}

/// Opens the record of a patient until an instant.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, Opener>,
    patient: PatientId,
    reason: &BreakGlassReason,
    until: Timestamp,
) -> Result<BreakGlassId> {
    let (id, now) = (tx.new_id::<BreakGlassId>(), tx.now());
    let (role, clinic) = {
        let acting = tx.access().acting()?;
        (acting.role, acting.clinic)
    };
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::BreakGlassReason, id, reason.as_str());
    sqlx::query!(
        "insert into break_glass (id, user_id, patient_id, role, clinic_id, reason_cipher, opened_at, until)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.uuid(),
        permit.id().0.uuid(),
        patient.uuid(),
        role.as_str(),
        clinic.map(ClinicId::uuid),
        cipher,
        now.to_sqlx(),
        until.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Ends the caller's access to this record now; returns whether there was one.
pub(in crate::directory) async fn end(tx: &mut Tx, permit: &Permit<Create, Opener>, patient: PatientId) -> Result<bool> {
    let now = tx.now();
    let done = sqlx::query!(
        "update break_glass set until = greatest($3, opened_at + interval '1 microsecond') where user_id = $1 and patient_id = $2 and until > $3",
        permit.id().0.uuid(),
        patient.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected() > 0)
}

/// The access without which the permit would have been refused.
pub(in crate::directory) async fn open<A: Action, S: Subject>(
    tx: &mut Tx,
    permit: &Permit<A, S>,
) -> Result<Option<OpenBreakGlass>> {
    let Some(id) = permit.break_glass() else { return Ok(None) };
    let row =
        sqlx::query!("select patient_id, until from break_glass where id = $1", id.uuid()).fetch_one(tx.connection()).await?;
    Ok(Some(OpenBreakGlass { patient: row.patient_id.into(), until: row.until.to_jiff() }))
}

/// The accesses of a scope, those that wait for a review first, then the newest.
pub(in crate::directory) async fn list(
    tx: &mut Tx,
    scope: &Scope,
    before: Option<BreakGlassId>,
    limit: i64,
) -> Result<Vec<(PatientId, BreakGlassRow)>> {
    let caller = tx.access().acting()?.user;
    let rows = sqlx::query!(
        "select b.id, b.patient_id, b.user_id, u.name as \"by!\", b.role, c.name as \"clinic?\", p.number, b.reason_cipher, b.opened_at, b.until, b.verdict,
           r.name as \"reviewed_by?\"
         from break_glass b
           join person_name u on u.user_id = b.user_id
           join patients p on p.id = b.patient_id
           left join clinics c on c.id = b.clinic_id
           left join person_name r on r.user_id = b.reviewed_by
         where ($1::uuid is null or b.clinic_id = $1)
           and ($2::uuid is null
             or (b.verdict is not null, b.opened_at, b.id) > (select x.verdict is not null, x.opened_at, x.id from break_glass x where x.id = $2))
         order by b.verdict is not null, b.opened_at, b.id limit $3",
        scope.clinic.map(ClinicId::uuid),
        before.map(BreakGlassId::uuid),
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
            let key = keys.get(&patient);
            let verdict = row.verdict.as_deref().map(BreakGlassVerdict::parse).transpose();
            let row = BreakGlassRow {
                id: row.id.into(),
                by: row.by,
                role: Role::parse(&row.role).ok_or_else(|| Error::internal("an unknown role"))?,
                clinic: row.clinic,
                patient_number: super::people::shown(row.number).ok_or_else(|| Error::internal("a counter has no number"))?,
                reason: key.map(|key| key.decrypt(Column::BreakGlassReason, row.id, &row.reason_cipher)).transpose()?,
                opened_at: row.opened_at.to_jiff(),
                until: row.until.to_jiff(),
                may_review: row.verdict.is_none() && row.user_id != caller.uuid(),
                verdict: verdict.map_err(|_| Error::internal("an unknown verdict"))?,
                reviewed_by: row.reviewed_by,
            };
            Ok((patient, row))
        })
        .collect()
}

/// How many accesses of a scope wait for a review.
pub(in crate::directory) async fn waiting(connection: &mut PgConnection, scope: &Scope) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"waiting!\" from break_glass where verdict is null and ($1::uuid is null or clinic_id = $1)",
        scope.clinic.map(ClinicId::uuid)
    )
    .fetch_one(connection)
    .await?)
}

/// Stores what a review found; an access is reviewed once.
pub(in crate::directory) async fn review(
    tx: &mut Tx,
    permit: &Permit<Decide, BreakGlassId>,
    verdict: BreakGlassVerdict,
    by: UserId,
) -> Result<PatientId> {
    let now = tx.now();
    let patient = sqlx::query_scalar!(
        "update break_glass set verdict = $2, reviewed_by = $3, reviewed_at = $4 where id = $1 and verdict is null returning patient_id",
        permit.id().uuid(),
        verdict.as_str(),
        by.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    patient.map(Into::into).ok_or_else(|| Code::Stale.into())
}

/// What the mail to the patient says: who opened the record, and when; `None` when it no longer exists.
pub(in crate::directory) async fn told(connection: &mut PgConnection, id: Uuid) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select u.name as \"by!\", b.opened_at from break_glass b join person_name u on u.user_id = b.user_id where b.id = $1",
        id
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.by, row.opened_at.to_jiff())))
}

/// Those who act at this instant for the patient whose record was opened, without whoever opened it.
pub(in crate::directory) async fn representatives(
    connection: &mut PgConnection,
    id: BreakGlassId,
    at: Timestamp,
) -> Result<Vec<UserId>> {
    let users = sqlx::query_scalar!(
        "select r as \"user_id!\" from break_glass b cross join representatives(b.patient_id, $2) r where b.id = $1 and r <> b.user_id",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}
