//! Importing patients from a CSV file, which is pasted as text. The text and what was wrong with it are kept encrypted for half an hour, and the page's address
//! contains only a random id.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Checkbox, Choice, Column, Notice, NoticeKind, PageTitle, SelectField, Table, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{ClinicChoice, ImportReport, RowFault, RowProblem};
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use words::{Locale, field_fault_message, plural, say};

/// The form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportValues {
    /// The content of the file.
    pub csv: String,
    /// `true` to register the patients; otherwise the file is only checked.
    pub register: String,
    /// The clinic, for a user whose role covers all clinics.
    pub clinic: String,
}

impl FormValues for ImportValues {
    const FORM: &'static str = "directory.import_patients";
    const KEEP: Keep = Keep::InPage;
}

/// A file that was read, and what came of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Imported {
    /// The content of the file; empty when it was imported, or when none was read.
    pub csv: String,
    /// The clinic that was chosen; empty when none was, or when the file was imported.
    #[serde(default)]
    pub clinic: String,
    /// The result; `None` when no file was read.
    pub report: Option<ImportReport>,
    /// The clinics to choose from, for an administrator of the whole organisation.
    #[serde(default)]
    pub clinics: Vec<ClinicChoice>,
}

/// Checks a file with patients, or registers them.
///
/// # Errors
/// Wrong fields; `ClinicNeeded`; `NotFound` and `Forbidden` for users who do not register patients; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "import-patients")]
pub async fn import_patients(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ImportValues>,
) -> Result<FormReply, Failure> {
    let outcome = ssr::import(&form).await;
    form.answer(outcome).await
}

/// Loads what came of a file.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-import")]
pub async fn load_import(
    /// The id under which it is kept.
    report: Option<String>,
) -> Result<Imported, Failure> {
    ssr::load(report).await
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{Failure, FormReply, FormValues, ImportValues, Imported, Posted};
    use domain::{directory, error::retry};
    use kit::request::{RequestContext, call, posted_id};
    use model::access::Role;

    pub(super) async fn import(form: &Posted<ImportValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = &form.values;
        let clinic = if values.clinic.is_empty() { None } else { Some(posted_id(&values.clinic)?) };
        let command = directory::ImportPatients { csv: values.csv.clone(), register: values.register == "true", clinic };
        let report = retry(|| directory::import_patients(&request.domain, &request.access, command.clone())).await?;
        let (csv, clinic) =
            if report.registered { (String::new(), String::new()) } else { (values.csv.clone(), values.clinic.clone()) };
        let imported = Imported { csv, clinic, report: Some(report), clinics: Vec::new() };
        let id = request.keep(ImportValues::FORM, &imported).await?;
        let page = if form.back().starts_with("/admin/") { "/admin/import" } else { "/desk/import" };
        Ok(FormReply::to(format!("{page}?report={id}")))
    }

    pub(super) async fn load(report: Option<String>) -> Result<Imported, Failure> {
        let request = RequestContext::require()?;
        let kept = call(|| kept(&request, report.as_deref())).await?;
        let imported: Imported = kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default();
        let of_all = request.access.acting().is_ok_and(|acting| acting.role == Role::Admin && acting.clinic.is_none());
        if !of_all {
            return Ok(imported);
        }
        let clinics = call(|| directory::clinics(&request.domain, &request.access)).await?;
        Ok(Imported { clinics, ..imported })
    }

    async fn kept(request: &RequestContext, report: Option<&str>) -> domain::Result<Option<String>> {
        request.access.acting()?;
        match report {
            Some(id) => domain::drafts::load(&request.domain, ImportValues::FORM, id).await,
            None => Ok(None),
        }
    }
}

/// The page `/desk/import`.
#[component]
pub fn ImportPage() -> impl IntoView {
    import_page("/desk/patients", say!(use_locale(), common.nav.patients))
}

/// The page `/admin/import`.
#[component]
pub fn ImportPatientsPage() -> impl IntoView {
    import_page("/admin/people", say!(use_locale(), common.nav.people))
}

fn import_page(from: &'static str, name: &'static str) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let report = Memo::new(move |_| query.with(|query| query.get("report")));
    let imported = Resource::new_blocking(move || report.get(), load_import);
    let form = use_form::<ImportPatients, ImportValues>()
        .field("clinic", say!(l, directory.import.clinic), say!(l, directory.import.clinic_missing))
        .field("csv", say!(l, directory.import.csv), say!(l, directory.import.csv_missing))
        .malformed(say!(l, directory.import.csv_malformed))
        .optional("register", say!(l, directory.import.register));
    view! {
        <PageTitle text=say!(l, directory.import.title)/>
        <p><a href=from>"← " {name}</a></p>
        <h1>{say!(l, directory.import.title)}</h1>
        <p>{say!(l, directory.import.lead)}</p>
        {loaded(imported, move |imported| view! { <FileForm imported form/> })}
    }
    .into_any()
}

#[component]
fn FileForm(imported: Imported, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let Imported { csv, clinic, report, clinics } = imported;
    let form = form.filled(&ImportValues { csv, clinic, ..ImportValues::default() });
    let clinics: Vec<Choice> = clinics
        .into_iter()
        .map(|clinic| Choice { value: clinic.id.to_string(), label: isolated(&clinic.name).into_owned(), hint: None })
        .collect();
    let outcome = report.map(|report| view! { <Outcome report/> });
    view! {
        {outcome}
        <Form form class="card">
            {(!clinics.is_empty()).then(|| view! { <SelectField name="clinic" choices=clinics.clone()/> })}
            <TextArea name="csv" hint=say!(l, directory.import.csv_hint) rows=10/>
            <Checkbox name="register"/>
            <div class="row"><SubmitButton label=say!(l, directory.import.submit)/></div>
        </Form>
    }
    .into_any()
}

#[component]
fn Outcome(report: ImportReport) -> impl IntoView {
    let l = use_locale();
    let ImportReport { rows, faults, registered } = report;
    let n = i64::from(rows);
    let (kind, title) = match (registered, faults.is_empty()) {
        (true, _) => {
            let (one, more) = (say!(l, directory.import.done_singular, n = n), say!(l, directory.import.done_plural, n = n));
            (NoticeKind::Good, plural(n, one, more))
        }
        (false, true) => {
            let (one, more) = (say!(l, directory.import.right_singular, n = n), say!(l, directory.import.right_plural, n = n));
            (NoticeKind::Info, plural(n, one, more))
        }
        (false, false) => (NoticeKind::Bad, say!(l, directory.import.wrong).to_owned()),
    };
    let wrong = (!faults.is_empty()).then(|| {
        let columns = vec![
            Column::number(say!(l, directory.import.line), |fault: &RowFault| fault.line),
            Column::text(say!(l, directory.import.column), |fault: &RowFault| fault.field.clone()),
            Column::text(say!(l, directory.import.problem), move |fault: &RowFault| problem(l, fault)),
        ];
        view! {
            <Table
                columns
                rows=faults
                caption=say!(l, directory.import.faults)
                dense=true
                empty_title=say!(l, directory.import.faults)
                empty_text=""
            />
        }
    });
    view! {
        <Notice kind title/>
        {wrong}
    }
    .into_any()
}

fn problem(l: Locale, fault: &RowFault) -> String {
    match fault.problem {
        RowProblem::Value(value) => field_fault_message(l, value, &fault.field),
        RowProblem::LikelyKnown => say!(l, directory.import.likely_known).to_owned(),
        RowProblem::Twice => say!(l, directory.import.twice).to_owned(),
    }
}
