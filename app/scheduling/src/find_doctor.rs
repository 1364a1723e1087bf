//! The search for doctors as one field, on pages whose reader may look for one.

use kit::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// A form with one field. What is typed is looked for on the search page; with nothing typed it shows all doctors.
#[component]
pub fn FindDoctor() -> impl IntoView {
    let l = use_locale();
    view! {
        <form class="find" method="get" action="/doctors" role="search">
            <div class="filters">
                <div class="field">
                    <label for="find-doctor">{say!(l, scheduling.search.name)}</label>
                    <small id="find-doctor-hint">{say!(l, scheduling.search.name_hint)}</small>
                    <input
                        type="search"
                        dir="auto"
                        id="find-doctor"
                        name="name"
                        autocomplete="off"
                        maxlength="100"
                        aria-describedby="find-doctor-hint"
                    />
                </div>
                <button type="submit" class="button">{say!(l, scheduling.search.title)}</button>
            </div>
        </form>
    }
    .into_any()
}
