//! The waiting list, and the times that are offered to those who wait.

use super::{
    Problem,
    appointments::{self, Appointment},
    callers::{Id, SignedIn},
    directory::Fee,
    fields::{self, Fields, FromFields},
    payload::{Body, List, OptionalBody, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    error::retry,
    scheduling::{self, AcceptOffer, JoinWaitingList},
};
use jiff::{
    Timestamp,
    civil::{Date, Time},
};
use model::{
    errors::FieldFault,
    ids::{AppointmentId, DoctorId, PatientId, WaitingEntryId, WaitingOfferId},
    scheduling::{OfferState, OfferView, VisitMode, WaitingView},
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// An entry of the waiting list.
#[derive(Serialize, ToSchema)]
pub(super) struct WaitingEntry {
    /// The id of the entry.
    id: Uuid,
    /// The id of the patient.
    patient_id: Uuid,
    /// The patient's name.
    patient_name: String,
    /// The id of the doctor; null for any doctor of the specialty.
    doctor_id: Option<Uuid>,
    /// The doctor's name.
    doctor_name: Option<String>,
    /// The specialty, as `/specialties` names it; null for one doctor.
    specialty: Option<String>,
    /// The appointment that moves if a time is accepted; null if a new one is booked.
    appointment_id: Option<Uuid>,
    /// How patient and doctor are to meet; null for any way.
    #[schema(schema_with = appointments::mode, required = false)]
    mode: Option<&'static str>,
    /// The days of the week that suit: `monday` … `sunday`.
    days: Vec<String>,
    /// The earliest time of day that suits, in the time zone of the clinic; null for any time.
    #[schema(examples("09:00"))]
    from: Option<String>,
    /// When the visit has to be over; `00:00` is the end of the day.
    #[schema(examples("12:00"))]
    to: Option<String>,
    /// The last date that suits.
    until: Date,
    /// Since when the patient waits.
    since: Timestamp,
    /// The offer that waits for an answer; null if there is none.
    offer_id: Option<Uuid>,
}

impl From<WaitingView> for WaitingEntry {
    fn from(view: WaitingView) -> Self {
        let clock = |time: Time| time.strftime("%H:%M").to_string();
        Self {
            id: view.id.uuid(),
            patient_id: view.patient.id.uuid(),
            patient_name: view.patient.name,
            doctor_id: view.doctor.as_ref().map(|doctor| doctor.id.uuid()),
            doctor_name: view.doctor.map(|doctor| doctor.name),
            specialty: view.specialty.map(|specialty| specialty.slug),
            appointment_id: view.appointment.map(AppointmentId::uuid),
            mode: view.mode.map(VisitMode::as_str),
            days: view.times.days.names().into_iter().map(str::to_owned).collect(),
            from: view.times.hours.map(|hours| clock(hours.start())),
            to: view.times.hours.map(|hours| clock(hours.end())),
            until: view.times.until,
            since: view.since,
            offer_id: view.offer.map(|offer| offer.id.uuid()),
        }
    }
}

/// A new entry of the waiting list. It names an appointment, a doctor or a specialty.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "specialty": "general-practice", "days": ["monday"], "from": "09:00", "to": "12:00", "until": "2026-12-24", "reason": "Cough" }))]
pub(super) struct WaitingRequest {
    /// The id of the patient, for reception; a patient leaves it out.
    #[schema(value_type = Option<Uuid>)]
    patient_id: Option<PatientId>,
    /// An appointment that is to move to an earlier time.
    #[schema(value_type = Option<Uuid>)]
    appointment_id: Option<AppointmentId>,
    /// The id of a doctor.
    #[schema(value_type = Option<Uuid>)]
    doctor_id: Option<DoctorId>,
    /// A specialty: a `slug` of `/specialties`.
    specialty: Option<String>,
    /// How patient and doctor are to meet; any way when it is not given.
    #[schema(schema_with = appointments::mode, required = false)]
    mode: Option<VisitMode>,
    /// The days of the week that suit: `monday` … `sunday`; all when it is not given.
    days: Option<Vec<String>>,
    /// The earliest time of day that suits, in the time zone of the clinic; any time when neither it nor `to` is given.
    #[schema(value_type = Option<String>)]
    from: Option<Time>,
    /// When the visit has to be over; `00:00` is the end of the day.
    #[schema(value_type = Option<String>)]
    to: Option<Time>,
    /// The last date that suits.
    until: Date,
    /// The reason for the visit, in the patient's words. Not needed with an appointment.
    reason: Option<String>,
}

impl FromFields for WaitingRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        let clock = |text: &str| Time::strptime("%H:%M", text).map_err(|_| FieldFault::Malformed);
        let patient_id = fields.optional("patient_id", fields::id);
        let appointment_id = fields.optional("appointment_id", fields::id);
        let (doctor_id, specialty) = (fields.optional("doctor_id", fields::id), fields.optional("specialty", fields::text));
        let (mode, days) = (fields.optional("mode", VisitMode::parse), fields.optional_texts("days"));
        let (from, to) = (fields.optional("from", clock), fields.optional("to", clock));
        let (until, reason) = (fields.required("until", fields::day), fields.optional("reason", fields::text));
        Some(Self { patient_id, appointment_id, doctor_id, specialty, mode, days, from, to, until: until?, reason })
    }
}

/// The id of a new entry.
#[derive(Serialize, ToSchema)]
pub(super) struct NewEntry {
    /// The id of the entry.
    id: Uuid,
}

fn offer_state() -> Object {
    one_of(OfferState::ALL.iter().map(|state| state.as_str()))
}

/// A time that is offered to a person on the waiting list.
#[derive(Serialize, ToSchema)]
pub(super) struct WaitingOffer {
    /// The id of the offer.
    id: Uuid,
    /// The state. Only `open` is not final.
    #[schema(schema_with = offer_state)]
    state: &'static str,
    /// The id of the doctor.
    doctor_id: Uuid,
    /// The doctor's name.
    doctor_name: String,
    /// The id of the clinic.
    clinic_id: Uuid,
    /// How patient and doctor meet.
    #[schema(schema_with = appointments::mode)]
    mode: &'static str,
    /// When the visit begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
    /// Until when it can be accepted.
    expires_at: Timestamp,
    /// What the visit costs; null if it can no longer be booked.
    fee: Option<Fee>,
    /// When the appointment is now that moves; null if a new one is booked.
    moves_from: Option<Timestamp>,
    /// The appointment that was booked or moved.
    appointment_id: Option<Uuid>,
}

impl From<OfferView> for WaitingOffer {
    fn from(view: OfferView) -> Self {
        Self {
            id: view.id.uuid(),
            state: view.state.as_str(),
            doctor_id: view.doctor.id.uuid(),
            doctor_name: view.doctor.name,
            clinic_id: view.clinic.id.uuid(),
            mode: view.mode.as_str(),
            starts_at: view.starts_at,
            ends_at: view.ends_at,
            expires_at: view.expires_at,
            fee: view.fee.map(Fee::from),
            moves_from: view.moves_from,
            appointment_id: view.appointment.map(AppointmentId::uuid),
        }
    }
}

/// What else an acceptance says.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AcceptRequest {
    /// The number that the doctor calls at a visit by phone, with the country code; by default that of the account.
    phone: Option<String>,
    /// The fee that the patient has agreed to: `fee.amount_minor` of the offer. If it is another one now, nothing is booked.
    fee_minor: Option<i32>,
}

impl FromFields for AcceptRequest {
    fn read(fields: &mut Fields) -> Option<Self> {
        Some(Self { phone: fields.optional("phone", fields::text), fee_minor: fields.optional_number("fee_minor") })
    }
}

/// Lists the entries of the waiting list: a patient's own, or those of the clinic for its staff. The first to join is first.
#[utoipa::path(
    get, path = "/waitlist", tag = "appointments", operation_id = "list_waiting",
    responses(
        (status = 200, description = "The entries.", body = List<WaitingEntry>),
        (status = 403, description = "`access.forbidden`: the caller's role has no waiting list.", body = ErrorBody),
    )
)]
pub(super) async fn list(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<List<WaitingEntry>>, Problem> {
    Ok(Json(List::whole(retry(|| scheduling::waiting_list(&domain, &access)).await?)))
}

/// Puts a patient on the waiting list. A time that becomes free and suits is offered by mail, to one person after the other.
#[utoipa::path(
    post, path = "/waitlist", tag = "appointments", operation_id = "join_waiting_list", request_body = WaitingRequest,
    responses(
        (status = 201, description = "The new entry.", body = NewEntry),
        (status = 403, description = "`access.forbidden`: the caller acts for no patient.", body = ErrorBody),
        (status = 404, description = "`not_found`: the patient or the appointment does not exist for the caller.", body = ErrorBody),
        (status = 409, description = "`scheduling.already_waiting`, `scheduling.waiting_too_often`, `scheduling.waiting_without_account`, `scheduling.appointment_settled`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn join(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<WaitingRequest>,
) -> Result<(StatusCode, Json<NewEntry>), Problem> {
    let command = JoinWaitingList {
        patient: request.patient_id,
        appointment: request.appointment_id,
        doctor: request.doctor_id,
        specialty: request.specialty,
        mode: request.mode,
        days: request.days.unwrap_or_default(),
        from: request.from,
        to: request.to,
        until: request.until,
        reason: request.reason.unwrap_or_default(),
    };
    let id = retry(|| scheduling::join_waiting_list(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(NewEntry { id: id.uuid() })))
}

/// Takes a patient off the waiting list. An offer that waits for an answer ends.
#[utoipa::path(
    delete, path = "/waitlist/{waiting_entry_id}", tag = "appointments", operation_id = "leave_waiting_list",
    params(("waiting_entry_id" = Uuid, Path, description = "The id of the entry.")),
    responses((status = 204, description = "The patient no longer waits."))
)]
pub(super) async fn leave(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(entry): Id<WaitingEntryId>,
) -> Result<StatusCode, Problem> {
    retry(|| scheduling::leave_waiting_list(&domain, &access, entry)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Gets a time that is offered to the patient.
#[utoipa::path(
    get, path = "/waitlist/offers/{waiting_offer_id}", tag = "appointments", operation_id = "get_waiting_offer",
    params(("waiting_offer_id" = Uuid, Path, description = "The id of the offer.")),
    responses((status = 200, description = "The offer.", body = WaitingOffer))
)]
pub(super) async fn offer(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(offer): Id<WaitingOfferId>,
) -> Result<Json<WaitingOffer>, Problem> {
    Ok(Json(retry(|| scheduling::waiting_offer(&domain, &access, offer)).await?.into()))
}

/// Accepts an offered time: an appointment moves to it, or a new one is booked. Accepting twice is the same as once.
#[utoipa::path(
    post, path = "/waitlist/offers/{waiting_offer_id}/accept", tag = "appointments", operation_id = "accept_waiting_offer",
    request_body = Option<AcceptRequest>,
    params(("waiting_offer_id" = Uuid, Path, description = "The id of the offer.")),
    responses(
        (status = 200, description = "The appointment.", body = Appointment),
        (status = 409, description = "`scheduling.slot_taken`, `scheduling.fee_changed`, `scheduling.visit_type_gone`, `scheduling.appointment_settled`, or another reason \
            why the time cannot be booked.", body = ErrorBody),
        (status = 410, description = "`scheduling.offer_gone`: it was refused, or nobody accepted it in time.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn accept(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(offer): Id<WaitingOfferId>,
    OptionalBody(request): OptionalBody<AcceptRequest>,
) -> Result<Json<Appointment>, Problem> {
    let (phone, fee_minor) = request.map_or((None, None), |request| (request.phone, request.fee_minor));
    let command = AcceptOffer { offer, phone: phone.unwrap_or_default(), fee_minor: fee_minor.map(i64::from) };
    Ok(Json(retry(|| scheduling::accept_offer(&domain, &access, command.clone())).await?.into()))
}

/// Refuses an offered time. The patient stays on the waiting list.
#[utoipa::path(
    post, path = "/waitlist/offers/{waiting_offer_id}/refuse", tag = "appointments", operation_id = "refuse_waiting_offer",
    params(("waiting_offer_id" = Uuid, Path, description = "The id of the offer.")),
    responses((status = 204, description = "The offer has ended."))
)]
pub(super) async fn refuse(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(offer): Id<WaitingOfferId>,
) -> Result<StatusCode, Problem> {
    retry(|| scheduling::refuse_offer(&domain, &access, offer)).await?;
    Ok(StatusCode::NO_CONTENT)
}
