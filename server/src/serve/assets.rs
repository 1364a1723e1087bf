//! Where browsers find our scripts, styles and fonts.

use app::Assets;
use leptos::config::LeptosOptions;
use std::{fs, path::Path};

/// The file in the folder of the bundle that names its version. `cargo xtask bundle` writes it; `cargo leptos watch` does not.
const VERSION: &str = "version";

/// The file of a version that says which files each bundle needs.
const PARTS: &str = "parts.json";

/// The addresses of the bundle in the site folder, with `origin` before them if browsers load it from elsewhere.
pub(super) fn assets(origin: Option<&str>, options: &LeptosOptions) -> Assets {
    let origin = origin.unwrap_or_default();
    let package = &options.site_pkg_dir;
    let folder = Path::new(&*options.site_root).join(&**package);
    match fs::read_to_string(folder.join(VERSION)) {
        Ok(version) => {
            let version = version.trim();
            let parts = fs::read(folder.join(version).join(PARTS)).ok();
            // A bundle that was not split has no such file.
            let parts = parts.and_then(|parts| serde_json::from_slice(&parts).ok()).unwrap_or_default();
            Assets::versioned(format!("{origin}/{package}/{version}"), parts)
        }
        Err(_) => Assets::unversioned(origin, package),
    }
}
