//! Specialties, doctors, and their open times. For everybody, as on the pages.

mod shapes;

pub(super) use shapes::{Clinic, Doctor, DoctorName, DoctorSummary, Money, Slot, Specialty};

use super::{
    Problem,
    callers::{Anybody, Id},
    fields::{self, Fields, FromFields},
    payload::{List, Query},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{Domain, error::retry, scheduling};
use jiff::civil::Date;
use model::ids::DoctorId;
use utoipa::IntoParams;

/// The zone in which days are meant when nobody says.
const UTC: &str = "UTC";

/// What is looked for. Everything that is set narrows.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DoctorSearch {
    /// The slug of a specialty.
    #[param(value_type = String, required = false, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$", example = "general-practice")]
    specialty: Option<String>,
    /// Part of a name; small mistakes in typing are forgiven.
    #[param(value_type = String, required = false, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    name: Option<String>,
    /// Only who has a free time on this day of `zone`.
    #[param(value_type = Date, required = false)]
    day: Option<Date>,
    /// The IANA zone in which `day` is meant; `UTC` when it is missing.
    #[param(value_type = String, required = false, pattern = "^[A-Za-z0-9_+/-]+$", example = "Europe/London")]
    zone: Option<String>,
    /// `next_cursor` of the page before.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<DoctorId>,
    /// How many items a page has; 20 when it is missing.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for DoctorSearch {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            specialty: fields.optional("specialty", fields::line),
            name: fields.optional("name", fields::line),
            day: fields.optional("day", fields::day),
            zone: fields.optional("zone", fields::line),
            cursor: fields.optional("cursor", fields::id),
            limit: fields.optional("limit", fields::limit),
        })
    }
}

impl From<DoctorSearch> for scheduling::DoctorSearch {
    fn from(search: DoctorSearch) -> Self {
        let DoctorSearch { specialty, name, day, zone, cursor, limit } = search;
        Self { specialty, name, day, zone: zone.unwrap_or_else(|| UTC.to_owned()), after: cursor, limit }
    }
}

/// Which day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SlotQuery {
    /// The day, in `zone`.
    day: Date,
    /// The IANA zone in which the day is meant; `UTC` when it is missing.
    #[param(value_type = String, required = false, pattern = "^[A-Za-z0-9_+/-]+$", example = "Europe/London")]
    zone: Option<String>,
}

impl FromFields for SlotQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (day, zone) = (fields.required("day", fields::day), fields.optional("zone", fields::line));
        Some(Self { day: day?, zone })
    }
}

/// All specialties, by name.
#[utoipa::path(
    get, path = "/specialties", tag = "doctors", operation_id = "list_specialties", security(()),
    responses((status = 200, description = "All of them, on one page.", body = List<Specialty>))
)]
pub(super) async fn specialties(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
) -> Result<Json<List<Specialty>>, Problem> {
    Ok(Json(List::whole(retry(|| scheduling::specialties(&domain, &access)).await?)))
}

/// Find doctors who can be booked, by name.
#[utoipa::path(
    get, path = "/doctors", tag = "doctors", operation_id = "find_doctors", security(()), params(DoctorSearch),
    responses((status = 200, description = "A page of doctors.", body = List<DoctorSummary>))
)]
pub(super) async fn doctors(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Query(search): Query<DoctorSearch>,
) -> Result<Json<List<DoctorSummary>>, Problem> {
    let page = retry(|| scheduling::find_doctors(&domain, &access, search.clone().into())).await?;
    Ok(Json(List::of(page)))
}

/// One doctor.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}", tag = "doctors", operation_id = "get_doctor", security(()),
    params(("doctor_id" = Uuid, Path, description = "Who.")),
    responses(
        (status = 200, description = "The doctor.", body = Doctor),
        (status = 409, description = "`scheduling.doctor_unavailable`: takes no bookings any more.", body = ErrorBody),
    )
)]
pub(super) async fn doctor(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Id(id): Id<DoctorId>,
) -> Result<Json<Doctor>, Problem> {
    Ok(Json(retry(|| scheduling::doctor_page(&domain, &access, id, UTC, None)).await?.into()))
}

/// A doctor's open times on a day.
///
/// With a patient's token, a time that this patient holds counts as open.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/slots", tag = "doctors", operation_id = "list_slots", security((), ("bearer" = [])),
    params(("doctor_id" = Uuid, Path, description = "Whose."), SlotQuery),
    responses(
        (status = 200, description = "The open times of the day, in order, on one page.", body = List<Slot>),
        (status = 409, description = "`scheduling.doctor_unavailable`: takes no bookings any more.", body = ErrorBody),
    )
)]
pub(super) async fn slots(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Id(id): Id<DoctorId>,
    Query(query): Query<SlotQuery>,
) -> Result<Json<List<Slot>>, Problem> {
    let zone = query.zone.as_deref().unwrap_or(UTC);
    Ok(Json(List::whole(retry(|| scheduling::open_times(&domain, &access, id, query.day, zone)).await?)))
}
