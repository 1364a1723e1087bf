//! Signing up, signing in; confirming the address, a forgotten password, the user's own account and sessions.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod account;
mod apps;
mod bring_back;
mod chosen;
mod confirm;
mod consents;
mod deletion;
mod device;
mod documents;
mod email;
mod foreign;
mod invitation;
mod locale;
mod name;
mod notice_choices;
mod notices;
mod passkeys;
mod phone;
mod proof;
mod provider_sign_up;
mod push;
mod reset;
mod reset_by_text;
mod second_factor;
mod sessions;
mod sign_in;
mod sign_up;
mod tokens;
mod typed_address;

pub use account::{
    AccountFacts, AccountPage, ChangePassword, LoadAccount, PasswordChangedPage, PasswordValues, RoleFacts, change_password,
    load_account,
};
pub use apps::{
    AnswerApp, AppAnswerValues, ConnectPage, ConnectedAppsPage, ConsentFacts, DisconnectApp, LoadAppRequest, LoadConnectedApps,
    answer_app, disconnect_app, load_app_request, load_connected_apps,
};
pub use bring_back::{
    BringBackByPasskey, BringBackWith, PasskeyBackValues, ProviderBackValues, bring_back_by_passkey, bring_back_with,
};
#[cfg(feature = "ssr")]
pub use chosen::after::sign_in as after_sign_in;
pub use chosen::{ReadChosen, read_chosen};
pub use confirm::{
    AddressValues, ConfirmEmail, ConfirmPage, ConfirmValues, ConfirmedPage, ResendConfirmation, ResendPage, confirm_email,
    resend_confirmation,
};
pub use consents::{ConsentsPage, LoadConsents, load_consents};
pub use deletion::{
    BringBack, BringBackPage, BringBackValues, DeleteAccount, DeleteAccountPage, DeleteValues, DeletionFacts, LoadDeletion,
    bring_back, delete_account, load_deletion,
};
pub use documents::{
    AgreePage, AnswerDocument, DocumentAnswerValues, DocumentPage, LoadDocument, LoadQuestion, answer_document, load_document,
    load_question,
};
pub use email::{
    ConfirmEmailChange, EmailCodeValues, EmailFacts, EmailPage, EmailValues, LoadEmail, SendEmailCode, confirm_email_change,
    load_email, send_email_code,
};
pub use foreign::{
    ConnectForeign, ConnectValues, ForeignFacts, ForeignPage, LoadForeignWays, LoadOwnForeign, OwnForeign, UnlinkForeign,
    connect_foreign, load_foreign_ways, load_own_foreign, unlink_foreign,
};
pub use invitation::{
    AcceptAsNew, AcceptInvitation, AcceptValues, InvitationPage, LoadInvitation, NewStaffValues, ShownInvitation, accept_as_new,
    accept_invitation, load_invitation,
};
pub use locale::{CorrectLocale, LocalePage, LocaleSavedPage, LocaleValues, correct_locale};
pub use name::{CorrectName, NamePage, NameSavedPage, NameValues, correct_name};
pub use notice_choices::{
    LoadNoticeChoices, NoticeChoicesPage, NoticeChoicesValues, SetNoticeChoices, load_notice_choices, set_notice_choices,
};
pub use notices::{LoadNotices, NoticesPage, ReadAllNotices, ReadNotice, load_notices, read_all_notices, read_notice};
pub use passkeys::{
    AddPasskey, AddPasskeyValues, FinishByPasskey, LoadPasskeys, PasskeyFacts, PasskeyStepValues, PasskeyValues, PasskeysFacts,
    PasskeysPage, RemovePasskey, RemovePasskeyValues, RenamePasskey, RenamePasskeyValues, SignInByPasskey, add_passkey,
    finish_by_passkey, load_passkeys, remove_passkey, rename_passkey, sign_in_by_passkey,
};
pub use phone::{
    ConfirmPhone, LoadPhone, PhoneCodeValues, PhoneFacts, PhonePage, PhoneValues, RemovePhone, RemovePhoneValues, SendPhoneCode,
    confirm_phone, load_phone, remove_phone, send_phone_code,
};
pub use proof::ProofFacts;
pub use provider_sign_up::{Join, JoinFacts, JoinPage, JoinValues, LoadJoin, join, load_join};
pub use push::{AddPush, LoadPush, RemovePush, add_push, load_push, remove_push};
pub use reset::{
    ForgottenPage, ForgottenSentPage, LoadReset, RequestReset, ResetDonePage, ResetPage, ResetPassword, ResetValues, load_reset,
    request_reset, reset_password,
};
pub use reset_by_text::{ForgottenByTextPage, ForgottenByTextSentPage, RequestResetByText, request_reset_by_text};
pub use second_factor::{
    BeginSetUp, ConfirmSetUp, EndSecondFactor, EndValues, FactorFacts, FinishSignIn, ForgetBrowsers, HalfFacts, LoadHalfSignIn,
    LoadSecondFactor, ResetStoppedPage, SecondFactorPage, SecondStepPage, SecondStepValues, SetUpCodeValues, SetUpFacts,
    SetUpValues, StopReset, StopResetByLink, StopResetPage, StopValues, begin_set_up, confirm_set_up, end_second_factor,
    finish_sign_in, forget_browsers, load_half_sign_in, load_second_factor, stop_reset, stop_reset_by_link,
};
pub use sessions::{
    EndOneSession, EndOtherSessions, LoadSessions, SessionFacts, SessionsPage, end_one_session, end_other_sessions, load_sessions,
};
pub use sign_in::{SignIn, SignInPage, SignInValues, sign_in};
pub use sign_up::{SignUp, SignUpPage, SignUpSentPage, SignUpValues, sign_up};
pub use tokens::{EndToken, LoadTokens, MakeToken, TokenFacts, TokenValues, TokensPage, end_token, load_tokens, make_token};
pub use typed_address::{CarryAddress, LoadAddress, carry_address, load_address};
