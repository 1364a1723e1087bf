//! Who is told about conversations: open pages of both sides, and the other side also by the bell and by a mail.

use super::{Conversation, side_of};
use crate::{
    Domain, Result,
    access::{Access, actions::Read},
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, UnsentMail, mail_kinds, may_be_told},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    chat::conversation::Writer,
    ids::{DoctorId, MessageId, PatientId, ThreadId, UserId},
    notices::{NoticeSwitch, NoticeTopic},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

mail_kinds! {
    /// The kinds of mail about conversations.
    MailKind {
        /// There is a new message.
        ConversationMessage = "conversation_message",
    }
}

/// The content of a mail about a conversation. It says neither who wrote nor what.
#[derive(Debug, Clone, Copy)]
pub enum MailContent {
    /// There is a new message.
    ConversationMessage {
        /// The conversation.
        thread: ThreadId,
        /// Whether the reader is the doctor.
        to_doctor: bool,
    },
}

/// What is stored with a mail until it is sent.
#[derive(Serialize, Deserialize)]
struct MailFacts {
    /// None for the doctor.
    patient: Option<PatientId>,
}

impl MailContent {
    /// The content of a mail that is about to be sent; `None` when its reader may not see the conversation any more.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        kind: MailKind,
        mail: &UnsentMail,
    ) -> Result<Option<Self>> {
        match kind {
            MailKind::ConversationMessage => {
                let patient = mail.facts::<MailFacts>()?.and_then(|facts| facts.patient);
                if let Some(patient) = patient {
                    let told = (mail.user()?, NoticeTopic::Conversation, patient);
                    if !may_be_told(domain, connection, told, domain.now()).await? {
                        return Ok(None);
                    }
                }
                Ok(Some(Self::ConversationMessage { thread: mail.subject()?.into(), to_doctor: patient.is_none() }))
            }
        }
    }
}

/// Somebody who takes part in a conversation.
struct Participant {
    user: UserId,
    side: Writer,
    /// Whether messages of the other side are for them: at a desk or in a group where a colleague answers, they are for the colleague, as long as the colleague works there.
    is_meant: bool,
}

/// Those who act for the patient at this instant, and the doctor, those who work at the desk of the clinic, or those who belong to the care group.
async fn participants(connection: &mut PgConnection, thread: ThreadId, at: Timestamp) -> Result<Vec<Participant>> {
    let rows = sqlx::query!(
        "select r as \"user!\", 'patient' as \"side!\", true as \"is_meant!\"
         from threads t cross join representatives(t.patient_id, $2) r where t.id = $1
         union all
         select d.user_id, 'care', true from conversations c join doctor_name d on d.doctor_id = c.doctor_id where c.thread_id = $1
         union all
         select distinct m.user_id, 'care', c.assigned_to is null or c.assigned_to = m.user_id or not exists (
           select from role_held h where h.user_id = c.assigned_to and h.role = 'receptionist' and (h.clinic_id is null or h.clinic_id = c.clinic_id)
             and not exists (select from closed_account x where x.user_id = h.user_id))
         from conversations c join role_held m on m.role = 'receptionist' and (m.clinic_id is null or m.clinic_id = c.clinic_id)
         where c.thread_id = $1 and c.clinic_id is not null
         union all
         select w, 'care', c.assigned_to is null or c.assigned_to = w or not exists (
           select from works_in_care_group(c.group_id) s where s = c.assigned_to)
         from conversations c cross join works_in_care_group(c.group_id) w
         where c.thread_id = $1",
        thread.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let participants = rows.into_iter().map(|row| Participant {
        user: row.user.into(),
        side: if row.side == Writer::Patient.as_str() { Writer::Patient } else { Writer::Care },
        is_meant: row.is_meant,
    });
    Ok(participants.collect())
}

/// The users on the other side of a conversation: who may be told that the caller looks at it, or writes. Nothing of it is stored.
///
/// # Errors
/// `not_found` for callers who do not take part in it.
pub async fn others_in_conversation(domain: &Domain, access: &Access, thread: ThreadId) -> Result<Vec<UserId>> {
    let acting = access.acting()?;
    let mut tx = domain.begin_reading("chat.others_in_conversation", access).await?;
    let permit = tx.permit(Read, Conversation(thread)).await?;
    let (side, now) = (side_of(acting, permit.facts()), tx.now());
    let participants = participants(tx.connection(), thread, now).await?;
    tx.close().await?;
    let others = participants.into_iter().filter(|other| other.side != side && other.user != acting.user);
    let mut users: Vec<UserId> = others.map(|other| other.user).collect();
    users.sort_unstable();
    users.dedup();
    Ok(users)
}

/// The live events for all pages of both sides.
fn live_of(participants: &[Participant], thread: ThreadId) -> Vec<LiveNotice> {
    let mut users: Vec<UserId> = participants.iter().map(|participant| participant.user).collect();
    users.sort_unstable();
    users.dedup();
    LiveNotice::for_users(users, LiveKind::Thread, thread.uuid())
}

/// What open pages are told of a conversation that was read, closed, reopened or handed over.
pub(in crate::chat) async fn changed_told(
    connection: &mut PgConnection,
    thread: ThreadId,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    Ok(live_of(&participants(connection, thread, at).await?, thread))
}

/// What open pages are told of a conversation that was handed over to another doctor, and a notice in the app for that doctor, if it is still theirs.
pub(in crate::chat) async fn handed_over_told(
    connection: &mut PgConnection,
    thread: ThreadId,
    to: UserId,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let mut told = changed_told(connection, thread, at).await?;
    let doctor = sqlx::query_scalar!(
        "select c.doctor_id as \"doctor_id!\"
         from conversations c join doctor_name d on d.doctor_id = c.doctor_id where c.thread_id = $1 and d.user_id = $2",
        thread.uuid(),
        to.uuid()
    )
    .fetch_optional(connection)
    .await?;
    told.extend(doctor.map(|doctor| {
        LiveNotice::Bell(BellNotice {
            user: to,
            topic: NoticeTopic::Conversation,
            patient: None,
            doctor: Some(doctor.into()),
            subject: thread.uuid(),
            starts_at: None,
        })
    }));
    Ok(told)
}

/// A message as those who are told of it need to know it.
struct Written {
    position: i32,
    sender: Uuid,
    side: Option<String>,
    patient: Uuid,
    doctor: Option<Uuid>,
}

impl Written {
    /// Whether it is from the other side.
    fn is_for(&self, participant: &Participant) -> bool {
        self.side.as_deref() != Some(participant.side.as_str()) && self.sender != participant.user.uuid()
    }
}

async fn written(connection: &mut PgConnection, message: MessageId) -> Result<Written> {
    let row = sqlx::query_as!(
        Written,
        "select m.position, m.sender_user_id as sender, m.side, t.patient_id as patient, c.doctor_id as doctor
         from messages m join threads t on t.id = m.thread_id join conversations c on c.thread_id = m.thread_id where m.id = $1",
        message.uuid()
    )
    .fetch_one(connection)
    .await?;
    Ok(row)
}

/// What open pages of both sides are told of a message, and the notices in the app for the other side.
pub(in crate::chat) async fn message_told(
    connection: &mut PgConnection,
    thread: ThreadId,
    message: MessageId,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let participants = participants(connection, thread, at).await?;
    let written = written(connection, message).await?;
    // Whoever had the conversation open has read it before it is passed on here.
    let seen = sqlx::query_scalar!(
        "select user_id from conversation_marks where thread_id = $1 and seen >= $2",
        thread.uuid(),
        written.position
    )
    .fetch_all(&mut *connection)
    .await?;
    let mut told = live_of(&participants, thread);
    let readers = participants
        .iter()
        .filter(|participant| participant.is_meant && written.is_for(participant) && !seen.contains(&participant.user.uuid()));
    told.extend(readers.map(|reader| {
        LiveNotice::Bell(BellNotice {
            user: reader.user,
            topic: NoticeTopic::Conversation,
            patient: (reader.side == Writer::Patient).then(|| PatientId::from(written.patient)),
            doctor: written.doctor.map(DoctorId::from),
            subject: thread.uuid(),
            starts_at: None,
        })
    }));
    Ok(told)
}

/// A mail for each reader of the other side who had read everything before this message: more messages before they come back need no other mail. The desk and
/// the care groups have their pages open, and get none.
pub(in crate::chat) async fn mails(
    connection: &mut PgConnection,
    thread: ThreadId,
    message: MessageId,
    at: Timestamp,
) -> Result<Vec<MailNotice>> {
    let participants = participants(connection, thread, at).await?;
    let written = written(connection, message).await?;
    let mut mails = Vec::new();
    for reader in participants.iter().filter(|participant| written.is_for(participant)) {
        if reader.side == Writer::Care && written.doctor.is_none() {
            continue;
        }
        let waits = sqlx::query_scalar!(
            "select exists (select from messages m
               where m.thread_id = $1 and m.position < $2 and m.side <> $3 and m.sender_user_id <> $4 and m.position > coalesce(
                 (select k.seen from conversation_marks k where k.thread_id = $1 and k.user_id = $4 and k.side = $3), 0)) as \"waits!\"",
            thread.uuid(),
            written.position,
            reader.side.as_str(),
            reader.user.uuid()
        )
        .fetch_one(&mut *connection)
        .await?;
        if !waits {
            let patient = (reader.side == Writer::Patient).then(|| PatientId::from(written.patient));
            let mail = MailNotice::new(reader.user, MailKind::ConversationMessage).about(thread.uuid());
            mails.push(mail.unless(NoticeSwitch::MessageMail).with_facts(&MailFacts { patient })?);
        }
    }
    Ok(mails)
}
