//! Which event is told to whom, and how.

use super::mail::MailKind;
use crate::{Result, live::LiveKind, outbox::Event};
use model::ids::{AppointmentId, DoctorId, EncounterId, PrescriptionId, UserId};
use sqlx::PgConnection;
use std::iter;
use uuid::Uuid;

/// What one person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reaction {
    /// On the person's open pages.
    Live { user: UserId, kind: LiveKind, resource: Uuid },
    /// By mail.
    Mail { user: UserId, kind: MailKind, subject: Option<Uuid> },
    /// Whoever looks at this doctor's times now.
    Times { doctor: DoctorId },
}

/// The reactions to an event; recipients are looked up now, not when it happened.
pub(super) async fn react(connection: &mut PgConnection, event: &Event) -> Result<Vec<Reaction>> {
    let mail = |user, kind, subject| Reaction::Mail { user, kind, subject };
    let reactions = match *event {
        Event::UserSignedUp { user, link } => vec![mail(user, MailKind::ConfirmEmail, Some(link))],
        Event::SignUpRepeated { user } => vec![mail(user, MailKind::SignUpRepeated, None)],
        Event::PasswordResetRequested { user, link } => vec![mail(user, MailKind::ResetPassword, Some(link))],
        Event::PasswordChanged { user } => vec![mail(user, MailKind::PasswordChanged, None)],
        Event::SessionRevoked { user, session } => {
            vec![Reaction::Live { user, kind: LiveKind::SessionRevoked, resource: session.uuid() }]
        }
        Event::DoctorApplied { doctor } => admins(connection)
            .await?
            .into_iter()
            .map(|user| Reaction::Live { user, kind: LiveKind::DoctorApplied, resource: doctor.uuid() })
            .collect(),
        Event::DoctorDecided { doctor, decision } => {
            let row = sqlx::query!("select user_id from doctors where id = $1", doctor.uuid()).fetch_one(connection).await?;
            vec![mail(row.user_id.into(), MailKind::DoctorDecided, Some(decision)), Reaction::Times { doctor }]
        }
        Event::UserSuspended { user, suspension } => {
            with_times(connection, user, mail(user, MailKind::UserSuspended, Some(suspension))).await?
        }
        Event::UserRestored { user, suspension } => {
            with_times(connection, user, mail(user, MailKind::UserRestored, Some(suspension))).await?
        }
        Event::TimesChanged { doctor } => vec![Reaction::Times { doctor }],
        Event::AppointmentBooked { appointment } => {
            appointment_told(connection, appointment, MailKind::AppointmentBooked).await?
        }
        Event::AppointmentCancelled { appointment } => {
            let mut told = appointment_told(connection, appointment, MailKind::AppointmentCancelled).await?;
            // Somebody may be waiting in it.
            let row = sqlx::query!("select id from encounters where appointment_id = $1", appointment.uuid())
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
            // It may have ended before its time was over.
            let row =
                sqlx::query!("select doctor_id from encounters where id = $1", encounter.uuid()).fetch_one(connection).await?;
            told.push(Reaction::Times { doctor: row.doctor_id.into() });
            told
        }
        Event::MessageSent { thread, .. } => {
            let row =
                sqlx::query!("select encounter_id from threads where id = $1", thread.uuid()).fetch_one(&mut *connection).await?;
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

/// A doctor who was locked out or let in again: there is something to book no longer, or again.
async fn with_times(connection: &mut PgConnection, user: UserId, told: Reaction) -> Result<Vec<Reaction>> {
    let doctor = sqlx::query_scalar!("select id from doctors where user_id = $1", user.uuid()).fetch_optional(connection).await?;
    Ok(iter::once(told).chain(doctor.map(|id| Reaction::Times { doctor: id.into() })).collect())
}

/// Both sides see it at once, and whoever looks at the doctor's times; both sides get a mail.
async fn appointment_told(connection: &mut PgConnection, id: AppointmentId, kind: MailKind) -> Result<Vec<Reaction>> {
    let doctor =
        sqlx::query_scalar!("select doctor_id from appointments where id = $1", id.uuid()).fetch_one(&mut *connection).await?;
    let rows = sqlx::query!(
        "select pa.user_id as \"user_id!\" from appointments a join patient_access pa on pa.patient_id = a.patient_id and pa.ends_at is null
         where a.id = $1
         union select d.user_id from appointments a join doctors d on d.id = a.doctor_id where a.id = $1",
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    let sides = rows.into_iter().flat_map(|row| {
        let user = UserId::from(row.user_id);
        [
            Reaction::Live { user, kind: LiveKind::Appointment, resource: id.uuid() },
            Reaction::Mail { user, kind, subject: Some(id.uuid()) },
        ]
    });
    Ok(sides.chain([Reaction::Times { doctor: doctor.into() }]).collect())
}

async fn encounter_told(connection: &mut PgConnection, id: EncounterId) -> Result<Vec<Reaction>> {
    Ok(live_to(participants(connection, id).await?, LiveKind::Visit, id.uuid()))
}

async fn prescription_told(connection: &mut PgConnection, id: PrescriptionId) -> Result<Vec<Reaction>> {
    let rows = sqlx::query!(
        "select pa.user_id from prescriptions p join patient_access pa on pa.patient_id = p.patient_id and pa.ends_at is null
         where p.id = $1",
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
        "select pa.user_id as \"user_id!\" from encounters e join patient_access pa on pa.patient_id = e.patient_id and pa.ends_at is null
         where e.id = $1
         union select d.user_id from encounters e join doctors d on d.id = e.doctor_id where e.id = $1",
        id.uuid()
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}

async fn admins(connection: &mut PgConnection) -> Result<Vec<UserId>> {
    let rows = sqlx::query!("select distinct user_id from memberships where role = 'admin' and ended_at is null")
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|row| row.user_id.into()).collect())
}
