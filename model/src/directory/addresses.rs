//! The addresses of a patient other than the home address.

use crate::{
    identity::TypedAddress,
    wire::{redacted, words},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

words! {
    /// What a further address is for.
    AddressKind {
        /// Where letters go.
        Postal = "postal",
        /// Where the patient is for some time.
        Temporary = "temporary",
    }
}

/// A further address as it is kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAddress {
    /// The address.
    pub address: TypedAddress,
    /// The first and the last day; only of a temporary one.
    pub days: Option<(Date, Date)>,
}

redacted!(KeptAddress);

/// A further address of a patient, given or not.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressView {
    /// What it is for.
    pub kind: AddressKind,
    /// The address; `None` when none is given.
    pub kept: Option<KeptAddress>,
    /// The version, 0 while none was ever given; needed for a change.
    pub version: i32,
}

redacted!(AddressView);
