//! One UDP address where clients arrive, and the loop that serves it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use stun::error_code::CODE_BAD_REQUEST;
use stun::message::{
    CLASS_INDICATION, CLASS_REQUEST, METHOD_ALLOCATE, METHOD_BINDING, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION,
    METHOD_REFRESH, METHOD_SEND, Message,
};
use tokio::net::UdpSocket;
use turn::allocation::allocation_manager::{Manager, ManagerConfig};
use turn::allocation::five_tuple::FiveTuple;
use turn::allocation::permission::Permission;
use turn::auth::AuthHandler;
use turn::proto::PROTO_UDP;
use turn::proto::chandata::ChannelData;
use turn::server::request::Request;
use webrtc_util::Conn;

use super::client_side::ClientSide;
use super::gate::{Gate, Proof, Verdict};
use super::ports::{Pending, Ports, Wanted};
use super::relay_socket::is_about_one_packet;
use super::request::PortWish;
use super::sockets::{self, LISTENER_BUFFER};
use super::{Shared, answer, request};
use crate::config::{Config, Error};
use crate::ledger::{Flow, Lease};

/// The largest datagram that UDP carries.
const LARGEST_DATAGRAM: usize = 65_535;

/// How long a channel binding lasts unless it is refreshed (RFC 8656 §12).
const CHANNEL_LIFETIME: Duration = Duration::from_secs(600);

/// What the loop waits when the socket itself fails, so that it does not spin.
const AFTER_FAILURE: Duration = Duration::from_millis(50);

/// A bound address with its allocations.
pub(crate) struct Listener {
    index: usize,
    local: SocketAddr,
    socket: Arc<UdpSocket>,
    shared: Arc<Shared>,
    gate: Gate,
    manager: Arc<Manager>,
    pending: Pending,
    /// What the engine gets for datagrams that need no authentication.
    plain: Arc<ClientSide>,
}

impl Listener {
    pub(crate) fn bind(index: usize, address: SocketAddr, config: &Config, shared: &Arc<Shared>) -> Result<Arc<Self>, Error> {
        let failed = |source| Error::Listen { address, source };
        let socket = Arc::new(sockets::bind(address, LISTENER_BUFFER).map_err(failed)?);
        let local = socket.local_addr().map_err(failed)?;
        let pending = Pending::default();
        let ports = Ports {
            shared: Arc::clone(shared),
            relayed: config.relayed.clone(),
            range: config.ports.clone(),
            pending: Arc::clone(&pending),
        };
        Ok(Arc::new(Self {
            index,
            local,
            plain: Arc::new(ClientSide::new(Arc::clone(shared), Arc::clone(&socket), None)),
            socket,
            gate: Gate { shared: Arc::clone(shared), relayed: config.relayed.clone() },
            shared: Arc::clone(shared),
            manager: Arc::new(Manager::new(ManagerConfig { relay_addr_generator: Box::new(ports), alloc_close_notify: None })),
            pending,
        }))
    }

    /// The address that was bound, with the port that the system chose for port 0.
    pub(crate) fn local_addr(&self) -> SocketAddr {
        self.local
    }

    /// Serves until the relay stops; then ends the allocations of this listener.
    pub(crate) async fn serve(self: Arc<Self>) {
        let mut buffer = vec![0; LARGEST_DATAGRAM];
        loop {
            let received = tokio::select! {
                biased;
                () = self.shared.stop.cancelled() => break,
                received = self.socket.recv_from(&mut buffer) => received,
            };
            match received {
                Ok((length, client)) => self.handle(&buffer[..length], client).await,
                Err(error) if is_about_one_packet(&error) => {}
                Err(error) => {
                    tracing::error!(%error, relay.listener = self.index, "a relay listener cannot read from its socket");
                    tokio::time::sleep(AFTER_FAILURE).await;
                }
            }
        }
        for lease in self.shared.ledger.of_listener(self.index) {
            self.end(&lease).await;
        }
    }

    /// Ends the allocation of a lease: nothing flows any more, its port and its place in the quotas are free. The engine forgets it
    /// first: a flow that is free in the ledger is free in the engine.
    pub(crate) async fn end(&self, lease: &Arc<Lease>) {
        lease.closed.cancel();
        self.manager.delete_allocation(&self.five_tuple(lease.flow.client)).await;
        self.shared.ledger.give_back(lease);
    }

    async fn handle(&self, datagram: &[u8], client: SocketAddr) {
        if ChannelData::is_channel_data(datagram) {
            return self.run(datagram, client, Arc::clone(&self.plain), None).await;
        }
        let mut message = Message { raw: datagram.to_vec(), ..Message::default() };
        if message.decode().is_err() {
            return self.shared.counters.malformed.one();
        }
        match (message.typ.class, message.typ.method) {
            (CLASS_INDICATION, METHOD_SEND) | (CLASS_REQUEST, METHOD_BINDING) => {
                self.run(datagram, client, Arc::clone(&self.plain), None).await;
            }
            (CLASS_REQUEST, METHOD_ALLOCATE | METHOD_REFRESH | METHOD_CREATE_PERMISSION | METHOD_CHANNEL_BIND) => {
                self.carry_out(&message, datagram, client).await;
            }
            (CLASS_REQUEST, _) => self.reply(&answer::error(&message, CODE_BAD_REQUEST), client).await,
            // Binding indications keep a NAT open; answers are to nothing that this relay asked.
            _ => {}
        }
    }

    async fn carry_out(&self, message: &Message, datagram: &[u8], client: SocketAddr) {
        match self.gate.judge(message, Flow { listener: self.index, client }) {
            Verdict::Answer(answer) => self.reply(&answer, client).await,
            Verdict::Forward(proof) => self.run(datagram, client, Arc::clone(&self.plain), Some(proof)).await,
            Verdict::Permit(proof, others) => {
                if let Some(allocation) = self.manager.get_allocation(&self.five_tuple(client)).await {
                    for peer in others {
                        allocation.add_permission(Permission::new(peer)).await;
                    }
                }
                self.run(datagram, client, Arc::clone(&self.plain), Some(proof)).await;
            }
            Verdict::Allocate(proof, lease) => self.allocate(message, datagram, proof, lease).await,
            Verdict::End(lease, answer) => {
                self.end(&lease).await;
                self.reply(&answer, client).await;
            }
        }
    }

    async fn allocate(&self, message: &Message, datagram: &[u8], proof: Proof, lease: Arc<Lease>) {
        let client = lease.flow.client;
        let port = request::port_wish(message);
        let rewritten = (port == PortWish::Even).then(|| request::without_even_port(message, &proof.key)).flatten();
        let datagram = rewritten.as_deref().unwrap_or(datagram);
        *self.pending() = Some(Wanted { lease: Arc::clone(&lease), port });
        let side = ClientSide::new(Arc::clone(&self.shared), Arc::clone(&self.socket), Some(Arc::clone(&lease)));
        self.run(datagram, client, Arc::new(side), Some(proof)).await;
        *self.pending() = None;
        // The engine may have refused it, and the scope may have been closed meanwhile.
        let made = self.manager.get_allocation(&self.five_tuple(client)).await.is_some();
        if !made || lease.closed.is_cancelled() {
            self.end(&lease).await;
        }
    }

    /// Lets the engine handle a datagram. What it makes of a client's mistakes is no error of ours; a panic in it costs that
    /// datagram and not the listener.
    async fn run(&self, datagram: &[u8], client: SocketAddr, conn: Arc<ClientSide>, proof: Option<Proof>) {
        let (key, nonces) = match proof {
            Some(proof) => (proof.key, HashMap::from([(proof.nonce, tokio::time::Instant::now())])),
            None => Default::default(),
        };
        let mut request = Request {
            conn: conn as Arc<dyn Conn + Send + Sync>,
            src_addr: client,
            buff: datagram.to_vec(),
            allocation_manager: Arc::clone(&self.manager),
            nonces: Arc::new(tokio::sync::Mutex::new(nonces)),
            auth_handler: Arc::new(Authenticated(key)),
            realm: self.shared.realm.clone(),
            channel_bind_timeout: CHANNEL_LIFETIME,
        };
        match Box::pin(AssertUnwindSafe(request.handle_request()).catch_unwind()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::trace!(%error, "the relay's engine refused a datagram"),
            Err(_) => {
                self.shared.counters.malformed.one();
                tracing::error!("the relay's engine panicked over a datagram, which was dropped");
            }
        }
    }

    async fn reply(&self, answer: &[u8], client: SocketAddr) {
        if answer.is_empty() {
            return;
        }
        if let Err(error) = self.socket.send_to(answer, client).await {
            tracing::trace!(%error, "an answer to a client was not sent");
        }
    }

    fn five_tuple(&self, client: SocketAddr) -> FiveTuple {
        FiveTuple { protocol: PROTO_UDP, src_addr: client, dst_addr: self.local }
    }

    fn pending(&self) -> std::sync::MutexGuard<'_, Option<Wanted>> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The gate has checked the credential; the engine asks for its key once more.
struct Authenticated(Vec<u8>);

impl AuthHandler for Authenticated {
    fn auth_handle(&self, _username: &str, _realm: &str, _client: SocketAddr) -> Result<Vec<u8>, turn::Error> {
        Ok(self.0.clone())
    }
}
