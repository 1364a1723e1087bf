//! The page that the link of a shared item opens: this item, for whoever has the link.

use super::letters::SharedLetter;
use super::plain_names::named;
use super::record::entry_line;
use super::timeline::kind_name;
use kit::failure::Failure;
use kit::layouts::PublicLayout;
use kit::parts::{AllergyLines, Detail, Moment, Notice, NoticeKind, PageTitle, VitalLines, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::errors::Code;
use model::records::{PatientVisitSummary, SharedContent, SharedItem, SummaryPrescription, TimelineKind};
use prescriptions::StateTag;
use serde::{Deserialize, Serialize};
use words::{Locale, error_message, say};

/// A shared item, or why its link does not work.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownItem {
    /// The item.
    pub item: Option<SharedItem>,
    /// Why the link does not work.
    pub refused: Option<Code>,
}

/// Opens the item of a link. The opening is counted.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "open-share")]
pub async fn open_share(
    /// The link's token.
    token: String,
) -> Result<ShownItem, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::records::open_share(&request.domain, &request.access, &token)).await;
    match outcome {
        Ok(item) => Ok(ShownItem { item: Some(item), refused: None }),
        Err(error) if matches!(error.code(), Code::LinkUnknown | Code::ShareExpired | Code::ShareEnded | Code::NotFound) => {
            Ok(ShownItem { item: None, refused: Some(error.code()) })
        }
        Err(error) => kit::failure::answered(Err(error)),
    }
}

/// The page `/shared/:token`.
#[component]
pub fn SharedPage() -> impl IntoView {
    let l = use_locale();
    let token = use_params_map().with_untracked(|params| params.get("token")).unwrap_or_default();
    let asked = token.clone();
    let found = Resource::new_blocking(move || asked.clone(), open_share);
    view! {
        <PageTitle text=say!(l, records.shared.title)/>
        <PublicLayout narrow=true>
            <h1>{say!(l, records.shared.title)}</h1>
            {loaded(found, move |shown| match shown.item {
                Some(item) => view! { <Item item token=token.clone()/> }.into_any(),
                None => refused(l, shown.refused.unwrap_or(Code::LinkUnknown)),
            })}
        </PublicLayout>
    }
}

fn refused(l: Locale, code: Code) -> AnyView {
    view! { <Notice kind=NoticeKind::Bad title=error_message(l, code)/> }.into_any()
}

#[component]
fn Item(item: SharedItem, token: String) -> impl IntoView {
    let l = use_locale();
    let SharedItem { patient_name, expires_at, content } = item;
    let (kind, shown) = match content {
        SharedContent::Visit { summary } => (TimelineKind::Visit, visit(l, *summary)),
        SharedContent::Prescription { prescription } => (TimelineKind::Prescription, prescribed(l, prescription)),
        SharedContent::Entry { view } => {
            (TimelineKind::Entry, view! { <ul class="list">{entry_line(l, *view, false, None)}</ul> }.into_any())
        }
        SharedContent::Document { name, .. } => {
            let href = format!("/shared/{token}/file");
            let shown = view! { <p><a href=href rel="external" download="">{said(name)}</a></p> }.into_any();
            (TimelineKind::Document, shown)
        }
        SharedContent::Letter { letter } => (TimelineKind::Letter, view! { <SharedLetter letter=*letter/> }.into_any()),
        SharedContent::Measurement { view } => {
            let at = view.taken_at;
            let shown = view! { <p><Moment at detail=Detail::DayAndTime/></p> <VitalLines view=*view/> }.into_any();
            (TimelineKind::Measurement, shown)
        }
        SharedContent::Allergy { view } => {
            let allergies = vec![*view];
            (TimelineKind::Allergy, view! { <AllergyLines allergies/> }.into_any())
        }
    };
    view! {
        <div class="lead">
            <p>{say!(l, records.shared.whose)} " " <strong>{said(patient_name)}</strong></p>
            <p>{say!(l, records.shared.until)} " " <Moment at=expires_at detail=Detail::DayAndTime/></p>
            <p class="quiet">{say!(l, records.shared.counted)}</p>
            <ZoneNote/>
        </div>
        <section class="card">
            <h2>{kind_name(l, kind)}</h2>
            {shown}
        </section>
    }
    .into_any()
}

fn visit(l: Locale, summary: PatientVisitSummary) -> AnyView {
    let diagnoses: Vec<_> = summary
        .diagnoses
        .into_iter()
        .map(|found| view! { <li>{named(found.plain, found.description)} " " <span class="quiet num">{found.code}</span></li> })
        .collect();
    let diagnoses = if diagnoses.is_empty() {
        view! { <p>{say!(l, records.visit.no_diagnosis)}</p> }.into_any()
    } else {
        view! { <ul>{diagnoses}</ul> }.into_any()
    };
    let plan = summary.plan.map_or_else(
        || view! { <p>{say!(l, records.visit.no_plan)}</p> }.into_any(),
        |plan| view! { <p class="lines" dir="auto">{plan}</p> }.into_any(),
    );
    let prescriptions: Vec<_> = summary.prescriptions.into_iter().map(|prescription| prescribed(l, prescription)).collect();
    let prescriptions = if prescriptions.is_empty() {
        view! { <p>{say!(l, records.visit.no_prescription)}</p> }.into_any()
    } else {
        view! { {prescriptions} }.into_any()
    };
    view! {
        <p>
            {say!(l, records.visit.with, doctor = summary.doctor_name, clinic = summary.clinic_name)}
            <br/>
            <Moment at=summary.started_at/>
        </p>
        <h3>{say!(l, records.visit.plan)}</h3>
        {plan}
        <h3>{say!(l, records.visit.diagnoses)}</h3>
        {diagnoses}
        <h3>{say!(l, records.visit.prescriptions)}</h3>
        {prescriptions}
    }
    .into_any()
}

fn prescribed(l: Locale, prescription: SummaryPrescription) -> AnyView {
    let medicines: Vec<_> = prescription
        .medicines
        .into_iter()
        .map(|medicine| {
            view! {
                <li>
                    <strong>{said(medicine.medicine)} " " {said(medicine.strength)}</strong>
                    <br/>
                    {said(medicine.dose)} ", " {said(medicine.frequency)} ", " {said(medicine.duration)}
                </li>
            }
        })
        .collect();
    view! {
        <p>{say!(l, records.visit.prescription, number = prescription.number)} " " <StateTag state=prescription.state/></p>
        <ul class="bare">{medicines}</ul>
    }
    .into_any()
}
