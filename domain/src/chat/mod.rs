//! The conversation of a visit; and in `care` the conversations of patients with those who care for them.
//!
//! Invariants
//! - Messages are appended, never changed; each is encrypted with the patient's key and has a position in its thread, without gaps.
//! - A message is acknowledged after its commit; a message that is sent again with the same key is stored once.
//! - Opening a thread is audited, and so is each later delivery of messages. The text goes only to whoever opened the thread, never into the outbox.
//!
//! Boundary: the server knows which sockets have a thread open (`server/src/live`).

mod care;
mod notices;
mod open;
mod send;
mod store;

pub use care::{
    AddCareGroup, CareGroupMember, WriteToGroup, add_care_group, add_care_group_member, care_groups, end_care_group,
    remove_care_group_member, write_to_group,
};
pub use care::{
    AnswerMass, DELIVER_MASS_TASK, DeliverMass, SendMass, answer_mass, deliver_mass, mass_board, mass_consents, send_mass,
};
pub use care::{
    HandOver, ListConversations, MailContent, MailKind, OpenConversation, ReadConversation, RemoveCannedAnswer, SaveCannedAnswer,
    SetAwayNote, SetMessageRetention, WriteMessage, away_note, canned_answers, close_conversation, conversation,
    conversation_news, counterparts, hand_over_conversation, list_conversations, mark_conversation_read, message_retention,
    open_conversation, others_in_conversation, recipient, remove_canned_answer, reopen_conversation, save_canned_answer,
    search_conversations, set_away_note, set_message_retention, sweep_conversations, unread_conversations, write_message,
};
pub use open::{messages, open_thread};
pub use send::{SendMessage, send};

pub(crate) use care::{check_writes, note_attachment, permit_to_attach, permit_to_read_attachment, thread_of_unsent};
pub(crate) use notices::Event;
