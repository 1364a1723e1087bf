//! The error summary at the top of a form.

use crate::forms::FormContext;
use crate::viewer::use_locale;
use leptos::html::Div;
use leptos::prelude::*;
use words::say;

/// Lists all errors of the surrounding form, each as a link to its field. It takes the focus when it appears, so that it is read first.
#[component]
pub fn ErrorSummary() -> impl IntoView {
    let l = use_locale();
    let form = use_context::<FormContext>();
    let summary = NodeRef::<Div>::new();

    // Runs after the summary was rendered: when the page loads with a draft, and after each refused submit.
    Effect::new(move |_| {
        let Some(form) = form else { return };
        form.failure.track();
        if let Some(element) = summary.get() {
            // If the element refuses the focus, the page still works.
            let _ = element.focus();
        }
    });

    move || {
        let form = form?;
        let failure = form.failure.get()?;
        let faults: Vec<_> = form
            .in_order(failure.fields.clone())
            .iter()
            .map(|wrong| {
                let text = form.message(l, wrong);
                let href = format!("#{}", form.anchor(wrong));
                // `rel=external`, because the router would treat the fragment as a page.
                view! { <li><a href=href rel="external">{text}</a></li> }
            })
            .collect();
        let message = faults.is_empty().then(|| view! { <p>{failure.message(l)}</p> });
        let list = (!faults.is_empty()).then(|| view! { <ul>{faults}</ul> });
        let summary = view! {
            <div class="summary" role="alert" tabindex="-1" autofocus node_ref=summary>
                <h2>{say!(l, common.form.summary_title)}</h2>
                {message}
                {list}
            </div>
        };
        Some(summary.into_any())
    }
}
