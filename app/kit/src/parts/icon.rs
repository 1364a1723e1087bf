//! Icons next to words. An icon never stands alone: it is hidden from screen readers, and the word says what it means.

use leptos::prelude::*;

/// The picture an icon shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A house.
    Home,
    /// A magnifier.
    Search,
    /// A calendar sheet.
    Calendar,
    /// A clock.
    Clock,
    /// A capsule.
    Medicine,
    /// People.
    People,
    /// A sheet with a tick.
    Approve,
    /// Lines of a log.
    Log,
    /// A pulse.
    Pulse,
    /// A microphone.
    Microphone,
    /// A microphone, crossed out.
    MicrophoneOff,
    /// A camera.
    Camera,
    /// A camera, crossed out.
    CameraOff,
    /// A screen.
    Screen,
    /// A speech bubble.
    Chat,
    /// A paper plane.
    Send,
    /// A telephone receiver being put down.
    Leave,
    /// A tick.
    Tick,
    /// An exclamation mark in a triangle.
    Alert,
    /// A bell.
    Bell,
}

impl Sign {
    const fn path(self) -> &'static str {
        match self {
            Self::Home => "M4 11l8-7 8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
            Self::Search => "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
            Self::Calendar => "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
            Self::Clock => "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3.5 2",
            Self::Medicine => "M5.5 12.5l7-7a4.2 4.2 0 0 1 6 6l-7 7a4.2 4.2 0 0 1-6-6zM9 9l6 6",
            Self::People => {
                "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.8a3.5 3.5 0 0 1 0 6.4M18 14.4c2.2.8 3.5 2.7 3.5 5.6"
            }
            Self::Approve => "M6 3h12v18H6zM9 12l2.2 2.2L15.5 10",
            Self::Log => "M4 6h.01M8 6h12M4 12h.01M8 12h12M4 18h.01M8 18h12",
            Self::Pulse => "M3 12h4l3-7 4 14 3-7h4",
            Self::Microphone => "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3",
            Self::MicrophoneOff => "M12 3a3 3 0 0 0-3 3v5a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3zM5 11a7 7 0 0 0 14 0M12 18v3M4 3l16 18",
            Self::CameraOff => "M3 6h12v12H3zM15 11l6-3v8l-6-3M4 3l16 18",
            Self::Camera => "M3 6h12v12H3zM15 11l6-3v8l-6-3",
            Self::Screen => "M3 4h18v12H3zM8 20h8M12 16v4",
            Self::Chat => "M4 5h16v11H9l-5 4z",
            Self::Send => "M4 12l16-8-6 16-3-6.5zM11 13.5l9-9.5",
            Self::Leave => "M4 14c4-5 12-5 16 0l-3 2-2-3a9 9 0 0 0-6 0l-2 3z",
            Self::Tick => "M5 12.5l4.5 4.5L19 7.5",
            Self::Alert => "M12 4l9 16H3zM12 10v4M12 17h.01",
            Self::Bell => "M6 17v-6a6 6 0 0 1 12 0v6l2 2H4zM10 21h4",
        }
    }
}

/// An icon of 24 by 24 units in the text colour.
#[component]
pub fn Icon(
    /// The picture.
    sign: Sign,
) -> impl IntoView {
    view! {
        <svg
            class="sign"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="2"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=sign.path()></path>
        </svg>
    }
    .into_any()
}
