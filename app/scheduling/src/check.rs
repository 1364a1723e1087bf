//! The last step of a booking: all answers once more, then the booking itself.

use super::booking::{Booked, Gone, HeldTime, HoldState, Steps, read_booking};
use super::hold::{HeldUntil, HoldTime, HoldValues};
use super::repeat::repeat_page;
use super::states::mode_name;
use kit::chosen::{doctor_page, reason_page};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::time::names;
use kit::parts::{Answer, CheckAnswers, EmptyState, Notice, NoticeKind, PageTitle, PhoneField, ZoneNote, listed, loaded, switch};
use kit::viewer::use_locale;
use kit::viewer::use_viewer;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use model::format;
use model::scheduling::views::HoldView;
use model::scheduling::{TimeRange, VisitMode};
use serde::{Deserialize, Serialize};
use words::{fee_sentence, say};

/// The values of the form that books.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct BookValues {
    /// The id of the stored answers.
    pub booking: String,
    /// The fee that the page has shown, in minor units.
    pub fee_minor: String,
    /// The number that the doctor calls; only at a visit by phone.
    pub phone: String,
}

impl FormValues for BookValues {
    const FORM: &'static str = "scheduling.book";
    const KEEP: Keep = Keep::Nowhere;
}

/// Books the visit. If the time is no longer free, redirects to a page that offers the nearest free times; the reason is kept. If the fee has changed, shows
/// the answers again, with the new fee.
///
/// # Errors
/// `DraftExpired`, `DoctorUnavailable`, `DoctorWithoutFee`, `SignInNeeded`, `Forbidden`; `RemoteCareNeeded` when the page knows no hold.
#[server(prefix = "/do", endpoint = "book-visit")]
pub async fn book_visit(
    /// The posted form.
    #[server(flatten)]
    form: Posted<BookValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::book(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
pub(super) mod post {
    use super::{BookValues, Failure, FormReply, Posted};
    use crate::booking::{
        BookingDetails,
        kept::{check_page, look_up},
        reason_for,
    };
    use domain::scheduling::{self, BookAppointment};
    use kit::address::query;
    use kit::chosen::{other_times_page, why_lost};
    use kit::forms::FormValues as _;
    use kit::request::RequestContext;
    use model::errors::Code;
    use model::ids::{DoctorId, ReservationId};
    use model::scheduling::ChosenTime;

    pub(super) async fn book(form: &Posted<BookValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let booking = &form.values.booking;
        let kept = look_up(&request, booking).await?.ok_or(Code::DraftExpired)?;
        let chosen = ChosenTime::parse(&kept.doctor, &kept.time).ok_or(Code::DraftExpired)?;
        let ChosenTime { doctor, clinic, start, visit_type } = chosen;
        let hold: Option<ReservationId> = kept.hold.parse().ok();
        let command = BookAppointment {
            hold,
            doctor,
            clinic,
            start,
            reason: kept.reason,
            visit_type,
            mode: None,
            phone: form.values.phone.clone(),
            fee_minor: form.values.fee_minor.parse().ok(),
            idempotency_key: Some(form.idempotency_key.clone()),
        };
        match domain::error::retry(|| scheduling::book(&request.domain, &request.access, command.clone())).await {
            Ok(view) => {
                forget_reason(&request, command.doctor, &form.idempotency_key).await;
                Ok(FormReply::to(format!("/appointments/{}?booked=1", view.card.id)))
            }
            Err(error) => match (why_lost(error.code()), hold) {
                (Some(why), _) => Ok(FormReply::to(other_times_page(&chosen, Some(booking), why))),
                (None, Some(hold)) if error.code() == Code::FeeChanged => {
                    Ok(FormReply::to(format!("{}&fee=changed", check_page(hold, booking))))
                }
                // Asked again, and then back to this page.
                (None, Some(hold)) if error.code() == Code::RemoteCareNeeded => {
                    let next = check_page(hold, booking);
                    Ok(FormReply::to(format!("/agree{}", query(&[("document", Some("remote_care")), ("next", Some(&*next))]))))
                }
                (None, _) => Err(error.into()),
            },
        }
    }

    /// Closes the draft of the reason, which is no longer needed.
    pub(crate) async fn forget_reason(request: &RequestContext, doctor: DoctorId, page: &str) {
        let (name, subject) = (BookingDetails::FORM, reason_for(Some(doctor)));
        let (domain, access) = (&request.domain, &request.access);
        let Ok(Some(kept)) = domain::drafts::load_kept(domain, access, name, &subject).await else { return };
        if let Err(error) = domain::drafts::close(domain, access, name, &subject, page, Some(&kept.page)).await {
            // The visit is booked. The reason is offered once more at the next booking, and can be discarded.
            leptos::logging::warn!("the draft of a reason could not be closed: {error}");
        }
    }
}

/// The page that shows all answers and books the visit.
#[component]
pub fn CheckPage() -> impl IntoView {
    let l = use_locale();
    let (params, query) = (use_params_map(), use_query_map());
    let booking = move || query.with(|query| query.get("booking")).unwrap_or_default();
    let form = use_form::<BookVisit, BookValues>().phone("phone");
    // Read anew when nothing was booked because the fee has changed.
    let done = form.done();
    let asked = move || (params.with(|params| params.get("reservation")).unwrap_or_default(), booking(), done.get());
    let answers = Resource::new_blocking(asked, |(reservation, booking, _)| read_booking(reservation, booking));
    let again = use_form::<HoldTime, HoldValues>();
    view! {
        <PageTitle text=say!(l, scheduling.check.title)/>
        {loaded(answers, move |found| {
            let booking = query.with_untracked(|query| query.get("booking")).unwrap_or_default();
            match found {
                Some(HeldTime { hold: HoldState::Live(hold), reason, .. }) => {
                    view! { <Answers hold reason booking form again/> }.into_any()
                }
                Some(HeldTime { hold: HoldState::Booked(appointment), .. }) => view! { <Booked appointment/> }.into_any(),
                Some(HeldTime { hold: HoldState::Over, chosen, .. }) => {
                    view! { <Gone chosen booking=Some(booking) again/> }.into_any()
                }
                None => view! {
                    <EmptyState title=say!(l, scheduling.check.expired_title) text=say!(l, scheduling.check.expired)>
                        <a class="button" href="/doctors">{say!(l, scheduling.search.title)}</a>
                    </EmptyState>
                }
                .into_any(),
            }
        })}
    }
}

#[component]
fn Answers(hold: HoldView, reason: String, booking: String, form: FormHandle, again: FormHandle) -> impl IntoView {
    let l = use_locale();
    let zone = use_viewer().zone_rules();
    let day = format::date_long(zone.to_datetime(hold.starts_at).date(), names(l));
    let times = TimeRange::new(hold.starts_at, hold.ends_at).map(|range| format::time_range(range, &zone, names(l)));
    let chosen = hold.chosen();
    // Both keep what was chosen and written.
    let other_time = doctor_page(&chosen, Some(&booking));
    let other_reason = reason_page(hold.reservation, &chosen, Some(&booking));
    let place = match hold.visit_type.mode {
        VisitMode::Video | VisitMode::Phone | VisitMode::External => mode_name(l, hold.visit_type.mode).to_owned(),
        VisitMode::InPerson => listed(&hold.clinic.address_lines),
    };
    let by_phone = hold.visit_type.mode == VisitMode::Phone;
    let asks = hold.visit_type.needs_approval.then(|| view! { <p>{say!(l, scheduling.requests.asks)}</p> });
    let form = form.filled(&BookValues { phone: hold.phone.clone().unwrap_or_default(), ..BookValues::default() });
    let answer = |label: &str, value: String, change: Option<String>| Answer { label: label.to_owned(), value, change };
    let answers = vec![
        answer(say!(l, scheduling.check.doctor), hold.doctor.name.clone(), Some("/doctors".to_owned())),
        answer(say!(l, scheduling.check.time), format!("{day}, {}", times.unwrap_or_default()), Some(other_time)),
        answer(say!(l, scheduling.check.clinic), hold.clinic.name.clone(), None),
        answer(say!(l, scheduling.check.place), place, None),
        answer(say!(l, scheduling.check.reason), reason, Some(other_reason)),
        answer(say!(l, scheduling.check.fee), fee_sentence(l, hold.fee, names(l)), None),
    ];
    // The visit can be the first one of a series.
    let repeat = repeat_page(hold.reservation, &booking, &[]);
    let (cancel_notice_hours, fee_minor, answers_id) = (hold.cancel_notice_hours, hold.fee.minor.to_string(), booking.clone());
    let query = use_query_map();
    let fee_changed = switch(
        move || query.with(|query| query.get("fee").is_some()),
        move |is_changed| {
            is_changed.then(|| {
                view! {
                    <Notice kind=NoticeKind::Warn title=say!(l, scheduling.check.fee_changed)>
                        <p>{say!(l, scheduling.check.fee_changed_text)}</p>
                    </Notice>
                }
            })
        },
    );
    view! {
        <Steps at=2/>
        <h1>{say!(l, scheduling.check.title)}</h1>
        {fee_changed}
        <section class="card">
            <CheckAnswers answers/>
            <ZoneNote/>
            <p>{say!(l, scheduling.check.notice, n = cancel_notice_hours)}</p>
            {asks}
            <Form form>
                <input type="hidden" name="booking" value=booking.clone()/>
                <input type="hidden" name="fee_minor" value=fee_minor.clone()/>
                {by_phone.then(|| view! { <PhoneField name="phone"/> })}
                <div class="row">
                    <SubmitButton label=say!(l, scheduling.check.submit)/>
                    <a class="button plain" href=repeat.clone()>{say!(l, scheduling.repeat.link)}</a>
                </div>
            </Form>
            <HeldUntil hold again booking=answers_id/>
        </section>
    }
}
