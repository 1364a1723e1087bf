//! Files that a signed-in person downloads: the calendar file of an appointment, the paper of a prescription.

use crate::{
    mail::calendar::{self, Method},
    serve::AppState,
};
use app::i18n::{Locale, say};
use axum::{
    Extension, Router,
    extract::{Path, State},
    http::{StatusCode, header},
    response::{IntoResponse, Redirect, Response},
    routing::get,
};
use domain::{access::Access, notifications::AppointmentBrief, prescriptions, scheduling};
use model::{
    errors::Code,
    ids::{AppointmentId, PrescriptionId},
    scheduling::AppointmentState,
};

/// `/appointments/{id}/calendar.ics` and `/prescriptions/{id}/pdf`.
pub fn routes() -> Router<AppState> {
    Router::new().route("/appointments/{id}/calendar.ics", get(calendar_file)).route("/prescriptions/{id}/pdf", get(prescription))
}

async fn calendar_file(State(state): State<AppState>, Extension(access): Extension<Access>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<AppointmentId>() else { return refused(Code::NotFound, "/appointments") };
    let path = format!("/appointments/{id}");
    let appointment = match scheduling::get(&state.domain, &access, id).await {
        Ok(appointment) => appointment,
        Err(error) => return refused(error.code(), &path),
    };
    let card = appointment.card;
    let method = if card.state == AppointmentState::Cancelled { Method::Cancel } else { Method::Publish };
    let summary = say!(Locale::en, mail.booked.body, doctor = card.doctor.name.as_str());
    let brief = AppointmentBrief {
        id: card.id,
        version: appointment.version,
        doctor: card.doctor.name,
        to_doctor: false,
        clinic: card.clinic.name,
        starts_at: card.starts_at,
        ends_at: card.ends_at,
    };
    let url = &state.config.public_url;
    let file = calendar::file(&brief, method, state.domain.now(), url.host(), &summary, &url.link(&path));
    attachment("text/calendar; charset=utf-8", "appointment.ics", file.into_bytes())
}

async fn prescription(State(state): State<AppState>, Extension(access): Extension<Access>, Path(id): Path<String>) -> Response {
    let Ok(id) = id.parse::<PrescriptionId>() else { return refused(Code::NotFound, "/prescriptions") };
    match prescriptions::pdf(&state.domain, &access, id).await {
        Ok((name, bytes)) => attachment("application/pdf", &name, bytes),
        Err(error) => refused(error.code(), &format!("/prescriptions/{id}")),
    }
}

fn attachment(kind: &'static str, name: &str, bytes: Vec<u8>) -> Response {
    let disposition = format!("attachment; filename=\"{name}\"");
    ([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, disposition)], bytes).into_response()
}

/// Who is not signed in signs in and comes back; everybody else sees the page, which says what is wrong.
fn refused(code: Code, page: &str) -> Response {
    if code == Code::SignInNeeded {
        return Redirect::to(&format!("/sign-in?next={page}")).into_response();
    }
    let status = StatusCode::from_u16(app::failure::status(code.kind())).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    crate::serve::error_answer(code, status).into_response()
}
