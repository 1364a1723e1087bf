//! The advisory locks that are taken before every reservation.
//!
//! Without them, concurrent inserts under an exclusion constraint end as deadlocks; with them, they wait for each other. The locks are taken in one
//! order: doctors, then patients, each by id, then the rooms of a clinic.

use crate::{Result, db::Tx, vault::sha256};
use model::ids::{ClinicId, DoctorId, PatientId};

/// Waits for all transactions that make a reservation for this doctor or this patient, and holds the locks until the transaction ends.
pub(super) async fn lock(tx: &mut Tx, doctor: DoctorId, patient: PatientId) -> Result<()> {
    lock_own(tx, Some(doctor), Some(patient)).await
}

/// The same for a user who may be a doctor, a patient, both or neither.
pub(super) async fn lock_own(tx: &mut Tx, doctor: Option<DoctorId>, patient: Option<PatientId>) -> Result<()> {
    let doctor = doctor.map(|doctor| key(b"reservations of doctor", doctor.uuid().as_bytes()));
    let patient = patient.map(|patient| key(b"reservations of patient", patient.uuid().as_bytes()));
    let keys: Vec<i64> = doctor.into_iter().chain(patient).collect();
    // A set-returning function in FROM gives its rows in order, and the locks are taken row by row.
    sqlx::query!("select pg_advisory_xact_lock(key) as \"locked!: ()\" from unnest($1::bigint[]) as key", &keys)
        .fetch_all(tx.connection())
        .await?;
    Ok(())
}

/// Waits for all transactions that give rooms of this clinic to visits, or end one, and holds the lock until the transaction ends. The other locks come before it.
pub(super) async fn lock_rooms(tx: &mut Tx, clinic: ClinicId) -> Result<()> {
    let key = key(b"rooms of clinic", clinic.uuid().as_bytes());
    sqlx::query!("select pg_advisory_xact_lock($1) as \"locked!: ()\"", key).fetch_one(tx.connection()).await?;
    Ok(())
}

fn key(namespace: &[u8], id: &[u8]) -> i64 {
    let hash = sha256(&[namespace, id]);
    let first = hash.first_chunk::<8>().expect("a hash has 32 bytes");
    i64::from_be_bytes(*first)
}
