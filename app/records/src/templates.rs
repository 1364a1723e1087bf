//! The templates of notes, as an administrator keeps them: the list, and the page that adds or changes one.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{
    Card, Checkbox, Choice, Column, Detail, Moment, Notice, NoticeKind, PageTitle, SelectField, Table, TextArea, TextField,
    ZoneNote, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::directory::SpecialtyChoice;
use model::records::{ManagedNoteTemplate, NoteTemplateRow, NoteTemplateVersion};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A template as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TemplateValues {
    /// The id of the template; empty for a new one.
    pub template: String,
    /// The name.
    pub name: String,
    /// The slug of the specialty; empty for all.
    pub specialty: String,
    /// The text for the part of what the patient says.
    pub subjective: String,
    /// The text for the part of what the doctor finds.
    pub objective: String,
    /// The text for the assessment.
    pub assessment: String,
    /// The text for what happens next.
    pub plan: String,
    /// `true` when it is not offered any more.
    pub retired: String,
}

impl FormValues for TemplateValues {
    const FORM: &'static str = "records.note_template";
}

/// What the page of one template shows.
#[derive(Clone, Serialize, Deserialize)]
pub struct TemplatePage {
    /// The template; none for a new one.
    pub template: Option<ManagedNoteTemplate>,
    /// The specialties to choose from.
    pub specialties: Vec<SpecialtyChoice>,
}

/// Loads the templates that the administrator sees.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for everybody but administrators.
#[server(prefix = "/do", endpoint = "load-note-templates")]
pub async fn load_note_templates() -> Result<Vec<NoteTemplateRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::records::note_templates(&request.domain, &request.access)).await
}

/// Loads one template, with the specialties to choose from; without an id only these.
///
/// # Errors
/// `SignInNeeded`; `NotFound` for everybody who may not change it.
#[server(prefix = "/do", endpoint = "load-note-template")]
pub async fn load_note_template(
    /// The id of the template; empty for a new one.
    id: String,
) -> Result<TemplatePage, Failure> {
    let request = kit::request::RequestContext::require()?;
    let template = if id.is_empty() {
        None
    } else {
        let id = kit::request::id(&id)?;
        Some(kit::request::call(|| domain::records::note_template(&request.domain, &request.access, id)).await?)
    };
    let specialties = kit::request::call(|| domain::directory::specialties(&request.domain)).await?;
    Ok(TemplatePage { template, specialties })
}

/// Adds a template.
///
/// # Errors
/// Wrong fields; `Forbidden`.
#[server(prefix = "/do", endpoint = "add-note-template")]
pub async fn add_note_template(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TemplateValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form).await;
    form.answer(outcome).await
}

/// Changes a template, retires it or offers it again.
///
/// # Errors
/// Wrong fields; `Stale`, `NotFound`.
#[server(prefix = "/do", endpoint = "edit-note-template")]
pub async fn edit_note_template(
    /// The posted form.
    #[server(flatten)]
    form: Posted<TemplateValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::edit(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, TemplateValues};
    use domain::{
        error::retry,
        records::{self, AddNoteTemplate, EditNoteTemplate, TypedNoteTemplate},
    };
    use kit::request::{RequestContext, posted_id};
    use model::records::SoapNote;

    fn typed(values: &TemplateValues) -> TypedNoteTemplate {
        let TemplateValues { name, specialty, subjective, objective, assessment, plan, .. } = values.clone();
        TypedNoteTemplate { name, specialty, note: SoapNote { subjective, objective, assessment, plan } }
    }

    pub(super) async fn add(form: &Posted<TemplateValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = AddNoteTemplate { template: typed(&form.values), idempotency_key: Some(form.idempotency_key.clone()) };
        retry(|| records::add_note_template(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/note-templates?saved=1"))
    }

    pub(super) async fn edit(form: &Posted<TemplateValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&form.values.template)?;
        let retired = form.values.retired == "true";
        let command = EditNoteTemplate { id, template: typed(&form.values), retired, version: form.version()? };
        retry(|| records::edit_note_template(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/note-templates?saved=1"))
    }
}

/// The page `/admin/note-templates`.
#[component]
pub fn NoteTemplatesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let list = Resource::new_blocking(|| (), |()| load_note_templates());
    view! {
        <PageTitle text=say!(l, records.templates.title)/>
        <h1>{say!(l, records.templates.title)}</h1>
        <p>{say!(l, records.templates.lead)}</p>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, records.templates.saved)/> }),
        )}
        <div class="row">
            <a class="button" href="/admin/note-templates/new">{say!(l, records.templates.add)}</a>
            <a href="/admin/phrases">{say!(l, records.phrases.clinic_title)}</a>
        </div>
        {loaded(list, move |list| view! { <List list/> })}
    }
}

#[component]
fn List(list: Vec<NoteTemplateRow>) -> impl IntoView {
    let l = use_locale();
    let columns = vec![
        Column::name(say!(l, records.templates.name), |row: &NoteTemplateRow| {
            if row.may_edit {
                view! { <a href=format!("/admin/note-templates/{}", row.id)>{said(&row.name)}</a> }.into_any()
            } else {
                said(&row.name)
            }
        }),
        Column::text(say!(l, records.templates.specialty), move |row: &NoteTemplateRow| {
            row.specialty.as_ref().map_or_else(|| say!(l, records.templates.all_specialties).into_any(), said)
        }),
        Column::text(say!(l, records.templates.of), move |row: &NoteTemplateRow| {
            row.clinic.as_ref().map_or_else(|| say!(l, records.templates.all_clinics).into_any(), said)
        }),
        Column::text(say!(l, records.templates.state), move |row: &NoteTemplateRow| state_text(l, row.retired)),
    ];
    view! {
        <Table
            columns
            rows=list
            caption=say!(l, records.templates.title)
            empty_title=say!(l, records.templates.empty_title)
            empty_text=say!(l, records.templates.empty)
        />
    }
}

fn state_text(l: Locale, retired: bool) -> &'static str {
    if retired { say!(l, records.templates.retired) } else { say!(l, records.templates.offered) }
}

fn declared(form: FormHandle, l: Locale) -> FormHandle {
    form.field("name", say!(l, records.templates.name), say!(l, records.templates.name_missing))
        .field("specialty", say!(l, records.templates.specialty), say!(l, records.templates.specialty_missing))
        // Any part may be empty, but not all of them.
        .field("subjective", say!(l, records.notes.subjective), say!(l, records.templates.all_missing))
        .optional("objective", say!(l, records.notes.objective))
        .optional("assessment", say!(l, records.notes.assessment))
        .optional("plan", say!(l, records.notes.plan))
        .optional("retired", say!(l, records.templates.retire))
}

/// The page `/admin/note-templates/new`.
#[component]
pub fn NewNoteTemplatePage() -> impl IntoView {
    let l = use_locale();
    let page = Resource::new_blocking(|| (), |()| load_note_template(String::new()));
    let form = declared(use_form::<AddNoteTemplate, TemplateValues>(), l);
    view! {
        <PageTitle text=say!(l, records.templates.add)/>
        <p><a href="/admin/note-templates">"← " {say!(l, records.templates.title)}</a></p>
        <h1>{say!(l, records.templates.add)}</h1>
        {loaded(page, move |page| view! { <Fields form id=String::new() specialties=page.specialties/> })}
    }
}

/// The page `/admin/note-templates/:id`.
#[component]
pub fn NoteTemplatePage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let page = Resource::new_blocking(move || params.with(|params| params.get("id").unwrap_or_default()), load_note_template);
    let form = declared(use_form::<EditNoteTemplate, TemplateValues>(), l);
    view! {
        <PageTitle text=say!(l, records.templates.one)/>
        <p><a href="/admin/note-templates">"← " {say!(l, records.templates.title)}</a></p>
        {loaded(page, move |page| page.template.map(|template| view! { <Template template specialties=page.specialties form/> }))}
    }
}

#[component]
fn Template(template: ManagedNoteTemplate, specialties: Vec<SpecialtyChoice>, form: FormHandle) -> impl IntoView {
    let ManagedNoteTemplate { id, newest, history } = template;
    let id = id.to_string();
    let values = TemplateValues {
        template: id.clone(),
        name: newest.name.clone(),
        specialty: newest.specialty.unwrap_or_default(),
        subjective: newest.note.subjective,
        objective: newest.note.objective,
        assessment: newest.note.assessment,
        plan: newest.note.plan,
        retired: if newest.retired { "true".to_owned() } else { String::new() },
    };
    let mut specialties = specialties;
    if !values.specialty.is_empty() && !specialties.iter().any(|choice| choice.slug == values.specialty) {
        // It is not offered any more; the template keeps it until somebody chooses another one.
        specialties.push(SpecialtyChoice { slug: values.specialty.clone(), name: values.specialty.clone() });
    }
    let form = form.editing(&values, newest.version.into());
    view! {
        <h1>{said(newest.name)}</h1>
        <Fields form id specialties/>
        <History versions=history/>
    }
}

#[component]
fn Fields(
    form: FormHandle,
    /// The id of the template; empty for a new one.
    id: String,
    specialties: Vec<SpecialtyChoice>,
) -> impl IntoView {
    let l = use_locale();
    let all = Choice { value: String::new(), label: say!(l, records.templates.all_specialties).to_owned(), hint: None };
    let choices = specialties.into_iter().map(|choice| Choice { value: choice.slug, label: choice.name, hint: None });
    let choices: Vec<_> = std::iter::once(all).chain(choices).collect();
    let is_new = id.is_empty();
    view! {
        <Form form class="card">
            <input type="hidden" name="template" value=id.clone()/>
            <TextField name="name" hint=say!(l, records.templates.name_hint)/>
            <SelectField name="specialty" choices=choices.clone() preset=""/>
            <p>{say!(l, records.templates.parts_hint)}</p>
            <TextArea name="subjective" rows=6/>
            <TextArea name="objective" rows=6/>
            <TextArea name="assessment" rows=6/>
            <TextArea name="plan" hint=say!(l, records.notes.plan_hint) rows=6/>
            {(!is_new).then(|| view! { <Checkbox name="retired"/> })}
            <div class="row">
                <SubmitButton label=say!(l, records.templates.save)/>
                <a href="/admin/note-templates">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
}

#[component]
fn History(versions: Vec<NoteTemplateVersion>) -> impl IntoView {
    let l = use_locale();
    let items: Vec<_> = versions
        .into_iter()
        .map(|version| {
            let parts = [
                (say!(l, records.notes.subjective), version.note.subjective),
                (say!(l, records.notes.objective), version.note.objective),
                (say!(l, records.notes.assessment), version.note.assessment),
                (say!(l, records.notes.plan), version.note.plan),
            ];
            let parts: Vec<_> = parts
                .into_iter()
                .filter(|(_, text)| !text.is_empty())
                .map(|(label, text)| view! { <dt>{label}</dt> <dd class="lines" dir="auto">{text}</dd> })
                .collect();
            view! {
                <li>
                    <details>
                        <summary>
                            {say!(l, records.notes.version, n = i64::from(version.version))} ", " {said(version.name)} ", "
                            {state_text(l, version.retired)} {version.at.map(|at| view! { ", " <Moment at detail=Detail::Short/> })}
                            {version.by.map(|by| view! { ", " {said(by)} })}
                        </summary>
                        <dl class="parts">{parts}</dl>
                    </details>
                </li>
            }
        })
        .collect();
    view! {
        <Card title=say!(l, records.templates.history)>
            <ZoneNote/>
            <ul class="list">{items}</ul>
        </Card>
    }
}
