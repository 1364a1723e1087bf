//! Which open pages are notified of an event.

use super::recipients::sides;
use crate::{Result, live::LiveKind, outbox::Event};
use model::ids::{AppointmentId, DoctorId, EncounterId, PrescriptionId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// One reaction to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// A live event for the user's open pages.
    Live { user: UserId, kind: LiveKind, resource: Uuid },
    /// A signal for all pages that show this doctor's times.
    Times { doctor: DoctorId },
}

/// The reactions to an event; recipients are looked up now, not when the event happened.
pub(super) async fn react(connection: &mut PgConnection, event: &Event) -> Result<Vec<Reaction>> {
    let reactions = match *event {
        // These events only cause a mail.
        Event::UserSignedUp { .. }
        | Event::SignUpRepeated { .. }
        | Event::PasswordResetRequested { .. }
        | Event::PasswordChanged { .. } => Vec::new(),
        Event::SessionRevoked { user, session } => {
            vec![Reaction::Live { user, kind: LiveKind::SessionRevoked, resource: session.uuid() }]
        }
        Event::DoctorApplied { doctor } => admins(connection)
            .await?
            .into_iter()
            .map(|user| Reaction::Live { user, kind: LiveKind::DoctorApplied, resource: doctor.uuid() })
            .collect(),
        Event::DoctorDecided { doctor, .. } | Event::TimesChanged { doctor } => vec![Reaction::Times { doctor }],
        Event::UserSuspended { user, .. } | Event::UserRestored { user, .. } => times_of_user(connection, user).await?,
        Event::AppointmentBooked { appointment } => appointment_told(connection, appointment).await?,
        Event::AppointmentCancelled { appointment } => {
            let mut told = appointment_told(connection, appointment).await?;
            // A patient may be waiting in its visit.
            let row =
                sqlx::query!("select encounter_id as \"id!\" from visit_course where appointment_id = $1", appointment.uuid())
                    .fetch_optional(&mut *connection)
                    .await?;
            if let Some(row) = row {
                told.extend(encounter_told(connection, row.id.into()).await?);
            }
            told
        }
        Event::PatientArrived { encounter } | Event::PatientLeft { encounter } | Event::PatientAdmitted { encounter } => {
            encounter_told(connection, encounter).await?
        }
        Event::VisitEnded { encounter } => {
            let mut told = encounter_told(connection, encounter).await?;
            // The visit may have ended early, which frees the rest of its time.
            let row =
                sqlx::query!("select doctor_id as \"doctor_id!\" from visit_course where encounter_id = $1", encounter.uuid())
                    .fetch_one(connection)
                    .await?;
            told.push(Reaction::Times { doctor: row.doctor_id.into() });
            told
        }
        Event::MessageSent { thread, .. } => {
            let row = sqlx::query!("select encounter_id from thread_visit where thread_id = $1", thread.uuid())
                .fetch_one(&mut *connection)
                .await?;
            match row.encounter_id {
                Some(encounter) => live_to(participants(connection, encounter.into()).await?, LiveKind::Thread, thread.uuid()),
                None => Vec::new(),
            }
        }
        Event::PrescriptionSigned { prescription } | Event::PrescriptionCancelled { prescription } => {
            prescription_told(connection, prescription).await?
        }
    };
    Ok(reactions)
}

/// For a doctor who was suspended or restored: there is nothing to book any more, or there is again.
async fn times_of_user(connection: &mut PgConnection, user: UserId) -> Result<Vec<Reaction>> {
    let doctor = sqlx::query_scalar!("select doctor_id as \"doctor_id!\" from doctor_name where user_id = $1", user.uuid())
        .fetch_optional(connection)
        .await?;
    Ok(doctor.map(|id| Reaction::Times { doctor: id.into() }).into_iter().collect())
}

/// Both sides are notified at once, and so are all pages that show the doctor's times.
async fn appointment_told(connection: &mut PgConnection, id: AppointmentId) -> Result<Vec<Reaction>> {
    let doctor =
        sqlx::query_scalar!("select doctor_id as \"doctor_id!\" from appointment_plan where appointment_id = $1", id.uuid())
            .fetch_one(&mut *connection)
            .await?;
    let mut told = live_to(sides(connection, id).await?, LiveKind::Appointment, id.uuid());
    told.push(Reaction::Times { doctor: doctor.into() });
    Ok(told)
}

async fn encounter_told(connection: &mut PgConnection, id: EncounterId) -> Result<Vec<Reaction>> {
    Ok(live_to(participants(connection, id).await?, LiveKind::Visit, id.uuid()))
}

async fn prescription_told(connection: &mut PgConnection, id: PrescriptionId) -> Result<Vec<Reaction>> {
    let rows = sqlx::query!(
        "select pa.user_id as \"user_id!\" from prescription_people p join patient_representative pa on pa.patient_id = p.patient_id
         where p.prescription_id = $1",
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(live_to(rows.into_iter().map(|row| row.user_id.into()).collect(), LiveKind::Prescription, id.uuid()))
}

fn live_to(users: Vec<UserId>, kind: LiveKind, resource: Uuid) -> Vec<Reaction> {
    users.into_iter().map(|user| Reaction::Live { user, kind, resource }).collect()
}

async fn participants(connection: &mut PgConnection, id: EncounterId) -> Result<Vec<UserId>> {
    let rows = sqlx::query!(
        "select pa.user_id as \"user_id!\" from visit_course e join patient_representative pa on pa.patient_id = e.patient_id
         where e.encounter_id = $1
         union select d.user_id from visit_course e join doctor_name d on d.doctor_id = e.doctor_id where e.encounter_id = $1",
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}

async fn admins(connection: &mut PgConnection) -> Result<Vec<UserId>> {
    let rows =
        sqlx::query!("select distinct user_id as \"user_id!\" from role_held where role = 'admin'").fetch_all(connection).await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}
