//! Changing one medicine of a draft.

use super::fields::{MedicineFields, declared};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form_about};
use kit::layouts::Missing;
use kit::parts::{Card, PageTitle, Safety, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::drafts::DraftSubject;
use model::prescriptions::{PrescriptionState, PrescriptionView, TypedMedicine};
use model::records::SafetyView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that changes a medicine.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EditValues {
    /// The prescription's id.
    pub prescription: String,
    /// The medicine's id.
    pub item: String,
    /// The visit's id, for the page to return to.
    pub encounter: String,
    /// The medicine.
    #[serde(flatten)]
    pub medicine: TypedMedicine,
}

impl FormValues for EditValues {
    const FORM: &'static str = "prescriptions.edit_item";
}

/// A prescription with the medicine to change, and what must be known about its patient.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct ToEdit {
    /// The prescription.
    pub prescription: PrescriptionView,
    /// What must be known about the patient.
    pub safety: SafetyView,
}

/// Reads a prescription before one of its medicines is changed.
///
/// # Errors
/// `NotFound`, also for a draft that the viewer did not write.
#[server(prefix = "/do", endpoint = "read-medicine")]
pub async fn read_medicine(
    /// The prescription's id.
    id: String,
) -> Result<ToEdit, Failure> {
    use domain::{prescriptions, records};

    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    let prescription = kit::request::call(|| prescriptions::get(&request.domain, &request.access, id)).await?;
    let encounter = prescription.encounter;
    let safety = kit::request::call(|| records::safety(&request.domain, &request.access, encounter)).await?;
    Ok(ToEdit { prescription, safety })
}

/// Changes a medicine.
///
/// # Errors
/// Wrong fields; `Stale`, `PrescriptionFrozen`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "edit-medicine")]
pub async fn edit_medicine(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EditValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::edit(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EditValues, Failure, FormReply, Posted};
    use domain::{
        error::retry,
        prescriptions::{self, EditItem},
    };
    use kit::request::{RequestContext, posted_id};
    use model::ids::EncounterId;

    pub(super) async fn edit(form: &Posted<EditValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let typed = form.values.clone();
        let encounter: EncounterId = posted_id(&typed.encounter)?;
        let command = EditItem {
            prescription: posted_id(&typed.prescription)?,
            item: posted_id(&typed.item)?,
            medicine: typed.medicine,
            version: form.version()?,
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| prescriptions::edit_item(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/doctor/visits/{encounter}/prescription")))
    }
}

/// The page with the form that changes a medicine.
#[component]
pub fn EditItemPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let parameter = move |name: &str| params.with(|params| params.get(name)).unwrap_or_default();
    let medicine = Signal::derive(move || match parameter("id").parse() {
        Ok(id) => DraftSubject::Prescription(id, parameter("item")),
        Err(_) => DraftSubject::Own(String::new()),
    });
    let form = declared(use_form_about::<EditMedicine, EditValues>(medicine));
    let found = Resource::new_blocking(move || parameter("id"), read_medicine);
    let item = params.with_untracked(|params| params.get("item")).unwrap_or_default();
    view! {
        <PageTitle text=say!(l, prescriptions.edit.title)/>
        {loaded(found, move |ToEdit { prescription, safety }| {
            view! { <Edit view=prescription safety item=item.clone() form/> }
        })}
    }
    .into_any()
}

#[component]
fn Edit(view: PrescriptionView, safety: SafetyView, item: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let found = view.items.iter().find(|known| known.id.to_string() == item).map(|known| known.medicine.typed());
    let (Some(typed), PrescriptionState::Draft) = (found, view.state) else { return view! { <Missing/> }.into_any() };
    let values = EditValues {
        prescription: view.id.to_string(),
        item: item.clone(),
        encounter: view.encounter.to_string(),
        medicine: typed,
    };
    let form = form.editing(&values, view.version);
    let back = format!("/doctor/visits/{}/prescription", view.encounter);
    let (prescription, encounter) = (values.prescription, values.encounter);
    view! {
        <h1>{say!(l, prescriptions.edit.title)}</h1>
        <Card><Safety safety/></Card>
        <section class="card">
            <Form form>
                <input type="hidden" name="prescription" value=prescription.clone()/>
                <input type="hidden" name="item" value=item.clone()/>
                <input type="hidden" name="encounter" value=encounter.clone()/>
                <MedicineFields/>
                <div class="row">
                    <SubmitButton label=say!(l, prescriptions.edit.save)/>
                    <a class="button plain" href=back.clone()>{say!(l, prescriptions.edit.back)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
