//! The licences of the verified doctor as whom the caller acts, the insurance, and the review of licences.

use super::{
    Problem,
    callers::{Id, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query, one_of},
    problem::ErrorBody,
};
use axum::{Json, extract::State, http::StatusCode};
use domain::{
    Domain,
    directory::{self, ChangeCover, ReviewLicence, StateLicence, TypedLicence},
    error::retry,
};
use jiff::{Timestamp, civil::Date};
use model::{
    directory::{ApplicationDecision, CoverView, LicenceRow, LicenceState, LicencesView, OwnLicence},
    errors::FieldFault,
    ids::LicenceId,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema, openapi::Object};
use uuid::Uuid;

/// The licences of a doctor, and the insurance.
#[derive(Serialize, ToSchema)]
pub(super) struct Licences {
    /// The licences: those that wait for a review, then the newest. Those that a renewed one has replaced are left out.
    licences: Vec<StatedLicence>,
    /// Whether the doctor has a licence that is valid today. If not, nobody can book, and nothing can be signed.
    may_practise: bool,
    /// The insurance against malpractice, if one was stated.
    cover: Option<Cover>,
    /// The version of the doctor. Send it with a change of the insurance.
    version: i32,
}

/// A licence, and how far it is.
#[derive(Serialize, ToSchema)]
struct StatedLicence {
    /// The id.
    id: Uuid,
    /// The number.
    number: String,
    /// The authority that issued it.
    authority: String,
    /// The ISO 3166-1 alpha-2 code of the country of the authority.
    country: String,
    /// The state or province in which it is valid, if not in the whole country.
    region: Option<String>,
    /// When it was issued.
    issued_on: Option<Date>,
    /// The last day on which it is valid.
    expires_on: Date,
    /// How far it is.
    #[schema(schema_with = states)]
    state: LicenceState,
    /// What the administrator wrote.
    reply: Option<String>,
    /// The version of the licence. Send it with a change.
    version: i32,
}

/// An insurance against malpractice.
#[derive(Serialize, ToSchema)]
struct Cover {
    /// The insurer.
    insurer: String,
    /// The number of the policy.
    number: String,
    /// The last day of the cover.
    until: Date,
}

fn states() -> Object {
    one_of(LicenceState::ALL.iter().map(|state| state.as_str()))
}

fn decisions() -> Object {
    one_of(ApplicationDecision::ALL.iter().map(|decision| decision.as_str()))
}

impl From<LicencesView> for Licences {
    fn from(view: LicencesView) -> Self {
        let may_practise = view.may_practise();
        let licences = view.licences.into_iter().map(Into::into).collect();
        Self { licences, may_practise, cover: view.cover.map(Into::into), version: view.version }
    }
}

impl From<OwnLicence> for StatedLicence {
    fn from(licence: OwnLicence) -> Self {
        Self {
            id: licence.id.into(),
            number: licence.number,
            authority: licence.authority,
            country: licence.country.as_str().to_owned(),
            region: licence.region,
            issued_on: licence.issued_on,
            expires_on: licence.expires_on,
            state: licence.state,
            reply: licence.reply,
            version: licence.version,
        }
    }
}

impl From<CoverView> for Cover {
    fn from(CoverView { insurer, number, until, .. }: CoverView) -> Self {
        Self { insurer, number, until }
    }
}

/// A licence to be checked.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "licence_number": "7012345", "licence_authority": "General Medical Council", "licence_country": "GB", "licence_expires": "2030-03-31"
}))]
pub(super) struct LicenceStatement {
    /// The number.
    licence_number: String,
    /// The authority that issued it.
    licence_authority: String,
    /// The ISO 3166-1 alpha-2 code of the country of the authority.
    licence_country: String,
    /// The state or province in which it is valid, if not in the whole country.
    licence_region: Option<String>,
    /// When it was issued.
    licence_issued: Option<Date>,
    /// The last day on which it is valid.
    licence_expires: Date,
    /// The version of the licence that is corrected or renewed. It is needed for that, and ignored for another licence.
    version: Option<i32>,
}

impl FromFields for LicenceStatement {
    fn read(fields: &mut Fields) -> Option<Self> {
        let licence_number = fields.required("licence_number", fields::text);
        let licence_authority = fields.required("licence_authority", fields::text);
        let licence_country = fields.required("licence_country", fields::text);
        let licence_region = fields.optional("licence_region", fields::text);
        let licence_issued = fields.optional("licence_issued", fields::day);
        let licence_expires = fields.required("licence_expires", fields::day);
        let version = fields.optional_number("version");
        Some(Self {
            licence_number: licence_number?,
            licence_authority: licence_authority?,
            licence_country: licence_country?,
            licence_region,
            licence_issued,
            licence_expires: licence_expires?,
            version,
        })
    }
}

impl LicenceStatement {
    fn typed(self) -> TypedLicence {
        TypedLicence {
            number: self.licence_number,
            authority: self.licence_authority,
            country: self.licence_country,
            region: self.licence_region.unwrap_or_default(),
            issued: self.licence_issued.map(in_fields).unwrap_or_default(),
            expires: in_fields(self.licence_expires),
        }
    }
}

/// A day as it is typed into three fields.
fn in_fields(date: Date) -> [String; 3] {
    [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())]
}

/// Gets the licences of the doctor as whom the caller acts, and the insurance.
#[utoipa::path(
    get, path = "/me/licences", tag = "people", operation_id = "get_licences",
    responses(
        (status = 200, description = "The licences.", body = Licences),
        (status = 403, description = "`access.forbidden`: the caller does not act as a verified doctor.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Licences>, Problem> {
    Ok(Json(retry(|| directory::own_licences(&domain, &access)).await?.into()))
}

/// States another licence of the doctor as whom the caller acts. It counts once an administrator has approved it.
#[utoipa::path(
    post, path = "/me/licences", tag = "people", operation_id = "add_licence", request_body = LicenceStatement,
    responses(
        (status = 201, description = "The licences, with the new one.", body = Licences),
        (status = 403, description = "`access.forbidden`: the caller does not act as a verified doctor.", body = ErrorBody),
        (status = 409, description = "`directory.licence_waiting`: the same licence waits for its review already.", body = ErrorBody),
    )
)]
pub(super) async fn add(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(statement): Body<LicenceStatement>,
) -> Result<(StatusCode, Json<Licences>), Problem> {
    let command = StateLicence { of: None, licence: statement.typed() };
    retry(|| directory::state_licence(&domain, &access, command.clone())).await?;
    let licences = retry(|| directory::own_licences(&domain, &access)).await?;
    Ok((StatusCode::CREATED, Json(licences.into())))
}

/// Corrects a licence that waits, was refused or for which more was asked, or renews one that was approved, which stays valid until the renewed one is approved.
#[utoipa::path(
    put, path = "/me/licences/{licence_id}", tag = "people", operation_id = "renew_licence", request_body = LicenceStatement,
    params(("licence_id" = Uuid, Path, description = "The id of the licence.")),
    responses(
        (status = 200, description = "The licences.", body = Licences),
        (status = 403, description = "`access.forbidden`: the caller does not act as a verified doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the licence has been changed since that version. `directory.licence_waiting`: the same \
            licence waits for its review already.", body = ErrorBody),
    )
)]
pub(super) async fn renew(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<LicenceId>,
    Body(statement): Body<LicenceStatement>,
) -> Result<Json<Licences>, Problem> {
    let version = statement.version.ok_or_else(|| domain::Error::field("version", FieldFault::Missing))?;
    let command = StateLicence { of: Some((id, version)), licence: statement.typed() };
    retry(|| directory::state_licence(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| directory::own_licences(&domain, &access)).await?.into()))
}

/// The insurance against malpractice.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "cover_insurer": "Medical Protection", "cover_number": "MP-1", "cover_until": "2027-12-31", "version": 1 }))]
pub(super) struct CoverChange {
    /// The insurer. The insurance is removed when insurer, number and last day are not given.
    cover_insurer: Option<String>,
    /// The number of the policy.
    cover_number: Option<String>,
    /// The last day of the cover.
    cover_until: Option<Date>,
    /// The version of the doctor that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for CoverChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let cover_insurer = fields.optional("cover_insurer", fields::text);
        let cover_number = fields.optional("cover_number", fields::text);
        let cover_until = fields.optional("cover_until", fields::day);
        let version = fields.required_number("version");
        Some(Self { cover_insurer, cover_number, cover_until, version: version? })
    }
}

/// Changes the insurance of the doctor as whom the caller acts.
#[utoipa::path(
    put, path = "/me/cover", tag = "people", operation_id = "change_cover", request_body = CoverChange,
    responses(
        (status = 200, description = "The licences, with the changed insurance.", body = Licences),
        (status = 403, description = "`access.forbidden`: the caller does not act as a verified doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the doctor has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn change_cover(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<CoverChange>,
) -> Result<Json<Licences>, Problem> {
    let command = ChangeCover {
        insurer: change.cover_insurer.unwrap_or_default(),
        number: change.cover_number.unwrap_or_default(),
        until: change.cover_until.map(in_fields).unwrap_or_default(),
        version: change.version,
    };
    retry(|| directory::change_cover(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| directory::own_licences(&domain, &access)).await?.into()))
}

/// Selects licences.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct LicenceQuery {
    /// Only licences in this state; those that wait by default.
    #[param(schema_with = states, required = false)]
    state: LicenceState,
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<LicenceId>,
}

impl FromFields for LicenceQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let state = fields.optional("state", LicenceState::parse);
        let cursor = fields.optional("cursor", fields::id);
        Some(Self { state: state.unwrap_or(LicenceState::Waiting), cursor })
    }
}

/// A licence in the list of an administrator.
#[derive(Serialize, ToSchema)]
pub(super) struct ListedLicence {
    /// The id.
    id: Uuid,
    /// The name of the doctor.
    doctor_name: String,
    /// The authority that issued it.
    authority: String,
    /// The ISO 3166-1 alpha-2 code of the country of the authority.
    country: String,
    /// The last day on which it is valid.
    expires_on: Date,
    /// When the doctor sent it.
    sent_at: Timestamp,
}

impl From<LicenceRow> for ListedLicence {
    fn from(LicenceRow { id, doctor_name, authority, country, expires_on, sent_at }: LicenceRow) -> Self {
        Self { id: id.into(), doctor_name, authority, country: country.as_str().to_owned(), expires_on, sent_at }
    }
}

/// Lists the licences of verified doctors, for administrators; those that were sent first come first.
#[utoipa::path(
    get, path = "/licences", tag = "people", operation_id = "list_licences", params(LicenceQuery),
    responses(
        (status = 200, description = "A page of licences.", body = List<ListedLicence>),
        (status = 403, description = "`access.forbidden`: the caller is not an administrator.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<LicenceQuery>,
) -> Result<Json<List<ListedLicence>>, Problem> {
    Ok(Json(List::of(retry(|| directory::licences_in(&domain, &access, query.state, query.cursor)).await?)))
}

/// A decision on a licence.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "decision": "refused", "reply": "The authority has withdrawn it.", "version": 1 }))]
pub(super) struct LicenceDecision {
    /// Verified: the doctor may practise with it. Refused: they may not; this also withdraws a licence that was approved. More asked: it is not decided
    /// yet, and waits again once the doctor has corrected it or added a document.
    #[schema(schema_with = decisions)]
    decision: ApplicationDecision,
    /// What the doctor is told. Needed for a refusal, and to ask for more.
    reply: Option<String>,
    /// The version of the licence that was reviewed. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for LicenceDecision {
    fn read(fields: &mut Fields) -> Option<Self> {
        let decision = fields.required("decision", ApplicationDecision::parse);
        let reply = fields.optional("reply", fields::text);
        let version = fields.required_number("version");
        Some(Self { decision: decision?, reply, version: version? })
    }
}

/// Decides on a licence, as an administrator.
#[utoipa::path(
    post, path = "/licences/{licence_id}/review", tag = "people", operation_id = "review_licence", request_body = LicenceDecision,
    params(("licence_id" = Uuid, Path, description = "The id of the licence.")),
    responses(
        (status = 204, description = "The decision is stored, and the doctor gets a mail."),
        (status = 403, description = "`directory.account_above` or `directory.account_elsewhere`: the caller does not decide about this doctor.", body = ErrorBody),
        (status = 409, description = "`directory.licence_decided`: there is a decision already. `directory.licence_expired`, `directory.licence_taken`: \
            it cannot be approved. `request.stale`: the licence has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn review(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(licence): Id<LicenceId>,
    Body(decided): Body<LicenceDecision>,
) -> Result<StatusCode, Problem> {
    let LicenceDecision { decision, reply, version } = decided;
    let command = ReviewLicence { licence, decision, reply: reply.unwrap_or_default(), version };
    retry(|| directory::review_licence(&domain, &access, command.clone())).await?;
    Ok(StatusCode::NO_CONTENT)
}
