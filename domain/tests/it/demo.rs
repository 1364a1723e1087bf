//! The demonstration clinic: it is as large as promised and the same each time, and its data can be read in the same ways as real data.

use crate::files::no_files;
use domain::{
    access::Access,
    chat,
    demo::{self, Demonstration},
    prescriptions::{self, ListPrescriptions},
    records, scheduling,
};
use model::{
    access::Role,
    ids::RequestId,
    prescriptions::{PrescriptionState, Verification},
};
use testing::TestClinic;

const PATIENT: &str = "patient@demo.example";
const DOCTOR: &str = "doctor@demo.example";

/// A clinic that was filled once for all tests. Filling takes long, and a second filling of the same clinic must change nothing.
async fn filled() -> TestClinic {
    let fill_twice = async |clinic: &TestClinic| {
        let demonstration = fill(clinic).await;
        assert!(demonstration.filled);
        let again = fill(clinic).await;
        assert!(!again.filled);
        assert_eq!((again.open_appointment, again.sign_ins), (demonstration.open_appointment, demonstration.sign_ins));
    };
    testing::filled_clinic("demo", fill_twice).await
}

async fn fill(clinic: &TestClinic) -> Demonstration {
    demo::fill(&clinic.domain, &Access::system(clinic.domain.new_id::<RequestId>())).await.unwrap()
}

async fn count(clinic: &TestClinic, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&clinic.owner).await.unwrap()
}

#[tokio::test]
async fn the_clinic_is_large_and_filled_once() {
    let clinic = filled().await;
    let demonstration = fill(&clinic).await;
    assert!(!demonstration.filled);
    let roles: Vec<Role> = demonstration.sign_ins.iter().map(|one| one.role).collect();
    assert!(Role::ALL.iter().all(|role| roles.contains(role)), "{roles:?}");

    for (query, at_least) in [
        ("select count(*) from clinics", 3),
        ("select count(distinct time_zone) from clinics", 3),
        ("select count(*) from doctors where status = 'verified'", 200),
        ("select count(*) from (select from doctor_specialties group by specialty_id having count(*) >= 10) s", 20),
        ("select count(*) from patients", 2_000),
        ("select count(distinct time_zone) from users", 10),
        // Greek and Cyrillic, Arabic, Japanese.
        ("select count(*) from patients where full_name ~ '[α-ωа-я]'", 100),
        ("select count(*) from patients where full_name ~ '[ا-ي]'", 20),
        ("select count(*) from patients where full_name ~ '[一-龠ぁ-ん]'", 20),
        ("select max(length(full_name))::int8 from patients", 60),
        ("select count(*) from appointments where state = 'confirmed'", 4_000),
        ("select count(*) from encounters where ended_at is not null", 4_000),
        // An appointment that the printed patient can cancel.
        ("select count(*) from appointments a join users u on u.id = a.booked_by where u.email_key = 'patient@demo.example'
           and a.state = 'confirmed' and a.starts_at > (select max(at) from audit_events where action = 'demo.filled') + interval '7 days'", 1),
        ("select count(*) from note_versions where version = 2", 200),
        ("select sum(diagnosed)::int8 from diagnosis_lists", 4_000),
        ("select count(*) from diagnosis_versions", 4_000),
        ("select count(*) from prescriptions where signed_at is not null", 1_500),
        ("select count(*) from prescription_items", 2_000),
        ("select count(*) from prescription_events where kind = 'cancelled'", 40),
        ("select count(*) from messages", 2_000),
        ("select count(*) from allergies", 500),
        ("select count(*) from measurements", 500),
        ("select count(*) from (select from ratings where hidden_at is null group by doctor_id having count(*) > 5) r", 20),
        ("select count(*) from ratings where answer is not null", 20),
        ("select count(*) from ratings where hidden_reason is not null", 1),
        ("select count(*) from licences where state = 'waiting'", 1),
        ("select count(*) from licences l join doctors d on d.id = l.doctor_id where d.status = 'verified'
           and l.expires_on < (select max(at) from audit_events where action = 'demo.filled') + interval '30 days'", 1),
        ("select count(distinct (mode, minutes)) from visit_types where minutes is not null and fee_minor is not null", 4),
        ("select count(distinct clinic_id) from clinic_closures", 4),
        ("select count(*) from patient_access where relation = 'guardian'", 6),
        ("select count(*) from acting_papers where relation = 'helper'", 1),
    ] {
        let there = count(&clinic, query).await;
        assert!(there >= at_least, "{query}: {there}");
    }
    for nothing in [
        "select count(*) from encounters e where ended_at is not null and not exists (select from notes n where n.encounter_id = e.id)",
        "select count(*) from encounters e where ended_at is not null and not exists (select from diagnosis_lists d where d.encounter_id = e.id and d.diagnosed > 0)",
        "select count(*) from notes n join encounters e on e.id = n.encounter_id where e.ended_at is null",
        "select count(*) from note_versions v where written_at > (select max(at) from audit_events where action = 'demo.filled')",
        "select count(*) from prescriptions where signed_at is null",
        "select count(*) from ratings r join encounters e on e.id = r.encounter_id where e.ended_at is null or r.rated_at < e.ended_at
           or r.answered_at < r.rated_at or r.rated_at > (select max(at) from audit_events where action = 'demo.filled')",
        "select count(*) from prescriptions p where not exists (select from prescription_events e where e.prescription_id = p.id and e.kind = 'signed')",
        // Nobody has two appointments at the same time.
        "select count(*) from appointments a join appointments b on a.id < b.id and a.doctor_id = b.doctor_id
           and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
           and 'cancelled' not in (a.state, b.state)",
        "select count(*) from appointments a join appointments b on a.id < b.id and a.patient_id = b.patient_id
           and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
           and 'cancelled' not in (a.state, b.state)",
        // Paediatrics sees only children, geriatrics only old people.
        "select count(*) from encounters e join doctor_specialties x on x.doctor_id = e.doctor_id join specialties s on s.id = x.specialty_id
           join patients p on p.id = e.patient_id
           where s.slug = 'paediatrics' and p.date_of_birth < '2010-11-24' or s.slug = 'geriatrics' and p.date_of_birth > '1961-11-24'",
    ] {
        assert_eq!(count(&clinic, nothing).await, 0, "{nothing}");
    }
}

#[tokio::test]
async fn the_same_moment_gives_the_same_clinic() {
    let fingerprint = async |clinic: &TestClinic| {
        let parts = [
            "select string_agg(concat(id, full_name, number, date_of_birth), ',' order by id) from patients",
            "select string_agg(concat(id, number, patient_id, doctor_id, starts_at, state), ',' order by id) from appointments
               where booked_at < (select max(booked_at) from appointments)",
            "select string_agg(concat(n.encounter_id, v.note_id, v.version, v.written_at, octet_length(v.body_cipher)), ',' order by n.id, v.version)
               from notes n join note_versions v on v.note_id = n.id",
            "select string_agg(concat(l.id, l.encounter_id, l.diagnosed, octet_length(v.body_cipher)), ',' order by l.id)
               from diagnosis_lists l join diagnosis_versions v on v.list_id = l.id",
            "select string_agg(concat(p.id, p.number, i.id, octet_length(i.body_cipher)), ',' order by i.id)
               from prescriptions p join prescription_items i on i.prescription_id = p.id",
            "select string_agg(concat(id, thread_id, sender_user_id, octet_length(body_cipher)), ',' order by id) from messages",
            "select string_agg(concat(id, patient_id, octet_length(body_cipher)), ',' order by id) from allergies",
            "select string_agg(concat(e.id, e.patient_id, e.kind, octet_length(v.body_cipher)), ',' order by e.id)
               from record_entries e join record_entry_versions v on v.entry_id = e.id",
            "select string_agg(concat(id, encounter_id, octet_length(body_cipher)), ',' order by id) from measurements",
        ];
        let mut hashes = Vec::new();
        for part in parts {
            let content: String = sqlx::query_scalar(part).fetch_one(&clinic.owner).await.unwrap();
            hashes.push(domain::vault::sha256(&[content.as_bytes()]));
        }
        let keys: Vec<Vec<u8>> = sqlx::query_scalar("select wrapped from patient_keys order by patient_id limit 3")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
        (hashes, keys)
    };
    let another = testing::clinic().await;
    assert!(fill(&another).await.filled);
    let ((first, keys), (second, other_keys)) = (fingerprint(&filled().await).await, fingerprint(&another).await);
    assert_eq!(first, second);
    assert!(keys.iter().all(|key| !other_keys.contains(key)), "keys must be random, also in the demonstration");
}

#[tokio::test]
async fn the_printed_patient_has_a_history_that_both_can_read() {
    let clinic = filled().await;
    let demonstration = fill(&clinic).await;
    let domain = &clinic.domain;
    let (patient, doctor) = (clinic.signed_in(PATIENT).await, clinic.signed_in(DOCTOR).await);

    let summary = records::summary(domain, &doctor.access(&clinic), patient.patient()).await.unwrap();
    assert!(summary.visits.len() >= 6 && summary.diagnoses.len() >= 4, "{} {}", summary.visits.len(), summary.diagnoses.len());
    assert!(summary.diagnoses.iter().any(|diagnosis| diagnosis.code == "J45.30"));
    assert_eq!(summary.allergies[0].allergy.substance, "Penicillin");
    let taken: Vec<&str> = summary.medicines.iter().map(|taken| taken.medicine.medicine.as_str()).collect();
    assert!(taken.contains(&"Losartan") && taken.contains(&"Salbutamol") && !taken.contains(&"Amlodipine"), "{taken:?}");

    let (mut plans, mut amended, mut talks) = (0, 0, 0);
    for visit in &summary.visits {
        let read = records::visit_summary(domain, &patient.access(&clinic), visit.encounter).await.unwrap();
        plans += usize::from(read.plan.is_some());
        let consult = records::consult(domain, &doctor.access(&clinic), visit.encounter).await.unwrap();
        assert!(!consult.note.note.subjective.is_empty() && !consult.diagnoses.is_empty());
        amended += usize::from(consult.note.version == 2);
        let thread = chat::open_thread(domain, &patient.access(&clinic), visit.encounter).await.unwrap();
        talks += usize::from(thread.messages.len() >= 3);
    }
    assert!(plans >= 6 && amended >= 2 && talks >= 3, "{plans} plans, {amended} amended, {talks} talks");

    let own = prescriptions::list(domain, &patient.access(&clinic), ListPrescriptions::default()).await.unwrap();
    assert!(own.items.len() >= 5, "{}", own.items.len());
    assert!(own.items.is_sorted_by(|newer, older| newer.at >= older.at));
    let states: Vec<_> = own.items.iter().map(|line| line.state).collect();
    assert!(states.contains(&PrescriptionState::Signed) && states.contains(&PrescriptionState::Cancelled));
    let open = scheduling::get(domain, &patient.access(&clinic), demonstration.open_appointment).await.unwrap();
    assert!(open.card.starts_at <= domain.now() && open.card.ends_at > domain.now());
}

#[tokio::test]
async fn what_was_prescribed_prints_and_its_code_answers() {
    let clinic = filled().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let (patient, doctor) = (clinic.signed_in(PATIENT).await, clinic.signed_in(DOCTOR).await);
    let of_the_doctor = prescriptions::list(domain, &doctor.access(&clinic), ListPrescriptions::default()).await.unwrap();
    assert!(
        of_the_doctor.items.len() == 20 && of_the_doctor.next_cursor.is_some(),
        "the doctor must have more than one page of past prescriptions"
    );
    let of_the_patient = prescriptions::list(domain, &patient.access(&clinic), ListPrescriptions::default()).await.unwrap();
    let (mut valid, mut cancelled) = (0, 0);
    let lines = of_the_patient.items.iter().map(|line| (&patient, line));
    for (reader, line) in lines.chain(of_the_doctor.items.iter().take(8).map(|line| (&doctor, line))) {
        let (_, bytes) = prescriptions::pdf(domain, &no_files(), &reader.access(&clinic), line.id).await.unwrap();
        let paper = lopdf::Document::load_mem(&bytes).unwrap();
        let pages: Vec<u32> = paper.get_pages().into_keys().collect();
        let text = paper.extract_text(&pages).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
        for expected in [&line.patient_name, &line.doctor_name, &line.number].into_iter().chain(&line.medicines) {
            assert!(text.contains(expected.as_str()), "{expected}: {text}");
        }
        let at = text.find("/verify/").unwrap() + "/verify/".len();
        match prescriptions::verify(domain, &stranger, &text[at..at + 26]).await.unwrap() {
            Verification::Valid { number, .. } => {
                assert_eq!((&number, line.state), (&line.number, PrescriptionState::Signed));
                valid += 1;
            }
            Verification::Cancelled { number, .. } => {
                assert_eq!((&number, line.state), (&line.number, PrescriptionState::Cancelled));
                cancelled += 1;
            }
            Verification::Unknown => panic!("the code of {} is unknown", line.number),
        }
    }
    assert!(valid >= 10 && cancelled >= 1, "{valid} valid, {cancelled} cancelled");
}
