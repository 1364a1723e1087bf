//! The dates of a series, each with what can be done about it.

use super::repeat::{BookRepeatValues, repeat_page};
use kit::forms::{Form, FormHandle, SubmitButton};
use kit::parts::PhoneField;
use kit::parts::time::{names, zone as rules_of};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::format;
use model::scheduling::views::HoldView;
use model::scheduling::{SeriesDate, SeriesPreview, SlotReason, VisitMode};
use words::{Locale, fee_sentence, say};

/// The dates, and the form that books all of them once each is free.
#[component]
pub(super) fn Dates(
    /// The held visit.
    hold: HoldView,
    /// The dates.
    preview: SeriesPreview,
    /// The id of the stored answers.
    booking: String,
    /// The form that books; made at the top of the page.
    book: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let is_free = preview.is_free();
    let starts = joined(&preview.dates, None);
    let page = |starts: String| repeat_page(hold.reservation, &booking, &[("starts", Some(starts.as_str()))]);
    let rows: Vec<_> = (0..preview.dates.len()).map(|place| row(l, &preview, place, &page)).collect();
    let book = book.filled(&BookRepeatValues { phone: hold.phone.clone().unwrap_or_default(), ..BookRepeatValues::default() });
    let by_phone = hold.visit_type.mode == VisitMode::Phone;
    let asks = hold.visit_type.needs_approval.then(|| view! { <p>{say!(l, scheduling.requests.asks)}</p> });
    let fee = fee_sentence(l, hold.fee, names(l));
    let (fee_minor, count) = (hold.fee.minor.to_string(), preview.dates.len());
    let booked = if is_free {
        view! {
            <p>{say!(l, scheduling.repeat.fee, fee = fee)}</p>
            {asks}
            <Form form=book>
                <input type="hidden" name="booking" value=booking.clone()/>
                <input type="hidden" name="starts" value=starts.clone()/>
                <input type="hidden" name="fee_minor" value=fee_minor.clone()/>
                {by_phone.then(|| view! { <PhoneField name="phone"/> })}
                <div class="row"><SubmitButton label=say!(l, scheduling.repeat.submit, n = count)/></div>
            </Form>
        }
        .into_any()
    } else {
        view! { <p>{say!(l, scheduling.repeat.mend)}</p> }.into_any()
    };
    view! {
        <section class="card">
            <h2>{say!(l, scheduling.repeat.dates)}</h2>
            <ul>{rows}</ul>
            {booked}
        </section>
    }
    .into_any()
}

/// One date, with the links that replace it or leave it out. They lead to the page for other dates.
pub(super) fn row(l: Locale, preview: &SeriesPreview, place: usize, page: &dyn Fn(String) -> String) -> Option<AnyView> {
    let date = preview.dates.get(place)?;
    let rules = rules_of(&preview.time_zone);
    let shown = |at| format::date_time(at, &rules, names(l));
    let text = date.start.map_or_else(
        || format!("{}, {}", format::date_long(date.local.date(), names(l)), date.local.time().strftime("%H:%M")),
        shown,
    );
    let others: Vec<_> = date
        .nearest
        .iter()
        .map(|near| {
            let href = page(joined(&preview.dates, Some((place, Some(near.to_string())))));
            view! { <li><a href=href>{say!(l, scheduling.repeat.replace, time = shown(*near))}</a></li> }
        })
        .collect();
    let leave = (preview.dates.len() > 2).then(|| {
        let href = page(joined(&preview.dates, Some((place, None))));
        let label = say!(l, scheduling.repeat.leave_out_of, date = text.clone());
        view! { <a href=href aria-label=label>{say!(l, scheduling.repeat.leave_out)}</a> }
    });
    let state = date.reason.map_or_else(|| say!(l, scheduling.repeat.free), |reason| reason_name(l, reason));
    let others = (!others.is_empty()).then(|| view! { <ul>{others}</ul> });
    Some(view! { <li><strong>{text}</strong> " " {state} " " {leave} {others}</li> }.into_any())
}

/// When the visits begin, with commas between them: all of them, or with one that is replaced or left out. A time that does not exist stands as the first free one near it.
pub(super) fn joined(dates: &[SeriesDate], change: Option<(usize, Option<String>)>) -> String {
    let start = |date: &SeriesDate| date.start.or(date.nearest.first().copied()).map(|start| start.to_string());
    let starts = dates.iter().enumerate().filter_map(|(place, date)| match &change {
        Some((changed, instead)) if *changed == place => instead.clone(),
        Some(_) | None => start(date),
    });
    starts.collect::<Vec<String>>().join(",")
}

/// Why a date cannot be booked.
fn reason_name(l: Locale, reason: SlotReason) -> &'static str {
    match reason {
        SlotReason::Gap => say!(l, scheduling.repeat.gap),
        SlotReason::Notice => say!(l, scheduling.repeat.notice),
        SlotReason::Horizon => say!(l, scheduling.repeat.horizon),
        SlotReason::Licence => say!(l, scheduling.repeat.licence),
        SlotReason::Closed => say!(l, scheduling.repeat.closed),
        SlotReason::Leave => say!(l, scheduling.repeat.leave),
        SlotReason::OffGrid => say!(l, scheduling.repeat.off_grid),
        SlotReason::Conflict => say!(l, scheduling.repeat.conflict),
        SlotReason::Buffer => say!(l, scheduling.repeat.buffer),
        SlotReason::DailyLimit => say!(l, scheduling.repeat.daily_limit),
        SlotReason::Room => say!(l, scheduling.repeat.no_room),
    }
}
