//! The visit types of the doctor as whom the caller acts.

use super::{
    Problem, appointments,
    callers::{Id, SignedIn},
    directory::Fee,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain, Error,
    access::Access,
    error::retry,
    scheduling::{self, TypedVisitType},
};
use model::{
    directory::{TypedFee, check_fee},
    ids::VisitTypeId,
    money::{Currency, Money},
    scheduling::{OwnVisitType, OwnVisitTypes, VisitMode},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A kind of visit that a doctor offers.
#[derive(Serialize, ToSchema)]
pub(super) struct VisitType {
    /// The id of the visit type.
    id: Uuid,
    /// What the doctor calls it.
    #[schema(examples("First visit"))]
    name: String,
    /// How patient and doctor meet.
    #[schema(schema_with = appointments::mode)]
    mode: &'static str,
    /// How long it lasts, in minutes; null for the doctor's usual length.
    minutes: Option<u16>,
    /// Minutes that the doctor needs before it; null for the doctor's usual ones.
    buffer_before: Option<u16>,
    /// Minutes that the doctor needs after it; null for the doctor's usual ones.
    buffer_after: Option<u16>,
    /// The link to the meeting of visits for which no other one is entered; null if there is none.
    meeting_link: Option<String>,
    /// What it costs; null for the doctor's usual fee.
    fee: Option<Fee>,
    /// Whether patients can book it.
    active: bool,
    /// Whether the doctor answers before such a visit is agreed: then a booking is a request.
    needs_approval: bool,
}

/// All visit types of a doctor.
#[derive(Serialize, ToSchema)]
pub(super) struct VisitTypes {
    /// The version. Send it with a change.
    version: i32,
    /// The usual length of a visit, in minutes.
    usual_minutes: u16,
    /// The usual fee; null when nobody has set it.
    usual_fee: Option<Fee>,
    /// The visit types, in the order in which patients see them. The first active one is meant when a booking names none.
    visit_types: Vec<VisitType>,
}

impl From<OwnVisitTypes> for VisitTypes {
    fn from(own: OwnVisitTypes) -> Self {
        Self {
            version: own.version,
            usual_minutes: own.usual_minutes,
            usual_fee: own.usual_fee.map(Into::into),
            visit_types: own.types.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<OwnVisitType> for VisitType {
    fn from(
        OwnVisitType { id, name, mode, minutes, buffer_before, buffer_after, meeting_link, fee, is_active, needs_approval }: OwnVisitType,
    ) -> Self {
        let fee = fee.map(Into::into);
        Self {
            id: id.into(),
            name,
            mode: mode.as_str(),
            minutes,
            buffer_before,
            buffer_after,
            meeting_link,
            fee,
            active: is_active,
            needs_approval,
        }
    }
}

/// A new or changed visit type.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "First visit", "mode": "in_person", "minutes": 45, "fee_minor": 9000, "version": 1 }))]
pub(super) struct VisitTypeRequest {
    /// What the doctor calls it.
    #[schema(min_length = 1, max_length = 60, pattern = r"\S")]
    name: String,
    /// How patient and doctor meet.
    #[schema(schema_with = appointments::mode)]
    mode: VisitMode,
    /// How long it lasts, in minutes; the doctor's usual length when it is not given.
    #[schema(minimum = 5, maximum = 240)]
    minutes: Option<i32>,
    /// Minutes that the doctor needs before it; the usual ones when it is not given.
    #[schema(minimum = 0, maximum = 120)]
    buffer_before: Option<i32>,
    /// Minutes that the doctor needs after it; the usual ones when it is not given.
    #[schema(minimum = 0, maximum = 120)]
    buffer_after: Option<i32>,
    /// The link to the meeting of visits with the mode `external` for which no other one is entered: `https`. None when it is not given.
    #[schema(max_length = 500)]
    meeting_link: Option<String>,
    /// What it costs, in minor units of the doctor's currency; the usual fee when it is not given.
    #[schema(minimum = 0, maximum = 1000000000)]
    fee_minor: Option<i32>,
    /// Whether patients can book it; `true` when it is not given.
    active: Option<bool>,
    /// The version that the change is based on. If the current version differs, nothing is changed.
    pub(super) version: i32,
}

impl FromFields for VisitTypeRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (name, mode) = (fields.required("name", fields::text), fields.required("mode", VisitMode::parse));
        let (minutes, fee_minor) = (fields.optional_number("minutes"), fields.optional_number("fee_minor"));
        let (buffer_before, buffer_after) = (fields.optional_number("buffer_before"), fields.optional_number("buffer_after"));
        let meeting_link = fields.optional("meeting_link", fields::text);
        let (active, version) = (fields.optional_bool("active"), fields.required_number("version"));
        Some(Self {
            name: name?,
            mode: mode?,
            minutes,
            buffer_before,
            buffer_after,
            meeting_link,
            fee_minor,
            active,
            version: version?,
        })
    }
}

impl VisitTypeRequest {
    /// The visit type as a form would send it.
    pub(super) fn typed(&self, currency: Currency) -> Result<TypedVisitType, Error> {
        // The use case would name the fields of a form, and this request has one number.
        let fee = self.fee_minor.map(|minor| check_fee(Money::new(minor.into(), currency))).transpose();
        let fee = fee.map_err(|fault| Error::field("fee_minor", fault))?;
        Ok(TypedVisitType {
            name: self.name.clone(),
            mode: self.mode.as_str().to_owned(),
            minutes: self.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            buffer_before: self.buffer_before.map(|minutes| minutes.to_string()).unwrap_or_default(),
            buffer_after: self.buffer_after.map(|minutes| minutes.to_string()).unwrap_or_default(),
            meeting_link: self.meeting_link.clone().unwrap_or_default(),
            fee: fee.map(TypedFee::of).unwrap_or_default(),
            is_active: self.active.unwrap_or(true),
        })
    }
}

/// Lists the visit types of the doctor as whom the caller acts, those that cannot be booked included.
#[utoipa::path(
    get, path = "/visit-types", tag = "doctors", operation_id = "list_visit_types",
    responses(
        (status = 200, description = "The visit types.", body = VisitTypes),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
    )
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<VisitTypes>, Problem> {
    Ok(Json(current(&domain, &access).await?.into()))
}

/// Adds a visit type after the others.
#[utoipa::path(
    post, path = "/visit-types", tag = "doctors", operation_id = "add_visit_type", request_body = VisitTypeRequest,
    responses(
        (status = 201, description = "The visit types, with the new one.", body = VisitTypes),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version. `scheduling.too_many_visit_types`: there are 10 \
            already.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<VisitTypeRequest>,
) -> Result<(StatusCode, Json<VisitTypes>), Problem> {
    let typed = request.typed(current(&domain, &access).await?.currency)?;
    retry(|| scheduling::add_visit_type(&domain, &access, typed.clone(), request.version)).await?;
    Ok((StatusCode::CREATED, Json(current(&domain, &access).await?.into())))
}

/// Changes a visit type. Appointments that are already booked stay as they are.
#[utoipa::path(
    put, path = "/visit-types/{visit_type_id}", tag = "doctors", operation_id = "edit_visit_type", request_body = VisitTypeRequest,
    params(("visit_type_id" = Uuid, Path, description = "The id of the visit type.")),
    responses(
        (status = 200, description = "The visit types, with the changed one.", body = VisitTypes),
        (status = 403, description = "`access.forbidden`: the caller does not act as a doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: something was changed since that version. `scheduling.last_visit_type`: patients could book \
            no other type.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<VisitTypeId>,
    Body(request): Body<VisitTypeRequest>,
) -> Result<Json<VisitTypes>, Problem> {
    let typed = request.typed(current(&domain, &access).await?.currency)?;
    retry(|| scheduling::edit_visit_type(&domain, &access, id, typed.clone(), request.version)).await?;
    Ok(Json(current(&domain, &access).await?.into()))
}

async fn current(domain: &Domain, access: &Access) -> Result<OwnVisitTypes, Error> {
    retry(|| scheduling::visit_types(domain, access)).await
}
