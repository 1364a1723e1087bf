//! The catalogue: every sentence that users read, by key, from `app/locales/<language>/<area>.json`.
//!
//! The catalogue is compiled in (see `build.rs`): a wrong key or a missing argument does not compile. The language is not reactive:
//! a page keeps its language as long as it lives, and changing the language loads the page again. So no text needs an effect.
//!
//! In a component:
//!
//! ```ignore
//! let l = use_locale();
//! view! { <h1>{say!(l, identity.sign_in.title)}</h1> <p>{say!(l, common.home.hello, name = name)}</p> }
//! ```
//!
//! On the server, without Leptos, for a mail or a document:
//!
//! ```
//! use app::i18n::{Locale, say};
//!
//! assert_eq!(say!(Locale::en, mail.confirm.subject), "Confirm your e-mail address");
//! assert_eq!(say!(Locale::en, mail.greeting, name = "Amara"), "Hello Amara,");
//! ```
//!
//! A sentence without arguments is a `&'static str`, one with arguments a `String`. Sentences are written so that they need no
//! plural; where one is needed, there are two keys `…_singular` and `…_plural`, chosen by [`plural`]
//! (`_one` and `_other` are reserved for the library's own plurals, whose tables are larger than all our sentences).

mod errors;

pub use errors::{error_message, field_fault_message, role_name};
pub use generated::i18n::Locale;

/// `say!(locale, area.key, argument = value)` returns the sentence in that language.
#[doc(inline)]
pub use crate::__say as say;

use crate::viewer::use_viewer;
use model::text::direction::isolated;

/// The typed catalogue that `build.rs` generates. Use it through [`say!`].
#[doc(hidden)]
#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic)]
pub mod generated {
    include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));
}

#[doc(hidden)]
#[macro_export]
macro_rules! __say {
    ($locale:expr, $($key:ident).+ $(, $argument:ident = $value:expr)* $(,)?) => {{
        #[allow(unused_imports)]
        use $crate::i18n::generated::i18n;
        $crate::i18n::reexport::td_string!($locale, $($key).+ $(, $argument = $crate::i18n::argument(&($value)))*)
    }};
}

#[doc(hidden)]
pub mod reexport {
    pub use leptos_i18n::td_string;
}

/// Prepares an argument for a sentence: a right-to-left name is isolated, so that it does not change the direction of the text around it.
#[doc(hidden)]
#[must_use]
pub fn argument(value: &impl std::fmt::Display) -> String {
    isolated(&value.to_string()).into_owned()
}

/// The language of this page. Call it at the top of a component, not inside an event handler.
#[must_use]
pub fn use_locale() -> Locale {
    use_viewer().locale()
}

/// Parses a language tag; a language that is not in the catalogue becomes English.
#[must_use]
pub fn locale_of(tag: &str) -> Locale {
    tag.parse().unwrap_or(Locale::en)
}

/// Returns the first language of an `Accept-Language` header (RFC 9110 §12.5.4) that the catalogue has, else English.
#[must_use]
pub fn locale_from_header(accept_language: &str) -> Locale {
    accept_language
        .split(',')
        .filter_map(|range| range.split(';').next())
        .map(str::trim)
        .find_map(|tag| tag.parse().ok().or_else(|| tag.split('-').next()?.parse().ok()))
        .unwrap_or(Locale::en)
}

/// Returns the sentence that fits a number: `one` for 1, otherwise `other`.
#[must_use]
pub fn plural<T>(n: i64, one: T, other: T) -> T {
    if n == 1 { one } else { other }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        assert_eq!(locale_from_header("de-DE,de;q=0.9,en-GB;q=0.8"), Locale::en);
        assert_eq!(locale_from_header(""), Locale::en);
    }

    #[test]
    fn an_unknown_tag_is_english() {
        assert_eq!(locale_of("xx"), Locale::en);
    }
}
