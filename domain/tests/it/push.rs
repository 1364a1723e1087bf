//! A notice goes to the browsers in which its reader wants that, while they are signed in there.

use domain::{
    Domain,
    access::Access,
    identity,
    notifications::{
        self, AddPush, ListNotices, SendPush, SetNoticeChoices, add_push, forget_push, job_queue, list_notices, own_push,
        push_later, push_to_send, read_all_notices, remove_push, set_notice_choices,
    },
    scheduling,
    settings::Settings,
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    ids::PushId,
    notices::{NoticeSwitch, NoticeTopic},
};
use testing::{BEGIN, Person, Practice, TestClinic};

/// The public key and the secret of RFC 8291, appendix A.
const KEY: &str = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

struct Scene {
    clinic: TestClinic,
    domain: Domain,
    practice: Practice,
    doctor: Person,
    patient: Person,
}

async fn scene() -> Scene {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    let settings = Settings { push_services: vec!["*.push.apple.com".to_owned()], ..Settings::default() };
    let domain = clinic.domain_with(settings).await;
    Scene { clinic, domain, practice, doctor, patient }
}

fn browser(name: &str) -> AddPush {
    AddPush { endpoint: format!("https://web.push.apple.com/{name}"), p256dh: KEY.to_owned(), auth: SECRET.to_owned() }
}

impl Scene {
    fn access(&self) -> Access {
        self.patient.access(&self.clinic)
    }

    async fn browsers(&self, access: &Access) -> Vec<PushId> {
        own_push(&self.domain, access).await.unwrap().browsers.into_iter().map(|browser| browser.id).collect()
    }

    /// Books a visit so many hours after the beginning; how many jobs that made. A minute passes, so that notices have an order.
    async fn book(&self, hours: i64) -> i64 {
        self.clinic.pass(SignedDuration::from_mins(1));
        let before = job_queue(&self.domain).await.unwrap().waiting;
        let command = testing::booking(&self.doctor, self.practice, BEGIN + SignedDuration::from_hours(hours));
        scheduling::book(&self.domain, &self.access(), command).await.unwrap();
        self.clinic.dispatch().await;
        job_queue(&self.domain).await.unwrap().waiting - before
    }

    /// The job that tells a browser about the newest notice.
    async fn job(&self, push: PushId) -> SendPush {
        let notices = list_notices(&self.domain, &self.access(), ListNotices::default()).await.unwrap();
        SendPush { push, notice: notices.items[0].id, tries: 0, reminds: false }
    }
}

#[tokio::test]
async fn a_browser_is_added_replaced_and_removed_by_its_user_only() {
    let scene = scene().await;
    let (domain, access, doctor) = (&scene.domain, scene.access(), scene.doctor.access(&scene.clinic));
    let first = add_push(domain, &access, browser("one")).await.unwrap();
    let second = add_push(domain, &access, browser("two")).await.unwrap();
    assert_eq!(add_push(domain, &access, browser("one")).await.unwrap(), first);
    let settings = own_push(domain, &access).await.unwrap();
    assert!(settings.browsers.iter().all(|browser| browser.current) && settings.browsers.len() == 2);
    assert_eq!(settings.key, own_push(domain, &doctor).await.unwrap().key);

    assert_eq!(remove_push(domain, &doctor, first).await.unwrap_err().code(), Code::NotFound);
    remove_push(domain, &access, second).await.unwrap();
    assert_eq!(remove_push(domain, &access, second).await.unwrap_err().code(), Code::NotFound);
    // Somebody else signs in in the same browser: it is theirs.
    add_push(domain, &doctor, browser("one")).await.unwrap();
    assert!(scene.browsers(&access).await.is_empty());
    assert_eq!(scene.browsers(&doctor).await, [first]);
    let stranger = scene.clinic.stranger();
    assert_eq!(own_push(domain, &stranger).await.map(|_| ()).unwrap_err().code(), Code::SignInNeeded);
    assert_eq!(add_push(domain, &stranger, browser("one")).await.unwrap_err().code(), Code::SignInNeeded);
    assert_eq!(remove_push(domain, &stranger, first).await.unwrap_err().code(), Code::SignInNeeded);
    let audited = scene.clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|audited| *audited == action).count();
    assert_eq!((count("notifications.push_added"), count("notifications.push_removed")), (4, 1));
}

#[tokio::test]
async fn addresses_elsewhere_and_keys_that_are_none_are_refused() {
    let scene = scene().await;
    let (domain, access) = (&scene.domain, scene.access());
    let at = |endpoint: &str| AddPush { endpoint: endpoint.to_owned(), ..browser("one") };
    for (command, expected) in [
        (at(""), FieldError::new("endpoint", FieldFault::Missing)),
        (at("https://elsewhere.example/one"), FieldError::new("endpoint", FieldFault::UnknownChoice)),
        (at("https://169.254.169.254/latest"), FieldError::new("endpoint", FieldFault::UnknownChoice)),
        (at("http://web.push.apple.com/one"), FieldError::new("endpoint", FieldFault::UnknownChoice)),
        (AddPush { p256dh: "BCVx".to_owned(), ..browser("one") }, FieldError::new("p256dh", FieldFault::Malformed)),
        (AddPush { auth: String::new(), ..browser("one") }, FieldError::new("p256dh", FieldFault::Malformed)),
    ] {
        assert_eq!(add_push(domain, &access, command).await.unwrap_err().field_errors(), [expected]);
    }
    // An installation that names no service sends nothing.
    let refused = add_push(&scene.clinic.domain, &access, browser("one")).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("endpoint", FieldFault::UnknownChoice)]);
}

#[tokio::test]
async fn a_notice_is_sent_once_to_each_browser_unless_it_is_switched_off() {
    let scene = scene().await;
    let (domain, access) = (&scene.domain, scene.access());
    // With the first booking, what came of making these people is dispatched too.
    scene.book(52).await;
    let mails = scene.book(49).await;
    for name in ["one", "two"] {
        add_push(domain, &access, browser(name)).await.unwrap();
    }
    // Each booking has as many mails as the one before, and a message for each browser.
    assert_eq!(scene.book(50).await, mails + 2);
    let off = SetNoticeChoices { off: vec![NoticeSwitch::VisitPush], quiet: None, version: 0 };
    set_notice_choices(domain, &access, off).await.unwrap();
    assert_eq!(scene.book(51).await, mails);
    assert_eq!(list_notices(domain, &access, ListNotices::default()).await.unwrap().items.len(), 4);
}

#[tokio::test]
async fn a_message_that_reminds_waits_behind_one_about_what_has_happened() {
    let scene = scene().await;
    let domain = &scene.domain;
    scene.book(49).await;
    add_push(domain, &scene.access(), browser("one")).await.unwrap();
    scene.book(52).await;
    scene.clinic.pass(SignedDuration::from_hours(25));
    assert_eq!(scheduling::remind(domain).await.unwrap(), 1);
    scene.clinic.dispatch().await;
    let priorities: Vec<i16> =
        sqlx::query_scalar("select priority from graphile_worker.jobs where task_identifier = 'send_push' order by id")
            .fetch_all(domain.pool())
            .await
            .unwrap();
    assert!(matches!(*priorities, [booked, reminder] if booked < reminder), "{priorities:?}");
}

#[tokio::test]
async fn a_message_is_sent_while_it_is_news_to_somebody_who_is_signed_in() {
    let scene = scene().await;
    let (domain, access) = (&scene.domain, scene.access());
    scene.book(49).await;
    let push = add_push(domain, &access, browser("one")).await.unwrap();
    let job = scene.job(push).await;
    let message = push_to_send(domain, job).await.unwrap().expect("a message");
    assert_eq!((message.topic, message.service().as_str()), (NoticeTopic::Booked, "https://web.push.apple.com"));

    // Another person's notice is not sent, and nothing after it was read.
    let other = add_push(domain, &scene.doctor.access(&scene.clinic), browser("two")).await.unwrap();
    assert!(push_to_send(domain, SendPush { push: other, ..job }).await.unwrap().is_none());
    scene.book(50).await;
    let unread = scene.job(push).await;
    read_all_notices(domain, &access, None).await.unwrap();
    assert!(push_to_send(domain, unread).await.unwrap().is_none());

    scene.book(51).await;
    let job = scene.job(push).await;
    assert!(push_to_send(domain, job).await.unwrap().is_some());
    scene.clinic.pass(SignedDuration::from_hours(24));
    assert!(push_to_send(domain, job).await.unwrap().is_none(), "it is no news");

    scene.book(75).await;
    let job = scene.job(push).await;
    assert!(push_to_send(domain, job).await.unwrap().is_some());
    identity::sign_out(domain, &access).await.unwrap();
    assert!(push_to_send(domain, job).await.unwrap().is_none(), "the session has ended");
}

#[tokio::test]
async fn a_message_is_tried_six_times_and_a_browser_that_is_gone_gets_none() {
    let scene = scene().await;
    let (domain, access) = (&scene.domain, scene.access());
    scene.book(49).await;
    let push = add_push(domain, &access, browser("one")).await.unwrap();
    let job = scene.job(push).await;
    for tries in 0..5 {
        assert!(push_later(domain, SendPush { tries, ..job }).await.unwrap(), "{tries}");
    }
    assert!(!push_later(domain, SendPush { tries: 5, ..job }).await.unwrap());
    forget_push(domain, push).await.unwrap();
    assert!(push_to_send(domain, job).await.unwrap().is_none());
    assert!(notifications::own_push(domain, &access).await.unwrap().browsers.is_empty());
}
