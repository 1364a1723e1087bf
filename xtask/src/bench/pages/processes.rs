//! What the kernel says about processes (proc(5)): processor time and resident memory.

use std::fs;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;

use crate::process::{Attempt, Failure, Outcome};

/// Processor time in the kernel's clock ticks, a hundredth of a second on all usual machines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time(u64);

impl Time {
    /// The time since an earlier reading.
    pub(super) fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0) * 1000 / clock_ticks_per_second())
    }
}

/// The processor time of a process with all its threads, also those that have ended.
pub(super) fn process_time(pid: u32) -> Outcome<Time> {
    let path = format!("/proc/{pid}/stat");
    let text = fs::read_to_string(&path).attempt(|| format!("read {path}"))?;
    Ok(Time(understood(&path, Stat::parse(&text))?.own))
}

/// The processor time of the postmaster and of its child processes, also those that have ended.
pub(super) fn postgres_time(postmaster: u32) -> Outcome<Time> {
    let mut sum = 0;
    for entry in fs::read_dir("/proc").attempt(|| "read /proc".into())? {
        let name = entry?.file_name();
        let Some(pid) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let path = format!("/proc/{pid}/stat");
        // The process may have ended since the directory was listed.
        let Ok(text) = fs::read_to_string(&path) else { continue };
        let stat = understood(&path, Stat::parse(&text))?;
        if pid == postmaster {
            sum += stat.own + stat.ended_children;
        } else if stat.parent == postmaster {
            sum += stat.own;
        }
    }
    Ok(Time(sum))
}

/// The resident memory of a process in KiB.
pub(super) fn resident_kib(pid: u32) -> Outcome<u32> {
    let path = format!("/proc/{pid}/status");
    let text = fs::read_to_string(&path).attempt(|| format!("read {path}"))?;
    understood(&path, resident(&text))
}

fn resident(status: &str) -> Option<u32> {
    status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?.trim().strip_suffix(" kB")?.parse().ok()
}

/// The fields of `/proc/PID/stat` that are used here.
#[derive(Debug, PartialEq, Eq)]
struct Stat {
    parent: u32,
    /// In user mode and in the kernel.
    own: u64,
    /// That of the child processes that have ended and were waited for.
    ended_children: u64,
}

impl Stat {
    fn parse(text: &str) -> Option<Self> {
        // The second field, the program's name in parentheses, may itself contain blanks and parentheses. So the fields after it are counted.
        let fields: Vec<&str> = text.rsplit_once(") ")?.1.split_whitespace().collect();
        // proc(5) counts from 1, and `fields` begins with the third.
        let field = |number: usize| fields.get(number - 3)?.parse::<u64>().ok();
        Some(Self {
            parent: u32::try_from(field(4)?).ok()?,
            own: field(14)? + field(15)?,
            ended_children: field(16)? + field(17)?,
        })
    }
}

fn understood<T>(path: &str, parsed: Option<T>) -> Outcome<T> {
    parsed.ok_or_else(|| Failure::because(format!("{path} has another form than expected")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_are_found_after_any_name() {
        let text = "4711 (postgres: (a) b) S 4700 4711 4711 0 -1 4194304 1520 90 0 1 31 12 7 5 20 0 1 0 8830 226660352 4110\n";
        assert_eq!(Stat::parse(text), Some(Stat { parent: 4700, own: 43, ended_children: 12 }));
        assert_eq!(Stat::parse("4711 (postgres) S 4700"), None);
    }

    #[test]
    fn memory_is_the_resident_part() {
        assert_eq!(resident("Name:\tbedside\nVmPeak:\t  812000 kB\nVmRSS:\t   90412 kB\nThreads:\t4\n"), Some(90_412));
        assert_eq!(resident("Name:\tkthreadd\n"), None);
    }

    #[test]
    fn this_process_can_be_read() {
        assert!(resident_kib(std::process::id()).unwrap() > 0);
        let (before, after) = (process_time(std::process::id()).unwrap(), process_time(std::process::id()).unwrap());
        assert!(after.since(before) < Duration::from_secs(60));
        assert!(postgres_time(std::process::id()).is_ok());
    }
}
