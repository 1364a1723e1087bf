//! Listening to the dispatcher, and to the triggers that tell of changed rights.

use super::{LIVE_CHANNEL, RIGHTS_CHANNEL, TIMES_CHANNEL};
use crate::{Domain, Result};
use model::ids::{DoctorId, UserId};
use serde::de::DeserializeOwned;
use sqlx::postgres::PgListener;

/// A message that was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// These users have new events up to these numbers.
    News(Vec<(UserId, i64)>),
    /// The available times of these doctors have changed.
    Times(Vec<DoctorId>),
    /// This user may do other things than before: their role, a membership, the patient for whom they act or their credentials have changed.
    Rights(UserId),
    /// Users have new events, and a dispatcher of an earlier version does not name them.
    AnyNews,
    /// Messages may be missing, for example because the connection broke: read the tables again.
    Anything,
}

/// A separate connection that listens. It reconnects by itself and then returns [`Heard::Anything`].
#[derive(Debug)]
pub struct Listener {
    inner: PgListener,
}

impl Listener {
    /// Begins to listen.
    ///
    /// # Errors
    /// `database.unavailable`.
    pub async fn start(domain: &Domain) -> Result<Self> {
        let mut inner = PgListener::connect_with(domain.listening()).await?;
        inner.listen_all([LIVE_CHANNEL, TIMES_CHANNEL, RIGHTS_CHANNEL]).await?;
        Ok(Self { inner })
    }

    /// Waits for the next message. The future may be dropped while it waits.
    ///
    /// # Errors
    /// `database.unavailable` when the connection broke and could not be restored; calling this again tries again.
    pub async fn next(&mut self) -> Result<Heard> {
        loop {
            let Some(notification) = self.inner.try_recv().await? else { return Ok(Heard::Anything) };
            let (channel, payload) = (notification.channel(), notification.payload());
            let heard = match channel {
                RIGHTS_CHANNEL => payload.parse().ok().map(Heard::Rights),
                TIMES_CHANNEL => Some(named(payload, Heard::Times, Heard::Anything)),
                _ => Some(named(payload, Heard::News, Heard::AnyNews)),
            };
            if let Some(heard) = heard {
                return Ok(heard);
            }
        }
    }
}

fn named<T: DeserializeOwned>(payload: &str, heard: impl FnOnce(Vec<T>) -> Heard, too_many: Heard) -> Heard {
    serde_json::from_str(payload).map_or(too_many, heard)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payloads_are_read() {
        let id = uuid::Uuid::from_u128(5);
        let news = |payload| named(payload, Heard::News, Heard::AnyNews);
        assert_eq!(news(r#"[["00000000-0000-0000-0000-000000000005",7]]"#), Heard::News(vec![(id.into(), 7)]));
        assert_eq!(news(""), Heard::AnyNews);
        let times = named(r#"["00000000-0000-0000-0000-000000000005"]"#, Heard::Times, Heard::Anything);
        assert_eq!(times, Heard::Times(vec![id.into()]));
    }
}
