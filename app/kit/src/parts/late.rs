//! A doctor runs late.

use super::{Notice, NoticeKind, switch};
use crate::viewer::{use_locale, use_now};
use leptos::prelude::*;
use model::scheduling::views::LateView;
use words::say;

/// Tells a patient that the doctor runs late. It goes away by itself when what the doctor said has ended.
#[component]
pub fn RunsLate(
    /// What the doctor said.
    late: LateView,
    /// The doctor's name.
    #[prop(into)]
    doctor: String,
) -> impl IntoView {
    let l = use_locale();
    let now = use_now();
    let title = say!(l, common.late.title, doctor = doctor, n = late.by.minutes());
    switch(
        move || now.get() < late.until,
        move |holds| {
            holds.then(|| {
                view! {
                    <Notice kind=NoticeKind::Warn title=title.clone()>
                        <p>{say!(l, common.late.text)}</p>
                    </Notice>
                }
            })
        },
    )
}
