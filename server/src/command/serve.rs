//! `bedside serve`: runs the server.

use super::{begin, chain, say, setup};
use crate::serve;
use leptos::config::{LeptosOptions, get_configuration};
use std::{path::PathBuf, process::ExitCode};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Runs the server until Ctrl-C or SIGTERM.
pub async fn serve(file: Option<PathBuf>) -> ExitCode {
    let (config, metrics) = match begin(file) {
        Ok(begun) => begun,
        Err(code) => return code,
    };
    let options = match leptos_options() {
        Ok(options) => options,
        Err(error) => {
            say(&chain(&error));
            return ExitCode::FAILURE;
        }
    };
    let public_url = config.public_url.origin();
    let schema = serve::Schema::of_server(&config);
    let assembled = match serve::assemble(config, options, metrics, schema).await {
        Ok(assembled) => assembled,
        Err(error) => {
            tracing::error!(error = chain(&error), "the server cannot start");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = setup::announce(&assembled.state).await {
        tracing::warn!(error = chain(&error), "the link for setting up could not be made; `bedside setup` makes one");
    }
    let stop = stop_on_signal();
    let served = serve::serve(assembled, stop, |address| {
        tracing::info!(%address, public_url, "serving");
    })
    .await;
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(error = chain(&error), "the server stopped");
            ExitCode::FAILURE
        }
    }
}

/// The options of Leptos, such as the folder of the site's files. Leptos reads its own `LEPTOS_…` variables.
pub(crate) fn leptos_options() -> Result<LeptosOptions, leptos::config::errors::LeptosConfigError> {
    get_configuration(None).map(|configuration| configuration.leptos_options)
}

/// A token that the first Ctrl-C or SIGTERM cancels. A second signal ends the process immediately.
pub(crate) fn stop_on_signal() -> CancellationToken {
    let stop = CancellationToken::new();
    tokio::spawn({
        let stop = stop.clone();
        async move {
            let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
            else {
                return;
            };
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            tracing::info!("stopping; answers under way are finished first");
            stop.cancel();
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            std::process::exit(130);
        }
    });
    stop
}
