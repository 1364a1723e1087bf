//! Copies that share the database and nothing else.

use super::{BEAT_EVERY, Beat, Copies, CopyId, Error, Heard, Incoming, outgoing::Outgoing};
use async_trait::async_trait;
use domain::{
    Domain,
    copies::{messages, presence},
};
use model::ids::EncounterId;
use serde_json::Value;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// A copy sends at most fifty NOTIFYs a second, however fast people type.
const PAUSE: Duration = Duration::from_millis(20);

/// The ways to the other copies through Postgres: NOTIFY, and rows that run out. While a copy is alone it sends nothing.
#[derive(Debug, Clone)]
pub struct InDatabase {
    domain: Domain,
    me: CopyId,
    others: Arc<Others>,
    outgoing: Outgoing,
}

/// Whether there are other copies.
#[derive(Debug, Default)]
pub(super) struct Others {
    /// As of the last beat.
    found: AtomicBool,
    /// When another copy was heard last: one that has just started is heard before a beat finds it.
    heard_at: Mutex<Option<Instant>>,
    /// Whether the others know that this copy hears.
    announced: AtomicBool,
}

impl Others {
    pub(super) fn any(&self) -> bool {
        self.found.load(Ordering::Relaxed)
            || self.heard_at.lock().unwrap_or_else(PoisonError::into_inner).is_some_and(|at| at.elapsed() < 2 * BEAT_EVERY)
    }

    fn heard(&self) {
        *self.heard_at.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

impl InDatabase {
    /// A new copy.
    #[must_use]
    pub fn new(domain: &Domain) -> Self {
        let me = CopyId::random(domain.randomness());
        let outgoing = Outgoing::new(PAUSE, {
            let domain = domain.clone();
            move |messages| {
                let domain = domain.clone();
                async move { Ok(messages::publish(&domain, me, &messages).await?) }
            }
        });
        Self { domain: domain.clone(), me, others: Arc::default(), outgoing }
    }

    pub(super) fn domain(&self) -> &Domain {
        &self.domain
    }

    pub(super) fn others(&self) -> &Arc<Others> {
        &self.others
    }
}

#[async_trait]
impl Copies for InDatabase {
    fn tell(&self, message: Value) {
        if self.others.any() {
            self.outgoing.send(message);
        }
    }

    async fn listen(&self) -> Result<Box<dyn Incoming>, Error> {
        let inner = messages::Incoming::open(&self.domain, self.me).await?;
        self.others.announced.store(false, Ordering::Relaxed);
        Ok(Box::new(FromDatabase { inner, others: self.others.clone() }))
    }

    async fn beat(&self, visits: &[EncounterId]) -> Result<Beat, Error> {
        let beat = presence::beat(&self.domain, self.me, visits).await?;
        self.others.found.store(!beat.others.is_empty(), Ordering::Relaxed);
        // Of two copies that start at once, one finds the other in its beat, or both hear each other's announcement.
        if !self.others.announced.load(Ordering::Relaxed) {
            match messages::publish(&self.domain, self.me, &[]).await {
                Ok(()) => self.others.announced.store(true, Ordering::Relaxed),
                // What the beat has found must not be lost; the next beat announces.
                Err(error) => tracing::warn!(error.code = %error, "this copy could not be announced to the others"),
            }
        }
        Ok(beat)
    }

    async fn enter(&self, visit: EncounterId) -> Result<(), Error> {
        Ok(presence::enter(&self.domain, self.me, visit).await?)
    }

    async fn leave(&self, visit: EncounterId) -> Result<(), Error> {
        Ok(presence::leave(&self.domain, self.me, visit).await?)
    }

    async fn is_present(&self, visit: EncounterId) -> Result<bool, Error> {
        Ok(presence::is_present(&self.domain, visit).await?)
    }

    async fn end(&self) -> Result<(), Error> {
        Ok(presence::end(&self.domain, self.me).await?)
    }
}

struct FromDatabase {
    inner: messages::Incoming,
    others: Arc<Others>,
}

#[async_trait]
impl Incoming for FromDatabase {
    async fn next(&mut self) -> Result<Heard, Error> {
        let heard = self.inner.next().await?;
        match heard {
            Heard::Hello(_) | Heard::Message(..) => self.others.heard(),
            // Others may have come while nothing was heard; the next beat announces this copy to them.
            Heard::Anything => self.others.announced.store(false, Ordering::Relaxed),
        }
        Ok(heard)
    }
}
