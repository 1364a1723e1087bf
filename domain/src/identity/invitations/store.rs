//! Invitations in the database.

pub(super) mod import;
mod mail;

pub(in crate::identity) use mail::{Letter, letter, recipient};

use super::stored_role;
use crate::{
    Error, Result,
    access::{
        Facts, Permit, ResourceKind, Subject,
        actions::{Create, Write},
    },
    db::Tx,
    identity::{earlier_sessions::limit_as_staff, links},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    access::Role,
    errors::Code,
    identity::{EmailAddress, InvitationRow, InvitationState, PersonName},
    ids::{ClinicId, InvitationId, MembershipId, UserId},
};
use sqlx::PgConnection;
use uuid::Uuid;

/// How many mails of one invitation are sent in a day, the first one included.
const MOST_MAILS: i32 = 5;
const MAILS_DAY: SignedDuration = SignedDuration::from_hours(24);

/// An invitation after its checks.
pub(super) struct Parsed {
    pub(super) email: EmailAddress,
    /// The name, if the administrator gave one.
    pub(super) name: Option<PersonName>,
    pub(super) role: Role,
    /// `None` for all clinics.
    pub(super) clinic: Option<ClinicId>,
}

/// An invitation that does not exist yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct NewInvitation {
    pub(super) id: InvitationId,
    pub(super) clinic: Option<ClinicId>,
}

impl Subject for NewInvitation {
    const KIND: ResourceKind = ResourceKind::Membership;

    fn resource_id(self) -> Uuid {
        self.id.uuid()
    }

    async fn facts(self, _: &mut Tx, _: bool) -> Result<Option<Facts>> {
        Ok(Some(Facts { clinics: self.clinic.into_iter().collect(), ..Facts::default() }))
    }
}

impl Subject for InvitationId {
    const KIND: ResourceKind = ResourceKind::Membership;

    fn resource_id(self) -> Uuid {
        self.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let found = if lock {
            sqlx::query_scalar!("select clinic_id from invitations where id = $1 for update", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        } else {
            sqlx::query_scalar!("select clinic_id from invitations where id = $1", self.uuid())
                .fetch_optional(tx.connection())
                .await?
        };
        Ok(found.map(|clinic| Facts { clinics: clinic.into_iter().map(ClinicId::from).collect(), ..Facts::default() }))
    }
}

pub(super) async fn clinic_exists(connection: &mut PgConnection, clinic: ClinicId) -> Result<bool> {
    Ok(sqlx::query_scalar!("select exists (select from clinic_address where clinic_id = $1) as \"exists!\"", clinic.uuid())
        .fetch_one(connection)
        .await?)
}

/// Whether the invited address is that of this user.
pub(super) async fn is_of(connection: &mut PgConnection, invitation: &Parsed, user: UserId) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from users where id = $1 and email_key = $2) as \"is!\"",
        user.uuid(),
        invitation.email.key()
    )
    .fetch_one(connection)
    .await?)
}

/// Whether the account with this address holds the role at the clinic.
pub(super) async fn holds(connection: &mut PgConnection, invitation: &Parsed) -> Result<bool> {
    Ok(sqlx::query_scalar!(
        "select exists (select from memberships m join users u on u.id = m.user_id
           where u.email_key = $1 and u.deleted_at is null and m.role = $2 and m.clinic_id is not distinct from $3
             and m.ended_at is null) as \"holds!\"",
        invitation.email.key(),
        invitation.role.as_str(),
        invitation.clinic.map(ClinicId::uuid)
    )
    .fetch_one(connection)
    .await?)
}

/// How long an invitation can be accepted.
fn life(tx: &Tx) -> SignedDuration {
    SignedDuration::from_hours(24 * tx.domain().settings().invitation_days)
}

/// Inserts an invitation.
///
/// # Errors
/// `identity.invitation_exists`.
pub(super) async fn insert(tx: &mut Tx, permit: &Permit<Create, NewInvitation>, invitation: &Parsed) -> Result<()> {
    let (id, now, by) = (permit.id().id, tx.now(), tx.access().acting()?.user);
    let expires_at = now + life(tx);
    let hash = links::new_hash(tx.domain(), id.uuid());
    sqlx::query!(
        "insert into invitations (id, token_hash, email, email_key, role, clinic_id, invited_by, created_at, sent_at, expires_at, name)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9, $10)",
        id.uuid(),
        &hash[..],
        invitation.email.as_str(),
        invitation.email.key(),
        invitation.role.as_str(),
        invitation.clinic.map(ClinicId::uuid),
        by.uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx(),
        invitation.name.as_ref().map(PersonName::as_str)
    )
    .execute(tx.connection())
    .await
    .map_err(|error| Error::on_constraint(error, &[("invitations_open", Code::InvitationExists)]))?;
    Ok(())
}

/// The invitations, newest first.
pub(super) async fn list(
    connection: &mut PgConnection,
    clinic: Option<ClinicId>,
    after: Option<InvitationId>,
    limit: i64,
    now: Timestamp,
) -> Result<Vec<InvitationRow>> {
    let rows = sqlx::query!(
        "select i.id as \"id!\", i.email as \"email!\", i.name as \"name?\", i.role as \"role!\", i.sent_at as \"sent_at!\", i.expires_at as \"expires_at!\",
           i.accepted_at is not null as \"accepted!\",
           i.withdrawn_at is not null as \"withdrawn!\", c.name as \"clinic?\", u.display_name as \"invited_by!\",
           exists (select from memberships a join users v on v.id = a.user_id and v.suspended_at is null and v.deleted_at is null
             where a.user_id = i.invited_by and a.role = 'admin' and a.ended_at is null
               and (a.clinic_id is null or a.clinic_id = i.clinic_id)) as \"vouched!\"
         from invitations i join users u on u.id = i.invited_by left join clinic_address c on c.clinic_id = i.clinic_id
         where ($1::uuid is null or i.clinic_id = $1) and ($2::uuid is null or i.id < $2)
         order by i.id desc limit $3",
        clinic.map(ClinicId::uuid),
        after.map(InvitationId::uuid),
        limit
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let expires_at = row.expires_at.to_jiff();
            let state = match (row.accepted, row.withdrawn) {
                (true, _) => InvitationState::Accepted,
                (false, true) => InvitationState::Withdrawn,
                (false, false) if expires_at <= now || !row.vouched => InvitationState::Expired,
                (false, false) => InvitationState::Open,
            };
            Ok(InvitationRow {
                id: row.id.into(),
                email: row.email,
                name: row.name,
                role: stored_role(&row.role)?,
                clinic: row.clinic,
                state,
                invited_by: row.invited_by,
                sent_at: row.sent_at.to_jiff(),
                expires_at,
            })
        })
        .collect()
}

/// Withdraws an invitation.
///
/// # Errors
/// `identity.invitation_settled`.
pub(super) async fn withdraw(tx: &mut Tx, permit: &Permit<Write, InvitationId>) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let done = sqlx::query!(
        "update invitations set withdrawn_at = $2, withdrawn_by = $3 where id = $1 and accepted_at is null and withdrawn_at is null",
        permit.id().uuid(),
        now.to_sqlx(),
        by.uuid()
    )
    .execute(tx.connection())
    .await?;
    if done.rows_affected() == 1 { Ok(()) } else { Err(Code::InvitationSettled.into()) }
}

/// Makes an invitation last as long as a new one, and counts its mail. From now on the caller counts as its sender. The permit has locked the invitation.
///
/// # Errors
/// `identity.invitation_settled`; `request.rate_limited` after too many mails in a day.
pub(super) async fn renew(tx: &mut Tx, permit: &Permit<Write, InvitationId>) -> Result<()> {
    let (now, by) = (tx.now(), tx.access().acting()?.user);
    let row = sqlx::query!(
        "select mails, coalesce(mails_since, created_at) as \"since!\", accepted_at is null and withdrawn_at is null as \"open!\"
         from invitations where id = $1",
        permit.id().uuid()
    )
    .fetch_one(tx.connection())
    .await?;
    if !row.open {
        return Err(Code::InvitationSettled.into());
    }
    let since = row.since.to_jiff();
    let ends = since + MAILS_DAY;
    let (mails, since) = if ends > now { (row.mails + 1, since) } else { (1, now) };
    if mails > MOST_MAILS {
        let secs = u64::try_from(ends.duration_since(now).as_secs()).unwrap_or(0) + 1;
        return Err(Error::new(Code::RateLimited).retry_after(secs));
    }
    let expires_at = now + life(tx);
    sqlx::query!(
        "update invitations set sent_at = $2, expires_at = $3, invited_by = $4, mails = $5, mails_since = $6 where id = $1",
        permit.id().uuid(),
        now.to_sqlx(),
        expires_at.to_sqlx(),
        by.uuid(),
        mails,
        since.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets no invitation be accepted before it is sent again; returns how many could be.
pub(in crate::identity) async fn expire_all(tx: &mut Tx) -> Result<u64> {
    let done = sqlx::query!(
        "update invitations set expires_at = sent_at + interval '1 microsecond' where accepted_at is null and withdrawn_at is null"
    )
    .execute(tx.connection())
    .await?;
    Ok(done.rows_affected())
}

/// An invitation that can be accepted.
pub(super) struct Found {
    pub(super) id: InvitationId,
    pub(super) email: EmailAddress,
    /// The name that the administrator gave, if they gave one.
    pub(super) name: Option<String>,
    pub(super) role: Role,
    pub(super) clinic: Option<ClinicId>,
    pub(super) clinic_name: Option<String>,
    pub(super) invited_by: UserId,
    /// The account with the address.
    pub(super) account: Option<UserId>,
}

/// Whether to lock an invitation: it is locked when it is about to be accepted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Lock {
    No,
    Yes,
}

/// Finds the invitation of a token. It is valid only while its sender is an administrator; otherwise another administrator has to send it again.
///
/// # Errors
/// `identity.link_unknown`, `identity.invitation_used`, `identity.invitation_withdrawn`, `identity.invitation_expired`.
pub(super) async fn find(connection: &mut PgConnection, token: &str, lock: Lock, now: Timestamp) -> Result<Found> {
    let hash = links::typed_hash(token);
    if lock == Lock::Yes {
        sqlx::query_scalar!("select id from invitations where token_hash = $1 for update", &hash[..])
            .fetch_optional(&mut *connection)
            .await?;
    }
    let row = sqlx::query!(
        "select i.id as \"id!\", i.email as \"email!\", i.name as \"name?\", i.role as \"role!\", i.clinic_id as \"clinic_id?\", i.invited_by as \"invited_by!\",
           i.expires_at as \"expires_at!\", i.accepted_at is not null as \"accepted!\",
           i.withdrawn_at is not null as \"withdrawn!\", c.name as \"clinic?\", u.id as \"account?\",
           exists (select from memberships a join users v on v.id = a.user_id and v.suspended_at is null and v.deleted_at is null
             where a.user_id = i.invited_by and a.role = 'admin' and a.ended_at is null
               and (a.clinic_id is null or a.clinic_id = i.clinic_id)) as \"vouched!\"
         from invitations i left join clinic_address c on c.clinic_id = i.clinic_id
           left join users u on u.email_key = i.email_key and u.deleted_at is null
         where i.token_hash = $1",
        &hash[..]
    )
    .fetch_optional(connection)
    .await?
    .ok_or(Code::LinkUnknown)?;
    match (row.accepted, row.withdrawn) {
        (true, _) => return Err(Code::InvitationUsed.into()),
        (false, true) => return Err(Code::InvitationWithdrawn.into()),
        (false, false) if row.expires_at.to_jiff() <= now || !row.vouched => return Err(Code::InvitationExpired.into()),
        (false, false) => {}
    }
    let email = EmailAddress::parse(&row.email).map_err(|_| Error::internal("an invitation has no address"))?;
    Ok(Found {
        id: row.id.into(),
        email,
        name: row.name,
        role: stored_role(&row.role)?,
        clinic: row.clinic_id.map(Into::into),
        clinic_name: row.clinic,
        invited_by: row.invited_by.into(),
        account: row.account.map(Into::into),
    })
}

/// Gives a user the role of an invitation, unless they hold it already, and settles the invitation. Returns the membership.
pub(super) async fn settle(tx: &mut Tx, invitation: &Found, user: UserId) -> Result<MembershipId> {
    let (id, now) = (tx.new_id::<MembershipId>(), tx.now());
    sqlx::query!(
        "insert into memberships (id, user_id, role, clinic_id, created_at, given_by) values ($1, $2, $3, $4, $5, $6)
         on conflict do nothing",
        id.uuid(),
        user.uuid(),
        invitation.role.as_str(),
        invitation.clinic.map(ClinicId::uuid),
        now.to_sqlx(),
        invitation.invited_by.uuid()
    )
    .execute(tx.connection())
    .await?;
    limit_as_staff(tx, user).await?;
    let membership = sqlx::query_scalar!(
        "select id from memberships where user_id = $1 and role = $2 and clinic_id is not distinct from $3 and ended_at is null",
        user.uuid(),
        invitation.role.as_str(),
        invitation.clinic.map(ClinicId::uuid)
    )
    .fetch_one(tx.connection())
    .await?;
    sqlx::query!(
        "update invitations set accepted_at = $2, membership_id = $3 where id = $1",
        invitation.id.uuid(),
        now.to_sqlx(),
        membership
    )
    .execute(tx.connection())
    .await?;
    Ok(membership.into())
}

/// Makes a user an administrator of the organisation.
pub(super) async fn insert_administrator(tx: &mut Tx, user: UserId) -> Result<()> {
    let (id, now) = (tx.new_id::<MembershipId>(), tx.now());
    sqlx::query!(
        "insert into memberships (id, user_id, role, created_at) values ($1, $2, 'admin', $3)",
        id.uuid(),
        user.uuid(),
        now.to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Lets the caller's session act in a role of theirs.
pub(super) async fn act_in(tx: &mut Tx, membership: MembershipId) -> Result<()> {
    let session = tx.access().acting()?.session;
    sqlx::query!("update sessions set membership_id = $2, patient_id = null where id = $1", session.uuid(), membership.uuid())
        .execute(tx.connection())
        .await?;
    Ok(())
}
