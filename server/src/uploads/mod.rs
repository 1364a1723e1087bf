//! Files of signed-in users over HTTP, for browsers: uploads in parts, which a script of the page sends; a form, for pages without scripts; and reading. A document that
//! is shared by a link is read without an account.
//! `crate::rest::uploads` offers the same to programs.

mod form;
mod parts;
mod send;

pub(crate) use parts::{digest_of, sum_of};
pub(crate) use send::sent;

use crate::{config::Config, rest::Problem, serve::AppState};
use axum::{
    Router,
    extract::DefaultBodyLimit,
    response::{IntoResponse, Response},
    routing::{get, post, put},
};

/// Where the form posts to.
pub(crate) const FORM: &str = "/files/add";
/// What the other fields of the form and its boundaries may take.
const AROUND_FORM: u64 = 64 * 1024;

/// The largest body of the form.
pub(crate) fn largest_form(config: &Config) -> u64 {
    config.files.max_form_bytes + AROUND_FORM
}

/// The routes below `/uploads`, `/files`, `/photos` and `/shared`.
pub fn routes(config: &Config) -> Router<AppState> {
    let largest = usize::try_from(largest_form(config)).unwrap_or(usize::MAX);
    Router::new()
        .route("/uploads", post(parts::begin))
        .route("/uploads/{id}", get(parts::progress).delete(parts::abandon))
        .route("/uploads/{id}/parts/{number}", put(parts::put))
        .route("/uploads/{id}/complete", post(parts::complete))
        .route(FORM, post(form::add).layer(DefaultBodyLimit::max(largest)))
        .route("/files/{id}", get(send::content))
        .route("/files/{id}/thumbnail", get(send::thumbnail))
        .route("/shared/{token}/file", get(send::shared))
        .route("/photos/{id}", get(send::photo))
        .route("/photos/{id}/small", get(send::small_photo))
}

/// The answer to a script whose request failed.
fn refused(error: domain::Error) -> Response {
    Problem::from(error).into_response()
}
