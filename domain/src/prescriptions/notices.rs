//! What happens to prescriptions, and who is told about it.

use crate::{
    Result,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, Notices},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{PrescriptionId, UserId};
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
            Self::PrescriptionSigned { prescription } | Self::PrescriptionCancelled { prescription } => {
                prescription_told(connection, prescription, at).await
            }
        }
    }
}

/// Those who act for the patient are notified; the doctor is the one who signed or cancelled it.
async fn prescription_told(connection: &mut PgConnection, id: PrescriptionId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let rows = sqlx::query!(
        "select r as \"user_id!\" from prescription_people p cross join representatives(p.patient_id, $2) r where p.prescription_id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    let users: Vec<UserId> = rows.into_iter().map(|row| row.user_id.into()).collect();
    Ok(LiveNotice::for_users(users, LiveKind::Prescription, id.uuid()))
}
