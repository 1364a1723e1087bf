//! The caller's private calendar address.

use super::{
    Problem,
    callers::SignedIn,
    fields::{Fields, FromFields},
    payload::{Body, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{Domain, error::retry, scheduling};
use jiff::Timestamp;
use model::scheduling::{CalendarFeedView, FeedNames};
use serde::Serialize;
use std::sync::Arc;
use utoipa::{ToSchema, openapi::Object};

fn names() -> Object {
    one_of(FeedNames::ALL.iter().map(|names| names.as_str()))
}

/// The private calendar of the caller in their present role: of the doctor as whom they act, or of the patient on whose behalf they act.
#[derive(Serialize, ToSchema)]
pub(super) struct Calendar {
    /// The address at which calendar programs read the visits, as iCalendar (RFC 5545). It is a secret. Null while there is none.
    address: Option<String>,
    /// `hidden`: each entry is called "Visit" and has no place. `shown`: it says what kind of visit it is and where, and to a patient with which doctor.
    #[schema(schema_with = names)]
    names: &'static str,
    /// When the address was made.
    made_at: Option<Timestamp>,
    /// When a program has read it: the first time on the last such day.
    read_at: Option<Timestamp>,
}

impl Calendar {
    fn of(origin: &str, view: Option<CalendarFeedView>) -> Self {
        Self {
            address: view.as_ref().map(|view| format!("{origin}{}", view.path())),
            names: view.as_ref().map_or(FeedNames::Hidden, |view| view.names).as_str(),
            made_at: view.as_ref().map(|view| view.made_at),
            read_at: view.and_then(|view| view.read_at),
        }
    }
}

/// Gets the caller's private calendar address.
#[utoipa::path(
    get, path = "/me/calendar", tag = "people", operation_id = "get_calendar",
    responses(
        (status = 200, description = "The address.", body = Calendar),
        (status = 403, description = "`access.forbidden`: the caller acts neither as a doctor nor for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    State(origin): State<Arc<str>>,
    SignedIn(access): SignedIn,
) -> Result<Json<Calendar>, Problem> {
    let view = retry(|| scheduling::calendar_feed(&domain, &access)).await?;
    Ok(Json(Calendar::of(&origin, view)))
}

/// What the entries of the calendar are called.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "names": "hidden" }))]
pub(super) struct CalendarNames {
    /// `hidden` or `shown`.
    #[schema(schema_with = names)]
    names: FeedNames,
}

impl FromFields for CalendarNames {
    fn read(fields: &mut Fields) -> Option<Self> {
        let names = fields.required("names", FeedNames::parse);
        Some(Self { names: names? })
    }
}

/// Makes the caller's private calendar address, or changes what the entries of its calendar are called.
#[utoipa::path(
    put, path = "/me/calendar", tag = "people", operation_id = "save_calendar", request_body = CalendarNames,
    responses(
        (status = 200, description = "The address.", body = Calendar),
        (status = 403, description = "`access.forbidden`: the caller acts neither as a doctor nor for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn save(
    State(domain): State<Domain>,
    State(origin): State<Arc<str>>,
    SignedIn(access): SignedIn,
    Body(CalendarNames { names }): Body<CalendarNames>,
) -> Result<Json<Calendar>, Problem> {
    let view = retry(|| scheduling::save_calendar_feed(&domain, &access, names.as_str())).await?;
    Ok(Json(Calendar::of(&origin, Some(view))))
}

/// Makes another private calendar address. The former one ends at once.
#[utoipa::path(
    post, path = "/me/calendar/renew", tag = "people", operation_id = "renew_calendar",
    responses(
        (status = 200, description = "The new address.", body = Calendar),
        (status = 403, description = "`access.forbidden`: the caller acts neither as a doctor nor for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn renew(
    State(domain): State<Domain>,
    State(origin): State<Arc<str>>,
    SignedIn(access): SignedIn,
) -> Result<Json<Calendar>, Problem> {
    let view = retry(|| scheduling::renew_calendar_feed(&domain, &access)).await?;
    Ok(Json(Calendar::of(&origin, Some(view))))
}

/// Revokes the caller's private calendar address. It ends at once.
#[utoipa::path(
    delete, path = "/me/calendar", tag = "people", operation_id = "revoke_calendar",
    responses(
        (status = 204, description = "There is no address any more."),
        (status = 403, description = "`access.forbidden`: the caller acts neither as a doctor nor for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn revoke(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<StatusCode, Problem> {
    retry(|| scheduling::revoke_calendar_feed(&domain, &access)).await?;
    Ok(StatusCode::NO_CONTENT)
}
