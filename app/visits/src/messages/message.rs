//! One message of a conversation.

use super::talk::{Line, LineState, Talk};
use kit::parts::{Detail, FileList, Moment, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::chat::conversation::Writer;
use words::{plural, say};

/// How much of a quoted message is shown, in characters.
const QUOTED: usize = 160;

/// A message with who wrote it, what it answers, and how far it has got.
#[component]
pub(super) fn Message(
    /// The conversation.
    talk: Talk,
    /// The message.
    line: Line,
    /// The side of the reader.
    side: Writer,
    /// The address of the conversation.
    base: StoredValue<String>,
) -> impl IntoView {
    let l = use_locale();
    let state = line.state.clone();
    let is_ours = {
        let state = state.clone();
        move || match &*state.read() {
            LineState::Arrived { side: of, .. } => *of == side,
            LineState::Waiting | LineState::Refused(_) => true,
        }
    };
    let progress = {
        let state = state.clone();
        move || match &*state.read() {
            LineState::Arrived { position, own: true, .. } => {
                let marks = talk.marks.get();
                Some(if *position <= marks.seen {
                    say!(l, visits.messages.read)
                } else if *position <= marks.delivered {
                    say!(l, visits.messages.delivered)
                } else {
                    say!(l, visits.messages.sent)
                })
            }
            LineState::Arrived { .. } | LineState::Waiting | LineState::Refused(_) => None,
        }
    };
    let (quotes, text) = (line.quotes, line.text.clone());
    let quoted = quotes.map(|position| {
        let shown = move || quoted_text(talk, position).unwrap_or_else(|| say!(l, visits.messages.quoted, n = position));
        view! { <blockquote class="quiet" dir="auto">{shown}</blockquote> }
    });
    let files = {
        let (state, waits) = (state.clone(), line.files.len());
        switch(
            move || match &*state.read() {
                LineState::Arrived { files, .. } => files.clone(),
                LineState::Waiting | LineState::Refused(_) => Vec::new(),
            },
            move |files| {
                if !files.is_empty() {
                    return view! { <FileList items=files empty=""/> }.into_any();
                }
                let n = i64::try_from(waits).unwrap_or(i64::MAX);
                let text = plural(
                    n,
                    say!(l, visits.messages.files_waiting_one, n = n),
                    say!(l, visits.messages.files_waiting_many, n = n),
                );
                (waits > 0).then(|| view! { <p class="quiet">{text}</p> }).into_any()
            },
        )
    };
    let about = switch(
        move || state.get(),
        move |state| match state {
            LineState::Arrived { own, sender_name, at, position, .. } => {
                let from = if own { say!(l, visits.messages.you).to_owned() } else { sender_name };
                let answer = base.with_value(|base| format!("{base}?quote={position}"));
                let quote = move |event: leptos::ev::MouseEvent| {
                    event.prevent_default();
                    talk.quoted.set(Some(position));
                };
                view! {
                    <strong>{said(from)}</strong>
                    " "
                    <Moment at detail=Detail::Short/>
                    " "
                    <a href=answer hidden=move || talk.closed.get() on:click=quote>
                        {say!(l, visits.messages.answer_this)}
                        <span class="hidden">{format!(" {position}")}</span>
                    </a>
                }
                .into_any()
            }
            LineState::Waiting => view! { <span class="quiet">{say!(l, visits.messages.sending)}</span> }.into_any(),
            LineState::Refused(failure) => {
                let (line, key) = (line.clone(), line.key);
                view! {
                    <span role="alert">{say!(l, visits.messages.not_sent)} " " {failure.message(l)}</span>
                    " "
                    <button type="button" class="button plain" on:click=move |_| talk.send_again(&line)>
                        {say!(l, visits.messages.retry)}
                    </button>
                    " "
                    <button type="button" class="button plain" on:click=move |_| talk.discard(key)>
                        {say!(l, visits.messages.discard)}
                    </button>
                }
                .into_any()
            }
        },
    );
    view! {
        <article class="message" class:own=is_ours>
            <header>{about}</header>
            {quoted}
            <p dir="auto">{text}</p>
            {files}
            <footer class="quiet">{progress}</footer>
        </article>
    }
    .into_any()
}

/// The beginning of the message at this position, if the list has it.
pub(super) fn quoted_text(talk: Talk, position: i64) -> Option<String> {
    talk.lines.with(|lines| {
        let line = lines.iter().find(|line| line.position() == Some(position))?;
        let cut: String = line.text.chars().take(QUOTED).collect();
        Some(if cut.len() < line.text.len() { format!("{cut}…") } else { cut })
    })
}
