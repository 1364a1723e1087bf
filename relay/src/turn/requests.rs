//! Handles requests: authentication, Binding, Refresh, CreatePermission and ChannelBind (RFC 8656 §8 to §12).

use std::net::SocketAddr;

use super::allocation::Conflict;
use super::answer::Code;
use super::gate::{self, Proof, Stopped};
use super::server::Server;
use super::{AllocationId, Family, Flow, Moment, Output, Sockets, Transport};
use crate::stun::{CHANNELS, Message, Method, attribute};

/// The comprehension-required attributes that this server understands.
pub(super) const UNDERSTOOD: [u16; 15] = [
    attribute::CHANNEL_NUMBER,
    attribute::DATA,
    attribute::DONT_FRAGMENT,
    attribute::EVEN_PORT,
    attribute::LIFETIME,
    attribute::MESSAGE_INTEGRITY,
    attribute::MESSAGE_INTEGRITY_SHA256,
    attribute::NONCE,
    attribute::PASSWORD_ALGORITHM,
    attribute::REALM,
    attribute::REQUESTED_ADDRESS_FAMILY,
    attribute::REQUESTED_TRANSPORT,
    attribute::RESERVATION_TOKEN,
    attribute::USERNAME,
    attribute::XOR_PEER_ADDRESS,
];

impl Server {
    pub(super) fn request(&mut self, sockets: &mut impl Sockets, flow: Flow, message: &Message<'_>, now: Moment) -> Output {
        match message.method() {
            Method::Binding => return self.binding(flow, message, now),
            Method::Allocate | Method::Refresh | Method::CreatePermission | Method::ChannelBind => {}
            // No client sends these as requests, so no client waits for an answer (RFC 8489 §6.3).
            Method::Send | Method::Data | Method::Other(_) => return self.malformed(),
        }
        let proof = match gate::prove(&self.shared, message, flow.client) {
            Ok(proof) => proof,
            Err(stopped) => return self.stop(flow, message, stopped, now),
        };
        // An attribute that is understood but cannot be fulfilled is answered like an unknown one (RFC 8656 §7.2).
        let impossible = message.method() == Method::Allocate && !sockets.can_forbid_fragmentation();
        let impossible =
            message.covered().filter(move |part| impossible && part.kind == attribute::DONT_FRAGMENT).map(|part| part.kind);
        let mut refused = not_understood(message).chain(impossible).peekable();
        if refused.peek().is_some() {
            self.answer.unknown(message, Some(&proof), refused);
            return Output::Answer;
        }
        let held = self.held_by(sockets, flow, now);
        let done = match (message.method(), held) {
            (Method::Allocate, held) => self.allocate(sockets, flow, message, &proof, held, now),
            (_, None) => Err(Code::AllocationMismatch),
            (method, Some(id)) => self.steer(sockets, method, message, &proof, id, now),
        };
        match done {
            Ok(()) => Output::Answer,
            // The credential is valid but has expired or was barred, so it is answered like a refused one.
            Err(Code::Unauthenticated) => self.stop(flow, message, Stopped::Refused, now),
            Err(code) => {
                self.answer.error(message, Some(&proof), code);
                Output::Answer
            }
        }
    }

    /// Answers a Binding request, which needs no credential (RFC 8489 §2).
    fn binding(&mut self, flow: Flow, message: &Message<'_>, now: Moment) -> Output {
        if !self.may_answer(flow, now) {
            return Output::Nothing;
        }
        if not_understood(message).next().is_some() {
            self.answer.unknown(message, None, not_understood(message));
        } else {
            self.answer.binding(message, flow.client);
        }
        Output::Answer
    }

    /// Answers an unauthenticated request, within the limit for such answers.
    fn stop(&mut self, flow: Flow, message: &Message<'_>, stopped: Stopped, now: Moment) -> Output {
        if stopped == Stopped::Refused {
            self.counters.refused_credentials.one();
        }
        if !self.may_answer(flow, now) {
            return Output::Nothing;
        }
        let code = match stopped {
            Stopped::Challenge | Stopped::Refused => Code::Unauthenticated,
            Stopped::Stale => Code::StaleNonce,
            Stopped::BadRequest => {
                self.answer.error(message, None, Code::BadRequest);
                return Output::Answer;
            }
        };
        let nonce = self.shared.nonces.issue(flow.client, self.shared.now_unix());
        self.answer.challenge(message, code, &self.shared.realm, nonce);
        Output::Answer
    }

    /// Whether an unauthenticated request may be answered. A client with an allocation or a connection has proved that its address is not forged,
    /// so it is always answered. On a connection clients also do not retransmit, so a missing answer would be final (RFC 8489 §6.2.2).
    fn may_answer(&mut self, flow: Flow, now: Moment) -> bool {
        let proved = matches!(flow.transport, Transport::Stream(_)) || self.flows.contains_key(&flow);
        let may = proved || self.strangers.may_answer(flow.client.ip(), now);
        if !may {
            self.counters.unanswered.one();
        }
        may
    }

    /// Handles a request about an existing allocation.
    fn steer(
        &mut self,
        sockets: &mut impl Sockets,
        method: Method,
        message: &Message<'_>,
        proof: &Proof,
        id: AllocationId,
        now: Moment,
    ) -> Result<(), Code> {
        let held = self.slots.get(id).ok_or(Code::AllocationMismatch)?;
        if *held.lease.username() != proof.username {
            return Err(Code::WrongCredentials);
        }
        match method {
            Method::Refresh => self.refresh(sockets, message, proof, id, now),
            Method::CreatePermission => self.create_permission(message, proof, id, now),
            _ => self.channel_bind(message, proof, id, now),
        }
    }

    /// Handles Refresh (RFC 8656 §8.2). With a lifetime of 0 the client ends its allocation, or one family of a dual one.
    fn refresh(
        &mut self,
        sockets: &mut impl Sockets,
        message: &Message<'_>,
        proof: &Proof,
        id: AllocationId,
        now: Moment,
    ) -> Result<(), Code> {
        let wanted_secs = match message.get(attribute::LIFETIME) {
            Some(value) => Some(attribute::number(value).ok_or(Code::BadRequest)?),
            None => None,
        };
        let family = match message.get(attribute::REQUESTED_ADDRESS_FAMILY) {
            Some(value) => Some(super::allocate::family(value).ok_or(Code::PeerAddressFamilyMismatch)?),
            None => None,
        };
        let held = self.slots.get(id).ok_or(Code::AllocationMismatch)?;
        if family.is_some_and(|family| !held.has_family(family)) {
            return Err(Code::PeerAddressFamilyMismatch);
        }
        let age_secs = self.shared.now_unix().saturating_sub(held.lease.opened_at_unix());
        let left_secs = self.shared.longest_allocation.as_secs().saturating_sub(age_secs);
        if wanted_secs == Some(0) {
            let both = held.has_family(Family::V4) && held.has_family(Family::V6);
            match family {
                Some(family) if both => self.end_family(sockets, id, family),
                _ => _ = self.end(sockets, id.slot),
            }
            self.answer.success(message, Some(proof), |writer| {
                writer.number(attribute::LIFETIME, 0);
            });
            return Ok(());
        }
        if left_secs == 0 {
            self.end(sockets, id.slot);
            return Err(Code::AllocationMismatch);
        }
        let lifetime_secs = self.shared.lifetime.granted_secs(wanted_secs, left_secs);
        held.expires = now.plus(std::time::Duration::from_secs(lifetime_secs.into()));
        self.answer.success(message, Some(proof), |writer| {
            writer.number(attribute::LIFETIME, lifetime_secs);
        });
        Ok(())
    }

    fn end_family(&mut self, sockets: &mut impl Sockets, id: AllocationId, family: Family) {
        let Some(held) = self.slots.get(id) else { return };
        if let Some(port) = held.ports[family.index()] {
            held.drop_family(family);
            sockets.close(id, family);
            self.shared.places.vacate(family, port);
        }
    }

    /// Handles CreatePermission (RFC 8656 §10.2): permits all peers of the request, or none.
    fn create_permission(&mut self, message: &Message<'_>, proof: &Proof, id: AllocationId, now: Moment) -> Result<(), Code> {
        let transaction = message.transaction();
        let named = message.covered().filter(|attribute| attribute.kind == attribute::XOR_PEER_ADDRESS);
        let named = named.map(|attribute| attribute::xor_address(attribute.value, transaction));
        if named.clone().next().is_none() || named.clone().any(|peer| peer.is_none()) {
            return Err(Code::BadRequest);
        }
        let peers = named.flatten().map(|peer| peer.ip());
        if !peers.clone().all(|peer| self.shared.borders.permits(peer)) {
            self.counters.refused_peers.one();
            return Err(Code::Forbidden);
        }
        let limit = self.shared.peers_per_allocation;
        let held = self.slots.get(id).ok_or(Code::AllocationMismatch)?;
        if peers.clone().any(|peer| !held.has_family(Family::of(peer))) {
            return Err(Code::PeerAddressFamilyMismatch);
        }
        // Repeated addresses count too, so that comparing each with each stays cheap.
        if peers.clone().count() > limit || held.peers_with(peers.clone(), now) > limit {
            return Err(Code::InsufficientCapacity);
        }
        peers.for_each(|peer| held.permit(peer, now));
        self.answer.success(message, Some(proof), |_| {});
        Ok(())
    }

    /// Handles ChannelBind (RFC 8656 §12.2).
    fn channel_bind(&mut self, message: &Message<'_>, proof: &Proof, id: AllocationId, now: Moment) -> Result<(), Code> {
        let (number, peer) = channel_and_peer(message).ok_or(Code::BadRequest)?;
        let Some(way) = self.shared.borders.way(peer) else {
            self.counters.refused_peers.one();
            return Err(Code::Forbidden);
        };
        let limit = self.shared.peers_per_allocation;
        let held = self.slots.get(id).ok_or(Code::AllocationMismatch)?;
        if !held.has_family(Family::of(peer.ip())) {
            return Err(Code::PeerAddressFamilyMismatch);
        }
        let full = held.channel(number, now).is_none() && held.channels() >= limit;
        if full || held.peers_with(std::iter::once(peer.ip()), now) > limit {
            return Err(Code::InsufficientCapacity);
        }
        held.bind(number, peer, way, now).map_err(|Conflict| Code::BadRequest)?;
        self.answer.success(message, Some(proof), |_| {});
        Ok(())
    }
}

fn channel_and_peer(message: &Message<'_>) -> Option<(u16, SocketAddr)> {
    let [n0, n1, _, _] = message.get(attribute::CHANNEL_NUMBER)? else { return None };
    let number = u16::from_be_bytes([*n0, *n1]);
    let peer = attribute::xor_address(message.get(attribute::XOR_PEER_ADDRESS)?, message.transaction())?;
    CHANNELS.contains(&number).then_some((number, peer))
}

/// The comprehension-required attributes that this server does not understand.
fn not_understood<'a>(message: &Message<'a>) -> impl Iterator<Item = u16> + use<'a> {
    let unknown =
        |attribute: &crate::stun::Attribute<'_>| attribute.must_be_understood() && !UNDERSTOOD.contains(&attribute.kind);
    message.covered().filter(unknown).map(|attribute| attribute.kind)
}
