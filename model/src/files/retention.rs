//! How long files are kept.

use super::FilePurpose;
use crate::wire::words;

/// For so many days a document that was marked as entered in error can be brought back. Then its content is removed, unless it is kept longer.
pub const RESTORE_DAYS: i64 = 30;

/// For so many years the documents of a record are kept after they were added (§ 630f (3) of the German Civil Code: ten years after the treatment).
pub const RECORD_YEARS: i16 = 10;

words! {
    /// How long a file is kept.
    Retention {
        /// A part of the clinic's records: until its end date, also when it was marked as entered in error.
        Record = "record",
        /// What a person keeps with us as long as they want: it is removed some time after they took it out.
        Personal = "personal",
        /// Never removed, because signed documents may need it.
        Permanent = "permanent",
    }
}

impl FilePurpose {
    /// How long a file of this purpose is kept, if the clinic's side added it.
    #[must_use]
    pub const fn retention(self) -> Retention {
        match self {
            Self::PatientDocument | Self::LicenceDocument | Self::QualificationDocument | Self::ActingPaper => Retention::Record,
            // It is kept as long as its conversation.
            Self::MessageAttachment => Retention::Personal,
            Self::DoctorPhoto | Self::PatientPhoto | Self::InsuranceCardFront | Self::InsuranceCardBack => Retention::Personal,
            Self::ClinicLogo => Retention::Permanent,
        }
    }

    /// The same, if the patient or somebody who acts for the patient added it: their own documents are theirs.
    #[must_use]
    pub const fn retention_for_patient(self) -> Retention {
        match self {
            Self::PatientDocument => Retention::Personal,
            Self::LicenceDocument
            | Self::QualificationDocument
            | Self::ActingPaper
            | Self::DoctorPhoto
            | Self::PatientPhoto
            | Self::InsuranceCardFront
            | Self::InsuranceCardBack
            | Self::ClinicLogo
            | Self::MessageAttachment => self.retention(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_of_the_patient_is_theirs_and_one_of_a_doctor_belongs_to_the_record() {
        assert_eq!(FilePurpose::PatientDocument.retention_for_patient(), Retention::Personal);
        assert_eq!(FilePurpose::PatientDocument.retention(), Retention::Record);
        assert_eq!(FilePurpose::ActingPaper.retention_for_patient(), Retention::Record);
        assert_eq!(FilePurpose::ClinicLogo.retention(), Retention::Permanent);
    }
}
