//! The HTML document around the application.

use crate::App;
use jiff::Timestamp;
use kit::request::RequestContext;
use kit::viewer::Viewer;
use leptos::hydration::{AutoReload, HydrationScripts};
use leptos::prelude::*;
use leptos_i18n::Locale as _;
use leptos_meta::MetaTags;
use words::say;

/// The HTML document. Its scripts carry the nonce of this response; its language and direction are the viewer's.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let viewer = RequestContext::current().map_or_else(|| Viewer::stranger(Timestamp::UNIX_EPOCH), |request| request.viewer);
    let locale = viewer.locale();
    let stylesheet = format!("/{}/{}.css", options.site_pkg_dir, options.output_name);
    view! {
        <!DOCTYPE html>
        <html lang=locale.as_str() dir=locale.direction().as_str()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" content="#fcfaf6" media="(prefers-color-scheme: light)"/>
                <meta name="theme-color" content="#101419" media="(prefers-color-scheme: dark)"/>
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link
                    rel="preload"
                    href="/fonts/atkinson-hyperlegible-next-latin.woff2"
                    r#as="font"
                    r#type="font/woff2"
                    crossorigin="anonymous"
                />
                <link rel="stylesheet" href=stylesheet/>
                <script src="/net.js"></script>
                <template id="stopped">
                    <div class="stopped note bad" role="alert">
                        <strong>{say!(locale, common.stopped.title)}</strong>
                        <p>{say!(locale, common.stopped.body)}</p>
                        <a class="button" href="" rel="external">{say!(locale, common.stopped.reload)}</a>
                    </div>
                </template>
                <AutoReload options=options.clone()/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}
