//! The online meeting of a visit: its link for patient and doctor shortly before the visit, and the form in which the clinic enters it.

use super::side::Side;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Detail, Moment, TextField, switch};
use kit::viewer::{use_locale, use_now};
use leptos::prelude::*;
use model::ids::AppointmentId;
use model::scheduling::MeetingView;
use model::scheduling::views::AppointmentCard;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form in which the clinic enters the link.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MeetingValues {
    /// The appointment.
    pub appointment: String,
    /// The link; empty when that of the visit type is to count.
    pub link: String,
    /// The day to which reception returns; empty for the doctor, who returns to the page of the appointment.
    pub day: String,
}

impl FormValues for MeetingValues {
    const FORM: &'static str = "scheduling.meeting";
    // Whoever has the link can enter the meeting.
    const KEEP: Keep = Keep::Nowhere;
}

/// Enters the link to the meeting of a visit, or removes it.
///
/// # Errors
/// A link in the wrong form; `NotFound`, `Forbidden`, `Stale`, `VisitNotAMeeting`, `AppointmentSettled`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "save-meeting-link")]
pub async fn save_meeting_link(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MeetingValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MeetingValues, Posted};
    use domain::{
        error::retry,
        scheduling::{self, SetMeetingLink},
    };
    use kit::address::query;
    use kit::request::{RequestContext, posted_id};

    pub(super) async fn save(form: &Posted<MeetingValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let MeetingValues { appointment, link, day } = form.values.clone();
        let command = SetMeetingLink { appointment: posted_id(&appointment)?, link, version: form.version().ok() };
        let view = retry(|| scheduling::set_meeting_link(&request.domain, &request.access, command.clone())).await?;
        // Loaded anew, so that the page has the new version.
        Ok(FormReply::fresh(if day.is_empty() {
            format!("/doctor/appointments/{}?meeting=1", view.card.id)
        } else {
            format!("/desk{}", query(&[("day", Some(day.as_str()))]))
        }))
    }
}

/// The form in which the clinic enters the link. Create it with the page, before anything is awaited.
pub(super) fn meeting_form() -> FormHandle {
    let l = use_locale();
    use_form::<SaveMeetingLink, MeetingValues>()
        .optional("link", say!(l, scheduling.meeting.link))
        .malformed(say!(l, scheduling.meeting.link_malformed))
}

/// The link to the meeting while it is shown, and before that, from when on. It switches by itself while the page is open: as the server gives the link only when
/// it is time, the page is then loaded again.
#[component]
pub(super) fn MeetingWay(
    /// The appointment.
    card: AppointmentCard,
    /// Its meeting.
    meeting: MeetingView,
    /// Who looks at it.
    side: Side,
) -> impl IntoView {
    let l = use_locale();
    let now = use_now();
    let MeetingView { opens_at, is_entered, link, .. } = meeting;
    let page = format!("{}/{}", side.folder(), card.id);
    let state = move || (card.meeting_is_open(now.get()), now.get() < opens_at);
    let missing = move || {
        let text = match side {
            Side::Patient => say!(l, scheduling.meeting.none),
            Side::Doctor | Side::Desk => say!(l, scheduling.meeting.none_doctor),
        };
        view! { <p>{text}</p> }.into_any()
    };
    let way = switch(state, move |(is_open, opens_later)| {
        if is_open && let Some(link) = link.clone() {
            view! {
                <div class="row">
                    <a class="button" href=link.clone() rel="external noreferrer" target="_blank">{say!(l, scheduling.meeting.open)}</a>
                </div>
                <p class="quiet">{say!(l, scheduling.meeting.address)} " " <bdi dir="ltr">{link}</bdi></p>
            }
            .into_any()
        } else if is_open && is_entered {
            view! {
                <div class="row"><a class="button" href=page.clone() rel="external">{say!(l, scheduling.meeting.show)}</a></div>
            }
            .into_any()
        } else if is_open || (opens_later && !is_entered && side == Side::Doctor) {
            missing()
        } else if opens_later {
            view! { <p>{say!(l, scheduling.meeting.shown_from)} " " <Moment at=opens_at detail=Detail::Short/></p> }.into_any()
        } else {
            ().into_any()
        }
    });
    view! { {way} }.into_any()
}

/// The part of a page in which the clinic enters the link to the meeting of one visit.
#[component]
pub(super) fn EnterLink(
    /// The appointment.
    appointment: AppointmentId,
    /// Its meeting.
    meeting: MeetingView,
    /// The version of the appointment.
    version: i32,
    /// The day to which reception returns; empty for the doctor.
    day: String,
    /// The form.
    form: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let form = form.editing(&MeetingValues::default(), i64::from(version));
    let id = appointment.to_string();
    let known = if meeting.is_entered { say!(l, scheduling.meeting.entered) } else { say!(l, scheduling.meeting.missing) };
    view! {
        <h2>{say!(l, scheduling.meeting.title)}</h2>
        <p>{known} " " {say!(l, scheduling.meeting.lead)}</p>
        <Form form>
            <input type="hidden" name="appointment" value=id.clone()/>
            <input type="hidden" name="day" value=day.clone()/>
            <TextField name="link" hint=say!(l, scheduling.meeting.link_hint) inputmode="url" optional=true/>
            <div class="row"><SubmitButton label=say!(l, scheduling.meeting.submit)/></div>
        </Form>
    }
    .into_any()
}
