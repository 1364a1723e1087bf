//! Turns the message files of a crate (`locales/<language>/<area>.json`) into its typed catalogue. For build scripts.
//!
//! Every crate below `app/` that has sentences of its own has a build script of one line, `catalogue::generate(&["identity"])`, and includes the result
//! with `words::catalogue!()`.
//!
//! With the feature `pseudo` of the crate there is a second language, `en-XA`, generated from the English one: accented, a third longer and
//! in brackets. It reveals sentences that do not come from the catalogue and places that are too narrow, and needs no
//! maintenance.

#![allow(clippy::print_stdout, reason = "a build script tells cargo by printing")]

use leptos_i18n_codegen::gen_code;
use leptos_i18n_parser::parse_locales::{
    options::{Config, ParseOptions},
    parse_locales,
};
use std::{env, error::Error, fmt::Write as _, fs, path::Path, path::PathBuf};

mod pseudo;

/// The tags of the languages, the default first; each is a folder of message files.
const LANGUAGES: [&str; 1] = ["en"];
const PSEUDO_LANGUAGE: &str = "en-XA";

/// Generates the module of the catalogue `words` itself, which defines the languages.
///
/// # Errors
/// When a message file is missing or malformed, or the module cannot be written.
pub fn generate_first(areas: &'static [&'static str]) -> Result<(), Box<dyn Error>> {
    write(&generated(areas)?)
}

/// Generates the module of a crate above `words`: its sentences are asked for in the languages of `words`.
///
/// # Errors
/// When a message file is missing or malformed, or the module cannot be written.
pub fn generate(areas: &'static [&'static str]) -> Result<(), Box<dyn Error>> {
    let mut module = generated(areas)?;
    module
        .push_str("impl From<::words::Locale> for i18n::Locale { fn from(language: ::words::Locale) -> Self { match language {");
    for tag in LANGUAGES.into_iter().chain(has_pseudo().then_some(PSEUDO_LANGUAGE)) {
        // The generated enum of languages spells `en-XA` as `en_XA`.
        let language = tag.replace('-', "_");
        write!(module, "::words::Locale::{language} => Self::{language},")?;
    }
    module.push_str("} } }");
    write(&module)
}

fn has_pseudo() -> bool {
    env::var_os("CARGO_FEATURE_PSEUDO").is_some()
}

fn out() -> Result<PathBuf, Box<dyn Error>> {
    Ok(PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?))
}

fn write(module: &str) -> Result<(), Box<dyn Error>> {
    Ok(fs::write(out()?.join("catalogue.rs"), module)?)
}

fn generated(areas: &'static [&'static str]) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=locales");

    let source = Path::new("locales");
    let locales = out()?.join("locales");
    if locales.exists() {
        fs::remove_dir_all(&locales)?;
    }
    for language in LANGUAGES {
        copy(&source.join(language), &locales.join(language))?;
    }

    let [default, others @ ..] = LANGUAGES;
    let mut config = Config::new(default)?.add_locales(others)?.add_namespaces(areas.iter().copied())?;
    if has_pseudo() {
        pseudo::write(&locales.join(default), &locales.join(PSEUDO_LANGUAGE))?;
        config = config.add_locale(PSEUDO_LANGUAGE)?;
    }
    let config = config
        .locales_path(Box::leak(locales.into_boxed_path()) as &'static Path)
        .parse_options(ParseOptions::new().interpolate_display(true));

    let catalogue = parse_locales(None, config)?;
    catalogue.diag.warnings().iter().for_each(|warning| println!("cargo::warning={warning}"));
    catalogue.diag.errors().iter().for_each(|error| println!("cargo::error={error}"));
    let attributes = "#![allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]".parse()?;
    Ok(gen_code(&catalogue, None, false, Some(&attributes), false)?.to_string())
}

fn copy(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
