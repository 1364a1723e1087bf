//! `bedside`: the binary that contains all of Bedside.

use clap::{Parser, Subcommand};
use mimalloc::MiMalloc;
use server::command;
use std::{path::PathBuf, process::ExitCode};

/// Rendering a page makes many small, short-lived allocations on several threads. With the allocator of glibc they took a quarter of the server's
/// processor time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Bedside, a telemedicine platform: web portals, REST API, video relay, workers.
#[derive(Debug, Parser)]
#[command(name = "bedside", version, about)]
struct Arguments {
    /// The configuration file. Default: the one in `BEDSIDE_CONFIG`, else `bedside.toml` if it exists.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the server. This is the default command.
    Serve,
    /// Runs only the relay, on its own machine. It needs only `relay.secret` and `relay.external_ip`.
    Relay,
    /// Migrates the database to the current schema, and exits.
    Migrate,
    /// Prints a link that opens the page on which an empty installation is set up. Older links end.
    Setup,
    /// Fills and serves the demonstration clinic.
    Demo(command::DemoOptions),
    /// Writes a backup of the database, files, seals and keys; the keys go into a separate folder. The server may be running.
    Backup(command::BackupOptions),
    /// Restores a backup into an empty database.
    Restore(command::RestoreOptions),
    /// Checks the configuration and the environment, and reports problems.
    Check,
    /// The keys that encrypt sensitive data.
    #[command(subcommand)]
    Keys(KeysCommand),
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Where postcodes are, for searches near one.
    #[command(subcommand)]
    Postcodes(PostcodesCommand),
    /// The first free times of doctors, by which searches are ordered.
    #[command(subcommand)]
    Times(TimesCommand),
    /// The configuration.
    Config {
        /// Prints every key with its documentation, default and bounds.
        #[arg(long)]
        reference: bool,
    },
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Lists the keys, and says whether the configured master key opens them.
    Status,
    /// Makes new keys, or wraps all keys with another master key. The servers keep running.
    Rotate(command::RotateOptions),
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Finds the first row that was changed, removed or reordered.
    Verify,
    /// Verifies the log, then drops the rows of a month that is over and sealed. Its seals stay, with a record of what was dropped.
    Drop {
        /// The month: `2019-01`.
        #[arg(long)]
        month: String,
    },
}

#[derive(Debug, Subcommand)]
enum PostcodesCommand {
    /// Imports a CSV file, all of it or nothing. Postcodes that are known already get the new position. The servers may be running.
    Import(command::PostcodesOptions),
}

#[derive(Debug, Subcommand)]
enum TimesCommand {
    /// Computes them again for all doctors. The servers keep running.
    Rebuild,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => Box::pin(command::serve(arguments.config)).await,
        Command::Relay => command::relay(arguments.config).await,
        Command::Migrate => command::migrate(arguments.config).await,
        Command::Setup => command::setup(arguments.config).await,
        Command::Demo(options) => command::demo(arguments.config, options).await,
        Command::Backup(options) => command::backup(arguments.config, options).await,
        Command::Restore(options) => command::restore(arguments.config, options).await,
        Command::Check => command::check(arguments.config).await,
        Command::Keys(KeysCommand::Status) => command::keys_status(arguments.config).await,
        Command::Keys(KeysCommand::Rotate(options)) => command::rotate_keys(arguments.config, options).await,
        Command::Audit(AuditCommand::Verify) => command::verify_audit(arguments.config).await,
        Command::Audit(AuditCommand::Drop { month }) => command::drop_audit_month(arguments.config, month).await,
        Command::Postcodes(PostcodesCommand::Import(options)) => {
            Box::pin(command::import_postcodes(arguments.config, options)).await
        }
        Command::Times(TimesCommand::Rebuild) => command::rebuild_times(arguments.config).await,
        Command::Config { reference } => command::config(arguments.config, reference),
    }
}
