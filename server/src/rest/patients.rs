//! Patients, for the staff of a clinic: searching, registering, correcting.

use super::{
    Problem,
    callers::{Id, IdempotencyKey, SignedIn},
    fields::{self, Fields, FromFields},
    payload::{Body, List, Query},
    problem::ErrorBody,
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use domain::{
    Domain, Error,
    directory::{self, CorrectPatient, Likeness, ListPatients, NewPatient, PatientSearch, RegisterPatient},
    error::retry,
};
use jiff::{civil::Date, tz::TimeZone};
use model::{
    directory::{LikelyPatient, PatientCard, PatientRow},
    identity::DateOfBirth,
    ids::PatientId,
};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// A patient, as lists show them.
#[derive(Serialize, ToSchema)]
pub(super) struct PatientSummary {
    /// The id of the patient.
    id: Uuid,
    /// The person number.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
    /// The full name.
    name: String,
    /// The date of birth.
    #[schema(examples("1980-02-29"))]
    date_of_birth: Date,
    /// Whether the patient has an account of their own.
    has_account: bool,
}

impl From<PatientRow> for PatientSummary {
    fn from(row: PatientRow) -> Self {
        let PatientRow { id, number, name, date_of_birth, has_account } = row;
        Self { id: id.uuid(), number, name, date_of_birth, has_account }
    }
}

/// A patient.
#[derive(Serialize, ToSchema)]
pub(super) struct Patient {
    /// The id of the patient.
    id: Uuid,
    /// The person number.
    #[schema(examples("7K3-9QF-2X"))]
    number: String,
    /// The full name.
    name: String,
    /// The name in Latin letters; null if none was given.
    latin_name: Option<String>,
    /// The date of birth.
    #[schema(examples("1980-02-29"))]
    date_of_birth: Date,
    /// The phone number in E.164 format; null if none was given.
    #[schema(examples("+447700900123"))]
    phone: Option<String>,
    /// The id of the photo, a file; null if there is none.
    photo_id: Option<Uuid>,
    /// The id of the photo of the front of the insurance card, a file; null if there is none, or the caller is neither the reception nor an administrator.
    insurance_card_front_id: Option<Uuid>,
    /// The same for its back.
    insurance_card_back_id: Option<Uuid>,
    /// Whether the patient has an account of their own. Then only they correct their details.
    has_account: bool,
    /// The version of the patient. Send it with a correction.
    version: i32,
}

impl From<PatientCard> for Patient {
    fn from(card: PatientCard) -> Self {
        Self {
            id: card.id.uuid(),
            number: card.number,
            name: card.name,
            latin_name: card.latin_name,
            date_of_birth: card.date_of_birth,
            phone: card.phone,
            photo_id: card.photo.map(Into::into),
            insurance_card_front_id: card.insurance_front.map(Into::into),
            insurance_card_back_id: card.insurance_back.map(Into::into),
            has_account: card.has_account,
            version: card.version,
        }
    }
}

/// A known patient who is likely the same person as one to be registered.
#[derive(Serialize, ToSchema)]
pub(super) struct SimilarPatient {
    /// The id of the patient.
    id: Uuid,
    /// The full name.
    name: String,
    /// The date of birth.
    date_of_birth: Date,
    /// Whether the date of birth is the same and the name similar.
    same_person: bool,
    /// Whether the phone number is the same.
    same_phone: bool,
    /// Whether the caller's clinic knows the patient already.
    known_here: bool,
}

impl From<LikelyPatient> for SimilarPatient {
    fn from(likely: LikelyPatient) -> Self {
        let LikelyPatient { id, name, date_of_birth, same_person, same_phone, known_here } = likely;
        Self { id: id.uuid(), name, date_of_birth, same_person, same_phone, known_here }
    }
}

/// Which page of a list of patients to return.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PatientsQuery {
    /// The `next_cursor` of the previous page.
    #[param(value_type = Uuid, required = false)]
    cursor: Option<PatientId>,
    /// The number of items per page; 20 by default.
    #[param(value_type = u32, required = false, minimum = 1, maximum = 100)]
    limit: Option<u32>,
}

impl FromFields for PatientsQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (cursor, limit) = (fields.optional("cursor", fields::id), fields.optional("limit", fields::limit));
        Some(Self { cursor, limit })
    }
}

/// Lists the caller's patients, the newest first.
///
/// Nurses and receptionists get the patients whom their clinic cares for or has registered, doctors those whom they treat.
#[utoipa::path(
    get, path = "/patients", tag = "patients", operation_id = "list_patients", params(PatientsQuery),
    responses(
        (status = 200, description = "A page of patients.", body = List<PatientSummary>),
        (status = 403, description = "`access.forbidden`: the caller's role has no list of patients.", body = ErrorBody),
    )
)]
pub(super) async fn list(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Query(query): Query<PatientsQuery>,
) -> Result<Json<List<PatientSummary>>, Problem> {
    let command = ListPatients { after: query.cursor, limit: query.limit };
    Ok(Json(List::of(retry(|| directory::list_patients(&domain, &access, command)).await?)))
}

/// Whom to look for: a text, a date of birth, or both.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "text": "Muller", "date_of_birth": "1980-02-29" }))]
pub(super) struct PatientQuery {
    /// A name (accents and small mistakes do not matter), a person number, or a phone number with its country code.
    #[schema(max_length = 120)]
    text: Option<String>,
    /// The date of birth.
    date_of_birth: Option<Date>,
}

impl FromFields for PatientQuery {
    fn read(fields: &mut Fields) -> Option<Self> {
        let (text, date_of_birth) = (fields.optional("text", fields::text), fields.optional("date_of_birth", fields::day));
        Some(Self { text, date_of_birth })
    }
}

/// Searches the caller's patients, the best match first.
///
/// It is a POST, so that no name is in an address. At most 20 are returned.
#[utoipa::path(
    post, path = "/patients/search", tag = "patients", operation_id = "find_patients", request_body = PatientQuery,
    responses(
        (status = 200, description = "The patients found.", body = List<PatientSummary>),
        (status = 403, description = "`access.forbidden`: the caller's role has no list of patients.", body = ErrorBody),
    )
)]
pub(super) async fn find(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(query): Body<PatientQuery>,
) -> Result<Json<List<PatientSummary>>, Problem> {
    let date_of_birth = query.date_of_birth.map(parts).unwrap_or_default();
    let search = PatientSearch { text: query.text.unwrap_or_default(), date_of_birth };
    let found = retry(|| directory::find_patients(&domain, &access, &search)).await?;
    Ok(Json(List::of(found.page)))
}

/// A date as the three fields of a form.
pub(super) fn parts(date: Date) -> [String; 3] {
    [date.day().to_string(), date.month().to_string(), format!("{:04}", date.year())]
}

/// The details of a patient.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Amara Osei", "date_of_birth": "1980-02-29", "phone": "+44 7700 900123" }))]
pub(super) struct PatientDetails {
    /// The full name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The name in Latin letters. Required when documents cannot show the full name.
    latin_name: Option<String>,
    /// The date of birth. It is in the past, and at most 130 years ago.
    date_of_birth: Date,
    /// The phone number with its country code.
    phone: Option<String>,
}

impl FromFields for PatientDetails {
    fn read(fields: &mut Fields) -> Option<Self> {
        let name = fields.required("name", fields::text);
        let latin_name = fields.optional("latin_name", fields::text);
        let date_of_birth = fields.required("date_of_birth", fields::day);
        let phone = fields.optional("phone", fields::text);
        Some(Self { name: name?, latin_name, date_of_birth: date_of_birth?, phone })
    }
}

impl PatientDetails {
    /// The details for a use case. It would name one of three fields of a date, which a form has and this request has not, so the date is checked here.
    fn checked(self, domain: &Domain) -> Result<NewPatient, Error> {
        let Self { name, latin_name, date_of_birth, phone } = self;
        let today = domain.now().to_zoned(TimeZone::UTC).date();
        DateOfBirth::new(date_of_birth, today).map_err(|fault| Error::field("date_of_birth", fault))?;
        Ok(NewPatient {
            name,
            latin_name: latin_name.unwrap_or_default(),
            date_of_birth: parts(date_of_birth),
            phone: phone.unwrap_or_default(),
        })
    }
}

/// Finds known patients of the whole organisation who are likely the same person as one to be registered.
#[utoipa::path(
    post, path = "/patients/similar", tag = "patients", operation_id = "find_similar_patients", request_body = PatientDetails,
    responses(
        (status = 200, description = "The known patients; empty if there are none.", body = List<SimilarPatient>),
        (status = 403, description = "`access.forbidden`: the caller may see patients but not register them.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller has nothing to do with patients.", body = ErrorBody),
        (status = 409, description = "`directory.clinic_needed`: the caller's role covers all clinics.", body = ErrorBody),
    )
)]
pub(super) async fn similar(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(details): Body<PatientDetails>,
) -> Result<Json<List<SimilarPatient>>, Problem> {
    let person = details.checked(&domain)?;
    Ok(Json(List::whole(retry(|| directory::likely_patients(&domain, &access, &person)).await?)))
}

/// The details of a patient, and what is said about those who are likely the same person.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Amara Osei", "date_of_birth": "1980-02-29", "different_because": "Twins" }))]
pub(super) struct Registration {
    /// The full name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The name in Latin letters. Required when documents cannot show the full name.
    latin_name: Option<String>,
    /// The date of birth. It is in the past, and at most 130 years ago.
    date_of_birth: Date,
    /// The phone number with its country code.
    phone: Option<String>,
    /// The similar patient who is the same person. Nobody is registered; the patient becomes known to the caller's clinic.
    same_as: Option<Uuid>,
    /// Why this is a different person.
    #[schema(max_length = 200)]
    different_because: Option<String>,
}

impl FromFields for Registration {
    fn read(fields: &mut Fields) -> Option<Self> {
        let details = PatientDetails::read(fields);
        let same_as = fields.optional("same_as", fields::id);
        let different_because = fields.optional("different_because", fields::text);
        let PatientDetails { name, latin_name, date_of_birth, phone } = details?;
        Some(Self { name, latin_name, date_of_birth, phone, same_as, different_because })
    }
}

/// Registers a patient at the caller's clinic.
///
/// If similar patients are known, say which of them is the same person, or why it is none of them.
#[utoipa::path(
    post, path = "/patients", tag = "patients", operation_id = "register_patient", request_body = Registration,
    params(("Idempotency-Key" = String, Header, min_length = 1, max_length = 100,
        description = "A text that the caller chooses, different for each registration.")),
    responses(
        (status = 201, description = "The patient, registered by this request or by an earlier one with the same key, or the known one.", body = Patient,
            headers(("Location" = String, description = "The path of the patient."))),
        (status = 403, description = "`access.forbidden`: the caller may see patients but not register them.", body = ErrorBody),
        (status = 404, description = "`not_found`: the caller has nothing to do with patients, or `same_as` is not one of the similar patients.", body = ErrorBody),
        (status = 409, description = "`directory.patient_likely_known`: similar patients are known, and nothing is said about them. \
            `directory.clinic_needed`: the caller's role covers all clinics.", body = ErrorBody),
        (status = 422, description = "`request.fields_invalid`, with `details.fields`. `request.idempotency_mismatch`: the key was already \
            used for a different request.", body = ErrorBody),
    )
)]
pub(super) async fn register(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    key: IdempotencyKey,
    Body(request): Body<Registration>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Patient>), Problem> {
    let Registration { name, latin_name, date_of_birth, phone, same_as, different_because } = request;
    let person = PatientDetails { name, latin_name, date_of_birth, phone }.checked(&domain)?;
    let likeness = match (same_as, different_because) {
        (Some(same), _) => Likeness::Same(same.into()),
        (None, Some(reason)) => Likeness::Different(reason),
        (None, None) => Likeness::Unchecked,
    };
    let command = RegisterPatient { person, likeness, idempotency_key: Some(key.required()?) };
    let patient = retry(|| directory::register_patient(&domain, &access, command.clone())).await.map_err(named_as_here)?;
    let card = retry(|| directory::patient_card(&domain, &access, patient)).await?;
    let location = (header::LOCATION, format!("/api/v1/patients/{patient}"));
    Ok((StatusCode::CREATED, [location], Json(card.into())))
}

/// The use case calls the reason by the name of the form's field.
fn named_as_here(error: Error) -> Error {
    match error.field_errors() {
        [only] if only.field == "reason" => Error::field("different_because", only.fault),
        _ => error,
    }
}

/// Gets a patient.
#[utoipa::path(
    get, path = "/patients/{patient_id}", tag = "patients", operation_id = "get_patient",
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses((status = 200, description = "The patient.", body = Patient))
)]
pub(super) async fn get(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(id): Id<PatientId>,
) -> Result<Json<Patient>, Problem> {
    Ok(Json(retry(|| directory::patient_card(&domain, &access, id)).await?.into()))
}

/// Corrected details of a patient. Without a phone number, the known one is removed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Amara Osei", "date_of_birth": "1980-02-29", "phone": "+44 7700 900123", "version": 1 }))]
pub(super) struct PatientCorrection {
    /// The full name.
    #[schema(min_length = 1, max_length = 120)]
    name: String,
    /// The name in Latin letters. Required when documents cannot show the full name.
    latin_name: Option<String>,
    /// The date of birth. It is in the past, and at most 130 years ago.
    date_of_birth: Date,
    /// The phone number with its country code.
    phone: Option<String>,
    /// The version of the patient that the correction is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for PatientCorrection {
    fn read(fields: &mut Fields) -> Option<Self> {
        let details = PatientDetails::read(fields);
        let version = fields.required_number("version");
        let PatientDetails { name, latin_name, date_of_birth, phone } = details?;
        Some(Self { name, latin_name, date_of_birth, phone, version: version? })
    }
}

/// Corrects the details of a patient who has no account. Signed documents keep what they say.
#[utoipa::path(
    put, path = "/patients/{patient_id}", tag = "patients", operation_id = "correct_patient", request_body = PatientCorrection,
    params(("patient_id" = Uuid, Path, description = "The id of the patient.")),
    responses(
        (status = 200, description = "The patient with the new details.", body = Patient),
        (status = 403, description = "`access.forbidden`: the caller may see the patient but not correct the details.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the patient has been changed since that version. `directory.patient_has_account`.", body = ErrorBody),
    )
)]
pub(super) async fn correct(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Id(patient): Id<PatientId>,
    Body(correction): Body<PatientCorrection>,
) -> Result<Json<Patient>, Problem> {
    let PatientCorrection { name, latin_name, date_of_birth, phone, version } = correction;
    let details = PatientDetails { name, latin_name, date_of_birth, phone }.checked(&domain)?;
    let command = CorrectPatient { patient, details, version };
    retry(|| directory::correct_patient(&domain, &access, command.clone())).await?;
    Ok(Json(retry(|| directory::patient_card(&domain, &access, patient)).await?.into()))
}
