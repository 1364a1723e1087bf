//! Blocking a part of a day, and freeing it again.

use jiff::civil::Date;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{DateFields, MomentRange, Notice, NoticeKind, PageTitle, TextField, ZoneNote, said, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::format;
use model::scheduling::views::BlockView;
use serde::{Deserialize, Serialize};
use words::say;

/// The part of a day to block, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BlockValues {
    /// The day of the month.
    pub date_day: String,
    /// The month.
    pub date_month: String,
    /// The year.
    pub date_year: String,
    /// From when.
    pub from: String,
    /// Until when.
    pub until: String,
    /// What the doctor writes for themselves.
    pub note: String,
    /// `week` or `calendar` if the doctor comes from that page and returns to it.
    pub page: String,
}

impl FormValues for BlockValues {
    const FORM: &'static str = "scheduling.block";
    // It begins with the day that was looked at, so a draft about another day would confuse.
    const KEEP: Keep = Keep::Nowhere;
}

/// The values of the form that frees blocked time.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UnblockValues {
    /// The id of the exception.
    pub exception: String,
}

impl FormValues for UnblockValues {
    const FORM: &'static str = "scheduling.unblock";
    const KEEP: Keep = Keep::Nowhere;
}

/// Blocks a part of a day.
///
/// # Errors
/// Wrong fields; `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "block-time")]
pub async fn block_time(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BlockValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::block(&form).await;
    form.answer(outcome).await
}

/// Frees blocked time.
///
/// # Errors
/// `NotFound`, `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "unblock-time")]
pub async fn unblock_time(
    /// The posted form.
    #[server(flatten)]
    form: Posted<UnblockValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::unblock(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::super::hours::post::range;
    use super::{BlockValues, Failure, FormReply, Posted, UnblockValues, folder};
    use domain::scheduling::{self, BlockTime};
    use jiff::civil::Date;
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};
    use model::identity::DateFields;
    use model::scheduling::LocalHours;

    pub(super) async fn block(form: &Posted<BlockValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (date, hours) = parse(&form.values)?;
        let command = BlockTime {
            date,
            hours,
            zone: request.viewer.zone_name().to_owned(),
            note: form.values.note.clone(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        domain::error::retry(|| scheduling::block(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("{}?day={date}&blocked=1", folder(&form.values.page))))
    }

    pub(super) async fn unblock(form: &Posted<UnblockValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let id = posted_id(&form.values.exception)?;
        domain::error::retry(|| scheduling::remove_exception(&request.domain, &request.access, id)).await?;
        Ok(FormReply::to(page_of_day(form.back())))
    }

    /// The same day or week without what else the address says, for example that something was blocked.
    fn page_of_day(back: &str) -> String {
        let (path, query) = back.split_once('?').unwrap_or((back, ""));
        let day = query.split('&').find_map(|pair| pair.strip_prefix("day=")?.parse::<Date>().ok());
        day.map_or_else(|| path.to_owned(), |day| format!("{path}?day={day}"))
    }

    /// Parses the form and reports all faults at once, in the order of the form.
    fn parse(values: &BlockValues) -> Result<(Date, LocalHours), Failure> {
        let mut faults = Vec::new();
        let typed = DateFields { day: &values.date_day, month: &values.date_month, year: &values.date_year };
        let date = typed.parse().map_err(|wrong| faults.extend(wrong.into_iter().map(|fault| fault.under("date")))).ok();
        let hours = match range(&values.from, &values.until) {
            Ok(Some(hours)) => Some(hours),
            Ok(None) => {
                faults.push(FieldError::new("from", FieldFault::Missing));
                None
            }
            Err((part, fault)) => {
                faults.push(FieldError::new(part, fault));
                None
            }
        };
        match (date, hours) {
            (Some(date), Some(hours)) => Ok((date, hours)),
            _ => Err(Failure::fields(faults)),
        }
    }

    #[cfg(test)]
    mod tests {
        use super::page_of_day;

        #[test]
        fn the_page_keeps_its_day_only() {
            assert_eq!(page_of_day("/doctor?day=2026-11-24&blocked=1"), "/doctor?day=2026-11-24");
            assert_eq!(page_of_day("/doctor/week?blocked=1"), "/doctor/week");
            assert_eq!(page_of_day("/doctor?day=%0d"), "/doctor");
        }
    }
}

/// The page to which the form returns.
fn folder(page: &str) -> &'static str {
    match page {
        "week" => "/doctor/week",
        "calendar" => "/doctor/calendar",
        _ => "/doctor",
    }
}

/// The page on which a doctor blocks a part of a day.
#[component]
pub fn BlockPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let asked = move |name: &str| query.with_untracked(|query| query.get(name));
    let page = asked("page").unwrap_or_default();
    let today = use_viewer().zone_rules().to_datetime(use_now().get_untracked()).date();
    let day: Date = asked("day").and_then(|day| day.parse().ok()).unwrap_or(today);
    let values = BlockValues {
        date_day: day.day().to_string(),
        date_month: day.month().to_string(),
        date_year: day.year().to_string(),
        // A part of a day that was chosen in the calendar.
        from: asked("from").unwrap_or_default(),
        until: asked("until").unwrap_or_default(),
        ..BlockValues::default()
    };
    let form = use_form::<BlockTime, BlockValues>()
        .date("date", say!(l, scheduling.block.date), say!(l, scheduling.days.date_missing))
        .field("from", say!(l, scheduling.days.from), say!(l, scheduling.block.from_missing))
        .malformed(say!(l, scheduling.days.from_malformed))
        .field("until", say!(l, scheduling.days.until), say!(l, scheduling.block.until_missing))
        .malformed(say!(l, scheduling.days.until_malformed))
        .noun(say!(l, scheduling.block.until_noun))
        .optional("note", say!(l, scheduling.block.note))
        .filled(&values);
    let back = format!("{}?day={day}", folder(&page));
    view! {
        <PageTitle text=say!(l, scheduling.block.title)/>
        <p><a href=back>"← " {format::date_long(day, names(l))}</a></p>
        <div class="lead">
            <h1>{say!(l, scheduling.block.title)}</h1>
            <p>{say!(l, scheduling.block.lead)}</p>
        </div>
        <Form form class="card">
            <input type="hidden" name="page" value=page.clone()/>
            <DateFields name="date" hint=say!(l, scheduling.days.date_hint)/>
            <div class="row range">
                <TextField name="from" kind="time" width="time"/>
                <TextField name="until" kind="time" width="time"/>
            </div>
            <TextField name="note" hint=say!(l, scheduling.block.note_hint) optional=true/>
            <ZoneNote/>
            <div class="row"><SubmitButton label=say!(l, scheduling.block.submit)/></div>
        </Form>
    }
}

/// Says that a time was blocked, on the page to which the form has returned.
#[component]
pub(super) fn BlockedNotice() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    switch(
        move || query.with(|query| query.get("blocked").is_some()),
        move |is_blocked| is_blocked.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, scheduling.block.done)/> }),
    )
}

/// Blocked time in a list, with the button that frees it.
#[component]
pub(super) fn BlockLine(
    /// The blocked time.
    block: BlockView,
    /// The form that frees it.
    unblock: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let BlockView { id, range, is_day_off, note } = block;
    let kind = if is_day_off { say!(l, scheduling.days.list_day_off) } else { say!(l, scheduling.block.blocked) };
    let time = (!is_day_off).then(|| view! { <small><MomentRange range/></small> " " });
    let note = note.map(|note| view! { ": " {said(note)} });
    let label = if is_day_off {
        say!(l, scheduling.block.free_day).to_owned()
    } else {
        say!(l, scheduling.block.free_of, range = format::time_range(range, &zone, names(l)))
    };
    view! {
        <div class="row">
            <div class="grow">{time} <strong>{kind}</strong> {note}</div>
            <Form form=unblock>
                <input type="hidden" name="exception" value=id.to_string()/>
                <button type="submit" class="as-link no-print" aria-label=label.clone()>{say!(l, scheduling.block.free)}</button>
            </Form>
        </div>
    }
}
