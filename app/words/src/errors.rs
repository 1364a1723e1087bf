//! The sentence for each error code, role and field fault. Every match is exhaustive: a code without a sentence does not compile.

use crate::{Locale, say};
use model::access::Role;
use model::errors::{Code, FieldFault};

/// The message for a failure: what happened and what to do next.
#[must_use]
pub fn error_message(l: Locale, code: Code) -> String {
    let text: &'static str = match code {
        Code::Internal => say!(l, errors.code.internal),
        Code::DatabaseUnavailable => say!(l, errors.code.database_unavailable),
        Code::DatabaseRetry => say!(l, errors.code.database_retry),
        Code::NotFound => say!(l, errors.code.not_found),
        Code::RouteUnknown => say!(l, errors.code.route_unknown),
        Code::MethodNotAllowed => say!(l, errors.code.method_not_allowed),
        Code::NotAcceptable => say!(l, errors.code.not_acceptable),
        Code::Forbidden => say!(l, errors.code.forbidden),
        Code::SignInNeeded => say!(l, errors.code.sign_in_needed),
        Code::ForeignOrigin => say!(l, errors.code.foreign_origin),
        Code::BodyMalformed => say!(l, errors.code.body_malformed),
        Code::BodyMediaType => say!(l, errors.code.body_media_type),
        Code::BodyTooLarge => say!(l, errors.code.body_too_large),
        Code::FieldsInvalid => say!(l, errors.code.fields_invalid),
        Code::CharacterUnstorable => say!(l, errors.code.character_unstorable),
        Code::RateLimited => say!(l, errors.code.rate_limited),
        Code::IdempotencyMismatch => say!(l, errors.code.idempotency_mismatch),
        Code::Stale => say!(l, errors.code.stale),
        Code::DraftExpired => say!(l, errors.code.draft_expired),
        Code::BadCredentials => say!(l, errors.code.bad_credentials),
        Code::EmailUnconfirmed => say!(l, errors.code.email_unconfirmed),
        Code::Suspended => say!(l, errors.code.suspended),
        Code::LinkUnknown => say!(l, errors.code.link_unknown),
        Code::LinkExpired => say!(l, errors.code.link_expired),
        Code::LinkUsed => say!(l, errors.code.link_used),
        Code::PasswordWrong => say!(l, errors.code.password_wrong),
        Code::TokenReused => say!(l, errors.code.token_reused),
        Code::DoctorUnverified => say!(l, errors.code.doctor_unverified),
        Code::ApplicationDecided => say!(l, errors.code.application_decided),
        Code::LicenceExpired => say!(l, errors.code.licence_expired),
        Code::LicenceTaken => say!(l, errors.code.licence_taken),
        Code::SuspendSelf => say!(l, errors.code.suspend_self),
        Code::SlotTaken => say!(l, errors.code.slot_taken),
        Code::SlotPast => say!(l, errors.code.slot_past),
        Code::SlotUnknown => say!(l, errors.code.slot_unknown),
        Code::PatientBusy => say!(l, errors.code.patient_busy),
        Code::DoctorUnavailable => say!(l, errors.code.doctor_unavailable),
        Code::HoldExpired => say!(l, errors.code.hold_expired),
        Code::AppointmentSettled => say!(l, errors.code.appointment_settled),
        Code::HoursOverlap => say!(l, errors.code.hours_overlap),
        Code::VisitClosed => say!(l, errors.code.visit_closed),
        Code::VisitNobodyWaiting => say!(l, errors.code.visit_nobody_waiting),
        Code::VisitEnded => say!(l, errors.code.visit_ended),
        Code::DiagnosisMissing => say!(l, errors.code.diagnosis_missing),
        Code::NoteUnsaved => say!(l, errors.code.note_unsaved),
        Code::DiagnosisUnknown => say!(l, errors.code.diagnosis_unknown),
        Code::PrescriptionFrozen => say!(l, errors.code.prescription_frozen),
        Code::PrescriptionEmpty => say!(l, errors.code.prescription_empty),
        Code::PrescriptionUnprintable => say!(l, errors.code.prescription_unprintable),
        Code::PrescriptionPatientName => say!(l, errors.code.prescription_patient_name),
        Code::PrescriptionDoctorName => say!(l, errors.code.prescription_doctor_name),
        Code::PrescriptionCancelled => say!(l, errors.code.prescription_cancelled),
    };
    text.to_owned()
}

/// The message for a fault in one field. `label` is the field's visible label, so that the sentence also makes sense in the error summary.
#[must_use]
pub fn field_fault_message(l: Locale, fault: FieldFault, label: &str) -> String {
    match fault {
        FieldFault::Missing => say!(l, errors.field.missing, label = label),
        FieldFault::Malformed => say!(l, errors.field.malformed, label = label),
        FieldFault::TooShort => say!(l, errors.field.too_short, label = label),
        FieldFault::TooLong => say!(l, errors.field.too_long, label = label),
        FieldFault::UnknownChoice => say!(l, errors.field.unknown_choice, label = label),
        FieldFault::TooSmall => say!(l, errors.field.too_small, label = label),
        FieldFault::TooLarge => say!(l, errors.field.too_large, label = label),
        FieldFault::EndBeforeStart => say!(l, errors.field.end_before_start, label = label),
        FieldFault::NotPast => say!(l, errors.field.not_past, label = label),
        FieldFault::NotFuture => say!(l, errors.field.not_future, label = label),
        FieldFault::TooCommon => say!(l, errors.field.too_common, label = label),
        FieldFault::ForbiddenCharacter => say!(l, errors.field.forbidden_character, label = label),
        FieldFault::Unprintable => say!(l, errors.field.unprintable, label = label),
        FieldFault::LatinNeeded => say!(l, errors.field.latin_needed, label = label),
        FieldFault::NotLatin => say!(l, errors.field.not_latin, label = label),
    }
}

/// The name of a role inside a sentence.
#[must_use]
pub fn role_name(l: Locale, role: Role) -> &'static str {
    match role {
        Role::Patient => say!(l, common.role.patient),
        Role::Doctor => say!(l, common.role.doctor),
        Role::Nurse => say!(l, common.role.nurse),
        Role::Receptionist => say!(l, common.role.receptionist),
        Role::Pharmacist => say!(l, common.role.pharmacist),
        Role::LabTechnician => say!(l, common.role.lab_technician),
        Role::Admin => say!(l, common.role.admin),
        Role::Support => say!(l, common.role.support),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_sentence_that_ends() {
        for code in Code::ALL {
            let text = error_message(Locale::en, *code);
            assert!(text.ends_with('.'), "{code}: {text}");
            assert!(!text.contains('!'), "{code}: {text}");
        }
    }

    #[test]
    fn a_field_fault_names_the_field() {
        assert_eq!(field_fault_message(Locale::en, FieldFault::Missing, "Full name"), "Full name: fill this in.");
    }
}
