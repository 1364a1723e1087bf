//! A single prescription: for the patient, and for the doctor with the actions that are possible.

use super::parts::{Facts, MedicineCard, PdfLink, StateTag};
use kit::failure::Failure;
use kit::parts::{Notice, NoticeKind, PageTitle, ZoneNote, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::prescriptions::{PrescriptionState, PrescriptionView};
use words::say;

/// Loads a prescription.
///
/// # Errors
/// `NotFound`, also for a draft that the viewer did not write.
#[server(prefix = "/do", endpoint = "read-prescription")]
pub async fn read_prescription(
    /// Its id.
    id: String,
) -> Result<PrescriptionView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::prescriptions::get(&request.domain, &request.access, id)).await
}

/// Who views the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// The patient.
    Patient,
    /// The doctor.
    Doctor,
    /// A pharmacist of the clinic.
    Pharmacy,
}

/// The patient's page of a prescription.
#[component]
pub fn PrescriptionPage() -> impl IntoView {
    page(Side::Patient)
}

/// The doctor's page of a prescription.
#[component]
pub fn DoctorPrescriptionPage() -> impl IntoView {
    page(Side::Doctor)
}

/// The pharmacist's page of a prescription.
#[component]
pub fn PharmacyPrescriptionPage() -> impl IntoView {
    page(Side::Pharmacy)
}

fn page(side: Side) -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let told = move |name: &str| query.with_untracked(|query| query.get(name).is_some());
    let (just_signed, just_cancelled) = (told("signed"), told("cancelled"));
    let found = Resource::new_blocking(id, read_prescription);
    let (back, label) = match side {
        Side::Patient => ("/prescriptions", say!(l, prescriptions.show.back)),
        Side::Doctor => ("/doctor/prescriptions", say!(l, prescriptions.show.back)),
        Side::Pharmacy => ("/pharmacy", say!(l, prescriptions.show.back)),
    };
    view! {
        <PageTitle text=say!(l, prescriptions.show.title)/>
        <p><a href=back>"← " {label}</a></p>
        {loaded(found, move |view| view! { <Show view side just_signed just_cancelled/> })}
    }
    .into_any()
}

#[component]
fn Show(view: PrescriptionView, side: Side, just_signed: bool, just_cancelled: bool) -> impl IntoView {
    let l = use_locale();
    let (id, state) = (view.id, view.state);
    let signed = (just_signed && state == PrescriptionState::Signed).then(|| {
        view! {
            <Notice kind=NoticeKind::Good title=say!(l, prescriptions.show.signed_title)>
                <p>{say!(l, prescriptions.show.signed)}</p>
            </Notice>
        }
    });
    let cancelled = (state == PrescriptionState::Cancelled).then(|| {
        let reason = view.cancel_reason.clone();
        let title =
            if just_cancelled { say!(l, prescriptions.show.just_cancelled) } else { say!(l, prescriptions.show.cancelled_title) };
        view! {
            <Notice kind=NoticeKind::Warn title>
                <p>{say!(l, prescriptions.show.cancelled)}</p>
                {reason.map(|reason| view! { <p class="lines">{say!(l, prescriptions.show.reason, reason = reason)}</p> })}
            </Notice>
        }
    });
    let draft = (state == PrescriptionState::Draft).then(|| {
        let href = format!("/doctor/visits/{}/prescription", view.encounter);
        view! { <div class="row"><a class="button" href=href>{say!(l, prescriptions.show.go_on)}</a></div> }
    });
    let paper = (state != PrescriptionState::Draft).then(|| {
        let cancel = (side == Side::Doctor && view.may_cancel && state == PrescriptionState::Signed).then(|| {
            view! { <a class="end" href=format!("/doctor/prescriptions/{id}/cancel")>{say!(l, prescriptions.show.cancel)}</a> }
        });
        view! {
            <div class="row">
                <PdfLink id class="button"/>
                {cancel}
            </div>
        }
    });
    let cards: Vec<_> = view
        .items
        .iter()
        .enumerate()
        .map(|(at, item)| view! { <MedicineCard place=at + 1 medicine=item.medicine.clone()/> })
        .collect();
    view! {
        {signed}
        {cancelled}
        <div class="row">
            <h1>{say!(l, prescriptions.show.heading, number = view.number.clone())}</h1>
            <StateTag state/>
        </div>
        <section class="card" class:next=state == PrescriptionState::Signed>
            <Facts view/>
            <ZoneNote/>
            {paper}
            {draft}
        </section>
        <section class="lead">
            <h2>{say!(l, prescriptions.show.medicines)}</h2>
            {cards}
        </section>
    }
    .into_any()
}
