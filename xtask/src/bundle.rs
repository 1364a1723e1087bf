//! Builds the site and the server as cargo-leptos does: with the same folders, file names and settings.
//!
//! The browser part and the server are built by two cargo calls, so that the leptos features `hydrate` and `ssr` are never combined.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;

use wasm_bindgen_cli_support::Bindgen;

use crate::process::{Attempt, Failure, Outcome, command, run};
use crate::workspace::{BUNDLE, Workspace};
use crate::{css, setup};

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
    let args = ["build", "-p", "frontend", "--lib", "--target", "wasm32-unknown-unknown", "--profile", profile_name];
    let mut cargo = workspace.cargo(args);
    keep_types(&mut cargo, profile);
    run(&mut cargo)
}

/// Keeps the types of views in a release build: the variable overrides `--cfg erase_components` of `.cargo/config.toml`. The browser part
/// and the server must agree, or the page does not hydrate.
fn keep_types(cargo: &mut Command, profile: Profile) {
    if profile == Profile::Release {
        cargo.env("RUSTFLAGS", "");
    }
}

/// Fills the folder that the server serves: `pkg/` with the compiled browser part and the styles, and the content of `public/`.
pub(crate) fn assemble_site(workspace: &Workspace, profile: Profile) -> Outcome {
    let package = workspace.site().join("pkg");
    fs::create_dir_all(&package).attempt(|| format!("create {}", package.display()))?;
    bind(workspace, profile, &package)?;
    write_if_changed(&package.join(format!("{BUNDLE}.css")), css::inline(&workspace.root.join("style/main.css"))?.as_bytes())?;
    mirror(&workspace.root.join("public"), &workspace.site(), &[package])
}

/// Compiles the server. `domain` is always named too: without it, it would get other features, and every switch between the two sets
/// would cost minutes of building.
pub(crate) fn compile_server(workspace: &Workspace, profile: Profile) -> Outcome {
    let mut cargo = workspace.cargo(["build", "-p", "domain", "-p", "server"]);
    if profile == Profile::Release {
        cargo.arg("--release");
    }
    keep_types(&mut cargo, profile);
    run(&mut cargo)
}

/// Makes the JavaScript and WebAssembly that the browser loads, unless those of this compilation exist already.
fn bind(workspace: &Workspace, profile: Profile, package: &Path) -> Outcome {
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "wasm-release",
    };
    let compiled = workspace.target.join("wasm32-unknown-unknown").join(folder).join("frontend.wasm");
    let script = package.join(format!("{BUNDLE}.js"));
    let module = package.join(format!("{BUNDLE}.wasm"));
    let stamp = workspace.target.join("site.stamp");
    let compressed = package.join(format!("{BUNDLE}.wasm.gz"));
    let made_from = fingerprint(&compiled, folder)?;
    if [&script, &module, &compressed].iter().all(|file| file.is_file())
        && fs::read_to_string(&stamp).is_ok_and(|before| before == made_from)
    {
        return Ok(());
    }
    // wasm-bindgen adds `_bg` to the name. Leptos requests the plain name because LEPTOS_OUTPUT_NAME was set at compile time.
    let as_written = package.join(format!("{BUNDLE}_bg.wasm"));
    Bindgen::new()
        .input_path(&compiled)
        .out_name(BUNDLE)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .web(true)
        .and_then(|bindgen| bindgen.generate(package))
        .map_err(|error| Failure::because(format!("wasm-bindgen: {error:#}")))?;
    if profile == Profile::Release {
        run(command(setup::wasm_opt_program(workspace)?, WASM_OPT).arg(&as_written).arg("-o").arg(&as_written))?;
    }
    fs::rename(&as_written, &module).attempt(|| format!("rename {}", as_written.display()))?;
    // The server sends this file to clients that accept gzip; it does not compress files of this size itself.
    run(command("gzip", ["--keep", "--force", "--no-name"]).arg(&module))?;
    fs::write(&stamp, made_from).attempt(|| format!("write {}", stamp.display()))
}

fn fingerprint(file: &Path, profile: &str) -> Outcome<String> {
    let metadata = fs::metadata(file).attempt(|| format!("read {}", file.display()))?;
    let age = metadata.modified()?.duration_since(UNIX_EPOCH).map_err(|error| Failure::because(error.to_string()))?;
    Ok(format!("{profile} {} {}", age.as_nanos(), metadata.len()))
}

/// Makes `to` an exact copy of `from`, except that the folders in `keep` stay. Unchanged files are not touched.
fn mirror(from: &Path, to: &Path, keep: &[PathBuf]) -> Outcome {
    fs::create_dir_all(to).attempt(|| format!("create {}", to.display()))?;
    for entry in fs::read_dir(from).attempt(|| format!("read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            mirror(&entry.path(), &target, keep)?;
        } else {
            let content = fs::read(entry.path()).attempt(|| format!("read {}", entry.path().display()))?;
            write_if_changed(&target, &content)?;
        }
    }
    for entry in fs::read_dir(to)? {
        let path = entry?.path();
        let wanted = path.file_name().is_some_and(|name| from.join(name).exists()) || keep.contains(&path);
        if !wanted {
            let removed = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            removed.attempt(|| format!("remove {}", path.display()))?;
        }
    }
    Ok(())
}

fn write_if_changed(path: &Path, content: &[u8]) -> Outcome {
    if fs::read(path).is_ok_and(|before| before == content) {
        return Ok(());
    }
    fs::write(path, content).attempt(|| format!("write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_copies_removes_and_keeps() {
        let folder = std::env::temp_dir().join(format!("bedside-xtask-mirror-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        for (path, text) in [
            ("from/fonts/a.woff2", "a"),
            ("from/icon.svg", "new"),
            ("to/icon.svg", "old"),
            ("to/stale/b.txt", "b"),
            ("to/pkg/c.js", "c"),
        ] {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        mirror(&from, &to, &[to.join("pkg")]).unwrap();
        assert_eq!(fs::read_to_string(to.join("fonts/a.woff2")).unwrap(), "a");
        assert_eq!(fs::read_to_string(to.join("icon.svg")).unwrap(), "new");
        assert!(!to.join("stale").exists());
        assert!(to.join("pkg/c.js").exists());
        fs::remove_dir_all(folder).unwrap();
    }
}
