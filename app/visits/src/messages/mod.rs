//! Conversations of patients with those who care for them: lists, beginning one, and the conversation itself.
//!
//! Invariants
//! - Everything works without scripts: a message is posted, its key is that of the form, so that a double click sends it once.
//! - With scripts a message waits in the browser until the server has it: offline, while the user looks at other pages, and over a reload. Messages are sent in their
//!   order, and what others wrote meanwhile is asked for by its number.
//! - What waits is encrypted in the storage of the browser with a key that only a page of its signed-in writer has (ADR 65).
//! - Whoever acts for a patient reads what to do in an emergency before a message with urgent words is sent.

mod attach;
mod away;
mod begin;
mod canned;
mod composer;
mod functions;
mod list;
mod many;
mod message;
mod outbox;
mod page;
mod presence;
mod talk;
mod tools;

pub use away::{AwayValues, DeskAwayPage, DoctorAwayPage, LoadAwayNote, SetAwayNote, load_away_note, set_away_note};
pub use begin::{DeskNewMessagePage, DoctorNewMessagePage, NewMessagePage, WardNewMessagePage};
pub use canned::{
    CannedAnswerValues, DeskAnswersPage, DoctorAnswersPage, LoadCannedAnswers, RemoveCannedAnswer, RemoveCannedAnswerValues,
    SaveCannedAnswer, load_canned_answers, remove_canned_answer, save_canned_answer,
};
pub use functions::{
    BeginChoices, BeginConversation, BeginValues, FindInConversations, FindMessagesValues, HandOverConversation, HandOverValues,
    ListConversations, LoadBeginChoices, LoadConversation, LoadFoundMessages, MarkConversationRead, ReadConversationNews,
    SendInConversation, SendValues, SettleConversation, SettleValues, TakeBackFile, TakeBackValues, WriteInConversation,
    begin_conversation, find_in_conversations, hand_over_conversation, list_conversations, load_begin_choices, load_conversation,
    load_found_messages, mark_conversation_read, read_conversation_news, send_in_conversation, settle_conversation,
    take_back_file, write_in_conversation,
};
pub use list::{DeskMessagesPage, DoctorMessagesPage, MessagesPage, WardMessagesPage};
pub use many::{
    AnswerMassConsent, LoadMassConsents, MassConsentValues, MassConsentsPage, answer_mass_consent, load_mass_consents,
};
pub use page::{ConversationPage, DeskConversationPage, DoctorConversationPage, WardConversationPage};
