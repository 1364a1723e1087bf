//! The numbering plans of the world, as far as parsing a telephone number needs them: the country codes, the possible lengths of a number
//! after each code, and the trunk prefix that callers within the country dial in front of it.
//!
//! Made from the metadata of libphonenumber 9.0.43 (Apache 2.0), all kinds of numbers together. Only lengths are kept, not the patterns
//! of single ranges: those change every month, and refusing a real number is worse than accepting one that nobody answers (ADR 12).

use std::ops::RangeInclusive;

/// `code lengths;` for each country code. `*`: national numbers may begin with zero. `/8`: a trunk prefix other than zero, which is dialled
/// in front of the number within the country and which people also write in international numbers.
const PLANS: &str = "\
     1 10; 7/8 10,14; 20 8-10; 27 5-10; 30 10-12; 31 5-11; 32 8-9; 33 9; 34 9; 36/06 8-9; 39* 6-12; 40 6,9; 41 9,12; \
     43 4-13; 44 7,9-10; 45 8; 46 6-10,12; 47* 5,8; 48 6-10; 49 4-13; 51 8-9; 52/1 10; 53 6-8,10; 54 10-11; 55 8-11; \
     56 9-11; 57 8,10-11; 58 10; 60 8-10; 61 5-10,12; 62 7-13; 63 6,8-13; 64 5-10; 65 8,10-11; 66 8-10,13; 81 8-13; \
     82 5-6,8-13; 84 7-10; 86 7-12; 90 7,10,12-13; 91 8-13; 92 8-12; 93 9; 94 9; 95 6-10; 98 4-7,10; 211 9; 212 9; \
     213 8-9; 216 8; 218 9; 220 7,9; 221 9; 222 8; 223 8; 224 8-9; 225* 10; 226* 8; 227* 8; 228 8; 229* 10; 230 7-8,10; \
     231 7-9; 232 8; 233 8-9; 234 10-12; 235 8; 236 8; 237 8-9; 238 7; 239 7; 240 9; 241* 7-8; 242* 9; 243 7-10; 244 9; \
     245 7,9; 246 7; 247* 5-6; 248 7; 249 9; 250 8-9; 251 9; 252 6-9; 253 8; 254 7-10; 255 9; 256 9; 257 8; 258 8-9; \
     260 9; 261 9; 262 9; 263 7,9-10; 264 8-9; 265 7,9; 266 8; 267* 7-8,10; 268 8-9; 269 7; 290 4-5; 291 7; 297 7; 298 6; \
     299 6; 350 8; 351 9; 352 4-11; 353 7-10; 354 7,9; 355 6-9; 356 8; 357 8; 358 5-12; 359 6-9,12; 370 8; 371 8; \
     372 7-8,10; 373 8; 374 8; 375/8 6-11; 376 6,8-9; 377 8-9; 378* 8,10; 380 9-10; 381 6-12; 382 8-9; 383 8-12; 385 7-9; \
     386 5-8; 387 8-9; 389 8; 420 9-12; 421 6-7,9; 423 7,9; 500 5; 501* 7,11; 502 8,11; 503 7-8,11; 504 8,11; 505 8; \
     506 8,10; 507* 7-8,10-11; 508 6,9; 509 8; 590 9; 591 8-9; 592 7; 593 8-11; 594 9; 595 6-11; 596 9; 597 6-7; 598 4-12; \
     599 7-8; 670 7-8; 672 6; 673 7; 674 7; 675 7-8; 676* 5,7; 677 5,7; 678 5,7; 679* 7,11; 680 7; 681 6,9; 682 5; \
     683 4,7; 685 5-7,10; 686 5,8; 687* 6; 688 5-7; 689 6,8-9; 690 4-7; 691 7; 692 7; 800* 8; 808 8; 850 8,10; 852 5-9,11; \
     853* 7-8; 855 8-10; 856 8-10; 870 9,12; 878 12; 880 6-10; 881* 9-10; 882 7-12; 883 8-12; 886 7-11; 888* 11; 960 7,10; \
     961 7-8; 962 8-9; 963 8-9; 964 8-10; 965 7-8; 966 9-10; 967 7-9; 968 7-9; 970 8-10; 971 5-12; 972 7-12; 973 8; \
     974* 7-9,11; 975 7-8; 976 8-10; 977 8,10-11; 979 9; 992* 9; 993/8 8; 994 9; 995 9; 996 9-10; 998 9";

/// The numbering plan of one country code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) keeps_zero: bool,
    trunk: &'static str,
    lengths: &'static str,
}

/// How the length of a number fits its numbering plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    Possible,
    TooShort,
    TooLong,
    /// Some numbers of the plan are shorter and some are longer.
    Between,
}

impl Plan {
    /// The country code with which these digits begin, and its plan. No country code is a prefix of another.
    pub(super) fn of(digits: &str) -> Option<(&'static str, Self)> {
        PLANS.split("; ").find_map(|entry| {
            let (head, lengths) = entry.trim().split_once(' ')?;
            let (head, trunk) = head.split_once('/').unwrap_or((head, ""));
            let code = head.trim_end_matches('*');
            digits.starts_with(code).then_some((code, Self { keeps_zero: head.ends_with('*'), trunk, lengths }))
        })
    }

    /// The number as it is dialled from abroad, without the trunk prefix that only callers within the country dial.
    pub(super) fn dialled_from_abroad(self, typed: &str) -> &str {
        let rest = match typed.strip_prefix(self.trunk) {
            Some(rest) if self.fit(typed) != Fit::Possible => rest,
            Some(_) | None => typed,
        };
        let without_zero = rest.trim_start_matches('0');
        match self.keeps_zero {
            true if self.fit(rest) == Fit::Possible || self.fit(without_zero) != Fit::Possible => rest,
            true | false => without_zero,
        }
    }

    /// Whether the plan has numbers of this length.
    pub(super) fn fit(self, number: &str) -> Fit {
        let length = number.len();
        if self.ranges().any(|range| range.contains(&length)) {
            Fit::Possible
        } else if length < self.shortest() {
            Fit::TooShort
        } else if length > self.longest() {
            Fit::TooLong
        } else {
            Fit::Between
        }
    }

    /// The digits of the shortest number, without the country code.
    pub(super) fn shortest(self) -> usize {
        self.ranges().map(|range| *range.start()).min().unwrap_or_default()
    }

    /// The digits of the longest number, without the country code.
    pub(super) fn longest(self) -> usize {
        self.ranges().map(|range| *range.end()).max().unwrap_or_default()
    }

    fn ranges(self) -> impl Iterator<Item = RangeInclusive<usize>> {
        self.lengths.split(',').filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.parse::<usize>().ok()?..=last.parse::<usize>().ok()?)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_can_be_read_and_no_code_begins_another() {
        let codes: Vec<&str> = PLANS.split("; ").filter_map(|entry| entry.trim().split([' ', '*', '/']).next()).collect();
        assert_eq!(codes.len(), 215);
        for code in &codes {
            assert!(code.parse::<u16>().is_ok(), "{code}");
            let (found, plan) = Plan::of(code).expect("a plan");
            assert_eq!(found, *code);
            assert!((1..=15 - code.len()).any(|length| plan.fit(&"1".repeat(length)) == Fit::Possible), "{code}");
            assert_eq!(codes.iter().filter(|other| other.starts_with(code)).count(), 1, "{code}");
        }
    }
}
