//! The e-mail address that a visitor has typed, carried to the next pages. It is stored encrypted for half an hour, and an address of a page contains only
//! the random id under which it is stored.

use super::AddressValues;
use kit::address::{query, use_next};
use kit::failure::Failure;
use kit::forms::{FormReply, Posted};
use kit::viewer::use_locale;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use leptos::web_sys::HtmlInputElement;
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_navigate, use_query_map};
use server_fn::ServerFn as _;
use words::say;

/// Goes on to the form for a forgotten password with the address that was typed into another form. What else was typed is ignored.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "carry-address")]
pub async fn carry_address(
    /// The posted form.
    #[server(flatten)]
    form: Posted<AddressValues>,
) -> Result<FormReply, Failure> {
    let outcome = on_server::with_address("/reset-password", &form.values).await.map(FormReply::to);
    form.answer(outcome).await
}

/// Loads the address that was stored under this id. Empty when it does not exist or has expired.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-address")]
pub async fn load_address(
    /// The id.
    id: Option<String>,
) -> Result<String, Failure> {
    on_server::load(id).await
}

#[cfg(feature = "ssr")]
pub(super) mod on_server {
    use super::{AddressValues, Failure};
    use kit::address::{local_path, query};
    use kit::request::RequestContext;

    /// The name under which the addresses are stored.
    const NAME: &str = "identity.typed_address";

    /// The longest address that is stored, in bytes; a longer one cannot exist (RFC 5321 §4.5.3.1).
    const LONGEST: usize = 320;

    /// The address of a page that shows this e-mail address, and that leads on to the same page as this form.
    pub(crate) async fn with_address(path: &str, values: &AddressValues) -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let email = values.email.trim();
        let id = match email.len() {
            1..=LONGEST => Some(domain::drafts::save(&request.domain, NAME, email).await?),
            _ => None,
        };
        Ok(format!("{path}{}", query(&[("address", id.as_deref()), ("next", local_path(&values.next))])))
    }

    pub(super) async fn load(id: Option<String>) -> Result<String, Failure> {
        let request = RequestContext::require()?;
        let Some(id) = id else { return Ok(String::new()) };
        let kept = kit::request::call(|| domain::drafts::load(&request.domain, NAME, &id)).await?;
        Ok(kept.unwrap_or_default())
    }
}

/// The address that the previous page has carried here.
pub(super) fn use_typed_address() -> Resource<Result<String, Failure>> {
    let query = use_query_map();
    Resource::new_blocking(move || query.with(|query| query.get("address")), load_address)
}

/// The query that carries the address and the page to go on to one page further.
pub(super) fn typed_address_query() -> String {
    let address = use_query_map().with_untracked(|query| query.get("address"));
    query(&[("address", address.as_deref()), ("next", use_next().as_deref())])
}

/// Leads from the sign-in form to the form for a forgotten password. It is a button, so that the browser sends what was typed also without wasm.
#[component]
pub(super) fn ForgotButton(
    /// The page to go on to after signing in; empty for the home page.
    next: String,
) -> impl IntoView {
    let l = use_locale();
    let navigate = use_navigate();
    let go = move |event: MouseEvent| {
        event.prevent_default();
        let (values, navigate) = (AddressValues { email: typed(), next: next.clone() }, navigate.clone());
        spawn_local(async move {
            let reply = carry_address(Posted { values, ..Posted::default() }).await;
            let forgotten = reply.map_or_else(|_| "/reset-password".to_owned(), |reply| reply.next);
            navigate(&forgotten, NavigateOptions::default());
        });
    };
    view! {
        <button type="submit" class="as-link" formaction=CarryAddress::url() on:click=go>
            {say!(l, identity.sign_in.forgot)}
        </button>
    }
}

/// The text in the field for the address.
fn typed() -> String {
    let field = document().get_element_by_id("email").and_then(|field| field.dyn_into::<HtmlInputElement>().ok());
    field.map(|field| field.value()).unwrap_or_default()
}
