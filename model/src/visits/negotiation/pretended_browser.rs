//! A simulated browser: a peer connection with the signaling states of WebRTC 1.0 §4.7.1 that panics where a real one would return an
//! error, and the driver around it.

use super::*;
use crate::visits::signal::{Candidate, Description, DescriptionKind};
use std::collections::VecDeque;

/// The number of candidates per ICE generation.
pub(super) const CANDIDATES: usize = 2;

/// The contents of a simulated description.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sdp {
    pub(super) kind: DescriptionKind,
    /// Unique among all descriptions of a test run.
    pub(super) id: String,
    /// For an answer: the id of its offer.
    pub(super) offer: String,
    pub(super) lines: usize,
    pub(super) ufrag: String,
}

impl Sdp {
    pub(super) fn write(&self) -> Description {
        Description { kind: self.kind, sdp: format!("{} {} {} {}", self.id, self.offer, self.lines, self.ufrag) }
    }

    pub(super) fn read(description: &Description) -> Self {
        let parts: Vec<_> = description.sdp.split(' ').collect();
        let [id, offer, lines, ufrag] = parts[..] else { panic!("four parts") };
        let lines = lines.parse().expect("a number");
        Self { kind: description.kind, id: id.to_owned(), offer: offer.to_owned(), lines, ufrag: ufrag.to_owned() }
    }
}

#[derive(Debug, Default)]
pub(super) struct PeerConnection {
    pub(super) epoch: u32,
    pub(super) local: Option<Sdp>,
    pub(super) remote: Option<Sdp>,
    pub(super) pending_local: Option<Sdp>,
    pub(super) pending_remote: Option<Sdp>,
    pub(super) tracks: usize,
    pub(super) offered_tracks: usize,
    pub(super) negotiated_tracks: usize,
    pub(super) needed_was_fired: bool,
    pub(super) added: Vec<String>,
    pub(super) connected: bool,
    /// The ufrag with which ICE failed; only a different one can connect.
    pub(super) broken: Option<String>,
}

impl PeerConnection {
    pub(super) fn is_stable(&self) -> bool {
        self.pending_local.is_none() && self.pending_remote.is_none()
    }

    pub(super) fn set_stable(&mut self, local: Sdp, remote: Sdp, negotiated_tracks: usize) {
        (self.local, self.remote) = (Some(local), Some(remote));
        (self.pending_local, self.pending_remote) = (None, None);
        self.negotiated_tracks = negotiated_tracks;
        self.needed_was_fired = false;
    }
}

pub(super) struct Side {
    pub(super) name: char,
    pub(super) politeness: Politeness,
    pub(super) machine: Negotiation,
    pub(super) pc: Option<PeerConnection>,
    pub(super) tracks: usize,
    pub(super) made: usize,
    /// Effects to carry out, in order.
    pub(super) tasks: VecDeque<Effect>,
    /// Events that the browser reports.
    pub(super) reports: VecDeque<Event>,
    /// Events that come from the server.
    pub(super) inbox: VecDeque<Event>,
    pub(super) timers: Vec<(u64, Timer)>,
}

impl Side {
    pub(super) fn new(name: char, politeness: Politeness) -> Self {
        let (tasks, reports, inbox) = Default::default();
        Self {
            name,
            politeness,
            machine: Negotiation::new(),
            pc: None,
            tracks: 1,
            made: 0,
            tasks,
            reports,
            inbox,
            timers: Vec::new(),
        }
    }

    pub(super) fn unique(&mut self) -> String {
        self.made += 1;
        format!("{}{}", self.name, self.made)
    }

    /// The browser requests a negotiation when it is stable and idle and some tracks are not negotiated.
    pub(super) fn look_whether_needed(&mut self) {
        let idle = self.tasks.is_empty();
        if let Some(pc) =
            self.pc.as_mut().filter(|pc| idle && pc.is_stable() && pc.tracks > pc.negotiated_tracks && !pc.needed_was_fired)
        {
            pc.needed_was_fired = true;
            self.reports.push_back(Event::NegotiationNeeded { epoch: pc.epoch });
        }
    }

    pub(super) fn report_local(&mut self, sdp: &Sdp, is_new_ufrag: bool) {
        let epoch = self.pc.as_ref().expect("open").epoch;
        self.reports.push_back(Event::LocalDescriptionReady { epoch, description: sdp.write() });
        if is_new_ufrag {
            for _ in 0..CANDIDATES {
                let candidate =
                    Candidate { candidate: sdp.ufrag.clone(), sdp_mid: None, sdp_m_line_index: Some(0), username_fragment: None };
                self.reports.push_back(Event::LocalCandidate { epoch, candidate: Some(candidate) });
            }
            self.reports.push_back(Event::LocalCandidate { epoch, candidate: None });
        }
    }

    pub(super) fn make_offer(&mut self, ice_restart: bool) {
        let id = self.unique();
        let pc = self.pc.as_mut().expect("open");
        assert!(pc.is_stable(), "an offer is made in the stable state");
        let (ufrag, lines) = match &pc.local {
            Some(local) if !ice_restart => (local.ufrag.clone(), local.lines.max(pc.tracks)),
            Some(local) => (id.clone(), local.lines.max(pc.tracks)),
            None => (id.clone(), pc.tracks),
        };
        let sdp = Sdp { kind: DescriptionKind::Offer, offer: id.clone(), lines, ufrag, id };
        pc.offered_tracks = pc.tracks;
        pc.pending_local = Some(sdp.clone());
        self.report_local(&sdp, sdp.ufrag == sdp.id);
    }

    pub(super) fn make_answer(&mut self) {
        let id = self.unique();
        let pc = self.pc.as_mut().expect("open");
        let offer = pc.pending_remote.clone().expect("an answer is made to an offer");
        let same_generation = pc.remote.as_ref().is_some_and(|remote| remote.ufrag == offer.ufrag);
        let ufrag = pc.local.as_ref().filter(|_| same_generation).map_or(id.clone(), |local| local.ufrag.clone());
        let sdp = Sdp { kind: DescriptionKind::Answer, offer: offer.id.clone(), lines: offer.lines, ufrag, id };
        let negotiated = pc.tracks.min(offer.lines);
        pc.set_stable(sdp.clone(), offer, negotiated);
        self.report_local(&sdp, sdp.ufrag == sdp.id);
    }

    pub(super) fn set_remote(&mut self, sdp: Sdp, rollback_first: bool) {
        let pc = self.pc.as_mut().expect("open");
        match sdp.kind {
            DescriptionKind::Offer => {
                assert!(pc.pending_remote.is_none(), "an offer is answered before the next is set");
                assert_eq!(pc.pending_local.is_some(), rollback_first, "a rollback exactly when there is an offer to take back");
                pc.pending_local = None;
                pc.pending_remote = Some(sdp);
            }
            DescriptionKind::Answer => {
                let offer = pc.pending_local.clone().expect("an answer is set after an offer");
                assert_eq!(offer.id, sdp.offer, "an answer belongs to its offer");
                let negotiated = pc.offered_tracks;
                pc.set_stable(offer, sdp, negotiated);
            }
        }
    }

    pub(super) fn ufrag(&self) -> Option<&String> {
        self.pc.as_ref().and_then(|pc| pc.local.as_ref()).map(|local| &local.ufrag)
    }

    pub(super) fn report_state(&mut self, state: ConnectionState) {
        let ufrag = self.ufrag().cloned();
        if let Some(pc) = &mut self.pc {
            pc.connected = state == ConnectionState::Connected;
            if state == ConnectionState::Failed {
                pc.broken = ufrag;
            }
            self.reports.push_back(Event::ConnectionState { epoch: pc.epoch, state });
        }
    }
}
