//! The chat message being typed, kept as a draft until it is sent.

use kit::forms::typing::{self, DraftState, Origin, TextKey};
use kit::forms::{DiscardValues, Posted, discard_draft, start_form};
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos::task::spawn_local;
use model::drafts::DraftSubject;
use model::ids::EncounterId;
use serde_json::{Value, json};

/// The form name of the draft. The chat does not use `Form`, because it sends its messages itself.
const FORM: &str = "visits.chat";
const TEXT: &str = "text";

/// The message being typed, and the state of its draft.
#[derive(Clone, Copy)]
pub(super) struct Writing {
    visit: EncounterId,
    origin: RwSignal<Option<Origin>>,
    /// The patient for whom the page was opened; empty for a doctor.
    acts_for: StoredValue<String>,
    /// Text that was typed before the draft's key was loaded.
    early: StoredValue<Option<String>>,
    /// Text to restore that was written before this page was opened.
    pub(super) brought: RwSignal<Option<String>>,
    /// The state of the draft.
    pub(super) state: RwSignal<DraftState>,
}

impl Writing {
    pub(super) fn new(visit: EncounterId) -> Self {
        on_cleanup(typing::flush);
        Self {
            visit,
            origin: RwSignal::new(None),
            acts_for: StoredValue::new(use_viewer().acts_for().map(|patient| patient.to_string()).unwrap_or_default()),
            early: StoredValue::new(None),
            brought: RwSignal::new(None),
            state: RwSignal::new(DraftState::Untouched),
        }
    }

    fn key(self) -> TextKey {
        TextKey { form: FORM, about: DraftSubject::Visit(self.visit).to_string() }
    }

    /// Restores the written text and loads a key for the draft. It is called again after each message, because sending a message closes the key's
    /// draft.
    pub(super) async fn load(self) {
        let key = self.key();
        let confirmations = typing::confirmations();
        // If this fails, the text stays in the page, and the next message tries again.
        let Ok(start) = start_form(FORM.to_owned(), None, Some(key.about.clone())).await else { return };
        let text = |values: &Value| values[TEXT].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let recalled = typing::recall(&key, Some(confirmations));
        let brought =
            recalled.map(|recalled| (recalled.values, recalled.page)).or(start.kept.map(|kept| (kept.values, kept.page)));
        let shown = brought.as_ref().map(|(_, page)| page.clone()).unwrap_or_default();
        let Some(opened_for) = self.acts_for.try_get_value() else { return };
        let origin = Origin {
            key,
            author: start.author,
            page: start.idempotency_key,
            shown,
            version: String::new(),
            opened_for,
            state: self.state,
        };
        self.origin.try_set(Some(origin));
        if let Some(text) = self.early.try_update_value(Option::take).flatten() {
            self.typed(text);
        } else if let Some(text) = brought.and_then(|(values, _)| text(&values)) {
            self.brought.try_set(Some(text));
        }
    }

    /// Called when the typed message has become `text`.
    pub(super) fn typed(self, text: String) {
        match self.origin.try_get_untracked().flatten() {
            Some(origin) => typing::typed(&origin, json!({ TEXT: text })),
            None => self.early.set_value(Some(text)),
        }
    }

    /// The number of the text's last change.
    pub(super) fn change(self) -> u32 {
        typing::number(&self.key())
    }

    /// Called when the message with this change has arrived: closes its draft. Text that was typed since then stays.
    pub(super) fn sent(self, change: u32) {
        let Some(Some(origin)) = self.origin.try_get_untracked() else { return };
        if typing::sent(&origin.key, change) {
            self.state.try_set(DraftState::Untouched);
            self.brought.try_set(None);
        }
        let values = DiscardValues { form: FORM.to_owned(), about: origin.key.about.clone(), shown: origin.shown };
        let posted = Posted { values, idempotency_key: origin.page, back: "/".to_owned(), ..Posted::default() };
        spawn_local(async move {
            // If the draft could not be closed, its text is restored once more; the chat shows that it was sent.
            let _ = discard_draft(posted).await;
            self.load().await;
        });
    }
}
