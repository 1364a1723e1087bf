//! Splits the WebAssembly by portal (docs/adr/0020-parts-of-the-wasm.md).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use wasm_encoder::{Module, RawSection};
use wasm_split_cli_support::Options;
use wasmparser::{Parser, Payload};

use crate::process::{Attempt, Failure, Outcome};
use crate::workspace::BUNDLE;

/// Splits the compiled module: the main part goes to `main`, the others and the script that loads them to `folder`, with `parts.json`, which says
/// which files each bundle needs. Returns the other parts.
pub(crate) fn split(compiled: &Path, main: &Path, folder: &Path) -> Outcome<Vec<PathBuf>> {
    let module = fs::read(compiled).attempt(|| format!("read {}", compiled.display()))?;
    let script = format!("./{BUNDLE}.js");
    let mut options = Options::new(&module);
    options.output_dir = folder;
    options.main_out_path = main;
    options.link_name = "./parts.js";
    options.main_module = &script;
    let split = wasm_split_cli_support::transform(options).map_err(|error| Failure::because(format!("wasm_split: {error:#}")))?;
    for part in &split.split_modules {
        remove_names(part)?;
    }
    let needed: BTreeMap<_, _> = split.prefetch_map.into_iter().collect();
    let needed = serde_json::to_vec(&needed).map_err(|error| Failure::because(error.to_string()))?;
    let named = folder.join("parts.json");
    fs::write(&named, needed).attempt(|| format!("write {}", named.display()))?;
    Ok(split.split_modules)
}

/// Removes the names of functions from a module: each part has those of all parts.
fn remove_names(file: &Path) -> Outcome {
    let bytes = fs::read(file).attempt(|| format!("read {}", file.display()))?;
    let malformed = |error: &dyn std::error::Error| Failure::because(format!("{}: {error}", file.display()));
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(&bytes) {
        let payload = payload.map_err(|error| malformed(&error))?;
        if matches!(&payload, Payload::CustomSection(section) if section.name() == "name") {
            continue;
        }
        if let Some((id, range)) = payload.as_section() {
            let at = |place: u64| usize::try_from(place).map_err(|error| malformed(&error));
            module.section(&RawSection { id, data: &bytes[at(range.start)?..at(range.end)?] });
        }
    }
    fs::write(file, module.finish()).attempt(|| format!("write {}", file.display()))
}
