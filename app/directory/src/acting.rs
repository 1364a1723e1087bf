//! For receptionists and administrators: who acts for a patient, letting a carer or a legal guardian act, and ending it.

use super::credentials::trouble;
use super::family::relation_name;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::date_of_birth;
use kit::parts::{
    Card, Choice, DateFields, Detail, EmailField, FileList, Moment, PageTitle, Radios, SelectField, TextField, UploadForm,
    loaded, said,
};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::directory::{ActingForView, ActingRelation, ActingRow};
use model::files::{DocumentView, FilePurpose, FileState};
use model::ids::{ActingPaperId, PatientId, UserId};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{names, say};

/// The values of the form that finds a patient.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct FindForActingValues {
    /// The patient's person number.
    pub number: String,
    /// The day of the month of the patient's birth.
    pub date_of_birth_day: String,
    /// Its month.
    pub date_of_birth_month: String,
    /// Its year.
    pub date_of_birth_year: String,
}

impl FormValues for FindForActingValues {
    const FORM: &'static str = "directory.find_for_acting";
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that lets somebody act.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LetActValues {
    /// The patient's id.
    pub patient: String,
    /// The address of the account that will act.
    pub email: String,
    /// As what.
    pub relation: String,
    /// What the document is called.
    pub document: String,
    /// The day of the month of the document.
    pub document_date_day: String,
    /// Its month.
    pub document_date_month: String,
    /// Its year.
    pub document_date_year: String,
    /// The file that shows the document; empty if no copy is kept.
    pub file_id: String,
    /// Why no copy is kept.
    pub no_copy: String,
    /// The day of the month of the last day.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
}

impl FormValues for LetActValues {
    const FORM: &'static str = "directory.let_act";
    const KEEP: Keep = Keep::InPage;
}

/// Finds a patient by person number and date of birth.
///
/// # Errors
/// Wrong fields; `Forbidden` for users who are neither receptionist nor administrator; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "find-for-acting")]
pub async fn find_for_acting(
    /// The posted form.
    #[server(flatten)]
    form: Posted<FindForActingValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::find(&form).await;
    form.answer(outcome).await
}

/// Loads the people who act for a patient; nothing while no patient is chosen.
///
/// # Errors
/// `NotFound`; `Forbidden` for users who are neither receptionist nor administrator; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-acting")]
pub async fn load_acting(
    /// The patient.
    patient: Option<PatientId>,
) -> Result<Option<ActingForView>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::failure::answered(request.access.scope(domain::access::ResourceKind::Acting))?;
    let Some(patient) = patient else { return Ok(None) };
    kit::request::call(|| domain::directory::acting_for(&request.domain, &request.access, patient)).await.map(Some)
}

/// Lets the owner of an account act for a patient.
///
/// # Errors
/// Wrong fields; `ActsAlready`; `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "let-act")]
pub async fn let_act(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LetActValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::let_act(&form).await;
    form.answer(outcome).await
}

/// Ends a right to act for a patient. If it has ended already, this leads back to the list.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "stop-acting")]
pub async fn stop_acting(
    /// The patient.
    patient: PatientId,
    /// Who acts for the patient.
    user: UserId,
    /// As what they act.
    relation: ActingRelation,
) -> Result<FormReply, Failure> {
    let next = post::stop_acting(patient, user, relation).await?;
    kit::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ActingRelation, Failure, FindForActingValues, FormReply, LetActValues, PatientId, Posted, UserId};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::errors::Code;

    fn page_of(patient: PatientId) -> String {
        format!("/carers?patient={patient}")
    }

    pub(super) async fn find(form: &Posted<FindForActingValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let FindForActingValues { number, date_of_birth_day, date_of_birth_month, date_of_birth_year } = form.values.clone();
        let date_of_birth = [date_of_birth_day, date_of_birth_month, date_of_birth_year];
        let command = directory::FindPatient { number, date_of_birth };
        let patient = retry(|| directory::find_for_acting(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(page_of(patient)))
    }

    pub(super) async fn let_act(form: &Posted<LetActValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = form.values.clone();
        let patient: PatientId = posted_id(&values.patient)?;
        let command = directory::LetAct {
            patient,
            email: values.email,
            relation: values.relation,
            document: values.document,
            document_date: [values.document_date_day, values.document_date_month, values.document_date_year],
            file_id: values.file_id,
            no_copy: values.no_copy,
            until: [values.until_day, values.until_month, values.until_year],
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        retry(|| directory::let_act(&request.domain, &request.access, command.clone())).await?;
        // The page is the same one, with another list.
        Ok(FormReply::fresh(page_of(patient)))
    }

    /// Answers with the next page.
    pub(super) async fn stop_acting(patient: PatientId, user: UserId, relation: ActingRelation) -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let command = directory::StopActing { patient, user, relation };
        let outcome = retry(|| directory::stop_acting(&request.domain, &request.access, command.clone())).await;
        Ok(match outcome.map_err(|error| error.code()) {
            Ok(()) | Err(Code::NotFound) => page_of(patient),
            Err(Code::SignInNeeded) => kit::address::sign_in_path("/carers"),
            Err(_) => "/trouble".to_owned(),
        })
    }
}

/// The page `/carers`: finds a patient, shows who acts for them, and lets somebody act.
#[component]
pub fn CarersPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let patient = Memo::new(move |_| query.with(|query| query.get("patient")).and_then(|text| text.parse::<PatientId>().ok()));
    let acting = Resource::new_blocking(move || patient.get(), load_acting);
    let find = use_form::<FindForActing, FindForActingValues>()
        .field("number", say!(l, directory.carers.number), say!(l, directory.carers.number_missing))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, directory.carers.born_missing));
    let new = use_form::<LetAct, LetActValues>()
        .field("email", say!(l, directory.carers.email), say!(l, directory.carers.email_missing))
        .malformed(say!(l, common.person.email_malformed))
        .choice("relation", say!(l, directory.carers.relation), say!(l, directory.carers.relation_missing))
        .field("document", say!(l, directory.carers.document), say!(l, directory.carers.document_missing))
        .date("document_date", say!(l, directory.carers.document_date), say!(l, directory.carers.document_date_missing))
        .field("file_id", say!(l, directory.carers.copy), say!(l, directory.carers.copy_missing))
        .field("no_copy", say!(l, directory.carers.no_copy), say!(l, directory.carers.no_copy_missing))
        .date("until", say!(l, directory.carers.until), say!(l, directory.carers.until_missing));
    view! {
        <PageTitle text=say!(l, common.home.carers)/>
        <div class="lead">
            <h1>{say!(l, common.home.carers)}</h1>
            <p>{say!(l, directory.carers.lead)}</p>
        </div>
        <Card title=say!(l, directory.carers.find_title)>
            <Form form=find>
                <TextField name="number" hint=say!(l, directory.carers.number_hint) width="medium"/>
                <DateFields name="date_of_birth" hint=say!(l, common.person.date_of_birth_hint)/>
                <div class="row">
                    <SubmitButton label=say!(l, directory.carers.find)/>
                </div>
            </Form>
        </Card>
        {loaded(acting, move |acting| match acting {
            Some(acting) => view! { <ActingFor acting form=new/> }.into_any(),
            None => ().into_any(),
        })}
    }
    .into_any()
}

#[component]
fn ActingFor(acting: ActingForView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let ActingForView { patient, name, number, acting, waiting } = acting;
    let is_alone = acting.is_empty();
    let papers: Vec<(ActingPaperId, String)> = acting
        .iter()
        .filter_map(|row| {
            row.paper.map(|paper| (paper, format!("{}: {}", row.name, row.document.as_deref().unwrap_or_default())))
        })
        .collect();
    let rows: Vec<_> = acting.into_iter().map(|row| view! { <li><ActingLine patient row/></li> }).collect();
    let none = Choice { value: String::new(), label: say!(l, directory.carers.copy_none).to_owned(), hint: None };
    let ready = waiting.iter().filter(|file| file.state == FileState::Ready);
    let file = |file: &DocumentView| Choice { value: file.id.to_string(), label: file.name.clone(), hint: None };
    let copies: Vec<Choice> = std::iter::once(none).chain(ready.map(file)).collect();
    // The newest file is what the person at the desk has just added.
    let newest = copies.get(1).map_or_else(String::new, |copy| copy.value.clone());
    let choices: Vec<Choice> = [ActingRelation::Helper, ActingRelation::Guardian]
        .map(|relation| Choice { value: relation.as_str().to_owned(), label: relation_name(l, relation).to_owned(), hint: None })
        .into();
    // Only administrators of the whole organisation decide about legal holds.
    let viewer = use_viewer();
    let decides = viewer.who.is_some_and(|who| who.role == Role::Admin && who.clinic_name.is_none());
    let holds = decides
        .then(|| view! { <p><a href=format!("/admin/patients/{patient}/files")>{say!(l, directory.carers.holds)}</a></p> });
    view! {
        <Card title=name>
            <p class="quiet">{say!(l, directory.carers.number)} " " {number}</p>
            {holds}
            {is_alone.then(|| view! { <p>{say!(l, directory.carers.nobody)}</p> })}
            <ul class="list">{rows}</ul>
        </Card>
        <AddPaper patient papers waiting/>
        <Card title=say!(l, directory.carers.new_title)>
            <Form form>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <EmailField name="email" hint=say!(l, directory.carers.email_hint) autocomplete="off"/>
                <Radios name="relation" choices=choices.clone()/>
                <TextField name="document" hint=say!(l, directory.carers.document_hint)/>
                <DateFields name="document_date" hint=say!(l, directory.carers.document_date_hint)/>
                <SelectField
                    name="file_id"
                    hint=say!(l, directory.carers.copy_hint)
                    choices=copies.clone()
                    preset=newest.clone()
                />
                <TextField name="no_copy" hint=say!(l, directory.carers.no_copy_hint)/>
                <DateFields name="until" hint=say!(l, directory.carers.until_hint)/>
                <div class="row">
                    <SubmitButton label=say!(l, directory.carers.submit)/>
                </div>
            </Form>
        </Card>
    }
    .into_any()
}

/// The form that adds the document itself, as a scan or a photo, and the files that belong to no right yet.
#[component]
fn AddPaper(patient: PatientId, papers: Vec<(ActingPaperId, String)>, waiting: Vec<DocumentView>) -> impl IntoView {
    let l = use_locale();
    let code = use_query_map().with_untracked(|query| query.get("trouble"));
    let trouble = trouble(l, code, say!(l, directory.credentials.kind_not_taken));
    let waiting = (!waiting.is_empty()).then(|| {
        view! {
            <p>{say!(l, directory.carers.paper_waiting)}</p>
            <FileList items=waiting empty=""/>
        }
    });
    let options: Vec<_> =
        papers.into_iter().map(|(paper, label)| view! { <option value=paper.to_string()>{label}</option> }).collect();
    view! {
        <Card title=say!(l, directory.carers.paper_title)>
            <p>{say!(l, directory.carers.paper_lead)}</p>
            {trouble}
            {waiting}
            <UploadForm
                id="acting-paper-file"
                label=say!(l, directory.credentials.file)
                hint=say!(l, directory.credentials.file_hint)
                kind_not_taken=say!(l, directory.credentials.kind_not_taken)
                submit=say!(l, directory.carers.paper_add)
                kinds=FilePurpose::ActingPaper.kinds()
            >
                <input type="hidden" name="purpose" value=FilePurpose::ActingPaper.as_str()/>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <div class="field">
                    <label for="acting-paper">{say!(l, directory.carers.paper)}</label>
                    <select id="acting-paper" name="paper">
                        <option value="">{say!(l, directory.carers.paper_new)}</option>
                        {options}
                    </select>
                </div>
            </UploadForm>
        </Card>
    }
    .into_any()
}

#[component]
fn ActingLine(patient: PatientId, row: ActingRow) -> impl IntoView {
    let l = use_locale();
    let ActingRow { user, name, email, relation, since, until, document, document_date, no_copy, paper: _, files } = row;
    let files = (!files.is_empty()).then(|| view! { <FileList items=files empty=""/> });
    let document = document.map(|document| {
        let dated = document_date.map(|date| say!(l, directory.carers.dated, date = date_of_birth(names(l), date)));
        view! { <p class="quiet">{said(document)} " " {dated}</p> }
    });
    let no_copy =
        no_copy.map(|reason| view! { <p class="quiet">{say!(l, directory.carers.copy_not_kept)} " " {said(reason)}</p> });
    view! {
        <p><strong>{said(name.clone())}</strong> ", " {relation_name(l, relation)} ", " {email}</p>
        <p class="quiet">
            {say!(l, directory.family.since)} " " <Moment at=since detail=Detail::Day/>
            {until.map(|until| view! { ", " {say!(l, directory.family.until)} " " <Moment at=until detail=Detail::DayAndTime/> })} "."
        </p>
        {document}
        {no_copy}
        {files}
        <details>
            <summary>{say!(l, directory.carers.stop, name = name)}</summary>
            <p>{say!(l, directory.carers.stop_asks)}</p>
            <form method="post" action=StopActing::url()>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <input type="hidden" name="user" value=user.to_string()/>
                <input type="hidden" name="relation" value=relation.as_str()/>
                <button type="submit" class="button">{say!(l, directory.family.end_submit)}</button>
            </form>
        </details>
    }
    .into_any()
}
