//! Specialties as administrators manage them.

use crate::ids::SpecialtyId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A specialty in the list of specialties.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialtyRow {
    /// The specialty.
    pub id: SpecialtyId,
    /// The identifier used in URLs and forms. It stays when the name changes.
    pub slug: String,
    /// The name.
    pub name: String,
    /// Whether it is not offered any more.
    pub retired: bool,
    /// How many doctors and applicants have it.
    pub doctors: i64,
    /// The version, needed to change it.
    pub version: i32,
}

/// A specialty, with what it was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManagedSpecialty {
    /// What it is now.
    pub specialty: SpecialtyRow,
    /// Its versions, newest first; empty if it was never changed by an administrator.
    pub history: Vec<SpecialtyVersion>,
}

/// A version of a specialty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecialtyVersion {
    /// The number of the version.
    pub version: i32,
    /// The name.
    pub name: String,
    /// Whether it was retired.
    pub retired: bool,
    /// The name of the administrator who made it, if one did.
    pub by: Option<String>,
    /// When it was made, if that is known.
    pub at: Option<Timestamp>,
}
