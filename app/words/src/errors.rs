//! The sentence for each error code, role and field fault. Every match is exhaustive: a code without a sentence does not compile.

use crate::{Locale, names, say};
use model::access::Role;
use model::errors::{Code, FieldFault, Length, Range};
use model::format::date_long;

/// The message for a failure: what happened and what to do next.
#[must_use]
pub fn error_message(l: Locale, code: Code) -> String {
    let text: &'static str = match code {
        Code::Internal => say!(l, errors.code.internal),
        Code::DatabaseUnavailable => say!(l, errors.code.database_unavailable),
        Code::ServerBusy => say!(l, errors.code.server_busy),
        Code::DatabaseRetry => say!(l, errors.code.database_retry),
        Code::NotFound => say!(l, errors.code.not_found),
        Code::RouteUnknown => say!(l, errors.code.route_unknown),
        Code::MethodNotAllowed => say!(l, errors.code.method_not_allowed),
        Code::NotAcceptable => say!(l, errors.code.not_acceptable),
        Code::Forbidden => say!(l, errors.code.forbidden),
        Code::SignInNeeded => say!(l, errors.code.sign_in_needed),
        Code::ScopeMissing => say!(l, errors.code.scope_missing),
        Code::TokenLimited => say!(l, errors.code.token_limited),
        Code::ForeignOrigin => say!(l, errors.code.foreign_origin),
        Code::BodyMalformed => say!(l, errors.code.body_malformed),
        Code::BodyMediaType => say!(l, errors.code.body_media_type),
        Code::BodyTooLarge => say!(l, errors.code.body_too_large),
        Code::BodySlow => say!(l, errors.code.body_slow),
        Code::FieldsInvalid => say!(l, errors.code.fields_invalid),
        Code::CharacterUnstorable => say!(l, errors.code.character_unstorable),
        Code::TimeUnstorable => say!(l, errors.code.time_unstorable),
        Code::RateLimited => say!(l, errors.code.rate_limited),
        Code::IdempotencyMismatch => say!(l, errors.code.idempotency_mismatch),
        Code::Stale => say!(l, errors.code.stale),
        Code::OpenedForAnother => say!(l, errors.code.opened_for_another),
        Code::DraftExpired => say!(l, errors.code.draft_expired),
        Code::BadCredentials => say!(l, errors.code.bad_credentials),
        Code::Suspended => say!(l, errors.code.suspended),
        Code::AccountDeleted => say!(l, errors.code.account_deleted),
        Code::LinkUnknown => say!(l, errors.code.link_unknown),
        Code::LinkExpired => say!(l, errors.code.link_expired),
        Code::LinkUsed => say!(l, errors.code.link_used),
        Code::InvitationWithdrawn => say!(l, errors.code.invitation_withdrawn),
        Code::InvitationUsed => say!(l, errors.code.invitation_used),
        Code::InvitationExpired => say!(l, errors.code.invitation_expired),
        Code::InvitationForeign => say!(l, errors.code.invitation_foreign),
        Code::InvitationHasAccount => say!(l, errors.code.invitation_has_account),
        Code::InvitationExists => say!(l, errors.code.invitation_exists),
        Code::InvitationSettled => say!(l, errors.code.invitation_settled),
        Code::RoleHeld => say!(l, errors.code.role_held),
        Code::RoleOwn => say!(l, errors.code.role_own),
        Code::LastAdmin => say!(l, errors.code.last_admin),
        Code::LastWayIn => say!(l, errors.code.last_way_in),
        Code::SignInGivesRoles => say!(l, errors.code.sign_in_gives_roles),
        Code::PasswordWrong => say!(l, errors.code.password_wrong),
        Code::SignInOld => say!(l, errors.code.sign_in_old),
        Code::SecondFactorNeeded => say!(l, errors.code.second_factor_needed),
        Code::SecondFactorMissing => say!(l, errors.code.second_factor_missing),
        Code::SecondFactorRequired => say!(l, errors.code.second_factor_required),
        Code::SecondFactorAbsent => say!(l, errors.code.second_factor_absent),
        Code::ResetAsked => say!(l, errors.code.reset_asked),
        Code::CodeWrong => say!(l, errors.code.code_wrong),
        Code::SignInExpired => say!(l, errors.code.sign_in_expired),
        Code::SetUpExpired => say!(l, errors.code.set_up_expired),
        Code::PasskeyExpired => say!(l, errors.code.passkey_expired),
        Code::PasskeyAnswered => say!(l, errors.code.passkey_answered),
        Code::PasskeyElsewhere => say!(l, errors.code.passkey_elsewhere),
        Code::PasskeyUnverified => say!(l, errors.code.passkey_unverified),
        Code::PasskeyUnknown => say!(l, errors.code.passkey_unknown),
        Code::PasskeyRefused => say!(l, errors.code.passkey_refused),
        Code::PasskeyCopied => say!(l, errors.code.passkey_copied),
        Code::PasskeyExists => say!(l, errors.code.passkey_exists),
        Code::PasskeysTooMany => say!(l, errors.code.passkeys_too_many),
        Code::PasskeyLast => say!(l, errors.code.passkey_last),
        Code::PasskeysUnavailable => say!(l, errors.code.passkeys_unavailable),
        Code::ConsentNeeded => say!(l, errors.code.consent_needed),
        Code::PhoneCodeWrong => say!(l, errors.code.phone_code_wrong),
        Code::PhoneCodeExpired => say!(l, errors.code.phone_code_expired),
        Code::EmailCodeWrong => say!(l, errors.code.email_code_wrong),
        Code::EmailCodeExpired => say!(l, errors.code.email_code_expired),
        Code::EmailTaken => say!(l, errors.code.email_taken),
        Code::PhoneUnreachable => say!(l, errors.code.phone_unreachable),
        Code::RemoteCareNeeded => say!(l, errors.code.remote_care_needed),
        Code::TooManyTokens => say!(l, errors.code.too_many_tokens),
        Code::TooManyApps => say!(l, errors.code.too_many_apps),
        Code::AppUnknown => say!(l, errors.code.app_unknown),
        Code::AppUnproven => say!(l, errors.code.app_unproven),
        Code::GrantInvalid => say!(l, errors.code.grant_invalid),
        Code::TokenReused => say!(l, errors.code.token_reused),
        Code::DoctorUnverified => say!(l, errors.code.doctor_unverified),
        Code::ApplicationDecided => say!(l, errors.code.application_decided),
        Code::LicenceExpired => say!(l, errors.code.licence_expired),
        Code::LicenceTaken => say!(l, errors.code.licence_taken),
        Code::LicenceWaiting => say!(l, errors.code.licence_waiting),
        Code::LicenceDecided => say!(l, errors.code.licence_decided),
        Code::SpecialtyExists => say!(l, errors.code.specialty_exists),
        Code::SuspendSelf => say!(l, errors.code.suspend_self),
        Code::AccountAbove => say!(l, errors.code.account_above),
        Code::AccountElsewhere => say!(l, errors.code.account_elsewhere),
        Code::ChildKnown => say!(l, errors.code.child_known),
        Code::TooManyChildren => say!(l, errors.code.too_many_children),
        Code::ActsAlready => say!(l, errors.code.acts_already),
        Code::ActingNeeded => say!(l, errors.code.acting_needed),
        Code::BirthDateGuarded => say!(l, errors.code.birth_date_guarded),
        Code::PatientLikelyKnown => say!(l, errors.code.patient_likely_known),
        Code::PatientHasAccount => say!(l, errors.code.patient_has_account),
        Code::PatientInUse => say!(l, errors.code.patient_in_use),
        Code::MergeOverlap => say!(l, errors.code.merge_overlap),
        Code::MergeBusy => say!(l, errors.code.merge_busy),
        Code::MergeStaff => say!(l, errors.code.merge_staff),
        Code::MergeFinal => say!(l, errors.code.merge_final),
        Code::MergedSince => say!(l, errors.code.merged_since),
        Code::ClinicNeeded => say!(l, errors.code.clinic_needed),
        Code::ClaimUsed => say!(l, errors.code.claim_used),
        Code::ClaimExpired => say!(l, errors.code.claim_expired),
        Code::HandoverOpen => say!(l, errors.code.handover_open),
        Code::HandoverOver => say!(l, errors.code.handover_over),
        Code::HandoverForeign => say!(l, errors.code.handover_foreign),
        Code::HandoverRecord => say!(l, errors.code.handover_record),
        Code::FilePartWrong => say!(l, errors.code.file_part_wrong),
        Code::FileIncomplete => say!(l, errors.code.file_incomplete),
        Code::FileUploadOver => say!(l, errors.code.file_upload_over),
        Code::FileQuota => say!(l, errors.code.file_quota),
        Code::FileNotReady => say!(l, errors.code.file_not_ready),
        Code::FileNotScanned => say!(l, errors.code.file_not_scanned),
        Code::FileHeld => say!(l, errors.code.file_held),
        Code::FileRemoved => say!(l, errors.code.file_removed),
        Code::FileRange => say!(l, errors.code.file_range),
        Code::FileStorageUnavailable => say!(l, errors.code.file_storage_unavailable),
        Code::SlotTaken => say!(l, errors.code.slot_taken),
        Code::RoomTaken => say!(l, errors.code.room_taken),
        Code::RoomExists => say!(l, errors.code.room_exists),
        Code::VisitNotInPerson => say!(l, errors.code.visit_not_in_person),
        Code::SlotPast => say!(l, errors.code.slot_past),
        Code::SlotUnknown => say!(l, errors.code.slot_unknown),
        Code::PatientBusy => say!(l, errors.code.patient_busy),
        Code::VisitsAhead => say!(l, errors.code.visits_ahead),
        Code::DoctorUnavailable => say!(l, errors.code.doctor_unavailable),
        Code::DoctorUnlicensed => say!(l, errors.code.doctor_unlicensed),
        Code::DoctorWithoutFee => say!(l, errors.code.doctor_without_fee),
        Code::DoctorLicensedElsewhere => say!(l, errors.code.doctor_licensed_elsewhere),
        Code::FeeChanged => say!(l, errors.code.fee_changed),
        Code::TooManyAppointments => say!(l, errors.code.too_many_appointments),
        Code::TooManyWithDoctor => say!(l, errors.code.too_many_with_doctor),
        Code::HeldTooOften => say!(l, errors.code.held_too_often),
        Code::HoldExpired => say!(l, errors.code.hold_expired),
        Code::AppointmentSettled => say!(l, errors.code.appointment_settled),
        Code::HoursOverlap => say!(l, errors.code.hours_overlap),
        Code::VisitTypeGone => say!(l, errors.code.visit_type_gone),
        Code::LastVisitType => say!(l, errors.code.last_visit_type),
        Code::MoveTooLate => say!(l, errors.code.move_too_late),
        Code::AlreadyWaiting => say!(l, errors.code.already_waiting),
        Code::WaitingTooOften => say!(l, errors.code.waiting_too_often),
        Code::WaitingWithoutAccount => say!(l, errors.code.waiting_without_account),
        Code::PatientNeedsRemoteCare => say!(l, errors.code.patient_needs_remote_care),
        Code::OfferGone => say!(l, errors.code.offer_gone),
        Code::SeriesCollides => say!(l, errors.code.series_collides),
        Code::MovedTooOften => say!(l, errors.code.moved_too_often),
        Code::TooManyVisitTypes => say!(l, errors.code.too_many_visit_types),
        Code::VisitNotOnVideo => say!(l, errors.code.visit_not_on_video),
        Code::VisitNotAMeeting => say!(l, errors.code.visit_not_a_meeting),
        Code::VisitOnVideo => say!(l, errors.code.visit_on_video),
        Code::VisitNotInClinic => say!(l, errors.code.visit_not_in_clinic),
        Code::VisitAbsentTooSoon => say!(l, errors.code.visit_absent_too_soon),
        Code::VisitPatientCame => say!(l, errors.code.visit_patient_came),
        Code::ConversationClosed => say!(l, errors.code.conversation_closed),
        Code::ConversationNotInCare => say!(l, errors.code.conversation_not_in_care),
        Code::CareGroupExists => say!(l, errors.code.care_group_exists),
        Code::ConversationLeft => say!(l, errors.code.conversation_left),
        Code::ConversationUnanswered => say!(l, errors.code.conversation_unanswered),
        Code::UrgentWords => say!(l, errors.code.urgent_words),
        Code::VisitClosed => say!(l, errors.code.visit_closed),
        Code::VisitNobodyWaiting => say!(l, errors.code.visit_nobody_waiting),
        Code::VisitEnded => say!(l, errors.code.visit_ended),
        Code::VisitNotYet => say!(l, errors.code.visit_not_yet),
        Code::VisitNotHeld => say!(l, errors.code.visit_not_held),
        Code::RatingSettled => say!(l, errors.code.rating_settled),
        Code::RatingAnswered => say!(l, errors.code.rating_answered),
        Code::DiagnosisMissing => say!(l, errors.code.diagnosis_missing),
        Code::NoteUnsaved => say!(l, errors.code.note_unsaved),
        Code::ShareExpired => say!(l, errors.code.share_expired),
        Code::ShareEnded => say!(l, errors.code.share_ended),
        Code::TooManyShares => say!(l, errors.code.too_many_shares),
        Code::NoteSigned => say!(l, errors.code.note_signed),
        Code::NoteUnsigned => say!(l, errors.code.note_unsigned),
        Code::NoteTyped => say!(l, errors.code.note_typed),
        Code::NoteUnwritten => say!(l, errors.code.note_unwritten),
        Code::CosignatureAsked => say!(l, errors.code.cosignature_asked),
        Code::CosignatureAnswered => say!(l, errors.code.cosignature_answered),
        Code::LetterFrozen => say!(l, errors.code.letter_frozen),
        Code::LetterWithdrawn => say!(l, errors.code.letter_withdrawn),
        Code::EntryWithdrawn => say!(l, errors.code.entry_withdrawn),
        Code::DiagnosisUnknown => say!(l, errors.code.diagnosis_unknown),
        Code::PrescriptionFrozen => say!(l, errors.code.prescription_frozen),
        Code::PrescriptionEmpty => say!(l, errors.code.prescription_empty),
        Code::PrescriptionUnprintable => say!(l, errors.code.prescription_unprintable),
        Code::PrescriptionPatientName => say!(l, errors.code.prescription_patient_name),
        Code::PrescriptionDoctorName => say!(l, errors.code.prescription_doctor_name),
        Code::PrescriptionUnlicensed => say!(l, errors.code.prescription_unlicensed),
        Code::PrescriptionCancelled => say!(l, errors.code.prescription_cancelled),
    };
    text.to_owned()
}

/// The general sentence for a fault in one field. It begins with `field`, the name of the field. A form has its own sentences for what happens
/// often (`kit::forms`).
#[must_use]
pub fn field_fault_message(l: Locale, fault: FieldFault, field: &str) -> String {
    match fault {
        FieldFault::Missing => say!(l, errors.field.missing, field = field),
        FieldFault::Malformed => say!(l, errors.field.malformed, field = field),
        FieldFault::TooShort(Length::Characters(n)) => say!(l, errors.field.too_short, field = field, n = n),
        FieldFault::TooShort(Length::Digits(n)) => say!(l, errors.field.digits_missing, field = field, n = n),
        FieldFault::TooLong(Length::Characters(n)) => say!(l, errors.field.too_long, field = field, n = n),
        FieldFault::TooLong(Length::Digits(n)) => say!(l, errors.field.digits_too_many, field = field, n = n),
        FieldFault::TooMany(n) => say!(l, errors.field.too_many, field = field, n = n),
        FieldFault::UnknownChoice => say!(l, errors.field.unknown_choice, field = field),
        FieldFault::TooSmall(range) | FieldFault::TooLarge(range) => {
            let (least, most) = ends(l, range);
            say!(l, errors.field.between, field = field, least = least, most = most)
        }
        FieldFault::EndBeforeStart => say!(l, errors.field.end_before_start, field = field),
        FieldFault::NotPast => say!(l, errors.field.not_past, field = field),
        FieldFault::NotFuture => say!(l, errors.field.not_future, field = field),
        FieldFault::TooCommon => say!(l, errors.field.too_common, field = field),
        FieldFault::TooGuessable => say!(l, errors.field.too_guessable, field = field),
        FieldFault::Leaked => say!(l, errors.field.leaked, field = field),
        FieldFault::NoSuchNumber => say!(l, errors.field.no_such_number).to_owned(),
        FieldFault::ForbiddenCharacter => say!(l, errors.field.forbidden_character, field = field),
        FieldFault::Unprintable => say!(l, errors.field.unprintable, field = field),
        FieldFault::LatinNeeded => say!(l, errors.field.latin_needed).to_owned(),
        FieldFault::NotLatin => say!(l, errors.field.not_latin, field = field),
    }
}

/// Both ends of a range in words.
fn ends(l: Locale, range: Range) -> (String, String) {
    match range {
        Range::Numbers { least, most } => (least.to_string(), most.to_string()),
        Range::Dates { first, last } => (date_long(first, names(l)), date_long(last, names(l))),
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
    fn a_fault_names_the_field_and_the_limits() {
        let day = |text: &str| text.parse().expect("a day");
        let dates = Range::dates(day("2026-11-24"), day("2028-11-24"));
        let expected = [
            (FieldFault::Missing, "Full name is missing"),
            (FieldFault::Malformed, "Full name is not in the right form. Check it for typing mistakes."),
            (FieldFault::too_short(10), "Full name must be 10 characters or more"),
            (FieldFault::too_long(100), "Full name must be 100 characters or less"),
            (FieldFault::TooShort(Length::Digits(9)), "Full name must have 9 digits or more, with the country code"),
            (FieldFault::TooLong(Length::Digits(12)), "Full name must have 12 digits or less, with the country code"),
            (FieldFault::too_many(5), "Full name can be added at most 5 times"),
            (FieldFault::UnknownChoice, "Full name must be one of the options shown"),
            (FieldFault::TooSmall(Range::numbers(1, 12)), "Full name must be between 1 and 12"),
            (FieldFault::TooLarge(dates), "Full name must be between Tuesday 24 November 2026 and Friday 24 November 2028"),
            (FieldFault::EndBeforeStart, "Full name must be after the start"),
            (FieldFault::NotPast, "Full name must be in the past"),
            (FieldFault::NotFuture, "Full name must be today or later"),
            (
                FieldFault::TooCommon,
                "Full name is easy to guess. Choose another one, for example three or four words of your own.",
            ),
            (FieldFault::TooGuessable, "Full name is easy to guess. Add another word or two."),
            (FieldFault::Leaked, "Full name appears in lists of stolen passwords. Choose another one."),
            (FieldFault::NoSuchNumber, "This phone number does not exist. Check its digits and the country code."),
            (FieldFault::ForbiddenCharacter, "Full name has a character that cannot be used here"),
            (
                FieldFault::Unprintable,
                "Full name has a character that the printed document cannot show. Write it in Latin, Greek or Cyrillic letters.",
            ),
            (
                FieldFault::LatinNeeded,
                "Enter your name in Latin letters too. Our printed prescriptions cannot show the letters of your full name yet.",
            ),
            (FieldFault::NotLatin, "Full name must be in Latin letters only, as in your passport"),
        ];
        for (fault, sentence) in expected {
            assert_eq!(field_fault_message(Locale::en, fault, "Full name"), sentence);
        }
    }
}
