//! `bedside demo`: starts a demonstration clinic from scratch and prints its address and sign-ins.

use super::{
    chain, load_from, print, say,
    serve::{leptos_options, stop_on_signal},
};
use crate::{
    config::{Config, Sources},
    serve, telemetry,
};
use domain::{
    access::Access,
    demo::{self, Demonstration},
};
use model::ids::RequestId;
use serde_json::json;
use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Instant,
};

/// Options of `bedside demo`.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// The port on 127.0.0.1.
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// The folder for the data, keys and mails of the demonstration.
    #[arg(long, default_value = "var", value_name = "FOLDER")]
    var_dir: PathBuf,
}

/// Fills the demonstration clinic if it does not exist yet, serves it, and prints its address and sign-ins.
pub async fn demo(file: Option<PathBuf>, options: Options) -> ExitCode {
    let url = format!("http://localhost:{}", options.port);
    let sources = Sources::of_this_process(file)
        .with("mode", "development")
        .with("var_dir", options.var_dir.display().to_string())
        .with("listen", SocketAddr::from(([127, 0, 0, 1], options.port)).to_string())
        .with("public_url", &url)
        .with("relay.listen", "127.0.0.1:0")
        .with("metrics.listen", "")
        // Its people sign in with a password that everybody knows.
        .with("sign_in.second_factor_roles", "");
    let config = match load_from(&sources) {
        Ok(config) => config,
        Err(code) => return code,
    };
    match crate::postgres::set_aside_without_keys(&config.var_dir) {
        Ok(None) => {}
        Ok(Some(aside)) => {
            say(&format!("the keys of an earlier demonstration are gone; its database is now {}", aside.display()))
        }
        Err(error) => say(&format!("the database of an earlier demonstration cannot be moved away: {error}")),
    }
    match Box::pin(run(config, &options.var_dir, &url)).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&chain(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn run(config: Config, var_dir: &Path, url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let metrics = telemetry::init(&config.log)?;
    let stop = stop_on_signal();
    let began = Instant::now();
    tracing::info!("starting the database");
    let assembled = serve::assemble(config, leptos_options()?, metrics, serve::Schema::Migrated).await?;
    tracing::info!("filling the demonstration clinic, if it is not there yet");
    let domain = &assembled.state.domain;
    let access = Access::system(domain.new_id::<RequestId>());
    let demonstration = demo::fill(domain, &access).await?;
    tracing::info!(filled = demonstration.filled, elapsed_ms = began.elapsed().as_millis(), "the clinic is there");
    write(&var_dir.join("demo.json"), &demonstration, url)?;
    let page = sheet(&demonstration, url);
    serve::serve(assembled, stop, move |_| print(&page)).await?;
    Ok(())
}

/// Writes the address, the sign-ins and the paths of all pages as JSON, for scripts.
fn write(path: &Path, demonstration: &Demonstration, url: &str) -> Result<(), Box<dyn std::error::Error>> {
    let sign_ins: Vec<_> = demonstration
        .sign_ins
        .iter()
        .map(|one| json!({ "role": one.role, "name": one.name, "email": one.email, "password": demo::PASSWORD }))
        .collect();
    let content = json!({
        "url": url,
        "open_appointment": demonstration.open_appointment,
        "sign_ins": sign_ins,
        "pages": serve::page_paths(),
    });
    std::fs::write(path, serde_json::to_vec_pretty(&content)?)?;
    Ok(())
}

/// The address and the sign-ins as text, for people.
fn sheet(demonstration: &Demonstration, url: &str) -> String {
    let mut lines = vec![String::new(), format!("  Bedside is ready: {url}"), String::new()];
    for one in &demonstration.sign_ins {
        lines.push(format!("  {:<16} {:<24} {}", one.role.as_str().replace('_', " "), one.email, one.name));
    }
    lines.push(String::new());
    lines.push(format!("  Password for all: {}", demo::PASSWORD));
    lines.push(format!("  Mail that was written: {url}/dev/mail"));
    lines.push("  A visit of the patient and the doctor above is open now. Stop with Ctrl-C.".to_owned());
    lines.push(String::new());
    lines.join("\n")
}
