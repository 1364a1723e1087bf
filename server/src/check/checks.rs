//! One check for each thing that the server depends on.

use super::report::Finding;
use crate::{
    config::{
        Config,
        keys::Mode,
        master_key::{self, MasterKeyError},
    },
    postgres::{self, examine::Remark},
    tls,
};
use jiff::{SignedDuration, Timestamp};
use lettre::{AsyncSmtpTransport, Tokio1Executor};
use std::{
    io::ErrorKind,
    net::{SocketAddr, TcpListener, UdpSocket},
    time::Duration,
};

const ANSWER_WITHIN: Duration = Duration::from_secs(10);
const RENEW_BEFORE: SignedDuration = SignedDuration::from_hours(14 * 24);

pub(super) fn addresses(config: &Config) -> Vec<Finding> {
    let url = &config.public_url;
    let mut findings = vec![];
    if url.is_https() || url.is_loopback() {
        findings.push(Finding::fine("address", format!("people reach it at {url}")));
    } else {
        let text = format!("{url} has no TLS: browsers keep no sign-in and open no camera there, whatever the proxy does");
        findings.push(Finding::warn("address", text));
    }
    if url.is_loopback() && !config.listen.ip().is_loopback() {
        let text =
            format!("listen is {}, for all, but public_url is this machine's: sign-in from elsewhere fails", config.listen);
        findings.push(Finding::warn("address", text));
    }
    if config.mode == Mode::Development {
        findings.push(Finding::warn("mode", "development: whoever reaches the server can read all its mail"));
    }
    findings
}

pub(super) fn var_dir(config: &Config) -> Vec<Finding> {
    let dir = &config.var_dir;
    if !dir.exists() {
        return vec![Finding::fine("var_dir", format!("{} is made at the first start", dir.display()))];
    }
    let probe = dir.join(format!(".doctor-{}", std::process::id()));
    let written = std::fs::File::create_new(&probe).and_then(|_| std::fs::remove_file(&probe));
    vec![match written {
        Ok(()) => Finding::fine("var_dir", format!("{} can be written", dir.display())),
        Err(error) => {
            Finding::fail("var_dir", format!("{} cannot be written ({error}); give it to the server's user", dir.display()))
        }
    }]
}

pub(super) fn master_key(config: &Config) -> Vec<Finding> {
    let path = config.master_key_file();
    let before_first_start = config.keys.create || (config.database.url.is_none() && !postgres::exists(config));
    vec![match master_key::load(&path) {
        Ok(_) => {
            Finding::fine("master key", format!("{} is there, and only ours to read; keep a copy elsewhere", path.display()))
        }
        Err(MasterKeyError::Missing(_)) if before_first_start => Finding::fine("master key", "is made at the first start"),
        Err(error) => Finding::fail("master key", with_sources(&error)),
    }]
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
                .collect()
        }
        Ok(None) => vec![match postgres::can_embed().await {
            Ok(major) => Finding::fine(subject, format!("not running; the server starts its own with Postgres {major}")),
            Err(error) => Finding::fail(subject, with_sources(&error)),
        }],
    }
}

pub(super) fn tls(config: &Config, now: Timestamp) -> Vec<Finding> {
    let subject = "certificate";
    let Some(files) = tls::files(&config.tls) else { return Vec::new() };
    let validity = match tls::load(files).and_then(|_| tls::validity(files.certificate)) {
        Ok(validity) => validity,
        Err(error) => return vec![Finding::fail(subject, with_sources(&error))],
    };
    let mut findings = vec![if now < validity.not_before {
        Finding::fail(subject, format!("is good only from {}; check the clock", validity.not_before))
    } else if now >= validity.not_after {
        Finding::fail(subject, format!("ended on {}; renew it", validity.not_after))
    } else if now + RENEW_BEFORE >= validity.not_after {
        Finding::warn(subject, format!("ends on {}; renew it", validity.not_after))
    } else {
        Finding::fine(subject, format!("is good until {}", validity.not_after))
    }];
    if !validity.covers(config.public_url.host()) {
        let text = format!("is for {}, not for {}", validity.names.join(", "), config.public_url.host());
        findings.push(Finding::fail(subject, text));
    }
    findings
}

pub(super) async fn mail(config: &Config) -> Vec<Finding> {
    let subject = "mail";
    let Some(url) = &config.mail.smtp_url else {
        let text = format!("mail.smtp_url is not set: mail is written to {} and nobody gets it", config.outbox_dir().display());
        return vec![Finding::warn(subject, text)];
    };
    // The library's error may contain the URL with its password.
    let Ok(transport) = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose()) else {
        return vec![Finding::fail(subject, "mail.smtp_url is not an address that mail can be sent by")];
    };
    let transport = transport.timeout(Some(ANSWER_WITHIN)).build::<Tokio1Executor>();
    let mut findings = vec![match tokio::time::timeout(ANSWER_WITHIN, transport.test_connection()).await {
        Ok(Ok(true)) => Finding::fine(subject, "the mail server answers and takes the sign-in"),
        Ok(Ok(false)) => Finding::fail(subject, "the mail server answers, but does not want to work"),
        Ok(Err(error)) if error.is_tls() => Finding::fail(subject, "TLS with the mail server fails; check its certificate"),
        Ok(Err(error)) if error.is_permanent() => Finding::fail(subject, "the mail server refuses the sign-in"),
        Ok(Err(_)) => Finding::fail(subject, "the mail server cannot be reached; check mail.smtp_url and the firewall"),
        Err(_) => Finding::fail(subject, "the mail server does not answer within ten seconds"),
    }];
    if config.mail.from_address.ends_with("@localhost") {
        findings.push(Finding::warn(subject, "mail.from_address ends in @localhost: other servers refuse such mail"));
    }
    findings
}

pub(super) fn relay(config: &Config) -> Vec<Finding> {
    let (subject, relay) = ("relay", &config.relay);
    if !relay.urls.is_empty() {
        return vec![Finding::fine(subject, format!("browsers use {}", relay.urls.join(", ")))];
    }
    if !relay.enabled {
        return vec![Finding::warn(subject, "is off: people behind strict networks will neither see nor hear each other")];
    }
    let mut findings = vec![match UdpSocket::bind(relay.listen) {
        Ok(_) => Finding::fine(subject, format!("UDP {} is free", relay.listen)),
        Err(error) => bind_failure(subject, "UDP", relay.listen, &error),
    }];
    findings.extend(relay.listen_tcp.into_iter().chain(relay.listen_tls).map(|listen| free(subject, listen)));
    match config.relay_address() {
        Some(address) if address.is_loopback() && !config.public_url.is_loopback() => {
            findings.push(Finding::fail(subject, "relay.external_ip is this machine's own; browsers elsewhere cannot reach it"));
        }
        Some(_) | None => {}
    }
    if !relay.allow_peers.is_empty() && !config.public_url.is_private() {
        let listed: Vec<String> = relay.allow_peers.iter().map(ToString::to_string).collect();
        findings.push(Finding::warn(subject, format!("lets strangers' media into {}; is that meant?", listed.join(", "))));
    }
    findings
}

pub(super) fn listeners(config: &Config) -> Vec<Finding> {
    let mut findings = vec![free("listener", config.listen)];
    if let Some(listen) = config.metrics.listen {
        findings.push(free("metrics", listen));
        if !listen.ip().is_loopback() {
            findings
                .push(Finding::warn("metrics", format!("{listen} answers without a password; let only the monitoring reach it")));
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
            Finding::warn(subject, format!("{protocol} {address} is in use: by the running server, or something is in its way"))
        }
        ErrorKind::PermissionDenied => {
            Finding::fail(subject, format!("{protocol} {address} needs root or CAP_NET_BIND_SERVICE; use a port above 1023"))
        }
        ErrorKind::AddrNotAvailable => Finding::fail(subject, format!("{address} is no address of this machine")),
        _ => Finding::fail(subject, format!("{protocol} {address} cannot be opened: {error}")),
    }
}

/// Our errors do not print their sources, but the operator needs them here.
fn with_sources(error: &dyn std::error::Error) -> String {
    let chain = std::iter::successors(Some(error), |error| error.source());
    let texts: Vec<String> = chain.map(ToString::to_string).collect();
    texts.join(": ")
}
