//! An empty database for the browser test that sets an installation up, and how the server is started on it. The test starts the server itself, so a run
//! without this test does not wait for it.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value, json};

use super::clinics::{Template, drop_database};
use crate::postgres::free_port;
use crate::process::{Attempt, Outcome};
use crate::relay;

const DATABASE: &str = "bedside_e2e_empty";

/// The database and the folder of the server. Dropping it removes both.
pub(crate) struct Empty<'a> {
    template: &'a Template<'a>,
    folder: PathBuf,
}

impl<'a> Empty<'a> {
    /// Creates them on the cluster and next to the folder of the template.
    pub(crate) fn make(template: &'a Template<'a>) -> Outcome<Self> {
        let folder = template.folder.join("empty");
        fs::create_dir(&folder).attempt(|| format!("create {}", folder.display()))?;
        let empty = Self { template, folder };
        template.statement(&format!("drop database if exists {DATABASE} with (force)"))?;
        template.statement(&format!("create database {DATABASE}"))?;
        let description = empty.description();
        fs::write(&description, empty.start()?.to_string()).attempt(|| format!("write {}", description.display()))?;
        Ok(empty)
    }

    /// The file that says how to start the server.
    pub(crate) fn description(&self) -> PathBuf {
        self.folder.join("empty.json")
    }

    /// The program, its working directory and environment, and the address that it will have.
    fn start(&self) -> Outcome<Value> {
        let Template { workspace, profile, cluster, .. } = self.template;
        let server = workspace.server(*profile, std::iter::empty());
        let port = free_port()?;
        let url = format!("http://localhost:{port}");
        let variables = [
            ("BEDSIDE_LISTEN", format!("127.0.0.1:{port}")),
            ("BEDSIDE_PUBLIC_URL", url.clone()),
            ("BEDSIDE_VAR_DIR", self.folder.display().to_string()),
            ("BEDSIDE_KEYS__CREATE", "true".to_owned()),
            ("BEDSIDE_METRICS__LISTEN", String::new()),
            // No call is made there.
            ("BEDSIDE_RELAY__ENABLED", "false".to_owned()),
            ("BEDSIDE_RELAY__URLS", "turn:turn.example:3478?transport=udp".to_owned()),
            ("BEDSIDE_RELAY__SECRET", relay::SECRET.to_owned()),
            ("BEDSIDE_DATABASE__URL", cluster.app_url(DATABASE)),
            ("BEDSIDE_DATABASE__MIGRATE_URL", cluster.url(DATABASE)),
        ];
        let of_server = server.get_envs().filter_map(|(name, value)| {
            let (name, value) = (name.to_str()?, value?.to_str()?);
            Some((name.to_owned(), value.to_owned()))
        });
        let variables = variables.map(|(name, value)| (name.to_owned(), value));
        let environment: Map<String, Value> =
            of_server.chain(variables).map(|(name, value)| (name, Value::from(value))).collect();
        Ok(json!({
            "program": server.get_program().to_string_lossy(),
            "folder": workspace.root.display().to_string(),
            "url": url,
            "environment": environment,
        }))
    }
}

impl Drop for Empty<'_> {
    fn drop(&mut self) {
        drop_database(self.template.cluster, DATABASE);
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("cannot remove {}: {error}", self.folder.display());
        }
    }
}
