//! Time off of the doctor as whom the caller acts, with what becomes of the visits in it.

use super::{
    Problem,
    appointments::AppointmentSummary,
    callers::{IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, Query},
    problem::ErrorBody,
    why::time,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, Fate, TakeTimeOff, TimeOff as Off, VisitFate},
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use model::{
    errors::FieldFault,
    scheduling::{
        LocalHours,
        views::{TimeOffView, TouchedVisit},
    },
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

/// Selects the days or hours.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct TimeOffQuery {
    /// The first day.
    first: Date,
    /// The last day; by default the first one.
    #[param(required = false)]
    last: Option<Date>,
    /// From when, for a part of one day: `14:30`.
    #[param(value_type = String, required = false, pattern = "^[0-9]{2}:[0-9]{2}$", example = "14:30")]
    from: Option<Time>,
    /// Until when; `00:00` is the end of the day.
    #[param(value_type = String, required = false, pattern = "^[0-9]{2}:[0-9]{2}$", example = "16:00")]
    until: Option<Time>,
    /// The IANA time zone of the days and hours.
    zone: String,
}

impl FromFields for TimeOffQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (first, last) = (fields.required("first", fields::day), fields.optional("last", fields::day));
        let (from, until) = (fields.optional("from", time), fields.optional("until", time));
        let zone = fields.required("zone", fields::text);
        Some(Self { first: first?, last, from, until, zone: zone? })
    }
}

impl TimeOffQuery {
    fn off(self) -> domain::Result<Off> {
        let hours = match (self.from, self.until) {
            (None, None) => None,
            (Some(from), Some(until)) => {
                Some(LocalHours::new(from, until).map_err(|fault| domain::Error::field("until", fault))?)
            }
            (Some(_), None) => return Err(domain::Error::field("until", FieldFault::Missing)),
            (None, Some(_)) => return Err(domain::Error::field("from", FieldFault::Missing)),
        };
        Ok(Off { first: self.first, last: self.last.unwrap_or(self.first), hours, zone: self.zone })
    }
}

/// A visit in the time off.
#[derive(Serialize, ToSchema)]
pub(super) struct VisitInTimeOff {
    /// The appointment.
    appointment: AppointmentSummary,
    /// Its version. Send it with what becomes of the visit.
    version: i32,
    /// The next free time to which it could move; null if there is none.
    next_free: Option<Timestamp>,
}

impl From<TouchedVisit> for VisitInTimeOff {
    fn from(TouchedVisit { card, version, next_free }: TouchedVisit) -> Self {
        Self { appointment: card.into(), version, next_free }
    }
}

/// Time off, and the visits in it.
#[derive(Serialize, ToSchema)]
pub(super) struct TimeOff {
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// The coming visits in it, in order.
    visits: Vec<VisitInTimeOff>,
}

impl From<TimeOffView> for TimeOff {
    fn from(TimeOffView { range, visits }: TimeOffView) -> Self {
        Self { starts_at: range.start(), ends_at: range.end(), visits: visits.into_iter().map(Into::into).collect() }
    }
}

/// Lists the visits that time off of the calling doctor would touch, each with the next free time to which it could move. Nothing is changed.
#[utoipa::path(
    get, path = "/time-off", tag = "doctors", operation_id = "preview_time_off", params(TimeOffQuery),
    responses(
        (status = 200, description = "The time off and its visits.", body = TimeOff),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn preview(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<TimeOffQuery>,
) -> Result<Json<TimeOff>, Problem> {
    let off = query.off()?;
    Ok(Json(retry(|| scheduling::visits_in_time_off(&domain, &access, off.clone())).await?.into()))
}

/// Time off to take.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "first": "2026-12-24", "zone": "Europe/London", "message": "I am away on this day.",
    "visits": ["019ab3c4-0000-7000-8000-000000000001 2 cancel"],
}))]
pub(super) struct TimeOffRequest {
    /// The first day.
    first: Date,
    /// The last day; by default the first one.
    last: Option<Date>,
    /// From when, for a part of one day: `14:30`.
    #[schema(value_type = Option<String>, pattern = "^[0-9]{2}:[0-9]{2}$")]
    from: Option<Time>,
    /// Until when; `00:00` is the end of the day.
    #[schema(value_type = Option<String>, pattern = "^[0-9]{2}:[0-9]{2}$")]
    until: Option<Time>,
    /// The IANA time zone of the days and hours.
    zone: String,
    /// What the doctor writes for themselves.
    note: Option<String>,
    /// What the patients are told whose visits move or are cancelled. Needed if there are any.
    message: Option<String>,
    /// Every visit that the time off touches: the id of the appointment, its version, and `keep`, `cancel` or `move` with the instant of the new time, with spaces
    /// between them.
    #[schema(value_type = Option<Vec<String>>, max_items = 1000)]
    visits: Option<Vec<VisitFate>>,
}

impl FromFields for TimeOffRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let days = TimeOffQuery::read(fields);
        let (note, message) = (fields.optional("note", fields::text), fields.optional("message", fields::text));
        let visits = fields.optional_words("visits", fate);
        let TimeOffQuery { first, last, from, until, zone } = days?;
        Some(Self { first, last, from, until, zone, note, message, visits })
    }
}

/// What becomes of a visit: `<id> 2 cancel`.
fn fate(text: &str) -> Result<VisitFate, FieldFault> {
    let words: Vec<&str> = text.split(' ').collect();
    let (id, version, fate) = match words.as_slice() {
        [id, version, "keep"] => (*id, *version, Fate::Keep),
        [id, version, "cancel"] => (*id, *version, Fate::Cancel),
        [id, version, "move", start] => (*id, *version, Fate::Move(fields::instant(start)?)),
        _ => return Err(FieldFault::Malformed),
    };
    let version = version.parse().map_err(|_| FieldFault::Malformed)?;
    Ok(VisitFate { appointment: fields::id(id)?, version, fate })
}

/// Takes time off at all clinics of the calling doctor, and moves or cancels visits in it. All of it happens, or nothing.
#[utoipa::path(
    post, path = "/time-off", tag = "doctors", operation_id = "take_time_off", request_body = TimeOffRequest,
    params(
        ("Idempotency-Key" = Option<String>, Header, max_length = 100,
            description = "A text that the caller chooses. A repeated request with the same key is carried out once."),
    ),
    responses(
        (status = 200, description = "The time off, with the visits that are still in it.", body = TimeOff),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the visits are not exactly those in the time off, or one has another version. \
            `scheduling.slot_taken`, `scheduling.slot_past`, `scheduling.slot_unknown`, `scheduling.patient_busy`, `scheduling.appointment_settled`, \
            `scheduling.doctor_unavailable`, `scheduling.doctor_unlicensed`, `scheduling.doctor_without_fee` or `directory.doctor_unverified`: a visit cannot \
            move there.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn take(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    Body(request): Body<TimeOffRequest>,
) -> Result<Json<TimeOff>, Problem> {
    let TimeOffRequest { first, last, from, until, zone, note, message, visits } = request;
    let command = TakeTimeOff {
        off: TimeOffQuery { first, last, from, until, zone }.off()?,
        note: note.unwrap_or_default(),
        message: message.unwrap_or_default(),
        visits: visits.unwrap_or_default(),
        idempotency_key,
    };
    Ok(Json(retry(|| scheduling::take_time_off(&domain, &access, command.clone())).await?.into()))
}
