//! The specialties of a doctor, as administrators change them.

use super::SpecialtyChoice;
use crate::ids::DoctorId;
use serde::{Deserialize, Serialize};

/// The specialties of a verified doctor, and those to choose from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoctorSpecialties {
    /// The doctor.
    pub doctor: DoctorId,
    /// The doctor's name.
    pub name: String,
    /// The slugs of the doctor's specialties, by name.
    pub chosen: Vec<String>,
    /// Those that are offered, and retired ones that the doctor has, by name.
    pub offered: Vec<SpecialtyChoice>,
    /// The version of the doctor. A change must name it.
    pub version: i32,
}
