//! What the database itself refuses, whatever the code does.

use super::{scene, tomorrow_at_ten};
use jiff_sqlx::ToSqlx;

const CLAIM: &str = "insert into claims (id, doctor_id, patient_id, doctor_range, patient_range, kind, expires_at, clinic_id)
    select gen_random_uuid(), d.id, p.id, tstzrange($1, $1 + interval '30 minutes'), tstzrange($1, $1 + interval '30 minutes'),
      'held', $1, c.id
    from doctors d, patients p, clinics c where d.full_name = $2 and p.full_name = $3";

#[tokio::test]
async fn raw_sql_cannot_make_an_overlap() {
    let scene = scene().await;
    scene.clinic.patient("Jonas Weber").await;
    scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await;
    let start = tomorrow_at_ten();
    scene.book(start).await.unwrap();
    let inside = start + jiff::SignedDuration::from_mins(15);
    for (doctor, patient, refused_by) in [
        ("Dr Lena Hoffmann", "Jonas Weber", Some("claims_doctor_free")),
        ("Dr Chidi Okafor", "Amara Osei", Some("claims_patient_free")),
        ("Dr Chidi Okafor", "Jonas Weber", None),
    ] {
        let outcome =
            sqlx::query(CLAIM).bind(inside.to_sqlx()).bind(doctor).bind(patient).execute(scene.clinic.domain.pool()).await;
        let constraint =
            outcome.err().and_then(|error| error.as_database_error().and_then(|error| error.constraint()).map(str::to_owned));
        assert_eq!(constraint.as_deref(), refused_by, "{doctor} with {patient}");
    }
    let moved =
        sqlx::query("update claims set doctor_range = doctor_range").execute(scene.clinic.domain.pool()).await.unwrap_err();
    assert_eq!(moved.as_database_error().unwrap().code().unwrap(), "42501");
}

#[tokio::test]
async fn a_live_appointment_keeps_its_claim_and_its_time() {
    let scene = scene().await;
    scene.book(tomorrow_at_ten()).await.unwrap();
    for statement in [
        "delete from claims",
        "update appointments set ends_at = ends_at + interval '1 hour'",
        "insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
           booked_by, booked_at)
         select gen_random_uuid(), patient_id, doctor_id, clinic_id, starts_at + interval '1 day', ends_at + interval '1 day', state, mode,
           reason_cipher, fee_minor, currency, booked_by, booked_at from appointments",
    ] {
        let refused = sqlx::query(statement).execute(scene.clinic.domain.pool()).await.unwrap_err();
        let refused = refused.as_database_error().unwrap();
        assert_eq!(refused.constraint(), Some("appointments_claimed"), "{statement}: {refused}");
    }
}
