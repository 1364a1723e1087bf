//! Users, credentials, links, sessions, tokens, the roles of staff, suspensions.
//!
//! Invariants
//! - Nobody can find out here whether an address has an account: making one and asking for a reset give the same answer, sign-in takes the
//!   same time.
//! - Whatever sets a password parses it with `strength::new_password`, which refuses what is easy to guess, and calls `leaks::refuse_leaked`.
//! - Passwords are hashed with argon2id off the async threads. Tokens, links and the values of cookies are stored as hashes.
//! - The sessions of a suspended or deleted user are invalid: roles and state are read at each request.
//! - A session is valid only in the epoch of its user's credentials in which it began. Another password, a closed account and a role that has ended begin another
//!   one (migration 0028), and whoever checks a password, which takes long, compares the epoch again in the transaction of what follows.
//! - There is no account before its address is confirmed, and no mail contains what somebody typed who has not proved that the address is theirs.
//! - Suspending an account ends all its sessions in the same transaction.
//! - An account that its owner has deleted can be brought back for 30 days (`deletion`).
//! - Sensitive acts ask their user for a [`Proof`].
//! - An account may be linked to identities at foreign providers, with which its user signs in as with the password (`foreign`).
//! - A user who has an authenticator app, or a role that needs a second factor, gets a session only with two factors (`second_factor`).
//!
//! Boundary: `directory` has the patients and doctors, so it has what makes or changes them together with an account: the sign-ups and the
//! corrections of name, time zone and language. The server handles cookies, headers, rate limits, message texts and SMTP.

mod account;
mod api_tokens;
mod apps;
mod attempts;
mod callers;
mod confirmation;
mod consents;
mod deletion;
mod devices;
mod earlier_sessions;
mod email_change;
mod email_keys;
mod evenly;
mod foreign;
pub mod http_sessions;
mod invitations;
mod leaks;
mod limited;
mod links;
mod memberships;
mod names;
mod new_account;
mod notices;
mod passwords;
mod phone;
mod proof;
mod roles;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_ups;
mod store;
mod strength;
mod suspensions;
mod sweep;

pub use account::{AccountView, RepresentedPatient, RoleView, Viewer, account, act_as, act_for};
pub use api_tokens::{TokenPair, issue_tokens, refresh_tokens};
pub use apps::{
    AppAnswer, AppTokens, Asked, AuthorizationRequest, Client, ExchangeCode, RegisterApp, RegisteredApp, answer_authorization,
    connected_apps, disconnect_app, end_app, exchange_code, list_apps, read_authorization, refresh_app_tokens, register_app,
    revoke_app_token,
};
pub use callers::{Caller, Credential, caller, caller_from, observe_session, resolve_session};
pub use confirmation::{ConfirmEmail, ResendConfirmation, resend_confirmation};
pub use consents::{
    AnswerDocument, answer_document, document, document_versions, own_consents, publish_document, waiting_documents,
};
pub use deletion::{
    BringBack, DeletedAccount, ListDeletedAccounts, bring_back, bring_back_account, finish_deletions, list_deleted_accounts,
};
pub use devices::sweep_devices;
pub use email_change::{AskEmailChange, EmailView, ask_email_change, confirm_email_change, own_email, sweep_email_changes};
pub use foreign::{
    BRING_BACK, ConnectForeign, Connected, ForeignEntry, ForeignIdentityView, ForeignLogOut, ForeignPerson, ForeignReturn,
    ForeignSignUp, ForeignStart, LoggedOut, MappedRole, Returned, begin_connecting, begin_foreign_sign_in, finish_connecting,
    finish_foreign_sign_in, foreign_start_again, link_waiting, log_out_from_provider, own_foreign_identities,
    provider_of_session, return_from_provider, sweep_foreign_sign_ins, unlink, waiting_sign_up,
};
pub use invitations::{
    AcceptAsNew, ImportStaff, InviteStaff, ListInvitations, MOST_STAFF, accept_as_new, accept_invitation, import_staff,
    invitation_offer, invite_staff, list_invitations, send_invitation_again, withdraw_invitation,
};
pub use limited::{
    MadeToken, MakeServiceAccount, MakeToken, RenewServiceToken, ServiceToken, end_service_account, end_token,
    list_service_accounts, list_tokens, make_service_account, make_token, renew_service_token,
};
pub use new_account::Origin;
pub use notices::{MailContent, MailKind};
pub use passwords::{
    ChangePassword, ResetPassword, address_of_reset, change_password, request_reset, request_reset_by_text, reset_password,
};
pub use phone::{
    PhoneView, SendPhoneCode, TextContent, TextKind, confirm_phone, own_phone, remove_phone, send_phone_code, sweep_phones,
};
pub use proof::{Proof, ProofWays, Proven, proof_ways, prove};
pub use roles::{
    ChangeMembership, EndMembership, ListMemberships, change_membership, end_membership, end_unconfirmed_roles, list_memberships,
    membership,
};
pub use second_factor::{
    AddPasskey, FinishByPasskey, OwnPasskeys, PasskeyAnswer, PasskeyQuestion, PasskeyView, RemovePasskey, RenamePasskey,
    add_passkey, ask_for_passkey, ask_for_proof, begin_passkey, bring_back_by_passkey, finish_sign_in_by_passkey, own_passkeys,
    remove_passkey, rename_passkey, sign_in_by_passkey,
};
pub use second_factor::{
    AskReset, FactorView, FinishSignIn, Finished, HalfSignIn, HalfSignInView, ResetView, SetUpView, apply_resets, ask_reset,
    begin_set_up, confirm_set_up, end_second_factor, finish_sign_in, forget_browsers, half_sign_in, second_factor,
    second_factor_of, stop_reset, stop_reset_by_link, sweep_second_factors,
};
pub use sessions::{
    Assurance, Ended, SessionKind, SessionView, active_sessions, end_other_sessions, end_session, list_sessions, sign_out,
};
pub use sign_in::{Entry, SignIn, SignedIn, begin_sign_in, sign_in};
pub use sign_ups::sweep_sign_ups;
pub use sweep::{sweep_http_sessions, sweep_links, sweep_sessions, sweep_tokens};

pub(crate) use attempts::may_ask_for_mail;
pub(crate) use consents::{consents_of, remote_care};
pub(crate) use deletion::{Deleted, delete, is_last_administrator};
pub(crate) use email_keys::renew_email_keys;
pub(crate) use evenly::evenly;
pub(crate) use foreign::join;
pub(crate) use invitations::make_administrator;
pub(crate) use leaks::refuse_leaked;
pub(crate) use links::{new_hash, token_again, typed_hash};
pub(crate) use memberships::{join_as_doctor, standing};
pub(crate) use names::{name_on_paper, parse_name};
pub(crate) use new_account::{NewAccount, known_zone};
pub(crate) use notices::Event;
pub(crate) use phone::number_for_texts;
pub(crate) use phone::{phone_number, phone_shown};
pub(crate) use sessions::{activity as session_activity, end_all};
pub(crate) use sign_ups::{confirm_sign_up, keep_sign_up};
pub(crate) use store::{AccountVersion, relocate, rename, versions_of_account};
pub(crate) use suspensions::{Changed, change_account, reason_of_suspension, suspensions_of};
