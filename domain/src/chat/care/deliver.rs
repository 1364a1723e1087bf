//! Delivering a message to many, as a job: for each patient a conversation with the desk of the clinic, whose first message it is.

use super::{
    Opening,
    store::{self, NewMessage, mass::Mass},
};
use crate::{
    Domain, Error, Result,
    access::{Access, ResourceKind, actions::Create},
    audit::{Audit, AuditAction},
    chat::Event,
    db::{Tx, add_job},
    vault::Purpose,
};
use graphile_worker::JobSpecBuilder;
use model::{
    chat::conversation::{Counterpart, Writer},
    errors::Code,
    ids::{MassMessageId, PatientId, RequestId, ThreadId},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// The queue's name for the job that delivers one message to many.
pub const DELIVER_MASS_TASK: &str = "deliver_mass_message";

/// After this many attempts the queue gives up.
const MAX_ATTEMPTS: i16 = 12;
/// How many recipients are looked up at once.
const AT_ONCE: i64 = 200;

/// The job's payload.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct DeliverMass {
    /// The message.
    pub message: MassMessageId,
}

/// Creates the job that delivers a message to many.
pub(super) async fn deliver_later(domain: &Domain, connection: &mut PgConnection, message: MassMessageId) -> Result<()> {
    // Jobs of one queue run one after the other, so that other jobs need not wait for many messages.
    let spec =
        JobSpecBuilder::new().queue_name("mass messages".to_owned()).job_key(message.to_string()).max_attempts(MAX_ATTEMPTS);
    add_job(domain, connection, (DELIVER_MASS_TASK, DeliverMass { message }), spec).await
}

/// Delivers a message to those who still wait for it. Each patient is a transaction of their own, so an attempt that is cut short goes on where it was.
///
/// # Errors
/// `database.unavailable`; the queue then tries again.
pub async fn deliver_mass(domain: &Domain, message: MassMessageId) -> Result<()> {
    loop {
        let access = Access::system(domain.new_id::<RequestId>());
        let mut tx = domain.begin_reading("chat.deliver_mass", &access).await?;
        let mass = store::mass::find(&mut tx, message).await?;
        let waiting = store::mass::waiting(&mut tx, message, AT_ONCE).await?;
        tx.close().await?;
        let Some(mass) = mass else { return Ok(()) };
        if waiting.is_empty() {
            return Ok(());
        }
        for patient in waiting {
            deliver(domain, &mass, patient).await?;
        }
    }
}

/// Delivers it to one patient, unless they have it, have withdrawn the consent or are no patient of the clinic any more.
async fn deliver(domain: &Domain, mass: &Mass, patient: PatientId) -> Result<()> {
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("chat.deliver_mass", &access).await?;
    match begun(&mut tx, mass, patient).await {
        Ok(Begun::Before) => tx.close().await,
        Ok(Begun::Now(thread)) => {
            let entry = Audit::of(AuditAction::ChatConversationOpened).on(ResourceKind::Conversation, thread).patient(patient);
            tx.commit(entry.with("side", Writer::Care.as_str()).with_id("mass_message", mass.id)).await
        }
        // The record was deleted or erased, or the consent was withdrawn: the rest of the attempt is rolled back.
        Ok(Begun::LeftOut) => left_out(domain, tx, mass, patient).await,
        Err(error) if error.code() == Code::NotFound => left_out(domain, tx, mass, patient).await,
        Err(error) => {
            tx.close().await?;
            Err(error)
        }
    }
}

enum Begun {
    Before,
    LeftOut,
    Now(ThreadId),
}

async fn begun(tx: &mut Tx, mass: &Mass, patient: PatientId) -> Result<Begun> {
    let permit = tx.permit(Create, Opening(patient)).await?;
    if !store::mass::is_waiting(tx, mass.id, patient).await? {
        return Ok(Begun::Before);
    }
    let agreed = store::mass::consent(tx, &permit, mass.clinic).await?.agreed;
    if !agreed || !store::mass::is_patient(tx, &permit, mass.clinic).await? {
        return Ok(Begun::LeftOut);
    }
    let key = key_of(tx.domain(), mass.id, patient)?;
    let with = Counterpart::Desk(mass.clinic);
    let thread = store::insert(tx, &permit, (with, mass.sent_by, key), &mass.subject).await?;
    let first = NewMessage { sender: mass.sent_by, side: Writer::Care, client_key: key, quotes: None, text: &mass.text };
    let message = store::append(tx, (thread, patient), &first).await?.id;
    // Whoever is at the desk answers, and not the administrator.
    store::mass::answered_by_anybody(tx, &permit, thread).await?;
    store::mass::settle(tx, (mass.id, patient), Some(thread)).await?;
    tx.emit(Event::ConversationMessageSent { thread, message }).await?;
    Ok(Begun::Now(thread))
}

/// Notes that the patient does not get it.
async fn left_out(domain: &Domain, failed: Tx, mass: &Mass, patient: PatientId) -> Result<()> {
    failed.close().await?;
    let access = Access::system(domain.new_id::<RequestId>());
    let mut tx = domain.begin("chat.leave_out", &access).await?;
    store::mass::settle(&mut tx, (mass.id, patient), None).await?;
    let entry = Audit::of(AuditAction::ChatMassMessageLeftOut).on(ResourceKind::Clinic, mass.clinic).patient(patient);
    tx.commit(entry.with_id("message", mass.id)).await
}

/// The key of the conversation: the same at each attempt.
fn key_of(domain: &Domain, message: MassMessageId, patient: PatientId) -> Result<Uuid> {
    let digest =
        domain.vault().digest(Purpose::DerivedIds, &[b"mass-message", message.uuid().as_bytes(), patient.uuid().as_bytes()]);
    Uuid::from_slice(&digest[..16]).map_err(Error::internal)
}
