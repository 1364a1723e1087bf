//! Names as they are typed, and as printed documents show them.

use crate::document::printable;
use model::{
    errors::FieldError,
    identity::{WrittenName, printed_name},
};

/// Parses a name that printed documents can show, or that comes with a Latin form that they can show.
pub(crate) fn parse_name(name: &str, latin: &str) -> Result<WrittenName, Vec<FieldError>> {
    WrittenName::parse(name, latin, |text| printable(text).is_ok())
}

/// The name as printed documents show it; `None` when they cannot show it.
pub(crate) fn name_on_paper(name: &str, latin: Option<&str>) -> Option<String> {
    printed_name(name, latin, |text| printable(text).is_ok())
}
