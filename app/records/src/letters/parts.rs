//! What several pages show of letters: a list of them, their kinds and states, the link to the PDF.

use kit::parts::{Detail, Moment, Tag, TagKind, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::ids::LetterId;
use model::records::{LetterKind, LetterLine, LetterState};
use words::{Locale, say};

/// What a letter is.
pub(crate) fn kind_name(l: Locale, kind: LetterKind) -> &'static str {
    match kind {
        LetterKind::Referral => say!(l, records.letters.referral),
        LetterKind::SickNote => say!(l, records.letters.sick_note),
        LetterKind::FitNote => say!(l, records.letters.fit_note),
        LetterKind::Summary => say!(l, records.letters.summary),
    }
}

/// The state of a letter, as a tag.
#[component]
pub(crate) fn StateTag(state: LetterState) -> impl IntoView {
    let l = use_locale();
    let (kind, text) = match state {
        LetterState::Draft => (TagKind::Plain, say!(l, records.letters.draft)),
        LetterState::Issued => (TagKind::Good, say!(l, records.letters.issued)),
        LetterState::Withdrawn => (TagKind::Bad, say!(l, records.letters.withdrawn)),
    };
    view! { <Tag kind text/> }
}

/// A link to the PDF of an issued letter.
#[component]
pub(super) fn LetterPdf(
    /// The letter.
    id: LetterId,
    /// CSS classes, for example `button`.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let l = use_locale();
    // The server generates the file; `rel=external` prevents the router from treating the link as a page.
    view! { <a class=class href=format!("/letters/{id}/pdf") rel="external" download="">{say!(l, records.letters.pdf)}</a> }
}

/// Letters, the newest first.
#[component]
pub(crate) fn LetterList(
    /// The letters.
    letters: Vec<LetterLine>,
    /// Whether the reader is a doctor, who has pages of their own.
    #[prop(optional)]
    doctor: bool,
) -> impl IntoView {
    let l = use_locale();
    if letters.is_empty() {
        return view! { <p class="quiet">{say!(l, records.letters.none)}</p> }.into_any();
    }
    let folder = if doctor { "/doctor/letters" } else { "/letters" };
    let lines: Vec<_> = letters
        .into_iter()
        .map(|line| {
            let href = format!("{folder}/{}", line.id);
            let pdf = (line.state != LetterState::Draft).then(|| view! { <LetterPdf id=line.id/> });
            view! {
                <li>
                    <div class="row">
                        <a href=href><strong>{kind_name(l, line.kind)} " " <span class="num">{line.number}</span></strong></a>
                        <StateTag state=line.state/>
                        {pdf}
                    </div>
                    <small>{said(line.doctor_name)} " · " <Moment at=line.at detail=Detail::Day/></small>
                </li>
            }
        })
        .collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
}
