//! The HTML document around the application.

use crate::{App, routes::bundle_of};
use http::request::Parts;
use jiff::Timestamp;
use kit::request::RequestContext;
use kit::viewer::Viewer;
use leptos::hydration::AutoReload;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use leptos_meta::MetaTags;
use std::collections::BTreeMap;
use words::say;

/// The addresses of the files that every page refers to, each a path or with an origin before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assets {
    /// The folder of the bundle and the style sheet, without a slash at the end.
    bundle: String,
    /// The folder of the content of `public/`, without a slash at the end.
    public: String,
    /// The files that a bundle needs in addition to the main part, without `.wasm`.
    parts: BTreeMap<String, Vec<String>>,
}

impl Assets {
    /// The files of one version, all below `folder`; `parts` names what each bundle needs in addition to the main part, without `.wasm`.
    #[must_use]
    pub fn versioned(folder: String, parts: BTreeMap<String, Vec<String>>) -> Self {
        Self { bundle: folder.clone(), public: folder, parts }
    }

    /// Files without a version, as `cargo leptos watch` makes them: the bundle below `package`, the content of `public/` at the top of `origin`.
    #[must_use]
    pub fn unversioned(origin: &str, package: &str) -> Self {
        Self { bundle: format!("{origin}/{package}"), public: origin.to_owned(), parts: BTreeMap::new() }
    }

    fn of_bundle(&self, file: &str) -> String {
        format!("{}/{file}", self.bundle)
    }

    /// The parts of the WebAssembly that the page at this path needs.
    fn parts_of(&self, path: &str) -> Vec<String> {
        let names = self.parts.get(bundle_of(path)).map(Vec::as_slice).unwrap_or_default();
        names.iter().map(|name| self.of_bundle(&format!("{name}.wasm"))).collect()
    }

    fn of_public(&self, file: &str) -> String {
        format!("{}/{file}", self.public)
    }
}

/// A script that requests the two files of the bundle at once and starts the WebAssembly as soon as the document is parsed. Links in the document would
/// make browsers without scripts load both for nothing.
fn start_script(script: &str, module: &str, parts: &[String]) -> String {
    format!("{}({script:?}, {module:?}, {parts:?});", include_str!("start.js").trim_end())
}

/// A script that tells the server a stranger's time zone, from the next request on. Without it, pages name the time zone of the clinic.
const ZONE_SCRIPT: &str = include_str!("zone.js").trim_ascii();

/// A script that loads this style sheet when the page shows Chinese, Japanese or Korean characters, whether they came with the document or with a later
/// answer, or were typed. The browser tells it by loading the file of the font's first rule, which is in `style/fonts.css`.
fn fonts_script(sheet: &str) -> String {
    format!("{}({sheet:?});", include_str!("fonts.js").trim_end())
}

/// The HTML document. Its scripts carry the nonce of this response; its language and direction are the viewer's.
pub fn shell(options: LeptosOptions, assets: &Assets) -> impl IntoView + use<> {
    let viewer = RequestContext::current().map_or_else(|| Viewer::stranger(Timestamp::UNIX_EPOCH), |request| request.viewer);
    let locale = viewer.locale();
    let name = &options.output_name;
    let style = assets.of_bundle(&format!("{name}.css"));
    let east_asian = assets.of_public("fonts/noto/east-asian.css");
    let (script, module) = (assets.of_bundle(&format!("{name}.js")), assets.of_bundle(&format!("{name}.wasm")));
    let path = use_context::<Parts>().map(|request| request.uri.path().to_owned());
    let parts = assets.parts_of(path.as_deref().unwrap_or("/"));
    view! {
        <!DOCTYPE html>
        <html lang=locale.as_str() dir=locale.direction().as_str()>
            <head>
                <meta charset="utf-8"/>
                {viewer.who.is_none().then(|| view! { <script nonce=use_nonce()>{ZONE_SCRIPT}</script> })}
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#fcfaf6" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#101419" media="(prefers-color-scheme: dark)"/>
                <link rel="icon" href=assets.of_public("favicon.svg") type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link
                    rel="preload"
                    href=assets.of_public("fonts/atkinson-hyperlegible-next-latin.woff2")
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <script nonce=use_nonce()>{fonts_script(&east_asian)}</script>
                <noscript><link rel="stylesheet" href=east_asian/></noscript>
                <link rel="stylesheet" href=style/>
                <script src=assets.of_public("net.js")></script>
                <script src=assets.of_public("upload.js") defer=true></script>
                <template id="stopped">
                    <div class="stopped note bad" role="alert">
                        <strong>{say!(locale, common.stopped.title)}</strong>
                        <p>{say!(locale, common.stopped.body)}</p>
                        <a class="button" href="" rel="external">{say!(locale, common.stopped.reload)}</a>
                    </div>
                </template>
                <script nonce=use_nonce()>{start_script(&script, &module, &parts)}</script>
                <AutoReload options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
