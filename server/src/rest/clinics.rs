//! The clinics that the caller manages.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain,
    access::Access,
    directory::{self, AddClosure, CreateClinic, EditClinic},
    error::retry,
};
use jiff::civil::Date;
use model::{
    directory::{ClinicRow, ClinicView, ClosureView, TypedClinic, TypedWeek},
    ids::{ClinicClosureId, ClinicId},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A clinic in the list of clinics.
#[derive(Serialize, ToSchema)]
pub(super) struct ManagedClinicSummary {
    /// The id of the clinic.
    id: Uuid,
    /// The name.
    #[schema(examples("Riverside Clinic"))]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    #[schema(examples("GB"))]
    country: String,
    /// The IANA time zone.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The telephone number of the reception desk.
    phone: Option<String>,
}

impl From<ClinicRow> for ManagedClinicSummary {
    fn from(row: ClinicRow) -> Self {
        let ClinicRow { id, name, country, time_zone, phone } = row;
        Self { id: id.into(), name, country: country.as_str().to_owned(), time_zone, phone }
    }
}

/// A clinic, with its opening hours and the days on which it is closed.
#[derive(Serialize, ToSchema)]
pub(super) struct ManagedClinic {
    /// The id of the clinic.
    id: Uuid,
    /// The name.
    #[schema(examples("Riverside Clinic"))]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    #[schema(examples("GB"))]
    country: String,
    /// The IANA time zone.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The ISO 4217 code of the currency of its fees.
    #[schema(examples("GBP"))]
    currency: String,
    /// The postal address, line by line.
    address_lines: Vec<String>,
    /// The telephone number of the reception desk.
    phone: Option<String>,
    /// The opening hours from Monday to Sunday, in local time. A day on which the clinic is closed is an empty text. Without items, nobody has stated them.
    #[schema(examples(json!(["09:00–17:00", "09:00–12:30, 14:00–18:00", "", "", "", "", ""])))]
    opening_hours: Vec<String>,
    /// The days on which it is closed and that are not over, soonest first.
    closures: Vec<Closure>,
    /// The version of the clinic. Send it with a change.
    version: i32,
}

/// Days on which a clinic is closed.
#[derive(Serialize, ToSchema)]
struct Closure {
    /// The id of the closure.
    id: Uuid,
    /// The first day.
    first_day: Date,
    /// The last day.
    last_day: Date,
    /// Why the clinic is closed.
    reason: String,
}

impl From<ClosureView> for Closure {
    fn from(view: ClosureView) -> Self {
        let ClosureView { id, first_day, last_day, reason } = view;
        Self { id: id.into(), first_day, last_day, reason }
    }
}

impl From<ClinicView> for ManagedClinic {
    fn from(view: ClinicView) -> Self {
        Self {
            id: view.id.into(),
            name: view.name,
            country: view.country.as_str().to_owned(),
            time_zone: view.time_zone,
            currency: view.currency.as_str().to_owned(),
            address_lines: view.address_lines,
            phone: view.phone,
            opening_hours: view.opening_hours,
            closures: view.closures.into_iter().map(Into::into).collect(),
            version: view.version,
        }
    }
}

/// A new clinic.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Riverside Clinic", "country": "GB", "time_zone": "Europe/London", "currency": "GBP",
    "address": "14 Weir Lane\nLondon SE1 0QQ", "phone": "+44 20 7946 0118", "monday": "09:00-17:00" }))]
pub(super) struct NewClinic {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: String,
    /// The IANA time zone.
    time_zone: String,
    /// The ISO 4217 code of the currency of its fees. It cannot be changed later.
    currency: String,
    /// The postal address, line by line.
    #[schema(max_length = 400)]
    address: String,
    /// The telephone number of the reception desk, with its country code.
    phone: Option<String>,
    /// The opening hours on Mondays, such as `09:00-12:30, 14:00-18:00`; left out when the clinic is closed.
    monday: Option<String>,
    /// The opening hours on Tuesdays.
    tuesday: Option<String>,
    /// The opening hours on Wednesdays.
    wednesday: Option<String>,
    /// The opening hours on Thursdays.
    thursday: Option<String>,
    /// The opening hours on Fridays.
    friday: Option<String>,
    /// The opening hours on Saturdays.
    saturday: Option<String>,
    /// The opening hours on Sundays.
    sunday: Option<String>,
}

/// A changed clinic. What is left out is removed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ClinicChange {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: String,
    /// The IANA time zone.
    time_zone: String,
    /// The postal address, line by line.
    #[schema(max_length = 400)]
    address: String,
    /// The telephone number of the reception desk, with its country code.
    phone: Option<String>,
    /// The opening hours on Mondays, such as `09:00-12:30, 14:00-18:00`; left out when the clinic is closed.
    monday: Option<String>,
    /// The opening hours on Tuesdays.
    tuesday: Option<String>,
    /// The opening hours on Wednesdays.
    wednesday: Option<String>,
    /// The opening hours on Thursdays.
    thursday: Option<String>,
    /// The opening hours on Fridays.
    friday: Option<String>,
    /// The opening hours on Saturdays.
    saturday: Option<String>,
    /// The opening hours on Sundays.
    sunday: Option<String>,
    /// The version of the clinic that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

/// Reads the opening hours from Monday to Sunday.
fn read_week(fields: &mut Fields) -> [Option<String>; 7] {
    model::directory::WEEKDAYS.map(|day| fields.optional(day, fields::text))
}

impl FromFields for NewClinic {
    fn read(fields: &mut Fields) -> Option<Self> {
        let [name, country, time_zone, currency, address] =
            ["name", "country", "time_zone", "currency", "address"].map(|name| fields.required(name, fields::text));
        let phone = fields.optional("phone", fields::text);
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = read_week(fields);
        Some(Self {
            name: name?,
            country: country?,
            time_zone: time_zone?,
            currency: currency?,
            address: address?,
            phone,
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        })
    }
}

impl FromFields for ClinicChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let [name, country, time_zone, address] =
            ["name", "country", "time_zone", "address"].map(|name| fields.required(name, fields::text));
        let phone = fields.optional("phone", fields::text);
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = read_week(fields);
        let version = fields.required_number("version");
        Some(Self {
            name: name?,
            country: country?,
            time_zone: time_zone?,
            address: address?,
            phone,
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
            version: version?,
        })
    }
}

impl From<NewClinic> for TypedClinic {
    fn from(new: NewClinic) -> Self {
        let days = [new.monday, new.tuesday, new.wednesday, new.thursday, new.friday, new.saturday, new.sunday];
        Self {
            name: new.name,
            time_zone: new.time_zone,
            country: new.country,
            currency: new.currency,
            address: new.address,
            phone: new.phone.unwrap_or_default(),
            hours: TypedWeek::of(&days.map(Option::unwrap_or_default)),
        }
    }
}

impl From<ClinicChange> for TypedClinic {
    fn from(change: ClinicChange) -> Self {
        let ClinicChange { name, country, time_zone, address, phone, monday, tuesday, wednesday, thursday, friday, .. } = change;
        let days = [monday, tuesday, wednesday, thursday, friday, change.saturday, change.sunday];
        Self {
            name,
            time_zone,
            country,
            currency: String::new(),
            address,
            phone: phone.unwrap_or_default(),
            hours: TypedWeek::of(&days.map(Option::unwrap_or_default)),
        }
    }
}

/// Days on which a clinic is closed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "first_day": "2026-12-24", "last_day": "2026-12-26", "reason": "Public holiday" }))]
pub(super) struct NewClosure {
    /// The first day.
    first_day: Date,
    /// The last day; the first one if it is left out.
    last_day: Option<Date>,
    /// Why the clinic is closed.
    #[schema(max_length = 120)]
    reason: String,
}

impl FromFields for NewClosure {
    fn read(fields: &mut Fields) -> Option<Self> {
        let first_day = fields.required("first_day", fields::day);
        let last_day = fields.optional("last_day", fields::day);
        let reason = fields.required("reason", fields::text);
        Some(Self { first_day: first_day?, last_day, reason: reason? })
    }
}

/// Lists the clinics that the caller manages, sorted by name.
#[utoipa::path(
    get, path = "/clinics", tag = "organisation", operation_id = "list_clinics",
    responses(
        (status = 200, description = "The clinics, on one page.", body = List<ManagedClinicSummary>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<ManagedClinicSummary>>, Problem> {
    Ok(Json(List::whole(retry(|| directory::list_clinics(&domain, &access)).await?.clinics)))
}

/// Gets a clinic that the caller manages.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}", tag = "organisation", operation_id = "get_clinic",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The clinic.", body = ManagedClinic))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ClinicId>,
) -> Result<Json<ManagedClinic>, Problem> {
    one(&domain, &access, id).await
}

async fn one(domain: &Domain, access: &Access, id: ClinicId) -> Result<Json<ManagedClinic>, Problem> {
    Ok(Json(retry(|| directory::clinic(domain, access, id)).await?.into()))
}

/// Adds a clinic. The caller must be an administrator of the whole organisation.
#[utoipa::path(
    post, path = "/clinics", tag = "organisation", operation_id = "create_clinic", request_body = NewClinic,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each clinic.")),
    responses(
        (status = 201, description = "The clinic, added by this request or by an earlier one with the same key.", body = ManagedClinic,
            headers(("Location" = String, description = "The path of the clinic."))),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator of the whole organisation.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn create(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(clinic): Body<NewClinic>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<ManagedClinic>), Problem> {
    let command = CreateClinic { clinic: clinic.into(), idempotency_key: Some(key.required()?) };
    let id = retry(|| directory::create_clinic(&domain, &access, command.clone())).await?;
    let location = (header::LOCATION, format!("/api/v1/clinics/{id}"));
    Ok((StatusCode::CREATED, [location], one(&domain, &access, id).await?))
}

/// Changes a clinic.
#[utoipa::path(
    put, path = "/clinics/{clinic_id}", tag = "organisation", operation_id = "edit_clinic", request_body = ClinicChange,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 200, description = "The changed clinic.", body = ManagedClinic),
        (status = 409, description = "`request.stale`: the clinic has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<ClinicId>,
    Body(change): Body<ClinicChange>,
) -> Result<Json<ManagedClinic>, Problem> {
    let version = change.version;
    let command = EditClinic { id, clinic: change.into(), version };
    retry(|| directory::edit_clinic(&domain, &access, command.clone())).await?;
    one(&domain, &access, id).await
}

/// Says that a clinic is closed on some days. Appointments on these days stay as they are. Adding the same days again changes nothing.
#[utoipa::path(
    post, path = "/clinics/{clinic_id}/closures", tag = "organisation", operation_id = "add_closure", request_body = NewClosure,
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The clinic.", body = ManagedClinic))
)]
pub(super) async fn add_closure(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(closure): Body<NewClosure>,
) -> Result<Json<ManagedClinic>, Problem> {
    let parts = |day: Date| [day.day().to_string(), day.month().to_string(), format!("{:04}", day.year())];
    let NewClosure { first_day, last_day, reason } = closure;
    let command = AddClosure { clinic, first: parts(first_day), last: parts(last_day.unwrap_or(first_day)), reason };
    retry(|| directory::add_closure(&domain, &access, command.clone())).await?;
    one(&domain, &access, clinic).await
}

/// Removes days on which a clinic is closed.
#[utoipa::path(
    delete, path = "/closures/{closure_id}", tag = "organisation", operation_id = "remove_closure",
    params(("closure_id" = Uuid, Path, description = "The id of the closure.")),
    responses((status = 204, description = "The closure is removed."))
)]
pub(super) async fn remove_closure(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(closure): Id<ClinicClosureId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::remove_closure(&domain, &access, closure)).await?;
    Ok(StatusCode::NO_CONTENT)
}
