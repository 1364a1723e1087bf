//! The keys whose values are words of a list.

use super::value::{KeyValue, text_of, text_values};
use figment::value::Value;
use model::access::Role;
use serde::Serialize;
use std::{fmt, str::FromStr};

/// The mode of operation: whether aids for development are enabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// For real users: nothing is shown that unauthenticated visitors must not see.
    Production,
    /// For developers of Bedside: the mailbox page is available.
    Development,
}

/// The kind of a KMS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kms {
    /// AWS KMS, or a service with its protocol.
    Aws,
    /// The transit engine of HashiCorp Vault or OpenBao.
    Vault,
}

/// Who may shorten the retention of an object of S3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RetentionMode {
    /// Nobody.
    Compliance,
    /// Those with a special permission.
    Governance,
}

/// Who may read files that no virus scanner has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnscannedFiles {
    /// Whoever may read the file.
    Shown,
    /// Only who has added it.
    Hidden,
}

/// The format of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// Lines of text for people.
    Text,
    /// One JSON object per line.
    Json,
}

/// The header in which a proxy writes the address of its client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ForwardedHeader {
    /// `X-Forwarded-For`, a list of addresses.
    #[serde(rename = "x-forwarded-for")]
    XForwardedFor,
    /// `Forwarded` (RFC 7239), a list of elements with the parameter `for`.
    #[serde(rename = "forwarded")]
    Forwarded,
}

/// The text is not one of the choices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not one of the choices")]
pub struct NotAChoice;

impl FromStr for Mode {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "production" => Ok(Self::Production),
            "development" => Ok(Self::Development),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for Mode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Production => "production",
            Self::Development => "development",
        })
    }
}

impl FromStr for Kms {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "aws" => Ok(Self::Aws),
            "vault" => Ok(Self::Vault),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for Kms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Aws => "aws",
            Self::Vault => "vault",
        })
    }
}

impl FromStr for RetentionMode {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "compliance" => Ok(Self::Compliance),
            "governance" => Ok(Self::Governance),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for RetentionMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Compliance => "compliance",
            Self::Governance => "governance",
        })
    }
}

impl FromStr for UnscannedFiles {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "shown" => Ok(Self::Shown),
            "hidden" => Ok(Self::Hidden),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for UnscannedFiles {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Shown => "shown",
            Self::Hidden => "hidden",
        })
    }
}

impl FromStr for LogFormat {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Json => "json",
        })
    }
}

impl FromStr for ForwardedHeader {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        match text {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(NotAChoice),
        }
    }
}

impl fmt::Display for ForwardedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::XForwardedFor => "x-forwarded-for",
            Self::Forwarded => "forwarded",
        })
    }
}

/// A role of the staff: every [`Role`] except that of patients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct StaffRole(Role);

impl StaffRole {
    /// All roles of the staff.
    #[must_use]
    pub fn all() -> Vec<Self> {
        Role::ALL.into_iter().filter(|role| *role != Role::Patient).map(Self).collect()
    }

    /// The role.
    #[must_use]
    pub const fn role(self) -> Role {
        self.0
    }
}

impl FromStr for StaffRole {
    type Err = NotAChoice;

    fn from_str(text: &str) -> Result<Self, NotAChoice> {
        Role::parse(text).filter(|role| *role != Role::Patient).map(Self).ok_or(NotAChoice)
    }
}

impl fmt::Display for StaffRole {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

text_values! {
    StaffRole: "a role of the staff, such as doctor";
    ForwardedHeader: "`x-forwarded-for` or `forwarded`";
    Mode: "`production` or `development`";
    Kms: "`aws` or `vault`";
    LogFormat: "`text` or `json`";
    RetentionMode: "`compliance` or `governance`";
    UnscannedFiles: "`shown` or `hidden`";
}
