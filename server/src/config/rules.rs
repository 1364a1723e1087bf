//! Rules across several keys. Pure: no file is opened here; `bedside check` checks the environment.

mod bucket;
mod files;
mod relay;
mod secrets;

use self::files::files;
use self::relay::relay;
use self::secrets::{audit, keys};
use super::{Config, faults::Fault, keys::Mode, secret::Secret};
use model::directory::Country;
use sqlx::postgres::PgConnectOptions;
use std::{net::IpAddr, str::FromStr};
use tracing_subscriber::EnvFilter;
use url::Url;

/// One group of rules, and the sections whose keys it compares; the empty name stands for the top of the file.
type Group = (fn(&Config, &mut Vec<Fault>), &'static [&'static str]);

const GROUPS: [Group; 15] = [
    (addresses, &["", "tls"]),
    (assets, &["", "assets"]),
    (tls, &["tls"]),
    (database, &["database"]),
    (redis, &["redis"]),
    (keys, &["keys"]),
    (audit, &["audit"]),
    (files, &["files"]),
    (mail, &["mail"]),
    (sms, &["sms"]),
    (push, &["push"]),
    (passwords, &["passwords"]),
    (relay, &["", "relay", "tls"]),
    (metrics, &["", "metrics"]),
    (session_and_log, &["session", "log"]),
];

/// All contradictions, in the order of the keys. A key that could not be read has its default value. A group that compares its section is
/// therefore skipped until the key is corrected: it could report faults that do not exist.
pub(super) fn check(config: &Config, unreadable: &[Fault]) -> Vec<Fault> {
    let section_of = |fault: &Fault| fault.key.split_once('.').map_or(String::new(), |(section, _)| section.to_owned());
    let blind: Vec<String> = unreadable.iter().map(section_of).collect();
    let mut faults = Vec::new();
    for (rules, sections) in GROUPS {
        if !sections.iter().any(|section| blind.iter().any(|unread| unread == section)) {
            rules(config, &mut faults);
        }
    }
    faults
}

fn addresses(config: &Config, faults: &mut Vec<Fault>) {
    let url = &config.public_url;
    let behind_proxy = !config.trusted_proxies.is_empty();
    let own_tls = config.tls.certificate.is_some() || config.tls.key.is_some();
    if own_tls && !url.is_https() {
        faults.push(Fault::new(
            "public_url",
            format!("is {url}, but the server has a certificate"),
            "Write it with https://, or remove `tls`.",
        ));
    } else if !url.is_https() && !url.is_loopback() {
        faults.push(Fault::new(
            "public_url",
            format!(
                "is {url}: without TLS, browsers neither keep a sign-in nor give access to the camera, except on this machine"
            ),
            "Use https:// with `tls.certificate` and `tls.key`, or with a proxy in `trusted_proxies`.",
        ));
    } else if url.is_https() && !own_tls && !behind_proxy {
        faults.push(Fault::new(
            "public_url",
            format!("is {url}, but there is neither a certificate nor a trusted proxy"),
            "Set `tls.certificate` and `tls.key`, or list the proxy that terminates TLS in `trusted_proxies`.",
        ));
    }
    if config.mode == Mode::Development && !url.is_private() {
        faults.push(Fault::new(
            "mode",
            "is `development`, which shows everybody's mail, but `public_url` can be reached from outside",
            "Use `production`, or a `public_url` of this machine or its own network.",
        ));
    }
    for network in config.trusted_proxies.iter().filter(|network| network.prefix_len() == 0) {
        faults.push(Fault::new(
            "trusted_proxies",
            format!("has {network}, which trusts every address"),
            "List only the addresses of the proxies.",
        ));
    }
}

fn assets(config: &Config, faults: &mut Vec<Fault>) {
    if let Some(base) = &config.assets.base_url
        && config.public_url.is_https()
        && !base.is_https()
    {
        faults.push(Fault::new(
            "assets.base_url",
            format!("is {base}, but `public_url` uses https: browsers refuse scripts without TLS there"),
            "Write it with https://.",
        ));
    }
}

fn tls(config: &Config, faults: &mut Vec<Fault>) {
    let missing = match (&config.tls.certificate, &config.tls.key) {
        (Some(_), None) => "tls.key",
        (None, Some(_)) => "tls.certificate",
        (Some(_), Some(_)) | (None, None) => return,
    };
    faults.push(Fault::new(missing, "is missing", "Give both, the certificate and its key, or neither."));
}

fn database(config: &Config, faults: &mut Vec<Fault>) {
    let database = &config.database;
    let urls = [
        ("database.url", &database.url),
        ("database.migrate_url", &database.migrate_url),
        ("database.listen_url", &database.listen_url),
    ];
    for (key, url) in urls {
        let Some(url) = url else { continue };
        if !is_postgres_url(url) {
            faults.push(Fault::new(
                key,
                "is not the URL of a Postgres database",
                "Write postgres://user:password@host:5432/database.",
            ));
        }
        if database.url.is_none() {
            faults.push(Fault::new(key, "is set, but `database.url` is not", "Set `database.url` as well, or neither."));
        }
    }
    match database.embedded_port {
        Some(0) => faults.push(Fault::new("database.embedded_port", "is 0", "Write a port, 1 to 65535, or nothing.")),
        Some(_) if database.url.is_some() => faults.push(Fault::new(
            "database.embedded_port",
            "is set, but `database.url` names another database",
            "Remove one of the two.",
        )),
        Some(_) | None => {}
    }
}

fn is_postgres_url(url: &Secret<String>) -> bool {
    let known_scheme = ["postgres://", "postgresql://"].iter().any(|scheme| url.expose().starts_with(scheme));
    known_scheme && PgConnectOptions::from_str(url.expose()).is_ok()
}

fn redis(config: &Config, faults: &mut Vec<Fault>) {
    let redis = &config.redis;
    if let Some(url) = &redis.url {
        let is_redis = Url::parse(url.expose()).is_ok_and(|url| matches!(url.scheme(), "redis" | "rediss") && url.has_host());
        if !is_redis {
            faults.push(Fault::new("redis.url", "is not the URL of Redis", "Write rediss://user:password@host:6380."));
        }
    }
    let is_name = !redis.prefix.is_empty() && redis.prefix.chars().all(is_plain);
    if !is_name {
        let wrong = format!("is `{}`, which is not a name", redis.prefix);
        faults.push(Fault::new("redis.prefix", wrong, "Write letters, digits, `-`, `_` and `.` only, such as bedside."));
    }
}

/// Whether a character needs no quoting in a path.
fn is_plain(char: char) -> bool {
    char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')
}

fn mail(config: &Config, faults: &mut Vec<Fault>) {
    let mail = &config.mail;
    if let Some(url) = &mail.smtp_url {
        let remedy = "Write smtps://user:password@host, or smtp://user:password@host:587?tls=required.";
        match Url::parse(url.expose()) {
            Ok(url) if matches!(url.scheme(), "smtp" | "smtps") && url.has_host() => {
                if !uses_tls(&url) && !is_this_machine(&url) {
                    faults.push(Fault::new("mail.smtp_url", "sends mail with links to accounts without TLS", remedy));
                }
            }
            Ok(_) | Err(_) => faults.push(Fault::new("mail.smtp_url", "is not the URL of a mail server", remedy)),
        }
    }
    if mail.from_address.parse::<lettre::Address>().is_err() {
        let wrong = format!("is `{}`, which is not a mail address", mail.from_address);
        faults.push(Fault::new("mail.from_address", wrong, "Write an address such as bedside@clinic.example."));
    }
    if mail.from_name.trim().is_empty() || mail.from_name.chars().any(char::is_control) {
        faults.push(Fault::new(
            "mail.from_name",
            "is empty or contains control characters",
            "Write the name of the organisation.",
        ));
    }
}

fn sms(config: &Config, faults: &mut Vec<Fault>) {
    let sms = &config.sms;
    let is_on = sms.account_sid.is_some();
    let sender = sms.from.is_some() || sms.messaging_service_sid.is_some();
    let needed =
        [("sms.auth_token", sms.auth_token.is_some()), ("sms.from", sender), ("sms.countries", !sms.countries.is_empty())];
    for (key, is_set) in needed {
        if is_on && !is_set {
            faults.push(Fault::new(key, "is missing, but `sms.account_sid` is set", "Set it, or remove `sms.account_sid`."));
        }
    }
    if !is_on && (sms.auth_token.is_some() || sender) {
        let remedy = "Set it, or remove the other keys of the service.";
        faults.push(Fault::new("sms.account_sid", "is missing, but other keys of the service are set", remedy));
    }
    if sms.from.is_some() && sms.messaging_service_sid.is_some() {
        faults.push(Fault::new("sms.from", "is set, and `sms.messaging_service_sid` too", "Remove one of the two."));
    }
    if sms.account_sid.as_ref().is_some_and(|sid| sid.is_empty() || !sid.bytes().all(|byte| byte.is_ascii_alphanumeric())) {
        faults.push(Fault::new("sms.account_sid", "is not an id", "Write the id that the service shows, such as AC0123456789."));
    }
    // The number plans name countries in capital letters.
    let is_country = |code: &str| code.bytes().all(|byte| byte.is_ascii_uppercase()) && Country::parse(code).is_ok();
    for code in sms.countries.iter().filter(|code| !is_country(code)) {
        let wrong = format!("has `{code}`, which is not a country");
        faults.push(Fault::new("sms.countries", wrong, "Write codes of ISO 3166-1, such as GB."));
    }
    if !sms.url.is_https() && !sms.url.is_loopback() {
        let wrong = format!("is {}: codes must not travel without TLS", sms.url);
        faults.push(Fault::new("sms.url", wrong, "Write it with https://."));
    }
}

fn push(config: &Config, faults: &mut Vec<Fault>) {
    let is_host = |service: &str| {
        let name = service.strip_prefix("*.").unwrap_or(service);
        !name.is_empty()
            && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'))
    };
    for service in config.push.services.iter().filter(|service| !is_host(service)) {
        let wrong = format!("has `{service}`, which is not a host");
        faults.push(Fault::new("push.services", wrong, "Write host names in lower case only, such as *.push.apple.com."));
    }
}

fn passwords(config: &Config, faults: &mut Vec<Fault>) {
    if let Some(url) = config.passwords.leaked_url.as_ref().filter(|url| !url.is_https() && !url.is_loopback()) {
        faults.push(Fault::new("passwords.leaked_url", format!("is {url}, without TLS"), "Write it with https://."));
    }
}

/// Whether the connection to the mail server always uses TLS. With `tls=opportunistic`, whoever is on the way can switch it off.
fn uses_tls(url: &Url) -> bool {
    url.scheme() == "smtps" || url.query_pairs().any(|(key, value)| key == "tls" && value == "required")
}

fn is_this_machine(url: &Url) -> bool {
    // The scheme is unknown to `url`, so the host is text, and an IPv6 address has its brackets.
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

fn metrics(config: &Config, faults: &mut Vec<Fault>) {
    if config.metrics.listen.is_some_and(|listen| listen == config.listen && listen.port() != 0) {
        let wrong = format!("is {}, where the server already listens", config.listen);
        faults.push(Fault::new("metrics.listen", wrong, "Write another port, or use `metrics.token` instead."));
    }
    if config.metrics.token.as_ref().is_some_and(|token| token.expose().len() < 16) {
        faults.push(Fault::new("metrics.token", "is shorter than 16 characters", "Use a long random text."));
    }
}

fn session_and_log(config: &Config, faults: &mut Vec<Fault>) {
    let session = &config.session;
    if session.idle_minutes > session.absolute_hours * 60 {
        faults.push(Fault::new(
            "session.idle_minutes",
            format!("is {}, more than `session.absolute_hours` ({})", session.idle_minutes, session.absolute_hours),
            "Write at most as many minutes as those hours have.",
        ));
    }
    if session.staff_idle_minutes > session.staff_absolute_hours * 60 {
        faults.push(Fault::new(
            "session.staff_idle_minutes",
            format!(
                "is {}, more than `session.staff_absolute_hours` ({})",
                session.staff_idle_minutes, session.staff_absolute_hours
            ),
            "Write at most as many minutes as those hours have.",
        ));
    }
    if EnvFilter::try_new(&config.log.filter).is_err() {
        let wrong = format!("is `{}`, which is not a filter", config.log.filter);
        faults.push(Fault::new("log.filter", wrong, "Write a level such as `info`, or `info,sqlx=warn`."));
    }
}

impl Config {
    /// The address at which browsers reach this server's relay: the configured one, else the address of this machine if `public_url` is a
    /// loopback address, else none.
    #[must_use]
    pub fn relay_address(&self) -> Option<IpAddr> {
        self.relay.external_ip.or_else(|| {
            let this_machine = self.public_url.is_loopback();
            this_machine.then(|| self.public_url.ip().unwrap_or(IpAddr::from([127, 0, 0, 1])))
        })
    }
}
