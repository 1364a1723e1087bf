//! The page of a patient, for reception and for nurses.

use super::super::insurance_card::sides;
use super::deleted::{DeletePatient, DeletePatientValues, Mistake};
use super::letter::{MakeClaimCode, MakeClaimValues};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, SubmitButton, use_form};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Card, Face, Notice, NoticeKind, PageTitle, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::directory::{Country, PatientCard};
use model::identity::TypedAddress;
use words::say;

/// Loads what the desk knows about a patient.
///
/// # Errors
/// `NotFound`, also for a patient whom the user's clinic does not know; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-patient")]
pub async fn load_patient(
    /// The patient's id.
    id: String,
) -> Result<PatientCard, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::directory::patient_card(&request.domain, &request.access, id)).await
}

/// The page `/desk/patients/:id`.
#[component]
pub fn DeskPatientPage() -> impl IntoView {
    page("/desk")
}

/// The page `/ward/patients/:id`.
#[component]
pub fn WardPatientPage() -> impl IntoView {
    page("/ward")
}

fn page(home: &'static str) -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let at_desk = home == "/desk";
    let told = query.with_untracked(|query| query.get("registered"));
    let card = Resource::new_blocking(id, load_patient);
    let letter = use_form::<MakeClaimCode, MakeClaimValues>();
    let delete = use_form::<DeletePatient, DeletePatientValues>();
    let notice = told.map(|told| {
        let title = if told == "known" { say!(l, directory.desk.linked) } else { say!(l, directory.desk.registered) };
        view! { <Notice kind=NoticeKind::Good title=title/> }
    });
    view! {
        <PageTitle text=say!(l, directory.desk.patient)/>
        <p><a href=format!("{home}/patients")>"← " {say!(l, common.nav.patients)}</a></p>
        {notice}
        {loaded(card, move |card| view! { <Shown card letter delete at_desk/> })}
    }
    .into_any()
}

#[component]
fn Shown(card: PatientCard, letter: FormHandle, delete: FormHandle, at_desk: bool) -> impl IntoView {
    let l = use_locale();
    let id = card.id;
    let actions = at_desk.then(|| view! { <Actions card=card.clone() letter/> });
    let mistake = (at_desk && card.may_delete).then(|| view! { <Mistake card=card.clone() form=delete/> });
    let born = date_of_birth(names(l), card.date_of_birth);
    let photo = card.photo.is_some().then(|| view! { <Face name=card.name.clone() of_patient=card.photo large=true/> });
    let insurance = (card.insurance_front.is_some() || card.insurance_back.is_some()).then(|| {
        view! {
            <dt>{say!(l, directory.insurance_card.title)}</dt>
            <dd>{sides(l, card.insurance_front, card.insurance_back)}</dd>
        }
    });
    view! {
        <h1>{said(card.name)}</h1>
        <Card>
            {photo}
            <dl class="facts">
                <dt>{say!(l, directory.desk.number)}</dt>
                <dd class="num">{card.number}</dd>
                {card.latin_name.map(|name| view! { <dt>{say!(l, common.person.latin_name)}</dt><dd>{said(name)}</dd> })}
                <dt>{say!(l, common.person.date_of_birth)}</dt>
                <dd>{born}</dd>
                <dt>{say!(l, common.person.phone)}</dt>
                <dd>{card.phone_shown.unwrap_or_else(|| say!(l, directory.desk.not_given).to_owned())}</dd>
                {card.address.map(|address| view! { <dt>{say!(l, directory.contact.address_title)}</dt><dd dir="auto">{lines(&address)}</dd> })}
                {insurance}
                <dt>{say!(l, directory.desk.account)}</dt>
                <dd>{if card.has_account { say!(l, directory.desk.has_account) } else { say!(l, directory.desk.no_account) }}</dd>
                {card.registered_despite.map(|reason| view! { <dt>{say!(l, directory.desk.despite)}</dt><dd>{said(reason)}</dd> })}
            </dl>
            <ul class="list">
                {(!at_desk && card.cared_for_here).then(|| view! { <li><a href=format!("/ward/patients/{id}/measurements")>{say!(l, common.vitals.title)}</a></li> })}
                {(!at_desk && card.cared_for_here).then(|| view! {
                    <li><a href=format!("/ward/patients/{id}/record")>{say!(l, directory.desk.record)}</a></li>
                    <li><a href=format!("/ward/patients/{id}/timeline")>{say!(l, directory.desk.timeline)}</a></li>
                })}
                {(!at_desk).then(|| view! { <li><a href=format!("/ward/handover?patient={id}")>{say!(l, common.nav.handover)}</a></li> })}
                {(!at_desk && card.cared_for_here).then(|| view! { <li><a href=format!("/ward/messages/new?patient={id}")>{say!(l, directory.desk.write)}</a></li> })}
                <li><a href=format!("{}/tasks?patient={id}", if at_desk { "/desk" } else { "/ward" })>{say!(l, common.nav.tasks)}</a></li>
                {at_desk.then(|| view! { <li><a href=format!("/desk/patients/{id}/letter")>{say!(l, directory.desk.label)}</a></li> })}
                {at_desk.then(|| view! { <li><a href=format!("/desk/day?patient={id}")>{say!(l, directory.desk.book)}</a></li> })}
                {at_desk.then(|| view! { <li><a href=format!("/desk/patients/{id}/visits")>{say!(l, directory.desk.visits)}</a></li> })}
                {at_desk.then(|| view! { <li><a href=format!("/desk/messages/new?patient={id}")>{say!(l, directory.desk.write)}</a></li> })}
                {at_desk.then(|| view! { <li><a href=format!("/desk/waiting/new?patient={id}")>{say!(l, directory.desk.waiting)}</a></li> })}
                {(at_desk && card.kept_here).then(|| view! { <li><a href=format!("/carers?patient={id}")>{say!(l, common.home.carers)}</a></li> })}
                {(at_desk && card.kept_here).then(|| view! { <li><a href=format!("/desk/patients/{id}/changes")>{say!(l, directory.changes.title)}</a></li> })}
                {(at_desk && card.kept_here).then(|| view! { <li><a href=format!("/desk/patients/{id}/consents")>{say!(l, directory.consents.title)}</a></li> })}
            </ul>
        </Card>
        {actions}
        {mistake}
    }
    .into_any()
}

/// What the desk may do: correct the details, and make a code.
#[component]
fn Actions(card: PatientCard, letter: FormHandle) -> impl IntoView {
    let l = use_locale();
    let id = card.id;
    if card.has_account {
        return view! { <p>{say!(l, directory.desk.keeps_own)}</p> }.into_any();
    }
    if !card.may_correct {
        return ().into_any();
    }
    view! {
        <Card title=say!(l, directory.desk.claim_title) next=true>
            <p>{say!(l, directory.desk.claim_lead)}</p>
            <Form form=letter>
                <input type="hidden" name="patient" value=id.to_string()/>
                <div class="row">
                    <SubmitButton label=say!(l, directory.desk.claim_submit)/>
                    <a href=format!("/desk/patients/{id}/correct")>{say!(l, directory.desk.correct)}</a>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// An address on one line.
pub fn lines(address: &TypedAddress) -> String {
    let country = Country::parse(&address.country).map(|country| country.name().to_owned()).unwrap_or_default();
    let parts = [&address.line_1, &address.line_2, &address.postcode, &address.town, &country];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}
