//! Drafts that are saved while their author types: only the author gets them back, for a week, and a page that was left open does no harm.

use domain::{
    access::Access,
    drafts::{self, Keep, Outcome},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx as _;
use model::{drafts::DraftSubject, errors::Code};
use testing::{Consultation, Person};

const NOTE: &str = "records.save_note";

fn draft(subject: &DraftSubject, page: &str, number: i64, content: &str) -> Keep {
    Keep {
        form: NOTE.to_owned(),
        subject: subject.clone(),
        page: page.to_owned(),
        number,
        shown: None,
        version: "3".to_owned(),
        content: content.to_owned(),
    }
}

struct Scene {
    at: Consultation,
    visit: DraftSubject,
}

impl Scene {
    async fn new() -> Self {
        let at = testing::consultation().await;
        let visit = DraftSubject::Visit(at.encounter);
        Self { at, visit }
    }

    fn doctor(&self) -> Access {
        self.at.by(&self.at.doctor)
    }

    async fn keep(&self, person: &Person, keep: Keep) -> Result<Outcome, Code> {
        drafts::keep(&self.at.clinic.domain, &self.at.by(person), keep).await.map_err(|error| error.code())
    }

    async fn text(&self, person: &Person, form: &str, subject: &DraftSubject) -> Option<String> {
        let kept = drafts::load_kept(&self.at.clinic.domain, &self.at.by(person), form, subject).await.unwrap();
        kept.map(|kept| kept.content)
    }
}

#[tokio::test]
async fn a_draft_comes_back_to_its_author_with_the_version_that_it_changes() {
    let scene = Scene::new().await;
    let doctor = &scene.at.doctor;
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await, None);
    assert!(matches!(
        scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore")).await,
        Ok(Outcome::Saved { replaced_another: false, .. })
    ));
    scene.keep(doctor, draft(&scene.visit, "a", 2, "Sore throat")).await.unwrap();
    // A change that arrives after a later one is ignored.
    scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore")).await.unwrap();
    let kept = drafts::load_kept(&scene.at.clinic.domain, &scene.doctor(), NOTE, &scene.visit).await.unwrap().unwrap();
    assert_eq!((kept.content.as_str(), kept.version.as_str(), kept.page.as_str()), ("Sore throat", "3", "a"));
    assert_eq!(kept.saved_at, scene.at.clinic.domain.now());

    let ciphers: Vec<Vec<u8>> =
        sqlx::query_scalar("select cipher from kept_drafts").fetch_all(&scene.at.clinic.owner).await.unwrap();
    assert!(ciphers.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("throat")), "drafts must be encrypted");
    assert!(
        !scene.at.clinic.audited().await.iter().any(|action| action.starts_with("drafts.")),
        "saving a draft must not be audited"
    );
}

#[tokio::test]
async fn nobody_but_the_author_sees_a_draft() {
    let scene = Scene::new().await;
    scene.keep(&scene.at.doctor, draft(&scene.visit, "a", 1, "Sore throat")).await.unwrap();
    let clinic = &scene.at.clinic;
    // The patient of the same visit, and a doctor who treats the same patient, do not see the draft.
    assert_eq!(scene.text(&scene.at.patient, NOTE, &scene.visit).await, None);
    let other = clinic.doctor("Dr Tariq Mansour", scene.at.practice).await;
    assert_eq!(scene.text(&other, NOTE, &scene.visit).await, None);
    clinic.pass(SignedDuration::from_hours(1));
    clinic.encounter(&scene.at.patient, &other, scene.at.practice).await;
    assert_eq!(scene.text(&other, NOTE, &scene.visit).await, None);
    // A user who may not see the visit cannot save a draft about it.
    let stranger = clinic.patient("Jonas Weber").await;
    assert_eq!(scene.keep(&stranger, draft(&scene.visit, "b", 1, "x")).await, Err(Code::NotFound));
    let refused = drafts::load_kept(&clinic.domain, &clinic.stranger(), NOTE, &scene.visit).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
    // The patient's draft for the same form and visit is a separate one.
    scene.keep(&scene.at.patient, draft(&scene.visit, "c", 1, "Mine")).await.unwrap();
    assert_eq!(scene.text(&scene.at.doctor, NOTE, &scene.visit).await.as_deref(), Some("Sore throat"));
    assert_eq!(scene.text(&scene.at.patient, NOTE, &scene.visit).await.as_deref(), Some("Mine"));
}

#[tokio::test]
async fn a_draft_belongs_to_one_form_and_one_subject() {
    let scene = Scene::new().await;
    let doctor = &scene.at.doctor;
    scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore throat")).await.unwrap();
    assert_eq!(scene.text(doctor, "visits.chat", &scene.visit).await, None);
    assert_eq!(scene.text(doctor, NOTE, &DraftSubject::Patient(scene.at.patient.patient())).await, None);
    assert_eq!(scene.text(doctor, NOTE, &DraftSubject::Own(scene.at.encounter.to_string())).await, None);
    // If the ciphertext is moved to another row, it cannot be decrypted.
    scene.keep(doctor, draft(&DraftSubject::Patient(scene.at.patient.patient()), "b", 1, "Latex")).await.unwrap();
    sqlx::query("update kept_drafts set cipher = (select cipher from kept_drafts where subject like 'visit:%')")
        .execute(&scene.at.clinic.owner)
        .await
        .unwrap();
    let patient = DraftSubject::Patient(scene.at.patient.patient());
    let refused = drafts::load_kept(&scene.at.clinic.domain, &scene.doctor(), NOTE, &patient).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
}

#[tokio::test]
async fn the_patient_of_a_visit_and_the_patient_are_one_subject() {
    let scene = Scene::new().await;
    let doctor = &scene.at.doctor;
    scene.keep(doctor, draft(&DraftSubject::PatientOf(scene.at.encounter), "a", 1, "Latex")).await.unwrap();
    let patient = DraftSubject::Patient(scene.at.patient.patient());
    assert_eq!(scene.text(doctor, NOTE, &patient).await.as_deref(), Some("Latex"));
}

#[tokio::test]
async fn a_draft_is_gone_after_a_week() {
    let scene = Scene::new().await;
    let doctor = &scene.at.doctor;
    scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore throat")).await.unwrap();
    scene.at.clinic.pass(drafts::kept::LIFE - SignedDuration::from_mins(1));
    assert_eq!(drafts::sweep_kept(&scene.at.clinic.domain).await.unwrap(), 0);
    assert!(scene.text(doctor, NOTE, &scene.visit).await.is_some());
    scene.at.clinic.pass(SignedDuration::from_mins(2));
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await, None);
    assert_eq!(drafts::sweep_kept(&scene.at.clinic.domain).await.unwrap(), 1);
}

#[tokio::test]
async fn with_the_patients_key_the_drafts_about_them_are_gone() {
    let scene = Scene::new().await;
    let (doctor, patient) = (&scene.at.doctor, &scene.at.patient);
    let own = DraftSubject::Own(String::new());
    scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore throat")).await.unwrap();
    scene.keep(patient, draft(&own, "b", 1, "A rash")).await.unwrap();
    scene.keep(doctor, draft(&own, "c", 1, "My hours")).await.unwrap();
    sqlx::query("delete from patient_keys").execute(&scene.at.clinic.owner).await.unwrap();
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await, None);
    assert_eq!(scene.text(patient, NOTE, &own).await, None);
    assert_eq!(scene.text(doctor, NOTE, &own).await.as_deref(), Some("My hours"));
    assert_eq!(scene.keep(doctor, draft(&scene.visit, "a", 2, "Sore")).await, Err(Code::NotFound));
}

#[tokio::test]
async fn a_form_that_was_sent_takes_its_draft_along_and_no_late_save_brings_it_back() {
    let scene = Scene::new().await;
    let (domain, doctor) = (&scene.at.clinic.domain, &scene.at.doctor);
    scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore throat")).await.unwrap();
    drafts::close(domain, &scene.doctor(), NOTE, &scene.visit, "a", None).await.unwrap();
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await, None);
    assert_eq!(scene.keep(doctor, draft(&scene.visit, "a", 2, "Sore throat")).await, Ok(Outcome::Closed));
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await, None);
    // The first save may even arrive after the form was submitted.
    let patient = DraftSubject::Patient(scene.at.patient.patient());
    drafts::close(domain, &scene.doctor(), NOTE, &patient, "b", None).await.unwrap();
    assert_eq!(scene.keep(doctor, draft(&patient, "b", 1, "Latex")).await, Ok(Outcome::Closed));
    // What is typed afterwards is a new draft.
    scene.keep(doctor, draft(&scene.visit, "c", 1, "And a cough")).await.unwrap();
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await.as_deref(), Some("And a cough"));
}

#[tokio::test]
async fn a_form_that_was_sent_leaves_what_another_page_wrote_since() {
    let scene = Scene::new().await;
    let (domain, doctor) = (&scene.at.clinic.domain, &scene.at.doctor);
    scene.keep(doctor, draft(&scene.visit, "a", 1, "From the first tab")).await.unwrap();
    let second = scene.keep(doctor, draft(&scene.visit, "b", 1, "From the second tab")).await;
    assert!(
        matches!(second, Ok(Outcome::Saved { replaced_another: true, .. })),
        "the page must be told that it replaced another draft: {second:?}"
    );
    drafts::close(domain, &scene.doctor(), NOTE, &scene.visit, "a", None).await.unwrap();
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await.as_deref(), Some("From the second tab"));
    // A page that showed the draft of another page continues it, and ends it.
    let shown = Keep { shown: Some("b".to_owned()), ..draft(&scene.visit, "c", 1, "From both") };
    assert!(matches!(scene.keep(doctor, shown).await, Ok(Outcome::Saved { replaced_another: false, .. })));
    drafts::close(domain, &scene.doctor(), NOTE, &scene.visit, "d", Some("c")).await.unwrap();
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await, None);
}

#[tokio::test]
async fn what_is_too_long_or_nameless_is_refused_and_the_oldest_make_room() {
    let scene = Scene::new().await;
    let doctor = &scene.at.doctor;
    let long = "a".repeat(drafts::kept::LONGEST + 1);
    assert_eq!(scene.keep(doctor, draft(&scene.visit, "a", 1, &long)).await, Err(Code::BodyTooLarge));
    assert_eq!(scene.keep(doctor, draft(&scene.visit, "", 1, "x")).await, Err(Code::BodyMalformed));
    let nameless = Keep { form: "a b".to_owned(), ..draft(&scene.visit, "a", 1, "x") };
    assert_eq!(scene.keep(doctor, nameless).await, Err(Code::BodyMalformed));
    sqlx::query(
        "insert into kept_drafts (user_id, form, subject, cipher, saved_at, page, change_number)
         select $1, 'a.form', 'own:' || n, '', $2 - make_interval(secs => n), 'a', 1 from generate_series(1, 200) n",
    )
    .bind(doctor.user.uuid())
    .bind(scene.at.clinic.domain.now().to_sqlx())
    .execute(&scene.at.clinic.owner)
    .await
    .unwrap();
    scene.keep(doctor, draft(&scene.visit, "a", 1, "Sore throat")).await.unwrap();
    let count: i64 = sqlx::query_scalar("select count(*) from kept_drafts where user_id = $1")
        .bind(doctor.user.uuid())
        .fetch_one(&scene.at.clinic.owner)
        .await
        .unwrap();
    assert_eq!(count, 200);
    let oldest: bool = sqlx::query_scalar("select exists (select from kept_drafts where subject = 'own:200')")
        .fetch_one(&scene.at.clinic.owner)
        .await
        .unwrap();
    assert!(!oldest);
    assert_eq!(scene.text(doctor, NOTE, &scene.visit).await.as_deref(), Some("Sore throat"));
}
