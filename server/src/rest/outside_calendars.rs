//! Calendars outside of Bedside of the doctor as whom the caller acts.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, AddOutsideCalendar},
};
use jiff::Timestamp;
use model::{
    ids::OutsideCalendarId,
    scheduling::{OutsideCalendarView, OutsideTrouble},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// How the last attempt to read a calendar ended.
fn states() -> Object {
    one_of(["waiting", "read"].into_iter().chain(OutsideTrouble::ALL.iter().map(|trouble| trouble.as_str())))
}

/// A calendar whose busy times nobody can book. Its address is a secret and is not shown.
#[derive(Serialize, ToSchema)]
pub(super) struct OutsideCalendar {
    /// The id of the calendar.
    id: Uuid,
    /// What the doctor calls it.
    #[schema(examples("My own calendar"))]
    name: String,
    /// `waiting`: it was not read yet. `read`: it was read well. Otherwise why it could not be read; the busy times of the last good copy then still count.
    #[schema(schema_with = states)]
    state: &'static str,
    /// When it was last read well.
    read_at: Option<Timestamp>,
    /// How many lines and events could not be read.
    broken: u32,
}

impl From<OutsideCalendarView> for OutsideCalendar {
    fn from(view: OutsideCalendarView) -> Self {
        let state = match (view.trouble, view.read_at) {
            (Some(trouble), _) => trouble.as_str(),
            (None, Some(_)) => "read",
            (None, None) => "waiting",
        };
        Self { id: view.id.uuid(), name: view.name, state, read_at: view.read_at, broken: view.broken }
    }
}

/// Lists the doctor's calendars outside of Bedside, the oldest first.
#[utoipa::path(
    get, path = "/outside-calendars", tag = "doctors", operation_id = "list_outside_calendars",
    responses(
        (status = 200, description = "The calendars.", body = List<OutsideCalendar>),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<OutsideCalendar>>, Problem> {
    Ok(Json(List::whole(retry(|| scheduling::outside_calendars(&domain, &access)).await?)))
}

/// A calendar to add.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "My own calendar", "address": "https://calendar.example/private/basic.ics" }))]
pub(super) struct NewOutsideCalendar {
    /// What the doctor calls it.
    #[schema(min_length = 1, max_length = 60)]
    name: String,
    /// Its address, `https://…` or `webcal://…`: an iCalendar file (RFC 5545).
    #[schema(max_length = 2000)]
    address: String,
}

impl FromFields for NewOutsideCalendar {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let address = fields.required("address", fields::text);
        Some(Self { name: name?, address: address? })
    }
}

/// Adds a calendar, which is then read every quarter of an hour. Nobody can book the doctor while it says that the doctor is busy.
///
/// If the same request is sent again with the same key, nothing more happens. A key is kept for a day.
#[utoipa::path(
    post, path = "/outside-calendars", tag = "doctors", operation_id = "add_outside_calendar", request_body = NewOutsideCalendar,
    params(
        ("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
            description = "A text that the caller chooses, different for each calendar."),
    ),
    responses(
        (status = 201, description = "All calendars of the doctor.", body = List<OutsideCalendar>),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(calendar): Body<NewOutsideCalendar>,
) -> Result<(StatusCode, Json<List<OutsideCalendar>>), Problem> {
    let NewOutsideCalendar { name, address } = calendar;
    let command = AddOutsideCalendar { name, address, idempotency_key: Some(key.required()?) };
    retry(|| scheduling::add_outside_calendar(&domain, &access, command.clone())).await?;
    let all = retry(|| scheduling::outside_calendars(&domain, &access)).await?;
    Ok((StatusCode::CREATED, Json(List::whole(all))))
}

/// Removes a calendar. Its busy times are free at once.
#[utoipa::path(
    delete, path = "/outside-calendars/{calendar_id}", tag = "doctors", operation_id = "remove_outside_calendar",
    params(("calendar_id" = Uuid, Path, description = "The id of the calendar.")),
    responses(
        (status = 204, description = "The calendar is removed."),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn remove(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(calendar): Id<OutsideCalendarId>,
) -> Result<StatusCode, Problem> {
    retry(|| scheduling::remove_outside_calendar(&domain, &access, calendar)).await?;
    Ok(StatusCode::NO_CONTENT)
}
