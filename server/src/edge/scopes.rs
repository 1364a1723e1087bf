//! What each route of the API needs of a limited token: a personal token, a token of an app or of a service account. The token of a sign-in needs nothing.
//!
//! The table has a row for each operation of the description; a test compares them. A route without a row refuses limited tokens.

use axum::http::Method;
use model::{errors::Code, scopes::ApiScope};

/// What a route needs of a limited token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: a stranger may do it too.
    Anybody,
    /// This scope.
    Scope(ApiScope),
    /// A sign-in: no limited token may do this.
    SignIn,
}

use Need::{Anybody, SignIn};

const fn scope(scope: ApiScope) -> Need {
    Need::Scope(scope)
}

const ACCOUNT_READ: Need = scope(ApiScope::AccountRead);
const ACCOUNT_WRITE: Need = scope(ApiScope::AccountWrite);
const APPOINTMENTS_READ: Need = scope(ApiScope::AppointmentsRead);
const APPOINTMENTS_WRITE: Need = scope(ApiScope::AppointmentsWrite);
const RECORDS_READ: Need = scope(ApiScope::RecordsRead);
const RECORDS_WRITE: Need = scope(ApiScope::RecordsWrite);
const PRESCRIPTIONS_READ: Need = scope(ApiScope::PrescriptionsRead);
const VISITS_READ: Need = scope(ApiScope::VisitsRead);
const VISITS_WRITE: Need = scope(ApiScope::VisitsWrite);
const PATIENTS_READ: Need = scope(ApiScope::PatientsRead);
const PATIENTS_WRITE: Need = scope(ApiScope::PatientsWrite);
const ORGANISATION_READ: Need = scope(ApiScope::OrganisationRead);
const ORGANISATION_WRITE: Need = scope(ApiScope::OrganisationWrite);

/// The method, the path below `/api/v1` as the description writes it, and what is needed.
pub const NEEDS: &[(&str, &str, Need)] = &[
    ("GET", "/access-questions", SignIn),
    ("POST", "/access-questions/{question_id}/answer", SignIn),
    ("POST", "/accounts/bring-back", SignIn),
    ("GET", "/appointments", APPOINTMENTS_READ),
    ("POST", "/appointments", APPOINTMENTS_WRITE),
    ("DELETE", "/appointments/{appointment_id}", APPOINTMENTS_WRITE),
    ("GET", "/appointments/{appointment_id}", APPOINTMENTS_READ),
    ("POST", "/appointments/{appointment_id}/cancel", APPOINTMENTS_WRITE),
    ("POST", "/appointments/{appointment_id}/move", APPOINTMENTS_WRITE),
    ("POST", "/appointments/{appointment_id}/confirm", APPOINTMENTS_WRITE),
    ("PUT", "/appointments/{appointment_id}/meeting-link", APPOINTMENTS_WRITE),
    ("PUT", "/appointments/{appointment_id}/follow-up", APPOINTMENTS_WRITE),
    ("GET", "/appointments/{appointment_id}/rooms", APPOINTMENTS_READ),
    ("PUT", "/appointments/{appointment_id}/room", APPOINTMENTS_WRITE),
    ("GET", "/apps", SignIn),
    ("POST", "/apps", SignIn),
    ("DELETE", "/apps/{app_id}", SignIn),
    ("GET", "/away-note", SignIn),
    ("PUT", "/away-note", SignIn),
    ("GET", "/canned-answers", SignIn),
    ("PUT", "/canned-answers", SignIn),
    ("POST", "/canned-answers/remove", SignIn),
    ("POST", "/blocked-times", APPOINTMENTS_WRITE),
    ("GET", "/booking-rules", APPOINTMENTS_READ),
    ("PUT", "/booking-rules", APPOINTMENTS_WRITE),
    ("GET", "/clinic-day", APPOINTMENTS_READ),
    ("GET", "/clinics", ORGANISATION_READ),
    ("POST", "/clinics", ORGANISATION_WRITE),
    ("GET", "/clinics/{clinic_id}", ORGANISATION_READ),
    ("PUT", "/clinics/{clinic_id}", ORGANISATION_WRITE),
    ("GET", "/clinics/{clinic_id}/changes", ORGANISATION_READ),
    ("POST", "/clinics/{clinic_id}/closures", ORGANISATION_WRITE),
    ("DELETE", "/clinics/{clinic_id}/logo", ORGANISATION_WRITE),
    ("GET", "/clinics/{clinic_id}/mass-messages", ORGANISATION_READ),
    ("POST", "/clinics/{clinic_id}/mass-messages", ORGANISATION_WRITE),
    ("GET", "/mass-message-consents", SignIn),
    ("PUT", "/mass-message-consents/{clinic_id}", SignIn),
    ("GET", "/clinics/{clinic_id}/message-retention", ORGANISATION_READ),
    ("PUT", "/clinics/{clinic_id}/message-retention", ORGANISATION_WRITE),
    ("GET", "/clinics/{clinic_id}/care-groups", ORGANISATION_READ),
    ("POST", "/clinics/{clinic_id}/care-groups", ORGANISATION_WRITE),
    ("DELETE", "/care-groups/{group_id}", ORGANISATION_WRITE),
    ("PUT", "/care-groups/{group_id}/members/{user_id}", ORGANISATION_WRITE),
    ("DELETE", "/care-groups/{group_id}/members/{user_id}", ORGANISATION_WRITE),
    ("GET", "/clinics/{clinic_id}/rooms", ORGANISATION_READ),
    ("POST", "/clinics/{clinic_id}/rooms", ORGANISATION_WRITE),
    ("DELETE", "/rooms/{room_id}", ORGANISATION_WRITE),
    ("DELETE", "/closures/{closure_id}", ORGANISATION_WRITE),
    ("GET", "/deleted-accounts", SignIn),
    ("POST", "/deleted-accounts/{user_id}/bring-back", SignIn),
    ("GET", "/deleted-patients", PATIENTS_READ),
    ("POST", "/deleted-patients/{patient_id}/bring-back", PATIENTS_WRITE),
    ("GET", "/deliveries", SignIn),
    ("POST", "/deliveries/repeat", SignIn),
    ("GET", "/different-people", SignIn),
    ("POST", "/different-people", SignIn),
    ("DELETE", "/different-people/{pair_id}", SignIn),
    ("GET", "/doctors", Anybody),
    ("GET", "/doctors/{doctor_id}", Anybody),
    ("GET", "/doctors/{doctor_id}/changes", ORGANISATION_READ),
    ("GET", "/doctors/{doctor_id}/credentials", ORGANISATION_READ),
    ("GET", "/doctors/{doctor_id}/free-days", Anybody),
    ("GET", "/doctors/{doctor_id}/ratings", Anybody),
    ("GET", "/doctors/{doctor_id}/slots", Anybody),
    ("GET", "/doctors/{doctor_id}/specialties", ORGANISATION_READ),
    ("PUT", "/doctors/{doctor_id}/specialties", ORGANISATION_WRITE),
    ("POST", "/doctors/{doctor_id}/clinics", SignIn),
    ("GET", "/doctors/{doctor_id}/visit-types", ORGANISATION_READ),
    ("POST", "/doctors/{doctor_id}/visit-types", ORGANISATION_WRITE),
    ("PUT", "/doctors/{doctor_id}/visit-types/{visit_type_id}", ORGANISATION_WRITE),
    ("GET", "/documents", ORGANISATION_READ),
    ("POST", "/documents", SignIn),
    ("GET", "/documents/{document}", ACCOUNT_READ),
    ("GET", "/files/{file_id}", SignIn),
    ("POST", "/holds", APPOINTMENTS_WRITE),
    ("DELETE", "/holds/{hold_id}", APPOINTMENTS_WRITE),
    ("GET", "/holds/{hold_id}", APPOINTMENTS_READ),
    ("GET", "/invitations", ORGANISATION_READ),
    ("POST", "/invitations", SignIn),
    ("POST", "/invitations/import", SignIn),
    ("DELETE", "/invitations/{invitation_id}", SignIn),
    ("POST", "/invitations/{invitation_id}/send", SignIn),
    ("GET", "/languages", Anybody),
    ("GET", "/licences", ORGANISATION_READ),
    ("POST", "/licences/{licence_id}/review", ORGANISATION_WRITE),
    ("GET", "/likely-duplicates", SignIn),
    ("GET", "/letters", RECORDS_READ),
    ("POST", "/letters", RECORDS_WRITE),
    ("GET", "/letters/{letter_id}", RECORDS_READ),
    ("POST", "/letters/{letter_id}/issue", RECORDS_WRITE),
    ("GET", "/letters/{letter_id}/pdf", RECORDS_READ),
    ("POST", "/letters/{letter_id}/withdraw", RECORDS_WRITE),
    ("GET", "/managed-doctors", ORGANISATION_READ),
    ("GET", "/me", ACCOUNT_READ),
    ("GET", "/me/addresses", ACCOUNT_READ),
    ("PUT", "/me/addresses", ACCOUNT_WRITE),
    ("GET", "/me/apps", SignIn),
    ("DELETE", "/me/apps/{app_id}", SignIn),
    ("GET", "/me/birth-date", ACCOUNT_READ),
    ("PUT", "/me/birth-date", ACCOUNT_WRITE),
    ("DELETE", "/me/calendar", SignIn),
    ("GET", "/me/calendar", SignIn),
    ("PUT", "/me/calendar", SignIn),
    ("POST", "/me/calendar/renew", SignIn),
    ("GET", "/me/account-changes", ACCOUNT_READ),
    ("GET", "/me/changes", RECORDS_READ),
    ("POST", "/me/children", SignIn),
    ("POST", "/me/claims", SignIn),
    ("GET", "/me/consents", ACCOUNT_READ),
    ("POST", "/me/consents", SignIn),
    ("GET", "/me/contact", ACCOUNT_READ),
    ("PUT", "/me/contact", ACCOUNT_WRITE),
    ("PUT", "/me/cover", ACCOUNT_WRITE),
    ("POST", "/me/delete", SignIn),
    ("GET", "/me/factors", SignIn),
    ("POST", "/me/factors/confirm", SignIn),
    ("POST", "/me/factors/end", SignIn),
    ("POST", "/me/factors/passkeys", SignIn),
    ("POST", "/me/factors/passkeys/begin", SignIn),
    ("PUT", "/me/factors/passkeys/{passkey_id}", SignIn),
    ("POST", "/me/factors/passkeys/{passkey_id}/remove", SignIn),
    ("DELETE", "/me/factors/remembered-browsers", SignIn),
    ("DELETE", "/me/factors/reset", SignIn),
    ("POST", "/me/factors/set-up", SignIn),
    ("GET", "/me/family", ACCOUNT_READ),
    ("POST", "/me/family/ending", SignIn),
    ("POST", "/me/family/handovers", SignIn),
    ("DELETE", "/me/family/handovers/{handover_id}", SignIn),
    ("POST", "/me/family/handovers/{handover_id}/sending", SignIn),
    ("GET", "/me/email", SignIn),
    ("POST", "/me/email/confirm", SignIn),
    ("POST", "/me/email/send-code", SignIn),
    ("POST", "/me/handover", SignIn),
    ("DELETE", "/me/insurance-card", ACCOUNT_WRITE),
    ("GET", "/me/licences", ACCOUNT_READ),
    ("POST", "/me/licences", ACCOUNT_WRITE),
    ("PUT", "/me/licences/{licence_id}", ACCOUNT_WRITE),
    ("PUT", "/me/locale", ACCOUNT_WRITE),
    ("PUT", "/me/name", ACCOUNT_WRITE),
    ("GET", "/me/notice-choices", ACCOUNT_READ),
    ("PUT", "/me/notice-choices", ACCOUNT_WRITE),
    ("GET", "/me/notices", ACCOUNT_READ),
    ("POST", "/me/notices/read", ACCOUNT_WRITE),
    ("GET", "/me/notices/unread", ACCOUNT_READ),
    ("POST", "/me/notices/{notice_id}/read", ACCOUNT_WRITE),
    ("GET", "/me/patient-profile", RECORDS_READ),
    ("PUT", "/me/patient-profile", RECORDS_WRITE),
    ("GET", "/me/phone", SignIn),
    ("POST", "/me/phone/confirm", SignIn),
    ("POST", "/me/phone/remove", SignIn),
    ("POST", "/me/phone/send-code", SignIn),
    ("DELETE", "/me/photo", ACCOUNT_WRITE),
    ("GET", "/me/phrases", ACCOUNT_READ),
    ("PUT", "/me/phrases", ACCOUNT_WRITE),
    ("POST", "/me/phrases/remove", ACCOUNT_WRITE),
    ("GET", "/me/profile", ACCOUNT_READ),
    ("PUT", "/me/profile", ACCOUNT_WRITE),
    ("GET", "/me/profile/changes", ACCOUNT_READ),
    ("DELETE", "/me/sessions", SignIn),
    ("GET", "/me/sessions", SignIn),
    ("DELETE", "/me/sessions/{session_id}", SignIn),
    ("GET", "/me/sign-ins", SignIn),
    ("DELETE", "/me/sign-ins/{sign_in_id}", SignIn),
    ("GET", "/me/tokens", SignIn),
    ("POST", "/me/tokens", SignIn),
    ("DELETE", "/me/tokens/{token_id}", SignIn),
    ("GET", "/memberships", ORGANISATION_READ),
    ("PUT", "/memberships/{membership_id}", SignIn),
    ("POST", "/memberships/{membership_id}/end", SignIn),
    ("GET", "/openapi.json", Anybody),
    ("GET", "/organisation/languages", ORGANISATION_READ),
    ("PUT", "/organisation/languages", ORGANISATION_WRITE),
    ("GET", "/organisation/note-templates", ORGANISATION_READ),
    ("POST", "/organisation/note-templates", ORGANISATION_WRITE),
    ("GET", "/organisation/note-templates/{template_id}", ORGANISATION_READ),
    ("PUT", "/organisation/note-templates/{template_id}", ORGANISATION_WRITE),
    ("GET", "/organisation/phrases", ORGANISATION_READ),
    ("PUT", "/organisation/phrases", ORGANISATION_WRITE),
    ("POST", "/organisation/phrases/remove", ORGANISATION_WRITE),
    ("GET", "/organisation/specialties", ORGANISATION_READ),
    ("POST", "/organisation/specialties", ORGANISATION_WRITE),
    ("GET", "/organisation/specialties/{specialty_id}", ORGANISATION_READ),
    ("PUT", "/organisation/specialties/{specialty_id}", ORGANISATION_WRITE),
    ("GET", "/outside-calendars", APPOINTMENTS_READ),
    ("POST", "/outside-calendars", APPOINTMENTS_WRITE),
    ("DELETE", "/outside-calendars/{calendar_id}", APPOINTMENTS_WRITE),
    ("GET", "/patients", PATIENTS_READ),
    ("POST", "/patients", PATIENTS_WRITE),
    ("POST", "/patients/import", PATIENTS_WRITE),
    ("POST", "/patients/search", PATIENTS_READ),
    ("POST", "/patients/similar", PATIENTS_READ),
    ("DELETE", "/patients/{patient_id}", PATIENTS_WRITE),
    ("GET", "/patients/{patient_id}/accesses", SignIn),
    ("POST", "/patients/{patient_id}/accesses/{access_id}/question", SignIn),
    ("GET", "/patients/{patient_id}", PATIENTS_READ),
    ("PUT", "/patients/{patient_id}", PATIENTS_WRITE),
    ("POST", "/patients/{patient_id}/appointments", APPOINTMENTS_WRITE),
    ("POST", "/patients/{patient_id}/series", APPOINTMENTS_WRITE),
    ("POST", "/patients/{patient_id}/series/preview", APPOINTMENTS_WRITE),
    ("GET", "/patients/{patient_id}/changes", PATIENTS_READ),
    ("GET", "/patients/{patient_id}/consents", PATIENTS_READ),
    ("POST", "/patients/{patient_id}/claim-codes", SignIn),
    ("GET", "/patients/{patient_id}/documents", SignIn),
    ("POST", "/patients/{patient_id}/documents/{file_id}/restore", SignIn),
    ("POST", "/patients/{patient_id}/documents/{file_id}/withdraw", SignIn),
    ("GET", "/patients/{patient_id}/record", SignIn),
    ("POST", "/patients/{patient_id}/record", SignIn),
    ("POST", "/patients/{patient_id}/record/search", SignIn),
    ("GET", "/patients/{patient_id}/record/{entry_id}/versions", SignIn),
    ("POST", "/patients/{patient_id}/record/{entry_id}/versions", SignIn),
    ("POST", "/patients/{patient_id}/record/{entry_id}/withdraw", SignIn),
    ("GET", "/patients/{patient_id}/observations", SignIn),
    ("GET", "/shift-notes", SignIn),
    ("POST", "/shift-notes", SignIn),
    ("POST", "/shift-notes/{note_id}/read", SignIn),
    ("GET", "/tasks", SignIn),
    ("POST", "/tasks", SignIn),
    ("POST", "/tasks/{task_id}/finish", SignIn),
    ("POST", "/tasks/{task_id}/reopen", SignIn),
    ("POST", "/patients/{patient_id}/observations", SignIn),
    ("POST", "/patients/{patient_id}/observations/{observation_id}/withdraw", SignIn),
    ("GET", "/patients/{patient_id}/files", SignIn),
    ("POST", "/patients/{patient_id}/files/hold", SignIn),
    ("POST", "/patients/{patient_id}/files/lift-hold", SignIn),
    ("GET", "/patients/{patient_id}/representatives", PATIENTS_READ),
    ("POST", "/patients/{patient_id}/representatives", SignIn),
    ("POST", "/patients/{patient_id}/representatives/ending", SignIn),
    ("GET", "/patients/{patient_id}/shares", SignIn),
    ("POST", "/patients/{patient_id}/shares", SignIn),
    ("POST", "/patients/{patient_id}/shares/{share_id}/end", SignIn),
    ("GET", "/patients/{patient_id}/timeline", SignIn),
    ("GET", "/prescriptions", PRESCRIPTIONS_READ),
    ("GET", "/prescriptions/{prescription_id}", PRESCRIPTIONS_READ),
    ("GET", "/prescriptions/{prescription_id}/pdf", PRESCRIPTIONS_READ),
    ("GET", "/ratings", VISITS_READ),
    ("POST", "/ratings/{rating_id}/answer", VISITS_WRITE),
    ("POST", "/ratings/{rating_id}/hide", VISITS_WRITE),
    ("GET", "/record-comparison", SignIn),
    ("GET", "/record-merges", SignIn),
    ("POST", "/record-merges", SignIn),
    ("POST", "/record-merges/{merge_id}/separate", SignIn),
    ("PUT", "/running-late", APPOINTMENTS_WRITE),
    ("DELETE", "/schedule-exceptions/{exception_id}", APPOINTMENTS_WRITE),
    ("GET", "/schedules", APPOINTMENTS_READ),
    ("GET", "/schedules/day", APPOINTMENTS_READ),
    ("GET", "/schedules/month", APPOINTMENTS_READ),
    ("GET", "/schedules/week", APPOINTMENTS_READ),
    ("PUT", "/schedules/{clinic_id}", APPOINTMENTS_WRITE),
    ("POST", "/schedules/{clinic_id}/exceptions", APPOINTMENTS_WRITE),
    ("GET", "/search-choices", Anybody),
    ("POST", "/series", APPOINTMENTS_WRITE),
    ("POST", "/series/preview", APPOINTMENTS_READ),
    ("GET", "/series/{series_id}", APPOINTMENTS_READ),
    ("POST", "/series/{series_id}/cancel", APPOINTMENTS_WRITE),
    ("GET", "/service-accounts", SignIn),
    ("POST", "/service-accounts", SignIn),
    ("DELETE", "/service-accounts/{membership_id}", SignIn),
    ("POST", "/service-accounts/{membership_id}/token", SignIn),
    ("POST", "/sessions", SignIn),
    ("DELETE", "/sessions/current", SignIn),
    ("POST", "/sessions/refresh", SignIn),
    ("GET", "/slots/why", APPOINTMENTS_READ),
    ("GET", "/threads", SignIn),
    ("POST", "/threads", SignIn),
    ("POST", "/threads/search", SignIn),
    ("GET", "/threads/{thread_id}", SignIn),
    ("GET", "/threads/{thread_id}/messages", SignIn),
    ("POST", "/threads/{thread_id}/messages", SignIn),
    ("PUT", "/threads/{thread_id}/read", SignIn),
    ("POST", "/threads/{thread_id}/close", SignIn),
    ("POST", "/threads/{thread_id}/reopen", SignIn),
    ("POST", "/threads/{thread_id}/hand-over", SignIn),
    ("GET", "/time-off", APPOINTMENTS_READ),
    ("POST", "/time-off", APPOINTMENTS_WRITE),
    ("GET", "/to-do", SignIn),
    ("GET", "/specialties", Anybody),
    ("POST", "/uploads", SignIn),
    ("DELETE", "/uploads/{upload_id}", SignIn),
    ("GET", "/uploads/{upload_id}", SignIn),
    ("POST", "/uploads/{upload_id}/complete", SignIn),
    ("PUT", "/uploads/{upload_id}/parts/{part}", SignIn),
    ("GET", "/users", SignIn),
    ("POST", "/users/search", SignIn),
    ("GET", "/users/{user_id}", SignIn),
    ("GET", "/users/{user_id}/changes", SignIn),
    ("GET", "/users/{user_id}/factors", SignIn),
    ("POST", "/users/{user_id}/factors/reset", SignIn),
    ("POST", "/users/{user_id}/restore", SignIn),
    ("POST", "/users/{user_id}/suspend", SignIn),
    ("GET", "/visit-types", APPOINTMENTS_READ),
    ("POST", "/visit-types", APPOINTMENTS_WRITE),
    ("PUT", "/visit-types/{visit_type_id}", APPOINTMENTS_WRITE),
    ("POST", "/visits/{visit_id}/check-in", APPOINTMENTS_WRITE),
    ("PUT", "/visit-types/{visit_type_id}/approval", APPOINTMENTS_WRITE),
    ("GET", "/visits/{visit_id}/join", VISITS_READ),
    ("POST", "/visits/{visit_id}/no-show", APPOINTMENTS_WRITE),
    ("GET", "/visits/{visit_id}/rating", VISITS_READ),
    ("PUT", "/visits/{visit_id}/rating", VISITS_WRITE),
    ("GET", "/waitlist", APPOINTMENTS_READ),
    ("POST", "/waitlist", APPOINTMENTS_WRITE),
    ("GET", "/waitlist/offers/{waiting_offer_id}", APPOINTMENTS_READ),
    ("POST", "/waitlist/offers/{waiting_offer_id}/accept", APPOINTMENTS_WRITE),
    ("POST", "/waitlist/offers/{waiting_offer_id}/refuse", APPOINTMENTS_WRITE),
    ("DELETE", "/waitlist/{waiting_entry_id}", APPOINTMENTS_WRITE),
];

/// What a request needs; `None` for a route that the table does not have.
#[must_use]
pub fn need_of(method: &Method, path: &str) -> Option<Need> {
    // Whoever may GET may ask for the headers only.
    let method = if *method == Method::HEAD { "GET" } else { method.as_str() };
    let path = path.strip_prefix("/api/v1")?;
    let fits = NEEDS.iter().filter(|(of, template, _)| *of == method && matches(template, path));
    // `/patients/search` is not a patient of this name: more literal parts are the better fit, as in the router.
    fits.max_by_key(|(_, template, _)| template.split('/').filter(|part| !part.starts_with('{')).count()).map(|(.., need)| *need)
}

fn matches(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(part)) if expected == part || (expected.starts_with('{') && !part.is_empty()) => {}
            _ => return false,
        }
    }
}

/// Refuses a request that a limited token does not allow.
///
/// # Errors
/// `access.scope_missing`, `access.token_limited`.
pub fn check(scopes: &[ApiScope], method: &Method, path: &str) -> Result<(), Refused> {
    match need_of(method, path) {
        Some(Need::Anybody) => Ok(()),
        Some(Need::Scope(scope)) if scopes.contains(&scope) => Ok(()),
        Some(Need::Scope(scope)) => Err(Refused { code: Code::ScopeMissing, scope: Some(scope) }),
        Some(Need::SignIn) | None => Err(Refused { code: Code::TokenLimited, scope: None }),
    }
}

/// Why a limited token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refused {
    /// The code of the answer.
    pub code: Code,
    /// The scope that is missing; `None` when no scope would be enough.
    pub scope: Option<ApiScope>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limited_token_does_what_its_scopes_say_and_nothing_else() {
        let scopes = [ApiScope::PatientsRead];
        let ask = |method, path| check(&scopes, &method, path).map_err(|refused| (refused.code, refused.scope));
        assert_eq!(ask(Method::GET, "/api/v1/patients/7"), Ok(()));
        assert_eq!(ask(Method::HEAD, "/api/v1/patients"), Ok(()));
        assert_eq!(ask(Method::POST, "/api/v1/patients/search"), Ok(()));
        assert_eq!(ask(Method::POST, "/api/v1/patients/import"), Err((Code::ScopeMissing, Some(ApiScope::PatientsWrite))));
        assert_eq!(ask(Method::GET, "/api/v1/me"), Err((Code::ScopeMissing, Some(ApiScope::AccountRead))));
        for (method, path) in [
            (Method::GET, "/api/v1/me/sessions"),
            (Method::DELETE, "/api/v1/me/sessions/7"),
            (Method::GET, "/api/v1/patients/7/"),
            (Method::GET, "/api/v1//patients"),
            (Method::PATCH, "/api/v1/patients"),
            (Method::GET, "/api/v2/patients"),
        ] {
            assert_eq!(ask(method, path), Err((Code::TokenLimited, None)), "{path}");
        }
    }
}
