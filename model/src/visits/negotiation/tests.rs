//! Example-based tests with one state machine.

use super::*;
use crate::visits::signal::{Candidate, Description, DescriptionKind, Signal};

fn description(kind: DescriptionKind) -> Description {
    Description { kind, sdp: kind.to_string() }
}

fn signal(epoch: u32, kind: DescriptionKind, serial: u32) -> Event {
    Event::Signal(Envelope { epoch, signal: Signal::Description { description: description(kind), serial, ice_restart: false } })
}

fn ready(kind: DescriptionKind) -> Event {
    Event::LocalDescriptionReady { epoch: 2, description: description(kind) }
}

fn candidate(name: &str) -> Candidate {
    Candidate { candidate: name.to_owned(), sdp_mid: None, sdp_m_line_index: Some(0), username_fragment: None }
}

/// A state machine that is in the room with the other participant, in epoch 2.
fn together(politeness: Politeness) -> Negotiation {
    let mut machine = Negotiation::new();
    let effects = show(machine.handle(Event::Joined { politeness, epoch: 2, peer_present: true }));
    assert_eq!(effects, ["create 2", "timer Recovery { epoch: 2, round: 1 }", "show connecting"]);
    machine
}

fn show(effects: Vec<Effect>) -> Vec<String> {
    effects
        .into_iter()
        .map(|effect| match effect {
            Effect::CreatePeer { epoch } => format!("create {epoch}"),
            Effect::ClosePeer { epoch } => format!("close {epoch}"),
            Effect::RefreshIceServers { .. } => "refresh".to_owned(),
            Effect::CreateOfferAndSetLocal { ice_restart: false, .. } => "make offer".to_owned(),
            Effect::CreateOfferAndSetLocal { ice_restart: true, .. } => "make restart offer".to_owned(),
            Effect::SetRemote { description, rollback_first: false, .. } => format!("set {}", description.kind),
            Effect::SetRemote { description, rollback_first: true, .. } => format!("roll back and set {}", description.kind),
            Effect::CreateAnswerAndSetLocal { .. } => "make answer".to_owned(),
            Effect::AddCandidate { candidate, .. } => {
                format!("add {}", candidate.map_or("end".to_owned(), |candidate| candidate.candidate))
            }
            Effect::Send(Envelope { epoch, signal: Signal::Description { description, serial, .. } }) => {
                format!("send {} {epoch}.{serial}", description.kind)
            }
            Effect::Send(_) => "send candidate".to_owned(),
            Effect::StartTimer { timer, .. } => format!("timer {timer:?}"),
            Effect::Rejoin => "rejoin".to_owned(),
            Effect::Show(status) => format!("show {status}"),
        })
        .collect()
}

#[test]
fn the_impolite_side_offers_at_once_and_the_polite_side_waits_a_little() {
    let mut doctor = together(Politeness::Impolite);
    assert_eq!(show(doctor.handle(Event::NegotiationNeeded { epoch: 2 })), ["make offer"]);
    let sent = show(doctor.handle(ready(DescriptionKind::Offer)));
    assert_eq!(sent, ["send offer 2.1", "timer AnswerOverdue { epoch: 2, serial: 1, sent: 1 }"]);
    assert_eq!(show(doctor.handle(signal(2, DescriptionKind::Answer, 1))), ["set answer"]);

    let mut patient = together(Politeness::Polite);
    assert_eq!(show(patient.handle(Event::NegotiationNeeded { epoch: 2 })), ["timer OfferPatience { epoch: 2 }"]);
    assert_eq!(show(patient.handle(signal(2, DescriptionKind::Offer, 1))), ["set offer", "make answer"]);
    assert_eq!(show(patient.handle(ready(DescriptionKind::Answer))), ["send answer 2.1"]);
    assert!(patient.handle(Event::Timer(Timer::OfferPatience { epoch: 2 })).is_empty());
}

#[test]
fn when_offers_cross_the_polite_side_takes_its_own_back() {
    let mut patient = together(Politeness::Polite);
    let _ = patient.handle(Event::NegotiationNeeded { epoch: 2 });
    assert_eq!(show(patient.handle(Event::Timer(Timer::OfferPatience { epoch: 2 }))), ["make offer"]);
    assert_eq!(show(patient.handle(signal(2, DescriptionKind::Offer, 1))), ["roll back and set offer", "make answer"]);
    assert!(patient.handle(ready(DescriptionKind::Offer)).is_empty(), "the offer that was taken back is not sent");
    assert_eq!(show(patient.handle(ready(DescriptionKind::Answer))), ["send answer 2.1"]);

    let mut doctor = together(Politeness::Impolite);
    let _ = doctor.handle(Event::NegotiationNeeded { epoch: 2 });
    assert!(doctor.handle(signal(2, DescriptionKind::Offer, 1)).is_empty());
    let stray = Event::Signal(Envelope { epoch: 2, signal: Signal::Candidate(candidate("of the ignored offer")) });
    assert!(doctor.handle(stray).is_empty());
}

#[test]
fn candidates_wait_for_their_description() {
    let mut patient = together(Politeness::Polite);
    for name in ["a", "b"] {
        assert!(patient.handle(Event::Signal(Envelope { epoch: 2, signal: Signal::Candidate(candidate(name)) })).is_empty());
    }
    assert_eq!(show(patient.handle(signal(2, DescriptionKind::Offer, 1))), ["set offer", "add a", "add b", "make answer"]);
    assert_eq!(show(patient.handle(Event::Signal(Envelope { epoch: 2, signal: Signal::EndOfCandidates }))), ["add end"]);
}

#[test]
fn what_belongs_to_an_older_epoch_is_dropped_and_a_newer_one_begins_anew() {
    let mut doctor = together(Politeness::Impolite);
    assert!(doctor.handle(signal(1, DescriptionKind::Offer, 1)).is_empty());
    assert!(doctor.handle(Event::NegotiationNeeded { epoch: 1 }).is_empty());
    assert!(doctor.handle(Event::PeerLeft { epoch: 1 }).is_empty());
    let effects = show(doctor.handle(signal(3, DescriptionKind::Offer, 1)));
    assert_eq!(effects, ["close 2", "create 3", "timer Recovery { epoch: 3, round: 1 }", "set offer", "make answer"]);
    assert!(doctor.handle(Event::PeerJoined { epoch: 3 }).is_empty(), "known already");
}

#[test]
fn messages_that_overtake_the_welcome_are_kept() {
    let mut patient = Negotiation::new();
    assert!(patient.handle(signal(2, DescriptionKind::Offer, 1)).is_empty());
    let effects = show(patient.handle(Event::Joined { politeness: Politeness::Polite, epoch: 2, peer_present: true }));
    assert_eq!(effects[3..], ["set offer", "make answer"]);
}

#[test]
fn a_lost_answer_is_sent_again_and_silence_ends_in_a_new_connection() {
    let mut patient = together(Politeness::Polite);
    let _ = patient.handle(signal(2, DescriptionKind::Offer, 1));
    let _ = patient.handle(ready(DescriptionKind::Answer));
    assert_eq!(show(patient.handle(signal(2, DescriptionKind::Offer, 1))), ["send answer 2.1"]);

    let mut doctor = together(Politeness::Impolite);
    let _ = doctor.handle(Event::NegotiationNeeded { epoch: 2 });
    let _ = doctor.handle(ready(DescriptionKind::Offer));
    let overdue = |sent| Event::Timer(Timer::AnswerOverdue { epoch: 2, serial: 1, sent });
    assert_eq!(show(doctor.handle(overdue(1)))[0], "send offer 2.1");
    assert_eq!(show(doctor.handle(overdue(2)))[0], "send offer 2.1");
    assert_eq!(show(doctor.handle(overdue(3))), ["close 2", "rejoin"]);
}

#[test]
fn a_break_is_repaired_by_an_ice_restart_and_then_by_a_new_connection_and_then_told() {
    let mut doctor = together(Politeness::Impolite);
    let state = |epoch, state| Event::ConnectionState { epoch, state };
    assert_eq!(show(doctor.handle(state(2, ConnectionState::Connected))), ["show connected"]);
    let effects = show(doctor.handle(state(2, ConnectionState::Disconnected)));
    assert_eq!(effects, ["timer Recovery { epoch: 2, round: 3 }", "show reconnecting"]);
    let effects = show(doctor.handle(Event::Timer(Timer::Recovery { epoch: 2, round: 3 })));
    assert_eq!(effects, ["timer Recovery { epoch: 2, round: 4 }", "refresh", "make restart offer"]);
    assert!(doctor.handle(Event::Timer(Timer::Recovery { epoch: 2, round: 3 })).is_empty(), "that one is over");

    for epoch in 3..6 {
        assert_eq!(
            show(doctor.handle(Event::OperationFailed { epoch: epoch - 1 })),
            [format!("close {}", epoch - 1), "rejoin".to_owned()]
        );
        let _ = doctor.handle(Event::Joined { politeness: Politeness::Impolite, epoch, peer_present: true });
    }
    assert_eq!(show(doctor.handle(Event::OperationFailed { epoch: 5 })), ["close 5", "show failed"]);
}

#[test]
fn a_restart_that_was_taken_back_is_made_after_all() {
    let mut patient = together(Politeness::Polite);
    let _ = patient.handle(signal(2, DescriptionKind::Offer, 1));
    let _ = patient.handle(ready(DescriptionKind::Answer));
    let broken = show(patient.handle(Event::ConnectionState { epoch: 2, state: ConnectionState::Failed }));
    assert_eq!(broken, ["timer Recovery { epoch: 2, round: 2 }"]);
    let effects = show(patient.handle(Event::Timer(Timer::Recovery { epoch: 2, round: 2 })));
    assert_eq!(effects[1..], ["refresh", "make restart offer"]);
    assert_eq!(show(patient.handle(signal(2, DescriptionKind::Offer, 2))), ["roll back and set offer", "make answer"]);
    assert_eq!(show(patient.handle(ready(DescriptionKind::Answer))), ["send answer 2.2", "refresh", "make restart offer"]);
}

#[test]
fn a_restart_of_the_other_does_not_make_a_running_call_look_broken() {
    let mut doctor = together(Politeness::Impolite);
    let _ = doctor.handle(Event::ConnectionState { epoch: 2, state: ConnectionState::Connected });
    let restart = Signal::Description { description: description(DescriptionKind::Offer), serial: 1, ice_restart: true };
    let effects = show(doctor.handle(Event::Signal(Envelope { epoch: 2, signal: restart })));
    assert_eq!(effects, ["refresh", "set offer", "make answer"]);
}

#[test]
fn nothing_comes_after_the_end() {
    let mut patient = together(Politeness::Polite);
    assert_eq!(show(patient.handle(Event::PeerLeft { epoch: 2 })), ["close 2", "show waiting"]);
    assert!(patient.handle(Event::PeerJoined { epoch: 2 }).is_empty());
    assert_eq!(show(patient.handle(Event::Close)), ["show ended"]);
    assert!(patient.handle(Event::PeerJoined { epoch: 3 }).is_empty());
    assert_eq!(patient.status(), CallStatus::Ended);
}
