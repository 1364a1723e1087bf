//! The languages that are offered, which an administrator of the organisation chooses.

use super::fee;
use domain::{
    directory::{self, ChooseLanguages, EditProfile},
    scheduling,
};
use model::errors::{Code, FieldFault};
use testing::{Person, TestClinic};

async fn choose(clinic: &TestClinic, person: &Person, languages: &[&str], version: i32) -> domain::Result<()> {
    let languages = languages.iter().map(|&language| language.to_owned()).collect();
    directory::choose_languages(&clinic.domain, &person.access(clinic), ChooseLanguages { languages, version }).await
}

/// The doctor chooses these languages in their profile.
async fn speak(clinic: &TestClinic, doctor: &Person, languages: &[&str]) -> domain::Result<()> {
    let access = doctor.access(clinic);
    let profile = directory::own_profile(&clinic.domain, &access).await.unwrap();
    let command = EditProfile {
        about: profile.about,
        languages: languages.iter().map(|&language| language.to_owned()).collect(),
        qualifications: Vec::new(),
        fee: fee("60", ""),
        version: profile.version,
    };
    directory::edit_profile(&clinic.domain, &access, command).await
}

#[tokio::test]
async fn chosen_languages_are_offered_in_their_order_and_doctors_keep_what_they_have() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    speak(&clinic, &lena, &["de", "en"]).await.unwrap();
    let read = async || directory::managed_languages(&clinic.domain, &admin.access(&clinic)).await.unwrap();
    let first = read().await;
    assert_eq!((first.version, first.tags.first().map(String::as_str), first.history.len()), (0, Some("af"), 0));
    assert_eq!(directory::languages(&clinic.domain).await.unwrap(), first.tags);

    choose(&clinic, &admin, &["Welsh", " english", "", "pl", "en"], 0).await.unwrap();
    assert_eq!(choose(&clinic, &admin, &["en"], 0).await.unwrap_err().code(), Code::Stale);
    assert_eq!(directory::languages(&clinic.domain).await.unwrap(), ["cy", "en", "pl"]);
    choose(&clinic, &admin, &["pl", "en"], 1).await.unwrap();
    let now = read().await;
    let history: Vec<_> = now.history.iter().map(|row| (row.version, row.tags.join(" "), row.by.as_deref())).collect();
    assert_eq!((now.version, now.tags.join(" ")), (2, "pl en".to_owned()));
    assert_eq!(history, [(2, "pl en".to_owned(), Some("Ida Admin")), (1, "cy en pl".to_owned(), Some("Ida Admin"))]);

    // German is not offered any more. The doctor who has it keeps it, and it cannot be chosen anew.
    let refused = speak(&clinic, &lena, &["de", "cy"]).await.unwrap_err();
    assert_eq!(
        (refused.field_errors()[0].field.as_str(), refused.field_errors()[0].fault),
        ("languages", FieldFault::UnknownChoice)
    );
    speak(&clinic, &lena, &["en", "de"]).await.unwrap();
    let other = clinic.doctor("Dr Jonas Weber", practice).await;
    assert_eq!(speak(&clinic, &other, &["de"]).await.unwrap_err().code(), Code::FieldsInvalid);
    speak(&clinic, &other, &["en", "pl"]).await.unwrap();
    let choices = scheduling::search_choices(&clinic.domain, &clinic.stranger()).await.unwrap();
    assert_eq!((choices.languages, choices.languages_are_in_order), (vec!["pl".to_owned(), "en".to_owned()], true));
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|found| *found == "directory.languages_chosen").count(), 2);
}

#[tokio::test]
async fn only_an_administrator_of_the_organisation_chooses_languages() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    for (typed, fault) in [(vec!["Klingon"], FieldFault::UnknownChoice), (vec![" "], FieldFault::Missing)] {
        let refused = choose(&clinic, &admin, &typed, 0).await.unwrap_err();
        assert_eq!((refused.field_errors()[0].field.as_str(), refused.field_errors()[0].fault), ("languages", fault));
    }
    let local = clinic.staff("Lars Local", "admin", Some(practice)).await;
    let nurse = clinic.staff("Nina Nurse", "nurse", None).await;
    for person in [&local, &nurse] {
        assert_eq!(choose(&clinic, person, &["en"], 0).await.unwrap_err().code(), Code::Forbidden);
        let read = directory::managed_languages(&clinic.domain, &person.access(&clinic)).await;
        assert_eq!(read.unwrap_err().code(), Code::Forbidden);
    }
    let stranger = directory::managed_languages(&clinic.domain, &clinic.stranger()).await;
    assert_eq!(stranger.unwrap_err().code(), Code::SignInNeeded);
}
