//! What is answered about specialties, doctors and clinics.

use jiff::Timestamp;
use model::{
    money,
    scheduling::views::{ClinicBrief, DoctorBrief, DoctorCard, DoctorPage, LicenceBrief, OpenTime, SpecialtyView},
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// A field of medicine.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Specialty {
    /// The word to search with.
    #[schema(examples("general-practice"))]
    slug: String,
    /// The name.
    #[schema(examples("General practice"))]
    name: String,
}

/// A doctor in a line.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct DoctorName {
    /// Who it is.
    id: Uuid,
    /// The name, with the title.
    #[schema(examples("Dr Lena Hoffmann"))]
    name: String,
    /// The names of the specialties.
    specialties: Vec<String>,
}

/// A place of the organisation.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Clinic {
    /// Which it is.
    id: Uuid,
    /// The name.
    name: String,
    /// The IANA zone in which its hours are meant.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The postal address, line by line.
    address_lines: Vec<String>,
    /// The phone of the desk.
    phone: Option<String>,
}

/// An amount of money.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Money {
    /// Whole minor units: pence, cents, yen.
    #[schema(examples(8500))]
    amount_minor: i64,
    /// ISO 4217.
    #[schema(examples("GBP"))]
    currency: String,
}

/// A time that can be booked.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Slot {
    /// At which clinic.
    clinic_id: Uuid,
    /// When it begins.
    starts_at: Timestamp,
    /// When it ends.
    ends_at: Timestamp,
}

/// A doctor in a list.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct DoctorSummary {
    #[serde(flatten)]
    doctor: DoctorName,
    /// The languages spoken, as language tags.
    languages: Vec<String>,
    /// The clinics with hours.
    clinics: Vec<Clinic>,
    /// What a visit costs.
    fee: Money,
    /// The next free time: with a day asked for, the first on that day.
    next_free: Option<Slot>,
}

/// Where a doctor may practise.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Licence {
    /// Who gave it.
    authority: String,
    /// ISO 3166-1 alpha-2.
    country: String,
}

/// A doctor.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Doctor {
    #[serde(flatten)]
    doctor: DoctorName,
    /// What the doctor says about the work.
    about: String,
    /// The languages spoken, as language tags.
    languages: Vec<String>,
    /// The clinics with hours.
    clinics: Vec<Clinic>,
    /// Where the doctor may practise.
    licences: Vec<Licence>,
    /// What a visit costs.
    fee: Money,
    /// How long a visit lasts, in minutes.
    visit_minutes: u16,
    /// Until how many hours before the start a patient cancels in time.
    cancel_notice_hours: i64,
    /// The next free time.
    next_free: Option<Slot>,
}

impl From<SpecialtyView> for Specialty {
    fn from(SpecialtyView { slug, name }: SpecialtyView) -> Self {
        Self { slug, name }
    }
}

impl From<DoctorBrief> for DoctorName {
    fn from(DoctorBrief { id, name, specialties }: DoctorBrief) -> Self {
        Self { id: id.into(), name, specialties }
    }
}

impl From<ClinicBrief> for Clinic {
    fn from(ClinicBrief { id, name, time_zone, address_lines, phone }: ClinicBrief) -> Self {
        Self { id: id.into(), name, time_zone, address_lines, phone }
    }
}

impl From<money::Money> for Money {
    fn from(money: money::Money) -> Self {
        Self { amount_minor: money.minor, currency: money.currency.as_str().to_owned() }
    }
}

impl From<OpenTime> for Slot {
    fn from(OpenTime { clinic, start, end }: OpenTime) -> Self {
        Self { clinic_id: clinic.into(), starts_at: start, ends_at: end }
    }
}

impl From<LicenceBrief> for Licence {
    fn from(LicenceBrief { authority, country }: LicenceBrief) -> Self {
        Self { authority, country }
    }
}

impl From<DoctorCard> for DoctorSummary {
    fn from(card: DoctorCard) -> Self {
        Self {
            doctor: card.doctor.into(),
            languages: card.languages,
            clinics: card.clinics.into_iter().map(Into::into).collect(),
            fee: card.fee.into(),
            next_free: card.next_free.map(Into::into),
        }
    }
}

impl From<DoctorPage> for Doctor {
    fn from(page: DoctorPage) -> Self {
        Self {
            doctor: page.doctor.into(),
            about: page.about,
            languages: page.languages,
            clinics: page.clinics.into_iter().map(Into::into).collect(),
            licences: page.licences.into_iter().map(Into::into).collect(),
            fee: page.fee.into(),
            visit_minutes: page.visit_minutes,
            cancel_notice_hours: page.cancel_notice_hours,
            next_free: page.next_free.map(Into::into),
        }
    }
}
