//! The page on which a doctor or a desk says that nobody answers for some time.

use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{DateFields, Notice, NoticeKind, PageTitle, TextArea, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::chat::conversation::AwayNote;
use serde::{Deserialize, Serialize};
use words::say;

/// The note as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AwayValues {
    /// What patients read; empty for none.
    pub text: String,
    /// The day of the month of the last day.
    pub until_day: String,
    /// Its month.
    pub until_month: String,
    /// Its year.
    pub until_year: String,
}

impl FormValues for AwayValues {
    const FORM: &'static str = "chat.set_away_note";
    const KEEP: Keep = Keep::InPage;
}

/// Loads the note of the user, or of the desk at which they work.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "load-away-note")]
pub async fn load_away_note() -> Result<AwayNote, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::chat::away_note(&request.domain, &request.access)).await
}

/// Sets the note.
///
/// # Errors
/// Wrong fields; `Stale`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "set-away-note")]
pub async fn set_away_note(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AwayValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::set(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{AwayValues, Failure, FormReply, Posted};
    use domain::{chat, error::retry};
    use kit::request::RequestContext;
    use model::access::Role;
    use model::identity::DateFields;

    pub(super) async fn set(form: &Posted<AwayValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let role = request.access.acting()?.role;
        let AwayValues { text, until_day, until_month, until_year } = form.values.clone();
        let typed = [&until_day, &until_month, &until_year];
        let until = if text.trim().is_empty() || typed.iter().all(|part| part.trim().is_empty()) {
            None
        } else {
            let fields = DateFields { day: &until_day, month: &until_month, year: &until_year };
            let parsed = fields.parse();
            Some(parsed.map_err(|wrong| Failure::fields(wrong.into_iter().map(|fault| fault.under("until")).collect()))?)
        };
        let command = chat::SetAwayNote { text, until, version: form.version()? };
        retry(|| chat::set_away_note(&request.domain, &request.access, command.clone())).await?;
        let folder = if role == Role::Doctor { "/doctor/messages/away" } else { "/desk/messages/away" };
        Ok(FormReply::to(format!("{folder}?saved=1")))
    }
}

/// The page `/doctor/messages/away`.
#[component]
pub fn DoctorAwayPage() -> impl IntoView {
    page("/doctor/messages")
}

/// The page `/desk/messages/away`.
#[component]
pub fn DeskAwayPage() -> impl IntoView {
    page("/desk/messages")
}

fn page(folder: &'static str) -> AnyView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<SetAwayNote, AwayValues>().optional("text", say!(l, visits.messages.away_text)).date(
        "until",
        say!(l, visits.messages.away_day),
        say!(l, visits.messages.away_day_missing),
    );
    let note = Resource::new_blocking(move || form.done().get(), |_| load_away_note());
    view! {
        <PageTitle text=say!(l, visits.messages.away_title)/>
        <p><a href=folder>"← " {say!(l, visits.messages.all)}</a></p>
        <div class="lead">
            <h1>{say!(l, visits.messages.away_title)}</h1>
            <p>{say!(l, visits.messages.away_lead)}</p>
        </div>
        {loaded(note, move |note| {
            let part = |value: Option<i16>| value.map(|value| value.to_string()).unwrap_or_default();
            let values = AwayValues {
                text: note.text,
                until_day: part(note.until.map(|day| i16::from(day.day()))),
                until_month: part(note.until.map(|day| i16::from(day.month()))),
                until_year: part(note.until.map(|day| day.year())),
            };
            let form = form.editing(&values, i64::from(note.version));
            let saved = query.with_untracked(|query| query.get("saved")).map(|_| {
                view! { <Notice kind=NoticeKind::Good title=say!(l, visits.messages.away_saved)/> }
            });
            view! {
                {saved}
                <Form form class="card">
                    <TextArea name="text" hint=say!(l, visits.messages.away_text_hint)/>
                    <DateFields name="until"/>
                    <div class="row"><SubmitButton label=say!(l, visits.messages.away_submit)/></div>
                </Form>
            }
        })}
    }
    .into_any()
}
