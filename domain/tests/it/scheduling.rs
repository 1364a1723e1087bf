//! Holds, bookings, days and hours, on a real database with the server's role.

mod booking;
mod booking_rules;
mod calendar_feeds;
mod clinic_day;
mod constraints;
mod deletion;
mod desk;
mod desk_visits;
mod distances;
mod doctor_books;
mod fees;
mod first_times;
mod follow_ups;
mod free_month;
mod hours;
mod jurisdiction;
mod late;
mod limits;
mod mails;
mod managed_types;
mod meetings;
mod mixed;
mod moving;
mod outside;
mod race;
mod reminders;
mod requests;
mod rooms;
mod search;
mod series;
mod texts;
mod time_off;
mod treats;
mod visit_type_changes;
mod visit_types;
mod waiting;
mod watch;
mod why;

use domain::{
    Result,
    access::Access,
    scheduling::{self, BookAppointment, Hold},
};
use jiff::{SignedDuration, Timestamp};
use model::{errors::Code, scheduling::views::AppointmentView};
use testing::{BEGIN, Person, Practice, TestClinic};

/// A clinic with a doctor and a patient. It is Tuesday, 09:00 in London; the doctor sees patients on weekdays from 09:00 to 17:00.
struct Scene {
    clinic: TestClinic,
    practice: Practice,
    doctor: Person,
    patient: Person,
}

async fn scene() -> Scene {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    Scene { clinic, practice, doctor, patient }
}

/// This many minutes after the beginning.
fn after(minutes: i64) -> Timestamp {
    BEGIN + SignedDuration::from_mins(minutes)
}

/// Tomorrow, 10:00 in London.
fn tomorrow_at_ten() -> Timestamp {
    after(25 * 60)
}

impl Scene {
    fn command(&self, start: Timestamp) -> BookAppointment {
        let reason = "Sore throat since Thursday".to_owned();
        BookAppointment { reason, ..testing::booking(&self.doctor, self.practice, start) }
    }

    fn as_patient(&self) -> Access {
        self.patient.access(&self.clinic)
    }

    async fn book(&self, start: Timestamp) -> Result<AppointmentView> {
        scheduling::book(&self.clinic.domain, &self.as_patient(), self.command(start)).await
    }

    async fn book_as(&self, person: &Person, start: Timestamp) -> Result<AppointmentView> {
        scheduling::book(&self.clinic.domain, &person.access(&self.clinic), self.command(start)).await
    }

    async fn hold(&self, start: Timestamp) -> Result<model::scheduling::views::HoldView> {
        self.hold_as(&self.patient, start).await
    }

    async fn hold_as(&self, person: &Person, start: Timestamp) -> Result<model::scheduling::views::HoldView> {
        let hold = Hold { doctor: self.doctor.doctor(), clinic: self.practice.clinic, start, visit_type: None };
        scheduling::hold(&self.clinic.domain, &person.access(&self.clinic), hold).await
    }

    async fn count(&self, query: &'static str) -> i64 {
        sqlx::query_scalar(query).fetch_one(&self.clinic.owner).await.unwrap()
    }

    async fn owner(&self, statement: &'static str) {
        self.clinic.as_owner(statement).await;
    }
}

#[track_caller]
fn code<T>(outcome: Result<T>) -> Code {
    match outcome {
        Ok(_) => panic!("the call should have been refused"),
        Err(error) => error.code(),
    }
}
