//! Forms that work before wasm arrives, and are nicer with it (design.md §2).
//!
//! A form is three things: a struct of what is typed, a server function, a page.
//!
//! ```ignore
//! #[derive(Clone, Default, Serialize, Deserialize)]
//! #[serde(default)]
//! pub struct RenameValues { pub name: String }
//! impl FormValues for RenameValues { const FORM: &'static str = "directory.rename"; }
//!
//! #[server(prefix = "/do", endpoint = "rename")]
//! pub async fn rename(
//!     /// What was posted.
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
//!     let form = use_form::<Rename, RenameValues>().field("name", say!(l, directory.name));
//!     view! {
//!         <Form form>
//!             <TextField name="name" autocomplete="name"/>
//!             <SubmitButton label=say!(l, directory.rename)/>
//!         </Form>
//!     }
//! }
//! ```
//!
//! Everything typed is a `String` (or a struct or list of them): it must be shown again exactly as it was typed, and
//! `serde_qs` reads flattened fields as text only. Parsing is the server's.
//!
//! - Plain HTML: success answers 303 to the next page. Failure keeps the typed values (never `SECRETS`) and the errors,
//!   encrypted, under a random draft id and answers 303 to the form with `?draft=<id>`, which shows them again.
//! - With wasm: the failure comes back as a value with its status, what was typed stays where it is, the focus goes to the
//!   summary of errors, and a second submit while one is under way does nothing. Success navigates in place.
//! - Both carry the idempotency key that was made when the form was rendered, and optionally the version of what is changed.
//! - Whoever is not signed in any more signs in and comes back to what they typed.
//! - What is typed is kept while it is typed (`typing`, `kept`; docs/adr/0014): it comes back after a reload, a crash, the end of a session or another page,
//!   until the form is sent or the draft is discarded. A form gets this for free; `FormValues::KEEP` switches it off for a search.
//!   A form about a visit or a patient says so with `use_form_about`.

mod context;
mod draft;
mod form;
mod handle;
mod kept;
mod path;
mod posted;
#[cfg(feature = "ssr")]
pub mod ssr;
mod start;
pub(crate) mod typing;

pub(crate) use context::FormContext;
pub use context::{Field, use_field};
pub(crate) use draft::DraftLine;
pub use form::{Form, SubmitButton};
pub use handle::{FormHandle, PostsForm, shows_refused, subject_in_address, use_form, use_form_about, visit_in_address};
pub use kept::{DiscardDraft, DiscardValues, DraftAnswer, KeepDraft, TypedDraft, discard_draft, keep_draft};
pub use path::{local_path, sign_in_path};
pub use posted::{FormReply, FormValues, Keep, Posted};
pub use start::{FormStart, KeptDraft, StartForm, start_form};
pub use typing::DraftState;
