//! Accepting an invitation: with a new account, or with the account that has the address.

use super::store::{self, Found, Lock};
use crate::{
    Domain, Error, Result,
    access::{Access, Actor, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    db::Tx,
    error::Faults,
    identity::{
        leaks::refuse_leaked,
        new_account::NewAccount,
        sign_in::{Entry, enter_new},
        store::{NewUser, insert_consent, insert_user, set_password},
    },
};
use model::{
    errors::{Code, FieldFault},
    identity::{AcceptingWay, InvitationOffer},
    ids::{EventId, MembershipId, UserId},
};
use std::fmt;

/// Accepts an invitation with a new account. Texts are unparsed form values.
#[derive(Clone)]
pub struct AcceptAsNew {
    /// The link's token.
    pub token: String,
    /// Full name.
    pub name: String,
    /// The name in Latin letters; may be empty if documents can show the full name.
    pub latin_name: String,
    /// The new password.
    pub password: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Language tag of the account.
    pub language: String,
    /// Whether the person agreed to the terms.
    pub terms: bool,
}

impl fmt::Debug for AcceptAsNew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AcceptAsNew").finish_non_exhaustive()
    }
}

/// What an invitation offers, and how the caller can accept it.
///
/// # Errors
/// `identity.link_unknown`, `identity.invitation_used`, `identity.invitation_withdrawn`, `identity.invitation_expired`.
pub async fn invitation_offer(domain: &Domain, access: &Access, token: &str) -> Result<InvitationOffer> {
    let mut connection = domain.pool().acquire().await?;
    let found = store::find(&mut connection, token, Lock::No, domain.now()).await?;
    let way = match (&access.actor, found.account) {
        (Actor::User(acting), account) if account == Some(acting.user) => AcceptingWay::Accept,
        (Actor::User(_), _) => AcceptingWay::Foreign,
        (Actor::Stranger | Actor::System, Some(_)) => AcceptingWay::SignIn,
        (Actor::Stranger | Actor::System, None) => AcceptingWay::NewAccount,
    };
    let email = found.email.as_str().to_owned();
    Ok(InvitationOffer { email, name: found.name, role: found.role, clinic: found.clinic_name, way })
}

/// Makes an account for the invited address, gives it the role and signs in. The link proves that the address is the person's. Somebody whose role needs a
/// second factor sets it up before there is a session.
///
/// # Errors
/// Those of [`invitation_offer`]; `identity.invitation_has_account`; `request.fields_invalid` with the fields `name`, `latin_name`, `password`, `time_zone`,
/// `terms`; `server.busy`.
pub async fn accept_as_new(domain: &Domain, access: &Access, command: AcceptAsNew) -> Result<Entry> {
    // Without a valid link nobody makes the server hash a password.
    let mut connection = domain.pool().acquire().await?;
    let found = store::find(&mut connection, &command.token, Lock::No, domain.now()).await?;
    drop(connection);
    if found.account.is_some() {
        return Err(Code::InvitationHasAccount.into());
    }
    let mut faults = Faults::default();
    let names = [command.name.as_str(), &command.latin_name];
    let address = found.email.as_str();
    let account = NewAccount::parse(&mut faults, names, address, &command.password, &command.time_zone, &command.language);
    if !command.terms {
        faults.add("terms", FieldFault::Missing);
    }
    faults.check()?;
    let account = account.ok_or_else(|| Error::internal("a form passed its check although a field is missing"))?;
    refuse_leaked(domain, &account.password).await?;
    let hash = domain.hasher().hash(account.password.as_str()).await?;

    let mut tx = domain.begin("identity.accept_as_new", access).await?;
    let now = tx.now();
    let invitation = store::find(tx.connection(), &command.token, Lock::Yes, now).await?;
    let (user, epoch) = make_account(&mut tx, &account, &hash).await?;
    let (consent, terms) = (tx.new_id::<EventId>().uuid(), domain.settings().terms_version.clone());
    insert_consent(tx.connection(), consent, user, &terms, now).await?;
    let membership = store::settle(&mut tx, &invitation, user).await?;
    let entry = enter_new(&mut tx, user, epoch).await?;
    tx.commit(entry.noted_in(accepted(&invitation, membership, user))).await?;
    domain.attempts().prove(invitation.email.key(), user, access);
    Ok(entry)
}

/// Makes the first administrator of an installation, with an account whose address counts as confirmed, and signs in as [`accept_as_new`] does. Nobody has asked
/// them to agree to the terms, which are the organisation's own.
///
/// # Errors
/// `identity.invitation_has_account` when the address has an account.
pub(crate) async fn make_administrator(tx: &mut Tx, account: &NewAccount, hash: &str) -> Result<(UserId, Entry)> {
    let (user, epoch) = make_account(tx, account, hash).await?;
    store::insert_administrator(tx, user).await?;
    Ok((user, enter_new(tx, user, epoch).await?))
}

/// Makes the account, and returns it with the epoch of its credentials.
async fn make_account(tx: &mut Tx, account: &NewAccount, hash: &str) -> Result<(UserId, i32)> {
    let (user, now) = (tx.new_id::<UserId>(), tx.now());
    let new = NewUser {
        id: user,
        name: &account.name,
        email: &account.email,
        time_zone: account.time_zone.as_str(),
        language: &account.language,
    };
    // Without one, somebody has made an account with the address at the same moment.
    let epoch = insert_user(tx.connection(), &new, now).await?.ok_or(Code::InvitationHasAccount)?;
    set_password(tx.connection(), user, hash, now).await?;
    Ok((user, epoch))
}

/// Gives the caller the role of an invitation to their address. Their session acts in it from then on.
///
/// # Errors
/// Those of [`invitation_offer`]; `identity.invitation_foreign` when the invitation is for another address; `identity.role_own` when the
/// caller has sent it; `access.sign_in_needed`.
pub async fn accept_invitation(domain: &Domain, access: &Access, token: &str) -> Result<MembershipId> {
    let user = access.acting()?.user;
    let mut tx = domain.begin("identity.accept_invitation", access).await?;
    let permit = tx.permit(Write, user).await?;
    let now = tx.now();
    let invitation = store::find(tx.connection(), token, Lock::Yes, now).await?;
    if invitation.account != Some(permit.id()) {
        return Err(Code::InvitationForeign.into());
    }
    // The last sender counts as the inviter. So an administrator cannot accept an invitation to themselves that they have sent again.
    if invitation.invited_by == user {
        return Err(Code::RoleOwn.into());
    }
    let membership = store::settle(&mut tx, &invitation, user).await?;
    store::act_in(&mut tx, membership).await?;
    tx.rights_change_after_commit(user);
    tx.commit(accepted(&invitation, membership, user)).await?;
    Ok(membership)
}

fn accepted(invitation: &Found, membership: MembershipId, user: UserId) -> Audit {
    Audit::of(AuditAction::IdentityInvitationAccepted)
        .by(user)
        .on(ResourceKind::Membership, membership)
        .with_id("invitation", invitation.id)
        .with("role", invitation.role.as_str())
}
