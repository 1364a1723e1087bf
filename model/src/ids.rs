//! Ids. Each kind has its own type, so that a patient's id cannot be used where a doctor's id is expected.
//!
//! Ids are `UUIDv7` (RFC 9562 §5.7): they sort by creation time. They are created only from the injected clock and random source
//! of `domain`, so there is no `new()` here.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The text is not an id: neither a hyphenated nor a plain UUID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct NotAnId;

/// The common interface of all ids.
pub trait Id: Copy + Eq + fmt::Debug + fmt::Display + From<Uuid> + Send + Sync + 'static {
    /// The UUID, for a query parameter.
    fn uuid(self) -> Uuid;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl Id for $name {
            fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl $name {
            /// The UUID, for a query parameter.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(value: Uuid) -> Self {
                Self(value)
            }
        }

        impl From<$name> for Uuid {
            fn from(value: $name) -> Self {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                text.parse().map(Self).map_err(|_| NotAnId)
            }
        }
    )*};
}

ids! {
    /// An account that can sign in.
    UserId
    /// A person who is treated. A patient may exist without a user.
    PatientId
    /// A doctor who treats patients.
    DoctorId
    /// A site of the organisation, with its own time zone, staff and letterhead.
    ClinicId
    /// Days on which a clinic is closed.
    ClinicClosureId
    /// An access to a record outside of the usual rules.
    BreakGlassId
    /// An item of a patient's record that is shared by a link.
    RecordShareId
    /// A patient's question about an access to their record.
    AccessQuestionId
    /// One version of a document to which people agree.
    DocumentVersionId
    /// A document with which a clinic let somebody act for a patient.
    ActingPaperId
    /// A code with which a patient claims the record that a clinic made for them.
    PatientClaimId
    /// The offer of a guardian to hand the record of a young person over to them.
    HandoverId
    /// A field of medicine.
    SpecialtyId
    /// A doctor's licence to practise, issued by an authority.
    LicenceId
    /// A role that a user holds in one clinic or in all clinics.
    MembershipId
    /// An offer of a role to somebody at an e-mail address.
    InvitationId
    /// A phone number of an account, verified or waiting for its code.
    PhoneId
    /// A text message (SMS).
    TextId
    /// A notice in the app.
    NoticeId
    /// A browser that takes push messages.
    PushId
    /// One signed-in browser or device.
    SessionId
    /// A passkey of an account.
    PasskeyId
    /// Who an account is at a foreign provider.
    ForeignIdentityId
    /// An access or refresh token of the REST API.
    TokenId
    /// An app that uses the API in a person's name.
    AppId
    /// A weekly rule of a doctor's schedule.
    ScheduleRuleId
    /// A day off or extra hours of a doctor.
    ScheduleExceptionId
    /// A kind of visit that a doctor offers.
    VisitTypeId
    /// A room of a clinic for visits in person.
    RoomId
    /// The private address at which a calendar program reads visits.
    CalendarFeedId
    /// A calendar of a doctor outside of Bedside.
    OutsideCalendarId
    /// A reservation on the time of a doctor and a patient: a hold, a request or a confirmed appointment.
    ReservationId
    /// An agreed appointment of a patient and a doctor.
    AppointmentId
    /// Some appointments that were booked together.
    SeriesId
    /// An entry of the waiting list.
    WaitingEntryId
    /// A time that is offered to a person on the waiting list.
    WaitingOfferId
    /// A visit: its times, participants, notes and diagnoses.
    EncounterId
    /// What a patient says about a visit.
    RatingId
    /// A conversation of a patient with the care team, or the chat of a visit.
    ThreadId
    /// One message of a thread.
    MessageId
    /// What a doctor or a desk tells patients while nobody answers.
    AwayNoteId
    /// A care group: people of a clinic who answer patients together.
    CareGroupId
    /// A message of an administrator to many patients.
    MassMessageId
    /// A file that somebody has uploaded, and before that its upload.
    FileId
    /// A legal hold of a file.
    FileHoldId
    /// An object in the storage of files.
    FileObjectId
    /// A clinical note, in all its versions.
    NoteId
    /// A template of notes, in all its versions.
    NoteTemplateId
    /// An addendum to a signed note.
    NoteAddendumId
    /// A request to a colleague to co-sign a note.
    CosignatureId
    /// A letter: a referral, a sick note, a fit note or the summary of a visit.
    LetterId
    /// The diagnoses of a visit, in all their versions.
    DiagnosisListId
    /// An allergy or intolerance of a patient.
    AllergyId
    /// An entry of a patient's record, in all its versions.
    RecordEntryId
    /// What was measured of a patient at one time.
    MeasurementId
    /// A task of a clinic's team.
    TaskId
    /// A handover note of a shift.
    ShiftNoteId
    /// What a handover note says about one patient.
    ShiftLineId
    /// A prescription, from the draft to its last refill.
    PrescriptionId
    /// One medicine of a prescription.
    PrescriptionItemId
    /// An entry of the audit log.
    AuditEventId
    /// An event in the outbox.
    EventId
    /// The merging of two records of one person.
    MergeId
    /// What somebody has said of two records: that they are of different people.
    DifferentPeopleId
    /// One mail that was sent or will be sent.
    MailId
    /// One HTTP request or one job, for the logs and the audit log.
    RequestId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_what_it_writes_and_refuses_the_rest() {
        let id = PatientId::from(Uuid::from_u128(7));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("7".parse::<PatientId>(), Err(NotAnId));
        assert_eq!(format!("{id:?}"), "PatientId(00000000-0000-0000-0000-000000000007)");
    }
}
