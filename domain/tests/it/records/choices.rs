//! The codes that a doctor reaches for: favourites, and what was recorded lately.

use domain::records::{self, MarkCode, ReplaceDiagnoses};
use model::errors::Code;
use testing::{Consultation, Person};

async fn known(scene: &Consultation, person: &Person) -> Result<(Vec<String>, Vec<String>), Code> {
    let known = records::known_codes(&scene.clinic.domain, &scene.by(person)).await.map_err(|error| error.code())?;
    let codes = |codes: Vec<model::records::Icd10Code>| codes.into_iter().map(|code| code.code).collect::<Vec<_>>();
    Ok((codes(known.favourites), codes(known.recent)))
}

async fn mark(scene: &Consultation, person: &Person, code: &str, is_favourite: bool) -> Result<(), Code> {
    let command = MarkCode { code: code.to_owned(), is_favourite };
    records::mark_code(&scene.clinic.domain, &scene.by(person), command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn favourites_and_recorded_codes_are_offered_first() {
    let scene = testing::consultation().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.by(&scene.doctor));
    records::load_icd10cm(domain).await.unwrap();
    let search = async |query: &str| {
        let found = records::search_icd10cm(domain, &doctor, query).await.unwrap();
        found.into_iter().map(|code| code.code).collect::<Vec<_>>()
    };
    let before = search("asthma").await;
    assert!(before[0] != "J45.20" && before.len() == 19, "{before:?}");
    assert_eq!(known(&scene, &scene.doctor).await, Ok((vec![], vec![])));

    let replace = |seen: &[&str], codes: &[&str]| ReplaceDiagnoses {
        encounter: scene.encounter,
        seen: seen.iter().map(|code| (*code).to_owned()).collect(),
        codes: codes.iter().map(|code| (*code).to_owned()).collect(),
    };
    records::replace_diagnoses(domain, &doctor, replace(&[], &["I10"])).await.unwrap();
    records::replace_diagnoses(domain, &doctor, replace(&["I10"], &["I10", "J45.20"])).await.unwrap();
    assert_eq!(known(&scene, &scene.doctor).await, Ok((vec![], vec!["J45.20".to_owned(), "I10".to_owned()])));
    assert_eq!(search("asthma").await[0], "J45.20", "what was recorded comes first");
    for _ in 0..2 {
        mark(&scene, &scene.doctor, "J45.41", true).await.unwrap();
    }
    let found = search("asthma").await;
    assert_eq!(
        (found[..2].to_vec(), found.len()),
        (vec!["J45.41".to_owned(), "J45.20".to_owned()], 19),
        "favourites come before that"
    );
    assert_eq!(known(&scene, &scene.doctor).await.unwrap().0, ["J45.41"]);
    mark(&scene, &scene.doctor, "J45.41", false).await.unwrap();
    assert_eq!(known(&scene, &scene.doctor).await.unwrap().0, Vec::<String>::new());

    let colleague = scene.clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    assert_eq!(known(&scene, &colleague).await, Ok((vec![], vec![])), "each doctor has their own");
    assert_eq!(mark(&scene, &scene.doctor, "J45", true).await, Err(Code::DiagnosisUnknown), "a heading cannot be recorded");
    for person in [&scene.patient, &scene.clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await] {
        assert_eq!(mark(&scene, person, "I10", true).await, Err(Code::Forbidden));
        assert_eq!(known(&scene, person).await, Err(Code::Forbidden));
    }
    let stranger = records::known_codes(domain, &scene.clinic.stranger()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
    assert!(scene.clinic.audited().await.iter().any(|action| action == "records.code_marked"));
}
