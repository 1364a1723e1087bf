//! What holds for files, without asking anybody.

use crate::access::ResourceKind;
use jiff::{SignedDuration, Timestamp, ToSpan, tz::TimeZone};
use model::{
    files::{FilePurpose, LONGEST_NAME, RECORD_YEARS, RESTORE_DAYS, Retention},
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
        FilePurpose::MessageAttachment => ResourceKind::Conversation,
    }
}

/// For so long a withdrawn file can be brought back.
pub(super) const RESTORED_WITHIN: SignedDuration = SignedDuration::from_hours(24 * RESTORE_DAYS);

/// Until when a file is kept in any case that is added now.
pub(super) fn kept_until(retention: Retention, now: Timestamp) -> Option<Timestamp> {
    match retention {
        Retention::Record => Some(now.to_zoned(TimeZone::UTC).saturating_add(RECORD_YEARS.years()).timestamp()),
        Retention::Personal | Retention::Permanent => None,
    }
}

/// Whether the content of a withdrawn file is to be removed now.
pub(super) fn is_to_be_removed(
    (retention, kept_until): (Retention, Option<Timestamp>),
    withdrawn_at: Timestamp,
    now: Timestamp,
) -> bool {
    let is_kept = match retention {
        Retention::Record => kept_until.is_none_or(|until| until > now),
        Retention::Personal => false,
        Retention::Permanent => true,
    };
    !is_kept && withdrawn_at + RESTORED_WITHIN <= now
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
        // More bytes than 32 bits count.
        let (bytes, part) = (5_000_000_000, 1024 * 1024);
        assert_eq!((parts_of(bytes, part), size_of_part(bytes, part, 4_769)), (4_769, Some(5_000_000_000 - 4_768 * 1_048_576)));
        assert_eq!(size_of_part(bytes, part, 4_770), None);
    }

    #[test]
    fn what_belongs_to_the_record_is_kept_for_years_and_what_is_personal_for_a_month() {
        let (day, now) = (SignedDuration::from_hours(24), "2026-11-28T09:00:00Z".parse::<Timestamp>().unwrap());
        let until = kept_until(Retention::Record, now);
        assert_eq!(until, Some("2036-11-28T09:00:00Z".parse().unwrap()));
        assert_eq!((kept_until(Retention::Personal, now), kept_until(Retention::Permanent, now)), (None, None));
        let removed = |retention, until, after| is_to_be_removed((retention, until), now, now + after);
        assert!(!removed(Retention::Personal, None, day * 29) && removed(Retention::Personal, None, day * 30));
        assert!(!removed(Retention::Record, until, day * 300) && removed(Retention::Record, until, day * 3_700));
        assert!(!removed(Retention::Permanent, None, day * 3_700));
    }

    #[test]
    fn a_name_in_a_header_ends_no_header() {
        assert_eq!(plain_name("Befund \"März\"\r\n.pdf"), "Befund _M_rz___.pdf");
    }
}
