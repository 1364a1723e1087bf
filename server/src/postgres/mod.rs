//! The database that the server works with: one that the configuration names, or a cluster of our own.
//!
//! The embedded cluster (design.md §8) lives below `var_dir` and needs nothing but Postgres' programs. As root its processes
//! step down to the user `postgres`; where that user cannot get into `var_dir`, the data is in `/var/lib/bedside-…`. It listens
//! on a socket in a folder that nobody else can enter, asks for passwords there too, and its log quotes no data.
//!
//! Invariants: one process a folder holds the cluster (a lock that dies with the process). A server that is killed leaves its
//! cluster running; the next start adopts it. A cluster is made beside its place and moved there when it is whole.
//!
//! Not here: tables and grants (migrations), pools (`domain`), upgrades between major versions of Postgres.

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

/// How to connect, one for each thing that the server does.
#[derive(Clone)]
pub struct Urls {
    /// As the role that owns the tables: for migrations only.
    pub owner: PgConnectOptions,
    /// As the role that the server works with.
    pub app: PgConnectOptions,
    /// As the same role, but direct: for LISTEN, which does not pass a transaction pooler.
    pub listen: PgConnectOptions,
}

/// The opened database.
pub struct Database {
    urls: Urls,
    tools: Tools,
    /// Ours to stop.
    cluster: Option<Cluster>,
}

/// Opens the database for a server. Without `database.url` this makes, adopts or starts the embedded cluster, and holds its
/// folder until [`Database::stop`] or the end of the process. With it, nothing is connected to yet.
///
/// # Errors
/// [`Error::Locked`] when another server has the folder; the rest says what is missing or failed, and what to do.
pub async fn open(config: &Config) -> Result<Database, Error> {
    if let Some(url) = &config.database.url {
        return external(config, url);
    }
    let (cluster, access) = Cluster::start(config).await?;
    Ok(embedded(&access, Some(cluster)))
}

/// Opens the database for a command beside a server: shares the cluster that a server runs, or opens it as [`open`] does
/// where none runs. [`Database::stop`] stops only what this call holds.
///
/// # Errors
/// As [`open`].
pub async fn join(config: &Config) -> Result<Database, Error> {
    match open(config).await {
        Err(Error::Locked(var_dir)) => match Access::to_running(config).await? {
            Some(access) => Ok(embedded(&access, None)),
            None => Err(Error::Locked(var_dir)),
        },
        other => other,
    }
}

/// Whether an embedded cluster was made in this configuration's folder. Looks only.
#[must_use]
pub fn exists(config: &Config) -> bool {
    place::is_there(&config.var_dir)
}

/// For a demonstration whose folder was deleted, keys and all: moves the cluster that it left outside of the folder away, and says where to.
///
/// # Errors
/// When it cannot be moved.
pub fn set_aside_without_keys(var_dir: &std::path::Path) -> std::io::Result<Option<std::path::PathBuf>> {
    place::set_aside_without_keys(var_dir)
}

/// Shares the embedded cluster if it runs, and starts nothing; the external database as [`open`]. None when nothing runs.
pub(crate) async fn glance(config: &Config) -> Result<Option<Urls>, Error> {
    match &config.database.url {
        Some(url) => external(config, url).map(|database| Some(database.urls)),
        None => Ok(Access::to_running(config).await?.map(|access| embedded(&access, None).urls)),
    }
}

/// The version of Postgres that a new embedded cluster would get.
pub(crate) async fn can_embed() -> Result<u32, Error> {
    account::Account::of_this_process()?;
    Ok(binaries::Binaries::newest().await?.major)
}

impl Database {
    /// How to connect.
    #[must_use]
    pub const fn urls(&self) -> &Urls {
        &self.urls
    }

    /// Postgres' own programs, for backups.
    #[must_use]
    pub const fn tools(&self) -> &Tools {
        &self.tools
    }

    /// Stops the embedded cluster, if this holds one, and waits until it has stopped. Close the pools first.
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
