//! Whether a visit can be booked at a time, and the one reason why not.

use crate::wire::words;

words! {
    /// Whether a visit can be booked at a time, and if not, why. The answers stand in their order of precedence: if several are true, the first one is given.
    Availability {
        /// The local time does not exist because the clock goes forward over it.
        NonexistentLocalTime = "nonexistent_local_time",
        /// It is in the past.
        Past = "past",
        /// It is sooner than the notice that the doctor needs.
        TooSoon = "too_soon",
        /// It is further ahead than bookings are accepted.
        BeyondHorizon = "beyond_horizon",
        /// No licence of the doctor is valid on that day.
        Unlicensed = "unlicensed",
        /// The clinic is closed.
        ClinicClosed = "clinic_closed",
        /// The doctor does not work at this time.
        OutsideHours = "outside_hours",
        /// The doctor works at this time, but the visit would end after the working hours.
        EndsAfterHours = "ends_after_hours",
        /// The doctor is off for the whole day.
        DayOff = "day_off",
        /// The doctor is off during these hours.
        Away = "away",
        /// The doctor works at this time, but no visit begins at that minute.
        NotOnGrid = "not_on_grid",
        /// The doctor has another visit or hold at this time.
        Busy = "busy",
        /// The doctor has another visit or hold so near that the time before or after one of them would be missing.
        TooClose = "too_close",
        /// The doctor has as many visits on this day as the doctor wants at most.
        DayFull = "day_full",
        /// The doctor is free, but no room of the clinic is.
        NoRoom = "no_room",
        /// It can be booked.
        Free = "free",
    }
}

words! {
    /// Why a time is not offered. Several answers of [`Availability`] may have the same reason.
    SlotReason {
        /// The local time does not exist.
        Gap = "gap",
        /// It is past, or sooner than the notice that the doctor needs.
        Notice = "notice",
        /// It is further ahead than bookings are accepted.
        Horizon = "horizon",
        /// No licence of the doctor is valid on that day.
        Licence = "licence",
        /// The clinic is closed, or the doctor does not work then.
        Closed = "closed",
        /// The doctor is off.
        Leave = "leave",
        /// The doctor works then, but no visit begins at that minute.
        OffGrid = "off_grid",
        /// Another visit or hold is at this time.
        Conflict = "conflict",
        /// Another visit or hold is too near.
        Buffer = "buffer",
        /// The day has its largest number of visits.
        DailyLimit = "daily_limit",
        /// No room of the clinic is free for a visit in person.
        Room = "room",
    }
}

impl Availability {
    /// Whether a visit can be booked.
    #[must_use]
    pub const fn is_free(self) -> bool {
        matches!(self, Self::Free)
    }

    /// Why it cannot be booked; `None` if it can.
    #[must_use]
    pub const fn reason(self) -> Option<SlotReason> {
        match self {
            Self::NonexistentLocalTime => Some(SlotReason::Gap),
            Self::Past | Self::TooSoon => Some(SlotReason::Notice),
            Self::BeyondHorizon => Some(SlotReason::Horizon),
            Self::Unlicensed => Some(SlotReason::Licence),
            Self::ClinicClosed | Self::OutsideHours | Self::EndsAfterHours => Some(SlotReason::Closed),
            Self::DayOff | Self::Away => Some(SlotReason::Leave),
            Self::NotOnGrid => Some(SlotReason::OffGrid),
            Self::Busy => Some(SlotReason::Conflict),
            Self::TooClose => Some(SlotReason::Buffer),
            Self::DayFull => Some(SlotReason::DailyLimit),
            Self::NoRoom => Some(SlotReason::Room),
            Self::Free => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reasons_stand_in_the_order_in_which_they_are_given() {
        let mut reasons: Vec<SlotReason> = Availability::ALL.iter().filter_map(|answer| answer.reason()).collect();
        reasons.dedup();
        assert_eq!(reasons, SlotReason::ALL);
        assert!(Availability::ALL.iter().all(|answer| answer.is_free() == answer.reason().is_none()));
    }
}
