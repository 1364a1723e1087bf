//! Visits that were booked together: one mail and one notice for all of them.

use super::{AppointmentFacts, MailKind, bells, facts_now, sides, told::appointment_told};
use crate::{
    Result,
    notifications::{LiveNotice, MailNotice},
    scheduling::store,
};
use jiff::Timestamp;
use model::{
    ids::{AppointmentId, SeriesId},
    notices::{NoticeSwitch, NoticeTopic},
    scheduling::AppointmentState,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

/// The facts of a mail about a series.
#[derive(Serialize, Deserialize)]
pub(super) struct SeriesFacts {
    /// Its visits, in order.
    pub(super) visits: Vec<AppointmentFacts>,
}

/// A mail to each user on both sides of a series.
pub(super) async fn mails(connection: &mut PgConnection, id: SeriesId, kind: MailKind, at: Timestamp) -> Result<Vec<MailNotice>> {
    let mut visits = Vec::new();
    for visit in visits_of(connection, id).await? {
        visits.extend(facts_now(connection, visit, at).await?);
    }
    let Some(first) = visits.first() else { return Ok(Vec::new()) };
    let users = sides(connection, first.facts.id, at).await?;
    users
        .into_iter()
        .map(|user| {
            let facts = SeriesFacts { visits: visits.iter().map(|visit| visit.to(user).appointment).collect() };
            MailNotice::new(user, kind).about(id.uuid()).unless(NoticeSwitch::BookedMail).with_facts(&facts)
        })
        .collect()
}

/// The open pages of all visits; and with a topic, a notice in the app about the first one.
pub(super) async fn told(
    connection: &mut PgConnection,
    id: SeriesId,
    topic: Option<NoticeTopic>,
    at: Timestamp,
) -> Result<Vec<LiveNotice>> {
    let visits = visits_of(connection, id).await?;
    let mut told = Vec::new();
    for visit in &visits {
        let sides = sides(connection, *visit, at).await?;
        told.extend(appointment_told(connection, *visit, sides).await?);
    }
    if let Some((first, topic)) = visits.first().zip(topic) {
        told.extend(bells(connection, *first, topic, at).await?);
    }
    Ok(told)
}

/// The visits of a series that were not cancelled since.
async fn visits_of(connection: &mut PgConnection, id: SeriesId) -> Result<Vec<AppointmentId>> {
    let members = store::series::members(connection, id).await?;
    let planned = members.into_iter().filter(|member| member.state != AppointmentState::Cancelled);
    Ok(planned.map(|member| member.id).collect())
}
