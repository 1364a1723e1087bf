//! What the server does with the forms of conversations.

use super::{
    BeginValues, Failure, FindMessagesValues, FormReply, FormValues as _, FoundMessages, HandOverValues, Posted, SendValues,
    SettleValues, TakeBackValues,
};
use domain::{
    access::Acting,
    chat::{self, HandOver, OpenConversation, WriteMessage, WriteToGroup},
    error::retry,
};
use kit::failure::answered;
use kit::request::{RequestContext, call, posted_id};
use model::access::Role;
use model::chat::conversation::Counterpart;
use model::errors::{Code, FieldFault};
use model::ids::{FileId, ThreadId, UserId};
use model::scheduling::red_flag;
use uuid::Uuid;

/// The folder of the conversations of a role.
fn folder(acting: &Acting) -> &'static str {
    match acting.role {
        Role::Doctor => "/doctor/messages",
        Role::Receptionist => "/desk/messages",
        Role::Nurse => "/ward/messages",
        Role::Patient | Role::Pharmacist | Role::LabTechnician | Role::Admin | Role::Support => "/messages",
    }
}

/// The key of the form, which is the same for a double click. A script that posts none sends something new each time.
fn key_of<V>(form: &Posted<V>, request: &RequestContext) -> Uuid {
    form.idempotency_key.parse().unwrap_or_else(|_| Uuid::from_u128((request.random)()))
}

/// Refuses a message with urgent words whose writer was not told yet what to do in an emergency.
fn check_urgent(acting: &Acting, text: &str, seen: &str) -> Result<(), Failure> {
    if acting.role == Role::Patient && seen != "true" && red_flag(text).is_some() {
        return Err(Code::UrgentWords.into());
    }
    Ok(())
}

/// The search is carried out once here, so that a missing text is named in the form, and its results are read by the page that it leads to.
pub(super) async fn find(values: &FindMessagesValues) -> Result<FormReply, Failure> {
    let request = RequestContext::require()?;
    let acting = request.access.acting()?;
    retry(|| chat::search_conversations(&request.domain, &request.access, &values.text)).await?;
    let id = request.keep(FindMessagesValues::FORM, values).await?;
    Ok(FormReply::to(format!("{}?found={id}", folder(acting))))
}

pub(super) async fn found(id: Option<&str>) -> Result<Option<FoundMessages>, Failure> {
    let request = RequestContext::require()?;
    answered(request.access.acting().map(|_| ()))?;
    let Some(id) = id else { return Ok(None) };
    let kept = call(|| domain::drafts::load(&request.domain, FindMessagesValues::FORM, id)).await?;
    let Some(values) = kept.and_then(|kept| serde_json::from_str::<FindMessagesValues>(&kept).ok()) else { return Ok(None) };
    call(|| chat::search_conversations(&request.domain, &request.access, &values.text)).await.map(Some)
}

pub(super) async fn begin(form: &Posted<BeginValues>) -> Result<FormReply, Failure> {
    let request = RequestContext::require()?;
    let acting = request.access.acting()?;
    let BeginValues { patient, with, subject, text, urgent_seen } = form.values.clone();
    check_urgent(acting, &text, &urgent_seen)?;
    let patient = Some(patient).filter(|patient| !patient.is_empty());
    let with = Some(with).filter(|with| !with.is_empty());
    let with = with.map(|with| with.parse::<Counterpart>().map_err(|_| Code::NotFound)).transpose()?;
    let patient = patient.map(|patient| posted_id(&patient)).transpose()?;
    let client_key = key_of(form, &request);
    let (doctor, clinic) = match with {
        Some(Counterpart::Group(group)) => {
            let command = WriteToGroup { patient, group, subject, text, client_key };
            let thread = retry(|| chat::write_to_group(&request.domain, &request.access, command.clone())).await?;
            return Ok(FormReply::to(format!("{}/{thread}", folder(acting))));
        }
        Some(Counterpart::Doctor(doctor)) => (Some(doctor), None),
        Some(Counterpart::Desk(clinic)) => (None, Some(clinic)),
        None if acting.role == Role::Nurse => return Err(domain::Error::field("with", FieldFault::Missing).into()),
        None => (None, None),
    };
    let command = OpenConversation { patient, doctor, clinic, subject, text, client_key };
    let thread = retry(|| chat::open_conversation(&request.domain, &request.access, command.clone())).await?;
    Ok(FormReply::to(format!("{}/{thread}", folder(acting))))
}

pub(super) async fn send(form: &Posted<SendValues>) -> Result<FormReply, Failure> {
    let request = RequestContext::require()?;
    let acting = request.access.acting()?;
    let SendValues { thread, text, quotes, file_ids, urgent_seen } = form.values.clone();
    let thread: ThreadId = posted_id(&thread)?;
    check_urgent(acting, &text, &urgent_seen)?;
    let quotes = Some(quotes).filter(|quotes| !quotes.is_empty());
    let quotes = quotes.map(|quotes| quotes.parse::<i64>()).transpose();
    let quotes = quotes.map_err(|_| domain::Error::field("quotes", FieldFault::UnknownChoice))?;
    let files = files_of(&file_ids)?;
    let command = WriteMessage { thread, client_key: key_of(form, &request), text, quotes, files };
    retry(|| chat::write_message(&request.domain, &request.access, command.clone())).await?;
    Ok(FormReply::to(format!("{}/{thread}", folder(acting))))
}

/// Reads the ids of files, with spaces between them.
pub(super) fn files_of(ids: &str) -> domain::Result<Vec<FileId>> {
    let parsed = ids.split_whitespace().map(str::parse).collect::<Result<Vec<FileId>, _>>();
    parsed.map_err(|_| domain::Error::field("file_ids", FieldFault::UnknownChoice))
}

pub(super) async fn take_back(form: &Posted<TakeBackValues>) -> Result<FormReply, Failure> {
    let request = RequestContext::require()?;
    let acting = request.access.acting()?;
    let (thread, file) = (posted_id::<ThreadId>(&form.values.thread)?, posted_id::<FileId>(&form.values.file)?);
    retry(|| domain::filing::abandon(&request.domain, &request.access, file)).await?;
    Ok(FormReply::to(format!("{}/{thread}", folder(acting))))
}

pub(super) async fn settle(form: &Posted<SettleValues>) -> Result<FormReply, Failure> {
    let request = RequestContext::require()?;
    let acting = request.access.acting()?;
    let (thread, version) = (posted_id::<ThreadId>(&form.values.thread)?, form.version()?);
    if form.values.state == "closed" {
        retry(|| chat::close_conversation(&request.domain, &request.access, thread, version)).await?;
    } else {
        retry(|| chat::reopen_conversation(&request.domain, &request.access, thread, version)).await?;
    }
    Ok(FormReply::to(format!("{}/{thread}", folder(acting))))
}

pub(super) async fn hand_over(form: &Posted<HandOverValues>) -> Result<FormReply, Failure> {
    let request = RequestContext::require()?;
    let acting = request.access.acting()?;
    let to = Some(form.values.to.as_str()).filter(|to| !to.is_empty());
    let to = to.map(|to| to.parse::<UserId>().map_err(|_| domain::Error::field("to", FieldFault::UnknownChoice))).transpose()?;
    let command = HandOver { thread: posted_id(&form.values.thread)?, to, version: form.version()? };
    retry(|| chat::hand_over_conversation(&request.domain, &request.access, command)).await?;
    // A doctor has handed it over to another one, and no longer reads it.
    if acting.role == Role::Doctor {
        return Ok(FormReply::to(folder(acting).to_owned()));
    }
    Ok(FormReply::to(format!("{}/{}", folder(acting), command.thread)))
}
