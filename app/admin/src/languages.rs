//! The languages that doctors and patients can choose from: which are offered, and in which order.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Detail, Moment, Notice, NoticeKind, PageTitle, TextArea, ZoneNote, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{LanguageList, LanguageListVersion, SpokenLanguage, spoken_language_name};
use serde::{Deserialize, Serialize};
use words::say;

/// The languages as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LanguagesValues {
    /// Their English names or tags, one on each line.
    pub languages: String,
}

impl FormValues for LanguagesValues {
    const FORM: &'static str = "admin.languages";
}

/// Loads the languages that are offered, with the lists before.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for everybody but administrators of the organisation.
#[server(prefix = "/do", endpoint = "load-managed-languages")]
pub async fn load_managed_languages() -> Result<LanguageList, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::managed_languages(&request.domain, &request.access)).await
}

/// Chooses the languages that are offered.
///
/// # Errors
/// Wrong fields; `Stale`; `Forbidden`.
#[server(prefix = "/do", endpoint = "choose-languages")]
pub async fn choose_languages(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LanguagesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::choose(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, LanguagesValues, Posted};
    use domain::{directory, error::retry};
    use kit::request::RequestContext;

    pub(super) async fn choose(form: &Posted<LanguagesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let languages = form.values.languages.lines().map(str::to_owned).collect();
        let command = directory::ChooseLanguages { languages, version: form.version()? };
        retry(|| directory::choose_languages(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/admin/languages?saved=1"))
    }
}

/// The page `/admin/languages`.
#[component]
pub fn LanguagesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let form = use_form::<ChooseLanguages, LanguagesValues>().field(
        "languages",
        say!(l, admin.languages.list),
        say!(l, admin.languages.list_missing),
    );
    let done = form.done();
    let list = Resource::new_blocking(move || done.get(), |_| load_managed_languages());
    view! {
        <PageTitle text=say!(l, admin.languages.title)/>
        <p><a href="/admin/clinics">"← " {say!(l, admin.clinics.title)}</a></p>
        <h1>{say!(l, admin.languages.title)}</h1>
        <p>{say!(l, admin.languages.lead)}</p>
        {switch(
            move || query.with(|query| query.get("saved").is_some()),
            move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.languages.saved)/> }),
        )}
        {loaded(list, move |list| view! { <Languages list form/> })}
    }
}

/// The English names of languages.
fn names(tags: &[String]) -> Vec<String> {
    tags.iter().map(|tag| spoken_language_name(tag).to_owned()).collect()
}

#[component]
fn Languages(list: LanguageList, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let LanguageList { version, tags, history } = list;
    let form = form.editing(&LanguagesValues { languages: names(&tags).join("\n") }, version.into());
    let all: Vec<&str> = SpokenLanguage::all().map(|language| language.name).collect();
    view! {
        <Form form class="card">
            <TextArea name="languages" hint=say!(l, admin.languages.list_hint) rows=12/>
            <p>{say!(l, admin.languages.keep_hint)}</p>
            <div class="row">
                <SubmitButton label=say!(l, admin.languages.save)/>
                <a href="/admin/clinics">{say!(l, common.dialog.cancel)}</a>
            </div>
        </Form>
        <Card title=say!(l, admin.languages.all)>
            <p>{all.join(", ")}</p>
        </Card>
        {(!history.is_empty()).then(|| view! { <History versions=history/> })}
    }
}

#[component]
fn History(versions: Vec<LanguageListVersion>) -> impl IntoView {
    let l = use_locale();
    let items: Vec<_> = versions
        .into_iter()
        .map(|version| {
            view! {
                <li>
                    {names(&version.tags).join(", ")}
                    <br/>
                    <Moment at=version.at detail=Detail::Short/>
                    {version.by.map(|by| view! { ", " {said(by)} })}
                </li>
            }
        })
        .collect();
    view! {
        <Card title=say!(l, admin.languages.history)>
            <ZoneNote/>
            <ul class="list">{items}</ul>
        </Card>
    }
}
