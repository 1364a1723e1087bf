//! The view of the call: the videos, the state of the connection in words, and the controls.

use super::devices::{Gear, show_preview};
use super::{Call, Quality};
use kit::parts::{Icon, Sign};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::visits::negotiation::CallStatus;
use words::{Locale, error_message, say};

/// The state of the connection, as a tag in the bar. Screen readers announce changes.
#[component]
pub(crate) fn LineState(
    /// The call.
    call: Call,
    /// The name of the other person.
    peer_name: String,
) -> impl IntoView {
    let l = use_locale();
    let class = move || match (call.status.get(), call.quality.get()) {
        _ if call.displaced.get() => "tag",
        (CallStatus::Connected, Quality::Poor) | (CallStatus::Reconnecting, _) => "tag warn",
        (CallStatus::Connected, _) => "tag good",
        (CallStatus::Failed, _) => "tag bad",
        (CallStatus::Joining | CallStatus::Waiting | CallStatus::Connecting | CallStatus::Ended, _) => "tag",
    };
    view! {
        <span class=class role="status" data-call=move || call.status.get().as_str()>
            {move || {
                if call.displaced.get() {
                    say!(l, visits.line.displaced).to_owned()
                } else {
                    status_words(l, &peer_name, call.status.get(), call.quality.get())
                }
            }}
        </span>
    }
    .into_any()
}

fn status_words(l: Locale, peer_name: &str, status: CallStatus, quality: Quality) -> String {
    let words = match (status, quality) {
        (CallStatus::Joining, _) => say!(l, visits.line.joining),
        (CallStatus::Waiting, _) => return say!(l, visits.line.waiting, name = peer_name),
        (CallStatus::Connecting, _) => say!(l, visits.line.connecting),
        (CallStatus::Connected, Quality::Poor) => say!(l, visits.line.poor),
        (CallStatus::Connected, Quality::Unknown | Quality::Good) => say!(l, visits.line.good),
        (CallStatus::Reconnecting, _) => say!(l, visits.line.reconnecting),
        (CallStatus::Failed, _) => say!(l, visits.line.failed),
        (CallStatus::Ended, _) => say!(l, visits.line.ended),
    };
    words.to_owned()
}

/// Signs next to the other participant's name: "Muted", "Camera off". Screen readers announce a sentence in their place.
#[component]
pub(crate) fn PeerSigns(
    /// The call.
    call: Call,
    /// The name of the other participant.
    peer_name: String,
) -> impl IntoView {
    let l = use_locale();
    let sentences = move || {
        let muted = call.peer_is_muted().then(|| say!(l, visits.peer.muted_sentence, name = peer_name.clone()));
        let camera = call.peer_camera_is_off().then(|| say!(l, visits.peer.camera_off_sentence, name = peer_name.clone()));
        muted.into_iter().chain(camera).collect::<Vec<_>>().join(" ")
    };
    view! {
        <p class="signs" role="status">
            <span class="hidden">{sentences}</span>
            <span class="tag warn" aria-hidden="true" hidden=move || !call.peer_is_muted()>
                <Icon sign=Sign::MicrophoneOff/>
                {say!(l, visits.peer.muted)}
            </span>
            <span class="tag" aria-hidden="true" hidden=move || !call.peer_camera_is_off()>
                <Icon sign=Sign::CameraOff/>
                {say!(l, visits.peer.camera_off)}
            </span>
        </p>
    }
    .into_any()
}

/// The videos, or what is shown in place of them.
#[component]
pub(crate) fn CallStage(
    /// The call.
    call: Call,
    /// The name of the other participant.
    peer_name: String,
    /// The photo of the other participant, or their initials, for as long as there is no picture of them.
    face: AnyView,
) -> impl IntoView {
    let l = use_locale();
    show_preview(call.devices, call.local);
    let is_connected = move || matches!(call.status.get(), CallStatus::Connected | CallStatus::Reconnecting);
    let is_here = move || !call.left.get() && !call.displaced.get() && call.refused.get().is_none();
    let shows_peer = move || is_here() && is_connected() && call.peer_visible.get() && !call.peer_camera_is_off();
    let shows_self = move || call.devices.camera.get() == Gear::Ready;
    view! {
        <video node_ref=call.remote class="remote" autoplay playsinline class:gone=move || !shows_peer() aria-label=peer_name.clone()></video>
        <div class="instead" hidden=shows_peer>
            {face}
            <Standing call name=peer_name/>
        </div>
        <div class="self">
            <video node_ref=call.local autoplay playsinline prop:muted=true hidden=move || !shows_self() aria-hidden="true"></video>
            <small>{move || if shows_self() { say!(l, visits.call.you) } else { say!(l, visits.call.you_hidden) }}</small>
        </div>
        <div class="stage-note" hidden=move || !call.sound_blocked.get()>
            <button type="button" class="button" on:click=move |_| call.unblock_sound()>{say!(l, visits.call.play)}</button>
        </div>
    }
    .into_any()
}

/// Says why the other participant is not visible, and what the user can do.
#[component]
fn Standing(call: Call, name: String) -> impl IntoView {
    let l = use_locale();
    let again = move |label: &'static str| {
        view! { <button type="button" class="button" on:click=move |_| call.join_again()>{label}</button> }
    };
    move || {
        if call.displaced.get() {
            return view! { <p>{say!(l, visits.call.displaced)}</p> {again(say!(l, visits.call.here))} }.into_any();
        }
        if call.left.get() {
            return view! { <p>{say!(l, visits.call.left)}</p> {again(say!(l, visits.call.again))} }.into_any();
        }
        if let Some(code) = call.refused.get() {
            return view! { <p role="alert">{error_message(l, code)}</p> {again(say!(l, visits.call.try_again))} }.into_any();
        }
        match call.status.get() {
            CallStatus::Joining | CallStatus::Connecting => {
                view! { <p>{say!(l, visits.call.connecting, name = name.clone())}</p> }.into_any()
            }
            CallStatus::Waiting => view! { <p>{say!(l, visits.call.not_there, name = name.clone())}</p> }.into_any(),
            CallStatus::Reconnecting => view! { <p>{say!(l, visits.call.reconnecting)}</p> }.into_any(),
            CallStatus::Connected if call.peer_camera_is_off() => {
                view! { <p>{say!(l, visits.peer.camera_off_sentence, name = name.clone())}</p> }.into_any()
            }
            CallStatus::Connected if call.peer_audible.get() => {
                view! { <p>{say!(l, visits.call.no_picture, name = name.clone())}</p> }.into_any()
            }
            CallStatus::Connected => view! { <p>{say!(l, visits.call.nothing, name = name.clone())}</p> }.into_any(),
            CallStatus::Failed => {
                view! { <p role="alert">{say!(l, visits.call.failed)}</p> {again(say!(l, visits.call.try_again))} }.into_any()
            }
            CallStatus::Ended => ().into_any(),
        }
    }
}

/// The controls of the call.
#[component]
pub(crate) fn CallTools(
    /// The call.
    call: Call,
    /// More controls, before the "leave" button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let l = use_locale();
    // Outside the call the devices are released, which does not mean that they are missing.
    let away = move || call.is_away();
    let no_microphone = move || !away() && call.devices.microphone.get() != Gear::Ready;
    let no_camera = move || !away() && call.devices.camera.get() != Gear::Ready && !call.devices.camera_off.get();
    let microphone_words = move || {
        if no_microphone() {
            say!(l, visits.tools.no_microphone)
        } else if call.devices.muted.get() {
            say!(l, visits.tools.unmute)
        } else {
            say!(l, visits.tools.mute)
        }
    };
    let camera_words = move || {
        if no_camera() {
            say!(l, visits.tools.no_camera)
        } else if call.devices.camera_off.get() {
            say!(l, visits.tools.camera_on)
        } else {
            say!(l, visits.tools.camera_off)
        }
    };
    view! {
        <button
            type="button"
            class="tool"
            class:off=move || call.devices.muted.get()
            disabled=move || away() || no_microphone()
            on:click=move |_| call.toggle_microphone()
        >
            <Icon sign=Sign::Microphone/>
            <span class="word">{microphone_words}</span>
        </button>
        <button
            type="button"
            class="tool"
            class:off=move || call.devices.camera_off.get()
            disabled=move || away() || no_camera()
            on:click=move |_| call.toggle_camera()
        >
            <Icon sign=Sign::Camera/>
            <span class="word">{camera_words}</span>
        </button>
        {children.map(|children| children())}
        <button type="button" class="tool leave" disabled=away on:click=move |_| call.leave()>
            <Icon sign=Sign::Leave/>
            <span class="word">{say!(l, visits.tools.leave)}</span>
        </button>
    }
    .into_any()
}
