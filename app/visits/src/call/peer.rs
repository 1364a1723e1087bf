//! The browser's `RTCPeerConnection` of one epoch. Browser only.

use super::{Call, media};
use futures::channel::mpsc::UnboundedSender;
use leptos::prelude::*;
use model::visits::negotiation::{ConnectionState, Event, Politeness};
use model::visits::signal::{Candidate, Description, DescriptionKind};
use model::visits::views::IceServer;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    MediaStream, MediaStreamTrack, RtcConfiguration, RtcIceCandidateInit, RtcIceServer, RtcOfferOptions, RtcPeerConnection,
    RtcPeerConnectionIceEvent, RtcPeerConnectionState, RtcRtpSender, RtcRtpTransceiverDirection, RtcRtpTransceiverInit,
    RtcSdpType, RtcSessionDescriptionInit, RtcTrackEvent,
};

/// A peer connection with its event handlers. Dropping it closes the connection.
pub(super) struct Peer {
    epoch: u32,
    connection: RtcPeerConnection,
    remote: MediaStream,
    audio: Option<RtcRtpSender>,
    video: Option<RtcRtpSender>,
    _handlers: Handlers,
}

struct Handlers {
    _negotiation: Closure<dyn FnMut()>,
    _state: Closure<dyn FnMut()>,
    _candidate: Closure<dyn FnMut(RtcPeerConnectionIceEvent)>,
    _track: Closure<dyn FnMut(RtcTrackEvent)>,
}

impl Drop for Peer {
    fn drop(&mut self) {
        self.connection.set_onnegotiationneeded(None);
        self.connection.set_onconnectionstatechange(None);
        self.connection.set_onicecandidate(None);
        self.connection.set_ontrack(None);
        self.connection.close();
    }
}

impl Peer {
    /// Creates the connection, adds this page's tracks, and reports its events under the epoch.
    pub(super) fn new(
        epoch: u32,
        politeness: Politeness,
        servers: &[IceServer],
        call: Call,
        events: UnboundedSender<Event>,
    ) -> Result<Self, JsValue> {
        let connection = RtcPeerConnection::new_with_configuration(&configuration(servers))?;
        let remote = MediaStream::new()?;
        let handlers = Handlers::attach(epoch, &connection, &remote, call, events);
        let mut peer = Self { epoch, connection, remote, audio: None, video: None, _handlers: handlers };
        match politeness {
            Politeness::Impolite => peer.open_both_ways(),
            // The other side's offer is answered with these tracks. Transceivers created here would be additional ones (RFC 8829 §5.10).
            Politeness::Polite => peer.sync_tracks(),
        }
        peer.show(call);
        Ok(peer)
    }

    pub(super) fn epoch(&self) -> u32 {
        self.epoch
    }

    pub(super) fn connection(&self) -> RtcPeerConnection {
        self.connection.clone()
    }

    /// Adds one transceiver for sound and one for video, whether or not there is a track to send.
    fn open_both_ways(&mut self) {
        self.audio = Some(self.open_way("audio", media::audio().as_ref()));
        self.video = Some(self.open_way("video", media::video().as_ref()));
    }

    fn open_way(&self, kind: &str, track: Option<&MediaStreamTrack>) -> RtcRtpSender {
        let init = RtcRtpTransceiverInit::new();
        init.set_direction(RtcRtpTransceiverDirection::Sendrecv);
        match track {
            Some(track) => self.connection.add_transceiver_with_media_stream_track_and_init(track, &init).sender(),
            None => self.connection.add_transceiver_with_str_and_init(kind, &init).sender(),
        }
    }

    /// Sends the devices' current tracks. A new kind of track makes the browser request a negotiation.
    pub(super) fn sync_tracks(&mut self) {
        let stream = MediaStream::new().ok();
        for (sender, track) in [(&mut self.audio, media::audio()), (&mut self.video, media::video())] {
            if let Some(sender) = sender.as_ref() {
                // The browser can send a track that it made itself, so a failure is not expected.
                drop(sender.replace_track(track.as_ref()));
            } else if let (Some(track), Some(stream)) = (track, &stream) {
                *sender = Some(self.connection.add_track_0(&track, stream));
            }
        }
    }

    fn show(&self, call: Call) {
        if let Some(video) = call.remote.try_get_untracked().flatten() {
            video.set_src_object(Some(&self.remote));
        }
    }
}

impl Handlers {
    fn attach(
        epoch: u32,
        connection: &RtcPeerConnection,
        remote: &MediaStream,
        call: Call,
        events: UnboundedSender<Event>,
    ) -> Self {
        let tell = move |event| {
            // An error means that the loop has ended, and the call with it.
            let _ = events.unbounded_send(event);
        };
        let negotiation = {
            let tell = tell.clone();
            Closure::<dyn FnMut()>::new(move || tell(Event::NegotiationNeeded { epoch }))
        };
        let state = {
            let (tell, connection) = (tell.clone(), connection.clone());
            Closure::<dyn FnMut()>::new(move || tell(Event::ConnectionState { epoch, state: state_of(&connection) }))
        };
        let candidate = Closure::<dyn FnMut(RtcPeerConnectionIceEvent)>::new(move |event: RtcPeerConnectionIceEvent| {
            tell(Event::LocalCandidate { epoch, candidate: event.candidate().and_then(|candidate| read_candidate(&candidate)) });
        });
        let track = {
            // Clones the reference. The browser's `MediaStream::clone` would create another stream, which no element shows.
            let remote = Clone::clone(remote);
            Closure::<dyn FnMut(RtcTrackEvent)>::new(move |event: RtcTrackEvent| {
                let track = event.track();
                // The statistics correct this later, if no frames arrive.
                if track.kind() == "video" {
                    call.peer_visible.try_set(true);
                }
                remote.add_track(&track);
                play(call);
            })
        };
        connection.set_onnegotiationneeded(Some(negotiation.as_ref().unchecked_ref()));
        connection.set_onconnectionstatechange(Some(state.as_ref().unchecked_ref()));
        connection.set_onicecandidate(Some(candidate.as_ref().unchecked_ref()));
        connection.set_ontrack(Some(track.as_ref().unchecked_ref()));
        Self { _negotiation: negotiation, _state: state, _candidate: candidate, _track: track }
    }
}

/// Plays the remote stream. The browser may require the user to press something first.
pub(super) fn play(call: Call) {
    let Some(video) = call.remote.try_get_untracked().flatten() else { return };
    leptos::task::spawn_local(async move {
        let blocked = match video.play() {
            Ok(playing) => JsFuture::from(playing).await.is_err_and(|error| {
                error.dyn_ref::<web_sys::DomException>().is_some_and(|error| error.name() == "NotAllowedError")
            }),
            Err(_) => false,
        };
        call.sound_blocked.try_set(blocked);
    });
}

/// Sets fresh relay credentials on the connection.
pub(super) fn refresh(connection: &RtcPeerConnection, servers: &[IceServer]) {
    // The browser has accepted the same kind of configuration before, so a failure is not expected.
    let _ = connection.set_configuration_with_configuration(&configuration(servers));
}

/// Creates an offer and sets it as the local description.
pub(super) async fn offer(connection: RtcPeerConnection, ice_restart: bool) -> Result<Description, JsValue> {
    let options = RtcOfferOptions::new();
    options.set_ice_restart(ice_restart);
    let made = JsFuture::from(connection.create_offer_with_rtc_offer_options(&options)).await?;
    set_local(&connection, made).await
}

/// Creates an answer to the remote offer and sets it as the local description.
pub(super) async fn answer(connection: RtcPeerConnection) -> Result<Description, JsValue> {
    let made = JsFuture::from(connection.create_answer()).await?;
    set_local(&connection, made).await
}

async fn set_local(connection: &RtcPeerConnection, made: JsValue) -> Result<Description, JsValue> {
    let made: RtcSessionDescriptionInit = made.unchecked_into();
    JsFuture::from(connection.set_local_description(&made)).await?;
    let kind = if made.get_type() == RtcSdpType::Offer { DescriptionKind::Offer } else { DescriptionKind::Answer };
    let sdp = made.get_sdp().unwrap_or_default();
    Ok(Description { kind, sdp })
}

/// Sets the remote description. If this side has an offer pending, the browser rolls it back.
pub(super) async fn set_remote(connection: &RtcPeerConnection, description: &Description) -> Result<(), JsValue> {
    let init = RtcSessionDescriptionInit::new(match description.kind {
        DescriptionKind::Offer => RtcSdpType::Offer,
        DescriptionKind::Answer => RtcSdpType::Answer,
    });
    init.set_sdp(&description.sdp);
    JsFuture::from(connection.set_remote_description(&init)).await.map(drop)
}

/// Adds an ICE candidate of the other side. Failures are ignored.
pub(super) async fn add_candidate(connection: &RtcPeerConnection, candidate: Option<&Candidate>) {
    let init = candidate.map(|candidate| {
        let init = RtcIceCandidateInit::new(&candidate.candidate);
        init.set_sdp_mid(candidate.sdp_mid.as_deref());
        init.set_sdp_m_line_index(candidate.sdp_m_line_index);
        if let Some(fragment) = &candidate.username_fragment {
            let _ = js_sys::Reflect::set(&init, &"usernameFragment".into(), &fragment.into());
        }
        init
    });
    let _ = JsFuture::from(connection.add_ice_candidate_with_opt_rtc_ice_candidate_init(init.as_ref())).await;
}

fn read_candidate(candidate: &web_sys::RtcIceCandidate) -> Option<Candidate> {
    let text = candidate.candidate();
    // An empty candidate ends one generation; the event without a candidate reports the end of them all.
    if text.is_empty() {
        return None;
    }
    let fragment = js_sys::Reflect::get(candidate, &"usernameFragment".into()).ok().and_then(|fragment| fragment.as_string());
    Some(Candidate {
        candidate: text,
        sdp_mid: candidate.sdp_mid(),
        sdp_m_line_index: candidate.sdp_m_line_index(),
        username_fragment: fragment,
    })
}

fn state_of(connection: &RtcPeerConnection) -> ConnectionState {
    match connection.connection_state() {
        RtcPeerConnectionState::Connecting => ConnectionState::Connecting,
        RtcPeerConnectionState::Connected => ConnectionState::Connected,
        RtcPeerConnectionState::Disconnected => ConnectionState::Disconnected,
        RtcPeerConnectionState::Failed => ConnectionState::Failed,
        RtcPeerConnectionState::Closed => ConnectionState::Closed,
        _ => ConnectionState::New,
    }
}

fn configuration(servers: &[IceServer]) -> RtcConfiguration {
    let list = js_sys::Array::new();
    for server in servers {
        let entry = RtcIceServer::new();
        entry.set_urls(&server.urls.iter().map(JsValue::from).collect::<js_sys::Array>());
        if let Some(username) = &server.username {
            entry.set_username(username);
        }
        if let Some(credential) = &server.credential {
            entry.set_credential(credential);
        }
        list.push(&entry);
    }
    let configuration = RtcConfiguration::new();
    configuration.set_ice_servers(&list);
    configuration
}
