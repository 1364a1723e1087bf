//! Passkeys: the list in the user's account, and signing in with one.

mod account;
mod ask;
mod sign_in;

pub use account::{
    AddPasskey, AddPasskeyValues, BeginPasskey, LoadPasskeys, PasskeyFacts, PasskeysFacts, PasskeysPage, RemovePasskey,
    RemovePasskeyValues, RenamePasskey, RenamePasskeyValues, add_passkey, begin_passkey, load_passkeys, remove_passkey,
    rename_passkey,
};
pub use ask::QuestionFacts;
pub use sign_in::{
    AskForPasskey, FinishByPasskey, PasskeyStepValues, PasskeyValues, SignInByPasskey, ask_for_passkey, finish_by_passkey,
    sign_in_by_passkey,
};
pub(crate) use sign_in::{PasskeySignIn, PasskeyStep};
