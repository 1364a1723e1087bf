//! Tests with two participants and two server instances.

use super::*;
use model::visits::{
    negotiation::Politeness,
    signal::{Signal, SourceState},
};
use uuid::Uuid;

fn visit() -> EncounterId {
    EncounterId::from(Uuid::from_u128(1))
}

fn signal(epoch: u32) -> Envelope {
    Envelope { epoch, signal: Signal::EndOfCandidates }
}

/// Another server instance.
fn copy(number: u8) -> CopyId {
    number.to_string().parse().unwrap()
}

/// The messages to sockets, with the socket's id.
fn said(steps: &Steps) -> Vec<(u64, ServerMessage)> {
    steps.say.iter().map(|(handle, message)| (handle.id().0, message.clone())).collect()
}

fn presence(peer_present: bool, epoch: u32) -> ServerMessage {
    ServerMessage::Presence { visit: visit(), peer_present, epoch }
}

fn room_of_two() -> Room {
    let mut room = Room::new(visit());
    room.follow(&Handle::deaf(1), Side::Patient, 0);
    room.follow(&Handle::deaf(2), Side::Doctor, 0);
    room
}

#[test]
fn the_second_to_join_is_told_of_the_first_and_the_first_of_the_new_epoch() {
    let mut room = room_of_two();
    let first = room.join(SocketId(1), 1);
    let joined = |epoch, politeness, peer_present| ServerMessage::Joined { visit: visit(), epoch, politeness, peer_present };
    assert_eq!(said(&first), [(1, joined(1, Politeness::Polite, false)), (2, presence(true, 1))]);
    let second = room.join(SocketId(2), 2);
    assert_eq!(said(&second), [(2, joined(2, Politeness::Impolite, true)), (1, presence(true, 2))]);
}

#[test]
fn only_callers_signal_and_only_in_the_present_epoch() {
    let mut room = room_of_two();
    room.join(SocketId(1), 1);
    room.join(SocketId(2), 2);
    assert!(room.signal(SocketId(1), signal(1)).say.is_empty());
    assert_eq!(said(&room.signal(SocketId(1), signal(2))).len(), 1);
    room.follow(&Handle::deaf(3), Side::Patient, 2);
    assert!(room.signal(SocketId(3), signal(2)).say.is_empty(), "a page that is not in the call");
    assert!(room.signal(SocketId(9), signal(2)).say.is_empty(), "a stranger");
}

#[test]
fn a_second_page_displaces_the_first() {
    let mut room = room_of_two();
    room.join(SocketId(1), 1);
    room.follow(&Handle::deaf(3), Side::Patient, 1);
    let steps = room.join(SocketId(3), 2);
    assert!(said(&steps).contains(&(1, ServerMessage::Displaced { visit: visit() })));
    assert!(!room.is_caller(SocketId(1)));
    assert!(said(&room.leave(SocketId(1)).0).is_empty(), "the other side hears nothing of the old page");
    assert_eq!(said(&room.leave(SocketId(3)).0), [(2, presence(false, 2))]);
}

#[test]
fn copies_of_the_server_pass_signals_on() {
    let (mut here, mut there) = (Room::new(visit()), Room::new(visit()));
    let pass =
        |steps: &Steps, to: &mut Room| steps.tell.iter().map(|message| to.heard(copy(1), message.clone())).collect::<Vec<_>>();

    pass(&here.follow(&Handle::deaf(1), Side::Patient, 0), &mut there);
    let joined = here.join(SocketId(1), 1);
    pass(&joined, &mut there);
    let answers = pass(&there.follow(&Handle::deaf(2), Side::Doctor, 1), &mut here);
    for answer in &answers {
        pass(answer, &mut there);
    }
    let joined = there.join(SocketId(2), 2);
    assert!(said(&joined).iter().any(|(_, message)| matches!(message, ServerMessage::Joined { peer_present: true, .. })));
    let told = pass(&joined, &mut here);
    assert_eq!(said(&told[0]), [(1, presence(true, 2))]);

    let signalled = here.signal(SocketId(1), signal(2));
    assert!(signalled.say.is_empty());
    let arrived = pass(&signalled, &mut there);
    assert_eq!(said(&arrived[0]), [(2, ServerMessage::Signal { visit: visit(), envelope: signal(2) })]);

    let left = here.leave(SocketId(1)).0;
    assert_eq!(said(&pass(&left, &mut there)[0]), [(2, presence(false, 2))]);
}

const MUTED: MediaState = MediaState { microphone: SourceState::Off, camera: SourceState::On };

fn peer_media() -> ServerMessage {
    ServerMessage::PeerMedia { visit: visit(), state: MUTED }
}

#[test]
fn what_a_caller_sends_is_told_and_kept_for_those_who_come_later() {
    let mut room = room_of_two();
    room.join(SocketId(1), 1);
    assert_eq!(said(&room.media(SocketId(1), MUTED)), [(2, peer_media())]);
    assert!(said(&room.join(SocketId(2), 2)).contains(&(2, peer_media())), "one who joins later");
    let later = room.follow(&Handle::deaf(3), Side::Doctor, 2);
    assert_eq!(said(&later), [(3, presence(true, 2)), (3, peer_media())]);
    let own = room.follow(&Handle::deaf(4), Side::Patient, 2);
    assert_eq!(said(&own), [(4, presence(true, 2))], "nobody is told of their own side");
    assert!(said(&room.media(SocketId(4), MUTED)).is_empty(), "a page that is not in the call");

    room.leave_call(SocketId(1));
    room.join(SocketId(1), 3);
    let fresh = room.follow(&Handle::deaf(5), Side::Doctor, 3);
    assert_eq!(said(&fresh), [(5, presence(true, 3))], "forgotten when the caller has left");
}

#[test]
fn copies_of_the_server_tell_each_other_what_is_sent() {
    let (mut here, mut there) = (Room::new(visit()), Room::new(visit()));
    here.follow(&Handle::deaf(1), Side::Patient, 0);
    here.join(SocketId(1), 1);
    here.media(SocketId(1), MUTED);
    // One who comes at another copy hears it in the answer.
    let follows = there.follow(&Handle::deaf(2), Side::Doctor, 1);
    let answers: Vec<_> = follows.tell.iter().flat_map(|message| here.heard(copy(2), message.clone()).tell).collect();
    let heard: Vec<_> = answers.iter().flat_map(|message| said(&there.heard(copy(2), message.clone()))).collect();
    assert_eq!(heard, [(2, presence(true, 1)), (2, peer_media())]);
    // And each change.
    let unmuted = MediaState { microphone: SourceState::On, ..MUTED };
    let change = here.media(SocketId(1), unmuted);
    let heard: Vec<_> = change.tell.iter().flat_map(|message| said(&there.heard(copy(2), message.clone()))).collect();
    assert_eq!(heard, [(2, ServerMessage::PeerMedia { visit: visit(), state: unmuted })]);
}

/// A room with the doctor, whose patient is in the call at another instance.
fn room_with_patient_at(at: CopyId) -> Room {
    let mut room = Room::new(visit());
    room.follow(&Handle::deaf(2), Side::Doctor, 0);
    room.heard(at, Between::Joined { visit: visit(), side: Side::Patient, epoch: 1 });
    room.join(SocketId(2), 2);
    room
}

#[test]
fn who_comes_back_at_another_instance_is_not_lost_with_the_first() {
    let mut room = room_with_patient_at(copy(1));
    let back = room.heard(copy(2), Between::Joined { visit: visit(), side: Side::Patient, epoch: 3 });
    assert_eq!(said(&back), [(2, presence(true, 3))]);
    assert!(said(&room.heard(copy(1), Between::Left { visit: visit(), side: Side::Patient, epoch: 1 })).is_empty());
    assert!(said(&room.forget_all_but(|at| at == copy(2))).is_empty());
    assert_eq!(said(&room.forget_all_but(|_| false)), [(2, presence(false, 3))]);
}

#[test]
fn after_messages_were_lost_those_who_do_not_answer_are_forgotten() {
    let here = |epoch| Between::Here { visit: visit(), side: Side::Patient, epoch, media: Some(MUTED) };
    let mut room = room_with_patient_at(copy(1));
    assert_eq!(
        room.ask().tell,
        [
            Between::Follows { visit: visit(), side: Side::Doctor },
            Between::Here { visit: visit(), side: Side::Doctor, epoch: 2, media: None }
        ]
    );
    assert_eq!(said(&room.heard(copy(1), here(2))), [(2, peer_media())], "the page is told only what is new to it");
    assert!(said(&room.forget_unconfirmed()).is_empty());

    room.ask();
    assert_eq!(said(&room.forget_unconfirmed()), [(2, presence(false, 2))]);
    // The patient has joined at a third instance meanwhile.
    assert_eq!(said(&room.heard(copy(3), here(3))), [(2, presence(true, 3)), (2, peer_media())]);
    assert!(said(&room.heard(copy(1), here(2))).is_empty(), "late");
}
