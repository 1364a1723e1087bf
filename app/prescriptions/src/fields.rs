//! The fields of one medicine, used both for adding and for changing it.

use kit::forms::FormHandle;
use kit::parts::{TextArea, TextField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// Declares the fields of a medicine.
pub(super) fn declared(form: FormHandle) -> FormHandle {
    let l = use_locale();
    form.field("medicine", say!(l, prescriptions.item.medicine), say!(l, prescriptions.item.medicine_missing))
        .field("strength", say!(l, prescriptions.item.strength), say!(l, prescriptions.item.strength_missing))
        .field("form", say!(l, prescriptions.item.form), say!(l, prescriptions.item.form_missing))
        .field("dose", say!(l, prescriptions.item.dose), say!(l, prescriptions.item.dose_missing))
        .field("route", say!(l, prescriptions.item.route), say!(l, prescriptions.item.route_missing))
        .field("frequency", say!(l, prescriptions.item.frequency), say!(l, prescriptions.item.frequency_missing))
        .noun(say!(l, prescriptions.item.frequency_noun))
        .field("duration", say!(l, prescriptions.item.duration), say!(l, prescriptions.item.duration_missing))
        .noun(say!(l, prescriptions.item.duration_noun))
        .field("quantity", say!(l, prescriptions.item.quantity), say!(l, prescriptions.item.quantity_missing))
        .optional("refills", say!(l, prescriptions.item.refills))
        .malformed(say!(l, prescriptions.item.refills_malformed))
        .optional("note", say!(l, prescriptions.item.note))
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
