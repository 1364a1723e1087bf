//! Deleting a patient who was registered by mistake, and the patients who were deleted.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Card, Detail, EmptyState, Moment, PageTitle, Pager, Paging, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{DeletedPatientRow, PatientCard};
use model::page::Page;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that deletes a patient.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DeletePatientValues {
    /// The patient's id.
    pub patient: String,
}

impl FormValues for DeletePatientValues {
    const FORM: &'static str = "directory.delete_patient";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that brings a patient back.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BringBackPatientValues {
    /// The patient's id.
    pub patient: String,
}

impl FormValues for BringBackPatientValues {
    const FORM: &'static str = "directory.bring_back_patient";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the patients whom the user's clinic has deleted.
///
/// # Errors
/// `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-deleted-patients")]
pub async fn load_deleted_patients(
    /// The cursor: the last patient of the previous page.
    after: Option<String>,
) -> Result<Page<DeletedPatientRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    let asked = domain::directory::ListDeletedPatients { after, limit: None };
    kit::request::call(|| domain::directory::list_deleted_patients(&request.domain, &request.access, asked)).await
}

/// Deletes a patient who was registered by mistake, and goes to the list of the deleted.
///
/// # Errors
/// `PatientInUse`; `Stale`; `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "delete-patient")]
pub async fn delete_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DeletePatientValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::delete(&form).await;
    form.answer(outcome).await
}

/// Brings a deleted patient back, and goes to their page.
///
/// # Errors
/// `NotFound`; `Stale`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "bring-back-patient")]
pub async fn bring_back_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BringBackPatientValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::bring_back(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BringBackPatientValues, DeletePatientValues, Failure, FormReply, Posted};
    use domain::{
        directory::{self, DeletePatient},
        error::retry,
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn delete(form: &Posted<DeletePatientValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient = posted_id(&form.values.patient)?;
        let command = DeletePatient { patient, version: Some(form.version()?) };
        retry(|| directory::delete_patient(&request.domain, &request.access, command)).await?;
        Ok(FormReply::to("/desk/deleted"))
    }

    pub(super) async fn bring_back(values: &BringBackPatientValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient = posted_id(&values.patient)?;
        retry(|| directory::bring_back_patient(&request.domain, &request.access, patient)).await?;
        Ok(FormReply::to(format!("/desk/patients/{patient}")))
    }
}

/// The part of a patient's page that deletes the patient; shown while nothing is connected with the record.
#[component]
pub(super) fn Mistake(card: PatientCard, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let (patient, version) = (card.id.to_string(), card.version.to_string());
    view! {
        <Card title=say!(l, directory.deleted.mistake)>
            <p>{say!(l, directory.deleted.mistake_lead)}</p>
            <Form form>
                <input type="hidden" name="patient" value=patient.clone()/>
                <input type="hidden" name="version" value=version.clone()/>
                <SubmitButton label=say!(l, directory.deleted.delete) class="plain"/>
            </Form>
        </Card>
    }
    .into_any()
}

/// The page `/desk/deleted`.
#[component]
pub fn DeletedPatientsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let after = Memo::new(move |_| address.with(|address| address.get("after")));
    let form = use_form::<BringBackPatient, BringBackPatientValues>();
    let page = Resource::new_blocking(move || after.get(), load_deleted_patients);
    view! {
        <PageTitle text=say!(l, directory.deleted.title)/>
        <p><a href="/desk/patients">"← " {say!(l, common.nav.patients)}</a></p>
        <h1>{say!(l, directory.deleted.title)}</h1>
        <p>{say!(l, directory.deleted.lead)}</p>
        {loaded(page, move |page| {
            let after = after.get_untracked();
            view! { <Deleted page after form/> }
        })}
    }
    .into_any()
}

#[component]
fn Deleted(page: Page<DeletedPatientRow>, after: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! { <EmptyState title=say!(l, directory.deleted.none_title) text=say!(l, directory.deleted.none)/> }
            .into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/desk/deleted{}", query(&[("after", after)]))
    });
    let items: Vec<_> = page.items.into_iter().map(|row| patient(l, row, form)).collect();
    view! {
        <section class="card">
            <ZoneNote/>
            <ul class="list">{items}</ul>
            <Pager paging/>
        </section>
    }
    .into_any()
}

fn patient(l: Locale, row: DeletedPatientRow, form: FormHandle) -> AnyView {
    let id = row.patient.to_string();
    let label = say!(l, directory.deleted.bring_back, name = isolated(&row.name).into_owned());
    let born = date_of_birth(names(l), row.date_of_birth);
    view! {
        <li>
            <div class="row">
                <div class="grow">
                    <strong>{said(&row.name)}</strong> ", " {born}
                    <br/>
                    {say!(l, directory.deleted.since)} " " <Moment at=row.deleted_at detail=Detail::Short/>
                    <br/>
                    {say!(l, directory.deleted.until)} " " <Moment at=row.final_at detail=Detail::Short/>
                </div>
                <Form form>
                    <input type="hidden" name="patient" value=id.clone()/>
                    <SubmitButton label=label.clone() class="plain"/>
                </Form>
            </div>
        </li>
    }
    .into_any()
}
