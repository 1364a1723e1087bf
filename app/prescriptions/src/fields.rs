//! The fields of one medicine, used both for adding and for changing it.

use kit::forms::FormHandle;
use kit::parts::{TextArea, TextField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// Declares the fields of a medicine.
pub(super) fn declared(form: FormHandle) -> FormHandle {
    let l = use_locale();
    form.field("medicine", say!(l, prescriptions.item.medicine))
        .field("strength", say!(l, prescriptions.item.strength))
        .field("form", say!(l, prescriptions.item.form))
        .field("dose", say!(l, prescriptions.item.dose))
        .field("route", say!(l, prescriptions.item.route))
        .field("frequency", say!(l, prescriptions.item.frequency))
        .field("duration", say!(l, prescriptions.item.duration))
        .field("quantity", say!(l, prescriptions.item.quantity))
        .field("refills", say!(l, prescriptions.item.refills))
        .field("note", say!(l, prescriptions.item.note))
}

/// The fields of a medicine.
#[component]
pub(super) fn MedicineFields() -> impl IntoView {
    let l = use_locale();
    view! {
        <TextField name="medicine" hint=say!(l, prescriptions.item.medicine_hint)/>
        <div class="two">
            <TextField name="strength" hint=say!(l, prescriptions.item.strength_hint)/>
            <TextField name="form" hint=say!(l, prescriptions.item.form_hint)/>
            <TextField name="dose" hint=say!(l, prescriptions.item.dose_hint)/>
            <TextField name="route" hint=say!(l, prescriptions.item.route_hint)/>
            <TextField name="frequency" hint=say!(l, prescriptions.item.frequency_hint)/>
            <TextField name="duration" hint=say!(l, prescriptions.item.duration_hint)/>
            <TextField name="quantity" hint=say!(l, prescriptions.item.quantity_hint)/>
            <TextField name="refills" hint=say!(l, prescriptions.item.refills_hint) inputmode="numeric" width="short" optional=true/>
        </div>
        <TextArea name="note" hint=say!(l, prescriptions.item.note_hint) rows=2 optional=true/>
    }
    .into_any()
}
