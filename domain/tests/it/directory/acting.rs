//! A clinic lets a carer or a legal guardian act for a patient, with a document and an end.

use domain::{
    access::Access,
    directory::{self, FindPatient, LetAct, MailKind, StopActing},
    identity,
};
use jiff::SignedDuration;
use model::{
    directory::ActingRelation,
    errors::{Code, FieldError, FieldFault},
    ids::RequestId,
};
use testing::{Consultation, Person, TestClinic};

fn letter(patient: &Person, email: &str) -> LetAct {
    LetAct {
        patient: patient.patient(),
        email: email.to_owned(),
        relation: "helper".to_owned(),
        document: "Power of attorney".to_owned(),
        document_date: ["1", "10", "2026"].map(str::to_owned),
        file_id: String::new(),
        no_copy: "Seen at the desk".to_owned(),
        until: ["30", "11", "2026"].map(str::to_owned),
        idempotency_key: None,
    }
}

async fn let_act(clinic: &TestClinic, by: &Person, command: LetAct) -> Result<(), Code> {
    directory::let_act(&clinic.domain, &by.access(clinic), command).await.map_err(|error| error.code())
}

/// A new request of the person's session, in which it acts as it acts now.
async fn now(clinic: &TestClinic, person: &Person) -> Access {
    let acting = identity::resolve_session(&clinic.domain, person.session).await.unwrap().unwrap();
    Access::new(acting.into(), clinic.domain.new_id::<RequestId>())
}

async fn mailed(clinic: &TestClinic, kind: MailKind) -> Vec<String> {
    let mut told: Vec<String> = clinic.mails(kind).await.into_iter().map(|mail| mail.recipient.to).collect();
    told.sort();
    told
}

#[tokio::test]
async fn the_desk_lets_a_carer_act_until_the_end_of_a_day_and_both_are_told() {
    let Consultation { clinic, practice, patient, .. } = testing::consultation().await;
    let desk = clinic.staff("Rita Desk", "receptionist", Some(practice)).await;
    let carer = clinic.patient("Ada Carer").await;
    let keyed = LetAct { idempotency_key: Some("k".to_owned()), ..letter(&patient, &carer.email) };
    assert_eq!(let_act(&clinic, &desk, keyed.clone()).await, Ok(()));
    assert_eq!(let_act(&clinic, &desk, keyed).await, Ok(()), "the same request again");
    assert_eq!(let_act(&clinic, &desk, letter(&patient, &carer.email)).await, Err(Code::ActsAlready));
    assert_eq!(mailed(&clinic, MailKind::ActingBegun).await, sorted([&carer, &patient]));

    let view = directory::acting_for(&clinic.domain, &desk.access(&clinic), patient.patient()).await.unwrap();
    let [row] = view.acting.as_slice() else { panic!("one person acts for the patient") };
    assert_eq!(
        (row.user, row.relation, row.document.as_deref()),
        (carer.user, ActingRelation::Helper, Some("Power of attorney"))
    );
    assert_eq!((row.document_date, row.until), ("2026-10-01".parse().ok(), "2026-12-01T00:00:00Z".parse().ok()));
    let stored: Vec<u8> = sqlx::query_scalar("select document_cipher from acting_papers").fetch_one(&clinic.owner).await.unwrap();
    assert!(!stored.windows(8).any(|part| part == b"attorney"), "the name of the document is encrypted");

    // The right ends by itself, also for a session that uses it.
    identity::act_for(&clinic.domain, &carer.access(&clinic), patient.patient()).await.unwrap();
    assert_eq!(now(&clinic, &carer).await.acting().unwrap().patient, patient.patient);
    clinic.pass(SignedDuration::from_hours(24 * 7));
    assert_eq!(now(&clinic, &carer).await.acting().unwrap().patient, carer.patient);
    // A new document begins it again.
    let again = LetAct { until: ["30", "11", "2027"].map(str::to_owned), ..letter(&patient, &carer.email) };
    assert_eq!(let_act(&clinic, &desk, again).await, Ok(()));

    let stop = StopActing { patient: patient.patient(), user: carer.user, relation: ActingRelation::Helper };
    directory::stop_acting(&clinic.domain, &desk.access(&clinic), stop.clone()).await.unwrap();
    assert_eq!(mailed(&clinic, MailKind::ActingEnded).await, sorted([&carer, &patient]));
    assert_eq!(now(&clinic, &carer).await.acting().unwrap().patient, carer.patient);
    let refused = directory::stop_acting(&clinic.domain, &desk.access(&clinic), stop).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
    let audited = clinic.audited().await;
    let count = |name: &str| audited.iter().filter(|action| *action == name).count();
    assert_eq!((count("directory.acting_begun"), count("directory.acting_ended")), (2, 1));
}

/// The addresses of two people, in order.
fn sorted(people: [&Person; 2]) -> Vec<String> {
    let mut told: Vec<String> = people.into_iter().map(|person| person.email.clone()).collect();
    told.sort();
    told
}

#[tokio::test]
async fn every_wrong_field_is_named_and_nobody_lets_themself_act() {
    let Consultation { clinic, practice, patient, .. } = testing::consultation().await;
    let desk = clinic.staff("Rita Desk", "receptionist", Some(practice)).await;
    let faults = async |command: LetAct| {
        let refused = directory::let_act(&clinic.domain, &desk.access(&clinic), command).await.unwrap_err();
        refused.field_errors().iter().map(|error| error.field.clone()).collect::<Vec<_>>()
    };
    let nothing = LetAct {
        email: String::new(),
        relation: String::new(),
        document: " ".to_owned(),
        document_date: ["", "", ""].map(str::to_owned),
        until: ["", "", ""].map(str::to_owned),
        ..letter(&patient, "")
    };
    assert_eq!(faults(nothing).await, ["email", "relation", "document", "document_date", "until"]);
    let tomorrow = LetAct {
        document_date: ["25", "11", "2026"].map(str::to_owned),
        until: ["23", "11", "2026"].map(str::to_owned),
        ..letter(&patient, &desk.email)
    };
    assert_eq!(faults(tomorrow).await, ["document_date", "until"]);
    for email in ["nobody@people.example", patient.email.as_str(), desk.email.as_str()] {
        assert_eq!(faults(letter(&patient, email)).await, ["email"], "{email}");
    }
}

#[tokio::test]
async fn only_the_desk_and_admins_of_the_patients_clinic_decide_who_acts() {
    let Consultation { clinic, practice, patient, doctor, .. } = testing::consultation().await;
    let elsewhere = clinic.practice().await;
    let carer = clinic.patient("Ada Carer").await;
    let others = [
        clinic.staff("Nora Nurse", "nurse", Some(practice)).await,
        clinic.staff("Otto Other", "receptionist", Some(elsewhere)).await,
        clinic.staff("Sam Support", "support", None).await,
    ];
    for person in others.iter().chain([&patient, &doctor, &carer]) {
        assert_eq!(let_act(&clinic, person, letter(&patient, &carer.email)).await, Err(Code::NotFound), "{}", person.email);
        let refused = directory::acting_for(&clinic.domain, &person.access(&clinic), patient.patient()).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound, "{}", person.email);
    }
    let refused = directory::let_act(&clinic.domain, &clinic.stranger(), letter(&patient, &carer.email)).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
    let admin = clinic.staff("Ida Admin", "admin", Some(practice)).await;
    assert_eq!(let_act(&clinic, &admin, letter(&patient, &carer.email)).await, Ok(()));

    let number = directory::acting_for(&clinic.domain, &admin.access(&clinic), patient.patient()).await.unwrap().number;
    let find = async |person: &Person, day: &str| {
        let command = FindPatient { number: number.clone(), date_of_birth: [day, "4", "1990"].map(str::to_owned) };
        directory::find_for_acting(&clinic.domain, &person.access(&clinic), command).await
    };
    assert_eq!(find(&admin, "12").await.unwrap(), patient.patient());
    let unknown = [FieldError::new("number", FieldFault::UnknownChoice)];
    assert_eq!(find(&admin, "13").await.unwrap_err().field_errors(), unknown);
    assert_eq!(find(&others[1], "12").await.unwrap_err().field_errors(), unknown, "a patient of another clinic");
    assert_eq!(find(&others[0], "12").await.unwrap_err().code(), Code::Forbidden);
}
