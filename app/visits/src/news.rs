//! What calls a user who looks at something else: a soft sound, and the title of the window.

use super::room::{Phase, Room};
use kit::alerts::{TitleAlert, use_title_alert};
use kit::sight::use_page_visible;
use kit::sound;
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::visits::views::{VisitState, WaitingView};
use words::{Locale, plural, say};

/// Plays the soft sound whenever this number has grown.
pub(super) fn chime_when_more(count: impl Fn() -> usize + 'static) {
    Effect::new(move |before: Option<usize>| {
        let now = count();
        if before.is_some_and(|before| now > before) {
            sound::chime();
        }
        now
    });
}

/// Calls the doctor on the page of a visit, when its patient waits.
pub(super) fn call_doctor(room: Room) {
    let l = use_locale();
    let waits = Memo::new(move |_| room.visit.with(|visit| matches!(visit.state, VisitState::Waiting { .. })));
    chime_when_more(move || usize::from(waits.get()));
    use_title_alert(Memo::new(move |_| waits.get().then(|| who_waits(l, 1))));
}

/// Calls the doctor on a page that lists who waits. `waiting` is the list, once it is loaded.
pub(super) fn call_doctor_to(waiting: Signal<Option<Vec<WaitingView>>>) {
    let l = use_locale();
    Effect::new(move |before: Option<Option<Vec<WaitingView>>>| {
        let (before, now) = (before.flatten(), waiting.get());
        if let (Some(before), Some(now)) = (&before, &now) {
            let is_new = |patient: &WaitingView| before.iter().all(|known| known.encounter != patient.encounter);
            if now.iter().any(is_new) {
                sound::chime();
            }
        }
        now
    });
    use_title_alert(Memo::new(move |_| {
        let count = waiting.with(|waiting| waiting.as_ref().map_or(0, Vec::len));
        (count > 0).then(|| who_waits(l, count))
    }));
}

/// "(1) A patient is waiting": titles are seen by others, so it names nobody.
fn who_waits(l: Locale, count: usize) -> TitleAlert {
    let n = i64::try_from(count).unwrap_or(i64::MAX);
    let one = say!(l, visits.news.waits_singular, n = n);
    TitleAlert::Sentence(plural(n, one, say!(l, visits.news.waits_plural, n = n)))
}

/// Calls the patient when the doctor has admitted them. The title tells it until they look at the page.
pub(super) fn call_patient(room: Room) {
    let l = use_locale();
    let looks = use_page_visible();
    let missed = RwSignal::new(false);
    Effect::new(move |before: Option<Phase>| {
        let phase = room.phase.get();
        if before == Some(Phase::Lobby) && phase == Phase::Call {
            sound::chime();
            missed.set(!looks.get_untracked());
        }
        phase
    });
    Effect::new(move |_| {
        if looks.get() {
            missed.set(false);
        }
    });
    use_title_alert(Memo::new(move |_| {
        let tells = missed.get() && room.phase.get() == Phase::Call;
        tells.then(|| {
            TitleAlert::Sentence(say!(l, visits.news.admitted, n = 1, name = room.visit.with(|visit| visit.doctor_name.clone())))
        })
    }));
}
