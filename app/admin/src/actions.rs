//! The sentences for the actions in the audit log. The match is exhaustive: an action without a sentence does not compile.

use model::audit::AuditAction;
use words::{Locale, say};

/// Returns the sentence for an action.
pub(super) fn action_words(l: Locale, action: AuditAction) -> &'static str {
    match action {
        AuditAction::AccessRefused => say!(l, admin.actions.access_refused),
        AuditAction::AuditBrowsed => say!(l, admin.actions.audit_browsed),
        AuditAction::AuditExported => say!(l, admin.actions.audit_exported),
        AuditAction::AuditMonthDropped => say!(l, admin.actions.audit_month_dropped),
        AuditAction::BackupRestored => say!(l, admin.actions.backup_restored),
        AuditAction::ChatMessageSent => say!(l, admin.actions.chat_message_sent),
        AuditAction::ChatOpened => say!(l, admin.actions.chat_opened),
        AuditAction::DemoFilled => say!(l, admin.actions.demo_filled),
        AuditAction::DirectoryApplicationRevised => say!(l, admin.actions.directory_application_revised),
        AuditAction::DirectoryApplicationViewed => say!(l, admin.actions.directory_application_viewed),
        AuditAction::DirectoryApplicationsListed => say!(l, admin.actions.directory_applications_listed),
        AuditAction::DirectoryBirthDateCorrected => say!(l, admin.actions.directory_birth_date_corrected),
        AuditAction::DirectoryClinicCreated => say!(l, admin.actions.directory_clinic_created),
        AuditAction::DirectoryClinicEdited => say!(l, admin.actions.directory_clinic_edited),
        AuditAction::DirectoryClosureAdded => say!(l, admin.actions.directory_closure_added),
        AuditAction::DirectoryClosureRemoved => say!(l, admin.actions.directory_closure_removed),
        AuditAction::DirectoryContactCorrected => say!(l, admin.actions.directory_contact_corrected),
        AuditAction::DirectoryDoctorApplied => say!(l, admin.actions.directory_doctor_applied),
        AuditAction::DirectoryDoctorRefused => say!(l, admin.actions.directory_doctor_refused),
        AuditAction::DirectoryDoctorVerified => say!(l, admin.actions.directory_doctor_verified),
        AuditAction::DirectoryGlassBroken => say!(l, admin.actions.directory_glass_broken),
        AuditAction::DirectoryGlassMended => say!(l, admin.actions.directory_glass_mended),
        AuditAction::DirectoryGlassMissed => say!(l, admin.actions.directory_glass_missed),
        AuditAction::DirectoryGlassReviewed => say!(l, admin.actions.directory_glass_reviewed),
        AuditAction::DirectoryGlassesListed => say!(l, admin.actions.directory_glasses_listed),
        AuditAction::DirectoryPeopleSearched => say!(l, admin.actions.directory_people_searched),
        AuditAction::DirectoryPersonViewed => say!(l, admin.actions.directory_person_viewed),
        AuditAction::DirectoryProfileEdited => say!(l, admin.actions.directory_profile_edited),
        AuditAction::DirectorySetUp => say!(l, admin.actions.directory_set_up),
        AuditAction::DirectorySetupLinkMade => say!(l, admin.actions.directory_setup_link_made),
        AuditAction::DirectoryUserRestored => say!(l, admin.actions.directory_user_restored),
        AuditAction::DirectoryUserSuspended => say!(l, admin.actions.directory_user_suspended),
        AuditAction::IdentityConfirmationResent => say!(l, admin.actions.identity_confirmation_resent),
        AuditAction::IdentityEmailConfirmed => say!(l, admin.actions.identity_email_confirmed),
        AuditAction::IdentityInvitationAccepted => say!(l, admin.actions.identity_invitation_accepted),
        AuditAction::IdentityInvitationSent => say!(l, admin.actions.identity_invitation_sent),
        AuditAction::IdentityInvitationSentAgain => say!(l, admin.actions.identity_invitation_sent_again),
        AuditAction::IdentityInvitationWithdrawn => say!(l, admin.actions.identity_invitation_withdrawn),
        AuditAction::IdentityInvitationsListed => say!(l, admin.actions.identity_invitations_listed),
        AuditAction::IdentityLocaleCorrected => say!(l, admin.actions.identity_locale_corrected),
        AuditAction::IdentityMembershipChanged => say!(l, admin.actions.identity_membership_changed),
        AuditAction::IdentityMembershipEnded => say!(l, admin.actions.identity_membership_ended),
        AuditAction::IdentityMembershipViewed => say!(l, admin.actions.identity_membership_viewed),
        AuditAction::IdentityMembershipsListed => say!(l, admin.actions.identity_memberships_listed),
        AuditAction::IdentityNameCorrected => say!(l, admin.actions.identity_name_corrected),
        AuditAction::IdentityOtherSessionsEnded => say!(l, admin.actions.identity_other_sessions_ended),
        AuditAction::IdentityPasswordChanged => say!(l, admin.actions.identity_password_changed),
        AuditAction::IdentityPasswordReset => say!(l, admin.actions.identity_password_reset),
        AuditAction::IdentityResetRequested => say!(l, admin.actions.identity_reset_requested),
        AuditAction::IdentityRoleChanged => say!(l, admin.actions.identity_role_changed),
        AuditAction::IdentitySessionEnded => say!(l, admin.actions.identity_session_ended),
        AuditAction::IdentitySignUpRepeated => say!(l, admin.actions.identity_sign_up_repeated),
        AuditAction::IdentitySignedIn => say!(l, admin.actions.identity_signed_in),
        AuditAction::IdentitySignedUp => say!(l, admin.actions.identity_signed_up),
        AuditAction::IdentityTokenReused => say!(l, admin.actions.identity_token_reused),
        AuditAction::IdentityTokensIssued => say!(l, admin.actions.identity_tokens_issued),
        AuditAction::IdentityTokensRefreshed => say!(l, admin.actions.identity_tokens_refreshed),
        AuditAction::KeysMasterChanged => say!(l, admin.actions.keys_master_changed),
        AuditAction::KeysRotated => say!(l, admin.actions.keys_rotated),
        AuditAction::NotificationsDeadEventsReplayed => say!(l, admin.actions.notifications_dead_events_replayed),
        AuditAction::NotificationsDeadMailsReplayed => say!(l, admin.actions.notifications_dead_mails_replayed),
        AuditAction::PrescriptionsCancelled => say!(l, admin.actions.prescriptions_cancelled),
        AuditAction::PrescriptionsDiscarded => say!(l, admin.actions.prescriptions_discarded),
        AuditAction::PrescriptionsDraftRead => say!(l, admin.actions.prescriptions_draft_read),
        AuditAction::PrescriptionsItemAdded => say!(l, admin.actions.prescriptions_item_added),
        AuditAction::PrescriptionsItemEdited => say!(l, admin.actions.prescriptions_item_edited),
        AuditAction::PrescriptionsItemMoved => say!(l, admin.actions.prescriptions_item_moved),
        AuditAction::PrescriptionsItemRemoved => say!(l, admin.actions.prescriptions_item_removed),
        AuditAction::PrescriptionsListed => say!(l, admin.actions.prescriptions_listed),
        AuditAction::PrescriptionsPrinted => say!(l, admin.actions.prescriptions_printed),
        AuditAction::PrescriptionsRead => say!(l, admin.actions.prescriptions_read),
        AuditAction::PrescriptionsReviewed => say!(l, admin.actions.prescriptions_reviewed),
        AuditAction::PrescriptionsSigned => say!(l, admin.actions.prescriptions_signed),
        AuditAction::RecordsAllergyAdded => say!(l, admin.actions.records_allergy_added),
        AuditAction::RecordsAllergyEnded => say!(l, admin.actions.records_allergy_ended),
        AuditAction::RecordsConsultRead => say!(l, admin.actions.records_consult_read),
        AuditAction::RecordsDiagnosesEncrypted => say!(l, admin.actions.records_diagnoses_encrypted),
        AuditAction::RecordsDiagnosesReplaced => say!(l, admin.actions.records_diagnoses_replaced),
        AuditAction::RecordsNoteSaved => say!(l, admin.actions.records_note_saved),
        AuditAction::RecordsSafetyRead => say!(l, admin.actions.records_safety_read),
        AuditAction::RecordsSummaryRead => say!(l, admin.actions.records_summary_read),
        AuditAction::RecordsVisitRead => say!(l, admin.actions.records_visit_read),
        AuditAction::RecordsVisitSummaryRead => say!(l, admin.actions.records_visit_summary_read),
        AuditAction::SchedulingAppointmentBooked => say!(l, admin.actions.scheduling_appointment_booked),
        AuditAction::SchedulingAppointmentCancelled => say!(l, admin.actions.scheduling_appointment_cancelled),
        AuditAction::SchedulingAppointmentRead => say!(l, admin.actions.scheduling_appointment_read),
        AuditAction::SchedulingAppointmentsListed => say!(l, admin.actions.scheduling_appointments_listed),
        AuditAction::SchedulingDayRead => say!(l, admin.actions.scheduling_day_read),
        AuditAction::SchedulingExceptionAdded => say!(l, admin.actions.scheduling_exception_added),
        AuditAction::SchedulingExceptionRemoved => say!(l, admin.actions.scheduling_exception_removed),
        AuditAction::SchedulingHoldReleased => say!(l, admin.actions.scheduling_hold_released),
        AuditAction::SchedulingHoursRead => say!(l, admin.actions.scheduling_hours_read),
        AuditAction::SchedulingHoursReplaced => say!(l, admin.actions.scheduling_hours_replaced),
        AuditAction::SchedulingLateTold => say!(l, admin.actions.scheduling_late_told),
        AuditAction::SchedulingTimeHeld => say!(l, admin.actions.scheduling_time_held),
        AuditAction::SchedulingWeekRead => say!(l, admin.actions.scheduling_week_read),
        AuditAction::VisitsEnded => say!(l, admin.actions.visits_ended),
        AuditAction::VisitsJoined => say!(l, admin.actions.visits_joined),
        AuditAction::VisitsPatientAdmitted => say!(l, admin.actions.visits_patient_admitted),
        AuditAction::VisitsPatientArrived => say!(l, admin.actions.visits_patient_arrived),
        AuditAction::VisitsPatientLeft => say!(l, admin.actions.visits_patient_left),
        AuditAction::VisitsRead => say!(l, admin.actions.visits_read),
        AuditAction::VisitsUnattendedClosed => say!(l, admin.actions.visits_unattended_closed),
        AuditAction::VisitsWaitingRead => say!(l, admin.actions.visits_waiting_read),
    }
}

/// The prefixes of codes by which the log can be filtered, each with its name.
pub(super) fn action_areas(l: Locale) -> [(&'static str, &'static str); 13] {
    [
        ("identity.", say!(l, admin.areas.identity)),
        ("directory.", say!(l, admin.areas.directory)),
        ("scheduling.", say!(l, admin.areas.scheduling)),
        ("visits.", say!(l, admin.areas.visits)),
        ("chat.", say!(l, admin.areas.chat)),
        ("records.", say!(l, admin.areas.records)),
        ("prescriptions.", say!(l, admin.areas.prescriptions)),
        ("notifications.", say!(l, admin.areas.notifications)),
        ("audit.", say!(l, admin.areas.audit)),
        ("access.", say!(l, admin.areas.access)),
        ("backup.", say!(l, admin.areas.backup)),
        ("keys.", say!(l, admin.areas.keys)),
        ("demo.", say!(l, admin.areas.demo)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_in_one_area() {
        for action in AuditAction::ALL {
            let code = action.as_str();
            assert_eq!(action_areas(Locale::en).iter().filter(|(area, _)| code.starts_with(area)).count(), 1, "{code}");
        }
    }
}
