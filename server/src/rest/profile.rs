//! The profile of the verified doctor as whom the caller acts.

use super::{
    Problem,
    callers::SignedIn,
    directory::Fee,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain, Error,
    directory::{self, EditProfile},
    error::retry,
};
use jiff::civil::Date;
use model::{
    directory::{LicenceView, ProfileView, TypedFee, check_fee},
    money::Money,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// The profile of a doctor: what patients are told, and what the clinic has checked.
#[derive(Serialize, ToSchema)]
pub(super) struct Profile {
    /// The id of the doctor.
    doctor_id: Uuid,
    /// The name, with the title.
    #[schema(examples("Dr Lena Hoffmann"))]
    name: String,
    /// The names of the doctor's specialties.
    specialties: Vec<String>,
    /// The doctor's licence.
    licence: Option<CheckedLicence>,
    /// The names of the clinics that the doctor has joined.
    clinics: Vec<String>,
    /// The languages that the doctor speaks, as language tags.
    languages: Vec<String>,
    /// What the doctor has learned and where.
    qualifications: Vec<String>,
    /// The doctor's description of their work.
    about: String,
    /// The price of a visit; null when nobody has set it. Then patients are not offered the doctor.
    fee: Option<Fee>,
    /// The ISO 4217 code of the currency in which the doctor is paid.
    #[schema(examples("GBP"))]
    currency: String,
    /// The version of the profile. Send it with a change.
    version: i32,
}

/// A licence to practise, with its number.
#[derive(Serialize, ToSchema)]
struct CheckedLicence {
    /// The number.
    number: String,
    /// The authority that issued it.
    authority: String,
    /// The ISO 3166-1 alpha-2 code of the country in which it is valid.
    country: String,
    /// The last day on which it is valid.
    expires_on: Date,
}

impl From<ProfileView> for Profile {
    fn from(view: ProfileView) -> Self {
        Self {
            doctor_id: view.doctor.into(),
            name: view.name,
            specialties: view.specialties,
            licence: view.licence.map(Into::into),
            clinics: view.clinics,
            languages: view.languages,
            qualifications: view.qualifications,
            about: view.about,
            fee: view.fee.map(Into::into),
            currency: view.currency.as_str().to_owned(),
            version: view.version,
        }
    }
}

impl From<LicenceView> for CheckedLicence {
    fn from(LicenceView { number, authority, country, expires_on, .. }: LicenceView) -> Self {
        Self { number, authority, country: country.as_str().to_owned(), expires_on }
    }
}

/// Gets the profile of the doctor as whom the caller acts.
#[utoipa::path(
    get, path = "/me/profile", tag = "people", operation_id = "get_profile",
    responses(
        (status = 200, description = "The profile.", body = Profile),
        (status = 403, description = "`access.forbidden`: the caller does not act as a verified doctor.", body = ErrorBody),
    )
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<Profile>, Problem> {
    let profile = retry(|| directory::own_profile(&domain, &access)).await?;
    Ok(Json(profile.into()))
}

/// A changed profile.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "about": "I take time to listen.", "languages": ["en", "de"], "fee_minor": 6000, "version": 1 }))]
pub(super) struct ProfileChange {
    /// The doctor's description of their work; removed when it is not given.
    #[schema(max_length = 2000)]
    about: Option<String>,
    /// The languages that the doctor speaks, as language tags; one to five.
    #[schema(min_items = 1, max_items = 5)]
    languages: Vec<String>,
    /// What the doctor has learned and where, at most ten entries; removed when it is not given.
    #[schema(max_items = 10)]
    qualifications: Option<Vec<String>>,
    /// The price of a visit, in minor units of the profile's currency. 0 says that visits are free of charge.
    #[schema(minimum = 0, maximum = 1000000000)]
    fee_minor: i32,
    /// The version of the profile that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for ProfileChange {
    fn read(fields: &mut Fields) -> Option<Self> {
        let about = fields.optional("about", fields::text);
        let languages = fields.required_texts("languages");
        let qualifications = fields.optional_texts("qualifications");
        let (fee_minor, version) = (fields.required_number("fee_minor"), fields.required_number("version"));
        Some(Self { about, languages: languages?, qualifications, fee_minor: fee_minor?, version: version? })
    }
}

/// Changes the profile of the doctor as whom the caller acts. Appointments that are already booked keep their fee.
#[utoipa::path(
    put, path = "/me/profile", tag = "people", operation_id = "edit_profile", request_body = ProfileChange,
    responses(
        (status = 200, description = "The changed profile.", body = Profile),
        (status = 403, description = "`access.forbidden`: the caller does not act as a verified doctor.", body = ErrorBody),
        (status = 409, description = "`request.stale`: the profile has been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn edit(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(change): Body<ProfileChange>,
) -> Result<Json<Profile>, Problem> {
    let ProfileChange { about, languages, qualifications, fee_minor, version } = change;
    let currency = retry(|| directory::own_profile(&domain, &access)).await?.currency;
    // The use case would name the fields of a form, and this request has one number.
    let fee = check_fee(Money::new(fee_minor.into(), currency)).map_err(|fault| Error::field("fee_minor", fault))?;
    let (about, qualifications) = (about.unwrap_or_default(), qualifications.unwrap_or_default());
    let command = EditProfile { about, languages, qualifications, fee: TypedFee::of(fee), version };
    retry(|| directory::edit_profile(&domain, &access, command.clone())).await?;
    let profile = retry(|| directory::own_profile(&domain, &access)).await?;
    Ok(Json(profile.into()))
}
