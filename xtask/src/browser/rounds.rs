//! Rounds of the browser tests: how many, in which order, and how much the CPU is throttled.

use std::fmt;
use std::hash::{BuildHasher, RandomState};

use serde_json::json;

use super::report::Test;
use crate::arguments::Arguments;
use crate::process::{Failure, Outcome};

/// How many times slower the page's CPU is made; the rounds of a slow run alternate between these rates.
const SLOW_RATES: [u16; 2] = [4, 8];

/// The rounds of a run, from the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Rounds {
    repeat: Option<u16>,
    seed: Option<u16>,
    slow: bool,
}

/// One run through all tests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Round {
    /// The number of the round, from 1.
    pub(crate) number: u16,
    of: u16,
    seed: u16,
    /// How many times slower the page's CPU is made; 1 means no throttling.
    pub(crate) rate: u16,
}

impl Rounds {
    /// Parses `--repeat`, `--seed` and `--slow`. Without `--seed` a random one is chosen.
    pub(crate) fn parse(arguments: &mut Arguments) -> Outcome<Self> {
        let (repeat, slow) = (arguments.value("--repeat")?, arguments.flag("--slow"));
        if repeat == Some(0) {
            return Err(Failure::because("--repeat needs a number above 0"));
        }
        let mut rounds = Self { repeat, seed: arguments.value("--seed")?, slow };
        if rounds.are_shuffled() && rounds.seed.is_none() {
            rounds.seed = Some(drawn());
        }
        Ok(rounds)
    }

    /// Whether pages are throttled.
    pub(crate) fn is_slow(&self) -> bool {
        self.slow
    }

    /// Whether the order is random. A plain run keeps the order in which the tests are written, with the long ones first.
    pub(crate) fn are_shuffled(&self) -> bool {
        *self != Self::default()
    }

    /// The rounds, in order.
    pub(crate) fn all(&self) -> impl Iterator<Item = Round> {
        let (of, seed, slow) = (self.repeat.unwrap_or(1), self.seed.unwrap_or(0), self.slow);
        let rate = move |number: u16| if slow { SLOW_RATES[usize::from(number - 1) % SLOW_RATES.len()] } else { 1 };
        (1..=of).map(move |number| Round { number, of, seed, rate: rate(number) })
    }

    /// The command that runs the same tests in the same order.
    pub(crate) fn command(&self, filter: Option<&str>) -> String {
        let mut words = vec!["cargo xtask test --browser".to_owned()];
        words.extend(self.repeat.map(|repeat| format!("--repeat {repeat}")));
        words.extend(self.slow.then(|| "--slow".to_owned()));
        words.extend(self.seed.map(|seed| format!("--seed {seed}")));
        words.extend(filter.map(|filter| format!("'{}'", filter.replace('\'', r"'\''"))));
        words.join(" ")
    }
}

impl fmt::Display for Round {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "round {} of {}, seed {}, rate {}", self.number, self.of, self.seed, self.rate)
    }
}

/// The tests of a round in random order.
pub(crate) struct Order<'a>(Vec<&'a Test>);

impl<'a> Order<'a> {
    /// Shuffles the tests. The same seed and round number give the same order.
    pub(crate) fn of(tests: &'a [Test], round: &Round) -> Self {
        let mut order: Vec<&Test> = tests.iter().collect();
        let mut random = SplitMix(u64::from(round.seed) << 16 | u64::from(round.number));
        for last in (1..order.len()).rev() {
            order.swap(last, random.below(last + 1));
        }
        Self(order)
    }

    /// The order as JSON for `playwright.config.ts`.
    pub(crate) fn to_json(&self) -> String {
        let tests = self.0.iter().map(|test| json!({ "file": test.file, "titles": test.titles }));
        serde_json::Value::from_iter(tests).to_string()
    }
}

/// Sebastiano Vigna's SplitMix64, which is good enough to shuffle a list.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or(0)
    }
}

/// A random seed: the standard library chooses the keys of a hasher at random.
fn drawn() -> u16 {
    u16::try_from(RandomState::new().hash_one(0) & 0xffff).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rounds(line: &str) -> Rounds {
        let mut arguments = Arguments::of(line);
        let rounds = Rounds::parse(&mut arguments).unwrap();
        arguments.finish().unwrap();
        rounds
    }

    fn order(seed: u16, number: u16) -> Vec<usize> {
        let tests: Vec<Test> = (0..20).map(|n| Test { file: "a.spec.ts".into(), titles: vec![n.to_string()] }).collect();
        let round = Round { number, of: 9, seed, rate: 1 };
        Order::of(&tests, &round).0.iter().map(|test| test.titles[0].parse().unwrap()).collect()
    }

    #[test]
    fn a_plain_run_is_one_round_in_the_written_order() {
        assert!(!rounds("").are_shuffled());
        assert_eq!(rounds("").all().map(|round| round.rate).collect::<Vec<_>>(), [1]);
    }

    #[test]
    fn slow_rounds_alternate_between_two_rates() {
        assert_eq!(rounds("--repeat 5 --slow").all().map(|round| round.rate).collect::<Vec<_>>(), [4, 8, 4, 8, 4]);
        assert_eq!(rounds("--repeat 2").all().map(|round| round.rate).collect::<Vec<_>>(), [1, 1]);
    }

    #[test]
    fn a_seed_repeats_its_order_and_each_round_has_another() {
        assert_eq!(order(17, 1), order(17, 1));
        assert_ne!(order(17, 1), order(17, 2));
        assert_ne!(order(17, 1), order(18, 1));
        let mut sorted = order(17, 1);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..20).collect::<Vec<_>>());
    }

    #[test]
    fn the_command_to_repeat_names_the_seed_that_was_drawn() {
        assert_eq!(rounds("--slow --repeat=5 --seed 17").command(None), "cargo xtask test --browser --repeat 5 --slow --seed 17");
        let command = rounds("--repeat 2").command(Some("it's"));
        assert!(command.contains("--seed ") && command.ends_with(r"'it'\''s'"), "{command}");
    }

    #[test]
    fn no_round_is_refused() {
        assert!(Rounds::parse(&mut Arguments::of("--repeat 0")).is_err());
        assert!(Rounds::parse(&mut Arguments::of("--seed many")).is_err());
    }
}
