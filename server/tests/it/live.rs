//! Two participants at their sockets: who may connect, who receives what, and what happens when a session ends.

use axum::{Extension, http::header};
use domain::{
    Domain,
    access::Access,
    chat::{self, OpenConversation, SendMessage},
    identity,
    scheduling::{self, Hold},
    visits,
};
use futures::{SinkExt, StreamExt};
use jiff::tz::TimeZone;
use model::{
    access::Role,
    chat::attention::Attention,
    errors::Code,
    ids::{EncounterId, RequestId},
    live::{ActsAs, CLOSE_SIGNED_OUT, CLOSE_TOO_MANY, ClientMessage, LiveKind, ServerMessage},
    visits::{
        negotiation::Politeness,
        signal::{Envelope, MediaState, Signal, SourceState},
        views::Outcome,
    },
};
use server::{
    copies::InDatabase,
    live::{ABSENCE, Hub, Options, listen, routes},
};
use std::{
    sync::Arc,
    time::{Duration, Instant},
};
use testing::{Person, TestClinic};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        handshake::client::{Request, Response},
    },
};
use tokio_util::sync::{CancellationToken, DropGuard};
use uuid::Uuid;

pub(crate) const ORIGIN: &str = "https://clinic.example";

/// "Try again later" (RFC 6455, registry of close codes).
const CLOSE_TRY_AGAIN: u16 = 1013;

/// An open socket always receives something from time to time, so waiting for one particular message needs its own time limit.
const LIMIT: Duration = Duration::from_secs(30);

struct House {
    clinic: TestClinic,
    patient: Person,
    doctor: Person,
    visit: EncounterId,
    hub: Hub,
    _stop: DropGuard,
}

/// A visit whose patient was admitted, and a server instance.
async fn house() -> House {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let visit = clinic.coming_encounter(&patient, &doctor, practice).await;
    visits::arrive(&clinic.domain, &patient.access(&clinic), visit).await.unwrap();
    visits::admit(&clinic.domain, &doctor.access(&clinic), visit).await.unwrap();
    clinic.dispatch().await;
    let (hub, stop) = copy(&clinic).await;
    House { clinic, patient, doctor, visit, hub, _stop: stop }
}

/// A server instance.
async fn copy(clinic: &TestClinic) -> (Hub, DropGuard) {
    copy_with(clinic.domain.clone(), options(clinic)).await
}

fn options(clinic: &TestClinic) -> Options {
    let copies = Arc::new(InDatabase::new(&clinic.domain));
    Options { public_origin: ORIGIN.into(), sockets_per_user: 2, relay: None, copies, absence: ABSENCE }
}

pub(crate) async fn copy_with(domain: Domain, options: Options) -> (Hub, DropGuard) {
    let hub = Hub::new(domain, options);
    let stop = CancellationToken::new();
    tokio::spawn(listen(hub.clone(), stop.clone()));
    tokio::time::timeout(LIMIT, hub.listening()).await.expect("the hub listens for live events");
    (hub, stop.drop_guard())
}

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// A page with an open socket.
pub(crate) struct Page(Stream);

async fn connect(hub: &Hub, access: Access, origin: &str) -> Result<Page, tungstenite::Error> {
    let router = routes::<Hub>().with_state(hub.clone()).layer(Extension(access));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    let mut request = format!("ws://{address}/live").into_client_request().unwrap();
    request.headers_mut().insert(header::ORIGIN, origin.parse().unwrap());
    Page::dial(request).await
}

impl Page {
    /// Opens a socket without sending anything.
    pub(crate) async fn dial(request: Request) -> Result<Self, tungstenite::Error> {
        Self::dial_with_answer(request).await.map(|(page, _)| page)
    }

    /// The same, with the answer to the upgrade.
    pub(crate) async fn dial_with_answer(request: Request) -> Result<(Self, Response), tungstenite::Error> {
        connect_async(request).await.map(|(stream, answer)| (Self(stream), answer))
    }

    async fn open(house: &House, person: &Person) -> Self {
        Self::at(&house.hub, &house.clinic, person).await
    }

    pub(crate) async fn at(hub: &Hub, clinic: &TestClinic, person: &Person) -> Self {
        let mut page = connect(hub, person.access(clinic), ORIGIN).await.unwrap();
        page.say(&ClientMessage::Hello { last: None }).await;
        page.until(|message| matches!(message, ServerMessage::Welcome { .. })).await;
        page
    }

    pub(crate) async fn say(&mut self, message: &ClientMessage) {
        self.try_say(message).await.unwrap();
    }

    pub(crate) async fn try_say(&mut self, message: &ClientMessage) -> Result<(), tungstenite::Error> {
        self.0.send(Message::text(serde_json::to_string(message).unwrap())).await
    }

    pub(crate) async fn next(&mut self) -> Result<ServerMessage, Option<u16>> {
        loop {
            let message = tokio::time::timeout(Duration::from_secs(20), self.0.next()).await.expect("the server sends a message");
            match message {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).unwrap()),
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|frame| frame.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }

    /// The next message of this kind. Messages before it are dropped.
    pub(crate) async fn until(&mut self, wanted: impl Fn(&ServerMessage) -> bool) -> ServerMessage {
        let mut others = Vec::new();
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            let message = self.next().await.expect("the socket is open");
            if wanted(&message) {
                return message;
            }
            others.push(message);
        }
        panic!("the expected message did not arrive, only: {others:?}");
    }

    pub(crate) async fn closed(&mut self) -> Option<u16> {
        let closed = async {
            loop {
                if let Err(code) = self.next().await {
                    return code;
                }
            }
        };
        tokio::time::timeout(LIMIT, closed).await.expect("the server closes the socket")
    }

    pub(crate) async fn join(&mut self, visit: EncounterId) -> (u32, Politeness, bool) {
        self.say(&ClientMessage::Join { visit }).await;
        match self.until(|message| matches!(message, ServerMessage::Joined { .. })).await {
            ServerMessage::Joined { epoch, politeness, peer_present, .. } => (epoch, politeness, peer_present),
            other => panic!("{other:?}"),
        }
    }
}

const fn is_signal(message: &ServerMessage) -> bool {
    matches!(message, ServerMessage::Signal { .. })
}

#[tokio::test]
async fn two_people_meet_and_signal() {
    let house = house().await;
    let visit = house.visit;
    let (mut patient, mut doctor) = (Page::open(&house, &house.patient).await, Page::open(&house, &house.doctor).await);
    assert_eq!(patient.join(visit).await, (1, Politeness::Polite, false));
    assert_eq!(doctor.join(visit).await, (2, Politeness::Impolite, true));
    patient.until(|message| *message == ServerMessage::Presence { visit, peer_present: true, epoch: 2 }).await;
    let envelope = Envelope { epoch: 2, signal: Signal::EndOfCandidates };
    doctor.say(&ClientMessage::Signal { visit, envelope: envelope.clone() }).await;
    assert_eq!(patient.until(is_signal).await, ServerMessage::Signal { visit, envelope });
    let state = MediaState { microphone: SourceState::Off, camera: SourceState::On };
    let is_media = |message: &ServerMessage| matches!(message, ServerMessage::PeerMedia { .. });
    doctor.say(&ClientMessage::Media { visit, state }).await;
    assert_eq!(patient.until(is_media).await, ServerMessage::PeerMedia { visit, state });
    // Who comes back is told again.
    drop(patient);
    let mut patient = Page::open(&house, &house.patient).await;
    patient.join(visit).await;
    assert_eq!(patient.until(is_media).await, ServerMessage::PeerMedia { visit, state });
    drop(doctor);
    patient.until(|message| *message == ServerMessage::Presence { visit, peer_present: false, epoch: 3 }).await;
}

#[tokio::test]
async fn who_looks_at_a_conversation_is_told_to_the_other_side_at_all_copies() {
    let house = house().await;
    let (elsewhere, _stop) = copy(&house.clinic).await;
    let begin = OpenConversation {
        patient: None,
        doctor: Some(house.doctor.doctor()),
        clinic: None,
        subject: "My cough".to_owned(),
        text: "It is better.".to_owned(),
        client_key: Uuid::from_u128(1),
    };
    let thread = chat::open_conversation(&house.clinic.domain, &house.patient.access(&house.clinic), begin).await.unwrap();
    let stranger = house.clinic.patient("Jonas Weber").await;
    let mut patient = Page::open(&house, &house.patient).await;
    let mut doctor = Page::at(&elsewhere, &house.clinic, &house.doctor).await;
    let mut other = Page::open(&house, &stranger).await;
    let told = |message: &ServerMessage| matches!(message, ServerMessage::AtThread { .. });
    // Nobody hears of a stranger, who is not told that either. Messages come in their order, so what is told next is of the patient.
    other.say(&ClientMessage::AtThread { thread, state: Attention::Here }).await;
    patient.say(&ClientMessage::AtThread { thread, state: Attention::Typing }).await;
    assert_eq!(doctor.until(told).await, ServerMessage::AtThread { thread, state: Attention::Typing });
    doctor.say(&ClientMessage::AtThread { thread, state: Attention::Here }).await;
    assert_eq!(patient.until(told).await, ServerMessage::AtThread { thread, state: Attention::Here });
}

#[tokio::test]
async fn two_people_meet_at_two_copies_of_the_server() {
    let house = house().await;
    let visit = house.visit;
    let (other, _stop) = copy(&house.clinic).await;
    let mut patient = Page::open(&house, &house.patient).await;
    patient.join(visit).await;
    let mut doctor = Page::at(&other, &house.clinic, &house.doctor).await;
    let (_, _, already_there) = doctor.join(visit).await;
    patient.until(|message| matches!(message, ServerMessage::Presence { peer_present: true, epoch: 2, .. })).await;
    if !already_there {
        doctor.until(|message| matches!(message, ServerMessage::Presence { peer_present: true, .. })).await;
    }
    let envelope = Envelope { epoch: 2, signal: Signal::EndOfCandidates };
    patient.say(&ClientMessage::Signal { visit, envelope: envelope.clone() }).await;
    assert_eq!(doctor.until(is_signal).await, ServerMessage::Signal { visit, envelope });
}

#[tokio::test]
async fn nobody_else_gets_into_the_room() {
    let house = house().await;
    let visit = house.visit;
    let other = house.clinic.patient("Jonas Weber").await;
    let mut page = Page::open(&house, &other).await;
    for message in
        [ClientMessage::Subscribe { visit }, ClientMessage::Join { visit }, ClientMessage::OpenThread { visit, after: 0 }]
    {
        page.say(&message).await;
        let refused = page.until(|message| matches!(message, ServerMessage::Refused { .. })).await;
        assert_eq!(refused, ServerMessage::Refused { visit, code: Code::NotFound });
    }
    let access = house.patient.access(&house.clinic);
    assert!(
        connect(&house.hub, access, "https://evil.example").await.is_err(),
        "a page of another site must not be able to connect"
    );
}

#[tokio::test]
async fn a_message_reaches_those_who_opened_the_conversation() {
    let house = house().await;
    let (clinic, visit) = (&house.clinic, house.visit);
    let thread = chat::open_thread(&clinic.domain, &house.patient.access(clinic), visit).await.unwrap().thread;
    let is_message = |message: &ServerMessage| matches!(message, ServerMessage::ChatMessage { .. });
    let send = async |key, text: &str| {
        let command = SendMessage { thread, client_key: Uuid::from_u128(key), text: text.into() };
        chat::send(&clinic.domain, &house.patient.access(clinic), command).await.unwrap()
    };
    let before = send(1, "It hurts here.").await;
    let mut doctor = Page::open(&house, &house.doctor).await;
    doctor.say(&ClientMessage::OpenThread { visit, after: 0 }).await;
    // Opening a chat sends its existing messages. Once they have arrived, the server knows that the chat is open.
    assert_eq!(doctor.until(is_message).await, ServerMessage::ChatMessage { thread, message: before });
    let sent = send(2, "And here, since yesterday.").await;
    clinic.dispatch().await;
    assert_eq!(doctor.until(is_message).await, ServerMessage::ChatMessage { thread, message: sent });
    doctor.until(|message| matches!(message, ServerMessage::Event { kind: LiveKind::Thread, .. })).await;
}

#[tokio::test]
async fn who_comes_back_hears_what_was_missed() {
    let house = house().await;
    let mut page = connect(&house.hub, house.patient.access(&house.clinic), ORIGIN).await.unwrap();
    page.say(&ClientMessage::Hello { last: Some(0) }).await;
    for number in 1..=2 {
        let event = page.until(|message| matches!(message, ServerMessage::Event { .. })).await;
        assert_eq!(event, ServerMessage::Event { number, kind: LiveKind::Visit, resource: house.visit.uuid() });
    }
    let mut lost = connect(&house.hub, house.patient.access(&house.clinic), ORIGIN).await.unwrap();
    lost.say(&ClientMessage::Hello { last: Some(99) }).await;
    assert_eq!(lost.until(|message| matches!(message, ServerMessage::Resync { .. })).await, ServerMessage::Resync { last: 2 });
}

#[tokio::test]
async fn the_end_of_the_visit_empties_the_room() {
    let house = house().await;
    let (clinic, visit) = (&house.clinic, house.visit);
    let (mut patient, mut doctor) = (Page::open(&house, &house.patient).await, Page::open(&house, &house.doctor).await);
    patient.join(visit).await;
    doctor.join(visit).await;
    let command = visits::EndVisit { encounter: visit, outcome: Outcome::NoDiagnosis, idempotency_key: None };
    visits::end(&clinic.domain, &house.doctor.access(clinic), command).await.unwrap();
    clinic.dispatch().await;
    patient.until(|message| matches!(message, ServerMessage::Event { kind: LiveKind::Visit, .. })).await;
    patient.say(&ClientMessage::Join { visit }).await;
    let refused = patient.until(|message| matches!(message, ServerMessage::Refused { .. })).await;
    assert_eq!(refused, ServerMessage::Refused { visit, code: Code::VisitEnded });
}

#[tokio::test]
async fn a_socket_ends_with_its_session() {
    let house = house().await;
    let mut page = Page::open(&house, &house.patient).await;
    let access = house.patient.access(&house.clinic);
    identity::sign_out(&house.clinic.domain, &access).await.unwrap();
    house.clinic.dispatch().await;
    assert_eq!(page.closed().await, Some(CLOSE_SIGNED_OUT));

    // The same for a socket that is opened with an ended session, and for one without a session.
    let mut late = connect(&house.hub, access, ORIGIN).await.unwrap();
    late.say(&ClientMessage::Hello { last: None }).await;
    assert_eq!(late.closed().await, Some(CLOSE_SIGNED_OUT));
    let mut stranger = connect(&house.hub, house.clinic.stranger(), ORIGIN).await.unwrap();
    assert_eq!(stranger.closed().await, Some(CLOSE_SIGNED_OUT));
}

#[tokio::test]
async fn a_page_of_an_earlier_version_is_told_to_reload() {
    let house = house().await;
    for (text, code) in [(r#"{"type":"hello","last":null}"#, CLOSE_SIGNED_OUT), (r#"{"unheard_of":{}}"#, 1008)] {
        let mut page = connect(&house.hub, house.patient.access(&house.clinic), ORIGIN).await.unwrap();
        page.0.send(Message::text(text)).await.unwrap();
        assert_eq!(page.closed().await, Some(code), "{text}");
    }
}

#[tokio::test]
async fn a_socket_ends_when_its_user_may_do_other_things_than_before() {
    let house = house().await;
    let clinic = &house.clinic;
    // A role that has ended ends the sessions; another role or patient only the socket, and the page connects again.
    let (nurse, pharmacist) =
        (clinic.staff("Nora Hale", "nurse", None).await, clinic.staff("Pia Voss", "pharmacist", None).await);
    for (person, change, code) in [
        (&nurse, "update memberships set ended_at = created_at where role = 'nurse'", CLOSE_SIGNED_OUT),
        (&pharmacist, "update memberships set role = 'receptionist' where role = 'pharmacist'", CLOSE_TRY_AGAIN),
        (&house.patient, "update patient_access set ends_at = starts_at", CLOSE_TRY_AGAIN),
    ] {
        let mut page = Page::open(&house, person).await;
        clinic.as_owner(change).await;
        assert_eq!(page.closed().await, Some(code), "{change}");
    }
}

#[tokio::test]
async fn a_role_taken_in_one_page_ends_the_sockets_of_the_others() {
    let house = house().await;
    let clinic = &house.clinic;
    clinic
        .as_owner(
            "insert into memberships (id, user_id, role, created_at)
             select gen_random_uuid(), user_id, 'nurse', starts_at from patient_access where relation = 'self'",
        )
        .await;
    let mut page = Page::open(&house, &house.patient).await;
    let access = house.patient.access(clinic);
    let roles = identity::account(&clinic.domain, &access).await.unwrap().roles;
    identity::act_as(&clinic.domain, &access, roles[0].membership).await.unwrap();
    assert_eq!(page.closed().await, Some(CLOSE_TRY_AGAIN));
}

#[tokio::test]
async fn a_page_learns_when_it_connects_again_for_whom_its_user_acts_now() {
    let house = house().await;
    let clinic = &house.clinic;
    let child = clinic.patient("Mia Osei").await;
    clinic.lets_act(&house.patient, child.patient(), "guardian").await;
    let mut page = Page::open(&house, &house.patient).await;
    identity::act_for(&clinic.domain, &house.patient.access(clinic), child.patient()).await.unwrap();
    assert_eq!(page.closed().await, Some(CLOSE_TRY_AGAIN));

    let acting = identity::resolve_session(&clinic.domain, house.patient.session).await.unwrap().unwrap();
    let access = Access::new(acting.into(), clinic.domain.new_id::<RequestId>());
    let mut again = connect(&house.hub, access, ORIGIN).await.unwrap();
    again.say(&ClientMessage::Hello { last: None }).await;
    let now = ActsAs { role: Role::Patient, patient: Some(child.patient()) };
    again.until(|message| matches!(message, ServerMessage::Welcome { acts_as: Some(acts_as), .. } if *acts_as == now)).await;
}

#[tokio::test]
async fn a_socket_that_heard_nothing_still_asks_before_it_reads() {
    let house = house().await;
    // Nobody listens in this copy, so only the message itself can find out.
    let deaf = Hub::new(house.clinic.domain.clone(), options(&house.clinic));
    let mut page = Page::at(&deaf, &house.clinic, &house.patient).await;
    house.clinic.as_owner("update patient_access set ends_at = starts_at").await;
    page.say(&ClientMessage::OpenThread { visit: house.visit, after: 0 }).await;
    assert_eq!(page.closed().await, Some(CLOSE_TRY_AGAIN));
}

#[tokio::test]
async fn each_delivery_of_messages_to_a_socket_is_audited() {
    let house = house().await;
    let (clinic, visit) = (&house.clinic, house.visit);
    let thread = chat::open_thread(&clinic.domain, &house.patient.access(clinic), visit).await.unwrap().thread;
    let is_message = |message: &ServerMessage| matches!(message, ServerMessage::ChatMessage { .. });
    let mut doctor = Page::open(&house, &house.doctor).await;
    doctor.say(&ClientMessage::OpenThread { visit, after: 0 }).await;
    heard_by_now(&mut doctor, visit).await;
    for key in 1..=2 {
        let command = SendMessage { thread, client_key: Uuid::from_u128(key), text: "It hurts here.".into() };
        chat::send(&clinic.domain, &house.patient.access(clinic), command).await.unwrap();
        clinic.dispatch().await;
        doctor.until(is_message).await;
    }
    let reads = clinic.audited().await.into_iter().filter(|action| action == "chat.opened").count();
    assert_eq!(reads, 4, "the patient and the doctor have opened the chat, and two messages were delivered");
}

#[tokio::test]
async fn the_oldest_socket_makes_room() {
    let house = house().await;
    let mut first = Page::open(&house, &house.patient).await;
    let _second = Page::open(&house, &house.patient).await;
    let _third = Page::open(&house, &house.patient).await;
    assert_eq!(first.closed().await, Some(CLOSE_TOO_MANY));
}

#[tokio::test]
async fn a_page_hears_when_the_times_that_it_shows_change() {
    let house = house().await;
    let (clinic, doctor) = (&house.clinic, house.doctor.doctor());
    let elsewhere = clinic.doctor("Dr Tomás Ribeiro", clinic.practice().await).await.doctor();
    let (other, _stop) = copy(clinic).await;
    let (mut here, mut there) = (Page::open(&house, &house.patient).await, Page::at(&other, clinic, &house.doctor).await);
    here.say(&ClientMessage::WatchTimes { doctor: elsewhere }).await;
    // Watching another doctor replaces the first; the message that ends watching the first arrives late.
    here.say(&ClientMessage::WatchTimes { doctor }).await;
    here.say(&ClientMessage::UnwatchTimes { doctor: elsewhere }).await;
    there.say(&ClientMessage::WatchTimes { doctor }).await;
    for page in [&mut here, &mut there] {
        heard_by_now(page, house.visit).await;
    }
    let is_times = |message: &ServerMessage| matches!(message, ServerMessage::Times { .. });
    hold(&house, 10).await;
    clinic.dispatch().await;
    for page in [&mut here, &mut there] {
        assert_eq!(page.until(is_times).await, ServerMessage::Times { doctor });
    }

    here.say(&ClientMessage::UnwatchTimes { doctor }).await;
    heard_by_now(&mut here, house.visit).await;
    let mut still = Page::open(&house, &house.patient).await;
    still.say(&ClientMessage::WatchTimes { doctor }).await;
    heard_by_now(&mut still, house.visit).await;
    hold(&house, 11).await;
    clinic.dispatch().await;
    assert_eq!(still.until(is_times).await, ServerMessage::Times { doctor });
    let before = heard_by_now(&mut here, house.visit).await;
    assert!(!before.iter().any(is_times), "a page must not be told about doctors that it no longer shows: {before:?}");
}

/// The messages that the server has sent so far. When it returns, the server has received everything that the page sent.
async fn heard_by_now(page: &mut Page, visit: EncounterId) -> Vec<ServerMessage> {
    let mut heard = Vec::new();
    page.say(&ClientMessage::Subscribe { visit }).await;
    let until_presence = async {
        loop {
            match page.next().await.expect("the socket is open") {
                ServerMessage::Presence { .. } => return,
                message => heard.push(message),
            }
        }
    };
    tokio::time::timeout(LIMIT, until_presence).await.expect("the server sends who is present");
    heard
}

/// The patient holds one of the doctor's times, tomorrow at this hour.
async fn hold(house: &House, hour: i8) {
    let clinic = &house.clinic;
    let (access, doctor) = (house.patient.access(clinic), house.doctor.doctor());
    let zone = TimeZone::get("Europe/London").unwrap();
    let tomorrow = testing::BEGIN.to_zoned(zone.clone()).date().tomorrow().unwrap();
    let times = scheduling::open_times(&clinic.domain, &access, doctor, tomorrow, "Europe/London").await.unwrap();
    let time = times.iter().find(|time| zone.to_datetime(time.start).hour() == hour).unwrap();
    let command = Hold { doctor, clinic: time.clinic, start: time.start, visit_type: None };
    scheduling::hold(&clinic.domain, &access, command).await.unwrap();
}
