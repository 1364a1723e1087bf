//! Ratings in the database.

use super::super::ratings::RatingOf;
use crate::{
    Result,
    access::{
        Action, Facts, Permit, ResourceKind, Subject,
        actions::{Create, Decide, Write},
    },
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, DoctorId, RatingId, UserId},
    visits::ratings::{RatingView, Stars},
};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

impl Subject for RatingOf {
    const KIND: ResourceKind = ResourceKind::Rating;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from encounters where id = $1 for update", self.0.uuid())
                .fetch_optional(tx.connection())
                .await?;
        }
        let row = sqlx::query!("select patient_id, doctor_id, clinic_id from encounters where id = $1", self.0.uuid())
            .fetch_optional(tx.connection())
            .await?;
        Ok(row.map(|row| Facts {
            patient: Some(row.patient_id.into()),
            doctor: Some(row.doctor_id.into()),
            clinics: BTreeSet::from([row.clinic_id.into()]),
            ..Facts::default()
        }))
    }
}

impl Subject for RatingId {
    const KIND: ResourceKind = ResourceKind::Rating;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        if lock {
            sqlx::query!("select id from ratings where id = $1 for update", self.uuid()).fetch_optional(tx.connection()).await?;
        }
        let row = sqlx::query!("select patient_id, doctor_id, clinic_id from ratings where id = $1", self.uuid())
            .fetch_optional(tx.connection())
            .await?;
        Ok(row.map(|row| Facts {
            patient: Some(row.patient_id.into()),
            doctor: Some(row.doctor_id.into()),
            clinics: BTreeSet::from([row.clinic_id.into()]),
            ..Facts::default()
        }))
    }
}

/// What a rating needs to know of its visit.
pub(in crate::visits) struct Held {
    pub(in crate::visits) doctor_name: String,
    /// When the visit ended; `None` while it has not, and when nobody was admitted.
    pub(in crate::visits) ended_at: Option<Timestamp>,
}

/// Loads the visit of a rating.
pub(in crate::visits) async fn held<A: Action>(tx: &mut Tx, permit: &Permit<A, RatingOf>) -> Result<Held> {
    let row = sqlx::query!(
        "select d.name as \"name!\", e.ended_at, e.admitted_at from encounters e join doctor_name d on d.doctor_id = e.doctor_id where e.id = $1",
        permit.id().0.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let ended_at = row.ended_at.map(jiff_sqlx::Timestamp::to_jiff).filter(|_| row.admitted_at.is_some());
    Ok(Held { doctor_name: row.name, ended_at })
}

/// A rating with the name of its doctor.
struct RatingRow {
    id: Uuid,
    stars: i16,
    words: String,
    rated_at: jiff_sqlx::Timestamp,
    answer: Option<String>,
    hidden_reason: Option<String>,
    version: i32,
    doctor_name: String,
}

impl From<RatingRow> for RatingView {
    fn from(row: RatingRow) -> Self {
        let RatingRow { id, stars, words, rated_at, answer, hidden_reason, version, doctor_name } = row;
        Self { id: id.into(), stars, words, rated_at: rated_at.to_jiff(), answer, hidden: hidden_reason, doctor_name, version }
    }
}

/// The rating of a visit, if there is one.
pub(in crate::visits) async fn of_visit<A: Action>(tx: &mut Tx, permit: &Permit<A, RatingOf>) -> Result<Option<RatingView>> {
    let row = sqlx::query_as!(
        RatingRow,
        "select r.id, r.stars, r.words, r.rated_at, r.answer, r.hidden_reason, r.version, d.name as \"doctor_name!\"
         from ratings r join doctor_name d on d.doctor_id = r.doctor_id where r.encounter_id = $1",
        permit.id().0.uuid()
    )
    .fetch_optional(tx.connection())
    .await?;
    Ok(row.map(Into::into))
}

pub(in crate::visits) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, RatingOf>,
    stars: Stars,
    words: &str,
) -> Result<RatingId> {
    let (id, now) = (tx.new_id::<RatingId>(), tx.now());
    sqlx::query!(
        "insert into ratings (id, encounter_id, doctor_id, patient_id, clinic_id, stars, words, rated_at)
         select $1, e.id, e.doctor_id, e.patient_id, e.clinic_id, $3, $4, $5 from encounters e where e.id = $2",
        id.uuid(),
        permit.id().0.uuid(),
        stars.number(),
        words,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(id)
}

/// Changes a rating. When it was written stays, so that it cannot be changed for ever.
///
/// # Errors
/// `request.stale` when it has another version now.
pub(in crate::visits) async fn change(
    tx: &mut Tx,
    permit: &Permit<Create, RatingOf>,
    stars: Stars,
    words: &str,
    version: i32,
) -> Result<()> {
    let changed = sqlx::query!(
        "update ratings set stars = $2, words = $3, version = version + 1 where encounter_id = $1 and version = $4",
        permit.id().0.uuid(),
        stars.number(),
        words,
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

/// Stores the answer.
///
/// # Errors
/// `visits.rating_answered` when there is one.
pub(in crate::visits) async fn answer(tx: &mut Tx, permit: &Permit<Write, RatingId>, answer: &str) -> Result<()> {
    let now = tx.now();
    let changed = sqlx::query!(
        "update ratings set answer = $2, answered_at = $3, version = version + 1 where id = $1 and answer is null",
        permit.id().uuid(),
        answer,
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { Ok(()) } else { Err(Code::RatingAnswered.into()) }
}

/// Hides a rating.
///
/// # Errors
/// `request.stale` when it has another version now, or is hidden.
pub(in crate::visits) async fn hide(
    tx: &mut Tx,
    permit: &Permit<Decide, RatingId>,
    reason: &str,
    by: UserId,
    version: i32,
) -> Result<()> {
    let now = tx.now();
    let changed = sqlx::query!(
        "update ratings set hidden_at = $2, hidden_by = $3, hidden_reason = $4, version = version + 1
         where id = $1 and version = $5 and hidden_at is null",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid(),
        reason,
        version
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if changed == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

/// How many ratings of a doctor are shown, and the sum of their stars; for a doctor whom patients may not find, none.
pub(in crate::visits) async fn count(connection: &mut PgConnection, doctor: DoctorId) -> Result<(i64, i64)> {
    let row = sqlx::query!(
        "select count(*) as \"count!\", coalesce(sum(r.stars), 0)::bigint as \"stars!\" from ratings r
         where r.doctor_id = $1 and r.hidden_at is null and exists (select from doctor_listing d where d.doctor_id = r.doctor_id)",
        doctor.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok((row.count, row.stars))
}

/// A page of ratings, newest first.
pub(in crate::visits) struct Listing {
    pub(in crate::visits) doctor: Option<DoctorId>,
    pub(in crate::visits) clinic: Option<ClinicId>,
    /// Whether those are listed too that an administrator has hidden.
    pub(in crate::visits) hidden: bool,
    /// The last rating of the previous page.
    pub(in crate::visits) after: Option<RatingId>,
    pub(in crate::visits) limit: i64,
}

pub(in crate::visits) async fn list(connection: &mut PgConnection, listing: &Listing) -> Result<Vec<RatingView>> {
    let Listing { doctor, clinic, hidden, after, limit } = *listing;
    let rows = sqlx::query_as!(
        RatingRow,
        "select r.id, r.stars, r.words, r.rated_at, r.answer, r.hidden_reason, r.version, d.name as \"doctor_name!\"
         from ratings r join doctor_name d on d.doctor_id = r.doctor_id
         where ($1::uuid is null or r.doctor_id = $1) and ($2::uuid is null or r.clinic_id = $2) and ($3 or r.hidden_at is null)
           and ($4::uuid is null or (r.rated_at, r.id) < (select x.rated_at, x.id from ratings x where x.id = $4))
         order by r.rated_at desc, r.id desc limit $5",
        doctor.map(DoctorId::uuid),
        clinic.map(ClinicId::uuid),
        hidden,
        after.map(RatingId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
