//! People's accounts in the database.

use super::doctors;
use crate::{
    Error, Result,
    access::{
        Permit, Scope,
        actions::{Read, Suspend},
    },
    db::Tx,
    text::{self, NameQuery},
};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    directory::{PersonRole, PersonRow, PersonView, SuspensionKind, SuspensionView},
    errors::Code,
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
        "select u.id, u.display_name, u.email, u.suspended_at is not null as \"suspended!\", p.number as \"number?\"
         from users u
           left join patient_access pa on pa.user_id = u.id and pa.relation = 'self'
           left join patients p on p.id = pa.patient_id
         where u.deleted_at is null
           and ($1 = '' or u.name_search like $9 or u.name_search like $10 or u.email_key like $2 or p.number = $3)
           and ($4::text is null
             or ($4 = 'patient' and p.id is not null)
             or ($4 = 'doctor' and exists (select from doctors d where d.user_id = u.id))
             or exists (select from memberships m where m.user_id = u.id and m.role = $4 and m.ended_at is null))
           and ($5::uuid is null or exists (
             select from memberships m where m.user_id = u.id and m.clinic_id = $5 and m.ended_at is null))
           and ($6::uuid is null or u.id = $6)
           and ($7::uuid is null or (u.display_name, u.id) > (select display_name, id from users where id = $7))
         order by u.display_name, u.id limit $8",
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
            PersonRow { user: row.id.into(), name: row.display_name, email: row.email, number, roles, suspended: row.suspended }
        })
        .collect())
}

pub(in crate::directory) async fn person(tx: &mut Tx, permit: &Permit<Read, UserId>) -> Result<PersonView> {
    let (user, now) = (permit.id(), tx.now());
    let row = sqlx::query!(
        "select u.display_name, u.email, u.email_confirmed_at, u.created_at, u.time_zone, u.suspended_at, u.version,
           p.id as \"patient?\", p.number as \"number?\", d.id as \"doctor?\", d.status as \"doctor_status?\",
           (select count(*) from sessions s where s.user_id = u.id and s.revoked_at is null and s.expires_at > $2) as \"sessions!\",
           (select max(s.last_seen_at) from sessions s where s.user_id = u.id) as last_seen_at
         from users u
           left join patient_access pa on pa.user_id = u.id and pa.relation = 'self'
           left join patients p on p.id = pa.patient_id
           left join doctors d on d.user_id = u.id
         where u.id = $1",
        user.uuid(),
        now.to_sqlx()
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
    let own = tx.access().acting()?.user == user;
    Ok(PersonView {
        user,
        name: row.display_name,
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
        sessions: row.sessions,
        last_seen_at: row.last_seen_at.map(jiff_sqlx::Timestamp::to_jiff),
        history: history(tx, user).await?,
        own,
    })
}

/// Suspends or restores an account, if it has not changed since it was reviewed.
pub(in crate::directory) async fn set_suspended(
    tx: &mut Tx,
    permit: &Permit<Suspend, UserId>,
    kind: SuspensionKind,
    version: i32,
) -> Result<()> {
    let now = tx.now();
    let at = match kind {
        SuspensionKind::Suspended => Some(now),
        SuspensionKind::Restored => None,
    };
    let done = sqlx::query!(
        "update users set suspended_at = $2, version = version + 1
         where id = $1 and version = $3 and (suspended_at is null) = ($2::timestamptz is not null)",
        permit.id().uuid(),
        at.map(ToSqlx::to_sqlx),
        version
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::Stale.into()) }
}

pub(in crate::directory) async fn insert_suspension(
    tx: &mut Tx,
    permit: &Permit<Suspend, UserId>,
    id: Uuid,
    kind: SuspensionKind,
    reason: &str,
) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into suspensions (id, user_id, kind, reason, decided_by, decided_at) values ($1, $2, $3, $4, $5, $6)",
        id,
        permit.id().uuid(),
        kind.as_str(),
        reason,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

async fn history(tx: &mut Tx, user: UserId) -> Result<Vec<SuspensionView>> {
    let rows = sqlx::query!(
        "select s.kind, s.reason, s.decided_at, u.display_name from suspensions s join users u on u.id = s.decided_by
         where s.user_id = $1 order by s.decided_at desc, s.id desc",
        user.uuid()
    )
    .fetch_all(tx.connection())
    .await?;
    rows.into_iter()
        .map(|row| {
            let kind = SuspensionKind::parse(&row.kind).map_err(|_| Error::internal("an unknown kind of suspension"))?;
            Ok(SuspensionView { kind, reason: row.reason, by: row.display_name, at: row.decided_at.to_jiff() })
        })
        .collect()
}

/// The roles that users hold through memberships.
async fn roles(connection: &mut PgConnection, users: &[Uuid]) -> Result<HashMap<Uuid, Vec<PersonRole>>> {
    let rows = sqlx::query!(
        "select m.user_id, m.role, c.name as \"clinic?\" from memberships m left join clinics c on c.id = m.clinic_id
         where m.user_id = any($1) and m.ended_at is null order by m.created_at, m.id",
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
