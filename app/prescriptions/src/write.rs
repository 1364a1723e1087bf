//! Writing a prescription: the medicines so far as cards, and the form that adds the next one.

use super::change::{ChangeDraft, ChangeValues};
use super::fields::{MedicineFields, declared};
use super::parts::MedicineCard;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form, use_form_about, visit_in_address};
use kit::parts::{Card, EmptyState, Notice, NoticeKind, PageTitle, Safety, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::prescriptions::{DraftPage, PrescriptionView, TypedMedicine};
use model::records::SafetyView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that adds a medicine.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddValues {
    /// The visit's id.
    pub encounter: String,
    /// The medicine.
    #[serde(flatten)]
    pub medicine: TypedMedicine,
}

impl FormValues for AddValues {
    const FORM: &'static str = "prescriptions.add_item";
}

/// What the page for writing a prescription shows.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ToWrite {
    /// The visit, and the draft if there is one.
    pub page: DraftPage,
    /// What must be known about the patient.
    pub safety: SafetyView,
}

/// Loads the patient of the visit, and the draft if there is one.
///
/// # Errors
/// `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "read-draft")]
pub async fn read_draft(
    /// The visit's id.
    encounter: String,
) -> Result<ToWrite, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&encounter)?;
    let page = kit::request::call(|| domain::prescriptions::draft_for(&request.domain, &request.access, id)).await?;
    let safety = kit::request::call(|| domain::records::safety(&request.domain, &request.access, id)).await?;
    Ok(ToWrite { page, safety })
}

/// Adds a medicine.
///
/// # Errors
/// Wrong fields; `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "add-medicine")]
pub async fn add_medicine(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AddValues, Failure, FormReply, Posted};
    use domain::{
        error::retry,
        prescriptions::{self, AddItem},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn add(form: &Posted<AddValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let typed = form.values.clone();
        let command = AddItem {
            encounter: posted_id(&typed.encounter)?,
            medicine: typed.medicine,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| prescriptions::add_item(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/visits/{}/prescription", command.encounter)))
    }
}

/// The page on which the doctor writes a prescription.
#[component]
pub fn WritePage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let told = |name: &str| query.with_untracked(|query| query.get(name).is_some());
    let (ended, discarded) = (told("ended"), told("discarded"));
    let add = declared(use_form_about::<AddMedicine, AddValues>(visit_in_address()));
    let change = use_form::<ChangeDraft, ChangeValues>();
    let found = Resource::new_blocking(move || (id(), add.done().get() + change.done().get()), |(id, _)| read_draft(id));
    view! {
        <PageTitle text=say!(l, common.write_prescription)/>
        {ended.then(|| {
            let notes = format!("/doctor/visits/{}/notes", params.with_untracked(|params| params.get("id")).unwrap_or_default());
            view! {
                <Notice kind=NoticeKind::Good title=say!(l, prescriptions.write.ended_title)>
                    <p>{say!(l, prescriptions.write.ended)}</p>
                    <p><a href=notes>{say!(l, prescriptions.write.notes)}</a></p>
                </Notice>
            }
        })}
        {discarded.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, prescriptions.discard.done)/> })}
        {loaded(found, move |ToWrite { page, safety }| view! { <Write page safety add change/> })}
    }
    .into_any()
}

#[component]
fn Write(page: DraftPage, safety: SafetyView, add: FormHandle, change: FormHandle) -> impl IntoView {
    let l = use_locale();
    let encounter = page.encounter.to_string();
    let patient = format!("/doctor/patients/{}", page.patient);
    let add = add.filled(&AddValues::default());
    let draft = page.draft.filter(|draft| !draft.items.is_empty());
    let heading = if draft.is_some() { say!(l, prescriptions.write.next) } else { say!(l, prescriptions.write.first) };
    let list = match draft {
        Some(draft) => view! { <Draft draft encounter=encounter.clone() change/> }.into_any(),
        None => view! { <EmptyState title=say!(l, prescriptions.write.empty_title) text=say!(l, prescriptions.write.empty)/> }
            .into_any(),
    };
    view! {
        <div class="lead">
            <h1>{say!(l, prescriptions.write.heading, patient = page.patient_name)}</h1>
            <p><a href=patient>{say!(l, prescriptions.write.patient)}</a></p>
        </div>
        <Card><Safety safety/></Card>
        {list}
        <section class="card">
            <h2>{heading}</h2>
            <Form form=add>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                <MedicineFields/>
                <div class="row"><SubmitButton label=say!(l, prescriptions.write.add) class="plain"/></div>
            </Form>
        </section>
    }
    .into_any()
}

/// The medicines so far, each with its buttons, and the link to the review.
#[component]
fn Draft(draft: PrescriptionView, encounter: String, change: FormHandle) -> impl IntoView {
    let l = use_locale();
    let change = change.editing(&ChangeValues::default(), draft.version);
    let review = format!("/doctor/prescriptions/{}/review", draft.id);
    let discard = format!("/doctor/prescriptions/{}/discard", draft.id);
    let id = draft.id.to_string();
    let count = draft.items.len();
    let items = StoredValue::new(draft.items);
    view! {
        <section class="lead">
            <h2>{say!(l, prescriptions.write.medicines)}</h2>
            <Form form=change>
                <input type="hidden" name="prescription" value=id.clone()/>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                {items
                    .get_value()
                    .into_iter()
                    .enumerate()
                    .map(|(at, item)| {
                        let name = item.medicine.medicine.clone();
                        let edit = format!("/doctor/prescriptions/{}/items/{}", draft.id, item.id);
                        let button = |what: &str, text: &'static str, label: String| {
                            let value = format!("{what}:{}", item.id);
                            view! { <button type="submit" class="button plain" name="change" value=value aria-label=label>{text}</button> }
                        };
                        let up = (at > 0)
                            .then(|| button("up", say!(l, prescriptions.write.up), say!(l, prescriptions.write.up_of, medicine = name.clone())));
                        let down = (at + 1 < count)
                            .then(|| button("down", say!(l, prescriptions.write.down), say!(l, prescriptions.write.down_of, medicine = name.clone())));
                        let remove = button("remove", say!(l, prescriptions.write.remove), say!(l, prescriptions.write.remove_of, medicine = name.clone()));
                        view! {
                            <MedicineCard place=at + 1 medicine=item.medicine>
                                <div class="row">
                                    <a href=edit>
                                        {say!(l, prescriptions.write.edit)} <span class="hidden">" " {said(name)}</span>
                                    </a>
                                    {up}
                                    {down}
                                    {remove}
                                </div>
                            </MedicineCard>
                        }
                    })
                    .collect_view()}
                <div class="row">
                    <a class="button" href=review.clone()>{say!(l, prescriptions.write.review)}</a>
                    <a class="button plain end" href=discard.clone()>{say!(l, prescriptions.write.discard)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
