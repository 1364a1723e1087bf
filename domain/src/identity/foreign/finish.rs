//! Somebody has signed in at a provider.

use super::{
    ForeignPerson, ForeignReturn,
    log_out::sid_hash,
    new_account::{self, Made},
    sign_up,
    store::{self, Linked},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    audit::{Audit, AuditAction},
    error::retry,
    identity::{
        deletion, devices, roles,
        second_factor::{self, NextStep},
        sessions::{self, Assurance, SessionKind},
        sign_in::{Entry, SignedIn},
        store::{credentials, own_credentials},
    },
};
use jiff::SignedDuration;
use model::errors::Code;

/// The page to which somebody goes on who wants their deleted account back ([`finish_foreign_sign_in`] then brings it back). Only the form of that page begins such a sign-in:
/// an address that somebody else has made must not do it.
pub const BRING_BACK: &str = "/bring-back";

/// What follows after a sign-in at a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForeignEntry {
    /// The identity is linked: a session, or a second step.
    Entered(Entry),
    /// There is an account with the address. The identity is linked when its owner signs in in this browser in another way.
    Waits,
    /// The provider has confirmed no address, without which no account can be found or made.
    NoAddress,
    /// There is no account. Its owner may make one in this browser ([`super::waiting_sign_up`]).
    MayJoin,
    /// There is no account, and the configuration makes none.
    NoAccount,
}

/// Signs in whoever has signed in at a provider, in the browser that has the secret `remembered` of one that is not asked for a second factor. `returned` is the
/// sign-in that came back ([`super::return_from_provider`]). The roles of the provider's mapping are given and ended first.
///
/// # Errors
/// `identity.suspended`; `identity.account_deleted` while it can be brought back, unless the sign-in has begun for that ([`BRING_BACK`]).
pub async fn finish_foreign_sign_in(
    domain: &Domain,
    access: &Access,
    returned: &ForeignReturn,
    person: &ForeignPerson,
    remembered: Option<&str>,
) -> Result<ForeignEntry> {
    retry(|| try_to_finish(domain, access, returned, person, remembered)).await
}

async fn try_to_finish(
    domain: &Domain,
    access: &Access,
    returned: &ForeignReturn,
    person: &ForeignPerson,
    remembered: Option<&str>,
) -> Result<ForeignEntry> {
    let mut connection = domain.pool().acquire().await?;
    let found = store::linked(&mut connection, person).await?;
    drop(connection);
    let linked = match found {
        Some(linked) => linked,
        None => match meet(domain, access, returned, person).await? {
            Met::New(linked) => linked,
            Met::Known => return Ok(ForeignEntry::Waits),
            Met::MayJoin => return Ok(ForeignEntry::MayJoin),
            Met::NoAddress => return Ok(ForeignEntry::NoAddress),
            Met::NoAccount => return Ok(ForeignEntry::NoAccount),
        },
    };
    if linked.is_deleted && returned.next.as_deref() != Some(BRING_BACK) {
        return Err(Code::AccountDeleted.into());
    }
    if linked.is_suspended {
        return Err(Code::Suspended.into());
    }
    if linked.is_deleted {
        let mut tx = domain.begin("identity.bring_back_from_provider", access).await?;
        let Some(entry) = deletion::come_back(&mut tx, linked.user).await? else {
            tx.close().await?;
            return Err(Code::AccountDeleted.into());
        };
        tx.commit(entry.with_id("identity", linked.identity)).await?;
    }
    if let Some(wanted) = &person.roles {
        let until = domain.now() + SignedDuration::from_hours(24 * i64::from(person.roles_for_days));
        roles::follow_mapping(domain, access, (linked.user, linked.identity), wanted, until).await?;
    }
    Ok(ForeignEntry::Entered(enter(domain, access, &linked, person, remembered).await?))
}

/// What is known about a person whose identity is not linked.
enum Met {
    New(Linked),
    Known,
    MayJoin,
    NoAddress,
    NoAccount,
}

async fn meet(domain: &Domain, access: &Access, returned: &ForeignReturn, person: &ForeignPerson) -> Result<Met> {
    let Some(email) = &person.email else { return Ok(Met::NoAddress) };
    let mut connection = domain.pool().acquire().await?;
    let account = credentials(&mut connection, email).await?;
    drop(connection);
    let Some(account) = account else {
        return Ok(match new_account::make(domain, access, person, email).await? {
            Made::Account(linked) => Met::New(linked),
            Made::Nothing if person.may_make_patient => {
                sign_up::wait(domain, access, returned, person, email).await?;
                Met::MayJoin
            }
            Made::Nothing => Met::NoAccount,
        });
    };
    let mut tx = domain.begin("identity.foreign_waits", access).await?;
    store::wait(&mut tx, returned.sign_in, account.user, person, email.as_str()).await?;
    tx.commit(Audit::of(AuditAction::IdentityForeignMet).on(ResourceKind::Account, account.user)).await?;
    Ok(Met::Known)
}

/// Begins a session, or the second step of the sign-in, as [`crate::identity::begin_sign_in`] does after the password.
async fn enter(
    domain: &Domain,
    access: &Access,
    linked: &Linked,
    person: &ForeignPerson,
    remembered: Option<&str>,
) -> Result<Entry> {
    let (user, kind) = (linked.user, SessionKind::Browser);
    let sid_hash = person.sid.as_deref().map(|sid| sid_hash(&person.issuer, sid));
    let sid_hash = sid_hash.as_ref().map(|hash| &hash[..]);
    let mut tx = domain.begin("identity.foreign_sign_in", access).await?;
    let step = second_factor::next_step(&mut tx, user, remembered).await?;
    let own = own_credentials(tx.connection(), user).await?;
    if !store::note_use(&mut tx, linked.identity).await? {
        tx.close().await?;
        return Err(Code::DatabaseRetry.into());
    }
    let assurance = match step {
        _ if person.with_two_factors => Assurance::TwoFactors,
        NextStep::SignIn => Assurance::OneFactor,
        NextStep::SignInRemembered => Assurance::TwoFactors,
        NextStep::Code | NextStep::SetUp => {
            let half = second_factor::begin_half(&mut tx, user, own.epoch, kind, step == NextStep::SetUp).await?;
            second_factor::keep_identity(&mut tx, &half, linked.identity, sid_hash).await?;
            let entry = Audit::of(AuditAction::IdentityForeignAccepted).by(user).on(ResourceKind::Account, user);
            tx.commit(entry.with_id("identity", linked.identity)).await?;
            return Ok(Entry::Half(half));
        }
    };
    let Some(session) = sessions::insert(&mut tx, user, own.epoch, kind, assurance).await? else {
        tx.close().await?;
        return Err(Error::from(Code::DatabaseRetry));
    };
    sessions::keep_identity(&mut tx, session, linked.identity, sid_hash).await?;
    if let Some(device) = access.device {
        devices::signed_in(&mut tx, user, session, device).await?;
    }
    let entry = Audit::of(AuditAction::IdentitySignedIn).by(user).on(ResourceKind::Account, user).with_id("session", session);
    tx.commit(entry.with_id("identity", linked.identity)).await?;
    domain.attempts().prove(&own.email_key, user, access);
    Ok(Entry::SignedIn(SignedIn { user, session }))
}
