//! Why a time is not offered, for doctors and the staff of a clinic.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::{List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, AskWhy},
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use model::{
    errors::FieldFault,
    ids::{ClinicId, DoctorId, VisitTypeId},
    scheduling::{TakenBy, WhyAnswer, WhyCause},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Selects a time of a doctor.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct WhyQuery {
    /// The id of the doctor.
    #[param(value_type = Uuid)]
    doctor_id: DoctorId,
    /// The day, in the clinic's time zone.
    day: Date,
    /// The time of the clinic's clock, `14:30`.
    #[param(value_type = String, pattern = "^[0-9]{2}:[0-9]{2}$", example = "14:30")]
    time: Time,
    /// The id of the clinic; by default the doctor's first one.
    #[param(value_type = Uuid, required = false)]
    clinic_id: Option<ClinicId>,
    /// The visit type: an `id` of the doctor's `visit_types`; the first one by default, and for one that is not offered.
    #[param(value_type = Uuid, required = false)]
    visit_type: Option<VisitTypeId>,
}

impl FromFields for WhyQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (doctor_id, day) = (fields.required("doctor_id", fields::id), fields.required("day", fields::day));
        let (time, clinic_id) = (fields.required("time", time), fields.optional("clinic_id", fields::id));
        let visit_type = fields.optional("visit_type", fields::id);
        Some(Self { doctor_id: doctor_id?, day: day?, time: time?, clinic_id, visit_type })
    }
}

/// A time of a clock: `14:30`.
pub(super) fn time(text: &str) -> Result<Time, FieldFault> {
    if text.len() == "14:30".len() { text.parse().map_err(|_| FieldFault::Malformed) } else { Err(FieldFault::Malformed) }
}

/// The answer for one instant.
#[derive(Serialize, ToSchema)]
pub(super) struct Why {
    /// When a visit would begin; null if the clock goes forward over the time.
    starts_at: Option<Timestamp>,
    /// Whether patients can book it.
    offered: bool,
    /// The one reason why not: `gap`, `notice`, `horizon`, `licence`, `closed`, `leave`, `off_grid`, `conflict`, `buffer`, `daily_limit`, `room`; null if it is offered. Of
    /// several reasons it is the first one in this order.
    #[schema(examples("buffer"))]
    reason: Option<String>,
    /// The reason in more detail.
    #[schema(examples("too_close"))]
    detail: String,
    /// Times are offered from this instant on, if it is too soon.
    offered_from: Option<Timestamp>,
    /// The last date on which times are offered, if it is after that.
    offered_until: Option<Date>,
    /// The visit or hold in the way, if there is one.
    taken_by: Option<Taken>,
    /// Free times near it, in order.
    nearest: Vec<Timestamp>,
}

/// A visit or hold in the way, as far as the caller may know it.
#[derive(Serialize, ToSchema)]
pub(super) struct Taken {
    /// When it begins; null if the caller may not see it.
    starts_at: Option<Timestamp>,
    /// When it ends; null if the caller may not see it.
    ends_at: Option<Timestamp>,
    /// The id of the appointment; null for a hold, and if the caller may not see it.
    appointment_id: Option<Uuid>,
    /// Whether it is a hold: somebody is about to book the time.
    hold: bool,
}

impl From<TakenBy> for Taken {
    fn from(TakenBy { range, appointment, is_hold }: TakenBy) -> Self {
        Self {
            starts_at: range.map(|range| range.start()),
            ends_at: range.map(|range| range.end()),
            appointment_id: appointment.map(Into::into),
            hold: is_hold,
        }
    }
}

impl From<WhyAnswer> for Why {
    fn from(WhyAnswer { at, availability, cause, nearest }: WhyAnswer) -> Self {
        let (mut offered_from, mut offered_until, mut taken_by) = (None, None, None);
        match cause {
            WhyCause::From(from) => offered_from = Some(from),
            WhyCause::Until(until) => offered_until = Some(until),
            WhyCause::Visit(taken) => taken_by = Some(taken.into()),
            WhyCause::Nothing | WhyCause::Hours(_) | WhyCause::Most(_) => {}
        }
        let reason = availability.reason().map(|reason| reason.as_str().to_owned());
        let (offered, detail) = (availability.is_free(), availability.as_str().to_owned());
        Self { starts_at: at, offered, reason, detail, offered_from, offered_until, taken_by, nearest }
    }
}

/// Says whether patients can book a time of a doctor, and if not, the one reason.
///
/// For the doctor, and for the staff of the clinics at which the doctor works. The answer never names a patient.
#[utoipa::path(
    get, path = "/slots/why", tag = "doctors", operation_id = "explain_slot", params(WhyQuery),
    responses(
        (status = 200, description = "One answer, or two if the clock goes back over the time; none if the doctor has no hours.", body = List<Why>),
        (status = 403, description = "`access.forbidden`: the caller does not look after schedules.", body = ErrorBody),
        (status = 404, description = "`not_found`: there is no such doctor at a clinic of the caller.", body = ErrorBody),
    )
)]
pub(super) async fn explain(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<WhyQuery>,
) -> Result<Json<List<Why>>, Problem> {
    let ask = AskWhy {
        doctor: Some(query.doctor_id),
        clinic: query.clinic_id,
        visit_type: query.visit_type,
        at: Some(query.day.to_datetime(query.time)),
    };
    Ok(Json(List::whole(retry(|| scheduling::why(&domain, &access, ask)).await?.answers)))
}
