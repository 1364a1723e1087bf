//! The diagnoses of a visit: searched in ICD-10-CM, put in order, removed again.

use super::find::{FindDiagnosis, FoundDiagnoses};
use super::panels::ConsultPanels;
use super::plain_names::named;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted};
use kit::parts::loaded;
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use model::records::{ConsultView, Icd10Code, KnownCodes};
use serde::{Deserialize, Serialize};
use server_fn::ServerFn;
use words::{Locale, say};

/// One change to the list.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct DiagnosesValues {
    /// The visit's id.
    pub encounter: String,
    /// The codes that the page showed, separated by commas.
    pub seen: String,
    /// The value of the button: `add`, `first`, `remove`, `star` or `unstar`, a colon, the code.
    pub change: String,
}

impl FormValues for DiagnosesValues {
    const FORM: &'static str = "records.diagnoses";
    const KEEP: Keep = Keep::Nowhere;
}

/// Changes the list of diagnoses.
///
/// # Errors
/// `DiagnosisUnknown`, `Stale`, `VisitEnded`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "change-diagnoses")]
pub async fn change_diagnoses(
    /// The posted form.
    #[server(flatten)]
    form: Posted<DiagnosesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{DiagnosesValues, Failure, FormReply, Posted};
    use crate::same_page;
    use domain::{
        error::retry,
        records::{self, MarkCode, ReplaceDiagnoses},
    };
    use kit::request::{RequestContext, posted_id};
    use model::errors::Code;

    pub(super) async fn change(form: &Posted<DiagnosesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        if let Some((mark, code)) = form.values.change.split_once(':')
            && matches!(mark, "star" | "unstar")
        {
            let command = MarkCode { code: code.to_owned(), is_favourite: mark == "star" };
            retry(|| records::mark_code(&request.domain, &request.access, command.clone())).await?;
            return Ok(same_page(form));
        }
        let seen: Vec<String> = form.values.seen.split(',').filter(|code| !code.is_empty()).map(str::to_owned).collect();
        let command = ReplaceDiagnoses {
            encounter: posted_id(&form.values.encounter)?,
            codes: changed(seen.clone(), &form.values.change).ok_or(Code::BodyMalformed)?,
            seen,
        };
        retry(|| records::replace_diagnoses(&request.domain, &request.access, command.clone())).await?;
        Ok(same_page(form))
    }

    /// The list of codes after the change that a button stands for; none for an unknown button.
    pub(super) fn changed(mut codes: Vec<String>, change: &str) -> Option<Vec<String>> {
        let (what, code) = change.split_once(':')?;
        if what != "add" {
            codes.retain(|known| known != code);
        }
        match what {
            "add" => codes.push(code.to_owned()),
            "first" => codes.insert(0, code.to_owned()),
            "remove" => {}
            _ => return None,
        }
        Some(codes)
    }
}

/// The diagnoses of a visit, and the search for more.
#[component]
pub fn DiagnosisPicker(
    /// The panels of the visit.
    panels: ConsultPanels,
) -> impl IntoView {
    let l = use_locale();
    let ConsultPanels { diagnoses: form, chosen, found, typed, .. } = panels;
    view! {
        <section class="lead">
            <h2>{say!(l, records.diagnoses.title)}</h2>
            {loaded(chosen, move |consult| view! { <Chosen consult form found typed/> })}
        </section>
    }
    .into_any()
}

#[component]
fn Chosen(
    consult: ConsultView,
    form: FormHandle,
    found: Resource<Result<FoundDiagnoses, Failure>>,
    typed: RwSignal<Option<String>>,
) -> impl IntoView {
    let l = use_locale();
    let ended = consult.ended_at.is_some();
    let seen: Vec<String> = consult.diagnoses.iter().map(|diagnosis| diagnosis.code.clone()).collect();
    let known = StoredValue::new(seen.clone());
    let seen = seen.join(",");
    let encounter = consult.encounter.to_string();
    let diagnoses = StoredValue::new(consult.diagnoses);
    let search = (!ended).then(|| view! { <Search typed/> });
    view! {
        {search}
        <Form form>
            <input type="hidden" name="encounter" value=encounter.clone()/>
            <input type="hidden" name="seen" value=seen.clone()/>
            {(!ended).then(|| loaded(found, move |found| view! { <Found found known=known.get_value()/> }))}
            {diagnoses.with_value(|diagnoses| {
                if diagnoses.is_empty() {
                    return view! { <p class="quiet">{say!(l, records.diagnoses.none)}</p> }.into_any();
                }
                let lines: Vec<_> = diagnoses
                    .iter()
                    .enumerate()
                    .map(|(place, diagnosis)| {
                        let code = diagnosis.code.clone();
                        let name = named(diagnosis.plain.clone(), diagnosis.description.clone());
                        let first = (place > 0 && !ended).then(|| change_button(
                            format!("first:{code}"),
                            say!(l, records.diagnoses.first),
                            say!(l, records.diagnoses.first_of, code = code.clone()),
                        ));
                        let remove = (!ended).then(|| change_button(
                            format!("remove:{code}"),
                            say!(l, records.diagnoses.remove),
                            say!(l, records.diagnoses.remove_of, code = code.clone()),
                        ));
                        view! {
                            <li>
                                <strong>{name}</strong> " " <span class="quiet num">{code}</span>
                                <div class="row">{first} {remove}</div>
                            </li>
                        }
                    })
                    .collect();
                view! { <ol class="list">{lines}</ol> }.into_any()
            })}
        </Form>
    }
    .into_any()
}

/// A button of the list. Its accessible name says which diagnosis it is for.
fn change_button(value: String, text: &'static str, label: String) -> impl IntoView {
    view! { <button type="submit" class="button plain" name="change" value=value aria-label=label>{text}</button> }
}

/// The search. With wasm it searches while the user types; without wasm it loads the page with the results.
#[component]
pub(super) fn Search(typed: RwSignal<Option<String>>) -> impl IntoView {
    let l = use_locale();
    let back = use_location().pathname.get_untracked();
    let input = NodeRef::<leptos::html::Input>::new();
    let search_now = move || {
        // The timer may fire after this part of the page was removed.
        if let Some(input) = input.try_get_untracked().flatten() {
            typed.try_set(Some(input.value()));
        }
    };
    let later = StoredValue::new(None::<TimeoutHandle>);
    let cancel = move || {
        if let Some(waiting) = later.try_get_value().flatten() {
            waiting.clear();
        }
    };
    on_cleanup(cancel);
    let soon = move || {
        cancel();
        later.set_value(set_timeout_with_handle(search_now, std::time::Duration::from_millis(250)).ok());
    };
    view! {
        <form
            class="form"
            method="post"
            action=FindDiagnosis::url()
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                search_now();
            }
        >
            <input type="hidden" name="back" value=back/>
            <div class="field">
                <label for="diagnosis-query">{say!(l, records.diagnoses.search)}</label>
                <small id="diagnosis-query-hint">{say!(l, records.diagnoses.search_hint)}</small>
                <div class="row">
                    <input
                        class="grow"
                        type="search"
                        dir="auto"
                        id="diagnosis-query"
                        name="query"
                        autocomplete="off"
                        spellcheck="false"
                        maxlength="100"
                        aria-describedby="diagnosis-query-hint"
                        node_ref=input
                        on:input=move |_| soon()
                    />
                    <button type="submit" class="button plain">{say!(l, records.diagnoses.look)}</button>
                </div>
            </div>
        </form>
    }
    .into_any()
}

/// The search results, each with a button that adds it. Before anything is typed, the user's favourites and what they have recorded lately.
#[component]
fn Found(found: FoundDiagnoses, known: Vec<String>) -> impl IntoView {
    let l = use_locale();
    let FoundDiagnoses { query, codes, known: KnownCodes { favourites, recent } } = found;
    let starred: Vec<String> = favourites.iter().map(|code| code.code.clone()).collect();
    let offered = |codes: Vec<Icd10Code>| codes.into_iter().filter(|code| !known.contains(&code.code)).collect::<Vec<_>>();
    let list = |codes: Vec<Icd10Code>, label: &'static str| {
        let lines: Vec<_> = codes.into_iter().map(|code| line(l, code, &starred)).collect();
        view! { <ul class="list" aria-label=label>{lines}</ul> }.into_any()
    };
    if query.trim().chars().count() < 2 {
        let named_list = |codes: Vec<Icd10Code>, label: &'static str| {
            let codes = offered(codes);
            (!codes.is_empty()).then(|| view! { <h3>{label}</h3> {list(codes, label)} })
        };
        let favourites = named_list(favourites, say!(l, records.diagnoses.favourites));
        let recent = named_list(recent, say!(l, records.diagnoses.recent));
        return view! { {favourites} {recent} }.into_any();
    }
    let codes = offered(codes);
    if codes.is_empty() {
        return view! { <p role="status">{say!(l, records.diagnoses.nothing)}</p> }.into_any();
    }
    list(codes, say!(l, records.diagnoses.found))
}

/// A code that can be added, and made a favourite.
fn line(l: Locale, found: Icd10Code, starred: &[String]) -> AnyView {
    let Icd10Code { code, description, plain } = found;
    let add = change_button(
        format!("add:{code}"),
        say!(l, records.diagnoses.add),
        say!(l, records.diagnoses.add_of, code = code.clone()),
    );
    let star = if starred.contains(&code) {
        let label = say!(l, records.diagnoses.unstar_of, code = code.clone());
        change_button(format!("unstar:{code}"), say!(l, records.diagnoses.unstar), label).into_any()
    } else {
        let label = say!(l, records.diagnoses.star_of, code = code.clone());
        change_button(format!("star:{code}"), say!(l, records.diagnoses.star), label).into_any()
    };
    view! {
        <li class="row">
            <span class="grow">{named(plain, description)} " " <span class="quiet num">{code}</span></span>
            {add}
            {star}
        </li>
    }
    .into_any()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::post::changed;

    #[test]
    fn a_button_changes_the_list_that_was_seen() {
        let codes = || ["A09", "I10"].map(str::to_owned).to_vec();
        assert_eq!(changed(codes(), "add:J45.909").expect("a change"), ["A09", "I10", "J45.909"]);
        assert_eq!(changed(codes(), "first:I10").expect("a change"), ["I10", "A09"]);
        assert_eq!(changed(codes(), "remove:A09").expect("a change"), ["I10"]);
        assert_eq!(changed(codes(), "drop:A09"), None);
        assert_eq!(changed(codes(), ""), None);
    }
}
