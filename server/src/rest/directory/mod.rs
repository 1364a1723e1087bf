//! Specialties, doctors and their free times. No sign-in is needed, as on the pages.

pub(super) mod free_days;
mod shapes;

pub(super) use shapes::{Clinic, Doctor, DoctorName, DoctorSummary, Fee, OfferedVisit, Slot, Specialty};

use super::{
    Problem,
    appointments::mode,
    callers::{Anybody, Id},
    fields::{self, Fields, FromFields},
    payload::{List, Query, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, Offer},
};
use jiff::civil::Date;
use model::{
    directory::Country,
    errors::{FieldFault, Range},
    ids::{ClinicId, DoctorId, VisitTypeId},
    place::Near,
    scheduling::{DayPart, DoctorCursor, LeastRating, Reach, SearchOrder, VisitMode},
};
use utoipa::{IntoParams, openapi::Object};

/// The time zone of a day when the request names none.
pub(super) const UTC: &str = "UTC";

/// A search for doctors. Each parameter that is given narrows the result.
#[derive(Clone, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct DoctorSearch {
    /// Only doctors with this specialty: its `slug`.
    #[param(value_type = String, required = false, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$", example = "general-practice")]
    specialty: Option<String>,
    /// Only doctors whose name contains this text. Accents do not matter, and small typing errors are tolerated. If it is what a patient says, such as
    /// `headache`, the doctors of the specialties to which it leads.
    #[param(value_type = String, required = false, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$")]
    name: Option<String>,
    /// Only doctors who speak this language: its tag.
    #[param(value_type = String, required = false, pattern = r"^[^\x00-\x1F\x7F-\x9F]*$", example = "de")]
    language: Option<String>,
    /// Only doctors with working hours at this clinic: its id.
    #[param(value_type = Uuid, required = false)]
    clinic: Option<ClinicId>,
    /// Only doctors with a visit type of this mode. Then fee and free times are those of the first such type.
    #[param(schema_with = mode, required = false)]
    mode: Option<VisitMode>,
    /// Only doctors with working hours at a clinic in this country, as an ISO 3166-1 alpha-2 code. If no clinic is in it, it leaves nobody out.
    #[param(value_type = String, required = false, pattern = "^[A-Z]{2}$", example = "GB")]
    country: Option<String>,
    /// Only doctors with a free time on this day, in the time zone `zone`; with `until`, on this day or later.
    #[param(value_type = Date, required = false)]
    day: Option<Date>,
    /// Only doctors with a free time on `day` (today, if it is not given) or later, up to this day, which is at most 31 days later.
    #[param(value_type = Date, required = false)]
    until: Option<Date>,
    /// Only doctors with a free time in this part of a day, in the time zone `zone`: `night` (before 06:00), `morning` (before 12:00), `afternoon` (before
    /// 17:00) or `evening`. Without `day` and `until`, within the next two weeks.
    #[param(schema_with = day_part, required = false)]
    part: Option<DayPart>,
    /// The IANA time zone of `day`, `until` and `part`; `UTC` by default.
    #[param(value_type = String, required = false, pattern = "^[A-Za-z0-9_+/-]+$", example = "Europe/London")]
    zone: Option<String>,
    /// Only doctors whose fee is at most this, in whole units of the currency of the fee.
    #[param(value_type = u32, required = false, minimum = 0, maximum = 1000000)]
    fee_up_to: Option<u32>,
    /// Only doctors whose average rating is at least this: from 1 to 5, with at most one decimal. Doctors with fewer than five ratings are left out.
    #[param(value_type = String, required = false, pattern = r"^[1-5](\.[0-9])?$", example = "4.5")]
    rating: Option<LeastRating>,
    /// Only doctors with a valid licence of this country, as an ISO 3166-1 alpha-2 code.
    #[param(value_type = String, required = false, pattern = "^[A-Z]{2}$", example = "GB")]
    licensed_in: Option<String>,
    /// The place from which distances are measured: latitude and longitude in decimal degrees with a comma between them (`51.50,-0.09`), or a postcode. It is neither
    /// stored nor logged; two decimals are precise enough. A postcode that is not known is refused with the fault `unknown_choice`; if several countries have it, the
    /// one of `country` is meant.
    #[param(value_type = String, required = false, pattern = r"^[^\x00-\x1F\x7F-\x9F]+$", example = "51.50,-0.09")]
    near: Option<Near>,
    /// Only doctors with working hours at a clinic that is at most so many kilometres from `near`, in a straight line. This holds for doctors who are met on video too.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 20000)]
    within_km: Option<u32>,
    /// The order: `soonest` (the default) has those first who are free soonest, and `nearest` those whose clinic is nearest to `near`.
    #[param(schema_with = order, required = false)]
    order: Option<SearchOrder>,
    /// The `next_cursor` of the previous page.
    #[param(value_type = String, required = false, pattern = "^[0-9A-Za-z:.~-]+$")]
    cursor: Option<DoctorCursor>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for DoctorSearch {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self {
            specialty: fields.optional("specialty", fields::line),
            name: fields.optional("name", fields::line),
            language: fields.optional("language", fields::line),
            clinic: fields.optional("clinic", fields::id),
            mode: fields.optional("mode", VisitMode::parse),
            country: fields.optional("country", country),
            day: fields.optional("day", fields::day),
            until: fields.optional("until", fields::day),
            part: fields.optional("part", DayPart::parse),
            zone: fields.optional("zone", fields::line),
            fee_up_to: fields.optional("fee_up_to", amount),
            rating: fields.optional("rating", LeastRating::parse),
            licensed_in: fields.optional("licensed_in", country),
            near: fields.optional("near", Near::parse),
            within_km: fields.optional("within_km", kilometres),
            order: fields.optional("order", SearchOrder::parse),
            cursor: fields.optional("cursor", fields::id),
            limit: fields.optional("limit", fields::limit),
        })
    }
}

impl From<DoctorSearch> for scheduling::DoctorSearch {
    fn from(search: DoctorSearch) -> Self {
        Self {
            specialty: search.specialty,
            name: search.name,
            language: search.language,
            clinic: search.clinic,
            mode: search.mode,
            day: search.day,
            until: search.until,
            part: search.part,
            fee_up_to: search.fee_up_to,
            rating: search.rating,
            licensed_in: search.licensed_in,
            near: search.near,
            within_km: search.within_km,
            order: search.order.unwrap_or_default(),
            zone: Some(search.zone.unwrap_or_else(|| UTC.to_owned())),
            country: search.country,
            reach: Reach::InCountry,
            after: search.cursor,
            limit: search.limit,
        }
    }
}

fn day_part() -> Object {
    one_of(DayPart::ALL.iter().map(|part| part.as_str()))
}

fn order() -> Object {
    one_of(SearchOrder::ALL.iter().map(|order| order.as_str()))
}

/// The distances that can be asked for, in kilometres. Nothing on earth is farther away.
const DISTANCES: Range = Range::numbers(1, 20_000);

/// A distance in whole kilometres.
fn kilometres(text: &str) -> Result<u32, FieldFault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Malformed);
    }
    match text.parse::<u32>().ok() {
        Some(0) => Err(FieldFault::TooSmall(DISTANCES)),
        Some(kilometres @ 1..=20_000) => Ok(kilometres),
        Some(20_001..) | None => Err(FieldFault::TooLarge(DISTANCES)),
    }
}

/// The fees that can be asked for, in whole units of a currency.
const AMOUNTS: Range = Range::numbers(0, 1_000_000);

/// An amount in whole units of a currency.
fn amount(text: &str) -> Result<u32, FieldFault> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(FieldFault::Malformed);
    }
    text.parse::<u32>().ok().filter(|amount| *amount <= 1_000_000).ok_or(FieldFault::TooLarge(AMOUNTS))
}

/// The code of a country.
fn country(text: &str) -> Result<String, FieldFault> {
    let known = Country::parse(text)?;
    if known.as_str() == text { Ok(text.to_owned()) } else { Err(FieldFault::Malformed) }
}

/// Selects a day.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct SlotQuery {
    /// The day, in the time zone `zone`.
    day: Date,
    /// The IANA time zone of `day`; `UTC` by default.
    #[param(value_type = String, required = false, pattern = "^[A-Za-z0-9_+/-]+$", example = "Europe/London")]
    zone: Option<String>,
    /// The visit type for which times are asked: an `id` of the doctor's `visit_types`; the first one by default, and for one that is not offered.
    #[param(value_type = Uuid, required = false)]
    visit_type: Option<VisitTypeId>,
}

impl FromFields for SlotQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (day, zone) = (fields.required("day", fields::day), fields.optional("zone", fields::line));
        let visit_type = fields.optional("visit_type", fields::id);
        Some(Self { day: day?, zone, visit_type })
    }
}

/// Lists the specialties that are offered, sorted by name.
#[utoipa::path(
    get, path = "/specialties", tag = "doctors", operation_id = "list_specialties", security(()),
    responses((status = 200, description = "The specialties, on one page.", body = List<Specialty>))
)]
pub(super) async fn specialties(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
) -> Result<Json<List<Specialty>>, Problem> {
    Ok(Json(List::whole(retry(|| scheduling::specialties(&domain, &access)).await?)))
}

/// Finds doctors who can be booked: those who are free soonest first, those without a free time last, then by name; or with `order=nearest` those who are nearest first.
#[utoipa::path(
    get, path = "/doctors", tag = "doctors", operation_id = "find_doctors", security(()), params(DoctorSearch),
    responses((status = 200, description = "A page of doctors.", body = List<DoctorSummary>))
)]
pub(super) async fn doctors(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Query(search): Query<DoctorSearch>,
) -> Result<Json<List<DoctorSummary>>, Problem> {
    let found = retry(|| scheduling::find_doctors(&domain, &access, search.clone().into())).await?;
    Ok(Json(List::of(found.page)))
}

/// Gets a doctor.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}", tag = "doctors", operation_id = "get_doctor", security(()),
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor.")),
    responses(
        (status = 200, description = "The doctor.", body = Doctor),
        (status = 409, description = "`scheduling.doctor_unavailable`: the doctor no longer takes bookings (404 without a token). \
            `scheduling.doctor_unlicensed`: the doctor has no valid licence (404 without a token). `scheduling.doctor_without_fee`: the doctor's fee is not set.", body = ErrorBody),
    )
)]
pub(super) async fn doctor(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Id(id): Id<DoctorId>,
) -> Result<Json<Doctor>, Problem> {
    Ok(Json(retry(|| scheduling::doctor_page(&domain, &access, id, UTC, None)).await?.into()))
}

/// Lists a doctor's free times on a day.
///
/// With the token of a patient, a time that this patient holds counts as free.
#[utoipa::path(
    get, path = "/doctors/{doctor_id}/slots", tag = "doctors", operation_id = "list_slots", security((), ("bearer" = [])),
    params(("doctor_id" = Uuid, Path, description = "The id of the doctor."), SlotQuery),
    responses(
        (status = 200, description = "The free times of the day, in order, on one page.", body = List<Slot>),
        (status = 409, description = "`scheduling.doctor_unavailable`: the doctor no longer takes bookings (404 without a token). \
            `scheduling.doctor_unlicensed`: the doctor has no valid licence (404 without a token). `scheduling.doctor_without_fee`: the doctor's fee is not set.", body = ErrorBody),
    )
)]
pub(super) async fn slots(
    State(domain): State<Domain>,
    Anybody(access): Anybody,
    Id(id): Id<DoctorId>,
    Query(query): Query<SlotQuery>,
) -> Result<Json<List<Slot>>, Problem> {
    let zone = query.zone.as_deref().unwrap_or(UTC);
    let offer = Offer { doctor: id, visit_type: query.visit_type };
    Ok(Json(List::whole(retry(|| scheduling::open_times(&domain, &access, offer, query.day, zone)).await?)))
}
