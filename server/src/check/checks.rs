//! One check for each thing that the server depends on.

use super::report::Finding;
use crate::{
    anchors::Outside,
    config::{
        Config,
        keys::Mode,
        master_key::{self, MasterKeyError},
    },
    copies::{CopyId, InRedis},
    master,
    postgres::{self, examine::Remark},
    tls,
};
use domain::{
    db::keys::{self, KeysError, State},
    randomness::SystemRandomness,
    schema::SchemaError,
    vault::Key,
};
use jiff::{SignedDuration, Timestamp};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::{
    io::ErrorKind,
    net::{IpAddr, SocketAddr, TcpListener, UdpSocket},
    time::Duration,
};
use url::Url;

const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(14 * 24);

pub(super) fn addresses(config: &Config) -> Vec<Finding> {
    let url = &config.public_url;
    let mut findings = vec![];
    if url.is_https() || url.is_loopback() {
        findings.push(Finding::fine("address", format!("users open {url}")));
    } else {
        let text = format!(
            "public_url is {url}, without TLS. Browsers then keep no sign-in and give no access to the camera, even behind a proxy with TLS. \
             Set public_url to an https address"
        );
        findings.push(Finding::warn("address", text));
    }
    if url.is_loopback() && !config.listen.ip().is_loopback() {
        let text = format!(
            "the server listens on {}, for other machines too, but public_url is an address of this machine only. Nobody can sign in from \
             another machine. Set public_url to the address that users open",
            config.listen
        );
        findings.push(Finding::warn("address", text));
    }
    if config.mode == Mode::Development {
        findings.push(Finding::warn(
            "mode",
            "mode is development. Everybody who reaches the server can read all its mail. Set mode to production for real users",
        ));
    }
    findings
}

pub(super) fn var_dir(config: &Config) -> Vec<Finding> {
    let dir = &config.var_dir;
    if !dir.exists() {
        return vec![Finding::fine("var_dir", format!("the first start creates {}", dir.display()))];
    }
    let probe = dir.join(format!(".check-{}", std::process::id()));
    let written = std::fs::File::create_new(&probe).and_then(|_| std::fs::remove_file(&probe));
    vec![match written {
        Ok(()) => Finding::fine("var_dir", format!("the server can write to {}", dir.display())),
        Err(error) => {
            let text = format!("cannot write to {}: {error}. Make the server's user the owner of this folder", dir.display());
            Finding::fail("var_dir", text)
        }
    }]
}

pub(super) async fn master_key(config: &Config) -> Vec<Finding> {
    if config.keys.kms.is_some() {
        return vec![match ask_kms(config).await {
            Ok(name) => Finding::fine("master key", format!("the KMS encrypts and decrypts with `{name}`")),
            Err(error) => Finding::fail("master key", with_sources(&*error)),
        }];
    }
    let path = config.master_key_file();
    let before_first_start = master_key::may_create(config) && (config.database.url.is_some() || !postgres::exists(config));
    vec![match master_key::configured(config) {
        Ok(_) if config.keys.master_key.is_some() => {
            Finding::fine("master key", "it is in keys.master_key. Keep a copy in another place")
        }
        Ok(_) => {
            let text = format!("{} exists, and no other user can read it. Keep a copy in another place", path.display());
            Finding::fine("master key", text)
        }
        Err(MasterKeyError::Missing(_)) if before_first_start && config.database.url.is_some() => {
            Finding::fine("master key", "`bedside migrate` creates it")
        }
        Err(MasterKeyError::Missing(_)) if before_first_start => Finding::fine("master key", "the first start creates it"),
        Err(error) => Finding::fail("master key", with_sources(&error)),
    }]
}

/// Compares the master key with the database, if that answers and has keys.
pub(super) async fn keys(config: &Config) -> Vec<Finding> {
    let subject = "keys";
    let (Ok(Some(urls)), Ok(master)) = (postgres::glance(config).await, master::of(config, State::Kept)) else {
        // The checks of the master key and of the database say why.
        return Vec::new();
    };
    vec![match keys::status(&urls.app, &*master).await {
        Ok(keys) => match keys.iter().find(|key| !key.opens) {
            None => Finding::fine(subject, format!("the master key opens the {} keys of the database", keys.len())),
            Some(key) => {
                let text = format!(
                    "the master key ({}) does not open the keys of the database, which belong to `{}`. Configure that one. `bedside keys \
                     status` lists the keys",
                    master.name(),
                    key.wrapped_by
                );
                Finding::fail(subject, text)
            }
        },
        Err(KeysError::NoKeys | KeysError::Database(_)) => return Vec::new(),
        Err(error) => Finding::fail(subject, with_sources(&error)),
    }]
}

/// Has the KMS encrypt and decrypt a random key; returns the name of the master key.
async fn ask_kms(config: &Config) -> Result<String, Box<dyn std::error::Error>> {
    let master = master::of(config, State::Kept)?;
    let (key, place) = (Key::random(&SystemRandomness), "bedside check");
    let wrapped = master.wrap(&SystemRandomness, place, &key).await?;
    let same = master.unwrap(place, &wrapped).await?.expose() == key.expose();
    if same { Ok(master.name().to_owned()) } else { Err("the KMS decrypts to something else than it encrypted".into()) }
}

pub(super) async fn database(config: &Config) -> Vec<Finding> {
    let subject = "database";
    match postgres::glance(config).await {
        Err(error) => vec![Finding::fail(subject, with_sources(&error))],
        Ok(Some(urls)) => {
            let remarks = postgres::examine::examine(&urls).await;
            remarks
                .into_iter()
                .map(|remark| match remark {
                    Remark::Fine(text) => Finding::fine(subject, text),
                    Remark::Doubtful(text) => Finding::warn(subject, text),
                    Remark::Broken(text) => Finding::fail(subject, text),
                })
                .chain(schema(config, &urls).await)
                .collect()
        }
        Ok(None) => vec![match postgres::can_embed().await {
            Ok(major) => Finding::fine(subject, format!("it is not running. The server starts it with Postgres {major}")),
            Err(error) => Finding::fail(subject, with_sources(&error)),
        }],
    }
}

/// Whether a server would accept the schema of an external database. The embedded one is migrated by its server.
async fn schema(config: &Config, urls: &postgres::Urls) -> Option<Finding> {
    config.database.url.as_ref()?;
    match domain::schema::check(&urls.app).await {
        Ok(()) => Some(Finding::fine("schema", format!("it has version {}", domain::schema::newest_version()))),
        Err(error) => {
            let cause = std::error::Error::source(&error)?.downcast_ref::<SchemaError>()?;
            Some(Finding::fail("schema", cause.to_string()))
        }
    }
}

pub(super) async fn redis(config: &Config) -> Vec<Finding> {
    let subject = "redis";
    let Some(url) = &config.redis.url else { return Vec::new() };
    let answer = async { InRedis::new(url, &config.redis.prefix, CopyId::random(&SystemRandomness))?.ping().await };
    let mut findings = vec![match answer.await {
        Ok(()) => Finding::fine(subject, "it answers"),
        Err(error) => {
            let text = format!(
                "{error}. Until it does, copies of the server hear nothing of each other. Check redis.url and the firewall"
            );
            Finding::fail(subject, text)
        }
    }];
    let host_is_here = Url::parse(url.expose()).is_ok_and(|url| {
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
        host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
    });
    if url.expose().starts_with("redis:") && !host_is_here {
        let text = "redis.url leads to another machine without TLS, and calls are set up through it. Use rediss://, or a network that nobody else reaches";
        findings.push(Finding::warn(subject, text));
    }
    findings
}

/// Asks the places outside of the database that get seals of the audit log.
pub(super) async fn audit(config: &Config) -> Vec<Finding> {
    let subject = "audit";
    let outside = match Outside::of(config) {
        Ok(outside) => outside,
        Err(error) => return vec![Finding::fail(subject, with_sources(&error))],
    };
    let mut findings = Vec::new();
    if let Some(bucket) = &outside.bucket {
        findings.push(match bucket.probe().await {
            Ok(()) => Finding::fine(subject, "the bucket for seals answers"),
            Err(error) => Finding::fail(subject, with_sources(&error)),
        });
    }
    if let Some(stamps) = &outside.time_stamps {
        findings.push(match stamps.stamp(&SystemRandomness, b"bedside check").await {
            Ok((_, at)) => Finding::fine(subject, format!("the authority gives time stamps; its time is {at}")),
            Err(error) => Finding::fail(subject, with_sources(&error)),
        });
    }
    findings
}

pub(super) fn tls(config: &Config, now: Timestamp) -> Vec<Finding> {
    let subject = "certificate";
    let Some(files) = tls::files(&config.tls) else { return Vec::new() };
    let validity = match tls::load(files).and_then(|_| tls::validity(files.certificate)) {
        Ok(validity) => validity,
        Err(error) => return vec![Finding::fail(subject, with_sources(&error))],
    };
    let mut findings = vec![if now < validity.not_before {
        Finding::fail(subject, format!("it is not valid before {}. Check the clock of this machine", validity.not_before))
    } else if now >= validity.not_after {
        Finding::fail(subject, format!("it expired on {}. Renew it", validity.not_after))
    } else if now + RENEW_BEFORE >= validity.not_after {
        Finding::warn(subject, format!("it expires on {}. Renew it", validity.not_after))
    } else {
        Finding::fine(subject, format!("it is valid until {}", validity.not_after))
    }];
    if !validity.covers(config.public_url.host()) {
        let (names, host) = (validity.names.join(", "), config.public_url.host());
        let text = format!("it is for {names}, not for {host}. Get a certificate for {host}, or correct public_url");
        findings.push(Finding::fail(subject, text));
    }
    findings
}

pub(super) async fn mail(config: &Config) -> Vec<Finding> {
    let subject = "mail";
    let Some(url) = &config.mail.smtp_url else {
        let text = format!(
            "mail.smtp_url is not set. Mail is written to {} and sent to nobody. Set mail.smtp_url to your mail server",
            config.outbox_dir().display()
        );
        return vec![Finding::warn(subject, text)];
    };
    // The library's error may contain the URL with its password.
    let Ok(transport) = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()) else {
        return vec![Finding::fail(
            subject,
            "mail.smtp_url is not the URL of a mail server. Write it as smtps://user:password@host",
        )];
    };
    let transport = transport.timeout(Some(ANSWER_WITHIN)).build::<Tokio1Executor>();
    let mut findings = vec![match tokio::time::timeout(ANSWER_WITHIN, transport.test_connection()).await {
        Ok(Ok(true)) => Finding::fine(subject, "the mail server answers and accepts the sign-in"),
        Ok(Ok(false)) => Finding::fail(subject, "the mail server answers, but takes no mail now. Look at its log"),
        Ok(Err(error)) if error.is_tls() => {
            Finding::fail(subject, "the TLS connection to the mail server fails. Check its certificate")
        }
        Ok(Err(error)) if error.is_permanent() => {
            Finding::fail(subject, "the mail server refuses the sign-in. Check the user and the password in mail.smtp_url")
        }
        Ok(Err(_)) => Finding::fail(subject, "the mail server cannot be reached. Check mail.smtp_url and the firewall"),
        Err(_) => {
            Finding::fail(subject, "the mail server did not answer within ten seconds. Check mail.smtp_url and the firewall")
        }
    }];
    if config.mail.from_address.ends_with("@localhost") {
        let text =
            "mail.from_address ends in @localhost, so other mail servers refuse the mail. Use an address of your own domain";
        findings.push(Finding::warn(subject, text));
    }
    findings
}

pub(super) fn relay(config: &Config) -> Vec<Finding> {
    let (subject, relay) = ("relay", &config.relay);
    if !relay.urls.is_empty() {
        return vec![Finding::fine(subject, format!("browsers use the relay at {}", relay.urls.join(", ")))];
    }
    if !relay.enabled {
        let text = "the relay is off. In networks that block direct connections, people cannot see or hear each other. Set relay.enabled \
                    to true, or relay.urls to another relay";
        return vec![Finding::warn(subject, text)];
    }
    let mut findings = vec![match UdpSocket::bind(relay.listen) {
        Ok(_) => Finding::fine(subject, format!("UDP {} is free", relay.listen)),
        Err(error) => bind_failure(subject, "UDP", relay.listen, &error),
    }];
    findings.extend(relay.listen_tcp.into_iter().chain(relay.listen_tls).map(|listen| free(subject, listen)));
    match config.relay_address() {
        Some(address) if address.is_loopback() && !config.public_url.is_loopback() => {
            let text = "relay.external_ip is an address of this machine only, so other machines cannot reach the relay. Set it to the \
                        machine's public address";
            findings.push(Finding::fail(subject, text));
        }
        Some(_) | None => {}
    }
    if !relay.allow_peers.is_empty() && !config.public_url.is_private() {
        let listed: Vec<String> = relay.allow_peers.iter().map(ToString::to_string).collect();
        let text = format!(
            "relay.allow_peers lets the users of the relay send data into {}. Remove each network that they need not reach",
            listed.join(", ")
        );
        findings.push(Finding::warn(subject, text));
    }
    findings
}

pub(super) fn listeners(config: &Config) -> Vec<Finding> {
    let mut findings = vec![free("listener", config.listen)];
    if let Some(listen) = config.metrics.listen {
        findings.push(free("metrics", listen));
        if !listen.ip().is_loopback() {
            let text = format!("{listen} answers without a password. Allow only your monitoring to reach it");
            findings.push(Finding::warn("metrics", text));
        }
    }
    findings
}

fn free(subject: &'static str, address: SocketAddr) -> Finding {
    match TcpListener::bind(address) {
        Ok(_) => Finding::fine(subject, format!("TCP {address} is free")),
        Err(error) => bind_failure(subject, "TCP", address, &error),
    }
}

fn bind_failure(subject: &'static str, protocol: &str, address: SocketAddr, error: &std::io::Error) -> Finding {
    match error.kind() {
        ErrorKind::AddrInUse => {
            let text = format!("{protocol} {address} is in use. If Bedside is not running now, stop the program that uses it");
            Finding::warn(subject, text)
        }
        ErrorKind::PermissionDenied => {
            let text =
                format!("no permission to open {protocol} {address}. Use a port above 1023, or grant CAP_NET_BIND_SERVICE");
            Finding::fail(subject, text)
        }
        ErrorKind::AddrNotAvailable => {
            let text = format!("{address} is not an address of this machine. Correct it in the configuration");
            Finding::fail(subject, text)
        }
        _ => Finding::fail(subject, format!("{protocol} {address} cannot be opened: {error}")),
    }
}

/// Our errors do not print their sources, but the operator needs them here.
fn with_sources(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = chain.map(ToString::to_string).collect();
    texts.join(": ")
}
