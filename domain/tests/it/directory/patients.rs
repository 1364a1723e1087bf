//! Patients at the desk: searched, registered with a look at likely duplicates, corrected; and claimed with a code.

use domain::{
    access::Access,
    directory::{
        self, ChangePatientProfile, ClaimRecord, Claimant, CorrectPatient, DeletePatient, LetAct, Likeness, ListDeletedPatients,
        ListPatients, NewPatient, PatientSearch, RegisterPatient,
    },
};
use jiff::SignedDuration;
use model::{
    directory::{PatientCard, PatientProfile},
    errors::{Code, FieldError, FieldFault},
    ids::PatientId,
};
use testing::{Person, Practice, TestClinic};

struct Scene {
    clinic: TestClinic,
    here: Practice,
    desk: Access,
    elsewhere: Access,
}

async fn scene() -> Scene {
    let clinic = testing::clinic().await;
    let (here, there) = (clinic.practice().await, clinic.practice().await);
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(here)).await.access(&clinic);
    let elsewhere = clinic.staff("Lin Otherplace", "receptionist", Some(there)).await.access(&clinic);
    Scene { clinic, here, desk, elsewhere }
}

fn person(name: &str, born: [&str; 3], phone: &str) -> NewPatient {
    let date_of_birth = born.map(str::to_owned);
    NewPatient { name: name.to_owned(), latin_name: String::new(), date_of_birth, phone: phone.to_owned() }
}

impl Scene {
    async fn register(&self, by: &Access, person: &NewPatient, likeness: Likeness) -> Result<PatientId, Code> {
        let command = RegisterPatient { person: person.clone(), likeness, idempotency_key: None };
        directory::register_patient(&self.clinic.domain, by, command).await.map_err(|error| error.code())
    }

    async fn found(&self, by: &Access, text: &str, born: [&str; 3]) -> Vec<PatientId> {
        let search = PatientSearch { text: text.to_owned(), date_of_birth: born.map(str::to_owned) };
        let found = directory::find_patients(&self.clinic.domain, by, &search).await.unwrap();
        found.page.items.into_iter().map(|row| row.id).collect()
    }

    async fn card(&self, by: &Access, patient: PatientId) -> Result<PatientCard, Code> {
        directory::patient_card(&self.clinic.domain, by, patient).await.map_err(|error| error.code())
    }

    async fn code(&self, patient: PatientId) -> Result<String, Code> {
        let letter = directory::make_claim_code(&self.clinic.domain, &self.desk, patient).await;
        letter.map(|letter| letter.code).map_err(|error| error.code())
    }

    async fn claim(&self, by: &Person, code: &str, born: [&str; 3]) -> Result<Claimant, domain::Error> {
        let command = ClaimRecord { code: code.to_owned(), date_of_birth: born.map(str::to_owned) };
        directory::claim_record(&self.clinic.domain, &by.access(&self.clinic), command).await
    }
}

const ANY: [&str; 3] = ["", "", ""];

#[tokio::test]
async fn the_desk_finds_whom_it_registered_however_the_name_is_written() {
    let scene = scene().await;
    let (clinic, desk) = (&scene.clinic, &scene.desk);
    let known = person("Łukasz Müller", ["3", "2", "1985"], "+44 7700 900456");
    let patient = scene.register(desk, &known, Likeness::Unchecked).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let other = scene.register(desk, &person("Priya Raman", ["9", "9", "1999"], ""), Likeness::Unchecked).await.unwrap();
    let card = scene.card(desk, patient).await.unwrap();
    assert_eq!((card.phone.as_deref(), card.has_account, card.may_correct), (Some("+447700900456"), false, true));

    for text in ["lukasz muller", "Mueller", "lukasz muler", card.number.as_str(), "+44 (0)7700 900456"] {
        assert_eq!(scene.found(desk, text, ANY).await, [patient], "{text}");
    }
    assert_eq!(scene.found(desk, "", ["3", "2", "1985"]).await, [patient]);
    assert_eq!(scene.found(desk, "Muller", ["4", "2", "1985"]).await, []);
    let all = directory::list_patients(&clinic.domain, desk, ListPatients::default()).await.unwrap();
    assert_eq!(all.items.iter().map(|row| row.id).collect::<Vec<_>>(), [other, patient]);
    let nothing = directory::find_patients(&clinic.domain, desk, &PatientSearch::default()).await.unwrap_err();
    assert_eq!(nothing.field_errors(), [FieldError::new("text", FieldFault::Missing)]);

    // Another clinic does not know the patient; a nurse of this one sees who it is, and a doctor without patients does not.
    assert_eq!(scene.found(&scene.elsewhere, "Muller", ANY).await, []);
    assert_eq!(scene.card(&scene.elsewhere, patient).await.unwrap_err(), Code::NotFound);
    let nurse = clinic.staff("Sam Nurse", "nurse", Some(scene.here)).await.access(clinic);
    let seen = scene.card(&nurse, patient).await.unwrap();
    assert!(!seen.may_correct);
    assert_eq!(scene.register(&nurse, &known, Likeness::Unchecked).await, Err(Code::Forbidden));
    let doctor = clinic.doctor("Dr Lena Hoffmann", scene.here).await.access(clinic);
    assert_eq!(scene.card(&doctor, patient).await.unwrap_err(), Code::NotFound);
    assert_eq!(scene.register(&doctor, &known, Likeness::Unchecked).await, Err(Code::NotFound));

    let details = person("Łukasz Miller", ["3", "2", "1986"], "");
    let command = CorrectPatient { patient, details, version: card.version };
    directory::correct_patient(&clinic.domain, desk, command.clone()).await.unwrap();
    let stale = directory::correct_patient(&clinic.domain, desk, command.clone()).await.unwrap_err();
    assert_eq!(stale.code(), Code::Stale);
    let refused = directory::correct_patient(&clinic.domain, &nurse, command).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    let after = scene.card(desk, patient).await.unwrap();
    assert_eq!((after.name.as_str(), after.date_of_birth.to_string(), after.phone), ("Łukasz Miller", "1986-02-03".into(), None));
    assert_eq!(scene.found(desk, "Miller", ANY).await, [patient]);

    let audited = clinic.audited().await;
    for action in ["patient_registered", "patients_searched", "patient_read", "patient_corrected"] {
        assert!(audited.contains(&format!("directory.{action}")), "{action}");
    }
}

#[tokio::test]
async fn who_is_likely_known_is_compared_first() {
    let scene = scene().await;
    let (domain, desk) = (&scene.clinic.domain, &scene.desk);
    let known =
        scene.register(desk, &person("Jon Smith", ["3", "2", "1985"], "+44 7700 900456"), Likeness::Unchecked).await.unwrap();
    let unlike = scene.register(desk, &person("Ada Unlike", ["1", "1", "1950"], ""), Likeness::Unchecked).await.unwrap();

    let again = person("John Smyth", ["3", "2", "1985"], "");
    assert_eq!(scene.register(&scene.elsewhere, &again, Likeness::Unchecked).await, Err(Code::PatientLikelyKnown));
    let told = scene.clinic.audited().await;
    assert!(told.contains(&"directory.likely_patients_listed".to_owned()), "the refusal says that somebody is known");
    let likely = directory::likely_patients(domain, &scene.elsewhere, &again).await.unwrap();
    assert_eq!(
        likely.iter().map(|likely| (likely.id, likely.same_person, likely.same_phone, likely.known_here)).collect::<Vec<_>>(),
        [(known, true, false, false)]
    );
    let relative = person("Zoe Hale", ["7", "7", "2015"], "+44 7700 900456");
    let whose = directory::likely_patients(domain, &scene.elsewhere, &relative).await.unwrap();
    assert!(whose.is_empty(), "a number alone does not say whose it is");
    let likely = directory::likely_patients(domain, desk, &relative).await.unwrap();
    assert_eq!(
        likely.iter().map(|likely| (likely.id, likely.same_person, likely.same_phone, likely.known_here)).collect::<Vec<_>>(),
        [(known, false, true, true)]
    );

    // Nobody gets to a patient whom the details do not lead to.
    assert_eq!(scene.register(&scene.elsewhere, &again, Likeness::Same(unlike)).await, Err(Code::NotFound));
    assert_eq!(scene.register(&scene.elsewhere, &again, Likeness::Same(known)).await, Ok(known));
    let linked = scene.card(&scene.elsewhere, known).await.unwrap();
    assert_eq!((linked.name.as_str(), linked.kept_here, linked.may_correct), ("Jon Smith", false, false));
    // A clinic that only linked a patient may not correct the record, make a claim code or say who acts for the patient.
    let command = CorrectPatient { patient: known, details: again.clone(), version: linked.version };
    let corrected = directory::correct_patient(domain, &scene.elsewhere, command).await;
    let code = directory::make_claim_code(domain, &scene.elsewhere, known).await.map(|_| ());
    let acting = directory::acting_for(domain, &scene.elsewhere, known).await.map(|_| ());
    assert_eq!(
        [corrected, code, acting].map(|refused| refused.unwrap_err().code()),
        [Code::Forbidden, Code::Forbidden, Code::NotFound]
    );
    assert!(scene.card(desk, known).await.unwrap().may_correct);

    assert_eq!(scene.register(desk, &again, Likeness::Different(" ".to_owned())).await, Err(Code::FieldsInvalid));
    let command = RegisterPatient {
        person: again.clone(),
        likeness: Likeness::Different("Twins".to_owned()),
        idempotency_key: Some("one".to_owned()),
    };
    let twin = directory::register_patient(domain, desk, command.clone()).await.unwrap();
    assert_eq!(directory::register_patient(domain, desk, command).await.unwrap(), twin, "a repeat registers nobody");
    assert_eq!(scene.card(desk, twin).await.unwrap().registered_despite.as_deref(), Some("Twins"));
    let ciphers: Vec<Vec<u8>> = sqlx::query_scalar("select reason_cipher from patient_clinics where reason_cipher is not null")
        .fetch_all(&scene.clinic.owner)
        .await
        .unwrap();
    assert!(ciphers.len() == 1 && !String::from_utf8_lossy(&ciphers[0]).contains("Twins"));

    let everywhere = scene.clinic.staff("Eve Everywhere", "receptionist", None).await.access(&scene.clinic);
    assert_eq!(scene.register(&everywhere, &again, Likeness::Unchecked).await, Err(Code::ClinicNeeded));
    let wrong =
        RegisterPatient { person: person("", ["1", "1", "2090"], "12"), likeness: Likeness::Unchecked, idempotency_key: None };
    let wrong = directory::register_patient(domain, desk, wrong).await.unwrap_err();
    let fields: Vec<&str> = wrong.field_errors().iter().map(|fault| fault.field.as_str()).collect();
    assert_eq!(fields, ["name", "date_of_birth_year", "phone"]);
}

#[tokio::test]
async fn two_desks_that_register_the_same_person_at_the_same_moment_make_one_record() {
    let scene = scene().await;
    for day in ["1", "2", "3", "4", "5"] {
        let who = |name: &str| person(name, [day, "2", "1985"], "");
        let (here, there) = (who("Jon Smith"), who("John Smyth"));
        let (one, other) = tokio::join!(
            scene.register(&scene.desk, &here, Likeness::Unchecked),
            scene.register(&scene.elsewhere, &there, Likeness::Unchecked),
        );
        let refused: Vec<Code> = [one, other].into_iter().filter_map(Result::err).collect();
        assert_eq!(refused, [Code::PatientLikelyKnown], "{day}");
    }
}

const BORN: [&str; 3] = ["12", "4", "1990"];
const WRONG: [&str; 3] = ["13", "4", "1990"];

#[tokio::test]
async fn a_record_is_claimed_once_with_its_code_and_date_of_birth() {
    let scene = scene().await;
    let (clinic, desk) = (&scene.clinic, &scene.desk);
    // Those who sign up in these tests are born on this day.
    let record = scene.register(desk, &person("Amara Osei", BORN, "+44 7700 900456"), Likeness::Unchecked).await.unwrap();
    let replaced = scene.code(record).await.unwrap();
    let code = scene.code(record).await.unwrap();
    let amara = clinic.patient("Amara Osei").await;
    let not_found = [FieldError::new("code", FieldFault::UnknownChoice)];
    assert_eq!(scene.claim(&amara, &code, WRONG).await.unwrap_err().field_errors(), not_found);
    assert_eq!(scene.claim(&amara, "00000-00000", BORN).await.unwrap_err().field_errors(), not_found);
    assert_eq!(scene.claim(&amara, &replaced, BORN).await.unwrap_err().code(), Code::ClaimExpired);

    assert_eq!(scene.claim(&amara, &code.to_lowercase().replace('-', " "), BORN).await.unwrap(), Claimant::Own);
    let again = clinic.signed_in(&amara.email).await;
    assert_eq!((again.patient(), amara.patient() == record), (record, false), "the account acts for the claimed record");
    let contact = directory::contact(&clinic.domain, &again.access(clinic)).await.unwrap();
    assert_eq!(contact.phone.as_deref(), Some("+447700900456"));
    assert_eq!(
        scene.card(desk, amara.patient()).await.unwrap_err(),
        Code::NotFound,
        "the empty record of the sign-up is deleted"
    );

    let thief = clinic.patient("Jonas Weber").await;
    assert_eq!(scene.claim(&thief, &code, BORN).await.unwrap_err().code(), Code::ClaimUsed);
    assert_eq!(scene.code(record).await, Err(Code::PatientHasAccount));
    let details = person("Somebody Else", BORN, "");
    let command = CorrectPatient { patient: record, details, version: 1 };
    let refused = directory::correct_patient(&clinic.domain, desk, command).await.unwrap_err();
    assert_eq!(refused.code(), Code::PatientHasAccount);
    let doctor = clinic.doctor("Dr Lena Hoffmann", scene.here).await;
    assert_eq!(scene.claim(&doctor, &code, BORN).await.unwrap_err().code(), Code::Forbidden);
    let audited = clinic.audited().await;
    for action in ["claim_made", "claim_missed", "record_claimed"] {
        assert!(audited.contains(&format!("directory.{action}")), "{action}");
    }
}

#[tokio::test]
async fn a_record_of_somebody_else_is_claimed_next_to_ones_own() {
    let scene = scene().await;
    let child = ["5", "5", "2019"];
    let record = scene.register(&scene.desk, &person("Mia Osei", child, ""), Likeness::Unchecked).await.unwrap();
    let code = scene.code(record).await.unwrap();
    let parent = scene.clinic.patient("Amara Osei").await;
    assert_eq!(scene.claim(&parent, &code, child).await.unwrap(), Claimant::Helper);
    let again = scene.clinic.signed_in(&parent.email).await;
    assert_eq!(again.patient(), parent.patient(), "the own record stays the first");
    let relations: Vec<String> = sqlx::query_scalar("select relation from patient_access where patient_id = $1 and user_id = $2")
        .bind(record.uuid())
        .bind(parent.user.uuid())
        .fetch_all(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(relations, ["helper"]);
}

#[tokio::test]
async fn a_new_code_and_a_claim_with_the_old_one_do_not_wait_for_each_other() {
    let scene = scene().await;
    let child = ["5", "5", "2019"];
    let record = scene.register(&scene.desk, &person("Mia Osei", child, ""), Likeness::Unchecked).await.unwrap();
    let parent = scene.clinic.patient("Amara Osei").await;
    for _ in 0..5 {
        let code = scene.code(record).await.unwrap();
        let (made, claimed) = tokio::join!(scene.code(record), scene.claim(&parent, &code, child));
        made.unwrap();
        match claimed.map_err(|error| error.code()) {
            Ok(Claimant::Helper) | Err(Code::ClaimExpired) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_claim_loses_nothing_that_was_told_and_lengthens_no_right() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    // The desk knew no phone number, and she has given one when she signed up.
    let silent = scene.register(&scene.desk, &person("Priya Raman", BORN, ""), Likeness::Unchecked).await.unwrap();
    let priya = scene.clinic.patient("Priya Raman").await;
    assert_eq!(scene.claim(&priya, &scene.code(silent).await.unwrap(), BORN).await.unwrap(), Claimant::Own);
    let again = scene.clinic.signed_in(&priya.email).await.access(&scene.clinic);
    assert_eq!(directory::contact(domain, &again).await.unwrap().phone.as_deref(), Some("+442079460123"));

    let record = scene.register(&scene.desk, &person("Amara Osei", BORN, ""), Likeness::Unchecked).await.unwrap();
    let code = scene.code(record).await.unwrap();
    let amara = scene.clinic.patient("Amara Osei").await;
    let by = amara.access(&scene.clinic);
    let version = directory::patient_profile(domain, &by).await.unwrap().version;
    let profile = PatientProfile { preferred_name: "Ama".to_owned(), ..PatientProfile::default() };
    directory::change_patient_profile(domain, &by, ChangePatientProfile { profile, version }).await.unwrap();
    let paper = LetAct {
        patient: record,
        email: amara.email.clone(),
        relation: "helper".to_owned(),
        document: "Power of attorney".to_owned(),
        document_date: ["1", "10", "2026"].map(str::to_owned),
        file_id: String::new(),
        no_copy: "Seen at the desk".to_owned(),
        until: ["30", "11", "2026"].map(str::to_owned),
        idempotency_key: None,
    };
    directory::let_act(domain, &scene.desk, paper).await.unwrap();

    // Her own record says something about her, so it is not deleted; and the document goes on to say how long she acts for the other one.
    assert_eq!(scene.claim(&amara, &code, BORN).await.unwrap(), Claimant::Helper);
    let told = directory::patient_profile(domain, &by).await.unwrap().profile;
    assert_eq!(told.preferred_name, "Ama");
    let endless: i64 = sqlx::query_scalar("select count(*) from patient_access where relation = 'helper' and ends_at is null")
        .fetch_one(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(endless, 0);
}

#[tokio::test]
async fn a_code_dies_of_age_and_of_guesses() {
    let scene = scene().await;
    let record = scene.register(&scene.desk, &person("Amara Osei", BORN, ""), Likeness::Unchecked).await.unwrap();
    let guesser = scene.clinic.patient("Jonas Weber").await;
    let code = scene.code(record).await.unwrap();
    for _ in 0..5 {
        assert_eq!(scene.claim(&guesser, &code, WRONG).await.unwrap_err().code(), Code::FieldsInvalid);
    }
    // A dead code does not tell whether a date is right, neither by the answer nor by what counts as a wrong try.
    for born in [BORN, WRONG, BORN] {
        assert_eq!(scene.claim(&guesser, &code, born).await.unwrap_err().code(), Code::ClaimExpired);
    }
    for _ in 0..2 {
        assert_eq!(scene.claim(&guesser, "00000-00000", BORN).await.unwrap_err().code(), Code::FieldsInvalid);
    }
    assert_eq!(scene.claim(&guesser, "00000-00000", BORN).await.unwrap_err().code(), Code::RateLimited);

    let code = scene.code(record).await.unwrap();
    scene.clinic.pass(SignedDuration::from_hours(30 * 24));
    let late = scene.clinic.patient("Priya Raman").await;
    assert_eq!(scene.claim(&late, &code, BORN).await.unwrap_err().code(), Code::ClaimExpired);
}

#[tokio::test]
async fn who_was_registered_by_mistake_is_deleted_and_brought_back() {
    let scene = scene().await;
    let (domain, desk) = (&scene.clinic.domain, &scene.desk);
    let mistake = person("Mira Mistake", ["3", "2", "1985"], "");
    let patient = scene.register(desk, &mistake, Likeness::Unchecked).await.unwrap();
    let card = scene.card(desk, patient).await.unwrap();
    assert!(card.may_delete);
    let delete = async |by: &Access, version: i32| {
        let command = DeletePatient { patient, version: Some(version) };
        directory::delete_patient(domain, by, command).await.map_err(|error| error.code())
    };
    let back = async |by: &Access| directory::bring_back_patient(domain, by, patient).await.map_err(|error| error.code());
    assert_eq!(delete(&scene.elsewhere, card.version).await, Err(Code::NotFound));
    assert_eq!(delete(desk, card.version - 1).await, Err(Code::Stale));
    assert_eq!(back(desk).await, Err(Code::NotFound));
    delete(desk, card.version).await.unwrap();
    assert_eq!(scene.card(desk, patient).await.err(), Some(Code::NotFound));
    assert!(scene.found(desk, "Mira Mistake", ANY).await.is_empty());

    let list = async |by: &Access| {
        let page = directory::list_deleted_patients(domain, by, ListDeletedPatients::default()).await.unwrap();
        page.items.into_iter().map(|row| (row.patient, row.name)).collect::<Vec<_>>()
    };
    assert_eq!(list(desk).await, [(patient, "Mira Mistake".to_owned())]);
    assert!(list(&scene.elsewhere).await.is_empty());
    assert_eq!(back(&scene.elsewhere).await, Err(Code::NotFound));
    back(desk).await.unwrap();
    let card = scene.card(desk, patient).await.unwrap();
    assert!(list(desk).await.is_empty());

    let other = scene.register(desk, &person("Otto Other", ["9", "9", "1999"], ""), Likeness::Unchecked).await.unwrap();
    // A record that is in use cannot be deleted.
    let doctor = scene.clinic.doctor("Dr Lena Hoffmann", scene.here).await;
    let mut known = scene.clinic.patient("Amara Osei").await;
    known.patient = Some(patient);
    scene.clinic.coming_encounter(&known, &doctor, scene.here).await;
    assert!(!scene.card(desk, patient).await.unwrap().may_delete);
    assert_eq!(delete(desk, card.version).await, Err(Code::PatientInUse));

    directory::delete_patient(domain, desk, DeletePatient { patient: other, version: None }).await.unwrap();
    scene.clinic.pass(SignedDuration::from_hours(24 * 30));
    assert!(list(desk).await.is_empty());
    let late = directory::bring_back_patient(domain, desk, other).await.map_err(|error| error.code());
    assert_eq!(late, Err(Code::NotFound));
    let audited = scene.clinic.audited().await;
    assert!(audited.contains(&"directory.patient_deleted".to_owned()));
    assert!(audited.contains(&"directory.patient_brought_back".to_owned()));
}
