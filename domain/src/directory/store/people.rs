//! People's accounts in the database.

use super::doctors;
use crate::{
    Error, Result,
    access::{
        Permit, ResourceKind, Scope,
        actions::{Read, Suspend},
    },
    db::{BEGIN_PLANNED_ANEW, Tx},
    directory::people::PeopleSearch,
    identity,
    text::{self, NameQuery},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    directory::{AccountState, MOST_COUNTED, PersonRole, PersonRow, PersonView},
    identity::PersonNumber,
    ids::{ClinicId, UserId},
    scheduling::TimeRange,
};
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// What to look for.
pub(in crate::directory) struct Wanted<'a> {
    pub(in crate::directory) scope: &'a Scope,
    /// The text of the search, trimmed.
    pub(in crate::directory) text: &'a str,
    pub(in crate::directory) name: Option<&'a NameQuery>,
    pub(in crate::directory) number: Option<i64>,
    pub(in crate::directory) search: &'a PeopleSearch,
}

/// Stands for the time at which somebody was last seen whom nobody has seen.
pub(in crate::directory) const NEVER: Timestamp = Timestamp::UNIX_EPOCH;

/// The accounts that match, at most `limit`, and how many match altogether, up to [`MOST_COUNTED`].
///
/// Both statements are planned anew for what is asked: with a plan for every search and order, the planner would read and sort all accounts. The indexes are
/// `users_by_name` and `users_by_age` for the order of the pages, and the trigram indexes for a text. Only the order by activity looks at every account that
/// matches.
pub(in crate::directory) async fn find(
    connection: &mut PgConnection,
    wanted: &Wanted<'_>,
    limit: i64,
) -> Result<(Vec<PersonRow>, i64)> {
    let mut tx = connection.begin_with(BEGIN_PLANNED_ANEW).await?;
    let in_email = text::contains(&wanted.text.to_lowercase());
    let PeopleSearch { role, state, order, after, .. } = wanted.search;
    let rows = sqlx::query!(
        "select u.user_id as \"id!\", u.name as \"name!\", u.email as \"email!\", u.created_at as \"created_at!\", p.id as \"patient?\",
           p.number as \"number?\",
           case when u.suspended_at is not null then 'closed' when u.email_confirmed_at is null then 'unconfirmed' else 'active' end as \"state!\",
           (select y.last_seen_at from account_activity y where y.user_id = u.user_id) as \"last_seen_at?\",
           array(select m.role from role_held m where m.user_id = u.user_id order by m.since, m.membership_id) as \"roles!: Vec<String>\",
           array(select c.name from role_held m left join clinics c on c.id = m.clinic_id
             where m.user_id = u.user_id order by m.since, m.membership_id) as \"role_clinics!: Vec<Option<String>>\"
         from account u
           left join patient_access pa on pa.user_id = u.user_id and pa.relation = 'self'
           left join patients p on p.id = pa.patient_id
         where ($1 = '' or u.name_search like $8 or u.name_search like $9 or u.email_key like $2
             or u.user_id = any(array(
               select n.user_id from patient_access n join patients t on t.id = n.patient_id where t.number = $3 and n.relation = 'self')))
           and ($4::text is null
             or ($4 = 'patient' and pa.user_id is not null)
             or ($4 = 'doctor' and exists (select from doctors d where d.user_id = u.user_id))
             or exists (select from role_held m where m.user_id = u.user_id and m.role = $4))
           and ($5::uuid is null or exists (
             select from role_held m where m.user_id = u.user_id and m.clinic_id = $5))
           and ($6::uuid is null or u.user_id = $6)
           and ($10::text is null or $10 = case
             when u.suspended_at is not null then 'closed' when u.email_confirmed_at is null then 'unconfirmed' else 'active' end)
           and ($7::uuid is null or case $11::text
             when 'name' then (u.name, u.user_id) > (select name, user_id from person_name where user_id = $7)
             when 'newest' then (u.created_at, u.user_id) < ($12::timestamptz, $7)
             else (coalesce((select y.last_seen_at from account_activity y where y.user_id = u.user_id), $13::timestamptz), u.user_id)
               < ($12::timestamptz, $7) end)
         order by case $11::text when 'newest' then u.created_at when 'last_active'
             then coalesce((select y.last_seen_at from account_activity y where y.user_id = u.user_id), $13::timestamptz) end desc,
           case when $11 = 'name' then u.name end, case when $11 = 'name' then u.user_id end, u.user_id desc
         limit $14",
        wanted.text,
        in_email,
        wanted.number,
        role.map(Role::as_str),
        wanted.scope.clinic.map(ClinicId::uuid),
        wanted.scope.user.map(UserId::uuid),
        after.map(|after| after.user.uuid()),
        wanted.name.map(|name| name.contains.as_str()),
        wanted.name.map(|name| name.contains_spelled_out.as_str()),
        state.map(AccountState::as_str),
        order.as_str(),
        after.and_then(|after| after.at).map(ToSqlx::to_sqlx),
        NEVER.to_sqlx(),
        limit
    )
    .fetch_all(&mut *tx)
    .await?;
    let count = count(&mut tx, wanted, &in_email).await?;
    // Nothing is locked, so the ROLLBACK can go with the next statement.
    drop(tx);
    let rows = rows.into_iter().map(|row| {
        let number = row.number.and_then(shown);
        let held = row.roles.iter().zip(row.role_clinics);
        let mut roles = held.map(|(role, clinic)| person_role(role, clinic)).collect::<Result<Vec<_>>>()?;
        if number.is_some() {
            roles.push(PersonRole { role: Role::Patient, clinic: None });
        }
        Ok(PersonRow {
            user: row.id.into(),
            name: row.name,
            email: row.email,
            number,
            roles,
            state: AccountState::parse(&row.state).map_err(|_| Error::internal("an unknown state of an account"))?,
            created_at: row.created_at.to_jiff(),
            last_seen_at: row.last_seen_at.map(jiff_sqlx::Timestamp::to_jiff),
            patient: row.patient.map(Into::into),
        })
    });
    Ok((rows.collect::<Result<_>>()?, count))
}

/// How many accounts match a search, whatever its order and page.
async fn count(connection: &mut PgConnection, wanted: &Wanted<'_>, in_email: &str) -> Result<i64> {
    let PeopleSearch { role, state, .. } = wanted.search;
    let count = sqlx::query_scalar!(
        "select count(*) as \"count!\" from (
           select from account u
           where ($1 = '' or u.name_search like $7 or u.name_search like $8 or u.email_key like $2
               or u.user_id = any(array(
                 select n.user_id from patient_access n join patients t on t.id = n.patient_id where t.number = $3 and n.relation = 'self')))
             and ($4::text is null
               or ($4 = 'patient' and exists (select from patient_access pa where pa.user_id = u.user_id and pa.relation = 'self'))
               or ($4 = 'doctor' and exists (select from doctors d where d.user_id = u.user_id))
               or exists (select from role_held m where m.user_id = u.user_id and m.role = $4))
             and ($5::uuid is null or exists (
               select from role_held m where m.user_id = u.user_id and m.clinic_id = $5))
             and ($6::uuid is null or u.user_id = $6)
             and ($9::text is null or $9 = case
               when u.suspended_at is not null then 'closed' when u.email_confirmed_at is null then 'unconfirmed' else 'active' end)
           limit $10) matching",
        wanted.text,
        in_email,
        wanted.number,
        role.map(Role::as_str),
        wanted.scope.clinic.map(ClinicId::uuid),
        wanted.scope.user.map(UserId::uuid),
        wanted.name.map(|name| name.contains.as_str()),
        wanted.name.map(|name| name.contains_spelled_out.as_str()),
        state.map(AccountState::as_str),
        MOST_COUNTED
    )
    .fetch_one(connection)
    .await?;
    Ok(count)
}

/// How many accounts of a scope were made on this day.
pub(in crate::directory) async fn joined(connection: &mut PgConnection, scope: &Scope, day: TimeRange) -> Result<i64> {
    Ok(sqlx::query_scalar!(
        "select count(*) as \"joined!\" from account u where u.created_at >= $1 and u.created_at < $2
           and ($3::uuid is null or exists (select from role_held m where m.user_id = u.user_id and m.clinic_id = $3))
           and ($4::uuid is null or u.user_id = $4)",
        day.start().to_sqlx(),
        day.end().to_sqlx(),
        scope.clinic.map(ClinicId::uuid),
        scope.user.map(UserId::uuid)
    )
    .fetch_one(connection)
    .await?)
}

pub(in crate::directory) async fn person(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<PersonView> {
    let user = permit.id();
    let row = sqlx::query!(
        "select u.name as \"name!\", u.email as \"email!\", u.email_confirmed_at, u.created_at as \"created_at!\", u.time_zone as \"time_zone!\",
           u.suspended_at, u.version as \"version!\",
           p.id as \"patient?\", p.number as \"number?\", d.id as \"doctor?\", d.status as \"doctor_status?\"
         from account u
           left join patient_access pa on pa.user_id = u.user_id and pa.relation = 'self'
           left join patients p on p.id = pa.patient_id
           left join doctors d on d.user_id = u.user_id
         where u.user_id = $1",
        user.uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    let mut roles = roles(tx.connection(), &[user.uuid()]).await?.remove(&user.uuid()).unwrap_or_default();
    if row.patient.is_some() {
        roles.push(PersonRole { role: Role::Patient, clinic: None });
    }
    let doctor = match (row.doctor, row.doctor_status) {
        (Some(doctor), Some(status)) => Some((doctor.into(), doctors::status(&status)?)),
        (_, _) => None,
    };
    let activity = identity::session_activity(tx, permit).await?;
    Ok(PersonView {
        user,
        name: row.name,
        email: row.email,
        email_confirmed_at: row.email_confirmed_at.map(jiff_sqlx::Timestamp::to_jiff),
        created_at: row.created_at.to_jiff(),
        time_zone: row.time_zone,
        suspended_at: row.suspended_at.map(jiff_sqlx::Timestamp::to_jiff),
        version: row.version,
        roles,
        number: row.number.and_then(shown),
        patient: row.patient.map(Into::into),
        doctor,
        sessions: activity.active,
        last_seen_at: activity.last_seen_at,
        history: identity::suspensions_of(tx, permit).await?,
        suspend_refused: permit.refusal(tx.access(), Suspend),
        may_read_log: tx.access().scope(ResourceKind::AuditLog).is_ok(),
        may_read_applications: tx.access().scope(ResourceKind::Doctor).is_ok(),
    })
}

/// The roles that users hold through memberships.
async fn roles(connection: &mut PgConnection, users: &[Uuid]) -> Result<HashMap<Uuid, Vec<PersonRole>>> {
    let rows = sqlx::query!(
        "select m.user_id as \"user_id!\", m.role as \"role!\", c.name as \"clinic?\" from role_held m left join clinics c on c.id = m.clinic_id
         where m.user_id = any($1) order by m.since, m.membership_id",
        users
    )
    .fetch_all(connection)
    .await?;
    let mut held: HashMap<Uuid, Vec<PersonRole>> = HashMap::new();
    for row in rows {
        held.entry(row.user_id).or_default().push(person_role(&row.role, row.clinic)?);
    }
    Ok(held)
}

fn person_role(role: &str, clinic: Option<String>) -> Result<PersonRole> {
    let role = Role::parse(role).ok_or_else(|| Error::internal("an unknown role"))?;
    Ok(PersonRole { role, clinic })
}

pub(in crate::directory) fn shown(counter: i64) -> Option<String> {
    u64::try_from(counter).ok().and_then(PersonNumber::from_counter).map(|number| number.to_string())
}
