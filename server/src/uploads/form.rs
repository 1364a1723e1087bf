//! The form of pages without scripts: the whole file in one request.

use crate::serve::AppState;
use axum::{
    Extension,
    extract::{Multipart, State, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use domain::{
    Error,
    access::Access,
    error::retry,
    files,
    filing::{self, BeginUpload},
};
use kit::address::sign_in_path;
use model::{
    access::Role,
    errors::{Code, FieldFault},
    files::FilePurpose,
    ids::{ClinicId, PatientId, ThreadId},
};

/// The fields of the form.
#[derive(Default)]
struct Filled {
    purpose: String,
    patient: String,
    clinic: String,
    paper: String,
    thread: String,
    replaces: String,
    name: String,
    kind: String,
    content: Vec<u8>,
}

/// Takes a file and leads back to the page with its list, which says what was wrong.
pub(super) async fn add(State(state): State<AppState>, Extension(access): Extension<Access>, form: Multipart) -> Response {
    let filled = read(form).await;
    let page = page_of(filled.as_ref().ok(), &access);
    let taken = match filled {
        Ok(filled) => take(&state, &access, filled).await,
        Err(error) => Err(error),
    };
    let Err(error) = taken else { return Redirect::to(&page).into_response() };
    error.log("a file could not be taken", None);
    if error.code() == Code::SignInNeeded {
        return Redirect::to(&sign_in_path(&page)).into_response();
    }
    let mark = if page.contains('?') { '&' } else { '?' };
    Redirect::to(&format!("{page}{mark}trouble={}", error.code().as_str())).into_response()
}

/// The page with the list of the files to which the form adds one. Until a doctor is verified, every page of the portal shows the application.
fn page_of(filled: Option<&Filled>, access: &Access) -> String {
    let purpose = filled.and_then(|filled| FilePurpose::parse(&filled.purpose).ok());
    match purpose {
        Some(FilePurpose::LicenceDocument | FilePurpose::QualificationDocument) => return "/doctor/licences".to_owned(),
        Some(FilePurpose::DoctorPhoto) => return "/doctor/profile".to_owned(),
        Some(FilePurpose::PatientPhoto | FilePurpose::InsuranceCardFront | FilePurpose::InsuranceCardBack) => {
            return "/account/profile".to_owned();
        }
        Some(FilePurpose::ClinicLogo) => {
            let clinic = filled.and_then(|filled| filled.clinic.parse::<ClinicId>().ok());
            return clinic.map_or_else(|| "/admin/clinics".to_owned(), |clinic| format!("/admin/clinics/{clinic}"));
        }
        Some(FilePurpose::ActingPaper) => {
            let patient = filled.and_then(|filled| filled.patient.parse::<PatientId>().ok());
            return patient.map_or_else(|| "/carers".to_owned(), |patient| format!("/carers?patient={patient}"));
        }
        Some(FilePurpose::MessageAttachment) => return conversation_of(filled, access),
        Some(FilePurpose::PatientDocument) | None => {}
    }
    match filled.and_then(|filled| filled.patient.parse::<PatientId>().ok()) {
        Some(patient) if access.acting().is_ok_and(|acting| acting.patient.is_none()) => {
            format!("/doctor/patients/{patient}/documents")
        }
        Some(_) | None => "/patient/documents".to_owned(),
    }
}

/// The page of the conversation to which the form adds a file.
fn conversation_of(filled: Option<&Filled>, access: &Access) -> String {
    let folder = match access.acting().ok().map(|acting| acting.role) {
        Some(Role::Doctor) => "/doctor/messages",
        Some(Role::Receptionist) => "/desk/messages",
        Some(Role::Nurse) => "/ward/messages",
        Some(Role::Patient | Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support) | None => "/messages",
    };
    let thread = filled.and_then(|filled| filled.thread.parse::<ThreadId>().ok());
    thread.map_or_else(|| folder.to_owned(), |thread| format!("{folder}/{thread}"))
}

async fn take(state: &AppState, access: &Access, filled: Filled) -> Result<(), Error> {
    access.acting()?;
    if filled.content.is_empty() {
        return Err(Error::field("file", FieldFault::Missing));
    }
    let command = BeginUpload {
        purpose: filled.purpose,
        patient: if filled.patient.is_empty() { None } else { Some(filled.patient.parse().map_err(|_| Code::NotFound)?) },
        clinic: if filled.clinic.is_empty() { None } else { Some(filled.clinic.parse().map_err(|_| Code::NotFound)?) },
        paper: if filled.paper.is_empty() { None } else { Some(filled.paper.parse().map_err(|_| Code::NotFound)?) },
        thread: if filled.thread.is_empty() { None } else { Some(filled.thread.parse().map_err(|_| Code::NotFound)?) },
        replaces: if filled.replaces.is_empty() { None } else { Some(filled.replaces.parse().map_err(|_| Code::NotFound)?) },
        name: filled.name,
        kind: filled.kind,
        bytes: u64::try_from(filled.content.len()).unwrap_or(u64::MAX),
        sha256: None,
    };
    let upload = retry(|| filing::begin(&state.domain, access, command.clone())).await?;
    let part_bytes = usize::try_from(upload.part_bytes).unwrap_or(usize::MAX);
    for (number, part) in (1..).zip(filled.content.chunks(part_bytes)) {
        files::put_part(&state.domain, &state.files, access, (upload.id, number), part, None).await?;
    }
    retry(|| filing::complete(&state.domain, access, upload.id)).await.map(drop)
}

async fn read(mut form: Multipart) -> Result<Filled, Error> {
    let mut filled = Filled::default();
    while let Some(field) = form.next_field().await.map_err(|error| unreadable(&error))? {
        let name = field.name().unwrap_or_default().to_owned();
        match name.as_str() {
            "purpose" => filled.purpose = field.text().await.map_err(|error| unreadable(&error))?,
            "patient" => filled.patient = field.text().await.map_err(|error| unreadable(&error))?,
            "clinic" => filled.clinic = field.text().await.map_err(|error| unreadable(&error))?,
            "paper" => filled.paper = field.text().await.map_err(|error| unreadable(&error))?,
            "thread" => filled.thread = field.text().await.map_err(|error| unreadable(&error))?,
            "replaces" => filled.replaces = field.text().await.map_err(|error| unreadable(&error))?,
            "file" => {
                filled.name = field.file_name().unwrap_or_default().to_owned();
                filled.kind = field.content_type().unwrap_or_default().to_owned();
                filled.content = field.bytes().await.map_err(|error| unreadable(&error))?.to_vec();
            }
            _ => {}
        }
    }
    Ok(filled)
}

fn unreadable(error: &MultipartError) -> Error {
    let code = if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Code::BodyTooLarge } else { Code::BodyMalformed };
    code.into()
}
