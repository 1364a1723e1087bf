//! What was changed in an account by its owner: the name, the time zone and the language. For the owner, and for those who see the account.

use super::changes::{Changes, of_person};
use kit::failure::Failure;
use kit::parts::{PageTitle, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::directory::ChangesView;
use words::say;

/// Loads the changes of the user's own account.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-own-account-changes")]
pub async fn load_own_account_changes() -> Result<ChangesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::own_account_changes(&request.domain, &request.access)).await
}

/// Loads the changes of an account.
///
/// # Errors
/// `NotFound`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-account-changes")]
pub async fn load_account_changes(
    /// The user.
    user: String,
) -> Result<ChangesView, Failure> {
    let request = kit::request::RequestContext::require()?;
    let user = kit::request::id(&user)?;
    kit::request::call(|| domain::directory::changes_of_account(&request.domain, &request.access, user)).await
}

/// The page `/account/history`.
#[component]
pub fn OwnAccountChangesPage() -> impl IntoView {
    let l = use_locale();
    let changes = Resource::new_blocking(|| (), |()| load_own_account_changes());
    view! {
        <PageTitle text=say!(l, directory.changes.account_title)/>
        <p><a href="/account">"← " {say!(l, common.account.back)}</a></p>
        <div class="lead">
            <h1>{say!(l, directory.changes.account_title)}</h1>
            <p>{say!(l, directory.changes.account_lead)}</p>
        </div>
        {loaded(changes, |changes| view! { <Changes changes/> })}
    }
    .into_any()
}

/// The page `/admin/people/:id/changes`.
#[component]
pub fn AccountChangesPage() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.with(|params| params.get("id")).unwrap_or_default();
    of_person(Resource::new_blocking(id, load_account_changes), "/admin/people")
}
