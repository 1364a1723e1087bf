//! Rules across several keys. Pure: no file is opened here; `bedside check` checks the environment.

use super::{
    Config,
    faults::Fault,
    keys::{Kms, Mode},
    master_key,
    secret::Secret,
};
use sqlx::postgres::PgConnectOptions;
use std::{net::IpAddr, str::FromStr};
use tracing_subscriber::EnvFilter;
use url::Url;

/// One group of rules, and the sections whose keys it compares; the empty name stands for the top of the file.
type Group = (fn(&Config, &mut Vec<Fault>), &'static [&'static str]);

const GROUPS: [Group; 14] = [
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

fn keys(config: &Config, faults: &mut Vec<Fault>) {
    let keys = &config.keys;
    if keys.master_key.as_ref().is_some_and(|text| master_key::parse(text.expose()).is_none()) {
        let remedy = "Write the output of `openssl rand -hex 32`, or the content of the file with the master key.";
        faults.push(Fault::new("keys.master_key", "is not 64 hexadecimal digits", remedy));
    }
    let local = [("keys.master_key_file", keys.master_key_file.is_some()), ("keys.master_key", keys.master_key.is_some())];
    match (local.iter().filter(|(_, is_set)| *is_set).count(), keys.kms) {
        (0, _) | (1, None) => {}
        (_, Some(kms)) => {
            let wrong = format!("is `{kms}`, but a master key of this machine is set too");
            faults.push(Fault::new("keys.kms", wrong, "Remove it, or `keys.master_key_file` and `keys.master_key`."));
        }
        (_, None) => {
            faults.push(Fault::new("keys.master_key", "is set, and `keys.master_key_file` too", "Remove one of the two."))
        }
    }
    // Each key of a KMS: whether it is set, by which kinds it is needed, and for which it may be set too.
    let of_kms: [(&str, bool, &[Kms], &[Kms]); 8] = [
        ("keys.kms_url", keys.kms_url.is_some(), &[Kms::Vault], &[Kms::Aws]),
        ("keys.kms_key", keys.kms_key.is_some(), &[Kms::Aws, Kms::Vault], &[]),
        ("keys.kms_authority", keys.kms_authority.is_some(), &[], &[Kms::Aws, Kms::Vault]),
        ("keys.kms_region", keys.kms_region.is_some(), &[Kms::Aws], &[]),
        ("keys.kms_access_key_id", keys.kms_access_key_id.is_some(), &[Kms::Aws], &[]),
        ("keys.kms_secret_access_key", keys.kms_secret_access_key.is_some(), &[Kms::Aws], &[]),
        ("keys.kms_session_token", keys.kms_session_token.is_some(), &[], &[Kms::Aws]),
        ("keys.kms_token", keys.kms_token.is_some(), &[Kms::Vault], &[]),
    ];
    for (key, is_set, needed, allowed) in of_kms {
        match keys.kms {
            None if is_set => {
                faults.push(Fault::new(key, "is set, but `keys.kms` is not", "Set `keys.kms`, or remove this key."))
            }
            Some(kms) if !is_set && needed.contains(&kms) => {
                faults.push(Fault::new(key, format!("is missing, but `keys.kms` is `{kms}`"), "Set it, or remove `keys.kms`."));
            }
            Some(kms) if is_set && !needed.contains(&kms) && !allowed.contains(&kms) => {
                faults.push(Fault::new(key, format!("is set, but `keys.kms` is `{kms}`"), "Remove it."));
            }
            None | Some(_) => {}
        }
    }
    if let Some(url) = keys.kms_url.as_ref().filter(|url| !url.is_https() && !url.is_loopback()) {
        faults.push(Fault::new("keys.kms_url", format!("is {url}: keys must not travel without TLS"), "Write it with https://."));
    }
    let is_name = |text: &str| text.starts_with(|first: char| first.is_ascii_alphanumeric()) && text.chars().all(is_plain);
    if keys.kms == Some(Kms::Vault) {
        if !keys.kms_mount.split('/').all(is_name) {
            faults.push(Fault::new(
                "keys.kms_mount",
                format!("is `{}`, which is not a path", keys.kms_mount),
                "Write a path such as transit.",
            ));
        }
        if let Some(key) = keys.kms_key.as_ref().filter(|key| !is_name(key)) {
            faults.push(Fault::new(
                "keys.kms_key",
                format!("is `{key}`, which is not the name of a key"),
                "Write a name such as bedside.",
            ));
        }
    }
}

fn files(config: &Config, faults: &mut Vec<Fault>) {
    let files = &config.files;
    let of_bucket = [
        ("files.s3_region", files.s3_region.is_some()),
        ("files.s3_access_key_id", files.s3_access_key_id.is_some()),
        ("files.s3_secret_access_key", files.s3_secret_access_key.is_some()),
    ];
    for (key, is_set) in of_bucket {
        if is_set != files.s3_bucket.is_some() {
            let (wrong, remedy) = if is_set {
                ("is set, but `files.s3_bucket` is not", "Set `files.s3_bucket`, or remove this key.")
            } else {
                ("is missing, but `files.s3_bucket` is set", "Set it, or remove `files.s3_bucket`.")
            };
            faults.push(Fault::new(key, wrong, remedy));
        }
    }
    if let Some(url) = files.s3_url.as_ref().filter(|url| !url.is_https() && !url.is_loopback()) {
        faults.push(Fault::new("files.s3_url", format!("is {url}, without TLS"), "Write it with https://."));
    }
    if !files.s3_prefix.split('/').all(|part| !part.is_empty() && part.chars().all(is_plain)) {
        let wrong = format!("is `{}`, which is not the beginning of a name", files.s3_prefix);
        let remedy = "Write letters, digits, `-`, `_`, `.` and `/` only, such as bedside-files.";
        faults.push(Fault::new("files.s3_prefix", wrong, remedy));
    }
    let is_address =
        |text: &str| text.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    if let Some(clamd) = files.clamd.as_ref().filter(|text| !text.starts_with('/') && !is_address(text)) {
        let remedy = "Write the path of a socket, such as /run/clamav/clamd.ctl, or host and port, such as 127.0.0.1:3310.";
        faults.push(Fault::new("files.clamd", format!("is `{clamd}`, which is no address"), remedy));
    }
}

fn audit(config: &Config, faults: &mut Vec<Fault>) {
    let audit = &config.audit;
    let of_bucket = [
        ("audit.s3_region", audit.s3_region.is_some()),
        ("audit.s3_access_key_id", audit.s3_access_key_id.is_some()),
        ("audit.s3_secret_access_key", audit.s3_secret_access_key.is_some()),
    ];
    for (key, is_set) in of_bucket {
        if is_set != audit.s3_bucket.is_some() {
            let (wrong, remedy) = if is_set {
                ("is set, but `audit.s3_bucket` is not", "Set `audit.s3_bucket`, or remove this key.")
            } else {
                ("is missing, but `audit.s3_bucket` is set", "Set it, or remove `audit.s3_bucket`.")
            };
            faults.push(Fault::new(key, wrong, remedy));
        }
    }
    if let Some(url) = audit.s3_url.as_ref().filter(|url| !url.is_https() && !url.is_loopback()) {
        faults.push(Fault::new("audit.s3_url", format!("is {url}, without TLS"), "Write it with https://."));
    }
    let parts = || audit.s3_prefix.split('/');
    if !parts().all(|part| !part.is_empty() && part.chars().all(is_plain)) {
        let wrong = format!("is `{}`, which is not the beginning of a name", audit.s3_prefix);
        faults.push(Fault::new(
            "audit.s3_prefix",
            wrong,
            "Write letters, digits, `-`, `_`, `.` and `/` only, such as bedside-audit.",
        ));
    }
    let missing = match (&audit.tsa_url, &audit.tsa_authority) {
        (Some(_), None) => "audit.tsa_authority",
        (None, Some(_)) => "audit.tsa_url",
        (Some(_), Some(_)) | (None, None) => return,
    };
    faults.push(Fault::new(missing, "is missing", "Give both, the address of the authority and its certificate, or neither."));
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
    let needed = [
        ("sms.auth_token", sms.auth_token.is_some()),
        ("sms.from", sender),
        ("sms.country_codes", !sms.country_codes.is_empty()),
    ];
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
    for code in sms.country_codes.iter().filter(|code| code.is_empty() || !code.bytes().all(|byte| byte.is_ascii_digit())) {
        let wrong = format!("has `{code}`, which is not a country code");
        faults.push(Fault::new("sms.country_codes", wrong, "Write digits only, such as 44."));
    }
    if !sms.url.is_https() && !sms.url.is_loopback() {
        let wrong = format!("is {}: codes must not travel without TLS", sms.url);
        faults.push(Fault::new("sms.url", wrong, "Write it with https://."));
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

fn relay(config: &Config, faults: &mut Vec<Fault>) {
    let relay = &config.relay;
    if relay.port_min > relay.port_max {
        faults.push(Fault::new(
            "relay.port_min",
            format!("is {}, more than `relay.port_max` ({})", relay.port_min, relay.port_max),
            "Write the smaller port in `relay.port_min`.",
        ));
    }
    if relay.realm.trim().is_empty() {
        faults.push(Fault::new("relay.realm", "is empty", "Write a name, such as the host of `public_url`."));
    }
    if relay.secret.as_ref().is_some_and(|secret| secret.expose().len() < 16) {
        faults.push(Fault::new("relay.secret", "is shorter than 16 characters", "Use a long random text."));
    }
    for url in relay.urls.iter().filter(|url| !is_ice_url(url)) {
        let remedy = "Write turn:host:3478?transport=udp, turns:host:5349 or stun:host:3478.";
        faults.push(Fault::new("relay.urls", format!("has `{url}`, which is not the URL of a relay"), remedy));
    }
    if !relay.urls.is_empty() && relay.secret.is_none() {
        faults.push(Fault::new(
            "relay.secret",
            "is missing, but `relay.urls` names a relay elsewhere",
            "Set the secret that is shared with it.",
        ));
    }
    if relay.enabled && relay.urls.is_empty() && config.relay_address().is_none() {
        faults.push(Fault::new(
            "relay.external_ip",
            "is missing: browsers cannot be told where the relay is",
            "Write the public address of this machine, or switch off `relay.enabled`.",
        ));
    }
    if relay.listen_tls.is_some() && (config.tls.certificate.is_none() || config.tls.key.is_none()) {
        faults.push(Fault::new(
            "relay.listen_tls",
            "is set, but the relay has no certificate",
            "Set `tls.certificate` and `tls.key`, or leave it empty.",
        ));
    }
    if let Some(six) = relay.external_ip6
        && (!six.is_ipv6() || six.is_unspecified() || config.relay_address().is_some_and(|address| address.is_ipv6()))
    {
        faults.push(Fault::new(
            "relay.external_ip6",
            "must be an IPv6 address, in addition to an IPv4 address in `relay.external_ip`",
            "Write the IPv4 address in `relay.external_ip`. If there is only one address, write it there and leave this key empty.",
        ));
    }
    if relay.external_ip.is_some_and(|address| address.is_unspecified()) {
        faults.push(Fault::new(
            "relay.external_ip",
            "is not an address that browsers can reach",
            "Write the public address of this machine.",
        ));
    }
}

/// Whether the text is a STUN or TURN URL that browsers accept (RFC 7064, RFC 7065).
fn is_ice_url(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once(':') else { return false };
    let host = rest.split('?').next().unwrap_or_default();
    matches!(scheme, "stun" | "stuns" | "turn" | "turns") && !host.is_empty() && !host.contains(['/', ' ', '@'])
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
