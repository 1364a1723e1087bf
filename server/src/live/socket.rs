//! One socket, from its first message to its end.

mod threads;

use super::handle::{Handle, Push};
use super::hub::{CLOSE_AWAY, Hub};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use domain::{
    access::{Access, Acting},
    identity,
    live::{self, LiveEvent, Missed},
    visits,
};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use model::{
    errors::Code,
    ids::{DoctorId, EncounterId, ThreadId},
    live::{ActsAs, BEAT_SECS, CLOSE_SIGNED_OUT, ClientMessage, LiveKind, ServerMessage},
    visits::views::VisitState,
};
use std::{
    collections::{HashMap, HashSet},
    num::NonZeroU32,
    time::Duration,
};
use tokio::{
    sync::mpsc,
    time::{Instant, MissedTickBehavior, interval, timeout},
};

/// How long a page may be silent. Browsers answer pings automatically.
const SILENCE: Duration = Duration::from_secs(45);
/// How long sending one message to the page may take.
const SEND: Duration = Duration::from_secs(10);
/// The session is checked again after this many heartbeats.
const SESSION_EVERY_BEATS: u32 = 4;
const MOST_ROOMS: usize = 8;
/// Policy violation (RFC 6455 §7.4.1).
const CLOSE_POLICY: u16 = 1008;
const CLOSE_TRY_AGAIN: u16 = 1013;

const PER_SECOND: NonZeroU32 = NonZeroU32::new(40).expect("not zero");
/// Setting up a call sends many messages at once.
const BURST: NonZeroU32 = NonZeroU32::new(300).expect("not zero");

/// The socket must be closed, with this close code if there is one.
struct End(Option<u16>);

type Step = Result<(), End>;

struct Session {
    hub: Hub,
    /// Who the user was when the socket opened. Each message has an access of its own: [`Session::access`].
    opened: Access,
    /// The same as a signed-in user. The socket ends when the session has ended or the user acts otherwise.
    acting: Acting,
    handle: Handle,
    socket: WebSocket,
    limiter: DefaultDirectRateLimiter,
    /// The number of the newest durable event that the page has; none before `Hello`.
    last: Option<i64>,
    rooms: HashSet<EncounterId>,
    /// The threads that the page has opened, each with the position of the last message sent to the page.
    threads: HashMap<ThreadId, i64>,
    /// The doctor whose free times the page shows.
    watched: Option<DoctorId>,
}

/// Serves a socket until it ends.
pub(super) async fn serve(hub: Hub, access: Access, acting: Acting, socket: WebSocket) {
    let (handle, pushes) = hub.register(acting.user);
    let limiter = RateLimiter::direct(Quota::per_second(PER_SECOND).allow_burst(BURST));
    let (rooms, threads) = (HashSet::new(), HashMap::new());
    let mut session = Session { hub, opened: access, acting, handle, socket, limiter, last: None, rooms, threads, watched: None };
    let End(code) = match session.run(pushes).await {
        Ok(()) => End(None),
        Err(end) => end,
    };
    if let Some(code) = code {
        say_end(&mut session.socket, code).await;
    }
    session.close().await;
}

/// Closes a socket that may not be used, with the reason as its close code.
pub(super) async fn end(mut socket: WebSocket, code: u16) {
    say_end(&mut socket, code).await;
}

async fn say_end(socket: &mut WebSocket, code: u16) {
    let frame = CloseFrame { code, reason: "".into() };
    // The page may already be gone.
    let _ = timeout(SEND, socket.send(Message::Close(Some(frame)))).await;
}

impl Session {
    async fn run(&mut self, mut pushes: mpsc::Receiver<Push>) -> Step {
        let mut beat = interval(Duration::from_secs(BEAT_SECS.into()));
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut beats: u32 = 0;
        let mut heard_at = Instant::now();
        let stop = self.handle.stop().clone();
        loop {
            tokio::select! {
                () = stop.cancelled() => return Err(End(Some(CLOSE_TRY_AGAIN))),
                push = pushes.recv() => match push {
                    Some(Push::News) => {
                        self.handle.takes_news();
                        self.catch_up().await?;
                    }
                    Some(Push::Rights) => {
                        self.handle.takes_rights();
                        self.check_session().await?;
                    }
                    Some(Push::Say(message)) => self.say(&message).await?,
                    Some(Push::Close(code)) => return Err(End(Some(code))),
                    None => return Err(End(Some(CLOSE_AWAY))),
                },
                message = self.socket.recv() => {
                    let Some(Ok(message)) = message else { return Ok(()) };
                    heard_at = Instant::now();
                    match message {
                        Message::Text(text) => self.hear(&text).await?,
                        Message::Close(_) => return Ok(()),
                        Message::Binary(_) => return Err(End(Some(CLOSE_POLICY))),
                        Message::Ping(_) | Message::Pong(_) => {}
                    }
                },
                _ = beat.tick() => {
                    if heard_at.elapsed() > SILENCE {
                        return Ok(());
                    }
                    beats += 1;
                    if beats.is_multiple_of(SESSION_EVERY_BEATS) {
                        self.check_session().await?;
                    }
                    self.say(&ServerMessage::Beat).await?;
                    self.send(Message::Ping(axum::body::Bytes::new())).await?;
                }
            }
        }
    }

    async fn hear(&mut self, text: &str) -> Step {
        if self.limiter.check().is_err() {
            return Err(End(Some(CLOSE_POLICY)));
        }
        let Ok(message) = serde_json::from_str::<ClientMessage>(text) else {
            // Pages of earlier versions write the name of a message as its `type`. This code makes them save what was typed and reload.
            let is_of_earlier_version = text.starts_with(r#"{"type":"#);
            return Err(End(Some(if is_of_earlier_version { CLOSE_SIGNED_OUT } else { CLOSE_POLICY })));
        };
        match message {
            ClientMessage::Hello { last } => self.hello(last).await,
            ClientMessage::Subscribe { visit } => self.subscribe(visit).await,
            ClientMessage::Unsubscribe { visit } => {
                if self.rooms.remove(&visit) {
                    self.hub.leave_room(visit, self.handle.id()).await;
                }
                Ok(())
            }
            ClientMessage::Join { visit } => self.join(visit).await,
            ClientMessage::Leave { visit } => {
                self.hub.leave_call(visit, self.handle.id());
                Ok(())
            }
            ClientMessage::Signal { visit, envelope } => {
                self.hub.signal(visit, self.handle.id(), envelope);
                Ok(())
            }
            ClientMessage::Media { visit, state } => {
                self.hub.media(visit, self.handle.id(), state);
                Ok(())
            }
            ClientMessage::OpenThread { visit, after } => self.open_thread(visit, after).await,
            ClientMessage::Typing { visit } => {
                self.hub.typing(visit, self.handle.id());
                Ok(())
            }
            ClientMessage::AtThread { thread, state } => self.at_thread(thread, state).await,
            ClientMessage::WatchTimes { doctor } => {
                self.unwatch_times();
                self.hub.watch_times(doctor, &self.handle);
                self.watched = Some(doctor);
                Ok(())
            }
            ClientMessage::UnwatchTimes { doctor } => {
                if self.watched == Some(doctor) {
                    self.unwatch_times();
                }
                Ok(())
            }
        }
    }

    fn unwatch_times(&mut self) {
        if let Some(doctor) = self.watched.take() {
            self.hub.unwatch_times(doctor, self.handle.id());
        }
    }

    async fn hello(&mut self, last: Option<i64>) -> Step {
        let newest = live::last_number(self.hub.domain(), self.acting.user).await.map_err(lost)?;
        let from = last.unwrap_or(newest);
        self.last = Some(from);
        // From now on the page receives the end of the session as an event. An earlier end was not sent to it, so the session is checked here.
        self.check_session().await?;
        let acts_as = ActsAs { role: self.acting.role, patient: self.acting.patient };
        self.say(&ServerMessage::Welcome { last: from, acts_as: Some(acts_as) }).await?;
        self.catch_up().await
    }

    /// Sends the page the events that it has missed.
    async fn catch_up(&mut self) -> Step {
        let Some(after) = self.last else { return Ok(()) };
        match live::missed(self.hub.domain(), self.acting.user, after).await.map_err(lost)? {
            Missed::Resync { last } => {
                self.last = Some(last);
                // A missed event may have been about a room, the session or a thread.
                let access = self.access().await?;
                for visit in self.rooms.clone() {
                    self.check_seat(&access, visit).await?;
                }
                for thread in self.threads.keys().copied().collect::<Vec<_>>() {
                    self.tell_messages(&access, thread).await?;
                }
                self.say(&ServerMessage::Resync { last }).await
            }
            Missed::Events(events) => {
                for event in events {
                    self.tell(event).await?;
                }
                Ok(())
            }
        }
    }

    async fn tell(&mut self, event: LiveEvent) -> Step {
        self.last = Some(event.number);
        match event.kind {
            LiveKind::SessionRevoked if event.resource == self.acting.session.uuid() => return Err(End(Some(CLOSE_SIGNED_OUT))),
            LiveKind::Visit if self.rooms.contains(&event.resource.into()) => {
                let access = self.access().await?;
                self.check_seat(&access, event.resource.into()).await?;
            }
            LiveKind::Thread if self.threads.contains_key(&event.resource.into()) => {
                let access = self.access().await?;
                self.tell_messages(&access, event.resource.into()).await?;
            }
            LiveKind::SessionRevoked
            | LiveKind::Visit
            | LiveKind::Thread
            | LiveKind::Appointment
            | LiveKind::Prescription
            | LiveKind::Team
            | LiveKind::AccessAnswered
            | LiveKind::DoctorApplied
            | LiveKind::Terms => {}
        }
        self.say(&ServerMessage::Event { number: event.number, kind: event.kind, resource: event.resource }).await
    }

    async fn subscribe(&mut self, visit: EncounterId) -> Step {
        if !self.rooms.contains(&visit) && self.rooms.len() >= MOST_ROOMS {
            return self.refuse(visit, Code::RateLimited).await;
        }
        let access = self.access().await?;
        match visits::seat(self.hub.domain(), &access, visit).await {
            Ok(seat) => {
                self.rooms.insert(visit);
                self.hub.follow(visit, &self.handle, seat.side, seat.epoch).await;
                Ok(())
            }
            Err(error) => self.refused(visit, &error).await,
        }
    }

    async fn join(&mut self, visit: EncounterId) -> Step {
        if !self.rooms.contains(&visit) {
            self.subscribe(visit).await?;
        }
        if !self.rooms.contains(&visit) {
            return Ok(());
        }
        let access = self.access().await?;
        match domain::error::retry(|| visits::join(self.hub.domain(), &access, visit)).await {
            Ok(joined) => {
                self.hub.join(visit, self.handle.id(), joined.epoch);
                Ok(())
            }
            Err(error) => self.refused(visit, &error).await,
        }
    }

    /// Leaves the room of a visit that has ended, or of which the user is no longer a participant.
    async fn check_seat(&mut self, access: &Access, visit: EncounterId) -> Step {
        match visits::seat(self.hub.domain(), access, visit).await {
            Ok(seat) if seat.state == VisitState::Ended => self.hub.close_visit(visit).await,
            Ok(_) => return Ok(()),
            Err(error) if matches!(error.code(), Code::NotFound | Code::Forbidden | Code::SignInNeeded) => {
                self.hub.close_participant(visit, self.acting.user).await;
            }
            Err(error) => return Err(lost(error)),
        }
        self.rooms.remove(&visit);
        self.hub.leave_room(visit, self.handle.id()).await;
        Ok(())
    }

    /// The access for one message, to the page or from it. The session is looked up again, and what is read is audited as a request of its own.
    async fn access(&mut self) -> Result<Access, End> {
        self.check_session().await?;
        Ok(self.opened.in_request(self.hub.domain().new_id()))
    }

    /// Ends the socket if the session has ended, or if its user acts in another role, clinic or for another patient than when the socket opened. In that case the
    /// page connects again, learns in which role and for whom they act now, and is loaded again.
    async fn check_session(&mut self) -> Step {
        let (domain, session) = (self.hub.domain(), self.acting.session);
        // A visit counts as use of the session: without this, a visit that needs no request for an hour would end it.
        let found = if self.rooms.is_empty() {
            identity::observe_session(domain, session).await
        } else {
            identity::resolve_session(domain, session).await
        };
        match found.map_err(lost)? {
            Some(acting) if acting == self.acting => Ok(()),
            Some(_) => Err(End(Some(CLOSE_TRY_AGAIN))),
            None => Err(End(Some(CLOSE_SIGNED_OUT))),
        }
    }

    async fn refused(&mut self, visit: EncounterId, error: &domain::Error) -> Step {
        error.log("a socket's request failed", None);
        self.refuse(visit, error.code()).await
    }

    async fn refuse(&mut self, visit: EncounterId, code: Code) -> Step {
        self.say(&ServerMessage::Refused { visit, code }).await
    }

    async fn say(&mut self, message: &ServerMessage) -> Step {
        let Ok(text) = serde_json::to_string(message) else { return Err(End(Some(CLOSE_TRY_AGAIN))) };
        self.send(Message::Text(text.into())).await
    }

    async fn send(&mut self, message: Message) -> Step {
        match timeout(SEND, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End(None)),
        }
    }

    async fn close(mut self) {
        self.unwatch_times();
        // If the database does not answer, the relay's credentials expire by themselves.
        let ended = match identity::observe_session(self.hub.domain(), self.acting.session).await {
            Ok(acting) => acting.as_ref() != Some(&self.acting),
            Err(_) => false,
        };
        if ended {
            for visit in &self.rooms {
                self.hub.close_participant(*visit, self.acting.user).await;
            }
        }
        self.hub.unregister(self.acting.user, self.handle.id(), &self.rooms).await;
    }
}

/// The database did not answer. The socket is closed and the page reconnects later.
fn lost(error: domain::Error) -> End {
    error.log("a socket is closed", None);
    End(Some(CLOSE_TRY_AGAIN))
}
