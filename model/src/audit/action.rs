//! What the audit log says was done.

use crate::wire::words;

words! {
    /// An action in the audit log. Its code has the form `area.past_tense` and is stored, so it never changes; the page of administrators has a sentence for
    /// each.
    AuditAction {
        /// Was refused access.
        AccessRefused = "access.refused",
        /// Read the audit log.
        AuditBrowsed = "audit.browsed",
        /// Exported the audit log as a file.
        AuditExported = "audit.exported",
        /// Dropped a sealed month of the audit log.
        AuditMonthDropped = "audit.month_dropped",
        /// Restored a backup.
        BackupRestored = "backup.restored",
        /// Wrote a message.
        ChatMessageSent = "chat.message_sent",
        /// Opened a chat.
        ChatOpened = "chat.opened",
        /// Filled the demonstration clinic.
        DemoFilled = "demo.filled",
        /// Corrected an application.
        DirectoryApplicationRevised = "directory.application_revised",
        /// Looked at an application.
        DirectoryApplicationViewed = "directory.application_viewed",
        /// Listed applications.
        DirectoryApplicationsListed = "directory.applications_listed",
        /// Corrected the date of birth.
        DirectoryBirthDateCorrected = "directory.birth_date_corrected",
        /// Added a clinic.
        DirectoryClinicCreated = "directory.clinic_created",
        /// Changed a clinic.
        DirectoryClinicEdited = "directory.clinic_edited",
        /// Said that a clinic is closed on some days.
        DirectoryClosureAdded = "directory.closure_added",
        /// Removed days on which a clinic is closed.
        DirectoryClosureRemoved = "directory.closure_removed",
        /// Corrected phone number and address.
        DirectoryContactCorrected = "directory.contact_corrected",
        /// Applied as a doctor.
        DirectoryDoctorApplied = "directory.doctor_applied",
        /// Refused a doctor.
        DirectoryDoctorRefused = "directory.doctor_refused",
        /// Approved a doctor.
        DirectoryDoctorVerified = "directory.doctor_verified",
        /// Opened a record outside of the usual rules.
        DirectoryGlassBroken = "directory.glass_broken",
        /// Ended an access outside of the usual rules.
        DirectoryGlassMended = "directory.glass_mended",
        /// Tried to open a record that does not exist.
        DirectoryGlassMissed = "directory.glass_missed",
        /// Reviewed an access outside of the usual rules.
        DirectoryGlassReviewed = "directory.glass_reviewed",
        /// Listed accesses outside of the usual rules.
        DirectoryGlassesListed = "directory.glasses_listed",
        /// Searched for people.
        DirectoryPeopleSearched = "directory.people_searched",
        /// Looked at an account.
        DirectoryPersonViewed = "directory.person_viewed",
        /// Changed their own profile.
        DirectoryProfileEdited = "directory.profile_edited",
        /// Set up the installation.
        DirectorySetUp = "directory.set_up",
        /// Made a link that sets up the installation.
        DirectorySetupLinkMade = "directory.setup_link_made",
        /// Reopened an account.
        DirectoryUserRestored = "directory.user_restored",
        /// Closed an account.
        DirectoryUserSuspended = "directory.user_suspended",
        /// Asked for a new confirming link.
        IdentityConfirmationResent = "identity.confirmation_resent",
        /// Confirmed an e-mail address.
        IdentityEmailConfirmed = "identity.email_confirmed",
        /// Accepted an invitation.
        IdentityInvitationAccepted = "identity.invitation_accepted",
        /// Invited somebody to work at a clinic.
        IdentityInvitationSent = "identity.invitation_sent",
        /// Sent an invitation again.
        IdentityInvitationSentAgain = "identity.invitation_sent_again",
        /// Withdrew an invitation.
        IdentityInvitationWithdrawn = "identity.invitation_withdrawn",
        /// Listed invitations.
        IdentityInvitationsListed = "identity.invitations_listed",
        /// Corrected time zone and language.
        IdentityLocaleCorrected = "identity.locale_corrected",
        /// Changed the role of somebody at a clinic.
        IdentityMembershipChanged = "identity.membership_changed",
        /// Ended the role of somebody at a clinic.
        IdentityMembershipEnded = "identity.membership_ended",
        /// Looked at the roles of somebody.
        IdentityMembershipViewed = "identity.membership_viewed",
        /// Listed who works at the clinics.
        IdentityMembershipsListed = "identity.memberships_listed",
        /// Corrected the name.
        IdentityNameCorrected = "identity.name_corrected",
        /// Signed out everywhere else.
        IdentityOtherSessionsEnded = "identity.other_sessions_ended",
        /// Changed the password.
        IdentityPasswordChanged = "identity.password_changed",
        /// Chose a new password by a link.
        IdentityPasswordReset = "identity.password_reset",
        /// Asked for a new password.
        IdentityResetRequested = "identity.reset_requested",
        /// Changed the role.
        IdentityRoleChanged = "identity.role_changed",
        /// Ended a session.
        IdentitySessionEnded = "identity.session_ended",
        /// Tried to create an account that exists.
        IdentitySignUpRepeated = "identity.sign_up_repeated",
        /// Signed in.
        IdentitySignedIn = "identity.signed_in",
        /// Signed up; the account is made when the address is confirmed.
        IdentitySignedUp = "identity.signed_up",
        /// Used an access token again.
        IdentityTokenReused = "identity.token_reused",
        /// Got access tokens.
        IdentityTokensIssued = "identity.tokens_issued",
        /// Renewed access tokens.
        IdentityTokensRefreshed = "identity.tokens_refreshed",
        /// Changed the master key.
        KeysMasterChanged = "keys.master_changed",
        /// Made new keys of the installation.
        KeysRotated = "keys.rotated",
        /// Passed on again events that had been set aside.
        NotificationsDeadEventsReplayed = "notifications.dead_events_replayed",
        /// Sent failed e-mails again.
        NotificationsDeadMailsReplayed = "notifications.dead_mails_replayed",
        /// Cancelled a prescription.
        PrescriptionsCancelled = "prescriptions.cancelled",
        /// Discarded a draft of a prescription.
        PrescriptionsDiscarded = "prescriptions.discarded",
        /// Read a draft of a prescription.
        PrescriptionsDraftRead = "prescriptions.draft_read",
        /// Added a medicine to a draft.
        PrescriptionsItemAdded = "prescriptions.item_added",
        /// Changed a medicine in a draft.
        PrescriptionsItemEdited = "prescriptions.item_edited",
        /// Moved a medicine in a draft.
        PrescriptionsItemMoved = "prescriptions.item_moved",
        /// Removed a medicine from a draft.
        PrescriptionsItemRemoved = "prescriptions.item_removed",
        /// Listed prescriptions.
        PrescriptionsListed = "prescriptions.listed",
        /// Printed a prescription.
        PrescriptionsPrinted = "prescriptions.printed",
        /// Read a prescription.
        PrescriptionsRead = "prescriptions.read",
        /// Reviewed a prescription.
        PrescriptionsReviewed = "prescriptions.reviewed",
        /// Signed a prescription.
        PrescriptionsSigned = "prescriptions.signed",
        /// Noted an allergy.
        RecordsAllergyAdded = "records.allergy_added",
        /// Ended an allergy.
        RecordsAllergyEnded = "records.allergy_ended",
        /// Read the record in a visit.
        RecordsConsultRead = "records.consult_read",
        /// Encrypted diagnoses of an earlier version.
        RecordsDiagnosesEncrypted = "records.diagnoses_encrypted",
        /// Changed the diagnoses.
        RecordsDiagnosesReplaced = "records.diagnoses_replaced",
        /// Saved a note.
        RecordsNoteSaved = "records.note_saved",
        /// Read a patient's allergies and medicines.
        RecordsSafetyRead = "records.safety_read",
        /// Read a patient's summary.
        RecordsSummaryRead = "records.summary_read",
        /// Read the notes of a visit.
        RecordsVisitRead = "records.visit_read",
        /// Read a visit's summary.
        RecordsVisitSummaryRead = "records.visit_summary_read",
        /// Booked an appointment.
        SchedulingAppointmentBooked = "scheduling.appointment_booked",
        /// Cancelled an appointment.
        SchedulingAppointmentCancelled = "scheduling.appointment_cancelled",
        /// Read an appointment.
        SchedulingAppointmentRead = "scheduling.appointment_read",
        /// Listed appointments.
        SchedulingAppointmentsListed = "scheduling.appointments_listed",
        /// Looked at a day of appointments.
        SchedulingDayRead = "scheduling.day_read",
        /// Added a day off or extra hours.
        SchedulingExceptionAdded = "scheduling.exception_added",
        /// Removed a day off or extra hours.
        SchedulingExceptionRemoved = "scheduling.exception_removed",
        /// Released a held time.
        SchedulingHoldReleased = "scheduling.hold_released",
        /// Looked at weekly hours.
        SchedulingHoursRead = "scheduling.hours_read",
        /// Changed weekly hours.
        SchedulingHoursReplaced = "scheduling.hours_replaced",
        /// Said by how much they run late.
        SchedulingLateTold = "scheduling.late_told",
        /// Held a time.
        SchedulingTimeHeld = "scheduling.time_held",
        /// Looked at a week of appointments.
        SchedulingWeekRead = "scheduling.week_read",
        /// Ended a visit.
        VisitsEnded = "visits.ended",
        /// Joined a visit.
        VisitsJoined = "visits.joined",
        /// Let a patient in.
        VisitsPatientAdmitted = "visits.patient_admitted",
        /// Entered the waiting room.
        VisitsPatientArrived = "visits.patient_arrived",
        /// Left the waiting room.
        VisitsPatientLeft = "visits.patient_left",
        /// Opened a visit.
        VisitsRead = "visits.read",
        /// Closed a visit that did not take place, or that nobody ended.
        VisitsUnattendedClosed = "visits.unattended_closed",
        /// Looked at the waiting room.
        VisitsWaitingRead = "visits.waiting_read",
    }
}
