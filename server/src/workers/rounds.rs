//! Workers that repeat their work at intervals.

use crate::{
    anchors::{self, Outside, SealFile},
    config::Config,
    outside::{self, Reach},
};
use domain::{
    Domain,
    access::Access,
    audit, copies,
    db::Work,
    directory, drafts,
    files::Files,
    idempotency, identity, live, notices,
    notifications::{self, Round},
    records, scheduling, visits,
};
use futures::{StreamExt, stream};
use jiff::SignedDuration;
use metrics::gauge;
use model::ids::RequestId;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;

/// How soon the dispatcher tries again when events wait that cannot be passed on yet.
const DISPATCH_AGAIN: Duration = Duration::from_millis(50);
/// The dispatcher of a server instance is woken by what that instance emits. It also looks for events of an instance that was killed before it passed them
/// on, after this time at the earliest and twice this time at the latest.
const DISPATCH_LEFTOVERS: Duration = Duration::from_secs(5);
const SEAL_EVERY: Duration = Duration::from_secs(1);
/// How often the sealer looks whether a day has ended.
const SEAL_DAYS_EVERY: Duration = Duration::from_mins(10);
/// How often the depositor looks whether a deposit is due.
const DEPOSIT_LOOK_EVERY: Duration = Duration::from_mins(1);
const SWEEP_EVERY: Duration = Duration::from_mins(1);
/// A server learns a new key as soon as it meets something that was made with it; this is how soon it writes with the key itself.
const KEEP_KEYS_EVERY: Duration = Duration::from_mins(1);
/// How often the first free times of doctors are renewed, so that searches find little to do.
const RENEW_EVERY: Duration = Duration::from_secs(10);
/// How often times that became free are offered to those who wait for them.
const OFFER_EVERY: Duration = Duration::from_secs(2);
/// How often visits are looked for that were not attended or not ended.
const CLOSE_EVERY: Duration = Duration::from_mins(1);
/// How often visits are looked for of which people are to be reminded.
const REMIND_EVERY: Duration = Duration::from_secs(30);
/// How often licences are looked for of whose end nobody has warned the doctor. The warnings go by days.
const WARN_EVERY: Duration = Duration::from_mins(10);
/// How often calendars are looked for that are to be read.
const READ_CALENDARS_EVERY: Duration = Duration::from_secs(30);
/// How many calendars are read at the same time. Each may take ten seconds and 5 MB.
const CALENDARS_AT_ONCE: usize = 4;
const AFTER_TROUBLE: Duration = Duration::from_secs(2);

/// Dispatches events as soon as a transaction of this process has emitted one.
pub(super) async fn dispatch(domain: Domain, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let pause = match notices::dispatch_once(&domain).await {
            Ok(Round::PassedOn(_)) => continue,
            Ok(Round::NotYet) => DISPATCH_AGAIN,
            Ok(Round::Nothing) => up_to_twice(DISPATCH_LEFTOVERS, &domain),
            Err(error) => {
                trouble("dispatcher", &error, &stop).await;
                continue;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = domain.emitted() => {}
            () = sleep(pause) => {}
        }
    }
}

/// A random duration from `shortest` to twice that, so that the instances do not all ask the database at the same moment.
fn up_to_twice(shortest: Duration, domain: &Domain) -> Duration {
    let mut byte = [0; 1];
    domain.randomness().fill(&mut byte);
    shortest + shortest * u32::from(byte[0]) / 255
}

/// Seals the audit log every second, if anything was written, and stores all seals outside the database too.
pub(super) async fn seal(domain: Domain, file: PathBuf, stop: CancellationToken) {
    let file = SealFile::at(file);
    let mut tick = interval(SEAL_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        if let Err(error) = seal_backlog(&domain, &stop).await {
            trouble("sealer", &error, &stop).await;
            continue;
        }
        if let Err(error) = anchors::catch_up(&domain, &file).await {
            tracing::error!(error = %error, "the newest seals could not be kept outside of the database; trying again");
        }
    }
}

/// Deposits the newest seals outside of the database at intervals, from one copy of the server at a time.
pub(super) async fn deposit(domain: Domain, config: Arc<Config>, stop: CancellationToken) {
    let places = match Outside::of(&config) {
        Ok(outside) => outside.places(),
        Err(error) => {
            tracing::error!(%error, "the seals are not deposited outside of the database");
            return;
        }
    };
    if places.is_empty() {
        return;
    }
    let every = SignedDuration::from_mins(config.audit.deposit_minutes.into());
    let mut tick = interval(DEPOSIT_LOOK_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        match domain.turn(Work::Depositing).await {
            Ok(Some(_turn)) => {
                for place in &places {
                    match anchors::deposit_if_due(&domain, &**place, every).await {
                        Ok(()) => gauge!("bedside_audit_deposit_failing", "place" => place.name().to_owned()).set(0.0),
                        Err(error) => {
                            gauge!("bedside_audit_deposit_failing", "place" => place.name().to_owned()).set(1.0);
                            tracing::error!(place = place.name(), %error, "the newest seals could not be deposited; trying again");
                        }
                    }
                }
            }
            Ok(None) => tracing::debug!("another copy of the server is depositing"),
            Err(error) => trouble("depositor", &error, &stop).await,
        }
    }
}

/// Seals in steps until the rest is less than the most that one seal covers.
async fn seal_backlog(domain: &Domain, stop: &CancellationToken) -> domain::Result<()> {
    while !stop.is_cancelled() {
        match audit::seal_once(domain).await? {
            Some(seal) if seal.rows >= audit::MOST_ROWS_SEALED => {}
            Some(_) | None => break,
        }
    }
    Ok(())
}

/// Seals the days that have ended.
pub(super) async fn seal_days(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(SEAL_DAYS_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        while !stop.is_cancelled() {
            match audit::seal_day_once(&domain).await {
                Ok(Some(day)) => tracing::debug!(%day, "the seals of a day are sealed"),
                Ok(None) => break,
                Err(error) => trouble("sealer of days", &error, &stop).await,
            }
        }
    }
}

/// Deletes expired data: drafts, idempotency keys, sessions, sign-ups, live events, messages between copies, buckets of limits, holds, old mails, uploads that were never
/// completed.
pub(super) async fn sweep(domain: Domain, files: Files, stop: CancellationToken) {
    let mut tick = interval(SWEEP_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        match domain.turn(Work::Sweeping).await {
            Ok(Some(_turn)) => sweep_once(&domain, &files).await,
            Ok(None) => tracing::debug!("another copy of the server is sweeping"),
            Err(error) => trouble("sweeper", &error, &stop).await,
        }
    }
}

/// Each sweep runs on its own: one that fails does not keep the others from running.
async fn sweep_once(domain: &Domain, files: &Files) {
    swept("refused drafts", drafts::sweep(domain)).await;
    swept("kept drafts", drafts::sweep_kept(domain)).await;
    swept("idempotency keys", idempotency::sweep(domain)).await;
    swept("tokens", identity::sweep_tokens(domain)).await;
    swept("sessions", identity::sweep_sessions(domain)).await;
    swept("links", identity::sweep_links(domain)).await;
    swept("cookies", identity::sweep_http_sessions(domain)).await;
    swept("known browsers", identity::sweep_devices(domain)).await;
    swept("second factors to turn off", identity::apply_resets(domain)).await;
    swept("second factors", identity::sweep_second_factors(domain)).await;
    swept("phone numbers", identity::sweep_phones(domain)).await;
    swept("changes of email addresses", identity::sweep_email_changes(domain)).await;
    swept("sign-ups", identity::sweep_sign_ups(domain)).await;
    swept("sign-ins at providers", identity::sweep_foreign_sign_ins(domain)).await;
    swept("roles that nobody confirmed", identity::end_unconfirmed_roles(domain)).await;
    swept("final deletions of accounts", identity::finish_deletions(domain)).await;
    swept("live events", live::sweep(domain)).await;
    swept("messages between copies", copies::messages::sweep(domain)).await;
    swept("buckets of limits", copies::buckets::sweep(domain)).await;
    swept("holds", scheduling::sweep_holds(domain)).await;
    swept("times taken", scheduling::sweep_times_taken(domain)).await;
    swept("notes about reminders", scheduling::sweep_reminders(domain)).await;
    swept("mails", notifications::sweep_mails(domain)).await;
    swept("text messages", notifications::sweep_texts(domain)).await;
    swept("uploads and objects of files", domain::files::sweep(domain, files)).await;
    swept("closed conversations that are kept no longer", domain::chat::sweep_conversations(domain)).await;
    swept("notices", notifications::sweep_notices(domain)).await;
    // Deletes nothing; it has a place here because on most days there is nobody to tell.
    swept("guardians of those who come of age", directory::tell_coming_of_age(domain)).await;
}

async fn swept(what: &'static str, sweep: impl Future<Output = domain::Result<u64>>) {
    match sweep.await {
        Ok(rows) => tracing::debug!(what, rows, "swept"),
        Err(error) => tracing::error!(what, error.code = %error, error.cause = error.causes(), "a sweep failed"),
    }
}

/// Learns keys that another process has made, and encrypts diagnoses that a server of the previous version wrote.
pub(super) async fn keep_keys(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(KEEP_KEYS_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        let kept = async {
            let learned = domain.learn_keys().await?;
            let access = Access::system(domain.new_id::<RequestId>());
            Ok::<_, domain::Error>((learned, records::encrypt_clear_diagnoses(&domain, &access).await?))
        };
        match kept.await {
            Ok((0, 0)) => {}
            Ok((keys, visits)) => tracing::info!(keys, visits, "learned new keys, encrypted clear diagnoses"),
            Err(error) => trouble("keeper of keys", &error, &stop).await,
        }
    }
}

/// Computes the first free times of doctors that are outdated.
pub(super) async fn renew_first_times(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(RENEW_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = tick.tick() => {}
        }
        match scheduling::renew_first_times(&domain).await {
            Ok(doctors) => tracing::debug!(doctors, "renewed first free times"),
            Err(error) => trouble("renewer of first free times", &error, &stop).await,
        }
    }
}

/// Offers times that became free to those who wait for them.
pub(super) async fn offer_freed_times(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(OFFER_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        match scheduling::offer_freed_times(&domain).await {
            Ok(0) => {}
            Ok(offers) => tracing::info!(offers, "offered freed times to people on the waiting list"),
            Err(error) => trouble("offerer of freed times", &error, &stop).await,
        }
    }
}

/// Closes visits that were not attended, and those that nobody ended.
pub(super) async fn close_unattended(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(CLOSE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        match scheduling::end_unanswered_requests(&domain).await {
            Ok(0) => {}
            Ok(requests) => tracing::info!(requests, "ended requests for visits that nobody has answered"),
            Err(error) => trouble("ender of requests", &error, &stop).await,
        }
        match visits::close_unattended(&domain).await {
            Ok(0) => {}
            Ok(visits) => tracing::info!(visits, "closed visits that were not attended or not ended"),
            Err(error) => trouble("closer of visits", &error, &stop).await,
        }
    }
}

/// Reminds people of visits that are near.
pub(super) async fn remind(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(REMIND_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        while !stop.is_cancelled() {
            match scheduling::remind(&domain).await {
                Ok(0) => break,
                Ok(visits) => tracing::debug!(visits, "reminded of visits"),
                Err(error) => {
                    trouble("reminder of visits", &error, &stop).await;
                    break;
                }
            }
        }
        match scheduling::remind_of_follow_ups(&domain).await {
            Ok(0) => {}
            Ok(people) => tracing::debug!(people, "told of follow-ups that are due"),
            Err(error) => trouble("reminder of follow-ups", &error, &stop).await,
        }
    }
}

/// Warns doctors whose licences are near their end.
pub(super) async fn warn_of_licences(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(WARN_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        match directory::warn_of_licences(&domain).await {
            Ok(0) => {}
            Ok(doctors) => tracing::info!(doctors, "warned of licences that end soon"),
            Err(error) => trouble("warner of licences", &error, &stop).await,
        }
    }
}

/// Reads calendars that doctors keep elsewhere, of which each is due every quarter of an hour.
pub(super) async fn read_calendars(domain: Domain, stop: CancellationToken) {
    let mut tick = interval(READ_CALENDARS_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while stop.run_until_cancelled(tick.tick()).await.is_some() {
        let due = match scheduling::due_calendars(&domain).await {
            Ok(due) => due,
            Err(error) => {
                trouble("reader of calendars", &error, &stop).await;
                continue;
            }
        };
        let reading =
            stream::iter(due).for_each_concurrent(CALENDARS_AT_ONCE, |calendar| read_calendar(domain.clone(), calendar));
        stop.run_until_cancelled(reading).await;
    }
}

/// A failure is not tried again before the calendar is due again.
async fn read_calendar(domain: Domain, calendar: scheduling::DueCalendar) {
    let id = calendar.id;
    let fetched = outside::fetch(calendar.address.expose(), Reach::Public).await;
    if let Err(error) = scheduling::keep_calendar(&domain, calendar, fetched).await {
        tracing::error!(calendar.id = %id, error.code = %error, error.cause = error.causes(), "what a calendar says could not be kept");
    }
}

async fn trouble(worker: &'static str, error: &domain::Error, stop: &CancellationToken) {
    tracing::error!(worker, error.code = %error, error.cause = error.causes(), "a worker failed and tries again");
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(AFTER_TROUBLE) => {}
    }
}
