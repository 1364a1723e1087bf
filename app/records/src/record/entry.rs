//! The page of one entry: the form that changes it, all its versions, and the form that marks it as entered in error.

use super::form::{ChangeEntry, EntryFields, EntryValues, declared};
use super::in_words::{facts, kind_name, source_name, title};
use super::{codes_found, portal};
use crate::break_glass::{EmergencyNotice, end_form};
use crate::diagnoses::Search;
use crate::find::FoundDiagnoses;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, shows_refused, use_form};
use kit::parts::{Detail, Moment, Notice, NoticeKind, PageTitle, TextField, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::records::{EntryHistory, EntryKind, EntryVersionView};
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that marks an entry as entered in error.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct WithdrawEntryValues {
    /// The patient's id.
    pub patient: String,
    /// The entry's id.
    pub entry: String,
    /// Why.
    pub reason: String,
}

impl FormValues for WithdrawEntryValues {
    const FORM: &'static str = "records.withdraw_entry";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads an entry with all its versions.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "read-entry")]
pub async fn read_entry(
    /// The patient's id.
    patient: String,
    /// The entry's id.
    entry: String,
) -> Result<EntryHistory, Failure> {
    let request = kit::request::RequestContext::require()?;
    let (patient, entry) = (kit::request::id(&patient)?, kit::request::id(&entry)?);
    kit::request::call(|| domain::records::entry_history(&request.domain, &request.access, patient, entry)).await
}

/// Marks an entry as entered in error.
///
/// # Errors
/// Wrong fields; `Stale`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "withdraw-entry")]
pub async fn withdraw_entry(
    /// The posted form.
    #[server(flatten)]
    form: Posted<WithdrawEntryValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::withdraw(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, WithdrawEntryValues};
    use crate::same_page;
    use domain::{error::retry, records};
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn withdraw(form: &Posted<WithdrawEntryValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let command = records::WithdrawEntry {
            patient: posted_id(&form.values.patient)?,
            entry: posted_id(&form.values.entry)?,
            version_seen: form.version()?,
            reason: form.values.reason.clone(),
        };
        retry(|| records::withdraw_entry(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }
}

/// The page of one entry, for doctors who treat the patient.
#[component]
pub fn DoctorEntryPage() -> impl IntoView {
    page()
}

/// The same page for the nurses of a clinic at which the patient is cared for.
#[component]
pub fn WardEntryPage() -> impl IntoView {
    page()
}

fn page() -> AnyView {
    let l = use_locale();
    let params = use_params_map();
    let change = use_form::<ChangeEntry, EntryValues>();
    let withdraw = use_form::<WithdrawEntry, WithdrawEntryValues>()
        .field("reason", say!(l, records.record.reason), say!(l, records.record.reason_missing))
        .noun(say!(l, records.record.reason_noun));
    let end = end_form();
    let (typed, codes) = codes_found();
    let ids = move || params.with(|params| (params.get("id").unwrap_or_default(), params.get("entry").unwrap_or_default()));
    let found = Resource::new_blocking(
        move || (ids(), change.done().get(), withdraw.done().get()),
        |((patient, entry), _, _)| read_entry(patient, entry),
    );
    view! {
        <PageTitle text=say!(l, records.record.entry_title)/>
        {loaded(found, move |history| {
            let forms = Forms { change, withdraw, end, typed, codes };
            view! { <History history forms/> }
        })}
    }
    .into_any()
}

/// The forms of the page and its search.
#[derive(Clone, Copy)]
struct Forms {
    change: FormHandle,
    withdraw: FormHandle,
    end: FormHandle,
    typed: RwSignal<Option<String>>,
    codes: Resource<Result<FoundDiagnoses, Failure>>,
}

#[component]
fn History(history: EntryHistory, forms: Forms) -> impl IntoView {
    let l = use_locale();
    let EntryHistory { id, patient, patient_name, kind, versions, may_record, break_glass } = history;
    let newest = versions.first().cloned();
    let error = newest.as_ref().and_then(|newest| newest.error.clone()).map(|reason| {
        view! {
            <Notice kind=NoticeKind::Warn title=say!(l, records.record.in_error)>
                <p class="lines" dir="auto">{reason}</p>
            </Notice>
        }
    });
    let ids = (patient.to_string(), id.to_string());
    let change = newest.filter(|_| may_record).map(|newest| view! { <Change kind newest ids=ids.clone() forms/> });
    let lines: Vec<_> = versions.into_iter().map(|version| view! { <Version version/> }).collect();
    view! {
        <div class="lead">
            <h1>{kind_name(l, kind)}</h1>
            <p>{said(patient_name)}</p>
            <ZoneNote/>
            <p><a href=format!("{}/patients/{patient}/record", portal())>{say!(l, records.record.back)}</a></p>
        </div>
        {break_glass.map(|open| view! { <EmergencyNotice open form=forms.end/> })}
        {error}
        {change}
        <section class="card">
            <h2>{say!(l, records.record.versions)}</h2>
            <ul class="list">{lines}</ul>
        </section>
    }
    .into_any()
}

/// The two forms that change the entry.
#[component]
fn Change(kind: EntryKind, newest: EntryVersionView, ids: (String, String), forms: Forms) -> impl IntoView {
    let l = use_locale();
    let (patient, entry) = ids;
    let values = EntryValues::of(newest.entry.typed(newest.source), patient.clone(), entry.clone());
    let change = declared(forms.change, kind).editing(&values, newest.version);
    let seen = WithdrawEntryValues { patient: patient.clone(), entry: entry.clone(), reason: String::new() };
    let withdraw = forms.withdraw.editing(&seen, newest.version);
    let (patient_seen, entry_seen) = (patient.clone(), entry.clone());
    let (typed, codes) = (forms.typed, forms.codes);
    let search = (kind == EntryKind::Problem).then(|| view! { <Search typed/> });
    view! {
        <section class="card">
            <h2>{say!(l, records.record.change)}</h2>
            {search}
            <Form form=change>
                <input type="hidden" name="patient" value=patient.clone()/>
                <input type="hidden" name="entry" value=entry.clone()/>
                <input type="hidden" name="kind" value=kind.as_str()/>
                <EntryFields kind found=codes/>
                <div class="row"><SubmitButton label=say!(l, records.record.save)/></div>
            </Form>
        </section>
        <details open=shows_refused()>
            <summary>{say!(l, records.record.withdraw_title)}</summary>
            <p>{say!(l, records.record.withdraw_lead)}</p>
            <Form form=withdraw>
                <input type="hidden" name="patient" value=patient_seen.clone()/>
                <input type="hidden" name="entry" value=entry_seen.clone()/>
                <TextField name="reason" hint=say!(l, records.record.reason_hint)/>
                <div class="row"><SubmitButton label=say!(l, records.record.withdraw) class="plain"/></div>
            </Form>
        </details>
    }
    .into_any()
}

/// One version: when and by whom it was written, and what it says.
#[component]
fn Version(version: EntryVersionView) -> impl IntoView {
    let l = use_locale();
    let marks = version.error.is_some().then(|| view! { <p>{say!(l, records.record.in_error)}</p> });
    view! {
        <li>
            <p class="quiet">
                {say!(l, records.notes.version, n = version.version)} ", " <Moment at=version.written_at detail=Detail::Short/> ", "
                {said(version.author_name)}
            </p>
            <p><strong>{title(l, &version.entry, version.code.as_ref())}</strong></p>
            {facts(l, &version.entry, version.source)}
            <p class="quiet">{source_name(l, version.source)}</p>
            {marks}
        </li>
    }
    .into_any()
}
