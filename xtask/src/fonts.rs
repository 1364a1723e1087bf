//! Fonts for the scripts that the pages' own font lacks: Noto Sans from npm, cut into slices of which a browser loads those that a page needs.
//!
//! Everything is put into `public/fonts/noto`, which git ignores, so that each way of building the site finds it there. `style/fonts.css` names the
//! slices of all scripts but the East Asian ones. Those have hundreds of slices, so their rules are made here and are a style sheet of their own, which
//! only pages with such characters load (docs/adr/0023-fonts.md).

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::RangeInclusive;
use std::path::Path;

use crate::process::{Attempt, Failure, Outcome};
use crate::setup;
use crate::workspace::Workspace;

/// The style sheet of the East Asian slices. It is written last, so it shows that everything is there.
const SHEET: &str = "east-asian.css";

/// The name under which pages use the East Asian slices.
const FAMILY: &str = "Noto Sans East Asian";

/// The packages with Chinese characters and kana. The first one that has a character draws it: most names with such characters are Chinese, and most of
/// those are written with the simplified forms.
const HAN: [&str; 3] = ["noto-sans-sc", "noto-sans-jp", "noto-sans-tc"];

/// The package whose hangul is used.
const KOREAN: &str = "noto-sans-kr";

/// The characters of Korean only.
const HANGUL: [RangeInclusive<u32>; 4] = [0x1100..=0x11FF, 0x3130..=0x318F, 0xA960..=0xA97F, 0xAC00..=0xD7FF];

/// A part of a font: a file, and the characters for which a browser loads it.
#[derive(Debug, PartialEq, Eq)]
struct Slice {
    file: String,
    characters: BTreeSet<u32>,
}

/// Fills `public/fonts/noto`, unless it is there already. Only the first time needs the network.
pub(crate) fn install(workspace: &Workspace) -> Outcome {
    let declared = workspace.root.join("style/fonts");
    let style = text_of(&workspace.root.join("style/fonts.css"))?;
    let lock = text_of(&declared.join("package-lock.json"))?;
    let header = header(&style, &lock);
    let folder = workspace.root.join("public/fonts/noto");
    let sheet = folder.join(SHEET);
    if fs::read_to_string(&sheet).is_ok_and(|made| made.starts_with(&header)) {
        return Ok(());
    }
    // The packages are in the target folder, so that a new clone that shares it downloads nothing.
    let installed = workspace.tools().join("fonts");
    fs::create_dir_all(&installed).attempt(|| format!("create {}", installed.display()))?;
    for name in [".npmrc", "package.json", "package-lock.json"] {
        fs::copy(declared.join(name), installed.join(name)).attempt(|| format!("copy style/fonts/{name}"))?;
    }
    setup::npm_packages(&installed)?;

    let packages = installed.join("node_modules/@fontsource-variable");
    let slices = east_asian(&packages, &east_asian_blocks(&style)?)?;
    let mut wanted: BTreeSet<&str> = files_of(&style).collect();
    wanted.extend(slices.iter().map(|slice| slice.file.as_str()));
    if folder.exists() {
        fs::remove_dir_all(&folder).attempt(|| format!("remove {}", folder.display()))?;
    }
    fs::create_dir_all(&folder).attempt(|| format!("create {}", folder.display()))?;
    for entry in fs::read_dir(&packages).attempt(|| format!("read {}", packages.display()))? {
        let package = entry?;
        let name = package.file_name().to_string_lossy().into_owned();
        fs::copy(package.path().join("LICENSE"), folder.join(format!("OFL-{name}.txt")))
            .attempt(|| format!("copy the licence of {name}"))?;
        for file in fs::read_dir(package.path().join("files")).attempt(|| format!("read the files of {name}"))? {
            let file = file?;
            if file.file_name().to_str().is_some_and(|name| wanted.remove(name)) {
                fs::copy(file.path(), folder.join(file.file_name())).attempt(|| format!("copy {}", file.path().display()))?;
            }
        }
    }
    if let Some(missing) = wanted.first() {
        return Err(Failure::because(format!("no package of style/fonts has the file {missing}")));
    }
    let rules: String = slices.iter().map(rule).collect();
    fs::write(&sheet, header + &rules).attempt(|| format!("write {}", sheet.display()))
}

/// The first line of the sheet, which depends on everything that the folder is made from.
fn header(style: &str, lock: &str) -> String {
    let mut hasher = DefaultHasher::new();
    (style, lock, include_str!("fonts.rs")).hash(&mut hasher);
    format!("/* Made by cargo xtask from style/fonts, version {:016x}. */\n", hasher.finish())
}

/// The files that `style/fonts.css` refers to.
fn files_of(style: &str) -> impl Iterator<Item = &str> {
    style.split("url(\"/fonts/noto/").skip(1).filter_map(|rest| rest.split_once('"').map(|(file, _)| file))
}

/// The characters for which a page loads the sheet, as `style/fonts.css` says.
fn east_asian_blocks(style: &str) -> Outcome<Vec<RangeInclusive<u32>>> {
    let family = format!("font-family: \"{FAMILY}\"");
    let rest = style.split_once(&family).and_then(|(_, rest)| rest.split_once("unicode-range:"));
    let blocks = rest.and_then(|(_, rest)| rest.split_once(';')).map(|(blocks, _)| blocks);
    ranges(blocks.ok_or_else(|| Failure::because(format!("style/fonts.css gives {FAMILY:?} no characters")))?)
}

/// The slices of all packages that have East Asian characters, each character in one slice only.
fn east_asian(packages: &Path, blocks: &[RangeInclusive<u32>]) -> Outcome<Vec<Slice>> {
    let mut slices = Vec::new();
    let mut taken: BTreeSet<u32> = BTreeSet::new();
    for package in HAN.into_iter().chain([KOREAN]) {
        let file = packages.join(package).join("unicode.json");
        let subsets: BTreeMap<String, String> = serde_json::from_str(&text_of(&file)?)
            .map_err(|error| Failure::because(format!("cannot read {}: {error}", file.display())))?;
        let before = slices.len();
        for (subset, characters) in subsets {
            let characters: BTreeSet<u32> = ranges(&characters)?
                .into_iter()
                .flatten()
                .filter(|character| within(blocks, *character))
                .filter(|character| within(&HANGUL, *character) == (package == KOREAN))
                .filter(|character| !taken.contains(character))
                .collect();
            if !characters.is_empty() {
                let subset = subset.trim_matches(['[', ']']);
                slices.push(Slice { file: format!("{package}-{subset}-wght-normal.woff2"), characters });
            }
        }
        taken.extend(slices[before..].iter().flat_map(|slice| &slice.characters));
    }
    Ok(slices)
}

fn within(blocks: &[RangeInclusive<u32>], character: u32) -> bool {
    blocks.iter().any(|block| block.contains(&character))
}

/// The ranges of a `unicode-range`: `U+4E00-9FFF, U+3007`.
fn ranges(text: &str) -> Outcome<Vec<RangeInclusive<u32>>> {
    let range = |range: &str| {
        let digits = range.trim().strip_prefix("U+")?;
        let (first, last) = digits.split_once('-').unwrap_or((digits, digits));
        Some(u32::from_str_radix(first, 16).ok()?..=u32::from_str_radix(last, 16).ok()?)
    };
    let unknown = |part: &str| Failure::because(format!("{part:?} is not a range of characters"));
    text.split(',').map(|part| range(part).ok_or_else(|| unknown(part))).collect()
}

/// The `@font-face` rule of a slice, on one line. The file is next to the sheet.
fn rule(slice: &Slice) -> String {
    format!(
        "@font-face{{font-family:\"{FAMILY}\";src:url(\"{}\")format(\"woff2\");font-weight:100 900;font-display:swap;unicode-range:{}}}\n",
        slice.file,
        unicode_range(&slice.characters)
    )
}

/// Writes characters as a `unicode-range`, neighbours as one range.
fn unicode_range(characters: &BTreeSet<u32>) -> String {
    let mut runs: Vec<(u32, u32)> = Vec::new();
    for &character in characters {
        match runs.last_mut() {
            Some((_, last)) if *last + 1 == character => *last = character,
            _ => runs.push((character, character)),
        }
    }
    let written = |(first, last): &(u32, u32)| {
        if first == last { format!("U+{first:X}") } else { format!("U+{first:X}-{last:X}") }
    };
    runs.iter().map(written).collect::<Vec<_>>().join(",")
}

fn text_of(file: &Path) -> Outcome<String> {
    fs::read_to_string(file).attempt(|| format!("read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const STYLE: &str = include_str!("../../style/fonts.css");

    #[test]
    fn ranges_are_read_and_written() {
        let read: BTreeSet<u32> = ranges("U+4e00-4e02, U+3007,U+4E03").unwrap().into_iter().flatten().collect();
        assert_eq!(unicode_range(&read), "U+3007,U+4E00-4E03");
        for wrong in ["", "4E00", "U+", "U+4E00-", "U+4E0?"] {
            assert!(ranges(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn each_character_is_in_the_slice_of_the_first_package_that_has_it() {
        let folder = std::env::temp_dir().join(format!("bedside-xtask-fonts-{}", std::process::id()));
        let subsets = [
            ("noto-sans-sc", r#"{"[4]": "U+4e00-4e01,U+ac00", "latin": "U+0041"}"#),
            ("noto-sans-jp", r#"{"[0]": "U+4e01-4e02", "[1]": "U+4e00"}"#),
            ("noto-sans-tc", r#"{"[9]": "U+4e02,U+1f600"}"#),
            ("noto-sans-kr", r#"{"[7]": "U+4e03,U+ac00-ac01"}"#),
        ];
        for (package, subsets) in subsets {
            fs::create_dir_all(folder.join(package)).unwrap();
            fs::write(folder.join(package).join("unicode.json"), subsets).unwrap();
        }
        let slices = east_asian(&folder, &east_asian_blocks(STYLE).unwrap()).unwrap();
        fs::remove_dir_all(folder).unwrap();
        let got: Vec<_> = slices.iter().map(|slice| (slice.file.as_str(), unicode_range(&slice.characters))).collect();
        let expected = [
            ("noto-sans-sc-4-wght-normal.woff2", "U+4E00-4E01"),
            ("noto-sans-jp-0-wght-normal.woff2", "U+4E02"),
            ("noto-sans-kr-7-wght-normal.woff2", "U+AC00-AC01"),
        ];
        assert_eq!(got, expected.map(|(file, characters)| (file, characters.to_owned())));
        assert!(rule(&slices[1]).contains("src:url(\"noto-sans-jp-0-wght-normal.woff2\")"));
    }

    #[test]
    fn the_style_sheet_names_files_and_claims_no_character_twice() {
        let files: Vec<_> = files_of(STYLE).collect();
        assert!(files.contains(&"noto-sans-arabic-arabic-wght-normal.woff2"), "{files:?}");
        let mut claimed = BTreeSet::new();
        // Those of Atkinson Hyperlegible Next overlap on purpose: a letter takes its marks from the same file.
        let (_, noto) = STYLE.split_once("/* Noto Sans").unwrap();
        for rest in noto.split("unicode-range:").skip(1) {
            let (text, _) = rest.split_once(';').unwrap();
            for character in ranges(text).unwrap().into_iter().flatten() {
                assert!(claimed.insert(character), "U+{character:04X} is claimed twice");
                assert!(character >= 0x100 && !(0x2000..0x2C00).contains(&character), "U+{character:04X} is on every page");
            }
        }
    }
}
