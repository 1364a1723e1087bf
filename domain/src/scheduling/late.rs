//! Telling patients that the doctor runs late.

use super::{days::known, notices::Event, store, subjects::Timetable};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions},
    audit::{Audit, AuditAction},
};
use jiff::SignedDuration;
use model::{
    errors::FieldFault,
    scheduling::{LateBy, TimeRange, views::LateView},
};

/// Says by how much the doctor runs late.
#[derive(Debug, Clone)]
pub struct TellLate {
    /// By how much; `None` when the doctor is on time again.
    pub by: Option<LateBy>,
    /// The IANA time zone in which the doctor's day ends.
    pub zone: String,
}

/// Says by how much the acting doctor runs late. Patients whose visits on this day have not begun see it at once. It ends by itself at the end of the
/// doctor's day; saying it again replaces what was said before.
///
/// # Errors
/// `request.fields_invalid` with the field `zone`; `access.sign_in_needed`, `access.forbidden`.
pub async fn tell_late(domain: &Domain, access: &Access, command: TellLate) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let TellLate { by, zone } = command;
    let zone = known(&zone)?;
    let mut tx = domain.begin("scheduling.tell_late", access).await?;
    let permit = tx.permit(actions::Write, Timetable(doctor)).await?;
    let now = tx.now();
    let today = now.to_zoned(zone.clone()).date();
    let day = TimeRange::of_days(today, today, &zone).ok_or_else(|| Error::field("zone", FieldFault::UnknownChoice))?;
    // What was said before may have been said in another time zone, where the day ends later.
    let before = store::late::of(tx.connection(), doctor, now).await?;
    match by {
        Some(by) => store::late::set(&mut tx, &permit, LateView { by, until: day.end() }).await?,
        None => store::late::clear(&mut tx, &permit).await?,
    }
    let until = before.map_or(day.end(), |before| before.until.max(day.end()));
    // The waiting room of a visit stays open for a while after its planned end.
    let since = now - SignedDuration::from_mins(domain.settings().waiting_room_closes_minutes);
    tx.emit(Event::LatenessChanged { doctor, since, until }).await?;
    let minutes = by.map_or(0, |by| i64::from(by.minutes()));
    let entry = Audit::of(AuditAction::SchedulingLateTold).on(ResourceKind::Schedule, doctor);
    tx.commit(entry.with("minutes", minutes)).await
}
