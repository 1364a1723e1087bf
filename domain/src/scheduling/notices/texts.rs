//! Text messages about a visit that somebody else has booked, confirmed, moved or cancelled, and about a time that is offered.
//!
//! They go to those who act for the patient and have verified a phone, except to the one who has done it: they have just seen it. Each kind can be switched off. A
//! message that waits says what is true when it is sent, or is not sent.

use super::{Event, TextContent, TextKind};
use crate::{
    Domain, Result,
    db::{Tx, Urgency},
    identity,
    notifications::{NewText, UnsentText, has_room_for_text, is_off, write_text},
};
use jiff_sqlx::ToSqlx;
use model::{
    identity::PhoneNumber,
    ids::{PatientId, UserId},
    notices::NoticeSwitch,
    scheduling::AppointmentState,
};
use sqlx::PgConnection;

/// What a text message says about a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AboutVisit {
    /// It is booked, or a request is confirmed.
    Booked,
    /// It has another time.
    Moved,
    /// It is cancelled.
    Cancelled,
}

impl AboutVisit {
    /// The states of the appointment in which this is still true.
    fn states(self) -> Vec<String> {
        let states: &[AppointmentState] = match self {
            Self::Booked => &[AppointmentState::Confirmed],
            Self::Moved => &[AppointmentState::Requested, AppointmentState::Confirmed],
            Self::Cancelled => &[AppointmentState::Cancelled],
        };
        states.iter().map(|state| state.as_str().to_owned()).collect()
    }
}

/// Records an event about a visit or an offer to this patient, as [`Tx::emit`] does, and writes its text messages.
pub(in crate::scheduling) async fn tell(tx: &mut Tx, event: Event, patient: PatientId) -> Result<()> {
    tx.emit(event).await?;
    let (kind, subject, switch) = match event {
        Event::AppointmentBooked { appointment } => (TextKind::VisitBooked, appointment.uuid(), NoticeSwitch::BookedText),
        Event::AppointmentMoved { appointment, .. } => (TextKind::VisitMoved, appointment.uuid(), NoticeSwitch::MovedText),
        Event::AppointmentCancelled { appointment } => {
            (TextKind::VisitCancelled, appointment.uuid(), NoticeSwitch::CancelledText)
        }
        Event::TimeOffered { offer } => (TextKind::TimeOffered, offer.uuid(), NoticeSwitch::OfferedText),
        Event::AppointmentRequested { .. }
        | Event::SeriesBooked { .. }
        | Event::SeriesRequested { .. }
        | Event::AppointmentClosed { .. }
        | Event::MeetingLinkSet { .. }
        | Event::RoomChanged { .. }
        | Event::FollowUpSet { .. }
        | Event::FollowUpDue { .. }
        | Event::VisitNear { .. }
        | Event::TimesChanged { .. }
        | Event::VisitTypeManaged { .. }
        | Event::OfferEnded { .. }
        | Event::LatenessChanged { .. } => return Ok(()),
    };
    let domain = tx.domain().clone();
    for user in others(tx, patient).await? {
        if !is_off(tx.connection(), user, switch).await?
            && let Some(number) = identity::number_for_texts(&domain, tx.connection(), user).await?
            && has_room_for_text(tx, &number).await?
        {
            let text = NewText { kind: kind.into(), user, subject, number: &number, urgency: Urgency::Notice };
            write_text(tx, text).await?;
        }
    }
    Ok(())
}

/// Those who act for the patient now, without the caller.
async fn others(tx: &mut Tx, patient: PatientId) -> Result<Vec<UserId>> {
    let (now, caller) = (tx.now(), tx.access().acting().ok().map(|acting| acting.user));
    let users = sqlx::query_scalar!(
        "select r as \"user_id!\" from representatives($1, $2) r where r is distinct from $3::uuid",
        patient.uuid(),
        now.to_sqlx(),
        caller.map(UserId::uuid)
    )
    .fetch_all(tx.connection())
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}

/// The number and the content of a message about a visit; `None` when it is not true any more, the visit has begun, or the number was removed.
pub(super) async fn about_visit(
    domain: &Domain,
    connection: &mut PgConnection,
    text: &UnsentText,
    about: AboutVisit,
) -> Result<Option<(PhoneNumber, TextContent)>> {
    let (now, states) = (domain.now(), about.states());
    let row = sqlx::query!(
        "select a.starts_at as \"starts_at!\", u.time_zone as \"time_zone!\"
         from appointment_plan a cross join account u
         where a.appointment_id = $1 and u.user_id = $2 and a.state = any($3) and a.starts_at > $4 and u.suspended_at is null
           and exists (select from representatives(a.patient_id, $4) r where r = u.user_id)",
        text.subject,
        text.user.uuid(),
        &states,
        now.to_sqlx()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let number = identity::number_for_texts(domain, connection, text.user).await?;
    let (appointment, starts_at, time_zone) = (text.subject.into(), row.starts_at.to_jiff(), row.time_zone);
    Ok(number.map(|number| (number, TextContent::Visit { about, appointment, starts_at, time_zone })))
}

/// The number and the content of a message about an offered time; `None` when it was answered, cannot be answered any more, or the number was removed.
pub(super) async fn about_offer(
    domain: &Domain,
    connection: &mut PgConnection,
    text: &UnsentText,
) -> Result<Option<(PhoneNumber, TextContent)>> {
    let row = sqlx::query!(
        "select o.expires_at, u.time_zone as \"time_zone!\"
         from waiting_offers o cross join account u
         where o.id = $1 and u.user_id = $2 and o.state = 'open' and o.expires_at > $3 and u.suspended_at is null
           and exists (select from representatives(o.patient_id, $3) r where r = u.user_id)",
        text.subject,
        text.user.uuid(),
        domain.now().to_sqlx()
    )
    .fetch_optional(&mut *connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let number = identity::number_for_texts(domain, connection, text.user).await?;
    let (expires_at, time_zone) = (row.expires_at.to_jiff(), row.time_zone);
    Ok(number.map(|number| (number, TextContent::TimeOffered { expires_at, time_zone })))
}
