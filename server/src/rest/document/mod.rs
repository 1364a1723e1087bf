//! The description of the API (OpenAPI 3.1), generated from the handlers.

mod failures;

use super::formats::{PLAIN, VERSIONED};
use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use std::sync::OnceLock;
use utoipa::openapi::{
    ComponentsBuilder, Info, InfoBuilder, LicenseBuilder, OpenApi, OpenApiBuilder, PathItem, RefOr, SecurityRequirement,
    ServerBuilder,
    path::{Operation, Parameter, ParameterIn},
    schema::{Schema, SchemaType, Type},
    security::{Http, HttpAuthScheme, HttpBuilder, SecurityScheme},
    tag::TagBuilder,
};

/// The version of the API. Its first number is the one in the path.
const VERSION: &str = "1.0.0";
/// The name of the security scheme.
const BEARER: &str = "bearer";

const INTRODUCTION: &str = "The Bedside API for programs. Sign in at `/sessions`, send the access token as `Authorization: Bearer …`, and exchange the \
    refresh token for a new pair before the access token expires. Instants are in UTC (RFC 3339). A day is a day in the time zone of the \
    `zone` parameter. Money is in minor units. A list is returned in pages: `items` and a `next_cursor`. All errors have the same shape, and \
    the meaning of a `code` never changes. New members may be added to answers without a new version, so ignore members that you do not know.";

const TAGS: [(&str, &str); 13] = [
    ("sessions", "Sign in, refresh tokens, sign out; the caller's sessions, personal tokens, connected apps and second factor."),
    ("people", "The caller's own account, contact data and notices."),
    ("patients", "For the staff of a clinic: find, register and correct patients."),
    ("organisation", "Manage clinics and those who work there, as an administrator."),
    ("doctors", "Find specialties, doctors and their free times. No sign-in is needed."),
    ("appointments", "Book, view and cancel appointments."),
    ("visits", "Join the call of a visit, and rate it."),
    ("messages", "Conversations of patients with a doctor, or with the desk of a clinic."),
    ("prescriptions", "Read prescriptions and download them as PDF."),
    ("records", "Read and write the entries of a patient's record, and what was measured of the patient."),
    ("team", "Tasks and handover notes of the team of a clinic: nurses, doctors and reception."),
    ("files", "Upload files in parts, read them in ranges; the documents in a patient's record."),
    ("description", "The OpenAPI description of this API."),
];

/// The complete description of the API.
#[must_use]
pub fn document() -> OpenApi {
    let (_, mut document) = super::v1().split_for_parts();
    for item in document.paths.paths.values_mut() {
        for operation in operations(item) {
            failures::add_to(operation);
            name_versions(operation);
            say_missing(operation);
        }
    }
    let components = document.components.get_or_insert_default();
    components.responses.extend(failures::responses().map(|(name, response)| (name.to_owned(), response.into())));
    document
}

/// The parts of the description that do not belong to a route: title, server, authentication and tags.
pub(super) fn frame() -> OpenApi {
    let bearer: Http = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some(
            "The access token of a session, which is valid for 15 minutes at most; or a limited token: a personal token, that of a service account, or of an app. \
             A limited token does what its scopes say, and a refusal names the scope that is missing.",
        ))
        .build();
    OpenApiBuilder::new()
        .info(info())
        .servers(Some([ServerBuilder::new().url("/api/v1").build()]))
        .components(Some(ComponentsBuilder::new().security_scheme(BEARER, SecurityScheme::Http(bearer)).build()))
        .security(Some([SecurityRequirement::new(BEARER, [""; 0])]))
        .tags(Some(TAGS.map(|(name, text)| TagBuilder::new().name(name).description(Some(text)).build())))
        .build()
}

fn info() -> Info {
    InfoBuilder::new()
        .title("Bedside")
        .description(Some(INTRODUCTION))
        .license(Some(LicenseBuilder::new().name("MIT").identifier(Some("MIT")).build()))
        .version(VERSION)
        .build()
}

/// Gets this description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "description", operation_id = "get_description", security(()),
    responses((status = 200, description = "The description in OpenAPI 3.1.", body = Object))
)]
pub(super) async fn serve() -> Response {
    static TEXT: OnceLock<Result<String, serde_json::Error>> = OnceLock::new();
    match TEXT.get_or_init(|| document().to_json()) {
        Ok(text) => ([(header::CONTENT_TYPE, PLAIN)], text.as_str()).into_response(),
        Err(_) => super::Problem::from(model::errors::Code::Internal).into_response(),
    }
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [&mut item.get, &mut item.put, &mut item.post, &mut item.delete, &mut item.patch].into_iter().flatten()
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    operation.parameters.iter().flatten().filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

fn has_parameter_in(operation: &Operation, place: &ParameterIn) -> bool {
    parameters(operation).any(|parameter| parameter.parameter_in == *place)
}

/// Describes each JSON body also under the media type of its version.
fn name_versions(operation: &mut Operation) {
    if let Some(RefOr::T(body)) = &mut operation.request_body
        && let Some(content) = body.content.get(PLAIN).cloned()
    {
        body.content.insert(VERSIONED.to_owned(), content);
    }
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && let Some(content) = response.content.get(PLAIN).cloned()
        {
            response.content.insert(VERSIONED.to_owned(), content);
        }
    }
}

/// Removes `null` from the types of optional parameters: a query or a header cannot contain null, so a parameter without a value is left out.
fn say_missing(operation: &mut Operation) {
    for parameter in operation.parameters.iter_mut().flatten() {
        if let RefOr::T(Parameter { schema: Some(RefOr::T(Schema::Object(object))), .. }) = parameter
            && let SchemaType::Array(types) = &object.schema_type
            && let [kind, Type::Null] = &types[..]
        {
            object.schema_type = SchemaType::Type(kind.clone());
        }
    }
}
