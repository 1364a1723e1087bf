//! How patients book a doctor: the time between visits, the notice, how far ahead, and how many visits a day.

use super::{notices::Event, store, subjects::Timetable};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Read, Write},
    },
    audit::{Audit, AuditAction},
    directory,
    error::Faults,
};
use model::{
    errors::FieldFault,
    scheduling::{BookingRules, number_within},
};

/// Booking rules from a form. Texts are unparsed form values.
#[derive(Debug, Clone, Default)]
pub struct TypedBookingRules {
    /// Minutes before a visit; empty for none.
    pub buffer_before: String,
    /// Minutes after a visit; empty for none.
    pub buffer_after: String,
    /// How many minutes ahead a patient must book.
    pub notice: String,
    /// How many days ahead a patient may book.
    pub horizon: String,
    /// The largest number of visits on a day; empty for any number.
    pub most_per_day: String,
}

impl TypedBookingRules {
    fn check(&self, version: i32) -> Result<BookingRules> {
        let mut faults = Faults::default();
        let before = faults.take("buffer_before", number_within(&self.buffer_before, BookingRules::BUFFER_MINS));
        let after = faults.take("buffer_after", number_within(&self.buffer_after, BookingRules::BUFFER_MINS));
        let given = |number: Option<u16>| number.ok_or(FieldFault::Missing);
        let notice = faults.take("notice", number_within(&self.notice, BookingRules::NOTICE_MINS).and_then(given));
        let horizon = faults.take("horizon", number_within(&self.horizon, BookingRules::HORIZON_DAYS).and_then(given));
        let most_per_day = faults.take("most_per_day", number_within(&self.most_per_day, BookingRules::MOST_PER_DAY));
        faults.check()?;
        let (Some(before), Some(after), Some(notice_mins), Some(horizon_days), Some(most_per_day)) =
            (before, after, notice, horizon, most_per_day)
        else {
            return Err(Error::internal("a form passed its check although a field is missing"));
        };
        Ok(BookingRules {
            version,
            buffer_before_mins: before.unwrap_or(0),
            buffer_after_mins: after.unwrap_or(0),
            notice_mins,
            horizon_days,
            most_per_day,
        })
    }
}

/// How patients book the calling doctor.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` when the caller does not act as a doctor.
pub async fn booking_rules(domain: &Domain, access: &Access) -> Result<BookingRules> {
    let doctor = access.acting_doctor()?;
    let mut tx = domain.begin_reading("scheduling.booking_rules", access).await?;
    let Timetable(doctor) = tx.permit(Read, Timetable(doctor)).await?.id();
    let rules = store::booking_rules::of(tx.connection(), doctor).await?;
    tx.close().await?;
    Ok(rules)
}

/// Changes how patients book the calling doctor. Visits that are already booked stay as they are, and keep the time that was left around them. `version` is the one
/// that the caller has seen.
///
/// # Errors
/// `request.fields_invalid` with the fields `buffer_before`, `buffer_after`, `notice`, `horizon`, `most_per_day`; `request.stale`; `access.sign_in_needed`;
/// `access.forbidden` when the caller does not act as a doctor.
pub async fn change_booking_rules(domain: &Domain, access: &Access, typed: TypedBookingRules, version: i32) -> Result<()> {
    let doctor = access.acting_doctor()?;
    let new = typed.check(version)?;
    let mut tx = domain.begin("scheduling.change_booking_rules", access).await?;
    let permit = tx.permit(Write, Timetable(doctor)).await?;
    let old = store::booking_rules::of(tx.connection(), doctor).await?;
    directory::change_booking_rules(&mut tx, &permit, &new).await?;
    tx.emit(Event::TimesChanged { doctor }).await?;
    let entry = Audit::of(AuditAction::SchedulingRulesChanged).on(ResourceKind::Schedule, doctor);
    tx.commit(with_values(with_values(entry, OLD, old), NEW, new)).await
}

/// The names of the values in the audit log: buffer before, buffer after, notice, horizon, and most visits a day, which is missing if there may be any number.
const OLD: [&str; 5] = ["old_before", "old_after", "old_notice", "old_horizon", "old_most"];
const NEW: [&str; 5] = ["before", "after", "notice", "horizon", "most"];

fn with_values(entry: Audit, [before, after, notice, horizon, most]: [&'static str; 5], rules: BookingRules) -> Audit {
    let entry = entry.with(before, i64::from(rules.buffer_before_mins)).with(after, i64::from(rules.buffer_after_mins));
    let entry = entry.with(notice, i64::from(rules.notice_mins)).with(horizon, i64::from(rules.horizon_days));
    match rules.most_per_day {
        Some(number) => entry.with(most, i64::from(number)),
        None => entry,
    }
}
