//! The hub: all open sockets of this server instance by user, and the rooms of visits.

mod presence;
mod threads;

use super::{
    between::Between,
    handle::{Handle, Push, SocketId},
    room::{Room, Steps},
};
use crate::copies::Copies;
use domain::{AttemptNews, Domain, copies::CopyId};
use model::{
    ids::{DoctorId, EncounterId, UserId},
    live::{CLOSE_TOO_MANY, ServerMessage},
    visits::{
        signal::{Envelope, MediaState},
        views::Side,
    },
};
use relay::Relay;
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::sync::{mpsc, watch};

/// The close code when the server stops (RFC 6455 §7.4.1).
pub(super) const CLOSE_AWAY: u16 = 1001;
/// How many messages may be queued for a page before it counts as too slow.
const QUEUE: usize = 256;
/// How long a patient's page may be gone, from all copies of the server, before the patient leaves the waiting room. This covers a reload or a tunnel.
pub const ABSENCE: Duration = Duration::from_secs(30);
/// How many sockets are told at once that anything may have changed, and the pause after them: each of them asks the database.
const TOLD_AT_ONCE: usize = 50;
const TOLD_PAUSE: Duration = Duration::from_millis(50);

/// The options of a hub.
#[derive(Clone)]
pub struct Options {
    /// `public_url` in the form of an `Origin` header.
    pub public_origin: Arc<str>,
    /// How many sockets one user may have open; a further one closes the oldest.
    pub sockets_per_user: usize,
    /// The relay, if it runs in this process. When a visit ends, here or at another copy, the hub closes its allocations there.
    pub relay: Option<Arc<Relay>>,
    /// The other copies of the server.
    pub copies: Arc<dyn Copies>,
    /// How long a patient may be away: [`ABSENCE`].
    pub absence: Duration,
}

/// The hub. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    domain: Domain,
    options: Options,
    next_socket: AtomicU64,
    hears: watch::Sender<Hears>,
    stopping: AtomicBool,
    open: Mutex<Open>,
}

/// What is being received.
#[derive(Debug, Clone, Copy, Default)]
struct Hears {
    /// The events of the dispatcher.
    news: bool,
    /// The messages of other instances.
    copies: bool,
}

#[derive(Default)]
struct Open {
    users: HashMap<UserId, Vec<Handle>>,
    rooms: HashMap<EncounterId, Room>,
    /// The sockets whose page shows a doctor's free times.
    watchers: HashMap<DoctorId, Vec<Handle>>,
    /// Visits whose patient's last page has just gone and has not come back, in this or another instance; each with the number of the absence.
    away: HashMap<EncounterId, u64>,
    absences: u64,
    /// When each other instance was heard last.
    heard: HashMap<CopyId, Instant>,
}

impl Hub {
    /// Creates a hub without sockets. [`super::listen`] must run at the same time.
    #[must_use]
    pub fn new(domain: Domain, options: Options) -> Self {
        let inner = Inner {
            domain,
            options,
            next_socket: AtomicU64::new(1),
            hears: watch::Sender::default(),
            stopping: AtomicBool::new(false),
            open: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The number of open sockets.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.open().users.values().map(Vec::len).sum()
    }

    /// Waits until live events and other copies are heard, for callers that must not miss the first message.
    pub async fn listening(&self) {
        // This hub owns the sender, so the wait cannot fail.
        let _ = self.inner.hears.subscribe().wait_for(|hears| hears.news && hears.copies).await;
    }

    /// Whether live events are being received now. Messages of other copies are not asked after: without them each copy still serves its pages.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.inner.hears.borrow().news
    }

    pub(super) fn set_listening(&self, hears: bool) {
        self.inner.hears.send_modify(|all| all.news = hears);
    }

    pub(super) fn set_hearing_copies(&self, hears: bool) {
        self.inner.hears.send_modify(|all| all.copies = hears);
        metrics::gauge!("bedside_copies_heard").set(if hears { 1.0 } else { 0.0 });
    }

    pub(super) fn domain(&self) -> &Domain {
        &self.inner.domain
    }

    pub(super) fn public_origin(&self) -> &str {
        &self.inner.options.public_origin
    }

    pub(super) fn copies(&self) -> &dyn Copies {
        &*self.inner.options.copies
    }

    /// Registers a new socket of a user.
    pub(super) fn register(&self, user: UserId) -> (Handle, mpsc::Receiver<Push>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let id = SocketId(self.inner.next_socket.fetch_add(1, Ordering::Relaxed));
        let handle = Handle::new(id, sender);
        let mut open = self.open();
        let sockets = open.users.entry(user).or_default();
        if sockets.len() >= self.inner.options.sockets_per_user {
            sockets.remove(0).push(Push::Close(CLOSE_TOO_MANY));
        }
        sockets.push(handle.clone());
        (handle, receiver)
    }

    /// Removes a closed socket. `rooms` are the visits that it followed.
    pub(super) async fn unregister(&self, user: UserId, socket: SocketId, rooms: &HashSet<EncounterId>) {
        {
            let mut open = self.open();
            if let Some(sockets) = open.users.get_mut(&user) {
                sockets.retain(|handle| handle.id() != socket);
                if sockets.is_empty() {
                    open.users.remove(&user);
                }
            }
        }
        for visit in rooms {
            self.leave_room(*visit, socket).await;
        }
    }

    /// Tells these users' sockets that there may be new events.
    pub(super) fn news(&self, users: impl IntoIterator<Item = UserId>) {
        let open = self.open();
        for user in users {
            for handle in open.users.get(&user).into_iter().flatten() {
                handle.push(Push::News);
            }
        }
    }

    /// Tells these users' sockets that the users may do other things than before.
    pub(super) fn rights_changed(&self, users: impl IntoIterator<Item = UserId>) {
        let open = self.open();
        for user in users {
            for handle in open.users.get(&user).into_iter().flatten() {
                handle.push(Push::Rights);
            }
        }
    }

    /// Registers that a socket's page shows a doctor's free times.
    pub(super) fn watch_times(&self, doctor: DoctorId, handle: &Handle) {
        self.open().watchers.entry(doctor).or_default().push(handle.clone());
    }

    /// Registers that the page no longer shows them.
    pub(super) fn unwatch_times(&self, doctor: DoctorId, socket: SocketId) {
        let mut open = self.open();
        let Some(watchers) = open.watchers.get_mut(&doctor) else { return };
        watchers.retain(|handle| handle.id() != socket);
        if watchers.is_empty() {
            open.watchers.remove(&doctor);
        }
    }

    /// Tells the watching pages that the free times of these doctors have changed.
    pub(super) fn times_changed(&self, doctors: impl IntoIterator<Item = DoctorId>) {
        let open = self.open();
        for doctor in doctors {
            for handle in open.watchers.get(&doctor).into_iter().flatten() {
                handle.push(Push::Say(ServerMessage::Times { doctor }));
            }
        }
    }

    /// Tells all sockets to read everything again, because anything may have changed; some at a time, because each of them asks the database.
    pub(super) async fn all_catch_up(&self) {
        let users: Vec<UserId> = self.open().users.keys().copied().collect();
        for some in users.chunks(TOLD_AT_ONCE) {
            self.rights_changed(some.iter().copied());
            self.news(some.iter().copied());
            tokio::time::sleep(TOLD_PAUSE).await;
        }
        let doctors: Vec<_> = self.open().watchers.keys().copied().collect();
        for some in doctors.chunks(TOLD_AT_ONCE) {
            self.times_changed(some.iter().copied());
            tokio::time::sleep(TOLD_PAUSE).await;
        }
    }

    /// A user of this process may do other things than before: tells their sockets here and at the other copies.
    pub(super) fn rights_changed_here(&self, user: UserId) {
        self.rights_changed([user]);
        self.tell(&Between::Rights { user });
    }

    /// Tells the other copies what this process has counted.
    pub(super) fn attempts_counted_here(&self, news: AttemptNews) {
        self.tell(&Between::Attempts { news });
    }

    /// Closes all sockets because the server stops. Pages reconnect to another instance, or later. Whether a patient does is looked after by the others.
    pub(super) fn close_all(&self) {
        self.inner.stopping.store(true, Ordering::SeqCst);
        for handle in self.open().users.values().flatten() {
            handle.push(Push::Close(CLOSE_AWAY));
        }
    }

    /// Lets a follower join the call, in the epoch that the use case began.
    pub(super) fn join(&self, visit: EncounterId, socket: SocketId, epoch: u32) {
        self.in_room(visit, |room| room.join(socket, epoch));
    }

    /// A follower leaves the call.
    pub(super) fn leave_call(&self, visit: EncounterId, socket: SocketId) {
        self.in_room(visit, |room| room.leave_call(socket));
    }

    /// Forwards a signal.
    pub(super) fn signal(&self, visit: EncounterId, socket: SocketId, envelope: Envelope) {
        self.in_room(visit, |room| room.signal(socket, envelope));
    }

    /// Tells the other participant what this one sends.
    pub(super) fn media(&self, visit: EncounterId, socket: SocketId, state: MediaState) {
        self.in_room(visit, |room| room.media(socket, state));
    }

    /// Tells the other participant that this one is typing.
    pub(super) fn typing(&self, visit: EncounterId, socket: SocketId) {
        self.in_room(visit, |room| room.typing(socket));
    }

    /// The visit is over: closes its allocations on the relays of all copies.
    pub(super) async fn close_visit(&self, visit: EncounterId) {
        self.tell(&Between::Over { visit });
        self.close_scope(visit).await;
    }

    /// The user is no longer a participant of the visit: closes the user's allocations on the relays of all copies.
    pub(super) async fn close_participant(&self, visit: EncounterId, user: UserId) {
        self.tell(&Between::Out { visit, user });
        self.close_user(visit, user).await;
    }

    async fn close_scope(&self, visit: EncounterId) {
        if let Some(relay) = &self.inner.options.relay {
            relay.close_scope(&visit.uuid().to_string()).await;
        }
    }

    async fn close_user(&self, visit: EncounterId, user: UserId) {
        if let Some(relay) = &self.inner.options.relay {
            relay.close_participant(&visit.uuid().to_string(), &user.uuid().to_string()).await;
        }
    }

    /// Another server instance was heard, so it runs.
    pub(super) fn heard_of(&self, from: CopyId) {
        self.open().heard.insert(from, Instant::now());
    }

    /// Handles a message from another server instance.
    pub(super) async fn heard(&self, from: CopyId, message: Between) {
        self.heard_of(from);
        match message {
            Between::Over { visit } => self.close_scope(visit).await,
            Between::Out { visit, user } => self.close_user(visit, user).await,
            Between::Rights { user } => self.rights_changed([user]),
            Between::AtThread { thread, state, users } => self.at_thread(thread, state, &users),
            Between::Attempts { news } => self.domain().hear_attempts(news),
            Between::Follows { visit, side: Side::Patient } => {
                self.open().away.remove(&visit);
                self.in_room(visit, |room| room.heard(from, message));
            }
            Between::Follows { visit, side: Side::Doctor }
            | Between::Joined { visit, .. }
            | Between::Here { visit, .. }
            | Between::Left { visit, .. }
            | Between::Signal { visit, .. }
            | Between::Media { visit, .. }
            | Between::Typing { visit, .. } => self.in_room(visit, |room| room.heard(from, message)),
        }
    }

    /// Messages of other copies may have been lost: asks them who is in the calls of the rooms here.
    pub(super) fn ask_rooms(&self) {
        self.in_all_rooms(Room::ask);
    }

    /// Forgets those at other copies who were asked after and did not answer.
    pub(super) fn forget_unconfirmed(&self) {
        self.in_all_rooms(Room::forget_unconfirmed);
    }

    fn in_all_rooms(&self, step: impl FnMut(&mut Room) -> Steps) {
        let steps: Vec<Steps> = self.open().rooms.values_mut().map(step).collect();
        steps.into_iter().for_each(|steps| self.carry_out(steps));
    }

    fn in_room(&self, visit: EncounterId, step: impl FnOnce(&mut Room) -> Steps) {
        let steps = self.open().rooms.get_mut(&visit).map(step);
        if let Some(steps) = steps {
            self.carry_out(steps);
        }
    }

    fn carry_out(&self, steps: Steps) {
        for (handle, message) in steps.say {
            handle.push(Push::Say(message));
        }
        steps.tell.iter().for_each(|message| self.tell(message));
    }

    fn tell(&self, message: &Between) {
        match serde_json::to_value(message) {
            Ok(message) => self.copies().tell(message),
            Err(error) => tracing::error!(%error, "a message to the other copies cannot be written"),
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.inner.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Hub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hub").field("open_sockets", &self.open_sockets()).finish_non_exhaustive()
    }
}
