//! The room of a visit in person: its name where the visit is shown, and the form with which reception changes it.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Choice, Radios, listed, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::scheduling::VisitRooms;
use model::scheduling::views::AppointmentCard;
use serde::{Deserialize, Serialize};
use words::say;

/// The values of the form that gives another room to a visit.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomValues {
    /// The appointment.
    pub appointment: String,
    /// The room.
    pub room: String,
    /// The day to which reception returns.
    pub day: String,
}

impl FormValues for RoomValues {
    const FORM: &'static str = "scheduling.room";
    // Rooms go while one thinks about them.
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the room of a visit and those that it could have.
///
/// # Errors
/// `NotFound`, `Forbidden`, `SignInNeeded`; `VisitNotInPerson`, `AppointmentSettled`.
#[server(prefix = "/do", endpoint = "read-visit-rooms")]
pub async fn read_visit_rooms(
    /// The appointment's id.
    id: String,
) -> Result<VisitRooms, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::scheduling::rooms_for_visit(&request.domain, &request.access, id)).await
}

/// Gives another room to a visit.
///
/// # Errors
/// No room chosen; `RoomTaken`, `NotFound`, `Forbidden`, `Stale`, `VisitNotInPerson`, `AppointmentSettled`, `SignInNeeded`.
#[server(prefix = "/do", endpoint = "save-room")]
pub async fn save_room(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RoomValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::save(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, Posted, RoomValues};
    use domain::{
        error::retry,
        scheduling::{self, SetRoom},
    };
    use kit::address::query;
    use kit::request::{RequestContext, posted_id};
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn save(form: &Posted<RoomValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let RoomValues { appointment, room, day } = form.values.clone();
        let appointment = posted_id(&appointment)?;
        let missing = || Failure::fields(vec![FieldError::new("room", FieldFault::Missing)]);
        let room = room.parse().map_err(|_| missing())?;
        let command = SetRoom { appointment, room, version: form.version().ok() };
        retry(|| scheduling::set_room(&request.domain, &request.access, command)).await?;
        let day = (!day.is_empty()).then_some(day);
        // Loaded anew, so that the page has the new version.
        Ok(FormReply::fresh(format!("/desk{}", query(&[("day", day.as_deref())]))))
    }
}

/// The form that gives another room to a visit. Create it with the page, before anything is awaited.
pub(super) fn room_form() -> FormHandle {
    let l = use_locale();
    use_form::<SaveRoom, RoomValues>().choice("room", say!(l, scheduling.room.room), say!(l, scheduling.room.missing))
}

/// The part of a page in which reception gives another room to a visit.
#[component]
pub(super) fn ChooseRoom(
    /// The rooms of the visit's clinic.
    rooms: VisitRooms,
    /// The day to which reception returns.
    day: String,
    /// The form.
    form: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let VisitRooms { appointment, version, room, choices } = rooms;
    let own = room.map(|room| room.to_string()).unwrap_or_default();
    let form = form.editing(&RoomValues { room: own, ..RoomValues::default() }, i64::from(version));
    let id = appointment.to_string();
    let choices: Vec<Choice> = choices
        .into_iter()
        .map(|choice| Choice {
            value: choice.id.to_string(),
            label: listed(&[choice.name]),
            hint: (!choice.is_free).then(|| say!(l, scheduling.room.taken).to_owned()),
        })
        .collect();
    view! {
        <h2>{say!(l, scheduling.room.title)}</h2>
        <Form form>
            <input type="hidden" name="appointment" value=id.clone()/>
            <input type="hidden" name="day" value=day.clone()/>
            <Radios name="room" choices=choices.clone()/>
            <div class="row"><SubmitButton label=say!(l, scheduling.room.submit)/></div>
        </Form>
    }
    .into_any()
}

/// The name of the room of a visit, after the way to meet: " · Room 3".
pub(super) fn room_name(card: &AppointmentCard) -> Option<AnyView> {
    let room = card.room.clone()?;
    Some(view! { " · " {said(room)} }.into_any())
}
