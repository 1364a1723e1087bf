//! The folder of files that the server serves.
//!
//! Everything that a page refers to is in `pkg/<version>/`: the bundle, the style sheet, and a copy of `public/`. The version is made of the content
//! of all these files, so browsers may keep them for ever, and a page never mixes files of two versions. `pkg/version` names it; the server reads
//! it when it starts. Next to each file is its compressed form, so that the server compresses nothing itself. The content of `public/` is also at the
//! top of the folder, for what browsers and robots request by a fixed name.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use crate::bundle::{self, Profile};
use crate::process::{Attempt, Failure, Outcome, command, for_each, run};
use crate::workspace::{BUNDLE, Workspace};
use crate::{css, setup};

/// The kinds of files that are worth compressing, by their extension. Fonts are compressed already.
const COMPRESSIBLE: &[&str] = &["css", "js", "svg", "wasm"];

/// The file in `pkg/` that names the version.
const VERSION: &str = "version";

/// Fills the folder that the server serves.
pub(crate) fn assemble(workspace: &Workspace, profile: Profile) -> Outcome {
    let files = collect(workspace, profile)?;
    let version = version_of(&files, profile);
    let (site, public) = (workspace.site(), workspace.root.join("public"));
    let package = site.join("pkg");
    mirror(&public, &site, std::slice::from_ref(&package))?;
    let folder = package.join(&version);
    let named = package.join(VERSION);
    if folder.is_dir() && fs::read_to_string(&named).is_ok_and(|before| before == version) {
        return Ok(());
    }
    if package.exists() {
        fs::remove_dir_all(&package).attempt(|| format!("remove {}", package.display()))?;
    }
    let mut compressible = Vec::new();
    for (path, content) in &files {
        let path = folder.join(path);
        let parent = path.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).attempt(|| format!("create {}", parent.display()))?;
        fs::write(&path, content).attempt(|| format!("write {}", path.display()))?;
        if path.extension().is_some_and(|extension| COMPRESSIBLE.iter().any(|kind| extension == *kind)) {
            compressible.push(path);
        }
    }
    // Installed before several files ask for it at the same time.
    let brotli = if profile == Profile::Release { Some(setup::brotli_program()?) } else { None };
    for_each(&compressible, |file| compress(file, brotli))?;
    fs::write(&named, version).attempt(|| format!("write {}", named.display()))
}

/// The files of a version: their paths below its folder, in order, and their content.
fn collect(workspace: &Workspace, profile: Profile) -> Outcome<Vec<(PathBuf, Vec<u8>)>> {
    let bound = bundle::bind(workspace, profile)?;
    let mut files = Vec::new();
    read_below(&bound, Path::new(""), &mut files)?;
    read_below(&workspace.root.join("public"), Path::new(""), &mut files)?;
    let style = css::inline(&workspace.root.join("style/main.css"))?;
    files.push((format!("{BUNDLE}.css").into(), beside_the_sheet(&style).into_bytes()));
    files.sort_unstable();
    match files.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        Some(twice) => Err(Failure::because(format!("public/{} has the name of a file of the bundle", twice[0].0.display()))),
        None => Ok(files),
    }
}

/// Adds all files below `folder`, with their paths below it.
fn read_below(folder: &Path, below: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) -> Outcome {
    let here = folder.join(below);
    for entry in fs::read_dir(&here).attempt(|| format!("read {}", here.display()))? {
        let entry = entry?;
        let path = below.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            read_below(folder, &path, files)?;
        } else {
            let content = fs::read(entry.path()).attempt(|| format!("read {}", entry.path().display()))?;
            files.push((path, content));
        }
    }
    Ok(())
}

/// The style sheet with the addresses of `public/` relative to itself, because a copy of `public/` is in the same folder.
fn beside_the_sheet(style: &str) -> String {
    style.replace("url(\"/", "url(\"").replace("url('/", "url('").replace("url(/", "url(")
}

/// 16 hexadecimal digits that depend on the paths and the content of all files. The profile counts too, because a release is compressed more.
fn version_of(files: &[(PathBuf, Vec<u8>)], profile: Profile) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    (profile == Profile::Release).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Writes the compressed forms of a file next to it: gzip, which every browser takes, and in a release, which has the program, Brotli, which is
/// smaller and takes much longer to make.
fn compress(file: &Path, brotli: Option<&str>) -> Outcome {
    let level = if brotli.is_some() { "-9" } else { "-6" };
    run(command("gzip", [level, "--keep", "--force", "--no-name"]).arg(file))?;
    brotli.map_or(Ok(()), |program| run(command(program, ["--best", "--keep", "--force"]).arg(file)))
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

    #[test]
    fn a_version_depends_on_names_content_and_profile() {
        let files = |name: &str, content: &str| vec![(PathBuf::from(name), content.as_bytes().to_vec())];
        let version = |name, content, profile| version_of(&files(name, content), profile);
        let first = version("a.js", "1", Profile::Dev);
        assert_eq!(first, version("a.js", "1", Profile::Dev));
        assert_eq!(first.len(), 16);
        for other in [("b.js", "1", Profile::Dev), ("a.js", "2", Profile::Dev), ("a.js", "1", Profile::Release)] {
            assert_ne!(first, version(other.0, other.1, other.2), "{other:?}");
        }
    }

    #[test]
    fn the_sheet_finds_fonts_beside_itself() {
        let sheet = "src: url(\"/fonts/a.woff2\"); mask: url('/b.svg'), url(/c.svg), url(data:x), url(#d)";
        let expected = "src: url(\"fonts/a.woff2\"); mask: url('b.svg'), url(c.svg), url(data:x), url(#d)";
        assert_eq!(beside_the_sheet(sheet), expected);
    }
}
