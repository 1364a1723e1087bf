//! The visit: who may enter, in which order things happen, what is written in its chat.

mod attend;
mod guardians;
mod phases;
mod ratings;
mod unattended;

use domain::{
    chat::{self, SendMessage},
    live::{self, Heard, Listener, LiveKind, Missed},
    visits::{self, EndVisit},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{AppointmentId, EncounterId, ReservationId},
    visits::{
        negotiation::Politeness,
        views::{Outcome, Queue, Side, VisitState},
    },
};
use testing::{Person, Practice, TestClinic};
use uuid::Uuid;

struct Meeting {
    clinic: TestClinic,
    practice: Practice,
    patient: Person,
    doctor: Person,
    visit: EncounterId,
    appointment: AppointmentId,
}

/// An appointment of half an hour that begins in ten minutes, with its visit.
async fn meeting() -> Meeting {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (appointment, visit) = booked(&clinic, practice, &patient, &doctor, 10).await;
    Meeting { clinic, practice, patient, doctor, visit, appointment }
}

async fn booked(
    clinic: &TestClinic,
    practice: Practice,
    patient: &Person,
    doctor: &Person,
    in_minutes: i64,
) -> (AppointmentId, EncounterId) {
    let (appointment, visit) = (clinic.domain.new_id::<AppointmentId>(), clinic.domain.new_id::<EncounterId>());
    let starts = clinic.domain.now() + SignedDuration::from_mins(in_minutes);
    let mut tx = clinic.owner.begin().await.unwrap();
    sqlx::query(
        "insert into appointments (id, patient_id, doctor_id, clinic_id, starts_at, ends_at, state, mode, reason_cipher, fee_minor, currency,
           booked_by, booked_at)
         values ($1, $2, $3, $4, $5, $5 + interval '30 minutes', 'confirmed', 'video', '', 0, 'GBP', $6, $5)",
    )
    .bind(appointment.uuid())
    .bind(patient.patient().uuid())
    .bind(doctor.doctor().uuid())
    .bind(practice.clinic.uuid())
    .bind(starts.to_sqlx())
    .bind(patient.user.uuid())
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into reservations (id, doctor_id, patient_id, doctor_range, patient_range, kind, appointment_id)
         select $1, doctor_id, patient_id, tstzrange(starts_at, ends_at), tstzrange(starts_at, ends_at), 'confirmed', id
         from appointments where id = $2",
    )
    .bind(clinic.domain.new_id::<ReservationId>().uuid())
    .bind(appointment.uuid())
    .execute(&mut *tx)
    .await
    .unwrap();
    sqlx::query(
        "insert into encounters (id, appointment_id, patient_id, doctor_id, clinic_id)
         select $1, id, patient_id, doctor_id, clinic_id from appointments where id = $2",
    )
    .bind(visit.uuid())
    .bind(appointment.uuid())
    .execute(&mut *tx)
    .await
    .unwrap();
    tx.commit().await.unwrap();
    (appointment, visit)
}

impl Meeting {
    async fn admitted() -> Self {
        let meeting = meeting().await;
        let Self { clinic, patient, doctor, visit, .. } = &meeting;
        visits::arrive(&clinic.domain, &patient.access(clinic), *visit).await.unwrap();
        visits::admit(&clinic.domain, &doctor.access(clinic), *visit).await.unwrap();
        meeting
    }

    async fn appointment_state(&self) -> String {
        sqlx::query_scalar("select state from appointments where id = $1")
            .bind(self.appointment.uuid())
            .fetch_one(&self.clinic.owner)
            .await
            .unwrap()
    }

    fn end(&self, outcome: Outcome) -> EndVisit {
        EndVisit { encounter: self.visit, outcome, idempotency_key: None }
    }
}

fn code<T: std::fmt::Debug>(answer: domain::Result<T>) -> Code {
    answer.unwrap_err().code()
}

#[tokio::test]
async fn a_visit_goes_from_arrival_to_its_end() {
    let meeting = meeting().await;
    let Meeting { clinic, patient, doctor, visit, .. } = &meeting;
    let (domain, patient, doctor) = (&clinic.domain, &patient.access(clinic), &doctor.access(clinic));

    let seen = visits::visit_of_appointment(domain, patient, meeting.appointment).await.unwrap();
    assert_eq!((seen.encounter, seen.state, seen.side), (*visit, VisitState::Open, Side::Patient));
    assert_eq!(seen.peer_name(), "Dr Lena Hoffmann");
    assert_eq!(code(visits::admit(domain, doctor, *visit).await), Code::VisitNobodyWaiting);
    assert_eq!(code(visits::join(domain, patient, *visit).await), Code::VisitClosed);

    let waits = visits::arrive(domain, patient, *visit).await.unwrap();
    assert_eq!(waits.queue, Some(Queue { ahead: 0, doctor_busy: false }));
    visits::arrive(domain, patient, *visit).await.unwrap();
    let waiting = visits::waiting(domain, doctor).await.unwrap();
    assert_eq!(waiting.iter().map(|row| (row.encounter, row.admitted)).collect::<Vec<_>>(), [(*visit, false)]);

    let admitted = visits::admit(domain, doctor, *visit).await.unwrap();
    assert_eq!((admitted.state, admitted.peer_name()), (VisitState::Admitted, "Amara Osei"));
    assert_eq!(meeting.appointment_state().await, "in_visit");
    let left = visits::leave(domain, patient, *visit).await.unwrap();
    assert_eq!(left.state, VisitState::Admitted, "after the admission, leaving the waiting room must change nothing");

    let call = visits::call(domain, patient, *visit).await.unwrap();
    assert_eq!((call.epoch, call.politeness), (0, Politeness::Polite));
    assert_eq!(visits::join(domain, patient, *visit).await.unwrap().epoch, 1);
    assert_eq!(visits::join(domain, doctor, *visit).await.unwrap().epoch, 2);

    assert_eq!(code(visits::end(domain, doctor, meeting.end(Outcome::Diagnosed)).await), Code::DiagnosisMissing);
    let ended = visits::end(domain, doctor, meeting.end(Outcome::NoDiagnosis)).await.unwrap();
    assert_eq!(ended.state, VisitState::Ended);
    assert_eq!(meeting.appointment_state().await, "completed");
    assert_eq!(code(visits::join(domain, patient, *visit).await), Code::VisitEnded);
    assert_eq!(code(visits::end(domain, doctor, meeting.end(Outcome::NoDiagnosis)).await), Code::VisitEnded);

    let audited = clinic.audited().await;
    let of_visits: Vec<&str> = audited.iter().map(String::as_str).filter(|action| action.starts_with("visits.")).collect();
    assert_eq!(
        of_visits,
        [
            "visits.read",
            "visits.patient_arrived",
            "visits.waiting_read",
            "visits.patient_admitted",
            "visits.joined",
            "visits.joined",
            "visits.ended"
        ]
    );
}

#[tokio::test]
async fn an_end_sent_twice_ends_once() {
    let meeting = Meeting::admitted().await;
    let (domain, access) = (&meeting.clinic.domain, &meeting.doctor.access(&meeting.clinic));
    let command = EndVisit { idempotency_key: Some("one form".into()), ..meeting.end(Outcome::NoDiagnosis) };
    visits::end(domain, access, command.clone()).await.unwrap();
    assert_eq!(visits::end(domain, access, command).await.unwrap().state, VisitState::Ended);
}

#[tokio::test]
async fn a_visit_does_not_exist_for_anybody_else() {
    let meeting = Meeting::admitted().await;
    let Meeting { clinic, practice, visit, .. } = &meeting;
    let domain = &clinic.domain;
    let thread = chat::open_thread(domain, &meeting.patient.access(clinic), *visit).await.unwrap().thread;
    let others = [
        clinic.patient("Jonas Weber").await,
        clinic.doctor("Dr Sofia Rossi", *practice).await,
        clinic.staff("Nora Lind", "nurse", Some(*practice)).await,
        clinic.staff("Adam Price", "admin", None).await,
    ];
    for other in others {
        let access = &other.access(clinic);
        assert_eq!(code(visits::visit(domain, access, *visit).await), Code::NotFound, "{}", other.email);
        assert_eq!(code(visits::visit_of_appointment(domain, access, meeting.appointment).await), Code::NotFound);
        assert_eq!(code(visits::seat(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(visits::call(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(visits::join(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(visits::arrive(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(visits::leave(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(visits::admit(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(visits::end(domain, access, meeting.end(Outcome::NoDiagnosis)).await), Code::NotFound);
        assert_eq!(code(chat::open_thread(domain, access, *visit).await), Code::NotFound);
        assert_eq!(code(chat::messages(domain, access, thread, 0).await), Code::NotFound);
        let message = SendMessage { thread, client_key: Uuid::from_u128(9), text: "Hello".into() };
        assert_eq!(code(chat::send(domain, access, message).await), Code::NotFound);
    }
    let stranger = &clinic.stranger();
    assert_eq!(code(visits::visit(domain, stranger, *visit).await), Code::SignInNeeded);
    assert_eq!(code(visits::visit_of_appointment(domain, stranger, meeting.appointment).await), Code::SignInNeeded);
    assert_eq!(code(visits::waiting(domain, stranger).await), Code::SignInNeeded);
    assert_eq!(code(visits::join(domain, stranger, *visit).await), Code::SignInNeeded);
    assert_eq!(code(chat::open_thread(domain, stranger, *visit).await), Code::SignInNeeded);
    let refused = clinic.audited().await.into_iter().filter(|action| action == "access.refused").count();
    assert_eq!(refused, 4 * 12, "each refusal of a signed-in user must be audited");
}

#[tokio::test]
async fn each_side_does_only_its_own_part() {
    let meeting = meeting().await;
    let Meeting { clinic, patient, doctor, visit, .. } = &meeting;
    let domain = &clinic.domain;
    assert_eq!(code(visits::arrive(domain, &doctor.access(clinic), *visit).await), Code::Forbidden);
    visits::arrive(domain, &patient.access(clinic), *visit).await.unwrap();
    assert_eq!(code(visits::admit(domain, &patient.access(clinic), *visit).await), Code::Forbidden);
    assert_eq!(code(visits::end(domain, &patient.access(clinic), meeting.end(Outcome::NoDiagnosis)).await), Code::Forbidden);
}

#[tokio::test]
async fn the_waiting_room_opens_and_closes_by_the_clock() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", practice).await);
    let (_, visit) = booked(&clinic, practice, &patient, &doctor, 60).await;
    let access = patient.access(&clinic);
    assert_eq!(code(visits::arrive(&clinic.domain, &access, visit).await), Code::VisitClosed);
    clinic.pass(SignedDuration::from_mins(45));
    visits::arrive(&clinic.domain, &access, visit).await.unwrap();
    let left = visits::leave(&clinic.domain, &access, visit).await.unwrap();
    assert_eq!(left.state, VisitState::Open);
    assert!(visits::waiting(&clinic.domain, &doctor.access(&clinic)).await.unwrap().is_empty());
    clinic.pass(SignedDuration::from_mins(15 + 30 + 60));
    assert_eq!(code(visits::arrive(&clinic.domain, &access, visit).await), Code::VisitClosed);
}

#[tokio::test]
async fn who_waits_learns_how_many_are_before() {
    let meeting = meeting().await;
    let Meeting { clinic, practice, patient, doctor, visit, .. } = &meeting;
    let domain = &clinic.domain;
    let second = clinic.patient("Jonas Weber").await;
    clinic.pass(SignedDuration::from_mins(30));
    let (_, later) = booked(clinic, *practice, &second, doctor, 12).await;
    visits::arrive(domain, &patient.access(clinic), *visit).await.unwrap();
    let waits = visits::arrive(domain, &second.access(clinic), later).await.unwrap();
    assert_eq!(waits.queue, Some(Queue { ahead: 1, doctor_busy: false }));
    visits::admit(domain, &doctor.access(clinic), *visit).await.unwrap();
    let waits = visits::visit(domain, &second.access(clinic), later).await.unwrap();
    assert_eq!(waits.queue, Some(Queue { ahead: 0, doctor_busy: true }));
}

#[tokio::test]
async fn both_sides_hear_of_each_step() {
    let meeting = Meeting::admitted().await;
    let Meeting { clinic, patient, doctor, visit, .. } = &meeting;
    let mut listener = Listener::start(&clinic.domain).await.unwrap();
    clinic.dispatch().await;
    for person in [patient, doctor] {
        let Missed::Events(events) = live::missed(&clinic.domain, person.user, 0).await.unwrap() else {
            panic!("no live event may be lost")
        };
        let of_visit: Vec<_> = events.iter().filter(|event| event.kind == LiveKind::Visit).map(|event| event.resource).collect();
        assert_eq!(of_visit, [visit.uuid(); 2], "arrived and admitted");
    }
    let Heard::News(news) = listener.next().await.unwrap() else {
        panic!("the dispatcher must announce the users with new events")
    };
    assert!(news.iter().any(|(user, _)| *user == doctor.user));
}

#[tokio::test]
async fn a_message_is_kept_once_encrypted_and_in_its_place() {
    let meeting = Meeting::admitted().await;
    let Meeting { clinic, patient, doctor, visit, .. } = &meeting;
    let domain = &clinic.domain;
    let view = chat::open_thread(domain, &patient.access(clinic), *visit).await.unwrap();
    assert!(view.open && view.messages.is_empty());
    let message =
        |key: u128, text: &str| SendMessage { thread: view.thread, client_key: Uuid::from_u128(key), text: text.into() };

    let first = chat::send(domain, &patient.access(clinic), message(1, " It hurts here.\r\nAnd here. ")).await.unwrap();
    let again = chat::send(domain, &patient.access(clinic), message(1, "It hurts here.")).await.unwrap();
    assert_eq!(first, again, "a message that is sent twice must be stored once");
    assert_eq!((first.position, first.from, first.text.as_str()), (1, Side::Patient, "It hurts here.\nAnd here."));
    let second = chat::send(domain, &doctor.access(clinic), message(1, "Since when?")).await.unwrap();
    assert_eq!((second.position, second.from, second.sender_name.as_str()), (2, Side::Doctor, "Dr Lena Hoffmann"));

    let later = chat::messages(domain, &patient.access(clinic), view.thread, 1).await.unwrap();
    assert_eq!(later, [second]);
    for (text, fault) in [("  ", "missing"), (&"x".repeat(4_001), "too long")] {
        assert_eq!(code(chat::send(domain, &patient.access(clinic), message(2, text)).await), Code::FieldsInvalid, "{fault}");
    }
    let plain: Vec<Vec<u8>> = sqlx::query_scalar("select body_cipher from messages").fetch_all(&clinic.owner).await.unwrap();
    assert!(plain.iter().all(|cipher| !String::from_utf8_lossy(cipher).contains("hurts")));

    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "chat.message_sent").count(), 2);
    assert!(audited.iter().any(|action| action == "chat.opened"));
    clinic.dispatch().await;
    let Missed::Events(events) = live::missed(domain, doctor.user, 0).await.unwrap() else { panic!("no live event may be lost") };
    assert_eq!(events.iter().filter(|event| event.kind == LiveKind::Thread).count(), 2);
}

#[tokio::test]
async fn nothing_is_written_after_the_end_and_all_can_be_read() {
    let meeting = Meeting::admitted().await;
    let Meeting { clinic, patient, doctor, visit, .. } = &meeting;
    let domain = &clinic.domain;
    let thread = chat::open_thread(domain, &patient.access(clinic), *visit).await.unwrap().thread;
    let message = |key: u128| SendMessage { thread, client_key: Uuid::from_u128(key), text: "Thank you".into() };
    chat::send(domain, &patient.access(clinic), message(1)).await.unwrap();
    visits::end(domain, &doctor.access(clinic), meeting.end(Outcome::NoDiagnosis)).await.unwrap();
    assert_eq!(code(chat::send(domain, &patient.access(clinic), message(2)).await), Code::VisitClosed);
    let view = chat::open_thread(domain, &doctor.access(clinic), *visit).await.unwrap();
    assert!(!view.open);
    assert_eq!(view.messages.len(), 1);
}

#[tokio::test]
async fn messages_of_both_at_the_same_time_each_have_a_place() {
    let meeting = Meeting::admitted().await;
    let Meeting { clinic, patient, doctor, visit, .. } = &meeting;
    let domain = &clinic.domain;
    let thread = chat::open_thread(domain, &patient.access(clinic), *visit).await.unwrap().thread;
    let sent = (0..20_u128).map(|key| {
        let person = if key % 2 == 0 { patient } else { doctor };
        let (domain, access) = (domain.clone(), person.access(clinic));
        tokio::spawn(async move {
            let command = SendMessage { thread, client_key: Uuid::from_u128(key), text: "Hello".into() };
            chat::send(&domain, &access, command).await.unwrap().position
        })
    });
    let mut positions = Vec::new();
    for sent in sent.collect::<Vec<_>>() {
        positions.push(sent.await.unwrap());
    }
    positions.sort_unstable();
    assert_eq!(positions, (1..=20).collect::<Vec<i64>>());
}
