//! The records of the session layer in Postgres. (The published sqlx store uses another version of sqlx.)

use async_trait::async_trait;
use domain::{Domain, identity::http_sessions};
use jiff::Timestamp;
use serde_json::Value;
use std::collections::HashMap;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result},
};

/// Stores records through the domain.
#[derive(Debug, Clone)]
pub(super) struct Store {
    pub(super) domain: Domain,
}

fn backend(error: impl std::fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn encode(record: &Record) -> Result<(Vec<u8>, Timestamp)> {
    let data = serde_json::to_vec(&record.data).map_err(|error| Error::Encode(error.to_string()))?;
    let expires = Timestamp::from_second(record.expiry_date.unix_timestamp()).map_err(backend)?;
    Ok((data, expires))
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        loop {
            let (data, expires) = encode(record)?;
            if http_sessions::create(&self.domain, &record.id.to_string(), &data, expires).await.map_err(backend)? {
                return Ok(());
            }
            record.id = Id::default();
        }
    }

    async fn save(&self, record: &Record) -> Result<()> {
        let (data, expires) = encode(record)?;
        http_sessions::save(&self.domain, &record.id.to_string(), &data, expires).await.map_err(backend)
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let Some((data, expires)) = http_sessions::load(&self.domain, &id.to_string()).await.map_err(backend)? else {
            return Ok(None);
        };
        let data: HashMap<String, Value> = serde_json::from_slice(&data).map_err(|error| Error::Decode(error.to_string()))?;
        let expiry_date = OffsetDateTime::from_unix_timestamp(expires.as_second()).map_err(backend)?;
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        http_sessions::delete(&self.domain, &id.to_string()).await.map_err(backend)
    }
}
