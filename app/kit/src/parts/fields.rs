//! Fields with one control: label, hint, error, control, in this order.

use crate::forms::{Field, use_field};
use crate::viewer::use_locale;
use leptos::prelude::*;
use words::say;

/// The hint below the label.
pub(super) fn hint_line(field: &Field, hint: Option<String>) -> impl IntoView + use<> {
    let id = format!("{}-hint", field.id);
    hint.map(|hint| view! { <small id=id>{hint}</small> })
}

/// The error message, between the hint and the control.
pub(super) fn error_line(field: &Field) -> impl IntoView + use<> {
    let l = use_locale();
    let (id, error) = (format!("{}-error", field.id), field.error);
    move || {
        error.get().map(|text| {
            view! {
                <p class="error" id=id.clone()>
                    <span class="hidden">{say!(l, common.form.error_prefix)} " "</span>
                    {text}
                </p>
            }
        })
    }
}

/// Wraps a control with its label, hint and error.
pub(super) fn framed(field: &Field, hint: Option<String>, optional: bool, control: AnyView) -> AnyView {
    let l = use_locale();
    let error = field.error;
    view! {
        <div class="field" class:wrong=move || error.with(Option::is_some)>
            <label for=field.id.clone()>
                {field.label.clone()}
                {optional.then(|| view! { <span class="quiet">{format!(" {}", say!(l, common.form.optional))}</span> })}
            </label>
            {hint_line(field, hint)}
            {error_line(field)}
            {control}
        </div>
    }
    .into_any()
}

/// A single line of text.
#[component]
pub fn TextField(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
    #[prop(into, optional)]
    hint: Option<String>,
    /// The `autocomplete` token (HTML §4.10.18.7): `name`, `tel`, `off`.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// Which keyboard a phone shows: `numeric`, `tel`, `search`.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// The type of the control: `text`, `tel`, `search`, `date`, `time`.
    #[prop(default = "text")]
    kind: &'static str,
    /// How wide the control is: `short`, `medium`; otherwise the whole line.
    #[prop(optional)]
    width: &'static str,
    /// Whether the field is optional; the label then says so.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let field = use_field(&name, label);
    let control = view! {
        <input
            class=width
            type=kind
            dir="auto"
            id=field.id.clone()
            name=field.name.clone()
            value=field.value.clone()
            autocomplete=autocomplete
            inputmode=inputmode
            aria-describedby=field.described_by(hint.is_some())
            aria-invalid=field.invalid()
        />
    };
    framed(&field, hint, optional, control.into_any())
}

/// An e-mail address.
#[component]
pub fn EmailField(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
    #[prop(into, optional)]
    hint: Option<String>,
    /// `username` where people sign in or choose the address they sign in with, otherwise `email`.
    #[prop(default = "email")]
    autocomplete: &'static str,
) -> impl IntoView {
    let field = use_field(&name, label);
    let control = view! {
        <input
            type="email"
            id=field.id.clone()
            name=field.name.clone()
            value=field.value.clone()
            autocomplete=autocomplete
            inputmode="email"
            autocapitalize="none"
            spellcheck="false"
            aria-describedby=field.described_by(hint.is_some())
            aria-invalid=field.invalid()
        />
    };
    framed(&field, hint, false, control.into_any())
}

/// The user's own phone number.
#[component]
pub fn PhoneField(
    /// The field's name.
    #[prop(into)]
    name: String,
) -> impl IntoView {
    let l = use_locale();
    view! {
        <TextField
            name
            hint=say!(l, common.person.phone_hint)
            kind="tel"
            inputmode="tel"
            autocomplete="tel"
            width="medium"
        />
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The field's name.
    #[prop(into)]
    name: String,
    /// The label; needed only when no surrounding form declares it.
    #[prop(into, optional)]
    label: Option<String>,
    /// Help text below the label.
    #[prop(into, optional)]
    hint: Option<String>,
    /// How many lines are shown at first.
    #[prop(default = 4)]
    rows: u32,
    /// Whether the field is optional; the label then says so.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let field = use_field(&name, label);
    let control = view! {
        <textarea
            dir="auto"
            id=field.id.clone()
            name=field.name.clone()
            rows=rows
            aria-describedby=field.described_by(hint.is_some())
            aria-invalid=field.invalid()
        >
            {field.value.clone()}
        </textarea>
    };
    framed(&field, hint, optional, control.into_any())
}
