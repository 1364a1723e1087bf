//! The kinds of mail.

/// Declares the kinds of mail of an area, each with the text that stands for it in `mails.kind`.
macro_rules! mail_kinds {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $kind:ident = $text:literal,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $($(#[$doc])* $kind,)+
        }

        impl $name {
            /// The kind that is stored as this text; `None` if this area has no such kind.
            pub(crate) fn parse(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$kind),)+
                    _ => None,
                }
            }
        }

        impl From<$name> for &'static str {
            fn from(kind: $name) -> Self {
                match kind {
                    $($name::$kind => $text,)+
                }
            }
        }
    };
}

pub(crate) use mail_kinds;
