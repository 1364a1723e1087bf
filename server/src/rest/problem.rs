//! The one shape of an error.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::errors::{Code, FieldError, FieldFault};
use serde::Serialize;
use utoipa::ToSchema;
use words::{Locale, error_message, field_fault_message};

/// A failure on its way out. It makes the answer: status, body, and the headers that belong to it.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    fields: Vec<FieldError>,
    retry_after_secs: Option<u64>,
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, fields: Vec::new(), retry_after_secs: None }
    }
}

impl From<domain::Error> for Problem {
    /// What is our fault is logged here, with its causes; what is the caller's is not.
    fn from(error: domain::Error) -> Self {
        error.log("a request failed", None);
        Self { code: error.code(), fields: error.field_errors().to_vec(), retry_after_secs: error.retry_after_secs() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = status(self.code);
        let mut response = (status, Json(ErrorBody::new(self.code, self.fields))).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"bedside\""));
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}

/// The status of a code. Most follow from their kind; some cases have a status of their own in HTTP.
fn status(code: Code) -> StatusCode {
    match code {
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::BodyMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::FieldsInvalid | Code::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        other => StatusCode::from_u16(kit::failure::status(other.kind())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// What went wrong.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// The case, for programs. A code never changes its meaning; new ones may come.
    #[schema(value_type = String, examples("scheduling.slot_taken"))]
    code: Code,
    /// The case, for people, in English.
    #[schema(examples("Someone else has just booked this time. Choose another one below; your reason is kept."))]
    message: String,
    /// More about the case.
    details: Details,
}

/// More about an error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorDetails)]
struct Details {
    /// The wrong fields of a body, a query or a header, with `request.fields_invalid` only.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<WrongField>,
}

/// A field that is missing or wrong.
#[derive(Debug, Serialize, ToSchema)]
struct WrongField {
    /// The name of the member or parameter.
    #[schema(examples("starts_at"))]
    field: String,
    /// What is wrong, for programs.
    #[schema(value_type = String, examples("missing", "malformed", "too_long"))]
    fault: FieldFault,
    /// What is wrong, for people, in English.
    message: String,
}

impl ErrorBody {
    /// The body of an answer. All errors outside of pages have it, those outside of `/api` too.
    pub fn new(code: Code, fields: Vec<FieldError>) -> Self {
        let fields = fields.into_iter().map(|FieldError { field, fault }| WrongField {
            message: field_fault_message(Locale::en, fault, &field),
            field,
            fault,
        });
        Self { code, message: error_message(Locale::en, code), details: Details { fields: fields.collect() } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_has_a_status_of_an_error() {
        for code in Code::ALL {
            let status = status(*code);
            assert!(status.is_client_error() || status.is_server_error(), "{code}: {status}");
        }
        assert_eq!(status(Code::IdempotencyMismatch), 422);
        assert_eq!(status(Code::SlotTaken), 409);
    }

    #[test]
    fn the_shape_is_code_message_details() {
        let bare = serde_json::to_value(ErrorBody::new(Code::NotFound, Vec::new())).unwrap();
        assert_eq!((&bare["code"], &bare["details"]), (&"not_found".into(), &serde_json::json!({})));
        let wrong = ErrorBody::new(Code::FieldsInvalid, vec![FieldError::new("reason", FieldFault::Missing)]);
        let wrong = serde_json::to_value(wrong).unwrap();
        let expected = serde_json::json!([{ "field": "reason", "fault": "missing", "message": "reason: fill this in." }]);
        assert_eq!(wrong["details"]["fields"], expected);
    }
}
