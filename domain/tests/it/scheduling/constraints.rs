//! What the database itself refuses, whatever the code does, to the server's role and to the owner of the tables alike.

use super::{Scene, scene, tomorrow_at_ten};
use jiff_sqlx::ToSqlx;
use sqlx::PgPool;

const RESERVATION: &str =
    "insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, expires_at, clinic_id)
    select gen_random_uuid(), d.id, p.id, tstzrange($1, $1 + interval '30 minutes'), tstzrange($1, $1 + interval '30 minutes'),
      'held', $1, c.id
    from doctors d, patients p, clinics c where d.full_name = $2 and p.full_name = $3";

fn roles(scene: &Scene) -> [(&'static str, &PgPool); 2] {
    [("bedside_app", scene.clinic.domain.pool()), ("bedside_owner", &scene.clinic.owner)]
}

#[tokio::test]
async fn raw_sql_cannot_make_an_overlap() {
    let scene = scene().await;
    scene.clinic.patient("Jonas Weber").await;
    scene.clinic.doctor("Dr Chidi Okafor", scene.practice).await;
    let start = tomorrow_at_ten();
    scene.book(start).await.unwrap();
    let inside = start + jiff::SignedDuration::from_mins(15);
    for (role, pool) in roles(&scene) {
        let own: String = sqlx::query_scalar("select current_user::text").fetch_one(pool).await.unwrap();
        assert_eq!(own, role);
        for (doctor, patient, refused_by) in [
            ("Dr Lena Hoffmann", "Jonas Weber", "reservations_doctor_free"),
            ("Dr Chidi Okafor", "Amara Osei", "reservations_patient_free"),
        ] {
            let refused =
                sqlx::query(RESERVATION).bind(inside.to_sqlx()).bind(doctor).bind(patient).execute(pool).await.unwrap_err();
            let refused = refused.as_database_error().unwrap();
            assert_eq!(refused.constraint(), Some(refused_by), "{role}: {doctor} with {patient}");
            assert_eq!(refused.code().unwrap(), "23P01", "the error must be an exclusion violation");
        }
    }
    // Two people who are free can meet, so it was the overlap that was refused.
    let free = sqlx::query(RESERVATION).bind(inside.to_sqlx()).bind("Dr Chidi Okafor").bind("Jonas Weber");
    assert_eq!(free.execute(scene.clinic.domain.pool()).await.unwrap().rows_affected(), 1);

    // Nor can a reservation be moved onto another one: the server may not update reservations, and the owner violates the same constraint.
    let move_over = "update reservations set doctor_id = (select id from doctors where full_name = 'Dr Lena Hoffmann')";
    for ((role, pool), code) in roles(&scene).into_iter().zip(["42501", "23P01"]) {
        let refused = sqlx::query(move_over).execute(pool).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), code, "{role}");
    }
}

#[tokio::test]
async fn a_live_appointment_keeps_its_reservation_and_its_time() {
    let scene = scene().await;
    scene.book(tomorrow_at_ten()).await.unwrap();
    for (role, pool) in roles(&scene) {
        for statement in [
            "delete from reservations",
            "update appointments set ends_at = ends_at + interval '1 hour'",
            "insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
               booked_by, booked_at)
             select gen_random_uuid(), patient_id, doctor_id, clinic_id, starts_at + interval '1 day', ends_at + interval '1 day', state, mode,
               reason_cipher, fee_minor, currency, booked_by, booked_at from appointments",
        ] {
            let refused = sqlx::query(statement).execute(pool).await.unwrap_err();
            let refused = refused.as_database_error().unwrap();
            assert_eq!(refused.constraint(), Some("appointments_reserved"), "{role}: {statement}: {refused}");
        }
    }
    assert_eq!(scene.count("select count(*) from reservations c join appointments a on a.id = c.appointment_id").await, 1);
}
