//! Conversations between a patient and those who care for them: a doctor, the desk of a clinic, or a care group.
//!
//! Invariants
//! - A conversation is a thread without a visit. Its messages are appended, never changed, encrypted with the patient's key, and numbered from 1 without gaps.
//! - A message is acknowledged after its commit. Sent again with the same key, it is stored once, and the answer is the same.
//! - Nobody writes in a closed conversation, nor after their access has ended.
//! - What is deleted was closed, and its clinic keeps it no longer; nothing of a patient under a legal hold is.
//! - A message tells the other side by the bell, by push and by a mail that says no more than that there is one.
//!
//! Boundary: what a visit's participants write during it stays with the visit (`crate::chat`).

mod attached;
mod away;
mod begin;
mod canned;
mod deliver;
mod groups;
mod mass;
mod read;
mod retention;
mod search;
mod settle;
mod store;
mod told;
mod unread;
mod write;

pub use away::{SetAwayNote, away_note, set_away_note};
pub use begin::{OpenConversation, WriteToGroup, counterparts, open_conversation, recipient, write_to_group};
pub use canned::{RemoveCannedAnswer, SaveCannedAnswer, canned_answers, remove_canned_answer, save_canned_answer};
pub use deliver::{DELIVER_MASS_TASK, DeliverMass, deliver_mass};
pub use groups::{
    AddCareGroup, CareGroupMember, add_care_group, add_care_group_member, care_groups, end_care_group, remove_care_group_member,
};
pub use mass::{AnswerMass, SendMass, answer_mass, mass_board, mass_consents, send_mass};
pub use read::{
    ListConversations, ReadConversation, conversation, conversation_news, list_conversations, mark_conversation_read,
};
pub use retention::{SetMessageRetention, message_retention, set_message_retention, sweep_conversations};
pub use search::search_conversations;
pub use settle::{HandOver, close_conversation, hand_over_conversation, reopen_conversation};
pub use told::{MailContent, MailKind, others_in_conversation};
pub use unread::unread_conversations;
pub use write::{WriteMessage, write_message};

pub(crate) use attached::{check_writes, note_attachment, permit_to_attach, permit_to_read_attachment, thread_of_unsent};
pub(in crate::chat) use told::{changed_told, handed_over_told, mails, message_told};

use crate::{
    Result,
    access::{Acting, Facts, ResourceKind, Subject},
    db::Tx,
};
use model::{
    chat::conversation::{Counterpart, Writer},
    ids::{PatientId, ThreadId},
};
use uuid::Uuid;

/// A conversation. The chat of a visit is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Conversation(pub(crate) ThreadId);

/// A conversation that somebody begins: with which patient.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Opening(pub(crate) PatientId);

impl Subject for Conversation {
    const KIND: ResourceKind = ResourceKind::Conversation;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    /// Locks the thread, so that positions follow the order of commits.
    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        let Some((patient, with)) = store::between(tx, self.0, lock).await? else { return Ok(None) };
        let facts = Facts { patient: Some(patient), ..Facts::default() };
        Ok(Some(match with {
            Counterpart::Doctor(doctor) => Facts { doctor: Some(doctor), ..facts },
            Counterpart::Desk(clinic) => Facts { clinics: [clinic].into(), ..facts },
            // It is the own one of each member.
            Counterpart::Group(group) => Facts { user: store::groups::caller_in(tx, group).await?, ..facts },
        }))
    }
}

impl Subject for Opening {
    const KIND: ResourceKind = ResourceKind::Conversation;

    fn resource_id(self) -> Uuid {
        self.0.uuid()
    }

    async fn facts(self, tx: &mut Tx, lock: bool) -> Result<Option<Facts>> {
        self.0.facts(tx, lock).await
    }
}

/// The side on which the caller writes.
fn side_of(acting: &Acting, facts: &Facts) -> Writer {
    if acting.patient.is_some() && acting.patient == facts.patient { Writer::Patient } else { Writer::Care }
}

/// With which doctor or desk the patient writes, by the facts of a permit; none for a care group.
fn counterpart_of(facts: &Facts) -> Option<Counterpart> {
    facts.doctor.map(Counterpart::Doctor).or_else(|| facts.clinics.first().copied().map(Counterpart::Desk))
}
