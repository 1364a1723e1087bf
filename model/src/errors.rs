//! The registry of errors: each case has one stable code and one kind.
//!
//! A code never changes its meaning and is never reused. The sentence that users read is in the message catalogue
//! (`app/words/locales/*/errors.json`), one per code; `words::error_message` matches all codes, so a code without a sentence does
//! not compile.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The kind of a failure. Each interface maps kinds to its own statuses in one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The request cannot be understood or has the wrong form: 400 or, with field errors, 422.
    Invalid,
    /// There are no credentials, or they are invalid: 401.
    Unauthenticated,
    /// The caller may see it but may not do this: 403.
    Forbidden,
    /// It does not exist, or the caller may not know that it does: 404.
    NotFound,
    /// The current state does not allow it: 409.
    Conflict,
    /// It existed and is no longer valid: 410.
    Gone,
    /// The body is larger than allowed: 413.
    TooLarge,
    /// It took too long to arrive: 408.
    TooSlow,
    /// Too many requests: 429, with `Retry-After`.
    TooMany,
    /// The server has more to do than it can do in time: 503, with `Retry-After`.
    Busy,
    /// The database asked for a retry (deadlock, serialization failure). The interfaces retry up to three times: 503.
    Retry,
    /// A service that we need does not answer: 503.
    Unavailable,
    /// A bug of ours: 500.
    Internal,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $kind:ident;)*) => {
        /// One case of failure. The module documentation says what a code guarantees.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $($(#[$doc])* $name,)*
        }

        impl Code {
            /// All codes, in the order of declaration.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The code as it is sent over the wire: `area.case`.
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
    /// A bug of ours; the log has the details under the request id.
    Internal = "internal", Internal;
    /// The database could not be reached or did not answer in time.
    DatabaseUnavailable = "database.unavailable", Unavailable;
    /// More requests wait than the server can answer in time; a retry after a while helps.
    ServerBusy = "server.busy", Busy;
    /// A deadlock or serialization failure; a retry helps.
    DatabaseRetry = "database.retry", Retry;
    /// The resource does not exist, or the caller may not know that it does.
    NotFound = "not_found", NotFound;
    /// There is no such route.
    RouteUnknown = "route.unknown", NotFound;
    /// The route exists, but not with this method.
    MethodNotAllowed = "route.method_not_allowed", Invalid;
    /// The server cannot produce any format that the client accepts, or the requested version does not exist.
    NotAcceptable = "route.not_acceptable", Invalid;
    /// The caller may see this but may not do it.
    Forbidden = "access.forbidden", Forbidden;
    /// No user is signed in, or the session has expired.
    SignInNeeded = "access.sign_in_needed", Unauthenticated;
    /// The token does not have the scope that this route needs.
    ScopeMissing = "access.scope_missing", Forbidden;
    /// A token with limited scopes never may do this; a sign-in may.
    TokenLimited = "access.token_limited", Forbidden;
    /// The request came from another site.
    ForeignOrigin = "access.foreign_origin", Forbidden;
    /// The body is not what this route expects.
    BodyMalformed = "request.malformed", Invalid;
    /// The body's media type is not one that this route accepts.
    BodyMediaType = "request.media_type", Invalid;
    /// The body is too large.
    BodyTooLarge = "request.too_large", TooLarge;
    /// The body did not arrive in time.
    BodySlow = "request.too_slow", TooSlow;
    /// One or more fields are missing or wrong; `fields` lists them with their faults.
    FieldsInvalid = "request.fields_invalid", Invalid;
    /// A text contains a character that cannot be stored: U+0000.
    CharacterUnstorable = "request.character_unstorable", Invalid;
    /// A date or a time lies before all that the database can store or compare (PostgreSQL: the year 4713 BC).
    TimeUnstorable = "request.time_unstorable", Invalid;
    /// Too many requests in a short time.
    RateLimited = "request.rate_limited", TooMany;
    /// The idempotency key was already used with a different request.
    IdempotencyMismatch = "request.idempotency_mismatch", Conflict;
    /// The resource has changed since it was shown.
    Stale = "request.stale", Conflict;
    /// The form was opened for another patient than the session acts for now.
    OpenedForAnother = "request.opened_for_another", Conflict;
    /// The form was open for too long and its draft has expired.
    DraftExpired = "request.draft_expired", Gone;

    /// The e-mail and the password do not match, or there is no such account.
    BadCredentials = "identity.bad_credentials", Unauthenticated;
    /// The account is suspended.
    Suspended = "identity.suspended", Forbidden;
    /// The owner of the account has deleted it, and can bring it back.
    AccountDeleted = "identity.account_deleted", Forbidden;
    /// The link was never issued, or it is incomplete.
    LinkUnknown = "identity.link_unknown", NotFound;
    /// The link has expired.
    LinkExpired = "identity.link_expired", Gone;
    /// The link was already used.
    LinkUsed = "identity.link_used", Gone;
    /// The invitation was withdrawn.
    InvitationWithdrawn = "identity.invitation_withdrawn", Gone;
    /// The invitation was accepted before.
    InvitationUsed = "identity.invitation_used", Gone;
    /// The invitation has expired.
    InvitationExpired = "identity.invitation_expired", Gone;
    /// The invitation is for another e-mail address than that of the caller.
    InvitationForeign = "identity.invitation_foreign", Conflict;
    /// The invited address has an account, so its owner has to sign in to accept.
    InvitationHasAccount = "identity.invitation_has_account", Conflict;
    /// An invitation for this address and role is open already.
    InvitationExists = "identity.invitation_exists", Conflict;
    /// The invitation was accepted or withdrawn, so it cannot be withdrawn or sent again.
    InvitationSettled = "identity.invitation_settled", Conflict;
    /// The person holds this role at this clinic already.
    RoleHeld = "identity.role_held", Conflict;
    /// Nobody gives a role to themselves.
    RoleOwn = "identity.role_own", Conflict;
    /// The organisation would have no administrator any more.
    LastAdmin = "identity.last_admin", Conflict;
    /// The user could not sign in any more without this way.
    LastWayIn = "identity.last_way_in", Conflict;
    /// The sign-in at a provider gives roles, so it is the provider that takes them away.
    SignInGivesRoles = "identity.sign_in_gives_roles", Conflict;
    /// The password that the user typed again to sign or to change something is wrong.
    PasswordWrong = "identity.password_wrong", Forbidden;
    /// The user has no password, and signed in too long ago for that to prove who they are.
    SignInOld = "identity.sign_in_old", Forbidden;
    /// The password is right, and the code of the second factor is missing.
    SecondFactorNeeded = "identity.second_factor_needed", Unauthenticated;
    /// The account's role needs a second factor, and it has none yet. It can be set up on the site only.
    SecondFactorMissing = "identity.second_factor_missing", Forbidden;
    /// The account's role needs a second factor, so it cannot be given up.
    SecondFactorRequired = "identity.second_factor_required", Conflict;
    /// There is no second factor that could be turned off.
    SecondFactorAbsent = "identity.second_factor_absent", Conflict;
    /// It was asked already to turn the second factor off.
    ResetAsked = "identity.reset_asked", Conflict;
    /// The code of the second factor is wrong, or was used before.
    CodeWrong = "identity.code_wrong", Forbidden;
    /// The sign-in waited too long for its second step, or it was finished already.
    SignInExpired = "identity.sign_in_expired", Gone;
    /// The secret of the second factor was shown for too long without a code, or it was confirmed already.
    SetUpExpired = "identity.set_up_expired", Gone;
    /// The question that a passkey was to answer is too old, or was asked in another browser.
    PasskeyExpired = "identity.passkey_expired", Gone;
    /// The question was answered already.
    PasskeyAnswered = "identity.passkey_answered", Gone;
    /// The answer was made for another site.
    PasskeyElsewhere = "identity.passkey_elsewhere", Forbidden;
    /// The device did not check who uses the passkey.
    PasskeyUnverified = "identity.passkey_unverified", Forbidden;
    /// No account has this passkey, or another account has it.
    PasskeyUnknown = "identity.passkey_unknown", Forbidden;
    /// The answer is not that of a passkey, or its signature is wrong.
    PasskeyRefused = "identity.passkey_refused", Forbidden;
    /// The counter of the passkey has not grown, so there may be a copy of it.
    PasskeyCopied = "identity.passkey_copied", Forbidden;
    /// An account has this passkey already.
    PasskeyExists = "identity.passkey_exists", Conflict;
    /// The account has as many passkeys as it may have.
    PasskeysTooMany = "identity.passkeys_too_many", Conflict;
    /// It is the only second factor of an account whose role needs one.
    PasskeyLast = "identity.passkey_last", Conflict;
    /// The public address of this installation has no name, so no passkey can be bound to it.
    PasskeysUnavailable = "identity.passkeys_unavailable", Conflict;
    /// The code that was sent to a phone is another one.
    PhoneCodeWrong = "identity.phone_code_wrong", Forbidden;
    /// No code that was sent to a phone waits to be typed: it is too old, was typed wrongly too often, or was used.
    PhoneCodeExpired = "identity.phone_code_expired", Gone;
    /// The code that was sent to an email address is another one.
    EmailCodeWrong = "identity.email_code_wrong", Forbidden;
    /// No code that was sent to an email address waits to be typed: it is too old, was typed wrongly too often, or was used.
    EmailCodeExpired = "identity.email_code_expired", Gone;
    /// Another account has this email address, which the caller has confirmed.
    EmailTaken = "identity.email_taken", Conflict;
    /// This installation sends no text messages to the country of the number.
    PhoneUnreachable = "identity.phone_unreachable", Conflict;
    /// A document has a new version, and the caller has not answered it. Programs can read, and change nothing.
    ConsentNeeded = "identity.consent_needed", Forbidden;
    /// The patient does not agree to remote care, so visits on video or by phone cannot be booked for them.
    RemoteCareNeeded = "identity.remote_care_needed", Conflict;
    /// The account has as many personal tokens as one account may have.
    TooManyTokens = "identity.too_many_tokens", Conflict;
    /// The account has as many connections with apps as one account may have.
    TooManyApps = "identity.too_many_apps", Conflict;
    /// There is no such app, or the address to which it wants people sent back is not registered for it.
    AppUnknown = "identity.app_unknown", NotFound;
    /// The app is unknown, or its secret is wrong or missing.
    AppUnproven = "identity.app_unproven", Unauthenticated;
    /// The code of an app is unknown, used, expired or of another app, or its verifier is wrong.
    GrantInvalid = "identity.grant_invalid", Invalid;
    /// A refresh token was used a second time; all tokens of its family are revoked.
    TokenReused = "identity.token_reused", Unauthenticated;

    /// The doctor has not been verified yet.
    DoctorUnverified = "directory.doctor_unverified", Conflict;
    /// A decision about the application has already been made.
    ApplicationDecided = "directory.application_decided", Conflict;
    /// The licence has expired.
    LicenceExpired = "directory.licence_expired", Conflict;
    /// Another doctor was verified with the same licence.
    LicenceTaken = "directory.licence_taken", Conflict;
    /// The doctor has sent this licence already, and it waits for its review.
    LicenceWaiting = "directory.licence_waiting", Conflict;
    /// A decision about the licence has already been made.
    LicenceDecided = "directory.licence_decided", Conflict;
    /// Another specialty has this name.
    SpecialtyExists = "directory.specialty_exists", Conflict;
    /// An administrator cannot suspend their own account.
    SuspendSelf = "directory.suspend_self", Conflict;
    /// The account has a higher rank than the caller, or somebody of a higher rank closed it.
    AccountAbove = "directory.account_above", Forbidden;
    /// The caller decides for one clinic, and the person also works elsewhere.
    AccountElsewhere = "directory.account_elsewhere", Forbidden;
    /// The caller acts for a child of this name and date of birth already.
    ChildKnown = "directory.child_known", Conflict;
    /// The caller acts for as many children as one account may add.
    TooManyChildren = "directory.too_many_children", Conflict;
    /// This account acts for the patient already, as the same.
    ActsAlready = "directory.acts_already", Conflict;
    /// Nobody else would be left to act for this person, or the caller is too young to decide who acts for them.
    ActingNeeded = "directory.acting_needed", Conflict;
    /// The child is near the age from which guardians see less, so only the clinic corrects the date of birth.
    BirthDateGuarded = "directory.birth_date_guarded", Conflict;
    /// Patients who are likely the same person are known. The caller must say whether it is one of them.
    PatientLikelyKnown = "directory.patient_likely_known", Conflict;
    /// The patient has an account, keeps their own details there, and needs no code.
    PatientHasAccount = "directory.patient_has_account", Conflict;
    /// The record of the patient is in use, so it cannot be deleted.
    PatientInUse = "directory.patient_in_use", Conflict;
    /// The two records have appointments at the same time, so they cannot be one patient's.
    MergeOverlap = "directory.merge_overlap", Conflict;
    /// A visit of one of the records is under way, or a prescription is not signed, or the record is being handed over.
    MergeBusy = "directory.merge_busy", Conflict;
    /// Both records have an account, and that of the record that would end is of somebody who works here, or acts for another patient.
    MergeStaff = "directory.merge_staff", Conflict;
    /// The records were merged too long ago to be separated.
    MergeFinal = "directory.merge_final", Gone;
    /// The record into which this one was merged was itself merged later.
    MergedSince = "directory.merged_since", Conflict;
    /// The caller's role covers all clinics, and a patient is registered at one.
    ClinicNeeded = "directory.clinic_needed", Conflict;
    /// The code from the clinic was used before.
    ClaimUsed = "directory.claim_used", Gone;
    /// The code from the clinic is too old, was replaced by a newer one, or was tried too often with wrong dates of birth.
    ClaimExpired = "directory.claim_expired", Gone;
    /// The record of this patient is being handed over already.
    HandoverOpen = "directory.handover_open", Conflict;
    /// The handover was accepted, was withdrawn, or its link is too old.
    HandoverOver = "directory.handover_over", Gone;
    /// The handover is for another e-mail address than that of the caller.
    HandoverForeign = "directory.handover_foreign", Conflict;
    /// The caller has no record with the same date of birth on which nothing hangs, so it cannot be replaced by the one that is handed over.
    HandoverRecord = "directory.handover_record", Conflict;

    /// The part has another number, size or checksum than it must have.
    FilePartWrong = "files.part_wrong", Invalid;
    /// Parts of the file are missing.
    FileIncomplete = "files.incomplete", Conflict;
    /// The upload was completed, so no part can be sent any more.
    FileUploadOver = "files.upload_over", Conflict;
    /// The owner of the file has no room left.
    FileQuota = "files.quota", Conflict;
    /// The file is still being checked, or was refused.
    FileNotReady = "files.not_ready", Conflict;
    /// Nobody has scanned the file for viruses, and this installation shows such files only to those who added them.
    FileNotScanned = "files.not_scanned", Conflict;
    /// The file is kept for a legal reason, so it is neither withdrawn nor removed.
    FileHeld = "files.held", Conflict;
    /// The content of the file was removed for good.
    FileRemoved = "files.removed", Gone;
    /// The file has no such bytes.
    FileRange = "files.range", Invalid;
    /// The storage of the files does not answer.
    FileStorageUnavailable = "files.storage_unavailable", Unavailable;

    /// Another patient has already taken this time.
    SlotTaken = "scheduling.slot_taken", Conflict;
    /// Another visit has the room at that time.
    RoomTaken = "scheduling.room_taken", Conflict;
    /// The clinic has a room of this name.
    RoomExists = "scheduling.room_exists", Conflict;
    /// The visit does not take place in the clinic, so it has no room.
    VisitNotInPerson = "scheduling.not_in_person", Conflict;
    /// The time is in the past, or starts too soon.
    SlotPast = "scheduling.slot_past", Conflict;
    /// The doctor does not offer this time.
    SlotUnknown = "scheduling.slot_unknown", Conflict;
    /// The patient has another appointment at that time.
    PatientBusy = "scheduling.patient_busy", Conflict;
    /// The doctor still has visits to hold, so the account cannot be deleted.
    VisitsAhead = "scheduling.visits_ahead", Conflict;
    /// The doctor does not accept bookings now.
    DoctorUnavailable = "scheduling.doctor_unavailable", Conflict;
    /// The doctor has no licence that is valid now, so the doctor cannot be booked.
    DoctorUnlicensed = "scheduling.doctor_unlicensed", Conflict;
    /// Nobody has set the doctor's fee, so the doctor cannot be booked yet.
    DoctorWithoutFee = "scheduling.doctor_without_fee", Conflict;
    /// The doctor has no licence that is valid in the country in which the patient lives.
    DoctorLicensedElsewhere = "scheduling.doctor_licensed_elsewhere", Conflict;
    /// The doctor's fee is no longer the one that the patient was shown.
    FeeChanged = "scheduling.fee_changed", Conflict;
    /// The patient has as many appointments ahead as one patient may have.
    TooManyAppointments = "scheduling.too_many_appointments", Conflict;
    /// The patient has as many appointments ahead with this doctor as one patient may have.
    TooManyWithDoctor = "scheduling.too_many_with_doctor", Conflict;
    /// The patient has held this time as often as allowed within a day. It can still be booked.
    HeldTooOften = "scheduling.held_too_often", Conflict;
    /// The hold has expired; the time may be taken.
    HoldExpired = "scheduling.hold_expired", Gone;
    /// The appointment is over, cancelled or in progress.
    AppointmentSettled = "scheduling.appointment_settled", Conflict;
    /// A patient can no longer move the appointment: the notice for cancelling has begun.
    MoveTooLate = "scheduling.move_too_late", Conflict;
    /// The patient waits for this doctor or this specialty already.
    AlreadyWaiting = "scheduling.already_waiting", Conflict;
    /// The patient is on the waiting list as often as one patient can be.
    WaitingTooOften = "scheduling.waiting_too_often", Conflict;
    /// Nobody who acts for the patient has an account, so nobody could answer an offer.
    WaitingWithoutAccount = "scheduling.waiting_without_account", Conflict;
    /// Reception books a visit on video or by phone for a patient who does not agree to remote care.
    PatientNeedsRemoteCare = "scheduling.patient_needs_remote_care", Conflict;
    /// The offered time was refused, or nobody accepted it in time.
    OfferGone = "scheduling.offer_gone", Gone;
    /// The patient's side has moved the appointment as often as it may.
    MovedTooOften = "scheduling.moved_too_often", Conflict;
    /// Two rules of the weekly hours overlap.
    HoursOverlap = "scheduling.hours_overlap", Conflict;
    /// Some of the dates of a series cannot be booked, so none was.
    SeriesCollides = "scheduling.series_collides", Conflict;
    /// The doctor does not offer this visit type, or no longer.
    VisitTypeGone = "scheduling.visit_type_gone", Conflict;
    /// A doctor needs one visit type that patients can book.
    LastVisitType = "scheduling.last_visit_type", Conflict;
    /// The doctor has as many visit types as one doctor may have.
    TooManyVisitTypes = "scheduling.too_many_visit_types", Conflict;

    /// The waiting room is not open yet, or has already closed.
    VisitClosed = "visits.closed", Conflict;
    /// The patient is not in the waiting room.
    VisitNobodyWaiting = "visits.nobody_waiting", Conflict;
    /// The visit is not on video, so it has no waiting room and no call.
    VisitNotOnVideo = "visits.not_on_video", Conflict;
    /// The visit does not take place at a meeting elsewhere on the web, so it has no link.
    VisitNotAMeeting = "scheduling.not_a_meeting", Conflict;
    /// The visit is on video, so whether the patient came is seen in the waiting room.
    VisitOnVideo = "visits.on_video", Conflict;
    /// The visit is not in the clinic, so nobody comes there.
    VisitNotInClinic = "visits.not_in_clinic", Conflict;
    /// It is too early to say that the patient did not come.
    VisitAbsentTooSoon = "visits.absent_too_soon", Conflict;
    /// The patient has come.
    VisitPatientCame = "visits.patient_came", Conflict;
    /// The visit has ended.
    VisitEnded = "visits.ended", Conflict;
    /// The day of the visit has not come, so nothing clinical can be written at it.
    VisitNotYet = "visits.not_yet", Conflict;
    /// The visit was cancelled or did not take place, so nothing clinical can be written at it.
    VisitNotHeld = "visits.not_held", Conflict;

    /// The conversation is closed: nobody writes in it until it is reopened.
    ConversationClosed = "chat.conversation_closed", Conflict;
    /// The doctor does not treat the patient, or the patient is no patient of the clinic, so they begin no conversation.
    ConversationNotInCare = "chat.not_in_care", Conflict;
    /// The writer no longer acts for the patient, or no longer works there.
    ConversationLeft = "chat.access_ended", Forbidden;
    /// The doctor with whom the patient writes does not work here any more, or nobody works at the desk, so nobody would read it.
    ConversationUnanswered = "chat.nobody_answers", Conflict;
    /// The clinic has a care group of this name.
    CareGroupExists = "chat.group_exists", Conflict;
    /// The message has words that may mean an emergency, and its writer has not read yet what to do then.
    UrgentWords = "chat.urgent_words", Conflict;
    /// The time in which a rating can be changed is over.
    RatingSettled = "visits.rating_settled", Conflict;
    /// The doctor has answered the rating already.
    RatingAnswered = "visits.rating_answered", Conflict;
    /// A visit can be ended only with a diagnosis or with the statement that there is none.
    DiagnosisMissing = "visits.diagnosis_missing", Invalid;
    /// The visit's note contains text that is not saved. The doctor must first save or discard it.
    NoteUnsaved = "records.note_unsaved", Conflict;
    /// A signed note does not change any more; what is new goes into an addendum.
    NoteSigned = "records.note_signed", Conflict;
    /// The note is not signed yet, and only a signed one has addenda and co-signatures.
    NoteUnsigned = "records.note_unsigned", Conflict;
    /// The doctor has typed text in the note that is not saved, and that could not be saved after a signature.
    NoteTyped = "records.note_typed", Conflict;
    /// Nobody has written the note, so there is nothing to sign.
    NoteUnwritten = "records.note_unwritten", Conflict;
    /// This colleague was asked to co-sign the note, and has not answered yet.
    CosignatureAsked = "records.cosignature_asked", Conflict;
    /// The request to co-sign was answered already.
    CosignatureAnswered = "records.cosignature_answered", Conflict;
    /// An issued letter does not change any more.
    LetterFrozen = "records.letter_frozen", Conflict;
    /// The letter was withdrawn.
    LetterWithdrawn = "records.letter_withdrawn", Conflict;
    /// An entry of the record that was marked as entered in error does not change any more.
    EntryWithdrawn = "records.entry_withdrawn", Conflict;
    /// The link of a shared item has expired.
    ShareExpired = "records.share_expired", Gone;
    /// The patient's side has ended the link of a shared item.
    ShareEnded = "records.share_ended", Gone;
    /// As many items of the record are shared by links as can be at the same time.
    TooManyShares = "records.too_many_shares", Conflict;
    /// ICD-10-CM has no such code, or the code is a heading that cannot be recorded.
    DiagnosisUnknown = "records.diagnosis_unknown", Invalid;

    /// A signed prescription cannot be changed.
    PrescriptionFrozen = "prescriptions.frozen", Conflict;
    /// A prescription needs at least one medicine.
    PrescriptionEmpty = "prescriptions.empty", Invalid;
    /// The text contains a character that the printed document cannot show.
    PrescriptionUnprintable = "prescriptions.unprintable", Invalid;
    /// The printed document cannot show the patient's name, and the patient has not given it in Latin letters.
    PrescriptionPatientName = "prescriptions.patient_name_unprintable", Conflict;
    /// The printed document cannot show the doctor's name, and the doctor has not given it in Latin letters.
    PrescriptionDoctorName = "prescriptions.doctor_name_unprintable", Conflict;
    /// The doctor has no licence that is valid today, so nothing can be signed.
    PrescriptionUnlicensed = "prescriptions.unlicensed", Conflict;
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

/// A limit of a length, with its unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Length {
    /// Characters of text.
    Characters(u32),
    /// Digits of a number that is dialled, with its country code.
    Digits(u32),
}

impl Length {
    /// So many characters.
    #[must_use]
    pub fn characters(count: usize) -> Self {
        Self::Characters(saturated(count))
    }

    /// So many digits.
    #[must_use]
    pub fn digits(count: usize) -> Self {
        Self::Digits(saturated(count))
    }
}

fn saturated(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

/// The values that a field takes; both ends are allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Range {
    /// Whole numbers.
    Numbers {
        /// The smallest one.
        least: i64,
        /// The largest one.
        most: i64,
    },
    /// Days.
    Dates {
        /// The first one.
        first: Date,
        /// The last one.
        last: Date,
    },
}

impl Range {
    /// The whole numbers from `least` to `most`.
    #[must_use]
    pub const fn numbers(least: i64, most: i64) -> Self {
        Self::Numbers { least, most }
    }

    /// The days from `first` to `last`.
    #[must_use]
    pub const fn dates(first: Date, last: Date) -> Self {
        Self::Dates { first, last }
    }
}

/// What is wrong with one field of a form or a body, with the limits that the sentence about it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldFault {
    /// No value was given.
    Missing,
    /// The value has the wrong format.
    Malformed,
    /// The value is shorter than this.
    TooShort(Length),
    /// The value is longer than this.
    TooLong(Length),
    /// The list has more entries than this.
    TooMany(u32),
    /// The value is not one of the choices.
    UnknownChoice,
    /// The value is smaller or earlier than these.
    TooSmall(Range),
    /// The value is larger or later than these.
    TooLarge(Range),
    /// The end is not after the start.
    EndBeforeStart,
    /// The value must be in the past.
    NotPast,
    /// The day is over: it must be today or later.
    NotFuture,
    /// The password is on the list of the most common passwords.
    TooCommon,
    /// The password can be guessed in too few attempts.
    TooGuessable,
    /// The password is in a list of passwords that became known.
    Leaked,
    /// No numbering plan has this telephone number.
    NoSuchNumber,
    /// The value contains a character that is not allowed here.
    ForbiddenCharacter,
    /// The value contains a character that the printed prescription cannot show.
    Unprintable,
    /// The printed prescription cannot show the name, so it is needed in Latin letters too.
    LatinNeeded,
    /// The value contains letters of another script where Latin letters are required.
    NotLatin,
}

impl FieldFault {
    /// The text has more characters than `most`.
    #[must_use]
    pub fn too_long(most: usize) -> Self {
        Self::TooLong(Length::characters(most))
    }

    /// The text has fewer characters than `least`.
    #[must_use]
    pub fn too_short(least: usize) -> Self {
        Self::TooShort(Length::characters(least))
    }

    /// The list has more entries than `most`.
    #[must_use]
    pub fn too_many(most: usize) -> Self {
        Self::TooMany(saturated(most))
    }

    /// The fault as programs read it in an answer of the API, without its limits.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Malformed => "malformed",
            Self::TooShort(_) => "too_short",
            Self::TooLong(_) => "too_long",
            Self::TooMany(_) => "too_many",
            Self::UnknownChoice => "unknown_choice",
            Self::TooSmall(_) => "too_small",
            Self::TooLarge(_) => "too_large",
            Self::EndBeforeStart => "end_before_start",
            Self::NotPast => "not_past",
            Self::NotFuture => "not_future",
            Self::TooCommon => "too_common",
            Self::TooGuessable => "too_guessable",
            Self::Leaked => "leaked",
            Self::NoSuchNumber => "no_such_number",
            Self::ForbiddenCharacter => "forbidden_character",
            Self::Unprintable => "unprintable",
            Self::LatinNeeded => "latin_needed",
            Self::NotLatin => "not_latin",
        }
    }
}

/// One wrong field. `field` is the name of the form control and of the member in the request body, e.g. `date_of_birth`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The name of the form control; items of a list carry their index: `items.2.dose`.
    pub field: String,
    /// What is wrong with it.
    pub fault: FieldFault,
}

impl FieldError {
    /// Creates a field error.
    pub fn new(field: impl Into<String>, fault: FieldFault) -> Self {
        Self { field: field.into(), fault }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_fault_crosses_the_wire_with_its_limits() {
        let dates = Range::dates(jiff::civil::date(2026, 11, 24), jiff::civil::date(2028, 11, 24));
        for fault in [
            FieldFault::Missing,
            FieldFault::too_long(100),
            FieldFault::TooMany(5),
            FieldFault::TooSmall(Range::numbers(1, 12)),
            FieldFault::TooLarge(dates),
        ] {
            let wrong = FieldError::new("reason", fault);
            let json = serde_json::to_string(&wrong).expect("a field error serializes");
            assert!(json.contains(fault.as_str()), "{json}");
            assert_eq!(serde_json::from_str::<FieldError>(&json).expect("a field error reads back"), wrong);
        }
    }

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
