//! Around the visit: dark whatever the scheme, so that faces carry the light.

use crate::i18n::{say, use_locale};
use leptos::prelude::*;

/// The bar on top, the stage, the tools below, and a panel beside the stage when there is one.
#[component]
pub fn VisitLayout(
    /// Who is met, the state of the line, the time.
    bar: AnyView,
    /// The controls of the call.
    tools: AnyView,
    /// What stands beside the stage: chat, summary, notes.
    #[prop(optional)]
    panel: Option<AnyView>,
    /// Whether the panel is in view.
    #[prop(into, default = Signal::stored(true))]
    panel_open: Signal<bool>,
    /// The stage: faces.
    children: Children,
) -> impl IntoView {
    let l = use_locale();
    let has_panel = panel.is_some();
    let with_panel = move || has_panel && panel_open.get();
    view! {
        <div class="visit" class:with-panel=with_panel>
            <header class="bar">{bar}</header>
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
