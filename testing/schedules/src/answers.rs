//! What the slot engine answers for a generated schedule, as one number.

use crate::Given;
use model::scheduling::TimeRange;

/// For how many minutes from the beginning of the day on the answers are compared.
pub const COMPARED_MINS: i64 = 36 * 60;

/// A digest of the answers for the schedule with a number: its slots with their offsets, why a sample of other times is not offered, and what each quarter of an
/// hour of its clock is. Two machines that answer differently have different digests.
#[must_use]
pub fn digest(seed: u32) -> u64 {
    let given = Given::of_seed(seed);
    let zone = given.time_zone();
    let compared = TimeRange::new(given.at(0, &zone), given.at(COMPARED_MINS, &zone)).expect("a range");
    given.with_schedule(|schedule| {
        let mut digest = Digest::new();
        for slot in schedule.slots(compared) {
            digest.add(&slot.start.as_second().to_le_bytes());
            digest.add(&slot.end.as_second().to_le_bytes());
            digest.add(&slot.offset.seconds().to_le_bytes());
        }
        for minute in (0..COMPARED_MINS).step_by(37) {
            digest.add(schedule.explain(given.at(minute, &zone)).as_str().as_bytes());
        }
        for quarter in 0..96_i8 {
            let local = given.day.at(quarter / 4, quarter % 4 * 15, 0, 0);
            for (at, answer) in schedule.explain_each(local) {
                digest.add(&at.as_second().to_le_bytes());
                digest.add(answer.as_str().as_bytes());
            }
            digest.add(schedule.explain_local(local).as_str().as_bytes());
        }
        digest.0
    })
}

/// FNV-1a with 64 bits.
struct Digest(u64);

impl Digest {
    const fn new() -> Self {
        Self(0xCBF2_9CE4_8422_2325)
    }

    fn add(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3);
        }
    }
}
