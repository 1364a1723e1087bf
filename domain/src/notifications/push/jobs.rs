//! The jobs that send push messages, and the request that each of them sends.

use super::{
    Address, receiver,
    seal::{Receiver, seal},
    store, vapid,
};
use crate::{
    Domain, Error, Result,
    db::{Urgency, add_job},
    notifications::{bell::Seen, jobs::run_at},
    randomness::Randomness,
    vault::Purpose,
};
use graphile_worker::JobSpecBuilder;
use jiff::{SignedDuration, Timestamp};
use model::{
    ids::{NoticeId, PushId},
    notices::NoticeTopic,
};
use p256::SecretKey;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

/// The queue's name for the job that sends one push message.
pub const SEND_PUSH_TASK: &str = "send_push";

/// How often a message is tried. Then it is given up: the notice is in the list.
const MOST_TRIES: u8 = 6;
/// How often the queue runs a job that fails here, before anything is sent.
const ATTEMPTS: i16 = 6;
/// The pause after the first failure; it doubles with each further one.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// For how long a message is news, and for how long a service keeps it.
const NEWS: SignedDuration = SignedDuration::from_hours(24);
/// For how long the token of a request holds; at most a day (RFC 8292, section 2).
const TOKEN: SignedDuration = SignedDuration::from_hours(12);

/// The job's payload.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct SendPush {
    /// The browser.
    pub push: PushId,
    /// What it is told about.
    pub notice: NoticeId,
    /// How often it was tried in vain.
    #[serde(default)]
    pub tries: u8,
    /// Whether the notice is a reminder, which waits behind what has just happened.
    #[serde(default)]
    pub reminds: bool,
}

/// A message to send now.
pub struct Push {
    /// What kind of thing happened.
    pub topic: NoticeTopic,
    /// The language tag of the account.
    pub language: String,
    url: Url,
    receiver: Receiver,
    signer: SecretKey,
    contact: Option<String>,
    at: Timestamp,
    until: Timestamp,
}

/// The request that hands a message to a push service: a POST.
pub struct PushRequest {
    /// Scheme, host and port of the service.
    pub origin: String,
    /// The path with its query.
    pub path: String,
    /// The headers: names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// The encrypted message.
    pub body: Vec<u8>,
}

impl Push {
    /// The origin of the push service.
    #[must_use]
    pub fn service(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    /// Encrypts what the browser is told, and signs the request.
    ///
    /// # Errors
    /// `internal` when the message is too long.
    pub fn request(&self, source: &dyn Randomness, payload: &[u8]) -> Result<PushRequest> {
        let mut salt = [0; 16];
        source.fill(&mut salt);
        let body = seal(&self.receiver, &vapid::ephemeral(source)?, salt, payload)?;
        let origin = self.service();
        let authorization = vapid::authorization(&self.signer, &origin, self.contact.as_deref(), self.at + TOKEN)?;
        let kept = self.until.duration_since(self.at).as_secs().max(0);
        let urgency = if matches!(self.topic, NoticeTopic::Reminder | NoticeTopic::Offered) { "high" } else { "normal" };
        let headers = vec![
            ("authorization", authorization),
            ("content-encoding", "aes128gcm".to_owned()),
            ("content-type", "application/octet-stream".to_owned()),
            ("ttl", kept.to_string()),
            ("urgency", urgency.to_owned()),
        ];
        let path = self.url[url::Position::BeforePath..url::Position::AfterQuery].to_owned();
        Ok(PushRequest { origin, path, headers, body })
    }
}

/// Creates the jobs that tell these browsers about a notice. They run after the commit.
pub(in crate::notifications) async fn queue(
    domain: &Domain,
    connection: &mut PgConnection,
    browsers: &[Uuid],
    (notice, topic): (NoticeId, NoticeTopic),
) -> Result<()> {
    let reminds = topic == NoticeTopic::Reminder;
    for browser in browsers {
        let job = SendPush { push: PushId::from(*browser), notice, tries: 0, reminds };
        add(domain, connection, job, JobSpecBuilder::new()).await?;
    }
    Ok(())
}

/// The message of a job; `None` when it is not to be sent any more: the notice was read or is no news, or its reader may not see it or is signed out there.
///
/// # Errors
/// `database.unavailable`.
pub async fn push_to_send(domain: &Domain, job: SendPush) -> Result<Option<Push>> {
    let now = domain.now();
    let seen = Seen::of(domain, now);
    let mut connection = domain.pool().acquire().await?;
    let Some(row) = store::waiting(&mut connection, job.push, job.notice, &seen, now).await? else { return Ok(None) };
    drop(connection);
    let topic = NoticeTopic::parse(&row.kind).map_err(|_| Error::internal("an unknown kind of notice"))?;
    let told_until = row.told_at + NEWS;
    let until = match row.starts_at {
        Some(starts_at) if topic == NoticeTopic::Reminder => starts_at.min(told_until),
        Some(_) | None => told_until,
    };
    if until <= now {
        return Ok(None);
    }
    if !domain.vault().knows(Purpose::Push, &row.address_cipher) {
        domain.learn_keys().await?;
    }
    let plain = domain.vault().decrypt(Purpose::Push, &row.endpoint_hash, &row.address_cipher)?;
    let Address { endpoint, p256dh, auth } = serde_json::from_slice(&plain).map_err(Error::internal)?;
    let url = super::known_service(&domain.settings().push_services, &endpoint);
    let receiver = receiver(&p256dh, &auth);
    let signer = vapid::signers(domain.vault()).into_iter().find(|key| vapid::public(key) == row.signer);
    // The service is not named any more, or the key with which the browser was added is gone.
    let (Some(url), Some(receiver), Some(signer)) = (url, receiver, signer) else {
        forget_push(domain, job.push).await?;
        return Ok(None);
    };
    let contact = Some(domain.settings().public_url.clone()).filter(|url| url.starts_with("https://"));
    Ok(Some(Push { topic, language: row.language, url, receiver, signer, contact, at: now, until }))
}

/// Removes a browser that takes no more messages: its push service says that it is gone.
///
/// # Errors
/// `database.unavailable`.
pub async fn forget_push(domain: &Domain, id: PushId) -> Result<()> {
    store::forget(&mut *domain.pool().acquire().await?, id).await
}

/// Puts a message off until its service is asked again, which uses up no try.
///
/// # Errors
/// `database.unavailable`.
pub async fn put_off_push(domain: &Domain, job: SendPush, until: Timestamp) -> Result<()> {
    let spec = JobSpecBuilder::new().run_at(run_at(until)?);
    add(domain, &mut *domain.pool().acquire().await?, job, spec).await
}

/// Tries a message again later, twice as late each time; `false` when it was the last try.
///
/// # Errors
/// `database.unavailable`.
pub async fn push_later(domain: &Domain, job: SendPush) -> Result<bool> {
    let tries = job.tries.saturating_add(1);
    if tries >= MOST_TRIES {
        return Ok(false);
    }
    let pause = FIRST_PAUSE * (1_i32 << job.tries.min(MOST_TRIES));
    put_off_push(domain, SendPush { tries, ..job }, domain.now() + pause).await?;
    Ok(true)
}

async fn add(domain: &Domain, connection: &mut PgConnection, job: SendPush, spec: JobSpecBuilder) -> Result<()> {
    let urgency = if job.reminds { Urgency::Reminder } else { Urgency::Notice };
    let spec = spec.job_key(format!("{}:{}", job.push, job.notice)).max_attempts(ATTEMPTS).priority(urgency.priority());
    add_job(domain, connection, (SEND_PUSH_TASK, job), spec).await
}
