//! The import of patients, or of postcodes, from a CSV file.

use crate::errors::FieldFault;
use serde::{Deserialize, Serialize};

/// What is wrong with one row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowFault {
    /// The line on which the row begins, counted from 1.
    pub line: u32,
    /// The column.
    pub field: String,
    /// What is wrong.
    pub problem: RowProblem,
}

/// A problem of one row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RowProblem {
    /// A wrong value.
    Value(FieldFault),
    /// A patient is known who is likely the same person, so somebody has to compare them.
    LikelyKnown,
    /// An earlier row has the same name and date of birth, or the same country and postcode.
    Twice,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// How many patients or postcodes the file has.
    pub rows: u32,
    /// What is wrong, in the order of the file. While anything is, nothing is kept.
    pub faults: Vec<RowFault>,
    /// Whether the patients were registered, or the postcodes kept.
    pub registered: bool,
}
