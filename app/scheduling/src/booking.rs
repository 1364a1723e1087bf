//! Asking for the reason of a visit while its time is held.

use super::hold::{HeldUntil, HoldAgain, HoldTime, HoldValues};
use super::states::mode_name;
use kit::chosen::doctor_page;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form, use_form_about};
use kit::parts::time::names;
use kit::parts::{EmptyState, MomentRange, PageTitle, ProgressSteps, TextArea, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::drafts::DraftSubject;
use model::ids::{AppointmentId, DoctorId};
use model::scheduling::views::HoldView;
use model::scheduling::{ChosenTime, TimeRange};
use serde::{Deserialize, Serialize};
use words::{fee_sentence, say};

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

/// Stores the reason, encrypted, and goes on to the page that shows all answers. A hold that has run out meanwhile is made again; if the time is gone, the
/// next page offers the nearest free ones.
///
/// # Errors
/// A reason that is missing or too long; `HoldExpired` for a hold without a time; `SignInNeeded`, `Forbidden`, `DoctorUnavailable`,
/// `DoctorWithoutFee`.
#[server(prefix = "/do", endpoint = "save-reason")]
pub async fn save_reason(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BookingDetails>,
) -> Result<FormReply, Failure> {
    let outcome = kept::save(&form).await;
    form.answer(outcome).await
}

/// A hold, and the reason that was typed for it before.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct HeldTime {
    /// The state of the hold.
    pub hold: HoldState,
    /// The stored reason; empty if there is none.
    pub reason: String,
    /// The time for which the reason was stored.
    pub chosen: Option<ChosenTime>,
}

#[cfg(feature = "ssr")]
impl HeldTime {
    fn new(hold: HoldState, kept: Option<BookingDetails>) -> Self {
        let chosen = kept.as_ref().and_then(|kept| ChosenTime::parse(&kept.doctor, &kept.time));
        Self { hold, reason: kept.map(|kept| kept.reason).unwrap_or_default(), chosen }
    }
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
    Ok(HeldTime::new(hold, kept))
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
        (hold @ HoldState::Booked(_), _) => Ok(Some(HeldTime::new(hold, None))),
        (hold, kept @ Some(_)) => Ok(Some(HeldTime::new(hold, kept))),
        (_, None) => Ok(None),
    }
}

/// Answers that are stored between two pages: encrypted, under a random id, for half an hour.
#[cfg(feature = "ssr")]
pub(super) mod kept {
    use super::{BookingDetails, Failure, FormReply, FormValues as _, HoldState, Posted, reason_for};
    use domain::{drafts, scheduling};
    use kit::chosen::{other_times_page, why_lost};
    use kit::failure::answered;
    use kit::request::{RequestContext, wants_html};
    use model::errors::{Code, FieldError};
    use model::ids::ReservationId;
    use model::scheduling::{ChosenTime, VisitReason};

    pub(crate) use super::BookingDetails as Kept;

    const NAME: &str = "scheduling.booking";

    impl Kept {
        /// The answers for a held time.
        pub(crate) fn of(hold: ReservationId, chosen: &ChosenTime, reason: String) -> Self {
            Self { hold: hold.to_string(), doctor: chosen.doctor.to_string(), time: chosen.time(), reason }
        }
    }

    pub(super) async fn save(form: &Posted<BookingDetails>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        // If the session has ended, say so now and not only after the next page.
        request.access.acting().map_err(Failure::from)?;
        let values = &form.values;
        VisitReason::parse(&values.reason).map_err(|fault| Failure::fields(vec![FieldError::new("reason", fault)]))?;
        let reservation: ReservationId = values.hold.parse().map_err(|_| Code::HoldExpired)?;
        remember(&request, form).await;
        let booking = keep(&request, values).await?;
        if !matches!(state_of(&request, reservation).await?, HoldState::Over) {
            return Ok(FormReply::to(check_page(reservation, &booking)));
        }
        // The patient has taken longer than the hold.
        let chosen = ChosenTime::parse(&values.doctor, &values.time).ok_or(Code::HoldExpired)?;
        match domain::error::retry(|| scheduling::hold(&request.domain, &request.access, chosen.into())).await {
            Ok(held) => {
                let booking = keep(&request, &Kept::of(held.reservation, &chosen, values.reason.clone())).await?;
                Ok(FormReply::to(check_page(held.reservation, &booking)))
            }
            Err(error) => match why_lost(error.code()) {
                Some(why) => Ok(FormReply::to(other_times_page(&chosen, Some(&booking), why))),
                None => Err(error.into()),
            },
        }
    }

    /// Keeps the reason as a draft, as a page with scripts has done while it was typed. So the way back from the next page finds it too.
    async fn remember(request: &RequestContext, form: &Posted<BookingDetails>) {
        if !wants_html() {
            return;
        }
        let Ok(content) = serde_json::to_string(&form.values) else { return };
        let draft = drafts::Keep {
            form: BookingDetails::FORM.to_owned(),
            subject: reason_for(form.values.doctor.parse().ok()),
            page: form.idempotency_key.clone(),
            number: 1,
            shown: Some(form.draft_shown.clone()).filter(|shown| !shown.is_empty()),
            version: String::new(),
            content,
        };
        if let Err(error) = drafts::keep(&request.domain, &request.access, draft).await {
            // The answers themselves are stored; only the way back from the next page shows an empty field.
            leptos::logging::warn!("the draft of a reason could not be kept: {error}");
        }
    }

    /// The page that shows all answers.
    pub(crate) fn check_page(reservation: ReservationId, booking: &str) -> String {
        format!("/book/{reservation}/check?booking={booking}")
    }

    /// Stores answers and returns their id.
    pub(crate) async fn keep(request: &RequestContext, kept: &Kept) -> Result<String, Failure> {
        request.keep(NAME, kept).await
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
        answered(state_of(request, reservation).await)
    }

    async fn state_of(request: &RequestContext, reservation: ReservationId) -> domain::Result<HoldState> {
        match scheduling::hold_view(&request.domain, &request.access, reservation).await {
            Err(error) if error.code() == Code::HoldExpired => {}
            outcome => return outcome.map(HoldState::Live),
        }
        let booked = domain::error::retry(|| scheduling::booked_with(&request.domain, &request.access, reservation)).await?;
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
    let form = use_form_about::<SaveReason, BookingDetails>(subject)
        .field("reason", say!(l, scheduling.book.reason), say!(l, scheduling.book.reason_missing))
        .noun(say!(l, scheduling.book.reason_noun));
    let again = use_form::<HoldTime, HoldValues>();
    view! {
        <PageTitle text=say!(l, scheduling.book.title)/>
        {loaded(held, move |HeldTime { hold, reason, .. }| {
            let booking = query.with_untracked(|query| query.get("booking"));
            match hold {
                HoldState::Live(hold) => view! { <AskReason hold reason booking form again/> }.into_any(),
                HoldState::Booked(appointment) => view! { <Booked appointment/> }.into_any(),
                HoldState::Over => {
                    let get = |name: &str| query.with_untracked(|query| query.get(name)).unwrap_or_default();
                    let chosen = ChosenTime::parse(&get("doctor"), &get("time"));
                    view! { <Gone chosen booking again/> }.into_any()
                }
            }
        })}
    }
}

#[component]
fn AskReason(hold: HoldView, reason: String, booking: Option<String>, form: FormHandle, again: FormHandle) -> impl IntoView {
    let l = use_locale();
    let form = form.filled(&BookingDetails { reason, ..BookingDetails::default() });
    let chosen = hold.chosen();
    let time = chosen.time();
    let (reservation, doctor) = (hold.reservation.to_string(), hold.doctor.id.to_string());
    let another = doctor_page(&chosen, booking.as_deref());
    let held = hold.clone();
    view! {
        <Steps at=1/>
        <h1>{say!(l, scheduling.book.reason)}</h1>
        <div class="wide">
            <section class="card">
                <Form form>
                    <input type="hidden" name="hold" value=reservation.clone()/>
                    <input type="hidden" name="doctor" value=doctor.clone()/>
                    <input type="hidden" name="time" value=time.clone()/>
                    <TextArea name="reason" hint=say!(l, scheduling.book.reason_hint)/>
                    <div class="row">
                        <SubmitButton label=say!(l, scheduling.book.submit)/>
                    </div>
                </Form>
                // Without the id of the answers: the text comes back from its draft, and is still being written.
                <HeldUntil hold=held again booking=""/>
            </section>
            <aside class="card">
                <h2>{say!(l, scheduling.doctor.good_to_know)}</h2>
                <dl class="facts">
                    <dt>{say!(l, scheduling.book.with)}</dt>
                    <dd>{said(hold.doctor.name.clone())}</dd>
                    <dt>{say!(l, scheduling.book.when)}</dt>
                    <dd>{TimeRange::new(hold.starts_at, hold.ends_at).map(|range| view! { <MomentRange range with_day=true/> })}</dd>
                    <dt>{say!(l, scheduling.doctor.clinic)}</dt>
                    <dd>{said(hold.clinic.name.clone())}</dd>
                    <dt>{say!(l, scheduling.doctor.place)}</dt>
                    <dd>{mode_name(l, hold.visit_type.mode)}</dd>
                    <dt>{say!(l, scheduling.doctor.fee)}</dt>
                    <dd>{fee_sentence(l, hold.fee, names(l))}</dd>
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

/// Shown when the hold has expired: the time can be held again if it is still free. What was written is kept.
#[component]
pub(super) fn Gone(
    /// The time, if the page knows it.
    chosen: Option<ChosenTime>,
    /// The id of stored answers, if there are any.
    booking: Option<String>,
    /// The form that holds it again; made at the top of the page.
    again: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let href = match &chosen {
        Some(chosen) => doctor_page(chosen, booking.as_deref()),
        None => "/doctors".to_owned(),
    };
    let held_again = chosen.map(|chosen| {
        let booking = booking.clone().unwrap_or_default();
        view! { <HoldAgain form=again chosen booking label=say!(l, scheduling.book.hold_again)/> }
    });
    view! {
        <h1>{say!(l, scheduling.book.gone_title)}</h1>
        <EmptyState title=say!(l, scheduling.other.title) text=say!(l, scheduling.book.gone)>
            {held_again}
            <a class="button plain" href=href>{say!(l, scheduling.book.gone_link)}</a>
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
