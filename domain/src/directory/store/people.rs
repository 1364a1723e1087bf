//! People's accounts in the database.

use super::doctors;
use crate::{
    Error, Result,
    access::{
        Permit, ResourceKind, Scope,
        actions::{Read, Suspend},
    },
    db::Tx,
    identity,
    text::{self, NameQuery},
};
use model::{
    access::Role,
    directory::{PersonRole, PersonRow, PersonView},
    identity::PersonNumber,
    ids::{ClinicId, UserId},
};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// What to look for.
pub(in crate::directory) struct Wanted<'a> {
    pub(in crate::directory) scope: &'a Scope,
    pub(in crate::directory) text: &'a str,
    pub(in crate::directory) name: Option<&'a NameQuery>,
    pub(in crate::directory) number: Option<i64>,
    pub(in crate::directory) role: Option<Role>,
    pub(in crate::directory) after: Option<UserId>,
}

pub(in crate::directory) async fn find(connection: &mut PgConnection, wanted: &Wanted<'_>, limit: i64) -> Result<Vec<PersonRow>> {
    let in_email = text::contains(&wanted.text.to_lowercase());
    let rows = sqlx::query!(
        "select u.user_id as \"id!\", u.name as \"name!\", u.email as \"email!\", u.suspended_at is not null as \"suspended!\", p.number as \"number?\"
         from account u
           left join patient_access pa on pa.user_id = u.user_id and pa.relation = 'self'
           left join patients p on p.id = pa.patient_id
         where ($1 = '' or u.name_search like $9 or u.name_search like $10 or u.email_key like $2 or p.number = $3)
           and ($4::text is null
             or ($4 = 'patient' and p.id is not null)
             or ($4 = 'doctor' and exists (select from doctors d where d.user_id = u.user_id))
             or exists (select from role_held m where m.user_id = u.user_id and m.role = $4))
           and ($5::uuid is null or exists (
             select from role_held m where m.user_id = u.user_id and m.clinic_id = $5))
           and ($6::uuid is null or u.user_id = $6)
           and ($7::uuid is null or (u.name, u.user_id) > (select name, user_id from person_name where user_id = $7))
         order by u.name, u.user_id limit $8",
        wanted.text,
        in_email,
        wanted.number,
        wanted.role.map(Role::as_str),
        wanted.scope.clinic.map(ClinicId::uuid),
        wanted.scope.user.map(UserId::uuid),
        wanted.after.map(UserId::uuid),
        limit,
        wanted.name.map(|name| name.contains.as_str()),
        wanted.name.map(|name| name.contains_spelled_out.as_str())
    )
    .fetch_all(&mut *connection)
    .await?;
    let users: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let mut held = roles(connection, &users).await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let number = row.number.and_then(shown);
            let mut roles = held.remove(&row.id).unwrap_or_default();
            if number.is_some() {
                roles.push(PersonRole { role: Role::Patient, clinic: None });
            }
            PersonRow { user: row.id.into(), name: row.name, email: row.email, number, roles, suspended: row.suspended }
        })
        .collect())
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
        may_suspend: permit.may(tx.access(), Suspend),
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
        let role = Role::parse(&row.role).ok_or_else(|| Error::internal("an unknown role"))?;
        held.entry(row.user_id).or_default().push(PersonRole { role, clinic: row.clinic });
    }
    Ok(held)
}

fn shown(counter: i64) -> Option<String> {
    u64::try_from(counter).ok().and_then(PersonNumber::from_counter).map(|number| number.to_string())
}
