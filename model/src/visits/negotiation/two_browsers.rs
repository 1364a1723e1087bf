//! Property-based tests with two state machines, two simulated browsers and a server between them, in random order.

use super::{
    pretended_browser::{CANDIDATES, PeerConnection, Sdp, Side},
    *,
};
use crate::visits::signal::DescriptionKind;
use proptest::prelude::*;

struct Room {
    epoch: u32,
    clock: u64,
    present: [bool; 2],
    sides: [Side; 2],
}

impl Room {
    fn new() -> Self {
        let sides = [Side::new('p', Politeness::Polite), Side::new('d', Politeness::Impolite)];
        Self { epoch: 0, clock: 0, present: [false, false], sides }
    }

    /// A socket opens, for the first time or again. Messages in flight on the old socket are lost.
    fn connect(&mut self, who: usize) {
        self.epoch += 1;
        let epoch = self.epoch;
        let (politeness, other) = (self.sides[who].politeness, 1 - who);
        self.present[who] = true;
        self.sides[who].inbox.clear();
        self.sides[who].inbox.push_back(Event::Joined { politeness, epoch, peer_present: self.present[other] });
        if self.present[other] {
            self.sides[other].inbox.push_back(Event::PeerJoined { epoch });
        }
    }

    fn leave(&mut self, who: usize) {
        if std::mem::replace(&mut self.present[who], false) && self.present[1 - who] {
            let epoch = self.epoch;
            self.sides[1 - who].inbox.push_back(Event::PeerLeft { epoch });
        }
    }

    /// The page is reloaded and loses all its state.
    fn reload(&mut self, who: usize) {
        let old = &self.sides[who];
        let mut fresh = Side::new(old.name, old.politeness);
        (fresh.tracks, fresh.made) = (old.tracks, old.made);
        self.sides[who] = fresh;
        self.leave(who);
        self.connect(who);
    }

    fn tell(&mut self, who: usize, event: Event) {
        let effects = self.sides[who].machine.handle(event);
        self.sides[who].tasks.extend(effects);
    }

    fn carry_out(&mut self, who: usize, effect: Effect) {
        let (present, now) = (self.present[1 - who], self.clock);
        let side = &mut self.sides[who];
        let open = side.pc.as_ref().map(|pc| pc.epoch);
        match effect {
            Effect::CreatePeer { epoch } => {
                assert_eq!(open, None, "one peer connection at a time");
                side.pc = Some(PeerConnection { epoch, tracks: side.tracks, ..PeerConnection::default() });
            }
            Effect::ClosePeer { epoch } => {
                assert_eq!(open, Some(epoch));
                side.pc = None;
            }
            Effect::RefreshIceServers { .. } | Effect::Show(_) => {}
            Effect::CreateOfferAndSetLocal { epoch, ice_restart } if open == Some(epoch) => side.make_offer(ice_restart),
            Effect::CreateAnswerAndSetLocal { epoch } if open == Some(epoch) => side.make_answer(),
            Effect::SetRemote { epoch, description, rollback_first } if open == Some(epoch) => {
                side.set_remote(Sdp::read(&description), rollback_first)
            }
            Effect::AddCandidate { epoch, candidate } if open == Some(epoch) => {
                let pc = side.pc.as_mut().expect("open");
                let remote = pc.pending_remote.as_ref().or(pc.remote.as_ref()).expect("a candidate is added after a description");
                pc.added.extend(candidate.map(|candidate| candidate.candidate).filter(|ufrag| *ufrag == remote.ufrag));
            }
            Effect::CreateOfferAndSetLocal { .. }
            | Effect::CreateAnswerAndSetLocal { .. }
            | Effect::SetRemote { .. }
            | Effect::AddCandidate { .. } => panic!("an operation on a closed peer connection"),
            Effect::Send(envelope) if present => {
                let json = serde_json::to_string(&envelope).expect("json");
                self.sides[1 - who].inbox.push_back(Event::Signal(serde_json::from_str(&json).expect("an envelope")));
            }
            Effect::Send(_) => {}
            Effect::StartTimer { timer, after_ms } => side.timers.push((now + u64::from(after_ms), timer)),
            Effect::Rejoin => self.connect(who),
        }
        self.sides[who].look_whether_needed();
    }

    /// Runs one of the possible next actions. Returns whether there was one.
    fn run_one(&mut self, choice: usize) -> bool {
        let mut possible = Vec::new();
        for (who, side) in self.sides.iter().enumerate() {
            let queues = [!side.tasks.is_empty(), !side.reports.is_empty(), !side.inbox.is_empty()];
            possible.extend(queues.into_iter().enumerate().filter(|(_, some)| *some).map(|(queue, _)| (who, queue)));
        }
        let Some((who, queue)) = (!possible.is_empty()).then(|| possible[choice % possible.len()]) else { return false };
        let side = &mut self.sides[who];
        match queue {
            0 => {
                let effect = side.tasks.pop_front().expect("a task");
                self.carry_out(who, effect);
            }
            1 => {
                let report = side.reports.pop_front().expect("a report");
                self.tell(who, report);
            }
            _ => {
                let event = side.inbox.pop_front().expect("a message");
                self.tell(who, event);
            }
        }
        self.sides[who].look_whether_needed();
        true
    }

    /// Fires the timer that is due first. Returns whether there was one.
    fn fire_timer(&mut self) -> bool {
        let timers = self
            .sides
            .iter()
            .enumerate()
            .flat_map(|(who, side)| side.timers.iter().enumerate().map(move |(at, (due, _))| (*due, who, at)));
        let Some((due, who, at)) = timers.min() else { return false };
        self.clock = self.clock.max(due);
        let (_, timer) = self.sides[who].timers.remove(at);
        self.tell(who, Event::Timer(timer));
        true
    }

    /// Whether the two sides hold the two halves of one offer/answer exchange.
    fn is_agreed(&self) -> bool {
        let [Some(a), Some(b)] = self.sides.each_ref().map(|side| side.pc.as_ref()) else { return false };
        a.epoch == b.epoch && a.is_stable() && b.is_stable() && a.local.is_some() && a.local == b.remote && b.local == a.remote
    }

    /// Connects media where possible. Returns whether a side reported a change.
    fn connect_media(&mut self) -> bool {
        let unbroken = |side: &Side| side.pc.as_ref().is_some_and(|pc| pc.broken.is_none() || pc.broken.as_ref() != side.ufrag());
        if !self.is_agreed() || !self.sides.iter().all(unbroken) {
            return false;
        }
        let mut noticed = false;
        for side in &mut self.sides {
            if side.pc.as_ref().is_some_and(|pc| !pc.connected) {
                side.report_state(ConnectionState::Connected);
                noticed = true;
            }
        }
        noticed
    }

    /// Runs until nothing can happen any more, including timers.
    fn settle(&mut self, mut choice: usize) {
        for _ in 0..20_000 {
            choice = choice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            if !self.run_one(choice >> 33) && !self.connect_media() && !self.fire_timer() {
                return;
            }
        }
        panic!("it never comes to rest");
    }

    fn assert_together(&self, nothing_was_lost: bool) {
        for side in &self.sides {
            assert_eq!(side.machine.status(), CallStatus::Connected, "{}", side.name);
            assert_eq!(side.machine.epoch(), self.epoch);
            let pc = side.pc.as_ref().expect("a peer connection");
            assert_eq!(pc.tracks, pc.negotiated_tracks, "all tracks are agreed");
            let remote = pc.remote.as_ref().expect("a description");
            if nothing_was_lost {
                assert_eq!(
                    pc.added.iter().filter(|ufrag| **ufrag == remote.ufrag).count(),
                    CANDIDATES,
                    "every candidate arrived"
                );
            }
        }
        assert!(self.is_agreed());
        let mut kinds = self.sides.each_ref().map(|side| side.pc.as_ref().and_then(|pc| pc.local.as_ref()).map(|sdp| sdp.kind));
        kinds.sort();
        assert_eq!(kinds, [Some(DescriptionKind::Offer), Some(DescriptionKind::Answer)]);
    }
}

#[derive(Debug, Clone)]
enum Step {
    Run(usize),
    FireTimer,
    Reconnect(usize),
    Reload(usize),
    AddTrack(usize),
    Interrupt(usize),
    Break(usize),
    LoseMessage(usize),
}

impl Room {
    fn take(&mut self, step: &Step) {
        match *step {
            Step::Run(choice) => {
                self.run_one(choice);
            }
            Step::FireTimer => {
                self.fire_timer();
            }
            Step::Reconnect(who) => {
                self.leave(who);
                self.connect(who);
            }
            Step::Reload(who) => self.reload(who),
            Step::AddTrack(who) => {
                let side = &mut self.sides[who];
                side.tracks += 1;
                if let Some(pc) = &mut side.pc {
                    pc.tracks += 1;
                }
                side.look_whether_needed();
            }
            Step::Interrupt(who) => self.sides[who].report_state(ConnectionState::Disconnected),
            Step::Break(who) if self.sides[who].ufrag().is_some() => self.sides[who].report_state(ConnectionState::Failed),
            Step::Break(_) => {}
            Step::LoseMessage(who) => {
                // Only messages of the other participant can be lost; the server's messages are reliable while the socket is open.
                if matches!(self.sides[who].inbox.front(), Some(Event::Signal(_))) {
                    self.sides[who].inbox.pop_front();
                }
            }
        }
    }
}

/// Mostly ordinary actions, with a rare step now and then.
fn steps(rare: impl Strategy<Value = Step> + 'static) -> impl Strategy<Value = Vec<Step>> {
    let run = prop::collection::vec((0..1000_usize).prop_map(Step::Run), 0..12);
    prop::collection::vec((run, rare), 0..8).prop_map(|rounds| {
        rounds
            .into_iter()
            .flat_map(|(mut run, rare)| {
                run.push(rare);
                run
            })
            .collect()
    })
}

fn without_loss() -> impl Strategy<Value = Step> {
    (0..6_usize, 0..2_usize).prop_map(|(kind, who)| match kind {
        0 => Step::FireTimer,
        1 => Step::Reconnect(who),
        2 => Step::Reload(who),
        3 => Step::Interrupt(who),
        4 => Step::Break(who),
        _ => Step::AddTrack(who),
    })
}

#[test]
fn an_ordinary_call_takes_one_offer_and_one_answer() {
    let mut room = Room::new();
    room.connect(0);
    room.connect(1);
    room.settle(1);
    room.assert_together(true);
    assert_eq!(room.sides.each_ref().map(|side| side.made), [1, 1]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn two_machines_always_end_together(first in 0..2_usize, steps in steps(without_loss()), choice in any::<usize>()) {
        let mut room = Room::new();
        room.connect(first);
        room.connect(1 - first);
        for step in &steps {
            room.take(step);
        }
        room.settle(choice);
        room.assert_together(true);
    }

    #[test]
    fn offers_that_cross_give_one_exchange(steps in prop::collection::vec((0..1000_usize).prop_map(Step::Run), 0..60), choice in any::<usize>()) {
        let mut room = Room::new();
        room.connect(0);
        room.connect(1);
        room.settle(choice);
        // Both sides add a track at the same moment during a call, so both send an offer.
        room.take(&Step::AddTrack(0));
        room.take(&Step::AddTrack(1));
        for step in &steps {
            room.take(step);
        }
        room.settle(choice);
        room.assert_together(true);
    }

    #[test]
    fn lost_messages_delay_but_do_not_divide(
        steps in steps(prop_oneof![3 => (0..2_usize).prop_map(Step::LoseMessage), 1 => without_loss()]),
        choice in any::<usize>(),
    ) {
        let mut room = Room::new();
        room.connect(0);
        room.connect(1);
        for step in &steps {
            room.take(step);
        }
        room.settle(choice);
        room.assert_together(false);
    }
}
