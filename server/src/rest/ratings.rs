//! What patients say about their visits.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    visits::{self, AnswerRating, HideRating, RateVisit},
};
use jiff::Timestamp;
use model::{
    ids::{DoctorId, EncounterId, RatingId},
    visits::ratings::{DoctorRatings, OwnRating, RatingView},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A rating of a visit. It does not say whose it is.
#[derive(Serialize, ToSchema)]
pub(super) struct Rating {
    /// The id.
    id: Uuid,
    /// One to five.
    #[schema(minimum = 1, maximum = 5)]
    stars: i16,
    /// The patient's words; may be empty.
    words: String,
    /// When it was written.
    rated_at: Timestamp,
    /// The doctor's answer.
    answer: Option<String>,
    /// Why an administrator has hidden it; null for one that everybody may read.
    hidden_reason: Option<String>,
    /// The name of the doctor.
    doctor_name: String,
    /// The version of the rating. Send it with a change.
    version: i32,
}

impl From<RatingView> for Rating {
    fn from(RatingView { id, stars, words, rated_at, answer, hidden, doctor_name, version }: RatingView) -> Self {
        Self { id: id.into(), stars, words, rated_at, answer, hidden_reason: hidden, doctor_name, version }
    }
}

/// The ratings of a doctor that everybody may read.
#[derive(Serialize, ToSchema)]
pub(super) struct RatingsOfDoctor {
    /// How many there are; 0 while there are fewer than five.
    count: i64,
    /// The average in tenths of a star; null while there are fewer than five.
    average_tenths: Option<i64>,
    /// The ratings of this page, newest first.
    items: Vec<Rating>,
    /// The `cursor` parameter for the next page; null on the last page.
    next_cursor: Option<String>,
}

impl From<DoctorRatings> for RatingsOfDoctor {
    fn from(found: DoctorRatings) -> Self {
        let items = found.page.items.into_iter().map(Into::into).collect();
        let average_tenths = (found.count > 0).then_some(found.average_tenths);
        Self { count: found.count, average_tenths, items, next_cursor: found.page.next_cursor }
    }
}

/// The rating of one visit.
#[derive(Serialize, ToSchema)]
pub(super) struct RatingOfVisit {
    /// The rating; null when the patient has not written one.
    rating: Option<Rating>,
    /// Whether the patient can write or change it now.
    may_rate: bool,
    /// Until when a rating that was written can be changed.
    until: Option<Timestamp>,
}

impl From<OwnRating> for RatingOfVisit {
    fn from(own: OwnRating) -> Self {
        Self { rating: own.rating.map(Into::into), may_rate: own.may_rate, until: own.until }
    }
}

/// Selects ratings.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct RatingQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<RatingId>,
}

impl FromFields for RatingQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { cursor: fields.optional("cursor", fields::id) })
    }
}

/// Lists what patients say about a doctor, once there are five ratings.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/ratings", tag = "doctors", operation_id = "list_doctor_ratings", security(()),
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor."), RatingQuery),
    responses((status = 200, description = "A page of ratings.", body = RatingsOfDoctor))
)]
pub(super) async fn of_doctor(
    State(domain): State<Domain>,
    Id(id): Id<DoctorId>,
    Query(query): Query<RatingQuery>,
) -> Result<Json<RatingsOfDoctor>, Problem> {
    Ok(Json(retry(|| visits::doctor_ratings(&domain, id, query.cursor)).await?.into()))
}

/// Lists ratings, newest first: a doctor's own, or for an administrator those of the clinic. Hidden ones are among them.
#[utoipa::path(
    get, path = "/ratings", tag = "visits", operation_id = "list_ratings", params(RatingQuery),
    responses(
        (status = 200, description = "A page of ratings.", body = List<Rating>),
        (status = 403, description = "`access.forbidden`: the caller is neither a doctor nor an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<RatingQuery>,
) -> Result<Json<List<Rating>>, Problem> {
    Ok(Json(List::of(retry(|| visits::ratings(&domain, &access, query.cursor)).await?)))
}

/// Gets the rating of a visit of the patient on whose behalf the caller acts.
#[utoipa::path(
    get, path = "/visits/{visit_id}/rating", tag = "visits", operation_id = "get_rating",
    params(("visit_id" = Uuid, Path, description = "The id of the visit.")),
    responses(
        (status = 200, description = "The rating.", body = RatingOfVisit),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<EncounterId>,
) -> Result<Json<RatingOfVisit>, Problem> {
    Ok(Json(retry(|| visits::own_rating(&domain, &access, id)).await?.into()))
}

/// A rating of a visit.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "stars": 5, "words": "She listened.", "version": 0 }))]
pub(super) struct RatingRequest {
    /// One to five.
    #[schema(minimum = 1, maximum = 5)]
    stars: i32,
    /// Words that everybody may read.
    #[schema(max_length = 1000)]
    words: Option<String>,
    /// The version of the rating that is changed; 0 for a new one.
    version: i32,
}

impl FromFields for RatingRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let stars = fields.required_number("stars");
        let words = fields.optional("words", fields::text);
        let version = fields.required_number("version");
        Some(Self { stars: stars?, words, version: version? })
    }
}

/// Rates a visit that was held, or changes the rating within 14 days.
#[utoipa::path(
    put, path = "/visits/{visit_id}/rating", tag = "visits", operation_id = "rate_visit", request_body = RatingRequest,
    params(("visit_id" = Uuid, Path, description = "The id of the visit.")),
    responses(
        (status = 200, description = "The rating.", body = RatingOfVisit),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`visits.not_held`: the visit has not ended. `visits.rating_settled`: the rating can no longer be changed. \
            `request.stale`: the rating has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn rate(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(encounter): Id<EncounterId>,
    Body(request): Body<RatingRequest>,
) -> Result<Json<RatingOfVisit>, Problem> {
    let RatingRequest { stars, words, version } = request;
    let command = RateVisit { encounter, stars: stars.to_string(), words: words.unwrap_or_default(), version };
    retry(|| visits::rate_visit(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| visits::own_rating(&domain, &access, encounter)).await?.into()))
}

/// An answer to a rating.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "answer": "Thank you." }))]
pub(super) struct RatingAnswer {
    /// The answer, which everybody may read.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    answer: String,
}

impl FromFields for RatingAnswer {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { answer: fields.required("answer", fields::text)? })
    }
}

/// Answers a rating, once, as the doctor of its visit.
#[utoipa::path(
    post, path = "/ratings/{rating_id}/answer", tag = "visits", operation_id = "answer_rating", request_body = RatingAnswer,
    params(("rating_id" = Uuid, Path, description = "The id of the rating.")),
    responses(
        (status = 204, description = "The answer is stored."),
        (status = 403, description = "`access.forbidden`: the caller may see the rating but not answer it.", body = ErrorBody),
        (status = 409, description = "`visits.rating_answered`: there is an answer already.", body = ErrorBody),
    )
)]
pub(super) async fn answer(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(rating): Id<RatingId>,
    Body(request): Body<RatingAnswer>,
) -> Result<StatusCode, Problem> {
    let command = AnswerRating { rating, answer: request.answer };
    retry(|| visits::answer_rating(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a rating is hidden.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "It insults the doctor.", "version": 1 }))]
pub(super) struct RatingHiding {
    /// The reason, which the doctor reads.
    #[schema(min_length = 1, max_length = 1000, pattern = r"\S")]
    reason: String,
    /// The version of the rating that was seen. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for RatingHiding {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (reason, version) = (fields.required("reason", fields::text), fields.required_number("version"));
        Some(Self { reason: reason?, version: version? })
    }
}

/// Hides a rating, as an administrator. It is no longer counted.
#[utoipa::path(
    post, path = "/ratings/{rating_id}/hide", tag = "visits", operation_id = "hide_rating", request_body = RatingHiding,
    params(("rating_id" = Uuid, Path, description = "The id of the rating.")),
    responses(
        (status = 204, description = "The rating is hidden."),
        (status = 403, description = "`access.forbidden`: the caller may see the rating but not hide it.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the rating has been changed or hidden since that version.", body = ErrorBody),
    )
)]
pub(super) async fn hide(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(rating): Id<RatingId>,
    Body(request): Body<RatingHiding>,
) -> Result<StatusCode, Problem> {
    let RatingHiding { reason, version } = request;
    let command = HideRating { rating, reason, version };
    retry(|| visits::hide_rating(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
