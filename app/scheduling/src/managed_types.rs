//! The administrators' page of the visit types of their doctors.

use super::visit_types::{Editor, TypeList, VisitTypeValues, type_form};
use kit::address::query;
use kit::failure::Failure;
use kit::forms::FormHandle;
use kit::parts::{Column, Notice, NoticeKind, PageTitle, Paging, Table, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::drafts::DraftSubject;
use model::ids::DoctorId;
use model::page::Page;
use model::scheduling::{DoctorVisitTypes, ManagedDoctor};
use serde::{Deserialize, Serialize};
use words::say;

/// The address of the page.
const PAGE: &str = "/admin/visit-types";

/// The doctors of the caller's clinics, and the visit types of one of them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedTypes {
    /// A page of the doctors, by name.
    pub doctors: Page<ManagedDoctor>,
    /// The doctor who was chosen, with the types.
    pub chosen: Option<DoctorVisitTypes>,
}

/// Loads the doctors whose visit types the caller manages, and the types of one of them.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who is not an administrator; `NotFound` for a doctor of another clinic.
#[server(prefix = "/do", endpoint = "load-managed-types")]
pub async fn load_managed_types(
    /// The last doctor of the page before.
    after: Option<DoctorId>,
    /// The doctor whose types are wanted.
    doctor: Option<DoctorId>,
) -> Result<ManagedTypes, Failure> {
    let request = kit::request::RequestContext::require()?;
    let doctors = kit::request::call(|| domain::scheduling::managed_doctors(&request.domain, &request.access, after)).await?;
    let chosen = match doctor {
        Some(doctor) => {
            Some(kit::request::call(|| domain::scheduling::visit_types_of(&request.domain, &request.access, doctor)).await?)
        }
        None => None,
    };
    Ok(ManagedTypes { doctors, chosen })
}

/// The address of the page for a doctor.
pub(super) fn page_of(doctor: DoctorId, more: &[(&str, Option<&str>)]) -> String {
    let doctor = doctor.to_string();
    let parts: Vec<(&str, Option<&str>)> =
        std::iter::once(("doctor", Some(doctor.as_str()))).chain(more.iter().copied()).collect();
    format!("{PAGE}{}", query(&parts))
}

/// The page `/admin/visit-types`: the doctors, and the types of the one who was chosen.
#[component]
pub fn ManagedTypesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let of = move |name: &str| address.with(|address| address.get(name)).and_then(|text| text.parse::<DoctorId>().ok());
    let edited = move || address.with(|address| address.get("edit"));
    // Each type has its own draft, and so has a new one of each doctor.
    let subject = Signal::derive(move || {
        let of_new = || of("doctor").map(|doctor| doctor.to_string());
        DraftSubject::Own(edited().or_else(of_new).unwrap_or_default())
    });
    let form = type_form(subject, say!(l, scheduling.types.mode_of_doctor));
    let types = Resource::new_blocking(move || (of("after"), of("doctor")), |(after, doctor)| load_managed_types(after, doctor));
    view! {
        <PageTitle text=say!(l, scheduling.types.managed_title)/>
        <div class="lead">
            <h1>{say!(l, scheduling.types.managed_title)}</h1>
            <p>{say!(l, scheduling.types.managed_lead)}</p>
        </div>
        {switch(
            move || address.with(|address| address.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.types.saved)/> }),
        )}
        {loaded(types, move |ManagedTypes { doctors, chosen }| {
            let (after, wanted) = address.with_untracked(|address| (address.get("after"), address.get("edit")));
            view! {
                {chosen.map(|chosen| view! { <Chosen chosen wanted form/> })}
                <Doctors doctors after/>
            }
        })}
    }
}

/// The types of the doctor who was chosen, and the form that adds or changes one.
#[component]
fn Chosen(chosen: DoctorVisitTypes, wanted: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let DoctorVisitTypes { doctor: ManagedDoctor { doctor, name }, types } = chosen;
    let edited = types.types.iter().find(|known| Some(known.id.to_string()) == wanted).cloned();
    let values = match &edited {
        Some(known) => VisitTypeValues::from(known),
        None => VisitTypeValues { is_active: "true".to_owned(), ..VisitTypeValues::default() },
    };
    let form = form.editing(&values, types.version.into());
    view! {
        <h2>{said(name)}</h2>
        <p><a href=format!("/admin/applications/{doctor}/specialties")>{say!(l, scheduling.types.specialties)}</a></p>
        <p><a href=format!("/admin/applications/{doctor}/changes")>{say!(l, scheduling.types.managed_changes)}</a></p>
        <div class="two">
            <TypeList types=types.clone() of=Some(doctor)/>
            <Editor types edited form of=Some(doctor)/>
        </div>
    }
    .into_any()
}

#[component]
fn Doctors(doctors: Page<ManagedDoctor>, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    let paging =
        Paging::new(after.as_deref(), doctors.next_cursor.as_deref(), |after| format!("{PAGE}{}", query(&[("after", after)])));
    // Loads a new page, so that the form starts again with the types of this doctor.
    let columns = vec![Column::name(say!(l, scheduling.types.doctor), |row: &ManagedDoctor| {
        view! { <a href=page_of(row.doctor, &[]) rel="external">{said(&row.name)}</a> }
    })];
    view! {
        <Table
            columns
            rows=doctors.items
            caption=say!(l, scheduling.types.doctors)
            paging
            empty_title=say!(l, scheduling.types.no_doctors_title)
            empty_text=say!(l, scheduling.types.no_doctors)
        />
    }
    .into_any()
}
