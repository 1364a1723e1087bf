//! What files are for, and which types they may have.

use crate::{errors::FieldFault, text::single_line, wire::words};

/// The longest name of a file, in characters.
pub const LONGEST_NAME: usize = 120;

words! {
    /// What a file is for. Each purpose names who may write and read its files (`domain::filing`), and has its limits here.
    FilePurpose {
        /// A document in a patient's record: a report or a letter from elsewhere, a photo of one.
        PatientDocument = "patient_document",
        /// A document that proves a doctor's licence.
        LicenceDocument = "licence_document",
        /// A document that proves what a doctor has learned: a diploma, a certificate of a specialty.
        QualificationDocument = "qualification_document",
        /// The photo of a doctor, which everybody may see.
        DoctorPhoto = "doctor_photo",
        /// The photo of a patient, for those who may know who the patient is.
        PatientPhoto = "patient_photo",
        /// The front of a patient's insurance card, for the reception.
        InsuranceCardFront = "insurance_card_front",
        /// The back of it.
        InsuranceCardBack = "insurance_card_back",
        /// The logo of a clinic, which is printed in the head of its documents.
        ClinicLogo = "clinic_logo",
        /// The document with which a clinic lets somebody act for a patient.
        ActingPaper = "acting_paper",
        /// A file that is sent with a message of a conversation.
        MessageAttachment = "message_attachment",
    }
}

words! {
    /// The type of a file, by its content.
    FileKind {
        /// PDF (ISO 32000).
        Pdf = "application/pdf",
        /// JPEG.
        Jpeg = "image/jpeg",
        /// PNG.
        Png = "image/png",
        /// WebP.
        Webp = "image/webp",
        /// Text in UTF-8.
        Text = "text/plain",
    }
}

impl FilePurpose {
    /// The purposes of the documents that a doctor's application and licences are checked with.
    pub const CREDENTIALS: [Self; 2] = [Self::LicenceDocument, Self::QualificationDocument];

    /// Whether it is the photo of a person, which is cut to a square.
    #[must_use]
    pub const fn is_photo(self) -> bool {
        match self {
            Self::DoctorPhoto | Self::PatientPhoto => true,
            Self::PatientDocument
            | Self::LicenceDocument
            | Self::QualificationDocument
            | Self::InsuranceCardFront
            | Self::InsuranceCardBack
            | Self::ClinicLogo
            | Self::ActingPaper
            | Self::MessageAttachment => false,
        }
    }

    /// Whether its files are pictures only, so that what is read of them was encoded by the check.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        match self {
            Self::DoctorPhoto | Self::PatientPhoto | Self::InsuranceCardFront | Self::InsuranceCardBack | Self::ClinicLogo => {
                true
            }
            Self::PatientDocument
            | Self::LicenceDocument
            | Self::QualificationDocument
            | Self::ActingPaper
            | Self::MessageAttachment => false,
        }
    }

    /// The types that files of this purpose may have.
    #[must_use]
    pub const fn kinds(self) -> &'static [FileKind] {
        match self {
            Self::PatientDocument | Self::MessageAttachment => {
                &[FileKind::Pdf, FileKind::Jpeg, FileKind::Png, FileKind::Webp, FileKind::Text]
            }
            Self::LicenceDocument | Self::QualificationDocument | Self::ActingPaper => {
                &[FileKind::Pdf, FileKind::Jpeg, FileKind::Png, FileKind::Webp]
            }
            Self::DoctorPhoto | Self::PatientPhoto | Self::InsuranceCardFront | Self::InsuranceCardBack => {
                &[FileKind::Jpeg, FileKind::Png, FileKind::Webp]
            }
            Self::ClinicLogo => &[FileKind::Jpeg, FileKind::Png],
        }
    }

    /// The largest file of this purpose, in bytes.
    #[must_use]
    pub const fn most_bytes(self) -> u64 {
        match self {
            Self::PatientDocument | Self::MessageAttachment => 32 * 1024 * 1024,
            Self::LicenceDocument
            | Self::QualificationDocument
            | Self::DoctorPhoto
            | Self::PatientPhoto
            | Self::InsuranceCardFront
            | Self::InsuranceCardBack
            | Self::ActingPaper => 16 * 1024 * 1024,
            Self::ClinicLogo => 4 * 1024 * 1024,
        }
    }
}

impl FileKind {
    /// Whether it is a picture, which is decoded and written anew.
    #[must_use]
    pub const fn is_picture(self) -> bool {
        match self {
            Self::Jpeg | Self::Png | Self::Webp => true,
            Self::Pdf | Self::Text => false,
        }
    }
}

/// The name of a file as its owner sees it: one line, without the folders that some browsers send before it.
///
/// # Errors
/// Those of [`single_line`].
pub fn parse_name(typed: &str) -> Result<String, FieldFault> {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or(typed);
    single_line(last, LONGEST_NAME)
}
