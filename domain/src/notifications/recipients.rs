//! Who gets a mail about an event.

use super::mail::MailKind;
use crate::{Result, outbox::Event};
use model::ids::{AppointmentId, UserId};
use sqlx::PgConnection;
use uuid::Uuid;

/// One mail about an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Recipient {
    pub(super) user: UserId,
    pub(super) kind: MailKind,
    /// What it is about: a link, an appointment, a decision, a suspension.
    pub(super) subject: Option<Uuid>,
}

/// All recipients of mails about an event.
pub(super) async fn recipients(connection: &mut PgConnection, event: &Event) -> Result<Vec<Recipient>> {
    let one = |user, kind, subject| vec![Recipient { user, kind, subject }];
    let recipients = match *event {
        Event::UserSignedUp { user, link } => one(user, MailKind::ConfirmEmail, Some(link)),
        Event::SignUpRepeated { user } => one(user, MailKind::SignUpRepeated, None),
        Event::PasswordResetRequested { user, link } => one(user, MailKind::ResetPassword, Some(link)),
        Event::PasswordChanged { user } => one(user, MailKind::PasswordChanged, None),
        Event::UserSuspended { user, suspension } => one(user, MailKind::UserSuspended, Some(suspension)),
        Event::UserRestored { user, suspension } => one(user, MailKind::UserRestored, Some(suspension)),
        Event::DoctorDecided { doctor, decision } => {
            let user = sqlx::query_scalar!("select user_id as \"user_id!\" from doctor_name where doctor_id = $1", doctor.uuid())
                .fetch_one(connection)
                .await?;
            one(user.into(), MailKind::DoctorDecided, Some(decision))
        }
        Event::AppointmentBooked { appointment } => both_sides(connection, appointment, MailKind::AppointmentBooked).await?,
        Event::AppointmentCancelled { appointment } => {
            both_sides(connection, appointment, MailKind::AppointmentCancelled).await?
        }
        Event::SessionRevoked { .. }
        | Event::DoctorApplied { .. }
        | Event::TimesChanged { .. }
        | Event::PatientArrived { .. }
        | Event::PatientLeft { .. }
        | Event::PatientAdmitted { .. }
        | Event::VisitEnded { .. }
        | Event::MessageSent { .. }
        | Event::PrescriptionSigned { .. }
        | Event::PrescriptionCancelled { .. } => Vec::new(),
    };
    Ok(recipients)
}

/// The users on both sides of an appointment: those who act for the patient, and the doctor.
pub(super) async fn sides(connection: &mut PgConnection, appointment: AppointmentId) -> Result<Vec<UserId>> {
    let users = sqlx::query_scalar!(
        "select pa.user_id as \"user_id!\" from appointment_plan a join patient_representative pa on pa.patient_id = a.patient_id
         where a.appointment_id = $1
         union select d.user_id from appointment_plan a join doctor_name d on d.doctor_id = a.doctor_id where a.appointment_id = $1",
        appointment.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}

async fn both_sides(connection: &mut PgConnection, appointment: AppointmentId, kind: MailKind) -> Result<Vec<Recipient>> {
    let users = sides(connection, appointment).await?;
    Ok(users.into_iter().map(|user| Recipient { user, kind, subject: Some(appointment.uuid()) }).collect())
}
