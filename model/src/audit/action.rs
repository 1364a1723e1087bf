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
        /// Answered whether a patient agrees to messages of a clinic to many patients.
        ChatMassConsentAnswered = "chat.mass_consent_answered",
        /// Left a patient out of a message to many: they have withdrawn the consent, or are no patient of the clinic any more.
        ChatMassMessageLeftOut = "chat.mass_message_left_out",
        /// Sent a message to all patients of a clinic who have agreed to that.
        ChatMassMessageSent = "chat.mass_message_sent",
        /// Set how long a clinic keeps closed conversations.
        ChatRetentionSet = "chat.retention_set",
        /// Added a care group to a clinic.
        ChatGroupAdded = "chat.group_added",
        /// Ended a care group.
        ChatGroupEnded = "chat.group_ended",
        /// Added somebody to a care group.
        ChatGroupMemberAdded = "chat.group_member_added",
        /// Took somebody out of a care group.
        ChatGroupMemberRemoved = "chat.group_member_removed",
        /// Told patients that nobody answers for some time, or ended that.
        ChatAwayNoteSet = "chat.away_note_set",
        /// Removed an answer that a doctor or a desk writes often.
        ChatCannedAnswerRemoved = "chat.canned_answer_removed",
        /// Added or changed an answer that a doctor or a desk writes often.
        ChatCannedAnswerSaved = "chat.canned_answer_saved",
        /// Closed a conversation.
        ChatConversationClosed = "chat.conversation_closed",
        /// Deleted a closed conversation that its clinic keeps no longer.
        ChatConversationDeleted = "chat.conversation_deleted",
        /// Handed a conversation over to a colleague.
        ChatConversationHandedOver = "chat.conversation_handed_over",
        /// Wrote in a conversation.
        ChatConversationMessageSent = "chat.conversation_message_sent",
        /// Began a conversation.
        ChatConversationOpened = "chat.conversation_opened",
        /// Read a conversation.
        ChatConversationRead = "chat.conversation_read",
        /// Reopened a conversation.
        ChatConversationReopened = "chat.conversation_reopened",
        /// Listed conversations.
        ChatConversationsListed = "chat.conversations_listed",
        /// Opened a chat.
        ChatOpened = "chat.opened",
        /// Filled the demonstration clinic.
        DemoFilled = "demo.filled",
        /// Let somebody act for a patient.
        DirectoryActingBegun = "directory.acting_begun",
        /// Ended the right of somebody to act for a patient.
        DirectoryActingEnded = "directory.acting_ended",
        /// Looked at who acts for a patient.
        DirectoryActingRead = "directory.acting_read",
        /// Corrected an application.
        DirectoryApplicationRevised = "directory.application_revised",
        /// Looked at an application.
        DirectoryApplicationViewed = "directory.application_viewed",
        /// Listed applications.
        DirectoryApplicationsListed = "directory.applications_listed",
        /// Corrected the date of birth.
        DirectoryBirthDateCorrected = "directory.birth_date_corrected",
        /// Added a child.
        DirectoryChildAdded = "directory.child_added",
        /// Told a guardian that a child comes of age.
        DirectoryComingOfAgeTold = "directory.coming_of_age_told",
        /// Took a record over that a guardian had handed over.
        DirectoryHandoverAccepted = "directory.handover_accepted",
        /// Offered to hand the record of a young person over to them.
        DirectoryHandoverOffered = "directory.handover_offered",
        /// Sent the link of a handover again.
        DirectoryHandoverSent = "directory.handover_sent",
        /// Withdrew the offer to hand a record over.
        DirectoryHandoverWithdrawn = "directory.handover_withdrawn",
        /// Made a code with which a patient claims their record.
        DirectoryClaimMade = "directory.claim_made",
        /// Tried a wrong code, or a wrong date of birth with it.
        DirectoryClaimMissed = "directory.claim_missed",
        /// Added a clinic.
        DirectoryClinicCreated = "directory.clinic_created",
        /// Changed a clinic.
        DirectoryClinicEdited = "directory.clinic_edited",
        /// Said that a clinic is closed on some days.
        DirectoryClosureAdded = "directory.closure_added",
        /// Removed days on which a clinic is closed.
        DirectoryClosureRemoved = "directory.closure_removed",
        /// Changed an address besides the one at home.
        DirectoryAddressChanged = "directory.address_changed",
        /// Corrected phone number and address.
        DirectoryContactCorrected = "directory.contact_corrected",
        /// Let a doctor work at one more clinic.
        DirectoryClinicJoined = "directory.clinic_joined",
        /// Changed the insurance against malpractice.
        DirectoryCoverChanged = "directory.cover_changed",
        /// Applied as a doctor.
        DirectoryDoctorApplied = "directory.doctor_applied",
        /// Refused a doctor.
        DirectoryDoctorRefused = "directory.doctor_refused",
        /// Approved a doctor.
        DirectoryDoctorVerified = "directory.doctor_verified",
        /// Looked at who has read or changed the record.
        DirectoryAccessesRead = "directory.accesses_read",
        /// Answered a question about an access to a record.
        DirectoryAccessQuestionAnswered = "directory.access_question_answered",
        /// Asked about an access to the record.
        DirectoryAccessQuestionAsked = "directory.access_question_asked",
        /// Listed questions about accesses to records.
        DirectoryAccessQuestionsListed = "directory.access_questions_listed",
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
        /// Compared likely duplicates of a patient.
        DirectoryLikelyPatientsListed = "directory.likely_patients_listed",
        /// Listed the patients whom a clinic has deleted.
        DirectoryDeletedPatientsListed = "directory.deleted_patients_listed",
        /// Brought a deleted patient back.
        DirectoryPatientBroughtBack = "directory.patient_brought_back",
        /// Compared two records that may be of one person.
        DirectoryRecordsCompared = "directory.records_compared",
        /// Merged two records of one person.
        DirectoryRecordsMerged = "directory.records_merged",
        /// Separated two records that were merged.
        DirectoryRecordsSeparated = "directory.records_separated",
        /// Listed records that may be of one person.
        DirectoryPairsListed = "directory.pairs_listed",
        /// Listed records that were merged.
        DirectoryMergesListed = "directory.merges_listed",
        /// Said that two records are of different people.
        DirectoryDifferentSaid = "directory.different_said",
        /// Took back that two records are of different people.
        DirectoryDifferentTakenBack = "directory.different_taken_back",
        /// Listed records that are alike and of different people.
        DirectoryDifferentListed = "directory.different_listed",
        /// Deleted a patient who was registered by mistake.
        DirectoryPatientDeleted = "directory.patient_deleted",
        /// Corrected the details of a patient.
        DirectoryPatientCorrected = "directory.patient_corrected",
        /// Said that a person at the desk is a patient who is known.
        DirectoryPatientLinked = "directory.patient_linked",
        /// Changed the specialties of a doctor.
        DirectoryDoctorSpecialtiesChanged = "directory.doctor_specialties_changed",
        /// Looked at what a patient has agreed to.
        DirectoryConsentsRead = "directory.consents_read",
        /// Looked at the changes of an account.
        DirectoryAccountChangesRead = "directory.account_changes_read",
        /// Looked at the changes of the details of a patient.
        DirectoryPatientChangesRead = "directory.patient_changes_read",
        /// Looked at the details of a patient.
        DirectoryPatientRead = "directory.patient_read",
        /// Registered a patient.
        DirectoryPatientRegistered = "directory.patient_registered",
        /// Imported postcodes from a file.
        DirectoryPostcodesImported = "directory.postcodes_imported",
        /// Imported patients from a file.
        DirectoryPatientsImported = "directory.patients_imported",
        /// Searched for patients.
        DirectoryPatientsSearched = "directory.patients_searched",
        /// Looked at the documents of a doctor's licences and qualifications.
        DirectoryCredentialsListed = "directory.credentials_listed",
        /// Removed the photo of a doctor or a patient.
        DirectoryPhotoRemoved = "directory.photo_removed",
        /// Removed the photos of a patient's insurance card.
        DirectoryInsuranceCardRemoved = "directory.insurance_card_removed",
        /// Removed the logo of a clinic.
        DirectoryLogoRemoved = "directory.logo_removed",
        /// Asked a doctor for more before deciding on the application.
        DirectoryDoctorMoreAsked = "directory.doctor_more_asked",
        /// Chose the languages that doctors and patients can choose from.
        DirectoryLanguagesChosen = "directory.languages_chosen",
        /// Asked a doctor for more before deciding on a licence.
        DirectoryLicenceMoreAsked = "directory.licence_more_asked",
        /// Approved a licence.
        DirectoryLicenceApproved = "directory.licence_approved",
        /// Corrected a licence that waits for its review.
        DirectoryLicenceCorrected = "directory.licence_corrected",
        /// Refused a licence, or withdrew it.
        DirectoryLicenceRefused = "directory.licence_refused",
        /// Gave a licence to be checked.
        DirectoryLicenceStated = "directory.licence_stated",
        /// Looked at a licence.
        DirectoryLicenceViewed = "directory.licence_viewed",
        /// Warned a doctor of the end of a licence.
        DirectoryLicenceWarned = "directory.licence_warned",
        /// Listed licences.
        DirectoryLicencesListed = "directory.licences_listed",
        /// Changed a patient's profile.
        DirectoryPatientProfileChanged = "directory.patient_profile_changed",
        /// Searched for people.
        DirectoryPeopleSearched = "directory.people_searched",
        /// Looked at an account.
        DirectoryPersonViewed = "directory.person_viewed",
        /// Changed their own profile.
        DirectoryProfileEdited = "directory.profile_edited",
        /// Claimed a record with a code from a clinic.
        DirectoryRecordClaimed = "directory.record_claimed",
        /// Set up the installation.
        DirectorySetUp = "directory.set_up",
        /// Made a link that sets up the installation.
        DirectorySetupLinkMade = "directory.setup_link_made",
        /// Added a specialty.
        DirectorySpecialtyAdded = "directory.specialty_added",
        /// Renamed or retired a specialty.
        DirectorySpecialtyEdited = "directory.specialty_edited",
        /// Reopened an account.
        DirectoryUserRestored = "directory.user_restored",
        /// Closed an account.
        DirectoryUserSuspended = "directory.user_suspended",
        /// Brought a deleted account back.
        IdentityAccountBroughtBack = "identity.account_brought_back",
        /// Deleted the account.
        IdentityAccountDeleted = "identity.account_deleted",
        /// Freed the address of an account whose deletion is final.
        IdentityAccountDeletionFinished = "identity.account_deletion_finished",
        /// Allowed an app to act in their name.
        IdentityAppAllowed = "identity.app_allowed",
        /// Connected an app.
        IdentityAppConnected = "identity.app_connected",
        /// Disconnected an app.
        IdentityAppDisconnected = "identity.app_disconnected",
        /// Ended an app.
        IdentityAppEnded = "identity.app_ended",
        /// Registered an app.
        IdentityAppRegistered = "identity.app_registered",
        /// Forgot the browsers in which no code is asked for.
        IdentityBrowsersForgotten = "identity.browsers_forgotten",
        /// Typed a wrong code after the right password.
        IdentityCodeWrong = "identity.code_wrong",
        /// Agreed to a document.
        IdentityConsentGiven = "identity.consent_given",
        /// Declined a document, or withdrew an agreement.
        IdentityConsentWithdrawn = "identity.consent_withdrawn",
        /// Asked for a new confirming link.
        IdentityConfirmationResent = "identity.confirmation_resent",
        /// Published a version of a document.
        IdentityDocumentPublished = "identity.document_published",
        /// Listed deleted accounts.
        IdentityDeletedAccountsListed = "identity.deleted_accounts_listed",
        /// Confirmed an e-mail address.
        IdentityEmailConfirmed = "identity.email_confirmed",
        /// Asked for another email address for the account.
        IdentityEmailChangeAsked = "identity.email_change_asked",
        /// Typed a wrong code of an email address.
        IdentityEmailCodeWrong = "identity.email_code_wrong",
        /// Changed the email address of the account.
        IdentityEmailChanged = "identity.email_changed",
        /// Signed in at a provider, and was asked for a code.
        IdentityForeignAccepted = "identity.foreign_accepted",
        /// Got an account by signing in at a provider.
        IdentityForeignAccountMade = "identity.foreign_account_made",
        /// Proved who they are, and went to a provider to connect another sign-in.
        IdentityForeignBegun = "identity.foreign_begun",
        /// Linked an identity at a provider to the account.
        IdentityForeignLinked = "identity.foreign_linked",
        /// Came from a provider without an account, and may make one as a patient.
        IdentityForeignMayJoin = "identity.foreign_may_join",
        /// Came from a provider with the address of an account that is not linked.
        IdentityForeignMet = "identity.foreign_met",
        /// Signed out at a provider, which ended the sessions that began there.
        IdentityForeignSignedOut = "identity.foreign_signed_out",
        /// Unlinked an identity at a provider from the account.
        IdentityForeignUnlinked = "identity.foreign_unlinked",
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
        /// Lost a role that a provider had given.
        IdentityMappedRoleEnded = "identity.mapped_role_ended",
        /// Got a role from a provider.
        IdentityMappedRoleGiven = "identity.mapped_role_given",
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
        /// Added a passkey.
        IdentityPasskeyAdded = "identity.passkey_added",
        /// Was refused a passkey of which there may be a copy.
        IdentityPasskeyCopied = "identity.passkey_copied",
        /// Removed a passkey.
        IdentityPasskeyRemoved = "identity.passkey_removed",
        /// Renamed a passkey.
        IdentityPasskeyRenamed = "identity.passkey_renamed",
        /// Proved with a passkey who they are.
        IdentityPasskeyShown = "identity.passkey_shown",
        /// Typed the right password; the second factor was still missing.
        IdentityPasswordAccepted = "identity.password_accepted",
        /// Changed the password.
        IdentityPasswordChanged = "identity.password_changed",
        /// Chose a new password by a link.
        IdentityPasswordReset = "identity.password_reset",
        /// Sent a code to a phone number.
        IdentityPhoneCodeSent = "identity.phone_code_sent",
        /// Typed a wrong code of a phone.
        IdentityPhoneCodeWrong = "identity.phone_code_wrong",
        /// Removed the verified phone number.
        IdentityPhoneRemoved = "identity.phone_removed",
        /// Verified a phone number.
        IdentityPhoneVerified = "identity.phone_verified",
        /// Asked for a new password.
        IdentityResetRequested = "identity.reset_requested",
        /// Changed the role.
        IdentityRoleChanged = "identity.role_changed",
        /// Gave up the second factor.
        IdentitySecondFactorEnded = "identity.second_factor_ended",
        /// Began to set up a second factor.
        IdentitySecondFactorOffered = "identity.second_factor_offered",
        /// Turned off a second factor, as an admin had asked.
        IdentitySecondFactorReset = "identity.second_factor_reset",
        /// Asked for somebody's second factor to be turned off.
        IdentitySecondFactorResetAsked = "identity.second_factor_reset_asked",
        /// Stopped turning off the second factor.
        IdentitySecondFactorResetStopped = "identity.second_factor_reset_stopped",
        /// Set up a second factor.
        IdentitySecondFactorSetUp = "identity.second_factor_set_up",
        /// Looked at the second factor of somebody.
        IdentitySecondFactorViewed = "identity.second_factor_viewed",
        /// Ended a session.
        IdentitySessionEnded = "identity.session_ended",
        /// Tried to create an account that exists.
        IdentitySignUpRepeated = "identity.sign_up_repeated",
        /// Signed in.
        IdentitySignedIn = "identity.signed_in",
        /// Signed up; the account is made when the address is confirmed.
        IdentitySignedUp = "identity.signed_up",
        /// Ended a service account.
        IdentityServiceAccountEnded = "identity.service_account_ended",
        /// Made a service account.
        IdentityServiceAccountMade = "identity.service_account_made",
        /// Listed service accounts.
        IdentityServiceAccountsListed = "identity.service_accounts_listed",
        /// Made a new token for a service account.
        IdentityServiceTokenRenewed = "identity.service_token_renewed",
        /// Invited staff from a file.
        IdentityStaffImported = "identity.staff_imported",
        /// Ended a token of a program.
        IdentityTokenEnded = "identity.token_ended",
        /// Made a token for a program.
        IdentityTokenMade = "identity.token_made",
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
        /// Listed the deliveries of e-mails and text messages.
        NotificationsDeliveriesListed = "notifications.deliveries_listed",
        /// Sent an e-mail or a text message again.
        NotificationsDeliveryRepeated = "notifications.delivery_repeated",
        /// Sent failed e-mails again.
        NotificationsDeadMailsReplayed = "notifications.dead_mails_replayed",
        /// A person chose what they are told and when.
        NotificationsChoicesSet = "notifications.choices_set",
        /// A person marked their notices as read.
        NotificationsNoticesRead = "notifications.notices_read",
        /// A person chose to get push messages in a browser.
        NotificationsPushAdded = "notifications.push_added",
        /// A person chose to get no more push messages in a browser.
        NotificationsPushRemoved = "notifications.push_removed",
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
        /// Completed the upload of a file.
        FilesAdded = "files.added",
        /// Checked an uploaded file.
        FilesChecked = "files.checked",
        /// Put files of a patient under a legal hold.
        FilesHeld = "files.held",
        /// Listed the files of a patient and their legal holds.
        FilesHoldsListed = "files.holds_listed",
        /// Lifted the legal hold of files.
        FilesHoldLifted = "files.hold_lifted",
        /// Read a file.
        FilesRead = "files.read",
        /// Removed the content of a file for good.
        FilesRemoved = "files.removed",
        /// Deleted an upload that was not completed.
        FilesUploadAbandoned = "files.upload_abandoned",
        /// Began to upload a file.
        FilesUploadBegun = "files.upload_begun",
        /// Added an entry to a record.
        RecordsEntryAdded = "records.entry_added",
        /// Changed an entry of a record.
        RecordsEntryChanged = "records.entry_changed",
        /// Read the versions of an entry of a record.
        RecordsEntryRead = "records.entry_read",
        /// Marked an entry of a record as entered in error.
        RecordsEntryWithdrawn = "records.entry_withdrawn",
        /// Read the entries of a record.
        RecordsEntriesRead = "records.entries_read",
        /// Searched the text of a record.
        RecordsSearched = "records.searched",
        /// Marked a code of ICD-10-CM as a favourite, or took that back.
        RecordsCodeMarked = "records.code_marked",
        /// Ended the link of an item of a record.
        RecordsShareEnded = "records.share_ended",
        /// Shared an item of a record by a link.
        RecordsShareMade = "records.share_made",
        /// Opened an item of a record by its link.
        RecordsShareOpened = "records.share_opened",
        /// Listed what is shared of a record.
        RecordsSharesListed = "records.shares_listed",
        /// Read the timeline of a record.
        RecordsTimelineRead = "records.timeline_read",
        /// Noted an allergy.
        RecordsAllergyAdded = "records.allergy_added",
        /// Ended an allergy.
        RecordsAllergyEnded = "records.allergy_ended",
        /// Read the record in a visit.
        RecordsConsultRead = "records.consult_read",
        /// Encrypted diagnoses of an earlier version.
        RecordsDiagnosesEncrypted = "records.diagnoses_encrypted",
        /// Marked a document as entered in error.
        RecordsDocumentWithdrawn = "records.document_withdrawn",
        /// Brought back a document that was marked as entered in error.
        RecordsDocumentRestored = "records.document_restored",
        /// Listed the documents in a patient's record.
        RecordsDocumentsListed = "records.documents_listed",
        /// Changed the diagnoses.
        RecordsDiagnosesReplaced = "records.diagnoses_replaced",
        /// Opened the page for a new letter, with what the visit says.
        RecordsLetterBegun = "records.letter_begun",
        /// Wrote the draft of a letter.
        RecordsLetterWritten = "records.letter_written",
        /// Changed the draft of a letter.
        RecordsLetterChanged = "records.letter_changed",
        /// Discarded the draft of a letter.
        RecordsLetterDiscarded = "records.letter_discarded",
        /// Issued a letter.
        RecordsLetterIssued = "records.letter_issued",
        /// Withdrew a letter.
        RecordsLetterWithdrawn = "records.letter_withdrawn",
        /// Read a letter.
        RecordsLetterRead = "records.letter_read",
        /// Printed a letter.
        RecordsLetterPrinted = "records.letter_printed",
        /// Listed letters.
        RecordsLettersListed = "records.letters_listed",
        /// Listed the visits before which a nurse measures.
        RecordsIntakesListed = "records.intakes_listed",
        /// Recorded measurements.
        RecordsMeasurementsAdded = "records.measurements_added",
        /// Read a patient's measurements.
        RecordsMeasurementsRead = "records.measurements_read",
        /// Marked measurements as entered in error.
        RecordsMeasurementsWithdrawn = "records.measurements_withdrawn",
        /// Saved a note.
        RecordsNoteSaved = "records.note_saved",
        /// Signed a note.
        RecordsNoteSigned = "records.note_signed",
        /// Added an addendum to a signed note.
        RecordsAddendumAdded = "records.addendum_added",
        /// Asked a colleague to co-sign a note.
        RecordsCosignatureAsked = "records.cosignature_asked",
        /// Listed the notes that one was asked to co-sign.
        RecordsCosignaturesListed = "records.cosignatures_listed",
        /// Read a note that one was asked to co-sign.
        RecordsCosignatureRead = "records.cosignature_read",
        /// Co-signed a note.
        RecordsNoteCosigned = "records.note_cosigned",
        /// Sent a note back instead of co-signing it.
        RecordsNoteReturned = "records.note_returned",
        /// Saved a template of notes.
        RecordsNoteTemplateSaved = "records.note_template_saved",
        /// Said that a handover note was read.
        RecordsShiftNoteSeen = "records.shift_note_seen",
        /// Wrote a handover note.
        RecordsShiftNoteWritten = "records.shift_note_written",
        /// Read the handover notes of a clinic.
        RecordsShiftNotesRead = "records.shift_notes_read",
        /// Gave a task to somebody of the team.
        RecordsTaskGiven = "records.task_given",
        /// Said that a task is done, or that it is not.
        RecordsTaskSettled = "records.task_settled",
        /// Listed the tasks of a team.
        RecordsTasksListed = "records.tasks_listed",
        /// Saved a phrase for notes.
        RecordsPhraseSaved = "records.phrase_saved",
        /// Removed a phrase for notes.
        RecordsPhraseRemoved = "records.phrase_removed",
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
        /// Confirmed a requested appointment.
        SchedulingAppointmentConfirmed = "scheduling.appointment_confirmed",
        /// Entered or removed the link to the online meeting of an appointment.
        SchedulingMeetingLinkSet = "scheduling.meeting_link_set",
        /// Moved an appointment to another time.
        SchedulingAppointmentMoved = "scheduling.appointment_moved",
        /// Booked an appointment at a time that was taken.
        SchedulingAppointmentOverbooked = "scheduling.appointment_overbooked",
        /// Read an appointment.
        SchedulingAppointmentRead = "scheduling.appointment_read",
        /// Listed appointments.
        SchedulingAppointmentsListed = "scheduling.appointments_listed",
        /// Made a private calendar address.
        SchedulingCalendarMade = "scheduling.calendar_made",
        /// Changed what the entries of a private calendar are called.
        SchedulingCalendarNamesChanged = "scheduling.calendar_names_changed",
        /// Read a private calendar; kept once a day.
        SchedulingCalendarRead = "scheduling.calendar_read",
        /// Revoked a private calendar address.
        SchedulingCalendarRevoked = "scheduling.calendar_revoked",
        /// Looked at a clinic's day of appointments.
        SchedulingClinicDayRead = "scheduling.clinic_day_read",
        /// Looked at a day of appointments.
        SchedulingDayRead = "scheduling.day_read",
        /// Added a day off or extra hours.
        SchedulingExceptionAdded = "scheduling.exception_added",
        /// Removed a day off or extra hours.
        SchedulingExceptionRemoved = "scheduling.exception_removed",
        /// Said when a patient is to be seen again after a visit.
        SchedulingFollowUpSet = "scheduling.follow_up_set",
        /// Released a held time.
        SchedulingHoldReleased = "scheduling.hold_released",
        /// Looked at weekly hours.
        SchedulingHoursRead = "scheduling.hours_read",
        /// Changed weekly hours.
        SchedulingHoursReplaced = "scheduling.hours_replaced",
        /// Said by how much they run late.
        SchedulingLateTold = "scheduling.late_told",
        /// Refused a time that was offered from the waiting list.
        SchedulingOfferRefused = "scheduling.offer_refused",
        /// Ended an offer that nobody had answered in time.
        SchedulingOfferRunOut = "scheduling.offer_run_out",
        /// Ended a request for a visit that nobody had answered in time.
        SchedulingRequestRunOut = "scheduling.request_run_out",
        /// Changed how patients book them.
        SchedulingRulesChanged = "scheduling.rules_changed",
        /// Added a room to a clinic.
        SchedulingRoomAdded = "scheduling.room_added",
        /// Gave another room to a visit in person.
        SchedulingRoomChanged = "scheduling.room_changed",
        /// Ended a room of a clinic.
        SchedulingRoomEnded = "scheduling.room_ended",
        /// Added a calendar outside of Bedside whose busy times nobody can book.
        SchedulingOutsideCalendarAdded = "scheduling.outside_calendar_added",
        /// Removed such a calendar.
        SchedulingOutsideCalendarRemoved = "scheduling.outside_calendar_removed",
        /// Reminded people of a visit.
        SchedulingReminded = "scheduling.reminded",
        /// Booked a series of appointments; each appointment has its own entry.
        SchedulingSeriesBooked = "scheduling.series_booked",
        /// Cancelled the coming appointments of a series; each appointment has its own entry.
        SchedulingSeriesCancelled = "scheduling.series_cancelled",
        /// Held a time.
        SchedulingTimeHeld = "scheduling.time_held",
        /// Offered a free time to a person on the waiting list.
        SchedulingTimeOffered = "scheduling.time_offered",
        /// Added a type of visit.
        SchedulingVisitTypeAdded = "scheduling.visit_type_added",
        /// Changed a type of visit.
        SchedulingVisitTypeEdited = "scheduling.visit_type_edited",
        /// Joined the waiting list.
        SchedulingWaitingJoined = "scheduling.waiting_joined",
        /// Left the waiting list.
        SchedulingWaitingLeft = "scheduling.waiting_left",
        /// Read the waiting list, or an offer.
        SchedulingWaitingListRead = "scheduling.waiting_list_read",
        /// Looked at a week of appointments.
        SchedulingWeekRead = "scheduling.week_read",
        /// Noted that the patient did not come.
        VisitsAbsenceNoted = "visits.absence_noted",
        /// Noted that the patient has come to the clinic.
        VisitsCheckedIn = "visits.checked_in",
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
        /// Rated a visit, or changed the rating.
        VisitsRated = "visits.rated",
        /// Answered a rating.
        VisitsRatingAnswered = "visits.rating_answered",
        /// Hid a rating.
        VisitsRatingHidden = "visits.rating_hidden",
        /// Listed ratings.
        VisitsRatingsListed = "visits.ratings_listed",
        /// Opened a visit.
        VisitsRead = "visits.read",
        /// Closed a visit that did not take place, or that nobody ended.
        VisitsUnattendedClosed = "visits.unattended_closed",
        /// Looked at the waiting room.
        VisitsWaitingRead = "visits.waiting_read",
    }
}
