//! A circuit breaker for each provider: while one does not answer, nothing is sent to it, and what waits uses up none of its attempts.
//!
//! After some failures in a row the circuit is open for a time that doubles with each further failure. Then one message is a probe: if it is taken, the circuit is
//! closed, otherwise it stays open longer. Each copy of the server finds out by itself.

use jiff::{SignedDuration, Timestamp};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// After this many failures in a row the circuit opens.
const MOST_FAILURES: u32 = 5;

/// For how long it is open at first, and how often that doubles at most: up to 16 minutes.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(30);
const MOST_DOUBLINGS: u32 = 5;

/// For how long others wait for the outcome of a probe.
const PROBE: SignedDuration = SignedDuration::from_secs(60);

/// The breaker of one provider.
#[derive(Debug)]
pub(super) struct Breaker {
    provider: &'static str,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl Breaker {
    /// A closed circuit.
    pub(super) fn new(provider: &'static str) -> Self {
        Self { provider, state: Mutex::default() }
    }

    /// Asks to send something now. `Some`: not before that moment. Whoever may send says afterwards how it went.
    pub(super) fn ask(&self, now: Timestamp) -> Option<Timestamp> {
        let mut state = self.state();
        let until = state.open_until?;
        if now < until {
            return Some(until);
        }
        // This one is the probe.
        state.open_until = Some(now + PROBE);
        None
    }

    /// The provider has answered.
    pub(super) fn answered(&self) {
        let before = std::mem::take(&mut *self.state());
        if before.open_until.is_some() {
            tracing::info!(provider = self.provider, "the provider answers again");
        }
    }

    /// The provider has not answered. `dice` is a random byte: it makes the pause up to half as long again, so that the copies of the server do not all come back at once.
    pub(super) fn failed(&self, now: Timestamp, dice: u8) {
        let mut state = self.state();
        state.failures = state.failures.saturating_add(1);
        if state.failures < MOST_FAILURES {
            return;
        }
        let doublings = (state.failures - MOST_FAILURES).min(MOST_DOUBLINGS);
        let pause = FIRST_PAUSE * (1_i32 << doublings);
        let pause = pause + pause * i32::from(dice) / 510;
        state.open_until = Some(now + pause);
        tracing::error!(
            provider = self.provider,
            seconds = pause.as_secs(),
            "the provider does not answer; nothing is sent to it for a while"
        );
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A moment up to half a minute after this one, by a random byte, so that what waited does not come all at once.
pub(super) fn spread(until: Timestamp, dice: u8) -> Timestamp {
    until + SignedDuration::from_millis(i64::from(dice) * 117)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn after(seconds: i64) -> Timestamp {
        NOW + SignedDuration::from_secs(seconds)
    }

    #[test]
    fn some_failures_in_a_row_open_the_circuit_and_one_answer_closes_it() {
        let breaker = Breaker::new("mail");
        for _ in 1..MOST_FAILURES {
            breaker.failed(NOW, 0);
            assert_eq!(breaker.ask(NOW), None);
        }
        breaker.answered();
        for _ in 0..MOST_FAILURES {
            assert_eq!(breaker.ask(NOW), None);
            breaker.failed(NOW, 0);
        }
        assert_eq!(breaker.ask(after(29)), Some(after(30)));
        // One probe, for which the others wait.
        assert_eq!((breaker.ask(after(30)), breaker.ask(after(31))), (None, Some(after(90))));
        breaker.failed(after(31), 0);
        assert_eq!(breaker.ask(after(90)), Some(after(91)));
        // A probe that never came back is followed by another one.
        assert_eq!((breaker.ask(after(91)), breaker.ask(after(150)), breaker.ask(after(151))), (None, Some(after(151)), None));
        breaker.answered();
        assert_eq!(breaker.ask(after(151)), None);
    }

    #[test]
    fn pauses_double_and_end_at_sixteen_minutes_and_differ_by_chance() {
        let breaker = Breaker::new("text");
        let mut pauses = Vec::new();
        for _ in 0..12 {
            breaker.failed(NOW, 0);
            pauses.push(breaker.ask(NOW).map_or(0, Timestamp::as_second));
        }
        assert_eq!(pauses, [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 960, 960]);
        breaker.failed(NOW, 255);
        assert_eq!(breaker.ask(NOW), Some(after(960 + 480)));
        assert_eq!((spread(NOW, 0), spread(NOW, 255)), (NOW, NOW + SignedDuration::from_millis(29_835)));
    }
}
