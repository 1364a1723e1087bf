//! What a doctor has set up, in the database.

use super::doctors::money;
use crate::{
    Result,
    access::{Permit, actions::Read},
    db::Tx,
    scheduling::subjects::Timetable,
};
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use model::scheduling::views::FirstSteps;

/// Reads whether there are hours on or after a date, and what the profile has.
pub(in crate::scheduling) async fn read(tx: &mut Tx, permit: &Permit<Read, Timetable>, since: Date) -> Result<FirstSteps> {
    let Timetable(doctor) = permit.id();
    let row = sqlx::query!(
        "select d.fee_minor as \"fee_minor?\", d.currency as \"currency!\", d.fee_checked_at is not null as \"is_fee_checked!\",
           d.about <> '' as \"has_about!\",
           exists (select from schedule_rules r where r.doctor_id = d.doctor_id and (r.valid_until is null or r.valid_until >= $2))
             or exists (select from schedule_exceptions e where e.doctor_id = d.doctor_id and e.kind = 'extra' and e.on_date >= $2)
             as \"has_hours!\"
         from doctor_profile d where d.doctor_id = $1",
        doctor.uuid(),
        since.to_sqlx()
    )
    .fetch_one(tx.connection())
    .await?;
    Ok(FirstSteps {
        has_hours: row.has_hours,
        fee: row.fee_minor.map(|minor| money(minor, &row.currency)).transpose()?,
        is_fee_checked: row.is_fee_checked,
        has_about: row.has_about,
    })
}
