//! Where browsers find our scripts, styles and fonts.

use crate::config::Config;
use app::Assets;
use leptos::config::LeptosOptions;
use std::{fs, path::Path};

/// The file in the folder of the bundle that names its version. `cargo xtask bundle` writes it; `cargo leptos watch` does not.
const VERSION: &str = "version";

/// The addresses of the bundle in the configured site folder.
pub(super) fn assets(config: &Config, options: &LeptosOptions) -> Assets {
    let origin = config.assets.base_url.as_ref().map(|url| url.origin()).unwrap_or_default();
    let package = &options.site_pkg_dir;
    let named = Path::new(&*options.site_root).join(&**package).join(VERSION);
    match fs::read_to_string(named) {
        Ok(version) => Assets::versioned(format!("{origin}/{package}/{}", version.trim())),
        Err(_) => Assets::unversioned(&origin, package),
    }
}
