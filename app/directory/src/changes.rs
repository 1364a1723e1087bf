//! What was changed in the details of a patient, or in the profile, the licences and the visit types of a doctor, each change with what it was before, for those whom it concerns, the desk and
//! administrators.

use super::addresses;
use super::desk::patient::lines;
use kit::failure::Failure;
use kit::parts::time::{names, readable};
use kit::parts::{Column, Detail, Moment, Notice, NoticeKind, PageTitle, Table, listed, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::{ChangeRow, ChangesView, Country, DetailField, DetailValue, LicenceState, Sex, spoken_language_name};
use model::format;
use model::scheduling::VisitMode;
use words::{Locale, say, sex_name};

/// Loads the changes of the details of the patient on whose behalf the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a patient, or sees appointments only.
#[server(prefix = "/do", endpoint = "load-own-changes")]
pub async fn load_own_changes() -> Result<ChangesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_changes(&request.domain, &request.access)).await
}

/// Loads the changes of a patient's details, as far as the desk sees these details.
///
/// # Errors
/// `NotFound`; `Forbidden` when the user's clinic does not keep the record; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-patient-changes")]
pub async fn load_patient_changes(
    /// The patient's id.
    id: String,
) -> Result<ChangesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::directory::changes_of_patient(&request.domain, &request.access, id)).await
}

/// Loads the changes of the profile, the licences and the visit types of the doctor as whom the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` when the user does not act as a doctor.
#[server(prefix = "/do", endpoint = "load-own-profile-changes")]
pub async fn load_own_profile_changes() -> Result<ChangesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::scheduling::own_profile_changes(&request.domain, &request.access)).await
}

/// Loads the changes of a doctor's profile, licences and visit types.
///
/// # Errors
/// `NotFound`; `Forbidden` for users who are not administrators; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-doctor-changes")]
pub async fn load_doctor_changes(
    /// The doctor.
    doctor: String,
) -> Result<ChangesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctor = kit::request::id(&doctor)?;
    kit::request::call(|| domain::scheduling::changes_of_doctor(&request.domain, &request.access, doctor)).await
}

/// The page `/account/changes`.
#[component]
pub fn OwnChangesPage() -> impl IntoView {
    let l = use_locale();
    let changes = Resource::new_blocking(|| (), |()| load_own_changes());
    view! {
        <PageTitle text=say!(l, common.account.changes)/>
        <div class="lead">
            <h1>{say!(l, common.account.changes)}</h1>
            <p>{say!(l, directory.changes.lead)}</p>
        </div>
        {loaded(changes, |changes| view! { <Changes changes/> })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

/// The page `/doctor/profile/changes`.
#[component]
pub fn ProfileChangesPage() -> impl IntoView {
    let l = use_locale();
    let changes = Resource::new_blocking(|| (), |()| load_own_profile_changes());
    view! {
        <PageTitle text=say!(l, directory.changes.profile_title)/>
        <p><a href="/doctor/profile">"← " {say!(l, common.account.doctor_profile)}</a></p>
        <h1>{say!(l, directory.changes.profile_title)}</h1>
        {loaded(changes, |changes| view! { <Changes changes/> })}
    }
    .into_any()
}

/// The page `/desk/patients/:id/changes`.
#[component]
pub fn PatientChangesPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    of_person(Resource::new_blocking(id, load_patient_changes), "/desk/patients")
}

/// The page `/admin/applications/:id/changes`.
#[component]
pub fn DoctorChangesPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    of_person(Resource::new_blocking(id, load_doctor_changes), "/admin/applications")
}

/// The changes of another person, with the way back to the person's page.
pub(super) fn of_person(changes: Resource<Result<ChangesView, Failure>>, pages: &'static str) -> AnyView {
    let l = use_locale();
    let params = use_params_map();
    view! {
        <PageTitle text=say!(l, directory.changes.title)/>
        {loaded(changes, move |changes| {
            let name = changes.name.clone();
            let id = params.with_untracked(|params| params.get("id")).unwrap_or_default();
            view! {
                <p><a href=format!("{pages}/{id}")>"← " {said(&name)}</a></p>
                <div class="lead">
                    <h1>{say!(l, directory.changes.title)}</h1>
                    <p>{said(name)}</p>
                </div>
                <Changes changes/>
            }
        })}
    }
    .into_any()
}

/// The changes, as a table with a row for each detail.
#[component]
pub(super) fn Changes(
    /// What was changed.
    changes: ChangesView,
) -> impl IntoView {
    let l = use_locale();
    let more = changes.more;
    let rows = changes.into_rows();
    let columns = vec![
        Column::name(say!(l, directory.changes.what), move |row: &ChangeRow| {
            let of = row.of.as_deref().map(|of| view! { <br/> <small>{said(of)}</small> });
            view! { {field_name(l, row.change.field)} {of} }
        }),
        Column::text(say!(l, directory.changes.before), move |row: &ChangeRow| {
            shown(l, row.change.field, row.change.before.as_ref())
        })
        .labelled(),
        Column::text(say!(l, directory.changes.after), move |row: &ChangeRow| {
            shown(l, row.change.field, row.change.after.as_ref())
        })
        .labelled(),
        Column::text(say!(l, directory.changes.when), |row: &ChangeRow| view! { <Moment at=row.at detail=Detail::Short/> }),
        Column::text(say!(l, directory.changes.by), |row: &ChangeRow| said(&row.by)).labelled(),
    ];
    view! {
        {more.then(|| view! { <Notice kind=NoticeKind::Info title=say!(l, directory.changes.more)/> })}
        <Table
            columns
            rows
            caption=say!(l, directory.changes.caption)
            with_zone=true
            empty_title=say!(l, directory.changes.none_title)
            empty_text=say!(l, directory.changes.none)
        />
    }
    .into_any()
}

/// What a detail was or is.
fn shown(l: Locale, field: DetailField, value: Option<&DetailValue>) -> AnyView {
    let Some(value) = value else {
        return view! { <span class="quiet">{say!(l, directory.changes.nothing)}</span> }.into_any();
    };
    match value {
        DetailValue::Text(text) => match field {
            DetailField::Sex => Sex::parse(text).map_or_else(|_| said(text), |sex| sex_name(l, sex).into_any()),
            DetailField::TimeZone => readable(text).into_any(),
            DetailField::Language => spoken_language_name(text).to_owned().into_any(),
            DetailField::LicenceCountry => Country::parse(text).map_or_else(|_| said(text), |country| country.name().into_any()),
            DetailField::LicenceState => {
                LicenceState::parse(text).map_or_else(|_| said(text), |state| licence_state(l, state).into_any())
            }
            DetailField::VisitTypeMode => {
                VisitMode::parse(text).map_or_else(|_| said(text), |mode| visit_mode(l, mode).into_any())
            }
            DetailField::VisitTypeMinutes
            | DetailField::VisitTypeFee
            | DetailField::VisitTypeBefore
            | DetailField::VisitTypeAfter
            | DetailField::VisitTypeOffered
            | DetailField::VisitTypeApproval
            | DetailField::VisitTypeLink => visit_type_word(l, text).into_any(),
            _ => view! { <span class="lines" dir="auto">{text.clone()}</span> }.into_any(),
        },
        DetailValue::List(texts) if field == DetailField::Languages => {
            let languages: Vec<String> = texts.iter().map(|tag| spoken_language_name(tag).to_owned()).collect();
            listed(&languages).into_any()
        }
        DetailValue::List(texts) => view! { <span class="lines" dir="auto">{texts.join("\n")}</span> }.into_any(),
        DetailValue::Date(date) => {
            view! { <time datetime=date.to_string()>{format::date_short(*date, names(l))}</time> }.into_any()
        }
        DetailValue::Address(address) => said(lines(address)),
        DetailValue::Further(kept) => addresses::shown(l, kept),
        DetailValue::Fee(fee) => format::money(*fee, names(l)).into_any(),
    }
}

/// The name of a detail, as its form calls it.
fn field_name(l: Locale, field: DetailField) -> &'static str {
    match field {
        DetailField::Name => say!(l, directory.doctor_profile.name),
        DetailField::LatinName => say!(l, common.person.latin_name),
        DetailField::DateOfBirth => say!(l, common.person.date_of_birth),
        DetailField::Phone => say!(l, common.person.phone),
        DetailField::HomeAddress => say!(l, directory.contact.address_title),
        DetailField::PostalAddress => say!(l, directory.addresses.postal),
        DetailField::TemporaryAddress => say!(l, directory.addresses.temporary),
        DetailField::TimeZone => say!(l, common.person.zone),
        DetailField::PreferredName => say!(l, directory.patient_profile.preferred_name),
        DetailField::Sex => say!(l, directory.changes.sex),
        DetailField::Gender => say!(l, directory.patient_profile.gender),
        DetailField::EmergencyName => say!(l, directory.patient_profile.emergency_name),
        DetailField::EmergencyRelation => say!(l, directory.changes.emergency_relation),
        DetailField::EmergencyPhone => say!(l, directory.patient_profile.emergency_phone),
        DetailField::InsurancePayer => say!(l, directory.patient_profile.payer),
        DetailField::InsuranceNumber => say!(l, directory.patient_profile.member),
        DetailField::BloodType => say!(l, directory.changes.blood_type),
        DetailField::Pharmacy => say!(l, directory.changes.pharmacy),
        DetailField::About => say!(l, directory.doctor_profile.about),
        DetailField::Specialties => say!(l, directory.doctor_profile.specialties),
        DetailField::Languages => say!(l, directory.changes.languages),
        DetailField::Qualifications => say!(l, directory.doctor_profile.qualifications),
        DetailField::Fee => say!(l, directory.doctor_profile.fee),
        DetailField::CoverInsurer => say!(l, directory.changes.cover_insurer),
        DetailField::CoverNumber => say!(l, directory.licences.policy),
        DetailField::CoverUntil => say!(l, directory.licences.cover_until),
        DetailField::LicenceNumber => say!(l, common.doctor.licence_number),
        DetailField::LicenceAuthority => say!(l, common.doctor.licence_authority),
        DetailField::LicenceCountry => say!(l, common.doctor.licence_country),
        DetailField::LicenceRegion => say!(l, common.doctor.licence_region),
        DetailField::LicenceIssued => say!(l, common.doctor.licence_issued),
        DetailField::LicenceExpires => say!(l, common.doctor.licence_expires),
        DetailField::LicenceState => say!(l, directory.changes.licence_state),
        DetailField::LicenceReply => say!(l, directory.changes.licence_reply),
        DetailField::Language => say!(l, common.person.language),
        DetailField::VisitTypeName => say!(l, directory.changes.visit_type_name),
        DetailField::VisitTypeMode => say!(l, directory.changes.visit_type_mode),
        DetailField::VisitTypeMinutes => say!(l, directory.changes.visit_type_minutes),
        DetailField::VisitTypeFee => say!(l, directory.changes.visit_type_fee),
        DetailField::VisitTypeBefore => say!(l, directory.changes.visit_type_before),
        DetailField::VisitTypeAfter => say!(l, directory.changes.visit_type_after),
        DetailField::VisitTypeOffered => say!(l, directory.changes.visit_type_offered),
        DetailField::VisitTypeApproval => say!(l, directory.changes.visit_type_approval),
        DetailField::VisitTypeLink => say!(l, directory.changes.visit_type_link),
    }
}

/// How doctor and patient meet.
fn visit_mode(l: Locale, mode: VisitMode) -> &'static str {
    match mode {
        VisitMode::Video => say!(l, directory.changes.mode_video),
        VisitMode::InPerson => say!(l, directory.changes.mode_in_person),
        VisitMode::Phone => say!(l, directory.changes.mode_phone),
        VisitMode::External => say!(l, directory.changes.mode_external),
    }
}

/// A number, or a word that stands for one, or for an answer.
fn visit_type_word(l: Locale, text: &str) -> String {
    match text {
        "usual" => say!(l, directory.changes.usual).to_owned(),
        "yes" => say!(l, directory.changes.yes).to_owned(),
        "no" => say!(l, directory.changes.no).to_owned(),
        number => number.to_owned(),
    }
}

/// Where the review of a licence is.
fn licence_state(l: Locale, state: LicenceState) -> &'static str {
    match state {
        LicenceState::Waiting => say!(l, common.doctor.licence_waiting),
        LicenceState::Approved => say!(l, common.doctor.licence_approved),
        LicenceState::Refused => say!(l, common.doctor.licence_refused),
        LicenceState::Replaced => say!(l, common.doctor.licence_replaced),
        LicenceState::MoreAsked => say!(l, common.doctor.more_asked),
    }
}
