//! The files of a patient without their names, and their legal holds: what is under one is neither removed nor marked.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Choice, Detail, EmptyState, Moment, PageTitle, Radios, Tag, TagKind, TextArea, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::files::{FilePurpose, HeldFile, HoldView, PatientFiles, Retention};
use model::ids::PatientId;
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The value of the choice of all files.
const ALL: &str = "all";
/// The values of the choice of what to do.
const HOLD: &str = "hold";
const LIFT: &str = "lift";

/// The values of the form that sets and lifts holds.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HoldValues {
    /// The patient's id.
    pub patient: String,
    /// What to do.
    pub change: String,
    /// The file's id, or all of them.
    pub file: String,
    /// Why.
    pub reason: String,
}

impl FormValues for HoldValues {
    const FORM: &'static str = "admin.change_hold";
}

/// Loads the files of a patient and their holds.
///
/// # Errors
/// `NotFound`; `Forbidden` for everybody but administrators of the whole organisation.
#[server(prefix = "/do", endpoint = "load-file-holds")]
pub async fn load_file_holds(
    /// The patient's id.
    patient: String,
) -> Result<PatientFiles, Failure> {
    let request = kit::request::RequestContext::require()?;
    let patient = kit::request::id(&patient)?;
    kit::request::call(|| domain::records::patient_files(&request.domain, &request.access, patient)).await
}

/// Puts files under a legal hold, or lifts it.
///
/// # Errors
/// Wrong fields; `NotFound`; `Forbidden`.
#[server(prefix = "/do", endpoint = "change-file-hold")]
pub async fn change_file_hold(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HoldValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ALL, Failure, FormReply, HOLD, HoldValues, LIFT};
    use domain::{
        Error,
        error::retry,
        records::{self, HoldFiles, LiftHold},
    };
    use kit::request::{RequestContext, posted_id};
    use model::errors::FieldFault;
    use model::ids::{FileId, PatientId};

    pub(super) async fn change(values: &HoldValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let patient: PatientId = posted_id(&values.patient)?;
        let file: Option<FileId> = match values.file.as_str() {
            "" => return Err(Error::field("file", FieldFault::Missing).into()),
            ALL => None,
            id => Some(posted_id(id)?),
        };
        let reason = values.reason.clone();
        match values.change.as_str() {
            HOLD => {
                let command = HoldFiles { patient, file, reason };
                retry(|| records::hold_files(&request.domain, &request.access, command.clone())).await?;
            }
            LIFT => {
                let command = LiftHold { patient, file, reason };
                retry(|| records::lift_hold(&request.domain, &request.access, command.clone())).await?;
            }
            _ => return Err(Error::field("change", FieldFault::Missing).into()),
        }
        Ok(FormReply::fresh(format!("/admin/patients/{patient}/files")))
    }
}

/// The page `/admin/patients/:id/files`.
#[component]
pub fn FileHoldsPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let form = use_form::<ChangeFileHold, HoldValues>()
        .choice("change", say!(l, admin.holds.change), say!(l, admin.holds.change_missing))
        .choice("file", say!(l, admin.holds.which), say!(l, admin.holds.which_missing))
        .field("reason", say!(l, admin.holds.reason), say!(l, admin.holds.reason_missing))
        .noun(say!(l, admin.holds.reason_noun));
    let done = form.done();
    let patient = move || params.with(|params| params.get("id").unwrap_or_default());
    let files = Resource::new_blocking(move || (patient(), done.get()), |(patient, _)| load_file_holds(patient));
    view! {
        <PageTitle text=say!(l, admin.holds.title)/>
        <p><a href=move || format!("/carers?patient={}", patient())>"← " {say!(l, common.home.carers)}</a></p>
        <h1>{say!(l, admin.holds.title)}</h1>
        <p>{say!(l, admin.holds.lead)}</p>
        {loaded(files, move |files| view! { <Files files form/> })}
    }
    .into_any()
}

#[component]
fn Files(files: PatientFiles, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let PatientFiles { patient, patient_name, items } = files;
    if items.is_empty() {
        return view! {
            <p>{said(patient_name)}</p>
            <EmptyState title=say!(l, admin.holds.none_title) text=say!(l, admin.holds.none)/>
        }
        .into_any();
    }
    let mut choices = vec![Choice { value: ALL.to_owned(), label: say!(l, admin.holds.all).to_owned(), hint: None }];
    let mut lines = Vec::with_capacity(items.len());
    for (number, file) in (1_usize..).zip(items) {
        let label = say!(l, admin.holds.file, n = number.to_string(), purpose = purpose_name(l, file.purpose));
        choices.push(Choice { value: file.id.to_string(), label: label.clone(), hint: None });
        lines.push(line(l, label, file));
    }
    view! {
        <section class="card">
            <h2>{said(patient_name)}</h2>
            <ZoneNote/>
            <ul class="list">{lines}</ul>
        </section>
        <Change patient choices form/>
    }
    .into_any()
}

#[component]
fn Change(patient: PatientId, choices: Vec<Choice>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let changes: Vec<Choice> = [(HOLD, say!(l, admin.holds.hold)), (LIFT, say!(l, admin.holds.lift))]
        .map(|(value, label)| Choice { value: value.to_owned(), label: label.to_owned(), hint: None })
        .into();
    view! {
        <Form form class="card">
            <input type="hidden" name="patient" value=patient.to_string()/>
            <Radios name="change" choices=changes.clone()/>
            <Radios name="file" choices=choices.clone()/>
            <TextArea name="reason" hint=say!(l, admin.holds.reason_hint)/>
            <div class="row"><SubmitButton label=say!(l, admin.holds.submit)/></div>
        </Form>
    }
    .into_any()
}

fn line(l: Locale, label: String, file: HeldFile) -> AnyView {
    let tag = file.hold.is_some().then(|| view! { <Tag kind=TagKind::Plain text=say!(l, admin.holds.held)/> });
    let kept = file.kept_until.map(|at| {
        view! { " · " {say!(l, admin.holds.until)} " " <Moment at detail=Detail::Day/> }
    });
    let withdrawn = file.withdrawn_at.map(|at| {
        view! { " · " {say!(l, admin.holds.withdrawn)} " " <Moment at detail=Detail::Day/> }
    });
    let hold = file.hold.map(|HoldView { reason, set_by, set_at }| {
        view! {
            <p>{said(reason)}</p>
            <small>{say!(l, admin.holds.by)} " " {said(set_by)} ", " <Moment at=set_at detail=Detail::Short/></small>
            <br/>
        }
    });
    view! {
        <li>
            <div class="row"><strong>{label}</strong><span class="end">{tag}</span></div>
            {hold}
            <small>
                {say!(l, admin.holds.added)} " " <Moment at=file.added_at detail=Detail::Day/> " · " {retention_name(l, file.retention)} {kept} {withdrawn}
            </small>
        </li>
    }
    .into_any()
}

fn purpose_name(l: Locale, purpose: FilePurpose) -> &'static str {
    match purpose {
        FilePurpose::PatientDocument => say!(l, admin.holds.patient_document),
        FilePurpose::LicenceDocument => say!(l, admin.holds.licence_document),
        FilePurpose::QualificationDocument => say!(l, admin.holds.qualification_document),
        FilePurpose::DoctorPhoto => say!(l, admin.holds.doctor_photo),
        FilePurpose::PatientPhoto => say!(l, admin.holds.patient_photo),
        FilePurpose::InsuranceCardFront => say!(l, admin.holds.insurance_card_front),
        FilePurpose::InsuranceCardBack => say!(l, admin.holds.insurance_card_back),
        FilePurpose::ClinicLogo => say!(l, admin.holds.clinic_logo),
        FilePurpose::ActingPaper => say!(l, admin.holds.acting_paper),
        FilePurpose::MessageAttachment => say!(l, admin.holds.message_attachment),
    }
}

fn retention_name(l: Locale, retention: Retention) -> &'static str {
    match retention {
        Retention::Record => say!(l, admin.holds.record),
        Retention::Personal => say!(l, admin.holds.personal),
        Retention::Permanent => say!(l, admin.holds.permanent),
    }
}
