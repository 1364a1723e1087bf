//! Rating a visit, as its patient.

use super::ratings::lines;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Choice, Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Radios, TextArea, loaded, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::visits::ratings::OwnRating;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that rates a visit.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RateValues {
    /// The visit.
    pub visit: String,
    /// The number of stars.
    pub stars: String,
    /// The words; may be empty.
    pub words: String,
}

impl FormValues for RateValues {
    const FORM: &'static str = "scheduling.rate_visit";
}

/// Loads what the patient has said about a visit.
///
/// # Errors
/// `NotFound`; `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "load-rating")]
pub async fn load_rating(
    /// The visit's id.
    id: String,
) -> Result<OwnRating, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::visits::own_rating(&request.domain, &request.access, id)).await
}

/// Rates a visit, or changes the rating.
///
/// # Errors
/// Wrong fields; `VisitNotHeld`, `RatingSettled`; `Stale`; `NotFound`; `SignInNeeded`; `Forbidden` when the user does not act as a patient.
#[server(prefix = "/do", endpoint = "rate-visit")]
pub async fn rate_visit(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RateValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::rate(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, RateValues};
    use domain::{
        error::retry,
        visits::{self, RateVisit},
    };
    use kit::request::{RequestContext, posted_id};
    use model::ids::EncounterId;

    pub(super) async fn rate(form: &Posted<RateValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let RateValues { visit, stars, words } = form.values.clone();
        let encounter: EncounterId = posted_id(&visit)?;
        let command = RateVisit { encounter, stars, words, version: form.version()? };
        retry(|| visits::rate_visit(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/visits/{encounter}/rating?saved=1")))
    }
}

/// The page on which a patient rates a visit.
#[component]
pub fn RatePage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let form = use_form::<RateVisit, RateValues>()
        .choice("stars", say!(l, scheduling.ratings.how), say!(l, scheduling.ratings.how_missing))
        .optional("words", say!(l, scheduling.ratings.words));
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    let rating = Resource::new_blocking(move || (id(), form.done().get()), |(id, _)| load_rating(id));
    view! {
        <PageTitle text=say!(l, scheduling.ratings.rate_title)/>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.ratings.saved)/> }),
        )}
        {loaded(rating, move |own| view! { <Rate own form/> })}
    }
    .into_any()
}

#[component]
fn Rate(own: OwnRating, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let OwnRating { encounter, doctor_name, rating, until, may_rate } = own;
    let visit = encounter.to_string();
    let version = rating.as_ref().map_or(0, |rating| rating.version);
    let values = RateValues {
        visit: visit.clone(),
        stars: rating.as_ref().map(|rating| rating.stars.to_string()).unwrap_or_default(),
        words: rating.as_ref().map(|rating| rating.words.clone()).unwrap_or_default(),
    };
    let form = form.editing(&values, version.into());
    let summary = format!("/visits/{visit}/summary");
    let body = if may_rate {
        view! { <Fields form visit until/> }.into_any()
    } else if rating.is_some() {
        view! { <p class="quiet">{say!(l, scheduling.ratings.settled)}</p> }.into_any()
    } else {
        view! { <EmptyState title=say!(l, scheduling.ratings.not_yet_title) text=say!(l, scheduling.ratings.not_yet)/> }
            .into_any()
    };
    let written = rating.filter(|rating| !may_rate || rating.answer.is_some()).map(|rating| lines(l, &rating));
    view! {
        <h1>{say!(l, scheduling.ratings.rate_heading, doctor = doctor_name)}</h1>
        {written}
        {body}
        <p><a href=summary>{say!(l, scheduling.ratings.back)}</a></p>
    }
    .into_any()
}

#[component]
fn Fields(form: FormHandle, visit: String, until: Option<jiff::Timestamp>) -> impl IntoView {
    let l = use_locale();
    let choice = |value: &str, label: &str| Choice { value: value.to_owned(), label: label.to_owned(), hint: None };
    let choices = StoredValue::new(vec![
        choice("5", say!(l, scheduling.ratings.very_good)),
        choice("4", say!(l, scheduling.ratings.good)),
        choice("3", say!(l, scheduling.ratings.fair)),
        choice("2", say!(l, scheduling.ratings.poor)),
        choice("1", say!(l, scheduling.ratings.very_poor)),
    ]);
    let until = until.map(|until| {
        view! { <p class="quiet">{say!(l, scheduling.ratings.until)} " " <Moment at=until detail=Detail::DayAndTime/> "."</p> }
    });
    view! {
        {until}
        <Form form class="card">
            <p>{say!(l, scheduling.ratings.rate_lead)}</p>
            <input type="hidden" name="visit" value=visit.clone()/>
            <Radios name="stars" choices=choices.get_value()/>
            <TextArea name="words" hint=say!(l, scheduling.ratings.words_hint) optional=true/>
            <div class="row">
                <SubmitButton label=say!(l, scheduling.ratings.submit)/>
            </div>
        </Form>
    }
}
