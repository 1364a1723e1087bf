//! What waits for a doctor besides the visits of the day, on the doctor's home page.

use kit::failure::Failure;
use kit::live::use_changes;
use kit::parts::loaded;
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::live::LiveKind;
use model::records::NotesMissing;
use model::scheduling::views::RequestsWaiting;
use serde::{Deserialize, Serialize};
use words::{plural, say};

/// What waits for a doctor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToDo {
    /// Visits that patients have asked for.
    pub requests: RequestsWaiting,
    /// Visits that have ended without a note.
    pub notes: NotesMissing,
    /// Prescriptions that are not signed yet.
    pub drafts: i64,
    /// Conversations with messages that were not read.
    pub conversations: i64,
}

/// Loads what waits for the doctor as whom the user acts.
///
/// # Errors
/// `SignInNeeded`; `Forbidden` for a user who does not act as a doctor.
#[server(prefix = "/do", endpoint = "read-to-do")]
pub async fn read_to_do() -> Result<ToDo, Failure> {
    let request = kit::request::RequestContext::require()?;
    let (domain, access) = (&request.domain, &request.access);
    let requests = kit::request::call(|| domain::scheduling::requests_waiting(domain, access)).await?;
    let notes = kit::request::call(|| domain::records::notes_missing(domain, access)).await?;
    let drafts = kit::request::call(|| domain::prescriptions::drafts_waiting(domain, access)).await?;
    let conversations = kit::request::call(|| domain::chat::unread_conversations(domain, access)).await?;
    Ok(ToDo { requests, notes, drafts, conversations })
}

/// The list of what waits, each with a link to it. It is not shown when nothing does.
#[component]
pub fn WaitsForYou() -> impl IntoView {
    let (visits, messages) = (use_changes(LiveKind::Appointment), use_changes(LiveKind::Thread));
    let to_do = Resource::new_blocking(move || (visits.get(), messages.get()), |_| read_to_do());
    loaded(to_do, |to_do| view! { <Left to_do/> }).into_any()
}

#[component]
fn Left(to_do: ToDo) -> impl IntoView {
    let l = use_locale();
    let ToDo { requests, notes, drafts, conversations } = to_do;
    let mut links = Vec::new();
    if let (n @ 1.., Some(first)) = (requests.count, requests.first) {
        let text = plural(n, say!(l, visits.to_do.requests_singular, n = n), say!(l, visits.to_do.requests_plural, n = n));
        links.push((format!("/doctor/appointments/{first}"), text));
    }
    if let (n @ 1.., Some(first)) = (notes.count, notes.first) {
        let text = plural(n, say!(l, visits.to_do.notes_singular, n = n), say!(l, visits.to_do.notes_plural, n = n));
        links.push((format!("/doctor/visits/{first}/notes"), text));
    }
    if drafts > 0 {
        let n = drafts;
        let text = plural(n, say!(l, visits.to_do.drafts_singular, n = n), say!(l, visits.to_do.drafts_plural, n = n));
        links.push(("/doctor/prescriptions".to_owned(), text));
    }
    if conversations > 0 {
        let n = conversations;
        let text = plural(n, say!(l, visits.to_do.messages_singular, n = n), say!(l, visits.to_do.messages_plural, n = n));
        links.push(("/doctor/messages".to_owned(), text));
    }
    (!links.is_empty()).then(|| {
        let items: Vec<_> = links.into_iter().map(|(href, text)| view! { <li><a href=href>{text}</a></li> }).collect();
        view! {
            <section class="card" aria-labelledby="to-do">
                <h2 id="to-do">{say!(l, visits.to_do.title)}</h2>
                <ul class="list">{items}</ul>
            </section>
        }
    })
}
