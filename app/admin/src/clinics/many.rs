//! Messages of a clinic to all patients who have agreed to such messages.

use super::saved_notice;
use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Card, Detail, Moment, PageTitle, TextArea, TextField, ZoneNote, loaded, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use model::chat::mass::{MassBoard, MassMessage};
use serde::{Deserialize, Serialize};
use words::{plural, say};

/// A message to many, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct MassMessageValues {
    /// The clinic's id.
    pub clinic: String,
    /// What it is about.
    pub subject: String,
    /// The message.
    pub text: String,
    /// To how many patients it would go, as the page showed it.
    pub counted: String,
}

impl FormValues for MassMessageValues {
    const FORM: &'static str = "admin.mass_message";
}

/// Loads the messages of a clinic to many, and to how many patients one would go now.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "load-mass-board")]
pub async fn load_mass_board(
    /// The clinic's id.
    id: String,
) -> Result<MassBoard, Failure> {
    let request = kit::request::RequestContext::require()?;
    let id = kit::request::id(&id)?;
    kit::request::call(|| domain::chat::mass_board(&request.domain, &request.access, id)).await
}

/// Sends a message to all patients of a clinic who have agreed.
///
/// # Errors
/// Wrong fields; `Stale`, `NotFound`.
#[server(prefix = "/do", endpoint = "send-mass-message")]
pub async fn send_mass_message(
    /// The posted form.
    #[server(flatten)]
    form: Posted<MassMessageValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::send(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, MassMessageValues, Posted};
    use domain::{chat, error::retry};
    use kit::request::{RequestContext, posted_id};
    use model::errors::Code;
    use model::ids::{ClinicId, MassMessageId};

    pub(super) async fn send(form: &Posted<MassMessageValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        request.access.acting()?;
        let MassMessageValues { clinic, subject, text, counted } = form.values.clone();
        let clinic: ClinicId = posted_id(&clinic)?;
        let counted = counted.parse().map_err(|_| Code::Stale)?;
        // The key of the form, which is the same for a double click.
        let key: MassMessageId = form.idempotency_key.parse().unwrap_or_else(|_| request.domain.new_id());
        let command = chat::SendMass { clinic, subject, text, counted, client_key: key.uuid() };
        retry(|| chat::send_mass(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to(format!("/admin/clinics/{clinic}/many?saved=1")))
    }
}

/// The page `/admin/clinics/:id/many`.
#[component]
pub fn MassMessagesPage() -> impl IntoView {
    let l = use_locale();
    let params = use_params_map();
    let form = use_form::<SendMassMessage, MassMessageValues>()
        .field("subject", say!(l, admin.many.subject), say!(l, admin.many.subject_missing))
        .field("text", say!(l, admin.many.text), say!(l, admin.many.text_missing));
    let done = form.done();
    let id = move || params.with(|params| params.get("id").unwrap_or_default());
    let board = Resource::new_blocking(move || (id(), done.get()), |(id, _)| load_mass_board(id));
    view! {
        <PageTitle text=say!(l, admin.many.title)/>
        {saved_notice(l)}
        {loaded(board, move |board| view! { <Board board form/> })}
    }
}

#[component]
fn Board(board: MassBoard, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let MassBoard { clinic, clinic_name, agreed, sent } = board;
    let clinic = clinic.to_string();
    let back = format!("/admin/clinics/{clinic}");
    let count = match agreed {
        0 => say!(l, admin.many.agreed_none).to_owned(),
        n => plural(n, say!(l, admin.many.agreed_one, n = n), say!(l, admin.many.agreed_many, n = n)),
    };
    let write = (agreed > 0).then(|| {
        view! {
            <Form form>
                <input type="hidden" name="clinic" value=clinic.clone()/>
                <input type="hidden" name="counted" value=agreed.to_string()/>
                <TextField name="subject"/>
                <TextArea name="text" hint=say!(l, admin.many.text_hint) rows=8/>
                <div class="row"><SubmitButton label=say!(l, admin.many.send)/></div>
            </Form>
        }
    });
    view! {
        <p><a href=back>"← " {said(clinic_name)}</a></p>
        <h1>{say!(l, admin.many.title)}</h1>
        <p>{say!(l, admin.many.lead)}</p>
        <section class="card">
            <p><strong>{count}</strong></p>
            {write}
        </section>
        {(!sent.is_empty()).then(|| view! { <Sent sent/> })}
    }
    .into_any()
}

#[component]
fn Sent(sent: Vec<MassMessage>) -> impl IntoView {
    let l = use_locale();
    let rows: Vec<_> = sent
        .into_iter()
        .map(|message| {
            let reached = say!(l, admin.many.reached, delivered = message.delivered, recipients = message.recipients);
            view! {
                <li>
                    <strong>{said(message.subject)}</strong>
                    <br/>
                    <small class="quiet">
                        {said(message.sent_by)} " · " <Moment at=message.sent_at detail=Detail::Short/> " · " {reached}
                    </small>
                </li>
            }
        })
        .collect();
    view! {
        <Card title=say!(l, admin.many.sent)>
            <ul class="list">{rows}</ul>
            <ZoneNote/>
        </Card>
    }
    .into_any()
}
