//! The shapes of clinics in requests and answers.

use super::super::{
    fields::{self, Fields, FromFields},
    payload::one_of,
};
use jiff::civil::Date;
use model::directory::{ClinicRow, ClinicView, ClosureView, GuardiansSee, TypedClinic, TypedWeek, WEEKDAYS};
use model::place::Position;
use serde::Serialize;
use utoipa::{ToSchema, openapi::Object};
use uuid::Uuid;

fn guardians() -> Object {
    one_of(GuardiansSee::ALL.iter().map(|see| see.as_str()))
}

/// The word for a form, which is empty when nothing is chosen.
fn word(see: Option<GuardiansSee>) -> String {
    see.map(|see| see.as_str().to_owned()).unwrap_or_default()
}

/// A clinic in the list of clinics.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ManagedClinicSummary {
    /// The id of the clinic.
    id: Uuid,
    /// The name.
    #[schema(examples("Riverside Clinic"))]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    #[schema(examples("GB"))]
    country: String,
    /// The IANA time zone.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The telephone number of the reception desk.
    phone: Option<String>,
}

impl From<ClinicRow> for ManagedClinicSummary {
    fn from(row: ClinicRow) -> Self {
        let ClinicRow { id, name, country, time_zone, phone } = row;
        Self { id: id.into(), name, country: country.as_str().to_owned(), time_zone, phone }
    }
}

/// A clinic, with its opening hours and the days on which it is closed.
#[derive(Serialize, ToSchema)]
pub(in crate::rest) struct ManagedClinic {
    /// The id of the clinic.
    id: Uuid,
    /// The name.
    #[schema(examples("Riverside Clinic"))]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    #[schema(examples("GB"))]
    country: String,
    /// The IANA time zone.
    #[schema(examples("Europe/London"))]
    time_zone: String,
    /// The ISO 4217 code of the currency of its fees.
    #[schema(examples("GBP"))]
    currency: String,
    /// The postal address, line by line.
    address_lines: Vec<String>,
    /// The telephone number of the reception desk.
    phone: Option<String>,
    /// The postcode by which patients find it; null if nobody has entered one.
    #[schema(examples("SE1 0QQ"))]
    postcode: Option<String>,
    /// The latitude in decimal degrees of WGS 84, with up to five decimals, as a text; null if nobody has entered the position.
    #[schema(examples("51.5045"))]
    latitude: Option<String>,
    /// The longitude in decimal degrees of WGS 84, with up to five decimals, as a text.
    #[schema(examples("-0.0865"))]
    longitude: Option<String>,
    /// Further lines that are printed in the head of documents.
    letterhead_lines: Vec<String>,
    /// The id of the file with the logo that is printed there; null without one.
    logo_id: Option<Uuid>,
    /// The opening hours from Monday to Sunday, in local time. A day on which the clinic is closed is an empty text. Without items, nobody has stated them.
    #[schema(examples(json!(["09:00–17:00", "09:00–12:30, 14:00–18:00", "", "", "", "", ""])))]
    opening_hours: Vec<String>,
    /// What the guardians of teenagers see: `everything` that the patient sees, or `appointments` and nothing of the record. The strictest of the clinics at
    /// which a teenager is cared for counts.
    #[schema(schema_with = guardians)]
    guardians_of_teens: &'static str,
    /// The days on which it is closed and that are not over, soonest first.
    closures: Vec<Closure>,
    /// The version of the clinic. Send it with a change.
    version: i32,
}

/// Days on which a clinic is closed.
#[derive(Serialize, ToSchema)]
struct Closure {
    /// The id of the closure.
    id: Uuid,
    /// The first day.
    first_day: Date,
    /// The last day.
    last_day: Date,
    /// Why the clinic is closed.
    reason: String,
}

impl From<ClosureView> for Closure {
    fn from(view: ClosureView) -> Self {
        let ClosureView { id, first_day, last_day, reason } = view;
        Self { id: id.into(), first_day, last_day, reason }
    }
}

impl From<ClinicView> for ManagedClinic {
    fn from(view: ClinicView) -> Self {
        let (latitude, longitude) =
            view.position.map(Position::written).map(|[latitude, longitude]| (latitude, longitude)).unzip();
        Self {
            id: view.id.into(),
            name: view.name,
            country: view.country.as_str().to_owned(),
            time_zone: view.time_zone,
            currency: view.currency.as_str().to_owned(),
            address_lines: view.address_lines,
            phone: view.phone,
            postcode: view.postcode,
            latitude,
            longitude,
            letterhead_lines: view.letterhead_lines,
            logo_id: view.logo.map(Into::into),
            opening_hours: view.opening_hours,
            guardians_of_teens: view.guardians_of_teens.as_str(),
            closures: view.closures.into_iter().map(Into::into).collect(),
            version: view.version,
        }
    }
}

/// A new clinic.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "Riverside Clinic", "country": "GB", "time_zone": "Europe/London", "currency": "GBP",
    "address": "14 Weir Lane\nLondon SE1 0QQ", "phone": "+44 20 7946 0118", "monday": "09:00-17:00" }))]
pub(in crate::rest) struct NewClinic {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: String,
    /// The IANA time zone.
    time_zone: String,
    /// The ISO 4217 code of the currency of its fees. It cannot be changed later.
    currency: String,
    /// The postal address, line by line.
    #[schema(max_length = 400)]
    address: String,
    /// The telephone number of the reception desk, with its country code.
    phone: Option<String>,
    /// The postcode by which patients find it.
    #[schema(max_length = 12)]
    postcode: Option<String>,
    /// The latitude in decimal degrees of WGS 84, as a text such as `51.5045`; more than five decimals are rounded. It is given together with the longitude.
    latitude: Option<String>,
    /// The longitude in decimal degrees of WGS 84, as a text such as `-0.0865`.
    longitude: Option<String>,
    /// Up to four further lines that are printed in the head of documents.
    #[schema(max_length = 400)]
    letterhead: Option<String>,
    /// What the guardians of teenagers see: `everything`, also if it is left out, or `appointments`.
    #[schema(schema_with = guardians)]
    guardians_of_teens: Option<GuardiansSee>,
    /// The opening hours on Mondays, such as `09:00-12:30, 14:00-18:00`; left out when the clinic is closed.
    monday: Option<String>,
    /// The opening hours on Tuesdays.
    tuesday: Option<String>,
    /// The opening hours on Wednesdays.
    wednesday: Option<String>,
    /// The opening hours on Thursdays.
    thursday: Option<String>,
    /// The opening hours on Fridays.
    friday: Option<String>,
    /// The opening hours on Saturdays.
    saturday: Option<String>,
    /// The opening hours on Sundays.
    sunday: Option<String>,
}

/// A changed clinic. What is left out is removed.
// The fields are those of `NewClinic` again. A flattened part is described with `allOf`, and then utoipa leaves out that other members are refused.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::rest) struct ClinicChange {
    /// The name.
    #[schema(max_length = 120)]
    name: String,
    /// The ISO 3166-1 alpha-2 code of the country.
    country: String,
    /// The IANA time zone.
    time_zone: String,
    /// The postal address, line by line.
    #[schema(max_length = 400)]
    address: String,
    /// The telephone number of the reception desk, with its country code.
    phone: Option<String>,
    /// The postcode by which patients find it.
    #[schema(max_length = 12)]
    postcode: Option<String>,
    /// The latitude in decimal degrees of WGS 84, as a text such as `51.5045`; more than five decimals are rounded. It is given together with the longitude.
    latitude: Option<String>,
    /// The longitude in decimal degrees of WGS 84, as a text such as `-0.0865`.
    longitude: Option<String>,
    /// Up to four further lines that are printed in the head of documents.
    #[schema(max_length = 400)]
    letterhead: Option<String>,
    /// What the guardians of teenagers see: `everything`, also if it is left out, or `appointments`.
    #[schema(schema_with = guardians)]
    guardians_of_teens: Option<GuardiansSee>,
    /// The opening hours on Mondays, such as `09:00-12:30, 14:00-18:00`; left out when the clinic is closed.
    monday: Option<String>,
    /// The opening hours on Tuesdays.
    tuesday: Option<String>,
    /// The opening hours on Wednesdays.
    wednesday: Option<String>,
    /// The opening hours on Thursdays.
    thursday: Option<String>,
    /// The opening hours on Fridays.
    friday: Option<String>,
    /// The opening hours on Saturdays.
    saturday: Option<String>,
    /// The opening hours on Sundays.
    sunday: Option<String>,
    /// The version of the clinic that the change is based on. If the current version differs, nothing is changed.
    pub(super) version: i32,
}

/// Reads the opening hours from Monday to Sunday.
fn read_week(fields: &mut Fields) -> [Option<String>; 7] {
    WEEKDAYS.map(|day| fields.optional(day, fields::text))
}

/// Reads where a clinic is: postcode, latitude, longitude.
fn read_place(fields: &mut Fields) -> [Option<String>; 3] {
    ["postcode", "latitude", "longitude"].map(|name| fields.optional(name, fields::text))
}

impl FromFields for NewClinic {
    fn read(fields: &mut Fields) -> Option<Self> {
        let [name, country, time_zone, currency, address] =
            ["name", "country", "time_zone", "currency", "address"].map(|name| fields.required(name, fields::text));
        let phone = fields.optional("phone", fields::text);
        let [postcode, latitude, longitude] = read_place(fields);
        let letterhead = fields.optional("letterhead", fields::text);
        let guardians_of_teens = fields.optional("guardians_of_teens", GuardiansSee::parse);
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = read_week(fields);
        Some(Self {
            name: name?,
            country: country?,
            time_zone: time_zone?,
            currency: currency?,
            address: address?,
            phone,
            postcode,
            latitude,
            longitude,
            letterhead,
            guardians_of_teens,
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
        })
    }
}

impl FromFields for ClinicChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let [name, country, time_zone, address] =
            ["name", "country", "time_zone", "address"].map(|name| fields.required(name, fields::text));
        let phone = fields.optional("phone", fields::text);
        let [postcode, latitude, longitude] = read_place(fields);
        let letterhead = fields.optional("letterhead", fields::text);
        let guardians_of_teens = fields.optional("guardians_of_teens", GuardiansSee::parse);
        let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] = read_week(fields);
        let version = fields.required_number("version");
        Some(Self {
            name: name?,
            country: country?,
            time_zone: time_zone?,
            address: address?,
            phone,
            postcode,
            latitude,
            longitude,
            letterhead,
            guardians_of_teens,
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            saturday,
            sunday,
            version: version?,
        })
    }
}

impl From<NewClinic> for TypedClinic {
    fn from(new: NewClinic) -> Self {
        let days = [new.monday, new.tuesday, new.wednesday, new.thursday, new.friday, new.saturday, new.sunday];
        Self {
            name: new.name,
            time_zone: new.time_zone,
            country: new.country,
            currency: new.currency,
            address: new.address,
            phone: new.phone.unwrap_or_default(),
            postcode: new.postcode.unwrap_or_default(),
            latitude: new.latitude.unwrap_or_default(),
            longitude: new.longitude.unwrap_or_default(),
            letterhead: new.letterhead.unwrap_or_default(),
            guardians_of_teens: word(new.guardians_of_teens),
            hours: TypedWeek::of(&days.map(Option::unwrap_or_default)),
        }
    }
}

impl From<ClinicChange> for TypedClinic {
    fn from(change: ClinicChange) -> Self {
        let ClinicChange {
            name,
            country,
            time_zone,
            address,
            phone,
            postcode,
            latitude,
            longitude,
            letterhead,
            guardians_of_teens,
            monday,
            tuesday,
            wednesday,
            thursday,
            friday,
            ..
        } = change;
        let days = [monday, tuesday, wednesday, thursday, friday, change.saturday, change.sunday];
        Self {
            name,
            time_zone,
            country,
            currency: String::new(),
            address,
            phone: phone.unwrap_or_default(),
            postcode: postcode.unwrap_or_default(),
            latitude: latitude.unwrap_or_default(),
            longitude: longitude.unwrap_or_default(),
            letterhead: letterhead.unwrap_or_default(),
            guardians_of_teens: word(guardians_of_teens),
            hours: TypedWeek::of(&days.map(Option::unwrap_or_default)),
        }
    }
}

/// Days on which a clinic is closed.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "first_day": "2026-12-24", "last_day": "2026-12-26", "reason": "Public holiday" }))]
pub(in crate::rest) struct NewClosure {
    /// The first day.
    pub(super) first_day: Date,
    /// The last day; the first one if it is left out.
    pub(super) last_day: Option<Date>,
    /// Why the clinic is closed.
    #[schema(max_length = 120)]
    pub(super) reason: String,
}

impl FromFields for NewClosure {
    fn read(fields: &mut Fields) -> Option<Self> {
        let first_day = fields.required("first_day", fields::day);
        let last_day = fields.optional("last_day", fields::day);
        let reason = fields.required("reason", fields::text);
        Some(Self { first_day: first_day?, last_day, reason: reason? })
    }
}
