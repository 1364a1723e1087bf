//! What an operator may tune and the rules need to know. The server reads it from its configuration.

/// Numbers of the rules, each with its unit in its name.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a chosen time is kept for somebody who fills in the form.
    pub hold_minutes: i64,
    /// Until when before the start a patient cancels freely.
    pub cancel_notice_hours: i64,
    /// When the waiting room opens before the start.
    pub waiting_room_opens_minutes: i64,
    /// How long after the planned end a visit can still be joined.
    pub waiting_room_closes_minutes: i64,
    /// A session without use ends after this.
    pub session_idle_minutes: i64,
    /// A session ends after this, used or not.
    pub session_absolute_hours: i64,
    /// Life of an access token of the REST interface.
    pub access_token_minutes: i64,
    /// Life of a refresh token.
    pub refresh_token_days: i64,
    /// For how long after its use a refresh token is answered with the same pair again; later it counts as stolen.
    pub refresh_grace_secs: i64,
    /// Failed sign-ins of one account from one address within the window.
    pub failed_sign_ins_per_account: u32,
    /// Failed sign-ins of one account from all addresses within the window.
    pub failed_sign_ins_per_account_in_all: u32,
    /// Failed sign-ins from one address within the window; a clinic shares one.
    pub failed_sign_ins_per_address: u32,
    /// The window for failed sign-ins.
    pub failed_sign_ins_window_secs: i64,
    /// Mails that strangers may ask for to one address: confirmations, new passwords.
    pub mails_per_account_per_hour: u32,
    /// Mails that strangers may ask for from one address; a clinic shares one.
    pub mails_per_address_per_hour: u32,
    /// The address at which people reach this installation, without a slash at its end; it is printed on prescriptions.
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
