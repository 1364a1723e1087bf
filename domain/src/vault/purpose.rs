//! What the keys of the installation are for.

/// What a key is for. Each purpose has keys of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// Wrapping of the patients' keys.
    Wrap,
    /// HMAC over audit rows and seals.
    Audit,
    /// Blind indexes.
    BlindIndex,
    /// Tokens in links.
    Links,
    /// The tokens that a refresh token is exchanged for.
    ApiTokens,
    /// HMAC over requests that carry an idempotency key.
    Idempotency,
    /// Drafts that are not about a patient.
    Drafts,
    /// Ids that must be the same when an event is handled twice: those of mails.
    DerivedIds,
    /// The relay's shared secret, when none is configured.
    Relay,
    /// The secrets of second factors.
    SecondFactor,
    /// The addresses of doctors' calendars outside of Bedside.
    OutsideCalendars,
    /// The key that signs push messages, and the addresses of browsers that take them.
    Push,
}

impl Purpose {
    /// All purposes.
    pub const ALL: [Self; 12] = [
        Self::Wrap,
        Self::Audit,
        Self::BlindIndex,
        Self::Links,
        Self::ApiTokens,
        Self::Idempotency,
        Self::Drafts,
        Self::DerivedIds,
        Self::Relay,
        Self::SecondFactor,
        Self::OutsideCalendars,
        Self::Push,
    ];

    /// The word in the database and on the command line.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Wrap => "wrap",
            Self::Audit => "audit",
            Self::BlindIndex => "blind-index",
            Self::Links => "links",
            Self::ApiTokens => "api-tokens",
            Self::Idempotency => "idempotency",
            Self::Drafts => "drafts",
            Self::DerivedIds => "derived-ids",
            Self::Relay => "relay",
            Self::SecondFactor => "second-factor",
            Self::OutsideCalendars => "outside-calendars",
            Self::Push => "push",
        }
    }

    /// The purpose of this word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == text)
    }

    /// The label under which versions before schema 30 derived the key of the purpose from the master key (HKDF-SHA256, RFC 5869).
    pub(super) fn label(self) -> String {
        format!("bedside/{}/1", self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_purpose_has_a_word_of_its_own() {
        for purpose in Purpose::ALL {
            assert_eq!(Purpose::parse(purpose.as_str()), Some(purpose));
        }
        assert_eq!(Purpose::parse("master"), None);
        assert_eq!(Purpose::BlindIndex.label(), "bedside/blind-index/1");
    }
}
