//! The list of clinics.

use kit::failure::Failure;
use kit::parts::time::names;
use kit::parts::{Column, Notice, NoticeKind, PageTitle, Table, loaded, said, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::directory::{ClinicList, ClinicRow};
use words::{Locale, say};

mod form;
mod groups;
mod logo;
mod many;
mod messages;
mod page;
mod rooms;

pub use form::{ClinicValues, CreateClinic, EditClinic, EditClinicPage, NewClinicPage, create_clinic, edit_clinic};
pub use groups::{
    AddCareGroup, CareGroupMemberValues, CareGroupValues, CareGroupsPage, EndCareGroup, EndCareGroupValues, LoadCareGroups,
    PutIntoCareGroup, RemoveFromCareGroup, RemoveFromCareGroupValues, add_care_group, end_care_group, load_care_groups,
    put_into_care_group, remove_from_care_group,
};
pub use logo::{LoadClinicLogo, RemoveClinicLogo, load_clinic_logo, remove_clinic_logo};
pub use many::{LoadMassBoard, MassMessageValues, MassMessagesPage, SendMassMessage, load_mass_board, send_mass_message};
pub use messages::{
    ClinicMessagesPage, LoadMessageRetention, MessageRetentionValues, SetMessageRetention, load_message_retention,
    set_message_retention,
};
pub use page::{
    AddClosure, ClinicPage, ClosureValues, LoadClinic, RemoveClosure, ReopenValues, add_closure, load_clinic, remove_closure,
};
pub use rooms::{AddRoom, EndRoom, EndRoomValues, LoadRooms, RoomNameValues, RoomsPage, add_room, end_room, load_rooms};

/// Loads the clinics that the caller manages.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-clinics")]
pub async fn load_clinics() -> Result<ClinicList, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::list_clinics(&request.domain, &request.access)).await
}

/// The page `/admin/clinics`.
#[component]
pub fn ClinicsPage() -> impl IntoView {
    let l = use_locale();
    let list = Resource::new_blocking(|| (), |()| load_clinics());
    view! {
        <PageTitle text=say!(l, admin.clinics.title)/>
        <h1>{say!(l, admin.clinics.title)}</h1>
        {loaded(list, |list| view! { <List list/> })}
    }
}

#[component]
fn List(list: ClinicList) -> impl IntoView {
    let l = use_locale();
    let columns = vec![
        Column::name(say!(l, admin.clinics.name), |clinic: &ClinicRow| {
            view! { <a href=format!("/admin/clinics/{}", clinic.id)>{said(&clinic.name)}</a> }
        }),
        Column::text(say!(l, admin.clinics.country), |clinic: &ClinicRow| clinic.country.name()),
        Column::text(say!(l, admin.clinics.zone), |clinic: &ClinicRow| clinic.time_zone.replace('_', " ")),
        Column::text(say!(l, admin.clinics.phone), |clinic: &ClinicRow| said(clinic.phone.clone().unwrap_or_default())),
    ];
    view! {
        <div class="row">
            {list.may_create.then(|| view! {
                <a class="button" href="/admin/clinics/new">{say!(l, admin.clinics.add)}</a>
                <a href="/admin/specialties">{say!(l, admin.specialties.link)}</a>
                <a href="/admin/languages">{say!(l, admin.languages.link)}</a>
            })}
            <a href="/admin/note-templates">{say!(l, admin.clinics.note_templates)}</a>
        </div>
        <Table
            columns
            rows=list.clinics
            caption=say!(l, admin.clinics.title)
            empty_title=say!(l, admin.clinics.empty_title)
            empty_text=say!(l, admin.clinics.empty)
        />
    }
}

/// Says that a change was saved, when the address says so.
fn saved_notice(l: Locale) -> impl IntoView {
    let query = use_query_map();
    switch(
        move || query.with(|query| query.get("saved").is_some()),
        move |is_saved| is_saved.then(|| view! { <Notice kind=NoticeKind::Good title=say!(l, admin.clinics.saved)/> }),
    )
}

/// The opening hours of a week on one line: "Monday 09:00–17:00, Tuesday 09:00–12:00".
fn week_line(l: Locale, days: &[String]) -> String {
    let open = names(l).weekdays.iter().zip(days).filter(|(_, hours)| !hours.is_empty());
    open.map(|(day, hours)| format!("{day} {hours}")).collect::<Vec<_>>().join(", ")
}
