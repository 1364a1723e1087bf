//! Who people are: names, numbers and addresses that cannot hold a wrong value.
//!
//! Each type is made by `parse` at the edge and says with a [`FieldFault`](crate::errors::FieldFault) what is wrong. Those that
//! hold personal data or a secret show nothing of it in `Debug`, and have no `Display`: showing them is a decision.

mod birth;
mod email;
mod name;
mod number;
mod numbering;
mod password;
mod phone;

pub use birth::{DateFault, DateFields, DateOfBirth, DatePart};
pub use email::EmailAddress;
pub use name::{LatinName, PersonName, WrittenName, name_search_key, printed_name};
pub use number::PersonNumber;
pub use password::{Password, TypedPassword};
pub use phone::PhoneNumber;
