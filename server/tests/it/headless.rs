//! A call without browsers: two programs with one token each join a visit and hear each other.
//!
//! Each side is a peer connection of the `webrtc` crate, driven by the same state machine as a browser ([`model::visits::negotiation`]).
//! The tests show: a token gives access to the join data and the socket; the credentials of the join data work with our relay under its normal
//! peer policy; descriptions and candidates are delivered through the room; with relayed candidates only, ICE, DTLS and SRTP connect; each
//! side's audio reaches the other, all of it through the relay; and the end of the visit stops the audio, although both sides keep sending.

use crate::{
    house::{Client, House, RELAY_SECRET, house_with, house_with_relay},
    live::Page,
};
use axum::http::header;
use domain::visits;
use model::{
    ids::EncounterId,
    live::{ClientMessage, ServerMessage},
    visits::{
        negotiation::{CallStatus, ConnectionState, Effect, Event, Negotiation},
        signal::{Candidate, Description, DescriptionKind, Envelope, Signal},
        views::{IceServer, Outcome},
    },
};
use rtc::{
    media_stream::MediaStreamTrack,
    peer_connection::configuration::media_engine::MIME_TYPE_OPUS,
    rtp::{Header, Packet},
    rtp_transceiver::rtp_sender::{RTCRtpCodec, RTCRtpCodingParameters, RTCRtpEncodingParameters, RtpCodecKind},
};
use std::{
    net::{SocketAddr, UdpSocket},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    time::Duration,
};
use testing::Person;
use tokio::sync::{mpsc, watch};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use webrtc::{
    error::Result,
    media_stream::{
        track_local::{TrackLocal, static_rtp::TrackLocalStaticRTP},
        track_remote::{TrackRemote, TrackRemoteEvent},
    },
    peer_connection::{
        MediaEngine, PeerConnection, PeerConnectionBuilder, PeerConnectionEventHandler, RTCConfiguration,
        RTCConfigurationBuilder, RTCIceCandidateInit, RTCIceGatheringState, RTCIceServer, RTCIceTransportPolicy,
        RTCPeerConnectionIceEvent, RTCPeerConnectionState, RTCSdpType, RTCSessionDescription, Registry,
        register_default_interceptors,
    },
};

/// The number of audio packets that each side must receive: one second.
pub(crate) const ENOUGH: usize = 50;
pub(crate) const PACKET_EVERY: Duration = Duration::from_millis(20);
/// Opus with its usual payload type (RFC 7587); 48 samples are one millisecond.
const OPUS: u8 = 111;
const SAMPLES_PER_PACKET: u32 = 960;
/// Each side sends only one stream, so both can use the same SSRC.
const SSRC: u32 = 20_261_122;
/// A generous timeout for a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) const PATIENT_SAYS: &[u8] = b"Good morning, doctor.";
pub(crate) const DOCTOR_SAYS: &[u8] = b"Good morning. How are you feeling today?";

/// The payloads that were received.
pub(crate) type Heard = Vec<Vec<u8>>;

/// How a program reaches the server.
#[async_trait::async_trait]
pub(crate) trait Way: Send + Sync {
    /// The ICE servers of the join data.
    async fn ice_servers(&self, visit: EncounterId) -> Vec<IceServer>;

    /// A new socket; none when the server does not accept one any more.
    async fn page(&self) -> Option<Page>;
}

/// The way to a house of the same process.
struct InHouse {
    address: SocketAddr,
    client: Client,
}

#[async_trait::async_trait]
impl Way for InHouse {
    async fn ice_servers(&self, visit: EncounterId) -> Vec<IceServer> {
        let data = self.client.get(&format!("/visits/{visit}/join")).await.expect(200);
        serde_json::from_value(data["ice_servers"].clone()).unwrap()
    }

    async fn page(&self) -> Option<Page> {
        let mut request = format!("ws://{}/live", self.address).into_client_request().unwrap();
        let bearer = format!("Bearer {}", self.client.token.as_ref().unwrap());
        request.headers_mut().insert(header::AUTHORIZATION, bearer.parse().unwrap());
        Page::dial(request).await.ok()
    }
}

/// A program that takes part in a call. When its socket is lost it joins again through a new one, and it speaks on meanwhile.
pub(crate) struct Caller {
    way: Arc<dyn Way>,
    page: Option<Page>,
    visit: EncounterId,
    negotiation: Negotiation,
    connection: Option<Connection>,
    reports: (mpsc::UnboundedSender<Event>, mpsc::UnboundedReceiver<Event>),
    says: &'static [u8],
    heard: watch::Sender<Heard>,
    told: Arc<Mutex<Vec<ServerMessage>>>,
}

/// The peer connection of an epoch, with its audio track.
struct Connection {
    peer: Arc<dyn PeerConnection>,
    voice: Arc<TrackLocalStaticRTP>,
    spoken: u16,
}

/// Reports the events of a peer connection with its epoch.
struct Reporter {
    epoch: u32,
    reports: mpsc::UnboundedSender<Event>,
    heard: watch::Sender<Heard>,
}

#[async_trait::async_trait]
impl PeerConnectionEventHandler for Reporter {
    async fn on_negotiation_needed(&self) {
        self.report(Event::NegotiationNeeded { epoch: self.epoch });
    }

    async fn on_ice_candidate(&self, event: RTCPeerConnectionIceEvent) {
        let found = event.candidate.to_json().unwrap();
        let candidate = Candidate {
            candidate: found.candidate,
            sdp_mid: found.sdp_mid,
            sdp_m_line_index: found.sdp_mline_index,
            username_fragment: found.username_fragment,
        };
        self.report(Event::LocalCandidate { epoch: self.epoch, candidate: Some(candidate) });
    }

    async fn on_ice_gathering_state_change(&self, state: RTCIceGatheringState) {
        if state == RTCIceGatheringState::Complete {
            self.report(Event::LocalCandidate { epoch: self.epoch, candidate: None });
        }
    }

    async fn on_connection_state_change(&self, state: RTCPeerConnectionState) {
        let state = match state {
            RTCPeerConnectionState::Connecting => ConnectionState::Connecting,
            RTCPeerConnectionState::Connected => ConnectionState::Connected,
            RTCPeerConnectionState::Disconnected => ConnectionState::Disconnected,
            RTCPeerConnectionState::Failed => ConnectionState::Failed,
            RTCPeerConnectionState::Closed => ConnectionState::Closed,
            _ => ConnectionState::New,
        };
        self.report(Event::ConnectionState { epoch: self.epoch, state });
    }

    async fn on_track(&self, track: Arc<dyn TrackRemote>) {
        let heard = self.heard.clone();
        tokio::spawn(async move {
            while let Some(event) = track.poll().await {
                if let TrackRemoteEvent::OnRtpPacket(packet) = event {
                    heard.send_modify(|heard| heard.push(packet.payload.to_vec()));
                }
            }
        });
    }
}

impl Reporter {
    fn report(&self, event: Event) {
        // The call may already be over.
        let _ = self.reports.send(event);
    }
}

impl Connection {
    async fn open(reporter: Reporter, servers: Vec<IceServer>) -> Result<Self> {
        let mut media = MediaEngine::default();
        media.register_default_codecs()?;
        let interceptors = register_default_interceptors(Registry::new(), &mut media)?;
        let builder = PeerConnectionBuilder::new()
            .with_configuration(relayed_only(servers))
            .with_media_engine(media)
            .with_interceptor_registry(interceptors)
            .with_handler(Arc::new(reporter))
            .with_udp_addrs(vec!["127.0.0.1:0"]);
        let peer = Box::pin(builder.build()).await?;
        let voice = Arc::new(TrackLocalStaticRTP::new(microphone()));
        peer.add_track(voice.clone()).await?;
        Ok(Self { peer: Arc::new(peer), voice, spoken: 0 })
    }

    async fn offer(&self, ice_restart: bool) -> Result<Description> {
        if ice_restart {
            self.peer.restart_ice().await?;
        }
        let offer = self.peer.create_offer(None).await?;
        self.set_local(DescriptionKind::Offer, offer).await
    }

    async fn answer(&self) -> Result<Description> {
        let answer = self.peer.create_answer(None).await?;
        self.set_local(DescriptionKind::Answer, answer).await
    }

    async fn set_local(&self, kind: DescriptionKind, description: RTCSessionDescription) -> Result<Description> {
        self.peer.set_local_description(description).await?;
        let description = self.peer.local_description().await.expect("the local description has just been set");
        Ok(Description { kind, sdp: description.sdp })
    }

    async fn set_remote(&self, description: Description, rollback_first: bool) -> Result<()> {
        if rollback_first {
            let mut rollback = RTCSessionDescription::default();
            rollback.sdp_type = RTCSdpType::Rollback;
            self.peer.set_local_description(rollback).await?;
        }
        let description = match description.kind {
            DescriptionKind::Offer => RTCSessionDescription::offer(description.sdp)?,
            DescriptionKind::Answer => RTCSessionDescription::answer(description.sdp)?,
        };
        self.peer.set_remote_description(description).await
    }

    async fn add_candidate(&self, candidate: Candidate) -> Result<()> {
        let Candidate { candidate, sdp_mid, sdp_m_line_index, username_fragment } = candidate;
        let candidate =
            RTCIceCandidateInit { candidate, sdp_mid, sdp_mline_index: sdp_m_line_index, username_fragment, url: None };
        self.peer.add_ice_candidate(candidate).await
    }

    /// Sends one packet of audio.
    async fn speak(&mut self, words: &'static [u8]) -> Result<()> {
        self.spoken = self.spoken.wrapping_add(1);
        let header = Header {
            version: 2,
            payload_type: OPUS,
            sequence_number: self.spoken,
            timestamp: SAMPLES_PER_PACKET * u32::from(self.spoken),
            ssrc: SSRC,
            ..Header::default()
        };
        self.voice.write_rtp(Packet { header, payload: words.into() }).await
    }
}

fn microphone() -> MediaStreamTrack {
    let codec = RTCRtpCodec { mime_type: MIME_TYPE_OPUS.to_owned(), clock_rate: 48_000, channels: 2, ..RTCRtpCodec::default() };
    let coding = RTCRtpCodingParameters { ssrc: Some(SSRC), ..RTCRtpCodingParameters::default() };
    let encoding = RTCRtpEncodingParameters { rtp_coding_parameters: coding, codec, ..RTCRtpEncodingParameters::default() };
    MediaStreamTrack::new("call".into(), "voice".into(), "microphone".into(), RtpCodecKind::Audio, vec![encoding])
}

/// A configuration that allows packets only through the relay.
fn relayed_only(servers: Vec<IceServer>) -> RTCConfiguration {
    let servers = servers.into_iter().map(|server| RTCIceServer {
        urls: server.urls,
        username: server.username.unwrap_or_default(),
        credential: server.credential.unwrap_or_default(),
    });
    let configuration = RTCConfigurationBuilder::new().with_ice_servers(servers.collect());
    configuration.with_ice_transport_policy(RTCIceTransportPolicy::Relay).build()
}

/// Whether the signal tells the other side only relayed addresses of the sender.
fn tells_of_the_relay_only(signal: &Signal) -> bool {
    let text = match signal {
        Signal::Description { description, .. } => &description.sdp,
        Signal::Candidate(candidate) => &candidate.candidate,
        Signal::EndOfCandidates => return true,
    };
    text.lines().filter(|line| line.contains("candidate:")).all(|line| line.contains(" typ relay"))
}

impl Caller {
    /// Connects a program to its socket and joins the call.
    pub(crate) async fn join(way: Arc<dyn Way>, visit: EncounterId, says: &'static [u8]) -> Self {
        let mut caller = Self {
            way,
            page: None,
            visit,
            negotiation: Negotiation::new(),
            connection: None,
            reports: mpsc::unbounded_channel(),
            says,
            heard: watch::Sender::default(),
            told: Arc::default(),
        };
        caller.connect().await;
        assert!(caller.page.is_some(), "the server accepts a socket");
        caller
    }

    /// What it hears of the other side.
    pub(crate) fn heard(&self) -> watch::Receiver<Heard> {
        self.heard.subscribe()
    }

    /// What the server tells it.
    pub(crate) fn told(&self) -> Arc<Mutex<Vec<ServerMessage>>> {
        self.told.clone()
    }

    async fn connect(&mut self) {
        self.page = self.way.page().await;
        if let Some(page) = &mut self.page {
            page.say(&ClientMessage::Hello { last: None }).await;
            page.until(|message| matches!(message, ServerMessage::Welcome { .. })).await;
            page.say(&ClientMessage::Join { visit: self.visit }).await;
        }
    }

    async fn say(&mut self, message: ClientMessage) {
        if let Some(page) = &mut self.page {
            // A socket that has just been lost is noticed when it is read.
            let _ = page.try_say(&message).await;
        }
    }

    /// Takes part in the call and sends the same words repeatedly.
    pub(crate) async fn call(mut self) {
        let mut beat = tokio::time::interval(PACKET_EVERY);
        loop {
            let event = tokio::select! {
                message = next_of(&mut self.page) => match message {
                    Ok(message) => {
                        self.told.lock().unwrap().push(message.clone());
                        event_of(message)
                    }
                    Err(_) => {
                        self.connect().await;
                        None
                    }
                },
                report = self.reports.1.recv() => report,
                _ = beat.tick(), if self.negotiation.status() == CallStatus::Connected => {
                    let says = self.says;
                    self.connection().speak(says).await.unwrap();
                    None
                }
            };
            for effect in event.map(|event| self.negotiation.handle(event)).unwrap_or_default() {
                self.carry_out(effect).await;
            }
        }
    }

    async fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::CreatePeer { epoch } => {
                let reporter = Reporter { epoch, reports: self.reports.0.clone(), heard: self.heard.clone() };
                self.connection = Some(Connection::open(reporter, self.ice_servers().await).await.unwrap());
                // A browser reports this when it gets its first track; this crate does so only after its first negotiation.
                self.reports.0.send(Event::NegotiationNeeded { epoch }).unwrap();
            }
            Effect::ClosePeer { .. } => self.connection.take().unwrap().peer.close().await.unwrap(),
            Effect::RefreshIceServers { .. } => {
                let configuration = relayed_only(self.ice_servers().await);
                self.connection().peer.set_configuration(configuration).await.unwrap();
            }
            Effect::CreateOfferAndSetLocal { epoch, ice_restart } => {
                let description = self.connection().offer(ice_restart).await.unwrap();
                self.reports.0.send(Event::LocalDescriptionReady { epoch, description }).unwrap();
            }
            Effect::CreateAnswerAndSetLocal { epoch } => {
                let description = self.connection().answer().await.unwrap();
                self.reports.0.send(Event::LocalDescriptionReady { epoch, description }).unwrap();
            }
            Effect::SetRemote { description, rollback_first, .. } => {
                self.connection().set_remote(description, rollback_first).await.unwrap();
            }
            Effect::AddCandidate { candidate, .. } => {
                // The crate has no way to signal the end of candidates.
                if let Some(candidate) = candidate {
                    self.connection().add_candidate(candidate).await.unwrap();
                }
            }
            Effect::Send(envelope) => self.send(envelope).await,
            Effect::StartTimer { timer, after_ms } => {
                let reports = self.reports.0.clone();
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_millis(after_ms.into())).await;
                    // The call may already be over.
                    let _ = reports.send(Event::Timer(timer));
                });
            }
            Effect::Rejoin => self.say(ClientMessage::Join { visit: self.visit }).await,
            Effect::Show(_) => {}
        }
    }

    async fn send(&mut self, envelope: Envelope) {
        assert!(tells_of_the_relay_only(&envelope.signal), "a candidate that does not use the relay was offered");
        self.say(ClientMessage::Signal { visit: self.visit, envelope }).await;
    }

    fn connection(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("there is a peer connection")
    }

    async fn ice_servers(&self) -> Vec<IceServer> {
        self.way.ice_servers(self.visit).await
    }
}

/// The next message of a page; nothing comes without one.
async fn next_of(page: &mut Option<Page>) -> std::result::Result<ServerMessage, Option<u16>> {
    match page {
        Some(page) => page.next().await,
        None => std::future::pending().await,
    }
}

/// The event that a message means for the call. That the other side left is ignored here, because the server must end a call.
fn event_of(message: ServerMessage) -> Option<Event> {
    match message {
        ServerMessage::Joined { epoch, politeness, peer_present, .. } => Some(Event::Joined { politeness, epoch, peer_present }),
        ServerMessage::Presence { peer_present: true, epoch, .. } => Some(Event::PeerJoined { epoch }),
        ServerMessage::Signal { envelope, .. } => Some(Event::Signal(envelope)),
        _ => None,
    }
}

/// Runs a visit until its two participants have heard each other for a second. Returns the visit, its doctor, and the bytes of audio received.
async fn hear_each_other(house: &House, address: SocketAddr) -> (EncounterId, Person, usize) {
    let patient = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
    let mut listeners = Vec::new();
    for (person, says, hears) in [(&patient, PATIENT_SAYS, DOCTOR_SAYS), (&doctor, DOCTOR_SAYS, PATIENT_SAYS)] {
        let way = InHouse { address, client: house.client(person).await };
        let caller = Caller::join(Arc::new(way), visit, says).await;
        listeners.push((caller.heard(), hears));
        tokio::spawn(caller.call());
    }
    let mut arrived = 0;
    for (heard, words) in &mut listeners {
        let enough = heard.wait_for(|heard| heard.len() >= ENOUGH);
        let heard = tokio::time::timeout(PATIENCE, enough).await.expect("both participants receive audio in time").unwrap();
        assert!(heard.iter().all(|payload| payload.as_slice() == *words));
        arrived += heard.iter().map(Vec::len).sum::<usize>();
    }
    (visit, doctor, arrived)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_hear_each_other_through_the_relay() {
    let house = house_with_relay().await;
    let (address, _stop) = house.listen().await;
    let relay = house.relay.clone().unwrap();
    let (visit, doctor, arrived) = hear_each_other(&house, address).await;

    let stats = relay.stats();
    assert_eq!((stats.allocations, stats.allocations_made), (2, 2), "{stats:?}");
    assert_eq!((stats.refused_credentials, stats.refused_peers, stats.refused_quota), (0, 0, 0), "{stats:?}");
    let arrived = u64::try_from(arrived).unwrap();
    assert!(stats.bytes_to_peers > arrived && stats.bytes_to_clients > arrived, "{arrived} bytes arrived: {stats:?}");

    let command = visits::EndVisit { encounter: visit, outcome: Outcome::NoDiagnosis, idempotency_key: None };
    visits::end(&house.clinic.domain, &doctor.access(&house.clinic), command).await.unwrap();
    house.clinic.dispatch().await;
    let silent = async {
        while relay.stats().allocations > 0 {
            tokio::time::sleep(PACKET_EVERY).await;
        }
        tokio::time::sleep(PACKET_EVERY).await;
    };
    tokio::time::timeout(PATIENCE, silent).await.expect("the relay ends the call");
    let relayed = relay.stats().bytes_relayed();
    tokio::time::sleep(10 * PACKET_EVERY).await;
    assert_eq!(relay.stats().bytes_relayed(), relayed, "no packets may be relayed after the visit");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_end_of_a_visit_ends_the_allocations_at_a_copy_that_has_none_of_its_sockets() {
    let house = house_with_relay().await;
    let (_, _stop) = house.listen().await;
    let (address, _stop_elsewhere) = house.listen_elsewhere().await;
    let relay = house.relay.clone().unwrap();
    let (visit, doctor, _) = hear_each_other(&house, address).await;
    assert_eq!(relay.stats().allocations, 2);

    let command = visits::EndVisit { encounter: visit, outcome: Outcome::NoDiagnosis, idempotency_key: None };
    visits::end(&house.clinic.domain, &doctor.access(&house.clinic), command).await.unwrap();
    house.clinic.dispatch().await;
    let closed = async {
        while relay.stats().allocations > 0 {
            tokio::time::sleep(PACKET_EVERY).await;
        }
    };
    tokio::time::timeout(PATIENCE, closed).await.expect("the relay of the other copy ends the call");
}

/// coturn on the loopback interface instead of our relay. Dropping it stops it.
struct Coturn(Child);

impl Coturn {
    fn start(port: u16, folder: &std::path::Path) -> Self {
        let mut command = Command::new("turnserver");
        command.args(["-n", "-L", "127.0.0.1", "-E", "127.0.0.1", "--use-auth-secret", "--realm=coturn.test"]);
        command.args(["--allow-loopback-peers", "--no-tls", "--no-dtls", "--no-cli", "--log-file=/dev/null"]);
        command.args([format!("--static-auth-secret={RELAY_SECRET}"), format!("-p{port}")]);
        command.args(["--min-port=34000".to_owned(), "--max-port=34999".to_owned()]);
        command.arg(format!("--pidfile={}", folder.join("pid").display()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().expect("`cargo xtask setup` installs Debian's coturn"))
    }
}

impl Drop for Coturn {
    fn drop(&mut self) {
        // It may have stopped by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_hear_each_other_through_coturn_instead() {
    let folder = tempfile::tempdir().unwrap();
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let _coturn = Coturn::start(port, folder.path());
    // The complete configuration that an operator needs.
    let house = house_with(&[("relay.enabled", "false"), ("relay.urls", &format!("turn:127.0.0.1:{port}?transport=udp"))]).await;
    #[expect(clippy::disallowed_methods, reason = "coturn reads the machine's clock, and holds the credentials against it")]
    let behind = jiff::Timestamp::now().duration_since(house.clinic.domain.now());
    if behind.is_positive() {
        house.clinic.pass(behind);
    }
    let (address, _stop) = house.listen().await;
    assert!(house.relay.is_none());
    hear_each_other(&house, address).await;
}
