//! The record: notes in versions, diagnoses of ICD-10-CM, allergies, measurements, summaries; and who may not see them.

mod child_growth;
mod choices;
mod letters;
mod measurements;
mod signatures;
mod team;

use domain::{
    identity::Proof,
    prescriptions::{self, AddItem, SignPrescription},
    records::{self, AddAllergy, EndAllergy, ReplaceDiagnoses, SaveNote},
    visits::{self, EndVisit},
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldFault},
    ids::EncounterId,
    prescriptions::TypedMedicine,
    records::{AllergySeverity, ChangeKind, NotesMissing, SoapNote},
    visits::views::{Outcome, VisitState},
};
use std::ops::Deref;
use testing::{Consultation, PASSWORD, Person};

struct Scene(Consultation);

impl Deref for Scene {
    type Target = Consultation;

    fn deref(&self) -> &Consultation {
        &self.0
    }
}

impl Scene {
    async fn new() -> Self {
        Self(testing::consultation().await)
    }

    async fn save(&self, person: &Person, version_seen: i64, plan: &str) -> Result<i64, Code> {
        let note = SoapNote { subjective: "Sore throat".to_owned(), plan: plan.to_owned(), ..SoapNote::default() };
        let command = SaveNote { encounter: self.encounter, version_seen, note };
        records::save_note(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn diagnose(&self, person: &Person, seen: &[&str], codes: &[&str]) -> Result<(), Code> {
        let texts = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect();
        let command = ReplaceDiagnoses { encounter: self.encounter, seen: texts(seen), codes: texts(codes) };
        records::replace_diagnoses(&self.clinic.domain, &self.by(person), command).await.map_err(|error| error.code())
    }

    async fn diagnoses(&self) -> Vec<String> {
        let consult = records::consult(&self.clinic.domain, &self.by(&self.doctor), self.encounter).await.unwrap();
        consult.diagnoses.into_iter().map(|diagnosis| diagnosis.code).collect()
    }

    /// Loads a few codes instead of all, because loading all takes seconds.
    async fn some_codes(&self) {
        sqlx::query(
            "insert into icd10cm (code, billable, description) values
               ('J45', false, 'Asthma'), ('J45.909', true, 'Unspecified asthma, uncomplicated'), ('I10', true, 'Essential (primary) hypertension'),
               ('J02.9', true, 'Acute pharyngitis, unspecified')",
        )
        .execute(&self.clinic.owner)
        .await
        .unwrap();
    }

    async fn allergy(&self, substance: &str, severity: &str) -> model::ids::AllergyId {
        let command = AddAllergy {
            patient: self.patient.patient(),
            substance: substance.to_owned(),
            reaction: String::new(),
            source: String::new(),
            severity: severity.to_owned(),
            idempotency_key: Some(substance.to_owned()),
        };
        let first = records::add_allergy(&self.clinic.domain, &self.by(&self.doctor), command.clone()).await.unwrap();
        let again = records::add_allergy(&self.clinic.domain, &self.by(&self.doctor), command).await.unwrap();
        assert_eq!(first, again, "a form that is sent twice must create one allergy");
        first
    }
}

#[tokio::test]
async fn a_note_grows_by_versions_and_a_stale_one_is_refused() {
    let scene = Scene::new().await;
    assert_eq!(scene.save(&scene.doctor, 0, "Rest").await, Ok(1));
    assert_eq!(scene.save(&scene.doctor, 0, "Rest").await, Ok(1), "saving the same text twice must create one version");
    assert_eq!(scene.save(&scene.doctor, 1, "Rest and tea").await, Ok(2));
    assert_eq!(scene.save(&scene.doctor, 1, "Something else").await, Err(Code::Stale));
    let consult = records::consult(&scene.clinic.domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    assert_eq!((consult.note.version, consult.note.note.plan.as_str()), (2, "Rest and tea"));

    let rows: Vec<(i32, Vec<u8>)> = sqlx::query_as("select version, body_cipher from note_versions order by version")
        .fetch_all(&scene.clinic.owner)
        .await
        .unwrap();
    assert_eq!(rows.len(), 2, "the first version must be kept");
    assert!(rows.iter().all(|(_, cipher)| !String::from_utf8_lossy(cipher).contains("Rest")), "notes must be encrypted");
    let refused = sqlx::query("update note_versions set version = 9").execute(scene.clinic.domain.pool()).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501");

    let empty = SaveNote { encounter: scene.encounter, version_seen: 2, note: SoapNote::default() };
    let refused = records::save_note(&scene.clinic.domain, &scene.by(&scene.doctor), empty).await.unwrap_err();
    assert_eq!(refused.field_errors()[0].fault, FieldFault::Missing);
}

#[tokio::test]
async fn a_doctor_is_told_of_visits_that_ended_without_a_note() {
    let scene = Scene::new().await;
    let missing = async |person: &Person| records::notes_missing(&scene.clinic.domain, &scene.by(person)).await;
    assert_eq!(missing(&scene.doctor).await.unwrap(), NotesMissing::default(), "the visit has not ended");
    let end = EndVisit { encounter: scene.encounter, outcome: Outcome::NoDiagnosis, idempotency_key: None };
    visits::end(&scene.clinic.domain, &scene.by(&scene.doctor), end).await.unwrap();
    assert_eq!(missing(&scene.doctor).await.unwrap(), NotesMissing { count: 1, first: Some(scene.encounter) });
    assert_eq!(missing(&scene.patient).await.err().unwrap().code(), Code::Forbidden);
    let colleague = scene.clinic.doctor("Dr Ana Reis", scene.practice).await;
    assert_eq!(missing(&colleague).await.unwrap(), NotesMissing::default());
    scene.save(&scene.doctor, 0, "Rest").await.unwrap();
    assert_eq!(missing(&scene.doctor).await.unwrap(), NotesMissing::default());
}

#[tokio::test]
async fn a_version_in_the_place_of_another_does_not_open() {
    let scene = Scene::new().await;
    scene.save(&scene.doctor, 0, "Rest").await.unwrap();
    scene.save(&scene.doctor, 1, "Tea").await.unwrap();
    sqlx::query(
        "update note_versions set body_cipher = (select body_cipher from note_versions where version = 1) where version = 2",
    )
    .execute(&scene.clinic.owner)
    .await
    .unwrap();
    let refused = records::consult(&scene.clinic.domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
}

#[tokio::test]
async fn the_doctor_amends_the_note_after_the_visit_and_every_version_can_be_read() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    scene.save(&scene.doctor, 0, "Rest").await.unwrap();
    scene.clinic.end_encounter(scene.encounter).await;
    scene.clinic.pass(SignedDuration::from_hours(1));
    assert_eq!(scene.save(&scene.doctor, 1, "Rest and tea").await, Ok(2));

    let record = records::visit_record(domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    let versions: Vec<_> = record
        .versions
        .iter()
        .map(|version| (version.version, version.note.plan.as_str(), version.author_name.as_str()))
        .collect();
    assert_eq!(versions, [(2, "Rest and tea", "Dr Lena Hoffmann"), (1, "Rest", "Dr Lena Hoffmann")]);
    assert!(record.versions[1].written_at < record.versions[0].written_at);
    let changed = record.versions[0].changes.as_ref().unwrap();
    let pieces: Vec<_> = changed.plan.iter().map(|piece| (piece.kind, piece.text.as_str())).collect();
    assert_eq!(pieces, [(ChangeKind::Kept, "Rest"), (ChangeKind::Added, " and tea")]);
    assert!(changed.subjective.is_empty() && record.versions[1].changes.is_none());
    assert!(record.may_write);
    assert!(scene.clinic.audited().await.contains(&"records.visit_read".to_owned()));

    let visit = visits::visit(domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    assert_eq!((visit.state, visit.ended_at), (VisitState::Ended, record.ended_at), "writing changes nothing in the visit");
    let summary = records::visit_summary(domain, &scene.by(&scene.patient), scene.encounter).await.unwrap();
    assert_eq!(summary.plan.as_deref(), Some("Rest and tea"));
    let refused = records::visit_record(domain, &scene.by(&scene.patient), scene.encounter).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden, "the patient reads the summary");
}

#[tokio::test]
async fn diagnoses_are_codes_in_order_until_the_visit_ends() {
    let scene = Scene::new().await;
    scene.some_codes().await;
    scene.diagnose(&scene.doctor, &[], &["j45.909", "I10"]).await.unwrap();
    assert_eq!(scene.diagnoses().await, ["J45.909", "I10"]);
    scene.diagnose(&scene.doctor, &["J45.909", "I10"], &["I10", "J45.909"]).await.unwrap();
    assert_eq!(scene.diagnoses().await, ["I10", "J45.909"]);

    assert_eq!(scene.diagnose(&scene.doctor, &["J45.909", "I10"], &["J02.9"]).await, Err(Code::Stale));
    assert_eq!(
        scene.diagnose(&scene.doctor, &["I10", "J45.909"], &["J45"]).await,
        Err(Code::DiagnosisUnknown),
        "a heading of the classification cannot be recorded"
    );
    assert_eq!(scene.diagnose(&scene.doctor, &["I10", "J45.909"], &["X99.99"]).await, Err(Code::DiagnosisUnknown));
    assert_eq!(scene.diagnoses().await, ["I10", "J45.909"]);

    scene.clinic.end_encounter(scene.encounter).await;
    assert_eq!(scene.diagnose(&scene.doctor, &["I10", "J45.909"], &[]).await, Err(Code::VisitEnded));
    assert_eq!(scene.save(&scene.doctor, 0, "Written after the visit").await, Ok(1));
}

#[tokio::test]
async fn each_list_of_diagnoses_is_kept_and_encrypted() {
    let scene = Scene::new().await;
    scene.some_codes().await;
    scene.diagnose(&scene.doctor, &[], &["J45.909", "I10"]).await.unwrap();
    scene.diagnose(&scene.doctor, &["J45.909", "I10"], &["I10"]).await.unwrap();
    scene.diagnose(&scene.doctor, &["I10"], &[]).await.unwrap();
    let rows: Vec<(i32, Vec<u8>, uuid::Uuid)> =
        sqlx::query_as("select version, body_cipher, author_user_id from diagnosis_versions order by version")
            .fetch_all(&scene.clinic.owner)
            .await
            .unwrap();
    assert_eq!(rows.iter().map(|(version, ..)| *version).collect::<Vec<_>>(), [1, 2, 3], "no list is ever deleted");
    for (_, cipher, author) in &rows {
        let text = String::from_utf8_lossy(cipher);
        assert!(!text.contains("J45") && !text.contains("I10"), "diagnoses must be encrypted");
        assert_eq!(*author, scene.doctor.user.uuid());
    }
    for statement in
        ["delete from diagnosis_versions", "update diagnosis_versions set version = 9", "delete from diagnosis_lists"]
    {
        let refused = sqlx::query(statement).execute(scene.clinic.domain.pool()).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{statement}");
    }
    let clear: i64 = sqlx::query_scalar("select count(*) from diagnoses").fetch_one(&scene.clinic.owner).await.unwrap();
    assert_eq!(clear, 0);

    // A list in the place of another version does not open.
    sqlx::query("update diagnosis_versions set body_cipher = (select body_cipher from diagnosis_versions where version = 1) where version = 3")
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
    let refused = records::consult(&scene.clinic.domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
}

#[tokio::test]
async fn diagnoses_of_an_earlier_version_are_encrypted_and_keep_author_and_time() {
    let scene = Scene::new().await;
    scene.some_codes().await;
    let clinic = &scene.clinic;
    let other = clinic.patient("Jonas Weber").await;
    clinic.pass(SignedDuration::from_hours(1));
    let erased = clinic.encounter(&other, &scene.doctor, scene.practice).await;
    for (encounter, patient, codes) in
        [(scene.encounter, scene.patient.patient(), ["J45.909", "I10"]), (erased, other.patient(), ["J02.9", "I10"])]
    {
        for (position, code) in codes.iter().enumerate() {
            sqlx::query(
                "insert into diagnoses (id, encounter_id, patient_id, position, code, author_user_id, recorded_at)
                 values (gen_random_uuid(), $1, $2, $3, $4, $5, '2026-11-20 10:00Z')",
            )
            .bind(encounter.uuid())
            .bind(patient.uuid())
            .bind(i16::try_from(position).unwrap())
            .bind(*code)
            .bind(scene.doctor.user.uuid())
            .execute(&clinic.owner)
            .await
            .unwrap();
        }
    }
    let diagnosed = "select count(*) from visit_diagnosis";
    let before: i64 = sqlx::query_scalar(diagnosed).fetch_one(&clinic.owner).await.unwrap();
    // The data of the second patient was erased: the key is destroyed.
    sqlx::query("delete from patient_keys where patient_id = $1")
        .bind(other.patient().uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();

    let access = domain::access::Access::system(clinic.domain.new_id());
    assert_eq!(records::encrypt_clear_diagnoses(&clinic.domain, &access).await.unwrap(), 2);
    assert_eq!(records::encrypt_clear_diagnoses(&clinic.domain, &access).await.unwrap(), 0);
    assert_eq!(scene.diagnoses().await, ["J45.909", "I10"]);
    let after: i64 = sqlx::query_scalar(diagnosed).fetch_one(&clinic.owner).await.unwrap();
    assert_eq!((before, after), (4, 2));
    let left: i64 = sqlx::query_scalar("select count(*) from diagnoses").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(left, 0);

    clinic.end_encounter(scene.encounter).await;
    let summary = records::summary(&clinic.domain, &scene.by(&scene.doctor), scene.patient.patient()).await.unwrap();
    let past: Vec<_> = summary.diagnoses.iter().map(|past| (past.code.as_str(), past.recorded_at.to_string())).collect();
    assert_eq!(past, [("I10", "2026-11-20T10:00:00Z".to_owned()), ("J45.909", "2026-11-20T10:00:00Z".to_owned())]);
    assert!(clinic.audited().await.contains(&"records.diagnoses_encrypted".to_owned()));
}

#[tokio::test]
async fn the_summary_tells_what_a_doctor_needs() {
    let scene = Scene::new().await;
    scene.some_codes().await;
    let (domain, patient) = (&scene.clinic.domain, scene.patient.patient());
    scene.allergy("Grass pollen", "mild").await;
    let penicillin = scene.allergy("Penicillin", "severe").await;
    scene.diagnose(&scene.doctor, &[], &["J45.909"]).await.unwrap();

    let medicine = TypedMedicine {
        medicine: "Salbutamol".to_owned(),
        strength: "100 µg".to_owned(),
        form: "inhaler".to_owned(),
        dose: "2 puffs".to_owned(),
        route: "inhaled".to_owned(),
        frequency: "up to four times a day".to_owned(),
        duration: "30 days".to_owned(),
        quantity: "1 inhaler".to_owned(),
        ..TypedMedicine::default()
    };
    let command = AddItem { encounter: scene.encounter, medicine, idempotency_key: None };
    let prescription = prescriptions::add_item(domain, &scene.by(&scene.doctor), command).await.unwrap();
    let summary = records::summary(domain, &scene.by(&scene.doctor), patient).await.unwrap();
    assert!(
        summary.medicines.is_empty() && summary.diagnoses.is_empty() && summary.visits.is_empty(),
        "a visit in progress must not appear in the summary"
    );

    let sign = SignPrescription { prescription, version: 2, proof: Proof::Password(PASSWORD.to_owned()), idempotency_key: None };
    prescriptions::sign(domain, &scene.by(&scene.doctor), sign).await.unwrap();
    scene.clinic.end_encounter(scene.encounter).await;
    let summary = records::summary_at(domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    assert_eq!((summary.name.as_str(), summary.age_years, summary.may_record), ("Amara Osei", 36, true));
    let allergies: Vec<_> =
        summary.allergies.iter().map(|view| (view.allergy.substance.as_str(), view.allergy.severity)).collect();
    assert_eq!(allergies, [("Penicillin", AllergySeverity::Severe), ("Grass pollen", AllergySeverity::Mild)]);
    assert_eq!(summary.medicines[0].medicine.medicine, "Salbutamol");
    assert_eq!(summary.diagnoses[0].description, "Unspecified asthma, uncomplicated");
    assert_eq!(summary.diagnoses[0].plain.as_deref(), Some("Asthma"));
    assert_eq!(summary.visits[0].encounter, scene.encounter);

    let end = EndAllergy { patient, allergy: penicillin, error: String::new() };
    records::end_allergy(domain, &scene.by(&scene.doctor), end.clone()).await.unwrap();
    records::end_allergy(domain, &scene.by(&scene.doctor), end).await.unwrap();
    let summary = records::summary(domain, &scene.by(&scene.doctor), patient).await.unwrap();
    assert_eq!(summary.allergies.len(), 1);
    let ended = &summary.ended_allergies[0];
    assert_eq!(
        (ended.allergy.substance.as_str(), ended.ended_by.as_deref(), ended.error.as_deref()),
        ("Penicillin", Some("Dr Lena Hoffmann"), None)
    );
    scene.clinic.pass(SignedDuration::from_hours(24 * 366));
    let summary = records::summary(domain, &scene.by(&scene.doctor), patient).await.unwrap();
    assert!(summary.medicines.is_empty(), "medicines prescribed more than a year ago must not be listed");
}

#[tokio::test]
async fn what_must_be_known_before_a_decision_is_read_in_one_step() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    scene.allergy("Grass pollen", "mild").await;
    scene.allergy("Penicillin", "severe").await;
    let safety = records::safety(domain, &scene.by(&scene.doctor), scene.encounter).await.unwrap();
    assert_eq!((safety.name.as_str(), safety.age_years, safety.reason.as_str()), ("Amara Osei", 36, "A cough since Monday"));
    let allergies: Vec<_> = safety.allergies.iter().map(|view| view.allergy.substance.as_str()).collect();
    assert_eq!(allergies, ["Penicillin", "Grass pollen"]);
    assert!(safety.medicines.is_empty());
    assert!(scene.clinic.audited().await.contains(&"records.safety_read".to_owned()));

    let unknown = scene.clinic.domain.new_id::<EncounterId>();
    let many = records::safety_of_many(domain, &scene.by(&scene.doctor), &[unknown, scene.encounter]).await.unwrap();
    assert_eq!(many.iter().map(|safety| safety.encounter).collect::<Vec<_>>(), [scene.encounter]);
    let refused = records::safety_of_many(domain, &scene.clinic.stranger(), &[scene.encounter]).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
}

#[tokio::test]
async fn the_patient_reads_the_summary_when_the_visit_has_ended() {
    let scene = Scene::new().await;
    scene.some_codes().await;
    let domain = &scene.clinic.domain;
    scene.save(&scene.doctor, 0, "Rest.\nDrink.").await.unwrap();
    scene.diagnose(&scene.doctor, &[], &["J02.9"]).await.unwrap();
    for person in [&scene.patient, &scene.doctor] {
        let refused = records::visit_summary(domain, &scene.by(person), scene.encounter).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }
    let refused = records::consult(domain, &scene.by(&scene.patient), scene.encounter).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound, "a patient must not read the note before the visit has ended");

    scene.clinic.end_encounter(scene.encounter).await;
    let summary = records::visit_summary(domain, &scene.by(&scene.patient), scene.encounter).await.unwrap();
    assert_eq!((summary.plan.as_deref(), summary.doctor_name.as_str()), (Some("Rest.\nDrink."), "Dr Lena Hoffmann"));
    assert_eq!(summary.diagnoses[0].description, "Acute pharyngitis, unspecified");
    assert!(scene.clinic.audited().await.contains(&"records.visit_summary_read".to_owned()));
}

#[tokio::test]
async fn nobody_else_gets_in() {
    let scene = Scene::new().await;
    let (clinic, domain, patient) = (&scene.clinic, &scene.clinic.domain, scene.patient.patient());
    let other_doctor = clinic.doctor("Dr Tom Reed", scene.practice).await;
    let other_patient = clinic.patient("Jonas Weber").await;
    let elsewhere = clinic.practice().await;
    let foreign_nurse = clinic.staff("Nina Nurse", "nurse", Some(elsewhere)).await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    for person in [&other_doctor, &other_patient, &foreign_nurse, &admin] {
        let refused = records::summary(domain, &scene.by(person), patient).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{}", person.email);
        let refused = records::consult(domain, &scene.by(person), scene.encounter).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{}", person.email);
        let refused = records::safety(domain, &scene.by(person), scene.encounter).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{}", person.email);
        let refused = records::visit_record(domain, &scene.by(person), scene.encounter).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{}", person.email);
        assert_eq!(scene.save(person, 0, "Mine").await, Err(Code::NotFound), "{}", person.email);
        assert_eq!(scene.diagnose(person, &[], &[]).await, Err(Code::NotFound), "{}", person.email);
    }

    // A nurse of the clinic may read, and may not write.
    let nurse = clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    assert!(!records::summary(domain, &scene.by(&nurse), patient).await.unwrap().may_record);
    assert_eq!(scene.save(&nurse, 0, "Mine").await, Err(Code::Forbidden));
    assert_eq!(scene.save(&scene.patient, 0, "Mine").await, Err(Code::Forbidden));
    let stranger = records::summary(domain, &clinic.stranger(), patient).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);

    // A doctor who will treat the patient may read what others wrote, and change nothing of it.
    scene.clinic.pass(SignedDuration::from_hours(1));
    clinic.encounter(&scene.patient, &other_doctor, scene.practice).await;
    assert!(records::summary(domain, &scene.by(&other_doctor), patient).await.is_ok());
    assert!(records::consult(domain, &scene.by(&other_doctor), scene.encounter).await.is_ok());
    let record = records::visit_record(domain, &scene.by(&other_doctor), scene.encounter).await.unwrap();
    assert!(!record.may_write);
    assert_eq!(scene.save(&other_doctor, 0, "Mine").await, Err(Code::Forbidden));
}

#[tokio::test]
async fn after_the_treatment_a_doctor_reads_the_note_of_the_visit_and_not_the_rest_of_the_record() {
    let scene = Scene::new().await;
    let (domain, by) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let nurse = scene.clinic.staff("Nora Nurse", "nurse", Some(scene.practice)).await;
    scene.save(&scene.doctor, 0, "Rest").await.unwrap();
    scene.clinic.end_encounter(scene.encounter).await;
    scene.clinic.pass(SignedDuration::from_hours(24 * 541));
    assert!(records::consult(domain, &by, scene.encounter).await.is_ok());
    assert_eq!(records::safety(domain, &by, scene.encounter).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(records::summary(domain, &by, scene.patient.patient()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(records::consult(domain, &scene.by(&nurse), scene.encounter).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn reading_is_audited_once_a_request() {
    let scene = Scene::new().await;
    let access = scene.by(&scene.doctor);
    for _ in 0..2 {
        records::summary(&scene.clinic.domain, &access, scene.patient.patient()).await.unwrap();
    }
    let reads = scene.clinic.audited().await.into_iter().filter(|action| action == "records.summary_read").count();
    assert_eq!(reads, 1);
}

#[tokio::test]
async fn each_kind_of_read_of_each_resource_is_audited_in_a_request() {
    let scene = Scene::new().await;
    let (domain, access) = (&scene.clinic.domain, scene.by(&scene.doctor));
    scene.clinic.pass(SignedDuration::from_hours(1));
    let later = scene.clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    records::summary(domain, &access, scene.patient.patient()).await.unwrap();
    for encounter in [scene.encounter, later] {
        records::consult(domain, &access, encounter).await.unwrap();
    }
    let reads: Vec<String> = scene.clinic.audited().await.into_iter().filter(|action| action.starts_with("records.")).collect();
    assert_eq!(reads, ["records.summary_read", "records.consult_read", "records.consult_read"]);
}

#[tokio::test]
async fn a_read_whose_entry_could_not_be_written_is_audited_when_it_is_repeated() {
    let scene = Scene::new().await;
    let access = scene.by(&scene.doctor);
    let read = async || records::summary(&scene.clinic.domain, &access, scene.patient.patient()).await.map(drop);
    scene.clinic.as_owner("alter table audit_events add constraint refuses check (action <> 'records.summary_read')").await;
    assert_eq!(read().await.unwrap_err().code(), Code::Internal);
    scene.clinic.as_owner("alter table audit_events drop constraint refuses").await;
    read().await.unwrap();
    assert!(scene.clinic.audited().await.contains(&"records.summary_read".to_owned()));
}

/// Each beginning of a word, from two letters on, finds something, and it finds all that the word finds unless there is more than a page.
async fn beginnings_find_what_the_word_finds(search: &impl AsyncFn(&str) -> Vec<String>, word: &str) {
    let whole = search(word).await;
    assert!(!whole.is_empty(), "{word} finds nothing");
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(2).collect();
    for end in ends {
        let (beginning, found) = (&word[..end], search(&word[..end]).await);
        assert!(!found.is_empty(), "{beginning} finds nothing, but {word} does");
        if found.len() < 20 {
            assert!(whole.iter().all(|code| found.contains(code)), "{beginning} finds less than {word}");
        }
    }
}

#[tokio::test]
async fn icd10cm_is_loaded_once_and_searched_by_code_and_words() {
    let scene = Scene::new().await;
    let domain = &scene.clinic.domain;
    let known = records::load_icd10cm(domain).await.unwrap();
    assert!(known > 98_000, "{known}");
    assert_eq!(records::load_icd10cm(domain).await.unwrap(), known);

    let search = async |query: &str| {
        let found = records::search_icd10cm(domain, &scene.by(&scene.doctor), query).await.unwrap();
        assert!(found.len() <= 20);
        found.into_iter().map(|code| code.code).collect::<Vec<_>>()
    };
    assert_eq!(search("j45.90").await, ["J45.901", "J45.902", "J45.909"]);
    assert_eq!(search("e119").await, ["E11.9"]);
    assert!(search("J45").await.iter().all(|code| code.starts_with("J45.")), "a heading cannot be recorded");
    assert_eq!(search("primary hypertens").await.first().map(String::as_str), Some("I10"));
    assert!(search("acute pharyng").await.contains(&"J02.9".to_owned()));
    assert!(search("migraine without aura").await.iter().all(|code| code.starts_with("G43.")));
    assert!(search("'; drop table icd10cm; --").await.is_empty());
    assert!(search("zzzzzz").await.is_empty());
    assert!(search("pnuemonia").await.iter().any(|code| code.starts_with('J')), "a typing error is mended");
    assert_eq!(search("pnuemonia").await, search("pneumonia").await);

    // What patients say comes first if it is the whole text, and last if it is a part of it.
    for (typed, code) in [
        ("sore throat", "J02.9"),
        ("sore thr", "J02.9"),
        ("high blood pressure", "I10"),
        ("headache", "R51.9"),
        ("hay fever", "J30.2"),
        ("I10", "I10"),
    ] {
        assert_eq!(search(typed).await.first().map(String::as_str), Some(code), "{typed}");
    }
    assert_ne!(search("tension headache").await.first().map(String::as_str), Some("R51.9"));

    // No result disappears while somebody types, in either spelling; and words that no description contains find what they begin with.
    for word in [
        "hypertension",
        "constipation",
        "vomiting",
        "vomited",
        "injuries",
        "fractures",
        "anaemia",
        "anemia",
        "oesophagus",
        "haemorrhage",
        "diarrhoea",
        "tumour",
        "oedema",
        "leukaemia",
        "gynaecological",
        "asthmatic",
        "allergies",
        "ischaemic",
        "paralysed",
        "Sjögren",
        "Ménière",
        "diabetes",
        "headaches",
        "pharyngitis",
        "dyspnoea",
        "goitre",
    ] {
        beginnings_find_what_the_word_finds(&search, word).await;
    }
    for (british, american) in
        [("anaemia", "anemia"), ("oesophagus", "esophagus"), ("haemorrhage", "hemorrhage"), ("oedema", "edema")]
    {
        assert_eq!(search(british).await, search(american).await, "{british}");
    }
    assert!(search("pain in the knee").await.iter().any(|code| code == "M25.569"), "{:?}", search("pain in the knee").await);
    // A complete word finds its other forms, even while the next word is being typed.
    for (typed, category) in [
        ("fractured femur", "M84."),
        ("fractured fem", "M84."),
        ("fractured neck of femur", "S72."),
        ("dislocated shoulder", "S43."),
        ("burned hand", "T23."),
        ("allergies to peanuts", "Z91."),
    ] {
        let found = search(typed).await;
        assert!(found.iter().any(|code| code.starts_with(category)), "{typed}: {found:?}");
    }
    // Arbitrary words of the table.
    let words: Vec<String> = sqlx::query_scalar(
        "select word from ts_stat('select to_tsvector(''simple'', description) from icd10cm where billable') where word ~ '^[a-z]{4,}$'
         order by md5(word) limit 40",
    )
    .fetch_all(&scene.clinic.owner)
    .await
    .unwrap();
    for word in &words {
        beginnings_find_what_the_word_finds(&search, word).await;
    }

    let stranger = records::search_icd10cm(domain, &scene.clinic.stranger(), "asthma").await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}
