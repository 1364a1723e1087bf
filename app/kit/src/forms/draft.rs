//! How a form shows its draft: what was restored, how to discard it, and whether it is saved.

use super::context::Labelled;
use super::kept::{DiscardDraft, DiscardValues, discard_draft};
use super::path;
use super::typing::{DraftState, Recalled};
use super::{FormHandle, KeptDraft, Posted, typing};
use crate::parts::{Detail, Moment, switch};
use crate::viewer::use_locale;
use jiff::Timestamp;
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde_json::Value;
use server_fn::ServerFn;
use web_sys::SubmitEvent;
use words::say;

/// A draft that is restored into a form.
#[derive(Clone)]
pub(super) struct Brought {
    pub(super) values: Value,
    /// The page that wrote it (the key of its form).
    pub(super) page: String,
    /// When the server last saved it; none when the server does not have it yet.
    pub(super) saved_at: Option<Timestamp>,
    /// Fields whose saved value changed after the draft was started: their labels and the values saved now.
    pub(super) changed_since: Vec<(String, String)>,
}

/// Returns the draft to restore: the one that this page remembers, else the one on the server. None if it is the same as what is saved.
pub(super) fn brought_back(
    recalled: Option<Recalled>,
    kept: Option<KeptDraft>,
    labels: &[Labelled],
    saved: &Value,
    version: &str,
) -> Option<Brought> {
    let (values, base, page, saved_at) = match (recalled, kept) {
        (Some(Recalled { values, version, page, saved_at }), _) => (values, version, page, saved_at),
        (None, Some(KeptDraft { values, version, page, saved_at })) => (values, Some(version), page, Some(saved_at)),
        (None, None) => return None,
    };
    if !is_of_the_same(labels, &values, saved) || !differs(labels, &values, saved) {
        return None;
    }
    let is_stale = base.is_some_and(|base| base != version);
    let changed_since = if is_stale { changed_fields(labels, &values, saved) } else { Vec::new() };
    Some(Brought { values, page, saved_at, changed_since })
}

/// The top-level member of the values that holds a declared field.
fn top(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_empty),
        Value::Object(members) => members.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Whether any declared field differs.
fn differs(labels: &[Labelled], values: &Value, saved: &Value) -> bool {
    labels.iter().any(|labelled| {
        let (typed, saved) = (&values[top(&labelled.name)], &saved[top(&labelled.name)]);
        typed != saved && !(is_empty(typed) && is_empty(saved))
    })
}

/// Whether the form's hidden ids are those of the draft: a draft of the hours at one clinic must not appear in the form for another clinic.
fn is_of_the_same(labels: &[Labelled], values: &Value, saved: &Value) -> bool {
    let Value::Object(members) = saved else { return true };
    let is_declared = |name: &str| labels.iter().any(|labelled| top(&labelled.name) == name);
    members.iter().filter(|(name, value)| !is_declared(name) && !is_empty(value)).all(|(name, value)| {
        let typed = &values[name.as_str()];
        is_empty(typed) || typed == value
    })
}

/// The labels and saved values of the fields whose saved value differs from the draft.
fn changed_fields(labels: &[Labelled], values: &Value, saved: &Value) -> Vec<(String, String)> {
    let fields = labels.iter().filter(|labelled| !labelled.name.contains('#'));
    fields
        .filter_map(|labelled| {
            let now = path::typed(saved, &labelled.name);
            (now != path::typed(values, &labelled.name)).then(|| (labelled.label.clone(), now))
        })
        .collect()
}

/// The id of the form that discards the draft. That form is a sibling of the form itself, because forms cannot be nested.
fn discard_id(form: FormHandle) -> String {
    format!("discard-{}", form.name.replace(['.', '_'], "-"))
}

/// Says that a draft was restored and which fields were saved in the meantime, and lets the user discard the draft.
#[component]
pub(super) fn BroughtBack(form: FormHandle, brought: Brought) -> impl IntoView {
    let l = use_locale();
    let when = match brought.saved_at {
        Some(at) => view! { {say!(l, common.draft.brought)} " " <Moment at detail=Detail::Short/> }.into_any(),
        None => say!(l, common.draft.brought_now).into_any(),
    };
    let changed = (!brought.changed_since.is_empty()).then(|| {
        let fields: Vec<_> = brought
            .changed_since
            .into_iter()
            .map(|(label, text)| {
                let text = if text.is_empty() { say!(l, common.draft.empty).to_owned() } else { text };
                view! { <dt>{label}</dt> <dd dir="auto" class="lines">{text}</dd> }
            })
            .collect();
        view! {
            <p><strong>{say!(l, common.draft.changed)}</strong></p>
            <dl class="facts">{fields}</dl>
        }
    });
    view! {
        <section class="note info" data-draft="brought">
            <p>{when}</p>
            {changed}
            <div class="row">
                <button type="submit" class="button plain" form=discard_id(form)>{say!(l, common.draft.discard)}</button>
            </div>
        </section>
    }
    .into_any()
}

/// The hidden form that discards the draft.
#[component]
pub(super) fn DiscardForm(form: FormHandle, page: String, shown: String, back: String) -> impl IntoView {
    let about = form.about.get_untracked();
    let values = DiscardValues { form: form.name.to_owned(), about: about.clone(), shown: shown.clone() };
    let posted = Posted { values, idempotency_key: page.clone(), back: back.clone(), ..Posted::default() };
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        let posted = posted.clone();
        let key = form.key();
        spawn_local(async move {
            if discard_draft(posted).await.is_ok() {
                typing::sent(&key, typing::number(&key));
                form.state.try_set(DraftState::Untouched);
                form.start_afresh();
            }
        });
    };
    let action = DiscardDraft::url();
    view! {
        <form id=discard_id(form) method="post" action=action hidden on:submit=submit>
            <input type="hidden" name="form" value=form.name/>
            <input type="hidden" name="about" value=about/>
            <input type="hidden" name="shown" value=shown/>
            <input type="hidden" name="idempotency_key" value=page/>
            <input type="hidden" name="back" value=back/>
        </form>
    }
    .into_any()
}

/// The state of the draft, in a line at the end of the form. A screen reader announces when it is saved, at most once a minute, and every problem,
/// but not each keystroke.
#[component]
pub fn DraftLine(
    /// The state.
    state: RwSignal<DraftState>,
) -> impl IntoView {
    let l = use_locale();
    let unsaved = move || matches!(state.get(), DraftState::Unsaved);
    // The state that was announced last. While the user types on, it stays in the page, visually hidden.
    let heard = Memo::new(move |before: Option<&DraftState>| match state.get() {
        DraftState::Unsaved => before.copied().unwrap_or_default(),
        other => other,
    });
    let line = switch(
        move || heard.get(),
        move |state| match state {
            DraftState::Untouched | DraftState::Unsaved => ().into_any(),
            DraftState::Saved { at, replaced_another } => view! {
                {say!(l, common.draft.saved)} " " <Moment at detail=Detail::Time/>
                {replaced_another.then(|| format!(" {}", say!(l, common.draft.elsewhere)))}
            }
            .into_any(),
            DraftState::SignedOut => view! {
                {say!(l, common.draft.signed_out)} " "
                <a href="/sign-in" target="_blank" rel="noopener">{say!(l, common.draft.sign_in)}</a>
            }
            .into_any(),
            DraftState::SomebodyElse => say!(l, common.draft.somebody_else).into_any(),
            DraftState::Unreachable => say!(l, common.draft.unreachable).into_any(),
            DraftState::Refused => say!(l, common.draft.refused).into_any(),
        },
    );
    view! {
        <p class="quiet" data-draft="state" hidden=move || state.get() == DraftState::Untouched>
            <span aria-live="polite" class:hidden=unsaved>{line}</span>
            <span>{move || unsaved().then(|| say!(l, common.draft.unsaved))}</span>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn labels() -> Vec<Labelled> {
        ["plan", "monday.from1"]
            .map(|name| Labelled { name: name.into(), label: name.to_uppercase(), ..Labelled::default() })
            .to_vec()
    }

    fn kept(values: Value, version: &str) -> Option<KeptDraft> {
        Some(KeptDraft { values, version: version.to_owned(), page: "p".to_owned(), saved_at: Timestamp::UNIX_EPOCH })
    }

    #[test]
    fn what_is_saved_already_is_not_brought_back() {
        let saved = json!({ "visit": "7", "plan": "Rest", "monday": { "from1": "" } });
        assert!(brought_back(None, kept(json!({ "visit": "7", "plan": "Rest" }), "1"), &labels(), &saved, "2").is_none());
        assert!(brought_back(None, kept(json!({ "visit": "7", "plan": "" }), ""), &labels(), &Value::Null, "").is_none());
        let brought =
            brought_back(None, kept(json!({ "visit": "7", "plan": "Tea" }), "1"), &labels(), &saved, "1").expect("another plan");
        assert!(brought.changed_since.is_empty());
        let nested = json!({ "visit": "7", "plan": "Rest", "monday": { "from1": "09:00" } });
        assert!(brought_back(None, kept(nested, "1"), &labels(), &saved, "1").is_some());
    }

    #[test]
    fn what_was_saved_since_is_shown_beside_the_draft() {
        let saved = json!({ "visit": "7", "plan": "Rest" });
        let brought =
            brought_back(None, kept(json!({ "visit": "7", "plan": "Tea" }), "1"), &labels(), &saved, "2").expect("a draft");
        assert_eq!(brought.changed_since, [("PLAN".to_owned(), "Rest".to_owned())]);
        // Typed while the form was being submitted, so it builds on the submitted values.
        let recalled =
            Recalled { values: json!({ "plan": "Rest and tea" }), version: None, page: "p".to_owned(), saved_at: None };
        assert!(brought_back(Some(recalled), None, &labels(), &saved, "2").expect("newer text").changed_since.is_empty());
    }

    #[test]
    fn the_draft_of_another_thing_stays_away() {
        let saved = json!({ "clinic": "7", "plan": "Rest" });
        assert!(brought_back(None, kept(json!({ "clinic": "8", "plan": "Tea" }), "1"), &labels(), &saved, "1").is_none());
    }
}
