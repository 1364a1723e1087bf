//! The settings that an operator may change and the rules need. The server reads them from its configuration.

/// The settings of the rules; numbers have their unit in their name.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a chosen time is held while the form is filled in.
    pub hold_minutes: i64,
    /// How long before the start a patient can still cancel freely.
    pub cancel_notice_hours: i64,
    /// How long before the start the waiting room opens.
    pub waiting_room_opens_minutes: i64,
    /// How long after the planned end a visit can still be joined.
    pub waiting_room_closes_minutes: i64,
    /// A session that is not used ends after this time.
    pub session_idle_minutes: i64,
    /// A session ends after this time, used or not.
    pub session_absolute_hours: i64,
    /// Lifetime of an access token of the REST API.
    pub access_token_minutes: i64,
    /// Lifetime of a refresh token.
    pub refresh_token_days: i64,
    /// For how long after its first use a refresh token returns the same token pair again; a later use counts as theft.
    pub refresh_grace_secs: i64,
    /// Failed sign-ins allowed for one account from one IP address within the window.
    pub failed_sign_ins_per_account: u32,
    /// Failed sign-ins allowed for one account from all IP addresses within the window.
    pub failed_sign_ins_per_account_in_all: u32,
    /// Failed sign-ins allowed from one IP address within the window; all users of a clinic may share one.
    pub failed_sign_ins_per_address: u32,
    /// The window for failed sign-ins.
    pub failed_sign_ins_window_secs: i64,
    /// Mails that may be requested for one email address without signing in: confirmations, new passwords.
    pub mails_per_account_per_hour: u32,
    /// Mails that may be requested from one IP address without signing in; all users of a clinic may share one.
    pub mails_per_address_per_hour: u32,
    /// The public address of this installation, without a trailing slash; it is printed on prescriptions.
    pub public_url: String,
    /// Version of the terms that a person agrees to at sign-up.
    pub terms_version: String,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hold_minutes: 10,
            cancel_notice_hours: 24,
            waiting_room_opens_minutes: 15,
            waiting_room_closes_minutes: 60,
            session_idle_minutes: 8 * 60,
            session_absolute_hours: 24 * 14,
            access_token_minutes: 15,
            refresh_token_days: 30,
            refresh_grace_secs: 20,
            failed_sign_ins_per_account: 10,
            failed_sign_ins_per_account_in_all: 50,
            failed_sign_ins_per_address: 50,
            failed_sign_ins_window_secs: 900,
            mails_per_account_per_hour: 10,
            mails_per_address_per_hour: 200,
            public_url: "http://localhost:3000".to_owned(),
            terms_version: "2026-11".to_owned(),
        }
    }
}
