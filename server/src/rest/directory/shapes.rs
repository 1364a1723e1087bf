//! The types of answers about specialties, doctors and clinics.

use crate::rest::{appointments::mode, payload::one_of};
use jiff::Timestamp;
use model::{
    directory::Payment,
    money::Money,
    scheduling::{
        VisitTypeView,
        views::{ClinicBrief, DoctorBrief, DoctorCard, DoctorPage, LicenceBrief, OpenTime, SpecialtyView},
    },
};
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

/// A medical specialty.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Specialty {
    /// The identifier to use in a search.
    #[schema(examples("general-practice"))]
    slug: String,
    /// The name of the specialty.
    #[schema(examples("General practice"))]
    name: String,
}

/// A short description of a doctor.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct DoctorName {
    /// The id of the doctor.
    id: Uuid,
    /// The name, with the title.
    #[schema(examples("Dr Lena Hoffmann"))]
    name: String,
    /// The names of the doctor's specialties.
    specialties: Vec<String>,
    /// The id of the photo, which everybody may get at `/photos/{photo_id}`, and smaller at `/photos/{photo_id}/small`; null if there is none.
    photo_id: Option<Uuid>,
}

/// A clinic of the organisation.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Clinic {
    /// The id of the clinic.
    id: Uuid,
    /// The name of the clinic.
    name: String,
    /// The IANA time zone of the clinic.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The postal address, line by line.
    address_lines: Vec<String>,
    /// The phone number of the reception desk.
    phone: Option<String>,
}

fn payment() -> Object {
    one_of(Payment::ALL.iter().map(|payment| payment.as_str()))
}

/// The price of a visit, and how it is paid. Nothing is paid online.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Fee {
    /// The amount in minor units of the currency, such as pence, cents or yen.
    #[schema(examples(8500))]
    amount_minor: i64,
    /// The ISO 4217 code of the currency.
    #[schema(examples("GBP"))]
    currency: String,
    /// How and when the patient pays: `to_clinic_after_visit`, or `free_of_charge` when the amount is 0.
    #[schema(schema_with = payment)]
    payment: &'static str,
}

/// A time that can be booked.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Slot {
    /// The id of the clinic.
    clinic_id: Uuid,
    /// When the time begins.
    starts_at: Timestamp,
    /// When the time ends.
    ends_at: Timestamp,
}

/// How patients rate a doctor.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct AverageRating {
    /// The average in tenths of a star, from 10 to 50.
    #[schema(examples(46))]
    average_tenths: i64,
    /// How many ratings there are.
    count: i64,
}

/// A doctor, as lists show them.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct DoctorSummary {
    #[serde(flatten)]
    doctor: DoctorName,
    /// The languages that the doctor speaks, as language tags.
    languages: Vec<String>,
    /// The clinics at which the doctor has working hours.
    clinics: Vec<Clinic>,
    /// The price of a visit.
    fee: Fee,
    /// In which ways patients can meet the doctor: `video`, `in_person`, `phone`, `external`.
    modes: Vec<String>,
    /// How patients rate the doctor; null while there are fewer than five ratings.
    rating: Option<AverageRating>,
    /// The next free time, or the first free time on the days and in the part of the day that were searched for; null if there is none.
    next_free: Option<Slot>,
    /// The next free times, at most three, in order; if days or a part of the day were searched for, those of them.
    next_times: Vec<Slot>,
    /// How far the nearest of the doctor's clinics is from `near`, in metres in a straight line; null without `near`, and when the position of the clinics is not known.
    distance_metres: Option<u32>,
}

/// A kind of visit that can be booked.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct OfferedVisit {
    /// The id of the visit type, for a booking and for free times.
    id: Uuid,
    /// What the doctor calls it.
    #[schema(examples("First visit"))]
    name: String,
    /// How patient and doctor meet.
    #[schema(schema_with = mode)]
    mode: &'static str,
    /// How long it lasts, in minutes.
    minutes: u16,
    /// What it costs.
    fee: Fee,
    /// Whether the doctor answers before such a visit is agreed: then a booking is a request.
    needs_approval: bool,
}

/// A licence to practise.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Licence {
    /// The authority that issued it.
    authority: String,
    /// The ISO 3166-1 alpha-2 code of the country in which it is valid.
    country: String,
}

/// A doctor.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct Doctor {
    #[serde(flatten)]
    doctor: DoctorName,
    /// The doctor's description of their work.
    about: String,
    /// The languages that the doctor speaks, as language tags.
    languages: Vec<String>,
    /// What the doctor has learned and where.
    qualifications: Vec<String>,
    /// The clinics at which the doctor has working hours.
    clinics: Vec<Clinic>,
    /// The doctor's valid licences.
    licences: Vec<Licence>,
    /// The kinds of visits that can be booked. Fee, length and free times of the doctor are those of the first one.
    visit_types: Vec<OfferedVisit>,
    /// The price of a visit.
    fee: Fee,
    /// The length of a visit, in minutes.
    visit_minutes: u16,
    /// How many hours before the start a patient must cancel at the latest to cancel in time.
    cancel_notice_hours: i64,
    /// The next free time; null if there is none.
    next_free: Option<Slot>,
}

impl From<SpecialtyView> for Specialty {
    fn from(SpecialtyView { slug, name }: SpecialtyView) -> Self {
        Self { slug, name }
    }
}

impl From<DoctorBrief> for DoctorName {
    fn from(DoctorBrief { id, name, specialties, photo }: DoctorBrief) -> Self {
        Self { id: id.into(), name, specialties, photo_id: photo.map(Into::into) }
    }
}

impl From<ClinicBrief> for Clinic {
    fn from(ClinicBrief { id, name, time_zone, address_lines, phone }: ClinicBrief) -> Self {
        Self { id: id.into(), name, time_zone, address_lines, phone }
    }
}

impl From<Money> for Fee {
    fn from(fee: Money) -> Self {
        Self { amount_minor: fee.minor, currency: fee.currency.as_str().to_owned(), payment: Payment::of(fee).as_str() }
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

impl From<VisitTypeView> for OfferedVisit {
    fn from(VisitTypeView { id, name, mode, minutes, fee, needs_approval }: VisitTypeView) -> Self {
        Self { id: id.into(), name, mode: mode.as_str(), minutes, fee: fee.into(), needs_approval }
    }
}

impl From<DoctorCard> for DoctorSummary {
    fn from(card: DoctorCard) -> Self {
        Self {
            doctor: card.doctor.into(),
            languages: card.languages,
            clinics: card.clinics.into_iter().map(Into::into).collect(),
            fee: card.fee.into(),
            modes: card.modes.into_iter().map(|mode| mode.as_str().to_owned()).collect(),
            rating: card.rating.map(|rating| AverageRating { average_tenths: rating.tenths, count: rating.count }),
            next_free: card.next_free.first().copied().map(Into::into),
            next_times: card.next_free.into_iter().map(Into::into).collect(),
            distance_metres: card.metres,
        }
    }
}

impl From<DoctorPage> for Doctor {
    fn from(page: DoctorPage) -> Self {
        Self {
            doctor: page.doctor.into(),
            about: page.about,
            languages: page.languages,
            qualifications: page.qualifications,
            clinics: page.clinics.into_iter().map(Into::into).collect(),
            licences: page.licences.into_iter().map(Into::into).collect(),
            visit_types: page.visit_types.into_iter().map(Into::into).collect(),
            fee: page.fee.into(),
            visit_minutes: page.visit_minutes,
            cancel_notice_hours: page.cancel_notice_hours,
            next_free: page.next_free.map(Into::into),
        }
    }
}
