//! How the chat is shown: its panel, its messages, and the number of unread ones.

use super::{Chat, Line, LineState};
use kit::forms::{DraftLine, typing};
use kit::parts::{Detail, Icon, Moment, Sign, said, switch};
use kit::viewer::use_locale;
use leptos::html::Textarea;
use leptos::prelude::*;
use model::chat::LONGEST_MESSAGE;
use web_sys::HtmlTextAreaElement;
use words::{Locale, plural, say};

/// The most rows of the field for a message; a longer message is scrolled.
const MOST_ROWS: u32 = 6;

/// The word "Chat" with the number of unread messages, for the button or tab that shows the chat.
#[component]
pub(crate) fn ChatLabel(
    /// The chat.
    chat: Chat,
) -> impl IntoView {
    let l = use_locale();
    let unread = chat.unread;
    view! {
        <span class="word">{say!(l, visits.chat.title)}</span>
        <span class="badge num" aria-hidden="true" hidden=move || unread.get() == 0>{move || unread.get()}</span>
        <span class="hidden">{move || (unread.get() > 0).then(|| format!(" {}", unread_words(l, unread.get())))}</span>
    }
    .into_any()
}

/// Tells screen readers how many messages are unread.
#[component]
pub(crate) fn UnreadStatus(
    /// The chat.
    chat: Chat,
) -> impl IntoView {
    let l = use_locale();
    let unread = chat.unread;
    view! {
        <p class="hidden" role="status">{move || (unread.get() > 0).then(|| unread_words(l, unread.get()))}</p>
    }
    .into_any()
}

/// The chat panel.
#[component]
pub(crate) fn ChatPanel(
    /// The chat.
    chat: Chat,
) -> impl IntoView {
    let l = use_locale();
    let input = NodeRef::<Textarea>::new();
    let typed_at = StoredValue::new(0.0);
    let submit = move || {
        let Some(input) = input.get_untracked() else { return };
        let text = input.value();
        if !text.trim().is_empty() {
            chat.send(text);
            input.set_value("");
            fit(&input);
        }
        // If the focus cannot be moved, the page still works.
        let _ = input.focus();
    };
    Effect::new(move |_| {
        if let (Some(text), Some(input)) = (chat.writing.brought.get(), input.get())
            && input.value().is_empty()
        {
            input.set_value(&text);
            fit(&input);
        }
    });
    // While the panel is hidden, nothing in it has a height.
    Effect::new(move |_| {
        if chat.seen.get()
            && let Some(input) = input.get()
        {
            fit(&input);
        }
    });
    let is_empty = move || chat.lines.with(Vec::is_empty);
    let list = chat.list;
    Effect::new(move |_| {
        chat.lines.track();
        chat.seen.track();
        // Scrolls only the list to its end, so that the input field below does not move.
        if let Some(list) = list.get() {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    view! {
        <section class="chat" aria-labelledby="chat-title">
            <h2 id="chat-title">{say!(l, visits.chat.title)}</h2>
            <div node_ref=list class="messages" role="log" aria-live="polite" tabindex="0" aria-labelledby="chat-title">
                <p class="quiet" hidden=move || !is_empty()>{say!(l, visits.chat.empty)}</p>
                <For each=move || chat.lines.get() key=|line| line.key let:line>
                    <Message chat line/>
                </For>
            </div>
            <p class="quiet typing" role="status">
                {move || {
                    (chat.typing.get() > 0).then(|| say!(l, visits.chat.typing, name = chat.peer_name.get_value()))
                }}
            </p>
            <form
                class="write"
                on:submit=move |event| {
                    event.prevent_default();
                    submit();
                }
            >
                <label for="chat-text">{say!(l, visits.chat.label)}</label>
                <div class="line">
                    <textarea
                        id="chat-text"
                        dir="auto"
                        node_ref=input
                        rows="1"
                        maxlength=LONGEST_MESSAGE.to_string()
                        on:input=move |event| {
                            chat.says_typing(typed_at);
                            chat.writing.typed(event_target_value(&event));
                            if let Some(input) = input.get_untracked() {
                                fit(&input);
                            }
                        }
                        on:change=move |_| typing::flush()
                        on:keydown=move |event| {
                            if event.key() == "Enter" && !event.shift_key() && !is_of_input_method(&event) {
                                event.prevent_default();
                                submit();
                            }
                        }
                    ></textarea>
                    <button type="submit" class="button">
                        <Icon sign=Sign::Send/>
                        <span class="word">{say!(l, visits.chat.send)}</span>
                    </button>
                </div>
                <DraftLine state=chat.writing.state/>
            </form>
        </section>
    }
    .into_any()
}

#[component]
fn Message(chat: Chat, line: Line) -> impl IntoView {
    let l = use_locale();
    let (state, text) = (line.state.clone(), line.text.clone());
    let is_own = {
        let state = state.clone();
        move || match *state.read() {
            LineState::Arrived { from, .. } => chat.thread.get().is_some_and(|(_, side)| side == from),
            LineState::Sending { .. } | LineState::Failed { .. } => true,
        }
    };
    let about = switch(
        move || state.get(),
        move |state| match state {
            LineState::Arrived { from, sender_name, at, .. } => {
                let is_own = chat.thread.get_untracked().is_some_and(|(_, side)| side == from);
                let from = if is_own { say!(l, visits.chat.you).to_owned() } else { sender_name };
                view! { <strong>{said(from)}</strong> " " <Moment at detail=Detail::Time/> }.into_any()
            }
            LineState::Sending { .. } => view! { <span class="quiet">{say!(l, visits.chat.sending)}</span> }.into_any(),
            LineState::Failed { change } => {
                let line = line.clone();
                view! {
                    <span role="alert">{say!(l, visits.chat.not_sent)}</span>
                    " "
                    <button type="button" class="button plain" on:click=move |_| chat.deliver(line.clone(), change)>
                        {say!(l, visits.chat.retry)}
                    </button>
                }
                .into_any()
            }
        },
    );
    view! {
        <article class="message" class:own=is_own>
            <header>{about}</header>
            <p dir="auto">{text}</p>
        </article>
    }
    .into_any()
}

/// Makes the field as high as its text, from one row up to `MOST_ROWS`.
pub(crate) fn fit(field: &HtmlTextAreaElement) {
    for rows in 1..=MOST_ROWS {
        field.set_rows(rows);
        if field.scroll_height() <= field.client_height() {
            break;
        }
    }
}

/// "3 unread messages".
fn unread_words(l: Locale, unread: usize) -> String {
    let n = i64::try_from(unread).unwrap_or(i64::MAX);
    plural(n, say!(l, visits.chat.unread_singular, n = n), say!(l, visits.chat.unread_plural, n = n))
}

/// Whether the key press belongs to an input method, such as the Enter that confirms a Japanese or Chinese word. WebKit sends that Enter after the
/// end of the composition, with `isComposing` false and the code 229 (UI Events §7.3.1: "the keyCode is 229 while an IME processes the key").
pub(crate) fn is_of_input_method(event: &web_sys::KeyboardEvent) -> bool {
    const PROCESSED_BY_INPUT_METHOD: u32 = 229;
    event.is_composing() || event.key_code() == PROCESSED_BY_INPUT_METHOD
}
