//! What people are told when a follow-up is due.

use super::{FactsNow, MailFacts, MailKind, bells::bells, facts_now};
use crate::{
    Result,
    db::Urgency,
    live::LiveKind,
    notifications::{BellNotice, LiveNotice, MailNotice},
    scheduling::store::follow_ups,
};
use jiff::Timestamp;
use model::{
    ids::{AppointmentId, UserId},
    notices::{NoticeSwitch, NoticeTopic},
};
use sqlx::PgConnection;

/// A mail to the user, who acts for the patient.
pub(super) async fn mails(
    connection: &mut PgConnection,
    id: AppointmentId,
    user: UserId,
    at: Timestamp,
) -> Result<Vec<MailNotice>> {
    let Some(FactsNow { facts, .. }) = facts_now(connection, id, at).await? else { return Ok(Vec::new()) };
    let mail = MailNotice::new(user, MailKind::FollowUpDue).about(id.uuid());
    let mail = mail.unless(NoticeSwitch::ReminderMail).urgent(Urgency::Reminder);
    Ok(vec![mail.with_facts(&MailFacts { appointment: facts })?])
}

/// A notice in the app. Nothing if a later visit was booked meanwhile.
pub(super) async fn told(
    connection: &mut PgConnection,
    id: AppointmentId,
    user: UserId,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    if !follow_ups::is_due_for(connection, id, user, at).await? {
        return Ok(Vec::new());
    }
    let mut told = Vec::new();
    for notice in bells(connection, id, NoticeTopic::FollowUp, at).await? {
        if let LiveNotice::Bell(bell) = notice
            && bell.patient.is_some()
            && bell.user == user
        {
            // The visit that it follows is over.
            told.push(LiveNotice::Bell(BellNotice { starts_at: None, ..bell }));
            told.extend(LiveNotice::for_users(vec![user], LiveKind::Appointment, id.uuid()));
        }
    }
    Ok(told)
}
