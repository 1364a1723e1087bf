//! Choosing a time: it is held, and the next page asks for the reason (or, if the reason is known, shows all answers).

use jiff::{SignedDuration, Timestamp};
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton};
use kit::parts::{Detail, Moment, Notice, NoticeKind, switch};
use kit::viewer::{use_locale, use_now};
use leptos::prelude::*;
use model::scheduling::ChosenTime;
use model::scheduling::views::HoldView;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that chooses a time.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct HoldValues {
    /// The doctor's id.
    pub doctor: String,
    /// The time with its clinic.
    pub time: String,
    /// The id of the stored answers, when another time is chosen for them.
    pub booking: String,
}

impl FormValues for HoldValues {
    const FORM: &'static str = "scheduling.hold";
    const KEEP: Keep = Keep::Nowhere;
}

/// Holds a time. A visitor without a session is sent to the sign-in page and then returns to the chosen time. On the pages of a booking, a time that is
/// gone leads to the nearest free ones.
///
/// # Errors
/// A missing time; `SlotTaken`, `SlotPast`, `SlotUnknown`, `PatientBusy`, `DoctorUnavailable`, `DoctorWithoutFee`; `TooManyAppointments`, `TooManyWithDoctor`,
/// `HeldTooOften`, `RateLimited`; `Forbidden` for a user who does not act as a patient.
#[server(prefix = "/do", endpoint = "hold-time")]
pub async fn hold_time(
    /// The posted form.
    #[server(flatten)]
    form: Posted<HoldValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::hold(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, HoldValues, Posted};
    use crate::booking::kept::{Kept, check_page, keep, look_up};
    use domain::scheduling;
    use kit::address::sign_in_path;
    use kit::chosen::{doctor_page, other_times_page, reason_page, why_lost};
    use kit::request::RequestContext;
    use model::errors::{Code, FieldError, FieldFault};
    use model::ids::DoctorId;
    use model::scheduling::ChosenTime;

    pub(super) async fn hold(form: &Posted<HoldValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let values = &form.values;
        values.doctor.parse::<DoctorId>().map_err(|_| Code::NotFound)?;
        let fault = if values.time.is_empty() { FieldFault::Missing } else { FieldFault::UnknownChoice };
        let chosen = ChosenTime::parse(&values.doctor, &values.time);
        let chosen = chosen.ok_or_else(|| Failure::fields(vec![FieldError::new("time", fault)]))?;

        let held = match domain::error::retry(|| scheduling::hold(&request.domain, &request.access, chosen.into())).await {
            Ok(held) => held,
            Err(error) if error.code() == Code::SignInNeeded => {
                return Ok(FormReply::fresh(sign_in_path(&doctor_page(&chosen, None))));
            }
            Err(error) => {
                // The doctor's page has other times, and shows the error next to them. The pages of a booking have none, or old ones.
                let elsewhere = why_lost(error.code()).filter(|_| form.back().starts_with("/book/"));
                return match elsewhere {
                    Some(why) => Ok(FormReply::to(other_times_page(&chosen, Some(&values.booking), why))),
                    None => Err(error.into()),
                };
            }
        };
        let answers = look_up(&request, &values.booking).await?.filter(|answers| !answers.reason.is_empty());
        let Some(answers) = answers else {
            return Ok(FormReply::to(reason_page(held.reservation, &chosen, None)));
        };
        let kept = Kept::of(held.reservation, &chosen, answers.reason);
        let booking = keep(&request, &kept).await?;
        Ok(FormReply::to(check_page(held.reservation, &booking)))
    }
}

/// Says until when the time of a booking is held. Two minutes before the end it offers to hold the time longer.
#[component]
pub(super) fn HeldUntil(
    /// The held time.
    hold: HoldView,
    /// The form that holds it again; made at the top of the page.
    again: FormHandle,
    /// The id of stored answers, if there are any.
    #[prop(into)]
    booking: String,
) -> impl IntoView {
    let l = use_locale();
    let (now, expires_at) = (use_now(), hold.expires_at);
    let left = Memo::new(move |_| Left::at(now.get(), expires_at));
    let chosen = hold.chosen();
    let warning = switch(
        move || left.get(),
        move |left| {
            let (title, text, label) = match left {
                Left::Enough => return ().into_any(),
                Left::Little => (
                    say!(l, scheduling.book.ends_soon),
                    say!(l, scheduling.book.ends_soon_text),
                    say!(l, scheduling.book.keep_longer),
                ),
                Left::Nothing => (
                    say!(l, scheduling.book.gone_title),
                    say!(l, scheduling.book.ended_text),
                    say!(l, scheduling.book.hold_again),
                ),
            };
            let booking = booking.clone();
            view! {
                <Notice kind=NoticeKind::Warn title=title>
                    <p>{text}</p>
                </Notice>
                <HoldAgain form=again chosen booking label/>
            }
            .into_any()
        },
    );
    view! {
        <p class="quiet">{say!(l, scheduling.book.held_until)} " " <Moment at=expires_at detail=Detail::Time/></p>
        // Screen readers announce the warning when it appears.
        <div role="status">{warning}</div>
    }
}

/// How much of a hold is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Left {
    Enough,
    /// Less than two minutes.
    Little,
    Nothing,
}

impl Left {
    fn at(now: Timestamp, expires_at: Timestamp) -> Self {
        let left = expires_at.duration_since(now);
        if left <= SignedDuration::ZERO {
            Self::Nothing
        } else if left <= SignedDuration::from_mins(2) {
            Self::Little
        } else {
            Self::Enough
        }
    }
}

/// A form with one button, which holds a chosen time again.
#[component]
pub(super) fn HoldAgain(
    /// The form; made at the top of the page.
    form: FormHandle,
    /// The time.
    chosen: ChosenTime,
    /// The id of stored answers, if there are any.
    booking: String,
    /// The button's label.
    label: &'static str,
) -> impl IntoView {
    view! {
        <Form form>
            <input type="hidden" name="doctor" value=chosen.doctor.to_string()/>
            <input type="hidden" name="time" value=chosen.time()/>
            <input type="hidden" name="booking" value=booking.clone()/>
            <div class="row"><SubmitButton label=label class="plain"/></div>
        </Form>
    }
}

#[cfg(test)]
mod tests {
    use super::Left;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn the_end_of_a_hold_is_announced_two_minutes_before() {
        let end = Timestamp::UNIX_EPOCH;
        let before = |secs| Left::at(end - SignedDuration::from_secs(secs), end);
        assert_eq!([before(121), before(120), before(1), before(0)], [Left::Enough, Left::Little, Left::Little, Left::Nothing]);
    }
}
