//! What happens in the record, and who is told about it.

use crate::{
    Domain, Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices, UnsentMail, mail_kinds, may_be_told},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{CosignatureId, DoctorId, EncounterId, LetterId, MeasurementId, PatientId, ShiftNoteId, TaskId, UserId},
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

/// Something that happened in the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// Something was measured for a visit of which its doctor must know at once.
    AlarmingMeasurements {
        /// The visit.
        encounter: EncounterId,
        /// The measurements.
        measurement: MeasurementId,
    },
    /// Something was measured outside of a visit, at home or at the clinic, of which a doctor who treats the patient must know at once.
    AlarmingReading {
        /// The doctor.
        doctor: DoctorId,
        /// The patient.
        patient: PatientId,
        /// The measurements.
        measurement: MeasurementId,
    },
    /// A task was given to somebody of a team.
    TaskGiven {
        /// The task.
        task: TaskId,
    },
    /// A task is done, or open again.
    TaskSettled {
        /// The task.
        task: TaskId,
    },
    /// A handover note was written.
    ShiftNoteWritten {
        /// The note.
        note: ShiftNoteId,
    },
    /// Somebody has read a handover note.
    ShiftNoteSeen {
        /// The note.
        note: ShiftNoteId,
    },
    /// A colleague was asked to co-sign a note.
    CosignatureAsked {
        /// The request.
        cosignature: CosignatureId,
    },
    /// A colleague has co-signed a note or sent it back.
    CosignatureAnswered {
        /// The request.
        cosignature: CosignatureId,
    },
    /// A letter was issued.
    LetterIssued {
        /// The letter.
        letter: LetterId,
    },
    /// A letter was withdrawn.
    LetterWithdrawn {
        /// The letter.
        letter: LetterId,
    },
}

mail_kinds! {
    /// The kinds of mail about the record.
    MailKind {
        /// A doctor has issued a letter.
        Letter = "letter",
    }
}

/// The content of a mail about the record. It says neither what it is about nor from whom.
#[derive(Debug, Clone, Copy)]
pub enum MailContent {
    /// A doctor has issued a letter.
    Letter {
        /// The letter.
        letter: LetterId,
    },
}

/// What is stored with a mail until it is sent.
#[derive(Serialize, Deserialize)]
struct MailFacts {
    patient: PatientId,
}

impl MailContent {
    /// The content of a mail that is about to be sent; `None` when its reader may not see the letter any more.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        kind: MailKind,
        mail: &UnsentMail,
    ) -> Result<Option<Self>> {
        match kind {
            MailKind::Letter => {
                let Some(MailFacts { patient }) = mail.facts()? else { return Ok(None) };
                let told = (mail.user()?, NoticeTopic::Letter, patient);
                let may = may_be_told(domain, connection, told, domain.now()).await?;
                Ok(if may { Some(Self::Letter { letter: mail.subject()?.into() }) } else { None })
            }
        }
    }
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        match *self {
            Self::LetterIssued { letter } => letter_mailed(connection, letter, at).await,
            Self::AlarmingMeasurements { .. }
            | Self::AlarmingReading { .. }
            | Self::TaskGiven { .. }
            | Self::TaskSettled { .. }
            | Self::ShiftNoteWritten { .. }
            | Self::ShiftNoteSeen { .. }
            | Self::CosignatureAsked { .. }
            | Self::CosignatureAnswered { .. }
            | Self::LetterWithdrawn { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::AlarmingMeasurements { encounter, .. } => doctor_told(connection, encounter).await,
            Self::AlarmingReading { doctor, patient, .. } => treating_told(connection, doctor, patient).await,
            Self::TaskGiven { task } => {
                let mut told = team_of_task(connection, task).await?;
                told.extend(bells_of_task(connection, task).await?);
                Ok(told)
            }
            Self::TaskSettled { task } => team_of_task(connection, task).await,
            Self::ShiftNoteWritten { note } | Self::ShiftNoteSeen { note } => team_of_note(connection, note).await,
            Self::CosignatureAsked { cosignature } => {
                cosignature_told(connection, cosignature, NoticeTopic::CosignatureAsked).await
            }
            Self::CosignatureAnswered { cosignature } => {
                cosignature_told(connection, cosignature, NoticeTopic::CosignatureAnswered).await
            }
            Self::LetterIssued { letter } => letter_told(connection, letter, NoticeTopic::Letter, at).await,
            Self::LetterWithdrawn { letter } => letter_told(connection, letter, NoticeTopic::LetterWithdrawn, at).await,
        }
    }
}

/// The doctor of the visit, on the open page of the visit and with a notice that leads to it.
async fn doctor_told(connection: &mut PgConnection, encounter: EncounterId) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!(
        "select e.doctor_id as \"doctor!\", d.user_id as \"user!\" from visit_course e join doctor_name d on d.doctor_id = e.doctor_id
         where e.encounter_id = $1",
        encounter.uuid()
    )
    .fetch_one(connection)
    .await?;
    let mut told = LiveNotice::for_users(vec![row.user.into()], LiveKind::Visit, encounter.uuid());
    told.push(LiveNotice::Bell(BellNotice {
        user: row.user.into(),
        topic: NoticeTopic::Vitals,
        patient: None,
        doctor: Some(row.doctor.into()),
        subject: encounter.uuid(),
        starts_at: None,
    }));
    Ok(told)
}

/// A doctor who treats the patient, with a notice that leads to the patient's measurements.
async fn treating_told(connection: &mut PgConnection, doctor: DoctorId, patient: PatientId) -> Result<Vec<LiveNotice>> {
    let user = sqlx::query_scalar!("select user_id as \"user!\" from doctor_name where doctor_id = $1", doctor.uuid())
        .fetch_one(connection)
        .await?;
    let mut told = LiveNotice::for_users(vec![user.into()], LiveKind::Visit, patient.uuid());
    told.push(LiveNotice::Bell(BellNotice {
        user: user.into(),
        topic: NoticeTopic::Reading,
        patient: None,
        doctor: Some(doctor),
        subject: patient.uuid(),
        starts_at: None,
    }));
    Ok(told)
}

/// The open pages of the team to which a task belongs.
async fn team_of_task(connection: &mut PgConnection, task: TaskId) -> Result<Vec<LiveNotice>> {
    let users = sqlx::query_scalar!(
        "select distinct m.user_id as \"user!\" from team_tasks t
         join role_held m on m.role in ('nurse', 'doctor', 'receptionist') and (m.clinic_id is null or m.clinic_id = t.clinic_id)
         where t.id = $1",
        task.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(LiveNotice::for_users(users.into_iter().map(UserId::from).collect(), LiveKind::Team, task.uuid()))
}

/// The open pages of the team to which a handover note belongs.
async fn team_of_note(connection: &mut PgConnection, note: ShiftNoteId) -> Result<Vec<LiveNotice>> {
    let users = sqlx::query_scalar!(
        "select distinct m.user_id as \"user!\" from shift_notes n
         join role_held m on m.role in ('nurse', 'doctor', 'receptionist') and (m.clinic_id is null or m.clinic_id = n.clinic_id)
         where n.id = $1",
        note.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(LiveNotice::for_users(users.into_iter().map(UserId::from).collect(), LiveKind::Team, note.uuid()))
}

/// A notice for the person to whom a task is given, or for everybody with the role; not for who gave it.
async fn bells_of_task(connection: &mut PgConnection, task: TaskId) -> Result<Vec<LiveNotice>> {
    let users = sqlx::query_scalar!(
        "select distinct m.user_id as \"user!\" from team_tasks t
         join role_held m on (m.clinic_id is null or m.clinic_id = t.clinic_id) and m.user_id <> t.created_by
           and (m.user_id = t.assigned_to or m.role = t.assigned_role)
         where t.id = $1",
        task.uuid()
    )
    .fetch_all(connection)
    .await?;
    let bell = |user: Uuid| {
        LiveNotice::Bell(BellNotice {
            user: user.into(),
            topic: NoticeTopic::Task,
            patient: None,
            doctor: None,
            subject: task.uuid(),
            starts_at: None,
        })
    };
    Ok(users.into_iter().map(bell).collect())
}

/// The colleague who is asked, or the doctor who has asked.
async fn cosignature_told(connection: &mut PgConnection, id: CosignatureId, topic: NoticeTopic) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!(
        "select n.encounter_id, r.asked_user_id, r.asked_by, e.doctor_id as \"doctor!\" from cosignature_requests r
         join notes n on n.id = r.note_id join visit_course e on e.encounter_id = n.encounter_id where r.id = $1",
        id.uuid()
    )
    .fetch_one(connection)
    .await?;
    let user = UserId::from(if topic == NoticeTopic::CosignatureAsked { row.asked_user_id } else { row.asked_by });
    let mut told = LiveNotice::for_users(vec![user], LiveKind::Visit, row.encounter_id);
    told.push(LiveNotice::Bell(BellNotice {
        user,
        topic,
        patient: None,
        doctor: Some(row.doctor.into()),
        subject: id.uuid(),
        starts_at: None,
    }));
    Ok(told)
}

/// A mail for each of those who act for the patient: a letter has come.
async fn letter_mailed(connection: &mut PgConnection, id: LetterId, at: Timestamp) -> Result<Vec<MailNotice>> {
    let rows = sqlx::query!(
        "select r as \"user!\", l.patient_id from letters l cross join representatives(l.patient_id, $2) r where l.id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    rows.into_iter()
        .map(|row| {
            let mail = MailNotice::new(row.user.into(), MailKind::Letter).about(id.uuid());
            mail.with_facts(&MailFacts { patient: row.patient_id.into() })
        })
        .collect()
}

/// Those who act for the patient are told; the doctor is the one who has issued or withdrawn it.
async fn letter_told(connection: &mut PgConnection, id: LetterId, topic: NoticeTopic, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select r as \"user!\", l.patient_id, l.doctor_id, l.encounter_id
         from letters l cross join representatives(l.patient_id, $2) r where l.id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let mut told = Vec::new();
    for row in rows {
        told.extend(LiveNotice::for_users(vec![row.user.into()], LiveKind::Visit, row.encounter_id));
        told.push(LiveNotice::Bell(BellNotice {
            user: row.user.into(),
            topic,
            patient: Some(row.patient_id.into()),
            doctor: Some(row.doctor_id.into()),
            subject: id.uuid(),
            starts_at: None,
        }));
    }
    Ok(told)
}
