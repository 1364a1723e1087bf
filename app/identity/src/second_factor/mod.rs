//! The authenticator app as the second factor: the second step of signing in, and the page in the user's account.

mod account;
mod parts;
mod step;
mod stop;

pub use account::{
    BeginSetUp, ConfirmSetUp, EndSecondFactor, EndValues, FactorFacts, ForgetBrowsers, LoadSecondFactor, SecondFactorPage,
    SetUpCodeValues, SetUpValues, begin_set_up, confirm_set_up, end_second_factor, forget_browsers, load_second_factor,
};
pub use parts::SetUpFacts;
pub use step::{FinishSignIn, HalfFacts, LoadHalfSignIn, SecondStepPage, SecondStepValues, finish_sign_in, load_half_sign_in};
pub use stop::{ResetStoppedPage, StopReset, StopResetByLink, StopResetPage, StopValues, stop_reset, stop_reset_by_link};
