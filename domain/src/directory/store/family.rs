//! Who acts for whom, in the database.

use crate::{
    Error, Result,
    access::{Action, Permit, Subject, actions::Write},
    db::Tx,
};
use jiff::{Timestamp, civil::Date};
use jiff_sqlx::ToSqlx;
use model::{
    directory::{ActedByView, ActingRelation, ActsForView, HandoverRow},
    errors::Code,
    identity::name_search_key,
    ids::{PatientId, UserId},
    locale::TimeZoneName,
};
use sqlx::PgConnection;

/// A child for whom a user acts, as the search for the same child compares them.
pub(in crate::directory) struct KnownChild {
    /// The search key of the name.
    pub(in crate::directory) name: String,
    /// The date of birth.
    pub(in crate::directory) born: Date,
}

/// A person who acts for the user, and when the user was born.
pub(in crate::directory) struct ActedBy {
    pub(in crate::directory) view: ActedByView,
    pub(in crate::directory) born: Date,
}

fn relation(text: &str) -> Result<ActingRelation> {
    ActingRelation::parse(text).map_err(|_| Error::internal("an unknown relation"))
}

/// The people for whom a user acts, or will act. `may_hand_over` says nothing about the person's age: the caller knows that.
pub(in crate::directory) async fn acts_for(tx: &mut Tx, user: UserId) -> Result<Vec<ActsForView>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select pa.patient_id, p.full_name, p.date_of_birth, pa.relation, pa.starts_at, pa.ends_at,
           (exists (select from patient_access o where o.patient_id = p.id and o.user_id <> $1 and (o.ends_at is null or o.ends_at > $2))
             or not exists (select from appointment_plan a where a.patient_id = p.id)) as \"may_end!\",
           (pa.relation = 'guardian' and pa.starts_at <= $2 and not exists (select from patient_access s
             where s.patient_id = p.id and s.relation = 'self' and (s.ends_at is null or s.ends_at > $2))) as \"may_hand_over!\",
           h.id as \"handover?\", h.email as \"handover_email?\", h.sent_at as \"handover_sent_at?\",
           h.expires_at as \"handover_expires_at?\"
         from patient_access pa join patients p on p.id = pa.patient_id and p.deleted_at is null
           left join record_handovers h on h.patient_id = p.id and h.accepted_at is null and h.withdrawn_at is null
             and pa.relation = 'guardian'
         where pa.user_id = $1 and pa.relation <> 'self' and (pa.ends_at is null or pa.ends_at > $2)
         order by p.full_name, p.id, pa.relation",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let views = rows.into_iter().map(|row| {
        let handover = match (row.handover, row.handover_email, row.handover_sent_at, row.handover_expires_at) {
            (Some(id), Some(email), Some(sent_at), Some(expires_at)) => {
                Some(HandoverRow { id: id.into(), email, sent_at: sent_at.to_jiff(), expires_at: expires_at.to_jiff() })
            }
            (_, _, _, _) => None,
        };
        Ok(ActsForView {
            patient: row.patient_id.into(),
            name: row.full_name,
            date_of_birth: row.date_of_birth.to_jiff(),
            relation: relation(&row.relation)?,
            since: row.starts_at.to_jiff(),
            until: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            may_end: row.may_end,
            may_hand_over: row.may_hand_over,
            handover,
        })
    });
    views.collect()
}

/// The people who act for a user who has a record of their own, or will act. `may_end` is false: the caller knows the age.
pub(in crate::directory) async fn acted_by(tx: &mut Tx, user: UserId) -> Result<Vec<ActedBy>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select pa.patient_id, pa.user_id, u.name as \"name!\", pa.relation, pa.starts_at, pa.ends_at, p.date_of_birth
         from patient_access mine
           join patients p on p.id = mine.patient_id and p.deleted_at is null
           join patient_access pa on pa.patient_id = mine.patient_id and pa.relation <> 'self'
           join account u on u.user_id = pa.user_id
         where mine.user_id = $1 and mine.relation = 'self' and (mine.ends_at is null or mine.ends_at > $2)
           and (pa.ends_at is null or pa.ends_at > $2)
         order by u.name, pa.user_id, pa.relation",
        user.uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let people = rows.into_iter().map(|row| {
        let view = ActedByView {
            patient: row.patient_id.into(),
            user: row.user_id.into(),
            name: row.name,
            relation: relation(&row.relation)?,
            since: row.starts_at.to_jiff(),
            until: row.ends_at.map(jiff_sqlx::Timestamp::to_jiff),
            may_end: false,
        };
        Ok(ActedBy { view, born: row.date_of_birth.to_jiff() })
    });
    people.collect()
}

/// The children for whom the user acts as a guardian.
pub(in crate::directory) async fn children(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<Vec<KnownChild>> {
    let now = tx.now();
    let rows = sqlx::query!(
        "select p.full_name, p.latin_name, p.date_of_birth
         from patient_access pa join patients p on p.id = pa.patient_id and p.deleted_at is null
         where pa.user_id = $1 and pa.relation = 'guardian' and (pa.ends_at is null or pa.ends_at > $2)",
        permit.id().uuid(),
        now.to_sqlx()
    )
    .fetch_all(tx.connection())
    .await?;
    let children = rows.into_iter().map(|row| KnownChild {
        name: name_search_key(&row.full_name, row.latin_name.as_deref()),
        born: row.date_of_birth.to_jiff(),
    });
    Ok(children.collect())
}

/// The time zone of the user's account, in which a child lives too.
pub(in crate::directory) async fn time_zone(tx: &mut Tx, permit: &Permit<Write, UserId>) -> Result<TimeZoneName> {
    let zone = sqlx::query_scalar!("select time_zone as \"time_zone!\" from account where user_id = $1", permit.id().uuid())
        .fetch_one(tx.connection())
        .await?;
    TimeZoneName::parse(&zone).map_err(|_| Error::internal("a stored time zone that cannot be read"))
}

/// Lets the user act for a child from now on.
pub(in crate::directory) async fn grant_guardian(tx: &mut Tx, permit: &Permit<Write, UserId>, child: PatientId) -> Result<()> {
    let now = tx.now();
    sqlx::query!(
        "insert into patient_access (patient_id, user_id, relation, starts_at) values ($1, $2, 'guardian', $3)",
        child.uuid(),
        permit.id().uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ends the right of `user` to act for a patient. The permit is that of the staff, or for the account of one of the two, who has looked at what they may end.
///
/// # Errors
/// `not_found` when it has ended already.
pub(in crate::directory) async fn end<A: Action, S: Subject>(
    tx: &mut Tx,
    _: &Permit<A, S>,
    (patient, user, relation): (PatientId, UserId, ActingRelation),
) -> Result<()> {
    let now = tx.now();
    let ended = sqlx::query!(
        "update patient_access set ends_at = $4 where patient_id = $1 and user_id = $2 and relation = $3 and (ends_at is null or ends_at > $4)",
        patient.uuid(),
        user.uuid(),
        relation.as_str(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?
    .rows_affected();
    if ended == 1 { Ok(()) } else { Err(Code::NotFound.into()) }
}

/// The names of a patient and of a user who acted for them, as of now; `None` when the account no longer exists.
pub(in crate::directory) async fn names(
    connection: &mut PgConnection,
    patient: PatientId,
    user: UserId,
) -> Result<Option<(String, String)>> {
    let row = sqlx::query!(
        "select p.full_name, u.name as \"name!\" from patients p cross join account u where p.id = $1 and u.user_id = $2",
        patient.uuid(),
        user.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| (row.full_name, row.name)))
}

/// The account of the patient, if they have one.
pub(in crate::directory) async fn account_of(
    connection: &mut PgConnection,
    patient: PatientId,
    at: Timestamp,
) -> Result<Option<UserId>> {
    let user = sqlx::query_scalar!(
        "select user_id from patient_access where patient_id = $1 and relation = 'self' and (ends_at is null or ends_at > $2) limit 1",
        patient.uuid(),
        at.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    Ok(user.map(Into::into))
}

/// The children who were born after one day and until another, each with a guardian who was not told yet that they come of age.
pub(in crate::directory) async fn coming_of_age(
    connection: &mut PgConnection,
    (after, until): (Date, Date),
    at: Timestamp,
    most: i64,
) -> Result<Vec<(PatientId, UserId)>> {
    let rows = sqlx::query!(
        "select pa.patient_id, pa.user_id from patients p
           join patient_access pa on pa.patient_id = p.id and pa.relation = 'guardian' and pa.told_of_age_at is null and pa.starts_at <= $3
             and (pa.ends_at is null or pa.ends_at > $3)
         where p.date_of_birth > $1 and p.date_of_birth <= $2 and p.deleted_at is null
         order by p.date_of_birth, pa.patient_id, pa.user_id limit $4",
        after.to_sqlx(),
        until.to_sqlx(),
        at.to_sqlx(),
        most
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.patient_id.into(), row.user_id.into())).collect())
}

/// Records that a guardian is told; `false` if they were told already.
pub(in crate::directory) async fn mark_told(tx: &mut Tx, permit: &Permit<Write, PatientId>, guardian: UserId) -> Result<bool> {
    let now = tx.now();
    let marked = sqlx::query!(
        "update patient_access set told_of_age_at = $3
         where patient_id = $1 and user_id = $2 and relation = 'guardian' and told_of_age_at is null",
        permit.id().uuid(),
        guardian.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(marked.rows_affected() == 1)
}
