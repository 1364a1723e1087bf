//! Connections that others on the way can read: to the database, to Redis and to the virus scanner. Between machines that only the servers reach this may be meant, so it is
//! a warning.

use super::report::Finding;
use crate::config::Config;
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use std::{net::IpAddr, str::FromStr};
use url::Url;

const SUBJECT: &str = "encryption";

/// Warns of connections to other machines that are not encrypted, or need not be.
pub(super) fn plain(config: &Config) -> Vec<Finding> {
    let database = &config.database;
    let urls = [
        ("database.url", &database.url),
        ("database.migrate_url", &database.migrate_url),
        ("database.listen_url", &database.listen_url),
    ];
    let databases = urls.into_iter().filter_map(|(key, url)| {
        let options = PgConnectOptions::from_str(url.as_ref()?.expose()).ok()?;
        let need_not_be = matches!(options.get_ssl_mode(), PgSslMode::Disable | PgSslMode::Allow | PgSslMode::Prefer);
        let is_elsewhere = options.get_socket().is_none() && !is_this_machine(options.get_host());
        (need_not_be && is_elsewhere).then(|| {
            let text = "does not require TLS, and the database is on another machine. Add `sslmode=verify-full` to the URL";
            Finding::warn(SUBJECT, format!("{key} {text}, or let nobody else reach the network between the two"))
        })
    });
    let redis = config
        .redis
        .url
        .as_ref()
        .and_then(|url| Url::parse(url.expose()).ok())
        .filter(|url| url.scheme() == "redis" && !url.host_str().is_some_and(is_this_machine));
    let redis = redis.map(|_| {
        let text = "redis.url is without TLS, and Redis is on another machine: its password and the messages between the copies of the server can be read on the way";
        Finding::warn(SUBJECT, format!("{text}. Write it with rediss://, or let nobody else reach the network between the two"))
    });
    let clamd =
        config.files.clamd.as_ref().and_then(|address| address.rsplit_once(':')).filter(|(host, _)| !is_this_machine(host));
    let clamd = clamd.map(|(host, _)| {
        let text = format!("files.clamd is on another machine ({host}), and files travel there as they are: clamd knows no TLS");
        Finding::warn(SUBJECT, format!("{text}. Run it on this machine, or let nobody else reach the network between the two"))
    });
    databases.chain(redis).chain(clamd).collect()
}

/// Whether a host is this machine: its name, an address of its own, or the folder of a socket.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_matches(['[', ']']);
    host.starts_with('/')
        || host == "localhost"
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Sources;

    fn warned(values: &[(&str, &str)]) -> Vec<String> {
        let sources = values.iter().fold(Sources::default(), |sources, (key, value)| sources.with(key, *value));
        plain(&Config::load(&sources).unwrap()).into_iter().map(|finding| finding.text).collect()
    }

    #[test]
    fn connections_to_this_machine_and_encrypted_ones_are_fine() {
        assert!(warned(&[]).is_empty());
        for url in [
            "postgres://bedside_app:p@localhost/bedside",
            "postgres://bedside_app:p@127.0.0.1:5433/bedside?sslmode=disable",
            "postgres://bedside_app:p@[::1]/bedside",
            "postgres://bedside_app:p@db.example/bedside?sslmode=require",
            "postgres://bedside_app:p@db.example/bedside?sslmode=verify-full",
        ] {
            assert_eq!(warned(&[("database.url", url)]), [""; 0], "{url}");
        }
        for url in ["redis://localhost", "redis://127.0.0.1:6380", "rediss://u:p@redis.example:6380"] {
            assert_eq!(warned(&[("redis.url", url)]), [""; 0], "{url}");
        }
        for address in ["/run/clamav/clamd.ctl", "127.0.0.1:3310", "localhost:3310"] {
            assert_eq!(warned(&[("files.clamd", address)]), [""; 0], "{address}");
        }
    }

    #[test]
    fn what_others_can_read_on_the_way_is_named() {
        for (key, value) in [
            ("database.url", "postgres://bedside_app:secret@db.example/bedside"),
            ("database.url", "postgres://bedside_app:secret@192.0.2.7/bedside?sslmode=prefer"),
            ("redis.url", "redis://:secret@redis.example:6379"),
            ("files.clamd", "192.0.2.8:3310"),
        ] {
            let found = warned(&[(key, value)]);
            assert_eq!(found.len(), 1, "{key}: {found:?}");
            assert!(found[0].starts_with(key) && !found[0].contains("secret"), "{found:?}");
        }
    }
}
