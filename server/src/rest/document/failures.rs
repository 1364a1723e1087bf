//! Descriptions of the failures that many routes share.

use super::{super::problem::ErrorBody, PLAIN, VERSIONED, has_parameter_in};
use model::errors::{Code, FieldError, FieldFault, Range};
use utoipa::openapi::{
    ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
    header::Header,
    path::{Operation, ParameterIn},
    schema::Type,
};

/// A failure that many routes share.
struct Failure {
    status: &'static str,
    name: &'static str,
    text: &'static str,
    code: Code,
    on: fn(&Operation) -> bool,
}

const FAILURES: [Failure; 12] = [
    Failure {
        status: "400",
        name: "Malformed",
        text: "`request.malformed`: the body is not a JSON object.",
        code: Code::BodyMalformed,
        on: has_body,
    },
    Failure {
        status: "401",
        name: "SignInNeeded",
        text: "`access.sign_in_needed`: a required access token is missing, or the token is invalid or expired.",
        code: Code::SignInNeeded,
        on: always,
    },
    Failure {
        status: "403",
        name: "Forbidden",
        text: "`access.forbidden`: the caller may not do this. `access.scope_missing`: the token lacks the scope that `details.scope` names. \
            `access.token_limited`: only a sign-in may do this. `identity.consent_needed`: a document waits for the caller's answer (`GET /me/consents`).",
        code: Code::ScopeMissing,
        on: always,
    },
    Failure {
        status: "404",
        name: "NotFound",
        text: "`not_found`: the resource does not exist, or the caller may not know that it exists.",
        code: Code::NotFound,
        on: |operation| has_parameter_in(operation, &ParameterIn::Path),
    },
    Failure {
        status: "406",
        name: "NotAcceptable",
        text: "`route.not_acceptable`: `Accept` lists no available media type, or only an unknown version.",
        code: Code::NotAcceptable,
        on: always,
    },
    Failure {
        status: "408",
        name: "TooSlow",
        text: "`request.too_slow`: the body did not arrive in time.",
        code: Code::BodySlow,
        on: has_body,
    },
    Failure {
        status: "413",
        name: "TooLarge",
        text: "`request.too_large`: the body is larger than this installation accepts.",
        code: Code::BodyTooLarge,
        on: has_body,
    },
    Failure {
        status: "415",
        name: "MediaType",
        text: "`request.media_type`: `Content-Type` is not JSON.",
        code: Code::BodyMediaType,
        on: has_body,
    },
    Failure {
        status: "422",
        name: "FieldsInvalid",
        text: "`request.fields_invalid`: `details.fields` lists every invalid member and parameter.",
        code: Code::FieldsInvalid,
        on: |operation| has_body(operation) || has_parameter_in(operation, &ParameterIn::Query),
    },
    Failure {
        status: "429",
        name: "RateLimited",
        text: "`request.rate_limited`: too many requests from this address or account, or too many failed sign-ins.",
        code: Code::RateLimited,
        on: always,
    },
    Failure { status: "500", name: "Internal", text: "`internal`: a server error.", code: Code::Internal, on: always },
    Failure {
        status: "503",
        name: "Unavailable",
        text: "`server.busy`, `database.unavailable` or `database.retry`: nothing was changed; try again.",
        code: Code::DatabaseUnavailable,
        on: always,
    },
];

fn always(_: &Operation) -> bool {
    true
}

fn has_body(operation: &Operation) -> bool {
    operation.request_body.is_some()
}

/// The shared failures as named components.
pub(super) fn responses() -> impl Iterator<Item = (&'static str, Response)> {
    FAILURES.iter().map(|failure| (failure.name, failure.response()))
}

/// Adds the shared failures that an operation does not describe itself, and adds the headers of the status to those that it describes.
pub(super) fn add_to(operation: &mut Operation) {
    for failure in &FAILURES {
        if !(failure.on)(operation) {
            continue;
        }
        match operation.responses.responses.get_mut(failure.status) {
            None => {
                let named = RefOr::Ref(Ref::from_response_name(failure.name));
                operation.responses.responses.insert(failure.status.to_owned(), named);
            }
            Some(RefOr::T(own)) => own.headers.extend(headers(failure.status)),
            Some(RefOr::Ref(_)) => {}
        }
    }
}

impl Failure {
    fn response(&self) -> Response {
        let fields = match self.code {
            Code::FieldsInvalid => vec![FieldError::new("limit", FieldFault::TooLarge(Range::numbers(1, 100)))],
            _ => Vec::new(),
        };
        let example = serde_json::to_value(ErrorBody::new(self.code, fields)).ok();
        let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Error"))).example(example).build();
        let mut response =
            ResponseBuilder::new().description(self.text).content(PLAIN, content.clone()).content(VERSIONED, content).build();
        response.headers.extend(headers(self.status));
        response
    }
}

/// The header that an answer with this status has, if any.
fn headers(status: &str) -> Option<(String, RefOr<Header>)> {
    let (name, kind, text) = match status {
        "401" => ("WWW-Authenticate", Type::String, "`Bearer`."),
        "429" => ("Retry-After", Type::Integer, "How long to wait before the next request, in seconds."),
        _ => return None,
    };
    let schema = ObjectBuilder::new().schema_type(kind).build();
    Some((name.to_owned(), HeaderBuilder::new().schema(Some(schema)).description(Some(text)).build().into()))
}
