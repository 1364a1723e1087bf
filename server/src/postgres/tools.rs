//! The Postgres programs such as `pg_dump` and `psql`, configured to connect to the database as its owner.

use super::cluster::Access;
use crate::config::Secret;
use percent_encoding::percent_decode_str;
use std::path::PathBuf;
use tokio::process::Command;
use url::Url;

/// The environment variables for libpq. Passwords are passed in the environment, because all users of the machine can see arguments.
#[derive(Debug, Clone)]
pub struct Tools {
    /// The folder of the programs of the cluster's version; none to use PATH.
    dir: Option<PathBuf>,
    environment: Vec<(&'static str, Secret<String>)>,
}

/// The URL parameters that we pass on, each with its libpq variable.
const PARAMETERS: [(&str, &str); 8] = [
    ("host", "PGHOST"),
    ("port", "PGPORT"),
    ("user", "PGUSER"),
    ("password", "PGPASSWORD"),
    ("dbname", "PGDATABASE"),
    ("sslmode", "PGSSLMODE"),
    ("sslrootcert", "PGSSLROOTCERT"),
    ("options", "PGOPTIONS"),
];

impl Tools {
    /// A command that runs the program, connected to our database as the owner.
    #[must_use]
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.dir.as_ref().map_or_else(|| PathBuf::from(program), |dir| dir.join(program)));
        for (name, value) in &self.environment {
            command.env(name, value.expose());
        }
        command
    }

    pub(super) fn embedded(access: &Access) -> Self {
        let options = access.owner();
        let plain = [
            ("PGHOST", access.postmaster.socket.display().to_string()),
            ("PGPORT", access.postmaster.port.to_string()),
            ("PGUSER", options.get_username().to_owned()),
            ("PGDATABASE", options.get_database().unwrap_or_default().to_owned()),
        ];
        let mut environment: Vec<_> = plain.into_iter().map(|(name, value)| (name, Secret::new(value))).collect();
        environment.push(("PGPASSWORD", access.passwords.owner.clone()));
        Self { dir: Some(access.binaries.dir.clone()), environment }
    }

    /// Parses the URL of an external database; none when it cannot be parsed.
    pub(super) fn external(url: &Secret<String>) -> Option<Self> {
        let url = Url::parse(url.expose()).ok()?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8().ok().map(|text| Secret::new(text.into_owned()));
        let mut environment = Vec::new();
        let mut add = |name, text: &str| {
            if !text.is_empty() {
                environment.push((name, decoded(text)?));
            }
            Some(())
        };
        add("PGHOST", url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']'))?;
        add("PGPORT", &url.port().map(|port| port.to_string()).unwrap_or_default())?;
        add("PGUSER", url.username())?;
        add("PGPASSWORD", url.password().unwrap_or_default())?;
        add("PGDATABASE", url.path().trim_start_matches('/'))?;
        for (key, value) in url.query_pairs() {
            if let Some((_, name)) = PARAMETERS.iter().find(|(parameter, _)| *parameter == key.replace('-', "")) {
                environment.push((name, Secret::new(value.into_owned())));
            }
        }
        Some(Self { dir: None, environment })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_apart_for_libpq() {
        let url = Secret::new("postgres://own%40er:p%3Ass@[::1]:6432/bed?ssl-mode=require&host=/run/pg".to_owned());
        let tools = Tools::external(&url).unwrap();
        let read: Vec<(&str, &str)> = tools.environment.iter().map(|(name, value)| (*name, value.expose().as_str())).collect();
        let expected = [
            ("PGHOST", "::1"),
            ("PGPORT", "6432"),
            ("PGUSER", "own@er"),
            ("PGPASSWORD", "p:ss"),
            ("PGDATABASE", "bed"),
            ("PGSSLMODE", "require"),
            ("PGHOST", "/run/pg"),
        ];
        assert_eq!(read, expected);
        assert!(!format!("{tools:?}").contains("p:ss"));
    }
}
