//! Who acts for whom: the lists of both sides, ending it, and adding a child. The buttons are plain forms that load the page again, because the header of every
//! page lists the people for whom the user may act.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::layouts::ActFor;
use kit::parts::time::date_of_birth;
use kit::parts::{Card, DateFields, Detail, Moment, PageTitle, TextField, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{ActedByView, ActingRelation, ActsForView, FamilyView};
use model::ids::{PatientId, UserId};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::{Locale, names, say};

/// The values of the form that adds a child.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChildValues {
    /// The child's full name.
    pub name: String,
    /// The name in Latin letters, if the full name uses another script.
    pub latin_name: String,
    /// The day of the month of the birth.
    pub date_of_birth_day: String,
    /// Its month.
    pub date_of_birth_month: String,
    /// Its year.
    pub date_of_birth_year: String,
}

impl FormValues for ChildValues {
    const FORM: &'static str = "directory.child";
}

/// Loads the people for whom the user acts, and those who act for the user.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-family")]
pub async fn load_family() -> Result<FamilyView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::family(&request.domain, &request.access)).await
}

/// Adds a child, for whom the user acts from now on.
///
/// # Errors
/// Wrong fields; `ChildKnown`, `TooManyChildren`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "add-child")]
pub async fn add_child(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ChildValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add_child(&form).await;
    form.answer(outcome).await
}

/// Ends a right to act for a patient. If it has ended already or may not be ended, this leads back to the list.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "end-acting")]
pub async fn end_acting(
    /// The patient.
    patient: PatientId,
    /// Who acts for the patient; none for the user themself.
    user: Option<UserId>,
    /// As what they act.
    relation: ActingRelation,
) -> Result<FormReply, Failure> {
    let next = post::end_acting(patient, user, relation).await?;
    kit::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ActingRelation, ChildValues, Failure, FormReply, PatientId, Posted, UserId};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;
    use model::errors::Code;

    const LIST: &str = "/account/family";

    pub(super) async fn add_child(form: &Posted<ChildValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let ChildValues { name, latin_name, date_of_birth_day, date_of_birth_month, date_of_birth_year } = form.values.clone();
        let date_of_birth = [date_of_birth_day, date_of_birth_month, date_of_birth_year];
        let idempotency_key = Some(form.idempotency_key.clone());
        let command = directory::AddChild { name, latin_name, date_of_birth, idempotency_key };
        retry(|| directory::add_child(&request.domain, &request.access, command.clone())).await?;
        // The header of every page lists the child from now on, and only a new page reads that again.
        Ok(FormReply::fresh(LIST))
    }

    /// Answers with the next page.
    pub(super) async fn end_acting(
        patient: PatientId,
        user: Option<UserId>,
        relation: ActingRelation,
    ) -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let outcome = match request.access.acting() {
            Ok(acting) => {
                let command = directory::EndActing { patient, user: user.unwrap_or(acting.user), relation };
                retry(|| directory::end_acting(&request.domain, &request.access, command.clone())).await
            }
            Err(error) => Err(error),
        };
        Ok(match outcome.map_err(|error| error.code()) {
            Ok(()) | Err(Code::NotFound | Code::ActingNeeded) => LIST.to_owned(),
            Err(Code::SignInNeeded) => kit::address::sign_in_path(LIST),
            Err(_) => "/trouble".to_owned(),
        })
    }
}

/// The page with both lists.
#[component]
pub fn FamilyPage() -> impl IntoView {
    let l = use_locale();
    let family = Resource::new_blocking(|| (), |()| load_family());
    view! {
        <PageTitle text=say!(l, common.account.family)/>
        <div class="lead">
            <h1>{say!(l, common.account.family)}</h1>
            <p>{say!(l, directory.family.lead)}</p>
        </div>
        {loaded(family, move |family| {
            let FamilyView { acts_for, acted_by, .. } = family;
            let is_alone = acts_for.is_empty();
            let acts_for: Vec<_> = acts_for.into_iter().map(|held| view! { <li><ActsForRow held/></li> }).collect();
            let is_free = acted_by.is_empty();
            let acted_by: Vec<_> = acted_by.into_iter().map(|held| view! { <li><ActedByRow held/></li> }).collect();
            view! {
                <Card title=say!(l, directory.family.acts_for)>
                    {is_alone.then(|| view! { <p>{say!(l, directory.family.acts_for_nobody)}</p> })}
                    <ul class="list">{acts_for}</ul>
                    <p><a class="button" href="/account/family/new">{say!(l, directory.family.add)}</a></p>
                    <p><a href="/account/family/hand-over">{say!(l, directory.handover.when)}</a></p>
                </Card>
                <Card title=say!(l, directory.family.acted_by)>
                    {is_free.then(|| view! { <p>{say!(l, directory.family.acted_by_nobody)}</p> })}
                    <ul class="list">{acted_by}</ul>
                </Card>
            }
        })}
        <p><a href="/account">{say!(l, common.account.back)}</a></p>
    }
    .into_any()
}

/// The relation in words.
pub(super) fn relation_name(l: Locale, relation: ActingRelation) -> &'static str {
    match relation {
        ActingRelation::Guardian => say!(l, directory.family.guardian),
        ActingRelation::Helper => say!(l, directory.family.helper),
    }
}

#[component]
fn ActsForRow(held: ActsForView) -> impl IntoView {
    let l = use_locale();
    let ActsForView { patient, name, date_of_birth: born, relation, since, until, may_end, may_hand_over, handover } = held;
    let born = say!(l, directory.family.born, date = date_of_birth(names(l), born));
    let end = if may_end {
        view! {
            <details>
                <summary>{say!(l, directory.family.stop, name = name.clone())}</summary>
                <p>{say!(l, directory.family.stop_asks, name = name.clone())}</p>
                <form method="post" action=EndActing::url()>
                    <input type="hidden" name="patient" value=patient.to_string()/>
                    <input type="hidden" name="relation" value=relation.as_str()/>
                    <button type="submit" class="button">{say!(l, directory.family.stop_submit)}</button>
                </form>
            </details>
        }
        .into_any()
    } else {
        view! { <p class="quiet">{say!(l, directory.family.stop_not, name = name.clone())}</p> }.into_any()
    };
    view! {
        <div class="row">
            <div class="grow">
                <p><strong>{said(name.clone())}</strong> ", " {relation_name(l, relation)}</p>
                <p class="quiet">
                    {born} ". " {say!(l, directory.family.since)} " " <Moment at=since detail=Detail::Day/>
                    {until.map(|until| view! { ", " {say!(l, directory.family.until)} " " <Moment at=until detail=Detail::Day/> })} "."
                </p>
            </div>
            <form class="end" method="post" action=ActFor::url()>
                <input type="hidden" name="patient" value=patient.to_string()/>
                <button type="submit" class="button plain">{say!(l, common.account.act_for, name = name)}</button>
            </form>
        </div>
        {(may_hand_over || handover.is_some()).then(|| {
            view! { <p><a href="/account/family/hand-over">{say!(l, directory.handover.title)}</a></p> }
        })}
        {end}
    }
    .into_any()
}

#[component]
fn ActedByRow(held: ActedByView) -> impl IntoView {
    let l = use_locale();
    let ActedByView { patient, user, name, relation, since, until, may_end } = held;
    let end = if may_end {
        view! {
            <details>
                <summary>{say!(l, directory.family.end, name = name.clone())}</summary>
                <p>{say!(l, directory.family.end_asks, name = name.clone())}</p>
                <form method="post" action=EndActing::url()>
                    <input type="hidden" name="patient" value=patient.to_string()/>
                    <input type="hidden" name="user" value=user.to_string()/>
                    <input type="hidden" name="relation" value=relation.as_str()/>
                    <button type="submit" class="button">{say!(l, directory.family.end_submit)}</button>
                </form>
            </details>
        }
        .into_any()
    } else {
        view! { <p class="quiet">{say!(l, directory.family.end_not, name = name.clone())}</p> }.into_any()
    };
    view! {
        <p><strong>{said(name)}</strong> ", " {relation_name(l, relation)}</p>
        <p class="quiet">
            {say!(l, directory.family.since)} " " <Moment at=since detail=Detail::Day/>
            {until.map(|until| view! { ", " {say!(l, directory.family.until)} " " <Moment at=until detail=Detail::Day/> })} "."
        </p>
        {end}
    }
    .into_any()
}

/// The page with the form that adds a child.
#[component]
pub fn AddChildPage() -> impl IntoView {
    let l = use_locale();
    let family = Resource::new_blocking(|| (), |()| load_family());
    let form = use_form::<AddChild, ChildValues>()
        .field("name", say!(l, directory.family.child_name), say!(l, directory.family.child_name_missing))
        .malformed(say!(l, directory.family.child_name_malformed))
        .optional("latin_name", say!(l, common.person.latin_name))
        .date("date_of_birth", say!(l, common.person.date_of_birth), say!(l, directory.family.child_born_missing));
    view! {
        <PageTitle text=say!(l, directory.family.add)/>
        <h1>{say!(l, directory.family.add)}</h1>
        {loaded(family, move |family| {
            view! { <p>{say!(l, directory.family.add_lead, n = i64::from(family.of_age_years))}</p> }
        })}
        <Form form class="card">
            <TextField name="name" hint=say!(l, directory.family.child_name_hint)/>
            <TextField name="latin_name" hint=say!(l, directory.family.child_latin_hint) optional=true/>
            <DateFields name="date_of_birth" hint=say!(l, directory.family.child_born_hint)/>
            <div class="row">
                <SubmitButton label=say!(l, directory.family.add_submit)/>
            </div>
        </Form>
        <p><a href="/account/family">{say!(l, directory.family.back)}</a></p>
    }
    .into_any()
}
