//! Builds the browser part and the server as cargo-leptos does, with the same settings.
//!
//! The browser part and the server are built by two cargo calls, so that the leptos features `hydrate` and `ssr` are never combined.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use wasm_bindgen_cli_support::Bindgen;

use crate::process::{Attempt, Failure, Outcome, command, for_each, run};
use crate::workspace::{BUNDLE, Workspace};
use crate::{parts, setup};

/// How much the compiler optimises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// For the demonstration and the tests.
    Dev,
    /// For an installation.
    Release,
}

/// The arguments of `wasm-opt`. With `--all-features` it makes a module that Chromium refuses.
const WASM_OPT: &[&str] = &[
    "-Oz",
    "--enable-bulk-memory",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
    "--enable-sign-ext",
    "--enable-mutable-globals",
];

/// Compiles the browser part.
pub(crate) fn compile_frontend(workspace: &Workspace, profile: Profile) -> Outcome {
    let profile_name = match profile {
        Profile::Dev => "dev",
        Profile::Release => "wasm-release",
    };
    let target = ["--target", "wasm32-unknown-unknown", "--profile", profile_name];
    let args = ["build", "-p", "frontend", "--lib", "--features=split"].into_iter().chain(target);
    run(&mut workspace.cargo(args))
}

/// Compiles the server. `domain` is always named too: without it, it would get other features, and every switch between the two sets
/// would cost minutes of building.
pub(crate) fn compile_server(workspace: &Workspace, profile: Profile) -> Outcome {
    let mut cargo = workspace.cargo(["build", "-p", "domain", "-p", "server"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    run(&mut cargo)
}

/// Makes the JavaScript and WebAssembly that the browser loads, unless those of this compilation exist already. Returns their folder.
pub(crate) fn bind(workspace: &Workspace, profile: Profile) -> Outcome<PathBuf> {
    let profile_folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "wasm-release",
    };
    let compiled = workspace.target.join("wasm32-unknown-unknown").join(profile_folder).join("frontend.wasm");
    let folder = workspace.target.join("bindgen");
    let script = folder.join(format!("{BUNDLE}.js"));
    let module = folder.join(format!("{BUNDLE}.wasm"));
    let stamp = workspace.target.join("bindgen.stamp");
    let made_from = fingerprint(&compiled, profile_folder)?;
    if [&script, &module].iter().all(|file| file.is_file()) && fs::read_to_string(&stamp).is_ok_and(|before| before == made_from)
    {
        return Ok(folder);
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).attempt(|| format!("remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).attempt(|| format!("create {}", folder.display()))?;
    let main = workspace.target.join("main.wasm");
    let mut modules = parts::split(&compiled, &main, &folder)?;
    // wasm-bindgen adds `_bg` to the name of the module.
    let as_written = folder.join(format!("{BUNDLE}_bg.wasm"));
    Bindgen::new()
        .input_path(&main)
        .out_name(BUNDLE)
        // The parts use functions of the main module by their names.
        .keep_lld_exports(true)
        .demangle(false)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(&folder))
        .map_err(|error| Failure::because(format!("wasm-bindgen: {error:#}")))?;
    if profile == Profile::Release {
        let program = setup::wasm_opt_program(workspace)?;
        modules.push(as_written.clone());
        for_each(&modules, |file| run(command(&program, WASM_OPT).arg(file).arg("-o").arg(file)))?;
    }
    fs::rename(&as_written, &module).attempt(|| format!("rename {}", as_written.display()))?;
    fs::write(&stamp, made_from).attempt(|| format!("write {}", stamp.display()))?;
    Ok(folder)
}

fn fingerprint(file: &Path, profile: &str) -> Outcome<String> {
    let metadata = fs::metadata(file).attempt(|| format!("read {}", file.display()))?;
    let age = metadata.modified()?.duration_since(UNIX_EPOCH).map_err(|error| Failure::because(error.to_string()))?;
    Ok(format!("{profile} {} {}", age.as_nanos(), metadata.len()))
}
