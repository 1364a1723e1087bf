//! The form that uploads a file.

use crate::viewer::use_locale;
use leptos::prelude::*;
use model::files::FileKind;
use words::say;

/// The form that uploads a file. With scripts, `upload.js` sends the file in parts; without them the form itself does. The caller gives the other fields of
/// the upload: `purpose`, and `patient` if the purpose needs one.
#[component]
pub fn UploadForm(
    /// The id of the control, unique on the page.
    id: &'static str,
    /// The label of the control.
    label: &'static str,
    /// Which files are taken, and how large.
    hint: &'static str,
    /// What to say when the file has another type.
    kind_not_taken: &'static str,
    /// The words on the button.
    submit: &'static str,
    /// The types that are taken.
    kinds: &'static [FileKind],
    /// The other fields.
    children: Children,
) -> impl IntoView {
    let l = use_locale();
    let accepted: Vec<&str> = kinds.iter().copied().map(FileKind::as_str).collect();
    let hint_id = format!("{id}-hint");
    view! {
        <form
            method="post"
            action="/files/add"
            enctype="multipart/form-data"
            class="form"
            data-upload=""
            data-sending=say!(l, common.files.sending)
            data-waiting=say!(l, common.files.waiting)
            data-checking=say!(l, common.files.checking)
            data-failed=say!(l, common.files.failed)
            data-kind=kind_not_taken
        >
            {children()}
            <div class="field">
                <label for=id>{label}</label>
                <small id=hint_id.clone()>{hint}</small>
                <input type="file" id=id name="file" required accept=accepted.join(",") aria-describedby=hint_id/>
            </div>
            <progress hidden max="100" value="0" aria-label=say!(l, common.files.progress)></progress>
            <p class="quiet" role="status"></p>
            <div class="row"><button type="submit" class="button">{submit}</button></div>
        </form>
    }
    .into_any()
}
