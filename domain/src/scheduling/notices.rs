//! What happens to appointments and to doctors' times, and what people are told about it.

mod bells;
mod brief;
mod follow_ups;
mod late;
mod managed;
mod near;
mod offers;
mod series;
mod texts;
mod told;

pub use self::brief::AppointmentBrief;
pub use self::near::{TextContent, TextKind};
pub use self::offers::OfferedTime;
pub use self::texts::AboutVisit;

pub(super) use self::texts::tell;

use self::{
    bells::bells,
    late::lateness_told,
    managed::ManagedFacts,
    offers::OfferFacts,
    series::SeriesFacts,
    told::{appointment_told, ended_told},
};
use super::store::{doctors::money, follow_ups::is_due_for, reminders};
use crate::{
    Error, Result,
    notifications::{LiveNotice, MailNotice, Notices, UnsentMail, mail_kinds},
};
use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use model::{
    ids::{AppointmentId, DoctorId, SeriesId, UserId, VisitTypeId, WaitingOfferId},
    money::Money,
    notices::{NoticeSwitch, NoticeTopic},
    scheduling::{Ahead, CancelledBy, Unattended, VisitMode},
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// Something that happened to an appointment or to a doctor's times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub(crate) enum Event {
    /// A patient has a confirmed appointment.
    AppointmentBooked {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// A patient has asked for a visit, which the doctor confirms or refuses.
    AppointmentRequested {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// Confirmed appointments were booked together.
    SeriesBooked {
        /// The series.
        series: SeriesId,
    },
    /// A patient has asked for visits together.
    SeriesRequested {
        /// The series.
        series: SeriesId,
    },
    /// An appointment was cancelled.
    AppointmentCancelled {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// An appointment was moved to another time.
    AppointmentMoved {
        /// The appointment.
        appointment: AppointmentId,
        /// When it began before.
        from: Timestamp,
    },
    /// A visit was not attended or not ended, and its appointment was closed.
    AppointmentClosed {
        /// The appointment.
        appointment: AppointmentId,
        /// What happened.
        how: Unattended,
    },
    /// The link to the online meeting of an appointment was entered or removed.
    MeetingLinkSet {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// A visit in person was given another room.
    RoomChanged {
        /// The appointment.
        appointment: AppointmentId,
    },
    /// It was said when a patient is to be seen again after a visit, or that it is not needed any more.
    FollowUpSet {
        /// The appointment of the visit.
        appointment: AppointmentId,
    },
    /// The day has come on which a patient is to be seen again.
    FollowUpDue {
        /// The appointment of the visit that it follows.
        appointment: AppointmentId,
        /// Who is told.
        user: UserId,
    },
    /// A visit is near.
    VisitNear {
        /// The appointment.
        appointment: AppointmentId,
        /// Who is reminded.
        user: UserId,
        /// When it begins.
        starts_at: Timestamp,
        /// How near it is.
        ahead: Ahead,
    },
    /// A doctor's available times have changed: a time was held or released, or the hours have changed.
    TimesChanged {
        /// The doctor.
        doctor: DoctorId,
    },
    /// An administrator has added or changed a visit type of a doctor.
    VisitTypeManaged {
        /// The doctor.
        doctor: DoctorId,
        /// The visit type.
        visit_type: VisitTypeId,
    },
    /// A free time was offered to a person on the waiting list.
    TimeOffered {
        /// The offer.
        offer: WaitingOfferId,
    },
    /// An offer was refused, has run out, or was withdrawn.
    OfferEnded {
        /// The offer.
        offer: WaitingOfferId,
    },
    /// A doctor runs late, by another number of minutes than before, or is on time again.
    LatenessChanged {
        /// The doctor.
        doctor: DoctorId,
        /// Visits that ended before this instant are over.
        since: Timestamp,
        /// Visits that begin before this instant are on the doctor's day.
        until: Timestamp,
    },
}

mail_kinds! {
    /// The kinds of mail about appointments.
    MailKind {
        /// An appointment was booked.
        AppointmentBooked = "appointment_booked",
        /// A patient has asked for a visit.
        AppointmentRequested = "appointment_requested",
        /// Appointments were booked together.
        SeriesBooked = "series_booked",
        /// A patient has asked for visits together.
        SeriesRequested = "series_requested",
        /// An appointment was cancelled.
        AppointmentCancelled = "appointment_cancelled",
        /// An appointment was moved to another time.
        AppointmentMoved = "appointment_moved",
        /// An appointment was closed that was not attended, or not ended.
        AppointmentClosed = "appointment_closed",
        /// A visit is near.
        VisitNear = "visit_near",
        /// A patient is to be seen again.
        FollowUpDue = "follow_up_due",
        /// A free time is offered to a person on the waiting list.
        TimeOffered = "time_offered",
        /// An administrator has added or changed a visit type of the doctor.
        VisitTypeManaged = "visit_type_managed",
    }
}

/// The content of a mail about an appointment.
#[derive(Debug, Clone)]
pub enum MailContent {
    /// An appointment was booked.
    AppointmentBooked(AppointmentBrief),
    /// A patient has asked for a visit.
    AppointmentRequested(AppointmentBrief),
    /// Appointments were booked together; at least one.
    SeriesBooked(Vec<AppointmentBrief>),
    /// A patient has asked for visits together; at least one.
    SeriesRequested(Vec<AppointmentBrief>),
    /// An appointment was cancelled.
    AppointmentCancelled(AppointmentBrief),
    /// An appointment was moved; with when it began before.
    AppointmentMoved(AppointmentBrief, Timestamp),
    /// An appointment was closed that was not attended, or not ended.
    AppointmentClosed(AppointmentBrief, Unattended),
    /// A visit is near.
    VisitNear(AppointmentBrief, Ahead),
    /// A patient is to be seen again; with the visit that it follows.
    FollowUpDue(AppointmentBrief),
    /// A free time is offered to a person on the waiting list.
    TimeOffered(OfferedTime),
    /// An administrator has added or changed a visit type of the doctor.
    VisitTypeManaged {
        /// How it is called.
        visit_type: String,
    },
}

impl Notices for Event {
    async fn mails(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<MailNotice>> {
        match *self {
            Self::AppointmentBooked { appointment } => {
                both_sides(connection, appointment, MailKind::AppointmentBooked, (None, None), at).await
            }
            Self::AppointmentRequested { appointment } => {
                both_sides(connection, appointment, MailKind::AppointmentRequested, (None, None), at).await
            }
            Self::AppointmentCancelled { appointment } => {
                both_sides(connection, appointment, MailKind::AppointmentCancelled, (None, None), at).await
            }
            Self::AppointmentMoved { appointment, from } => {
                both_sides(connection, appointment, MailKind::AppointmentMoved, (None, Some(from)), at).await
            }
            Self::AppointmentClosed { appointment, how } => {
                both_sides(connection, appointment, MailKind::AppointmentClosed, (Some(how), None), at).await
            }
            Self::SeriesBooked { series } => series::mails(connection, series, MailKind::SeriesBooked, at).await,
            Self::SeriesRequested { series } => series::mails(connection, series, MailKind::SeriesRequested, at).await,
            Self::VisitNear { appointment, user, ahead, .. } => near::mails(connection, appointment, user, ahead, at).await,
            Self::FollowUpDue { appointment, user } => follow_ups::mails(connection, appointment, user, at).await,
            Self::TimeOffered { offer } => offers::mails(connection, offer, at).await,
            Self::VisitTypeManaged { doctor, visit_type } => managed::mails(connection, doctor, visit_type).await,
            Self::TimesChanged { .. }
            | Self::OfferEnded { .. }
            | Self::LatenessChanged { .. }
            | Self::MeetingLinkSet { .. }
            | Self::FollowUpSet { .. }
            | Self::RoomChanged { .. } => Ok(Vec::new()),
        }
    }

    async fn live(&self, connection: &mut PgConnection, at: Timestamp) -> Result<Vec<LiveNotice>> {
        match *self {
            Self::AppointmentRequested { appointment }
            | Self::MeetingLinkSet { appointment }
            | Self::FollowUpSet { appointment }
            | Self::RoomChanged { appointment } => {
                let sides = sides(connection, appointment, at).await?;
                appointment_told(connection, appointment, sides).await
            }
            Self::SeriesBooked { series } => series::told(connection, series, Some(NoticeTopic::Booked), at).await,
            Self::SeriesRequested { series } => series::told(connection, series, None, at).await,
            Self::AppointmentBooked { appointment } => {
                let sides = sides(connection, appointment, at).await?;
                let mut told = appointment_told(connection, appointment, sides).await?;
                told.extend(bells(connection, appointment, NoticeTopic::Booked, at).await?);
                Ok(told)
            }
            Self::AppointmentCancelled { appointment } => {
                let mut told = ended_told(connection, appointment, at).await?;
                told.extend(bells(connection, appointment, NoticeTopic::Cancelled, at).await?);
                Ok(told)
            }
            Self::AppointmentMoved { appointment, .. } => {
                let mut told = ended_told(connection, appointment, at).await?;
                told.extend(bells(connection, appointment, NoticeTopic::Moved, at).await?);
                Ok(told)
            }
            Self::AppointmentClosed { appointment, how } => {
                let mut told = ended_told(connection, appointment, at).await?;
                // One that was not ended was held: its people know.
                if how != Unattended::NotEnded {
                    told.extend(bells(connection, appointment, NoticeTopic::Closed, at).await?);
                }
                Ok(told)
            }
            Self::VisitNear { appointment, user, starts_at, .. } => {
                near::told(connection, appointment, user, starts_at, at).await
            }
            Self::FollowUpDue { appointment, user } => follow_ups::told(connection, appointment, user, at).await,
            Self::TimesChanged { doctor } => Ok(vec![LiveNotice::Times { doctor }]),
            Self::VisitTypeManaged { doctor, visit_type } => managed::told(connection, doctor, visit_type).await,
            Self::TimeOffered { offer } => {
                let mut told = offers::told(connection, offer, at).await?;
                told.extend(offers::bells(connection, offer, at).await?);
                Ok(told)
            }
            Self::OfferEnded { offer } => offers::told(connection, offer, at).await,
            Self::LatenessChanged { doctor, since, until } => lateness_told(connection, doctor, since, until, at).await,
        }
    }
}

impl MailContent {
    /// The content of a mail that is about to be sent; `None` when the appointment no longer exists, and for a reminder that is out of date: the visit was
    /// cancelled or moved, or has begun.
    pub(crate) async fn of(
        connection: &mut PgConnection,
        kind: MailKind,
        mail: &UnsentMail,
        now: Timestamp,
    ) -> Result<Option<Self>> {
        if kind == MailKind::TimeOffered {
            let facts: Option<OfferFacts> = mail.facts()?;
            let facts = facts.ok_or_else(|| Error::internal("a mail that does not say what is offered"))?;
            return Ok(Some(Self::TimeOffered(facts.offer)));
        }
        if kind == MailKind::VisitTypeManaged {
            let facts: Option<ManagedFacts> = mail.facts()?;
            let ManagedFacts { visit_type } =
                facts.ok_or_else(|| Error::internal("a mail that does not say which visit type was changed"))?;
            return Ok(Some(Self::VisitTypeManaged { visit_type }));
        }
        if matches!(kind, MailKind::SeriesBooked | MailKind::SeriesRequested) {
            let facts: Option<SeriesFacts> = mail.facts()?;
            let SeriesFacts { visits } =
                facts.ok_or_else(|| Error::internal("a mail that does not say which visits it is about"))?;
            let briefs: Vec<AppointmentBrief> = visits.into_iter().map(|visit| visit.brief(mail.created_at)).collect();
            return Ok(match kind {
                _ if briefs.is_empty() => None,
                MailKind::SeriesRequested => Some(Self::SeriesRequested(briefs)),
                _ => Some(Self::SeriesBooked(briefs)),
            });
        }
        let MailFacts { appointment } = match mail.facts()? {
            Some(facts) => facts,
            None => match facts_now(connection, mail.subject()?.into(), mail.created_at).await? {
                Some(now) => now.to(mail.user()?),
                None => return Ok(None),
            },
        };
        let AppointmentFacts { id, starts_at, closed, moved_from, ahead, .. } = appointment;
        let brief = appointment.brief(mail.created_at);
        Ok(Some(match kind {
            MailKind::AppointmentBooked => Self::AppointmentBooked(brief),
            MailKind::AppointmentRequested => Self::AppointmentRequested(brief),
            MailKind::AppointmentCancelled => Self::AppointmentCancelled(brief),
            MailKind::AppointmentMoved => Self::AppointmentMoved(
                brief,
                moved_from.ok_or_else(|| Error::internal("a mail that does not say when the appointment was before"))?,
            ),
            MailKind::AppointmentClosed => Self::AppointmentClosed(
                brief,
                closed.ok_or_else(|| Error::internal("a mail that does not say how it was closed"))?,
            ),
            MailKind::VisitNear => {
                if starts_at <= now || !reminders::is_planned(connection, id, starts_at).await? {
                    return Ok(None);
                }
                Self::VisitNear(
                    brief,
                    ahead.ok_or_else(|| Error::internal("a reminder that does not say how near the visit is"))?,
                )
            }
            MailKind::FollowUpDue => {
                if !is_due_for(connection, id, mail.user()?, now).await? {
                    return Ok(None);
                }
                Self::FollowUpDue(brief)
            }
            MailKind::TimeOffered | MailKind::VisitTypeManaged | MailKind::SeriesBooked | MailKind::SeriesRequested => {
                return Err(Error::internal("a mail about something else was read as one about an appointment"));
            }
        }))
    }
}

/// The facts of a mail about an appointment. They are stored until the mail is sent, so a new version of the server must read what an earlier one wrote.
#[derive(Serialize, Deserialize)]
struct MailFacts {
    appointment: AppointmentFacts,
}

#[derive(Clone, Serialize, Deserialize)]
struct AppointmentFacts {
    id: AppointmentId,
    version: i32,
    doctor: String,
    to_doctor: bool,
    clinic: String,
    /// An earlier version stored none.
    #[serde(default)]
    address: Vec<String>,
    /// An earlier version stored none.
    #[serde(default = "utc")]
    time_zone: String,
    /// An earlier version stored none; all visits were on video.
    #[serde(default = "on_video")]
    mode: VisitMode,
    /// An earlier version stored none.
    #[serde(default)]
    fee: Option<Money>,
    starts_at: Timestamp,
    ends_at: Timestamp,
    #[serde(default)]
    cancelled_by: Option<CancelledBy>,
    /// What happened; none if it was not closed by a rule.
    #[serde(default)]
    closed: Option<Unattended>,
    /// When it began before; none if it was not moved.
    #[serde(default)]
    moved_from: Option<Timestamp>,
    /// How near it is; none if the mail is not a reminder.
    #[serde(default)]
    ahead: Option<Ahead>,
}

impl AppointmentFacts {
    /// What the mail says; `revised_at` is when it was queued.
    fn brief(self, revised_at: Timestamp) -> AppointmentBrief {
        AppointmentBrief {
            id: self.id,
            version: self.version,
            doctor: self.doctor,
            to_doctor: self.to_doctor,
            clinic: self.clinic,
            address: self.address,
            time_zone: self.time_zone,
            mode: self.mode,
            fee: self.fee,
            starts_at: self.starts_at,
            ends_at: self.ends_at,
            revised_at,
            cancelled_by: self.cancelled_by,
        }
    }
}

const fn on_video() -> VisitMode {
    VisitMode::Video
}

fn utc() -> String {
    "UTC".to_owned()
}

/// The facts as of now. They are the same for both sides, except that one of them is the doctor.
struct FactsNow {
    /// With `to_doctor` still false.
    facts: AppointmentFacts,
    doctor_user: UserId,
}

impl FactsNow {
    /// The facts for a mail to this user.
    fn to(&self, user: UserId) -> MailFacts {
        MailFacts { appointment: AppointmentFacts { to_doctor: user == self.doctor_user, ..self.facts.clone() } }
    }
}

/// The facts as of now; `at` is when the event happened. `None` when the appointment no longer exists.
async fn facts_now(connection: &mut PgConnection, id: AppointmentId, at: Timestamp) -> Result<Option<FactsNow>> {
    let row = sqlx::query!(
        "select a.version, a.starts_at, a.ends_at, a.mode, a.fee_minor, a.currency, a.cancelled_by,
           d.name as \"doctor!\", d.user_id as \"doctor_user!\", c.name as \"clinic!\", c.address_lines as \"address_lines!\",
           c.time_zone as \"time_zone!\",
           exists (select from representatives(a.patient_id, $2) r where r = a.cancelled_by) as \"by_patient!\"
         from appointments a join doctor_name d on d.doctor_id = a.doctor_id join clinic_address c on c.clinic_id = a.clinic_id
         where a.id = $1",
        id.uuid(),
        at.to_sqlx()
    )
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let cancelled_by = row.cancelled_by.map(|by| {
        if row.by_patient {
            CancelledBy::Patient
        } else if by == row.doctor_user {
            CancelledBy::Doctor
        } else {
            CancelledBy::Clinic
        }
    });
    let facts = AppointmentFacts {
        id,
        version: row.version,
        doctor: row.doctor,
        to_doctor: false,
        clinic: row.clinic,
        address: row.address_lines,
        time_zone: row.time_zone,
        mode: VisitMode::parse(&row.mode).map_err(|_| Error::internal("a mode in the database is none"))?,
        fee: Some(money(row.fee_minor, &row.currency)?),
        starts_at: row.starts_at.to_jiff(),
        ends_at: row.ends_at.to_jiff(),
        cancelled_by,
        closed: None,
        moved_from: None,
        ahead: None,
    };
    Ok(Some(FactsNow { facts, doctor_user: row.doctor_user.into() }))
}

/// A mail to each user on both sides of an appointment; if it was closed, with what happened, and if it was moved, with when it began before.
async fn both_sides(
    connection: &mut PgConnection,
    id: AppointmentId,
    kind: MailKind,
    (closed, moved_from): (Option<Unattended>, Option<Timestamp>),
    at: Timestamp,
) -> Result<Vec<MailNotice>> {
    let Some(mut now) = facts_now(connection, id, at).await? else { return Ok(Vec::new()) };
    // A visit in the clinic or by phone was held without the server, so nobody is told when it is closed here.
    if closed == Some(Unattended::NotEnded) && now.facts.mode != VisitMode::Video {
        return Ok(Vec::new());
    }
    now.facts.closed = closed;
    now.facts.moved_from = moved_from;
    let sides = sides(connection, id, at).await?;
    let switch = match kind {
        MailKind::AppointmentBooked
        | MailKind::AppointmentRequested
        | MailKind::SeriesBooked
        | MailKind::SeriesRequested
        | MailKind::TimeOffered
        | MailKind::VisitTypeManaged => NoticeSwitch::BookedMail,
        MailKind::AppointmentMoved => NoticeSwitch::MovedMail,
        MailKind::AppointmentCancelled | MailKind::AppointmentClosed => NoticeSwitch::CancelledMail,
        MailKind::VisitNear | MailKind::FollowUpDue => NoticeSwitch::ReminderMail,
    };
    sides.into_iter().map(|user| MailNotice::new(user, kind).about(id.uuid()).unless(switch).with_facts(&now.to(user))).collect()
}

/// The users on both sides of an appointment: those who act for the patient, and the doctor.
async fn sides(connection: &mut PgConnection, appointment: AppointmentId, at: Timestamp) -> Result<Vec<UserId>> {
    let users = sqlx::query_scalar!(
        "select r as \"user_id!\" from appointment_plan a cross join representatives(a.patient_id, $2) r where a.appointment_id = $1
         union select d.user_id from appointment_plan a join doctor_name d on d.doctor_id = a.doctor_id where a.appointment_id = $1",
        appointment.uuid(),
        at.to_sqlx()
    )
    .fetch_all(connection)
    .await?;
    Ok(users.into_iter().map(UserId::from).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn facts_that_an_earlier_version_stored_are_read() {
        let stored = json!({"appointment": {
            "id": "00000000-0000-0000-0000-000000000001", "version": 2, "doctor": "Dr Lena Hoffmann", "to_doctor": false,
            "clinic": "Riverside Clinic", "starts_at": "2026-11-24T10:30:00Z", "ends_at": "2026-11-24T11:00:00Z",
        }});
        let MailFacts { appointment } = serde_json::from_value(stored).expect("facts");
        assert_eq!((appointment.version, appointment.doctor.as_str()), (2, "Dr Lena Hoffmann"));
        assert_eq!((appointment.mode, appointment.fee, appointment.cancelled_by), (VisitMode::Video, None, None));
        assert_eq!((appointment.closed, appointment.time_zone.as_str()), (None, "UTC"));
    }
}
