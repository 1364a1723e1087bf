//! The rooms of a clinic, in which visits in person take place.

use super::TimeRange;
use crate::{
    errors::FieldFault,
    ids::{AppointmentId, ClinicId, RoomId},
    text::single_line,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What a room is called: "Room 3".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomName(String);

impl RoomName {
    /// The largest number of characters.
    pub const MAX_CHARS: usize = 60;

    /// Parses the text that was typed, with [`single_line`].
    ///
    /// # Errors
    /// `Missing`; `TooLong`; `ForbiddenCharacter`.
    pub fn parse(text: &str) -> Result<Self, FieldFault> {
        single_line(text, Self::MAX_CHARS).map(Self)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// When one room is taken.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoomTimes(Vec<TimeRange>);

impl RoomTimes {
    /// The times, in any order.
    #[must_use]
    pub fn new(taken: &[TimeRange]) -> Self {
        Self(TimeRange::joined(taken))
    }

    /// Whether nothing takes the room in the whole range.
    #[must_use]
    pub fn is_free(&self, range: TimeRange) -> bool {
        let place = self.0.partition_point(|taken| taken.end() <= range.start());
        self.0.get(place).is_none_or(|taken| !taken.overlaps(range))
    }
}

/// A room that the clinic has now, for those who manage the clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomView {
    /// The id.
    pub id: RoomId,
    /// The name.
    pub name: String,
}

/// A room that the clinic no longer has, while visits are still planned in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndedRoom {
    /// The id.
    pub id: RoomId,
    /// The name.
    pub name: String,
    /// How many visits that are not over are planned in it.
    pub visits: i64,
    /// When the first of them begins.
    pub next: Timestamp,
}

/// The rooms of a clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomList {
    /// The clinic.
    pub clinic: ClinicId,
    /// The name of the clinic.
    pub clinic_name: String,
    /// The rooms, in the order of their names.
    pub rooms: Vec<RoomView>,
    /// The rooms that were ended while visits are planned in them.
    pub ended: Vec<EndedRoom>,
}

/// A room in which a visit could take place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RoomChoice {
    /// The id.
    pub id: RoomId,
    /// The name.
    pub name: String,
    /// Whether no other visit has it at that time.
    pub is_free: bool,
}

/// The room of one visit, and the others of its clinic.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRooms {
    /// The appointment.
    pub appointment: AppointmentId,
    /// Its version.
    pub version: i32,
    /// The room that it has; none for a visit without a room.
    pub room: Option<RoomId>,
    /// The rooms of the clinic, in the order of their names, and the visit's own room, also when it was ended.
    pub choices: Vec<RoomChoice>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_free_between_its_visits() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).expect("an instant");
        let range = |from, to| TimeRange::new(at(from), at(to)).expect("a range");
        let room = RoomTimes::new(&[range(60, 90), range(0, 30), range(80, 100)]);
        assert!(room.is_free(range(30, 60)));
        assert!(room.is_free(range(100, 130)));
        assert!(!room.is_free(range(29, 31)));
        assert!(!room.is_free(range(50, 61)));
        assert!(!room.is_free(range(95, 99)));
        assert!(RoomTimes::default().is_free(range(0, 1)));
    }

    #[test]
    fn a_name_has_one_line_of_at_most_sixty_letters() {
        assert_eq!(RoomName::parse(" Room\t 3 ").map(|name| name.as_str().to_owned()), Ok("Room 3".to_owned()));
        assert_eq!(RoomName::parse(" "), Err(FieldFault::Missing));
        assert!(RoomName::parse(&"ü".repeat(60)).is_ok());
        assert_eq!(RoomName::parse(&"ü".repeat(61)), Err(FieldFault::too_long(60)));
    }
}
