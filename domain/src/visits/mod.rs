//! The visit: its room, who waits, who was admitted, how it ended.
//!
//! Invariants
//! - A visit belongs to one appointment; only its patient and its doctor see it. The reception of its clinic notes whether the patient came.
//! - The order is arrived, admitted, ended. Nothing can be undone except a patient's arrival before admission.
//! - A visit that was not attended, or that its doctor did not end, does not stay open: [`close_unattended`] closes it and both sides are told.
//! - Every join of the call begins a new epoch, so that messages of an older connection are recognised.
//! - Its doctor ends it with at least one recorded diagnosis, or with the statement that there is none.
//!
//! Boundary: the server knows who is connected at this moment (`server/src/live`); `records` stores what the doctor found.

mod admit;
mod arrive;
mod attend;
mod end;
mod figures;
mod join;
mod notices;
mod ratings;
mod read;
mod rules;
mod store;
mod unattended;
mod waiting;

pub use admit::admit;
pub use arrive::{arrive, leave, leave_absent};
pub use attend::{check_in, mark_absent};
pub use end::{EndVisit, end};
pub use figures::visit_figures;
pub use join::{Joined, Seat, call, join, seat};
pub use ratings::{
    AnswerRating, HideRating, RateVisit, RatingOf, answer_rating, doctor_ratings, hide_rating, own_rating, rate_visit, ratings,
};
pub use read::{visit, visit_of_appointment};
pub use unattended::close_unattended;
pub use waiting::waiting;

pub(crate) use notices::{Event, participants};
pub(crate) use rules::side_of;
pub(crate) use store::facts_of;

use crate::{
    Result,
    access::{Action, Permit},
    db::Tx,
};
use model::ids::EncounterId;

/// Whether messages may be written in the conversation of the visit now.
pub(crate) async fn can_write<A: Action>(tx: &mut Tx, permit: &Permit<A, EncounterId>) -> Result<bool> {
    let row = store::load(tx, permit).await?;
    Ok(row.course.can_write(tx.now(), tx.domain().settings()))
}
