//! What happens in the record, and who is told about it.

use crate::{
    Domain, Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices, UnsentMail, mail_kinds, may_be_told},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{CosignatureId, EncounterId, LetterId, MeasurementId, PatientId, UserId},
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

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
            | Self::CosignatureAsked { .. }
            | Self::CosignatureAnswered { .. }
            | Self::LetterWithdrawn { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::AlarmingMeasurements { encounter, .. } => doctor_told(connection, encounter).await,
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
