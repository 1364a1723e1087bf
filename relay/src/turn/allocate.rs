//! The Allocate request (RFC 8656 §7.2).

use std::io;
use std::time::Duration;

use super::allocation::{Allocation, Made, REPEATS};
use super::answer::Code;
use super::gate::Proof;
use super::places::{Attempt, Kept, Owner, PortWish, Token};
use super::server::Server;
use super::throttle::Bucket;
use super::{AllocationId, Family, Flow, Moment, Sockets};
use crate::ledger::{Lease, Purpose, Refusal};
use crate::stun::{Message, attribute};

/// How many ports are tried when other programs on this machine use them.
const ATTEMPTS: usize = 256;

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    relayed: Relayed,
    lifetime_secs: Option<u32>,
}

/// Which relayed addresses a request asks for.
#[derive(Debug, PartialEq, Eq)]
enum Relayed {
    /// One of this family.
    One(Family, PortWish),
    /// IPv4 and IPv6, or only one of them if the other is not available (RFC 8656 §7.2, §18.11).
    Both(PortWish),
    /// The port that was reserved under this token.
    Reserved(Token),
}

/// The leases of a request, taken before any port is opened.
struct Leases {
    allocation: Lease,
    /// The lease of the next higher port, which is to be reserved.
    neighbour: Option<Lease>,
    /// The port that an earlier request reserved.
    kept: Option<(Family, u16)>,
}

/// The ports that were opened for a request.
#[derive(Default)]
struct Got {
    ports: [Option<u16>; 2],
    /// The token for the next higher port, if the request asked to reserve it.
    token: Option<Token>,
    /// Of a request for both families, the one that is not available, and why.
    without: Option<(Family, Code)>,
}

impl Server {
    /// Makes an allocation and writes the answer, or returns the error code.
    pub(super) fn allocate(
        &mut self,
        sockets: &mut impl Sockets,
        flow: Flow,
        message: &Message<'_>,
        proof: &Proof,
        held: Option<AllocationId>,
        now: Moment,
    ) -> Result<(), Code> {
        if let Some(id) = held {
            return self.repeat(message, proof, id);
        }
        let now_unix = self.shared.now_unix();
        if proof.username.has_expired(now_unix) || self.shared.ledger.bars(&proof.username) {
            return Err(Code::Unauthenticated);
        }
        let wish = wish(message)?;
        if matches!(wish.relayed, Relayed::One(family, _) if !self.shared.places.has(family)) {
            return Err(Code::AddressFamilyNotSupported);
        }
        if self.shared.is_draining() {
            return Err(Code::InsufficientCapacity);
        }
        let Leases { allocation: lease, neighbour, kept } = self.lease(flow, proof, &wish.relayed, now)?;
        let id = self.slots.next_id();
        let got = self.open(sockets, id, &wish.relayed, neighbour, kept, now)?;
        let longest_secs = self.shared.longest_allocation.as_secs();
        let lifetime_secs = self.shared.lifetime.granted_secs(wish.lifetime_secs, longest_secs);
        self.write_success(flow, message, proof, &got, lifetime_secs);
        let made = Made { by: message.transaction(), answer: self.answer.bytes().into(), forget: now.plus(REPEATS) };
        let rate = self.shared.bandwidth.bytes_per_second.map_or(0, std::num::NonZeroU32::get);
        let expires = now.plus(Duration::from_secs(lifetime_secs.into()));
        self.slots.put(id, Allocation::new(flow, lease, got.ports, expires, made, Bucket::full(rate, now)));
        self.flows.insert(flow, id.slot);
        for family in [Family::V4, Family::V6] {
            if let Some(port) = got.ports[family.index()] {
                self.shared.places.settle(family, port, Owner { worker: self.worker, allocation: id });
            }
        }
        self.counters.allocations_made.one();
        Ok(())
    }

    /// Answers a retransmitted request with the same answer. Any other request fails because the allocation exists (RFC 8656 §7.2).
    fn repeat(&mut self, message: &Message<'_>, proof: &Proof, id: AllocationId) -> Result<(), Code> {
        let held = self.slots.get(id).ok_or(Code::AllocationMismatch)?;
        let repeated = held.made.by == message.transaction() && *held.lease.username() == proof.username;
        if !repeated || held.made.answer.is_empty() {
            return Err(Code::AllocationMismatch);
        }
        self.answer.repeat(&held.made.answer);
        Ok(())
    }

    /// Takes the leases that the request needs, or the lease of the earlier reservation.
    fn lease(&self, flow: Flow, proof: &Proof, wish: &Relayed, now: Moment) -> Result<Leases, Code> {
        let now_unix = self.shared.now_unix();
        let refused = |refusal| match refusal {
            Refusal::Barred => Code::Unauthenticated,
            Refusal::Quota => {
                self.counters.refused_quota.one();
                Code::AllocationQuotaReached
            }
        };
        if let Relayed::Reserved(token) = wish {
            let kept = self.shared.places.redeem(*token, &proof.username, now);
            let Kept { family, port, lease } = kept.ok_or(Code::InsufficientCapacity)?;
            let allocation = lease.redeem(now_unix).map_err(|refusal| {
                self.shared.places.vacate(family, port);
                refused(refusal)
            })?;
            return Ok(Leases { allocation, neighbour: None, kept: Some((family, port)) });
        }
        let take = |purpose| self.shared.ledger.take(purpose, flow.client.ip(), &proof.username, now_unix).map_err(refused);
        let allocation = take(Purpose::Allocation)?;
        let pair = matches!(wish, Relayed::One(_, PortWish::Pair));
        let neighbour = if pair { Some(take(Purpose::Reservation)?) } else { None };
        Ok(Leases { allocation, neighbour, kept: None })
    }

    fn open(
        &mut self,
        sockets: &mut impl Sockets,
        id: AllocationId,
        wish: &Relayed,
        neighbour: Option<Lease>,
        kept: Option<(Family, u16)>,
        now: Moment,
    ) -> Result<Got, Code> {
        let mut got = Got::default();
        match wish {
            Relayed::One(family, ports) => self.open_one(sockets, id, *family, *ports, &mut got)?,
            Relayed::Both(ports) => {
                let mut open = |family| match self.shared.places.has(family) {
                    true => self.open_one(sockets, id, family, *ports, &mut got),
                    false => Err(Code::AddressFamilyNotSupported),
                };
                got.without = match (open(Family::V4), open(Family::V6)) {
                    (Ok(()), Ok(())) => None,
                    (Ok(()), Err(code)) => Some((Family::V6, code)),
                    (Err(code), Ok(())) => Some((Family::V4, code)),
                    (Err(code), Err(_)) => return Err(code),
                };
            }
            Relayed::Reserved(_) => {
                let (family, port) = kept.ok_or(Code::InsufficientCapacity)?;
                if self.try_port(sockets, id, family, port) != Attempt::Taken {
                    self.shared.places.vacate(family, port);
                    return Err(Code::InsufficientCapacity);
                }
                got.ports[family.index()] = Some(port);
            }
        }
        if let (Relayed::One(family, PortWish::Pair), Some(lease), Some(port)) =
            (wish, neighbour, got.ports.iter().flatten().next())
        {
            got.token = self.shared.places.keep(Kept { family: *family, port: *port + 1, lease }, now);
            if got.token.is_none() {
                self.shared.places.vacate(*family, *port + 1);
            }
        }
        Ok(got)
    }

    fn open_one(
        &self,
        sockets: &mut impl Sockets,
        id: AllocationId,
        family: Family,
        wish: PortWish,
        got: &mut Got,
    ) -> Result<(), Code> {
        let mut attempts = 0;
        let port = self.shared.places.claim(family, wish, |port| {
            attempts += 1;
            if attempts > ATTEMPTS { Attempt::GiveUp } else { self.try_port(sockets, id, family, port) }
        });
        got.ports[family.index()] = Some(port.ok_or(Code::InsufficientCapacity)?);
        Ok(())
    }

    fn try_port(&self, sockets: &mut impl Sockets, id: AllocationId, family: Family, port: u16) -> Attempt {
        let Some(bind) = self.shared.places.bind(family, port) else { return Attempt::GiveUp };
        match sockets.open(id, bind) {
            Ok(()) => Attempt::Taken,
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => Attempt::GoOn,
            Err(error) => {
                tracing::warn!(%error, "the relay cannot open a socket for an allocation");
                Attempt::GiveUp
            }
        }
    }

    fn write_success(&mut self, flow: Flow, message: &Message<'_>, proof: &Proof, got: &Got, lifetime_secs: u32) {
        let places = &self.shared.places;
        self.answer.success(message, Some(proof), |writer| {
            for family in [Family::V4, Family::V6] {
                let port = got.ports[family.index()];
                if let Some(relayed) = port.and_then(|port| places.public(family, port)) {
                    writer.xor_address(attribute::XOR_RELAYED_ADDRESS, relayed);
                }
            }
            writer.number(attribute::LIFETIME, lifetime_secs);
            writer.xor_address(attribute::XOR_MAPPED_ADDRESS, flow.client);
            if let Some(token) = got.token {
                writer.attribute(attribute::RESERVATION_TOKEN, &token);
            }
            if let Some((family, code)) = got.without {
                let family = if family == Family::V4 { attribute::IPV4 } else { attribute::IPV6 };
                let [hundreds, rest] = [code.number() / 100, code.number() % 100].map(|part| part as u8);
                writer.attribute(attribute::ADDRESS_ERROR_CODE, &[family, 0, hundreds, rest]);
            }
        });
    }
}

/// Reads what a request asks for, in the order of RFC 8656 §7.2.
fn wish(message: &Message<'_>) -> Result<Wish, Code> {
    match message.get(attribute::REQUESTED_TRANSPORT) {
        Some([attribute::UDP, _, _, _]) => {}
        Some([_, _, _, _]) => return Err(Code::UnsupportedTransport),
        _ => return Err(Code::BadRequest),
    }
    let lifetime_secs = match message.get(attribute::LIFETIME) {
        Some(value) => Some(attribute::number(value).ok_or(Code::BadRequest)?),
        None => None,
    };
    let requested = message.get(attribute::REQUESTED_ADDRESS_FAMILY);
    let additional = message.get(attribute::ADDITIONAL_ADDRESS_FAMILY);
    let ports = match message.get(attribute::EVEN_PORT) {
        None => PortWish::Any,
        Some([flags, ..]) if flags & 0x80 == 0 => PortWish::Even,
        Some([_, ..]) => PortWish::Pair,
        Some([]) => return Err(Code::BadRequest),
    };
    if let Some(token) = message.get(attribute::RESERVATION_TOKEN) {
        let token = Token::try_from(token).map_err(|_| Code::BadRequest)?;
        if ports != PortWish::Any || requested.is_some() || additional.is_some() {
            return Err(Code::BadRequest);
        }
        return Ok(Wish { relayed: Relayed::Reserved(token), lifetime_secs });
    }
    let relayed = match (requested, additional) {
        (Some(_), Some(_)) => return Err(Code::BadRequest),
        (None, Some(value)) => {
            // The additional family can only be IPv6, and cannot be combined with reserving the next port.
            if family(value) != Some(Family::V6) || ports == PortWish::Pair {
                return Err(Code::BadRequest);
            }
            Relayed::Both(ports)
        }
        (Some(value), None) => Relayed::One(family(value).ok_or(Code::AddressFamilyNotSupported)?, ports),
        (None, None) => Relayed::One(Family::V4, ports),
    };
    Ok(Wish { relayed, lifetime_secs })
}

/// Reads REQUESTED-ADDRESS-FAMILY and ADDITIONAL-ADDRESS-FAMILY.
pub(super) fn family(value: &[u8]) -> Option<Family> {
    match value {
        [attribute::IPV4, _, _, _] => Some(Family::V4),
        [attribute::IPV6, _, _, _] => Some(Family::V6),
        _ => None,
    }
}
