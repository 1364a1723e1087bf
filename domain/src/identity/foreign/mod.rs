//! Signing in with a foreign provider (OpenID Connect, ADR 39). The server speaks with the provider and checks its ID token; here is what follows from it.
//!
//! Invariants
//! - A browser that was sent to a provider comes back with the same state in the same browser, once, within ten minutes.
//! - An identity, which is an issuer with a subject, belongs to one account. Addresses decide nothing about an account that exists: an identity is linked to it only
//!   when its owner signs in in another way in the same browser, or connects it from the account after a proof, in one session.
//! - Only addresses count that the provider has confirmed.
//! - A known identity signs in as a password does: the state of the account, the known browsers and the second factor count alike. Whether a second factor of the
//!   provider counts is configured.
//! - The roles of a mapping are given and ended here by themselves, each with its audit entry. The last administrator stays one.
//! - A role of a mapping holds for the days that are configured since the last sign-in at its provider, whatever other ways in the person has.

mod begin;
mod connect;
mod finish;
mod link;
mod log_out;
mod new_account;
mod own;
mod sign_up;
mod store;

pub use begin::{ForeignReturn, ForeignStart, Returned, begin_foreign_sign_in, foreign_start_again, return_from_provider};
pub use connect::{ConnectForeign, Connected, begin_connecting, finish_connecting};
pub use finish::{BRING_BACK, ForeignEntry, finish_foreign_sign_in};
pub use link::link_waiting;
pub use log_out::{ForeignLogOut, LoggedOut, log_out_from_provider};
pub use own::{ForeignIdentityView, own_foreign_identities, provider_of_session, unlink};
pub(crate) use sign_up::join;
pub use sign_up::{ForeignSignUp, waiting_sign_up};
pub(super) use store::for_mail;

use crate::{Domain, Error, Result, db::ROWS_SWEPT, db::in_chunks};
use jiff_sqlx::ToSqlx;
use model::{access::Role, identity::EmailAddress, ids::ClinicId};
use std::fmt;

/// A role that a provider gives; without a clinic for all clinics.
pub type MappedRole = (Role, Option<ClinicId>);

/// The identity in an ID token that the server has checked.
#[derive(Clone)]
pub struct ForeignPerson {
    /// The key of the provider in the configuration.
    pub provider: String,
    /// The issuer.
    pub issuer: String,
    /// The subject.
    pub subject: String,
    /// The address, if the provider has confirmed it.
    pub email: Option<EmailAddress>,
    /// The provider's own session, if it names one; it tells when that ends ([`log_out_from_provider`]).
    pub sid: Option<String>,
    /// The name.
    pub name: String,
    /// The IANA time zone, if the provider tells one.
    pub zone: Option<String>,
    /// The roles by the mapping; `None` when the provider has no mapping, which then gives and ends nothing.
    pub roles: Option<Vec<MappedRole>>,
    /// For how many days these roles hold without another sign-in at the provider.
    pub roles_for_days: u32,
    /// Whether somebody with a role by the mapping gets an account.
    pub may_make_account: bool,
    /// Whether somebody without a role and an account may make one as a patient.
    pub may_make_patient: bool,
    /// Whether the provider has checked a second factor, and the configuration lets that count.
    pub with_two_factors: bool,
}

/// Keeps names and addresses out of logs.
impl fmt::Debug for ForeignPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignPerson").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// Deletes sign-ins at providers, and logout tokens, whose time is over; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_foreign_sign_ins(domain: &Domain) -> Result<u64> {
    let now = domain.now().to_sqlx();
    let logouts = sqlx::query!("delete from foreign_logouts where expires_at < $1", now).execute(domain.pool()).await?;
    let sign_ins = in_chunks(|| async {
        let done = sqlx::query!(
            "delete from foreign_sign_ins where id = any(array(select id from foreign_sign_ins where expires_at < $1 limit $2))",
            now,
            ROWS_SWEPT
        );
        Ok::<_, Error>(done.execute(domain.pool()).await?.rows_affected())
    });
    Ok(sign_ins.await? + logouts.rows_affected())
}
