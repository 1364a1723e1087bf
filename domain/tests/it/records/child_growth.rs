//! Growth curves with the measurements of a child.

use domain::{
    directory::{self, ChangePatientProfile},
    records::{self, AddMeasurements},
};
use model::{
    directory::PatientProfile,
    vitals::{Growth, GrowthMeasure, TypedVitals},
};
use testing::{Consultation, Person};

async fn growth(scene: &Consultation, person: &Person) -> Option<Growth> {
    let (access, patient) = (scene.by(person), scene.patient.patient());
    records::measurements(&scene.clinic.domain, &access, Some(patient)).await.unwrap().growth
}

async fn measure(scene: &Consultation, person: &Person, weight: &str, height: &str) {
    let vitals = TypedVitals { weight: weight.to_owned(), height: height.to_owned(), ..TypedVitals::default() };
    let command =
        AddMeasurements { patient: scene.patient.patient(), encounter: None, taken_at: None, vitals, idempotency_key: None };
    records::add_measurements(&scene.clinic.domain, &scene.by(person), command).await.unwrap();
}

#[tokio::test]
async fn what_is_measured_of_a_child_is_compared_by_age_and_sex() {
    let scene = testing::consultation().await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    measure(&scene, &nurse, "10,76", "75,7").await;
    assert!(growth(&scene, &nurse).await.is_none(), "an adult has grown");

    // One year old on the first day of the test.
    scene.clinic.as_owner("update patients set date_of_birth = '2025-11-24'").await;
    let unknown = growth(&scene, &nurse).await.unwrap();
    assert!(!unknown.has_sex && unknown.charts.is_empty(), "there are no tables without the sex");

    let (domain, own) = (&scene.clinic.domain, scene.by(&scene.patient));
    let version = directory::patient_profile(domain, &own).await.unwrap().version;
    let profile = PatientProfile { sex: "male".to_owned(), ..PatientProfile::default() };
    directory::change_patient_profile(domain, &own, ChangePatientProfile { profile, version }).await.unwrap();
    for person in [&nurse, &scene.doctor, &scene.patient] {
        let known = growth(&scene, person).await.unwrap();
        let measures: Vec<_> = known.charts.iter().map(|chart| chart.measure).collect();
        assert_eq!((known.has_sex, measures.as_slice()), (true, GrowthMeasure::ALL), "{}", person.email);
        let [weight, height, index] = [0, 1, 2].map(|chart: usize| known.charts[chart].points[0].clone());
        assert_eq!(
            (weight.age_days, weight.value.to_string().as_str(), index.value.to_string().as_str()),
            (365, "10.76", "18.78")
        );
        // 10.76 kg is one standard deviation above the median of boys of one year, and 75.7 cm is the median (WHO, field tables: 10.8 and 75.7).
        assert!((97..=103).contains(&weight.z_hundredths) && (830..=850).contains(&weight.per_mille), "{}", weight.z_hundredths);
        assert!((-3..=3).contains(&height.z_hundredths), "{}", height.z_hundredths);
        assert!(known.charts.iter().all(|chart| chart.curves.len() == 5 && !chart.in_years));
    }
}
