//! The manifest: the list of files in a backup.

use super::{Error, Place, tree};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

const NAME: &str = "manifest.json";
const FORMAT: u32 = 1;

/// The contents of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The format of the backup; currently 1.
    pub format: u32,
    /// The version of the binary that wrote the backup.
    pub bedside: String,
    /// The number of the newest migration in the backup.
    pub schema_version: i64,
    /// When the backup was started.
    pub at: Timestamp,
    /// The files in the data folder.
    pub data: Vec<Entry>,
    /// The files in the keys folder.
    pub keys: Vec<Entry>,
}

/// One file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Entry {
    /// The path relative to the folder.
    pub path: String,
    /// The size in bytes.
    pub bytes: u64,
    /// The SHA-256 in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Lists the files that were written into both folders.
    pub(super) fn of(place: &Place, schema_version: i64, at: Timestamp) -> Result<Self, Error> {
        let mut data = tree::entries(&place.data)?;
        // If the keys folder is inside the data folder, its files are listed only in `keys`.
        if let Ok(below) = place.keys.strip_prefix(&place.data) {
            data.retain(|entry| !std::path::Path::new(&entry.path).starts_with(below));
        }
        let keys = tree::entries(&place.keys)?;
        Ok(Self { format: FORMAT, bedside: env!("CARGO_PKG_VERSION").to_owned(), schema_version, at, data, keys })
    }

    pub(super) fn write(&self, place: &Place) -> Result<(), Error> {
        let path = place.data.join(NAME);
        let text = serde_json::to_vec_pretty(self).map_err(|error| Error::io("written", &path)(error.into()))?;
        tree::write(&path, &text)
    }

    /// Reads the manifest of a backup.
    pub(super) fn read(place: &Place) -> Result<Self, Error> {
        let path = place.data.join(NAME);
        let text = match std::fs::read(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Error::NoManifest(place.data.clone())),
            Err(error) => return Err(Error::io("read", &path)(error)),
        };
        match serde_json::from_slice::<Self>(&text) {
            Ok(manifest) if manifest.format == FORMAT => Ok(manifest),
            Ok(_) | Err(_) => Err(Error::Manifest(path)),
        }
    }

    /// Compares every file with its entry in the manifest.
    pub(super) fn check(&self, place: &Place) -> Result<(), Error> {
        let data = self.data.iter().map(|entry| (place.data.join(&entry.path), entry));
        let keys = self.keys.iter().map(|entry| (place.keys.join(&entry.path), entry));
        for (path, entry) in data.chain(keys) {
            if !is_below(&entry.path) || !tree::digest(&path).is_ok_and(|there| there == (entry.bytes, entry.sha256.clone())) {
                return Err(Error::Damaged(path));
            }
        }
        Ok(())
    }

    /// The files of the data folder that are below `folder`, by their path relative to it.
    pub(super) fn files_below<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = PathBuf> + 'a {
        self.data.iter().filter_map(move |entry| Some(PathBuf::from(&entry.path).strip_prefix(folder).ok()?.to_owned()))
    }
}

/// Whether a relative path stays inside its folder: no `..`, no root.
fn is_below(path: &str) -> bool {
    std::path::Path::new(path).components().all(|part| matches!(part, std::path::Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_changed_removed_or_leads_elsewhere_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::new(folder.path().join("backup"), None);
        for (path, text) in [("database.dump", "rows"), ("files/a/b", "scan"), ("keys/master.key", "key")] {
            tree::make_folder(place.data.join(path).parent().unwrap()).unwrap();
            tree::write(&place.data.join(path), text.as_bytes()).unwrap();
        }
        let manifest = Manifest::of(&place, 8, Timestamp::UNIX_EPOCH).unwrap();
        let listed = |entries: &[Entry]| entries.iter().map(|entry| entry.path.clone()).collect::<Vec<_>>();
        assert_eq!(
            (listed(&manifest.data), listed(&manifest.keys)),
            (vec!["database.dump".into(), "files/a/b".into()], vec!["master.key".into()])
        );
        assert!(matches!(Manifest::read(&place), Err(Error::NoManifest(_))));
        manifest.write(&place).unwrap();
        assert_eq!(Manifest::read(&place).unwrap(), manifest);
        manifest.check(&place).unwrap();
        assert_eq!(manifest.files_below("files").collect::<Vec<_>>(), [PathBuf::from("a/b")]);

        let mut elsewhere = manifest.clone();
        elsewhere.data[0].path = "../backup/database.dump".into();
        assert!(matches!(elsewhere.check(&place), Err(Error::Damaged(_))));
        std::fs::write(place.data.join("files/a/b"), "scam").unwrap();
        assert!(matches!(manifest.check(&place), Err(Error::Damaged(path)) if path.ends_with("files/a/b")));
        std::fs::remove_file(place.keys.join("master.key")).unwrap();
        assert!(manifest.check(&place).is_err());
    }
}
