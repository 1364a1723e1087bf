//! Seals of the audit log outside of the database, so that who can rewrite the database still cannot rewrite the past.
//!
//! Three places keep them, each by the same trait: a file of every copy of the server ([`SealFile`], each second), a bucket whose objects nobody can change or
//! delete before a date ([`Bucket`]), and an authority that signs when it has seen them ([`TimeStamps`], RFC 3161). The last two get a deposit of all seals since
//! the one before, at intervals and from one copy at a time.
//!
//! Not done here: making seals (`domain::audit`), checking the seals themselves (`domain::audit::verify`).

mod bucket;
mod der;
mod file;
mod time_stamps;
mod tsp;

pub use bucket::Bucket;
pub use file::SealFile;
pub use time_stamps::TimeStamps;
pub use tsp::TspError;

use crate::{config::Config, endpoint::EndpointError, s3::Unusable};
use async_trait::async_trait;
use domain::{
    Domain,
    audit::{self, Anchor, Deposit, MOST_SEALS_DEPOSITED, anchors_after},
};
use jiff::{SignedDuration, Timestamp};
use std::{fmt, io, path::PathBuf, sync::Arc};

/// Why a place does not have the newest seals, or cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The seals cannot be read.
    #[error("the seals cannot be read: {0}")]
    Database(#[from] domain::Error),
    /// A file cannot be read or written.
    #[error("a file cannot be read or written: {0}")]
    File(#[from] io::Error),
    /// The configuration names a place that cannot be used.
    #[error("{key} cannot be used: {wrong}")]
    Configuration {
        /// The key.
        key: &'static str,
        /// What is wrong.
        wrong: String,
    },
    /// The service does not answer.
    #[error("{service} does not answer: {cause}")]
    Silent {
        /// Its address.
        service: String,
        /// What happened.
        cause: String,
    },
    /// The service answers that it does not do it.
    #[error("{service} refused with {answer}. Check the credentials and what they are allowed to do")]
    Refused {
        /// Its address.
        service: String,
        /// The status, and the code of S3.
        answer: String,
    },
    /// The place has other seals than the database, under the name of the next deposit.
    #[error(
        "{object} exists already and has other seals than the database. If the database was restored from a backup, choose another audit.s3_prefix; \
         otherwise somebody has changed the seals: run `bedside audit verify`"
    )]
    Different {
        /// The object.
        object: String,
    },
    /// A time stamp is not accepted.
    #[error(transparent)]
    TimeStamp(#[from] TspError),
}

impl Error {
    fn of_endpoint(key: &'static str) -> impl Fn(EndpointError) -> Self {
        move |error| Self::Configuration { key, wrong: error.to_string() }
    }
}

impl From<Unusable> for Error {
    fn from(Unusable { key, wrong }: Unusable) -> Self {
        Self::Configuration { key, wrong }
    }
}

/// A place outside of the database that keeps seals.
#[async_trait]
pub trait Place: fmt::Debug + Send + Sync {
    /// Its name in the log, and in the table of deposits: a place with another name has nothing yet.
    fn name(&self) -> &str;

    /// The number of the newest seal that it has; 0 without one.
    ///
    /// # Errors
    /// [`Error`].
    async fn newest(&self, domain: &Domain) -> Result<i64, Error>;

    /// Keeps these seals, which follow the newest that it has. At most [`MOST_SEALS_DEPOSITED`].
    ///
    /// # Errors
    /// [`Error`]; the same seals may come again then.
    async fn keep(&self, domain: &Domain, seals: &[Anchor]) -> Result<(), Error>;
}

/// Gives a place all seals that it does not have.
///
/// # Errors
/// [`Error`]; what it has got until then stays.
pub async fn catch_up(domain: &Domain, place: &dyn Place) -> Result<(), Error> {
    loop {
        let mut after = place.newest(domain).await?;
        let mut seals: Vec<Anchor> = Vec::new();
        while seals.len() < MOST_SEALS_DEPOSITED {
            let page = anchors_after(domain, after).await?;
            let Some(last) = page.last() else { break };
            after = last.number;
            seals.extend(page);
        }
        seals.truncate(MOST_SEALS_DEPOSITED);
        if seals.is_empty() {
            return Ok(());
        }
        place.keep(domain, &seals).await?;
    }
}

/// Gives a place its next deposit, unless it got one within this time, from any copy of the server.
///
/// # Errors
/// Those of [`catch_up`].
pub async fn deposit_if_due(domain: &Domain, place: &dyn Place, every: SignedDuration) -> Result<(), Error> {
    match audit::newest_deposit(domain, place.name()).await? {
        Some(newest) if newest.deposited_at + every > domain.now() => Ok(()),
        Some(_) | None => catch_up(domain, place).await,
    }
}

async fn newest_deposited(domain: &Domain, place: &str) -> Result<i64, Error> {
    Ok(audit::newest_deposit(domain, place).await?.map_or(0, |deposit| deposit.seal_to))
}

async fn record(domain: &Domain, place: &str, seals: &[Anchor], receipt: Option<Vec<u8>>) -> Result<(), Error> {
    let (Some(first), Some(last)) = (seals.first(), seals.last()) else { return Ok(()) };
    let deposit = Deposit { seal_from: first.number, seal_to: last.number, deposited_at: domain.now(), receipt };
    Ok(audit::record_deposit(domain, place, &deposit).await?)
}

/// The bytes of a deposit: the lines of its seals.
fn lines(seals: &[Anchor]) -> Vec<u8> {
    seals.iter().map(Anchor::line).collect::<String>().into_bytes()
}

/// What a comparison of a place with the database has found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compared {
    /// How many deposits were compared.
    pub deposits: u64,
    /// How many seals they have together.
    pub seals: i64,
    /// The time of the newest one, as the place says.
    pub newest_at: Option<Timestamp>,
    /// The first thing that is wrong.
    pub finding: Option<Finding>,
}

/// What is wrong with a deposit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The database has another seal, or none, where the deposit has this one.
    SealDiffers {
        /// The number of the seal.
        seal: i64,
    },
    /// The database says that these seals were deposited, and the place does not have them.
    DepositMissing {
        /// The number of the first one.
        seal: i64,
    },
    /// The time stamp over these seals is not valid for the seals of the database.
    TimeStampDiffers {
        /// The number of the first seal.
        seal_from: i64,
        /// The number of the last seal.
        seal_to: i64,
        /// Why.
        why: TspError,
    },
}

/// The places of a configuration that get deposits.
#[derive(Debug, Clone, Default)]
pub struct Outside {
    /// The bucket, if there is one.
    pub bucket: Option<Arc<Bucket>>,
    /// The time stamps, if there is an authority.
    pub time_stamps: Option<Arc<TimeStamps>>,
}

impl Outside {
    /// The places that the configuration names.
    ///
    /// # Errors
    /// [`Error::Configuration`].
    pub fn of(config: &Config) -> Result<Self, Error> {
        Ok(Self {
            bucket: Bucket::of(&config.audit)?.map(Arc::new),
            time_stamps: TimeStamps::of(&config.audit, config.var_dir.join("audit/stamps"))?.map(Arc::new),
        })
    }

    /// All of them.
    #[must_use]
    pub fn places(&self) -> Vec<Arc<dyn Place>> {
        let mut places: Vec<Arc<dyn Place>> = Vec::new();
        places.extend(self.bucket.clone().map(|bucket| bucket as Arc<dyn Place>));
        places.extend(self.time_stamps.clone().map(|stamps| stamps as Arc<dyn Place>));
        places
    }
}

/// The file with the seals of a copy of the server.
#[must_use]
pub fn seals_file(config: &Config) -> PathBuf {
    config.var_dir.join("audit/seals.jsonl")
}
