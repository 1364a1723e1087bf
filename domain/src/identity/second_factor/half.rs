//! Sign-ins between their two steps: the password was right, the second factor is missing. There is no session yet.

use super::{
    SetUpView, browsers,
    check::{Used, used},
    codes::TypedCode,
    passkeys::{self, Asked, Checked, PasskeyAnswer},
    set_up, store,
    wrong_codes::end_refused,
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind},
    attempts::Whence,
    audit::{Audit, AuditAction},
    db::Tx,
    error::retry,
    identity::{
        devices,
        earlier_sessions::end_with_one_factor,
        notices::Event,
        sessions::{self, Assurance, SessionKind},
        sign_in::SignedIn,
        store::own_credentials,
    },
    randomness::secret_text,
    vault::sha256,
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{EventId, ForeignIdentityId, UserId},
};
use std::fmt;
use uuid::Uuid;

/// How long a sign-in waits for its second step. A set-up needs its time.
const LIFE: SignedDuration = SignedDuration::from_mins(15);

/// A sign-in whose password was right and that needs a second step.
#[derive(Clone, PartialEq, Eq)]
pub struct HalfSignIn {
    /// What [`FinishSignIn`] needs: a secret of 128 bits, hexadecimal.
    pub token: String,
    /// Whether the user has no second factor and has to set one up.
    pub must_set_up: bool,
}

/// The second step of a sign-in.
#[derive(Clone)]
pub struct FinishSignIn {
    /// The token of the [`HalfSignIn`].
    pub token: String,
    /// The code of the user's authenticator app, or a recovery code.
    pub code: String,
    /// Whether this browser is to be asked for no code for 30 days.
    pub remember: bool,
}

/// The second step of a sign-in, with a passkey.
#[derive(Clone)]
pub struct FinishByPasskey {
    /// The token of the [`HalfSignIn`].
    pub token: String,
    /// What a passkey of the user has answered.
    pub answer: PasskeyAnswer,
}

/// A finished sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct Finished {
    /// The new session.
    pub signed_in: SignedIn,
    /// The secret of the browser, if it is remembered.
    pub remembered: Option<String>,
}

/// What the page of the second step shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfSignInView {
    /// What the user has to set up first; `None` when they have a second factor.
    pub set_up: Option<SetUpView>,
    /// Whether they have an authenticator app, whose codes finish the sign-in.
    pub has_app: bool,
    /// Whether they have a passkey, which finishes it too.
    pub has_passkey: bool,
}

/// Keeps secrets out of logs.
impl fmt::Debug for HalfSignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HalfSignIn")
    }
}

/// Keeps secrets out of logs.
impl fmt::Debug for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Finished")
    }
}

struct Half {
    id: Uuid,
    user: UserId,
    kind: SessionKind,
    epoch: i32,
}

fn hash(token: &str) -> [u8; 32] {
    sha256(&[b"half sign-in ", token.as_bytes()])
}

/// Keeps a sign-in whose password was right in this epoch of the credentials. The caller commits.
pub(in crate::identity) async fn begin(
    tx: &mut Tx,
    user: UserId,
    epoch: i32,
    kind: SessionKind,
    must_set_up: bool,
) -> Result<HalfSignIn> {
    let token = secret_text(tx.domain().randomness());
    let (id, hash, now) = (tx.new_id::<EventId>().uuid(), hash(&token), tx.now());
    sqlx::query!(
        "insert into half_sign_ins (id, token_hash, user_id, kind, credential_epoch, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        id,
        &hash[..],
        user.uuid(),
        kind.as_str(),
        epoch,
        now.to_sqlx(),
        (now + LIFE).to_sqlx()
    )
    .execute(tx.connection())
    .await?;
    if must_set_up {
        store::offer(tx, user, id).await?;
    }
    Ok(HalfSignIn { token, must_set_up })
}

/// Keeps the identity at a provider with which a sign-in has begun, and the provider's own session, hashed, for its session.
pub(in crate::identity) async fn keep_identity(
    tx: &mut Tx,
    half: &HalfSignIn,
    identity: ForeignIdentityId,
    sid_hash: Option<&[u8]>,
) -> Result<()> {
    let hash = hash(&half.token);
    sqlx::query!(
        "update half_sign_ins set foreign_identity_id = $2, foreign_sid_hash = $3 where token_hash = $1",
        &hash[..],
        identity.uuid(),
        sid_hash
    )
    .execute(tx.connection())
    .await?;
    Ok(())
}

/// Finds a sign-in that waits, in the epoch of its credentials, and locks it.
async fn find(tx: &mut Tx, token: &str) -> Result<Option<Half>> {
    let (hash, now) = (hash(token), tx.now());
    let row = sqlx::query!(
        "select h.id, h.user_id, h.kind, h.credential_epoch from half_sign_ins h
           join users u on u.id = h.user_id and u.credential_epoch = h.credential_epoch
         where h.token_hash = $1 and h.expires_at > $2 for update of h",
        &hash[..],
        now.to_sqlx()
    )
    .fetch_optional(tx.connection())
    .await?;
    row.map(|row| {
        let kind = SessionKind::parse(&row.kind)?;
        Ok(Half { id: row.id, user: row.user_id.into(), kind, epoch: row.credential_epoch })
    })
    .transpose()
}

/// What the second step of a sign-in needs; `None` when the sign-in is gone.
///
/// # Errors
/// `database.unavailable`.
pub async fn half_sign_in(domain: &Domain, access: &Access, token: &str) -> Result<Option<HalfSignInView>> {
    let mut tx = domain.begin("identity.half_sign_in", access).await?;
    let found = find(&mut tx, token).await?;
    let view = match found {
        Some(half) => view_of(&mut tx, &half).await?,
        None => None,
    };
    tx.close().await?;
    Ok(view)
}

async fn view_of(tx: &mut Tx, half: &Half) -> Result<Option<HalfSignInView>> {
    let has_app = store::has_factor(tx.connection(), half.user).await?;
    let has_passkey = passkeys::count(tx.connection(), half.user).await? > 0;
    if has_app || has_passkey {
        return Ok(Some(HalfSignInView { set_up: None, has_app, has_passkey }));
    }
    // What was offered may have expired. Then the sign-in has to begin again.
    let Some(offer) = store::offered(tx, half.user, half.id).await? else { return Ok(None) };
    let set_up = Some(set_up::view(tx, half.user, &offer).await?);
    Ok(Some(HalfSignInView { set_up, has_app: false, has_passkey: false }))
}

/// Finishes a sign-in with the second factor and begins the session. Who had to set the factor up has it from now on.
///
/// # Errors
/// `request.fields_invalid` with the field `code`; `identity.sign_in_expired` when the sign-in is too old, or was finished; `identity.code_wrong`;
/// `request.rate_limited` after too many wrong codes.
pub async fn finish_sign_in(domain: &Domain, access: &Access, command: FinishSignIn) -> Result<Finished> {
    retry(|| try_to_finish(domain, access, &command)).await
}

async fn try_to_finish(domain: &Domain, access: &Access, command: &FinishSignIn) -> Result<Finished> {
    let code = TypedCode::parse(&command.code).map_err(|fault| Error::field("code", fault))?;
    let mut tx = domain.begin("identity.finish_sign_in", access).await?;
    let Some(half) = find(&mut tx, &command.token).await? else {
        tx.close().await?;
        return Err(Code::SignInExpired.into());
    };
    let whence = whence(&mut tx, half.user).await?;
    let used = match used(&mut tx, (half.user, Some(half.id)), &code, whence).await {
        Ok(used) => used,
        Err(refused) => return Err(end_refused(tx, half.user, refused).await?),
    };
    complete(tx, &half, used, command.remember).await
}

/// Finishes a sign-in with a passkey and begins the session.
///
/// # Errors
/// `identity.sign_in_expired` when the sign-in is too old, or was finished; those of [`sign_in_by_passkey`](super::sign_in_by_passkey) about the answer.
pub async fn finish_sign_in_by_passkey(domain: &Domain, access: &Access, command: FinishByPasskey) -> Result<Finished> {
    retry(|| try_to_finish_by_passkey(domain, access, &command)).await
}

async fn try_to_finish_by_passkey(domain: &Domain, access: &Access, command: &FinishByPasskey) -> Result<Finished> {
    let device = access.device.ok_or(Code::PasskeyExpired)?;
    let mut tx = domain.begin("identity.finish_sign_in_by_passkey", access).await?;
    let Some(half) = find(&mut tx, &command.token).await? else {
        tx.close().await?;
        return Err(Code::SignInExpired.into());
    };
    match passkeys::check(&mut tx, Asked::SigningIn(device), &command.answer, Some(half.user)).await? {
        Checked::Right(..) => complete(tx, &half, Used::Passkey, false).await,
        Checked::Copied(user, passkey) => Err(passkeys::end_copied(tx, user, passkey).await?),
    }
}

/// Begins the session of a sign-in whose second step is done.
async fn complete(mut tx: Tx, half: &Half, used: Used, remember: bool) -> Result<Finished> {
    let (domain, access) = (tx.domain().clone(), tx.access().clone());
    let deleted =
        sqlx::query!("delete from half_sign_ins where id = $1 returning foreign_identity_id, foreign_sid_hash", half.id)
            .fetch_optional(tx.connection())
            .await?;
    let foreign = deleted.and_then(|row| Some((row.foreign_identity_id?, row.foreign_sid_hash)));
    let Some(session) = sessions::insert(&mut tx, half.user, half.epoch, half.kind, Assurance::TwoFactors).await? else {
        tx.close().await?;
        return Err(Code::SignInExpired.into());
    };
    if let Some((identity, sid_hash)) = foreign {
        sessions::keep_identity(&mut tx, session, identity.into(), sid_hash.as_deref()).await?;
    }
    if let Some(device) = access.device {
        devices::signed_in(&mut tx, half.user, session, device).await?;
    }
    let remembered = if remember { Some(browsers::remember(&mut tx, half.user).await?) } else { None };
    if used.has_set_up() {
        end_with_one_factor(&mut tx, half.user).await?;
        tx.emit(Event::SecondFactorSetUp { user: half.user }).await?;
    }
    let email_key = own_credentials(tx.connection(), half.user).await?.email_key;
    tx.commit(
        Audit::of(AuditAction::IdentitySignedIn)
            .by(half.user)
            .on(ResourceKind::Account, half.user)
            .with_id("session", session)
            .with("second_factor", used.as_str()),
    )
    .await?;
    domain.attempts().prove(&email_key, half.user, &access);
    Ok(Finished { signed_in: SignedIn { user: half.user, session }, remembered })
}

/// Wrong codes count by account, so that an account cannot be tried from many lines; guesses from elsewhere do not lock out a browser that its owner uses.
async fn whence(tx: &mut Tx, user: UserId) -> Result<Whence> {
    let Some(device) = tx.access().device else { return Ok(Whence::Line(None)) };
    let is_known = devices::is_known(tx.connection(), Some(user), device).await?;
    Ok(if is_known { Whence::Known(device) } else { Whence::Line(None) })
}
