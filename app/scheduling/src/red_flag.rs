//! What stands above the search when its words name an emergency.

use kit::parts::{Notice, NoticeKind, region};
use kit::viewer::{use_locale, use_zone};
use leptos::prelude::*;
use model::emergency::emergency_number;
use model::scheduling::RedFlag;
use words::say;

/// Whom to call, with the number of the reader's country where we know it.
#[component]
pub(super) fn Emergency(flag: RedFlag) -> impl IntoView {
    let l = use_locale();
    let zone = use_zone();
    // Shown anew when a stranger's zone becomes known.
    move || {
        let number = zone.with(|zone| zone.as_deref().and_then(emergency_number));
        region(|| {
            let title = match flag {
                RedFlag::Life => say!(l, scheduling.red_flag.life),
                RedFlag::SelfHarm => say!(l, scheduling.red_flag.self_harm),
            };
            let call = number.map_or_else(
                || say!(l, scheduling.red_flag.call_local).to_owned(),
                |number| say!(l, scheduling.red_flag.call, number = number),
            );
            let link = number.map(|number| {
                let text = say!(l, scheduling.red_flag.call_now, number = number);
                view! { <p><a class="button bad" href=format!("tel:{number}")>{text}</a></p> }
            });
            let more = match flag {
                RedFlag::Life => say!(l, scheduling.red_flag.life_more),
                RedFlag::SelfHarm => say!(l, scheduling.red_flag.self_harm_more),
            };
            view! {
                <Notice kind=NoticeKind::Bad title=title>
                    <p>{call} " " {more}</p>
                    {link}
                </Notice>
            }
        })
    }
}
