//! Handovers of records to young people, in the database.

use crate::{
    Domain, Error, Result,
    access::{Permit, actions::Write},
    db::Tx,
    identity::{new_hash, token_again, typed_hash},
    notifications::Recipient,
};
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    identity::EmailAddress,
    ids::{HandoverId, PatientId, UserId},
};
use sqlx::PgConnection;

/// How long the link of a handover works.
const LIFE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The time in which the mails of a patient's handovers are counted.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// A patient for whom the user acts as a guardian.
pub(in crate::directory) struct Ward {
    pub(in crate::directory) born: Date,
    /// Whether the patient has an account by now.
    pub(in crate::directory) has_account: bool,
    /// Whether a handover waits for the patient.
    pub(in crate::directory) is_open: bool,
    /// The key of the guardian's own address.
    pub(in crate::directory) guardian_key: String,
}

/// The patient, if the user acts for them as a guardian now.
pub(in crate::directory) async fn ward(tx: &mut Tx, permit: &Permit<Write, UserId>, patient: PatientId) -> Result<Option<Ward>> {
    let now = tx.now();
    let row = sqlx::query!(
        "select p.date_of_birth, u.email_key as \"guardian_key!\",
           exists (select from patient_access s where s.patient_id = p.id and s.relation = 'self'
             and (s.ends_at is null or s.ends_at > $3)) as \"has_account!\",
           exists (select from record_handovers h where h.patient_id = p.id and h.accepted_at is null
             and h.withdrawn_at is null) as \"is_open!\"
         from patient_access pa join patients p on p.id = pa.patient_id and p.deleted_at is null
           join account u on u.user_id = pa.user_id
         where pa.user_id = $1 and pa.patient_id = $2 and pa.relation = 'guardian' and pa.starts_at <= $3
           and (pa.ends_at is null or pa.ends_at > $3)",
        permit.id().uuid(),
        patient.uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Ward {
        born: row.date_of_birth.to_jiff(),
        has_account: row.has_account,
        is_open: row.is_open,
        guardian_key: row.guardian_key,
    }))
}

/// How many mails with a link the handovers of a patient have sent whose last one is not a day old.
pub(in crate::directory) async fn mails_lately(tx: &mut Tx, _: &Permit<Write, UserId>, patient: PatientId) -> Result<i64> {
    let since = tx.now() - DAY;
    Ok(sqlx::query_scalar!(
        "select coalesce(sum(sends), 0)::bigint as \"sent!\" from record_handovers where patient_id = $1 and sent_at > $2",
        patient.uuid(),
        since.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?)
}

/// Inserts a handover.
///
/// # Errors
/// `directory.handover_open`.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    patient: PatientId,
    email: &EmailAddress,
) -> Result<HandoverId> {
    let (id, now) = (tx.new_id::<HandoverId>(), tx.now());
    let expires_at = now + LIFE;
    let hash = new_hash(tx.domain(), id.uuid());
    sqlx::query!(
        "insert into record_handovers (id, patient_id, token_hash, email, email_key, offered_by, offered_at, sent_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        id.uuid(),
        patient.uuid(),
        &hash[..],
        email.as_str(),
        email.key(),
        permit.id().uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("record_handovers_open", Code::HandoverOpen)]))?;
    Ok(id)
}

/// The patient of a handover that is neither accepted nor withdrawn, if the user is a guardian of theirs; the handover is locked.
pub(in crate::directory) async fn open(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    handover: HandoverId,
) -> Result<Option<PatientId>> {
    let now = tx.now();
    let patient = sqlx::query_scalar!(
        "select h.patient_id from record_handovers h
         where h.id = $1 and h.accepted_at is null and h.withdrawn_at is null
           and exists (select from patient_access pa where pa.patient_id = h.patient_id and pa.user_id = $2 and pa.relation = 'guardian'
             and pa.starts_at <= $3 and (pa.ends_at is null or pa.ends_at > $3))
         for update of h",
        handover.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(patient.map(Into::into))
}

/// Lets the link of an open handover work for as long as a new one, and counts its mail. The user vouches for it from then on.
pub(in crate::directory) async fn renew(tx: &mut Tx, permit: &Permit<Write, UserId>, handover: HandoverId) -> Result<()> {
    let now = tx.now();
    let expires_at = now + LIFE;
    sqlx::query!(
        "update record_handovers set sent_at = $2, expires_at = $3, sends = sends + 1, offered_by = $4 where id = $1",
        handover.uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx(),
        permit.id().uuid()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Withdraws an open handover.
pub(in crate::directory) async fn withdraw(tx: &mut Tx, permit: &Permit<Write, UserId>, handover: HandoverId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update record_handovers set withdrawn_by = $2, withdrawn_at = $3 where id = $1",
        handover.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// A handover whose link works.
pub(in crate::directory) struct Found {
    pub(in crate::directory) id: HandoverId,
    pub(in crate::directory) patient: PatientId,
    /// The patient's name.
    pub(in crate::directory) name: String,
    pub(in crate::directory) born: Date,
    /// Where the patient lives.
    pub(in crate::directory) zone: TimeZone,
    pub(in crate::directory) email: String,
    /// The account with the address.
    pub(in crate::directory) account: Option<UserId>,
}

/// Whether to lock a handover: it is locked when it is about to be accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::directory) enum Lock {
    No,
    Yes,
}

/// Finds the handover of a token. It is also over when the user who offered it is no longer a guardian.
///
/// # Errors
/// `identity.link_unknown`, `directory.handover_over`.
pub(in crate::directory) async fn find(connection: &mut PgConnection, token: &str, lock: Lock, now: Timestamp) -> Result<Found> {
    let hash = typed_hash(token);
    if lock == Lock::Yes {
        // The patient too, so that a claim of the record at the same moment runs before or after this.
        sqlx::query_scalar!(
            "select h.id from record_handovers h join patients p on p.id = h.patient_id where h.token_hash = $1 for update",
            &hash[..]
        )
        .fetch_optional(&mut *connection)
        .await?;
    }
    let row = sqlx::query!(
        "select h.id as \"id!\", h.patient_id as \"patient_id!\", h.email as \"email!\", h.expires_at as \"expires_at!\",
           (h.accepted_at is not null or h.withdrawn_at is not null
             or exists (select from patient_access s where s.patient_id = p.id and s.relation = 'self'
               and (s.ends_at is null or s.ends_at > $2))
             or not exists (select from patient_access g where g.patient_id = p.id and g.user_id = h.offered_by and g.relation = 'guardian'
               and g.starts_at <= $2 and (g.ends_at is null or g.ends_at > $2))) as \"over!\",
           p.full_name as \"full_name!\", p.date_of_birth as \"date_of_birth!\", p.time_zone as \"time_zone!\",
           u.user_id as \"account?\"
         from record_handovers h join patients p on p.id = h.patient_id and p.deleted_at is null
           left join account u on u.email_key = h.email_key
         where h.token_hash = $1",
        &hash[..],
        now.to_sqlx()
    )
    .fetch_optional(connection)
    .await?
    .ok_or(Code::LinkUnknown)?;
    if row.over || row.expires_at.to_jiff() <= now {
        return Err(Code::HandoverOver.into());
    }
    Ok(Found {
        id: row.id.into(),
        patient: row.patient_id.into(),
        name: row.full_name,
        born: row.date_of_birth.to_jiff(),
        zone: TimeZone::get(&row.time_zone).unwrap_or(TimeZone::UTC),
        email: row.email,
        account: row.account.map(Into::into),
    })
}

/// Settles a handover, and lets no guardian act for the patient longer than until this instant, also not with another right; none means that it ends now. Returns
/// whose rights have changed.
pub(in crate::directory) async fn settle(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    (handover, patient): (HandoverId, PatientId),
    until: Option<Timestamp>,
) -> Result<Vec<UserId>> {
    let now = tx.now();
    sqlx::query!(
        "update record_handovers set accepted_by = $2, accepted_at = $3, guardians_until = $4::timestamptz where id = $1",
        handover.uuid(),
        permit.id().uuid(),
        now.to_sqlx(),
        until.map(ToSqlx::to_sqlx)
    )
    .execute(tx.connection())
    .await?;
    let ends_at = until.unwrap_or(now);
    let users = sqlx::query_scalar!(
        "update patient_access set ends_at = $2
         where patient_id = $1 and relation <> 'self' and (ends_at is null or ends_at > $2)
           and user_id in (select g.user_id from patient_access g where g.patient_id = $1 and g.relation = 'guardian'
             and (g.ends_at is null or g.ends_at > $3))
         returning user_id",
        patient.uuid(),
        ends_at.to_sqlx(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(users.into_iter().map(Into::into).collect())
}

/// Who gets the mail of a handover; `None` when it is settled. The mail is in the language and the time zone of the guardian.
pub(in crate::directory) async fn recipient(connection: &mut PgConnection, id: HandoverId) -> Result<Option<Recipient>> {
    let row = sqlx::query!(
        "select h.email, u.language as \"language!\", u.time_zone as \"time_zone!\"
         from record_handovers h join account u on u.user_id = h.offered_by
         where h.id = $1 and h.accepted_at is null and h.withdrawn_at is null",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| Recipient { to: row.email, name: String::new(), language: row.language, time_zone: row.time_zone }))
}

/// The token of a handover, and until when its link works; `None` when it is settled.
pub(in crate::directory) async fn letter(
    domain: &Domain,
    connection: &mut PgConnection,
    id: HandoverId,
) -> Result<Option<(String, Timestamp)>> {
    let row = sqlx::query!(
        "select token_hash, expires_at from record_handovers where id = $1 and accepted_at is null and withdrawn_at is null",
        id.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let token = token_again(domain, connection, id.uuid(), &row.token_hash).await?;
    Ok(Some((token, row.expires_at.to_jiff())))
}

/// Who is told that a record was handed over, and what.
pub(in crate::directory) struct Told {
    /// The patient's name.
    pub(in crate::directory) name: String,
    /// The account that has the record now.
    pub(in crate::directory) own: UserId,
    /// The guardians who acted for the patient when it was handed over.
    pub(in crate::directory) guardians: Vec<UserId>,
    /// Until when they still act; none if that has ended.
    pub(in crate::directory) until: Option<Timestamp>,
}

/// Who is told that a record was handed over. Asked in the transaction that has settled the handover.
pub(in crate::directory) async fn told(connection: &mut PgConnection, id: HandoverId) -> Result<Told> {
    let row = sqlx::query!(
        "select p.full_name, h.accepted_by as \"accepted_by!\", h.guardians_until,
           array(select pa.user_id from patient_access pa where pa.patient_id = h.patient_id and pa.relation = 'guardian'
             and pa.ends_at >= h.accepted_at order by pa.user_id) as \"guardians!\"
         from record_handovers h join patients p on p.id = h.patient_id
         where h.id = $1 and h.accepted_at is not null",
        id.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(Told {
        name: row.full_name,
        own: row.accepted_by.into(),
        guardians: row.guardians.into_iter().map(Into::into).collect(),
        until: row.guardians_until.map(jiff_sqlx::Timestamp::to_jiff),
    })
}

/// Lets no link that waits work any more until it is sent again; how many did.
pub(in crate::directory) async fn expire_all(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    let expired = sqlx::query!(
        "update record_handovers set expires_at = sent_at + interval '1 microsecond'
         where accepted_at is null and withdrawn_at is null and expires_at > $1",
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(expired.rows_affected())
}
