//! What happens in a visit, and who is told about it.

use crate::{
    Result,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, Notices},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::ids::{EncounterId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// Something that happened in a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// The patient is in the waiting room.
    PatientArrived {
        /// The visit.
        encounter: EncounterId,
    },
    /// The patient left the waiting room.
    PatientLeft {
        /// The visit.
        encounter: EncounterId,
    },
    /// The doctor admitted the patient.
    PatientAdmitted {
        /// The visit.
        encounter: EncounterId,
    },
    /// The doctor ended the visit.
    VisitEnded {
        /// The visit.
        encounter: EncounterId,
    },
}

impl Notices for Event {
    async fn mails(&self, _: &mut PgConnection, _: Timestamp) -> Result<Vec<MailNotice>> {
        match self {
            Self::PatientArrived { .. } | Self::PatientLeft { .. } | Self::PatientAdmitted { .. } | Self::VisitEnded { .. } => {
                Ok(Vec::new())
            }
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::PatientArrived { encounter } | Self::PatientLeft { encounter } | Self::PatientAdmitted { encounter } => {
                visit_told(connection, encounter, at).await
            }
            Self::VisitEnded { encounter } => {
                let mut told = visit_told(connection, encounter, at).await?;
                told.push(times_of_visit(connection, encounter).await?);
                Ok(told)
            }
        }
    }
}

/// Those who take part in the visit are notified, and so are the reception and the nurses of the clinic, whose pages show its day.
async fn visit_told(connection: &mut PgConnection, id: EncounterId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let mut told = LiveNotice::for_users(participants(connection, id, at).await?, LiveKind::Visit, id.uuid());
    let staff = sqlx::query!(
        "select distinct a.appointment_id as \"appointment_id!\", m.user_id as \"user_id!\"
         from visit_course v join appointment_plan a on a.appointment_id = v.appointment_id
           join role_held m on m.clinic_id = a.clinic_id and m.role in ('receptionist', 'nurse') where v.encounter_id = $1",
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    for row in staff {
        told.extend(LiveNotice::for_users(vec![row.user_id.into()], LiveKind::Appointment, row.appointment_id));
    }
    Ok(told)
}

/// The visit may have ended early, which frees the rest of its time.
async fn times_of_visit(connection: &mut PgConnection, encounter: EncounterId) -> Result<LiveNotice> {
    let row = sqlx::query!("select doctor_id as \"doctor_id!\" from visit_course where encounter_id = $1", encounter.uuid())
        .fetch_one(connection)
        .await?;
    Ok(LiveNotice::Times { doctor: row.doctor_id.into() })
}

/// The users who take part in a visit at this instant: those who act for the patient, and the doctor.
pub(crate) async fn participants(connection: &mut PgConnection, id: EncounterId, at: Timestamp) -> Result<Vec<UserId>> {
    let rows = sqlx::query!(
        "select r as \"user_id!\" from visit_course e cross join representatives(e.patient_id, $2) r where e.encounter_id = $1
         union select d.user_id from visit_course e join doctor_name d on d.doctor_id = e.doctor_id where e.encounter_id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}
