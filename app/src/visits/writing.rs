//! The message that is being written in the chat, kept as a draft until it is sent.

use crate::forms::typing::{self, DraftState, Origin, TextKey};
use crate::forms::{DiscardValues, Posted, discard_draft, start_form};
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::drafts::DraftSubject;
use model::ids::EncounterId;
use serde_json::{Value, json};

/// The name of the draft. The chat is no `Form`: it sends by itself.
const FORM: &str = "visits.chat";
const TEXT: &str = "text";

/// What is being written, and how its draft stands.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    visit: EncounterId,
    origin: RwSignal<Option<Origin>>,
    /// What was typed before the draft's key had come.
    early: StoredValue<Option<String>>,
    /// What was written before this page was opened.
    pub(super) brought: RwSignal<Option<String>>,
    /// How the draft stands.
    pub(super) state: RwSignal<DraftState>,
}

impl Writing {
    pub(super) fn new(visit: EncounterId) -> Self {
        on_cleanup(typing::flush);
        Self {
            visit,
            origin: RwSignal::new(None),
            early: StoredValue::new(None),
            brought: RwSignal::new(None),
            state: RwSignal::new(DraftState::Untouched),
        }
    }

    fn key(self) -> TextKey {
        TextKey { form: FORM, about: DraftSubject::Visit(self.visit).to_string() }
    }

    /// Brings back what was written, and gets the key under which it is kept. Called again after each message: a key ends with the text that
    /// was sent.
    pub(super) async fn load(self) {
        let key = self.key();
        // Without an answer the text stays in the page, and the next message asks again.
        let Ok(start) = start_form(FORM.to_owned(), None, Some(key.about.clone())).await else { return };
        let text = |values: &Value| values[TEXT].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let recalled = typing::recall(&key, Some(start.read_at));
        let brought =
            recalled.map(|recalled| (recalled.values, recalled.page)).or(start.kept.map(|kept| (kept.values, kept.page)));
        let shown = brought.as_ref().map(|(_, page)| page.clone()).unwrap_or_default();
        let origin =
            Origin { key, author: start.author, page: start.idempotency_key, shown, version: String::new(), state: self.state };
        self.origin.try_set(Some(origin));
        if let Some(text) = self.early.try_update_value(Option::take).flatten() {
            self.typed(text);
        } else if let Some(text) = brought.and_then(|(values, _)| text(&values)) {
            self.brought.try_set(Some(text));
        }
    }

    /// The message is `text` now.
    pub(super) fn typed(self, text: String) {
        match self.origin.try_get_untracked().flatten() {
            Some(origin) => typing::typed(&origin, json!({ TEXT: text })),
            None => self.early.set_value(Some(text)),
        }
    }

    /// The number of the last change of the text.
    pub(super) fn change(self) -> u32 {
        typing::number(&self.key())
    }

    /// The message with this change has arrived: its draft has done its work. What was written since stays.
    pub(super) fn sent(self, change: u32) {
        let Some(Some(origin)) = self.origin.try_get_untracked() else { return };
        if typing::sent(&origin.key, change) {
            self.state.try_set(DraftState::Untouched);
            self.brought.try_set(None);
        }
        let values = DiscardValues { form: FORM.to_owned(), about: origin.key.about.clone(), shown: origin.shown };
        let posted = Posted { values, idempotency_key: origin.page, back: "/".to_owned(), ..Posted::default() };
        spawn_local(async move {
            // A draft that could not be ended comes back once more; the conversation shows that it was sent.
            let _ = discard_draft(posted).await;
            self.load().await;
        });
    }
}
