//! Who holds which role at which clinic, and who held one before.

use super::clinic_text;
use kit::address::query;
use kit::failure::Failure;
use kit::parts::{Column, Detail, Moment, PageTitle, Paging, Table, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::identity::MembershipRow;
use model::page::Page;
use serde::{Deserialize, Serialize};
use words::{role_name, say};

/// Which roles to list, as the address has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RolesAsked {
    /// `ended` for roles that have ended.
    pub show: Option<String>,
    /// The cursor: the last role of the previous page.
    pub after: Option<String>,
}

/// Loads a page of roles.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-roles")]
pub async fn load_roles(
    /// Which. Without any limits a browser sends nothing.
    #[server(default)]
    asked: RolesAsked,
) -> Result<Page<MembershipRow>, Failure> {
    let request = kit::request::RequestContext::require()?;
    let after = asked.after.and_then(|after| after.parse().ok());
    let command = domain::identity::ListMemberships { ended: asked.show.as_deref() == Some("ended"), after, limit: None };
    kit::request::call(|| domain::identity::list_memberships(&request.domain, &request.access, command)).await
}

/// The page `/admin/roles`.
#[component]
pub fn RolesPage() -> impl IntoView {
    let l = use_locale();
    let address = use_query_map();
    let asked = Memo::new(move |_| {
        address
            .with(|address| RolesAsked { show: address.get("show").filter(|show| show == "ended"), after: address.get("after") })
    });
    let page = Resource::new_blocking(move || asked.get(), load_roles);
    view! {
        <PageTitle text=say!(l, admin.staff.roles)/>
        <h1>{say!(l, admin.staff.roles)}</h1>
        {loaded(page, move |page| {
            let asked = asked.get_untracked();
            view! { <Roles page asked/> }
        })}
    }
}

#[component]
fn Roles(page: Page<MembershipRow>, asked: RolesAsked) -> impl IntoView {
    let l = use_locale();
    let RolesAsked { show, after } = asked;
    let ended = show.is_some();
    let paging = Paging::new(after.as_deref(), page.next_cursor.as_deref(), |after| {
        format!("/admin/roles{}", query(&[("show", show.as_deref()), ("after", after)]))
    });
    let mut columns = vec![
        Column::name(say!(l, admin.applications.name), |row: &MembershipRow| {
            view! { <a href=format!("/admin/roles/{}", row.id)>{said(&row.name)}</a> }
        }),
        Column::text(say!(l, admin.staff.role), move |row: &MembershipRow| role_name(l, row.role)),
        Column::text(say!(l, admin.staff.clinic), move |row: &MembershipRow| clinic_text(l, row.clinic.as_deref())),
        Column::text(say!(l, admin.staff.since), |row: &MembershipRow| view! { <Moment at=row.since detail=Detail::Short/> })
            .labelled(),
    ];
    if ended {
        let until = |row: &MembershipRow| row.until.map(|at| view! { <Moment at detail=Detail::Short/> });
        columns.push(Column::text(say!(l, admin.staff.ended), until).labelled());
    }
    let (other, label) = if ended {
        ("/admin/roles", say!(l, admin.staff.show_held))
    } else {
        ("/admin/roles?show=ended", say!(l, admin.staff.show_ended))
    };
    view! {
        <p><a href=other>{label}</a></p>
        <Table
            columns
            rows=page.items
            caption=say!(l, admin.staff.roles)
            dense=true
            with_zone=true
            paging
            empty_title=say!(l, admin.staff.no_roles_title)
            empty_text=say!(l, admin.staff.no_roles)
        />
    }
}
