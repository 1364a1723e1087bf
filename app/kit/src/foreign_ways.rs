//! Signing in at other providers, as pages show it.

use serde::{Deserialize, Serialize};

/// A provider at which people may sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignWay {
    /// The word in its address: `/sign-in/with/{key}`.
    pub key: String,
    /// Its name.
    pub name: String,
}

/// The providers of the configuration. The server provides them with `provide_context`.
#[derive(Debug, Clone, Default)]
pub struct ForeignWays(pub Vec<ForeignWay>);

macro_rules! troubles {
    ($($(#[doc = $doc:literal])* $name:ident = $word:literal,)*) => {
        /// Why a sign-in at a provider failed. The sign-in page explains it by the word in its address.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Trouble {
            $($(#[doc = $doc])* $name,)*
        }

        impl Trouble {
            /// The word in the address.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)*
                }
            }

            /// The trouble of a word.
            #[must_use]
            pub fn parse(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

troubles! {
    /// There is no provider with the word in the address.
    Unknown = "unknown",
    /// The provider does not answer.
    Down = "down",
    /// The person has refused at the provider.
    Denied = "denied",
    /// It took too long.
    TooLate = "late",
    /// The browser came back twice with the same.
    Used = "used",
    /// Another browser was sent to the provider.
    OtherBrowser = "other-browser",
    /// The answer of the provider does not count.
    Untrusted = "untrusted",
    /// The identity is linked when the owner of the account signs in in another way.
    Link = "link",
    /// The provider has confirmed no address.
    NoAddress = "no-address",
    /// There is no account, and none is made.
    NoAccount = "no-account",
    /// The identity is linked to another account.
    Taken = "taken",
    /// The account is closed.
    Suspended = "closed",
    /// The provider has no way to sign out from here.
    Stays = "stays",
    /// Something failed here.
    Failed = "failed",
}
