//! Layout of the visit. It is always dark, whatever the colour scheme, so that the faces stand out.

use kit::layouts::use_acted_for;
use kit::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// The bar at the top, the stage, the tools at the bottom, and a panel next to the stage if there is one.
#[component]
pub fn VisitLayout(
    /// The other participant, the state of the connection, the time.
    bar: AnyView,
    /// The controls of the call.
    tools: AnyView,
    /// The panel next to the stage: chat, summary, notes.
    #[prop(optional)]
    panel: Option<AnyView>,
    /// Whether the panel is visible.
    #[prop(into, default = Signal::stored(true))]
    panel_open: Signal<bool>,
    /// The stage: the participants' video.
    children: Children,
) -> impl IntoView {
    let l = use_locale();
    let acted_for = use_acted_for().map(|name| view! { <p>{say!(l, common.account.acting_for, name = name)}</p> });
    let has_panel = panel.is_some();
    let with_panel = move || has_panel && panel_open.get();
    view! {
        <div class="visit" class:with-panel=with_panel>
            <header class="bar">{bar} {acted_for}</header>
            <main id="main" class="stage" tabindex="-1">
                {children()}
            </main>
            {panel.map(|panel| {
                view! {
                    <aside id="beside" class="panel" aria-label=say!(l, visits.tools.panel) hidden=move || !panel_open.get()>
                        {panel}
                    </aside>
                }
            })}
            <footer class="tools" aria-label=say!(l, visits.tools.label)>{tools}</footer>
        </div>
    }
    .into_any()
}
