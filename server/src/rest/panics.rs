//! A panic in a handler is answered like every other internal error; the panic hook in `telemetry` has already logged it.

use super::Problem;
use axum::{
    extract::Request,
    middleware::Next,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use model::errors::Code;
use std::panic::AssertUnwindSafe;

/// Answers `internal` when the handler panics.
pub(super) async fn catch(request: Request, next: Next) -> Response {
    // Unwinding drops everything that the handler held, so its transaction is rolled back and no partial changes remain.
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| Problem::from(Code::Internal).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::{Router, body::Body, middleware, routing::get};
    use tower::ServiceExt;

    #[tokio::test]
    async fn a_panic_is_answered_in_the_one_shape() {
        async fn broken() {
            panic!("a defect");
        }
        let router: Router = Router::new().route("/", get(broken)).layer(middleware::from_fn(catch));
        let answer = router.oneshot(Request::new(Body::empty())).await.unwrap();
        assert_eq!(answer.status(), 500);
        let body = axum::body::to_bytes(answer.into_body(), 10_000).await.unwrap();
        let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(body["code"], "internal");
    }
}
