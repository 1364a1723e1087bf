//! What others did with a patient's record, as the patient sees it, and the patient's questions about that.

use crate::{
    access::Role,
    errors::FieldFault,
    ids::{AccessQuestionId, AuditEventId},
    text::many_lines,
    wire::{redacted, words},
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A question about an access, or its answer. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessText(String);

impl AccessText {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 1_000;

    /// Parses the text as it was typed.
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter` for control characters and others that cannot be read.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        many_lines(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

redacted!(AccessText);

words! {
    /// What somebody read or changed, in words for patients.
    AccessedPart {
        /// Notes, diagnoses, entries, measurements, the timeline.
        Record = "record",
        /// Prescriptions.
        Prescriptions = "prescriptions",
        /// Appointments and visits.
        Visits = "visits",
        /// Messages of visits and of conversations.
        Messages = "messages",
        /// What is shared of the record by links.
        Shares = "shares",
        /// Files.
        Files = "files",
        /// Who the patient is, and who acts for them.
        Details = "details",
        /// An access in an emergency: it was begun, ended or reviewed.
        Emergency = "emergency",
        /// A question about an access.
        Question = "question",
        /// The audit log.
        Log = "log",
    }
}

words! {
    /// Why somebody was allowed to do it.
    AccessReason {
        /// They act for the patient, or are the patient.
        ActsFor = "acts_for",
        /// They are the doctor of the visit, or treat the patient.
        Treats = "treats",
        /// They work at a clinic at which the patient is cared for.
        Clinic = "clinic",
        /// They opened the record in an emergency.
        Emergency = "emergency",
        /// The log does not say it: the patient was in a list or a search, or it happened before the log noted reasons.
        Unknown = "unknown",
    }
}

words! {
    /// Whether it was read or changed.
    AccessKind {
        /// It was read.
        Read = "read",
        /// It was changed.
        Changed = "changed",
    }
}

/// The endings of actions of the audit log that only read.
const READS: [&str; 7] = ["read", "listed", "viewed", "searched", "compared", "browsed", "exported"];

impl AccessedPart {
    /// What an action of the audit log is about, and whether it reads or changes that.
    #[must_use]
    pub fn of_action(action: &str) -> (Self, AccessKind) {
        let (area, act) = action.split_once('.').unwrap_or((action, ""));
        let part = match area {
            "records" if act.starts_with("share") => Self::Shares,
            "records" => Self::Record,
            "prescriptions" => Self::Prescriptions,
            "scheduling" | "visits" => Self::Visits,
            "chat" => Self::Messages,
            "files" => Self::Files,
            "audit" => Self::Log,
            "directory" if act.starts_with("glass") => Self::Emergency,
            "directory" if act.starts_with("access") => Self::Question,
            _ => Self::Details,
        };
        let reads = READS.iter().any(|ending| act == *ending || act.ends_with(&format!("_{ending}")));
        let reads = reads || matches!(action, "prescriptions.printed" | "prescriptions.reviewed" | "records.share_opened");
        (part, if reads { AccessKind::Read } else { AccessKind::Changed })
    }
}

/// One access to a patient's record by somebody else.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessView {
    /// The id of its row in the audit log.
    pub id: AuditEventId,
    /// When it happened.
    pub at: Timestamp,
    /// What it was about.
    pub part: AccessedPart,
    /// Whether that was read or changed.
    pub kind: AccessKind,
    /// The name of who did it.
    pub by: String,
    /// The role in which they acted.
    pub role: Option<Role>,
    /// Why they were allowed to.
    pub reason: AccessReason,
    /// The question about it, if somebody has asked.
    pub question: Option<AccessQuestionView>,
}

/// A question about an access, for the patient.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessQuestionView {
    /// Its id.
    pub id: AccessQuestionId,
    /// The text.
    pub question: String,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// The answer.
    pub answer: Option<AccessAnswerView>,
}

/// The answer to a question about an access.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessAnswerView {
    /// The text.
    pub text: String,
    /// Who answered.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// A question about an access, for the administrators who answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessQuestionRow {
    /// Its id.
    pub id: AccessQuestionId,
    /// The person number of the patient.
    pub patient_number: String,
    /// The question; none when the patient's data was erased.
    pub question: Option<String>,
    /// When it was asked.
    pub asked_at: Timestamp,
    /// How many whole days ago that was.
    pub age_days: i64,
    /// The name of who read or changed the record.
    pub accessed_by: String,
    /// The role in which they acted.
    pub role: Option<Role>,
    /// What they did, as an action of the audit log.
    pub action: String,
    /// When they did it.
    pub accessed_at: Timestamp,
    /// Whether the caller may answer: nobody answers about themselves.
    pub may_answer: bool,
}

redacted!(AccessView);
redacted!(AccessQuestionView);
redacted!(AccessAnswerView);
redacted!(AccessQuestionRow);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::AuditAction;

    #[test]
    fn actions_of_the_log_are_told_in_words_for_patients() {
        for (action, part, kind) in [
            (AuditAction::RecordsSummaryRead, AccessedPart::Record, AccessKind::Read),
            (AuditAction::RecordsSearched, AccessedPart::Record, AccessKind::Read),
            (AuditAction::RecordsShareOpened, AccessedPart::Shares, AccessKind::Read),
            (AuditAction::RecordsAllergyAdded, AccessedPart::Record, AccessKind::Changed),
            (AuditAction::PrescriptionsPrinted, AccessedPart::Prescriptions, AccessKind::Read),
            (AuditAction::PrescriptionsSigned, AccessedPart::Prescriptions, AccessKind::Changed),
            (AuditAction::ChatConversationRead, AccessedPart::Messages, AccessKind::Read),
            (AuditAction::DirectoryGlassBroken, AccessedPart::Emergency, AccessKind::Changed),
            (AuditAction::DirectoryPatientsSearched, AccessedPart::Details, AccessKind::Read),
            (AuditAction::DirectoryAccessQuestionAnswered, AccessedPart::Question, AccessKind::Changed),
            (AuditAction::AuditBrowsed, AccessedPart::Log, AccessKind::Read),
        ] {
            assert_eq!(AccessedPart::of_action(action.as_str()), (part, kind), "{}", action.as_str());
        }
    }
}
