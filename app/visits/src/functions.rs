//! The server functions of the pages of a visit.

use kit::failure::Failure;
#[cfg(feature = "ssr")]
use kit::failure::answered;
use kit::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use model::chat::views::{MessageView, ThreadView};
use model::ids::{EncounterId, ThreadId};
use model::records::SafetyView;
use model::visits::views::{JoinView, VisitView, WaitingView};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The values of the forms of a visit.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct VisitValues {
    /// The visit's id.
    pub visit: String,
}

impl FormValues for VisitValues {
    const FORM: &'static str = "visits.visit";
    const KEEP: Keep = Keep::Nowhere;
}

/// Loads a visit, as one of its two participants sees it.
///
/// # Errors
/// `NotFound`, also for anyone who does not take part.
#[server(prefix = "/do", endpoint = "load-visit")]
pub async fn load_visit(
    /// The id of the visit or of its appointment.
    id: Uuid,
) -> Result<VisitView, Failure> {
    server::load_visit(id).await
}

/// A patient who waits, with what must be known about them.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct WaitingCard {
    /// The patient and the visit.
    pub waiting: WaitingView,
    /// What must be known about the patient; none when their data was erased.
    pub safety: Option<SafetyView>,
}

/// Loads the patients who wait for the doctor.
///
/// # Errors
/// `Forbidden` for roles without visits.
#[server(prefix = "/do", endpoint = "load-waiting")]
pub async fn load_waiting() -> Result<Vec<WaitingCard>, Failure> {
    server::waiting().await
}

/// The patient enters the waiting room.
///
/// # Errors
/// `NotFound`, `VisitClosed`, `VisitEnded`.
#[server(prefix = "/do", endpoint = "enter-waiting-room")]
pub async fn enter_waiting_room(
    /// The posted form.
    #[server(flatten)]
    form: Posted<VisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = server::enter(&form.values).await;
    form.answer(outcome).await
}

/// The patient returns to the waiting room after the page had lost its connection.
///
/// # Errors
/// `NotFound`, `VisitClosed`, `VisitEnded`.
#[server(prefix = "/do", endpoint = "return-to-waiting-room")]
pub async fn return_to_waiting_room(
    /// The visit.
    visit: EncounterId,
) -> Result<VisitView, Failure> {
    let (domain, access) = server::parts()?;
    kit::request::call(|| domain::visits::arrive(&domain, &access, visit)).await
}

/// The patient leaves the waiting room.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "leave-waiting-room")]
pub async fn leave_waiting_room(
    /// The posted form.
    #[server(flatten)]
    form: Posted<VisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = server::leave(&form.values).await;
    form.answer(outcome).await
}

/// The doctor lets the patient in.
///
/// # Errors
/// `NotFound`, `VisitNobodyWaiting`, `VisitClosed`, `VisitEnded`.
#[server(prefix = "/do", endpoint = "admit-patient")]
pub async fn admit_patient(
    /// The posted form.
    #[server(flatten)]
    form: Posted<VisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = server::admit(&form.values).await;
    form.answer(outcome).await
}

/// Returns what the browser needs for the call, with relay credentials that are valid for minutes.
///
/// # Errors
/// `NotFound`, `VisitClosed`, `VisitEnded`.
#[server(prefix = "/do", endpoint = "join-visit")]
pub async fn join_visit(
    /// The visit.
    visit: EncounterId,
) -> Result<JoinView, Failure> {
    server::join(visit).await
}

/// Opens the chat of a visit.
///
/// # Errors
/// `NotFound`, also for anyone who does not take part.
#[server(prefix = "/do", endpoint = "open-conversation")]
pub async fn open_conversation(
    /// The visit.
    visit: EncounterId,
) -> Result<ThreadView, Failure> {
    let (domain, access) = server::parts()?;
    kit::request::call(|| domain::chat::open_thread(&domain, &access, visit)).await
}

/// Sends a chat message. The answer confirms that it is saved.
///
/// # Errors
/// `FieldsInvalid`, `VisitClosed`, `NotFound`.
#[server(prefix = "/do", endpoint = "send-message")]
pub async fn send_message(
    /// The thread of the chat.
    thread: ThreadId,
    /// A key made by the page: a message sent twice with it is stored once.
    client_key: Uuid,
    /// The text of the message.
    text: String,
) -> Result<MessageView, Failure> {
    let (domain, access) = server::parts()?;
    let command = domain::chat::SendMessage { thread, client_key, text };
    kit::request::call(|| domain::chat::send(&domain, &access, command.clone())).await
}

#[cfg(feature = "ssr")]
mod server {
    use super::{Failure, FormReply, JoinView, VisitValues, VisitView, WaitingCard, WaitingView, answered};
    use domain::{Domain, access::Access, error::retry, records, visits};
    use kit::request::RequestContext;
    use model::errors::Code;
    use model::ids::EncounterId;
    use uuid::Uuid;

    pub(super) fn parts() -> Result<(Domain, Access), Failure> {
        let request = RequestContext::require()?;
        Ok((request.domain, request.access))
    }

    pub(super) async fn load_visit(id: Uuid) -> Result<VisitView, Failure> {
        let (domain, access) = parts()?;
        match retry(|| visits::visit(&domain, &access, id.into())).await {
            // Links from an appointment carry the id of the appointment.
            Err(error) if error.code() == Code::NotFound => {
                kit::request::call(|| visits::visit_of_appointment(&domain, &access, id.into())).await
            }
            answer => answered(answer),
        }
    }

    pub(super) async fn waiting() -> Result<Vec<WaitingCard>, Failure> {
        let (domain, access) = parts()?;
        let waiting = kit::request::call(|| visits::waiting(&domain, &access)).await?;
        let encounters: Vec<EncounterId> = waiting.iter().map(|waiting| waiting.encounter).collect();
        let known = kit::request::call(|| records::safety_of_many(&domain, &access, &encounters)).await?;
        let card = |waiting: WaitingView| {
            let safety = known.iter().find(|safety| safety.encounter == waiting.encounter).cloned();
            WaitingCard { waiting, safety }
        };
        Ok(waiting.into_iter().map(card).collect())
    }

    pub(super) async fn enter(values: &VisitValues) -> Result<FormReply, Failure> {
        let (domain, access) = parts()?;
        let visit = id(values)?;
        retry(|| visits::arrive(&domain, &access, visit)).await?;
        Ok(FormReply::to(format!("/visits/{visit}")))
    }

    pub(super) async fn leave(values: &VisitValues) -> Result<FormReply, Failure> {
        let (domain, access) = parts()?;
        let visit = id(values)?;
        retry(|| visits::leave(&domain, &access, visit)).await?;
        Ok(FormReply::to(format!("/visits/{visit}")))
    }

    pub(super) async fn admit(values: &VisitValues) -> Result<FormReply, Failure> {
        let (domain, access) = parts()?;
        let visit = id(values)?;
        retry(|| visits::admit(&domain, &access, visit)).await?;
        Ok(FormReply::to(format!("/doctor/visits/{visit}")))
    }

    pub(super) async fn join(visit: EncounterId) -> Result<JoinView, Failure> {
        let request = RequestContext::require()?;
        let mut join = kit::request::call(|| visits::call(&request.domain, &request.access, visit)).await?;
        let user = request.access.acting()?.user;
        join.ice_servers = (request.ice)(visit, user);
        Ok(join)
    }

    fn id(values: &VisitValues) -> Result<EncounterId, Failure> {
        values.visit.parse().map_err(|_| Code::NotFound.into())
    }
}
