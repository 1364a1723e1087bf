//! Codes with which patients claim their records, in the database.

use crate::{
    Result,
    access::{Permit, actions::Write},
    db::Tx,
    vault::Purpose,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    identity::ClaimCode,
    ids::{PatientClaimId, PatientId, UserId},
};

/// What a code belongs to.
pub(in crate::directory) struct Claim {
    pub(in crate::directory) id: PatientClaimId,
    pub(in crate::directory) patient: PatientId,
    pub(in crate::directory) born: Date,
    pub(in crate::directory) expires_at: Timestamp,
    pub(in crate::directory) wrong_dates: i16,
    pub(in crate::directory) used: bool,
    /// Whether the patient has an account by now.
    pub(in crate::directory) has_account: bool,
}

/// The caller's own record, before they claim another one.
pub(in crate::directory) struct OwnRecord {
    pub(in crate::directory) patient: PatientId,
    pub(in crate::directory) born: Date,
    /// Whether the record is in use: it has an appointment, a clinic where it is registered, another user who acts for it, a profile, another address, a
    /// document, a conversation, an entry, or a measurement.
    pub(in crate::directory) used: bool,
}

/// Ends the codes of a patient that were not used, and stores a new one.
pub(in crate::directory) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Write, PatientId>,
    code: &ClaimCode,
    by: UserId,
    expires_at: Timestamp,
) -> Result<()> {
    let (id, now) = (tx.new_id::<PatientClaimId>(), tx.now());
    sqlx::query!(
        "update patient_claims set expires_at = $2 where patient_id = $1 and used_at is null and expires_at > $2",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    let digest = tx.domain().vault().digest(Purpose::Links, &parts(code));
    sqlx::query!(
        "insert into patient_claims (id, patient_id, code_digest, made_by, made_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        permit.id().uuid(),
        &digest[..],
        by.uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// The patient of this code.
pub(in crate::directory) async fn patient_of(
    tx: &mut Tx,
    _: &Permit<Write, UserId>,
    code: &ClaimCode,
) -> Result<Option<PatientId>> {
    let digests = digests(tx, code);
    let patient = sqlx::query_scalar!("select patient_id from patient_claims where code_digest = any($1)", &digests)
        .fetch_optional(tx.connection())
        .await?;
    Ok(patient.map(Into::into))
}

/// What this code belongs to, locked. The caller has locked the patient before.
pub(in crate::directory) async fn find(tx: &mut Tx, _: &Permit<Write, UserId>, code: &ClaimCode) -> Result<Option<Claim>> {
    let (digests, now) = (digests(tx, code), tx.now());
    let row = sqlx::query!(
        "select c.id, c.patient_id, p.date_of_birth, c.expires_at, c.wrong_dates, c.used_at is not null as \"used!\",
           exists (select from patient_access a where a.patient_id = c.patient_id and a.relation = 'self' and a.starts_at <= $2
             and (a.ends_at is null or a.ends_at > $2)) as \"has_account!\"
         from patient_claims c join patients p on p.id = c.patient_id and p.deleted_at is null
         where c.code_digest = any($1) for update of c",
        &digests,
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| Claim {
        id: row.id.into(),
        patient: row.patient_id.into(),
        born: row.date_of_birth.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        wrong_dates: row.wrong_dates,
        used: row.used,
        has_account: row.has_account,
    }))
}

/// Lets no unused code work any more; how many did.
pub(in crate::directory) async fn expire_all(tx: &mut Tx) -> Result<u64> {
    let now = tx.now();
    let expired =
        sqlx::query!("update patient_claims set expires_at = $1 where used_at is null and expires_at > $1", now.to_sqlx())
            .execute(tx.connection())
            .await?;
    Ok(expired.rows_affected())
}

fn digests(tx: &Tx, code: &ClaimCode) -> Vec<Vec<u8>> {
    tx.domain().vault().digests(Purpose::Links, &parts(code)).into_iter().map(|digest| digest.to_vec()).collect()
}

fn parts(code: &ClaimCode) -> [&[u8]; 2] {
    [b"patient claim", code.as_str().as_bytes()]
}

/// Counts a wrong date of birth.
pub(in crate::directory) async fn count_wrong_date(tx: &mut Tx, _: &Permit<Write, UserId>, claim: PatientClaimId) -> Result<()> {
    sqlx::query!("update patient_claims set wrong_dates = wrong_dates + 1 where id = $1", claim.uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// The caller's own record.
pub(in crate::directory) async fn own_record(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<Option<OwnRecord>> {
    let row = sqlx::query!(
        "select p.id, p.date_of_birth,
           (exists (select from appointment_plan a where a.patient_id = p.id)
             or exists (select from patient_clinics r where r.patient_id = p.id)
             or exists (select from patient_profile_versions v where v.patient_id = p.id)
             or exists (select from patient_address_versions v where v.patient_id = p.id)
             or exists (select from patient_file f where f.patient_id = p.id)
             or exists (select from patient_thread t where t.patient_id = p.id)
             or exists (select from patient_record_part t where t.patient_id = p.id)
             or exists (select from patient_access o where o.patient_id = p.id and o.relation <> 'self')) as \"used!\"
         from patient_access pa join patients p on p.id = pa.patient_id
         where pa.user_id = $1 and pa.relation = 'self'",
        permit.id().uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(|row| OwnRecord { patient: row.id.into(), born: row.date_of_birth.to_jiff(), used: row.used }))
}

/// Makes the claimed record the user's own. The unused record that the sign-up made is deleted, after its contact details are copied.
pub(in crate::directory) async fn take_as_own(
    tx: &mut Tx,
    permit: &Permit<Write, UserId>,
    claimed: PatientId,
    before: PatientId,
) -> Result<()> {
    let now = tx.now();
    super::contact::carry_over(tx, before, claimed).await?;
    sqlx::query!(
        "update patient_access set patient_id = $2, starts_at = $3 where user_id = $1 and relation = 'self'",
        permit.id().uuid(),
        claimed.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!("update patients set deleted_at = $2, version = version + 1 where id = $1", before.uuid(), now.to_sqlx())
        .execute(tx.connection())
        .await?;
    Ok(())
}

/// Lets the user act for the patient of the claimed record, next to their own. A right that a clinic gave with a document keeps its end.
pub(in crate::directory) async fn act_for(tx: &mut Tx, permit: &Permit<Write, UserId>, claimed: PatientId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into patient_access (patient_id, user_id, relation, starts_at) values ($1, $2, 'helper', $3)
         on conflict (patient_id, user_id, relation) do update set starts_at = excluded.starts_at, ends_at = null
           where patient_access.ends_at <= excluded.starts_at",
        claimed.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Marks a code as used.
pub(in crate::directory) async fn use_up(tx: &mut Tx, permit: &Permit<Write, UserId>, claim: PatientClaimId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "update patient_claims set used_by = $2, used_at = $3 where id = $1 and used_at is null",
        claim.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}
