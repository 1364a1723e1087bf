//! The catalogue: every sentence that users read, by key, from `locales/<language>/<area>.json` of the crate that says it.
//!
//! Each area has a catalogue of its own in its crate. What all of them say (`common`, `errors`), and what the server writes (`mail`), is here.
//!
//! The catalogues are compiled in (see the crate `catalogue`): a wrong key or a missing argument does not compile. The language is not reactive:
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
//! use words::{Locale, say};
//!
//! assert_eq!(say!(Locale::en, mail.confirm.subject), "Confirm your email address");
//! assert_eq!(say!(Locale::en, mail.greeting, name = "Amara"), "Hello Amara,");
//! ```
//!
//! A sentence without arguments is a `&'static str`, one with arguments a `String`. Sentences are written so that they need no
//! plural; where one is needed, there are two keys `…_singular` and `…_plural`, chosen by [`plural`]
//! (`_one` and `_other` are reserved for the library's own plurals, whose tables are larger than all our sentences).

mod documents;
mod emergency;
mod errors;
mod fees;
mod people;
mod scopes;

pub use catalogue::i18n::Locale;
pub use documents::document_name;
pub use emergency::emergency_message;
pub use errors::{error_message, field_fault_message, role_name};
pub use fees::{fee_briefly, fee_sentence};
pub use people::sex_name;
pub use scopes::scope_name;

use model::format::Names;
use model::text::direction::isolated;

/// Includes the catalogue that the build script of the crate has made, as the module `catalogue`. Used once, in the crate's root.
#[macro_export]
macro_rules! catalogue {
    () => {
        $crate::catalogue! { mod catalogue }
    };
    ($(#[$attribute:meta])* $visibility:vis mod catalogue) => {
        $(#[$attribute])*
        $visibility mod catalogue {
            #![allow(missing_docs, unreachable_pub, unused, clippy::all, clippy::pedantic)]
            include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
        }
    };
}

catalogue! { #[doc(hidden)] pub mod catalogue }

/// `say!(locale, area.key, argument = value)` returns the sentence in that language.
///
/// `common`, `errors` and `mail` are of this crate; any other area must be in the catalogue of the calling crate.
#[macro_export]
#[allow(clippy::crate_in_macro_def, reason = "see the last arm")]
macro_rules! say {
    ($locale:expr, common $($rest:tt)+) => { $crate::__say!(($crate) $locale, common $($rest)+) };
    ($locale:expr, errors $($rest:tt)+) => { $crate::__say!(($crate) $locale, errors $($rest)+) };
    ($locale:expr, mail $($rest:tt)+) => { $crate::__say!(($crate) $locale, mail $($rest)+) };
    // `crate`, not `$crate`: the catalogue of the crate in which the sentence is said.
    ($locale:expr, $($rest:tt)+) => { $crate::__say!((crate) crate::catalogue::i18n::Locale::from($locale), $($rest)+) };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __say {
    (($($home:tt)+) $locale:expr, $($key:ident).+ $(, $argument:ident = $value:expr)* $(,)?) => {{
        #[allow(unused_imports)]
        use $($home)+::catalogue::i18n;
        $crate::reexport::td_string!($locale, $($key).+ $(, $argument = $crate::argument(&($value)))*)
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

/// Returns the names of days and months in a language.
#[must_use]
pub const fn names(l: Locale) -> &'static Names {
    match l {
        Locale::en => &Names::ENGLISH,
        #[cfg(feature = "pseudo")]
        Locale::en_XA => &Names::ENGLISH,
    }
}

/// Parses a language tag; a language that is not in the catalogue becomes English.
#[must_use]
pub fn locale_of(tag: &str) -> Locale {
    tag.parse().unwrap_or(Locale::en)
}

/// The languages of the catalogue: the tag of each, and its name in itself.
pub fn languages() -> impl Iterator<Item = (&'static str, &'static str)> {
    use leptos_i18n::Locale as _;
    let all: &'static [Locale] = Locale::get_all();
    all.iter().map(|locale| (locale.as_str(), say!(*locale, common.language_name)))
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
