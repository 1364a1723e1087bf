//! Reminders of visits: a day and an hour before, to those who act for the patient, by mail, in the app and, if they have verified a phone, by a text message.
//!
//! A worker looks for visits that are near. So a reminder follows a move, and there is none after a cancellation: neither use case needs to know of it. Who is
//! reminded of what is noted in the transaction that writes the messages, and a message that is late is not sent when the visit was cancelled or moved meanwhile.
//!
//! People are told when a visit is booked, confirmed or moved. A reminder that was due before that is left out: whoever moves a visit to the next morning is only
//! reminded an hour before it.

use super::{
    notices::{Event, TextKind},
    store::reminders::{self, Candidate},
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    db::Urgency,
    identity,
    notifications::{NewText, has_room_for_text, is_off, write_text},
};
use jiff::SignedDuration;
use model::{ids::RequestId, notices::NoticeSwitch, scheduling::Ahead};

/// How many reminders are looked at in one query.
const BATCH: i64 = 200;

/// How long the notes are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Reminds of the visits that are near; returns how many people. For a worker; copies of the server may do it at the same time.
///
/// Each reminder has its own transaction, so that one that fails does not hold up the others.
///
/// # Errors
/// `database.unavailable`.
pub async fn remind(domain: &Domain) -> Result<u64> {
    let mut count = 0;
    for ahead in Ahead::ALL.iter().copied() {
        let mut last: Option<Candidate> = None;
        loop {
            let mut connection = domain.pool().acquire().await?;
            let now = domain.now();
            let mut candidates = reminders::candidates(&mut connection, ahead, now, last.as_ref(), BATCH).await?;
            drop(connection);
            for candidate in &candidates {
                let moment = candidate.moment(ahead);
                // One that had to be sent before the visit was booked, confirmed or moved is not needed.
                if moment > now || moment < candidate.settled_at {
                    continue;
                }
                match remind_of(domain, candidate, ahead).await {
                    Ok(true) => count += 1,
                    Ok(false) => {}
                    Err(error) => {
                        tracing::error!(appointment.id = %candidate.appointment, error.code = %error, error.cause = error.causes(), "somebody could not be reminded of a visit");
                    }
                }
            }
            last = candidates.pop();
            if last.is_none() {
                break;
            }
        }
    }
    Ok(count)
}

/// Deletes the notes about visits that are long over; returns how many.
///
/// # Errors
/// `database.unavailable`.
pub async fn sweep_reminders(domain: &Domain) -> Result<u64> {
    reminders::sweep(domain.pool(), domain.now() - KEPT).await
}

/// Reminds one person of one visit; `false` if that was done before, or the visit was cancelled or moved in the meantime.
async fn remind_of(domain: &Domain, candidate: &Candidate, ahead: Ahead) -> Result<bool> {
    let Candidate { appointment, user, starts_at, .. } = *candidate;
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("scheduling.remind", &access).await?;
    let permit = tx.permit(Write, appointment).await?;
    if !reminders::note(&mut tx, &permit, user, starts_at, ahead).await? {
        tx.close().await?;
        return Ok(false);
    }
    tx.emit(Event::VisitNear { appointment, user, starts_at, ahead }).await?;
    let mut entry =
        Audit::of(AuditAction::SchedulingReminded).patient(permit.patient()?).on(ResourceKind::Appointment, appointment);
    if !is_off(tx.connection(), user, NoticeSwitch::ReminderText).await?
        && let Some(number) = identity::number_for_texts(domain, tx.connection(), user).await?
        && has_room_for_text(&mut tx, &number).await?
    {
        let (kind, subject) = (TextKind::VisitNear.into(), appointment.uuid());
        let text = NewText { kind, user, subject, number: &number, urgency: Urgency::Reminder };
        entry = entry.with_id("text", write_text(&mut tx, text).await?);
    }
    tx.commit(entry.with("ahead", ahead.as_str()).with_id("user", user)).await?;
    Ok(true)
}
