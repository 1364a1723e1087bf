//! Service accounts in the database.

use super::store::insert_secret;
use crate::{
    Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Write},
    },
    db::Tx,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    errors::Code,
    identity::ServiceAccountRow,
    ids::{ClinicId, MembershipId, SessionId, UserId},
    scopes::ApiScope,
    text::fold::search_key,
};
use sqlx::PgConnection;
use uuid::Uuid;

/// A service account that does not exist yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewServiceAccount {
    pub(super) user: UserId,
    pub(super) membership: MembershipId,
    pub(super) clinic: ClinicId,
}

impl Subject for NewServiceAccount {
    const KIND: ResourceKind = ResourceKind::Membership;

    fn resource_id(self) -> Uuid {
        self.membership.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts { clinics: [self.clinic].into(), ..Facts::default() }))
    }
}

pub(super) async fn clinic_exists(connection: &mut PgConnection, clinic: ClinicId) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from clinic_address where clinic_id = $1) as \"exists!\"", clinic.uuid())
        .fetch_one(connection)
        .await?)
}

/// Whether an account is that of a program.
pub(in crate::identity) async fn is_service_account(connection: &mut PgConnection, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from service_accounts where user_id = $1) as \"is!\"", user.uuid())
        .fetch_one(connection)
        .await?)
}

/// The service accounts that have not ended, by name.
pub(super) async fn list(
    connection: &mut PgConnection,
    clinic: Option<ClinicId>,
    now: Timestamp,
) -> Result<Vec<ServiceAccountRow>> {
    let rows = sqlx::query!(
        "select m.id as \"id!\", u.display_name as \"name!\", m.role as \"role!\", c.name as \"clinic?\", a.scopes as \"scopes!: Vec<String>\",
           b.display_name as \"made_by!\", t.expires_at as \"expires_at?\", t.used_at as \"used_at?\", t.used_from as \"used_from?\"
         from service_accounts a join users u on u.id = a.user_id and u.deleted_at is null join users b on b.id = a.made_by
           join memberships m on m.user_id = a.user_id and m.ended_at is null
           left join clinic_address c on c.clinic_id = m.clinic_id
           left join lateral (
             select max(s.expires_at) filter (where s.expires_at > $2 and s.revoked_at is null and s.credential_epoch = u.credential_epoch) as expires_at,
               max(s.used_at) as used_at, (array_agg(s.used_from order by s.used_at desc nulls last))[1] as used_from
             from sessions s where s.user_id = a.user_id and s.kind = 'service') t on true
         where $1::uuid is null or m.clinic_id = $1
         order by u.display_name, m.id",
        clinic.map(ClinicId::uuid),
        now.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(ServiceAccountRow {
                id: row.id.into(),
                name: row.name,
                role: Role::parse(&row.role).ok_or_else(|| Error::internal("an unknown role"))?,
                clinic: row.clinic,
                scopes: ApiScope::stored(&row.scopes),
                made_by: row.made_by,
                expires_at: row.expires_at.map(jiff_sqlx::Timestamp::to_jiff),
                used_at: row.used_at.map(jiff_sqlx::Timestamp::to_jiff),
                used_from: row.used_from,
            })
        })
        .collect()
}

/// Inserts the account, without an address and a password, and its role. It has the language and the time zone of the administrator who makes it.
pub(super) async fn insert(
    tx: &mut Tx,
    permit: &Permit<Create, NewServiceAccount>,
    name: &str,
    role: Role,
    scopes: &[ApiScope],
) -> Result<()> {
    let NewServiceAccount { user, membership, clinic } = permit.id();
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    sqlx::query!(
        "insert into users (id, display_name, name_search, email, email_key, email_confirmed_at, language, time_zone, created_at)
         select $1::uuid, $2::text, $3::text, '', $4::text, $5::timestamptz, u.language, u.time_zone, $5::timestamptz
         from users u where u.id = $6",
        user.uuid(),
        name,
        search_key(name),
        format!("service account {user}"),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    sqlx::query!(
        "insert into memberships (id, user_id, role, clinic_id, created_at, given_by) values ($1, $2, $3, $4, $5, $6)",
        membership.uuid(),
        user.uuid(),
        role.as_str(),
        clinic.uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    let scopes: Vec<String> = scopes.iter().map(|scope| scope.as_str().to_owned()).collect();
    sqlx::query!(
        "insert into service_accounts (user_id, scopes, made_by, created_at) values ($1, $2, $3, $4)",
        user.uuid(),
        &scopes,
        by.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Inserts a token of the account with this role. It counts as proved by two factors: an administrator has made it, and nobody else can.
///
/// # Errors
/// `not_found` when it is no service account, or is closed.
pub(super) async fn insert_token(
    tx: &mut Tx,
    membership: MembershipId,
    secret: &str,
    expires_at: Timestamp,
) -> Result<SessionId> {
    let (id, now) = (tx.new_id::<SessionId>(), tx.now());
    let done = sqlx::query!(
        "insert into sessions
           (id, user_id, kind, membership_id, created_at, last_seen_at, authenticated_at, expires_at, credential_epoch, assurance, scopes, name)
         select $1::uuid, a.user_id, 'service', m.id, $3::timestamptz, $3::timestamptz, $3::timestamptz, $4::timestamptz,
           u.credential_epoch, 'two_factors', a.scopes, u.display_name
         from service_accounts a join users u on u.id = a.user_id and u.suspended_at is null and u.deleted_at is null
           join memberships m on m.user_id = a.user_id and m.ended_at is null
         where m.id = $2",
        id.uuid(),
        membership.uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 0 {
        return Err(Code::NotFound.into());
    }
    insert_secret(tx, id, secret, expires_at).await?;
    Ok(id)
}

/// Lets the tokens that exist work until this time at most.
pub(super) async fn shorten(tx: &mut Tx, permit: &Permit<Write, MembershipId>, until: Timestamp) -> Result<()> {
    sqlx::query!(
        "update sessions s set expires_at = least(s.expires_at, $2::timestamptz) from memberships m
         where m.id = $1 and s.user_id = m.user_id and s.kind = 'service' and s.revoked_at is null",
        permit.id().uuid(),
        until.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Ends the role of a service account; returns the account. A trigger begins another epoch of its credentials, in which no token of it is valid.
///
/// # Errors
/// `not_found` when it is no service account, or has ended.
pub(super) async fn end(tx: &mut Tx, permit: &Permit<Write, MembershipId>) -> Result<UserId> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let user = sqlx::query_scalar!(
        "update memberships m set ended_at = $2, ended_by = $3, version = version + 1
         where m.id = $1 and m.ended_at is null and exists (select from service_accounts a where a.user_id = m.user_id)
         returning m.user_id as \"user_id!\"",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .fetch_optional(tx.connection())
    .await?
    .ok_or(Code::NotFound)?;
    Ok(user.into())
}
