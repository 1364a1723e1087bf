//! The settings that an operator may change and the rules need. The server reads them from its configuration.

use jiff::{SignedDuration, Timestamp};
use model::access::Role;

/// The settings of the rules; numbers have their unit in their name.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long a chosen time is held while the form is filled in.
    pub hold_minutes: i64,
    /// How long a doctor has to answer a request for a visit.
    pub approval_hours: i64,
    /// How long a freed time is offered to one person on the waiting list.
    pub offer_minutes: i64,
    /// Appointments ahead that one patient may have.
    pub live_appointments_per_patient: u32,
    /// Appointments ahead that one patient may have with one doctor.
    pub live_appointments_with_one_doctor: u32,
    /// How often a patient may hold the same time within a day.
    pub holds_of_one_time_per_day: u32,
    /// How many times a patient may hold, or book without a hold, within an hour.
    pub times_taken_per_hour: u32,
    /// How long before the start a patient can still cancel freely.
    pub cancel_notice_hours: i64,
    /// Whether patients book only doctors who have a licence of the country in which the patient lives.
    pub licence_where_patient_lives: bool,
    /// How long before the start the waiting room opens.
    pub waiting_room_opens_minutes: i64,
    /// How long after the planned end a visit can still be joined.
    pub waiting_room_closes_minutes: i64,
    /// How long after the planned end a visit is closed that its doctor did not end.
    pub abandoned_visit_hours: i64,
    /// How many days before the day of a visit its doctor may begin to read the patient's record; 0 for the day itself.
    pub treatment_prepared_days: i64,
    /// For how many days after a patient's last visit its doctor may read the record.
    pub treatment_kept_days: i64,
    /// From this age on a person's record is their own: a guardian adds only children who are younger, and such a person decides who acts for them.
    pub of_age_years: i16,
    /// From this age on, until they are of age, a clinic decides what the guardians of a person see.
    pub teen_years: i16,
    /// How long an access to a record outside of the usual rules lasts.
    pub break_glass_minutes: i64,
    /// How long an invitation of staff can be accepted.
    pub invitation_days: i64,
    /// A session that is not used ends after this time.
    pub session_idle_minutes: i64,
    /// A session ends after this time, used or not.
    pub session_absolute_hours: i64,
    /// The same as [`session_idle_minutes`](Self::session_idle_minutes), for users with a role of the staff.
    pub staff_session_idle_minutes: i64,
    /// The same as [`session_absolute_hours`](Self::session_absolute_hours), for users with a role of the staff.
    pub staff_session_absolute_hours: i64,
    /// The roles whose members sign in with a second factor.
    pub second_factor_roles: Vec<Role>,
    /// How long after an admin has asked for it a second factor is turned off.
    pub second_factor_reset_hours: i64,
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
    /// Text messages that may be sent to one phone number within a day.
    pub texts_per_number_per_day: i64,
    /// Text messages that may be sent to all numbers within a day.
    pub texts_per_day: i64,
    /// The countries to which text messages are sent, as codes of ISO 3166-1; empty for all.
    pub text_countries: Vec<String>,
    /// The hosts of the push services to which push messages may be sent; `*.` stands for any name before the rest.
    pub push_services: Vec<String>,
    /// Passwords that may wait to be hashed; further ones are refused.
    pub passwords_waiting: usize,
    /// The size of the parts in which files are uploaded, in bytes; at most 16 MiB.
    pub file_part_bytes: u32,
    /// How many bytes the files of one patient may have, and the documents of one doctor.
    pub patient_files_bytes: u64,
    /// How many bytes the files of one clinic may have.
    pub clinic_files_bytes: u64,
    /// After how many hours an upload is deleted that was not completed.
    pub upload_hours: i64,
    /// Who may read files that no virus scanner has looked at.
    pub unscanned_files: Unscanned,
    /// The public address of this installation, without a trailing slash; it is printed on prescriptions.
    pub public_url: String,
    /// Version of the terms that a person agrees to at sign-up.
    pub terms_version: String,
}

/// Who may read files that no virus scanner has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unscanned {
    /// Whoever may read the file.
    Shown,
    /// Only the user who has added it.
    Hidden,
}

/// Which visits make a doctor treat a patient, for the SQL functions `treats` and `cared_for_at`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Treatment {
    /// Visits on the day of this instant or earlier.
    pub(crate) prepared: Timestamp,
    /// Visits that end after this instant.
    pub(crate) kept: Timestamp,
}

impl Settings {
    /// Since when sessions of browsers must have been used to be valid now: those of the staff, and those of everybody else.
    pub(crate) fn used_since(&self, now: Timestamp) -> (Timestamp, Timestamp) {
        let before = |minutes: i64| now.checked_sub(SignedDuration::from_mins(minutes)).unwrap_or(now);
        (before(self.staff_session_idle_minutes), before(self.session_idle_minutes))
    }

    /// The roles that need a second factor, as the database names them.
    pub(crate) fn second_factor_words(&self) -> Vec<String> {
        self.second_factor_roles.iter().map(|role| role.as_str().to_owned()).collect()
    }

    /// Which visits make a doctor treat a patient now. The waiting room of a visit just after midnight opens on the evening before, and then its doctor must know
    /// the patient: so the day begins that much earlier.
    pub(crate) fn treatment(&self, now: Timestamp) -> Treatment {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        let ahead = days(self.treatment_prepared_days).max(SignedDuration::from_mins(self.waiting_room_opens_minutes));
        Treatment {
            prepared: now.checked_add(ahead).unwrap_or(now),
            kept: now.checked_sub(days(self.treatment_kept_days)).unwrap_or(now),
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hold_minutes: 10,
            approval_hours: 24,
            offer_minutes: 30,
            live_appointments_per_patient: 30,
            live_appointments_with_one_doctor: 10,
            holds_of_one_time_per_day: 12,
            times_taken_per_hour: 40,
            cancel_notice_hours: 24,
            licence_where_patient_lives: false,
            waiting_room_opens_minutes: 15,
            waiting_room_closes_minutes: 60,
            abandoned_visit_hours: 24,
            treatment_prepared_days: 0,
            treatment_kept_days: 540,
            of_age_years: 16,
            teen_years: 12,
            break_glass_minutes: 60,
            invitation_days: 7,
            session_idle_minutes: 8 * 60,
            session_absolute_hours: 24 * 14,
            staff_session_idle_minutes: 8 * 60,
            staff_session_absolute_hours: 24 * 14,
            second_factor_roles: Vec::new(),
            second_factor_reset_hours: 24,
            access_token_minutes: 15,
            refresh_token_days: 30,
            refresh_grace_secs: 20,
            failed_sign_ins_per_account: 10,
            failed_sign_ins_per_account_in_all: 50,
            failed_sign_ins_per_address: 50,
            failed_sign_ins_window_secs: 900,
            mails_per_account_per_hour: 10,
            mails_per_address_per_hour: 200,
            texts_per_number_per_day: 10,
            texts_per_day: 1000,
            text_countries: Vec::new(),
            push_services: Vec::new(),
            passwords_waiting: 256,
            file_part_bytes: 1024 * 1024,
            patient_files_bytes: 2 * 1024 * 1024 * 1024,
            clinic_files_bytes: 20 * 1024 * 1024 * 1024,
            upload_hours: 24,
            unscanned_files: Unscanned::Shown,
            public_url: "http://localhost:3000".to_owned(),
            terms_version: "2026-11".to_owned(),
        }
    }
}
