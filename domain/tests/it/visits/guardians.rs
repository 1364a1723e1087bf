//! The chat of a visit for a guardian who sees appointments only.

use super::{Meeting, code};
use domain::{
    access::{Access, Actor},
    chat::{self, SendMessage},
    visits,
};
use model::{errors::Code, visits::views::Outcome};
use uuid::Uuid;

/// A request of the patient's side by a guardian who sees appointments only.
fn narrowed(meeting: &Meeting) -> Access {
    let mut access = meeting.patient.access(&meeting.clinic);
    if let Actor::User(acting) = &mut access.actor {
        acting.appointments_only = true;
    }
    access
}

#[tokio::test]
async fn a_guardian_who_sees_appointments_only_writes_while_the_visit_is_open_and_reads_nothing_afterwards() {
    let meeting = Meeting::admitted().await;
    let Meeting { clinic, doctor, visit, .. } = &meeting;
    let domain = &clinic.domain;
    let view = chat::open_thread(domain, &narrowed(&meeting), *visit).await.unwrap();
    assert!(view.open && view.messages.is_empty());
    let message =
        |key: u128| SendMessage { thread: view.thread, client_key: Uuid::from_u128(key), text: "We hear you".to_owned() };
    chat::send(domain, &narrowed(&meeting), message(1)).await.unwrap();
    chat::send(domain, &doctor.access(clinic), message(2)).await.unwrap();
    assert_eq!(chat::open_thread(domain, &narrowed(&meeting), *visit).await.unwrap().messages.len(), 2);
    assert_eq!(chat::messages(domain, &narrowed(&meeting), view.thread, 1).await.unwrap().len(), 1);

    visits::end(domain, &doctor.access(clinic), meeting.end(Outcome::NoDiagnosis)).await.unwrap();
    let after = chat::open_thread(domain, &narrowed(&meeting), *visit).await.unwrap();
    assert!(!after.open && after.messages.is_empty(), "the conversation of an earlier visit is a part of the record");
    assert!(chat::messages(domain, &narrowed(&meeting), view.thread, 0).await.unwrap().is_empty());
    assert_eq!(code(chat::send(domain, &narrowed(&meeting), message(3)).await), Code::VisitClosed);
}
