//! Receives events from the dispatcher and messages from other server instances while the server runs.

use super::hub::Hub;
use crate::copies::{self, BEAT_EVERY, Heard as Message, Incoming};
use domain::live::{Heard, Listener};
use std::{convert::Infallible, time::Duration};
use tokio::{
    sync::broadcast::error::RecvError,
    time::{MissedTickBehavior, interval, sleep},
};
use tokio_util::sync::CancellationToken;

const TRY_AGAIN: Duration = Duration::from_secs(1);

/// How long other instances may take to say who is in a call.
const ANSWER_WITHIN: Duration = Duration::from_secs(3);

/// Listens until `stop` is cancelled. After a reconnect, all sockets read the tables and all rooms ask the other instances, because messages may have been missed.
pub async fn listen(hub: Hub, stop: CancellationToken) {
    tokio::join!(hear_news(&hub, &stop), hear_copies(&hub, &stop), hear_rights(&hub, &stop), hear_attempts(&hub, &stop));
    hub.close_all();
    if let Err(error) = hub.copies().end().await {
        tracing::warn!(%error, "the other copies do not know yet that this one stops");
    }
}

async fn hear_news(hub: &Hub, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        match Listener::start(hub.domain()).await {
            Ok(mut listener) => {
                hub.set_listening(true);
                catch_up(hub);
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = hear(hub, &mut listener) => {}
                }
                hub.set_listening(false);
            }
            Err(error) => tracing::warn!(error.code = %error, "live events cannot be heard; trying again"),
        }
        pause(stop).await;
    }
}

/// Forwards what is received; returns when the connection is lost.
async fn hear(hub: &Hub, listener: &mut Listener) {
    loop {
        match listener.next().await {
            Ok(Heard::News(told)) => hub.news(told.into_iter().map(|(user, _)| user)),
            Ok(Heard::Times(doctors)) => hub.times_changed(doctors),
            Ok(Heard::Rights(user)) => hub.rights_changed([user]),
            Ok(Heard::AnyNews | Heard::Anything) => catch_up(hub),
            Err(error) => {
                tracing::warn!(error.code = %error, "live events are not heard; listening anew");
                return;
            }
        }
    }
}

/// All sockets read again what they show. Nothing waits for it.
fn catch_up(hub: &Hub) {
    let hub = hub.clone();
    tokio::spawn(async move { hub.all_catch_up().await });
}

/// Tells the sockets of this process at once when it has changed what a user may do.
async fn hear_rights(hub: &Hub, stop: &CancellationToken) {
    let mut changes = hub.domain().rights_changes();
    while let Some(change) = stop.run_until_cancelled(changes.recv()).await {
        match change {
            Ok(user) => hub.rights_changed_here(user),
            Err(RecvError::Lagged(_)) => catch_up(hub),
            Err(RecvError::Closed) => return,
        }
    }
}

/// Tells the other instances which attempts this process has counted.
async fn hear_attempts(hub: &Hub, stop: &CancellationToken) {
    let mut news = hub.domain().attempt_news();
    while let Some(counted) = stop.run_until_cancelled(news.recv()).await {
        match counted {
            Ok(news) => hub.attempts_counted_here(news),
            Err(RecvError::Lagged(missed)) => tracing::warn!(missed, "the other copies were not told of some attempts"),
            Err(RecvError::Closed) => return,
        }
    }
}

async fn hear_copies(hub: &Hub, stop: &CancellationToken) {
    while !stop.is_cancelled() {
        if let Some(Err(error)) = stop.run_until_cancelled(follow_copies(hub)).await {
            tracing::warn!(%error, "the other copies of the server are not heard; trying again");
        }
        hub.set_hearing_copies(false);
        pause(stop).await;
    }
}

/// Hears the other instances, and tells them that this one runs, until they cannot be heard any more.
async fn follow_copies(hub: &Hub) -> Result<Infallible, copies::Error> {
    let incoming = hub.copies().listen().await?;
    hub.beat().await?;
    hub.set_hearing_copies(true);
    ask(hub);
    tokio::select! {
        lost = hear_messages(hub, incoming) => lost,
        never = beat(hub) => Ok(never),
    }
}

async fn hear_messages(hub: &Hub, mut incoming: Box<dyn Incoming>) -> Result<Infallible, copies::Error> {
    loop {
        match incoming.next().await? {
            Message::Hello(from) => hub.heard_of(from),
            Message::Message(from, message) => match serde_json::from_value(message) {
                Ok(message) => hub.heard(from, message).await,
                // An instance of another version may send messages that this one does not know.
                Err(_) => tracing::debug!("a message of an unknown kind"),
            },
            Message::Anything => ask(hub),
        }
    }
}

async fn beat(hub: &Hub) -> Infallible {
    let mut tick = interval(BEAT_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if let Err(error) = hub.beat().await {
            tracing::warn!(%error, "the other copies are not told that this one runs");
        }
    }
}

/// Messages may have been lost: asks who is in the calls, and forgets those who are not there any more.
fn ask(hub: &Hub) {
    hub.ask_rooms();
    let hub = hub.clone();
    tokio::spawn(async move {
        sleep(ANSWER_WITHIN).await;
        hub.forget_unconfirmed();
    });
}

async fn pause(stop: &CancellationToken) {
    tokio::select! {
        () = stop.cancelled() => {}
        () = sleep(TRY_AGAIN) => {}
    }
}
