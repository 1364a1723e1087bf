//! What was changed in the details of a patient, in the profile or a licence of a doctor, or in an account, by whom and when.

use super::KeptAddress;
use crate::{
    identity::TypedAddress,
    money::Money,
    wire::{redacted, words},
};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

words! {
    /// A detail of a person that has versions. Those of the patient's profile have the names of its fields.
    DetailField {
        /// The full name.
        Name = "name",
        /// The name in Latin letters.
        LatinName = "latin_name",
        /// The date of birth.
        DateOfBirth = "date_of_birth",
        /// The phone number.
        Phone = "phone",
        /// The address at home.
        HomeAddress = "home_address",
        /// The address for letters.
        PostalAddress = "postal_address",
        /// The address for some time.
        TemporaryAddress = "temporary_address",
        /// The time zone.
        TimeZone = "time_zone",
        /// The name by which the patient wants to be called.
        PreferredName = "preferred_name",
        /// The sex that matters for medicine.
        Sex = "sex",
        /// The gender, in the patient's words.
        Gender = "gender",
        /// Whom to call in an emergency.
        EmergencyName = "emergency_name",
        /// Who that is to the patient.
        EmergencyRelation = "emergency_relation",
        /// The phone number of that person.
        EmergencyPhone = "emergency_phone",
        /// The insurer.
        InsurancePayer = "insurance_payer",
        /// The patient's number as a member.
        InsuranceNumber = "insurance_number",
        /// The blood type.
        BloodType = "blood_type",
        /// The pharmacy, with its address.
        Pharmacy = "pharmacy",
        /// What patients read about a doctor.
        About = "about",
        /// The specialties of a doctor.
        Specialties = "specialties",
        /// The languages that a doctor speaks.
        Languages = "languages",
        /// What a doctor has learned and where.
        Qualifications = "qualifications",
        /// What a visit costs.
        Fee = "fee",
        /// The insurer against malpractice.
        CoverInsurer = "cover_insurer",
        /// The number of that insurance.
        CoverNumber = "cover_number",
        /// Its last day.
        CoverUntil = "cover_until",
        /// The number of a licence.
        LicenceNumber = "licence_number",
        /// The authority that issued it.
        LicenceAuthority = "licence_authority",
        /// The country of the authority.
        LicenceCountry = "licence_country",
        /// The state or province in which it is valid.
        LicenceRegion = "licence_region",
        /// When it was issued.
        LicenceIssued = "licence_issued",
        /// The last day on which it is valid.
        LicenceExpires = "licence_expires",
        /// Where its review is.
        LicenceState = "licence_state",
        /// What the administrator has written about it.
        LicenceReply = "licence_reply",
        /// The language of an account.
        Language = "language",
        /// What a doctor calls a kind of visit.
        VisitTypeName = "visit_type_name",
        /// How doctor and patient meet.
        VisitTypeMode = "visit_type_mode",
        /// How many minutes it takes, or `usual`.
        VisitTypeMinutes = "visit_type_minutes",
        /// What it costs, or `usual`.
        VisitTypeFee = "visit_type_fee",
        /// The minutes that the doctor needs before it, or `usual`.
        VisitTypeBefore = "visit_type_buffer_before",
        /// The minutes that the doctor needs after it, or `usual`.
        VisitTypeAfter = "visit_type_buffer_after",
        /// Whether patients can book it: `yes` or `no`.
        VisitTypeOffered = "visit_type_offered",
        /// Whether the doctor confirms each visit: `yes` or `no`.
        VisitTypeApproval = "visit_type_approval",
        /// Whether there is a link to a meeting: `yes` or `no`.
        VisitTypeLink = "visit_type_meeting_link",
    }
}

impl DetailField {
    /// Whether the desk of a clinic that keeps the record sees it on the patient's page; the rest is the patient's own affair.
    #[must_use]
    pub const fn is_known_at_desk(self) -> bool {
        matches!(self, Self::Name | Self::LatinName | Self::DateOfBirth | Self::Phone | Self::HomeAddress)
    }
}

/// What a detail was in one version.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum DetailValue {
    /// A text, or a word of the field.
    Text(String),
    /// Texts, or language tags.
    List(Vec<String>),
    /// A date.
    Date(Date),
    /// The address at home.
    Address(TypedAddress),
    /// A further address.
    Further(KeptAddress),
    /// An amount.
    Fee(Money),
}

redacted!(DetailValue);

impl DetailValue {
    /// A text; `None` when it is empty.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Option<Self> {
        Some(text.into()).filter(|text| !text.is_empty()).map(Self::Text)
    }

    /// Several texts; `None` when there are none.
    #[must_use]
    pub fn list(texts: Vec<String>) -> Option<Self> {
        Some(texts).filter(|texts| !texts.is_empty()).map(Self::List)
    }

    /// The value in lines, as programs get it: dates in ISO 8601, an address with the code of its country at the end, then the first and the last day of a temporary
    /// one; a fee as its amount in minor units, then its currency.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Text(text) => vec![text.clone()],
            Self::List(texts) => texts.clone(),
            Self::Date(date) => vec![date.to_string()],
            Self::Address(address) => address_lines(address),
            Self::Further(KeptAddress { address, days }) => {
                let days = days.iter().flat_map(|(first, last)| [first.to_string(), last.to_string()]);
                address_lines(address).into_iter().chain(days).collect()
            }
            Self::Fee(fee) => vec![fee.minor.to_string(), fee.currency.as_str().to_owned()],
        }
    }
}

fn address_lines(address: &TypedAddress) -> Vec<String> {
    let parts = [&address.line_1, &address.line_2, &address.postcode, &address.town, &address.country];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect()
}

/// One detail before and after a change.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetailChange {
    /// Which one.
    pub field: DetailField,
    /// What it was; `None` for nothing.
    pub before: Option<DetailValue>,
    /// What it is since; `None` for nothing.
    pub after: Option<DetailValue>,
}

redacted!(DetailChange);

/// A change of one or more details.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeView {
    /// When.
    pub at: Timestamp,
    /// The name of the person who made it.
    pub by: String,
    /// Which licence (its authority and number) or visit type (its name) was changed; `None` for what a person has once.
    pub of: Option<String>,
    /// What was changed.
    pub details: Vec<DetailChange>,
}

redacted!(ChangeView);

/// The changes of the details of a person, the newest first.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangesView {
    /// The person's name.
    pub name: String,
    /// The changes.
    pub items: Vec<ChangeView>,
    /// Whether there are older ones.
    pub more: bool,
}

redacted!(ChangesView);

impl ChangesView {
    /// A row for each detail that was changed, in the order of the changes.
    #[must_use]
    pub fn into_rows(self) -> Vec<ChangeRow> {
        let rows = |ChangeView { at, by, of, details }: ChangeView| {
            details.into_iter().map(move |change| ChangeRow { at, by: by.clone(), of: of.clone(), change })
        };
        self.items.into_iter().flat_map(rows).collect()
    }
}

/// One detail that was changed.
#[derive(Clone, PartialEq, Eq)]
pub struct ChangeRow {
    /// When.
    pub at: Timestamp,
    /// The name of the person who changed it.
    pub by: String,
    /// Which licence (its authority and number) or visit type (its name) was changed; `None` for what a person has once.
    pub of: Option<String>,
    /// What it was, and what it is since.
    pub change: DetailChange,
}

redacted!(ChangeRow);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn values_are_lines_and_empty_ones_are_nothing() {
        assert!(DetailValue::text("").is_none() && DetailValue::list(Vec::new()).is_none());
        let address = TypedAddress {
            line_1: "1 Lane".to_owned(),
            town: "Reading".to_owned(),
            country: "GB".to_owned(),
            ..TypedAddress::default()
        };
        let day = jiff::civil::date(2026, 12, 1);
        let kept = KeptAddress { address, days: Some((day, day)) };
        assert_eq!(DetailValue::Further(kept).lines(), ["1 Lane", "Reading", "GB", "2026-12-01", "2026-12-01"]);
        assert_eq!(DetailValue::Fee(Money::new(7_550, Currency::GBP)).lines(), ["7550", "GBP"]);
    }

    #[test]
    fn the_fields_of_a_patients_profile_are_details() {
        let profile = crate::directory::PatientProfile::default();
        assert!(profile.fields().into_iter().all(|(name, _)| DetailField::parse(name).is_ok()));
    }
}
