//! The fee of a doctor's visits: an amount, or "free of charge". The form declares it with `FormHandle::fee`.

use super::{Checkbox, TextField};
use leptos::prelude::*;

/// The amount, and a box for visits that are free of charge: a fee of zero is chosen, not forgotten.
#[component]
pub fn FeeFields(
    /// Help text below the label of the amount; it names the currency.
    #[prop(into)]
    hint: String,
) -> impl IntoView {
    view! {
        <TextField name="fee" hint inputmode="decimal" width="short"/>
        <Checkbox name="fee_free"/>
    }
    .into_any()
}
