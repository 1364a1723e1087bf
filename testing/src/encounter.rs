//! Creates visits for tests without booking them.

use super::{Person, Practice, TestClinic};
use domain::{
    access::Access,
    vault::{Column, PatientKey},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::ids::{AppointmentId, EncounterId, ReservationId};

impl TestClinic {
    /// Creates a visit that began just now: the doctor has admitted the patient. Two visits of the same people need some time between them.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn encounter(&self, patient: &Person, doctor: &Person, practice: Practice) -> EncounterId {
        self.insert(patient, doctor, practice, ("in_visit", SignedDuration::ZERO, true)).await
    }

    /// Creates a confirmed visit that begins in five minutes: its waiting room is open, and nobody is in it.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn coming_encounter(&self, patient: &Person, doctor: &Person, practice: Practice) -> EncounterId {
        self.insert(patient, doctor, practice, ("confirmed", SignedDuration::from_mins(5), false)).await
    }

    async fn insert(
        &self,
        patient: &Person,
        doctor: &Person,
        practice: Practice,
        (state, starts_in, admitted): (&str, SignedDuration, bool),
    ) -> EncounterId {
        let (encounter, appointment) = (self.domain.new_id::<EncounterId>(), self.domain.new_id::<AppointmentId>());
        let wrapped: Vec<u8> = sqlx::query_scalar("select wrapped from patient_keys where patient_id = $1")
            .bind(patient.patient().uuid())
            .fetch_one(&self.owner)
            .await
            .expect("a patient has a key");
        let key = PatientKey::unwrap(patient.patient(), self.domain.vault(), &wrapped)
            .expect("the patient's key was encrypted in this clinic");
        let reason = key.encrypt(self.domain.randomness(), Column::AppointmentReason, appointment, "A cough since Monday");
        let starts_at = self.domain.now() + starts_in;
        sqlx::query(
            "with appointment as (
               insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
                 booked_by, booked_at)
               values ($1, $2, $3, $4, $5, $6, $10, 'video', $12, 6000, 'GBP', $7, $5)),
             reservation as (
               insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, appointment_id)
               values ($8, $3, $2, tstzrange($5, $6), tstzrange($5, $6), 'confirmed', $1))
             insert into encounters (id, appointment_id, patient_id, doctor_id, clinic_id, arrived_at, admitted_at)
             values ($9, $1, $2, $3, $4, case when $11 then $5 end, case when $11 then $5 end)",
        )
        .bind(appointment.uuid())
        .bind(patient.patient().uuid())
        .bind(doctor.doctor().uuid())
        .bind(practice.clinic.uuid())
        .bind(starts_at.to_sqlx())
        .bind((starts_at + SignedDuration::from_mins(30)).to_sqlx())
        .bind(patient.user.uuid())
        .bind(self.domain.new_id::<ReservationId>().uuid())
        .bind(encounter.uuid())
        .bind(state)
        .bind(admitted)
        .bind(reason)
        .execute(&self.owner)
        .await
        .expect("a visit can be inserted");
        encounter
    }

    /// Ends the visit now.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn end_encounter(&self, encounter: EncounterId) {
        sqlx::query(
            "with visit as (update encounters set ended_at = $2 where id = $1 returning appointment_id)
             update appointments set state = 'completed' where id in (select appointment_id from visit)",
        )
        .bind(encounter.uuid())
        .bind(self.domain.now().to_sqlx())
        .execute(&self.owner)
        .await
        .expect("a visit can end");
    }
}

/// A doctor and a patient in a visit that has begun.
#[derive(Debug)]
pub struct Consultation {
    /// The clinic that it takes place in.
    pub clinic: TestClinic,
    /// The practice of the doctor.
    pub practice: Practice,
    /// The patient.
    pub patient: Person,
    /// The doctor.
    pub doctor: Person,
    /// The visit.
    pub encounter: EncounterId,
}

/// Creates a consultation in a fresh installation.
///
/// # Panics
/// When the cluster cannot be reached; the message says how to start one.
pub async fn consultation() -> Consultation {
    let clinic = crate::clinic().await;
    let practice = clinic.practice().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let encounter = clinic.encounter(&patient, &doctor, practice).await;
    Consultation { clinic, practice, patient, doctor, encounter }
}

impl Consultation {
    /// The access of one of its people.
    #[must_use]
    pub fn by(&self, person: &Person) -> Access {
        person.access(&self.clinic)
    }
}
