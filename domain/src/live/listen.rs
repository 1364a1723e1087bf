//! Hearing what other copies and the dispatcher say.

use super::signals::SIGNAL_CHANNEL;
use crate::{
    Domain, Result,
    notifications::{LIVE_CHANNEL, TIMES_CHANNEL},
};
use model::ids::{DoctorId, UserId};
use serde::de::DeserializeOwned;
use sqlx::postgres::PgListener;

/// Something that was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// These users have news up to these numbers.
    News(Vec<(UserId, i64)>),
    /// The times of these doctors are not what they were.
    Times(Vec<DoctorId>),
    /// Too many users have news to name them.
    AnyNews,
    /// The connection broke, and something may have been missed: look at the tables.
    Anything,
    /// A signal from another copy, to be fetched with [`super::signals::fetch`].
    Signal {
        /// Who published it.
        origin: u128,
        /// Which one.
        id: i64,
    },
}

/// A connection of its own that listens. It connects again by itself and then says [`Heard::Anything`].
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
        let mut inner = PgListener::connect_with(domain.pool()).await?;
        inner.listen_all([LIVE_CHANNEL, TIMES_CHANNEL, SIGNAL_CHANNEL]).await?;
        Ok(Self { inner })
    }

    /// Waits for the next thing. May be dropped while it waits.
    ///
    /// # Errors
    /// `database.unavailable` when the connection broke and could not be made again; calling again tries again.
    pub async fn next(&mut self) -> Result<Heard> {
        loop {
            let Some(notification) = self.inner.try_recv().await? else { return Ok(Heard::Anything) };
            let (channel, payload) = (notification.channel(), notification.payload());
            let heard = match channel {
                SIGNAL_CHANNEL => signal(payload),
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

fn signal(payload: &str) -> Option<Heard> {
    let (origin, id) = payload.split_once(':')?;
    Some(Heard::Signal { origin: u128::from_str_radix(origin, 16).ok()?, id: id.parse().ok()? })
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
        assert_eq!(signal("ff:12"), Some(Heard::Signal { origin: 255, id: 12 }));
        assert_eq!(signal("12"), None);
    }
}
