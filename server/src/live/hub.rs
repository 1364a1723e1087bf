//! The hub: all open sockets of this server instance by user, and the rooms of visits.

use super::{
    between::Between,
    room::{Room, Steps},
};
use domain::{Domain, access::Access, live::signals, visits};
use model::{
    ids::{DoctorId, EncounterId, UserId},
    live::{CLOSE_TOO_MANY, ServerMessage},
    visits::{
        signal::{Envelope, MediaState},
        views::{Side, VisitState},
    },
};
use relay::Relay;
use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;

/// The close code when the server stops (RFC 6455 §7.4.1).
pub(super) const CLOSE_AWAY: u16 = 1001;
/// How many messages may be queued for a page before it counts as too slow.
const QUEUE: usize = 256;
/// How long a patient's page may be gone before the patient leaves the waiting room. This covers a reload or a tunnel.
const ABSENCE: Duration = Duration::from_secs(30);

/// The options of a hub.
#[derive(Clone)]
pub struct Options {
    /// `public_url` in the form of an `Origin` header.
    pub public_origin: Arc<str>,
    /// How many sockets one user may have open; a further one closes the oldest.
    pub sockets_per_user: usize,
    /// The relay, if it runs in this process. When a visit ends here, the hub closes its allocations there.
    pub relay: Option<Arc<Relay>>,
}

/// The hub. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    domain: Domain,
    options: Options,
    /// Identifies this server instance among the others.
    origin: u128,
    next_socket: AtomicU64,
    /// Whether events of the dispatcher and of other instances are being received.
    hears: watch::Sender<bool>,
    open: Mutex<Open>,
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
}

/// Identifies a socket within this instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct SocketId(pub(super) u64);

/// An instruction to a socket.
#[derive(Debug)]
pub(super) enum Push {
    /// There may be new events: read them from the database.
    News,
    /// The user may do other things than before: look the session up again.
    Rights,
    /// Send this message.
    Say(ServerMessage),
    /// Close with this code.
    Close(u16),
}

/// A sender to one socket.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    id: SocketId,
    sender: mpsc::Sender<Push>,
    stop: CancellationToken,
}

impl Handle {
    pub(super) fn id(&self) -> SocketId {
        self.id
    }

    /// Cancelled when the page is too slow.
    pub(super) fn stop(&self) -> &CancellationToken {
        &self.stop
    }

    fn push(&self, push: Push) {
        if self.sender.try_send(push).is_err() {
            self.stop.cancel();
        }
    }

    /// A handle whose messages nobody reads.
    #[cfg(test)]
    pub(super) fn deaf(id: u64) -> Self {
        Self { id: SocketId(id), sender: mpsc::channel(1).0, stop: CancellationToken::new() }
    }
}

impl Hub {
    /// Creates a hub without sockets. [`super::listen`] must run at the same time.
    #[must_use]
    pub fn new(domain: Domain, options: Options) -> Self {
        let mut origin = [0; 16];
        domain.randomness().fill(&mut origin);
        let inner = Inner {
            domain,
            options,
            origin: u128::from_be_bytes(origin),
            next_socket: AtomicU64::new(1),
            hears: watch::Sender::new(false),
            open: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// The number of open sockets.
    #[must_use]
    pub fn open_sockets(&self) -> usize {
        self.open().users.values().map(Vec::len).sum()
    }

    /// Waits until live events are received, for callers that must not miss the first one.
    pub async fn listening(&self) {
        // This hub owns the sender, so the wait cannot fail.
        let _ = self.inner.hears.subscribe().wait_for(|hears| *hears).await;
    }

    /// Whether live events are being received now.
    #[must_use]
    pub fn is_listening(&self) -> bool {
        *self.inner.hears.borrow()
    }

    pub(super) fn set_listening(&self, hears: bool) {
        self.inner.hears.send_replace(hears);
    }

    pub(super) fn domain(&self) -> &Domain {
        &self.inner.domain
    }

    pub(super) fn public_origin(&self) -> &str {
        &self.inner.options.public_origin
    }

    pub(super) fn origin(&self) -> u128 {
        self.inner.origin
    }

    /// Registers a new socket of a user.
    pub(super) fn register(&self, user: UserId) -> (Handle, mpsc::Receiver<Push>) {
        let (sender, receiver) = mpsc::channel(QUEUE);
        let id = SocketId(self.inner.next_socket.fetch_add(1, Ordering::Relaxed));
        let handle = Handle { id, sender, stop: CancellationToken::new() };
        let mut open = self.open();
        let sockets = open.users.entry(user).or_default();
        if sockets.len() >= self.inner.options.sockets_per_user {
            sockets.remove(0).push(Push::Close(CLOSE_TOO_MANY));
        }
        sockets.push(handle.clone());
        (handle, receiver)
    }

    /// Removes a closed socket. `rooms` are the visits that it followed.
    pub(super) async fn unregister(&self, user: UserId, socket: SocketId, access: &Access, rooms: &HashSet<EncounterId>) {
        {
            let mut open = self.open();
            if let Some(sockets) = open.users.get_mut(&user) {
                sockets.retain(|handle| handle.id != socket);
                if sockets.is_empty() {
                    open.users.remove(&user);
                }
            }
        }
        for visit in rooms {
            self.leave_room(*visit, socket, access).await;
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
        watchers.retain(|handle| handle.id != socket);
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

    /// Tells all sockets that there may be new events.
    pub(super) fn news_for_all(&self) {
        self.news(self.users());
    }

    fn users(&self) -> Vec<UserId> {
        self.open().users.keys().copied().collect()
    }

    /// Tells all sockets to read everything again, because anything may have changed.
    pub(super) fn all_catch_up(&self) {
        self.rights_changed(self.users());
        self.news_for_all();
        let doctors: Vec<_> = self.open().watchers.keys().copied().collect();
        self.times_changed(doctors);
    }

    /// Closes all sockets because the server stops. Pages reconnect to another instance, or later.
    pub(super) fn close_all(&self) {
        for handle in self.open().users.values().flatten() {
            handle.push(Push::Close(CLOSE_AWAY));
        }
    }

    /// Lets a participant follow a visit. The caller has already checked the participant's seat.
    pub(super) async fn follow(&self, visit: EncounterId, handle: &Handle, side: Side, epoch: u32) {
        let steps = {
            let mut open = self.open();
            if side == Side::Patient {
                open.away.remove(&visit);
            }
            open.rooms.entry(visit).or_insert_with(|| Room::new(visit)).follow(handle, side, epoch)
        };
        self.carry_out(steps).await;
    }

    /// Lets a follower join the call, in the epoch that the use case began.
    pub(super) async fn join(&self, visit: EncounterId, socket: SocketId, epoch: u32) {
        self.in_room(visit, |room| room.join(socket, epoch)).await;
    }

    /// A follower leaves the call.
    pub(super) async fn leave_call(&self, visit: EncounterId, socket: SocketId) {
        self.in_room(visit, |room| room.leave_call(socket)).await;
    }

    /// Forwards a signal.
    pub(super) async fn signal(&self, visit: EncounterId, socket: SocketId, envelope: Envelope) {
        self.in_room(visit, |room| room.signal(socket, envelope)).await;
    }

    /// Tells the other participant what this one sends.
    pub(super) async fn media(&self, visit: EncounterId, socket: SocketId, state: MediaState) {
        self.in_room(visit, |room| room.media(socket, state)).await;
    }

    /// Tells the other participant that this one is typing.
    pub(super) async fn typing(&self, visit: EncounterId, socket: SocketId) {
        self.in_room(visit, |room| room.typing(socket)).await;
    }

    /// Ends following a visit. If this was the patient's last page, the patient leaves the waiting room after [`ABSENCE`].
    pub(super) async fn leave_room(&self, visit: EncounterId, socket: SocketId, access: &Access) {
        let (steps, absence) = {
            let mut open = self.open();
            let Some(room) = open.rooms.get_mut(&visit) else { return };
            let (steps, side) = room.leave(socket);
            let away = side == Some(Side::Patient) && !room.has(Side::Patient);
            if room.is_empty() {
                open.rooms.remove(&visit);
            }
            let absence = away.then(|| {
                open.absences += 1;
                let absence = open.absences;
                open.away.insert(visit, absence);
                absence
            });
            (steps, absence)
        };
        self.carry_out(steps).await;
        if let Some(absence) = absence {
            self.watch_absence(visit, absence, access.clone());
        }
    }

    /// The visit is over: closes its allocations on the relay.
    pub(super) async fn close_visit(&self, visit: EncounterId) {
        if let Some(relay) = &self.inner.options.relay {
            relay.close_scope(&visit.uuid().to_string()).await;
        }
    }

    /// The user is no longer a participant of the visit: closes the user's allocations on the relay.
    pub(super) async fn close_participant(&self, visit: EncounterId, user: UserId) {
        if let Some(relay) = &self.inner.options.relay {
            relay.close_participant(&visit.uuid().to_string(), &user.uuid().to_string()).await;
        }
    }

    /// Handles a message about a room from another server instance.
    pub(super) async fn heard(&self, message: Between) {
        let visit = match &message {
            Between::Follows { visit, side } => {
                if *side == Side::Patient {
                    self.open().away.remove(visit);
                }
                *visit
            }
            Between::Joined { visit, .. }
            | Between::Here { visit, .. }
            | Between::Left { visit, .. }
            | Between::Signal { visit, .. }
            | Between::Media { visit, .. }
            | Between::Typing { visit, .. } => *visit,
        };
        self.in_room(visit, |room| room.heard(message)).await;
    }

    fn watch_absence(&self, visit: EncounterId, absence: u64, access: Access) {
        let hub = self.clone();
        tokio::spawn(async move {
            tokio::time::sleep(ABSENCE).await;
            // The patient may have come back and left again; that later absence has its own timer.
            let same = |open: &mut Open| open.away.get(&visit) == Some(&absence) && open.away.remove(&visit).is_some();
            let still_away = same(&mut hub.open());
            if !still_away {
                return;
            }
            match domain::error::retry(|| visits::leave(hub.domain(), &access, visit)).await {
                Ok(view) if view.state == VisitState::Open => {
                    tracing::debug!("a patient whose page is gone has left the waiting room")
                }
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(error.code = %error, "a patient whose page is gone may still be in the waiting room")
                }
            }
        });
    }

    async fn in_room(&self, visit: EncounterId, step: impl FnOnce(&mut Room) -> Steps) {
        let steps = self.open().rooms.get_mut(&visit).map(step);
        if let Some(steps) = steps {
            self.carry_out(steps).await;
        }
    }

    async fn carry_out(&self, steps: Steps) {
        for (handle, message) in steps.say {
            handle.push(Push::Say(message));
        }
        for message in steps.tell {
            let told = match serde_json::to_vec(&message) {
                Ok(body) => signals::publish(self.domain(), self.origin(), &body).await,
                Err(error) => Err(domain::Error::internal(error)),
            };
            if let Err(error) = told {
                tracing::warn!(error.code = %error, "the other copies were not told about a room");
            }
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
