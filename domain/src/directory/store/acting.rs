//! Carers and legal guardians whom a clinic lets act for a patient, in the database.

use crate::{
    Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Read},
    },
    db::Tx,
    directory::acting::ActingFor,
    vault::Column,
};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ActingForView, ActingRelation, ActingRow},
    identity::EmailAddress,
    ids::{ActingPaperId, ClinicId, PatientId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

impl Subject for ActingFor {
    const KIND: ResourceKind = ResourceKind::Acting;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// Those of the patient, whose clinics are here only those that keep the record.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let Some(facts) = self.0.facts(tx, lock).await? else { return Ok(None) };
        let clinics = super::patients::kept_at(tx, self.0).await?;
        Ok(Some(Facts { clinics, ..facts }))
    }
}

/// A right to act that is given with a document.
pub(in crate::directory) struct NewActing<'a> {
    pub(in crate::directory) user: UserId,
    pub(in crate::directory) relation: ActingRelation,
    pub(in crate::directory) document: &'a str,
    pub(in crate::directory) document_date: Date,
    /// Why no copy of it is kept.
    pub(in crate::directory) no_copy: Option<&'a str>,
    pub(in crate::directory) until: Timestamp,
}

/// The patient with this person number, if the date of birth is right too. Whether the caller may know that is for the permit.
pub(in crate::directory) async fn find(tx: &mut Tx, number: i64, born: Date) -> Result<Option<PatientId>> {
    let id = sqlx::query_scalar!(
        "select id from patients where number = $1 and date_of_birth = $2 and deleted_at is null",
        number,
        born.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(id.map(Into::into))
}

/// The patient, and the people who act for them or will act.
pub(in crate::directory) async fn read(tx: &mut Tx, permit: &Permit<Read, ActingFor>) -> Result<ActingForView> {
    let (patient, now) = (permit.id().0, tx.now());
    let named =
        sqlx::query!("select full_name, number from patients where id = $1", patient.uuid()).fetch_one(tx.connection()).await?;
    let rows = sqlx::query!(
        "select pa.user_id, u.name as \"name!\", u.email as \"email!\", pa.relation, pa.starts_at, pa.ends_at, d.id as \"paper?\",
           d.document_cipher as \"document_cipher?\", d.document_date as \"document_date?\", d.no_copy_cipher as \"no_copy_cipher?\"
         from patient_access pa
           join account u on u.user_id = pa.user_id
           left join acting_papers d on d.patient_id = pa.patient_id and d.user_id = pa.user_id and d.relation = pa.relation
             and d.seen_at = pa.starts_at
         where pa.patient_id = $1 and pa.relation <> 'self' and (pa.ends_at is null or pa.ends_at > $2)
         order by u.name, pa.user_id, pa.relation",
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let key = tx.patient_key(patient).await?;
    let acting = rows.into_iter().map(|row| {
        let document = match (row.paper, row.document_cipher) {
            (Some(paper), Some(cipher)) => Some(key.decrypt(Column::ActingDocument, ActingPaperId::from(paper), &cipher)?),
            (_, _) => None,
        };
        let no_copy = match (row.paper, row.no_copy_cipher) {
            (Some(paper), Some(cipher)) => Some(key.decrypt(Column::ActingNoCopy, ActingPaperId::from(paper), &cipher)?),
            (_, _) => None,
        };
        Ok(ActingRow {
            user: row.user_id.into(),
            name: row.name,
            email: row.email,
            relation: ActingRelation::parse(&row.relation).map_err(|_| Error::internal("an unknown relation"))?,
            since: row.starts_at.to_jiff(),
            until: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            document,
            document_date: row.document_date.map(jiff_sqlx::Date::to_jiff),
            no_copy,
            paper: row.paper.map(Into::into),
            files: Vec::new(),
        })
    });
    Ok(ActingForView {
        patient,
        name: named.full_name,
        number: super::people::shown(named.number).unwrap_or_default(),
        acting: acting.collect::<Result<_>>()?,
        waiting: Vec::new(),
    })
}

/// The open account with this address.
pub(in crate::directory) async fn account(
    tx: &mut Tx,
    _: &Permit<Create, ActingFor>,
    email: &EmailAddress,
) -> Result<Option<UserId>> {
    let user = sqlx::query_scalar!(
        "select user_id as \"user_id!\" from account where email_key = $1 and email_confirmed_at is not null and suspended_at is null",
        email.key()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(user.map(Into::into))
}

/// The time zone in which the patient lives.
pub(in crate::directory) async fn zone(tx: &mut Tx, permit: &Permit<Create, ActingFor>) -> Result<TimeZone> {
    let zone = sqlx::query_scalar!("select time_zone from patients where id = $1", permit.id().0.uuid())
        .fetch_one(tx.connection())
        .await?;
    Ok(TimeZone::get(&zone).unwrap_or(TimeZone::UTC))
}

/// Lets a user act for the patient from now on; `None` when they do already.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, ActingFor>,
    new: &NewActing<'_>,
) -> Result<Option<ActingPaperId>> {
    let (id, now, patient) = (tx.new_id::<ActingPaperId>(), tx.now(), permit.id().0);
    let (by, clinic) = {
        let acting = tx.access().acting()?;
        (acting.user, acting.clinic)
    };
    let given = sqlx::query!(
        "insert into patient_access (patient_id, user_id, relation, starts_at, ends_at) values ($1, $2, $3, $4, $5)
         on conflict (patient_id, user_id, relation) do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at
           where patient_access.ends_at <= excluded.starts_at",
        patient.uuid(),
        new.user.uuid(),
        new.relation.as_str(),
        now.to_sqlx(),
        new.until.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if given.rows_affected() == 0 {
        return Ok(None);
    }
    let key = tx.patient_key(patient).await?;
    let cipher = key.encrypt(tx.domain().randomness(), Column::ActingDocument, id, new.document);
    let no_copy = new.no_copy.map(|reason| key.encrypt(tx.domain().randomness(), Column::ActingNoCopy, id, reason));
    sqlx::query!(
        "insert into acting_papers
           (id, patient_id, user_id, relation, document_cipher, document_date, until, seen_by, clinic_id, seen_at, no_copy_cipher)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.uuid(),
        patient.uuid(),
        new.user.uuid(),
        new.relation.as_str(),
        cipher,
        new.document_date.to_sqlx(),
        new.until.to_sqlx(),
        by.uuid(),
        clinic.map(ClinicId::uuid),
        now.to_sqlx(),
        no_copy
    )
    .execute(tx.connection())
    .await?;
    Ok(Some(id))
}

/// A right that a clinic gave.
pub(in crate::directory) struct Given {
    pub(in crate::directory) patient: PatientId,
    pub(in crate::directory) user: UserId,
    pub(in crate::directory) until: Timestamp,
}

/// The right to which a document belongs.
pub(in crate::directory) async fn given(connection: &mut PgConnection, paper: ActingPaperId) -> Result<Given> {
    let row = sqlx::query!("select patient_id, user_id, until from acting_papers where id = $1", paper.uuid())
        .fetch_one(connection)
        .await?;
    Ok(Given { patient: row.patient_id.into(), user: row.user_id.into(), until: row.until.to_jiff() })
}

/// Everybody else who acts for the patient at this instant: the patient in their own account, or a guardian.
pub(in crate::directory) async fn others(
    connection: &mut PgConnection,
    patient: PatientId,
    user: UserId,
    at: Timestamp,
) -> Result<Vec<UserId>> {
    let users = sqlx::query_scalar!(
        "select r as \"user_id!\" from representatives($1, $3) r where r <> $2",
        patient.uuid(),
        user.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(Into::into).collect())
}
