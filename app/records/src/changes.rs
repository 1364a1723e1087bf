//! What one version of a note changes in the one before it, for eyes and for screen readers, and without colours.

use kit::viewer::use_locale;
use leptos::prelude::*;
use model::records::{ChangeKind, NoteChange, NoteChanges};
use words::{Locale, say};

/// The changes of a version, folded.
#[component]
pub(super) fn Changes(
    /// The changes.
    changes: NoteChanges,
    /// The number of the version before.
    before: i64,
) -> impl IntoView {
    let l = use_locale();
    let parts = [
        (say!(l, records.notes.subjective), changes.subjective),
        (say!(l, records.notes.objective), changes.objective),
        (say!(l, records.notes.assessment), changes.assessment),
        (say!(l, records.notes.plan), changes.plan),
    ];
    let parts: Vec<_> = parts
        .into_iter()
        .filter(|(_, pieces)| !pieces.is_empty())
        .map(|(label, pieces)| {
            let pieces: Vec<_> = pieces.into_iter().map(|piece| shown(l, piece)).collect();
            view! { <dt>{label}</dt> <dd class="lines" dir="auto">{pieces}</dd> }
        })
        .collect();
    let content = if parts.is_empty() {
        view! { <p class="quiet">{say!(l, records.notes.no_changes)}</p> }.into_any()
    } else {
        view! {
            <p class="quiet">{say!(l, records.notes.changes_lead)}</p>
            <dl class="parts">{parts}</dl>
        }
        .into_any()
    };
    view! {
        <details>
            <summary>{say!(l, records.notes.changes, n = before)}</summary>
            {content}
        </details>
    }
    .into_any()
}

/// Screen readers often say nothing of `ins` and `del`, so words that nobody sees stand around the text.
fn shown(l: Locale, piece: NoteChange) -> AnyView {
    let NoteChange { kind, text } = piece;
    let around = |word: &'static str| view! { <span class="hidden">" " {word} " "</span> };
    match kind {
        ChangeKind::Kept => text.into_any(),
        ChangeKind::Added => {
            view! { <ins>{around(say!(l, records.notes.added))} {text} {around(say!(l, records.notes.end))}</ins> }.into_any()
        }
        ChangeKind::Removed => {
            view! { <del>{around(say!(l, records.notes.removed))} {text} {around(say!(l, records.notes.end))}</del> }.into_any()
        }
    }
}
