//! The guardian's page on which the record of a young person is handed over: the form, and what waits for the young person. The buttons are plain forms.

use super::family::load_family;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Choice, Detail, EmailField, Moment, PageTitle, Radios, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{FamilyView, HandoverRow};
use model::ids::HandoverId;
use model::text::direction::isolated;
use serde::{Deserialize, Serialize};
use server_fn::ServerFn as _;
use words::say;

/// The values of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HandOverValues {
    /// The young person's id.
    pub patient_id: String,
    /// The young person's own address.
    pub email: String,
}

impl FormValues for HandOverValues {
    const FORM: &'static str = "directory.hand_over";
    const KEEP: Keep = Keep::InPage;
}

/// Offers the record of a young person to them.
///
/// # Errors
/// Wrong fields; `PatientHasAccount`, `HandoverOpen`, `RateLimited`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "offer-handover")]
pub async fn offer_handover(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HandOverValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::offer(&form.values).await;
    form.answer(outcome).await
}

/// Mails the link of a handover again. What is settled already leads back to the page.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "send-handover")]
pub async fn send_handover(
    /// The handover.
    handover: HandoverId,
) -> Result<FormReply, Failure> {
    let next = post::send(handover).await?;
    kit::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

/// Withdraws a handover. What is settled already leads back to the page.
///
/// # Errors
/// None. A plain form cannot show errors, so every failure redirects to a page.
#[server(prefix = "/do", endpoint = "withdraw-handover")]
pub async fn withdraw_handover(
    /// The handover.
    handover: HandoverId,
) -> Result<FormReply, Failure> {
    let next = post::withdraw(handover).await?;
    kit::request::see_other(&next);
    Ok(FormReply::fresh(next))
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, HandOverValues, HandoverId};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;
    use model::errors::Code;

    const PAGE: &str = "/account/family/hand-over";

    pub(super) async fn offer(values: &HandOverValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let HandOverValues { patient_id, email } = values.clone();
        let command = directory::OfferHandover { patient: patient_id, email };
        retry(|| directory::offer_handover(&request.domain, &request.access, command.clone())).await?;
        // The page is the same one, with another list.
        Ok(FormReply::fresh(PAGE))
    }

    /// Answers with the next page.
    pub(super) async fn send(handover: HandoverId) -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let outcome = retry(|| directory::send_handover_again(&request.domain, &request.access, handover)).await;
        Ok(next(outcome.map_err(|error| error.code())))
    }

    /// Answers with the next page.
    pub(super) async fn withdraw(handover: HandoverId) -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let outcome = retry(|| directory::withdraw_handover(&request.domain, &request.access, handover)).await;
        Ok(next(outcome.map_err(|error| error.code())))
    }

    fn next(outcome: Result<(), Code>) -> String {
        match outcome {
            Ok(()) | Err(Code::NotFound) => PAGE.to_owned(),
            Err(Code::SignInNeeded) => kit::address::sign_in_path(PAGE),
            Err(_) => "/trouble".to_owned(),
        }
    }
}

/// The page `/account/family/hand-over`.
#[component]
pub fn HandOverPage() -> impl IntoView {
    let l = use_locale();
    let family = Resource::new_blocking(|| (), |()| load_family());
    let form = use_form::<OfferHandover, HandOverValues>()
        .choice("patient_id", say!(l, directory.handover.patient), say!(l, directory.handover.patient_missing))
        .field("email", say!(l, directory.handover.email), say!(l, directory.handover.email_missing))
        .malformed(say!(l, common.person.email_malformed));
    view! {
        <PageTitle text=say!(l, directory.handover.title)/>
        <div class="lead">
            <h1>{say!(l, directory.handover.title)}</h1>
            <p>{say!(l, directory.handover.lead)}</p>
        </div>
        {loaded(family, move |family| view! { <HandOver family form/> })}
        <p><a href="/account/family">{say!(l, directory.family.back)}</a></p>
    }
    .into_any()
}

#[component]
fn HandOver(family: FamilyView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let FamilyView { acts_for, of_age_years, .. } = family;
    let choices: Vec<Choice> = acts_for
        .iter()
        .filter(|held| held.may_hand_over && held.handover.is_none())
        .map(|held| Choice { value: held.patient.to_string(), label: isolated(&held.name).into_owned(), hint: None })
        .collect();
    let waiting: Vec<_> = acts_for
        .into_iter()
        .filter_map(|held| held.handover.map(|row| (held.name, row)))
        .map(|(name, row)| view! { <li><Waiting name row/></li> })
        .collect();
    let is_waiting = !waiting.is_empty();
    let offer = if choices.is_empty() {
        let n = i64::from(of_age_years);
        (!is_waiting).then(|| view! { <p>{say!(l, directory.handover.nobody, n = n)}</p> }).into_any()
    } else {
        view! {
            <Form form class="card">
                <Radios name="patient_id" choices=choices.clone()/>
                <EmailField name="email" hint=say!(l, directory.handover.email_hint) autocomplete="off"/>
                <div class="row"><SubmitButton label=say!(l, directory.handover.submit)/></div>
            </Form>
        }
        .into_any()
    };
    view! {
        {is_waiting.then(|| view! {
            <Card title=say!(l, directory.handover.waiting)>
                <ul class="list">{waiting}</ul>
            </Card>
        })}
        {offer}
    }
    .into_any()
}

#[component]
fn Waiting(name: String, row: HandoverRow) -> impl IntoView {
    let l = use_locale();
    let HandoverRow { id, email, sent_at, expires_at } = row;
    view! {
        <p><strong>{said(name.clone())}</strong> ", " {email}</p>
        <p class="quiet">
            {say!(l, directory.handover.sent)} " " <Moment at=sent_at detail=Detail::Day/> ". "
            {say!(l, directory.handover.expires)} " " <Moment at=expires_at detail=Detail::DayAndTime/> "."
        </p>
        <div class="row">
            <form method="post" action=SendHandover::url()>
                <input type="hidden" name="handover" value=id.to_string()/>
                <button type="submit" class="button plain">{say!(l, directory.handover.send_again, name = name.clone())}</button>
            </form>
            <form method="post" action=WithdrawHandover::url()>
                <input type="hidden" name="handover" value=id.to_string()/>
                <button type="submit" class="button plain">{say!(l, directory.handover.withdraw, name = name)}</button>
            </form>
        </div>
    }
    .into_any()
}
