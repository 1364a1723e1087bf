//! Roles of staff in the database.

use super::ListMemberships;
use crate::{
    Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Read, Write},
    },
    db::Tx,
    identity::{earlier_sessions::limit_as_staff, foreign::MappedRole, memberships::standing},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    errors::Code,
    identity::{MembershipRow, MembershipView},
    ids::{ClinicId, ForeignIdentityId, MembershipId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many roles end in one round of the worker.
const MOST_AT_ONCE: i64 = 100;

impl Subject for MembershipId {
    const KIND: ResourceKind = ResourceKind::Membership;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    /// The person, their rank, and the clinic of the role. With `lock`, locks the administrators of the organisation first, so that two of them who end each
    /// other's role wait for each other.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let found = if lock {
            sqlx::query_scalar!(
                "select id from memberships where role = 'admin' and clinic_id is null and ended_at is null order by id for update"
            )
            .fetch_all(tx.connection())
            .await?;
            sqlx::query!("select user_id, clinic_id from memberships where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?
                .map(|row| (row.user_id, row.clinic_id))
        } else {
            sqlx::query!("select user_id, clinic_id from memberships where id = $1", self.uuid())
                .fetch_optional(tx.connection())
                .await?
                .map(|row| (row.user_id, row.clinic_id))
        };
        let Some((user, clinic)) = found else { return Ok(None) };
        let user = UserId::from(user);
        let rank = standing(tx.connection(), user).await?.rank;
        let clinics = clinic.into_iter().map(ClinicId::from).collect();
        Ok(Some(Facts { user: Some(user), clinics, rank, ..Facts::default() }))
    }
}

/// A role that was just ended.
pub(super) struct Ended {
    pub(super) user: UserId,
    pub(super) role: Role,
    /// `None` for all clinics.
    pub(super) clinic: Option<ClinicId>,
}

/// Roles that are held, or that have ended; newest first.
pub(super) async fn list(
    connection: &mut PgConnection,
    clinic: Option<ClinicId>,
    command: ListMemberships,
    limit: i64,
) -> Result<Vec<MembershipRow>> {
    let rows = sqlx::query_as!(
        Row,
        "select m.id as \"id!\", m.user_id as \"user_id!\", u.display_name as \"name!\", m.role as \"role!\", c.name as \"clinic?\",
           m.created_at as \"since!\", m.ended_at as \"until?\", m.version as \"version!\",
           g.display_name as \"given_by?\", e.display_name as \"ended_by?\"
         from memberships m join users u on u.id = m.user_id and (u.deleted_at is null or exists (select from account_deletions b
             where b.user_id = u.id and b.brought_back_at is null and b.finished_at is null))
           left join clinic_address c on c.clinic_id = m.clinic_id
           left join users g on g.id = m.given_by left join users e on e.id = m.ended_by
         where (m.ended_at is not null) = $1 and ($2::uuid is null or m.clinic_id = $2) and ($3::uuid is null or m.id < $3)
         order by m.id desc limit $4",
        command.ended,
        clinic.map(ClinicId::uuid),
        command.after.map(MembershipId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(Row::read).collect()
}

/// A role, with all roles of the same person.
pub(super) async fn read(tx: &mut Tx, permit: &Permit<Read, MembershipId>, clinic: Option<ClinicId>) -> Result<MembershipView> {
    let rows = sqlx::query_as!(
        Row,
        "select m.id as \"id!\", m.user_id as \"user_id!\", u.display_name as \"name!\", m.role as \"role!\", c.name as \"clinic?\",
           m.created_at as \"since!\", m.ended_at as \"until?\", m.version as \"version!\",
           g.display_name as \"given_by?\", e.display_name as \"ended_by?\"
         from memberships m join users u on u.id = m.user_id
           left join clinic_address c on c.clinic_id = m.clinic_id
           left join users g on g.id = m.given_by left join users e on e.id = m.ended_by
         where m.user_id = (select user_id from memberships where id = $1) and ($2::uuid is null or m.clinic_id = $2)
         order by m.id desc",
        permit.id().uuid(),
        clinic.map(ClinicId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    let history = rows.into_iter().map(Row::read).collect::<Result<Vec<MembershipRow>>>()?;
    let held = history.iter().find(|row| row.id == permit.id()).cloned().ok_or(Code::NotFound)?;
    Ok(MembershipView { held, history })
}

struct Row {
    id: Uuid,
    user_id: Uuid,
    name: String,
    role: String,
    clinic: Option<String>,
    since: jiff_sqlx::Timestamp,
    until: Option<jiff_sqlx::Timestamp>,
    version: i32,
    given_by: Option<String>,
    ended_by: Option<String>,
}

impl Row {
    fn read(self) -> Result<MembershipRow> {
        Ok(MembershipRow {
            id: self.id.into(),
            user: self.user_id.into(),
            name: self.name,
            role: role(&self.role)?,
            clinic: self.clinic,
            since: self.since.to_jiff(),
            given_by: self.given_by,
            until: self.until.map(jiff_sqlx::Timestamp::to_jiff),
            ended_by: self.ended_by,
            version: self.version,
        })
    }
}

fn role(word: &str) -> Result<Role> {
    Role::parse(word).ok_or_else(|| Error::internal("an unknown role"))
}

/// Ends a role, if its version is still the given one. A trigger begins another epoch of the person's credentials, in which no session is valid.
///
/// # Errors
/// `request.stale`.
pub(super) async fn end(tx: &mut Tx, permit: &Permit<Write, MembershipId>, version: i32) -> Result<Ended> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let row = sqlx::query!(
        "update memberships set ended_at = $2, ended_by = $3, version = version + 1 where id = $1 and version = $4 and ended_at is null
         returning user_id, role, clinic_id",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid(),
        version
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::Stale)?;
    Ok(Ended { user: row.user_id.into(), role: role(&row.role)?, clinic: row.clinic_id.map(Into::into) })
}

/// Begins another role in place of one that was just ended; returns it.
///
/// # Errors
/// `identity.role_held`.
pub(super) async fn begin(tx: &mut Tx, _: &Permit<Write, MembershipId>, ended: &Ended, role: Role) -> Result<MembershipId> {
    let (id, now, by) = (tx.new_id::<MembershipId>(), tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into memberships (id, user_id, role, clinic_id, created_at, given_by) values ($1, $2, $3, $4, $5, $6)",
        id.uuid(),
        ended.user.uuid(),
        role.as_str(),
        ended.clinic.map(ClinicId::uuid),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("memberships_once", Code::RoleHeld)]))?;
    Ok(id)
}

/// The roles that a user holds by an identity.
pub(super) async fn mapped(
    connection: &mut PgConnection,
    user: UserId,
    identity: ForeignIdentityId,
) -> Result<Vec<(MembershipId, MappedRole)>> {
    let rows = sqlx::query!(
        "select id, role, clinic_id from memberships where user_id = $1 and mapped_by = $2 and ended_at is null order by id",
        user.uuid(),
        identity.uuid()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter().map(|row| Ok((row.id.into(), (role(&row.role)?, row.clinic_id.map(ClinicId::from))))).collect()
}

/// Begins a role that an identity gives, unless it is held already, its clinic does not exist, or the identity was unlinked meanwhile; returns it.
pub(super) async fn begin_mapped(
    tx: &mut Tx,
    user: UserId,
    identity: ForeignIdentityId,
    (role, clinic): MappedRole,
) -> Result<Option<MembershipId>> {
    // Whoever unlinks an identity locks the account too, and is refused while it gives roles. A role of an unlinked one would never end.
    sqlx::query_scalar!("select id from users where id = $1 for no key update", user.uuid())
        .fetch_optional(tx.connection())
        .await?;
    let (id, now, clinic) = (tx.new_id::<MembershipId>(), tx.now(), clinic.map(ClinicId::uuid));
    let done = sqlx::query!(
        "insert into memberships (id, user_id, role, clinic_id, created_at, mapped_by)
         select $1::uuid, $2::uuid, $3::text, $4::uuid, $5::timestamptz, $6::uuid
         where ($4::uuid is null or exists (select from clinic_address where clinic_id = $4))
           and exists (select from foreign_identities where id = $6 and user_id = $2 and unlinked_at is null)
         on conflict do nothing",
        id.uuid(),
        user.uuid(),
        role.as_str(),
        clinic,
        now.to_sqlx(),
        identity.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Ok(None);
    }
    limit_as_staff(tx, user).await?;
    Ok(Some(id))
}

/// Notes that somebody has signed in at their provider, so that the roles that it gives hold until `until`.
pub(super) async fn confirm_mapped(connection: &mut PgConnection, identity: ForeignIdentityId, until: Timestamp) -> Result<()> {
    sqlx::query!("update foreign_identities set roles_until = $2 where id = $1", identity.uuid(), until.to_sqlx())
        .execute(connection)
        .await?;
    Ok(())
}

/// The roles that nobody has confirmed for too long and their users, the longest first.
pub(super) async fn unconfirmed(connection: &mut PgConnection, now: Timestamp) -> Result<Vec<(UserId, MembershipId)>> {
    let rows = sqlx::query!(
        "select m.id as \"id!\", m.user_id as \"user_id!\" from foreign_identities f join memberships m on m.mapped_by = f.id
         where f.roles_until <= $1 and m.ended_at is null order by f.roles_until, m.id limit $2",
        now.to_sqlx(),
        MOST_AT_ONCE
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| (row.user_id.into(), row.id.into())).collect())
}

/// Ends a role that an identity has given, with `unconfirmed` only if it was not confirmed meanwhile; `None` when it has ended or holds. Locks the administrators of the organisation first, as [`Subject::facts`] does.
pub(super) async fn end_mapped(tx: &mut Tx, membership: MembershipId, unconfirmed: bool) -> Result<Option<MappedRole>> {
    sqlx::query_scalar!(
        "select id from memberships where role = 'admin' and clinic_id is null and ended_at is null order by id for update"
    )
    .fetch_all(tx.connection())
    .await?;
    let now = tx.now();
    let row = sqlx::query!(
        "update memberships set ended_at = $2, version = version + 1 where id = $1 and ended_at is null and mapped_by is not null
           and (not $3 or exists (select from foreign_identities f where f.id = mapped_by and f.roles_until <= $2))
         returning role, clinic_id",
        membership.uuid(),
        now.to_sqlx(),
        unconfirmed
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| Ok((role(&row.role)?, row.clinic_id.map(ClinicId::from)))).transpose()
}

/// Whether the organisation has an administrator who can sign in.
pub(super) async fn has_administrator(connection: &mut PgConnection) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from memberships m join users u on u.id = m.user_id
           where m.role = 'admin' and m.clinic_id is null and m.ended_at is null and u.suspended_at is null and u.deleted_at is null)
           as \"has!\""
    )
    .fetch_one(connection)
    .await?)
}

/// The role of a membership and the name of its clinic, for a mail about it; `None` when there is no such membership.
pub(in crate::identity) async fn for_mail(
    connection: &mut PgConnection,
    membership: MembershipId,
) -> Result<Option<(Role, Option<String>)>> {
    let row = sqlx::query!(
        "select m.role as \"role!\", c.name as \"clinic?\" from memberships m left join clinic_address c on c.clinic_id = m.clinic_id
         where m.id = $1",
        membership.uuid()
    )
    .fetch_optional(connection)
    .await?;
    row.map(|row| Ok((role(&row.role)?, row.clinic))).transpose()
}
