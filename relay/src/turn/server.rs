//! The TURN server of one worker and its entry points.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;

use super::allocation::{Allocation, Slots};
use super::answer::Answer;
use super::shared::Shared;
use super::throttle::Strangers;
use super::{AllocationId, Family, Flow, Frame, Moment, Output, Sockets};
use crate::stats::Counters;
use crate::stun::{Class, Message, Method};

/// A TURN server for the clients of one worker. See the [module](super) for what it does.
pub struct Server {
    pub(super) worker: u8,
    pub(super) shared: Arc<Shared>,
    pub(super) counters: Arc<Counters>,
    pub(super) slots: Slots,
    pub(super) flows: HashMap<Flow, u32>,
    pub(super) answer: Answer,
    pub(super) strangers: Strangers,
    /// Counts Data indications, so that their transaction ids differ.
    pub(super) indications: u64,
}

/// How many allocations ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Departed(pub usize);

impl Server {
    /// A server without allocations. `worker` is its number among the servers that share `shared`, at most 253.
    pub fn new(worker: u8, shared: Arc<Shared>, counters: Arc<Counters>) -> Self {
        let strangers = Strangers::new(shared.answers_to_strangers);
        Self {
            worker,
            shared,
            counters,
            slots: Slots::default(),
            flows: HashMap::new(),
            answer: Answer::new(),
            strangers,
            indications: 0,
        }
    }

    /// Decides what to do with one message of a client: a datagram, or one frame of a stream.
    pub fn from_client(&mut self, sockets: &mut impl Sockets, flow: Flow, frame: &mut Frame<'_>, now: Moment) -> Output {
        match frame.bytes().first() {
            Some(0x40..=0x7f) => self.channel_data(flow, frame, now),
            Some(0x00..=0x3f) => {
                let Ok(message) = Message::parse(frame.bytes()) else { return self.malformed() };
                match (message.class(), message.method()) {
                    (Class::Indication, Method::Send) => match self.send_indication(&*sockets, flow, &message, now) {
                        Some(send) => self.carry_out(send, frame, now),
                        None => Output::Nothing,
                    },
                    (Class::Request, _) => self.request(sockets, flow, &message, now),
                    // Binding indications only keep a NAT binding open. Answers are ignored because this relay sends no requests.
                    (Class::Indication | Class::Success | Class::Error, _) => Output::Nothing,
                }
            }
            _ => self.malformed(),
        }
    }

    /// Decides what to do with a packet that a peer sent to the socket of this slot and family.
    pub fn from_peer(&mut self, slot: u32, peer: SocketAddr, frame: &mut Frame<'_>, now: Moment) -> Output {
        if !self.shared.borders.admits(peer) {
            self.counters.refused_peers.one();
            return Output::Nothing;
        }
        match self.slots.at(slot) {
            Some((id, _)) => self.hand_to_client(id, peer, frame, now),
            None => Output::Nothing,
        }
    }

    /// Decides what to do with a packet that another worker handed over with [`Output::ToWorker`].
    pub fn from_neighbour(&mut self, to: AllocationId, from: SocketAddr, frame: &mut Frame<'_>, now: Moment) -> Output {
        self.hand_to_client(to, from, frame, now)
    }

    /// The answer to send after [`Output::Answer`].
    pub fn answer(&self) -> &[u8] {
        self.answer.bytes()
    }

    /// Ends expired allocations and reservations. To be called about once a second.
    pub fn sweep(&mut self, sockets: &mut impl Sockets, now: Moment) -> Departed {
        self.shared.places.sweep(now);
        let departed = self.end_where(sockets, |allocation| allocation.expires <= now);
        self.slots.iter().for_each(|(_, allocation)| allocation.sweep(now));
        departed
    }

    /// Ends the allocations of a scope, or of one participant in it.
    pub fn close(&mut self, sockets: &mut impl Sockets, scope: &str, participant: Option<&str>) -> Departed {
        self.end_where(sockets, |allocation| {
            let username = allocation.lease.username();
            username.scope() == scope && participant.is_none_or(|who| username.participant() == who)
        })
    }

    /// Ends the allocation of a closed connection, because its client can no longer be reached.
    pub fn disconnect(&mut self, sockets: &mut impl Sockets, flow: Flow) -> Departed {
        let slot = self.flows.get(&flow).copied();
        Departed(slot.map_or(0, |slot| usize::from(self.end(sockets, slot))))
    }

    /// Ends all allocations.
    pub fn close_all(&mut self, sockets: &mut impl Sockets) -> Departed {
        self.end_where(sockets, |_| true)
    }

    /// Whether this flow has an allocation.
    pub fn has_allocation(&self, flow: Flow) -> bool {
        self.flows.contains_key(&flow)
    }

    fn end_where(&mut self, sockets: &mut impl Sockets, mut over: impl FnMut(&Allocation) -> bool) -> Departed {
        let ended: Vec<u32> = self.slots.iter().filter(|(_, held)| over(held)).map(|(slot, _)| slot).collect();
        Departed(ended.into_iter().filter(|slot| self.end(sockets, *slot)).count())
    }

    /// Ends an allocation: closes its sockets and frees its ports and its place in the quotas.
    pub(super) fn end(&mut self, sockets: &mut impl Sockets, slot: u32) -> bool {
        let Some((id, _)) = self.slots.at(slot) else { return false };
        let Some(allocation) = self.slots.take(slot) else { return false };
        self.flows.remove(&allocation.flow);
        for family in [Family::V4, Family::V6] {
            if let Some(port) = allocation.ports[family.index()] {
                sockets.close(id, family);
                self.shared.places.vacate(family, port);
            }
        }
        true
    }

    /// The allocation of a flow. If it has expired but was not swept yet, it is ended first and `None` is returned.
    pub(super) fn held_by(&mut self, sockets: &mut impl Sockets, flow: Flow, now: Moment) -> Option<AllocationId> {
        let slot = *self.flows.get(&flow)?;
        let (id, allocation) = self.slots.at(slot)?;
        if allocation.expires > now {
            return Some(id);
        }
        self.end(sockets, slot);
        None
    }

    pub(super) fn malformed(&self) -> Output {
        self.counters.malformed.one();
        Output::Nothing
    }
}
