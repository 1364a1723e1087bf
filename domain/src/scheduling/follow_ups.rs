//! Follow-ups: when a doctor wants to see a patient again after a visit, and the reminder once that day has come, by mail, in the app and, to a verified phone, by a text
//! message.
//!
//! A worker looks for follow-ups that are due, as for visits that are near (`reminders.rs`), so a booking need not know of them: whoever has a later visit with the doctor
//! is not told.

use super::{
    notices::{Event, TextKind},
    read,
    store::{
        self,
        follow_ups::{self, Due},
    },
};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Decide, Write},
    },
    audit::{Audit, AuditAction},
    db::Urgency,
    identity,
    notifications::{NewText, has_room_for_text, is_off, write_text},
};
use jiff::{Timestamp, ToSpan, civil::Date, tz::TimeZone};
use model::{
    errors::{Code, FieldFault, Range},
    ids::{AppointmentId, RequestId},
    notices::NoticeSwitch,
    scheduling::{AppointmentState, views::AppointmentView},
};

/// How many people are looked at in one query.
const BATCH: i64 = 200;

/// How far ahead the day may be.
const YEARS_AHEAD: i16 = 2;

/// Says when a patient is to be seen again after a visit.
#[derive(Debug, Clone, Copy)]
pub struct SetFollowUp {
    /// The appointment of the visit.
    pub appointment: AppointmentId,
    /// The day at the clinic; `None` when the patient need not come again.
    pub due: Option<Date>,
    /// The version that the caller has seen, if any.
    pub version: Option<i32>,
}

/// Whether a patient can be asked to come again: the visit has begun or was held.
pub(super) const fn may_follow(state: AppointmentState) -> bool {
    match state {
        AppointmentState::InVisit | AppointmentState::Completed => true,
        AppointmentState::Requested | AppointmentState::Confirmed | AppointmentState::Cancelled | AppointmentState::NoShow => {
            false
        }
    }
}

/// Says when a patient is to be seen again after a visit that has begun or was held, for its doctor or the reception of its clinic.
///
/// # Errors
/// `request.fields_invalid` with the field `due`; `not_found`, `access.forbidden`, `request.stale`; `visits.not_held`.
pub async fn set_follow_up(domain: &Domain, access: &Access, command: SetFollowUp) -> Result<AppointmentView> {
    let mut tx = domain.begin("scheduling.set_follow_up", access).await?;
    let permit = tx.permit(Decide, command.appointment).await?;
    let current = store::appointments::current(tx.connection(), permit.id()).await?;
    if !may_follow(current.state) {
        return Err(Code::VisitNotHeld.into());
    }
    if command.version.is_some_and(|seen| seen != current.version) {
        return Err(Code::Stale.into());
    }
    let row = store::moves::of(tx.connection(), permit.id()).await?;
    let clinic = store::doctors::clinics(tx.connection(), &[row.clinic]).await?.remove(&row.clinic).ok_or(Code::NotFound)?;
    let (zone, now) = (store::zone(&clinic.time_zone)?, tx.now());
    let due = command.due.map(|day| moment(day, &zone, now)).transpose()?;
    let before = follow_ups::of(tx.connection(), permit.id()).await?;
    follow_ups::set(&mut tx, &permit, due).await?;
    tx.emit(Event::FollowUpSet { appointment: permit.id() }).await?;
    let mut entry =
        Audit::of(AuditAction::SchedulingFollowUpSet).patient(permit.patient()?).on(ResourceKind::Appointment, permit.id());
    if let Some((_, before)) = before {
        entry = entry.with("old_due", before);
    }
    if let Some((_, due)) = due {
        entry = entry.with("due", due);
    }
    let view = read::view(&mut tx, command.appointment).await?;
    tx.commit(entry).await?;
    Ok(view)
}

/// The day and its instant: nine o'clock at the clinic.
fn moment(day: Date, zone: &TimeZone, now: Timestamp) -> Result<(Date, Timestamp)> {
    let today = zone.to_datetime(now).date();
    let (first, last) = (today.saturating_add(1.day()), today.saturating_add(YEARS_AHEAD.years()));
    if day < first {
        return Err(Error::field("due", FieldFault::TooSmall(Range::dates(first, last))));
    }
    if day > last {
        return Err(Error::field("due", FieldFault::TooLarge(Range::dates(first, last))));
    }
    Ok((day, zone.to_timestamp(day.at(9, 0, 0, 0)).map_err(Error::internal)?))
}

/// Tells people that a follow-up is due; returns how many. For a worker; copies of the server may do it at the same time.
///
/// # Errors
/// `database.unavailable`.
pub async fn remind_of_follow_ups(domain: &Domain) -> Result<u64> {
    let (mut count, mut last) = (0, None::<Due>);
    loop {
        let mut connection = domain.pool().acquire().await?;
        let now = domain.now();
        let mut found = follow_ups::due(&mut connection, now, last.as_ref(), BATCH).await?;
        drop(connection);
        for due in found.iter().filter(|due| due.moment() <= now) {
            match tell(domain, due).await {
                Ok(true) => count += 1,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(appointment.id = %due.appointment, error.code = %error, error.cause = error.causes(), "somebody could not be told of a follow-up");
                }
            }
        }
        last = found.pop();
        if last.is_none() {
            return Ok(count);
        }
    }
}

/// Tells one person; `false` if that was done before, or the day was changed in the meantime.
async fn tell(domain: &Domain, due: &Due) -> Result<bool> {
    let Due { appointment, user, due_at, .. } = *due;
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("scheduling.remind_of_follow_up", &access).await?;
    let permit = tx.permit(Write, appointment).await?;
    if !follow_ups::note(&mut tx, &permit, user, due_at).await? {
        tx.close().await?;
        return Ok(false);
    }
    tx.emit(Event::FollowUpDue { appointment, user }).await?;
    let mut entry =
        Audit::of(AuditAction::SchedulingReminded).patient(permit.patient()?).on(ResourceKind::Appointment, appointment);
    if !is_off(tx.connection(), user, NoticeSwitch::ReminderText).await?
        && let Some(number) = identity::number_for_texts(domain, tx.connection(), user).await?
        && has_room_for_text(&mut tx, &number).await?
    {
        let (kind, subject) = (TextKind::FollowUpDue.into(), appointment.uuid());
        let text = NewText { kind, user, subject, number: &number, urgency: Urgency::Reminder };
        entry = entry.with_id("text", write_text(&mut tx, text).await?);
    }
    tx.commit(entry.with("kind", "follow_up").with_id("user", user)).await?;
    Ok(true)
}
