//! The REST API below `/api`: JSON for programs, answered by the same use cases as the pages.
//!
//! A handler identifies the caller, parses the request, calls a use case and converts the result. Requests and answers have their own types, so
//! that a change of a page does not change the API.
//!
//! Invariants
//! - Every failure below `/api`, panics included, is answered with the same error shape ([`Problem`]).
//! - Only bearer tokens authenticate a caller; cookies are ignored.
//! - The document at `/api/v1/openapi.json` is generated from the handlers. `api/openapi.json` is a copy of it; a test checks that both are equal.
//!
//! Not here: signing up, accepting an invitation, changes of an account other than name, locale, consents, birth date, contact data, calendar, family, profiles and licences,
//! sessions, personal tokens, the second factor, the email address and the phone number, writing notes and prescriptions,
//! and the call itself (its signalling goes over the socket, `server/src/live`).

mod accesses;
mod acting;
mod addresses;
mod appointments;
mod apps;
mod birth;
mod booking_rules;
mod calendar;
mod calendar_days;
mod callers;
mod canned_answers;
mod changes;
mod claims;
mod clinics;
mod consents;
mod contact;
mod deletion;
mod deliveries;
mod different;
mod directory;
mod doctor_specialties;
mod doctor_today;
mod doctor_visit_types;
mod document;
mod documents;
mod email;
mod factor_resets;
mod factors;
mod family;
mod fields;
mod file_holds;
mod formats;
mod handovers;
mod holds;
mod import_mode;
mod joining;
mod languages;
mod letters;
mod licences;
mod mass_messages;
mod merging;
mod note_templates;
mod notice_choices;
mod notices;
mod observations;
mod outside_calendars;
mod own_sessions;
mod panics;
mod passkeys;
mod patient_deletion;
mod patient_profile;
mod patients;
mod patients_import;
mod payload;
mod people;
mod phone;
mod phrases;
mod prescriptions;
mod problem;
mod profile;
mod ratings;
mod record;
mod record_allergy;
mod record_entry_views;
mod record_search;
mod record_views;
mod schedules;
mod service_accounts;
mod sessions;
mod shares;
mod shift_notes;
mod sign_ins;
mod specialties;
mod staff;
mod staff_import;
mod team_tasks;
mod threads;
mod time_off;
mod timeline;
mod to_do;
mod tokens;
mod uploads;
mod users;
mod visit_types;
mod visits;
mod waiting;
mod why;

pub use document::document;
pub use problem::{ErrorBody, Problem};

use crate::{
    edge::{Gate, authenticate_api},
    serve::AppState,
};
use axum::{Router, extract::DefaultBodyLimit, middleware, routing::any};
use model::errors::Code;
use utoipa_axum::{router::OpenApiRouter, routes};

/// All routes below `/api`, with their middleware. The layers of the pages (cookies, page context) must not wrap them.
pub fn routes(state: &AppState) -> Router<AppState> {
    let body_limit = usize::try_from(state.config.limits.max_body_bytes).unwrap_or(usize::MAX);
    let gate = Gate { domain: state.domain.clone(), limits: state.limits.clone() };
    let (v1, _) = v1().split_for_parts();
    Router::new()
        .nest("/api/v1", v1.method_not_allowed_fallback(method_not_allowed))
        // These are routes, because a router has only one fallback and the pages use it.
        .route("/api", any(unknown_route))
        .route("/api/", any(unknown_route))
        .route("/api/{*rest}", any(unknown_route))
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(middleware::from_fn_with_state(gate, authenticate_api))
        .layer(middleware::from_fn(formats::negotiate))
        .layer(middleware::from_fn(panics::catch))
}

/// The routes of version 1, each with its documentation. They are made area by area, in functions that are not
/// inlined: one function for all of them would need more stack than a thread has.
fn v1() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(document::frame())
        .merge(sign_in_routes())
        .merge(own_account_routes())
        .merge(family_routes())
        .merge(patients_routes())
        .merge(clinics_routes())
        .merge(people_routes())
        .merge(directory_routes())
        .merge(schedules_routes())
        .merge(visits_routes())
        .merge(files_routes())
        .merge(records_routes())
}

/// Signing in, and what proves who the caller is.
#[inline(never)]
fn sign_in_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(sessions::sign_in))
        .routes(routes!(sessions::refresh))
        .routes(routes!(sessions::sign_out))
        .routes(routes!(own_sessions::list, own_sessions::end_others))
        .routes(routes!(own_sessions::end))
        .routes(routes!(sign_ins::list))
        .routes(routes!(sign_ins::remove))
        .routes(routes!(tokens::list, tokens::make))
        .routes(routes!(tokens::end))
        .routes(routes!(apps::connected))
        .routes(routes!(apps::disconnect))
        .routes(routes!(apps::list, apps::register))
        .routes(routes!(apps::end))
        .routes(routes!(factors::get))
        .routes(routes!(factors::begin))
        .routes(routes!(factors::confirm))
        .routes(routes!(factors::end))
        .routes(routes!(factors::forget))
        .routes(routes!(factors::stop_reset))
        .routes(routes!(passkeys::begin))
        .routes(routes!(passkeys::add))
        .routes(routes!(passkeys::rename))
        .routes(routes!(passkeys::remove))
        .routes(routes!(email::get))
        .routes(routes!(email::send_code))
        .routes(routes!(email::confirm))
        .routes(routes!(phone::get))
        .routes(routes!(phone::send_code))
        .routes(routes!(phone::confirm))
        .routes(routes!(phone::remove))
}

/// The caller's own account.
#[inline(never)]
fn own_account_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(deletion::delete))
        .routes(routes!(deletion::bring_back))
        .routes(routes!(deletion::list))
        .routes(routes!(deletion::bring_back_account))
        .routes(routes!(deliveries::list))
        .routes(routes!(notice_choices::get, notice_choices::set))
        .routes(routes!(notices::list))
        .routes(routes!(notices::unread))
        .routes(routes!(notices::read_all))
        .routes(routes!(notices::read_one))
        .routes(routes!(deliveries::repeat))
        .routes(routes!(people::me))
        .routes(routes!(consents::get, consents::answer))
        .routes(routes!(consents::list, consents::publish))
        .routes(routes!(consents::text))
        .routes(routes!(consents::of_patient))
        .routes(routes!(people::correct_name))
        .routes(routes!(people::correct_locale))
        .routes(routes!(birth::get, birth::correct))
        .routes(routes!(contact::get, contact::correct))
        .routes(routes!(addresses::list, addresses::change))
        .routes(routes!(calendar::get, calendar::save, calendar::revoke))
        .routes(routes!(calendar::renew))
        .routes(routes!(profile::get, profile::edit))
        .routes(routes!(changes::own))
        .routes(routes!(changes::own_profile))
        .routes(routes!(changes::of_patient))
        .routes(routes!(changes::of_doctor))
}

/// Families, and who acts for whom.
#[inline(never)]
fn family_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(changes::own_account))
        .routes(routes!(changes::of_user))
        .routes(routes!(family::get))
        .routes(routes!(family::add_child))
        .routes(routes!(family::end))
        .routes(routes!(handovers::offer))
        .routes(routes!(handovers::send))
        .routes(routes!(handovers::withdraw))
        .routes(routes!(handovers::accept))
        .routes(routes!(acting::list, acting::add))
        .routes(routes!(acting::end))
        .routes(routes!(claims::claim))
}

/// Patients, for the staff of a clinic.
#[inline(never)]
fn patients_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(patients::list, patients::register))
        .routes(routes!(patients::find))
        .routes(routes!(patients::similar))
        .routes(routes!(patients_import::import))
        .routes(routes!(patients::get, patients::correct, patient_deletion::delete))
        .routes(routes!(patient_deletion::list))
        .routes(routes!(patient_deletion::bring_back))
        .routes(routes!(merging::likely))
        .routes(routes!(merging::compare))
        .routes(routes!(merging::merged, merging::merge))
        .routes(routes!(merging::separate))
        .routes(routes!(different::list, different::say))
        .routes(routes!(different::take_back))
        .routes(routes!(claims::make_code))
        .routes(routes!(patient_profile::get, patient_profile::change))
}

/// Licences and clinics, and what doctors write with.
#[inline(never)]
fn clinics_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(licences::get, licences::add))
        .routes(routes!(licences::renew))
        .routes(routes!(licences::change_cover))
        .routes(routes!(licences::list))
        .routes(routes!(licences::review))
        .routes(routes!(clinics::list, clinics::create))
        .routes(routes!(clinics::get, clinics::edit))
        .routes(routes!(clinics::add_closure))
        .routes(routes!(clinics::history::list))
        .routes(routes!(clinics::remove_logo))
        .routes(routes!(clinics::remove_closure))
        .routes(routes!(clinics::message_retention::get, clinics::message_retention::set))
        .routes(routes!(clinics::care_groups::list, clinics::care_groups::add))
        .routes(routes!(clinics::care_groups::end))
        .routes(routes!(clinics::care_groups::add_member, clinics::care_groups::remove_member))
        .routes(routes!(clinics::rooms::list, clinics::rooms::add))
        .routes(routes!(clinics::rooms::end))
        .routes(routes!(specialties::list, specialties::add))
        .routes(routes!(specialties::get, specialties::edit))
        .routes(routes!(languages::get, languages::choose))
        .routes(routes!(languages::offered))
        .routes(routes!(note_templates::list, note_templates::add))
        .routes(routes!(note_templates::get, note_templates::edit))
        .routes(routes!(phrases::list_own, phrases::save_own))
        .routes(routes!(phrases::remove_own))
        .routes(routes!(phrases::list, phrases::save))
        .routes(routes!(phrases::remove))
}

/// Those who work in a clinic.
#[inline(never)]
fn people_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(staff::invitations, staff::invite))
        .routes(routes!(staff_import::import))
        .routes(routes!(staff::withdraw))
        .routes(routes!(staff::send))
        .routes(routes!(service_accounts::list, service_accounts::make))
        .routes(routes!(service_accounts::end))
        .routes(routes!(service_accounts::renew))
        .routes(routes!(staff::memberships))
        .routes(routes!(staff::change))
        .routes(routes!(staff::end))
        .routes(routes!(users::list))
        .routes(routes!(users::find))
        .routes(routes!(users::get))
        .routes(routes!(users::suspend))
        .routes(routes!(users::restore))
        .routes(routes!(factor_resets::get))
        .routes(routes!(factor_resets::ask))
}

/// Doctors, and what can be booked with them.
#[inline(never)]
fn directory_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(directory::specialties))
        .routes(routes!(directory::doctors))
        .routes(routes!(directory::doctor))
        .routes(routes!(directory::slots))
        .routes(routes!(directory::free_days::free_days))
        .routes(routes!(directory::free_days::search_choices))
        .routes(routes!(visit_types::list, visit_types::add))
        .routes(routes!(visit_types::edit))
        .routes(routes!(doctor_visit_types::doctors))
        .routes(routes!(doctor_visit_types::list, doctor_visit_types::add))
        .routes(routes!(doctor_visit_types::edit))
        .routes(routes!(joining::join))
        .routes(routes!(doctor_specialties::get, doctor_specialties::change))
        .routes(routes!(booking_rules::get, booking_rules::change))
}

/// Schedules and appointments.
#[inline(never)]
fn schedules_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(to_do::get))
        .routes(routes!(why::explain))
        .routes(routes!(schedules::list))
        .routes(routes!(schedules::replace))
        .routes(routes!(schedules::add))
        .routes(routes!(schedules::remove))
        .routes(routes!(time_off::preview, time_off::take))
        .routes(routes!(calendar_days::day))
        .routes(routes!(calendar_days::week))
        .routes(routes!(calendar_days::month))
        .routes(routes!(calendar_days::of_clinic))
        .routes(routes!(doctor_today::block))
        .routes(routes!(doctor_today::tell_late))
        .routes(routes!(outside_calendars::list, outside_calendars::add))
        .routes(routes!(outside_calendars::remove))
        .routes(routes!(holds::hold))
        .routes(routes!(holds::get, holds::release))
        .routes(routes!(appointments::list, appointments::create))
        .routes(routes!(appointments::get, appointments::delete))
        .routes(routes!(appointments::cancel))
        .routes(routes!(appointments::moving::move_to))
        .routes(routes!(appointments::confirming::confirm))
        .routes(routes!(appointments::for_patient::create))
        .routes(routes!(appointments::confirming::set_approval))
        .routes(routes!(appointments::meetings::set_link))
        .routes(routes!(appointments::follow_ups::set))
        .routes(routes!(appointments::rooms::list))
        .routes(routes!(appointments::rooms::set))
        .routes(routes!(appointments::series_for_patient::create))
        .routes(routes!(appointments::series_for_patient::preview))
        .routes(routes!(appointments::series::create))
        .routes(routes!(appointments::series::preview))
        .routes(routes!(appointments::series::get))
        .routes(routes!(appointments::series::cancel))
}

/// Waiting, the call, conversations and ratings.
#[inline(never)]
fn visits_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(waiting::list, waiting::join))
        .routes(routes!(waiting::leave))
        .routes(routes!(waiting::offer))
        .routes(routes!(waiting::accept))
        .routes(routes!(waiting::refuse))
        .routes(routes!(visits::join))
        .routes(routes!(visits::check_in))
        .routes(routes!(visits::no_show))
        .routes(routes!(threads::list, threads::open))
        .routes(routes!(threads::search))
        .routes(routes!(threads::away, threads::set_away))
        .routes(routes!(mass_messages::consents))
        .routes(routes!(mass_messages::answer))
        .routes(routes!(mass_messages::board, mass_messages::send))
        .routes(routes!(canned_answers::list, canned_answers::save))
        .routes(routes!(canned_answers::remove))
        .routes(routes!(threads::get))
        .routes(routes!(threads::messages, threads::send))
        .routes(routes!(threads::mark_read))
        .routes(routes!(threads::close))
        .routes(routes!(threads::reopen))
        .routes(routes!(threads::hand_over))
        .routes(routes!(ratings::get, ratings::rate))
        .routes(routes!(ratings::of_doctor))
        .routes(routes!(ratings::list))
        .routes(routes!(ratings::answer))
        .routes(routes!(ratings::hide))
}

/// Prescriptions, letters and files.
#[inline(never)]
fn files_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(prescriptions::list))
        .routes(routes!(prescriptions::get))
        .routes(routes!(prescriptions::pdf))
        .routes(routes!(letters::list, letters::create))
        .routes(routes!(letters::get))
        .routes(routes!(letters::issue))
        .routes(routes!(letters::pdf))
        .routes(routes!(letters::withdraw))
        .routes(routes!(uploads::begin))
        .routes(routes!(uploads::progress, uploads::abandon))
        .routes(routes!(uploads::put))
        .routes(routes!(uploads::complete))
        .routes(routes!(uploads::content))
        .routes(routes!(documents::list))
        .routes(routes!(documents::withdraw))
        .routes(routes!(documents::restore))
        .routes(routes!(file_holds::list))
        .routes(routes!(file_holds::hold))
        .routes(routes!(file_holds::lift))
        .routes(routes!(documents::credentials))
}

/// Records, and the work of the team.
#[inline(never)]
fn records_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(record::list, record::add))
        .routes(routes!(record::versions, record::change))
        .routes(routes!(record::withdraw))
        .routes(routes!(timeline::get))
        .routes(routes!(shares::list, shares::share))
        .routes(routes!(shares::end))
        .routes(routes!(accesses::list))
        .routes(routes!(accesses::ask))
        .routes(routes!(accesses::questions))
        .routes(routes!(accesses::answer))
        .routes(routes!(record_search::search))
        .routes(routes!(observations::list, observations::add))
        .routes(routes!(observations::withdraw))
        .routes(routes!(team_tasks::list, team_tasks::add))
        .routes(routes!(team_tasks::finish))
        .routes(routes!(team_tasks::reopen))
        .routes(routes!(shift_notes::list, shift_notes::write))
        .routes(routes!(shift_notes::read))
        .routes(routes!(uploads::remove_photo))
        .routes(routes!(uploads::remove_insurance_card))
        .routes(routes!(document::serve))
}

async fn unknown_route() -> Problem {
    Code::RouteUnknown.into()
}

/// The answer to an unsupported method. The router adds the `Allow` header.
async fn method_not_allowed() -> Problem {
    Code::MethodNotAllowed.into()
}
