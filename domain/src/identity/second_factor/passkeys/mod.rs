//! Passkeys: keys that a device or a password manager keeps, and with which it answers questions of this site (WebAuthn Level 3).
//!
//! Invariants
//! - A passkey is accepted only when its device has checked who uses it, with a PIN, a finger or a face. So it is two factors.
//! - A question can be answered for five minutes, once, and only in the browser or the session that asked it.
//! - A passkey whose counter has not grown is refused, and its owner is told: there may be a copy of it.
//! - A passkey signs its user in, whatever else they have. It does not make the password alone insufficient: an app, or a role, does that.
//!
//! Boundary: the site to which passkeys are bound is that of the public address in the configuration. An address without a name (127.0.0.1) cannot have passkeys.

mod check;
mod own;
mod question;
mod sign_in;
mod store;

pub(in crate::identity) use check::check_own;
pub(super) use check::{Checked, check, end_copied};
pub(super) use own::views;
pub use own::{
    AddPasskey, OwnPasskeys, PasskeyView, RemovePasskey, RenamePasskey, add_passkey, begin_passkey, own_passkeys, remove_passkey,
    rename_passkey,
};
pub(super) use question::{Asked, sweep};
pub use question::{PasskeyAnswer, PasskeyQuestion};
pub use sign_in::{ask_for_passkey, ask_for_proof, bring_back_by_passkey, sign_in_by_passkey};
pub(super) use store::count;
pub(in crate::identity) use store::remove_all;
