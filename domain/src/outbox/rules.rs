//! What becomes of an event that could not be passed on.

use crate::Error;
use jiff::SignedDuration;

/// After this many tries an event is set aside.
pub const MOST_TRIES: i16 = 8;

/// How long an event of an unknown kind is tried. While a new version is rolled out, the dispatcher may be a copy of the old version, which does not
/// know the new kinds.
const UNKNOWN_FOR: SignedDuration = SignedDuration::from_hours(1);

/// The longest time until the next try.
const LONGEST_PAUSE_SECS: i64 = 60;

/// Why an event could not be passed on.
#[derive(Debug)]
pub(crate) enum Failure {
    /// This version of the server does not know the kind, or its fields.
    Unknown,
    /// What it tells people cannot be found out.
    Failed(Error),
}

/// What happens with the event next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// It is tried again after this time.
    Later(SignedDuration),
    /// It is set aside.
    SetAside,
}

impl Failure {
    /// The cause as administrators see it: a code, and what the database said without any value that it quoted.
    pub(crate) fn cause(&self) -> String {
        match self {
            Self::Unknown => "unknown event: another version of the server knows it".to_owned(),
            Self::Failed(error) => format!("{error}: {}", error.causes()),
        }
    }

    /// What to do after this many tries with an event of this age. The pauses double: 1, 2, 4 … 60 seconds.
    pub(super) fn next(&self, tries: i16, age: SignedDuration) -> Next {
        let may_become_known = matches!(self, Self::Unknown) && age < UNKNOWN_FOR;
        if tries >= MOST_TRIES && !may_become_known {
            return Next::SetAside;
        }
        let doublings = u32::try_from(tries.clamp(1, 16) - 1).unwrap_or(0);
        Next::Later(SignedDuration::from_secs((1_i64 << doublings).min(LONGEST_PAUSE_SECS)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::Code;

    #[test]
    fn pauses_double_until_the_event_is_set_aside() {
        let failed = Failure::Failed(Error::new(Code::Internal));
        let now = SignedDuration::ZERO;
        let pauses = (1..MOST_TRIES).map(|tries| failed.next(tries, now)).collect::<Vec<_>>();
        assert_eq!(pauses, [1, 2, 4, 8, 16, 32, 60].map(|secs| Next::Later(SignedDuration::from_secs(secs))));
        assert_eq!(failed.next(MOST_TRIES, now), Next::SetAside);
    }

    #[test]
    fn an_unknown_event_is_kept_for_the_length_of_a_roll_out() {
        let (minute, hour) = (SignedDuration::from_mins(1), SignedDuration::from_hours(1));
        assert_eq!(Failure::Unknown.next(MOST_TRIES, minute), Next::Later(minute));
        assert_eq!(Failure::Unknown.next(i16::MAX, minute), Next::Later(minute));
        assert_eq!(Failure::Unknown.next(MOST_TRIES, hour), Next::SetAside);
        assert_eq!(Failure::Unknown.next(1, hour), Next::Later(SignedDuration::from_secs(1)));
    }
}
