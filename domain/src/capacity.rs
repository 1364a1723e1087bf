//! Bounded queues in front of work that needs a scarce thing: processors, memory, connections. So many run at once, so many wait for so long, and the others
//! are refused at once. A queue without a bound answers nobody in time when more comes than can be done.

use crate::{Error, Result};
use model::errors::Code;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// How much is done at once, and how much waits for it. Clones share the places.
#[derive(Debug, Clone)]
pub struct Capacity {
    /// One for each piece of work that runs or waits.
    entrances: Arc<Semaphore>,
    /// One for each that runs.
    places: Arc<Semaphore>,
    patience: Duration,
}

/// A place among those that run; dropping it lets the next one in.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    _entrance: OwnedSemaphorePermit,
}

impl Capacity {
    /// Lets `at_once` run, and `waiting` more wait for at most `patience`.
    #[must_use]
    pub fn new(at_once: usize, waiting: usize, patience: Duration) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS);
        let entrances = at_once.saturating_add(waiting).min(Semaphore::MAX_PERMITS);
        Self { entrances: Arc::new(Semaphore::new(entrances)), places: Arc::new(Semaphore::new(at_once)), patience }
    }

    /// Waits for a place.
    ///
    /// # Errors
    /// `server.busy` with the time to wait: at once when enough others wait already, or when no place was free in time.
    pub async fn enter(&self) -> Result<Place> {
        let entrance = self.entrances.clone().try_acquire_owned().map_err(|_| self.refusal())?;
        let place = timeout(self.patience, self.places.clone().acquire_owned()).await.map_err(|_| self.refusal())?;
        Ok(Place { _place: place.map_err(Error::internal)?, _entrance: entrance })
    }

    fn refusal(&self) -> Error {
        Error::new(Code::ServerBusy).retry_after(self.patience.as_secs().max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_cannot_wait_is_refused_at_once_and_a_free_place_is_given_on() {
        let capacity = Capacity::new(1, 1, Duration::from_secs(3_600));
        let running = capacity.enter().await.unwrap();
        let waiting = tokio::spawn({
            let capacity = capacity.clone();
            async move { capacity.enter().await }
        });
        while capacity.entrances.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let refused = capacity.enter().await.unwrap_err();
        assert_eq!((refused.code(), refused.retry_after_secs()), (Code::ServerBusy, Some(3_600)));
        drop(running);
        drop(waiting.await.unwrap().unwrap());
        assert!(capacity.enter().await.is_ok());
    }

    #[tokio::test]
    async fn nobody_waits_longer_than_allowed() {
        let capacity = Capacity::new(1, 1, Duration::from_millis(1));
        let _running = capacity.enter().await.unwrap();
        assert_eq!(capacity.enter().await.unwrap_err().code(), Code::ServerBusy);
    }
}
