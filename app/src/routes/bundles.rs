//! The pages of each bundle: WebAssembly that the browser loads when the first of its pages is opened, so that a patient does not load the pages of
//! the admins.
//!
//! Only browsers split (feature `split`, set by `cargo xtask`); on the server, and for `cargo leptos watch`, a page is called directly.

#[cfg(all(feature = "split", target_family = "wasm"))]
pub(super) use split::{from_bundle, until_loaded};

/// The bundle of the page at this path, as `pages!` declares it. The document requests it together with the main part, so that the browser need not wait
/// for one after the other.
#[cfg(feature = "ssr")]
pub(crate) fn bundle_of(path: &str) -> &'static str {
    let segments: Vec<&str> = path.split('/').filter(|segment| !segment.is_empty()).collect();
    match segments.as_slice() {
        ["visits", _] => "call",
        ["doctor", "visits", _] => "consult",
        ["doctor", ..] => "doctor",
        ["admin", ..] => "admin",
        ["desk" | "ward" | "pharmacy" | "laboratory", ..] => "staff",
        ["patient" | "appointments" | "waiting" | "book" | "messages" | "prescriptions" | "letters" | "visits", ..] => "patient",
        _ => "open",
    }
}

/// Compares [`bundle_of`] with the declaration of the page that is being rendered, so that the two cannot differ: a build with debug assertions, as the
/// tests use it, renders no page whose bundle it does not know. In a release the document would only request the wrong bundle, or none.
#[cfg(feature = "ssr")]
pub(super) fn check(declared: &str) {
    let request = || leptos::prelude::use_context::<http::request::Parts>();
    if let Some(request) = cfg!(debug_assertions).then(request).flatten() {
        let path = request.uri.path();
        debug_assert_eq!(bundle_of(path), declared, "the bundle of the page at {path}, which `pages!` declares");
    }
}

/// Makes each page a [`leptos_router::ChooseView`] of the same name that loads its bundle first: `pages! { bundle: area { Page, … } … }`.
macro_rules! pages {
    ($bundle:ident: $($area:ident { $($page:ident),+ $(,)? })+) => { $($(
        #[derive(Clone, Copy)]
        struct $page;

        #[cfg(not(all(feature = "split", target_family = "wasm")))]
        impl leptos_router::ChooseView for $page {
            async fn choose(self) -> leptos::prelude::AnyView {
                #[cfg(feature = "ssr")]
                $crate::routes::bundles::check(stringify!($bundle));
                leptos::prelude::IntoAny::into_any($area::$page())
            }

            async fn preload(&self) {}
        }

        #[cfg(all(feature = "split", target_family = "wasm"))]
        const _: () = {
            use leptos::{prelude::{AnyView, IntoAny}, wasm_split::{SplitLoaderError, wasm_split}};

            // The symbols of the split are made of this name, so it has to be the page's.
            #[allow(non_snake_case)]
            #[wasm_split($bundle, wasm_split_path = leptos::wasm_split, fallible, preload(load))]
            fn $page() -> Result<AnyView, SplitLoaderError> {
                Ok($area::$page().into_any())
            }

            impl leptos_router::ChooseView for $page {
                async fn choose(self) -> AnyView {
                    $crate::routes::bundles::from_bundle($page().await)
                }

                async fn preload(&self) {
                    $crate::routes::bundles::until_loaded(load().await).await;
                }
            }
        };
    )+)+ };
}

#[cfg(all(feature = "split", target_family = "wasm"))]
mod split {
    use leptos::{prelude::*, wasm_split::SplitLoaderError};
    use leptos_router::hooks::use_url;

    /// Waits for ever if the bundle of the first page could not be loaded: the page then stays as the server has rendered it, and its links and forms
    /// work without WebAssembly.
    pub(in crate::routes) async fn until_loaded(loaded: Result<(), SplitLoaderError>) {
        let reacts = || document().document_element().is_some_and(|root| root.has_attribute("data-reacts"));
        if loaded.is_err() && !reacts() {
            std::future::pending::<()>().await;
        }
    }

    /// The page; or, when its bundle could not be loaded (no network, or a version that is gone), the same address loaded from the server.
    pub(in crate::routes) fn from_bundle(page: Result<AnyView, SplitLoaderError>) -> AnyView {
        page.unwrap_or_else(|_| {
            let url = use_url();
            Effect::new(move || {
                let url = url.get();
                let query = if url.search().is_empty() { String::new() } else { format!("?{}", url.search()) };
                let address = format!("{}{query}", url.path());
                // A navigation that fails shows the browser's own page about it.
                let _ = window().location().assign(&address);
            });
            ().into_any()
        })
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::bundle_of;

    #[test]
    fn a_path_belongs_to_the_bundle_of_its_page() {
        for (path, bundle) in [
            ("/", "open"),
            ("/doctors/1", "open"),
            ("/doctor", "doctor"),
            ("/doctor/visits/1", "consult"),
            ("/doctor/visits/1/prescription", "doctor"),
            ("/visits/1", "call"),
            ("/visits/1/summary", "patient"),
            ("/letters/1", "patient"),
            ("/messages/1", "patient"),
            ("/doctor/messages/1", "doctor"),
            ("/desk/patients/1", "staff"),
            ("/laboratory", "staff"),
        ] {
            assert_eq!(bundle_of(path), bundle, "{path}");
        }
    }
}
