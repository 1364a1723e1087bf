//! `cargo xtask demo`: builds and starts the demonstration clinic from a fresh clone.

use std::net::{Ipv4Addr, TcpListener};

use crate::bundle::{self, Profile};
use crate::process::{Failure, Outcome, run};
use crate::progress::Steps;
use crate::setup::{self, Purpose};
use crate::site;
use crate::workspace::Workspace;

/// Builds and runs the demonstration until it ends or Ctrl-C is pressed; the server prints the address and the sign-ins.
pub(crate) fn demo(workspace: &Workspace, port: u16) -> Outcome {
    // Check now, so that the user does not learn it after ten minutes of building.
    if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_err() {
        let other = port.checked_add(1).unwrap_or(3000);
        return Err(Failure::because(format!(
            "port {port} is taken, perhaps by another demonstration; try `cargo xtask demo --port {other}`"
        )));
    }
    let mut steps = Steps::of(5);
    steps.step("Looking what is missing", || setup::setup(workspace, Purpose::Demo))?;
    steps.step("Building the browser part", || bundle::compile_frontend(workspace, Profile::Dev))?;
    steps.step("Assembling the site", || site::assemble(workspace, Profile::Dev))?;
    steps.step("Building the server", || bundle::compile_server(workspace, Profile::Dev))?;
    steps.step("Starting the clinic", || run(&mut workspace.server(Profile::Dev, ["demo", "--port", &port.to_string()])))
}
