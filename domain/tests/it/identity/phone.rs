//! A phone number is verified by the code that was sent to it, and takes the link for a new password.

use super::count;
use domain::{
    Domain, Error,
    access::Access,
    identity::{self, MailKind, Proof, ResetPassword, SendPhoneCode, TextContent as OfAccount},
    notices::{TextContent, TextJob, text_to_send},
    notifications::{TextReport, hear_of_text, mark_text_delayed, mark_text_out_of_date, mark_text_sent},
    settings::Settings,
};
use jiff::SignedDuration;
use model::errors::{Code, FieldError, FieldFault};
use testing::{PASSWORD, TestClinic};

const NUMBER: &str = "+44 7400 123456";

fn proof() -> Proof {
    Proof::Password(PASSWORD.to_owned())
}

async fn send(domain: &Domain, access: &Access, phone: &str) -> Result<(), Error> {
    identity::send_phone_code(domain, access, SendPhoneCode { phone: phone.to_owned(), proof: proof() }).await
}

/// The code of the newest message, and the number to which it goes.
async fn newest_code(clinic: &TestClinic) -> (String, String) {
    let text = clinic.texts().await.pop().expect("a message");
    match text.content {
        TextContent::Identity(OfAccount::PhoneCode { code }) => (text.to.as_str().to_owned(), code),
        other => panic!("{other:?}"),
    }
}

fn another(code: &str) -> String {
    if code == "000000" { "000001".to_owned() } else { "000000".to_owned() }
}

#[tokio::test]
async fn a_number_is_verified_by_its_code_and_replaced_by_another() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    for (phone, fault) in
        [("", FieldFault::Missing), ("07400 123456", FieldFault::Malformed), ("+44 7700 900123", FieldFault::NoSuchNumber)]
    {
        let refused = send(domain, &access, phone).await.unwrap_err();
        assert_eq!(refused.field_errors(), [FieldError::new("phone", fault)], "{phone}");
    }
    let wrong = SendPhoneCode { phone: NUMBER.to_owned(), proof: Proof::Password("not the password".to_owned()) };
    assert_eq!(identity::send_phone_code(domain, &access, wrong).await.unwrap_err().code(), Code::PasswordWrong);
    assert_eq!(send(domain, &clinic.stranger(), NUMBER).await.unwrap_err().code(), Code::SignInNeeded);
    assert_eq!(identity::confirm_phone(domain, &access, "123456").await.unwrap_err().code(), Code::PhoneCodeExpired);

    send(domain, &access, NUMBER).await.unwrap();
    let (to, code) = newest_code(&clinic).await;
    assert_eq!(to, "+447400123456");
    let view = identity::own_phone(domain, &access).await.unwrap();
    assert_eq!((view.verified, view.waiting.map(|(number, _)| number)), (None, Some(NUMBER.to_owned())));
    for (typed, fault) in [(" ", FieldFault::Missing), ("12345", FieldFault::Malformed)] {
        let refused = identity::confirm_phone(domain, &access, typed).await.unwrap_err();
        assert_eq!(refused.field_errors(), [FieldError::new("code", fault)]);
    }
    assert_eq!(identity::confirm_phone(domain, &access, &another(&code)).await.unwrap_err().code(), Code::PhoneCodeWrong);
    identity::confirm_phone(domain, &access, &format!("{} {}", &code[..3], &code[3..])).await.unwrap();
    assert_eq!(identity::confirm_phone(domain, &access, &code).await.unwrap_err().code(), Code::PhoneCodeExpired);
    assert_eq!(identity::own_phone(domain, &access).await.unwrap().verified.as_deref(), Some(NUMBER));
    assert_eq!(clinic.mails(MailKind::PhoneVerified).await[0].recipient.to, amara.email);

    // The verified number stays until the code of the other one was typed.
    send(domain, &access, "+44 7400 123457").await.unwrap();
    assert_eq!(identity::own_phone(domain, &access).await.unwrap().verified.as_deref(), Some(NUMBER));
    let (_, code) = newest_code(&clinic).await;
    identity::confirm_phone(domain, &access, &code).await.unwrap();
    assert_eq!(identity::own_phone(domain, &access).await.unwrap().verified.as_deref(), Some("+44 7400 123457"));

    identity::remove_phone(domain, &access, proof()).await.unwrap();
    assert_eq!(identity::remove_phone(domain, &access, proof()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(clinic.mails(MailKind::PhoneRemoved).await.len(), 1);
    let audited = clinic.audited().await;
    for action in ["identity.phone_code_sent", "identity.phone_code_wrong", "identity.phone_verified", "identity.phone_removed"] {
        assert!(audited.iter().any(|one| one == action), "{action}");
    }
}

#[tokio::test]
async fn a_code_is_good_for_five_tries_and_ten_minutes_and_only_for_its_owner() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (amara, eve) = (clinic.patient("Amara Osei").await, clinic.patient("Eve Stranger").await);
    let access = amara.access(&clinic);
    send(domain, &access, NUMBER).await.unwrap();
    let (_, code) = newest_code(&clinic).await;
    let by_eve = identity::confirm_phone(domain, &eve.access(&clinic), &code).await;
    assert_eq!(by_eve.unwrap_err().code(), Code::PhoneCodeExpired);
    for _ in 0..4 {
        let refused = identity::confirm_phone(domain, &access, &another(&code)).await;
        assert_eq!(refused.unwrap_err().code(), Code::PhoneCodeWrong);
    }
    for typed in [another(&code), code] {
        assert_eq!(identity::confirm_phone(domain, &access, &typed).await.unwrap_err().code(), Code::PhoneCodeExpired);
    }

    clinic.pass(SignedDuration::from_mins(1));
    send(domain, &access, NUMBER).await.unwrap();
    let (_, code) = newest_code(&clinic).await;
    clinic.pass(SignedDuration::from_mins(10));
    assert_eq!(identity::confirm_phone(domain, &access, &code).await.unwrap_err().code(), Code::PhoneCodeExpired);
    assert!(clinic.texts().await.is_empty(), "messages with a dead code are not sent");
}

#[tokio::test]
async fn messages_are_limited_by_account_number_day_and_country() {
    let clinic = testing::clinic().await;
    let (amara, eve) = (clinic.patient("Amara Osei").await, clinic.patient("Eve Stranger").await);
    for _ in 0..5 {
        send(&clinic.domain, &amara.access(&clinic), NUMBER).await.unwrap();
    }
    let refused = send(&clinic.domain, &amara.access(&clinic), NUMBER).await.unwrap_err();
    assert_eq!(refused.code(), Code::RateLimited);

    let access = eve.access(&clinic);
    let few = clinic.domain_with(Settings { texts_per_number_per_day: 5, ..Settings::default() }).await;
    assert_eq!(send(&few, &access, NUMBER).await.unwrap_err().code(), Code::RateLimited);
    send(&few, &access, "+44 7400 123457").await.unwrap();
    let none = clinic.domain_with(Settings { texts_per_day: 6, ..Settings::default() }).await;
    assert_eq!(send(&none, &access, "+44 7400 123458").await.unwrap_err().code(), Code::RateLimited);
    let german = clinic.domain_with(Settings { text_countries: vec!["DE".to_owned()], ..Settings::default() }).await;
    assert_eq!(send(&german, &access, NUMBER).await.unwrap_err().code(), Code::PhoneUnreachable);
}

#[tokio::test]
async fn the_link_for_a_new_password_goes_to_a_verified_number_only() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    // The answer is the same for an account without a number, and for none.
    for email in [amara.email.as_str(), "nobody@people.example"] {
        identity::request_reset_by_text(domain, &stranger, email).await.unwrap();
    }
    send(domain, &access, NUMBER).await.unwrap();
    identity::request_reset_by_text(domain, &stranger, &amara.email).await.unwrap();
    assert_eq!(clinic.texts().await.len(), 1, "only the code");
    let (_, code) = newest_code(&clinic).await;
    identity::confirm_phone(domain, &access, &code).await.unwrap();

    clinic.pass(SignedDuration::from_secs(1));
    identity::request_reset_by_text(domain, &stranger, &amara.email).await.unwrap();
    let text = clinic.texts().await.pop().unwrap();
    let TextContent::Identity(OfAccount::ResetPassword { token }) = text.content else { panic!("a code") };
    assert_eq!(text.to.as_str(), "+447400123456");
    let reset = ResetPassword { token, password: "another walk by the sea".to_owned() };
    identity::reset_password(domain, &stranger, reset).await.unwrap();
    assert_eq!(clinic.mails(MailKind::PasswordChanged).await.len(), 1);
    // The link was used before the message left.
    assert!(matches!(text_to_send(domain, text.id).await.unwrap(), TextJob::OutOfDate));
}

#[tokio::test]
async fn what_the_service_reports_leads_only_forward() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    send(domain, &amara.access(&clinic), NUMBER).await.unwrap();
    let id = clinic.texts().await[0].id;
    let state = async || {
        let query = "select state, error, attempts from texts";
        sqlx::query_as::<_, (String, Option<String>, i32)>(query).fetch_one(&clinic.owner).await.unwrap()
    };
    mark_text_delayed(domain, id, "no answer").await.unwrap();
    assert_eq!(state().await, ("queued".to_owned(), Some("no answer".to_owned()), 1));
    mark_text_sent(domain, id, Some("SM1")).await.unwrap();
    assert_eq!(state().await, ("sent".to_owned(), None, 2));
    hear_of_text(domain, id, "SM2", TextReport::Delivered).await.unwrap();
    assert_eq!(state().await.0, "sent", "that is another message");
    hear_of_text(domain, id, "SM1", TextReport::Failed("30003")).await.unwrap();
    assert_eq!(state().await, ("failed".to_owned(), Some("30003".to_owned()), 2));
    hear_of_text(domain, id, "SM1", TextReport::Delivered).await.unwrap();
    hear_of_text(domain, id, "SM1", TextReport::Failed("30003")).await.unwrap();
    hear_of_text(domain, id, "SM1", TextReport::Sent).await.unwrap();
    assert_eq!(state().await, ("delivered".to_owned(), None, 2));
    assert!(matches!(text_to_send(domain, id).await.unwrap(), TextJob::Done));

    clinic.pass(SignedDuration::from_secs(1));
    send(domain, &amara.access(&clinic), NUMBER).await.unwrap();
    let id = clinic.texts().await.pop().unwrap().id;
    clinic.as_owner("update users set deleted_at = created_at").await;
    assert!(matches!(text_to_send(domain, id).await.unwrap(), TextJob::OutOfDate), "it waits no longer");
    mark_text_out_of_date(domain, id).await.unwrap();
    assert_eq!(count(&clinic, "select count(*) from texts where state = 'out_of_date' and error is null").await, 1);
    assert!(matches!(text_to_send(domain, id).await.unwrap(), TextJob::Done));
}
