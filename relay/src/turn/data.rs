//! Forwards payloads from a client to a peer and from a peer to a client (RFC 8656 §11, §12). Nothing here allocates, locks or waits.

use std::net::SocketAddr;

use super::allocation::Way;
use super::requests::UNDERSTOOD;
use super::server::Server;
use super::{AllocationId, Family, Flow, Fragmentation, Frame, Moment, Output, Sockets, Transport};
use crate::stun::{CHANNEL_HEADER_LENGTH, ChannelData, Class, Message, Method, TransactionId, Writer, attribute};

/// A payload to be sent to a peer, and its position in the frame.
pub(super) struct Send {
    slot: u32,
    peer: SocketAddr,
    way: Way,
    fragmentation: Fragmentation,
    offset: usize,
    length: usize,
}

/// The length of a Data indication before the payload: message header, XOR-PEER-ADDRESS, and the header of DATA.
const INDICATION_V4: usize = 20 + 12 + 4;
const INDICATION_V6: usize = 20 + 24 + 4;

impl Server {
    /// Handles ChannelData from a client (RFC 8656 §12.6).
    pub(super) fn channel_data(&mut self, flow: Flow, frame: &mut Frame<'_>, now: Moment) -> Output {
        let Some(ChannelData { number, payload }) = ChannelData::parse(frame.bytes()) else { return self.malformed() };
        let length = payload.len();
        let Some(slot) = self.flows.get(&flow).copied() else { return self.dropped() };
        let Some((_, allocation)) = self.slots.at(slot) else { return self.dropped() };
        let Some(channel) = allocation.channel(number, now) else { return self.dropped() };
        let (peer, way) = (channel.peer, channel.way);
        let fragmentation = Fragmentation::Allowed;
        self.carry_out(Send { slot, peer, way, fragmentation, offset: CHANNEL_HEADER_LENGTH, length }, frame, now)
    }

    /// Handles a Send indication (RFC 8656 §11.2); `None` when it is to be dropped.
    pub(super) fn send_indication(
        &mut self,
        sockets: &impl Sockets,
        flow: Flow,
        message: &Message<'_>,
        now: Moment,
    ) -> Option<Send> {
        let (mut peer, mut data, mut fragmentation) = (None, None, Fragmentation::Allowed);
        for attribute in message.covered() {
            match attribute.kind {
                attribute::XOR_PEER_ADDRESS if peer.is_none() => {
                    peer = Some(attribute::xor_address(attribute.value, message.transaction())?);
                }
                attribute::DATA if data.is_none() => data = Some((attribute.value_offset(), attribute.value.len())),
                attribute::DONT_FRAGMENT if !sockets.can_forbid_fragmentation() => return None,
                attribute::DONT_FRAGMENT => fragmentation = Fragmentation::Forbidden,
                // Attributes that are known but not used here are ignored (RFC 8489 §6.3).
                kind if attribute.must_be_understood() && !UNDERSTOOD.contains(&kind) => return None,
                _ => {}
            }
        }
        let (peer, (offset, length)) = (peer?, data?);
        // Between different families the DF bit is not copied (RFC 8656 §13).
        if Family::of(flow.client.ip()) != Family::of(peer.ip()) {
            fragmentation = Fragmentation::Allowed;
        }
        let slot = *self.flows.get(&flow)?;
        let (_, allocation) = self.slots.at(slot)?;
        if !allocation.permits(peer.ip(), now) {
            self.dropped();
            return None;
        }
        // A permission has no port, and not every port of the relay's own address may be reached.
        let Some(way) = self.shared.borders.way(peer) else {
            self.counters.refused_peers.one();
            return None;
        };
        Some(Send { slot, peer, way, fragmentation, offset, length })
    }

    /// Decides how a payload is sent to its peer.
    pub(super) fn carry_out(&mut self, send: Send, frame: &mut Frame<'_>, now: Moment) -> Output {
        let family = Family::of(send.peer.ip());
        let Some((id, allocation)) = self.slots.at(send.slot) else { return self.dropped() };
        let Some(port) = allocation.ports[family.index()] else { return self.dropped() };
        if allocation.expires <= now {
            return self.dropped();
        }
        let rate = self.shared.bandwidth.bytes_per_second;
        if rate.is_some_and(|rate| !allocation.to_peers.take(charge(send.length), rate.get(), now)) {
            return self.too_fast();
        }
        frame.narrow(send.offset, send.length);
        let outside = Output::ToPeer { allocation: id, peer: send.peer, fragmentation: send.fragmentation };
        let to = match send.way {
            Way::Outside => {
                self.counters.to_peer(send.length);
                return outside;
            }
            Way::Inside(to) => to,
        };
        let Some(from) = self.shared.places.public(family, port) else { return self.dropped() };
        match self.shared.places.owner(to) {
            Some(owner) => {
                self.counters.to_peer(send.length);
                if owner.worker == self.worker {
                    self.hand_to_client(owner.allocation, from, frame, now)
                } else {
                    Output::ToWorker { worker: owner.worker, allocation: owner.allocation, from }
                }
            }
            None if self.shared.borders.lists(to.ip()) => {
                self.counters.to_peer(send.length);
                outside
            }
            None => self.dropped(),
        }
    }

    /// Wraps a payload for the client of an allocation (RFC 8656 §11.3, §12.7).
    pub(super) fn hand_to_client(&mut self, id: AllocationId, peer: SocketAddr, frame: &mut Frame<'_>, now: Moment) -> Output {
        let length = frame.bytes().len();
        let Some(allocation) = self.slots.get(id) else { return self.dropped() };
        if allocation.expires <= now || !allocation.permits(peer.ip(), now) {
            return self.dropped();
        }
        let rate = self.shared.bandwidth.bytes_per_second;
        if rate.is_some_and(|rate| !allocation.to_client.take(charge(length), rate.get(), now)) {
            return self.too_fast();
        }
        let Ok(short) = u16::try_from(length) else { return self.dropped() };
        let flow = allocation.flow;
        let wrapped = match allocation.channel_to(peer, now) {
            Some(channel) => {
                let header = ChannelData::header(channel.number, short);
                frame.prepend(&header) && (flow.transport == Transport::Datagram || frame.pad())
            }
            None => {
                self.indications = self.indications.wrapping_add(1);
                indicate(frame, peer, self.indications)
            }
        };
        if !wrapped {
            return self.dropped();
        }
        self.counters.to_client(length);
        Output::ToClient(flow)
    }

    fn dropped(&self) -> Output {
        self.counters.dropped.one();
        Output::Nothing
    }

    fn too_fast(&self) -> Output {
        self.counters.refused_bandwidth.one();
        Output::Nothing
    }
}

/// The bandwidth that a payload uses: its length and that of the IP and UDP headers.
fn charge(length: usize) -> u32 {
    u32::try_from(length + 28).unwrap_or(u32::MAX)
}

/// Turns a payload into a Data indication (RFC 8656 §11.3).
fn indicate(frame: &mut Frame<'_>, peer: SocketAddr, number: u64) -> bool {
    let length = frame.bytes().len();
    let Ok(short) = u16::try_from(length) else { return false };
    let header_length = if peer.is_ipv4() { INDICATION_V4 } else { INDICATION_V6 };
    let mut id = [0; 12];
    id[4..].copy_from_slice(&number.to_be_bytes());
    let mut header = [0; INDICATION_V6];
    let mut writer = Writer::new(&mut header, Class::Indication, Method::Data, TransactionId(id));
    writer.xor_address(attribute::XOR_PEER_ADDRESS, peer);
    if writer.finish().is_err() {
        return false;
    }
    let Ok(whole) = u16::try_from(header_length - 20 + length.next_multiple_of(4)) else { return false };
    header[2..4].copy_from_slice(&whole.to_be_bytes());
    header[header_length - 4..header_length - 2].copy_from_slice(&attribute::DATA.to_be_bytes());
    header[header_length - 2..header_length].copy_from_slice(&short.to_be_bytes());
    frame.prepend(&header[..header_length]) && frame.pad()
}
