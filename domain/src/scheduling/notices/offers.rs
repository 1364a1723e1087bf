//! Times that are offered to people on the waiting list.

use super::MailKind;
use crate::{
    Error, Result,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{PatientId, UserId, WaitingOfferId},
    notices::NoticeTopic,
    scheduling::VisitMode,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// What a mail says about an offered time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct OfferedTime {
    /// The offer.
    pub id: WaitingOfferId,
    /// The doctor's name.
    pub doctor: String,
    /// The clinic's name.
    pub clinic: String,
    /// How patient and doctor meet.
    pub mode: VisitMode,
    /// When the visit begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Until when it can be accepted.
    pub expires_at: Timestamp,
    /// Whether an appointment moves to it.
    pub moves: bool,
}

/// The facts of a mail about an offered time.
#[derive(Serialize, Deserialize)]
pub(super) struct OfferFacts {
    pub(super) offer: OfferedTime,
}

/// A mail to each user who acts for the patient to whom a time is offered.
pub(super) async fn mails(connection: &mut PgConnection, id: WaitingOfferId, at: Timestamp) -> Result<Vec<MailNotice>> {
    let row = sqlx::query!(
        "select o.mode, o.starts_at, o.ends_at, o.expires_at, d.name as \"doctor!\", c.name as \"clinic!\", w.appointment_id is not null as \"moves!\",
           array(select r from representatives(o.patient_id, $2) r) as \"users!: Vec<uuid::Uuid>\"
         from waiting_offers o join waiting_entries w on w.id = o.entry_id join doctor_name d on d.doctor_id = o.doctor_id
           join clinic_address c on c.clinic_id = o.clinic_id
         where o.id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let offer = OfferedTime {
        id,
        doctor: row.doctor,
        clinic: row.clinic,
        mode: VisitMode::parse(&row.mode).map_err(|_| Error::internal("a mode in the database is none"))?,
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        expires_at: row.expires_at.to_jiff(),
        moves: row.moves,
    };
    let facts = OfferFacts { offer };
    let users = row.users.into_iter().map(UserId::from);
    users.map(|user| MailNotice::new(user, MailKind::TimeOffered).about(id.uuid()).with_facts(&facts)).collect()
}

/// The pages of the patient, and those that show the doctor's times.
pub(super) async fn told(connection: &mut PgConnection, id: WaitingOfferId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!(
        "select doctor_id, array(select r from representatives(patient_id, $2) r) as \"users!: Vec<uuid::Uuid>\" from waiting_offers where id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let users = row.users.into_iter().map(UserId::from).collect();
    let mut told = LiveNotice::for_users(users, LiveKind::Appointment, id.uuid());
    told.push(LiveNotice::Times { doctor: row.doctor_id.into() });
    Ok(told)
}

/// A notice in the app for each user who acts for the patient, which is also sent as a push message: the time is kept for minutes only.
pub(super) async fn bells(connection: &mut PgConnection, id: WaitingOfferId, at: Timestamp) -> Result<Vec<LiveNotice>> {
    let row = sqlx::query!(
        "select doctor_id, patient_id, starts_at, array(select r from representatives(patient_id, $2) r) as \"users!: Vec<uuid::Uuid>\"
         from waiting_offers where id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(Vec::new()) };
    let (patient, doctor, starts_at) = (PatientId::from(row.patient_id), row.doctor_id, row.starts_at.to_jiff());
    let notice = |user: uuid::Uuid| {
        LiveNotice::Bell(BellNotice {
            user: user.into(),
            topic: NoticeTopic::Offered,
            patient: Some(patient),
            doctor: Some(doctor.into()),
            subject: id.uuid(),
            starts_at: Some(starts_at),
        })
    };
    Ok(row.users.into_iter().map(notice).collect())
}
