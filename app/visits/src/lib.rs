//! The visit: checking the devices, waiting, the call with its chat, and the doctor's page.
//!
//! Invariants
//! - Everything except the call itself works before wasm has loaded and without it: being ready, waiting, admitting.
//! - Messages from the server update the page at once. They never interrupt a running call, unless the visit ends.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod call;
mod chat;
mod consult;
mod elsewhere;
mod functions;
mod layout;
mod lobby;
mod messages;
mod news;
mod page;
mod peer_face;
mod room;
mod to_do;
mod waiting;
mod writing;

pub use consult::ConsultPage;
pub use functions::{
    AdmitPatient, EnterWaitingRoom, JoinVisit, LeaveWaitingRoom, LoadVisit, LoadWaiting, OpenConversation, ReturnToWaitingRoom,
    SendMessage, VisitValues, WaitingCard, admit_patient, enter_waiting_room, join_visit, leave_waiting_room, load_visit,
    load_waiting, open_conversation, return_to_waiting_room, send_message,
};
pub use messages::{
    AnswerMassConsent, AwayValues, BeginChoices, BeginConversation, BeginValues, CannedAnswerValues, ConversationPage,
    DeskAnswersPage, DeskAwayPage, DeskConversationPage, DeskMessagesPage, DeskNewMessagePage, DoctorAnswersPage, DoctorAwayPage,
    DoctorConversationPage, DoctorMessagesPage, DoctorNewMessagePage, FindInConversations, FindMessagesValues,
    HandOverConversation, HandOverValues, ListConversations, LoadAwayNote, LoadBeginChoices, LoadCannedAnswers, LoadConversation,
    LoadFoundMessages, LoadMassConsents, MarkConversationRead, MassConsentValues, MassConsentsPage, MessagesPage, NewMessagePage,
    ReadConversationNews, RemoveCannedAnswer, RemoveCannedAnswerValues, SaveCannedAnswer, SendInConversation, SendValues,
    SetAwayNote, SettleConversation, SettleValues, TakeBackFile, TakeBackValues, WriteInConversation, answer_mass_consent,
    begin_conversation, find_in_conversations, hand_over_conversation, list_conversations, load_away_note, load_begin_choices,
    load_canned_answers, load_conversation, load_found_messages, load_mass_consents, mark_conversation_read,
    read_conversation_news, remove_canned_answer, save_canned_answer, send_in_conversation, set_away_note, settle_conversation,
    take_back_file, write_in_conversation,
};
pub use messages::{WardConversationPage, WardMessagesPage, WardNewMessagePage};
pub use page::VisitPage;
pub use to_do::{ReadToDo, ToDo, WaitsForYou, read_to_do};
pub use waiting::WhoWaits;
