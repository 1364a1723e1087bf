//! Judges every TURN request before the engine sees it: who asks, whether they may, and for whom.
//!
//! The engine checks a password but answers 400 where 401 is due, knows no quota, lets any credential steer any allocation, and
//! remembers every nonce. The gate decides all of that; the engine gets only requests that are authenticated and allowed, with
//! the key and the nonce that prove it. It is synchronous and sends nothing itself.

use std::net::SocketAddr;
use std::sync::Arc;

use stun::attributes::{ATTR_MESSAGE_INTEGRITY, ATTR_NONCE, ATTR_REALM, ATTR_USERNAME};
use stun::error_code::{
    CODE_ADDR_FAMILY_NOT_SUPPORTED, CODE_ALLOC_MISMATCH, CODE_ALLOC_QUOTA_REACHED, CODE_BAD_REQUEST, CODE_FORBIDDEN,
    CODE_INSUFFICIENT_CAPACITY, CODE_PEER_ADDR_FAMILY_MISMATCH, CODE_STALE_NONCE, CODE_UNAUTHORIZED, CODE_WRONG_CREDENTIALS,
    ErrorCode,
};
use stun::integrity::MessageIntegrity;
use stun::message::{METHOD_ALLOCATE, METHOD_CHANNEL_BIND, METHOD_CREATE_PERMISSION, METHOD_REFRESH, Message};
use turn::auth::generate_auth_key;

use super::borders::Route;
use super::request::PortWish;
use super::{Shared, answer, ports, request};
use crate::config::RelayedAddress;
use crate::credentials::{self, Username};
use crate::ledger::{Flow, Lease, Refusal};

/// What becomes of a request.
pub(super) enum Verdict {
    /// The engine carries it out.
    Forward(Proof),
    /// The engine makes an allocation under this lease.
    Allocate(Proof, Arc<Lease>),
    /// The engine permits the first peer; these are to be permitted besides, for the engine reads only one.
    Permit(Proof, Vec<SocketAddr>),
    /// The client gets this and nothing happens.
    Answer(Vec<u8>),
    /// The allocation ends, and the client gets this.
    End(Arc<Lease>, Vec<u8>),
}

/// What the engine needs to find a request authentic, as the gate did.
pub(super) struct Proof {
    pub(super) key: Vec<u8>,
    pub(super) nonce: String,
    username: Username,
}

pub(super) struct Gate {
    pub(super) shared: Arc<Shared>,
    pub(super) relayed: Vec<RelayedAddress>,
}

impl Gate {
    pub(super) fn judge(&self, message: &Message, flow: Flow) -> Verdict {
        let proof = match self.authenticate(message, flow.client) {
            Ok(proof) => proof,
            Err(answer) => return Verdict::Answer(answer),
        };
        let unknown = request::not_understood(message);
        if !unknown.is_empty() {
            return Verdict::Answer(answer::unknown_attributes(message, unknown, &proof.key));
        }
        let lease = self.shared.ledger.of(flow);
        if message.typ.method == METHOD_ALLOCATE {
            return self.allocate(message, flow, proof, lease);
        }
        let Some(lease) = lease else { return refuse(message, CODE_ALLOC_MISMATCH, &proof) };
        if lease.username != proof.username {
            return refuse(message, CODE_WRONG_CREDENTIALS, &proof);
        }
        match message.typ.method {
            METHOD_REFRESH => self.refresh(message, proof, lease),
            METHOD_CREATE_PERMISSION => self.permit(message, proof, &lease),
            METHOD_CHANNEL_BIND => self.bind(message, proof, &lease),
            _ => refuse(message, CODE_BAD_REQUEST, &proof),
        }
    }

    /// Proves the credential (RFC 8489 §9.2.4). Its time counts only where an allocation is made: a call goes on for longer than a
    /// credential lives, and the browser cannot change it in between.
    fn authenticate(&self, message: &Message, client: SocketAddr) -> Result<Proof, Vec<u8>> {
        if !message.contains(ATTR_MESSAGE_INTEGRITY) {
            return Err(self.challenge(message, CODE_UNAUTHORIZED, client));
        }
        let text = |attribute| request::text(message, attribute);
        let (Some(username), Some(realm), Some(nonce)) = (text(ATTR_USERNAME), text(ATTR_REALM), text(ATTR_NONCE)) else {
            return Err(answer::error(message, CODE_BAD_REQUEST));
        };
        if request::has_unprotected_part(message) {
            return Err(answer::error(message, CODE_BAD_REQUEST));
        }
        if !self.shared.nonces.holds(&nonce, client, self.shared.now_unix()) {
            return Err(self.challenge(message, CODE_STALE_NONCE, client));
        }
        let password = credentials::password(&self.shared.secret, &username);
        let key = generate_auth_key(&username, &self.shared.realm, &password);
        let Ok(username) = Username::parse(&username) else {
            return Err(self.refuse_credential(message, client));
        };
        if realm != self.shared.realm || MessageIntegrity(key.clone()).check(&mut message.clone()).is_err() {
            return Err(self.refuse_credential(message, client));
        }
        Ok(Proof { key, nonce, username })
    }

    fn allocate(&self, message: &Message, flow: Flow, proof: Proof, held: Option<Arc<Lease>>) -> Verdict {
        let now_unix = self.shared.now_unix();
        if let Some(lease) = held {
            let repeated = lease.transaction == message.transaction_id.0 && lease.username == proof.username;
            return match lease.answer.get() {
                Some(answer) if repeated => Verdict::Answer(answer.clone()),
                _ => refuse(message, CODE_ALLOC_MISMATCH, &proof),
            };
        }
        if proof.username.has_expired(now_unix) || self.shared.ledger.bars(&proof.username) {
            return Verdict::Answer(self.refuse_credential(message, flow.client));
        }
        if request::asks_for_ipv4(message).is_none_or(|ipv4| !ports::has_family(&self.relayed, ipv4)) {
            return refuse(message, CODE_ADDR_FAMILY_NOT_SUPPORTED, &proof);
        }
        if request::port_wish(message) == PortWish::Reserved {
            return refuse(message, CODE_INSUFFICIENT_CAPACITY, &proof);
        }
        match self.shared.ledger.take(flow, &proof.username, message.transaction_id.0, now_unix) {
            Ok(lease) => Verdict::Allocate(proof, lease),
            Err(Refusal::Barred) => Verdict::Answer(self.refuse_credential(message, flow.client)),
            Err(Refusal::Quota) => {
                self.shared.counters.refused_quota.one();
                tracing::info!("an allocation was refused: quota reached");
                refuse(message, CODE_ALLOC_QUOTA_REACHED, &proof)
            }
        }
    }

    fn refresh(&self, message: &Message, proof: Proof, lease: Arc<Lease>) -> Verdict {
        let age_secs = self.shared.now_unix().saturating_sub(lease.opened_at_unix);
        if !request::ends_allocation(message) && age_secs >= self.shared.longest_allocation.as_secs() {
            return Verdict::End(lease, answer::signed_error(message, CODE_ALLOC_MISMATCH, &proof.key));
        }
        Verdict::Forward(proof)
    }

    fn permit(&self, message: &Message, proof: Proof, lease: &Lease) -> Verdict {
        let Some(peers) = request::peers(message) else { return refuse(message, CODE_BAD_REQUEST, &proof) };
        if !peers.iter().all(|peer| self.shared.borders.permits(peer.ip())) {
            return self.forbid(message, &proof);
        }
        if peers.iter().any(|peer| peer.is_ipv4() != peers[0].is_ipv4()) {
            return refuse(message, CODE_PEER_ADDR_FAMILY_MISMATCH, &proof);
        }
        if !self.shared.ledger.admits_peers(lease, &peers) {
            return refuse(message, CODE_INSUFFICIENT_CAPACITY, &proof);
        }
        Verdict::Permit(proof, peers.into_iter().skip(1).collect())
    }

    fn bind(&self, message: &Message, proof: Proof, lease: &Lease) -> Verdict {
        let Some([peer]) = request::peers(message).as_deref().and_then(|peers| peers.first_chunk().copied()) else {
            return refuse(message, CODE_BAD_REQUEST, &proof);
        };
        if matches!(self.shared.borders.route(peer), Route::Refused) {
            return self.forbid(message, &proof);
        }
        if !self.shared.ledger.admits_peers(lease, &[peer]) {
            return refuse(message, CODE_INSUFFICIENT_CAPACITY, &proof);
        }
        Verdict::Forward(proof)
    }

    fn forbid(&self, message: &Message, proof: &Proof) -> Verdict {
        self.shared.counters.refused_peers.one();
        refuse(message, CODE_FORBIDDEN, proof)
    }

    fn refuse_credential(&self, message: &Message, client: SocketAddr) -> Vec<u8> {
        self.shared.counters.refused_credentials.one();
        tracing::debug!("a request was refused: its credential does not hold");
        self.challenge(message, CODE_UNAUTHORIZED, client)
    }

    fn challenge(&self, message: &Message, code: ErrorCode, client: SocketAddr) -> Vec<u8> {
        let nonce = self.shared.nonces.issue(client, self.shared.now_unix());
        answer::challenge(message, code, &self.shared.realm, nonce)
    }
}

fn refuse(message: &Message, code: ErrorCode, proof: &Proof) -> Verdict {
    Verdict::Answer(answer::signed_error(message, code, &proof.key))
}
