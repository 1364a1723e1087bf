//! The people of the benchmark, and who books whom when.

use domain::{Domain, scheduling, settings::Settings};
use jiff::{SignedDuration, Timestamp};
use testing::{BEGIN, Person, Practice, TestClinic};

/// How many book at the same time.
pub(crate) const CLIENTS: usize = 32;

/// Patients, and as many doctors; a multiple of [`CLIENTS`].
pub(crate) const PEOPLE: usize = 128;

/// Half hours from 09:00 to 17:00, and the days on which doctors work.
const TIMES_A_DAY: usize = 16;
const DAYS_A_WEEK: usize = 5;

pub(crate) struct Scene {
    pub(crate) clinic: TestClinic,
    /// The domain of the clinic, without the limits of one patient.
    pub(crate) domain: Domain,
    pub(crate) practice: Practice,
    pub(crate) patients: Vec<Person>,
    pub(crate) doctors: Vec<Person>,
}

/// When a time begins. The first is on the Monday after the beginning of the test; winter time in London is UTC.
pub(crate) fn start_of(time: usize) -> Timestamp {
    let (day, half_hour) = (time / TIMES_A_DAY, time % TIMES_A_DAY);
    let days = 6 + day / DAYS_A_WEEK * 7 + day % DAYS_A_WEEK;
    BEGIN + SignedDuration::from_mins(i64::try_from(24 * 60 * days + 30 * half_hour).expect("a few weeks"))
}

/// The settings of everybody, without the limits of one patient: the few patients book for many.
pub(crate) fn unlimited() -> Settings {
    let unlimited = 1_000_000;
    Settings {
        live_appointments_per_patient: unlimited,
        live_appointments_with_one_doctor: unlimited,
        holds_of_one_time_per_day: unlimited,
        times_taken_per_hour: unlimited,
        ..Settings::default()
    }
}

impl Scene {
    pub(crate) async fn open() -> Self {
        let clinic = testing::clinic().await;
        let practice = clinic.practice().await;
        let (mut patients, mut doctors) = (Vec::new(), Vec::new());
        for number in 0..PEOPLE {
            let letters = [number / 26, number % 26].map(|place| char::from(b'a' + u8::try_from(place).expect("a letter")));
            let name = String::from_iter(letters);
            patients.push(clinic.patient(&format!("Patient {name}")).await);
            doctors.push(clinic.doctor(&format!("Dr {name}"), practice).await);
        }
        let domain = clinic.domain_with(unlimited()).await;
        Self { clinic, domain, practice, patients, doctors }
    }

    /// Whom a booking is for and with: all patients at the first time, each with a doctor of their own, then all at the second, and so on.
    pub(crate) fn pair(&self, number: usize) -> (&Person, &Person) {
        (&self.patients[number % PEOPLE], &self.doctors[(number % PEOPLE + number / PEOPLE) % PEOPLE])
    }

    pub(crate) fn start(&self, number: usize) -> Timestamp {
        start_of(number / PEOPLE)
    }

    pub(crate) async fn book(&self, domain: &Domain, number: usize) {
        let (patient, doctor) = self.pair(number);
        let command = testing::booking(doctor, self.practice, self.start(number));
        Box::pin(scheduling::book(domain, &patient.access(&self.clinic), command)).await.expect("the time is free");
    }
}
