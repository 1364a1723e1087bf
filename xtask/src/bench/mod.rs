//! `cargo xtask bench …`: benchmarks that anyone can repeat.

use crate::arguments::Arguments;
use crate::bundle::Profile;
use crate::process::{Failure, Outcome};
use crate::workspace::Workspace;

use figures::Generator;

mod audit;
mod example;
mod figures;
mod health;
mod pages;
mod records;
mod relay;
mod scheduling;
mod uclient;
mod visitor;

/// What to measure, and how much of it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Options {
    Relay(relay::Extent),
    Pages(pages::Extent),
    Health(health::Extent),
    Audit(audit::Extent),
    Scheduling(scheduling::Extent),
    Records(records::Extent),
}

impl Options {
    /// Parses the name of the benchmark and its flags.
    pub(crate) fn parse(arguments: &mut Arguments) -> Outcome<Self> {
        let (runs, seconds) = (arguments.value("--runs")?, arguments.value("--seconds")?);
        if runs == Some(0) || seconds == Some(0) {
            return Err(Failure::because("--runs and --seconds need a number above 0"));
        }
        // A flag of the other benchmark is left in place, so that it is refused.
        match arguments.positional().as_deref() {
            Some("relay") => {
                let mut extent = relay::Extent::default();
                extent.runs = runs.unwrap_or(extent.runs);
                extent.seconds = seconds.unwrap_or(extent.seconds);
                extent.only = match (arguments.flag("--own"), arguments.flag("--uclient")) {
                    (true, false) => Some(Generator::Ours),
                    (false, true) => Some(Generator::Uclient),
                    _ => None,
                };
                Ok(Self::Relay(extent))
            }
            Some("pages") => {
                let mut extent = pages::Extent::default();
                extent.runs = runs.unwrap_or(extent.runs);
                extent.seconds = seconds.unwrap_or(extent.seconds);
                if arguments.flag("--dev") {
                    extent.profile = Profile::Dev;
                }
                Ok(Self::Pages(extent))
            }
            Some("health") => {
                if seconds.is_some() {
                    return Err(Failure::because("bench health counts requests: `--runs 40`"));
                }
                let mut extent = health::Extent::default();
                extent.runs = runs.unwrap_or(extent.runs);
                if arguments.flag("--dev") {
                    extent.profile = Profile::Dev;
                }
                Ok(Self::Health(extent))
            }
            Some("audit") => {
                if runs.or(seconds).is_some() {
                    return Err(Failure::because("bench audit verifies one log: `--thousands 2000` says how long it is"));
                }
                let mut extent = audit::Extent::default();
                extent.thousands = arguments.value("--thousands")?.unwrap_or(extent.thousands);
                if arguments.flag("--dev") {
                    extent.profile = Profile::Dev;
                }
                Ok(Self::Audit(extent))
            }
            Some("scheduling") => {
                if runs.or(seconds).is_some() {
                    return Err(Failure::because("bench scheduling counts bookings: `--thousands 20` says how many"));
                }
                let mut extent = scheduling::Extent::default();
                extent.thousands = arguments.value("--thousands")?.unwrap_or(extent.thousands);
                if !(1..=scheduling::MOST_THOUSANDS).contains(&extent.thousands) {
                    return Err(Failure::because(format!("--thousands needs a number from 1 to {}", scheduling::MOST_THOUSANDS)));
                }
                if arguments.flag("--dev") {
                    extent.profile = Profile::Dev;
                }
                Ok(Self::Scheduling(extent))
            }
            Some("records") => {
                if runs.or(seconds).is_some() {
                    return Err(Failure::because("bench records has two sizes: with `--quick` the small one"));
                }
                let mut extent = records::Extent { quick: arguments.flag("--quick"), ..records::Extent::default() };
                if arguments.flag("--dev") {
                    extent.profile = Profile::Dev;
                }
                Ok(Self::Records(extent))
            }
            _ => Err(Failure::because(
                "say what to measure: `cargo xtask bench relay`, `… pages`, `… health`, `… audit`, `… scheduling` or `… records`",
            )),
        }
    }
}

/// Runs a benchmark and returns its tables.
pub(crate) fn bench(workspace: &Workspace, options: Options) -> Outcome<String> {
    match options {
        Options::Relay(extent) => relay::relay(workspace, extent),
        Options::Pages(extent) => pages::pages(workspace, extent),
        Options::Health(extent) => health::health(workspace, extent),
        Options::Audit(extent) => audit::audit(workspace, extent),
        Options::Scheduling(extent) => scheduling::scheduling(workspace, extent),
        Options::Records(extent) => records::records(workspace, extent),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(line: &str) -> Outcome<Options> {
        Arguments::read_whole(line, Options::parse)
    }

    #[test]
    fn each_benchmark_has_its_own_flags() {
        let Options::Relay(relay) = options("--runs 2 relay --own").unwrap() else { panic!("the relay was asked for") };
        assert_eq!((relay.runs, relay.seconds, relay.only), (2, 3, Some(Generator::Ours)));
        let Options::Pages(pages) = options("pages --seconds=1 --dev").unwrap() else { panic!("the pages were asked for") };
        assert_eq!((pages.runs, pages.seconds, pages.profile), (3, 1, Profile::Dev));
        let Options::Health(health) = options("health --runs 7").unwrap() else { panic!("the health was asked for") };
        assert_eq!((health.runs, health.profile), (7, Profile::Release));
        let Options::Audit(audit) = options("audit --thousands 20").unwrap() else { panic!("the audit log was asked for") };
        assert_eq!(audit.thousands, 20);
        let Options::Scheduling(scheduling) = options("scheduling --thousands 2 --dev").unwrap() else {
            panic!("the scheduling was asked for")
        };
        assert_eq!((scheduling.thousands, scheduling.profile), (2, Profile::Dev));
        assert!(options("scheduling --thousands 31").is_err() && options("scheduling --runs 2").is_err());
        let Options::Records(records) = options("records --quick").unwrap() else { panic!("the records were asked for") };
        assert_eq!((records.quick, records.profile), (true, Profile::Release));
        assert!(options("records --seconds 3").is_err() && options("audit --quick").is_err());
        for line in ["audit --runs 3", "health --seconds 3", "relay --dev", "pages --own", "pages --runs 0", "--runs 2", "forms"]
        {
            assert!(options(line).is_err(), "{line}");
        }
    }
}
