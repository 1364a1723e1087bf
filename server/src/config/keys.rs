//! All configuration keys, in the order of the reference. The doc comment of a key is its documentation for operators.

use super::{
    address::PublicUrl,
    secret::Secret,
    section::section,
    value::{KeyValue, text_of, text_values},
};
use figment::value::Value;
use ipnet::IpNet;
use serde::Serialize;
use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    str::FromStr,
};

section! {
    /// The keys that stand at the top of the file, before any section.
    Config at "" {
        /// Where the server accepts HTTP, or HTTPS when `tls.certificate` is set.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000));
        /// The address that people type. Origin checks, cookies and the links in mail follow from it.
        /// Plain http is taken for this machine only: browsers keep no sign-in and open no camera without TLS.
        public_url: PublicUrl = default_public_url();
        /// The proxies whose `X-Forwarded-For` header is believed. From anybody else it is ignored.
        trusted_proxies: Vec<IpNet> = Vec::new();
        /// The folder for what the server keeps: the embedded database, keys, mail that is not sent, files.
        var_dir: PathBuf = default_var_dir(), shown "/var/lib/bedside as root, otherwise var";
        /// `development` shows the page with all mail that was written, to anybody who can reach the server.
        mode: Mode = Mode::Production;
    } with {
        /// Certificate files for HTTPS.
        tls: Tls;
        /// The database.
        database: Database;
        /// The key that encrypts what is sensitive.
        keys: Keys;
        /// Outgoing mail.
        mail: Mail;
        /// The relay for audio and video.
        relay: Relay;
        /// Figures for monitoring.
        metrics: Metrics;
        /// How much one person or address may ask for.
        limits: Limits;
        /// How long a person stays signed in.
        session: Session;
        /// What the server writes about itself.
        log: Log;
        /// Rules of booking.
        scheduling: Scheduling;
    }
}

section! {
    /// Certificate files for HTTPS. They are read again when they change; a broken new pair leaves the old one in use.
    Tls at "tls" {
        /// The certificate and its chain, PEM.
        certificate: Option<PathBuf> = None;
        /// The private key of the certificate, PEM.
        key: Option<PathBuf> = None;
    }
}

section! {
    /// The database. Without `database.url` the server starts its own Postgres below `var_dir` and needs nothing else.
    Database at "database" {
        /// A Postgres of version 15 or newer, as the role that the server works with. `DATABASE_URL` sets it as well.
        url: Option<Secret<String>> = None;
        /// The same database as the role that owns its tables and may change them; used for migrations only.
        migrate_url: Option<Secret<String>> = None, shown "the same as database.url";
        /// A direct address of the same database, where `database.url` leads to a transaction pooler: LISTEN needs it.
        listen_url: Option<Secret<String>> = None, shown "the same as database.url";
        /// How many connections one copy of the server opens at most.
        max_connections: u32 = 20, in 4..=1000;
        /// Lets the embedded database listen on this port of 127.0.0.1 as well. Its passwords are in `keys/postgres.json`.
        embedded_port: Option<u16> = None;
    }
}

section! {
    /// The key that encrypts what is sensitive. Whoever loses it loses the records: it belongs into a backup of its own.
    Keys at "keys" {
        /// The file with the master key: 64 hexadecimal digits, readable by the server's user only.
        master_key_file: Option<PathBuf> = None, shown "keys/master.key below var_dir";
        /// Makes the file when it is missing. With the embedded database this happens by itself at the first start.
        create: bool = false;
    }
}

section! {
    /// Outgoing mail. Without `mail.smtp_url` every mail is a file in `outbox/` below `var_dir`, and nothing is sent.
    Mail at "mail" {
        /// The mail server: `smtps://user:password@host`, or `smtp://user:password@host:587?tls=required`.
        smtp_url: Option<Secret<String>> = None;
        /// The name that mail comes from.
        from_name: String = "Bedside".to_owned();
        /// The address that mail comes from.
        from_address: String = "bedside@localhost".to_owned();
    }
}

section! {
    /// The relay (TURN) that carries audio and video where two browsers cannot reach each other.
    Relay at "relay" {
        /// Runs the relay inside this server.
        enabled: bool = true;
        /// Where the relay accepts UDP.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::UNSPECIFIED, 3478));
        /// Where the relay accepts TCP, for networks that let no UDP out. Empty for nowhere.
        listen_tcp: Option<SocketAddr> = None;
        /// Where the relay accepts TLS, with the certificate of `[tls]` and under the host of `public_url`, for networks that let nothing
        /// out but HTTPS. Empty for nowhere.
        listen_tls: Option<SocketAddr> = None;
        /// The address at which browsers reach the relay.
        external_ip: Option<IpAddr> = None, shown "127.0.0.1 when public_url is this machine";
        /// Its IPv6 address beside an IPv4 one: then it listens and relays on both.
        external_ip6: Option<IpAddr> = None;
        /// The name that the relay gives for itself when it asks for credentials.
        realm: String = "bedside".to_owned();
        /// What the credentials are made with. A separate relay, such as coturn, gets the same one.
        secret: Option<Secret<String>> = None, shown "derived from the master key";
        /// Private networks that the relay may send to. Without an entry it sends to public addresses only.
        allow_peers: Vec<IpNet> = Vec::new();
        /// The first UDP port that the relay uses towards the other side.
        port_min: u16 = 49_152, in 1024..=65_535;
        /// The last one.
        port_max: u16 = 65_535, in 1024..=65_535;
        /// How long a credential is good for; the browser fetches a new one in time.
        credential_ttl_secs: u32 = 600, in 60..=600;
        /// How many relayed addresses one participant of a visit may hold at once. A browser asks for one by each way and network interface, and
        /// again when it changes networks.
        max_allocations_per_participant: u32 = 16, in 1..=64;
        /// How many all together may hold who come from one address; a clinic shares one.
        max_allocations_per_address: u32 = 512, in 1..=65_535;
        /// How many bytes a second a relayed address carries in each direction; what comes faster is dropped. 2000000 is several times a call
        /// with a shared screen. 0 sets no limit.
        max_bytes_per_second: u32 = 2_000_000, in 0..=1_000_000_000;
        /// The relay's addresses as browsers get them, where it is not this server: `turn:turn.example:3478?transport=udp`.
        urls: Vec<String> = Vec::new();
    }
}

section! {
    /// Figures for monitoring, in the format of Prometheus, at `/metrics`.
    Metrics at "metrics" {
        /// A listener of their own. Empty switches it off.
        listen: Option<SocketAddr> = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9464)));
        /// Serves them on the main listener too, to whoever sends this as a bearer token.
        token: Option<Secret<String>> = None;
    }
}

section! {
    /// How much one person or address may ask for. Who asks for more is told when to come back.
    Limits at "limits" {
        /// Failed sign-ins of one account from one address within the window.
        sign_in_per_account: u32 = 10, in 1..=1000;
        /// Failed sign-ins of one account from all addresses together within the window.
        sign_in_per_account_in_all: u32 = 50, in 1..=10_000;
        /// Failed sign-ins from one address within the window; a clinic shares one.
        sign_in_per_address: u32 = 50, in 1..=100_000;
        /// The window for failed sign-ins.
        window_secs: u32 = 900, in 1..=86_400;
        /// Mails that people who are not signed in may ask for to one e-mail address in an hour: confirmations, new passwords.
        mails_per_account_per_hour: u32 = 10, in 1..=1000;
        /// The same from one address; a clinic shares one.
        mails_per_address_per_hour: u32 = 200, in 1..=100_000;
        /// What people who are not signed in may post to the pages from one address in a minute; a clinic shares one.
        posts_per_address_per_minute: u32 = 600, in 1..=1_000_000;
        /// Requests to the programming interface from one address in a minute.
        api_per_address_per_minute: u32 = 600, in 1..=1_000_000;
        /// Requests to the programming interface with the tokens of one account in a minute.
        api_per_account_per_minute: u32 = 300, in 1..=1_000_000;
        /// The largest body of a request, in bytes.
        max_body_bytes: u64 = 1_048_576, in 1024..=1_073_741_824;
        /// How many pages one person may have open with live news.
        max_sockets_per_user: u32 = 10, in 1..=1000;
    }
}

section! {
    /// How long a person stays signed in.
    Session at "session" {
        /// Signs a person out after so many minutes without a request.
        idle_minutes: u32 = 60, in 1..=10_080;
        /// Signs a person out after so many hours in any case.
        absolute_hours: u32 = 12, in 1..=720;
        /// A program that sends the same refresh token again within so many seconds gets the same answer; later its session ends.
        refresh_grace_secs: u32 = 20, in 10..=30;
    }
}

section! {
    /// What the server writes about itself, to its standard error.
    Log at "log" {
        /// `text` for people, `json` for machines.
        format: LogFormat = LogFormat::Text;
        /// What is written: a level (`error`, `warn`, `info`, `debug`), or levels by module, such as `info,sqlx=warn`.
        filter: String = "info".to_owned();
    }
}

section! {
    /// Rules of booking.
    Scheduling at "scheduling" {
        /// How long a chosen time is kept while the patient types.
        hold_minutes: u32 = 10, in 1..=120;
        /// Until how long before the visit a patient may cancel it.
        cancel_notice_hours: u32 = 24, in 0..=720;
        /// How long before the visit its waiting room opens.
        waiting_room_opens_minutes: u32 = 15, in 1..=240;
    }
}

/// The mode of operation: whether aids for development are enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// For real users: nothing is shown that strangers should not see.
    Production,
    /// For developers of Bedside: the mailbox page is available.
    Development,
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines of text for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The text is not one of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the choices")]
pub struct NotAChoice;

impl FromStr for Mode {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Production => "production",
            Self::Development => "development",
        })
    }
}

impl FromStr for LogFormat {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

text_values! {
    Mode: "`production` or `development`";
    LogFormat: "`text` or `json`";
}

fn default_public_url() -> PublicUrl {
    "http://localhost:3000".parse().expect("the default is an origin")
}

fn default_var_dir() -> PathBuf {
    PathBuf::from(if nix::unistd::geteuid().is_root() { "/var/lib/bedside" } else { "var" })
}
