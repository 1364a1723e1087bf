//! The database of the server: an external one from the configuration, or an embedded cluster.
//!
//! The embedded cluster (design.md §8) is stored below `var_dir` and needs only the Postgres programs. If Bedside runs as root, the Postgres
//! processes run as the user `postgres`; if that user cannot enter `var_dir`, the data is in `/var/lib/bedside-…`. The cluster listens
//! on a socket in a folder that no other user can enter, requires passwords there too, and its log contains no data.
//!
//! Invariants: one process per folder holds the cluster (a lock that ends with the process). A server that is killed leaves its
//! cluster running; the next start adopts it. A cluster is created in a temporary folder and renamed when it is complete.
//!
//! Not done here: tables and grants (migrations), pools (`domain`), upgrades between major versions of Postgres.

mod account;
mod binaries;
mod cluster;
mod error;
pub(crate) mod examine;
mod lock;
mod passwords;
mod place;
mod postmaster;
mod set_up;
mod settings;
mod tools;

pub use error::Error;
pub use tools::Tools;

use crate::config::{Config, Secret};
use cluster::{Access, Cluster};
use sqlx::postgres::PgConnectOptions;
use std::str::FromStr;

/// The connection options, one set for each purpose.
#[derive(Clone)]
pub struct Urls {
    /// For migrations only: the role that owns the tables.
    pub owner: PgConnectOptions,
    /// For normal work: the role of the server.
    pub app: PgConnectOptions,
    /// For LISTEN: the same role, connected directly, because LISTEN does not work through a transaction pooler.
    pub listen: PgConnectOptions,
}

/// The opened database.
pub struct Database {
    urls: Urls,
    tools: Tools,
    /// The cluster that this process must stop, if any.
    cluster: Option<Cluster>,
}

/// Opens the database for a server. Without `database.url` this creates, adopts or starts the embedded cluster and locks its folder until
/// [`Database::stop`] or the end of the process. With `database.url`, no connection is made yet.
///
/// # Errors
/// [`Error::Locked`] when another server uses the folder; the other errors say what is missing or failed, and what to do.
pub async fn open(config: &Config) -> Result<Database, Error> {
    if let Some(url) = &config.database.url {
        return external(config, url);
    }
    let (cluster, access) = Cluster::start(config).await?;
    Ok(embedded(&access, Some(cluster)))
}

/// Opens the database for a command that may run at the same time as a server. Shares the cluster of a running server; if there is none, works
/// like [`open`]. [`Database::stop`] stops only a cluster that this call started or adopted.
///
/// # Errors
/// Those of [`open`].
pub async fn join(config: &Config) -> Result<Database, Error> {
    match open(config).await {
        Err(Error::Locked(var_dir)) => match Access::to_running(config).await? {
            Some(access) => Ok(embedded(&access, None)),
            None => Err(Error::Locked(var_dir)),
        },
        other => other,
    }
}

/// Whether an embedded cluster exists for this configuration. Changes nothing.
#[must_use]
pub fn exists(config: &Config) -> bool {
    place::is_there(&config.var_dir)
}

/// For a demonstration whose folder was deleted together with its keys: moves away a cluster that it left outside that folder. Returns the new path.
///
/// # Errors
/// When it cannot be moved.
pub fn set_aside_without_keys(var_dir: &std::path::Path) -> std::io::Result<Option<std::path::PathBuf>> {
    place::set_aside_without_keys(var_dir)
}

/// The running embedded cluster, if any, without starting one; or the external database as in [`open`]. None when no cluster is running.
pub(crate) async fn glance(config: &Config) -> Result<Option<Urls>, Error> {
    match &config.database.url {
        Some(url) => external(config, url).map(|database| Some(database.urls)),
        None => Ok(Access::to_running(config).await?.map(|access| embedded(&access, None).urls)),
    }
}

/// The Postgres version that a new embedded cluster would have.
pub(crate) async fn can_embed() -> Result<u32, Error> {
    account::Account::of_this_process()?;
    Ok(binaries::Binaries::newest().await?.major)
}

impl Database {
    /// The connection options.
    #[must_use]
    pub const fn urls(&self) -> &Urls {
        &self.urls
    }

    /// The Postgres programs, for backups.
    #[must_use]
    pub const fn tools(&self) -> &Tools {
        &self.tools
    }

    /// Stops the embedded cluster, if this value holds one, and waits until it has stopped. Close the connection pools first.
    ///
    /// # Errors
    /// When it does not stop within a minute.
    pub async fn stop(self) -> Result<(), Error> {
        match self.cluster {
            Some(cluster) => cluster.stop().await,
            None => Ok(()),
        }
    }
}

fn embedded(access: &Access, cluster: Option<Cluster>) -> Database {
    let urls = Urls { owner: access.owner(), app: access.app(), listen: access.app() };
    Database { urls, tools: Tools::embedded(access), cluster }
}

fn external(config: &Config, url: &Secret<String>) -> Result<Database, Error> {
    let database = &config.database;
    let migrate_url = database.migrate_url.as_ref().unwrap_or(url);
    let urls = Urls {
        owner: options("database.migrate_url", migrate_url)?,
        app: options("database.url", url)?,
        listen: options("database.listen_url", database.listen_url.as_ref().unwrap_or(url))?,
    };
    let tools = Tools::external(migrate_url).ok_or(Error::Address("database.migrate_url"))?;
    Ok(Database { urls, tools, cluster: None })
}

fn options(key: &'static str, url: &Secret<String>) -> Result<PgConnectOptions, Error> {
    PgConnectOptions::from_str(url.expose()).map_err(|_| Error::Address(key))
}

#[cfg(test)]
mod tests;
