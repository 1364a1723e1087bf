//! The description of the interface (OpenAPI 3.1), made from the handlers.

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

/// The version of the interface: the first number is that of the path.
const VERSION: &str = "1.0.0";
/// The name of the security scheme.
const BEARER: &str = "bearer";

const INTRODUCTION: &str = "Bedside for programs. Sign in at `/sessions`, send the access token as `Authorization: Bearer …`, and ask for a new \
    pair of tokens before it ends. Instants are UTC (RFC 3339), days are meant in the zone that is named beside them, money is in minor \
    units. Lists are pages of `items` with a `next_cursor`. Every error has the same shape; its `code` never changes its meaning. A new \
    member of an answer is no new version: ignore what you do not know.";

const TAGS: [(&str, &str); 7] = [
    ("sessions", "Signing in and out."),
    ("people", "Who the caller is."),
    ("doctors", "Specialties, doctors, and their open times. For everybody."),
    ("appointments", "Booking, looking, calling off."),
    ("visits", "Joining the call."),
    ("prescriptions", "What was prescribed."),
    ("description", "This description."),
];

/// The whole description.
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

/// What stands around the routes.
pub(super) fn frame() -> OpenApi {
    let bearer: Http = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("The access token of a session. It lives 10 to 15 minutes."))
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

/// This description.
#[utoipa::path(
    get, path = "/openapi.json", tag = "description", operation_id = "get_description", security(()),
    responses((status = 200, description = "OpenAPI 3.1.", body = Object))
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

/// What is JSON is also JSON under the name of its version.
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

/// A parameter that need not be there is missing, never null: there is no null in a query or a header.
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
