//! Appointments as they are shown. A permit or a scope decides beforehand which ones may be shown.

use super::{doctors::money, late};
use crate::{Error, Result, scheduling::rules, settings::Settings};
use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use jiff_sqlx::ToSqlx;
use model::{
    identity::{DateOfBirth, PersonNumber},
    ids::{AppointmentId, DoctorId},
    scheduling::{
        AppointmentState, SeriesPlace, TimeRange, VisitMode,
        views::{AppointmentCard, ClinicBrief, DoctorBrief, LateView, PatientBrief},
    },
};
use sqlx::PgConnection;
use uuid::Uuid;

/// An appointment as lists show it, with what only its own page shows.
pub(in crate::scheduling) struct CardRow {
    pub(in crate::scheduling) card: AppointmentCard,
    pub(in crate::scheduling) reason_cipher: Vec<u8>,
    pub(in crate::scheduling) phone_cipher: Option<Vec<u8>>,
    pub(in crate::scheduling) booked_at: Timestamp,
    pub(in crate::scheduling) cancelled_at: Option<Timestamp>,
    pub(in crate::scheduling) cancel_message_cipher: Option<Vec<u8>>,
    pub(in crate::scheduling) move_message_cipher: Option<Vec<u8>>,
    /// Why staff overbooked the time; `None` for a visit that has its time for itself now.
    pub(in crate::scheduling) overbooking_cipher: Option<Vec<u8>>,
    /// The notice for cancelling that was copied at booking; `None` if none was copied yet.
    pub(in crate::scheduling) cancel_notice_hours: Option<i32>,
    pub(in crate::scheduling) moves_by_patient: i32,
    pub(in crate::scheduling) series: Option<SeriesPlace>,
    pub(in crate::scheduling) version: i32,
}

/// Which appointments to load.
enum Wanted<'a> {
    /// These, in this order.
    These(&'a [AppointmentId]),
    /// Those of a doctor that begin within a range, in order, without cancelled ones.
    Beginning(DoctorId, TimeRange),
}

/// Loads appointments as they are now, in the order of the ids.
pub(in crate::scheduling) async fn load(
    connection: &mut PgConnection,
    settings: &Settings,
    ids: &[AppointmentId],
    now: Timestamp,
) -> Result<Vec<CardRow>> {
    read(connection, settings, Wanted::These(ids), now).await
}

/// Loads the appointments of a doctor that begin within a range, in order, without cancelled ones.
pub(in crate::scheduling) async fn beginning_within(
    connection: &mut PgConnection,
    settings: &Settings,
    doctor: DoctorId,
    range: TimeRange,
    now: Timestamp,
) -> Result<Vec<CardRow>> {
    read(connection, settings, Wanted::Beginning(doctor, range), now).await
}

async fn read(connection: &mut PgConnection, settings: &Settings, wanted: Wanted<'_>, now: Timestamp) -> Result<Vec<CardRow>> {
    let (ids, within) = match wanted {
        Wanted::These(ids) => (ids.iter().map(|id| id.uuid()).collect::<Vec<Uuid>>(), None),
        Wanted::Beginning(doctor, range) => (Vec::new(), Some((doctor, range))),
    };
    let rows = sqlx::query!(
        "select a.id, e.encounter_id as \"encounter!\", e.arrived_at as \"arrived_at?\", a.number, a.state, a.mode, a.starts_at, a.ends_at, a.reason_cipher, a.fee_minor, a.currency,
           a.booked_at, a.cancelled_at as \"cancelled_at?\", a.version, a.phone_cipher as \"phone_cipher?\",
           a.doctor_id as doctor, d.name as \"doctor_name!\",
           array(select s.name from doctor_specialty s where s.doctor_id = a.doctor_id order by s.name) as \"specialties!: Vec<String>\",
           (select f.file_id from doctor_photo f where f.doctor_id = a.doctor_id) as \"photo?\",
           a.patient_id as patient, p.name as \"patient_name!\", p.number as \"patient_number!\", p.date_of_birth as \"date_of_birth!\",
           a.clinic_id as clinic, c.name as \"clinic_name!\", c.time_zone as \"time_zone!\", c.address_lines as \"address_lines!\", c.phone,
           a.cancel_message_cipher as \"cancel_message_cipher?\", a.move_message_cipher as \"move_message_cipher?\",
           case when a.overbooked then a.overbooking_cipher end as \"overbooking_cipher?\",
           a.cancel_notice_hours as \"cancel_notice_hours?\", a.moves_by_patient as \"moves_by_patient!\", l.minutes as \"late_minutes?\", l.until as \"late_until?\",
           a.series_id as \"series_id?\", a.series_place as \"series_place?\", a.series_size as \"series_size?\", m.name as \"room?\"
         from appointments a join visit_course e on e.appointment_id = a.id join doctor_name d on d.doctor_id = a.doctor_id
           join patient_identity p on p.patient_id = a.patient_id join clinic_address c on c.clinic_id = a.clinic_id
           left join running_late l on l.doctor_id = a.doctor_id
           left join reservations v on v.appointment_id = a.id left join rooms m on m.id = v.room_id
         where a.id = any(case when $2::uuid is null then $1::uuid[] else array(
             select b.id from appointments b where b.doctor_id = $2 and b.starts_at >= $3 and b.starts_at < $4 and b.state <> 'cancelled') end)
         order by array_position($1, a.id), a.starts_at, a.id",
        &ids,
        within.map(|(doctor, _)| doctor.uuid()),
        within.map(|(_, range)| range.start().to_sqlx()),
        within.map(|(_, range)| range.end().to_sqlx())
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (starts_at, ends_at) = (row.starts_at.to_jiff(), row.ends_at.to_jiff());
            let day = starts_at.to_zoned(zone_or_utc(&row.time_zone)).date();
            let late = match row.late_minutes.zip(row.late_until) {
                Some((minutes, until)) => Some(LateView { by: late::by(minutes)?, until: until.to_jiff() }),
                None => None,
            };
            let birth = DateOfBirth::new(row.date_of_birth.to_jiff(), day);
            let mut card = AppointmentCard {
                id: row.id.into(),
                encounter: row.encounter.into(),
                number: number(row.number)?,
                state: state(&row.state)?,
                mode: VisitMode::parse(&row.mode).map_err(|_| Error::internal("a mode in the database is none"))?,
                starts_at,
                ends_at,
                room_opens_at: starts_at - SignedDuration::from_mins(settings.waiting_room_opens_minutes),
                room_closes_at: ends_at + SignedDuration::from_mins(settings.waiting_room_closes_minutes),
                arrived_at: row.arrived_at.map(jiff_sqlx::Timestamp::to_jiff),
                doctor: DoctorBrief {
                    id: row.doctor.into(),
                    name: row.doctor_name,
                    specialties: row.specialties,
                    photo: row.photo.map(Into::into),
                },
                patient: PatientBrief {
                    id: row.patient.into(),
                    name: row.patient_name,
                    number: number(row.patient_number)?,
                    age: birth.map_or(0, |birth| birth.age_on(day)),
                },
                clinic: ClinicBrief {
                    id: row.clinic.into(),
                    name: row.clinic_name,
                    time_zone: row.time_zone,
                    address_lines: row.address_lines,
                    phone: row.phone,
                },
                room: row.room,
                fee: money(row.fee_minor, &row.currency)?,
                late: None,
            };
            card.late = late.filter(|late| rules::waits_for_late_doctor(&card, *late, now));
            Ok(CardRow {
                card,
                reason_cipher: row.reason_cipher,
                phone_cipher: row.phone_cipher,
                booked_at: row.booked_at.to_jiff(),
                cancelled_at: row.cancelled_at.map(jiff_sqlx::Timestamp::to_jiff),
                cancel_message_cipher: row.cancel_message_cipher,
                move_message_cipher: row.move_message_cipher,
                overbooking_cipher: row.overbooking_cipher,
                cancel_notice_hours: row.cancel_notice_hours,
                moves_by_patient: row.moves_by_patient,
                series: place(row.series_id, row.series_place, row.series_size),
                version: row.version,
            })
        })
        .collect()
}

/// Parses a state from the database.
pub(in crate::scheduling) fn state(text: &str) -> Result<AppointmentState> {
    AppointmentState::parse(text).map_err(|_| Error::internal("a state in the database is none"))
}

/// The place in a series; the database has all three values or none.
fn place(series: Option<Uuid>, place: Option<i16>, size: Option<i16>) -> Option<SeriesPlace> {
    Some(SeriesPlace { series: series?.into(), place: place?, size: size? })
}

fn number(counter: i64) -> Result<String> {
    let number = u64::try_from(counter).ok().and_then(PersonNumber::from_counter);
    number.map(|number| number.to_string()).ok_or_else(|| Error::internal("a counter has no number"))
}

fn zone_or_utc(name: &str) -> TimeZone {
    jiff::tz::db().get(name).unwrap_or(TimeZone::UTC)
}
