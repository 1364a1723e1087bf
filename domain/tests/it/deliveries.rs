//! What became of mails and text messages, as support sees it.

use domain::{
    identity::{self, MailKind, Proof, SendPhoneCode},
    notices::mail_to_send,
    notifications::{
        ListDeliveries, TextReport, hear_of_text, job_queue, list_deliveries, mark_failed, mark_text_sent, put_off_mail,
        repeat_delivery,
    },
};
use jiff::SignedDuration;
use model::{
    deliveries::{DeliveryState, DeliveryWay},
    errors::Code,
};
use testing::PASSWORD;

#[tokio::test]
async fn support_finds_what_failed_and_sends_it_again() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let practice = clinic.practice().await;
    let (amara, eve) = (clinic.patient("Amara Osei").await, clinic.patient("Eve Stranger").await);
    let support = clinic.staff("Sam Support", "support", None).await.access(&clinic);
    identity::request_reset(domain, &clinic.stranger(), &eve.email, None).await.unwrap();
    clinic.pass(SignedDuration::from_secs(1));
    identity::request_reset(domain, &clinic.stranger(), &amara.email, None).await.unwrap();
    clinic.pass(SignedDuration::from_secs(1));
    let command = SendPhoneCode { phone: "+44 7400 123456".to_owned(), proof: Proof::Password(PASSWORD.to_owned()) };
    identity::send_phone_code(domain, &amara.access(&clinic), command).await.unwrap();

    let of_amara = ListDeliveries { user: Some(amara.user), ..ListDeliveries::default() };
    let page = list_deliveries(domain, &support, ListDeliveries { limit: Some(2), ..of_amara }).await.unwrap();
    let found: Vec<_> = page.items.iter().map(|row| (row.way, row.kind.as_str(), row.state, row.masked.as_deref())).collect();
    let expected = [
        (DeliveryWay::Text, "phone_code", DeliveryState::Queued, Some("…456")),
        (DeliveryWay::Mail, "reset_password", DeliveryState::Queued, None),
    ];
    assert_eq!(found, expected);
    assert!(page.items.iter().all(|row| row.name.as_deref() == Some("Amara Osei")));
    // One page after the other shows the same as one long page.
    let all = list_deliveries(domain, &support, ListDeliveries::default()).await.unwrap();
    let mut walked = Vec::new();
    let mut after = None;
    loop {
        let page = list_deliveries(domain, &support, ListDeliveries { after, limit: Some(1), ..ListDeliveries::default() }).await;
        let page = page.unwrap();
        walked.extend(page.items.into_iter().map(|row| row.id));
        let Some(next) = page.next_cursor else { break };
        after = Some(next.parse().unwrap());
    }
    assert_eq!(walked, all.items.iter().map(|row| row.id).collect::<Vec<_>>());

    let mail = clinic.mails(MailKind::ResetPassword).await.pop().unwrap().id;
    for _ in 0..12 {
        mark_failed(domain, mail, "550").await.unwrap();
    }
    let text = clinic.texts().await[0].id;
    mark_text_sent(domain, text, Some("SM1")).await.unwrap();
    hear_of_text(domain, text, "SM1", TextReport::Failed("21211")).await.unwrap();
    let failed = ListDeliveries { state: Some(DeliveryState::Failed), ..ListDeliveries::default() };
    let page = list_deliveries(domain, &support, failed).await.unwrap();
    let found: Vec<_> = page.items.iter().map(|row| (row.id, row.error.as_deref())).collect();
    assert_eq!(found, [(text.uuid(), Some("21211")), (mail.uuid(), Some("550"))]);

    repeat_delivery(domain, &support, DeliveryWay::Mail, mail.uuid()).await.unwrap();
    repeat_delivery(domain, &support, DeliveryWay::Text, text.uuid()).await.unwrap();
    for way in [DeliveryWay::Mail, DeliveryWay::Text] {
        let again = repeat_delivery(domain, &support, way, mail.uuid()).await;
        assert_eq!(again.unwrap_err().code(), Code::NotFound);
    }
    // What is reported of the first message late says nothing about the second one.
    hear_of_text(domain, text, "SM1", TextReport::Failed("30003")).await.unwrap();
    mark_text_sent(domain, text, Some("SM2")).await.unwrap();
    hear_of_text(domain, text, "SM1", TextReport::Failed("30003")).await.unwrap();
    assert!(list_deliveries(domain, &support, failed).await.unwrap().items.is_empty());

    let of_one = clinic.staff("Ada Admin", "admin", Some(practice)).await;
    for other in [amara.access(&clinic), of_one.access(&clinic)] {
        let refused = list_deliveries(domain, &other, ListDeliveries::default()).await;
        assert_eq!(refused.err().map(|error| error.code()), Some(Code::Forbidden));
        let refused = repeat_delivery(domain, &other, DeliveryWay::Mail, mail.uuid()).await;
        assert_eq!(refused.unwrap_err().code(), Code::Forbidden);
    }
    let audited = clinic.audited().await;
    for (action, times) in [("notifications.deliveries_listed", 5), ("notifications.delivery_repeated", 2)] {
        assert!(audited.iter().filter(|one| *one == action).count() >= times, "{action}");
    }
}

#[tokio::test]
async fn a_mail_that_is_put_off_keeps_its_one_job_and_its_attempts() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    identity::request_reset(domain, &clinic.stranger(), &amara.email, None).await.unwrap();
    let mail = clinic.mails(MailKind::ResetPassword).await.remove(0);
    let before = job_queue(domain).await.unwrap();
    put_off_mail(domain, mail.id, domain.now() + SignedDuration::from_hours(1)).await.unwrap();
    assert_eq!(job_queue(domain).await.unwrap(), before);
    assert_eq!(clinic.mails(MailKind::ResetPassword).await.len(), 1);
    let support = clinic.staff("Sam Support", "support", None).await.access(&clinic);
    let of_amara = ListDeliveries { user: Some(amara.user), ..ListDeliveries::default() };
    let rows = list_deliveries(domain, &support, of_amara).await.unwrap().items;
    assert!(rows.iter().all(|row| row.attempts == 0 && row.state == DeliveryState::Queued));
}

#[tokio::test]
async fn a_mail_to_an_account_that_is_gone_waits_no_longer() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    identity::request_reset(domain, &clinic.stranger(), &amara.email, None).await.unwrap();
    let mail = clinic.mails(MailKind::ResetPassword).await.remove(0);
    clinic.as_owner("update users set deleted_at = created_at where email_key <> ''").await;
    assert!(mail_to_send(domain, mail.id).await.unwrap().is_none());
    let states: Vec<(String, bool)> = sqlx::query_as("select state, facts is null from mails where kind = 'reset_password'")
        .fetch_all(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(states, [("out_of_date".to_owned(), true)]);
}
