//! The table of relayed addresses: which allocation of which worker owns which port.
//!
//! It is the only thing shared between workers that forwarding a packet uses. Reading takes one atomic load and no lock; it is written when an
//! allocation is made or ended.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::{AllocationId, Family, Moment};
use crate::config::Config;
use crate::credentials::Username;
use crate::ledger::Lease;

/// How long a reserved port is kept (RFC 8656 §7.2: at least 30 seconds).
const RESERVATION_LIFETIME: Duration = Duration::from_secs(30);

/// The port is free.
const VACANT: u64 = 0;

/// The port is being allocated, or reserved under a token.
const RESERVED: u64 = u64::MAX;

/// The token of a reserved port (RFC 8656 §18.10).
pub(super) type Token = [u8; 8];

pub(super) struct Places {
    families: [Option<Ports>; 2],
    first: u16,
    reservations: Mutex<Vec<Reservation>>,
}

/// The ports of one relayed address.
struct Ports {
    public: IpAddr,
    bind: IpAddr,
    /// By offset from the first port: [`VACANT`], [`RESERVED`], or a packed [`Owner`].
    owners: Box<[AtomicU64]>,
}

struct Reservation {
    token: Token,
    kept: Kept,
    expires: Moment,
}

/// A reserved port and its lease: reservations count against the same quotas as allocations.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) family: Family,
    pub(super) port: u16,
    pub(super) lease: Lease,
}

/// Which ports a request accepts (RFC 8656 §18.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PortWish {
    Any,
    Even,
    /// An even port whose next higher port is also free.
    Pair,
}

/// A worker and one of its allocations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub(super) worker: u8,
    pub(super) allocation: AllocationId,
}

impl Owner {
    /// Packs the worker's number plus one into 8 bits, the slot into 24, the generation into 32. The result is never [`VACANT`], and never
    /// [`RESERVED`] with at most 254 workers.
    fn pack(self) -> u64 {
        (u64::from(self.worker) + 1) << 56
            | u64::from(self.allocation.slot & 0xff_ffff) << 32
            | u64::from(self.allocation.generation)
    }

    fn unpack(bits: u64) -> Option<Self> {
        if bits == VACANT || bits == RESERVED {
            return None;
        }
        let allocation = AllocationId { slot: (bits >> 32) as u32 & 0xff_ffff, generation: bits as u32 };
        Some(Self { worker: ((bits >> 56) as u8).wrapping_sub(1), allocation })
    }
}

impl Places {
    pub(super) fn new(config: &Config) -> Self {
        let count = config.ports.len();
        let of = |family: Family| {
            let relayed = config.relayed.iter().find(|relayed| Family::of(relayed.public) == family)?;
            let owners = (0..count).map(|_| AtomicU64::new(VACANT)).collect();
            Some(Ports { public: relayed.public, bind: relayed.bind, owners })
        };
        Self { families: [of(Family::V4), of(Family::V6)], first: *config.ports.start(), reservations: Mutex::default() }
    }

    /// Whether there is a relayed address of this family.
    pub(super) fn has(&self, family: Family) -> bool {
        self.families[family.index()].is_some()
    }

    /// The address that peers see for a port.
    pub(super) fn public(&self, family: Family, port: u16) -> Option<SocketAddr> {
        Some(SocketAddr::new(self.families[family.index()].as_ref()?.public, port))
    }

    /// The local address for a port.
    pub(super) fn bind(&self, family: Family, port: u16) -> Option<SocketAddr> {
        Some(SocketAddr::new(self.families[family.index()].as_ref()?.bind, port))
    }

    /// The owner of a relayed address.
    pub(super) fn owner(&self, relayed: SocketAddr) -> Option<Owner> {
        let family = self.families[Family::of(relayed.ip()).index()].as_ref()?;
        if relayed.ip() != family.public && relayed.ip() != family.bind {
            return None;
        }
        let place = usize::from(relayed.port().checked_sub(self.first)?);
        Owner::unpack(family.owners.get(place)?.load(Ordering::Acquire))
    }

    /// Claims free ports one after the other, starting at a random one, until `take` accepts one or gives up. With [`PortWish::Pair`] the
    /// next higher port is claimed too.
    pub(super) fn claim(&self, family: Family, wish: PortWish, mut take: impl FnMut(u16) -> Attempt) -> Option<u16> {
        let owners = &self.families[family.index()].as_ref()?.owners;
        let last = owners.len().checked_sub(1)?;
        for port in from_random_place(self.first..=self.first.saturating_add(u16::try_from(last).unwrap_or(u16::MAX))) {
            if wish != PortWish::Any && port % 2 != 0 || !self.reserve(family, port) {
                continue;
            }
            if wish == PortWish::Pair && !(port < u16::MAX && self.reserve(family, port + 1)) {
                self.vacate(family, port);
                continue;
            }
            let attempt = take(port);
            if attempt == Attempt::Taken {
                return Some(port);
            }
            if wish == PortWish::Pair {
                self.vacate(family, port + 1);
            }
            self.vacate(family, port);
            if attempt == Attempt::GiveUp {
                return None;
            }
        }
        None
    }

    /// Records the owner of a claimed port.
    pub(super) fn settle(&self, family: Family, port: u16, owner: Owner) {
        self.write(family, port, owner.pack());
    }

    /// Frees a port.
    pub(super) fn vacate(&self, family: Family, port: u16) {
        self.write(family, port, VACANT);
    }

    /// Reserves a claimed port for the same username, who must present the token. `None` when the system returned no random bytes; the caller
    /// must then free the port.
    pub(super) fn keep(&self, kept: Kept, now: Moment) -> Option<Token> {
        let mut token = [0; 8];
        getrandom::fill(&mut token).ok()?;
        let expires = now.plus(RESERVATION_LIFETIME);
        self.reservations().push(Reservation { token, kept, expires });
        Some(token)
    }

    /// Takes a reserved port out of the reservations. It stays claimed.
    pub(super) fn redeem(&self, token: Token, username: &Username, now: Moment) -> Option<Kept> {
        let mut reservations = self.reservations();
        let named = |one: &Reservation| one.token == token && one.kept.lease.username() == username && one.expires > now;
        let place = reservations.iter().position(named)?;
        Some(reservations.swap_remove(place).kept)
    }

    /// Frees the ports of expired reservations.
    pub(super) fn sweep(&self, now: Moment) {
        self.give_up(|reservation| reservation.expires <= now);
    }

    /// Frees the ports that are reserved for these users.
    pub(super) fn release(&self, whose: impl Fn(&Username) -> bool) {
        self.give_up(|reservation| whose(reservation.kept.lease.username()));
    }

    fn give_up(&self, over: impl Fn(&Reservation) -> bool) {
        self.reservations().retain(|reservation| {
            let over = over(reservation);
            if over {
                self.vacate(reservation.kept.family, reservation.kept.port);
            }
            !over
        });
    }

    fn reserve(&self, family: Family, port: u16) -> bool {
        let place = self.place(family, port);
        place.is_some_and(|place| place.compare_exchange(VACANT, RESERVED, Ordering::AcqRel, Ordering::Relaxed).is_ok())
    }

    fn write(&self, family: Family, port: u16, bits: u64) {
        if let Some(place) = self.place(family, port) {
            place.store(bits, Ordering::Release);
        }
    }

    fn place(&self, family: Family, port: u16) -> Option<&AtomicU64> {
        self.families[family.index()].as_ref()?.owners.get(usize::from(port.checked_sub(self.first)?))
    }

    fn reservations(&self) -> std::sync::MutexGuard<'_, Vec<Reservation>> {
        // Each change under this lock is a single call that cannot panic halfway, so a poisoned lock still guards consistent data.
        self.reservations.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The result of trying to open a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    Taken,
    /// Another program on this machine uses the port.
    GoOn,
    /// Trying other ports would not help.
    GiveUp,
}

fn from_random_place(range: RangeInclusive<u16>) -> impl Iterator<Item = u16> {
    let first = usize::from(*range.start());
    let count = range.len();
    let mut random = [0; 4];
    // Without random bytes the ports are predictable, but permissions still protect them.
    let _ = getrandom::fill(&mut random);
    let place = u32::from_be_bytes(random) as usize % count.max(1);
    (0..count).filter_map(move |step| u16::try_from(first + (place + step) % count).ok())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::config::Quota;
    use crate::credentials::Secret;
    use crate::ledger::{Ledger, Purpose};

    fn places(ports: RangeInclusive<u16>) -> Places {
        let external = "198.41.0.4".parse().unwrap();
        let mut config = Config::new("relay.example", Secret::new("0123456789abcdef"), external, Arc::new(|| 0));
        config.ports = ports;
        Places::new(&config)
    }

    fn claim(places: &Places, wish: PortWish) -> Option<u16> {
        places.claim(Family::V4, wish, |_| Attempt::Taken)
    }

    #[test]
    fn every_port_of_a_range_comes_once() {
        for range in [7..=7, 50_000..=50_003, 1..=65535] {
            let mut ports: Vec<_> = from_random_place(range.clone()).collect();
            ports.sort_unstable();
            assert_eq!(ports, range.collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_owner_is_found_by_its_address_until_it_leaves() {
        let places = places(65_535..=65_535);
        let port = claim(&places, PortWish::Any).unwrap();
        let address = "198.41.0.4:65535".parse().unwrap();
        assert_eq!((places.owner(address), claim(&places, PortWish::Any)), (None, None));
        let owner = Owner { worker: 253, allocation: AllocationId { slot: 0xff_ffff, generation: u32::MAX } };
        places.settle(Family::V4, port, owner);
        assert_eq!(places.owner(address), Some(owner));
        assert_eq!(places.owner("198.41.0.5:65535".parse().unwrap()), None);
        assert_eq!(places.owner("198.41.0.4:1".parse().unwrap()), None);
        places.vacate(Family::V4, port);
        assert_eq!((places.owner(address), claim(&places, PortWish::Any)), (None, Some(port)));
    }

    #[test]
    fn a_pair_begins_even_and_takes_both_or_none() {
        let places = places(50_001..=50_004);
        assert_eq!(claim(&places, PortWish::Pair), Some(50_002));
        assert_eq!(claim(&places, PortWish::Pair), None, "50004 has no neighbour in the range");
        assert_eq!(claim(&places, PortWish::Even), Some(50_004));
        assert_eq!(claim(&places, PortWish::Any), Some(50_001));
        assert_eq!(claim(&places, PortWish::Any), None);
    }

    #[test]
    fn a_kept_port_goes_to_its_token_and_user_once_or_back() {
        let places = places(50_002..=50_003);
        let port = claim(&places, PortWish::Pair).unwrap() + 1;
        let [ana, bob] = ["50:visit:ana", "50:visit:bob"].map(|name| Username::parse(name).unwrap());
        let ledger = Arc::new(Ledger::new(Quota::default()));
        let keep = || {
            let lease = ledger.take(Purpose::Reservation, "192.0.2.1".parse().unwrap(), &ana, 0).unwrap();
            places.keep(Kept { family: Family::V4, port, lease }, Moment(0)).unwrap()
        };
        let redeem = |token, who, now| places.redeem(token, who, Moment(now)).map(|kept| (kept.family, kept.port));
        let token = keep();
        assert_eq!(redeem(token, &bob, 0), None);
        assert_eq!(redeem([0; 8], &ana, 0), None);
        assert_eq!(redeem(token, &ana, 30_000), None, "too late");
        assert_eq!(redeem(token, &ana, 29_999), Some((Family::V4, port)));
        assert_eq!(redeem(token, &ana, 0), None, "once");
        keep();
        places.sweep(Moment(29_999));
        assert_eq!(claim(&places, PortWish::Any), None);
        places.sweep(Moment(30_000));
        assert_eq!(claim(&places, PortWish::Any), Some(port));
        keep();
        places.release(|username| *username == bob);
        assert_eq!(claim(&places, PortWish::Any), None);
        places.release(|username| *username == ana);
        assert_eq!(claim(&places, PortWish::Any), Some(port));
    }

    #[test]
    fn a_port_that_something_else_has_is_passed_over_and_stays_vacant() {
        let places = places(50_000..=50_001);
        let first = places.claim(Family::V4, PortWish::Any, |port| if port == 50_000 { Attempt::GoOn } else { Attempt::Taken });
        assert_eq!(first, Some(50_001));
        assert_eq!(claim(&places, PortWish::Any), Some(50_000));
    }
}
