//! What is shown first when the words of a search or of a message name an emergency.

use super::{Notice, NoticeKind, region};
use crate::viewer::{use_locale, use_zone};
use leptos::prelude::*;
use model::emergency::emergency_number;
use model::scheduling::RedFlag;
use words::say;

/// Whom to call, with the number of the reader's country where we know it.
#[component]
pub fn Emergency(
    /// What the words name.
    flag: RedFlag,
) -> impl IntoView {
    let l = use_locale();
    let zone = use_zone();
    // Shown anew when a stranger's zone becomes known.
    let shown = move || {
        let number = zone.with(|zone| zone.as_deref().and_then(emergency_number));
        region(|| {
            let title = match flag {
                RedFlag::Life => say!(l, common.red_flag.life),
                RedFlag::SelfHarm => say!(l, common.red_flag.self_harm),
            };
            let call = number.map_or_else(
                || say!(l, common.red_flag.call_local).to_owned(),
                |number| say!(l, common.red_flag.call, number = number),
            );
            let link = number.map(|number| {
                let text = say!(l, common.red_flag.call_now, number = number);
                view! { <p><a class="button bad" href=format!("tel:{number}")>{text}</a></p> }
            });
            let more = match flag {
                RedFlag::Life => say!(l, common.red_flag.life_more),
                RedFlag::SelfHarm => say!(l, common.red_flag.self_harm_more),
            };
            view! {
                <Notice kind=NoticeKind::Bad title=title>
                    <p>{call} " " {more}</p>
                    {link}
                </Notice>
            }
        })
    };
    shown.into_any()
}
