//! One peer connection: offers, answers, candidates and recovery within an epoch.

use super::{
    effects::{Effect, Timer},
    events::{ConnectionState, Politeness},
};
use crate::visits::signal::{Candidate, Description, DescriptionKind, Envelope, Signal};

/// How long the polite side waits for the other's first offer, so that most calls begin without a collision.
const OFFER_PATIENCE_MS: u32 = 3_000;
const ANSWER_OVERDUE_MS: u32 = 8_000;
/// How many times one offer is sent before the connection is given up.
const MAX_SENT: u32 = 3;
/// An interrupted connection often recovers by itself within this time.
const GRACE_MS: u32 = 3_000;
/// The polite side waits longer, so that the two sides do not restart at the same time.
const POLITE_EXTRA_MS: u32 = 2_000;
/// How long an ICE restart may take.
const RESTART_MS: u32 = 15_000;
const MAX_RESTARTS: u32 = 4;
/// How long a new peer connection may take to connect, including slow networks.
const SET_UP_MS: u32 = 30_000;
/// The largest number of candidates that are kept until a remote description is set.
const MAX_WAITING: usize = 256;

/// What an event means for the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Nothing changed for the user.
    Unchanged,
    /// Media can flow.
    Connected,
    /// Media stopped flowing.
    Interrupted,
    /// This peer connection cannot be repaired.
    GaveUp,
}

/// The state of the offer/answer exchange. The browser's `signalingState` follows it as effects are carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Phase {
    Stable,
    /// Our offer is being created.
    Offering {
        serial: u32,
        ice_restart: bool,
    },
    /// Our offer was sent.
    Offered {
        serial: u32,
        ice_restart: bool,
        description: Description,
    },
    /// Our answer is being created.
    Answering {
        serial: u32,
    },
}

#[derive(Debug)]
pub(super) struct Peer {
    epoch: u32,
    politeness: Politeness,
    phase: Phase,
    /// The number of offers we have made.
    offers: u32,
    /// The serial number of the last remote offer that we answered, and our answer.
    answered: Option<(u32, Description)>,
    /// A remote description is set, so candidates can be added.
    has_remote: bool,
    /// We ignored a remote offer; following candidates may belong to it.
    ignoring: bool,
    waiting: Vec<Option<Candidate>>,
    /// An offer must be made when the phase is stable again.
    wants_offer: bool,
    /// The same, with an ICE restart.
    wants_restart: bool,
    connection: ConnectionState,
    /// The number of ICE restarts since media last flowed.
    restarts: u32,
    /// The number of the current recovery attempt; tells its timer from older ones.
    round: u32,
}

impl Peer {
    pub(super) const fn new(epoch: u32, politeness: Politeness) -> Self {
        Self {
            epoch,
            politeness,
            phase: Phase::Stable,
            offers: 0,
            answered: None,
            has_remote: false,
            ignoring: false,
            waiting: Vec::new(),
            wants_offer: false,
            wants_restart: false,
            connection: ConnectionState::New,
            restarts: 0,
            round: 0,
        }
    }

    /// Requests a peer connection and starts the timer that recovers if it does not connect.
    pub(super) fn create(&mut self, effects: &mut Vec<Effect>) {
        effects.push(Effect::CreatePeer { epoch: self.epoch });
        self.begin_round(SET_UP_MS, effects);
    }

    /// Requests outside the stable phase are ignored: the browser checks again whenever it becomes stable (WebRTC 1.0 §4.7.3).
    pub(super) fn negotiation_needed(&mut self, effects: &mut Vec<Effect>) -> Outcome {
        if self.phase != Phase::Stable || self.wants_offer {
            return Outcome::Unchanged;
        }
        if self.politeness == Politeness::Polite && !self.has_remote {
            self.wants_offer = true;
            effects.push(Effect::StartTimer { timer: Timer::OfferPatience { epoch: self.epoch }, after_ms: OFFER_PATIENCE_MS });
        } else {
            self.offer(false, effects);
        }
        Outcome::Unchanged
    }

    pub(super) fn local_description_ready(&mut self, description: Description, effects: &mut Vec<Effect>) -> Outcome {
        match (&self.phase, description.kind) {
            (Phase::Offering { serial, ice_restart }, DescriptionKind::Offer) => {
                let (serial, ice_restart) = (*serial, *ice_restart);
                self.phase = Phase::Offered { serial, ice_restart, description: description.clone() };
                self.send_description(description, serial, ice_restart, effects);
                self.start_answer_timer(serial, 1, effects);
            }
            (Phase::Answering { serial }, DescriptionKind::Answer) => {
                let serial = *serial;
                self.phase = Phase::Stable;
                self.answered = Some((serial, description.clone()));
                self.send_description(description, serial, false, effects);
                self.settle(effects);
            }
            // An offer that was rolled back while it was being created is not sent.
            (Phase::Answering { .. } | Phase::Stable | Phase::Offered { .. }, DescriptionKind::Offer)
            | (Phase::Stable | Phase::Offering { .. } | Phase::Offered { .. }, DescriptionKind::Answer) => {}
        }
        Outcome::Unchanged
    }

    pub(super) fn local_candidate(&self, candidate: Option<Candidate>, effects: &mut Vec<Effect>) -> Outcome {
        let signal = candidate.map_or(Signal::EndOfCandidates, Signal::Candidate);
        effects.push(Effect::Send(Envelope { epoch: self.epoch, signal }));
        Outcome::Unchanged
    }

    pub(super) fn signal(&mut self, signal: Signal, effects: &mut Vec<Effect>) -> Outcome {
        match signal {
            Signal::Description { description, serial, ice_restart } => match description.kind {
                DescriptionKind::Offer => self.remote_offer(description, serial, ice_restart, effects),
                DescriptionKind::Answer => self.remote_answer(description, serial, effects),
            },
            Signal::Candidate(candidate) => self.remote_candidate(Some(candidate), effects),
            Signal::EndOfCandidates => self.remote_candidate(None, effects),
        }
        Outcome::Unchanged
    }

    fn remote_offer(&mut self, description: Description, serial: u32, ice_restart: bool, effects: &mut Vec<Effect>) {
        match &self.answered {
            Some((answered, answer)) if *answered == serial => {
                // Our answer was lost: the repeated offer gets the same answer.
                self.send_description(answer.clone(), serial, false, effects);
                return;
            }
            Some((answered, _)) if *answered > serial => return,
            Some(_) | None => {}
        }
        let collides = match &self.phase {
            Phase::Stable => false,
            // A repeated offer; its answer is being created.
            Phase::Answering { .. } => return,
            Phase::Offering { .. } | Phase::Offered { .. } if self.politeness == Politeness::Impolite => {
                self.ignoring = true;
                return;
            }
            Phase::Offering { ice_restart: ours, .. } | Phase::Offered { ice_restart: ours, .. } => {
                self.wants_restart |= ours;
                true
            }
        };
        if ice_restart {
            self.wants_restart = false;
            // The other side may have noticed an interruption that we did not. In that case no recovery timer is needed here.
            if matches!(self.connection, ConnectionState::Disconnected | ConnectionState::Failed) {
                self.connection = ConnectionState::Connecting;
                self.begin_round(RESTART_MS, effects);
            }
            effects.push(Effect::RefreshIceServers { epoch: self.epoch });
        }
        self.phase = Phase::Answering { serial };
        self.wants_offer = false;
        self.set_remote(description, collides, effects);
        effects.push(Effect::CreateAnswerAndSetLocal { epoch: self.epoch });
    }

    fn remote_answer(&mut self, description: Description, serial: u32, effects: &mut Vec<Effect>) {
        match &self.phase {
            Phase::Offered { serial: ours, .. } if *ours == serial => {
                self.phase = Phase::Stable;
                self.set_remote(description, false, effects);
                self.settle(effects);
            }
            // The answer belongs to an offer that was already answered or rolled back.
            Phase::Offered { .. } | Phase::Stable | Phase::Offering { .. } | Phase::Answering { .. } => {}
        }
    }

    fn remote_candidate(&mut self, candidate: Option<Candidate>, effects: &mut Vec<Effect>) {
        if self.has_remote {
            effects.push(Effect::AddCandidate { epoch: self.epoch, candidate });
        } else if !self.ignoring && self.waiting.len() < MAX_WAITING {
            self.waiting.push(candidate);
        }
    }

    fn set_remote(&mut self, description: Description, rollback_first: bool, effects: &mut Vec<Effect>) {
        self.ignoring = false;
        self.has_remote = true;
        effects.push(Effect::SetRemote { epoch: self.epoch, description, rollback_first });
        let waiting = std::mem::take(&mut self.waiting);
        effects.extend(waiting.into_iter().map(|candidate| Effect::AddCandidate { epoch: self.epoch, candidate }));
    }

    pub(super) fn connection_state(&mut self, state: ConnectionState, effects: &mut Vec<Effect>) -> Outcome {
        self.connection = state;
        let extra = if self.politeness == Politeness::Polite { POLITE_EXTRA_MS } else { 0 };
        match state {
            ConnectionState::Connected => {
                self.wants_restart = false;
                self.restarts = 0;
                self.round += 1;
                Outcome::Connected
            }
            ConnectionState::Disconnected => {
                self.begin_round(GRACE_MS + extra, effects);
                Outcome::Interrupted
            }
            ConnectionState::Failed if self.politeness == Politeness::Polite => {
                self.begin_round(extra, effects);
                Outcome::Interrupted
            }
            ConnectionState::Failed => self.restart(effects),
            ConnectionState::New | ConnectionState::Connecting | ConnectionState::Closed => Outcome::Unchanged,
        }
    }

    pub(super) fn timer(&mut self, timer: Timer, effects: &mut Vec<Effect>) -> Outcome {
        match timer {
            Timer::OfferPatience { .. } => {
                if self.wants_offer && self.phase == Phase::Stable {
                    self.offer(false, effects);
                }
                Outcome::Unchanged
            }
            Timer::AnswerOverdue { serial, sent, .. } => self.answer_overdue(serial, sent, effects),
            Timer::Recovery { round, .. } if round == self.round && self.connection != ConnectionState::Connected => {
                self.restart(effects)
            }
            Timer::Recovery { .. } => Outcome::Unchanged,
        }
    }

    fn answer_overdue(&mut self, serial: u32, sent: u32, effects: &mut Vec<Effect>) -> Outcome {
        match &self.phase {
            Phase::Offered { serial: ours, ice_restart, description } if *ours == serial => {
                if sent >= MAX_SENT {
                    return Outcome::GaveUp;
                }
                self.send_description(description.clone(), serial, *ice_restart, effects);
                self.start_answer_timer(serial, sent + 1, effects);
                Outcome::Unchanged
            }
            Phase::Offered { .. } | Phase::Stable | Phase::Offering { .. } | Phase::Answering { .. } => Outcome::Unchanged,
        }
    }

    /// Restarts ICE, now or as soon as the phase is stable.
    fn restart(&mut self, effects: &mut Vec<Effect>) -> Outcome {
        if self.restarts >= MAX_RESTARTS {
            return Outcome::GaveUp;
        }
        self.restarts += 1;
        self.begin_round(RESTART_MS, effects);
        self.wants_restart = true;
        if self.phase == Phase::Stable {
            self.settle(effects);
        }
        Outcome::Interrupted
    }

    /// The phase is stable: a postponed offer is made now.
    fn settle(&mut self, effects: &mut Vec<Effect>) {
        if self.wants_restart {
            self.offer(true, effects);
        } else if self.wants_offer {
            self.offer(false, effects);
        }
    }

    fn offer(&mut self, ice_restart: bool, effects: &mut Vec<Effect>) {
        self.wants_offer = false;
        self.wants_restart = false;
        self.offers += 1;
        self.phase = Phase::Offering { serial: self.offers, ice_restart };
        if ice_restart {
            effects.push(Effect::RefreshIceServers { epoch: self.epoch });
        }
        effects.push(Effect::CreateOfferAndSetLocal { epoch: self.epoch, ice_restart });
    }

    fn begin_round(&mut self, after_ms: u32, effects: &mut Vec<Effect>) {
        self.round += 1;
        effects.push(Effect::StartTimer { timer: Timer::Recovery { epoch: self.epoch, round: self.round }, after_ms });
    }

    fn start_answer_timer(&self, serial: u32, sent: u32, effects: &mut Vec<Effect>) {
        let timer = Timer::AnswerOverdue { epoch: self.epoch, serial, sent };
        effects.push(Effect::StartTimer { timer, after_ms: ANSWER_OVERDUE_MS });
    }

    fn send_description(&self, description: Description, serial: u32, ice_restart: bool, effects: &mut Vec<Effect>) {
        let signal = Signal::Description { description, serial, ice_restart };
        effects.push(Effect::Send(Envelope { epoch: self.epoch, signal }));
    }
}
