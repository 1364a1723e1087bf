//! The visit: its room, who waits, who was let in, how it ended.
//!
//! Invariants
//! - A visit is the meeting of one appointment; only its patient and its doctor ever learn that it exists.
//! - The order is arrived, admitted, ended, and nothing is taken back but a patient's arrival before admission.
//! - Every join of the call begins a new epoch, so that messages of an older connection are recognised.
//! - It ends with at least one diagnosis recorded, or with the doctor's word that there is none.
//!
//! Boundary: who is connected at this moment is the server's (`server/src/live`); what was found is written by `records`.

mod admit;
mod arrive;
mod end;
mod join;
mod look;
mod rules;
mod store;
mod waiting;

pub use admit::admit;
pub use arrive::{arrive, leave};
pub use end::{EndVisit, end};
pub use join::{Joined, Seat, call, join, seat};
pub use look::{visit, visit_of_appointment};
pub use waiting::waiting;

pub(crate) use rules::side_of;
pub(crate) use store::open_encounter;

use crate::{
    Result,
    access::{Action, Permit},
    db::Tx,
};
use model::ids::EncounterId;

/// Whether something may be written in the conversation beside the visit now.
pub(crate) async fn can_write<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<bool> {
    let row = store::load(tx, permit).await?;
    Ok(row.course.can_write(tx.now(), tx.domain().settings()))
}
