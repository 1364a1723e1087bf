//! Lists of prescriptions: the patient's own ones, and the doctor's.

use super::parts::StateTag;
use super::show::Side;
use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::{Detail, EmptyState, Moment, PageTitle, Pager, Paging, ZoneNote, listed, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::live::LiveKind;
use model::page::Page;
use model::prescriptions::{PrescriptionLine, PrescriptionState};
use words::say;

/// Loads a page of the prescriptions that the viewer may see.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`; wrong fields.
#[server(prefix = "/do", endpoint = "list-prescriptions")]
pub async fn list_prescriptions(
    /// The cursor at which the page begins; none for the first page.
    cursor: Option<String>,
) -> Result<Page<PrescriptionLine>, Failure> {
    use domain::prescriptions;

    let request = kit::request::RequestContext::require()?;
    let query = prescriptions::ListPrescriptions { cursor, size: None };
    kit::request::call(|| prescriptions::list(&request.domain, &request.access, query.clone())).await
}

/// The patient's list.
#[component]
pub fn PrescriptionsPage() -> impl IntoView {
    page(Side::Patient)
}

/// The doctor's list.
#[component]
pub fn DoctorPrescriptionsPage() -> impl IntoView {
    page(Side::Doctor)
}

/// The list of a pharmacist: the signed prescriptions of the clinic.
#[component]
pub fn PharmacyPrescriptionsPage() -> impl IntoView {
    page(Side::Pharmacy)
}

fn page(side: Side) -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let changes = use_changes(LiveKind::Prescription);
    let asked = move || (query.with(|query| query.get("after")), changes.get());
    let found = Resource::new_blocking(asked, |(after, _)| list_prescriptions(after));
    view! {
        <PageTitle text=say!(l, prescriptions.title)/>
        <div class="lead">
            <h1>{say!(l, prescriptions.title)}</h1>
            <ZoneNote/>
        </div>
        {loaded(found, move |page| {
            let after = query.with_untracked(|query| query.get("after"));
            view! { <Lines page side after/> }
        })}
    }
    .into_any()
}

#[component]
fn Lines(page: Page<PrescriptionLine>, side: Side, after: Option<String>) -> impl IntoView {
    let l = use_locale();
    let here = match side {
        Side::Patient => "/prescriptions",
        Side::Doctor => "/doctor/prescriptions",
        Side::Pharmacy => "/pharmacy",
    };
    if page.items.is_empty() && after.is_none() {
        let text = match side {
            Side::Patient => say!(l, prescriptions.list.empty_patient),
            Side::Doctor => say!(l, prescriptions.list.empty_doctor),
            Side::Pharmacy => say!(l, prescriptions.list.empty_pharmacy),
        };
        return view! { <EmptyState title=say!(l, prescriptions.list.empty_title) text/> }.into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("{here}{}", kit::address::query(&[("after", after)]))
    });
    let lines: Vec<_> = page.items.into_iter().map(|line| view! { <Line line side/> }).collect();
    view! {
        <section class="card"><ul class="list">{lines}</ul></section>
        <Pager paging/>
    }
    .into_any()
}

#[component]
fn Line(line: PrescriptionLine, side: Side) -> impl IntoView {
    let l = use_locale();
    let href = match (side, line.state) {
        (Side::Patient, _) => format!("/prescriptions/{}", line.id),
        (Side::Pharmacy, _) => format!("/pharmacy/prescriptions/{}", line.id),
        (Side::Doctor, PrescriptionState::Draft) => format!("/doctor/visits/{}/prescription", line.encounter),
        (Side::Doctor, PrescriptionState::Signed | PrescriptionState::Cancelled) => format!("/doctor/prescriptions/{}", line.id),
    };
    let who = match side {
        Side::Patient => line.doctor_name,
        Side::Doctor | Side::Pharmacy => line.patient_name,
    };
    let medicines =
        if line.medicines.is_empty() { say!(l, prescriptions.list.nothing_yet).to_owned() } else { listed(&line.medicines) };
    view! {
        <li>
            <div class="row">
                <a href=href><strong>{medicines}</strong></a>
                <span class="end"><StateTag state=line.state/></span>
            </div>
            <small>
                {said(who)} " · " <Moment at=line.at detail=Detail::Day/> " · " <span class="num">{line.number}</span>
            </small>
        </li>
    }
    .into_any()
}
