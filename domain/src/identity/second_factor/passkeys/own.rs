//! The passkeys of the user's own account: adding, renaming and removing them.

use super::{
    super::{check::check_beside, store as factors, wrong_codes::end_refused},
    question::{Asked, PasskeyAnswer, PasskeyQuestion, open, read, refusal, seal, site},
    store::{self, Listed},
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    identity::{
        notices::Event,
        proof::{Proof, prove},
    },
};
use jiff::Timestamp;
use model::{
    errors::Code,
    identity::PasskeyName,
    ids::{PasskeyId, UserId},
};
use serde_json::{Value, json};
use sqlx::PgConnection;
use webauthn_rs::prelude::{CreationChallengeResponse, PasskeyRegistration, RegisterPublicKeyCredential};

/// How many passkeys an account has at most.
const MOST: i64 = 20;

/// The passkeys of an account, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPasskeys {
    /// The email address of the account.
    pub email: String,
    /// Whether the public address of this installation can have passkeys.
    pub is_available: bool,
    /// Whether adding and removing a passkey needs a code from the authenticator app in addition to the password.
    pub needs_code: bool,
    /// The passkeys, oldest first.
    pub passkeys: Vec<PasskeyView>,
}

/// A passkey, for its owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasskeyView {
    /// The passkey.
    pub id: PasskeyId,
    /// What its user calls it.
    pub name: String,
    /// The version, needed to rename it.
    pub version: i32,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it answered last.
    pub last_used_at: Option<Timestamp>,
}

/// A new passkey.
#[derive(Clone)]
pub struct AddPasskey {
    /// What its user calls it.
    pub name: String,
    /// What proves that it is the user.
    pub proof: Proof,
    /// The code of the user's authenticator app, or a recovery code. A user without an app needs none, and neither does one who proves with a passkey.
    pub code: String,
    /// What the new passkey has answered.
    pub answer: PasskeyAnswer,
}

/// Another name for a passkey.
#[derive(Debug, Clone)]
pub struct RenamePasskey {
    /// The passkey.
    pub passkey: PasskeyId,
    /// The name.
    pub name: String,
    /// The version that was seen.
    pub version: i32,
}

/// A passkey that is given up.
#[derive(Clone)]
pub struct RemovePasskey {
    /// The passkey.
    pub passkey: PasskeyId,
    /// What proves that it is the user.
    pub proof: Proof,
    /// The code of the user's authenticator app, or a recovery code, as for [`AddPasskey`].
    pub code: String,
}

/// The passkeys of the caller's account.
///
/// # Errors
/// `access.sign_in_needed`.
pub async fn own_passkeys(domain: &Domain, access: &Access) -> Result<OwnPasskeys> {
    let user = access.acting()?.user;
    let mut tx = domain.begin_reading("identity.own_passkeys", access).await?;
    let user = tx.permit(Read, user).await?.id();
    let view = OwnPasskeys {
        email: factors::email(tx.connection(), user).await?,
        is_available: site(domain.settings()).is_ok(),
        needs_code: factors::has_factor(tx.connection(), user).await?,
        passkeys: views(tx.connection(), user).await?,
    };
    tx.close().await?;
    Ok(view)
}

/// The passkeys of an account, for its owner.
pub(in crate::identity::second_factor) async fn views(connection: &mut PgConnection, user: UserId) -> Result<Vec<PasskeyView>> {
    let listed = store::list(connection, user).await?;
    let view =
        |Listed { id, name, version, created_at, last_used_at }| PasskeyView { id, name, version, created_at, last_used_at };
    Ok(listed.into_iter().map(view).collect())
}

/// A question with which a device makes a passkey for the caller's account, in this session. [`add_passkey`] keeps it.
///
/// # Errors
/// `access.sign_in_needed`; `identity.passkeys_unavailable`; `identity.passkeys_too_many`.
pub async fn begin_passkey(domain: &Domain, access: &Access) -> Result<PasskeyQuestion> {
    let acting = access.acting()?.clone();
    let site = site(domain.settings())?;
    let mut tx = domain.begin_reading("identity.begin_passkey", access).await?;
    let user = tx.permit(Read, acting.user).await?.id();
    check_room(tx.connection(), user).await?;
    let (email, name) = store::shown_as(tx.connection(), user).await?;
    let known = store::credential_ids(tx.connection(), user).await?;
    tx.close().await?;
    let (options, question) = site
        .start_passkey_registration(user.uuid(), &email, &name, Some(known))
        .map_err(|error| Error::internal(error.to_string()))?;
    Ok(PasskeyQuestion { question: seal(domain, Asked::Adding(acting.session), question)?, options: discoverable(&options)? })
}

/// Only a discoverable passkey signs in somebody who has not typed an address. The library asks for one that need not be.
fn discoverable(options: &CreationChallengeResponse) -> Result<String> {
    let mut options = serde_json::to_value(options).map_err(Error::internal)?;
    let selection = options.pointer_mut("/publicKey/authenticatorSelection").and_then(Value::as_object_mut);
    let selection = selection.ok_or_else(|| Error::internal("the options of a new passkey have another form"))?;
    selection.insert("residentKey".to_owned(), json!("required"));
    selection.insert("requireResidentKey".to_owned(), json!(true));
    Ok(options.to_string())
}

async fn check_room(connection: &mut PgConnection, user: UserId) -> Result<()> {
    if store::count(connection, user).await? < MOST { Ok(()) } else { Err(Code::PasskeysTooMany.into()) }
}

/// Keeps a passkey that a device has made for the caller, who is told by mail. Whoever has an authenticator app also needs a code of it: the password and an open session
/// must not be enough for another way in.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the fields `name` and `code`; those of [`prove`]; `identity.code_wrong`; `request.rate_limited`;
/// `identity.passkeys_unavailable`; `identity.passkey_expired`; `identity.passkey_answered`; `identity.passkey_elsewhere`; `identity.passkey_unverified`;
/// `identity.passkey_refused`; `identity.passkey_exists`; `identity.passkeys_too_many`.
pub async fn add_passkey(domain: &Domain, access: &Access, command: AddPasskey) -> Result<PasskeyId> {
    let acting = access.acting()?.clone();
    let name = PasskeyName::parse(&command.name).map_err(|fault| Error::field("name", fault))?;
    let site = site(domain.settings())?;
    let proven = prove(domain, access, &command.proof).await?;
    let mut tx = domain.begin("identity.add_passkey", access).await?;
    let user = tx.permit(Write, acting.user).await?.id();
    if let Err(refused) = check_beside(&mut tx, user, &command.proof, &command.code).await {
        return Err(end_refused(tx, user, refused).await?);
    }
    proven.redeem(&mut tx).await?;
    check_room(tx.connection(), user).await?;
    let opened = open::<PasskeyRegistration>(&mut tx, Asked::Adding(acting.session), &command.answer.question).await?;
    let given: RegisterPublicKeyCredential = read(&command.answer.answer)?;
    let credential = site.finish_passkey_registration(&given, &opened.question).map_err(refusal)?;
    opened.use_up(&mut tx).await?;
    let passkey = store::insert(&mut tx, user, &credential, &name).await?;
    tx.emit(Event::PasskeyAdded { user, passkey }).await?;
    let entry = Audit::of(AuditAction::IdentityPasskeyAdded).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("passkey", passkey)).await?;
    Ok(passkey)
}

/// Gives a passkey of the caller another name.
///
/// # Errors
/// `access.sign_in_needed`; `request.fields_invalid` with the field `name`; `not_found`; `request.stale`.
pub async fn rename_passkey(domain: &Domain, access: &Access, command: RenamePasskey) -> Result<()> {
    let user = access.acting()?.user;
    let name = PasskeyName::parse(&command.name).map_err(|fault| Error::field("name", fault))?;
    let mut tx = domain.begin("identity.rename_passkey", access).await?;
    let user = tx.permit(Write, user).await?.id();
    if !store::exists(tx.connection(), user, command.passkey).await? {
        return Err(Code::NotFound.into());
    }
    if !store::rename(&mut tx, user, command.passkey, &name, command.version).await? {
        return Err(Code::Stale.into());
    }
    let entry = Audit::of(AuditAction::IdentityPasskeyRenamed).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("passkey", command.passkey).with("version_before", i64::from(command.version))).await
}

/// Removes a passkey of the caller, who is told by mail. Whoever has an authenticator app also needs a code of it, as for [`add_passkey`].
///
/// # Errors
/// `access.sign_in_needed`; those of [`prove`]; `request.fields_invalid` with the field `code`; `identity.code_wrong`; `request.rate_limited`; `not_found`;
/// `identity.passkey_last` when a role of the user needs a second factor and this is the only one.
pub async fn remove_passkey(domain: &Domain, access: &Access, command: RemovePasskey) -> Result<()> {
    let user = access.acting()?.user;
    let proven = prove(domain, access, &command.proof).await?;
    let mut tx = domain.begin("identity.remove_passkey", access).await?;
    let user = tx.permit(Write, user).await?.id();
    if let Err(refused) = check_beside(&mut tx, user, &command.proof, &command.code).await {
        return Err(end_refused(tx, user, refused).await?);
    }
    proven.redeem(&mut tx).await?;
    if !store::remove(&mut tx, user, command.passkey).await? {
        return Err(Code::NotFound.into());
    }
    let is_required = factors::is_required(tx.connection(), domain.settings(), user).await?;
    let has_app = factors::has_factor(tx.connection(), user).await?;
    if is_required && !has_app && store::count(tx.connection(), user).await? == 0 {
        return Err(Code::PasskeyLast.into());
    }
    tx.emit(Event::PasskeyRemoved { user, passkey: command.passkey }).await?;
    let entry = Audit::of(AuditAction::IdentityPasskeyRemoved).on(ResourceKind::Account, user);
    tx.commit(entry.with_id("passkey", command.passkey)).await
}
