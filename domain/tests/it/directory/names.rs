//! Names that documents cannot show, names with nothing visible, and correcting a name.

use crate::{files::no_files, identity::sign_up};
use domain::{
    directory::{self, CorrectName, SignUp},
    identity::{self, Proof},
    prescriptions::{self, AddItem, SignPrescription},
};
use model::{
    errors::{Code, FieldError, FieldFault},
    prescriptions::TypedMedicine,
};
use testing::{Consultation, PASSWORD, Person, TestClinic, medicine};

fn called(name: &str, latin_name: &str, email: &str) -> SignUp {
    SignUp { name: name.to_owned(), latin_name: latin_name.to_owned(), ..sign_up(email) }
}

async fn faults(clinic: &TestClinic, command: SignUp) -> Vec<FieldError> {
    let refused = directory::sign_up(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
    refused.field_errors().to_vec()
}

#[tokio::test]
async fn a_name_that_documents_cannot_show_needs_latin_letters_at_sign_up() {
    let clinic = testing::clinic().await;
    for (n, (name, latin)) in
        [("山田 太郎", "Yamada Taro"), ("محمد", "Muḥammad"), ("Priya राव", "Priya Rao"), ("ד\"ר כהן", "Dr Cohen")]
            .into_iter()
            .enumerate()
    {
        let email = format!("person{n}@people.example");
        let needed = [FieldError::new("latin_name", FieldFault::LatinNeeded)];
        assert_eq!(faults(&clinic, called(name, " \u{200B} ", &email)).await, needed, "{name}");
        directory::sign_up(&clinic.domain, &clinic.stranger(), called(name, latin, &email)).await.unwrap();
        clinic.confirm(&email).await;
        let stored: (String, Option<String>, String, Option<String>) = sqlx::query_as(
            "select u.display_name, u.latin_name, p.full_name, p.latin_name from users u join patient_access pa on pa.user_id = u.id
             join patients p on p.id = pa.patient_id where u.email_key = $1",
        )
        .bind(&email)
        .fetch_one(&clinic.owner)
        .await
        .unwrap();
        assert_eq!(stored, (name.to_owned(), Some(latin.to_owned()), name.to_owned(), Some(latin.to_owned())));
    }
}

#[tokio::test]
async fn invisible_names_are_refused_and_invisible_characters_go() {
    let clinic = testing::clinic().await;
    for name in ["\u{3164}", "\u{AD}\u{AD}", "\u{200B}", "\u{2800}\u{FEFF}", "\u{202E}\u{2066}"] {
        let missing = [FieldError::new("name", FieldFault::Missing)];
        assert_eq!(faults(&clinic, called(name, "", "a@people.example")).await, missing, "{name:?}");
    }
    let typed = called("\u{202A}Ada\u{200B} Love\u{AD}lace\u{202C}", "", "ada@people.example");
    directory::sign_up(&clinic.domain, &clinic.stranger(), typed).await.unwrap();
    clinic.confirm("ada@people.example").await;
    let stored: String = sqlx::query_scalar("select display_name from users").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(stored, "Ada Lovelace");
}

async fn correct(clinic: &TestClinic, person: &Person, name: &str, latin: &str, version: i32) -> Result<(), Code> {
    let command = CorrectName { name: name.to_owned(), latin_name: latin.to_owned(), version };
    directory::correct_name(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn a_name_is_corrected_wherever_it_stands_and_by_its_owner_alone() {
    let Consultation { clinic, patient, doctor, .. } = testing::consultation().await;
    for person in [&patient, &doctor] {
        let access = person.access(&clinic);
        let before = identity::account(&clinic.domain, &access).await.unwrap();
        assert_eq!(correct(&clinic, person, "王秀英", "", before.version).await, Err(Code::FieldsInvalid));
        correct(&clinic, person, "王秀英", "Wang Xiuying", before.version).await.unwrap();
        assert_eq!(correct(&clinic, person, "Wang", "", before.version).await, Err(Code::Stale));
        let after = identity::account(&clinic.domain, &access).await.unwrap();
        assert_eq!(
            (after.name.as_str(), after.latin_name.as_deref(), after.latin_needed),
            ("王秀英", Some("Wang Xiuying"), false)
        );
    }
    let names: Vec<String> =
        sqlx::query_scalar("select full_name || latin_name from patients union all select full_name from doctors order by 1")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(names, ["王秀英", "王秀英Wang Xiuying"]);
    let versions: Vec<(String, Option<uuid::Uuid>)> =
        sqlx::query_as("select full_name, changed_by from doctor_versions order by version")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(versions.len(), 2);
    assert_eq!(versions[1], ("王秀英".to_owned(), Some(doctor.user.uuid())));
    let audited: Vec<(Option<uuid::Uuid>, Vec<uuid::Uuid>)> = sqlx::query_as(
        "select actor_user_id, patient_ids from audit_events where action = 'identity.name_corrected' order by number",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert_eq!(audited, [(Some(patient.user.uuid()), vec![patient.patient().uuid()]), (Some(doctor.user.uuid()), vec![])]);
    let stranger = CorrectName { name: "Eve".to_owned(), latin_name: String::new(), version: 1 };
    let refused = directory::correct_name(&clinic.domain, &clinic.stranger(), stranger).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
}

async fn sign(scene: &Consultation) -> Result<model::ids::PrescriptionId, Code> {
    let (domain, access) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let medicine = TypedMedicine { refills: "٠".to_owned(), ..medicine("Amoxicillin") };
    let command = AddItem { encounter: scene.encounter, medicine, idempotency_key: None };
    let prescription = prescriptions::add_item(domain, &access, command).await.unwrap();
    let version = prescriptions::get(domain, &access, prescription).await.unwrap().version;
    let command = SignPrescription { prescription, version, proof: Proof::Password(PASSWORD.to_owned()), idempotency_key: None };
    prescriptions::sign(domain, &access, command).await.map_err(|error| error.code())?;
    Ok(prescription)
}

async fn paper(scene: &Consultation, id: model::ids::PrescriptionId) -> String {
    let (_, bytes) =
        prescriptions::pdf(&scene.clinic.domain, &no_files(), &scene.patient.access(&scene.clinic), id).await.unwrap();
    let text = lopdf::Document::load_mem(&bytes).unwrap().extract_text(&[1]).unwrap();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_signature_says_whose_name_is_missing_and_takes_the_latin_one() {
    let scene = testing::consultation().await;
    let clinic = &scene.clinic;
    // People whose names were stored before this rule.
    clinic.as_owner("update users set display_name = '山田 太郎'; update patients set full_name = '山田 太郎'; update doctors set full_name = 'محمد'").await;
    assert_eq!(sign(&scene).await, Err(Code::PrescriptionDoctorName));
    assert!(identity::account(&clinic.domain, &scene.doctor.access(clinic)).await.unwrap().latin_needed);
    correct(clinic, &scene.doctor, "محمد", "Dr Muhammad Nasser", 1).await.unwrap();
    assert_eq!(sign(&scene).await, Err(Code::PrescriptionPatientName));
    let version = identity::account(&clinic.domain, &scene.patient.access(clinic)).await.unwrap().version;
    correct(clinic, &scene.patient, "山田 太郎", "Yamada Taro", version).await.unwrap();
    let signed = sign(&scene).await.unwrap();
    let text = paper(&scene, signed).await;
    assert!(text.contains("Yamada Taro") && text.contains("Dr Muhammad Nasser"), "{text}");

    // Signed documents keep their names.
    correct(clinic, &scene.patient, "Taro Smith", "", version + 1).await.unwrap();
    let text = paper(&scene, signed).await;
    assert!(text.contains("Yamada Taro") && !text.contains("Smith"), "{text}");
}

#[tokio::test]
async fn what_was_stored_with_invisible_characters_is_printed_without_them() {
    let scene = testing::consultation().await;
    scene
        .clinic
        .as_owner(
            "update patients set full_name = U&'A\\200Bmara Osei'; update doctors set full_name = U&'Dr Lena\\00AD Hoffmann'",
        )
        .await;
    let signed = sign(&scene).await.unwrap();
    let text = paper(&scene, signed).await;
    assert!(text.contains("Amara Osei") && text.contains("Dr Lena Hoffmann"), "{text}");
    scene.clinic.as_owner("update users set display_name = U&'\\3164'").await;
    let command = prescriptions::CancelPrescription { prescription: signed, reason: "Wrong".to_owned(), idempotency_key: None };
    prescriptions::cancel(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), command).await.unwrap();
    assert!(paper(&scene, signed).await.contains("by Dr Lena Hoffmann"));
}
