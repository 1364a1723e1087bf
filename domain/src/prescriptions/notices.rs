//! What happens to prescriptions, and who is told about it.

use crate::{
    Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice, Notices},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{PatientId, PrescriptionId},
    notices::NoticeTopic,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// Something that happened to a prescription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A prescription was signed.
    PrescriptionSigned {
        /// The prescription.
        prescription: PrescriptionId,
    },
    /// A prescription was cancelled.
    PrescriptionCancelled {
        /// The prescription.
        prescription: PrescriptionId,
    },
}

impl Notices for Event {
    async fn mails(&self, _: &mut PgConnection, _: Timestamp) -> Result<Vec<MailNotice>> {
        match self {
            Self::PrescriptionSigned { .. } | Self::PrescriptionCancelled { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::PrescriptionSigned { prescription } => {
                prescription_told(connection, prescription, NoticeTopic::Prescription, at).await
            }
            Self::PrescriptionCancelled { prescription } => {
                prescription_told(connection, prescription, NoticeTopic::PrescriptionCancelled, at).await
            }
        }
    }
}

/// Those who act for the patient are notified; the doctor is the one who signed or cancelled it.
async fn prescription_told(
    connection: &mut PgConnection,
    id: PrescriptionId,
    topic: NoticeTopic,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select r as \"user!\", p.patient_id as \"patient!\", p.doctor_id as \"doctor!\"
         from prescription_people p cross join representatives(p.patient_id, $2) r where p.prescription_id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let mut told = LiveNotice::for_users(rows.iter().map(|row| row.user.into()).collect(), LiveKind::Prescription, id.uuid());
    told.extend(rows.into_iter().map(|row| {
        LiveNotice::Bell(BellNotice {
            user: row.user.into(),
            topic,
            patient: Some(PatientId::from(row.patient)),
            doctor: Some(row.doctor.into()),
            subject: id.uuid(),
            starts_at: None,
        })
    }));
    Ok(told)
}
