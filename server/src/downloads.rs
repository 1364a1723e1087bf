//! Files that signed-in users download: the calendar file of an appointment, the PDF of a prescription or a letter, and the audit log.

use crate::{
    mail::{self, calendar::Method},
    serve::AppState,
};
use admin::{AuditAsked, export_note, log_filter};
use axum::{
    Extension, Router,
    body::Body,
    extract::{Path, Query, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{
    access::Access,
    audit::{self, ExportLog},
    prescriptions, records,
    scheduling::{self, AppointmentBrief},
};
use futures::stream;
use kit::{address::sign_in_path, parts::time::zone, request::asks_for_html};
use model::{
    errors::{Code, Kind},
    ids::{AppointmentId, LetterId, PrescriptionId},
    scheduling::AppointmentState,
};
use serde::Deserialize;
use words::Locale;

/// The routes `/appointments/{id}/calendar.ics`, `/prescriptions/{id}/pdf`, `/letters/{id}/pdf` and `/admin/audit.csv`.
pub fn routes() -> Router<AppState> {
    Router::new()
        .route("/appointments/{id}/calendar.ics", get(calendar_file))
        .route("/prescriptions/{id}/pdf", get(prescription))
        .route("/letters/{id}/pdf", get(letter))
        .route("/admin/audit.csv", get(audit_log))
}

async fn calendar_file(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return refused(&Code::NotFound.into(), "/appointments", &headers) };
    let path = format!("/appointments/{id}");
    let appointment = match scheduling::get(&state.domain, &access, id).await {
        Ok(appointment) => appointment,
        Err(error) => return refused(&error, &path, &headers),
    };
    let card = appointment.card;
    let (method, revised_at) = match appointment.cancelled_at {
        Some(cancelled_at) => (Method::Cancel, cancelled_at),
        None if card.state == AppointmentState::Requested => (Method::PublishRequested, appointment.booked_at),
        None => (Method::Publish, appointment.booked_at),
    };
    let brief = AppointmentBrief {
        id: card.id,
        version: appointment.version,
        to_doctor: access.acting().is_ok_and(|acting| acting.doctor == Some(card.doctor.id)),
        doctor: card.doctor.name,
        clinic: card.clinic.name,
        address: card.clinic.address_lines,
        time_zone: card.clinic.time_zone,
        mode: card.mode,
        fee: Some(card.fee),
        starts_at: card.starts_at,
        ends_at: card.ends_at,
        revised_at,
        // The file says that the visit is cancelled, not by whom.
        cancelled_by: None,
    };
    let file = mail::calendar_file(Locale::en, &brief, method, None, &state.config);
    attachment(&method.media_type(), "appointment.ics", file.into_bytes())
}

async fn prescription(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<PrescriptionId>() else { return refused(&Code::NotFound.into(), "/prescriptions", &headers) };
    match prescriptions::pdf(&state.domain, &state.files, &access, id).await {
        Ok((name, bytes)) => attachment("application/pdf", &name, bytes),
        Err(error) => refused(&error, &format!("/prescriptions/{id}"), &headers),
    }
}

async fn letter(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Response {
    let Ok(id) = id.parse::<LetterId>() else { return refused(&Code::NotFound.into(), "/patient/documents", &headers) };
    match records::letter_pdf(&state.domain, &state.files, &access, id).await {
        Ok((name, bytes)) => attachment("application/pdf", &name, bytes),
        Err(error) => refused(&error, &format!("/letters/{id}"), &headers),
    }
}

/// Which rows of the audit log to export: the filter of its page, and the time zone of the days in it.
#[derive(Deserialize)]
struct WantedLog {
    #[serde(flatten)]
    asked: AuditAsked,
    zone: Option<String>,
}

/// Sends the file while it is made: a long log is never in memory as a whole. If the database fails in the middle, the connection breaks off, so that the
/// browser reports a download that failed.
async fn audit_log(
    State(state): State<AppState>,
    Extension(access): Extension<Access>,
    Query(wanted): Query<WantedLog>,
    headers: HeaderMap,
) -> Response {
    let asked = AuditAsked { after: None, ..wanted.asked };
    let filter = log_filter(&asked, &zone(wanted.zone.as_deref().unwrap_or("UTC")));
    let export = match audit::export(&state.domain, &access, ExportLog { filter, note: export_note(Locale::en) }).await {
        Ok(export) => export,
        Err(error) => return refused(&error, "/admin/audit", &headers),
    };
    let name = export.name();
    let parts = stream::try_unfold(export, |mut export| async move {
        let part = export.next_part().await.inspect_err(|error| error.log("the audit log could not be exported", None))?;
        Ok::<_, domain::Error>(part.map(|part| (part, export)))
    });
    attachment("text/csv; charset=utf-8; header=present", &name, Body::from_stream(parts))
}

fn attachment(kind: &str, name: &str, content: impl Into<Body>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], content.into()).into_response()
}

/// Redirects an unauthenticated user to the sign-in page and then back to `page`. A browser is led to `page` when that page says what is wrong,
/// else to the page about trouble on our side; a program gets the error itself.
fn refused(error: &domain::Error, page: &str, headers: &HeaderMap) -> Response {
    error.log("a file could not be made", None);
    let code = error.code();
    if code == Code::SignInNeeded {
        return Redirect::to(&sign_in_path(page)).into_response();
    }
    if asks_for_html(headers) {
        let page =
            if matches!(code.kind(), Kind::NotFound | Kind::Forbidden | Kind::Conflict | Kind::Gone) { page } else { "/trouble" };
        return Redirect::to(page).into_response();
    }
    let status = StatusCode::from_u16(kit::failure::status(code.kind())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    crate::serve::error_answer(code, status).into_response()
}
