//! What a user scans, types and writes down when they set up an authenticator app.

use kit::viewer::use_locale;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use words::say;

/// What a user sets up: shown until it is confirmed with a code.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetUpFacts {
    /// The secret in base32, in groups of four letters.
    pub secret: String,
    /// The dark squares of the QR code, as the path of an SVG.
    pub qr_path: String,
    /// The number of squares on a side of the QR code.
    pub qr_side: u32,
    /// The recovery codes.
    pub recovery_codes: Vec<String>,
}

#[cfg(feature = "ssr")]
impl From<domain::identity::SetUpView> for SetUpFacts {
    fn from(view: domain::identity::SetUpView) -> Self {
        let domain::identity::SetUpView { secret, qr_path, qr_side, recovery_codes, uri: _ } = view;
        Self { secret, qr_path, qr_side, recovery_codes }
    }
}

/// The QR code, the secret and the recovery codes.
#[component]
pub(super) fn SetUp(set_up: SetUpFacts) -> impl IntoView {
    let l = use_locale();
    let SetUpFacts { secret, qr_path, qr_side, recovery_codes } = set_up;
    let side = qr_side.to_string();
    let frame = format!("0 0 {side} {side}");
    let codes: Vec<_> = recovery_codes.into_iter().map(|code| view! { <li><code>{code}</code></li> }).collect();
    view! {
        <h2>{say!(l, identity.second_factor.scan_title)}</h2>
        <p>{say!(l, identity.second_factor.scan)}</p>
        // Dark on light in every colour scheme, because not every camera reads the opposite.
        <svg class="qr" viewBox=frame role="img" aria-label=say!(l, identity.second_factor.qr)>
            <rect width=side.clone() height=side fill="#ffffff"></rect>
            <path d=qr_path fill="#000000"></path>
        </svg>
        <p>{say!(l, identity.second_factor.secret)} " " <code class="secret">{secret}</code></p>
        <h2>{say!(l, identity.second_factor.codes_title)}</h2>
        <p>{say!(l, identity.second_factor.codes)}</p>
        <ul class="codes">{codes}</ul>
        <h2>{say!(l, identity.second_factor.confirm_title)}</h2>
        <p>{say!(l, identity.second_factor.confirm)}</p>
    }
    .into_any()
}
