//! `cargo xtask …`: the commands for developers and CI. They install what is missing, build, start, test and check.
//! Nothing here is about medicine.
//!
//! All files go to cargo's target folder (`CARGO_TARGET_DIR` is honoured) or to a private folder below `/var/tmp` that is removed
//! afterwards. Progress goes to the standard error, results go to the standard output.

use std::io::Write;
use std::process::ExitCode;

use process::{Failure, Outcome};
use progress::Steps;
use workspace::Workspace;

mod arguments;
mod bench;
mod browser;
mod bundle;
mod css;
mod demo;
mod disk;
mod fill;
mod fonts;
mod lint;
mod nextest;
mod openapi;
mod parts;
mod postgres;
mod process;
mod progress;
mod relay;
mod rules;
mod setup;
mod site;
mod slots;
mod sqlx;
mod test;
mod workspace;

const USAGE: &str = "\
cargo xtask <command>

  demo [--port 3000]    install what is missing, build, start everything with the demonstration clinic
  test [FILTER]         install what is missing, run every test, or those whose name contains FILTER
       [--long]           also those that take minutes
       [--rust|--browser] only the Rust tests, or only the browser tests; with --browser:
         [--workers 2]      how many run at the same time, each on a clinic of its own
         [--repeat 1]       that many rounds in random order; a failed round does not stop the next
         [--slow]           in random order, each page slowed down: 4 times in the first round, 8 times in the second, then 4
                            again, and so on; two workers for each core
         [--seed S]         the random order that a run with this seed had
  lint                  format, clippy, licences and bans, house rules
  bench relay           the relay against coturn, on processors 0 and 1: a table, and bench/relay.json in the target folder
       [--runs 5] [--seconds 3] [--own|--uclient]
  bench pages           bytes and time to interactive of five pages in Chromium on a slow connection; speed, processor time, memory and
                        statements of rendering eight pages of signed-in users: tables, and bench/pages.json in the target folder
       [--runs 3] [--seconds 3]
       [--dev]            the build of the tests instead of a release build; quicker to make, to try the command
  bench health          p95 of readiness, sign-in, search, booking, people and audit log with 1,000 and with 10,000 doctors, half a million patients
                        and three million appointments: a table, and bench/health.json in the target folder; needs some 10 GB of disk
       [--runs 40] [--dev]
  bench audit           how long it takes to verify an audit log of two million entries, and the memory: a row, and bench/audit.json
       [--thousands 2000] [--dev]
  bench scheduling      bookings a second through the domain and with pgbench, attempts for the same times, events passed on, months of the slot
                        engine: a table, and bench/scheduling.json
       [--thousands 20]   bookings of each kind
       [--dev]
  bench records         opening a record of 15 years against its statements alone; sending and reading files, with and without encryption, against nginx
                        and plain writing; messages while 2,000 pages are open: tables, and bench/records.json
       [--quick]          a small size, to try the command
       [--dev]
  fill URL              fill a migrated database (the URL of its owner) with many rows; see testing/fill.sql
       [--scale 1000]     the number of doctors; there are fifty patients and three hundred appointments for each
  setup                 only install what is missing
       [--watch]          also what `cargo leptos watch` needs, which is compiled for minutes
  bundle [--release]    only build the browser part and the server
  postgres [--stop]     start the database of the tests and leave it running, for running one test by hand
  openapi               renew api/openapi.json from the code
  sqlx [--check]        renew .sqlx/ from the queries and the migrations, or fail when it would change
";

fn main() -> ExitCode {
    match process::forward_signals().and_then(|()| dispatch()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Because(text)) => {
            eprintln!("\nerror: {text}");
            ExitCode::FAILURE
        }
        Err(Failure::Interrupted(signal)) => {
            eprintln!("\nstopped");
            ExitCode::from(u8::try_from(128 + signal).unwrap_or(1))
        }
    }
}

fn dispatch() -> Outcome {
    let mut arguments = arguments::Arguments::from_environment()?;
    let asks_how = arguments.flag("--help") | arguments.flag("-h");
    let (Some(command), false) = (arguments.positional(), asks_how) else {
        return say(USAGE);
    };
    match command.as_str() {
        "setup" => {
            let watch = arguments.flag("--watch");
            arguments.finish()?;
            let workspace = Workspace::find()?;
            let mut steps = Steps::of(1 + usize::from(watch));
            steps.step("Looking what is missing", || setup::setup(&workspace, setup::Purpose::Everything))?;
            if watch {
                steps.step("Compiling cargo-leptos and wasm-bindgen", || setup::watch_tools(&workspace))?;
            }
            Ok(())
        }
        "bundle" => {
            let release = arguments.flag("--release");
            arguments.finish()?;
            build(&Workspace::find()?, if release { bundle::Profile::Release } else { bundle::Profile::Dev })
        }
        "demo" => {
            let port = arguments.value("--port")?;
            arguments.finish()?;
            demo::demo(&Workspace::find()?, port.unwrap_or(3000))
        }
        "test" => {
            let options = test::Options::parse(&mut arguments)?;
            arguments.finish()?;
            test::test(&Workspace::find()?, &options)
        }
        "lint" => {
            arguments.finish()?;
            lint::lint(&Workspace::find()?)
        }
        "bench" => {
            let options = bench::Options::parse(&mut arguments)?;
            arguments.finish()?;
            say(&bench::bench(&Workspace::find()?, options)?)
        }
        "fill" => {
            let scale = arguments.value("--scale")?;
            let url = arguments.positional();
            arguments.finish()?;
            let url = url.ok_or_else(|| Failure::because("say which database: `cargo xtask fill postgres://…`"))?;
            fill::fill_url(&Workspace::find()?, &url, scale.unwrap_or(1_000))
        }
        "postgres" => {
            let stop = arguments.flag("--stop");
            arguments.finish()?;
            let workspace = Workspace::find()?;
            if stop { postgres::stop_kept(&workspace) } else { leave_postgres_running(&workspace) }
        }
        "openapi" => {
            arguments.finish()?;
            openapi::openapi(&Workspace::find()?)
        }
        "sqlx" => {
            let check = arguments.flag("--check");
            arguments.finish()?;
            sqlx::sqlx(&Workspace::find()?, if check { sqlx::Mode::Check } else { sqlx::Mode::Renew })
        }
        "help" => say(USAGE),
        other => Err(Failure::because(format!("there is no command `{other}`\n\n{USAGE}"))),
    }
}

fn build(workspace: &Workspace, profile: bundle::Profile) -> Outcome {
    let mut steps = Steps::of(4);
    steps.step("Looking what is missing", || setup::setup(workspace, setup::Purpose::Demo))?;
    steps.step("Building the browser part", || bundle::compile_frontend(workspace, profile))?;
    steps.step("Assembling the site", || site::assemble(workspace, profile))?;
    steps.step("Building the server", || bundle::compile_server(workspace, profile))
}

fn leave_postgres_running(workspace: &Workspace) -> Outcome {
    let cluster = postgres::Cluster::start(workspace)?;
    cluster.keep()?;
    say(&format!("export {}={}\n", test::DATABASE_VARIABLE, cluster.url("postgres")))
}

/// Prints a result. When the reader has closed the pipe, that is not an error.
fn say(text: &str) -> Outcome {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}
