//! Rooms for visits in person: two visits never have one at once, and whoever gives, changes and ends them.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    access::Access,
    scheduling::{
        self, AddRoom, AskWhy, BookAppointment, BookForPatient, CancelAppointment, Hold, MoveAppointment, SetRoom, add_room,
        end_room, rooms_for_visit, rooms_of_clinic, set_room,
    },
};
use jiff::{SignedDuration, Timestamp, civil::date};
use model::{
    errors::{Code, FieldFault},
    ids::{AppointmentId, RoomId},
    scheduling::{Availability, ChosenTime, SlotReason, views::AppointmentView},
};
use testing::Person;

const HALF_AN_HOUR: SignedDuration = SignedDuration::from_mins(30);

impl Scene {
    /// All visits of the doctors so far are in the clinic, which has these rooms.
    async fn with_rooms(&self, names: &[&str]) -> (Access, Vec<RoomId>) {
        self.owner("update visit_types set mode = 'in_person'").await;
        let admin = self.clinic.staff("Ida Admin", "admin", None).await.access(&self.clinic);
        let mut rooms = Vec::new();
        for name in names {
            rooms.push(self.room_as(&admin, name).await.unwrap());
        }
        (admin, rooms)
    }

    async fn room_as(&self, access: &Access, name: &str) -> Result<RoomId> {
        let command = AddRoom { clinic: self.practice.clinic, name: name.to_owned() };
        add_room(&self.clinic.domain, access, command).await
    }

    async fn meet(&self, doctor: &Person, patient: &Person, start: Timestamp) -> Result<AppointmentView> {
        let command: BookAppointment = testing::booking(doctor, self.practice, start);
        scheduling::book(&self.clinic.domain, &patient.access(&self.clinic), command).await
    }

    async fn move_as_doctor(&self, appointment: AppointmentId, start: Timestamp) -> Result<AppointmentView> {
        let message = Some("Another time suits better.".to_owned());
        let command = MoveAppointment { appointment, start, version: None, message, idempotency_key: None };
        scheduling::move_appointment(&self.clinic.domain, &self.doctor.access(&self.clinic), command).await
    }
}

#[tokio::test]
async fn a_visit_in_person_has_a_free_room_or_is_not_offered() {
    let scene = scene().await;
    let (clinic, domain, at) = (&scene.clinic, &scene.clinic.domain, tomorrow_at_ten());
    let (other, jonas) = (clinic.doctor("Dr Tomas Reyes", scene.practice).await, clinic.patient("Jonas Weber").await);
    let (admin, rooms) = scene.with_rooms(&["Room 1"]).await;
    let first = scene.book(at).await.unwrap().card;
    assert_eq!(first.room.as_deref(), Some("Room 1"));

    // The other doctor is free, and no room is.
    assert_eq!(code(scene.meet(&other, &jonas, at).await), Code::SlotTaken);
    let hold = Hold { doctor: other.doctor(), clinic: scene.practice.clinic, start: at, visit_type: None };
    assert_eq!(code(scheduling::hold(domain, &jonas.access(clinic), hold).await), Code::SlotTaken);
    let ask = AskWhy { doctor: Some(other.doctor()), at: Some(date(2026, 11, 25).at(10, 0, 0, 0)), ..AskWhy::default() };
    let told = scheduling::why(domain, &other.access(clinic), ask).await.unwrap().answers.remove(0);
    assert_eq!((told.availability, told.availability.reason()), (Availability::NoRoom, Some(SlotReason::Room)));
    assert!(!told.nearest.is_empty() && !told.nearest.contains(&at));

    // A hold keeps its room too.
    let later = Hold { start: at + HALF_AN_HOUR, ..hold };
    let held = scheduling::hold(domain, &jonas.access(clinic), later).await.unwrap();
    let ben = clinic.patient("Ben Ito").await;
    assert_eq!(code(scene.meet(&scene.doctor, &ben, at + HALF_AN_HOUR).await), Code::SlotTaken);
    let booking = BookAppointment { hold: Some(held.reservation), ..testing::booking(&other, scene.practice, at + HALF_AN_HOUR) };
    let second = scheduling::book(domain, &jonas.access(clinic), booking).await.unwrap().card;
    assert_eq!(second.room.as_deref(), Some("Room 1"));
    assert_eq!(code(scene.move_as_doctor(first.id, at + HALF_AN_HOUR).await), Code::SlotTaken);

    // With another room the visit moves, and keeps its own room when it moves on.
    scene.room_as(&admin, "Room 2").await.unwrap();
    let moved = scene.move_as_doctor(first.id, at + HALF_AN_HOUR).await.unwrap().card;
    assert_eq!(moved.room.as_deref(), Some("Room 2"));
    let moved = scene.move_as_doctor(first.id, at).await.unwrap().card;
    assert_eq!(moved.room.as_deref(), Some("Room 2"));
    assert_eq!(scene.meet(&other, &ben, at).await.unwrap().card.room.as_deref(), Some("Room 1"));

    // A cancelled visit frees its room, and an ended room is given to nobody.
    let cancel = CancelAppointment { appointment: moved.id, version: None, message: None, idempotency_key: None };
    let cancelled = scheduling::cancel(domain, &scene.as_patient(), cancel).await.unwrap();
    assert_eq!(cancelled.card.room, None);
    end_room(domain, &admin, rooms[0]).await.unwrap();
    let mia = clinic.patient("Mia Brandt").await;
    assert_eq!(scene.meet(&scene.doctor, &mia, at).await.unwrap().card.room.as_deref(), Some("Room 2"));
    let list = rooms_of_clinic(domain, &admin, scene.practice.clinic).await.unwrap();
    assert_eq!(list.rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>(), ["Room 2"]);
    let [ended] = list.ended.as_slice() else { panic!("one room with visits") };
    assert_eq!((ended.id, ended.visits, ended.next), (rooms[0], 2, at));
}

#[tokio::test]
async fn two_who_want_the_last_room_at_once_do_not_both_get_it() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    let other = clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    scene.with_rooms(&["Room 1"]).await;
    let jonas = clinic.patient("Jonas Weber").await;
    for round in 0..5 {
        let at = tomorrow_at_ten() + HALF_AN_HOUR * round;
        let both = tokio::join!(scene.book(at), scene.meet(&other, &jonas, at));
        assert_eq!(i32::from(both.0.is_ok()) + i32::from(both.1.is_ok()), 1, "round {round}");
        let lost = if both.0.is_ok() { both.1 } else { both.0 };
        assert_eq!(code(lost), Code::SlotTaken);
    }
    // The database refuses it too, whatever the code does.
    let twice = "update reservations r set doctor_range = o.doctor_range, patient_range = o.patient_range from reservations o
        where r.id = (select id from reservations order by id limit 1) and o.id = (select id from reservations order by id desc limit 1)";
    let refused = sqlx::query(twice).execute(&clinic.owner).await.unwrap_err();
    let constraint = refused.as_database_error().and_then(|error| error.constraint()).unwrap_or_default().to_owned();
    assert!(constraint.starts_with("reservations_"), "{constraint}");
}

#[tokio::test]
async fn staff_overbooks_without_a_room_and_reception_gives_another_one() {
    let scene = scene().await;
    let (clinic, domain, at) = (&scene.clinic, &scene.clinic.domain, tomorrow_at_ten());
    let (other, jonas) = (clinic.doctor("Dr Tomas Reyes", scene.practice).await, clinic.patient("Jonas Weber").await);
    let (admin, rooms) = scene.with_rooms(&["Room 1"]).await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let first = scene.book(at).await.unwrap();
    scene.meet(&other, &jonas, at + HALF_AN_HOUR * 4).await.unwrap();
    let command = BookForPatient {
        patient: jonas.patient(),
        time: ChosenTime { doctor: other.doctor(), clinic: scene.practice.clinic, start: at, visit_type: None },
        reason: "Sore throat".to_owned(),
        phone: String::new(),
        overbooking: String::new(),
        idempotency_key: None,
    };
    assert_eq!(code(scheduling::book_for_patient(domain, &desk, command.clone()).await), Code::SlotTaken);
    let command = BookForPatient { overbooking: "In the corridor".to_owned(), ..command };
    let over = scheduling::book_for_patient(domain, &desk, command).await.unwrap();
    assert_eq!((over.card.room.as_deref(), over.overbooking.as_deref()), (None, Some("In the corridor")));

    let day = scheduling::clinic_day(domain, &desk, "2026-11-25".parse().ok(), "Europe/London").await.unwrap();
    assert!(day.has_rooms);
    let second = scene.room_as(&admin, "Room 2").await.unwrap();
    let choices = rooms_for_visit(domain, &desk, over.card.id).await.unwrap();
    let shown: Vec<_> = choices.choices.iter().map(|room| (room.id, room.is_free)).collect();
    assert_eq!((choices.room, shown), (None, vec![(rooms[0], false), (second, true)]));
    let change = |room, version| SetRoom { appointment: over.card.id, room, version };
    assert_eq!(code(set_room(domain, &desk, change(rooms[0], None)).await), Code::RoomTaken);
    assert_eq!(code(set_room(domain, &desk, change(second, Some(over.version + 1))).await), Code::Stale);
    let elsewhere = clinic.practice().await;
    let theirs = add_room(domain, &admin, AddRoom { clinic: elsewhere.clinic, name: "Room 2".to_owned() }).await.unwrap();
    let wrong = set_room(domain, &desk, change(theirs, None)).await.map(|_| ()).unwrap_err();
    assert_eq!((wrong.field_errors()[0].field.as_str(), wrong.field_errors()[0].fault), ("room", FieldFault::UnknownChoice));
    let given = set_room(domain, &desk, change(second, Some(over.version))).await.unwrap();
    assert_eq!((given.card.room.as_deref(), given.version), (Some("Room 2"), over.version + 1));
    assert_eq!(scene.count("select count(*) from reservations where beside and room_id is not null").await, 1);
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "scheduling.room_changed").count(), 1);

    // The patient and another doctor do not choose rooms.
    let own = SetRoom { appointment: first.card.id, room: second, version: None };
    assert_eq!(code(set_room(domain, &scene.as_patient(), own).await), Code::Forbidden);
    assert_eq!(code(rooms_for_visit(domain, &scene.as_patient(), first.card.id).await), Code::Forbidden);
    assert_eq!(code(set_room(domain, &other.access(clinic), own).await), Code::NotFound);
    scene.owner("update visit_types set mode = 'video'").await;
    let on_video = scene.book(at + HALF_AN_HOUR * 6).await.unwrap().card;
    assert_eq!(on_video.room, None);
    let own = SetRoom { appointment: on_video.id, ..own };
    assert_eq!(code(set_room(domain, &desk, own).await), Code::VisitNotInPerson);
}

#[tokio::test]
async fn only_those_who_manage_the_clinic_add_and_end_rooms() {
    let scene = scene().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let (admin, rooms) = scene.with_rooms(&[" Room  1 "]).await;
    assert_eq!(rooms_of_clinic(domain, &admin, scene.practice.clinic).await.unwrap().rooms[0].name, "Room 1");
    assert_eq!(code(scene.room_as(&admin, "Room 1").await), Code::RoomExists);
    assert_eq!(code(scene.room_as(&admin, &"x".repeat(61)).await), Code::FieldsInvalid);
    let there = clinic.practice().await;
    let elsewhere = clinic.staff("Ada Boon", "admin", Some(there)).await.access(clinic);
    for access in [scene.as_patient(), scene.doctor.access(clinic), elsewhere] {
        assert_eq!(code(scene.room_as(&access, "Room 2").await), Code::NotFound);
        assert_eq!(code(end_room(domain, &access, rooms[0]).await), Code::NotFound);
        assert_eq!(code(rooms_of_clinic(domain, &access, scene.practice.clinic).await), Code::NotFound);
    }
    end_room(domain, &admin, rooms[0]).await.unwrap();
    assert_eq!(code(end_room(domain, &admin, rooms[0]).await), Code::NotFound);
    // Its name is free again, and nothing of the ended one is shown.
    scene.room_as(&admin, "Room 1").await.unwrap();
    let list = rooms_of_clinic(domain, &admin, scene.practice.clinic).await.unwrap();
    assert_eq!((list.rooms.len(), list.ended.len()), (1, 0));
    let audited = clinic.audited().await;
    let count = |wanted: &str| audited.iter().filter(|action| *action == wanted).count();
    assert_eq!((count("scheduling.room_added"), count("scheduling.room_ended")), (2, 1));
}

#[tokio::test]
async fn the_last_room_changes_the_times_of_the_other_doctors_when_it_goes_and_when_it_comes_free() {
    let scene = scene().await;
    let (clinic, domain, at) = (&scene.clinic, &scene.clinic.domain, tomorrow_at_ten());
    clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    let (admin, _) = scene.with_rooms(&["Room 1"]).await;
    let others = "select count(*) from changed_times c join doctors d on d.id = c.doctor_id where d.full_name = 'Dr Tomas Reyes'";
    let forgotten = "delete from changed_times";
    scene.owner(forgotten).await;
    let visit = scene.book(at).await.unwrap().card;
    assert!(scene.count(others).await > 0, "the last room is taken");
    scene.owner(forgotten).await;
    let cancel = CancelAppointment { appointment: visit.id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &scene.as_patient(), cancel).await.unwrap();
    assert!(scene.count(others).await > 0, "it is free again");
    scene.room_as(&admin, "Room 2").await.unwrap();
    scene.owner(forgotten).await;
    scene.book(at).await.unwrap();
    assert_eq!(scene.count(others).await, 0, "another room is free");
}
