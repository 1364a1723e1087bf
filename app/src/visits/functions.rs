//! What the pages of a visit ask the server.

use crate::failure::Failure;
#[cfg(feature = "ssr")]
use crate::failure::answered;
use crate::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use model::chat::views::{MessageView, ThreadView};
use model::ids::{EncounterId, ThreadId};
use model::visits::views::{JoinView, VisitView, WaitingView};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Which visit a form is about.
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

/// A visit, as one of its two participants sees it.
///
/// # Errors
/// `NotFound` for everybody else.
#[server(prefix = "/do", endpoint = "load-visit")]
pub async fn load_visit(
    /// The visit, or its appointment.
    id: Uuid,
) -> Result<VisitView, Failure> {
    server::load_visit(id).await
}

/// Who waits for the doctor.
///
/// # Errors
/// `Forbidden` for roles without visits.
#[server(prefix = "/do", endpoint = "load-waiting")]
pub async fn load_waiting() -> Result<Vec<WaitingView>, Failure> {
    let (domain, access) = server::parts()?;
    answered(domain::error::retry(|| domain::visits::waiting(&domain, &access)).await)
}

/// The patient is ready and waits.
///
/// # Errors
/// `NotFound`, `VisitClosed`, `VisitEnded`.
#[server(prefix = "/do", endpoint = "enter-waiting-room")]
pub async fn enter_waiting_room(
    /// What was posted.
    #[server(flatten)]
    form: Posted<VisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = server::enter(&form.values).await;
    form.answer(outcome).await
}

/// The patient comes back to the waiting room after the page was away.
///
/// # Errors
/// `NotFound`, `VisitClosed`, `VisitEnded`.
#[server(prefix = "/do", endpoint = "return-to-waiting-room")]
pub async fn return_to_waiting_room(
    /// The visit.
    visit: EncounterId,
) -> Result<VisitView, Failure> {
    let (domain, access) = server::parts()?;
    answered(domain::error::retry(|| domain::visits::arrive(&domain, &access, visit)).await)
}

/// The patient leaves the waiting room.
///
/// # Errors
/// `NotFound`.
#[server(prefix = "/do", endpoint = "leave-waiting-room")]
pub async fn leave_waiting_room(
    /// What was posted.
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
    /// What was posted.
    #[server(flatten)]
    form: Posted<VisitValues>,
) -> Result<FormReply, Failure> {
    let outcome = server::admit(&form.values).await;
    form.answer(outcome).await
}

/// What the browser needs for the call, with relay credentials that hold for minutes.
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

/// Opens the conversation beside a visit.
///
/// # Errors
/// `NotFound` for whoever does not take part.
#[server(prefix = "/do", endpoint = "open-conversation")]
pub async fn open_conversation(
    /// The visit.
    visit: EncounterId,
) -> Result<ThreadView, Failure> {
    let (domain, access) = server::parts()?;
    answered(domain::error::retry(|| domain::chat::open_thread(&domain, &access, visit)).await)
}

/// Writes in the conversation; the answer says that it is kept.
///
/// # Errors
/// `FieldsInvalid`, `VisitClosed`, `NotFound`.
#[server(prefix = "/do", endpoint = "send-message")]
pub async fn send_message(
    /// The conversation.
    thread: ThreadId,
    /// Made by the page: sent twice, it is one message.
    client_key: Uuid,
    /// What was typed.
    text: String,
) -> Result<MessageView, Failure> {
    let (domain, access) = server::parts()?;
    let command = domain::chat::SendMessage { thread, client_key, text };
    answered(domain::error::retry(|| domain::chat::send(&domain, &access, command.clone())).await)
}

#[cfg(feature = "ssr")]
mod server {
    use super::{Failure, FormReply, JoinView, VisitValues, VisitView, answered};
    use crate::request::RequestContext;
    use domain::{Domain, access::Access, error::retry, visits};
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
            // A link from an appointment leads here too.
            Err(error) if error.code() == Code::NotFound => {
                answered(retry(|| visits::visit_of_appointment(&domain, &access, id.into())).await)
            }
            answer => answered(answer),
        }
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
        let mut join = answered(retry(|| visits::call(&request.domain, &request.access, visit)).await)?;
        let user = request.access.acting()?.user;
        join.ice_servers = (request.ice)(visit, user);
        Ok(join)
    }

    fn id(values: &VisitValues) -> Result<EncounterId, Failure> {
        values.visit.parse().map_err(|_| Code::NotFound.into())
    }
}
