//! How long the visit has taken.

use jiff::Timestamp;
use kit::viewer::{use_clock, use_locale, use_viewer};
use leptos::prelude::*;
use std::time::Duration;
use words::say;

/// The time since the patient was admitted, counted in seconds. It is a `timer`, which screen readers do not announce while it runs (WAI-ARIA 1.2, `timer`).
#[component]
pub(crate) fn Clock(
    /// When the patient was admitted.
    since: Timestamp,
) -> impl IntoView {
    let l = use_locale();
    let clock = use_clock();
    let secs_until = move |now: Timestamp| now.duration_since(since).as_secs().max(0);
    // As the server has rendered it. The first tick, after hydration, corrects it.
    let elapsed = RwSignal::new(secs_until(use_viewer().now));
    Effect::new(move |_| {
        let tick = move || {
            elapsed.try_set(secs_until(clock()));
        };
        tick();
        if let Ok(interval) = set_interval_with_handle(tick, Duration::from_secs(1)) {
            on_cleanup(move || interval.clear());
        }
    });
    view! {
        <span class="end num" role="timer" aria-label=say!(l, visits.call.elapsed)>
            {move || digits(elapsed.get())}
        </span>
    }
    .into_any()
}

/// A number of seconds as `minutes:seconds`, from an hour on as `hours:minutes:seconds`.
fn digits(secs: i64) -> String {
    let (hours, minutes, secs) = (secs / 3_600, secs / 60 % 60, secs % 60);
    if hours > 0 { format!("{hours}:{minutes:02}:{secs:02}") } else { format!("{minutes:02}:{secs:02}") }
}

#[cfg(test)]
mod tests {
    use super::digits;

    #[test]
    fn hours_are_shown_only_when_there_are_any() {
        for (secs, shown) in [(0, "00:00"), (59, "00:59"), (728, "12:08"), (3_600, "1:00:00"), (45_296, "12:34:56")] {
            assert_eq!(digits(secs), shown, "{secs}");
        }
    }
}
