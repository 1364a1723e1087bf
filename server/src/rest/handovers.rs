//! Handing the record of a young person over: the offer of a guardian, its mail and its end, and taking the record over.

use super::{
    Problem,
    callers::{Id, SignedIn},
    family::{Family, shown},
    fields::{self, Fields, FromFields},
    payload::{Body, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, AcceptHandover, OfferHandover},
    error::retry,
};
use jiff::civil::Date;
use model::{
    directory::GuardiansAccess,
    ids::{HandoverId, PatientId},
};
use utoipa::{ToSchema, openapi::Object};

fn guardians() -> Object {
    one_of(GuardiansAccess::ALL.iter().map(|access| access.as_str()))
}

/// Whose record is handed over, and to which address.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "patient_id": "0193a5c0-7c00-7000-8000-000000000001", "email": "mia@people.example" }))]
pub(super) struct NewHandover {
    /// The young person: `patient_id` of an entry with `may_hand_over`.
    #[schema(value_type = Uuid)]
    patient_id: PatientId,
    /// The young person's own e-mail address.
    email: String,
}

impl FromFields for NewHandover {
    fn read(fields: &mut Fields) -> Option<Self> {
        let patient_id = fields.required("patient_id", fields::id);
        let email = fields.required("email", fields::text);
        Some(Self { patient_id: patient_id?, email: email? })
    }
}

/// Offers the record of a young person to them, and mails a link to their address. The link works once, for 14 days.
#[utoipa::path(
    post, path = "/me/family/handovers", tag = "people", operation_id = "offer_handover", request_body = NewHandover,
    responses(
        (status = 201, description = "Both lists of the family, with the handover.", body = Family),
        (status = 409, description = "`directory.handover_open`: a handover of this record waits already; \
            `directory.patient_has_account`.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `unknown_choice` for `patient_id` means that the caller \
            may not hand this record over.", body = ErrorBody),
    )
)]
pub(super) async fn offer(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(new): Body<NewHandover>,
) -> Result<(StatusCode, Json<Family>), Problem> {
    let command = OfferHandover { patient: new.patient_id.to_string(), email: new.email };
    retry(|| directory::offer_handover(&domain, &access, command.clone())).await?;
    Ok((StatusCode::CREATED, Json(shown(&domain, &access).await?)))
}

/// Mails the link of a handover again. It then works for another 14 days.
#[utoipa::path(
    post, path = "/me/family/handovers/{handover_id}/sending", tag = "people", operation_id = "send_handover",
    params(("handover_id" = Uuid, Path, description = "The id of the handover.")),
    responses(
        (status = 204, description = "The link was mailed."),
        (status = 404, description = "`not_found`: it was accepted or withdrawn, or the caller is no guardian.", body = ErrorBody),
    )
)]
pub(super) async fn send(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(handover): Id<HandoverId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::send_handover_again(&domain, &access, handover)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws a handover. Its link does not work any more.
#[utoipa::path(
    delete, path = "/me/family/handovers/{handover_id}", tag = "people", operation_id = "withdraw_handover",
    params(("handover_id" = Uuid, Path, description = "The id of the handover.")),
    responses(
        (status = 204, description = "It is withdrawn."),
        (status = 404, description = "`not_found`: it was accepted or withdrawn, or the caller is no guardian.", body = ErrorBody),
    )
)]
pub(super) async fn withdraw(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(handover): Id<HandoverId>,
) -> Result<StatusCode, Problem> {
    retry(|| directory::withdraw_handover(&domain, &access, handover)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A link of a handover, and what becomes of the access of the guardians.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "token": "0123456789abcdef0123456789abcdef", "guardians": "stays", "until": "2027-03-31" }))]
pub(super) struct TakenRecord {
    /// The last part of the link.
    token: String,
    /// Whether the guardians go on acting: `ends` at once, or `stays` until a day.
    #[schema(schema_with = guardians)]
    guardians: GuardiansAccess,
    /// The last day on which they act, where the caller lives; at most a year ahead. Required with `stays`.
    until: Option<Date>,
}

impl FromFields for TakenRecord {
    fn read(fields: &mut Fields) -> Option<Self> {
        let token = fields.required("token", fields::text);
        let guardians = fields.required("guardians", GuardiansAccess::parse);
        let until = fields.optional("until", fields::day);
        Some(Self { token: token?, guardians: guardians?, until })
    }
}

/// Takes a record over, which becomes the caller's own.
#[utoipa::path(
    post, path = "/me/handover", tag = "people", operation_id = "accept_handover", request_body = TakenRecord,
    responses(
        (status = 200, description = "Both lists of the family. `acted_by` has the guardians who still act.", body = Family),
        (status = 404, description = "`identity.link_unknown`.", body = ErrorBody),
        (status = 409, description = "`directory.handover_foreign`: the link was sent to another address; `directory.handover_record`: the \
            caller has another date of birth, or a record that is in use.", body = ErrorBody),
        (status = 410, description = "`directory.handover_over`: it was accepted or withdrawn, or is too old.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`.", body = ErrorBody),
    )
)]
pub(super) async fn accept(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(taken): Body<TakenRecord>,
) -> Result<Json<Family>, Problem> {
    let TakenRecord { token, guardians, until } = taken;
    let until = until.map_or_else(Default::default, parts);
    let command = AcceptHandover { token, guardians: guardians.as_str().to_owned(), until };
    retry(|| directory::accept_handover(&domain, &access, command.clone())).await?;
    Ok(Json(shown(&domain, &access).await?))
}

/// The day, month and year of a date, as a form has them.
fn parts(date: Date) -> [String; 3] {
    [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())]
}
