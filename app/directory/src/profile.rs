//! The fields for a doctor's licence and professional details, used both for applying and for correcting.

use kit::failure::Failure;
use kit::forms::{FormHandle, FormValues};
use kit::parts::{Choice, DateFields, SelectField, TextArea, TextField};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{Country, OwnApplication, SpecialtyChoice, spoken_language_name};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// A doctor's licence and professional details, as typed.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ProfileValues {
    /// The main specialty.
    pub specialty_1: String,
    /// Another specialty.
    pub specialty_2: String,
    /// Another specialty.
    pub specialty_3: String,
    /// The licence's number.
    pub licence_number: String,
    /// The authority that issued it.
    pub licence_authority: String,
    /// The country of the authority.
    pub licence_country: String,
    /// Last day on which the licence is valid: day of the month.
    pub licence_expires_day: String,
    /// Last day on which the licence is valid: month.
    pub licence_expires_month: String,
    /// Last day on which the licence is valid: year.
    pub licence_expires_year: String,
    /// The language used in most visits.
    pub language_1: String,
    /// Another language.
    pub language_2: String,
    /// Another language.
    pub language_3: String,
    /// The text that patients read about the doctor.
    pub about: String,
}

impl FormValues for ProfileValues {
    const FORM: &'static str = "directory.profile";
}

impl From<OwnApplication> for ProfileValues {
    fn from(application: OwnApplication) -> Self {
        let mut specialties = application.specialties.into_iter();
        let mut languages = application.languages.into_iter();
        let mut specialty = || specialties.next().unwrap_or_default();
        let mut language = || languages.next().unwrap_or_default();
        let mut values = Self {
            specialty_1: specialty(),
            specialty_2: specialty(),
            specialty_3: specialty(),
            language_1: language(),
            language_2: language(),
            language_3: language(),
            about: application.about,
            ..Self::default()
        };
        if let Some(licence) = application.licence {
            values.licence_number = licence.number;
            values.licence_authority = licence.authority;
            values.licence_country = licence.country.as_str().to_owned();
            values.licence_expires_day = licence.expires_on.day().to_string();
            values.licence_expires_month = licence.expires_on.month().to_string();
            values.licence_expires_year = licence.expires_on.year().to_string();
        }
        values
    }
}

#[cfg(feature = "ssr")]
impl From<ProfileValues> for domain::directory::Profile {
    fn from(values: ProfileValues) -> Self {
        Self {
            specialties: vec![values.specialty_1, values.specialty_2, values.specialty_3],
            licence_number: values.licence_number,
            licence_authority: values.licence_authority,
            licence_country: values.licence_country,
            licence_expires: [values.licence_expires_day, values.licence_expires_month, values.licence_expires_year],
            languages: vec![values.language_1, values.language_2, values.language_3],
            about: values.about,
        }
    }
}

/// Moves the error of a list to the list's first control.
#[cfg(feature = "ssr")]
pub(super) fn as_controls(failure: impl Into<Failure>) -> Failure {
    let mut failure = failure.into();
    for wrong in &mut failure.fields {
        match wrong.field.as_str() {
            "specialties" => "specialty_1".clone_into(&mut wrong.field),
            "languages" => "language_1".clone_into(&mut wrong.field),
            _ => {}
        }
    }
    failure
}

/// The specialties to choose from.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-specialties")]
pub async fn load_specialties() -> Result<Vec<SpecialtyChoice>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::specialties(&request.domain)).await
}

/// The tags of the languages to choose from, in the order in which they are offered.
///
/// # Errors
/// When the database cannot be reached.
#[server(prefix = "/do", endpoint = "load-languages")]
pub async fn load_languages() -> Result<Vec<String>, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::directory::languages(&request.domain)).await
}

/// The specialties and the languages to choose from.
pub(super) async fn load_choices() -> Result<(Vec<SpecialtyChoice>, Vec<String>), Failure> {
    Ok((load_specialties().await?, load_languages().await?))
}

/// Declares the fields of a profile, in the order of the page.
pub(super) fn declare(form: FormHandle, l: Locale) -> FormHandle {
    form.field("licence_number", say!(l, common.doctor.licence_number), say!(l, directory.profile.licence_number_missing))
        .field(
            "licence_authority",
            say!(l, common.doctor.licence_authority),
            say!(l, directory.profile.licence_authority_missing),
        )
        .field("licence_country", say!(l, common.doctor.licence_country), say!(l, directory.profile.licence_country_missing))
        .date("licence_expires", say!(l, common.doctor.licence_expires), say!(l, directory.profile.licence_expires_missing))
        .field("specialty_1", say!(l, directory.profile.specialty), say!(l, directory.profile.specialty_missing))
        .optional("specialty_2", say!(l, directory.profile.specialty_second))
        .optional("specialty_3", say!(l, directory.profile.specialty_third))
        .field("language_1", say!(l, directory.profile.language), say!(l, directory.profile.language_missing))
        .optional("language_2", say!(l, directory.profile.language_second))
        .optional("language_3", say!(l, directory.profile.language_third))
        .optional("about", say!(l, common.doctor.about))
        .noun(say!(l, directory.profile.about_noun))
}

/// The languages to choose from.
pub(super) struct LanguageChoices {
    /// For the language of most visits.
    pub(super) spoken: Vec<Choice>,
    /// For a further language, which may be left out.
    pub(super) or_none: Vec<Choice>,
}

/// The languages in which a doctor can consult: those that are offered, and after them those that the doctor has besides.
pub(super) fn language_choices(l: Locale, offered: &[String], held: &[String]) -> LanguageChoices {
    let besides = held.iter().filter(|tag| !offered.contains(tag));
    let spoken: Vec<Choice> = offered.iter().chain(besides).map(|tag| choice(tag, spoken_language_name(tag))).collect();
    LanguageChoices { or_none: or_none(l, &spoken), spoken }
}

fn choice(value: &str, label: &str) -> Choice {
    Choice { value: value.to_owned(), label: label.to_owned(), hint: None }
}

fn or_none(l: Locale, choices: &[Choice]) -> Vec<Choice> {
    let none = choice("", say!(l, directory.profile.none));
    std::iter::once(none).chain(choices.iter().cloned()).collect()
}

/// The fields of a profile.
#[component]
pub(super) fn ProfileFields(
    /// The specialties to choose from.
    specialties: Vec<SpecialtyChoice>,
    /// The tags of the languages to choose from.
    languages: Vec<String>,
) -> impl IntoView {
    let l = use_locale();
    let specialties: Vec<Choice> = specialties.iter().map(|known| choice(&known.slug, &known.name)).collect();
    let countries = Country::all().map(|country| choice(country.as_str(), country.name())).collect();
    let more_specialties = or_none(l, &specialties);
    let LanguageChoices { spoken, or_none: more_languages } = language_choices(l, &languages, &[]);
    view! {
        <h2>{say!(l, directory.profile.licence_title)}</h2>
        <TextField name="licence_number" hint=say!(l, directory.profile.licence_number_hint) width="medium"/>
        <TextField name="licence_authority" hint=say!(l, directory.profile.licence_authority_hint)/>
        <SelectField name="licence_country" choices=countries autocomplete="country"/>
        <DateFields name="licence_expires" hint=say!(l, directory.profile.licence_expires_hint)/>
        <h2>{say!(l, directory.profile.work_title)}</h2>
        <SelectField name="specialty_1" choices=specialties/>
        <SelectField name="specialty_2" choices=more_specialties.clone() preset=""/>
        <SelectField name="specialty_3" choices=more_specialties preset=""/>
        <SelectField name="language_1" hint=say!(l, directory.profile.language_hint) choices=spoken/>
        <SelectField name="language_2" choices=more_languages.clone() preset=""/>
        <SelectField name="language_3" choices=more_languages preset=""/>
        <TextArea name="about" hint=say!(l, directory.profile.about_hint) rows=5 optional=true/>
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use model::errors::{FieldError, FieldFault};

    #[test]
    fn the_fault_of_a_list_leads_to_its_first_control() {
        let failure = Failure::fields(vec![
            FieldError::new("specialties", FieldFault::Missing),
            FieldError::new("licence_number", FieldFault::Missing),
        ]);
        let named: Vec<_> = as_controls(failure).fields.into_iter().map(|wrong| wrong.field).collect();
        assert_eq!(named, ["specialty_1", "licence_number"]);
    }
}
