//! Helpers for the files of an installation.

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

/// Writes a file that only its owner can read, and creates its folder.
pub(crate) fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Writes the master key of an installation into this folder.
pub(crate) fn write_master_key(var_dir: &Path, key: &[u8]) {
    write(&var_dir.join("keys/master.key"), &hex(key));
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
