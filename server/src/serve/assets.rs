//! Where browsers find our scripts, styles and fonts.

use app::Assets;
use leptos::config::LeptosOptions;
use std::{fs, path::Path};

/// The file in the folder of the bundle that names its version. `cargo xtask bundle` writes it; `cargo leptos watch` does not.
const VERSION: &str = "version";

/// The addresses of the bundle in the site folder, with `origin` before them if browsers load it from elsewhere.
pub(super) fn assets(origin: Option<&str>, options: &LeptosOptions) -> Assets {
    let origin = origin.unwrap_or_default();
    let package = &options.site_pkg_dir;
    let named = Path::new(&*options.site_root).join(&**package).join(VERSION);
    match fs::read_to_string(named) {
        Ok(version) => Assets::versioned(format!("{origin}/{package}/{}", version.trim())),
        Err(_) => Assets::unversioned(origin, package),
    }
}
