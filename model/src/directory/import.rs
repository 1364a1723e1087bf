//! The import of patients from a CSV file.

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
    /// An earlier row has the same name and date of birth.
    Twice,
}

/// What came of reading a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportReport {
    /// How many patients the file has.
    pub rows: u32,
    /// What is wrong, in the order of the file. While anything is, nobody is registered.
    pub faults: Vec<RowFault>,
    /// Whether the patients were registered.
    pub registered: bool,
}
