//! All configuration keys, in the order of the reference. The doc comment of a key is its documentation for operators.

mod limits;
mod relay;

pub use self::limits::Limits;
pub use self::relay::Relay;

pub use super::choices::{ForwardedHeader, Kms, LogFormat, Mode, NotAChoice, RetentionMode, StaffRole, UnscannedFiles};

use super::{
    address::{PublicUrl, ServiceUrl},
    secret::Secret,
    section::section,
};
use ipnet::IpNet;
use std::{
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
};

section! {
    /// The keys at the top of the file, before any section.
    Config at "" {
        /// The address and port on which the server accepts HTTP, or HTTPS when `tls.certificate` is set.
        listen: SocketAddr = SocketAddr::from((Ipv4Addr::LOCALHOST, 3000));
        /// The address of the site as users see it in the browser. Origin checks, cookies and the links in mail are derived from it.
        /// Plain http is allowed for this machine only: without TLS, browsers neither keep a sign-in nor give access to the camera.
        public_url: PublicUrl = default_public_url();
        /// The proxies whose forwarded header is trusted. From any other address the header is ignored.
        trusted_proxies: Vec<IpNet> = Vec::new();
        /// The header in which the trusted proxies write the address of their client: `x-forwarded-for`, or `forwarded` (RFC 7239). The other header is
        /// ignored.
        forwarded_header: ForwardedHeader = ForwardedHeader::XForwardedFor;
        /// The folder for the data of the server: the embedded database, keys, files, and mail that is written to files instead of being sent.
        var_dir: PathBuf = default_var_dir(), shown "/var/lib/bedside as root, otherwise var";
        /// The mode of operation. `development` adds a page that shows all mail to anybody who can reach the server.
        mode: Mode = Mode::Production;
    } with {
        /// Certificate files for HTTPS.
        tls: Tls;
        /// Scripts, styles and fonts.
        assets: Assets;
        /// The database.
        database: Database;
        /// Redis, for several copies of the server.
        redis: Redis;
        /// The master key, which encrypts the keys of all data.
        keys: Keys;
        /// Copies of the audit log's seals outside of the database.
        audit: Audit;
        /// Files that people upload.
        files: Files;
        /// Outgoing mail.
        mail: Mail;
        /// Text messages (SMS).
        sms: Sms;
        /// Push messages to browsers.
        push: Push;
        /// The relay for audio and video.
        relay: Relay;
        /// Metrics for monitoring.
        metrics: Metrics;
        /// Limits per person and per address.
        limits: Limits;
        /// How long a person stays signed in.
        session: Session;
        /// How people sign in.
        sign_in: SignIn;
        /// New passwords.
        passwords: Passwords;
        /// The log.
        log: Log;
        /// Rules of booking.
        scheduling: Scheduling;
        /// How long doctors may read the records of their patients.
        treatment: Treatment;
        /// Families: who acts for whom.
        family: Family;
        /// Invitations of staff.
        invitations: Invitations;
    }
}

section! {
    /// Certificate files for HTTPS. The server reads them again when they change. If the new pair is not valid, the old one stays in use.
    Tls at "tls" {
        /// The file with the certificate and its chain, in PEM format.
        certificate: Option<PathBuf> = None;
        /// The file with the private key of the certificate, in PEM format.
        key: Option<PathBuf> = None;
    }
}

section! {
    /// Scripts, styles and fonts.
    Assets at "assets" {
        /// The address of a content delivery network from which browsers load them. It must fetch what it lacks from this server, with the same
        /// path. They have their version in the path, so it may keep them for ever.
        base_url: Option<PublicUrl> = None, shown "this server";
    }
}

section! {
    /// The database. Without `database.url` the server runs its own Postgres in `var_dir`, and no other key is needed.
    Database at "database" {
        /// The URL of the database, with the role that the server uses. Postgres 15 or newer is required. `DATABASE_URL` sets this key too.
        url: Option<Secret<String>> = None;
        /// The URL of the same database, with the role that owns the tables, for `bedside migrate` and the other commands that change the schema or the
        /// keys. `bedside serve` does not use it. It must lead to the database directly, not through a pooler.
        migrate_url: Option<Secret<String>> = None, shown "the same as database.url";
        /// A direct URL of the same database. It is needed when `database.url` leads to a transaction pooler, because LISTEN does not work
        /// through one.
        listen_url: Option<Secret<String>> = None, shown "the same as database.url";
        /// The maximum number of connections that one instance of the server opens.
        max_connections: u32 = 20, in 4..=1000;
        /// Makes the embedded database listen on this port of 127.0.0.1 too. Its passwords are in `keys/postgres.json` in `var_dir`.
        embedded_port: Option<u16> = None;
    }
}

section! {
    /// Redis, which several copies of the server use to tell each other what passes (who is in a call, who types, what was revoked) and to count their limits
    /// together. Without it they use the database, which is enough for a small number of copies. Nothing that must last is in Redis.
    Redis at "redis" {
        /// The URL of Redis: `rediss://user:password@host:6380`, or `redis://` without TLS. `REDIS_URL` sets this key too.
        url: Option<Secret<String>> = None;
        /// The beginning of all names in Redis, so that several installations can use the same one.
        prefix: String = "bedside".to_owned();
    }
}

section! {
    /// The master key, which encrypts the keys of all sensitive data. It is in a file, in `keys.master_key`, or in a KMS. Without it the records cannot be
    /// read, so keep a separate backup of it. A server does not start with a master key that does not fit its database. `bedside keys rotate --master`
    /// changes it (docs/backup.md).
    Keys at "keys" {
        /// The file with the master key: 64 hexadecimal digits. Only the server's user may be able to read it.
        master_key_file: Option<PathBuf> = None, shown "keys/master.key below var_dir";
        /// The master key itself, in place of a file: 64 hexadecimal digits. Set it by its variable, if secrets reach the server as variables.
        master_key: Option<Secret<String>> = None;
        /// Creates the file if it is missing and the database is empty. With the embedded database the first start creates it in any case. A missing file
        /// is never created for a database that has data.
        create: bool = false;
        /// The KMS that has the master key: `aws` for AWS KMS or a service with its protocol, `vault` for the transit engine of HashiCorp Vault or OpenBao.
        /// Empty uses a file or `keys.master_key`.
        kms: Option<Kms> = None;
        /// The address of the KMS.
        kms_url: Option<PublicUrl> = None, shown "https://kms.REGION.amazonaws.com for aws";
        /// The key in the KMS: for `aws` its id, ARN or alias, for `vault` its name.
        kms_key: Option<String> = None;
        /// A file with the certificates of the authority that has signed the certificate of the KMS, in PEM format.
        kms_authority: Option<PathBuf> = None, shown "public authorities";
        /// For `aws`: the region.
        kms_region: Option<String> = None;
        /// For `aws`: the id of the access key.
        kms_access_key_id: Option<String> = None;
        /// For `aws`: the secret access key. It needs the permissions `kms:Encrypt` and `kms:Decrypt` for `keys.kms_key`.
        kms_secret_access_key: Option<Secret<String>> = None;
        /// For `aws`: the session token, if the credentials are temporary.
        kms_session_token: Option<Secret<String>> = None;
        /// For `vault`: the token. It needs the capability `update` for the paths `encrypt` and `decrypt` of the key.
        kms_token: Option<Secret<String>> = None;
        /// For `vault`: the path at which the transit engine is mounted.
        kms_mount: String = "transit".to_owned();
    }
}

section! {
    /// Where the seals of the audit log are deposited outside of the database, in addition to the file `audit/seals.jsonl` in `var_dir`: in a bucket of S3 that
    /// keeps them until a date, with a time stamp of an authority (RFC 3161), or both. `bedside audit verify` compares them (docs/operations.md).
    Audit at "audit" {
        /// How many minutes pass between two deposits. What is sealed is protected by the deposit that follows.
        deposit_minutes: u32 = 60, in 1..=1440;
        /// The bucket. It needs Object Lock.
        s3_bucket: Option<String> = None;
        /// The address of a service with the protocol of S3.
        s3_url: Option<PublicUrl> = None, shown "https://s3.REGION.amazonaws.com";
        /// A file with the certificates of the authority that has signed the certificate of the service, in PEM format.
        s3_authority: Option<PathBuf> = None, shown "public authorities";
        /// The region.
        s3_region: Option<String> = None;
        /// The id of the access key.
        s3_access_key_id: Option<String> = None;
        /// The secret access key. It needs the permissions `s3:PutObject`, `s3:PutObjectRetention` and `s3:GetObject`, and to tell a missing object from a
        /// forbidden one `s3:ListBucket`.
        s3_secret_access_key: Option<Secret<String>> = None;
        /// The beginning of the names of the objects. After a restore the seals go on with other rows, so choose another one then.
        s3_prefix: String = "bedside-audit".to_owned();
        /// For how many days nobody can change or delete a deposit.
        s3_retention_days: u32 = 3650, in 1..=36_500;
        /// Who may shorten that: with `compliance` nobody, with `governance` who has a special permission.
        s3_retention_mode: RetentionMode = RetentionMode::Compliance;
        /// The address of a time stamping authority.
        tsa_url: Option<ServiceUrl> = None;
        /// A file with the certificate of the authority, in PEM format. Only time stamps that lead to it are accepted.
        tsa_authority: Option<PathBuf> = None;
    }
}

section! {
    /// Files that people upload. They are encrypted before they are stored, in a folder or in a bucket of S3 (docs/adr/0042-files.md).
    Files at "files" {
        /// The bucket. Without it, files rest in `files/` in `var_dir`.
        s3_bucket: Option<String> = None;
        /// The address of a service with the protocol of S3.
        s3_url: Option<PublicUrl> = None, shown "https://s3.REGION.amazonaws.com";
        /// A file with the certificates of the authority that has signed the certificate of the service, in PEM format.
        s3_authority: Option<PathBuf> = None, shown "public authorities";
        /// The region.
        s3_region: Option<String> = None;
        /// The id of the access key.
        s3_access_key_id: Option<String> = None;
        /// The secret access key. It needs the permissions `s3:PutObject`, `s3:GetObject` and `s3:DeleteObject`, and to tell a missing object from a forbidden one
        /// `s3:ListBucket`.
        s3_secret_access_key: Option<Secret<String>> = None;
        /// The beginning of the names of the objects.
        s3_prefix: String = "bedside-files".to_owned();
        /// Where the virus scanner clamd listens: the path of its socket, or host and port. Its `StreamMaxLength` must not be below the largest file, 32 MiB.
        clamd: Option<String> = None;
        /// Who may read files that no scanner has looked at, as all are without `files.clamd`: with `shown` whoever may read the file, with `hidden` only who has
        /// added it.
        unscanned: UnscannedFiles = UnscannedFiles::Shown;
        /// How many megabytes the files in the record of one patient may take, and as many the documents of one doctor.
        mb_per_patient: u32 = 2048, in 1..=1_048_576;
        /// How many megabytes the files of one clinic itself may take, such as its logos.
        mb_per_clinic: u32 = 20_480, in 1..=1_048_576;
        /// The largest file that a page without scripts can send, in bytes. Larger ones are sent in parts, which needs scripts.
        max_form_bytes: u64 = 8_388_608, in 1024..=33_554_432;
    }
}

section! {
    /// Outgoing mail. Without `mail.smtp_url` nothing is sent: each mail is written to a file in `outbox/` in `var_dir`.
    Mail at "mail" {
        /// The URL of the mail server: `smtps://user:password@host`, or `smtp://user:password@host:587?tls=required`. Mail without TLS is allowed only to
        /// a mail server on this machine: `smtp://localhost`.
        smtp_url: Option<Secret<String>> = None;
        /// The sender's name in mail.
        from_name: String = "Bedside".to_owned();
        /// The sender's address in mail.
        from_address: String = "bedside@localhost".to_owned();
    }
}

section! {
    /// Text messages (SMS), with which users verify a phone number. They are sent by Twilio, or a service with its interface. Without `sms.account_sid` nothing is
    /// sent: each message is written to a file in `outbox/` in `var_dir`.
    Sms at "sms" {
        /// The id of the account at the service.
        account_sid: Option<String> = None;
        /// The token of the account. The service signs its reports about messages with it.
        auth_token: Option<Secret<String>> = None;
        /// The address of the service.
        url: PublicUrl = default_sms_url();
        /// A file with the certificates of the authority that has signed the certificate of the service, in PEM format.
        authority: Option<PathBuf> = None, shown "public authorities";
        /// The number or the name that messages come from.
        from: Option<String> = None;
        /// The messaging service that chooses what messages come from, in place of `sms.from`.
        messaging_service_sid: Option<String> = None;
        /// The countries to which messages are sent, as codes of ISO 3166-1 such as GB and DE. With `sms.account_sid` there must be one: strangers make money with
        /// messages to numbers that they own. Countries that share a country code, as in North America and the Caribbean, are named one by one.
        countries: Vec<String> = Vec::new();
        /// How many messages may be sent to one number within 24 hours.
        per_number_per_day: u32 = 10, in 1..=1000;
        /// How many messages may be sent in all within 24 hours.
        per_day: u32 = 1000, in 1..=10_000_000;
    }
}

section! {
    /// Push messages to browsers (Web Push).
    Push at "push" {
        /// The hosts of the push services to which messages are sent; `*.` stands for any name before the rest. A browser tells the address at the service of its
        /// maker, and addresses elsewhere are refused. An empty list in the file switches push messages off.
        services: Vec<String> = push_services();
    }
}

section! {
    /// Metrics for monitoring, in the Prometheus format, at `/metrics`.
    Metrics at "metrics" {
        /// The address and port of a separate listener for the metrics. Empty switches it off.
        listen: Option<SocketAddr> = Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 9464)));
        /// The bearer token with which the main listener serves the metrics too. Without it, the main listener does not serve them.
        token: Option<Secret<String>> = None;
    }
}

section! {
    /// How long a person stays signed in.
    Session at "session" {
        /// After how many minutes without a request a person is signed out.
        idle_minutes: u32 = 60, in 1..=10_080;
        /// After how many hours a person is signed out in any case.
        absolute_hours: u32 = 12, in 1..=720;
        /// The same as `session.idle_minutes`, for users with a role of the staff.
        staff_idle_minutes: u32 = 60, in 1..=10_080;
        /// The same as `session.absolute_hours`, for users with a role of the staff.
        staff_absolute_hours: u32 = 12, in 1..=720;
        /// For how many seconds a REST client that sends a used refresh token again gets the same answer. After that, a repeat ends the session.
        refresh_grace_secs: u32 = 20, in 10..=30;
    }
}

section! {
    /// How people sign in.
    SignIn at "sign_in" {
        /// The roles whose members need an authenticator app to sign in: `doctor`, `nurse`, `receptionist`, `pharmacist`, `lab_technician`, `admin`,
        /// `support`. Who has no app yet sets it up after the password. All others may set one up. The demonstration asks nobody for it.
        second_factor_roles: Vec<StaffRole> = StaffRole::all();
        /// After how many hours an authenticator app is turned off that an administrator has asked to turn off. Until then the person, who gets a mail
        /// at once, can stop it.
        reset_hours: u32 = 24, in 0..=336;
        /// A TOML file with the OpenID Connect providers at which people may sign in (docs/operations.md). Only the server's user may be able to read it.
        providers_file: Option<PathBuf> = None;
    }
}

section! {
    /// New passwords.
    Passwords at "passwords" {
        /// The address of a service that knows passwords which became public, with the interface of Have I Been Pwned: `https://api.pwnedpasswords.com`. A new
        /// password that it knows is refused. The service learns the first five digits of a hash that some hundred passwords share, and neither the password nor
        /// who has it. While it does not answer, new passwords are accepted. Empty switches it off.
        leaked_url: Option<PublicUrl> = None;
        /// A file with the certificates of the authority that has signed the certificate of that service, in PEM format.
        leaked_authority: Option<PathBuf> = None, shown "public authorities";
    }
}

section! {
    /// The log, which the server writes to its standard error.
    Log at "log" {
        /// The format: `text` for people, `json` for machines.
        format: LogFormat = LogFormat::Text;
        /// Which messages are written: a level (`error`, `warn`, `info`, `debug`), or levels by module, such as `info,sqlx=warn`.
        filter: String = "info".to_owned();
    }
}

section! {
    /// Rules of booking.
    Scheduling at "scheduling" {
        /// How long a chosen time is held for a patient who is filling in the booking form.
        hold_minutes: u32 = 10, in 1..=120;
        /// How many hours a doctor has to answer a request for a visit. It ends by itself after this time, and always before the visit.
        approval_hours: u32 = 24, in 1..=336;
        /// How long a time that became free is offered to one person on the waiting list, before it is offered to the next.
        offer_minutes: u32 = 30, in 5..=240;
        /// How many visits one patient may have ahead.
        max_appointments_per_patient: u32 = 30, in 1..=10_000;
        /// How many visits one patient may have ahead with one doctor.
        max_appointments_with_one_doctor: u32 = 10, in 1..=10_000;
        /// How often one patient may hold the same time within a day. Who needs more time for a form must be able to ask for it at least ten times
        /// (WCAG 2.2, 2.2.1).
        max_holds_of_one_time: u32 = 12, in 11..=1000;
        /// How many times one patient may hold, or book without a hold, within an hour.
        max_times_taken_per_hour: u32 = 40, in 12..=10_000;
        /// Until how many hours before the visit a cancellation counts as in time. Patients can cancel until the visit begins; after this time the
        /// cancellation is recorded as late.
        cancel_notice_hours: u32 = 24, in 0..=720;
        /// Patients see the times of a doctor, and book them, only if a licence of the doctor is valid in the country of the patient's address. Patients without an address are not limited.
        licence_where_patient_lives: bool = false;
        /// How many minutes before the visit its waiting room opens.
        waiting_room_opens_minutes: u32 = 15, in 1..=240;
        /// How many hours after the planned end a visit is closed that its doctor has not ended.
        abandoned_visit_hours: u32 = 24, in 2..=168;
    }
}

section! {
    /// How long doctors and clinics may read the records of their patients.
    Treatment at "treatment" {
        /// How many days before the day of a visit its doctor may begin to read the patient's record, to prepare. With 0, that is the day itself where the clinic
        /// is; on the evening before, from when a waiting room could open for a visit at midnight.
        prepared_days: u32 = 0, in 0..=90;
        /// For how many days after a patient's last visit the doctor and the clinic may read the record.
        kept_days: u32 = 540, in 1..=36_500;
    }
}

section! {
    /// Families: who acts for whom.
    Family at "family" {
        /// The age from which a person's record is their own. Parents add only children who are younger, and from this age on a person may end that
        /// somebody acts for them.
        of_age_years: u32 = 16, in 1..=30;
        /// The age from which a person is a teenager: until they are of age, each clinic decides what their guardians see.
        teen_years: u32 = 12, in 1..=30;
    }
}

section! {
    /// Invitations of staff, which administrators send by e-mail.
    Invitations at "invitations" {
        /// For how many days an invitation can be accepted.
        days: u32 = 7, in 1..=60;
    }
}

fn default_public_url() -> PublicUrl {
    "http://localhost:3000".parse().expect("the default is an origin")
}

fn push_services() -> Vec<String> {
    ["fcm.googleapis.com", "*.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"].map(str::to_owned).into()
}

fn default_sms_url() -> PublicUrl {
    "https://api.twilio.com".parse().expect("the default is an origin")
}

fn default_var_dir() -> PathBuf {
    PathBuf::from(if nix::unistd::geteuid().is_root() { "/var/lib/bedside" } else { "var" })
}
