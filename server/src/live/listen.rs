//! Receives events from the dispatcher and from other server instances while the server runs.

use super::{between::Between, hub::Hub};
use domain::live::{Heard, Listener, signals};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

const TRY_AGAIN: Duration = Duration::from_secs(1);

/// Listens until `stop` is cancelled. After a reconnect, all sockets read the tables, because events may have been missed.
pub async fn listen(hub: Hub, stop: CancellationToken) {
    while !stop.is_cancelled() {
        match Listener::start(hub.domain()).await {
            Ok(mut listener) => {
                hub.set_listening(true);
                hub.all_catch_up();
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = hear(&hub, &mut listener) => {}
                }
                hub.set_listening(false);
            }
            Err(error) => tracing::warn!(error.code = %error, "live events cannot be heard; trying again"),
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(TRY_AGAIN) => {}
        }
    }
    hub.close_all();
}

/// Forwards what is received; returns when the connection is lost.
async fn hear(hub: &Hub, listener: &mut Listener) {
    loop {
        match listener.next().await {
            Ok(Heard::News(told)) => hub.news(told.into_iter().map(|(user, _)| user)),
            Ok(Heard::Times(doctors)) => hub.times_changed(doctors),
            Ok(Heard::Rights(user)) => hub.rights_changed([user]),
            Ok(Heard::AnyNews) => hub.news_for_all(),
            Ok(Heard::Anything) => hub.all_catch_up(),
            Ok(Heard::Signal { origin, .. }) if origin == hub.origin() => {}
            Ok(Heard::Signal { id, .. }) => pass_on(hub, id).await,
            Err(error) => {
                tracing::warn!(error.code = %error, "live events are not heard; listening anew");
                return;
            }
        }
    }
}

async fn pass_on(hub: &Hub, id: i64) {
    match signals::fetch(hub.domain(), id).await {
        Ok(Some(body)) => match serde_json::from_slice::<Between>(&body) {
            Ok(message) => hub.heard(message).await,
            // An instance of another version may send messages that this one does not know.
            Err(_) => tracing::debug!("a signal of an unknown kind"),
        },
        Ok(None) => {}
        Err(error) => tracing::warn!(error.code = %error, "a signal between copies was lost"),
    }
}
