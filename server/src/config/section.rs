//! Each key is declared once; the declaration provides its field, documentation, default and bounds, and the code that reads it.

use super::{
    faults::Fault,
    value::{KeyValue, text_of},
};
use figment::Figment;
use std::ops::RangeInclusive;

/// A key in the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeyAbout {
    /// The key with its section: `relay.port_min`.
    pub(crate) path: String,
    /// The documentation of the field, one entry per line.
    pub(crate) text: Vec<&'static str>,
    /// The kind of value that it takes.
    pub(crate) kind: String,
    /// The smallest and the largest value.
    pub(crate) bounds: Option<String>,
    /// The default as it would be written in the file; none when there is none.
    pub(crate) default: Option<String>,
}

/// A section in the reference, with its keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SectionAbout {
    /// The section's name; empty for the keys outside any section.
    pub(crate) name: &'static str,
    /// The documentation of the section, one entry per line.
    pub(crate) text: Vec<&'static str>,
    /// Its keys, in order.
    pub(crate) keys: Vec<KeyAbout>,
}

/// Reads keys from the merged sources and collects faults.
pub(crate) struct Reader<'a> {
    figment: &'a Figment,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    pub(crate) const fn new(figment: &'a Figment) -> Self {
        Self { figment, faults: Vec::new() }
    }

    pub(crate) fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    /// The value of a key, or its default. A faulty value gives the default too, so that reading continues and finds all faults.
    pub(crate) fn key<T: KeyValue>(&mut self, path: &str, default: T) -> T {
        let Ok(value) = self.figment.find_value(path) else { return default };
        if let Some(read) = T::read(&value) {
            return read;
        }
        let wrong = match text_of(&value) {
            Some(text) if !T::IS_SECRET => format!("is `{text}`"),
            _ => "is of the wrong kind".to_owned(),
        };
        self.faults.push(Fault::new(path, wrong, format!("Write {}.", T::kind())).from(self.origin(path)));
        default
    }

    /// Like [`Reader::key`], for a number with bounds.
    pub(crate) fn bounded<T>(&mut self, path: &str, default: T, bounds: &RangeInclusive<T>) -> T
    where
        T: KeyValue + PartialOrd + Copy + std::fmt::Display,
    {
        let value = self.key(path, default);
        if bounds.contains(&value) {
            return value;
        }
        let remedy = format!("Write a whole number, {}.", bounds_text(bounds));
        self.faults.push(Fault::new(path, format!("is {value}"), remedy).from(self.origin(path)));
        default
    }

    fn origin(&self, path: &str) -> Option<String> {
        origin_of(self.figment, path)
    }
}

/// The file or variable from which the value of a key came.
pub(crate) fn origin_of(figment: &Figment, path: &str) -> Option<String> {
    figment.find_metadata(path).map(|metadata| metadata.name.to_string())
}

pub(crate) fn bounds_text<T: std::fmt::Display>(bounds: &RangeInclusive<T>) -> String {
    format!("{} to {}", bounds.start(), bounds.end())
}

pub(crate) fn join(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// Declares a section: `name: Type = default, in bounds, shown "default in words";`, and after `with` its nested sections.
macro_rules! section {
    (
        $(#[doc = $about:literal])*
        $name:ident at $section:literal {
            $(
                $(#[doc = $doc:literal])*
                $key:ident: $type:ty = $default:expr $(, in $bounds:expr)? $(, shown $shown:literal)?;
            )*
        }
        $(with { $($(#[doc = $inner_doc:literal])* $inner:ident: $inner_type:ty;)* })?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, serde::Serialize)]
        pub struct $name {
            $($(#[doc = $doc])* pub $key: $type,)*
            $($($(#[doc = $inner_doc])* pub $inner: $inner_type,)*)?
        }

        impl $name {
            pub(crate) fn read(reader: &mut $crate::config::section::Reader<'_>) -> Self {
                use $crate::config::section::{join, section};
                Self {
                    $($key: section!(@read reader, join($section, stringify!($key)), $type, $default $(, $bounds)?),)*
                    $($($inner: <$inner_type>::read(reader),)*)?
                }
            }

            pub(crate) fn about() -> Vec<$crate::config::section::SectionAbout> {
                use $crate::config::{section::{KeyAbout, SectionAbout, join, section}, value::KeyValue};
                #[allow(unused_mut, reason = "only the section that holds others adds to it")]
                let mut all = vec![SectionAbout {
                    name: $section,
                    text: vec![$($about.trim()),*],
                    keys: vec![$(KeyAbout {
                        path: join($section, stringify!($key)),
                        text: vec![$($doc.trim()),*],
                        kind: <$type as KeyValue>::kind(),
                        bounds: section!(@bounds $($bounds)?),
                        default: section!(@shown $type, $default $(, $shown)?),
                    },)*],
                }];
                $($(all.extend(<$inner_type>::about());)*)?
                all
            }
        }
    };
    (@read $reader:ident, $path:expr, $type:ty, $default:expr) => {
        $reader.key::<$type>(&$path, $default)
    };
    (@read $reader:ident, $path:expr, $type:ty, $default:expr, $bounds:expr) => {
        $reader.bounded::<$type>(&$path, $default, &$bounds)
    };
    (@bounds) => { None };
    (@bounds $bounds:expr) => { Some($crate::config::section::bounds_text(&$bounds)) };
    (@shown $type:ty, $default:expr) => {{
        let default: $type = $default;
        default.shown()
    }};
    (@shown $type:ty, $default:expr, $shown:literal) => { Some($shown.to_owned()) };
}
pub(crate) use section;
