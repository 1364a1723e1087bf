//! The router: pages and server functions, static files, and all other HTTP routes.

use super::{
    AppState,
    assets::assets,
    owner::{PageOwner, keep_owner},
    stopped,
};
use crate::{
    downloads,
    edge::{
        self, Intake,
        headers::{Security, Sources, content_security_policy, secure},
        take_in,
    },
    feeds, health, live, mail, oauth, openid, rest, sms, uploads,
};
use admin::RelayReading;
use app::App;
use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    middleware,
};
use kit::{
    foreign_ways::ForeignWays,
    mail_test::MailTest,
    request::{PublicOrigin, RequestContext},
};
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_axum::{ErrorHandler, LeptosRoutes, ResponseOptions, generate_route_list};
use std::path::Path;
use tower_http::{
    compression::{
        CompressionLayer,
        predicate::{DefaultPredicate, NotForContentType, Predicate},
    },
    services::ServeDir,
};

/// All routes of the main listener.
pub fn router(state: &AppState, options: LeptosOptions) -> Router {
    let routes = generate_route_list(App);
    let kinds = routes.iter().map(|route| route.path().to_owned()).collect();
    let body_limit = usize::try_from(state.config.limits.max_body_bytes).unwrap_or(usize::MAX);
    let elsewhere = state.config.assets.base_url.as_ref().map(|url| url.origin());
    let security = Security { https: state.config.public_url.is_https(), assets_elsewhere: elsewhere.is_some() };
    let assets = assets(elsewhere.as_deref(), &options);
    let sources = Sources { assets: elsewhere, reload: reload_sources(&options) };
    let relay = state.relay.clone().map(health::relay_reading);
    let origin = PublicOrigin(state.public_origin.clone());
    let page_context = page_context(relay, mail::mail_test(state.clone()), state.providers.shown(), origin, sources);
    let shell = move |options: LeptosOptions| app::shell(options, &assets);
    // A version has compressed WebAssembly. That of `cargo leptos watch` is sent as it is: compressing its megabytes would take seconds of CPU time.
    // Fonts are compressed already.
    let all_but =
        DefaultPredicate::new().and(NotForContentType::const_new("application/wasm")).and(NotForContentType::const_new("font/"));
    let compression = CompressionLayer::new().compress_when(all_but);
    // Static files, and a "not found" page for paths without a file. leptos_axum's own file handler is not used: for each file it runs
    // `page_context` in the context of whatever page its thread rendered last, and applies that page's headers to the file.
    let missing = ErrorHandler::new_with_context(page_context.clone(), shell.clone(), options.clone());
    let bundle = ServeDir::new(Path::new(&*options.site_root).join(&*options.site_pkg_dir))
        .precompressed_br()
        .precompressed_gzip()
        .append_index_html_on_directories(false);
    let files = ServeDir::new(&*options.site_root)
        .append_index_html_on_directories(false)
        .call_fallback_on_method_not_allowed(true)
        .fallback(missing);
    Router::new()
        .leptos_routes_with_context(state, routes, page_context, {
            let options = options.clone();
            move || shell(options.clone())
        })
        // A missing file here belongs to a version that is gone: whoever asks is a script, which has no use for a page.
        .nest_service(&format!("/{}", options.site_pkg_dir), bundle)
        .merge(live::routes())
        .merge(downloads::routes())
        .merge(openid::routes())
        .merge(oauth::pages())
        .merge(uploads::routes(&state.config))
        .merge(feeds::routes())
        .merge(stopped::routes(kinds))
        .merge(mail::mailbox::routes(&state.config))
        .fallback_service(files)
        .layer(middleware::from_fn(keep_owner))
        .layer(DefaultBodyLimit::max(body_limit))
        .layer(middleware::from_fn_with_state(state.clone(), edge::authenticate))
        .layer(edge::session_layer(&state.domain))
        // Outside the cookie's layer: the REST API accepts only bearer tokens.
        .merge(rest::routes(state))
        .merge(oauth::routes(state))
        .merge(health::routes(state))
        .merge(sms::routes(&state.config))
        .layer(middleware::from_fn_with_state(Intake::new(state.config.clone(), state.limits.clone()), take_in))
        .layer(middleware::from_fn_with_state(security, secure))
        .layer(compression)
        .with_state(state.clone())
}

/// The paths of all pages as `app/src/routes` declares them: `/doctors/:id`.
#[must_use]
pub fn page_paths() -> Vec<String> {
    // axum's router writes `{id}`.
    generate_route_list(App).iter().map(|route| route.path().replace('{', ":").replace('}', "")).collect()
}

/// The sources to add to the content security policy so that pages can connect to `cargo leptos watch`, if it runs this server.
fn reload_sources(options: &LeptosOptions) -> Option<String> {
    std::env::var_os("LEPTOS_WATCH").map(|_| {
        let port = options.reload_external_port.unwrap_or(options.reload_port);
        format!("ws://localhost:{port} ws://127.0.0.1:{port}")
    })
}

/// Provides the context of pages and server functions. At start-up it also runs once without a request, to list the routes.
fn page_context(
    relay: Option<RelayReading>,
    mail_test: MailTest,
    foreign_ways: ForeignWays,
    origin: PublicOrigin,
    sources: Sources,
) -> impl Fn() + Clone + Send + Sync + 'static {
    move || {
        let Some(parts) = use_context::<http::request::Parts>() else { return };
        if let Some(owner) = parts.extensions.get::<PageOwner>() {
            owner.take_current();
        }
        if let Some(request) = parts.extensions.get::<RequestContext>() {
            provide_context(request.clone());
        }
        if let Some(relay) = relay.clone() {
            provide_context(relay);
        }
        provide_context(mail_test.clone());
        provide_context(foreign_ways.clone());
        provide_context(origin.clone());
        if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
            && let Ok(policy) = HeaderValue::from_str(&content_security_policy(&nonce, &sources))
        {
            response.insert_header(header::CONTENT_SECURITY_POLICY, policy);
        }
    }
}
