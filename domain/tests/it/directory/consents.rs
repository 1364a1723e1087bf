//! What a patient has agreed to, as the desk and the doctor read it.

use domain::{
    access::Access,
    directory,
    identity::{self, AnswerDocument},
};
use model::{errors::Code, identity::LegalDocument};
use testing::Consultation;

#[tokio::test]
async fn the_desk_and_the_doctor_see_what_a_patient_has_agreed_to_and_nobody_else() {
    let Consultation { clinic, practice, patient, doctor, .. } = testing::consultation().await;
    let (domain, own) = (&clinic.domain, patient.access(&clinic));
    let asked = async |access: &Access| {
        let found = directory::consents_of_patient(domain, access, patient.patient()).await;
        found.map_err(|error| error.code())
    };
    let text = identity::document(domain, LegalDocument::RemoteCare, "en").await.unwrap();
    let decline = AnswerDocument { version: text.id, answer: "decline".to_owned() };
    identity::answer_document(domain, &own, decline).await.unwrap();

    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await;
    for person in [&desk, &doctor] {
        let seen = asked(&person.access(&clinic)).await.unwrap_or_else(|code| panic!("{}: {code:?}", person.email));
        assert!(!seen.remote_care.agreed && seen.name == "Amara Osei");
        let answers: Vec<_> = seen.given.iter().filter(|row| row.document == LegalDocument::RemoteCare).collect();
        let [remote] = &answers[..] else { panic!("there are {} answers", answers.len()) };
        assert_eq!((remote.version, remote.language.as_deref(), remote.given_at), (Some(1), Some("en"), None));
        assert!(remote.withdrawn_at.is_some());
    }
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.consents_read").count(), 2);

    let there = clinic.practice().await;
    let elsewhere = clinic.staff("Lin Otherplace", "receptionist", Some(there)).await;
    let (other, admin) = (clinic.patient("Somebody Else").await, clinic.staff("Ada Admin", "admin", None).await);
    for person in [&elsewhere, &other, &admin] {
        assert_eq!(asked(&person.access(&clinic)).await.err(), Some(Code::NotFound), "{}", person.email);
    }
    assert_eq!(asked(&clinic.stranger()).await.err(), Some(Code::SignInNeeded));
}
