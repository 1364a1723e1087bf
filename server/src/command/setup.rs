//! `bedside setup`, and what a start of the server says about setting up.

use super::{begin, chain, print, say};
use crate::{
    config::{Config, keys::Mode},
    postgres,
    serve::{self, AppState, Error},
};
use domain::{
    Domain,
    access::Access,
    directory::{self, FirstLink},
};
use model::ids::RequestId;
use std::{path::PathBuf, process::ExitCode};

/// Prints a link that opens the page on which an empty installation is set up.
pub async fn setup(file: Option<PathBuf>) -> ExitCode {
    let (config, _) = match begin(file) {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    match setup_with(&config).await {
        Ok(Some(link)) => {
            print(&link);
            ExitCode::SUCCESS
        }
        Ok(None) => {
            say("Somebody is an administrator of this installation already, so it is not set up again.");
            ExitCode::FAILURE
        }
        Err(error) => {
            say(&chain(&error));
            ExitCode::FAILURE
        }
    }
}

async fn setup_with(config: &Config) -> Result<Option<String>, Error> {
    let database = postgres::join(config).await?;
    let link = async {
        let domain = serve::attach(config, &database).await?;
        let token = directory::new_setup_link(&domain, &system(&domain)).await;
        domain.close().await;
        Ok::<_, Error>(token?.map(|token| link(config, &token)))
    };
    let link = link.await;
    database.stop().await?;
    link
}

fn system(domain: &Domain) -> Access {
    Access::system(domain.new_id::<RequestId>())
}

fn link(config: &Config, token: &str) -> String {
    config.public_url.link(&format!("/setup/{token}"))
}

/// Prints the first link when a server starts on an empty production database. It goes to the terminal and not into the log, because whoever has it becomes
/// the administrator.
pub(super) async fn announce(state: &AppState) -> Result<(), Error> {
    if state.config.mode != Mode::Production {
        return Ok(());
    }
    match directory::first_setup_link(&state.domain, &system(&state.domain)).await? {
        FirstLink::NotNeeded => {}
        FirstLink::Made(token) => {
            say(&format!("Set up this installation here, within a day: {}", link(&state.config, &token)));
        }
        FirstLink::MadeBefore => {
            tracing::info!("nobody has set this installation up yet; `bedside setup` prints another link");
        }
    }
    Ok(())
}
