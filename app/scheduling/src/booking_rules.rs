//! The page on which a doctor decides how patients book them.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Notice, NoticeKind, PageTitle, TextField, loaded, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::scheduling::BookingRules;
use serde::{Deserialize, Serialize};
use words::say;

/// The rules, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BookingRulesValues {
    /// Minutes before a visit; empty for none.
    pub buffer_before: String,
    /// Minutes after a visit; empty for none.
    pub buffer_after: String,
    /// How many minutes ahead a patient must book.
    pub notice: String,
    /// How many days ahead a patient may book.
    pub horizon: String,
    /// The largest number of visits on a day; empty for any number.
    pub most_per_day: String,
}

impl FormValues for BookingRulesValues {
    const FORM: &'static str = "scheduling.booking_rules";
}

impl From<&BookingRules> for BookingRulesValues {
    fn from(rules: &BookingRules) -> Self {
        Self {
            buffer_before: rules.buffer_before_mins.to_string(),
            buffer_after: rules.buffer_after_mins.to_string(),
            notice: rules.notice_mins.to_string(),
            horizon: rules.horizon_days.to_string(),
            most_per_day: rules.most_per_day.map(|number| number.to_string()).unwrap_or_default(),
        }
    }
}

/// Loads how patients book the signed-in doctor.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-booking-rules")]
pub async fn read_booking_rules() -> Result<BookingRules, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::scheduling::booking_rules(&request.domain, &request.access)).await
}

/// Changes how patients book the signed-in doctor.
///
/// # Errors
/// Wrong fields; `Stale`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "save-booking-rules")]
pub async fn save_booking_rules(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BookingRulesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{BookingRulesValues, Failure, FormReply, Posted};
    use domain::{
        error::retry,
        scheduling::{self, TypedBookingRules},
    };
    use kit::request::RequestContext;

    pub(super) async fn save(form: &Posted<BookingRulesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let BookingRulesValues { buffer_before, buffer_after, notice, horizon, most_per_day } = form.values.clone();
        let typed = TypedBookingRules { buffer_before, buffer_after, notice, horizon, most_per_day };
        retry(|| scheduling::change_booking_rules(&request.domain, &request.access, typed.clone(), version)).await?;
        // Loaded anew, so that the form begins again with the new version.
        Ok(FormReply::fresh("/doctor/hours/rules?saved=1"))
    }
}

/// The page with the rules.
#[component]
pub fn BookingRulesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<SaveBookingRules, BookingRulesValues>()
        .optional("buffer_before", say!(l, scheduling.rules.buffer_before))
        .malformed(say!(l, scheduling.rules.minutes_malformed))
        .optional("buffer_after", say!(l, scheduling.rules.buffer_after))
        .malformed(say!(l, scheduling.rules.minutes_malformed))
        .field("notice", say!(l, scheduling.rules.notice), say!(l, scheduling.rules.notice_missing))
        .malformed(say!(l, scheduling.rules.minutes_malformed))
        .noun(say!(l, scheduling.rules.notice_noun))
        .field("horizon", say!(l, scheduling.rules.horizon), say!(l, scheduling.rules.horizon_missing))
        .malformed(say!(l, scheduling.rules.horizon_malformed))
        .noun(say!(l, scheduling.rules.horizon_noun))
        .optional("most_per_day", say!(l, scheduling.rules.most_per_day))
        .malformed(say!(l, scheduling.rules.most_per_day_malformed));
    let rules = Resource::new_blocking(|| (), |()| read_booking_rules());
    view! {
        <PageTitle text=say!(l, scheduling.rules.title)/>
        <p><a href="/doctor/hours">"← " {say!(l, scheduling.hours.title)}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.rules.title)}</h1>
            <p>{say!(l, scheduling.rules.lead)}</p>
        </div>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.rules.saved)/> }),
        )}
        {loaded(rules, move |rules| view! { <Rules rules form/> })}
    }
}

#[component]
fn Rules(rules: BookingRules, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let form = form.editing(&BookingRulesValues::from(&rules), rules.version.into());
    let buffer_hint = say!(l, scheduling.rules.buffer_hint);
    view! {
        <Form form class="card">
            <TextField name="buffer_before" hint=buffer_hint inputmode="numeric" width="short" optional=true/>
            <TextField name="buffer_after" hint=buffer_hint inputmode="numeric" width="short" optional=true/>
            <TextField name="notice" hint=say!(l, scheduling.rules.notice_hint) inputmode="numeric" width="short"/>
            <TextField name="horizon" inputmode="numeric" width="short"/>
            <TextField name="most_per_day" hint=say!(l, scheduling.rules.most_per_day_hint) inputmode="numeric" width="short" optional=true/>
            <div class="row"><SubmitButton label=say!(l, scheduling.rules.submit)/></div>
        </Form>
    }
}
