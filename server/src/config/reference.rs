//! The reference of all keys, as in `docs/configuration.md`: generated from the declarations, never written by hand.

use super::{
    Config,
    section::{KeyAbout, SectionAbout},
};
use std::fmt::Write;

const INTRODUCTION: &str = "# Configuration

<!-- Written by `bedside config --reference`. Change the comments in server/src/config/keys.rs, not this file. -->

Bedside runs without any configuration. What should differ stands in a file, in the environment, or both:

- The file is TOML: the one given by `--config`, else by `BEDSIDE_CONFIG`, else `bedside.toml` in the working directory.
- A variable is `BEDSIDE_` and the key in capitals, with two underscores after the section: `BEDSIDE_RELAY__PORT_MIN=50000`
  sets `relay.port_min`. The items of a list stand with commas between them. Variables win over the file.
- `DATABASE_URL` is read as well.

All of it is checked at the start, and every fault is named at once. `bedside check` checks the world around it too.
";

/// The complete reference, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut page = INTRODUCTION.to_owned();
    for section in Config::about() {
        section_text(&mut page, &section);
    }
    page
}

fn section_text(page: &mut String, section: &SectionAbout) {
    let title = if section.name.is_empty() { "Top of the file".to_owned() } else { format!("`[{}]`", section.name) };
    // Writing to a String cannot fail.
    let _ = writeln!(page, "\n## {title}\n\n{}", section.text.join(" "));
    for key in &section.keys {
        key_text(page, key);
    }
}

fn key_text(page: &mut String, key: &KeyAbout) {
    let variable = format!("BEDSIDE_{}", key.path.replace('.', "__").to_ascii_uppercase());
    let bounds = key.bounds.as_ref().map(|bounds| format!(", {bounds}")).unwrap_or_default();
    let default = key.default.as_ref().map_or("none".to_owned(), |default| format!("`{default}`"));
    let _ = writeln!(page, "\n### `{}`\n\n{}\n", key.path, key.text.join(" "));
    let _ = writeln!(page, "- Value: {}{bounds}", key.kind);
    let _ = writeln!(page, "- Default: {default}");
    let _ = writeln!(page, "- Variable: `{variable}`");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn the_reference_in_docs_is_the_one_of_this_code() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/configuration.md");
        if std::env::var_os("UPDATE_DOCS").is_some() {
            std::fs::write(&path, reference()).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            written == reference(),
            "docs/configuration.md is not what the code says. Run `UPDATE_DOCS=1 cargo test -p server reference` and look at it."
        );
    }

    #[test]
    fn every_key_and_section_is_documented() {
        for section in Config::about() {
            assert!(!section.text.is_empty(), "[{}] says nothing", section.name);
            for key in section.keys {
                assert!(!key.text.is_empty(), "{} says nothing", key.path);
            }
        }
    }
}
