//! The doctor's page of visit types: what patients choose from when they book.

use super::confirm::{ApprovalButton, ApprovalValues, SetApproval};
use super::managed_types::page_of;
use super::states::mode_name;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form, use_form_about};
use kit::parts::time::names;
use kit::parts::{
    Checkbox, Choice, FeeFields, Notice, NoticeKind, PageTitle, Radios, Tag, TagKind, TextField, loaded, said, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::TypedFee;
use model::drafts::DraftSubject;
use model::ids::DoctorId;
use model::scheduling::{OwnVisitType, OwnVisitTypes, VisitMode};
use serde::{Deserialize, Serialize};
use words::{fee_briefly, say};

/// A visit type, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitTypeValues {
    /// The doctor, if an administrator changes the types of one; empty for the user's own.
    pub doctor: String,
    /// The type's id; empty for a new one.
    pub visit_type: String,
    /// What the doctor calls it.
    pub name: String,
    /// The mode, as its word.
    pub mode: String,
    /// The length in minutes; empty for the usual one.
    pub minutes: String,
    /// Minutes before it; empty for the usual ones.
    pub buffer_before: String,
    /// Minutes after it; empty for the usual ones.
    pub buffer_after: String,
    /// The link to the meeting of visits for which no other one is entered; empty for none.
    pub meeting_link: String,
    /// The fee; empty for the usual one.
    #[serde(flatten)]
    pub fee: TypedFee,
    /// `true` if patients can book it.
    pub is_active: String,
}

impl FormValues for VisitTypeValues {
    const FORM: &'static str = "scheduling.visit_type";
}

impl From<&OwnVisitType> for VisitTypeValues {
    fn from(known: &OwnVisitType) -> Self {
        Self {
            doctor: String::new(),
            visit_type: known.id.to_string(),
            name: known.name.clone(),
            mode: known.mode.as_str().to_owned(),
            minutes: known.minutes.map(|minutes| minutes.to_string()).unwrap_or_default(),
            buffer_before: known.buffer_before.map(|minutes| minutes.to_string()).unwrap_or_default(),
            buffer_after: known.buffer_after.map(|minutes| minutes.to_string()).unwrap_or_default(),
            meeting_link: known.meeting_link.clone().unwrap_or_default(),
            fee: known.fee.map(TypedFee::of).unwrap_or_default(),
            is_active: if known.is_active { "true".to_owned() } else { String::new() },
        }
    }
}

/// Loads the signed-in doctor's visit types.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-visit-types")]
pub async fn read_visit_types() -> Result<OwnVisitTypes, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::scheduling::visit_types(&request.domain, &request.access)).await
}

/// Adds a visit type, or changes one.
///
/// # Errors
/// Wrong fields; `NotFound`, `LastVisitType`, `TooManyVisitTypes`, `Stale`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "save-visit-type")]
pub async fn save_visit_type(
    /// The posted form.
    #[server(flatten)]
    form: Posted<VisitTypeValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, VisitTypeValues, page_of};
    use domain::{
        error::retry,
        scheduling::{self, TypedVisitType},
    };
    use kit::request::{RequestContext, posted_id};
    use model::ids::{DoctorId, VisitTypeId};

    pub(super) async fn save(form: &Posted<VisitTypeValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (domain, access) = (&request.domain, &request.access);
        let version = form.version()?;
        let VisitTypeValues {
            doctor,
            visit_type,
            name,
            mode,
            minutes,
            buffer_before,
            buffer_after,
            meeting_link,
            fee,
            is_active,
        } = form.values.clone();
        let is_active = is_active == "true";
        let typed = TypedVisitType { name, mode, minutes, buffer_before, buffer_after, meeting_link, fee, is_active };
        let doctor: Option<DoctorId> = if doctor.is_empty() { None } else { Some(posted_id(&doctor)?) };
        let id: Option<VisitTypeId> = if visit_type.is_empty() { None } else { Some(posted_id(&visit_type)?) };
        match (doctor, id) {
            (None, None) => {
                retry(|| scheduling::add_visit_type(domain, access, typed.clone(), version)).await?;
            }
            (None, Some(id)) => retry(|| scheduling::edit_visit_type(domain, access, id, typed.clone(), version)).await?,
            (Some(doctor), None) => {
                retry(|| scheduling::add_visit_type_of(domain, access, doctor, typed.clone(), version)).await?;
            }
            (Some(doctor), Some(id)) => {
                retry(|| scheduling::edit_visit_type_of(domain, access, doctor, id, typed.clone(), version)).await?;
            }
        }
        // Loaded anew, so that the form begins again: the address of an edited type and of a new one differ only in the query.
        let own = || "/doctor/visit-types?saved=1".to_owned();
        Ok(FormReply::fresh(doctor.map_or_else(own, |doctor| page_of(doctor, &[("saved", Some("1"))]))))
    }
}

/// The form of a visit type; `mode` is the question how doctor and patient meet.
pub(super) fn type_form(subject: Signal<DraftSubject>, mode: &'static str) -> FormHandle {
    let l = use_locale();
    use_form_about::<SaveVisitType, VisitTypeValues>(subject)
        .field("name", say!(l, scheduling.types.name), say!(l, scheduling.types.name_missing))
        .choice("mode", mode, say!(l, scheduling.types.mode_missing))
        .noun(say!(l, scheduling.types.mode_noun))
        .optional("minutes", say!(l, scheduling.types.minutes))
        .malformed(say!(l, scheduling.types.minutes_malformed))
        .optional("buffer_before", say!(l, scheduling.rules.buffer_before))
        .malformed(say!(l, scheduling.rules.minutes_malformed))
        .optional("buffer_after", say!(l, scheduling.rules.buffer_after))
        .malformed(say!(l, scheduling.rules.minutes_malformed))
        .optional("meeting_link", say!(l, scheduling.types.meeting_link))
        .malformed(say!(l, scheduling.meeting.link_malformed))
        .fee()
        .optional("is_active", say!(l, scheduling.types.is_active))
}

/// The page with the doctor's visit types, and the form that adds or changes one.
#[component]
pub fn VisitTypesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let edited = move || query.with(|query| query.get("edit"));
    // Each type has its own draft.
    let subject = Signal::derive(move || DraftSubject::Own(edited().unwrap_or_default()));
    let form = type_form(subject, say!(l, scheduling.types.mode));
    let approval = use_form::<SetApproval, ApprovalValues>();
    let types = Resource::new_blocking(|| (), |()| read_visit_types());
    view! {
        <PageTitle text=say!(l, scheduling.types.title)/>
        <p><a href="/doctor/hours">"← " {say!(l, scheduling.hours.title)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.types.title)}</h1>
            <p>{say!(l, scheduling.types.lead)}</p>
        </div>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.types.saved)/> }),
        )}
        {loaded(types, move |types| {
            let wanted = query.with_untracked(|query| query.get("edit"));
            view! { <Types types wanted form approval/> }
        })}
        <p><a href="/doctor/profile/changes">{say!(l, scheduling.types.changes)}</a></p>
    }
}

#[component]
fn Types(
    types: OwnVisitTypes,
    /// The id of the type that is edited.
    wanted: Option<String>,
    form: FormHandle,
    approval: FormHandle,
) -> impl IntoView {
    let edited = types.types.iter().find(|known| Some(known.id.to_string()) == wanted).cloned();
    let values = match &edited {
        Some(known) => VisitTypeValues::from(known),
        None => VisitTypeValues { is_active: "true".to_owned(), ..VisitTypeValues::default() },
    };
    let form = form.editing(&values, types.version.into());
    let approval = approval.editing(&ApprovalValues::default(), types.version.into());
    view! {
        <div class="two">
            <TypeList types=types.clone() approval/>
            <Editor types edited form/>
        </div>
    }
}

/// The list of the types.
#[component]
pub(super) fn TypeList(
    /// The types.
    types: OwnVisitTypes,
    /// The form that says whether the doctor is asked first; none for an administrator.
    #[prop(optional)]
    approval: Option<FormHandle>,
    /// The doctor, for an administrator.
    #[prop(optional_no_strip)]
    of: Option<DoctorId>,
) -> impl IntoView {
    let l = use_locale();
    let title = if of.is_some() { say!(l, scheduling.types.managed_list) } else { say!(l, scheduling.types.list) };
    let OwnVisitTypes { usual_minutes, usual_fee, types, .. } = types;
    let items: Vec<_> = types
        .into_iter()
        .map(|known| {
            let length = say!(l, scheduling.doctor.minutes, n = known.minutes.unwrap_or(usual_minutes));
            let fee = known.fee.or(usual_fee).map(|fee| fee_briefly(l, fee, names(l)));
            let parts = [Some(mode_name(l, known.mode).to_owned()), Some(length), fee];
            let facts = parts.into_iter().flatten().collect::<Vec<_>>().join(" · ");
            let label = say!(l, scheduling.types.edit_of, name = known.name.clone());
            let asks = approval.map(|form| view! { <ApprovalButton known=known.clone() form/> });
            let id = known.id.to_string();
            let address = match of {
                Some(doctor) => page_of(doctor, &[("edit", Some(&id))]),
                None => format!("/doctor/visit-types?edit={id}"),
            };
            let off = (!known.is_active).then(|| view! { " " <Tag kind=TagKind::Plain text=say!(l, scheduling.types.off)/> });
            view! {
                <li>
                    <strong>{said(known.name.clone())}</strong>
                    {off}
                    <br/>
                    <small class="quiet">{facts}</small>
                    " "
                    // Loads a new page, so that the form starts again with this type.
                    <a href=address rel="external" aria-label=label>
                        {say!(l, scheduling.types.edit)}
                    </a>
                    {asks}
                </li>
            }
        })
        .collect();
    view! {
        <section class="card">
            <h2>{title}</h2>
            <ul class="list">{items}</ul>
        </section>
    }
}

/// The form that adds a type or changes one.
#[component]
pub(super) fn Editor(
    /// The types.
    types: OwnVisitTypes,
    /// The type that is changed; none for a new one.
    edited: Option<OwnVisitType>,
    /// The form.
    form: FormHandle,
    /// The doctor, for an administrator, who does not see the link to meetings.
    #[prop(optional_no_strip)]
    of: Option<DoctorId>,
) -> impl IntoView {
    let l = use_locale();
    let doctor = of.map(|doctor| doctor.to_string()).unwrap_or_default();
    let own = of.is_none();
    let id = edited.as_ref().map(|known| known.id.to_string()).unwrap_or_default();
    let is_new = edited.is_none();
    let title = match edited {
        Some(known) => say!(l, scheduling.types.edit_of, name = known.name),
        None => say!(l, scheduling.types.add).to_owned(),
    };
    let modes: Vec<Choice> = VisitMode::ALL
        .iter()
        .map(|mode| Choice { value: mode.as_str().to_owned(), label: mode_name(l, *mode).to_owned(), hint: None })
        .collect();
    let minutes_hint = say!(l, scheduling.types.minutes_hint, n = types.usual_minutes);
    let (before, after) = types.usual_buffers;
    let before_hint = say!(l, scheduling.types.buffer_hint, n = before);
    let after_hint = say!(l, scheduling.types.buffer_hint, n = after);
    let fee_hint = say!(l, scheduling.types.fee_hint, currency = types.currency);
    let another = (!is_new).then(|| {
        let address = of.map_or_else(|| "/doctor/visit-types".to_owned(), |doctor| page_of(doctor, &[]));
        view! { <a href=address rel="external">{say!(l, scheduling.types.add)}</a> }
    });
    view! {
        <section class="card">
            <h2>{title}</h2>
            <Form form>
                <input type="hidden" name="doctor" value=doctor.clone()/>
                <input type="hidden" name="visit_type" value=id.clone()/>
                <TextField name="name" hint=say!(l, scheduling.types.name_hint)/>
                <Radios name="mode" choices=modes.clone()/>
                <TextField name="minutes" hint=minutes_hint.clone() inputmode="numeric" width="short" optional=true/>
                <TextField name="buffer_before" hint=before_hint.clone() inputmode="numeric" width="short" optional=true/>
                <TextField name="buffer_after" hint=after_hint.clone() inputmode="numeric" width="short" optional=true/>
                {own.then(|| view! {
                    <TextField name="meeting_link" hint=say!(l, scheduling.types.meeting_link_hint) inputmode="url" optional=true/>
                })}
                <FeeFields hint=fee_hint.clone()/>
                <Checkbox name="is_active"/>
                <div class="row"><SubmitButton label=say!(l, scheduling.types.submit)/></div>
            </Form>
            <p>{another}</p>
        </section>
    }
}
