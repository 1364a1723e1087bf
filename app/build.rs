//! Turns the message files under `locales/` into the typed catalogue that `src/i18n` includes.
//!
//! With the feature `pseudo` there is a second language, `en-XA`, generated from the English one: accented, a third longer and
//! in brackets. It reveals sentences that do not come from the catalogue and places that are too narrow, and needs no
//! maintenance.

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};
use std::{env, error::Error, fs, path::Path, path::PathBuf};

#[path = "build/pseudo.rs"]
mod pseudo;

/// The areas of the catalogue; each has one message file.
const NAMESPACES: [&str; 10] =
    ["common", "errors", "identity", "directory", "scheduling", "visits", "records", "prescriptions", "admin", "mail"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=locales");

    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?);
    let source = Path::new("locales");
    let locales = out.join("locales");
    if locales.exists() {
        fs::remove_dir_all(&locales)?;
    }
    copy(&source.join("en"), &locales.join("en"))?;

    let mut config = Config::new("en")?.add_namespaces(NAMESPACES)?;
    if env::var_os("CARGO_FEATURE_PSEUDO").is_some() {
        pseudo::write(&locales.join("en"), &locales.join("en-XA"))?;
        config = config.add_locale("en-XA")?;
    }
    let config = config
        .locales_path(Box::leak(locales.into_boxed_path()) as &'static Path)
        .parse_options(ParseOptions::new().interpolate_display(true));

    let catalogue = parse_locales(None, config)?;
    catalogue.diag.warnings().iter().for_each(|warning| println!("cargo::warning={warning}"));
    catalogue.diag.errors().iter().for_each(|error| println!("cargo::error={error}"));
    let attributes = "#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]".parse()?;
    let module = gen_code(&catalogue, None, false, Some(&attributes), false)?;
    fs::create_dir_all(out.join("i18n"))?;
    fs::write(out.join("i18n/mod.rs"), module.to_string())?;
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
