//! How patients book the doctor as whom the caller acts.

use super::{
    Problem,
    callers::SignedIn,
    fields::{Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, TypedBookingRules},
};
use model::scheduling::BookingRules;
use serde::Serialize;
use utoipa::ToSchema;

/// How patients book a doctor. A visit type may have buffers of its own.
#[derive(Serialize, ToSchema)]
pub(super) struct Rules {
    /// The version. Send it with a change.
    version: i32,
    /// Minutes that the doctor needs before a visit.
    buffer_before: u16,
    /// Minutes that the doctor needs after a visit.
    buffer_after: u16,
    /// How many minutes ahead a patient must book.
    notice: u16,
    /// How many days ahead a patient may book.
    horizon: u16,
    /// The largest number of visits on a day; null for any number.
    most_per_day: Option<u16>,
}

impl From<BookingRules> for Rules {
    fn from(rules: BookingRules) -> Self {
        Self {
            version: rules.version,
            buffer_before: rules.buffer_before_mins,
            buffer_after: rules.buffer_after_mins,
            notice: rules.notice_mins,
            horizon: rules.horizon_days,
            most_per_day: rules.most_per_day,
        }
    }
}

/// Changed booking rules.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "buffer_before": 0, "buffer_after": 10, "notice": 120, "horizon": 60, "most_per_day": 12, "version": 1 }))]
pub(super) struct RulesRequest {
    /// Minutes that the doctor needs before a visit; 0 when it is not given.
    #[schema(minimum = 0, maximum = 120)]
    buffer_before: Option<i32>,
    /// Minutes that the doctor needs after a visit; 0 when it is not given.
    #[schema(minimum = 0, maximum = 120)]
    buffer_after: Option<i32>,
    /// How many minutes ahead a patient must book.
    #[schema(minimum = 0, maximum = 20160)]
    notice: i32,
    /// How many days ahead a patient may book.
    #[schema(minimum = 1, maximum = 366)]
    horizon: i32,
    /// The largest number of visits on a day; any number when it is not given.
    #[schema(minimum = 1, maximum = 100)]
    most_per_day: Option<i32>,
    /// The version that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for RulesRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (buffer_before, buffer_after) = (fields.optional_number("buffer_before"), fields.optional_number("buffer_after"));
        let (notice, horizon) = (fields.required_number("notice"), fields.required_number("horizon"));
        let (most_per_day, version) = (fields.optional_number("most_per_day"), fields.required_number("version"));
        Some(Self { buffer_before, buffer_after, notice: notice?, horizon: horizon?, most_per_day, version: version? })
    }
}

impl RulesRequest {
    /// The rules as a form would send them.
    fn typed(&self) -> TypedBookingRules {
        let text = |number: Option<i32>| number.map(|number| number.to_string()).unwrap_or_default();
        TypedBookingRules {
            buffer_before: text(self.buffer_before),
            buffer_after: text(self.buffer_after),
            notice: text(Some(self.notice)),
            horizon: text(Some(self.horizon)),
            most_per_day: text(self.most_per_day),
        }
    }
}

/// Gets how patients book the calling doctor.
#[utoipa::path(
    get, path = "/booking-rules", tag = "doctors", operation_id = "get_booking_rules",
    responses(
        (status = 200, description = "The booking rules.", body = Rules),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Rules>, Problem> {
    Ok(Json(retry(|| scheduling::booking_rules(&domain, &access)).await?.into()))
}

/// Changes how patients book the calling doctor. Existing appointments do not change.
#[utoipa::path(
    put, path = "/booking-rules", tag = "doctors", operation_id = "change_booking_rules", request_body = RulesRequest,
    responses(
        (status = 200, description = "The changed booking rules.", body = Rules),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn change(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<RulesRequest>,
) -> Result<Json<Rules>, Problem> {
    retry(|| scheduling::change_booking_rules(&domain, &access, request.typed(), request.version)).await?;
    Ok(Json(retry(|| scheduling::booking_rules(&domain, &access)).await?.into()))
}
