//! What holds for files, without asking anybody.

use crate::access::ResourceKind;
use model::{
    files::{FilePurpose, LONGEST_NAME},
    ids::{ClinicId, DoctorId, PatientId},
};

/// Whose file it is: whose key opens it, and whose room it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owner {
    /// A patient. Destroying the patient's key destroys the file.
    Patient(PatientId),
    /// A clinic.
    Clinic(ClinicId),
    /// A doctor.
    Doctor(DoctorId),
}

/// The two parts of what is stored of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// The content.
    Content,
    /// A small picture of it.
    Thumbnail,
}

impl Part {
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Content => "content",
            Self::Thumbnail => "thumbnail",
        }
    }
}

/// The kind of resource that files of a purpose are, for the policy and the audit.
#[must_use]
pub const fn resource_of(purpose: FilePurpose) -> ResourceKind {
    match purpose {
        FilePurpose::PatientDocument => ResourceKind::Document,
        FilePurpose::LicenceDocument | FilePurpose::QualificationDocument | FilePurpose::DoctorPhoto => ResourceKind::Doctor,
        FilePurpose::PatientPhoto | FilePurpose::InsuranceCardFront | FilePurpose::InsuranceCardBack => ResourceKind::Patient,
        FilePurpose::ClinicLogo => ResourceKind::Clinic,
        FilePurpose::ActingPaper => ResourceKind::Acting,
    }
}

/// The number of parts of a file.
pub(super) fn parts_of(bytes: u64, part_bytes: u32) -> u64 {
    bytes.div_ceil(u64::from(part_bytes))
}

/// The size of a part, by its number from 1; `None` if the file has no such part.
pub(super) fn size_of_part(bytes: u64, part_bytes: u32, number: u32) -> Option<u64> {
    let before = u64::from(number.checked_sub(1)?) * u64::from(part_bytes);
    bytes.checked_sub(before).filter(|rest| *rest > 0).map(|rest| rest.min(part_bytes.into()))
}

/// The name under which a file is saved: ASCII, for a header; the whole name is in its UTF-8 form (RFC 6266).
#[must_use]
pub fn plain_name(name: &str) -> String {
    let kept = |char: char| if char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_' | ' ') { char } else { '_' };
    name.chars().map(kept).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_part_is_what_is_left() {
        let size = |number| size_of_part(2_500, 1_000, number);
        assert_eq!([size(0), size(1), size(2), size(3), size(4)], [None, Some(1_000), Some(1_000), Some(500), None]);
        assert_eq!((size_of_part(2_000, 1_000, 2), size_of_part(2_000, 1_000, 3)), (Some(1_000), None));
        assert_eq!((parts_of(2_500, 1_000), parts_of(2_000, 1_000), parts_of(1, 1_000)), (3, 2, 1));
        assert_eq!(size_of_part(1, 1_000, u32::MAX), None);
    }

    #[test]
    fn a_name_in_a_header_ends_no_header() {
        assert_eq!(plain_name("Befund \"März\"\r\n.pdf"), "Befund _M_rz___.pdf");
    }
}
