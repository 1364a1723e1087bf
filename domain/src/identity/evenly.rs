//! Answers whose duration does not reveal what was done.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// Longer than the work that must stay hidden; if the work takes longer, the answer comes at the next multiple.
const STEP: Duration = Duration::from_millis(250);

/// Does the work and answers after a whole number of steps, so that the duration does not reveal whether an address is known.
pub(crate) async fn evenly<T>(work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let answer = work.await;
    sleep_until(begun + stretched(begun.elapsed())).await;
    answer
}

fn stretched(taken: Duration) -> Duration {
    let steps = taken.as_millis() / STEP.as_millis() + 1;
    STEP.saturating_mul(u32::try_from(steps).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_and_nothing_take_the_same_time() {
        for (taken, told) in [(0, 250), (3, 250), (249, 250), (250, 500), (600, 750)] {
            assert_eq!(stretched(Duration::from_millis(taken)).as_millis(), told, "{taken}");
        }
    }
}
