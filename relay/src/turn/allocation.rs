//! One allocation: its owner, its expiry, and its permissions and channels (RFC 8656 §5, §9, §12).

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use super::throttle::Bucket;
use super::{AllocationId, Family, Flow, Moment};
use crate::ledger::Lease;
use crate::stun::TransactionId;

/// How long a permission lasts unless it is refreshed (RFC 8656 §9).
pub(super) const PERMISSION_LIFETIME: Duration = Duration::from_secs(300);

/// How long a channel lasts unless it is refreshed (RFC 8656 §12).
pub(super) const CHANNEL_LIFETIME: Duration = Duration::from_secs(600);

/// How long a client may retransmit a request (RFC 8489 §6.2.1: 39.5 seconds).
pub(super) const REPEATS: Duration = Duration::from_secs(40);

/// The state of one allocation.
pub(super) struct Allocation {
    pub(super) flow: Flow,
    pub(super) lease: Lease,
    /// The relayed ports for IPv4 and IPv6; at least one is present.
    pub(super) ports: [Option<u16>; 2],
    pub(super) expires: Moment,
    pub(super) made: Made,
    pub(super) to_peers: Bucket,
    pub(super) to_client: Bucket,
    permissions: Vec<Permission>,
    channels: Vec<Channel>,
}

/// The request that made an allocation, and its answer: a retransmitted request gets the same answer (RFC 8656 §7.2).
pub(super) struct Made {
    pub(super) by: TransactionId,
    pub(super) answer: Box<[u8]>,
    pub(super) forget: Moment,
}

/// Allows packets between the client and every port of this address.
#[derive(Clone, Copy)]
struct Permission {
    peer: IpAddr,
    expires: Moment,
}

/// A channel number that is bound to a peer.
#[derive(Clone, Copy)]
pub(super) struct Channel {
    pub(super) number: u16,
    /// How packets reach the peer. It was checked against the peer policy when the channel was bound.
    pub(super) way: Way,
    pub(super) peer: SocketAddr,
    expires: Moment,
}

/// How a packet reaches a peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Through a socket.
    Outside,
    /// Inside this process, to the allocation with this relayed address, if there is one.
    Inside(SocketAddr),
}

/// Why a channel cannot be bound (RFC 8656 §12.2).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Conflict;

impl Allocation {
    pub(super) fn new(flow: Flow, lease: Lease, ports: [Option<u16>; 2], expires: Moment, made: Made, bucket: Bucket) -> Self {
        Self {
            flow,
            lease,
            ports,
            expires,
            made,
            to_peers: bucket,
            to_client: bucket,
            permissions: Vec::new(),
            channels: Vec::new(),
        }
    }

    pub(super) fn has_family(&self, family: Family) -> bool {
        self.ports[family.index()].is_some()
    }

    /// Whether packets may pass between the client and this address now.
    pub(super) fn permits(&self, peer: IpAddr, now: Moment) -> bool {
        self.permissions.iter().any(|permission| permission.peer == peer && permission.expires > now)
    }

    /// Creates or refreshes the permission for an address.
    pub(super) fn permit(&mut self, peer: IpAddr, now: Moment) {
        let expires = now.plus(PERMISSION_LIFETIME);
        match self.permissions.iter_mut().find(|permission| permission.peer == peer) {
            Some(permission) => permission.expires = expires,
            None => {
                self.permissions.reserve_exact(1);
                self.permissions.push(Permission { peer, expires });
            }
        }
    }

    /// How many addresses would have a permission after `more` were added.
    pub(super) fn peers_with(&self, more: impl Iterator<Item = IpAddr> + Clone, now: Moment) -> usize {
        let held = self.permissions.iter().filter(|permission| permission.expires > now).count();
        let new =
            |(place, peer): (usize, IpAddr)| !self.permits(peer, now) && !more.clone().take(place).any(|earlier| earlier == peer);
        held + more.clone().enumerate().filter(|named| new(*named)).count()
    }

    /// The channel with this number.
    pub(super) fn channel(&self, number: u16, now: Moment) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.number == number && channel.expires > now)
    }

    /// The channel bound to this peer.
    pub(super) fn channel_to(&self, peer: SocketAddr, now: Moment) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.peer == peer && channel.expires > now)
    }

    /// Binds or refreshes a channel and its permission.
    ///
    /// # Errors
    /// [`Conflict`] when the number is bound to another peer, or the peer to another number.
    pub(super) fn bind(&mut self, number: u16, peer: SocketAddr, way: Way, now: Moment) -> Result<(), Conflict> {
        let expires = now.plus(CHANNEL_LIFETIME);
        self.channels.retain(|channel| channel.expires > now);
        match self.channels.iter_mut().find(|channel| channel.number == number || channel.peer == peer) {
            Some(channel) if channel.number == number && channel.peer == peer => channel.expires = expires,
            Some(_) => return Err(Conflict),
            None => {
                self.channels.reserve_exact(1);
                self.channels.push(Channel { number, way, peer, expires });
            }
        }
        self.permit(peer.ip(), now);
        Ok(())
    }

    /// How many channels are bound.
    pub(super) fn channels(&self) -> usize {
        self.channels.len()
    }

    /// Removes expired permissions and channels, and the stored answer when no retransmission can arrive any more.
    pub(super) fn sweep(&mut self, now: Moment) {
        self.permissions.retain(|permission| permission.expires > now);
        self.channels.retain(|channel| channel.expires > now);
        if self.made.forget <= now {
            self.made.answer = Box::default();
        }
    }

    /// Removes the port, permissions and channels of one family.
    pub(super) fn drop_family(&mut self, family: Family) {
        self.ports[family.index()] = None;
        self.permissions.retain(|permission| Family::of(permission.peer) != family);
        self.channels.retain(|channel| Family::of(channel.peer.ip()) != family);
    }
}

/// The allocations of one worker by slot. Slots are reused.
#[derive(Default)]
pub(super) struct Slots {
    slots: Vec<Slot>,
    free: Vec<u32>,
}

#[derive(Default)]
struct Slot {
    generation: u32,
    allocation: Option<Allocation>,
}

impl Slots {
    /// The id of the next allocation. It stays the same until [`Slots::put`] uses it.
    pub(super) fn next_id(&mut self) -> AllocationId {
        let slot = match self.free.last() {
            Some(slot) => *slot,
            None => {
                // The ports of both families are far fewer than 2^32.
                let slot = self.slots.len() as u32;
                self.slots.push(Slot::default());
                self.free.push(slot);
                slot
            }
        };
        AllocationId { slot, generation: self.slots[slot as usize].generation }
    }

    /// Puts an allocation into the slot of [`Slots::next_id`].
    pub(super) fn put(&mut self, id: AllocationId, allocation: Allocation) {
        debug_assert_eq!(self.free.last(), Some(&id.slot));
        self.free.pop();
        self.slots[id.slot as usize].allocation = Some(allocation);
    }

    /// Removes the allocation of a slot.
    pub(super) fn take(&mut self, slot: u32) -> Option<Allocation> {
        let place = self.slots.get_mut(slot as usize)?;
        let allocation = place.allocation.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(slot);
        Some(allocation)
    }

    /// The allocation that has the slot now.
    pub(super) fn at(&mut self, slot: u32) -> Option<(AllocationId, &mut Allocation)> {
        let place = self.slots.get_mut(slot as usize)?;
        let id = AllocationId { slot, generation: place.generation };
        Some((id, place.allocation.as_mut()?))
    }

    /// The allocation with this id, if it still exists.
    pub(super) fn get(&mut self, id: AllocationId) -> Option<&mut Allocation> {
        self.at(id.slot).filter(|(found, _)| *found == id).map(|(_, allocation)| allocation)
    }

    /// All allocations with their slots.
    pub(super) fn iter(&mut self) -> impl Iterator<Item = (u32, &mut Allocation)> {
        let filled = |(slot, place): (usize, _)| {
            let place: &mut Slot = place;
            Some((slot as u32, place.allocation.as_mut()?))
        };
        self.slots.iter_mut().enumerate().filter_map(filled)
    }
}
