//! What happens in the record, and who is told about it.

use crate::{
    Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices},
};
use jiff::Timestamp;
use model::{
    ids::{CosignatureId, EncounterId, MeasurementId, UserId},
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
}

impl Notices for Event {
    async fn mails(&self, _: &mut PgConnection, _: Timestamp) -> Result<Vec<MailNotice>> {
        match self {
            Self::AlarmingMeasurements { .. } | Self::CosignatureAsked { .. } | Self::CosignatureAnswered { .. } => {
                Ok(Vec::new())
            }
        }
    }

    async fn live(&self, connection: &mut PgConnection, _: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::AlarmingMeasurements { encounter, .. } => doctor_told(connection, encounter).await,
            Self::CosignatureAsked { cosignature } => {
                cosignature_told(connection, cosignature, NoticeTopic::CosignatureAsked).await
            }
            Self::CosignatureAnswered { cosignature } => {
                cosignature_told(connection, cosignature, NoticeTopic::CosignatureAnswered).await
            }
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
