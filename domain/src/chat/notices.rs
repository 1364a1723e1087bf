//! What happens in a conversation, and who is told about it.

use super::care;
use crate::{
    Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices},
    visits,
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{EncounterId, MessageId, PatientId, ThreadId, UserId},
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// Something that happened in a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Somebody wrote in a thread.
    MessageSent {
        /// The thread.
        thread: ThreadId,
        /// The message.
        message: MessageId,
    },
    /// Somebody wrote in a conversation of a patient with those who care for them.
    ConversationMessageSent {
        /// The conversation.
        thread: ThreadId,
        /// The message.
        message: MessageId,
    },
    /// A conversation was read, closed, reopened or handed over.
    ConversationChanged {
        /// The conversation.
        thread: ThreadId,
    },
    /// A conversation with a doctor was handed over to another doctor.
    ConversationHandedOver {
        /// The conversation.
        thread: ThreadId,
        /// To whom.
        to: UserId,
    },
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        match *self {
            Self::ConversationMessageSent { thread, message } => care::mails(connection, thread, message, at).await,
            Self::MessageSent { .. } | Self::ConversationChanged { .. } | Self::ConversationHandedOver { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::MessageSent { thread, message } => thread_told(connection, thread, message, at).await,
            Self::ConversationMessageSent { thread, message } => care::message_told(connection, thread, message, at).await,
            Self::ConversationChanged { thread } => care::changed_told(connection, thread, at).await,
            Self::ConversationHandedOver { thread, to } => care::handed_over_told(connection, thread, to, at).await,
        }
    }
}

async fn thread_told(
    connection: &mut PgConnection,
    thread: ThreadId,
    message: MessageId,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!("select encounter_id from thread_visit where thread_id = $1", thread.uuid())
        .fetch_one(&mut *connection)
        .await?;
    let Some(encounter) = row.encounter_id.map(EncounterId::from) else { return Ok(Vec::new()) };
    let participants = visits::participants(connection, encounter, at).await?;
    let mut told = LiveNotice::for_users(participants, LiveKind::Thread, thread.uuid());
    told.extend(bells(connection, encounter, message, at).await?);
    Ok(told)
}

/// A notice in the app for each participant except the one who wrote the message.
async fn bells(
    connection: &mut PgConnection,
    encounter: EncounterId,
    message: MessageId,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select e.patient_id as \"patient!\", e.doctor_id as \"doctor!\", d.user_id as \"doctor_user!\", r as \"user?\", m.sender_user_id as \"sender!\"
         from visit_course e join doctor_name d on d.doctor_id = e.doctor_id join messages m on m.id = $2
           left join lateral representatives(e.patient_id, $3) r on true
         where e.encounter_id = $1",
        encounter.uuid(),
        message.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let to_doctor = rows.first().map(|row| (row.doctor_user, None));
    let to_patient = rows.iter().filter_map(|row| row.user.map(|user| (user, Some(PatientId::from(row.patient)))));
    let readers: Vec<_> = to_doctor.into_iter().chain(to_patient).collect();
    let Some(visit) = rows.first() else { return Ok(Vec::new()) };
    let notices = readers.into_iter().filter(|(user, _)| *user != visit.sender).map(|(user, patient)| {
        LiveNotice::Bell(BellNotice {
            user: user.into(),
            topic: NoticeTopic::Message,
            patient,
            doctor: Some(visit.doctor.into()),
            subject: encounter.uuid(),
            starts_at: None,
        })
    });
    Ok(notices.collect())
}
