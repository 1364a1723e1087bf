//! Numbers that are drawn from bytes.

/// The bytes that are left. A number takes two of them. Without any left, all numbers are the smallest ones, so smaller bytes make a smaller schedule.
pub(crate) struct Draws<'a>(&'a [u8]);

impl<'a> Draws<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// A number from `first` to before `after`.
    pub(crate) fn number(&mut self, first: i32, after: i32) -> i32 {
        let drawn = match self.0.split_first_chunk::<2>() {
            Some((two, rest)) => {
                self.0 = rest;
                u16::from_le_bytes(*two)
            }
            None => 0,
        };
        first + i32::from(drawn) % (after - first)
    }

    /// The same for numbers that are not negative.
    pub(crate) fn count(&mut self, first: u16, after: u16) -> u16 {
        u16::try_from(self.number(i32::from(first), i32::from(after))).expect("it is between two of its type")
    }

    /// Something, in so many percent of the cases.
    pub(crate) fn maybe<T>(&mut self, percent: i32, one: impl FnOnce(&mut Self) -> T) -> Option<T> {
        let is_there = self.number(0, 100) >= 100 - percent;
        is_there.then(|| one(self))
    }

    /// Less than `most` of something.
    pub(crate) fn list<T>(&mut self, most: i32, one: impl Fn(&mut Self) -> T) -> Vec<T> {
        let count = self.number(0, most);
        (0..count).map(|_| one(self)).collect()
    }
}
