//! The registry of errors: one stable code per case, its kind, and nothing else.
//!
//! A code never changes its meaning and is never reused. The sentence that a person reads stands in the message
//! catalogue (`app/locales/*/errors.json`), one per code; `app::i18n::error_message` matches all of them, so a code without a
//! sentence does not compile.

use serde::{Deserialize, Serialize};
use std::fmt;

/// What kind of failure this is; each edge turns it into its own status in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be understood or breaks a rule of form: 400 or, with fields, 422.
    Invalid,
    /// No credential, or a bad one: 401.
    Unauthenticated,
    /// You may see it but not do this: 403.
    Forbidden,
    /// It does not exist, or you may not know that it does: 404.
    NotFound,
    /// The state of things forbids it: 409.
    Conflict,
    /// It existed and is over: 410.
    Gone,
    /// The body is larger than allowed: 413.
    TooLarge,
    /// Too many requests: 429, with `Retry-After`.
    TooMany,
    /// The database asked us to try again (deadlock, serialization); the edges do, at most three times: 503.
    Retry,
    /// Something that we need does not answer: 503.
    Unavailable,
    /// A defect of ours: 500.
    Internal,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident;)*) => {
        /// One case of failure. See the module for what a code promises.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in the order of the registry.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it stands on the wire: `area.case`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// The kind of failure.
            #[must_use]
            pub const fn kind(self) -> Kind {
                match self {
                    $(Self::$name => Kind::$kind,)*
                }
            }
        }
    };
}

codes! {
    /// A defect of ours; the log has the details under the request's id.
    Internal = "internal", Internal;
    /// The database could not be reached or did not answer in time.
    DatabaseUnavailable = "database.unavailable", Unavailable;
    /// A deadlock or serialization failure; trying again helps.
    DatabaseRetry = "database.retry", Retry;
    /// The thing does not exist, or not for you.
    NotFound = "not_found", NotFound;
    /// No such route.
    RouteUnknown = "route.unknown", NotFound;
    /// The route exists, but not with this method.
    MethodNotAllowed = "route.method_not_allowed", Invalid;
    /// Nothing that we can answer with is accepted, or an unknown version was asked for.
    NotAcceptable = "route.not_acceptable", Invalid;
    /// You may see this but not do it.
    Forbidden = "access.forbidden", Forbidden;
    /// Nobody is signed in, or the session is over.
    SignInNeeded = "access.sign_in_needed", Unauthenticated;
    /// The request came from another site.
    ForeignOrigin = "access.foreign_origin", Forbidden;
    /// The body is not what this route takes.
    BodyMalformed = "request.malformed", Invalid;
    /// The body's media type is not what this route takes.
    BodyMediaType = "request.media_type", Invalid;
    /// The body is too large.
    BodyTooLarge = "request.too_large", TooLarge;
    /// One or more fields are missing or wrong; `fields` says which and how.
    FieldsInvalid = "request.fields_invalid", Invalid;
    /// A text holds a character that cannot be stored: U+0000.
    CharacterUnstorable = "request.character_unstorable", Invalid;
    /// Too many requests in a short time.
    RateLimited = "request.rate_limited", TooMany;
    /// The same idempotency key came with another request.
    IdempotencyMismatch = "request.idempotency_mismatch", Conflict;
    /// Somebody changed this since it was shown.
    Stale = "request.stale", Conflict;
    /// The form was open for too long, its draft is gone.
    DraftExpired = "request.draft_expired", Gone;

    /// E-mail and password do not belong together, or there is no such account.
    BadCredentials = "identity.bad_credentials", Unauthenticated;
    /// The account exists but its e-mail has not been confirmed.
    EmailUnconfirmed = "identity.email_unconfirmed", Forbidden;
    /// The account is suspended.
    Suspended = "identity.suspended", Forbidden;
    /// A link was never given, or is not whole.
    LinkUnknown = "identity.link_unknown", NotFound;
    /// A link is too old.
    LinkExpired = "identity.link_expired", Gone;
    /// A link was used before.
    LinkUsed = "identity.link_used", Gone;
    /// The password typed again to sign or to change something is not right.
    PasswordWrong = "identity.password_wrong", Forbidden;
    /// A refresh token came back a second time; its family is revoked.
    TokenReused = "identity.token_reused", Unauthenticated;

    /// The doctor has not been verified yet.
    DoctorUnverified = "directory.doctor_unverified", Conflict;
    /// The application was decided already.
    ApplicationDecided = "directory.application_decided", Conflict;
    /// The licence is over.
    LicenceExpired = "directory.licence_expired", Conflict;
    /// Another doctor was verified with the same licence.
    LicenceTaken = "directory.licence_taken", Conflict;
    /// An administrator cannot suspend the own account.
    SuspendSelf = "directory.suspend_self", Conflict;

    /// Somebody else has this time.
    SlotTaken = "scheduling.slot_taken", Conflict;
    /// The time is over, or too near.
    SlotPast = "scheduling.slot_past", Conflict;
    /// The doctor does not offer this time.
    SlotUnknown = "scheduling.slot_unknown", Conflict;
    /// The patient has another appointment at that time.
    PatientBusy = "scheduling.patient_busy", Conflict;
    /// The doctor takes no bookings now.
    DoctorUnavailable = "scheduling.doctor_unavailable", Conflict;
    /// The hold is over; the time may be gone.
    HoldExpired = "scheduling.hold_expired", Gone;
    /// The appointment is over, cancelled or under way.
    AppointmentSettled = "scheduling.appointment_settled", Conflict;
    /// Two rules of a week overlap.
    HoursOverlap = "scheduling.hours_overlap", Conflict;

    /// The waiting room is not open yet, or no longer.
    VisitClosed = "visits.closed", Conflict;
    /// The patient is not in the waiting room.
    VisitNobodyWaiting = "visits.nobody_waiting", Conflict;
    /// The visit ended.
    VisitEnded = "visits.ended", Conflict;
    /// A visit is ended with a diagnosis or with the statement that there is none.
    DiagnosisMissing = "visits.diagnosis_missing", Invalid;
    /// The visit's note has text that was typed and not saved; it is saved first, or discarded.
    NoteUnsaved = "records.note_unsaved", Conflict;
    /// No such code in ICD-10-CM, or it is a heading that cannot be recorded.
    DiagnosisUnknown = "records.diagnosis_unknown", Invalid;

    /// A signed prescription cannot be changed.
    PrescriptionFrozen = "prescriptions.frozen", Conflict;
    /// A prescription needs at least one medicine.
    PrescriptionEmpty = "prescriptions.empty", Invalid;
    /// A character that the printed document cannot show.
    PrescriptionUnprintable = "prescriptions.unprintable", Invalid;
    /// The printed document cannot show the patient's name, and the patient has not given it in Latin letters.
    PrescriptionPatientName = "prescriptions.patient_name_unprintable", Conflict;
    /// The printed document cannot show the doctor's name, and the doctor has not given it in Latin letters.
    PrescriptionDoctorName = "prescriptions.doctor_name_unprintable", Conflict;
    /// The prescription was cancelled.
    PrescriptionCancelled = "prescriptions.cancelled", Conflict;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Code {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::ALL.iter().copied().find(|code| code.as_str() == text).ok_or_else(|| serde::de::Error::custom("unknown error code"))
    }
}

/// What is wrong with one field of a form or a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldFault {
    /// Nothing was given.
    Missing,
    /// It is not of the right form.
    Malformed,
    /// It is too short.
    TooShort,
    /// It is too long.
    TooLong,
    /// It is not one of the choices.
    UnknownChoice,
    /// It is smaller or earlier than allowed.
    TooSmall,
    /// It is larger or later than allowed.
    TooLarge,
    /// The end is not after the beginning.
    EndBeforeStart,
    /// It must lie in the past.
    NotPast,
    /// It must lie in the future.
    NotFuture,
    /// A password that is on the list of those tried first.
    TooCommon,
    /// A character that cannot be used here.
    ForbiddenCharacter,
    /// A character that the printed prescription cannot show.
    Unprintable,
    /// The printed prescription cannot show the name, so it is needed in Latin letters too.
    LatinNeeded,
    /// Letters of another script where Latin ones are asked for.
    NotLatin,
}

/// One wrong field. `field` is the name of the form's control and of the body's member, e.g. `date_of_birth`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The name of the control; items of a list carry their index: `items.2.dose`.
    pub field: String,
    /// What is wrong with it.
    pub fault: FieldFault,
}

impl FieldError {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, fault: FieldFault) -> Self {
        Self { field: field.into(), fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_unique_and_reads_back() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{code} stands twice");
            let json = serde_json::to_string(code).expect("a code serializes");
            assert_eq!(serde_json::from_str::<Code>(&json).expect("a code reads back"), *code);
        }
    }
}
