//! The waiting list: times that become free are offered in order, once, and accepted once.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    directory::{self, KeptDetails, MergeRecords},
    notices,
    scheduling::{self, AcceptOffer, AddRoom, CancelAppointment, JoinWaitingList, MailContent, MailKind},
};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{
    errors::Code,
    ids::{AppointmentId, WaitingEntryId, WaitingOfferId},
    scheduling::{OfferState, WaitingView},
};
use testing::Person;

fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_mins(count)
}

/// A week after tomorrow.
fn in_a_week() -> Timestamp {
    tomorrow_at_ten() + minutes(7 * 24 * 60)
}

impl Scene {
    fn wish(&self) -> JoinWaitingList {
        JoinWaitingList {
            patient: None,
            appointment: None,
            doctor: Some(self.doctor.doctor()),
            specialty: None,
            mode: None,
            days: Vec::new(),
            from: None,
            to: None,
            until: date(2026, 12, 24),
            reason: "Cough".to_owned(),
        }
    }

    async fn join(&self, person: &Person, wish: JoinWaitingList) -> Result<WaitingEntryId> {
        scheduling::join_waiting_list(&self.clinic.domain, &person.access(&self.clinic), wish).await
    }

    async fn waiting(&self, person: &Person) -> Vec<WaitingView> {
        scheduling::waiting_list(&self.clinic.domain, &person.access(&self.clinic)).await.unwrap()
    }

    async fn cancel_as(&self, person: &Person, appointment: AppointmentId) {
        let cancel = CancelAppointment { appointment, version: None, message: None, idempotency_key: None };
        scheduling::cancel(&self.clinic.domain, &person.access(&self.clinic), cancel).await.unwrap();
    }

    async fn offer_round(&self) -> u64 {
        scheduling::offer_freed_times(&self.clinic.domain).await.unwrap()
    }

    async fn offer_of(&self, person: &Person) -> Option<WaitingOfferId> {
        self.waiting(person).await.into_iter().find_map(|entry| entry.offer).map(|offer| offer.id)
    }
}

fn accept(offer: WaitingOfferId) -> AcceptOffer {
    AcceptOffer { offer, phone: String::new(), fee_minor: None }
}

async fn state(scene: &Scene, access: &Access, offer: WaitingOfferId) -> OfferState {
    scheduling::waiting_offer(&scene.clinic.domain, access, offer).await.unwrap().state
}

#[tokio::test]
async fn whoever_wants_another_day_does_not_stand_in_the_way_of_those_behind() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    // More than are read at once want Mondays only; the time is on a Wednesday.
    for letter in 'a'..='y' {
        let person = clinic.patient(&format!("Ada{letter} Lind")).await;
        scene.join(&person, JoinWaitingList { days: vec!["monday".to_owned()], ..scene.wish() }).await.unwrap();
    }
    clinic.pass(minutes(1));
    let last = clinic.patient("Cara Lind").await;
    scene.join(&last, scene.wish()).await.unwrap();
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    scene.cancel_as(&scene.patient, booked).await;
    assert_eq!(scene.offer_round().await, 1);
    assert!(scene.offer_of(&last).await.is_some());
}

#[tokio::test]
async fn a_room_that_is_given_back_is_offered_with_the_time_of_another_doctor() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let room = |name: &str| AddRoom { clinic: scene.practice.clinic, name: name.to_owned() };
    scheduling::add_room(domain, &admin, room("Room 1")).await.unwrap();
    let (other, ben) = (clinic.doctor("Dr Tomas Reyes", scene.practice).await, clinic.patient("Ben Ito").await);
    scene.owner("update visit_types set mode = 'in_person'").await;
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    scene.join(&ben, JoinWaitingList { doctor: Some(other.doctor()), ..scene.wish() }).await.unwrap();
    assert_eq!(scene.offer_round().await, 0, "the other doctor is free, but no room is");
    scene.cancel_as(&scene.patient, booked).await;
    assert_eq!((scene.offer_round().await, scene.offer_round().await), (1, 0));
    let offer = scene.offer_of(&ben).await.expect("an offer");
    let taken = scheduling::accept_offer(domain, &ben.access(clinic), accept(offer)).await.unwrap();
    assert_eq!((taken.card.starts_at, taken.card.doctor.id), (tomorrow_at_ten(), other.doctor()));
    assert_eq!(taken.card.room.as_deref(), Some("Room 1"));

    // With a second room the other doctor could be booked all along.
    scheduling::add_room(domain, &admin, room("Room 2")).await.unwrap();
    let cara = clinic.patient("Cara Lind").await;
    let at_noon = tomorrow_at_ten() + minutes(120);
    let booked = scene.book(at_noon).await.unwrap().card.id;
    scene.join(&cara, JoinWaitingList { doctor: Some(other.doctor()), ..scene.wish() }).await.unwrap();
    scene.cancel_as(&scene.patient, booked).await;
    assert_eq!((scene.offer_round().await, scene.offer_of(&cara).await), (0, None));
    assert_eq!(scene.count("select count(*) from freed_times").await, 0);
}

#[tokio::test]
async fn a_freed_time_goes_from_one_to_the_next_until_somebody_takes_it() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let (first, second, third) =
        (clinic.patient("Ben Ito").await, clinic.patient("Cara Lind").await, clinic.patient("Dan Roy").await);
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    for person in [&first, &second, &third] {
        scene.join(person, scene.wish()).await.unwrap();
        clinic.pass(minutes(1));
    }
    assert_eq!(scene.offer_round().await, 0, "nothing has become free");
    scene.cancel_as(&scene.patient, booked).await;
    assert_eq!((scene.offer_round().await, scene.offer_round().await), (1, 0));

    // One at a time, and nobody else can have the time meanwhile.
    let offer = scene.offer_of(&first).await.expect("an offer");
    assert_eq!((scene.offer_of(&second).await, scene.offer_of(&third).await), (None, None));
    assert_eq!(code(scene.book(tomorrow_at_ten()).await), Code::SlotTaken);
    let mails = clinic.mails(MailKind::TimeOffered).await;
    let told: Vec<&str> = mails.iter().map(|mail| mail.recipient.to.as_str()).collect();
    assert_eq!(told, [first.email.as_str()]);
    match &mails[0].content {
        notices::MailContent::Scheduling(MailContent::TimeOffered(offered)) => {
            assert_eq!((offered.id, offered.starts_at, offered.moves), (offer, tomorrow_at_ten(), false));
        }
        other => panic!("{other:?}"),
    }
    let strange = scheduling::waiting_offer(domain, &second.access(clinic), offer).await.err().map(|error| error.code());
    assert_eq!(strange, Some(Code::NotFound));
    assert_eq!(code(scheduling::accept_offer(domain, &second.access(clinic), accept(offer)).await), Code::NotFound);

    // Refused, then not answered, then taken.
    scheduling::refuse_offer(domain, &first.access(clinic), offer).await.unwrap();
    assert_eq!(scene.offer_round().await, 1);
    let unanswered = scene.offer_of(&second).await.expect("the next offer");
    clinic.pass(minutes(31));
    assert_eq!(code(scheduling::accept_offer(domain, &second.access(clinic), accept(unanswered)).await), Code::OfferGone);
    assert_eq!(scene.offer_round().await, 1);
    assert_eq!(state(&scene, &second.access(clinic), unanswered).await, OfferState::RunOut);
    let last = scene.offer_of(&third).await.expect("the last offer");
    let taken = scheduling::accept_offer(domain, &third.access(clinic), accept(last)).await.unwrap();
    assert_eq!((taken.card.starts_at, taken.reason.as_deref()), (tomorrow_at_ten(), Some("Cough")));
    let again = scheduling::accept_offer(domain, &third.access(clinic), accept(last)).await.unwrap();
    assert_eq!(again.card.id, taken.card.id);
    assert_eq!((scene.waiting(&third).await.len(), scene.waiting(&first).await.len()), (0, 1));
    assert_eq!(scene.offer_round().await, 0);
    assert_eq!(scene.count("select count(*) from freed_times").await, 0);
    assert_eq!(scene.count("select count(*) from reservations").await, 1);
    let audited = clinic.audited().await;
    for action in ["waiting_joined", "time_offered", "offer_refused", "offer_run_out", "appointment_booked"] {
        assert!(audited.iter().any(|entry| entry.contains(&format!("scheduling.{action}"))), "{action}: {audited:?}");
    }
}

#[tokio::test]
async fn an_accepted_time_moves_the_appointment_and_frees_its_old_one() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let other = clinic.patient("Ben Ito").await;
    let early = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    let late = scene.book_as(&other, in_a_week()).await.unwrap();
    let wish = JoinWaitingList { appointment: Some(late.card.id), doctor: None, reason: String::new(), ..scene.wish() };
    let entry = scene.join(&other, wish.clone()).await.unwrap();
    assert_eq!(code(scene.join(&other, wish.clone()).await), Code::AlreadyWaiting);
    assert_eq!(code(scene.join(&scene.patient, wish).await), Code::NotFound);
    scene.cancel_as(&scene.patient, early).await;
    assert_eq!(scene.offer_round().await, 1);

    // Two presses at the same moment move it once.
    let offer = scene.offer_of(&other).await.expect("an offer");
    let access = other.access(clinic);
    let (one, two) = tokio::join!(
        scheduling::accept_offer(domain, &access, accept(offer)),
        scheduling::accept_offer(domain, &access, accept(offer))
    );
    let (one, two) = (one.unwrap(), two.unwrap());
    assert_eq!((one.card.id, two.card.id), (late.card.id, late.card.id));
    assert_eq!((one.card.starts_at, one.version), (tomorrow_at_ten(), late.version + 1));
    assert_eq!(clinic.mails(MailKind::AppointmentMoved).await.len(), 2);
    assert_eq!(code(scheduling::leave_waiting_list(domain, &access, entry).await), Code::NotFound);
    assert!(scene.book(in_a_week()).await.is_ok(), "the old time is free again");
}

#[tokio::test]
async fn merging_two_records_ends_their_offers() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let ends = clinic.patient("Amara Ossei").await;
    let (stays, merged) = (scene.patient.patient(), ends.patient());
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    scene.join(&ends, scene.wish()).await.unwrap();
    scene.cancel_as(&scene.patient, booked).await;
    assert_eq!(scene.offer_round().await, 1);

    let view = directory::compare_records(domain, &admin, stays, merged).await.unwrap();
    let kept = Some(stays);
    let merge = MergeRecords {
        survivor: (stays, view.first.version),
        merged: (merged, view.second.version),
        kept: KeptDetails { name: kept, date_of_birth: kept, phone: kept, address: kept },
        reason: "Seen with a passport".to_owned(),
        confirmation: view.second.number,
    };
    directory::merge_records(domain, &admin, merge).await.unwrap();
    assert_eq!(scene.count("select count(*) from waiting_offers where state = 'withdrawn'").await, 1);
    assert_eq!(scene.count("select count(*) from reservations").await, 0, "the time is free again");
    assert_eq!(scene.offer_round().await, 0, "a record that has ended is asked nothing");
}

#[tokio::test]
async fn what_does_not_suit_is_not_offered_and_nobody_is_asked_at_night() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    let (afternoon, sleeper) = (clinic.patient("Ben Ito").await, clinic.patient("Cara Lind").await);
    let booked = scene.book(in_a_week()).await.unwrap().card.id;
    let clock = |hour| Some(jiff::civil::time(hour, 0, 0, 0));
    scene.join(&afternoon, JoinWaitingList { from: clock(14), to: clock(17), ..scene.wish() }).await.unwrap();
    scene.join(&sleeper, scene.wish()).await.unwrap();
    // It is 22:00 in London.
    clinic.pass(minutes(13 * 60));
    scene.cancel_as(&scene.patient, booked).await;
    assert_eq!(scene.offer_round().await, 0);
    assert_eq!(scene.count("select count(*) from freed_times").await, 1, "it waits for the morning");
    clinic.pass(minutes(10 * 60));
    assert_eq!(scene.offer_round().await, 1);
    assert!(scene.offer_of(&afternoon).await.is_none() && scene.offer_of(&sleeper).await.is_some());
}

#[tokio::test]
async fn several_copies_of_the_server_make_one_offer() {
    let scene = scene().await;
    let (first, second) = (scene.clinic.patient("Ben Ito").await, scene.clinic.patient("Cara Lind").await);
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card.id;
    scene.join(&first, scene.wish()).await.unwrap();
    scene.join(&second, scene.wish()).await.unwrap();
    scene.cancel_as(&scene.patient, booked).await;
    let domain = &scene.clinic.domain;
    let (a, b, c) = tokio::join!(
        scheduling::offer_freed_times(domain),
        scheduling::offer_freed_times(domain),
        scheduling::offer_freed_times(domain)
    );
    assert_eq!(a.unwrap() + b.unwrap() + c.unwrap(), 1);
    assert_eq!(scene.count("select count(*) from waiting_offers where state = 'open'").await, 1);
}

#[tokio::test]
async fn reception_puts_patients_of_the_clinic_on_the_list_and_takes_them_off() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let desk = clinic.staff("Rita Park", "receptionist", Some(scene.practice)).await;
    let stranger = clinic.patient("Ben Ito").await;
    scene.book(in_a_week()).await.unwrap();
    let wish = JoinWaitingList { patient: Some(scene.patient.patient()), ..scene.wish() };
    let entry = scene.join(&desk, wish.clone()).await.unwrap();
    let elsewhere = JoinWaitingList { patient: Some(stranger.patient()), ..scene.wish() };
    assert_eq!(code(scene.join(&desk, elsewhere).await), Code::NotFound);
    assert_eq!(code(scene.join(&stranger, wish).await), Code::NotFound);
    let listed = scene.waiting(&desk).await;
    assert_eq!(listed.iter().map(|entry| (entry.id, entry.patient.name.as_str())).collect::<Vec<_>>(), [(entry, "Amara Osei")]);
    assert_eq!(code(scheduling::leave_waiting_list(domain, &stranger.access(clinic), entry).await), Code::NotFound);
    let refused = scheduling::waiting_list(domain, &scene.doctor.access(clinic)).await.err().map(|error| error.code());
    assert_eq!(refused, Some(Code::Forbidden));
    scheduling::leave_waiting_list(domain, &desk.access(clinic), entry).await.unwrap();
    assert!(scene.waiting(&scene.patient).await.is_empty());

    // Who waits for a specialty names no clinic: reception sees its own patients only.
    let slug: String = sqlx::query_scalar("select slug from specialties").fetch_one(&clinic.owner).await.unwrap();
    let anywhere = || JoinWaitingList { doctor: None, specialty: Some(slug.clone()), ..scene.wish() };
    let own = scene.join(&scene.patient, anywhere()).await.unwrap();
    let foreign = scene.join(&stranger, anywhere()).await.unwrap();
    assert_eq!(scene.waiting(&desk).await.iter().map(|entry| entry.id).collect::<Vec<_>>(), [own]);
    assert_eq!(code(scheduling::leave_waiting_list(domain, &desk.access(clinic), foreign).await), Code::NotFound);
}

#[tokio::test]
async fn who_waited_until_a_day_that_is_over_can_wait_again() {
    let scene = scene().await;
    let booked = scene.book(in_a_week()).await.unwrap().card.id;
    let earlier = JoinWaitingList { appointment: Some(booked), doctor: None, reason: String::new(), ..scene.wish() };
    scene.join(&scene.patient, earlier).await.unwrap();
    scene.cancel_as(&scene.patient, booked).await;
    let short = JoinWaitingList { until: date(2026, 11, 26), ..scene.wish() };
    scene.join(&scene.patient, short.clone()).await.unwrap();
    assert_eq!(code(scene.join(&scene.patient, short).await), Code::AlreadyWaiting);
    scene.clinic.pass(minutes(7 * 24 * 60));
    assert!(scene.waiting(&scene.patient).await.is_empty());
    scene.join(&scene.patient, scene.wish()).await.unwrap();
}

#[tokio::test]
async fn every_wrong_field_of_a_wish_is_named() {
    let scene = scene().await;
    let wish = JoinWaitingList {
        doctor: None,
        days: vec!["Moonday".to_owned()],
        from: Some(jiff::civil::time(12, 0, 0, 0)),
        to: Some(jiff::civil::time(9, 0, 0, 0)),
        until: date(2026, 1, 1),
        reason: String::new(),
        ..scene.wish()
    };
    let error = scene.join(&scene.patient, wish).await.expect_err("wrong fields");
    let mut fields: Vec<&str> = error.field_errors().iter().map(|fault| fault.field.as_str()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["days", "doctor", "reason", "to", "until"]);
}
