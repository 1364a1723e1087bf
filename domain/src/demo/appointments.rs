//! Thirty days of past and thirty days of coming appointments, with their visits.

use super::{
    Filling,
    doctors::Doctor,
    patients::Patient,
    places::SPECIALTIES,
    story,
    visits::{self, Outcome, Visit},
    zone,
};
use crate::{Result, demo::cases::Case, vault::Column};
use jiff::{SignedDuration, Timestamp, ToSpan, civil::Date};
use jiff_sqlx::ToSqlx;
use model::ids::{AppointmentId, EncounterId, ReservationId};
use std::collections::HashSet;
use uuid::Uuid;

const DAYS: i64 = 30;
const LENGTH: SignedDuration = SignedDuration::from_mins(30);
/// The printed patient and doctor get no other appointments this close to the present moment, which is kept for the visit that is open now.
const KEPT_FREE: SignedDuration = SignedDuration::from_hours(4);
const AT_ONCE: usize = 2_000;

#[derive(Default)]
struct Rows {
    ids: Vec<Uuid>,
    patients: Vec<Uuid>,
    users: Vec<Uuid>,
    doctors: Vec<Uuid>,
    clinics: Vec<Uuid>,
    starts: Vec<jiff_sqlx::Timestamp>,
    ends: Vec<jiff_sqlx::Timestamp>,
    booked: Vec<jiff_sqlx::Timestamp>,
    states: Vec<String>,
    reasons: Vec<Vec<u8>>,
    fees: Vec<i64>,
    currencies: Vec<String>,
    encounters: Vec<Uuid>,
    reservations: Vec<Uuid>,
}

/// Writes the appointments and returns the visits that took place.
pub(super) async fn fill<'a>(
    filling: &mut Filling<'_>,
    doctors: &'a [Doctor],
    patients: &'a [Patient],
) -> Result<Vec<Visit<'a>>> {
    let mut visits = Vec::new();
    let mut taken: HashSet<(Uuid, i64)> = HashSet::new();
    let mut rows = Rows::default();
    for (doctor, patient, start, case, outcome) in story::visits(filling.now, doctors, patients) {
        take(&mut taken, doctor, patient, start);
        let reason = case.reasons[0];
        let encounter = rows.push(filling, doctor, patient, start, Planned { reason, state: "completed" });
        visits.push(visit(encounter, doctor, patient, start, case, outcome));
    }
    if let Some((doctor, patient, start, reason)) = story::next(filling.now, doctors, patients) {
        take(&mut taken, doctor, patient, start);
        rows.push(filling, doctor, patient, start, Planned { reason, state: "confirmed" });
    }
    let suited = SPECIALTIES
        .map(|(slug, _)| patients.iter().filter(|patient| patient.suits(slug, filling.now)).collect::<Vec<&'a Patient>>());
    for doctor in doctors {
        let zone = zone(doctor.zone);
        let today = filling.now.to_zoned(zone.clone()).date();
        for offset in -DAYS..=DAYS {
            let date = today.saturating_add(offset.days());
            if !doctor.weekdays.contains(&date.weekday().to_monday_one_offset()) {
                continue;
            }
            let busy = if doctor.printed { 5 } else { filling.seeded.below(4) };
            for _ in 0..busy {
                let half_hour = filling.seeded.below(16);
                let Some(start) = slot(doctor, half_hour, date, &zone) else { continue };
                let patient = *filling.seeded.pick(&suited[doctor.specialty]);
                let near = start.duration_since(filling.now).abs() < KEPT_FREE;
                if near && (doctor.printed || patient.printed) {
                    continue;
                }
                if !take(&mut taken, doctor, patient, start) {
                    continue;
                }
                let (case, outcome) = visits::of_anybody(filling, doctor, patient);
                let state = match (start + LENGTH < filling.now, filling.seeded.below(100)) {
                    (_, 0..6) => "cancelled",
                    (true, 6..10) => "no_show",
                    (true, _) => "completed",
                    (false, _) => "confirmed",
                };
                let reason = *filling.seeded.pick(case.reasons);
                let encounter = rows.push(filling, doctor, patient, start, Planned { reason, state });
                if state == "completed" {
                    visits.push(visit(encounter, doctor, patient, start, case, outcome));
                }
            }
        }
        if rows.ids.len() >= AT_ONCE {
            rows.insert(filling).await?;
        }
    }
    rows.insert(filling).await?;
    Ok(visits)
}

/// Takes the start time for both; `false` when either of them already has an appointment then.
fn take(taken: &mut HashSet<(Uuid, i64)>, doctor: &Doctor, patient: &Patient, start: Timestamp) -> bool {
    taken.insert((doctor.id.uuid(), start.as_second())) && taken.insert((patient.id.uuid(), start.as_second()))
}

/// A visit that began a minute late and ended four minutes early.
fn visit<'a>(
    encounter: EncounterId,
    doctor: &'a Doctor,
    patient: &'a Patient,
    start: Timestamp,
    case: &'static Case,
    outcome: Outcome,
) -> Visit<'a> {
    let (began, ended) = (start + SignedDuration::from_mins(1), start + LENGTH - SignedDuration::from_mins(4));
    Visit { encounter, patient, doctor, began, ended, case, outcome }
}

/// What is written for an appointment in addition to who meets when.
#[derive(Clone, Copy)]
struct Planned {
    reason: &'static str,
    state: &'static str,
}

/// The start of one of the day's sixteen half hours.
pub(super) fn slot(doctor: &Doctor, half_hour: usize, date: Date, zone: &jiff::tz::TimeZone) -> Option<Timestamp> {
    let half_hour = i8::try_from(half_hour).ok()?;
    let hour = doctor.first_hour + half_hour / 2 + i8::from(half_hour >= 8);
    let zoned = date.at(hour, 30 * (half_hour % 2), 0, 0).to_zoned(zone.clone()).ok()?;
    Some(zoned.timestamp())
}

impl Rows {
    fn push(
        &mut self,
        filling: &Filling<'_>,
        doctor: &Doctor,
        patient: &Patient,
        start: Timestamp,
        planned: Planned,
    ) -> EncounterId {
        let booked = (start - SignedDuration::from_hours(24 * (3 + i64::try_from(filling.seeded.below(20)).unwrap_or(0))))
            .min(filling.now - SignedDuration::from_hours(1));
        let (id, encounter): (AppointmentId, EncounterId) = (filling.id(booked), filling.id(booked));
        let source = filling.tx.domain().randomness();
        self.ids.push(id.uuid());
        self.patients.push(patient.id.uuid());
        self.users.push(patient.user.uuid());
        self.doctors.push(doctor.id.uuid());
        self.clinics.push(doctor.clinic.uuid());
        self.starts.push(start.to_sqlx());
        self.ends.push((start + LENGTH).to_sqlx());
        self.booked.push(booked.to_sqlx());
        self.states.push(planned.state.to_owned());
        self.reasons.push(patient.key.encrypt(source, Column::AppointmentReason, id, planned.reason));
        self.fees.push(doctor.fee_minor);
        self.currencies.push(doctor.currency.to_owned());
        self.encounters.push(encounter.uuid());
        self.reservations.push(filling.id::<ReservationId>(booked).uuid());
        encounter
    }

    async fn insert(&mut self, filling: &mut Filling<'_>) -> Result<()> {
        let rows = std::mem::take(self);
        sqlx::query!(
            "insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
               booked_by, booked_at, cancelled_by, cancelled_at)
             select t.id, t.patient, t.doctor, t.clinic, t.starts, t.ends, t.state, 'video', t.reason, t.fee, t.currency, t.user_id, t.booked,
               case when t.state = 'cancelled' then t.user_id end, case when t.state = 'cancelled' then t.booked + interval '1 hour' end
             from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::bytea[],
               $9::int8[], $10::text[], $11::uuid[], $12::timestamptz[])
               as t(id, patient, doctor, clinic, starts, ends, state, reason, fee, currency, user_id, booked)",
            &rows.ids,
            &rows.patients,
            &rows.doctors,
            &rows.clinics,
            &rows.starts as &[jiff_sqlx::Timestamp],
            &rows.ends as &[jiff_sqlx::Timestamp],
            &rows.states,
            &rows.reasons,
            &rows.fees,
            &rows.currencies,
            &rows.users,
            &rows.booked as &[jiff_sqlx::Timestamp]
        )
        .execute(filling.tx.connection())
        .await?;
        sqlx::query!(
            "insert into encounters (id, appointment_id, patient_id, doctor_id, clinic_id, arrived_at, admitted_at, ended_at)
             select t.id, a.id, a.patient_id, a.doctor_id, a.clinic_id,
               case when a.state = 'completed' then a.starts_at - interval '6 minutes' end,
               case when a.state = 'completed' then a.starts_at + interval '1 minute' end,
               case when a.state = 'completed' then a.ends_at - interval '4 minutes' end
             from unnest($1::uuid[], $2::uuid[]) as t(id, appointment_id) join appointments a on a.id = t.appointment_id",
            &rows.encounters,
            &rows.ids
        )
        .execute(filling.tx.connection())
        .await?;
        sqlx::query!(
            "insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, appointment_id)
             select t.id, a.doctor_id, a.patient_id, tstzrange(a.starts_at, a.ends_at), tstzrange(a.starts_at, a.ends_at), 'confirmed', a.id
             from unnest($1::uuid[], $2::uuid[]) as t(id, appointment_id) join appointments a on a.id = t.appointment_id
             where a.state = 'confirmed'",
            &rows.reservations,
            &rows.ids
        )
        .execute(filling.tx.connection())
        .await?;
        Ok(())
    }
}

/// Who would have been reminded by now of a visit that is near: the clinic is in use, so its mails were sent before.
pub(super) async fn reminders(filling: &mut Filling<'_>) -> Result<()> {
    sqlx::query!(
        "insert into appointment_reminders (appointment_id, user_id, ahead, starts_at, sent_at)
         select a.id, r, d.ahead, a.starts_at, $1 from appointments a cross join representatives(a.patient_id, $1) r
           cross join (values ('day', interval '24 hours'), ('hour', interval '1 hour')) d (ahead, before)
         where a.state = 'confirmed' and a.starts_at > $1 and a.starts_at <= $1 + d.before",
        filling.now.to_sqlx()
    )
    .execute(filling.tx.connection())
    .await?;
    Ok(())
}
