//! What is written at a visit is written on its day or later, and only if the visit is held.

use super::{booked, code};
use domain::{
    identity::Proof,
    prescriptions::{self, AddItem, DiscardDraft, SignPrescription},
    records::{self, ReplaceDiagnoses, SaveNote},
};
use jiff::SignedDuration;
use model::{
    errors::Code,
    ids::{EncounterId, PrescriptionId},
    records::SoapNote,
};
use testing::{PASSWORD, Person, TestClinic, medicine};

struct Scene {
    clinic: TestClinic,
    doctor: Person,
    visit: EncounterId,
}

/// An appointment that begins in so many minutes; it is 09:00.
async fn scene(in_minutes: i64) -> Scene {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (_, visit) = booked(&clinic, practice, &patient, &doctor, in_minutes).await;
    Scene { clinic, doctor, visit }
}

impl Scene {
    async fn note(&self) -> Result<(), Code> {
        let note = SoapNote { plan: "Rest".to_owned(), ..SoapNote::default() };
        let command = SaveNote { encounter: self.visit, version_seen: 0, note };
        let saved = records::save_note(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await;
        saved.map(drop).map_err(|error| error.code())
    }

    async fn diagnose(&self) -> Result<(), Code> {
        let command = ReplaceDiagnoses { encounter: self.visit, seen: Vec::new(), codes: Vec::new() };
        let replaced = records::replace_diagnoses(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await;
        replaced.map_err(|error| error.code())
    }

    async fn draft(&self) -> Result<PrescriptionId, Code> {
        let command = AddItem { encounter: self.visit, medicine: medicine("Amoxicillin"), idempotency_key: None };
        let added = prescriptions::add_item(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await;
        added.map_err(|error| error.code())
    }

    async fn sign(&self, prescription: PrescriptionId) -> Result<(), Code> {
        let command =
            SignPrescription { prescription, version: 2, proof: Proof::Password(PASSWORD.to_owned()), idempotency_key: None };
        let signed = prescriptions::sign(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await;
        signed.map_err(|error| error.code())
    }

    async fn cancel(&self) {
        let statement =
            "with freed as (delete from reservations) update appointments set state = 'cancelled', cancelled_at = booked_at";
        self.clinic.as_owner(statement).await;
    }
}

#[tokio::test]
async fn nothing_is_written_before_the_day_of_the_visit() {
    let scene = scene(24 * 60).await;
    assert_eq!(scene.note().await, Err(Code::VisitNotYet));
    assert_eq!(scene.diagnose().await, Err(Code::VisitNotYet));
    assert_eq!(scene.draft().await, Err(Code::VisitNotYet));

    // Midnight has passed in London.
    scene.clinic.pass(SignedDuration::from_hours(15));
    assert_eq!(scene.note().await, Ok(()));
    assert_eq!(scene.diagnose().await, Ok(()));
    let draft = scene.draft().await.unwrap();
    assert_eq!(scene.sign(draft).await, Ok(()));
}

#[tokio::test]
async fn nothing_is_written_or_signed_at_a_cancelled_visit() {
    let scene = scene(120).await;
    let draft = scene.draft().await.unwrap();
    scene.cancel().await;
    assert_eq!(scene.note().await, Err(Code::VisitNotHeld));
    assert_eq!(scene.diagnose().await, Err(Code::VisitNotHeld));
    assert_eq!(scene.draft().await, Err(Code::VisitNotHeld));
    assert_eq!(scene.sign(draft).await, Err(Code::VisitNotHeld));
    let discard = DiscardDraft { prescription: draft, version: 2, idempotency_key: None };
    prescriptions::discard(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), discard).await.unwrap();
    assert_eq!(code(prescriptions::get(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), draft).await), Code::NotFound);
}

#[tokio::test]
async fn nothing_is_written_at_a_visit_that_nobody_held() {
    let scene = scene(10).await;
    scene.clinic.pass(SignedDuration::from_mins(10 + 30 + 60));
    assert_eq!(scene.note().await, Err(Code::VisitNotHeld), "also before the worker has closed it");
    assert_eq!(scene.draft().await, Err(Code::VisitNotHeld));
}
