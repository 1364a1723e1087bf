//! What some doctors and clinics have that others have not: visits at the clinic and by phone, a licence that waits for its review, one that ends soon, days on
//! which a clinic is closed.

use super::{Filling, doctors::Doctor, places::Clinic, zone};
use crate::Result;
use jiff::{SignedDuration, ToSpan, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::ids::{ClinicClosureId, LicenceId, UserId, VisitTypeId};

/// Name, mode, minutes, and the fee in percent of the doctor's usual one. Each doctor also has the usual visit on video.
const TYPES: [(&str, &str, i16, i64); 4] = [
    ("Visit at the clinic", "in_person", 30, 100),
    ("Phone call", "phone", 15, 50),
    ("Long visit at the clinic, with time for a second opinion", "in_person", 45, 150),
    ("Follow-up by phone", "phone", 30, 80),
];

/// The first day of each clinic's closure, counted from today, how many days follow it, and why. All lie after the booked appointments.
const CLOSED: [(i64, i64, &str); 5] = [
    (36, 0, "Training of all staff"),
    (38, 2, "The heating is replaced"),
    (40, 0, "Public holiday"),
    (43, 1, "Stocktaking in the pharmacy and the laboratory"),
    (60, 6, "Company holidays"),
];

/// Visit types of nine doctors of different specialties; all others have the usual visit only.
pub(super) async fn visit_types(filling: &mut Filling<'_>, doctors: &[Doctor]) -> Result<()> {
    let since = filling.now - SignedDuration::from_hours(24 * 60);
    for (i, doctor) in doctors.iter().skip(7).step_by(23).enumerate() {
        for (position, (name, mode, minutes, percent)) in (1_i16..).zip(TYPES.into_iter().take(2 + i % 3)) {
            let id: VisitTypeId = filling.id(since);
            sqlx::query!(
                "insert into visit_types (id, doctor_id, position, name, mode, minutes, fee_minor) values ($1, $2, $3, $4, $5, $6, $7)",
                id.uuid(),
                doctor.id.uuid(),
                position,
                name,
                mode,
                minutes,
                doctor.fee_minor * percent / 100
            )
            .execute(filling.tx.connection())
            .await?;
        }
    }
    Ok(())
}

/// The second doctor's licence ends in three weeks; the third has sent a renewed one, which waits for its review.
pub(super) async fn licences(filling: &mut Filling<'_>, doctors: &[Doctor]) -> Result<()> {
    let today = filling.now.to_zoned(TimeZone::UTC).date();
    let [_, ends, renews, ..] = doctors else { return Ok(()) };
    sqlx::query!(
        "update licences set expires_on = $2 where doctor_id = $1",
        ends.id.uuid(),
        today.saturating_add(21.days()).to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    let sent = filling.now - SignedDuration::from_hours(30);
    sqlx::query!(
        "insert into licences (id, doctor_id, number, authority, country, issued_on, expires_on, state, renews, created_at)
         select $1, l.doctor_id, l.number, l.authority, l.country, $3, $4, 'waiting', l.id, $5 from licences l where l.doctor_id = $2",
        filling.id::<LicenceId>(sent).uuid(),
        renews.id.uuid(),
        today.saturating_sub(10.days()).to_sqlx(),
        today.saturating_add(6.years()).to_sqlx(),
        sent.to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

/// Days on which the clinics will be closed; the first clinic has two closures.
pub(super) async fn closures(filling: &mut Filling<'_>, clinics: &[Clinic], admin: UserId) -> Result<()> {
    let added = filling.now - SignedDuration::from_hours(24 * 9);
    for (clinic, (first, more, reason)) in clinics.iter().cycle().zip(CLOSED) {
        let day = filling.now.to_zoned(zone(clinic.zone)).date().saturating_add(first.days());
        sqlx::query!(
            "insert into clinic_closures (id, clinic_id, first_day, last_day, reason, added_by, added_at) values ($1, $2, $3, $4, $5, $6, $7)",
            filling.id::<ClinicClosureId>(added).uuid(),
            clinic.id.uuid(),
            day.to_sqlx(),
            day.saturating_add(more.days()).to_sqlx(),
            reason,
            admin.uuid(),
            added.to_sqlx()
        )
        .execute(filling.tx.connection())
        .await?;
    }
    Ok(())
}
