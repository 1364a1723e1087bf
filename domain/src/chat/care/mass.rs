//! Messages of an administrator to all patients of a clinic who have agreed to such messages: the patients' consent, and sending one.
//!
//! A patient agrees for each clinic, and withdraws that at any time. A message names how many patients its sender was shown; when another number would get it now, it is not
//! sent. Each patient gets it as a conversation with the desk of the clinic, which a job begins ([`super::deliver`]).

use super::{Opening, deliver::deliver_later, store};
use crate::{
    Domain, Error, Result,
    access::{
        Access, ResourceKind,
        actions::{Create, Read, Write},
    },
    audit::{Audit, AuditAction},
    error::Faults,
};
use model::{
    chat::{
        MessageText,
        conversation::ConversationSubject,
        mass::{MassAnswer, MassBoard, MassConsent},
    },
    errors::{Code, FieldFault},
    ids::{ClinicId, MassMessageId},
};
use uuid::Uuid;

/// Answers whether the patient on whose behalf the caller acts agrees.
#[derive(Debug, Clone, Copy)]
pub struct AnswerMass {
    /// The clinic.
    pub clinic: ClinicId,
    /// The answer.
    pub answer: MassAnswer,
    /// The version that was seen; 0 for none.
    pub version: i32,
}

/// What the patient on whose behalf the caller acts has answered, for each clinic whose patient they are or to which they have answered before.
///
/// # Errors
/// `access.sign_in_needed`; `access.forbidden` for callers who act for no patient, and for guardians who see appointments only.
pub async fn mass_consents(domain: &Domain, access: &Access) -> Result<Vec<MassConsent>> {
    let scope = access.scope(ResourceKind::Conversation)?;
    let patient = scope.patient.ok_or(Code::Forbidden)?;
    let mut tx = domain.begin_reading("chat.mass_consents", access).await?;
    let permit = tx.permit(Read, patient).await?;
    let consents = store::mass::consents(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(consents)
}

/// Answers whether the patient agrees. The same answer again changes nothing.
///
/// # Errors
/// `chat.not_in_care` when the patient is none of the clinic and agrees; `request.stale`; those of [`mass_consents`].
pub async fn answer_mass(domain: &Domain, access: &Access, command: AnswerMass) -> Result<()> {
    let scope = access.scope(ResourceKind::Conversation)?;
    let patient = scope.patient.ok_or(Code::Forbidden)?;
    let AnswerMass { clinic, answer, version } = command;
    let agrees = answer == MassAnswer::Agree;
    let mut tx = domain.begin("chat.answer_mass", access).await?;
    // This locks the patient, so that two answers wait for each other.
    let permit = tx.permit(Create, Opening(patient)).await?;
    let before = store::mass::consent(&mut tx, &permit, clinic).await?;
    if before.agreed == agrees {
        return tx.close().await;
    }
    if before.version != version {
        tx.close().await?;
        return Err(Code::Stale.into());
    }
    if agrees && !store::mass::is_patient(&mut tx, &permit, clinic).await? {
        tx.close().await?;
        return Err(Code::ConversationNotInCare.into());
    }
    store::mass::answer(&mut tx, &permit, (clinic, agrees)).await?;
    let entry = Audit::of(AuditAction::ChatMassConsentAnswered).on(ResourceKind::Clinic, clinic).patient(patient);
    let said = |agreed: bool| if agreed { MassAnswer::Agree.as_str() } else { MassAnswer::Withdraw.as_str() };
    tx.commit(entry.with("before", said(before.agreed)).with("after", said(agrees))).await
}

/// The messages of a clinic to many, and to how many patients one would go now.
///
/// # Errors
/// `access.sign_in_needed`; `not_found` for everybody but administrators of the clinic.
pub async fn mass_board(domain: &Domain, access: &Access, clinic: ClinicId) -> Result<MassBoard> {
    let mut tx = domain.begin_reading("chat.mass_board", access).await?;
    let permit = tx.permit(Read, clinic).await?;
    let board = store::mass::board(&mut tx, &permit).await?;
    tx.close().await?;
    Ok(board)
}

/// Sends a message to all patients of a clinic who have agreed.
#[derive(Debug, Clone)]
pub struct SendMass {
    /// The clinic.
    pub clinic: ClinicId,
    /// What it is about: 1 to 120 characters.
    pub subject: String,
    /// The message: 1 to 4,000 characters.
    pub text: String,
    /// To how many patients it would go, as its sender was shown.
    pub counted: i64,
    /// A key that the sender's page makes; a message that is sent twice with the same key is one.
    pub client_key: Uuid,
}

/// Sends a message to all patients of a clinic who have agreed. Jobs deliver it.
///
/// # Errors
/// `request.fields_invalid` with the fields `subject`, `text`, and `counted` when nobody has agreed; `request.stale` when the number of patients is another one than the
/// sender was shown; `not_found` for everybody but administrators of the clinic.
pub async fn send_mass(domain: &Domain, access: &Access, command: SendMass) -> Result<MassMessageId> {
    let SendMass { clinic, counted, client_key, .. } = command;
    let mut faults = Faults::default();
    let subject = faults.take("subject", ConversationSubject::parse(&command.subject));
    let text = faults.take("text", MessageText::parse(&command.text));
    let mut tx = domain.begin("chat.send_mass", access).await?;
    // This locks the clinic, so that a repeated request waits here for the first.
    let permit = tx.permit(Write, clinic).await?;
    let (Some(subject), Some(text)) = (subject, text) else {
        tx.close().await?;
        faults.check()?;
        return Err(Error::internal("a fault that was not noted"));
    };
    if let Some(sent) = store::mass::sent(&mut tx, &permit, client_key).await? {
        tx.close().await?;
        return Ok(sent);
    }
    let now_agreed = store::mass::agreed(&mut tx, &permit).await?;
    let refusal = if counted != now_agreed {
        Some(Error::from(Code::Stale))
    } else if now_agreed == 0 {
        Some(Error::field("counted", FieldFault::Missing))
    } else {
        None
    };
    if let Some(refusal) = refusal {
        tx.close().await?;
        return Err(refusal);
    }
    let id = store::mass::insert(&mut tx, &permit, (&subject, &text), client_key).await?;
    let domain = tx.domain().clone();
    deliver_later(&domain, tx.connection(), id).await?;
    let entry = Audit::of(AuditAction::ChatMassMessageSent).on(ResourceKind::Clinic, clinic);
    tx.commit(entry.with_id("message", id).with("recipients", now_agreed)).await?;
    Ok(id)
}
