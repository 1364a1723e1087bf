//! The rooms of a clinic: adding one, and ending one.

use super::saved_notice;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted, SubmitButton, use_form};
use kit::parts::{Card, Detail, Moment, PageTitle, TextField, ZoneNote, listed, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::scheduling::{EndedRoom, RoomList};
use serde::{Deserialize, Serialize};
use words::{plural, say};

/// A room, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomNameValues {
    /// The clinic's id.
    pub clinic: String,
    /// What the room is called.
    pub name: String,
}

impl FormValues for RoomNameValues {
    const FORM: &'static str = "admin.room";
}

/// The values of the form that ends a room.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndRoomValues {
    /// The clinic's id, to come back to its rooms.
    pub clinic: String,
    /// The id of the room.
    pub room: String,
}

impl FormValues for EndRoomValues {
    const FORM: &'static str = "admin.end_room";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads the rooms of a clinic.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-rooms")]
pub async fn load_rooms(
    /// The clinic's id.
    id: String,
) -> Result<RoomList, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::scheduling::rooms_of_clinic(&request.domain, &request.access, id)).await
}

/// Adds a room to a clinic.
///
/// # Errors
/// A wrong name; `RoomExists`, `NotFound`.
#[server(prefix = "/do", endpoint = "add-room")]
pub async fn add_room(
    /// The posted form.
    #[server(flatten)]
    form: Posted<RoomNameValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::add(&form.values).await;
    form.answer(outcome).await
}

/// Ends a room of a clinic.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "end-room")]
pub async fn end_room(
    /// The posted form.
    #[server(flatten)]
    form: Posted<EndRoomValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::end(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{EndRoomValues, Failure, FormReply, RoomNameValues};
    use domain::{error::retry, scheduling};
    use kit::request::{RequestContext, posted_id};
    use model::ids::ClinicId;

    pub(super) async fn add(values: &RoomNameValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let command = scheduling::AddRoom { clinic, name: values.name.clone() };
        retry(|| scheduling::add_room(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/clinics/{clinic}/rooms?saved=1")))
    }

    pub(super) async fn end(values: &EndRoomValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let clinic: ClinicId = posted_id(&values.clinic)?;
        let room = posted_id(&values.room)?;
        retry(|| scheduling::end_room(&request.domain, &request.access, room)).await?;
        Ok(FormReply::to(format!("/admin/clinics/{clinic}/rooms?saved=1")))
    }
}

/// The page `/admin/clinics/:id/rooms`.
#[component]
pub fn RoomsPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let add = use_form::<AddRoom, RoomNameValues>().field("name", say!(l, admin.rooms.name), say!(l, admin.rooms.name_missing));
    let end = use_form::<EndRoom, EndRoomValues>();
    let (added, ended) = (add.done(), end.done());
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let rooms = Resource::new_blocking(move || (id(), added.get(), ended.get()), |(id, ..)| load_rooms(id));
    view! {
        <PageTitle text=say!(l, admin.rooms.title)/>
        {saved_notice(l)}
        {loaded(rooms, move |list| view! { <Rooms list add end/> })}
    }
}

#[component]
fn Rooms(list: RoomList, add: FormHandle, end: FormHandle) -> impl IntoView {
    let l = use_locale();
    let RoomList { clinic, clinic_name, rooms, ended } = list;
    let clinic = clinic.to_string();
    let none = rooms.is_empty();
    let items: Vec<_> = rooms
        .into_iter()
        .map(|room| {
            let (clinic, id) = (clinic.clone(), room.id.to_string());
            let label = say!(l, admin.rooms.end_of, room = listed(std::slice::from_ref(&room.name)));
            view! {
                <li>
                    <div class="row">
                        <div class="grow"><strong>{said(room.name)}</strong></div>
                        <Form form=end>
                            <input type="hidden" name="clinic" value=clinic.clone()/>
                            <input type="hidden" name="room" value=id.clone()/>
                            <SubmitButton label=label.clone() class="plain"/>
                        </Form>
                    </div>
                </li>
            }
            .into_any()
        })
        .collect();
    let back = format!("/admin/clinics/{clinic}");
    view! {
        <p><a href=back>"← " {said(clinic_name)}</a></p>
        <h1>{say!(l, admin.rooms.title)}</h1>
        <p>{say!(l, admin.rooms.lead)}</p>
        <section class="card">
            {none.then(|| view! { <p>{say!(l, admin.rooms.none)}</p> })}
            {(!none).then(|| view! { <ul class="list">{items}</ul> })}
            <h2>{say!(l, admin.rooms.add)}</h2>
            <Form form=add>
                <input type="hidden" name="clinic" value=clinic.clone()/>
                <TextField name="name" hint=say!(l, admin.rooms.name_hint)/>
                <div class="row"><SubmitButton label=say!(l, admin.rooms.submit)/></div>
            </Form>
        </section>
        {(!ended.is_empty()).then(|| view! { <Ended rooms=ended/> })}
    }
    .into_any()
}

/// The rooms that were ended while visits are planned in them.
#[component]
fn Ended(rooms: Vec<EndedRoom>) -> impl IntoView {
    let l = use_locale();
    let items: Vec<_> = rooms
        .into_iter()
        .map(|room| {
            let n = room.visits;
            let visits = plural(n, say!(l, admin.rooms.visits_singular, n = n), say!(l, admin.rooms.visits_plural, n = n));
            view! {
                <li>
                    <strong>{said(room.name)}</strong> ": " {visits} ", " {say!(l, admin.rooms.next)} " "
                    <Moment at=room.next detail=Detail::Short/>
                </li>
            }
        })
        .collect();
    view! {
        <Card title=say!(l, admin.rooms.ended)>
            <p>{say!(l, admin.rooms.ended_lead)}</p>
            <ul class="list">{items}</ul>
            <ZoneNote/>
        </Card>
    }
    .into_any()
}
