//! Measures regularly how well picture and sound are received. Browser only.

use super::{Call, Quality, peer::Peer};
use leptos::prelude::*;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

const EVERY: Duration = Duration::from_secs(2);
/// A share of lost packets above this is noticeable.
const POOR_LOSS: f64 = 0.05;

#[derive(Debug, Clone, Copy, Default, PartialEq)]
struct Counts {
    frames: f64,
    sounds: f64,
    received: f64,
    lost: f64,
}

/// Measures until the call is over.
pub(super) fn watch(call: Call, peer: Rc<RefCell<Option<Peer>>>, over: Rc<Cell<bool>>) {
    let last = Rc::new(Cell::new((0_u32, Counts::default())));
    sample(call, peer, over, last);
}

fn sample(call: Call, peer: Rc<RefCell<Option<Peer>>>, over: Rc<Cell<bool>>, last: Rc<Cell<(u32, Counts)>>) {
    if over.get() {
        return;
    }
    let connection = peer.borrow().as_ref().map(|peer| (peer.epoch(), peer.connection()));
    leptos::task::spawn_local(async move {
        if let Some((epoch, connection)) = connection
            && let Ok(report) = JsFuture::from(connection.get_stats()).await
        {
            let counts = read(&report);
            let (before_epoch, before) = last.replace((epoch, counts));
            let before = if before_epoch == epoch { before } else { Counts::default() };
            tell(call, before, counts);
        }
        set_timeout(move || sample(call, peer, over, last), EVERY);
    });
}

fn tell(call: Call, before: Counts, now: Counts) {
    let (received, lost) = (now.received - before.received, now.lost - before.lost);
    call.peer_visible.try_set(now.frames > before.frames);
    call.peer_audible.try_set(now.sounds > before.sounds);
    call.quality.try_set(if received <= 0.0 {
        Quality::Unknown
    } else if lost / (received + lost.max(0.0)) > POOR_LOSS {
        Quality::Poor
    } else {
        Quality::Good
    });
}

/// Sums the counters of the incoming streams (webrtc-stats §8.5).
fn read(report: &JsValue) -> Counts {
    let mut counts = Counts::default();
    let text = |entry: &JsValue, name: &str| js_sys::Reflect::get(entry, &name.into()).ok().and_then(|value| value.as_string());
    let number = |entry: &JsValue, name: &str| {
        js_sys::Reflect::get(entry, &name.into()).ok().and_then(|value| value.as_f64()).unwrap_or(0.0)
    };
    report.unchecked_ref::<js_sys::Map>().for_each(&mut |entry, _| {
        if text(&entry, "type").as_deref() == Some("inbound-rtp") {
            counts.frames += number(&entry, "framesDecoded");
            if text(&entry, "kind").as_deref() == Some("audio") {
                counts.sounds += number(&entry, "packetsReceived");
            }
            counts.received += number(&entry, "packetsReceived");
            counts.lost += number(&entry, "packetsLost");
        }
    });
    counts
}
