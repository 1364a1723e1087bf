//! The visit: checking the devices, waiting, the call with its conversation, and the doctor's consulting page.
//!
//! Invariants
//! - Everything but the call itself works before and without wasm: being ready, waiting (the page loads itself anew), admitting.
//! - What the server says changes the page at once; a call that is on is never torn down by it, unless the visit ends.

mod call;
mod chat;
mod consult;
mod functions;
mod lobby;
mod page;
mod room;
mod waiting;
mod writing;

pub use consult::ConsultPage;
pub use functions::{
    AdmitPatient, EnterWaitingRoom, JoinVisit, LeaveWaitingRoom, LoadVisit, LoadWaiting, OpenConversation, ReturnToWaitingRoom,
    SendMessage, VisitValues, admit_patient, enter_waiting_room, join_visit, leave_waiting_room, load_visit, load_waiting,
    open_conversation, return_to_waiting_room, send_message,
};
pub use page::VisitPage;
pub use waiting::WhoWaits;
