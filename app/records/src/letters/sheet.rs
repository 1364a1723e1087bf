//! What a letter says, for its own pages and for the page of a shared item.

use super::parts::{StateTag, kind_name};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Moment, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::format::date_long;
use model::records::LetterView;
use words::say;

/// Who wrote the letter about whom, to whom, and for which days.
#[component]
pub(super) fn LetterFacts(letter: LetterView) -> impl IntoView {
    let l = use_locale();
    let names = names(l);
    let born = date_of_birth(names, letter.patient_born);
    let days = letter.content.period.map(|period| {
        let (from, until) = (date_long(period.from, names), date_long(period.until, names));
        view! {
            <dt>{say!(l, records.letters.days)}</dt>
            <dd>{say!(l, records.letters.days_of, from = from, until = until)}</dd>
        }
    });
    let to = match letter.content.recipient {
        Some(recipient) => view! { <dd class="lines" dir="auto">{recipient}</dd> }.into_any(),
        None => view! { <dd>{say!(l, records.letters.to_all)}</dd> }.into_any(),
    };
    view! {
        <dl class="facts">
            <dt>{say!(l, records.letters.patient)}</dt>
            <dd>{said(letter.patient_name)} <br/> <small>{say!(l, records.letters.born, date = born)}</small></dd>
            <dt>{say!(l, records.letters.doctor)}</dt>
            <dd>{said(letter.doctor_name)} <br/> <small>{said(letter.clinic_name)}</small></dd>
            <dt>{say!(l, records.letters.to)}</dt>
            {to}
            {days}
            {letter.issued_at.map(|at| view! { <dt>{say!(l, records.letters.issued_on)}</dt> <dd><Moment at/></dd> })}
            {letter.withdrawn_at.map(|at| view! { <dt>{say!(l, records.letters.withdrawn_on)}</dt> <dd><Moment at/></dd> })}
        </dl>
    }
    .into_any()
}

/// A letter as whoever has its link sees it.
#[component]
pub(crate) fn SharedLetter(letter: LetterView) -> impl IntoView {
    let l = use_locale();
    let (state, text) = (letter.state, letter.content.text.clone());
    let heading = kind_name(l, letter.content.kind);
    let number = letter.number.clone();
    view! {
        <p><strong>{heading}</strong> " " <span class="num">{number}</span> " " <StateTag state/></p>
        <LetterFacts letter/>
        <p class="lines" dir="auto">{text}</p>
    }
    .into_any()
}
