//! `bedside`: the whole of Bedside in one binary.

use clap::{Parser, Subcommand};
use server::command;
use std::{path::PathBuf, process::ExitCode};

/// Bedside, a telemedicine platform: web portals, programming interface, video relay, workers.
#[derive(Debug, Parser)]
#[command(name = "bedside", version, about)]
struct Arguments {
    /// The configuration file; otherwise `BEDSIDE_CONFIG`, otherwise `bedside.toml` if it is there.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves everything. This is what happens without a command.
    Serve,
    /// Serves the relay alone, on a machine of its own: `relay.secret` and `relay.external_ip` are all that it needs.
    Relay,
    /// Brings the database's schema up to date, and stops.
    Migrate,
    /// Fills and serves the demonstration clinic.
    Demo(command::DemoOptions),
    /// Writes a backup: database, files, seals, and the keys in their own place. The server may run.
    Backup(command::BackupOptions),
    /// Restores a backup into an empty database.
    Restore(command::RestoreOptions),
    /// Checks the configuration and says what is wrong.
    Doctor,
    /// The audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// The configuration.
    Config {
        /// Prints every key with its meaning, default and bounds.
        #[arg(long)]
        reference: bool,
    },
}

#[derive(Debug, Subcommand)]
enum AuditCommand {
    /// Finds the first row that was changed, removed or reordered.
    Verify,
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match arguments.command.unwrap_or(Command::Serve) {
        Command::Serve => command::serve(arguments.config).await,
        Command::Relay => command::relay(arguments.config).await,
        Command::Migrate => command::migrate(arguments.config).await,
        Command::Demo(options) => command::demo(arguments.config, options).await,
        Command::Backup(options) => command::backup(arguments.config, options).await,
        Command::Restore(options) => command::restore(arguments.config, options).await,
        Command::Doctor => command::doctor(arguments.config).await,
        Command::Audit(AuditCommand::Verify) => command::verify_audit(arguments.config).await,
        Command::Config { reference } => command::config(arguments.config, reference),
    }
}
