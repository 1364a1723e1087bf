//! What patients say about a doctor, on the doctor's public page; and the list of a doctor's own ratings, where the doctor answers.

use kit::address::query;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{
    Detail, EmptyState, Moment, Notice, NoticeKind, PageTitle, Pager, Paging, Tag, TagKind, TextArea, loaded, switch,
};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::page::Page;
use model::visits::ratings::{DoctorRatings, RatingView};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The values of the form that answers a rating.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerValues {
    /// The rating.
    pub rating: String,
    /// The answer.
    pub answer: String,
}

impl FormValues for AnswerValues {
    const FORM: &'static str = "scheduling.answer_rating";
    // The page has one form for several ratings, and what was written for one of them must not appear at another.
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads what everybody reads about a doctor; none for an address that names no doctor.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "read-ratings")]
pub async fn read_ratings(
    /// The doctor's id.
    doctor: String,
    /// The cursor: the last rating of the previous page.
    after: Option<String>,
) -> Result<Option<DoctorRatings>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let Ok(doctor) = doctor.parse() else { return Ok(None) };
    let after = after.and_then(|after| after.parse().ok());
    kit::request::call(|| domain::visits::doctor_ratings(&request.domain, doctor, after)).await.map(Some)
}

/// Loads the ratings that the user may list, newest first: a doctor's own, or for an administrator those of the clinic.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who has no ratings to list.
#[server(prefix = "/do", endpoint = "load-ratings")]
pub async fn load_ratings(
    /// The cursor: the last rating of the previous page.
    after: Option<String>,
) -> Result<Page<RatingView>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = after.and_then(|after| after.parse().ok());
    kit::request::call(|| domain::visits::ratings(&request.domain, &request.access, after)).await
}

/// Answers a rating.
///
/// # Errors
/// Wrong fields; `RatingAnswered`; `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "answer-rating")]
pub async fn answer_rating(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AnswerValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::answer(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AnswerValues, Failure, FormReply};
    use domain::{
        error::retry,
        visits::{self, AnswerRating},
    };
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn answer(values: &AnswerValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let rating = posted_id(&values.rating)?;
        let command = AnswerRating { rating, answer: values.answer.clone() };
        retry(|| visits::answer_rating(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/doctor/ratings?saved=1"))
    }
}

/// The ratings on a doctor's public page; nothing while there are too few.
#[component]
pub(super) fn Ratings(
    /// The ratings.
    found: DoctorRatings,
    /// The cursor of this page of them.
    after: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let DoctorRatings { doctor, count, average_tenths, page } = found;
    if count == 0 {
        return ().into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/doctors/{doctor}{}", query(&[("ratings", after)]))
    });
    let average = format!("{}{}{}", average_tenths / 10, names(l).decimal, average_tenths % 10);
    let summary = say!(l, scheduling.ratings.average, average = average.as_str(), n = count);
    let rows = page.items.iter().map(|rating| view! { <li>{lines(l, rating)}</li> }).collect_view();
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.ratings.title)}</h2>
            <p><strong>{summary}</strong></p>
            <ul class="list">{rows}</ul>
            <Pager paging/>
        </section>
    }
    .into_any()
}

/// The stars and words of a rating, and the answer.
pub(super) fn lines(l: Locale, rating: &RatingView) -> impl IntoView + use<> {
    let words =
        (!rating.words.is_empty()).then(|| view! { <blockquote class="said" dir="auto">{rating.words.clone()}</blockquote> });
    let answer = rating.answer.clone().map(|answer| {
        view! {
            <p>{say!(l, scheduling.ratings.answered, doctor = rating.doctor_name.as_str())}</p>
            <blockquote class="said" dir="auto">{answer}</blockquote>
        }
    });
    view! {
        <p>
            <strong>{say!(l, scheduling.ratings.stars, n = rating.stars)}</strong>
            " "
            <span class="quiet"><Moment at=rating.rated_at detail=Detail::Day/></span>
        </p>
        {words}
        {answer}
    }
}

/// The page with a doctor's own ratings.
#[component]
pub fn OwnRatingsPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let form = use_form::<AnswerRating, AnswerValues>().field(
        "answer",
        say!(l, scheduling.ratings.answer),
        say!(l, scheduling.ratings.answer_missing),
    );
    let asked = Memo::new(move |_| address.with(|address| (address.get("after"), address.get("answer"))));
    let ratings = Resource::new_blocking(move || (asked.get(), form.done().get()), |((after, _), _)| load_ratings(after));
    view! {
        <PageTitle text=say!(l, scheduling.ratings.own_title)/>
        <div class="lead">
            <h1>{say!(l, scheduling.ratings.own_title)}</h1>
            <p>{say!(l, scheduling.ratings.own_lead)}</p>
        </div>
        {switch(
            move || address.with(|address| address.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.ratings.answer_saved)/> }),
        )}
        {loaded(ratings, move |page| {
            let (after, answering) = asked.get_untracked();
            view! { <Own page after answering form/> }
        })}
        <p><a href="/doctor/profile">{say!(l, common.account.doctor_profile)}</a></p>
    }
    .into_any()
}

#[component]
fn Own(page: Page<RatingView>, after: Option<String>, answering: Option<String>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    if page.items.is_empty() {
        return view! {
            <EmptyState title=say!(l, scheduling.ratings.empty_title) text=say!(l, scheduling.ratings.empty)/>
        }
        .into_any();
    }
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/doctor/ratings{}", query(&[("after", after)]))
    });
    let rows = page.items.iter().map(|rating| {
        let id = rating.id.to_string();
        let is_chosen = answering.as_deref() == Some(id.as_str());
        let hidden = rating.hidden.clone().map(|reason| {
            view! {
                <p><Tag kind=TagKind::Warn text=say!(l, scheduling.ratings.hidden)/></p>
                <blockquote class="said" dir="auto">{reason}</blockquote>
            }
        });
        let answer = (rating.answer.is_none() && rating.hidden.is_none()).then(|| {
            if is_chosen {
                view! { <Answer rating=id.clone() form/> }.into_any()
            } else {
                let href = format!("/doctor/ratings{}", query(&[("after", after.as_deref()), ("answer", Some(id.as_str()))]));
                view! { <p><a href=href>{say!(l, scheduling.ratings.answer_this)}</a></p> }.into_any()
            }
        });
        view! { <li>{lines(l, rating)} {hidden} {answer}</li> }
    });
    let rows = rows.collect_view();
    view! {
        <ul class="list">{rows}</ul>
        <Pager paging/>
    }
    .into_any()
}

#[component]
fn Answer(rating: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    view! {
        <Form form>
            <input type="hidden" name="rating" value=rating.clone()/>
            <TextArea name="answer" hint=say!(l, scheduling.ratings.answer_hint)/>
            <div class="row">
                <SubmitButton label=say!(l, scheduling.ratings.answer_submit)/>
                <a href="/doctor/ratings">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
    }
}
