//! Shown when the chosen time is no longer free: offers the nearest free times and keeps the answers.

use super::address::{self, Wanted};
use super::hold::{HoldTime, HoldValues};
use super::times::by_day;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, SubmitButton, use_form};
use kit::parts::{EmptyState, Notice, NoticeKind, PageTitle, TimeGrid, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::ids::VisitTypeId;
use model::scheduling::views::{ClinicBrief, DoctorBrief, OpenTime};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// The times that are offered instead.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct OtherTimes {
    /// The doctor.
    pub doctor: DoctorBrief,
    /// The doctor's clinics.
    pub clinics: Vec<ClinicBrief>,
    /// The nearest free times, in order.
    pub times: Vec<OpenTime>,
    /// The visit type of these times; none for the doctor's first one.
    pub visit_type: Option<VisitTypeId>,
    /// Whether a reason was written, and is kept.
    pub has_reason: bool,
}

/// Loads the free times nearest to a chosen time: that of the stored answers or, before there are any, the one in the address.
///
/// # Errors
/// `DraftExpired` when the answers have expired and the address names no time; `DoctorUnavailable`, `NotFound`.
#[server(prefix = "/do", endpoint = "read-other-times")]
pub async fn read_other_times(
    /// The id of the stored answers, if there are any.
    booking: String,
    /// The doctor's id.
    doctor: Option<String>,
    /// The time with its clinic.
    time: Option<String>,
) -> Result<OtherTimes, Failure> {
    use domain::scheduling::{self, Offer};
    use kit::failure::answered;
    use model::errors::Code;
    use model::scheduling::ChosenTime;
    /// As many as fit on a phone's screen.
    const OFFERED: usize = 9;

    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let kept = super::booking::kept::look_up(&request, &booking).await?;
    let of_answers = kept.as_ref().and_then(|kept| ChosenTime::parse(&kept.doctor, &kept.time));
    let in_address = ChosenTime::parse(&doctor.unwrap_or_default(), &time.unwrap_or_default());
    let gone = || domain::Error::from(Code::DraftExpired);
    let ChosenTime { doctor, start, visit_type, .. } = answered(of_answers.or(in_address).ok_or_else(gone))?;
    let offer = Offer { doctor, visit_type };
    let times = kit::request::call(|| scheduling::nearest_free(domain, access, offer, start, OFFERED)).await?;
    let zone = request.viewer.zone_name();
    let page = kit::request::call(|| scheduling::doctor_page(domain, access, offer, zone, None)).await?;
    let has_reason = kept.is_some_and(|kept| !kept.reason.is_empty());
    // The type that was chosen may no longer be offered.
    let visit_type = page.other_type();
    Ok(OtherTimes { doctor: page.doctor, clinics: page.clinics, times, visit_type, has_reason })
}

/// The page that offers other times.
#[component]
pub fn OtherTimesPage() -> impl IntoView {
    let l = use_locale();
    let query = use_query_map();
    let parameter = move |name: &str| query.with(|query| query.get(name));
    let asked = move || (parameter("booking").unwrap_or_default(), parameter("doctor"), parameter("time"));
    let times = Resource::new_blocking(asked, |(booking, doctor, time)| read_other_times(booking, doctor, time));
    let form = use_form::<HoldTime, HoldValues>().choice(
        "time",
        say!(l, scheduling.other.times),
        say!(l, scheduling.doctor.choose_time),
    );
    let why = query.with_untracked(|query| query.get("why"));
    let booking = query.with_untracked(|query| query.get("booking")).unwrap_or_default();
    let reason = why.and_then(|why| sentence(l, &why));
    view! {
        <PageTitle text=say!(l, scheduling.other.title)/>
        <h1>{say!(l, scheduling.other.title)}</h1>
        {loaded(times, move |others| {
            let next = if others.has_reason { say!(l, scheduling.other.kept) } else { say!(l, scheduling.other.nearest) };
            view! {
                {reason.map(|reason| view! { <Notice kind=NoticeKind::Warn title=reason><p>{next}</p></Notice> })}
                <Offer others booking=booking.clone() form/>
            }
        })}
    }
}

/// The message for the parameter `why`: the reason why the time is not free.
fn sentence(l: Locale, why: &str) -> Option<&'static str> {
    match why {
        "taken" => Some(say!(l, scheduling.other.taken)),
        "past" => Some(say!(l, scheduling.other.past)),
        "unknown" => Some(say!(l, scheduling.other.unknown)),
        "type" => Some(say!(l, scheduling.other.visit_type)),
        "busy" => Some(say!(l, scheduling.other.busy)),
        _ => None,
    }
}

#[component]
fn Offer(others: OtherTimes, booking: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let OtherTimes { doctor, clinics, times, visit_type, .. } = others;
    let all = address::doctor(doctor.id, Wanted { visit_type, booking: Some(&booking), ..Wanted::default() });
    if times.is_empty() {
        return view! {
            <EmptyState title=say!(l, scheduling.other.none_title) text=say!(l, scheduling.other.none)>
                <a class="button" href=all>{say!(l, scheduling.other.all)}</a>
            </EmptyState>
        }
        .into_any();
    }
    let groups = by_day(l, &times, visit_type, &clinics, use_viewer().zone_name());
    let id = doctor.id.to_string();
    view! {
        <section class="card">
            <h2>{said(doctor.name)}</h2>
            <ZoneNote/>
            <Form form>
                <input type="hidden" name="doctor" value=id.clone()/>
                <input type="hidden" name="booking" value=booking.clone()/>
                <TimeGrid name="time" groups=groups.clone()/>
                <div class="row">
                    <SubmitButton label=say!(l, scheduling.other.submit)/>
                    <a href=all.clone()>{say!(l, scheduling.other.all)}</a>
                </div>
            </Form>
        </section>
    }
    .into_any()
}
