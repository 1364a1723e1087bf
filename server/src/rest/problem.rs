//! The shape that all errors of the API have.

use super::appointments::series::SeriesDate;
use crate::edge::scopes::Refused;
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use model::{
    errors::{Code, FieldError},
    scopes::ApiScope,
};
use serde::Serialize;
use utoipa::ToSchema;
use words::{Locale, error_message, field_fault_message};

/// A failure that becomes an answer: its status, its body, and the headers that belong to the status.
#[derive(Debug)]
pub struct Problem {
    code: Code,
    fields: Vec<FieldError>,
    retry_after_secs: Option<u64>,
    /// The scope that a limited token lacks.
    scope: Option<ApiScope>,
    /// The dates of a series of which some cannot be booked.
    dates: Vec<SeriesDate>,
}

impl Problem {
    /// Some of the dates of a series cannot be booked.
    pub(super) fn of_series(dates: Vec<SeriesDate>) -> Self {
        Self { dates, ..Self::from(Code::SeriesCollides) }
    }
}

impl From<Refused> for Problem {
    fn from(Refused { code, scope }: Refused) -> Self {
        Self { scope, ..Self::from(code) }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, fields: Vec::new(), retry_after_secs: None, scope: None, dates: Vec::new() }
    }
}

impl From<domain::Error> for Problem {
    /// Logs internal errors with their causes. Errors that the caller made are not logged.
    fn from(error: domain::Error) -> Self {
        error.log("a request failed", None);
        let (fields, retry_after_secs) = (error.field_errors().to_vec(), error.retry_after_secs());
        Self { code: error.code(), fields, retry_after_secs, scope: None, dates: Vec::new() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = status(self.code);
        let mut body = ErrorBody::new(self.code, self.fields);
        body.details.scope = self.scope.map(ApiScope::as_str);
        body.details.dates = self.dates;
        let mut response = (status, Json(body)).into_response();
        let headers = response.headers_mut();
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"bedside\""));
        }
        // RFC 6750 §3.1.
        if let Some(scope) = self.scope
            && let Ok(value) =
                HeaderValue::try_from(format!("Bearer realm=\"bedside\", error=\"insufficient_scope\", scope=\"{scope}\""))
        {
            headers.insert(header::WWW_AUTHENTICATE, value);
        }
        if let Some(secs) = self.retry_after_secs {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(secs));
        }
        response
    }
}

/// The HTTP status of a code. It follows from the code's kind, except for the cases that have their own HTTP status.
fn status(code: Code) -> StatusCode {
    match code {
        Code::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        Code::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
        Code::FileRange => StatusCode::RANGE_NOT_SATISFIABLE,
        Code::BodyMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        Code::FieldsInvalid | Code::IdempotencyMismatch => StatusCode::UNPROCESSABLE_ENTITY,
        other => StatusCode::from_u16(kit::failure::status(other.kind())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// An error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// The error code, for programs. The meaning of a code never changes, but new codes may be added.
    #[schema(value_type = String, examples("scheduling.slot_taken"))]
    code: Code,
    /// A description of the error for people, in English.
    #[schema(examples("Someone else has just booked this time. Choose another one."))]
    message: String,
    /// Details of the error.
    details: Details,
}

/// Details of an error.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErrorDetails)]
struct Details {
    /// The invalid fields of the body, the query or the headers. Present only with `request.fields_invalid`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fields: Vec<WrongField>,
    /// The scope that the token lacks. Present only with `access.scope_missing`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, examples("appointments:read"))]
    scope: Option<&'static str>,
    /// The dates of a series, with the free times near those that cannot be booked. Present only with `scheduling.series_collides`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dates: Vec<SeriesDate>,
}

/// A field that is missing or invalid.
#[derive(Debug, Serialize, ToSchema)]
struct WrongField {
    /// The name of the member, the parameter or the header.
    #[schema(examples("starts_at"))]
    field: String,
    /// What is wrong, for programs.
    #[schema(value_type = String, examples("missing", "malformed", "too_long"))]
    fault: &'static str,
    /// What is wrong, for people, in English.
    message: String,
}

impl ErrorBody {
    /// Creates the body of an answer. All errors that are not pages have it, also outside `/api`.
    pub fn new(code: Code, fields: Vec<FieldError>) -> Self {
        let fields = fields.into_iter().map(|FieldError { field, fault }| WrongField {
            message: field_fault_message(Locale::en, fault, &field),
            field,
            fault: fault.as_str(),
        });
        let details = Details { fields: fields.collect(), scope: None, dates: Vec::new() };
        Self { code, message: error_message(Locale::en, code), details }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::FieldFault;

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
        let faults = [FieldFault::Missing, FieldFault::too_long(1_000)].map(|fault| FieldError::new("reason", fault));
        let wrong = ErrorBody::new(Code::FieldsInvalid, faults.to_vec());
        let wrong = serde_json::to_value(wrong).unwrap();
        let expected = serde_json::json!([
            { "field": "reason", "fault": "missing", "message": "reason is missing" },
            { "field": "reason", "fault": "too_long", "message": "reason must be 1000 characters or less" },
        ]);
        assert_eq!(wrong["details"]["fields"], expected);
    }
}
