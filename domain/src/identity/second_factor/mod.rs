//! The second factor of an account: codes of an authenticator app, and recovery codes for when the app is gone; and [`passkeys`].
//!
//! Invariants
//! - A user who has an authenticator app, or a role that needs a second factor, gets a session only with two factors. A session with one factor is not valid for a user whose
//!   role needs two ([`callers`](super::callers)).
//! - Between the two steps there is no session: a [`HalfSignIn`] can only be finished.
//! - A new second factor ends the user's sessions with one factor, and an admin's reset ends all sessions.
//! - Each code works once. A code of an app works in its time step and the ones before and after it, and uses up its step and all earlier ones.
//! - Wrong codes after a right password are counted, and the owner is told of five in a day.
//! - Replacing or turning off a second factor needs a code of it: the password and an open session are not enough.
//! - An admin turns off a lost one only after a delay, in which the person can stop it.
//! - A new secret is shown only in the session or the half sign-in that began it, so that nobody else learns the secret which the user confirms.
//! - Secrets are encrypted, recovery codes and tokens are stored as hashes. What was offered is shown until it is confirmed, and never again.

mod browsers;
mod check;
mod codes;
mod half;
mod passkeys;
mod reset;
mod set_up;
mod store;
mod totp;
mod wrong_codes;

pub use browsers::forget_browsers;
pub(super) use check::check_beside;
pub use half::{
    FinishByPasskey, FinishSignIn, Finished, HalfSignIn, HalfSignInView, finish_sign_in, finish_sign_in_by_passkey, half_sign_in,
};
pub(super) use half::{begin as begin_half, keep_identity};
pub use passkeys::bring_back_by_passkey;
pub(super) use passkeys::check_own as check_own_passkey;
pub(super) use passkeys::remove_all as remove_passkeys;
pub use passkeys::{
    AddPasskey, OwnPasskeys, PasskeyAnswer, PasskeyQuestion, PasskeyView, RemovePasskey, RenamePasskey, add_passkey,
    ask_for_passkey, ask_for_proof, begin_passkey, own_passkeys, remove_passkey, rename_passkey, sign_in_by_passkey,
};
pub use reset::{AskReset, ResetView, apply_resets, ask_reset, second_factor_of, stop_reset, stop_reset_by_link};
pub(super) use reset::{for_mail as reset_for_mail, stop_all as stop_all_resets};
pub use set_up::{FactorView, begin_set_up, confirm_set_up, end_second_factor, second_factor};
pub(super) use store::end as remove_factor;
pub(super) use wrong_codes::end_refused;

use crate::{Domain, Result, db::Tx};
use jiff_sqlx::ToSqlx;
use model::ids::UserId;
use std::fmt;

/// What a user sets up: shown until it is confirmed with a code.
#[derive(Clone, PartialEq, Eq)]
pub struct SetUpView {
    /// The secret in base32, in groups of four letters, to be typed into the app.
    pub secret: String,
    /// The same as an address that opens the app on a phone.
    pub uri: String,
    /// The dark squares of the QR code with that address, as the path of an SVG.
    pub qr_path: String,
    /// The number of squares on a side, with the margin.
    pub qr_side: u32,
    /// The recovery codes.
    pub recovery_codes: Vec<String>,
}

/// Keeps secrets out of logs.
impl fmt::Debug for SetUpView {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SetUpView")
    }
}

/// What follows when the password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NextStep {
    /// A session with one factor.
    SignIn,
    /// A session with two factors, because the browser is remembered.
    SignInRemembered,
    /// The code of the app, a recovery code, or a passkey.
    Code,
    /// The user has no second factor and needs one.
    SetUp,
}

/// What follows when the password of this user was right, in the browser that has this secret. Locks the account, so that it is still true when the session begins.
pub(super) async fn next_step(tx: &mut Tx, user: UserId, browser: Option<&str>) -> Result<NextStep> {
    let domain = tx.domain().clone();
    store::lock(tx, user).await?;
    let is_required = store::is_required(tx.connection(), domain.settings(), user).await?;
    // A passkey asks for a second step only where a role needs one. Nobody who only knows the password may set up an app then.
    if store::has_factor(tx.connection(), user).await? || (is_required && passkeys::count(tx.connection(), user).await? > 0) {
        let Some(secret) = browser else { return Ok(NextStep::Code) };
        let is_remembered = browsers::is_remembered(tx, user, secret).await?;
        return Ok(if is_remembered { NextStep::SignInRemembered } else { NextStep::Code });
    }
    Ok(if is_required { NextStep::SetUp } else { NextStep::SignIn })
}

/// Deletes sign-ins that were not finished, remembered browsers and secrets whose time is over; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_second_factors(domain: &Domain) -> Result<u64> {
    let now = domain.now();
    let mut connection = domain.pool().acquire().await?;
    let halves = sqlx::query!("delete from half_sign_ins where expires_at < $1", now.to_sqlx()).execute(&mut *connection).await?;
    let browsers =
        sqlx::query!("delete from remembered_browsers where expires_at < $1", now.to_sqlx()).execute(&mut *connection).await?;
    let offers = store::sweep_offers(&mut connection, now).await?;
    let questions = passkeys::sweep(&mut connection, now).await?;
    Ok(halves.rows_affected() + browsers.rows_affected() + offers + questions)
}
