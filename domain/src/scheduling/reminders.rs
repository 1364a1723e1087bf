//! Reminders of visits: a day and an hour before, to those who act for the patient, by mail, in the app and, if they have verified a phone, by a text message.
//!
//! A worker looks for visits that are near. So a reminder follows a move, and there is none after a cancellation: neither use case needs to know of it. Who is
//! reminded of what is noted in the transaction that writes the messages, and a message that is late is not sent when the visit was cancelled or moved meanwhile.

use super::{
    notices::{Event, TextKind},
    store::reminders,
};
use crate::{
    Domain, Result,
    access::{Access, ResourceKind, actions::Write},
    audit::{Audit, AuditAction},
    identity,
    notifications::{NewText, has_room_for_text, write_text},
};
use jiff::SignedDuration;
use model::{
    ids::{AppointmentId, RequestId},
    scheduling::Ahead,
};

/// Of how many visits one call reminds at most, for each of the two times; the next call reminds of the others.
const BATCH: i64 = 200;

/// How long the notes are kept.
const KEPT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Reminds of the visits that are near; returns of how many. For a worker; copies of the server may do it at the same time.
///
/// Each visit has its own transaction, so that one that fails does not hold up the others.
///
/// # Errors
/// `database.unavailable`.
pub async fn remind(domain: &Domain) -> Result<u64> {
    let mut count = 0;
    for ahead in Ahead::ALL.iter().copied() {
        let mut connection = domain.pool().acquire().await?;
        let due = reminders::due(&mut connection, ahead, domain.now(), BATCH).await?;
        drop(connection);
        for id in due {
            match remind_of(domain, id, ahead).await {
                Ok(true) => count += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(appointment.id = %id, error.code = %error, error.cause = error.causes(), "nobody could be reminded of a visit");
                }
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

/// Reminds of one visit; `false` if somebody else has done so, or it was cancelled or moved meanwhile.
async fn remind_of(domain: &Domain, id: AppointmentId, ahead: Ahead) -> Result<bool> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("scheduling.remind", &access).await?;
    let permit = tx.permit(Write, id).await?;
    let Some(starts_at) = reminders::note(&mut tx, &permit, ahead).await? else {
        tx.close().await?;
        return Ok(false);
    };
    tx.emit(Event::VisitNear { appointment: id, starts_at, ahead }).await?;
    let mut texts = 0_i64;
    for user in reminders::readers(&mut tx, &permit).await? {
        let Some(number) = identity::number_for_texts(domain, tx.connection(), user).await? else { continue };
        if has_room_for_text(&mut tx, &number).await? {
            let text = NewText { kind: TextKind::VisitNear.into(), user, subject: id.uuid(), number: &number };
            write_text(&mut tx, text).await?;
            texts += 1;
        }
    }
    let entry = Audit::of(AuditAction::SchedulingReminded).patient(permit.patient()?).on(ResourceKind::Appointment, id);
    tx.commit(entry.with("ahead", ahead.as_str()).with("texts", texts)).await?;
    Ok(true)
}
