//! The import of staff from a CSV file.

use crate::errors::FieldFault;
use serde::{Deserialize, Serialize};

/// What is wrong with one row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffRowFault {
    /// The line on which the row begins, counted from 1.
    pub line: u32,
    /// The column.
    pub field: String,
    /// What is wrong.
    pub problem: StaffRowProblem,
}

/// A problem of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StaffRowProblem {
    /// A wrong value.
    Value(FieldFault),
    /// Several clinics have this name.
    ClinicAmbiguous,
    /// An earlier row invites the same person to the same role.
    Twice,
    /// The address is the caller's own: no user gives a role to themselves.
    OwnAddress,
    /// The person holds the role already.
    RoleHeld,
    /// The person is invited to the role already.
    InvitationExists,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffImportReport {
    /// How many rows the file has.
    pub rows: u32,
    /// What is wrong, in the order of the file. While anything is, nobody is invited.
    pub faults: Vec<StaffRowFault>,
    /// Whether the people were invited.
    pub invited: bool,
}
