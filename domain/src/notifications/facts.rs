//! The facts of a mail, as they were when its event happened.
//!
//! A mail may be sent minutes or days after its event: the worker was down, the mail server refused it, an admin sends dead mails again. By then the
//! appointment may be cancelled, or the name corrected. So a mail is written in the transaction of its event, with everything that could change in
//! the meantime. What cannot change (a link, a decision, a suspension) is read by its id when the mail is sent.

use super::{mail::MailKind, recipients::Recipient};
use crate::{Error, Result};
use jiff::Timestamp;
use model::ids::{AppointmentId, UserId};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The facts of one mail, stored in `mails.facts` until it is sent.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Facts {
    pub(super) to: String,
    pub(super) name: String,
    pub(super) language: String,
    pub(super) time_zone: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) appointment: Option<AppointmentFacts>,
}

/// The facts of an appointment.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct AppointmentFacts {
    pub(super) id: AppointmentId,
    pub(super) version: i32,
    pub(super) doctor: String,
    pub(super) to_doctor: bool,
    pub(super) clinic: String,
    pub(super) starts_at: Timestamp,
    pub(super) ends_at: Timestamp,
}

/// The facts as of now; `None` when the recipient or the appointment no longer exists.
pub(super) async fn facts(connection: &mut PgConnection, recipient: Recipient) -> Result<Option<Facts>> {
    let Recipient { user, kind, subject } = recipient;
    let row = sqlx::query!(
        "select email as \"email!\", name as \"name!\", language as \"language!\", time_zone as \"time_zone!\" from account where user_id = $1",
        user.uuid()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let mut facts = Facts { to: row.email, name: row.name, language: row.language, time_zone: row.time_zone, appointment: None };
    if matches!(kind, MailKind::AppointmentBooked | MailKind::AppointmentCancelled) {
        let id = subject.ok_or_else(|| Error::internal("a mail without its subject"))?;
        let Some(appointment) = appointment_facts(connection, id.into(), user).await? else { return Ok(None) };
        facts.appointment = Some(appointment);
    }
    Ok(Some(facts))
}

async fn appointment_facts(connection: &mut PgConnection, id: AppointmentId, user: UserId) -> Result<Option<AppointmentFacts>> {
    let row = sqlx::query!(
        "select a.version as \"version!\", a.starts_at as \"starts_at!\", a.ends_at as \"ends_at!\", d.name as \"doctor!\", d.user_id as \"doctor_user!\",
           c.name as \"clinic!\"
         from appointment_plan a join doctor_name d on d.doctor_id = a.doctor_id join clinic_address c on c.clinic_id = a.clinic_id
         where a.appointment_id = $1",
        id.uuid()
    )
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|row| AppointmentFacts {
        id,
        version: row.version,
        doctor: row.doctor,
        to_doctor: row.doctor_user == user.uuid(),
        clinic: row.clinic,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
    }))
}
