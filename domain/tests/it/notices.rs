//! Notices in the app: who is told, who sees them, and how they are read.

use domain::{
    Domain,
    access::Access,
    chat::{self, SendMessage},
    notifications::{ListNotices, count_unread_notices, list_notices, read_all_notices, read_notice, sweep_notices},
    scheduling::{self, CancelAppointment},
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{EncounterId, NoticeId},
    notices::{NoticeTopic, NoticeView},
};
use testing::{BEGIN, Person, Practice, TestClinic};
use uuid::Uuid;

struct Scene {
    clinic: TestClinic,
    practice: Practice,
    doctor: Person,
    patient: Person,
}

/// Tomorrow, 10:00 in London.
fn tomorrow_at_ten() -> Timestamp {
    BEGIN + SignedDuration::from_hours(25)
}

async fn scene() -> Scene {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    Scene { clinic, practice, doctor, patient }
}

impl Scene {
    fn domain(&self) -> &Domain {
        &self.clinic.domain
    }

    fn access(&self, person: &Person) -> Access {
        person.access(&self.clinic)
    }

    async fn list(&self, person: &Person) -> Vec<NoticeView> {
        list_notices(self.domain(), &self.access(person), ListNotices::default()).await.unwrap().items
    }

    async fn topics(&self, person: &Person) -> Vec<(NoticeTopic, bool)> {
        self.list(person).await.into_iter().map(|notice| (notice.topic, notice.read)).collect()
    }

    async fn unread(&self, person: &Person) -> u32 {
        count_unread_notices(self.domain(), &self.access(person)).await.unwrap()
    }
}

#[tokio::test]
async fn both_sides_are_told_of_a_visit_and_read_it() {
    let scene = scene().await;
    let (domain, clinic) = (scene.domain(), &scene.clinic);
    let (patient, doctor) = (&scene.patient, &scene.doctor);
    let stranger = clinic.patient("Jonas Weber").await;
    let command = testing::booking(doctor, scene.practice, tomorrow_at_ten());
    let booked = scheduling::book(domain, &scene.access(patient), command).await.unwrap().card.id;
    assert_eq!(scene.unread(patient).await, 0);
    clinic.dispatch().await;
    assert_eq!((scene.unread(patient).await, scene.unread(doctor).await, scene.unread(&stranger).await), (1, 1, 0));
    let (of_patient, of_doctor) = (scene.list(patient).await.remove(0), scene.list(doctor).await.remove(0));
    assert_eq!((of_patient.subject, of_patient.starts_at, of_patient.at), (booked.uuid(), Some(tomorrow_at_ten()), BEGIN));
    assert_eq!((of_patient.patient, of_patient.doctor.as_deref()), (Some(patient.patient()), Some("Dr Lena Hoffmann")));
    assert_eq!(of_doctor.patient, None);

    clinic.pass(SignedDuration::from_mins(1));
    let cancel = CancelAppointment { appointment: booked, version: None, message: None, idempotency_key: None };
    scheduling::cancel(domain, &scene.access(patient), cancel).await.unwrap();
    clinic.dispatch().await;
    assert_eq!(scene.topics(doctor).await, [(NoticeTopic::Cancelled, false), (NoticeTopic::Booked, false)]);

    // Nobody reads another person's notice.
    for person in [patient, &stranger] {
        let refused = read_notice(domain, &scene.access(person), of_doctor.id).await;
        assert_eq!(refused.unwrap_err().code(), Code::NotFound);
    }
    let unknown = read_notice(domain, &scene.access(doctor), NoticeId::from(Uuid::from_u128(7))).await;
    assert_eq!(unknown.unwrap_err().code(), Code::NotFound);
    assert_eq!(read_all_notices(domain, &clinic.stranger(), None).await.unwrap_err().code(), Code::SignInNeeded);
    for _ in 0..2 {
        read_notice(domain, &scene.access(doctor), of_doctor.id).await.unwrap();
    }
    assert_eq!(scene.topics(doctor).await, [(NoticeTopic::Cancelled, false), (NoticeTopic::Booked, true)]);
    // What came after the page was loaded stays unread.
    read_all_notices(domain, &scene.access(patient), Some(of_patient.cursor())).await.unwrap();
    assert_eq!((scene.unread(patient).await, scene.unread(doctor).await), (1, 1));
    read_all_notices(domain, &scene.access(patient), None).await.unwrap();
    assert_eq!((scene.unread(patient).await, scene.unread(doctor).await), (0, 1));
    let read = clinic.audited().await.into_iter().filter(|action| action == "notifications.notices_read").count();
    assert_eq!(read, 4);

    // One page after the other shows the same as one long page.
    let first = ListNotices { after: None, limit: Some(1) };
    let page = list_notices(domain, &scene.access(doctor), first).await.unwrap();
    let after = page.next_cursor.map(|cursor| cursor.parse().unwrap());
    let page = list_notices(domain, &scene.access(doctor), ListNotices { after, limit: Some(1) }).await.unwrap();
    assert!(page.items.len() == 1 && page.items[0].id == of_doctor.id && page.next_cursor.is_none());

    assert_eq!(sweep_notices(domain).await.unwrap(), 0);
    clinic.pass(SignedDuration::from_hours(24 * 91));
    assert_eq!(sweep_notices(domain).await.unwrap(), 4);
}

#[tokio::test]
async fn several_messages_are_one_notice_until_it_is_read_and_the_writer_is_not_told() {
    let scene = scene().await;
    let (domain, clinic) = (scene.domain(), &scene.clinic);
    let visit = clinic.encounter(&scene.patient, &scene.doctor, scene.practice).await;
    clinic.dispatch().await;
    let before = scene.unread(&scene.doctor).await;
    for text in ["It hurts", "Since Thursday"] {
        send(domain, &scene.access(&scene.patient), visit, text).await;
        clinic.dispatch().await;
    }
    assert_eq!(scene.unread(&scene.doctor).await, before + 1);
    let told = scene.list(&scene.doctor).await.into_iter().find(|notice| notice.topic == NoticeTopic::Message).unwrap();
    assert_eq!(told.subject, visit.uuid());
    assert!(scene.topics(&scene.patient).await.iter().all(|(topic, _)| *topic != NoticeTopic::Message));
    read_notice(domain, &scene.access(&scene.doctor), told.id).await.unwrap();
    send(domain, &scene.access(&scene.patient), visit, "And a cough").await;
    clinic.dispatch().await;
    assert_eq!(scene.unread(&scene.doctor).await, before + 1);
}

#[tokio::test]
async fn who_may_no_longer_act_for_the_patient_sees_nothing_of_them() {
    let scene = scene().await;
    let (domain, clinic) = (scene.domain(), &scene.clinic);
    let command = testing::booking(&scene.doctor, scene.practice, tomorrow_at_ten());
    scheduling::book(domain, &scene.access(&scene.patient), command).await.unwrap();
    clinic.dispatch().await;
    assert_eq!(scene.unread(&scene.patient).await, 1);
    clinic.as_owner("update patient_access set starts_at = '2020-01-01', ends_at = '2021-01-01'").await;
    assert_eq!(scene.unread(&scene.patient).await, 0);
    assert!(scene.list(&scene.patient).await.is_empty());
    assert_eq!(scene.unread(&scene.doctor).await, 1);
}

async fn send(domain: &Domain, access: &Access, visit: EncounterId, text: &str) {
    let thread = chat::open_thread(domain, access, visit).await.unwrap().thread;
    let client_key = domain.new_id::<NoticeId>().uuid();
    chat::send(domain, access, SendMessage { thread, client_key, text: text.to_owned() }).await.unwrap();
}
