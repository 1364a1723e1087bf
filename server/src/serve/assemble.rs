//! Creates the parts of the server from a configuration.

use super::AppState;
use crate::{
    anchors,
    config::{Config, keys::UnscannedFiles, master_key::MasterKeyError},
    copies::{self, Shared},
    endpoint::EndpointError,
    health::{Figures, Watched},
    leaked::LeakedService,
    live::{self, Hub, IceDesk},
    mail::{self, Mailer},
    master,
    openid::{self, Providers},
    postgres,
    sms::{self, Texter},
    storage,
    telemetry::Metrics,
    tls,
};
use domain::{
    Domain,
    access::Access,
    clock::{Clock, SystemClock},
    db::{
        Ingredients,
        keys::{self, KeysError, Opening, State},
    },
    leaks::LeakedPasswords,
    randomness::SystemRandomness,
    settings::{Settings, Unscanned},
    vault::{Purpose, Vault},
};
use leptos::config::LeptosOptions;
use model::ids::RequestId;
use relay::{Bandwidth, Quota, Relay, RelayedAddress, credentials::Secret, peers::PeerPolicy};
use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::Duration,
};

/// Why the server does not start or did not stop cleanly. Each text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An error with the master key.
    #[error(transparent)]
    MasterKey(#[from] MasterKeyError),
    /// The master key does not fit the database.
    #[error(transparent)]
    Keys(#[from] KeysError),
    /// An error with opening or stopping the database.
    #[error(transparent)]
    Postgres(#[from] postgres::Error),
    /// An error with the schema or the first connection.
    #[error("the database cannot be used: {0}")]
    Database(String),
    /// An error with the relay.
    #[error("the relay cannot start")]
    Relay(#[from] relay::Error),
    /// An error with the certificate.
    #[error(transparent)]
    Tls(#[from] tls::Error),
    /// The seals outside of the database cannot be compared.
    #[error(transparent)]
    Anchors(#[from] anchors::Error),
    /// Redis cannot be used as it is configured.
    #[error(transparent)]
    Copies(#[from] copies::Error),
    /// The storage of the files cannot be used as it is configured.
    #[error(transparent)]
    Storage(#[from] storage::Error),
    /// An error with outgoing mail.
    #[error(transparent)]
    Mail(#[from] mail::Error),
    /// The service that knows passwords which became public cannot be used as it is configured.
    #[error("passwords.leaked_url or passwords.leaked_authority cannot be used: {0}")]
    Leaked(#[from] EndpointError),
    /// An error with outgoing text messages.
    #[error(transparent)]
    Sms(#[from] sms::Error),
    /// The providers at which people may sign in.
    #[error(transparent)]
    OpenId(#[from] openid::Error),
    /// A port cannot be bound.
    #[error("{0} cannot be listened on: {1}. Is another server running? `listen` names another port")]
    Listen(SocketAddr, std::io::Error),
}

impl From<domain::Error> for Error {
    fn from(error: domain::Error) -> Self {
        let cause = std::error::Error::source(&error).map_or_else(|| error.to_string(), ToString::to_string);
        Self::Database(cause)
    }
}

/// The parts of a server that is ready to run.
pub struct Assembled {
    /// The shared state of the handlers.
    pub state: AppState,
    /// The database, which must be stopped last.
    pub database: postgres::Database,
    /// The options of Leptos.
    pub options: LeptosOptions,
}

/// What a start does with the schema of the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// Brings it to the version of this binary, as the owner of the tables.
    Migrated,
    /// Leaves it as it is and refuses another version. The server then needs no more rights than those of its own role.
    Checked,
}

impl Schema {
    /// What `bedside serve` does. The embedded database belongs to one server, which migrates it; an external one may have several servers, and is migrated
    /// by `bedside migrate`.
    #[must_use]
    pub const fn of_server(config: &Config) -> Self {
        if config.database.url.is_some() { Self::Checked } else { Self::Migrated }
    }
}

/// Compares the master key with the database, migrates it, makes the keys that are missing, connects, loads the catalogue of diagnoses if it is missing,
/// and encrypts diagnoses of an earlier version. Several processes may do this at once: each waits for the one before it.
///
/// # Errors
/// When the master key is missing or does not fit the database, which is then left as it is; when the schema is newer than this binary; when the database
/// does not answer.
pub async fn connect(config: &Config, database: &postgres::Database) -> Result<Domain, Error> {
    let turn = domain::schema::Turn::take(&database.urls().owner).await?;
    let domain = prepare(config, database).await?;
    turn.end().await?;
    Ok(domain)
}

async fn prepare(config: &Config, database: &postgres::Database) -> Result<Domain, Error> {
    let urls = database.urls();
    let state = keys::state(&urls.owner).await?;
    if state != State::New {
        keys::compare(&urls.owner, state, &*master::of(config, state)?).await?;
    }
    let migrated = domain::schema::migrate(&urls.owner, &urls.app, SystemClock.now()).await?;
    if migrated.applied > 0 {
        tracing::info!(schema.version = migrated.version, migrations = migrated.applied, "the database was migrated");
    }
    let opening = Opening::begin(&urls.owner).await?;
    let state = opening.state();
    // Only under the lock of the opening is it certain that a new master key would leave nothing unreadable.
    let vault = opening.finish(master::of(config, state)?, &SystemRandomness, SystemClock.now()).await?;
    match state {
        State::New => tracing::info!(master_key = vault.master().name(), "made the keys of this installation"),
        State::Derived => tracing::info!(master_key = vault.master().name(), "took over the keys of the earlier version"),
        State::Kept => {}
    }
    let domain = over(config, vault, database).await?;
    domain::records::load_icd10cm(&domain).await?;
    let visits = domain::records::encrypt_clear_diagnoses(&domain, &Access::system(domain.new_id::<RequestId>())).await?;
    if visits > 0 {
        tracing::info!(visits, "encrypted the diagnoses of an earlier version");
    }
    Ok(domain)
}

/// Connects to the database without changing anything.
///
/// # Errors
/// When the master key does not fit the database, or the database does not answer.
pub async fn attach(config: &Config, database: &postgres::Database) -> Result<Domain, Error> {
    let vault = keys::load(&database.urls().app, master::of(config, State::Kept)?).await?;
    over(config, vault, database).await
}

async fn over(config: &Config, vault: Vault, database: &postgres::Database) -> Result<Domain, Error> {
    Ok(Domain::connect(Ingredients {
        database: database.urls().app.clone(),
        listening: database.urls().listen.clone(),
        max_connections: config.database.max_connections,
        acquire_timeout: Duration::from_secs(5),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        vault,
        settings: settings(config),
        leaked: LeakedService::of(&config.passwords)?.map(|service| Arc::new(service) as Arc<dyn LeakedPasswords>),
    })
    .await?)
}

/// Connects a server to a database that is migrated elsewhere.
async fn attach_checked(config: &Config, database: &postgres::Database) -> Result<Domain, Error> {
    domain::schema::check(&database.urls().app).await?;
    attach(config, database).await
}

/// Opens the database, migrates it or checks its schema, starts the relay.
///
/// # Errors
/// The error says what is missing or failed, and what to do.
pub async fn assemble(config: Config, leptos: LeptosOptions, metrics: Metrics, schema: Schema) -> Result<Assembled, Error> {
    let database = postgres::open(&config).await?;
    let domain = match schema {
        Schema::Migrated => connect(&config, &database).await?,
        Schema::Checked => attach_checked(&config, &database).await?,
    };
    let relay = start_relay(&config, &domain).await?.map(Arc::new);
    let mailer = Mailer::new(&config)?;
    let texter = Texter::new(&config)?;
    let providers = Providers::load(&config)?;
    let public_origin: Arc<str> = config.public_url.origin().into();
    let ice = IceDesk::new(&config, &domain, relay_secret(&config, &domain), relay.as_deref());
    let sockets_per_user = usize::try_from(config.limits.max_sockets_per_user).unwrap_or(usize::MAX);
    let Shared { copies, limits } = Shared::open(&config, &domain)?;
    let options = live::Options {
        public_origin: public_origin.clone(),
        sockets_per_user,
        relay: relay.clone(),
        copies,
        absence: live::ABSENCE,
    };
    let live = Hub::new(domain.clone(), options);
    let files = storage::of(&config)?;
    let figures = Figures::new(metrics, relay.clone());
    let state = AppState {
        figures,
        watched: Watched::default(),
        limits,
        domain,
        files,
        config: Arc::new(config),
        public_origin,
        relay,
        live,
        ice,
        mailer,
        texter,
        providers,
        leptos: leptos.clone(),
    };
    Ok(Assembled { state, database, options: leptos })
}

/// A part of a file is the body of one request.
const MOST_PART_BYTES: u64 = 1024 * 1024;

fn settings(config: &Config) -> Settings {
    Settings {
        file_part_bytes: u32::try_from(config.limits.max_body_bytes.min(MOST_PART_BYTES)).unwrap_or(u32::MAX),
        patient_files_bytes: u64::from(config.files.mb_per_patient) * 1024 * 1024,
        clinic_files_bytes: u64::from(config.files.mb_per_clinic) * 1024 * 1024,
        unscanned_files: match config.files.unscanned {
            UnscannedFiles::Shown => Unscanned::Shown,
            UnscannedFiles::Hidden => Unscanned::Hidden,
        },
        hold_minutes: config.scheduling.hold_minutes.into(),
        approval_hours: config.scheduling.approval_hours.into(),
        offer_minutes: config.scheduling.offer_minutes.into(),
        live_appointments_per_patient: config.scheduling.max_appointments_per_patient,
        live_appointments_with_one_doctor: config.scheduling.max_appointments_with_one_doctor,
        holds_of_one_time_per_day: config.scheduling.max_holds_of_one_time,
        times_taken_per_hour: config.scheduling.max_times_taken_per_hour,
        cancel_notice_hours: config.scheduling.cancel_notice_hours.into(),
        licence_where_patient_lives: config.scheduling.licence_where_patient_lives,
        waiting_room_opens_minutes: config.scheduling.waiting_room_opens_minutes.into(),
        abandoned_visit_hours: config.scheduling.abandoned_visit_hours.into(),
        treatment_prepared_days: config.treatment.prepared_days.into(),
        treatment_kept_days: config.treatment.kept_days.into(),
        of_age_years: i16::try_from(config.family.of_age_years).unwrap_or(i16::MAX),
        teen_years: i16::try_from(config.family.teen_years).unwrap_or(i16::MAX),
        session_idle_minutes: config.session.idle_minutes.into(),
        invitation_days: config.invitations.days.into(),
        session_absolute_hours: config.session.absolute_hours.into(),
        staff_session_idle_minutes: config.session.staff_idle_minutes.into(),
        staff_session_absolute_hours: config.session.staff_absolute_hours.into(),
        second_factor_roles: config.sign_in.second_factor_roles.iter().map(|role| role.role()).collect(),
        second_factor_reset_hours: config.sign_in.reset_hours.into(),
        refresh_grace_secs: config.session.refresh_grace_secs.into(),
        public_url: config.public_url.origin(),
        failed_sign_ins_per_account: config.limits.sign_in_per_account,
        failed_sign_ins_per_account_in_all: config.limits.sign_in_per_account_in_all,
        failed_sign_ins_per_address: config.limits.sign_in_per_address,
        failed_sign_ins_window_secs: config.limits.window_secs.into(),
        mails_per_account_per_hour: config.limits.mails_per_account_per_hour,
        mails_per_address_per_hour: config.limits.mails_per_address_per_hour,
        texts_per_number_per_day: config.sms.per_number_per_day.into(),
        texts_per_day: config.sms.per_day.into(),
        text_countries: config.sms.countries.clone(),
        push_services: config.push.services.clone(),
        passwords_waiting: usize::try_from(config.limits.passwords_waiting).unwrap_or(usize::MAX),
        ..Settings::default()
    }
}

/// The secret from which relay credentials are made.
fn relay_secret(config: &Config, domain: &Domain) -> Secret {
    match &config.relay.secret {
        Some(secret) => Secret::new(secret.expose().as_bytes()),
        None => Secret::new(&domain.vault().key(Purpose::Relay).expose()[..]),
    }
}

/// Starts the relay as configured; none if it is switched off.
///
/// # Errors
/// When an address is in use, or the relay cannot be started with the configuration.
pub async fn start_relay(config: &Config, domain: &Domain) -> Result<Option<Relay>, Error> {
    if !config.relay.enabled {
        return Ok(None);
    }
    let clock = {
        let domain = domain.clone();
        Arc::new(move || u64::try_from(domain.now().as_second()).unwrap_or(0))
    };
    Ok(Some(Relay::start(relay_config(config, relay_secret(config, domain), clock)?).await?))
}

/// The relay's configuration, for a relay in the server or a separate one.
///
/// # Errors
/// When TLS is configured and the certificate cannot be used.
pub(crate) fn relay_config(config: &Config, secret: Secret, clock: relay::Clock) -> Result<relay::Config, tls::Error> {
    let keys = &config.relay;
    let external = config.relay_address().unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
    let mut relay = relay::Config::new(keys.realm.clone(), secret, external, clock);
    relay.listen = vec![keys.listen];
    relay.listen_tcp = keys.listen_tcp.into_iter().collect();
    if let (Some(address), Some(files)) = (keys.listen_tls, tls::files(&config.tls)) {
        relay.listen_tls = vec![address];
        relay.tls = Some(tls::for_relay(&*tls::load(files)?));
    }
    relay.credential_lifetime = Duration::from_secs(keys.credential_ttl_secs.into());
    relay.relayed = vec![RelayedAddress { public: external, bind: bind_for(external, keys.listen.ip()) }];
    if let Some(public) = keys.external_ip6 {
        let bind = IpAddr::V6(if public.is_loopback() { Ipv6Addr::LOCALHOST } else { Ipv6Addr::UNSPECIFIED });
        for listen in [&mut relay.listen, &mut relay.listen_tcp, &mut relay.listen_tls] {
            let beside: Vec<_> =
                listen.iter().filter(|address| address.is_ipv4()).map(|four| SocketAddr::new(bind, four.port())).collect();
            listen.extend(beside);
        }
        relay.relayed.push(RelayedAddress { public, bind });
    }
    relay.ports = keys.port_min..=keys.port_max;
    relay.peers = PeerPolicy::allowing(keys.allow_peers.iter().copied());
    let usize = |key: u32| usize::try_from(key).unwrap_or(usize::MAX);
    relay.quota = Quota {
        per_participant: usize(keys.max_allocations_per_participant),
        per_source: usize(keys.max_allocations_per_address),
        ..Quota::default()
    };
    relay.bandwidth = Bandwidth { bytes_per_second: NonZeroU32::new(keys.max_bytes_per_second) };
    Ok(relay)
}

/// The address to which relayed sockets bind: the loopback address if browsers use that, else the address on which the relay listens.
fn bind_for(external: IpAddr, listen: IpAddr) -> IpAddr {
    if external.is_loopback() { external } else { listen }
}
