//! Users, credentials, links, sessions, tokens, the roles of staff, suspensions.
//!
//! Invariants
//! - Nobody can find out here whether an address has an account: making one and asking for a reset give the same answer, sign-in takes the
//!   same time.
//! - Passwords are hashed with argon2id off the async threads. Tokens and links are stored as hashes.
//! - The sessions of a suspended or deleted user are invalid: roles and state are read at each request.
//! - Suspending an account ends all its sessions in the same transaction.
//!
//! Boundary: `directory` has the patients and doctors, so it has what makes or changes them together with an account: the sign-ups and the
//! corrections of name, time zone and language. The server handles cookies, headers, rate limits, message texts and SMTP.

mod account;
mod api_tokens;
mod attempts;
mod callers;
mod confirmation;
mod email_keys;
mod evenly;
mod hasher;
pub mod http_sessions;
mod links;
mod memberships;
mod names;
mod new_account;
mod notices;
mod passwords;
mod sessions;
mod sign_in;
mod store;
mod suspensions;

pub use account::{AccountView, RoleView, Viewer, account, act_as};
pub use api_tokens::{TokenPair, issue_tokens, refresh_tokens};
pub use attempts::Attempts;
pub use callers::{Caller, Credential, caller, resolve_session};
pub use confirmation::{ConfirmEmail, confirm_email, resend_confirmation};
pub use hasher::Hasher;
pub use new_account::Origin;
pub use notices::{MailContent, MailKind};
pub use passwords::{
    ChangePassword, ResetPassword, address_of_reset, change_password, check_password, request_reset, reset_password,
};
pub use sessions::{
    SessionKind, SessionView, active_sessions, end_other_sessions, end_session, list_sessions, session_holds, sign_out,
    sweep_sessions,
};
pub use sign_in::{SignIn, SignedIn, sign_in};

pub(crate) use attempts::may_ask_for_mail;
pub(crate) use email_keys::renew_email_keys;
pub(crate) use evenly::evenly;
pub(crate) use memberships::{join_as_doctor, member_of};
pub(crate) use names::{name_on_paper, parse_name};
pub(crate) use new_account::{NewAccount, insert_account, known_zone, repeated};
pub(crate) use notices::Event;
pub(crate) use sessions::activity as session_activity;
pub(crate) use store::{relocate, rename};
pub(crate) use suspensions::{Changed, change_account, reason_of_suspension, suspensions_of};
