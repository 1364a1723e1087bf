//! Inviting staff from a CSV file, which is pasted as text. The text and what was wrong with it are kept encrypted for half an hour, and the page's address
//! contains only a random id.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Checkbox, Column, Notice, NoticeKind, PageTitle, Table, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::access::Role;
use model::errors::FieldFault;
use model::identity::{GIVEN_ROLES, StaffImportReport, StaffRowFault, StaffRowProblem};
use serde::{Deserialize, Serialize};
use words::{Locale, field_fault_message, plural, say};

/// The form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct StaffFileValues {
    /// The content of the file.
    pub csv: String,
    /// `true` to invite the people; otherwise the file is only checked.
    pub invite: String,
}

impl FormValues for StaffFileValues {
    const FORM: &'static str = "admin.import_staff";
    const KEEP: Keep = Keep::InPage;
}

/// A file that was read, and what came of it.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct StaffFile {
    /// The content of the file; empty when the people were invited, or when none was read.
    pub csv: String,
    /// The result; `None` when no file was read.
    pub report: Option<StaffImportReport>,
}

/// Checks a file with staff, or invites them.
///
/// # Errors
/// Wrong fields; `InvitationExists`; `Forbidden` for a user who is not an administrator; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "import-staff")]
pub async fn import_staff(
    /// The posted form.
    #[server(flatten)]
    form: Posted<StaffFileValues>,
) -> Result<FormReply, Failure> {
    let outcome = ssr::import(&form.values).await;
    form.answer(outcome).await
}

/// Loads what came of a file.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-staff-file")]
pub async fn load_staff_file(
    /// The id under which it is kept.
    report: Option<String>,
) -> Result<StaffFile, Failure> {
    ssr::load(report).await
}

#[cfg(feature = "ssr")]
mod ssr {
    use super::{Failure, FormReply, FormValues, StaffFile, StaffFileValues};
    use domain::{access::ResourceKind, error::retry, identity};
    use kit::request::{RequestContext, call};

    pub(super) async fn import(values: &StaffFileValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = identity::ImportStaff { csv: values.csv.clone(), invite: values.invite == "true" };
        let report = retry(|| identity::import_staff(&request.domain, &request.access, command.clone())).await?;
        let csv = if report.invited { String::new() } else { values.csv.clone() };
        let id = request.keep(StaffFileValues::FORM, &StaffFile { csv, report: Some(report) }).await?;
        Ok(FormReply::to(format!("/admin/invitations/import?report={id}")))
    }

    pub(super) async fn load(report: Option<String>) -> Result<StaffFile, Failure> {
        let request = RequestContext::require()?;
        let kept = call(|| kept(&request, report.as_deref())).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    async fn kept(request: &RequestContext, report: Option<&str>) -> domain::Result<Option<String>> {
        request.access.scope(ResourceKind::Membership)?;
        match report {
            Some(id) => domain::drafts::load(&request.domain, StaffFileValues::FORM, id).await,
            None => Ok(None),
        }
    }
}

/// The page `/admin/invitations/import`.
#[component]
pub fn ImportStaffPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let report = Memo::new(move |_| query.with(|query| query.get("report")));
    let file = Resource::new_blocking(move || report.get(), load_staff_file);
    let form = use_form::<ImportStaff, StaffFileValues>()
        .field("csv", say!(l, admin.staff_import.csv), say!(l, admin.staff_import.csv_missing))
        .malformed(say!(l, admin.staff_import.csv_malformed))
        .optional("invite", say!(l, admin.staff_import.invite));
    let roles = GIVEN_ROLES.map(Role::as_str).join(", ");
    view! {
        <PageTitle text=say!(l, admin.staff_import.title)/>
        <p><a href="/admin/invitations">"← " {say!(l, admin.staff.invitations)}</a></p>
        <h1>{say!(l, admin.staff_import.title)}</h1>
        <p>{say!(l, admin.staff_import.lead)}</p>
        <p>{say!(l, admin.staff_import.roles, roles = roles)}</p>
        {loaded(file, move |file| view! { <FileForm file form/> })}
    }
    .into_any()
}

#[component]
fn FileForm(file: StaffFile, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let StaffFile { csv, report } = file;
    let form = form.filled(&StaffFileValues { csv, invite: String::new() });
    let outcome = report.map(|report| view! { <Outcome report/> });
    view! {
        {outcome}
        <Form form class="card">
            <TextArea name="csv" hint=say!(l, admin.staff_import.csv_hint) rows=10/>
            <Checkbox name="invite"/>
            <div class="row"><SubmitButton label=say!(l, admin.staff_import.submit)/></div>
        </Form>
    }
    .into_any()
}

#[component]
fn Outcome(report: StaffImportReport) -> impl IntoView {
    let l = use_locale();
    let StaffImportReport { rows, faults, invited } = report;
    let n = i64::from(rows);
    let (kind, title) = match (invited, faults.is_empty()) {
        (true, _) => {
            let (one, more) = (say!(l, admin.staff_import.done_singular, n = n), say!(l, admin.staff_import.done_plural, n = n));
            (NoticeKind::Good, plural(n, one, more))
        }
        (false, true) => {
            let (one, more) =
                (say!(l, admin.staff_import.right_singular, n = n), say!(l, admin.staff_import.right_plural, n = n));
            (NoticeKind::Info, plural(n, one, more))
        }
        (false, false) => (NoticeKind::Bad, say!(l, admin.staff_import.wrong).to_owned()),
    };
    let wrong = (!faults.is_empty()).then(|| {
        let columns = vec![
            Column::number(say!(l, admin.staff_import.line), |fault: &StaffRowFault| fault.line),
            Column::text(say!(l, admin.staff_import.column), |fault: &StaffRowFault| fault.field.clone()),
            Column::text(say!(l, admin.staff_import.problem), move |fault: &StaffRowFault| problem(l, fault)),
        ];
        view! {
            <Table
                columns
                rows=faults
                caption=say!(l, admin.staff_import.faults)
                dense=true
                empty_title=say!(l, admin.staff_import.faults)
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

fn problem(l: Locale, fault: &StaffRowFault) -> String {
    match (fault.problem, fault.field.as_str()) {
        (StaffRowProblem::Value(FieldFault::UnknownChoice), "clinic") => say!(l, admin.staff_import.clinic_unknown).to_owned(),
        (StaffRowProblem::Value(FieldFault::UnknownChoice), "role") => say!(l, admin.staff_import.role_unknown).to_owned(),
        (StaffRowProblem::Value(value), field) => field_fault_message(l, value, field),
        (StaffRowProblem::ClinicAmbiguous, _) => say!(l, admin.staff_import.clinic_ambiguous).to_owned(),
        (StaffRowProblem::Twice, _) => say!(l, admin.staff_import.twice).to_owned(),
        (StaffRowProblem::OwnAddress, _) => say!(l, admin.staff_import.own_address).to_owned(),
        (StaffRowProblem::RoleHeld, _) => say!(l, admin.staff_import.role_held).to_owned(),
        (StaffRowProblem::InvitationExists, _) => say!(l, admin.staff_import.invitation_exists).to_owned(),
    }
}
