//! Asking for the reason of a visit while its time is held.

use super::address;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form_about};
use kit::parts::time::names;
use kit::parts::{Detail, EmptyState, Moment, MomentRange, PageTitle, ProgressSteps, TextArea, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::drafts::DraftSubject;
use model::format;
use model::ids::{AppointmentId, DoctorId};
use model::scheduling::TimeRange;
use model::scheduling::views::HoldView;
use serde::{Deserialize, Serialize};
use words::say;

/// The reason, and the time that it is for.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BookingDetails {
    /// The hold's id.
    pub hold: String,
    /// The doctor's id.
    pub doctor: String,
    /// The time with its clinic.
    pub time: String,
    /// Why the patient comes.
    pub reason: String,
}

impl FormValues for BookingDetails {
    const FORM: &'static str = "scheduling.reason";
    // Going back from the check page shows the reason again. Its draft is deleted when the visit is booked.
    const SENT_IS_DONE: bool = false;
}

/// Stores the reason, encrypted, and goes on to the page that shows all answers.
///
/// # Errors
/// A reason that is missing or too long.
#[server(prefix = "/do", endpoint = "save-reason")]
pub async fn save_reason(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BookingDetails>,
) -> Result<FormReply, Failure> {
    let outcome = kept::save(&form.values).await;
    form.answer(outcome).await
}

/// A hold, and the reason that was typed for it before.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldTime {
    /// The state of the hold.
    pub hold: HoldState,
    /// The stored reason; empty if there is none.
    pub reason: String,
}

/// The state of a hold.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "there is one of them on a page; on 32 bits it is not large")]
pub enum HoldState {
    /// The time is still held.
    Live(HoldView),
    /// The patient has booked it.
    Booked(AppointmentId),
    /// The hold has expired, or it never was the patient's.
    Over,
}

/// Loads a hold.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "read-hold")]
pub async fn read_hold(
    /// The hold's id.
    reservation: String,
    /// The id of the stored answers, if there are any.
    booking: Option<String>,
) -> Result<HeldTime, Failure> {
    let request = kit::request::RequestContext::require()?;
    let kept = kept::look_up(&request, &booking.unwrap_or_default()).await?;
    let hold = kept::hold_state(&request, &reservation).await?;
    Ok(HeldTime { hold, reason: kept.map(|kept| kept.reason).unwrap_or_default() })
}

/// Loads the stored answers before they are sent.
///
/// # Errors
/// `SignInNeeded`, `Forbidden`. Expired answers are not an error of this call: the page tells the user.
#[server(prefix = "/do", endpoint = "read-booking")]
pub async fn read_booking(
    /// The hold's id.
    reservation: String,
    /// The id of the stored answers.
    booking: String,
) -> Result<Option<HeldTime>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let kept = kept::look_up(&request, &booking).await?;
    // A patient who returns after booking sees that the time is booked, even if the answers have expired.
    match (kept::hold_state(&request, &reservation).await?, kept) {
        (hold @ HoldState::Booked(_), _) => Ok(Some(HeldTime { hold, reason: String::new() })),
        (hold, Some(kept)) => Ok(Some(HeldTime { hold, reason: kept.reason })),
        (_, None) => Ok(None),
    }
}

/// Answers that are stored between two pages: encrypted, under a random id, for half an hour.
#[cfg(feature = "ssr")]
pub(super) mod kept {
    use super::{BookingDetails, Failure, FormReply, HoldState};
    use kit::failure::answered;
    use kit::request::RequestContext;
    use model::errors::{Code, FieldError};
    use model::scheduling::VisitReason;

    pub(crate) use super::BookingDetails as Kept;

    const NAME: &str = "scheduling.booking";

    pub(super) async fn save(values: &BookingDetails) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        // If the session has ended, say so now and not only after the next page.
        request.access.acting().map_err(Failure::from)?;
        VisitReason::parse(&values.reason).map_err(|fault| Failure::fields(vec![FieldError::new("reason", fault)]))?;
        let booking = keep(&request, values).await?;
        let reservation: model::ids::ReservationId = values.hold.parse().map_err(|_| Code::HoldExpired)?;
        Ok(FormReply::to(format!("/book/{reservation}/check?booking={booking}")))
    }

    /// Stores answers and returns their id.
    pub(crate) async fn keep(request: &RequestContext, kept: &Kept) -> Result<String, Failure> {
        let content = serde_json::to_string(kept).map_err(|_| Code::Internal)?;
        Ok(domain::drafts::save(&request.domain, NAME, &content).await?)
    }

    /// Loads the answers with this id, if they exist.
    pub(crate) async fn look_up(request: &RequestContext, booking: &str) -> Result<Option<Kept>, Failure> {
        if booking.is_empty() {
            return Ok(None);
        }
        let content = domain::drafts::load(&request.domain, NAME, booking).await?;
        Ok(content.and_then(|content| serde_json::from_str(&content).ok()))
    }

    /// Loads the state of the patient's hold.
    pub(super) async fn hold_state(request: &RequestContext, reservation: &str) -> Result<HoldState, Failure> {
        let Ok(reservation) = reservation.parse() else { return Ok(HoldState::Over) };
        match domain::scheduling::hold_view(&request.domain, &request.access, reservation).await {
            Err(error) if error.code() == Code::HoldExpired => {}
            outcome => return answered(outcome).map(HoldState::Live),
        }
        let booked =
            kit::request::call(|| domain::scheduling::booked_with(&request.domain, &request.access, reservation)).await?;
        Ok(booked.map_or(HoldState::Over, HoldState::Booked))
    }
}

/// The subject of the draft of a reason: the next visit with a doctor.
pub(super) fn reason_for(doctor: Option<DoctorId>) -> DraftSubject {
    DraftSubject::Own(doctor.map(|doctor| doctor.to_string()).unwrap_or_default())
}

/// The page that asks for the reason.
#[component]
pub fn BookPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let parameter = move |name: &str| query.with(|query| query.get(name));
    let asked = move || (params.with(|params| params.get("reservation")).unwrap_or_default(), parameter("booking"));
    let held = Resource::new_blocking(asked, |(reservation, booking)| read_hold(reservation, booking));
    let doctor = move || query.with_untracked(|query| query.get("doctor")).and_then(|id| id.parse::<DoctorId>().ok());
    // The draft of the reason outlives the hold: it is restored for another time with the same doctor.
    let subject = Signal::derive(move || reason_for(doctor()));
    let form = use_form_about::<SaveReason, BookingDetails>(subject).field("reason", say!(l, scheduling.book.reason));
    view! {
        <PageTitle text=say!(l, scheduling.book.title)/>
        {loaded(held, move |HeldTime { hold, reason }| match hold {
            HoldState::Live(hold) => view! { <AskReason hold reason form/> }.into_any(),
            HoldState::Booked(appointment) => view! { <Booked appointment/> }.into_any(),
            HoldState::Over => {
                let href = doctor().map_or_else(|| "/doctors".to_owned(), |id| address::doctor(id, None, None, None));
                view! { <Gone href/> }.into_any()
            }
        })}
    }
}

#[component]
fn AskReason(hold: HoldView, reason: String, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let form = form.filled(&BookingDetails { reason, ..BookingDetails::default() });
    let time = address::write_time(hold.starts_at, hold.clinic.id);
    let (reservation, doctor) = (hold.reservation.to_string(), hold.doctor.id.to_string());
    let expires_at = hold.expires_at;
    let another = address::doctor(hold.doctor.id, None, None, None);
    view! {
        <Steps at=1/>
        <h1>{say!(l, scheduling.book.reason)}</h1>
        <div class="wide">
            <Form form class="card">
                <input type="hidden" name="hold" value=reservation.clone()/>
                <input type="hidden" name="doctor" value=doctor.clone()/>
                <input type="hidden" name="time" value=time.clone()/>
                <TextArea name="reason" hint=say!(l, scheduling.book.reason_hint)/>
                <div class="row">
                    <SubmitButton label=say!(l, scheduling.book.submit)/>
                    <small>
                        {say!(l, scheduling.book.held_until)} " " <Moment at=expires_at detail=Detail::Time/>
                    </small>
                </div>
            </Form>
            <aside class="card">
                <h2>{say!(l, scheduling.doctor.good_to_know)}</h2>
                <dl class="facts">
                    <dt>{say!(l, scheduling.book.with)}</dt>
                    <dd>{said(hold.doctor.name.clone())}</dd>
                    <dt>{say!(l, scheduling.book.when)}</dt>
                    <dd>{TimeRange::new(hold.starts_at, hold.ends_at).map(|range| view! { <MomentRange range with_day=true/> })}</dd>
                    <dt>{say!(l, scheduling.doctor.clinic)}</dt>
                    <dd>{said(hold.clinic.name.clone())}</dd>
                    <dt>{say!(l, scheduling.doctor.fee)}</dt>
                    <dd>{format::money(hold.fee, names(l))}</dd>
                    <dt>{say!(l, scheduling.doctor.cancelling)}</dt>
                    <dd>{say!(l, scheduling.doctor.cancelling_value, n = hold.cancel_notice_hours)}</dd>
                </dl>
                <ZoneNote/>
                <p><a href=another>{say!(l, scheduling.book.another_time)}</a></p>
            </aside>
        </div>
    }
}

/// Shown when the patient goes back to a page of the booking after the time was booked.
#[component]
pub(super) fn Booked(
    /// The appointment that was booked.
    appointment: AppointmentId,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <h1>{say!(l, scheduling.book.booked_title)}</h1>
        <section class="card next">
            <p>{say!(l, scheduling.book.booked)}</p>
            <div class="row">
                <a class="button" href=format!("/appointments/{appointment}")>{say!(l, scheduling.book.booked_link)}</a>
                <a href="/doctors">{say!(l, scheduling.book.booked_more)}</a>
            </div>
        </section>
    }
}

/// Shown when the hold has expired.
#[component]
pub(super) fn Gone(
    /// The address of a page with free times.
    href: String,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <h1>{say!(l, scheduling.book.gone_title)}</h1>
        <EmptyState title=say!(l, scheduling.other.title) text=say!(l, scheduling.book.gone)>
            <a class="button" href=href>{say!(l, scheduling.book.gone_link)}</a>
        </EmptyState>
    }
}

/// The progress in a booking.
#[component]
pub(super) fn Steps(
    /// The current step, from zero.
    at: u32,
) -> impl IntoView {
    let l = use_locale();
    let steps =
        [say!(l, scheduling.book.steps_time), say!(l, scheduling.book.steps_reason), say!(l, scheduling.book.steps_check)];
    view! { <ProgressSteps steps=steps.map(str::to_owned).to_vec() at/> }
}
