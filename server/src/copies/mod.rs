//! What the copies of a server tell each other and share for some seconds: messages about rooms and revocations, at which copies a patient is present, and the
//! buckets of the limits. Nothing here is the truth about anything that lasts: that is in the database, and what is lost here is told again or forgotten.
//!
//! There are two implementations (ADR 25): [`InDatabase`] for a small number of copies, which needs nothing else, and [`InRedis`], if `redis.url` is set.

mod buckets;
mod in_database;
mod in_redis;
mod outgoing;

pub use buckets::DatabaseBuckets;
pub use domain::copies::{CopyId, messages::Heard, presence::Beat};
pub use in_database::InDatabase;
pub use in_redis::{InRedis, RedisBuckets};

use crate::{
    config::Config,
    edge::{Limits, limits::InProcess},
};
use async_trait::async_trait;
use domain::Domain;
use model::ids::EncounterId;
use serde_json::Value;
use std::{fmt, sync::Arc, time::Duration};

/// How often a copy says that it runs. What it says lasts three times as long.
pub const BEAT_EVERY: Duration = Duration::from_secs(5);

/// Why the other copies cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The database does not answer.
    #[error("the database does not answer: {0}")]
    Database(#[from] domain::Error),
    /// Redis does not answer. The text contains neither its address nor its password.
    #[error("Redis does not answer: {0}")]
    Redis(#[from] redis::RedisError),
    /// Redis takes too long, or its connection has ended.
    #[error("Redis did not answer in time, or the connection to it was lost")]
    RedisLost,
}

/// The ways of one copy to the others. What it tells them is heard at most once; what it says about presence lasts for some seconds.
#[async_trait]
pub trait Copies: fmt::Debug + Send + Sync + 'static {
    /// Tells the other copies something, in the order of the calls. It leaves soon after, together with what is told meanwhile.
    fn tell(&self, message: Value);

    /// Begins to hear the other copies. Call [`Copies::beat`] next: it announces this copy.
    ///
    /// # Errors
    /// [`Error`].
    async fn listen(&self) -> Result<Box<dyn Incoming>, Error>;

    /// Says that this copy runs and that patients follow these visits at it; returns what is to be known about the others.
    ///
    /// # Errors
    /// [`Error`].
    async fn beat(&self, visits: &[EncounterId]) -> Result<Beat, Error>;

    /// A patient follows this visit at this copy, without waiting for the next beat.
    ///
    /// # Errors
    /// [`Error`].
    async fn enter(&self, visit: EncounterId) -> Result<(), Error>;

    /// No patient follows this visit at this copy any more.
    ///
    /// # Errors
    /// [`Error`].
    async fn leave(&self, visit: EncounterId) -> Result<(), Error>;

    /// Whether a patient follows this visit at any copy.
    ///
    /// # Errors
    /// [`Error`].
    async fn is_present(&self, visit: EncounterId) -> Result<bool, Error>;

    /// This copy stops: the others look at once whether its patients come back to them.
    ///
    /// # Errors
    /// [`Error`].
    async fn end(&self) -> Result<(), Error>;
}

/// Hears the other copies.
#[async_trait]
pub trait Incoming: Send {
    /// Waits for the next message.
    ///
    /// # Errors
    /// [`Error`] when the connection is lost; listen again then.
    async fn next(&mut self) -> Result<Heard, Error>;
}

/// What a server shares with its other copies.
#[derive(Debug, Clone)]
pub struct Shared {
    /// The ways to the others.
    pub copies: Arc<dyn Copies>,
    /// The limits on requests.
    pub limits: Limits,
}

impl Shared {
    /// What the configuration asks for: Redis, else the database. The embedded database has no second copy, so its limits are counted in the process.
    ///
    /// # Errors
    /// [`Error::Redis`] when `redis.url` cannot be used. Whether Redis answers is not asked: a server starts without it too.
    pub fn open(config: &Config, domain: &Domain) -> Result<Self, Error> {
        let keys = &config.limits;
        let alone = InProcess::new(keys, domain);
        Ok(match &config.redis.url {
            Some(url) => {
                let redis = InRedis::new(url, &config.redis.prefix, CopyId::random(domain.randomness()))?;
                let limits = Limits::with(Arc::new(RedisBuckets::new(redis.clone(), keys, alone)));
                Self { copies: Arc::new(redis), limits }
            }
            None => {
                let database = InDatabase::new(domain);
                let limits = if config.database.url.is_some() {
                    Limits::with(Arc::new(DatabaseBuckets::new(&database, keys)))
                } else {
                    Limits::with(Arc::new(alone))
                };
                Self { copies: Arc::new(database), limits }
            }
        })
    }
}
