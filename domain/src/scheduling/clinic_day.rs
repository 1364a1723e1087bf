//! A clinic's day, for its staff.

use super::{days::known, read::end_list, store};
use crate::{
    Domain, Result,
    access::{Access, ActionKind, Decision, Limits, Relation, Relations, ResourceKind, policy},
    audit::AuditAction,
};
use jiff::civil::Date;
use model::{
    errors::Code,
    scheduling::{
        TimeRange,
        views::{AppointmentCard, ClinicDay},
    },
};

/// All appointments on a day in a time zone that the caller may see, by their time, also those that were cancelled; without a date, today. Nurses and
/// receptionists see those of their clinic, doctors their own. The reasons are not included.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for patients and for roles without appointments; `request.fields_invalid` with the field `zone`.
pub async fn clinic_day(domain: &Domain, access: &Access, day: Option<Date>, zone: &str) -> Result<ClinicDay> {
    let scope = access.scope(ResourceKind::Appointment)?;
    // Patients have their own list.
    if scope.patient.is_some() {
        return Err(Code::Forbidden.into());
    }
    let zone = known(zone)?;
    let mut tx = domain.begin_reading("scheduling.clinic_day", access).await?;
    let (settings, now) = (domain.settings(), tx.now());
    let date = day.unwrap_or_else(|| now.to_zoned(zone.clone()).date());
    let ids = match TimeRange::of_days(date, date, &zone) {
        Some(range) => store::appointments::of_scope_within(tx.connection(), &scope, range).await?,
        // A day that the time zone skipped has no visits.
        None => Vec::new(),
    };
    let rows = store::cards::load(tx.connection(), settings, &ids, now).await?;
    let cards: Vec<AppointmentCard> = rows.into_iter().map(|row| row.card).collect();
    end_list(tx, AuditAction::SchedulingClinicDayRead, &cards).await?;
    Ok(ClinicDay { date, cards, may_note: may_note(access)? })
}

/// Whether the caller notes who has come to the visits of their clinic.
fn may_note(access: &Access) -> Result<bool> {
    let (role, relations) = (access.acting()?.role, Relations::from_iter([Relation::SameClinic]));
    let decision = policy::decide(role, &relations, Limits::default(), ActionKind::Attend, ResourceKind::Visit);
    Ok(decision == Decision::Allowed)
}
