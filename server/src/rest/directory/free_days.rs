//! On which days a doctor is free, and by what doctors can be found.

use super::{
    super::{
        Problem,
        appointments::mode,
        callers::{Anybody, Id},
        fields::{self, Fields, FromFields},
        languages::Language,
        payload::Query,
        problem::ErrorBody,
    },
    Clinic, Specialty, UTC,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, Offer},
};
use jiff::civil::Date;
use model::{
    ids::{DoctorId, VisitTypeId},
    scheduling::views::{DayCount, FreeMonth, ModeCount, SearchChoices as Choices},
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// Selects a month.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(in crate::rest) struct FreeDayQuery {
    /// A day of the month, in the time zone `zone`; by default the month of the first free time. A day that cannot be booked stands for the nearest one that can.
    #[param(value_type = Date, required = false)]
    day: Option<Date>,
    /// The IANA time zone of the days; `UTC` by default.
    #[param(value_type = String, required = false, pattern = "^[A-Za-z0-9_+/-]+$", example = "Europe/London")]
    zone: Option<String>,
    /// The visit type for which times are counted: an `id` of the doctor's `visit_types`; the first one by default, and for one that is not offered.
    #[param(value_type = Uuid, required = false)]
    visit_type: Option<VisitTypeId>,
}

impl FromFields for FreeDayQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (day, zone) = (fields.optional("day", fields::day), fields.optional("zone", fields::line));
        Some(Self { day, zone, visit_type: fields.optional("visit_type", fields::id) })
    }
}

/// How many times of a doctor are free on a day.
#[derive(Serialize, ToSchema)]
struct FreeDay {
    /// The day.
    day: Date,
    /// The number of free times.
    free: u32,
}

impl From<DayCount> for FreeDay {
    fn from(DayCount { date, free }: DayCount) -> Self {
        Self { day: date, free }
    }
}

/// A month of a doctor, for whoever wants a visit.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct FreeDays {
    /// The first day of the month.
    first_day: Date,
    /// The last day that can be booked, in this month or another one.
    last_day: Date,
    /// The id of the visit type for which times are counted; null for the doctor's first one.
    visit_type: Option<Uuid>,
    /// Whole weeks, from the Monday on or before the first day to the Sunday on or after the last one.
    days: Vec<FreeDay>,
}

impl From<FreeMonth> for FreeDays {
    fn from(month: FreeMonth) -> Self {
        Self {
            first_day: month.first,
            last_day: month.last,
            visit_type: month.visit_type.map(Into::into),
            days: month.days.into_iter().map(Into::into).collect(),
        }
    }
}

/// Counts a doctor's free times on each day of a month.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/free-days", tag = "doctors", operation_id = "list_free_days", security((), ("bearer" = [])),
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor."), FreeDayQuery),
    responses(
        (status = 200, description = "The month.", body = FreeDays),
        (status = 409, description = "`scheduling.doctor_unavailable`: the doctor no longer takes bookings (404 without a token). \
            `scheduling.doctor_unlicensed`: the doctor has no valid licence (404 without a token). `scheduling.doctor_without_fee`: the doctor's fee is not set.", body = ErrorBody),
    )
)]
pub(in crate::rest) async fn free_days(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Id(doctor): Id<DoctorId>,
    Query(FreeDayQuery { day, zone, visit_type }): Query<FreeDayQuery>,
) -> Result<Json<FreeDays>, Problem> {
    let (offer, zone) = (Offer { doctor, visit_type }, zone.as_deref().unwrap_or(UTC));
    Ok(Json(retry(|| scheduling::free_month(&domain, &access, offer, Some(zone), day)).await?.into()))
}

/// A way to meet, and how many doctors offer it.
#[derive(Serialize, ToSchema)]
struct ModeChoice {
    /// The way.
    #[schema(schema_with = mode)]
    mode: &'static str,
    /// How many doctors can be met in this way.
    doctors: u32,
}

impl From<ModeCount> for ModeChoice {
    fn from(ModeCount { mode, doctors }: ModeCount) -> Self {
        Self { mode: mode.as_str(), doctors }
    }
}

/// What a search for doctors can be narrowed by.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct SearchChoices {
    /// The specialties, by name: `specialty`.
    specialties: Vec<Specialty>,
    /// The languages that doctors speak: `language`.
    languages: Vec<Language>,
    /// The clinics at which doctors have working hours, by name: `clinic`.
    clinics: Vec<Clinic>,
    /// The ways to meet: `mode`.
    modes: Vec<ModeChoice>,
}

impl From<Choices> for SearchChoices {
    fn from(choices: Choices) -> Self {
        Self {
            specialties: choices.specialties.into_iter().map(Into::into).collect(),
            languages: choices.languages.into_iter().map(Into::into).collect(),
            clinics: choices.clinics.into_iter().map(Into::into).collect(),
            modes: choices.modes.into_iter().map(Into::into).collect(),
        }
    }
}

/// Gets what a search for doctors can be narrowed by.
#[utoipa::path(
    get, path = "/search-choices", tag = "doctors", operation_id = "get_search_choices", security(()),
    responses((status = 200, description = "The choices.", body = SearchChoices))
)]
pub(in crate::rest) async fn search_choices(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
) -> Result<Json<SearchChoices>, Problem> {
    Ok(Json(retry(|| scheduling::search_choices(&domain, &access)).await?.into()))
}
