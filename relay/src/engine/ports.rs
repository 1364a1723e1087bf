//! Gives the engine a socket for each allocation: a free port of the range, taken from a random place on.

use std::net::{IpAddr, SocketAddr};
use std::ops::RangeInclusive;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use turn::relay::RelayAddressGenerator;
use webrtc_util::Conn;

use super::Shared;
use super::relay_socket::RelaySocket;
use super::request::PortWish;
use super::sockets::{self, ALLOCATION_BUFFER};
use crate::config::RelayedAddress;
use crate::ledger::Lease;

/// How many ports are tried that something else on this machine holds.
const ATTEMPTS: usize = 256;

/// The allocation for which the engine is about to ask a socket. A listener handles one request at a time.
pub(super) type Pending = Arc<Mutex<Option<Wanted>>>;

/// A socket to be.
pub(super) struct Wanted {
    pub(super) lease: Arc<Lease>,
    pub(super) port: PortWish,
}

pub(super) struct Ports {
    pub(super) shared: Arc<Shared>,
    pub(super) relayed: Vec<RelayedAddress>,
    pub(super) range: RangeInclusive<u16>,
    pub(super) pending: Pending,
}

impl Ports {
    fn open(&self, use_ipv4: bool) -> Option<RelaySocket> {
        let Wanted { lease, port: wish } = self.pending.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        let relayed = self.relayed.iter().find(|relayed| relayed.public.is_ipv4() == use_ipv4)?;
        let mut attempts = 0;
        for port in from_random_place(&self.range).filter(|port| wish == PortWish::Any || port % 2 == 0) {
            let public = SocketAddr::new(relayed.public, port);
            let Some(inbox) = self.shared.borders.move_in(public) else { continue };
            match sockets::bind(SocketAddr::new(relayed.bind, port), ALLOCATION_BUFFER) {
                Ok(socket) => return Some(RelaySocket::new(Arc::clone(&self.shared), lease, socket, public, inbox)),
                Err(error) => {
                    self.shared.borders.move_out(public);
                    tracing::debug!(relay.port = port, %error, "a port of the relay's range is not free");
                }
            }
            attempts += 1;
            if attempts == ATTEMPTS {
                break;
            }
        }
        None
    }
}

#[async_trait]
impl RelayAddressGenerator for Ports {
    fn validate(&self) -> Result<(), turn::Error> {
        Ok(())
    }

    /// The engine never hears that a client wishes for a certain port, so `requested_port` is 0.
    async fn allocate_conn(
        &self,
        use_ipv4: bool,
        _requested_port: u16,
    ) -> Result<(Arc<dyn Conn + Send + Sync>, SocketAddr), turn::Error> {
        let socket = self.open(use_ipv4).ok_or(turn::Error::ErrMaxRetriesExceeded)?;
        let public = socket.public();
        self.shared.counters.allocations_made.one();
        Ok((Arc::new(socket), public))
    }
}

/// Whether the relay has an address of this family.
pub(super) fn has_family(relayed: &[RelayedAddress], ipv4: bool) -> bool {
    relayed.iter().map(|relayed| relayed.public).any(|public: IpAddr| public.is_ipv4() == ipv4)
}

fn from_random_place(range: &RangeInclusive<u16>) -> impl Iterator<Item = u16> {
    let first = usize::from(*range.start());
    let count = usize::from(*range.end()) - first + 1;
    let mut random = [0; 4];
    // Without randomness ports are guessable, and still guarded by permissions.
    let _ = getrandom::fill(&mut random);
    let place = u32::from_be_bytes(random) as usize % count;
    (0..count).filter_map(move |step| u16::try_from(first + (place + step) % count).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_port_of_a_range_comes_once() {
        for range in [7..=7, 50_000..=50_003, 1..=65535] {
            let mut ports: Vec<_> = from_random_place(&range).collect();
            ports.sort_unstable();
            assert_eq!(ports, range.collect::<Vec<_>>());
        }
    }
}
