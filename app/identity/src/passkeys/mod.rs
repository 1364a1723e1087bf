//! Passkeys: the list in the user's account, and signing in with one.

mod account;
mod sign_in;

pub(crate) use account::with_proof;
pub use account::{
    AddPasskey, AddPasskeyValues, LoadPasskeys, PasskeyFacts, PasskeysFacts, PasskeysPage, RemovePasskey, RemovePasskeyValues,
    RenamePasskey, RenamePasskeyValues, add_passkey, load_passkeys, remove_passkey, rename_passkey,
};
pub use sign_in::{FinishByPasskey, PasskeyStepValues, PasskeyValues, SignInByPasskey, finish_by_passkey, sign_in_by_passkey};
pub(crate) use sign_in::{PasskeySignIn, PasskeyStep};
