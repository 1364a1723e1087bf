//! Runs other programs, each in its own process group, so that Ctrl-C and SIGTERM reach all of its descendants, and
//! so that nothing outlives the xtask that started it.
//!
//! A signal stops the running programs and makes every later [`run`] return [`Failure::Interrupted`]. The callers then return, and
//! their guards (database, server) stop what they hold. A second signal kills the programs.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

/// Why a command of the xtask did not succeed.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A signal arrived; this is its number.
    Interrupted(i32),
    /// What went wrong and what to do about it, as text for the user.
    Because(String),
}

/// The result of every step.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// A failure with this explanation.
    pub(crate) fn because(text: impl Into<String>) -> Self {
        Self::Because(text.into())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Because(error.to_string())
    }
}

/// Adds what was being attempted to an IO error, which otherwise does not name the file.
pub(crate) trait Attempt<T> {
    /// `what` completes the sentence "cannot …".
    fn attempt(self, what: impl FnOnce() -> String) -> Outcome<T>;
}

impl<T> Attempt<T> for io::Result<T> {
    fn attempt(self, what: impl FnOnce() -> String) -> Outcome<T> {
        self.map_err(|error| Failure::because(format!("cannot {}: {error}", what())))
    }
}

static INTERRUPTED_BY: AtomicI32 = AtomicI32::new(0);
static RUNNING: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());

/// Starts to listen for SIGINT, SIGTERM and SIGHUP. Call it once, before any program is run.
pub(crate) fn forward_signals() -> Outcome {
    let mut signals = Signals::new([SIGINT, SIGTERM, SIGHUP]).attempt(|| "listen for signals".into())?;
    std::thread::spawn(move || {
        for signal in signals.forever() {
            let first = INTERRUPTED_BY.swap(signal, Ordering::SeqCst) == 0;
            let polite = Signal::from_named_raw(signal).unwrap_or(Signal::TERM);
            for group in running().iter() {
                signal_group(*group, if first { polite } else { Signal::KILL });
            }
        }
    });
    Ok(())
}

/// Fails when a signal has arrived.
pub(crate) fn check_interrupted() -> Outcome {
    match INTERRUPTED_BY.load(Ordering::SeqCst) {
        0 => Ok(()),
        signal => Err(Failure::Interrupted(signal)),
    }
}

fn running() -> std::sync::MutexGuard<'static, BTreeSet<i32>> {
    RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn signal_group(group: i32, signal: Signal) {
    if let Some(group) = Pid::from_raw(group) {
        // An error means that the group has just ended by itself. A suspended process handles the signal only after SIGCONT.
        let _ = kill_process_group(group, signal).and_then(|()| kill_process_group(group, Signal::CONT));
    }
}

/// A program in its own process group. Dropping it stops the group.
#[derive(Debug)]
pub(crate) struct Child {
    inner: std::process::Child,
    name: String,
    ended: Option<ExitStatus>,
}

impl Child {
    /// Starts a program without standard input.
    pub(crate) fn spawn(command: &mut Command) -> Outcome<Self> {
        let name = name_of(command);
        // The lock is held until the group is in the list, so that a signal cannot arrive in between.
        let mut running = running();
        let inner = command.stdin(Stdio::null()).process_group(0).spawn().map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => {
                Failure::because(format!("`{name}` is not installed (or its folder is gone); run `cargo xtask setup`"))
            }
            _ => Failure::because(format!("cannot start `{name}`: {error}")),
        })?;
        running.insert(inner.id().cast_signed());
        drop(running);
        Ok(Self { inner, name, ended: None })
    }

    /// The process id.
    pub(crate) fn id(&self) -> u32 {
        self.inner.id()
    }

    /// The exit status, if the program has ended.
    pub(crate) fn ended(&mut self) -> Outcome<Option<ExitStatus>> {
        if self.ended.is_none() {
            self.ended = self.inner.try_wait()?;
            self.unlist_if_ended();
        }
        Ok(self.ended)
    }

    /// Waits until the program ends.
    pub(crate) fn wait(&mut self) -> Outcome<ExitStatus> {
        if let Some(status) = self.ended {
            return Ok(status);
        }
        let status = self.inner.wait()?;
        self.ended = Some(status);
        self.unlist_if_ended();
        Ok(status)
    }

    /// Waits until `ready` returns true, for at most `patience`. The failure quotes the end of `log`.
    pub(crate) fn wait_until(&mut self, ready: impl Fn() -> bool, patience: Duration, log: &Path) -> Outcome {
        let begun = Instant::now();
        while !ready() {
            check_interrupted()?;
            let what = match self.ended()? {
                Some(status) => format!("`{}` ended at its start ({status})", self.name),
                None if begun.elapsed() > patience => format!("`{}` was not ready in {} s", self.name, patience.as_secs()),
                None => {
                    std::thread::sleep(Duration::from_millis(200));
                    continue;
                }
            };
            let text = std::fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            let last_words = lines[lines.len().saturating_sub(40)..].join("\n");
            return Err(Failure::because(format!("{what}; its last words:\n{last_words}")));
        }
        Ok(())
    }

    /// Asks the whole group to end, and kills it if it has not ended after `patience`.
    pub(crate) fn stop(&mut self, patience: Duration) -> Outcome<ExitStatus> {
        if self.ended()?.is_none() {
            signal_group(self.inner.id().cast_signed(), Signal::TERM);
        }
        let asked = Instant::now();
        while self.ended()?.is_none() && asked.elapsed() < patience {
            std::thread::sleep(Duration::from_millis(50));
        }
        if self.ended()?.is_none() {
            eprintln!("{} did not stop in {} s and is killed", self.name, patience.as_secs());
            signal_group(self.inner.id().cast_signed(), Signal::KILL);
        }
        self.wait()
    }

    fn unlist_if_ended(&self) {
        if self.ended.is_some() {
            running().remove(&self.inner.id().cast_signed());
        }
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if let Err(Failure::Because(text)) = self.stop(Duration::from_secs(10)) {
            eprintln!("cannot stop {}: {text}", self.name);
        }
    }
}

/// Runs a program until it ends and shows its output. A status other than 0 is a failure.
pub(crate) fn run(command: &mut Command) -> Outcome {
    check_interrupted()?;
    let child = Child::spawn(command)?;
    // If a signal came before the child was in the list, returning here drops and stops it.
    check_interrupted()?;
    finish(child, command)
}

/// Does the same as [`run`], but also after a signal: for cleaning up.
pub(crate) fn run_to_clean_up(command: &mut Command) -> Outcome {
    finish(Child::spawn(command)?, command)
}

fn finish(mut child: Child, command: &Command) -> Outcome {
    let status = child.wait()?;
    if status.success() {
        return Ok(());
    }
    check_interrupted()?;
    Err(Failure::because(format!("`{}` failed ({status})", name_of(command))))
}

/// Calls `work` for each item, as many at the same time as there are processors. Begins no further item after a failure, and returns it.
pub(crate) fn for_each<T: Sync>(items: &[T], work: impl Fn(&T) -> Outcome + Sync) -> Outcome {
    let next = AtomicUsize::new(0);
    let worker = || {
        while let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
            work(item).inspect_err(|_| next.store(items.len(), Ordering::Relaxed))?;
        }
        Ok(())
    };
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().try_for_each(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Runs a short program and returns its standard output without trailing white space. It also runs after a signal, because cleaning up
/// uses it.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let name = name_of(command);
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| Failure::because(format!("cannot start `{name}`: {error}")))?;
    if !output.status.success() {
        return Err(Failure::because(format!("`{name}` failed ({})", output.status)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}

/// Whether a program exists and exits successfully; its output is not shown.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// A command with its arguments.
pub(crate) fn command<I>(program: impl AsRef<OsStr>, args: I) -> Command
where
    I: IntoIterator<Item: AsRef<OsStr>>,
{
    let mut command = Command::new(program);
    command.args(args);
    command
}

/// The program and its first arguments, enough to recognise it in a message.
fn name_of(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args().take(3));
    words.map(OsStr::to_string_lossy).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;

    use super::*;

    #[test]
    fn a_failing_program_is_named() {
        let Err(Failure::Because(text)) = run(&mut command("sh", ["-c", "exit 3"])) else { panic!("must fail") };
        assert!(text.contains("sh -c exit 3") && text.contains('3'), "{text}");
    }

    #[test]
    fn a_missing_program_says_what_to_do() {
        let Err(Failure::Because(text)) = run(&mut Command::new("/nowhere/bedside-none")) else { panic!("must fail") };
        assert!(text.contains("bedside-none") && text.contains("cargo xtask setup"), "{text}");
    }

    #[test]
    fn stopping_reaches_the_descendants() {
        let mut child = Child::spawn(&mut command("sh", ["-c", "sleep 600 & wait"])).unwrap();
        let group = child.inner.id().cast_signed();
        child.stop(Duration::from_secs(5)).unwrap();
        let gone = || rustix::process::test_kill_process_group(Pid::from_raw(group).unwrap()).is_err();
        let asked = Instant::now();
        while !gone() && asked.elapsed() < Duration::from_secs(5) {
            std::thread::yield_now();
        }
        assert!(gone());
    }

    #[test]
    fn one_that_is_suspended_still_hears_the_request() {
        let mut child = Child::spawn(&mut command("sleep", ["600"])).unwrap();
        kill_process_group(Pid::from_raw(child.inner.id().cast_signed()).unwrap(), Signal::STOP).unwrap();
        let asked = Instant::now();
        child.stop(Duration::from_secs(30)).unwrap();
        assert!(asked.elapsed() < Duration::from_secs(20), "it ended by the request, not by being killed");
    }

    #[test]
    fn one_that_ignores_the_request_is_killed() {
        let deaf = std::env::temp_dir().join(format!("bedside-xtask-deaf-{}", std::process::id()));
        let mut sh = command("sh", ["-c", "trap '' TERM; : > \"$0\"; while :; do sleep 0.05; done"]);
        let mut child = Child::spawn(sh.arg(&deaf)).unwrap();
        child.wait_until(|| deaf.is_file(), Duration::from_secs(30), &deaf).unwrap();
        let status = child.stop(Duration::from_millis(300)).unwrap();
        assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
        std::fs::remove_file(deaf).unwrap();
    }
}
