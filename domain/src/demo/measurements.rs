//! What was measured before visits.

use super::{Filling, visits::Visit};
use crate::{Error, Result, vault::Column};
use jiff::{SignedDuration, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    ids::MeasurementId,
    vitals::{TypedVitals, age_in_months},
};
use uuid::Uuid;

/// How long before the visit it is measured.
const BEFORE: SignedDuration = SignedDuration::from_mins(10);
/// Grown-up, in months: the values below are those of adults.
const ADULT: i32 = 18 * 12;

/// Writes what was measured before visits of adults: of the printed patient each time, of the others every third time.
pub(super) async fn fill(filling: &mut Filling<'_>, visits: &[Visit<'_>]) -> Result<()> {
    let (mut ids, mut of, mut encounters, mut authors): (Vec<Uuid>, Vec<Uuid>, Vec<Uuid>, Vec<Uuid>) = Default::default();
    let (mut bodies, mut taken) = (Vec::<Vec<u8>>::new(), Vec::<jiff_sqlx::Timestamp>::new());
    let domain = filling.tx.domain().clone();
    for (place, visit) in (0_i64..).zip(visits) {
        let at = visit.began - BEFORE;
        let is_adult = age_in_months(visit.patient.born, at.to_zoned(TimeZone::UTC).date()) >= ADULT;
        if !is_adult || !(visit.patient.printed || place % 3 == 0) {
            continue;
        }
        let id: MeasurementId = filling.id(at);
        let vitals = typed(place * 7 % 24).parse().map_err(Error::fields)?;
        ids.push(id.uuid());
        of.push(visit.patient.id.uuid());
        encounters.push(visit.encounter.uuid());
        bodies.push(visit.patient.key.encrypt_json(domain.randomness(), Column::Measurement, id, &vitals)?);
        authors.push(visit.doctor.user.uuid());
        taken.push(at.to_sqlx());
    }
    sqlx::query!(
        "insert into measurements (id, patient_id, encounter_id, at_home, taken_at, body_cipher, author_user_id, recorded_at)
         select t.id, t.patient, t.encounter, false, t.at, t.body, t.author, t.at
         from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::bytea[], $6::uuid[]) as t(id, patient, encounter, at, body, author)",
        &ids,
        &of,
        &encounters,
        &taken as _,
        &bodies,
        &authors
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}

/// Values that differ a little; a few are outside of the usual range.
fn typed(change: i64) -> TypedVitals {
    TypedVitals {
        systolic: (116 + change).to_string(),
        diastolic: (70 + change / 2).to_string(),
        pulse: (62 + change).to_string(),
        temperature: format!("36.{}", 4 + change % 5),
        breathing: (13 + change / 3).to_string(),
        saturation: (95 + change % 5).to_string(),
        weight: format!("{}.{}", 68 + change / 8, change % 10),
        consciousness: "alert".to_owned(),
        breathes: "air".to_owned(),
        ..TypedVitals::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_values_can_be_recorded() {
        for change in 0..24 {
            assert!(typed(change).parse().is_ok(), "{change}");
        }
    }
}
