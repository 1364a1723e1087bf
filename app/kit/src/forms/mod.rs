//! Forms that work before wasm has loaded, and are more comfortable with it (design.md §2).
//!
//! A form is three things: a struct of its values, a server function, a page.
//!
//! ```ignore
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! #[serde(default)]
//! pub struct RenameValues { pub name: String }
//! impl FormValues for RenameValues { const FORM: &'static str = "directory.rename"; }
//!
//! #[server(prefix = "/do", endpoint = "rename")]
//! pub async fn rename(
//!     /// The posted form.
//!     #[server(flatten)]
//!     form: Posted<RenameValues>,
//! ) -> Result<FormReply, Failure> {
//!     let outcome = post::rename(&form).await;      // a plain function: parse, call the domain, FormReply::to("/next")
//!     form.answer(outcome).await
//! }
//!
//! #[component]
//! pub fn RenamePage() -> impl IntoView {
//!     let l = use_locale();
//!     let form = use_form::<Rename, RenameValues>().field("name", say!(l, directory.name), say!(l, directory.name_missing));
//!     view! {
//!         <Form form>
//!             <TextField name="name" autocomplete="name"/>
//!             <SubmitButton label=say!(l, directory.rename)/>
//!         </Form>
//!     }
//! }
//! ```
//!
//! Every value is a `String` (or a struct or list of them): it must be shown again exactly as it was typed, and
//! `serde_qs` reads flattened fields as strings only. The server parses the values.
//!
//! A form declares each field with its label and its own error sentences: the one for a missing value is an argument of `FormHandle::field`, and
//! `FormHandle::optional` is for a field that may be empty. For every other fault there is a general sentence that begins with the label
//! (`words::field_fault_message`), with the limits that the fault carries. The declarations stand in the order of the page.
//!
//! - Plain HTML: on success the server answers 303 to the next page. On failure it stores the typed values (never `SECRETS`) and the errors,
//!   encrypted, under a random draft id and answers 303 to the form with `?draft=<id>`, which shows them again.
//! - With wasm: the failure is returned as a value with its HTTP status, the typed text stays, the focus moves to the error summary,
//!   and a second submit during the first does nothing. Success navigates without loading the page again.
//! - Both send the idempotency key that was made when the form was rendered, and optionally the version of what is edited.
//! - If the session has ended, the user signs in and comes back to the typed values.
//! - A form says for which patient it was opened, and is refused while the session acts for another one (`opened_for`).
//! - Text is saved while the user types (`typing`, `kept`; docs/adr/0014): it comes back after a reload, a crash, the end of a session or a visit to
//!   another page, until the form is sent or the draft is discarded. `FormValues::KEEP` switches it off, for example for a search.
//!   A form about a visit or a patient is made with `use_form_about`.

mod context;
mod draft;
mod form;
mod handle;
mod kept;
mod opened_for;
mod path;
mod posted;
mod refused;
#[cfg(feature = "ssr")]
pub mod ssr;
mod start;
pub mod typing;

pub use context::FormContext;
pub use context::{Field, use_field};
pub use draft::DraftLine;
pub use form::{Form, SubmitButton};
pub use handle::{FormHandle, PostsForm, shows_refused, subject_in_address, use_form, use_form_about, visit_in_address};
pub use kept::{DiscardDraft, DiscardValues, DraftAnswer, KeepDraft, TypedDraft, discard_draft, keep_draft};
#[cfg(feature = "ssr")]
pub(crate) use opened_for::OpenedFor;
pub use posted::{FormReply, FormValues, Keep, Posted};
pub(crate) use refused::RefusedForms;
pub use refused::provide_refused_forms;
pub use start::{FormStart, KeptDraft, StartForm, start_form};
pub use typing::DraftState;
