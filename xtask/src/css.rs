//! Combines many style sheets into one: each `@import` line is replaced by the file that it names, in order, within its layer.
//! The result means the same as the imports would in the browser (and as cargo-leptos makes it), but needs one request.

use std::fs;
use std::path::{Path, PathBuf};

use crate::process::{Attempt, Failure, Outcome};

/// Returns the text of `entry` with every import inlined.
pub(crate) fn inline(entry: &Path) -> Outcome<String> {
    let mut sheet = String::new();
    append(entry, &mut Vec::new(), &mut sheet)?;
    Ok(sheet)
}

fn append(file: &Path, within: &mut Vec<PathBuf>, sheet: &mut String) -> Outcome {
    let path = file.canonicalize().attempt(|| format!("read {}", file.display()))?;
    if within.contains(&path) {
        return Err(Failure::because(format!("{} imports itself", file.display())));
    }
    let text = fs::read_to_string(&path).attempt(|| format!("read {}", file.display()))?;
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    within.push(path);
    for (index, line) in text.lines().enumerate() {
        let place = || format!("{}:{}", file.display(), index + 1);
        let Some(rest) = line.trim().strip_prefix("@import") else {
            if let Some(target) = relative_url(line) {
                return Err(Failure::because(format!(
                    "{}: url({target}) would be looked for beside the bundle; begin it with /",
                    place()
                )));
            }
            sheet.push_str(line);
            sheet.push('\n');
            continue;
        };
        let import = Import::parse(rest).ok_or_else(|| {
            Failure::because(format!("{}: write @import \"file.css\" [layer(name)] [media]; on one line", place()))
        })?;
        let closing = import.open(sheet);
        append(&folder.join(import.file), within, sheet)?;
        sheet.push_str(closing);
    }
    within.pop();
    Ok(())
}

/// An import: `"file.css" layer(name) media;`, the last two optional.
struct Import<'a> {
    file: &'a str,
    layer: Option<&'a str>,
    media: &'a str,
}

impl<'a> Import<'a> {
    fn parse(rest: &'a str) -> Option<Self> {
        let rest = rest.trim().strip_suffix(';')?.trim_end();
        let (rest, bracketed) = match rest.strip_prefix("url(") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let quote = rest.chars().next().filter(|first| matches!(first, '"' | '\''))?;
        let (file, mut rest) = rest[1..].split_once(quote)?;
        if bracketed {
            rest = rest.strip_prefix(')')?;
        }
        if file.contains("//") {
            return None;
        }
        let rest = rest.trim();
        let (layer, media) = match rest.strip_prefix("layer(") {
            Some(rest) => rest.split_once(')').map(|(layer, media)| (Some(layer.trim()), media.trim()))?,
            None => (None, rest),
        };
        Some(Self { file, layer, media })
    }

    /// Writes what comes before the imported text and returns what comes after it.
    fn open(&self, sheet: &mut String) -> &'static str {
        if !self.media.is_empty() {
            sheet.push_str(&format!("@media {} {{\n", self.media));
        }
        if let Some(layer) = self.layer {
            sheet.push_str(&format!("@layer {layer} {{\n"));
        }
        match (self.layer.is_some(), self.media.is_empty()) {
            (false, true) => "",
            (true, true) | (false, false) => "}\n",
            (true, false) => "}}\n",
        }
    }
}

/// The target of a `url(…)` in the line that is not absolute, not a `data:` URL and not a fragment.
fn relative_url(line: &str) -> Option<&str> {
    line.split("url(").skip(1).find_map(|rest| {
        let target = rest.split(')').next()?.trim().trim_matches(['"', '\'']);
        let fixed = target.starts_with(['/', '#']) || target.starts_with("data:") || target.is_empty();
        (!fixed).then_some(target)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(files: &[(&str, &str)]) -> Outcome<String> {
        let unique = files.iter().map(|(_, text)| text.len()).sum::<usize>();
        let folder = std::env::temp_dir().join(format!("bedside-xtask-css-{}-{}-{unique}", std::process::id(), files.len()));
        for (name, text) in files {
            let path = folder.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let sheet = inline(&folder.join("main.css"));
        fs::remove_dir_all(folder).unwrap();
        sheet
    }

    #[test]
    fn imports_are_inlined_in_order_and_in_their_layer() {
        let got = sheet(&[
            (
                "main.css",
                "@layer base, parts;\n@import \"./base.css\" layer(base);\n@import url('parts/all.css') layer(parts);\n",
            ),
            ("base.css", "a { color: red }\n"),
            ("parts/all.css", "@import \"button.css\" print;\nb { margin: 0 }\n"),
            ("parts/button.css", "button { font: inherit }\n"),
        ]);
        let expected = "@layer base, parts;\n@layer base {\na { color: red }\n}\n\
            @layer parts {\n@media print {\nbutton { font: inherit }\n}\nb { margin: 0 }\n}\n";
        assert_eq!(got.unwrap(), expected);
    }

    #[test]
    fn what_cannot_be_inlined_is_refused() {
        assert!(sheet(&[("main.css", "@import \"https://elsewhere.example/x.css\";\n")]).is_err());
        assert!(sheet(&[("main.css", "@import \"missing.css\";\n")]).is_err());
        assert!(sheet(&[("main.css", "@import \"main.css\";\n/* again */")]).is_err());
    }

    #[test]
    fn a_relative_address_is_refused_and_an_absolute_one_is_kept() {
        assert!(sheet(&[("main.css", "i { background: url(icon.svg) }\n")]).is_err());
        assert!(sheet(&[("main.css", "i { background: url(\"/icon.svg\"), url(data:image/png;base64,AA) }\n")]).is_ok());
    }
}
