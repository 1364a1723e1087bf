//! What people are told when a visit is near.

use super::{
    FactsNow, MailFacts, MailKind,
    bells::bells,
    facts_now,
    texts::{self, AboutVisit},
};
use crate::{
    Domain, Error, Result,
    db::Urgency,
    identity,
    live::LiveKind,
    notifications::{LiveNotice, MailNotice, UnsentText, mail_kinds},
    scheduling::store::{follow_ups, reminders},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    identity::PhoneNumber,
    ids::{AppointmentId, UserId},
    notices::{NoticeSwitch, NoticeTopic},
    scheduling::Ahead,
};
use sqlx::PgConnection;

/// A text message about a visit that is no nearer than this is out of date: the visit was moved.
const NEAR: SignedDuration = SignedDuration::from_hours(25);

mail_kinds! {
    /// The kinds of text messages about appointments.
    TextKind {
        /// A visit is near.
        VisitNear = "visit_near",
        /// A patient is to be seen again.
        FollowUpDue = "follow_up_due",
        /// A visit was booked, or a request was confirmed.
        VisitBooked = "visit_booked",
        /// A visit was moved to another time.
        VisitMoved = "visit_moved",
        /// A visit was cancelled.
        VisitCancelled = "visit_cancelled",
        /// A free time is offered to a person on the waiting list.
        TimeOffered = "time_offered",
    }
}

/// The content of a text message. Neither the doctor nor the reason is in it.
#[derive(Debug, Clone)]
pub enum TextContent {
    /// A visit is near.
    VisitNear {
        /// The appointment.
        appointment: AppointmentId,
        /// When it begins.
        starts_at: Timestamp,
        /// The time zone of the account.
        time_zone: String,
    },
    /// A patient is to be seen again.
    FollowUpDue {
        /// The appointment of the visit that it follows.
        appointment: AppointmentId,
    },
    /// A visit was booked, moved or cancelled.
    Visit {
        /// What has happened.
        about: AboutVisit,
        /// The appointment.
        appointment: AppointmentId,
        /// When it begins; of a cancelled visit, when it would have begun.
        starts_at: Timestamp,
        /// The time zone of the account.
        time_zone: String,
    },
    /// A free time is offered to a person on the waiting list.
    TimeOffered {
        /// Until when it can be accepted.
        expires_at: Timestamp,
        /// The time zone of the account.
        time_zone: String,
    },
}

impl TextContent {
    /// The number and the content of a message that is about to be sent; `None` when it is out of date: the visit was cancelled or moved away or has begun, a later visit
    /// was booked, the offer has ended, or the number was removed.
    pub(crate) async fn of(
        domain: &Domain,
        connection: &mut PgConnection,
        text: &UnsentText,
    ) -> Result<Option<(PhoneNumber, Self)>> {
        let kind = TextKind::parse(&text.kind).ok_or_else(|| Error::internal("an unknown kind of text message"))?;
        match kind {
            TextKind::VisitNear => {
                let now = domain.now();
                let row = sqlx::query!(
                    "select a.starts_at as \"starts_at!\", u.time_zone as \"time_zone!\"
                     from appointment_plan a cross join account u
                     where a.appointment_id = $1 and u.user_id = $2 and a.state = 'confirmed' and a.starts_at > $3 and a.starts_at <= $4
                       and exists (select from representatives(a.patient_id, $3) r where r = u.user_id)",
                    text.subject,
                    text.user.uuid(),
                    now.to_sqlx(),
                    (now + NEAR).to_sqlx()
                )
                .fetch_optional(&mut *connection)
                .await?;
                let Some(row) = row else { return Ok(None) };
                let number = identity::number_for_texts(domain, connection, text.user).await?;
                let (starts_at, time_zone) = (row.starts_at.to_jiff(), row.time_zone);
                Ok(number.map(|number| (number, Self::VisitNear { appointment: text.subject.into(), starts_at, time_zone })))
            }
            TextKind::FollowUpDue => {
                let appointment = AppointmentId::from(text.subject);
                if !follow_ups::is_due_for(&mut *connection, appointment, text.user, domain.now()).await? {
                    return Ok(None);
                }
                let number = identity::number_for_texts(domain, connection, text.user).await?;
                Ok(number.map(|number| (number, Self::FollowUpDue { appointment })))
            }
            TextKind::VisitBooked => texts::about_visit(domain, connection, text, AboutVisit::Booked).await,
            TextKind::VisitMoved => texts::about_visit(domain, connection, text, AboutVisit::Moved).await,
            TextKind::VisitCancelled => texts::about_visit(domain, connection, text, AboutVisit::Cancelled).await,
            TextKind::TimeOffered => texts::about_offer(domain, connection, text).await,
        }
    }
}

/// A mail to the user, who acts for the patient. The doctor has the day's list.
pub(super) async fn mails(
    connection: &mut PgConnection,
    id: AppointmentId,
    user: UserId,
    ahead: Ahead,
    at: Timestamp,
) -> Result<Vec<MailNotice>> {
    let Some(FactsNow { mut facts, .. }) = facts_now(connection, id, at).await? else { return Ok(Vec::new()) };
    facts.ahead = Some(ahead);
    let mail = MailNotice::new(user, MailKind::VisitNear).about(id.uuid());
    let mail = mail.unless(NoticeSwitch::ReminderMail).urgent(Urgency::Reminder);
    Ok(vec![mail.with_facts(&MailFacts { appointment: facts })?])
}

/// A notice in the app. Nothing if the visit was cancelled or moved meanwhile.
pub(super) async fn told(
    connection: &mut PgConnection,
    id: AppointmentId,
    user: UserId,
    starts_at: Timestamp,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    if !reminders::is_planned(connection, id, starts_at).await? {
        return Ok(Vec::new());
    }
    let mut told = Vec::new();
    for notice in bells(connection, id, NoticeTopic::Reminder, at).await? {
        if let LiveNotice::Bell(bell) = notice
            && bell.patient.is_some()
            && bell.user == user
        {
            told.push(notice);
            told.extend(LiveNotice::for_users(vec![user], LiveKind::Appointment, id.uuid()));
        }
    }
    Ok(told)
}
