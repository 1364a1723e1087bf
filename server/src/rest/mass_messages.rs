//! Messages of an administrator to all patients of a clinic who have agreed to such messages.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    chat::{self, AnswerMass, SendMass},
    error::retry,
};
use jiff::Timestamp;
use model::{
    chat::mass::{MassAnswer, MassBoard, MassConsent, MassMessage},
    ids::ClinicId,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Whether a patient gets the messages of one of their clinics to many.
#[derive(Serialize, ToSchema)]
pub(super) struct MassMessageConsent {
    /// The id of the clinic.
    clinic_id: Uuid,
    /// Its name.
    clinic_name: String,
    /// Whether the patient has agreed.
    agreed: bool,
    /// When they answered last.
    since: Option<Timestamp>,
    /// The version. Send it with an answer; 0 while there was none.
    version: i32,
}

impl From<MassConsent> for MassMessageConsent {
    fn from(consent: MassConsent) -> Self {
        let MassConsent { clinic, clinic_name, agreed, since, version } = consent;
        Self { clinic_id: clinic.uuid(), clinic_name, agreed, since, version }
    }
}

/// A patient's answer.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "answer": "agree", "version": 0 }))]
pub(super) struct MassMessageAnswer {
    /// `agree` or `withdraw`.
    #[schema(value_type = String)]
    answer: MassAnswer,
    /// The version of the answer before; 0 if there was none.
    version: i32,
}

impl FromFields for MassMessageAnswer {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (answer, version) = (fields.required("answer", MassAnswer::parse), fields.required_number("version"));
        Some(Self { answer: answer?, version: version? })
    }
}

/// A message to many that was sent.
#[derive(Serialize, ToSchema)]
pub(super) struct SentMassMessage {
    /// Its id.
    id: Uuid,
    /// What it is about.
    subject: String,
    /// Who sent it.
    sent_by: String,
    /// When.
    sent_at: Timestamp,
    /// To how many patients it was to go.
    recipients: i64,
    /// How many of them have it.
    delivered: i64,
}

impl From<MassMessage> for SentMassMessage {
    fn from(message: MassMessage) -> Self {
        let MassMessage { id, subject, sent_by, sent_at, recipients, delivered } = message;
        Self { id: id.uuid(), subject, sent_by, sent_at, recipients, delivered }
    }
}

/// The messages of a clinic to many.
#[derive(Serialize, ToSchema)]
pub(super) struct MassMessages {
    /// How many patients of the clinic have agreed: to so many a message would go now.
    agreed: i64,
    /// The newest ones that were sent, 50 at most.
    items: Vec<SentMassMessage>,
}

impl From<MassBoard> for MassMessages {
    fn from(board: MassBoard) -> Self {
        Self { agreed: board.agreed, items: board.sent.into_iter().map(Into::into).collect() }
    }
}

/// A message to all patients of a clinic who have agreed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "subject": "Opening hours", "text": "From Monday on we open at nine.", "counted": 12, "client_key": "6c5f0d5e-5a0e-4f0e-9d5b-0a8c6f1d2e3f",
}))]
pub(super) struct NewMassMessage {
    /// What it is about.
    subject: String,
    /// The text.
    text: String,
    /// To how many patients it would go: `agreed` as it was read before.
    counted: i32,
    /// A key of the caller's making. A repeat with the same key is the same message.
    client_key: Uuid,
}

impl FromFields for NewMassMessage {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (subject, text) = (fields.required("subject", fields::text), fields.required("text", fields::text));
        let (counted, client_key) = (fields.required_number("counted"), fields.required("client_key", fields::id));
        Some(Self { subject: subject?, text: text?, counted: counted?, client_key: client_key? })
    }
}

/// Lists what the patient on whose behalf the caller acts has answered, for each of their clinics.
#[utoipa::path(
    get, path = "/mass-message-consents", tag = "messages", operation_id = "list_mass_consents",
    responses(
        (status = 200, description = "The answers, on one page.", body = List<MassMessageConsent>),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
    )
)]
pub(super) async fn consents(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
) -> Result<Json<List<MassMessageConsent>>, Problem> {
    Ok(Json(List::whole(retry(|| chat::mass_consents(&domain, &access)).await?)))
}

/// Agrees to the messages of a clinic to many, or withdraws that.
#[utoipa::path(
    put, path = "/mass-message-consents/{clinic_id}", tag = "messages", operation_id = "answer_mass_consent",
    request_body = MassMessageAnswer, params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 200, description = "All answers.", body = List<MassMessageConsent>),
        (status = 403, description = "`access.forbidden`: the caller does not act for a patient.", body = ErrorBody),
        (status = 409, description = "`chat.not_in_care`: the patient is none of the clinic. `request.stale`: it was answered meanwhile.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn answer(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(MassMessageAnswer { answer, version }): Body<MassMessageAnswer>,
) -> Result<Json<List<MassMessageConsent>>, Problem> {
    let command = AnswerMass { clinic, answer, version };
    retry(|| chat::answer_mass(&domain, &access, command)).await?;
    consents(State(domain), SignedIn(access)).await
}

/// Lists the messages of a clinic to many, with the number of patients to whom one would go now.
#[utoipa::path(
    get, path = "/clinics/{clinic_id}/mass-messages", tag = "organisation", operation_id = "list_mass_messages",
    params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses((status = 200, description = "The messages.", body = MassMessages))
)]
pub(super) async fn board(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
) -> Result<Json<MassMessages>, Problem> {
    Ok(Json(retry(|| chat::mass_board(&domain, &access, clinic)).await?.into()))
}

/// Sends a message to all patients of a clinic who have agreed. Each of them gets it in a conversation with the desk.
#[utoipa::path(
    post, path = "/clinics/{clinic_id}/mass-messages", tag = "organisation", operation_id = "send_mass_message",
    request_body = NewMassMessage, params(("clinic_id" = Uuid, Path, description = "The id of the clinic.")),
    responses(
        (status = 201, description = "The messages of the clinic to many.", body = MassMessages),
        (status = 409, description = "`request.stale`: another number of patients has agreed by now.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn send(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(clinic): Id<ClinicId>,
    Body(request): Body<NewMassMessage>,
) -> Result<(StatusCode, Json<MassMessages>), Problem> {
    let NewMassMessage { subject, text, counted, client_key } = request;
    let command = SendMass { clinic, subject, text, counted: counted.into(), client_key };
    retry(|| chat::send_mass(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, board(State(domain), SignedIn(access), Id(clinic)).await?))
}
