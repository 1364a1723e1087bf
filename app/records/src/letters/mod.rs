//! Letters of doctors: written and issued by the doctor of a visit, read and downloaded by the patient.

mod form;
mod lists;
mod parts;
mod sheet;
mod show;

pub use form::{
    ChangeLetter, ChangeLetterValues, EditLetterPage, LetterValues, LoadNewLetter, NewLetterPage, WriteLetter, WriteLetterValues,
    change_letter, load_new_letter, write_letter,
};
pub use lists::{DoctorLettersPage, ListLettersOf, list_letters_of};
pub use show::{
    DiscardLetter, DiscardLetterValues, DoctorLetterPage, IssueLetter, IssueLetterValues, LetterPage, ReadLetter, WithdrawLetter,
    WithdrawLetterValues, discard_letter, issue_letter, read_letter, withdraw_letter,
};

pub(super) use lists::OwnLetters;
pub(super) use parts::{LetterList, StateTag, kind_name};
pub(super) use sheet::SharedLetter;
