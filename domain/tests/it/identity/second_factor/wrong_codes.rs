//! Wrong codes after a right password, and the mail about them.

use super::{STEP, finish, half, proof, set_up};
use domain::identity::{self, MailKind};
use jiff::SignedDuration;
use model::errors::{Code, FieldError, FieldFault};

#[tokio::test]
async fn the_owner_is_told_once_a_day_that_somebody_who_knows_the_password_types_wrong_codes() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let (app, codes) = set_up(&clinic, &amara).await;
    let wrong = async |times: usize| {
        let half = half(domain, &stranger, &amara.email).await;
        for _ in 0..times {
            assert_eq!(finish(domain, &stranger, &half, &app.wrong_code(domain.now())).await, Err(Code::CodeWrong));
        }
    };
    let told = async || clinic.mails(MailKind::CodesWrong).await.len();
    wrong(4).await;
    assert_eq!(told().await, 0);
    wrong(1).await;
    assert_eq!(told().await, 1);
    assert_eq!(clinic.mails(MailKind::CodesWrong).await[0].recipient.to, amara.email);
    // Neither further windows nor a sign-in of the owner bring a second mail on the same day.
    let own = half(domain, &stranger, &amara.email).await;
    finish(domain, &stranger, &own, &codes[0]).await.unwrap();
    for _ in 0..2 {
        clinic.pass(SignedDuration::from_hours(1));
        wrong(9).await;
    }
    assert_eq!(told().await, 1);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|one| *one == "identity.code_wrong").count(), 23);
    clinic.pass(SignedDuration::from_hours(22));
    wrong(5).await;
    assert_eq!(told().await, 2);
}

#[tokio::test]
async fn the_password_and_an_open_session_neither_replace_nor_end_an_app() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    let (app, codes) = set_up(&clinic, &amara).await;
    let begin = async |code: &str| identity::begin_set_up(domain, &access, proof(), code).await;
    let end = async |code: &str| identity::end_second_factor(domain, &access, proof(), code).await;
    for (code, fault) in [("", FieldFault::Missing), ("12", FieldFault::Malformed)] {
        assert_eq!(begin(code).await.unwrap_err().field_errors(), [FieldError::new("code", fault)]);
        assert_eq!(end(code).await.unwrap_err().field_errors(), [FieldError::new("code", fault)]);
    }
    // The code that has confirmed the app is used up.
    for code in [app.code(domain.now()), app.wrong_code(domain.now())] {
        assert_eq!(begin(&code).await.unwrap_err().code(), Code::CodeWrong);
        assert_eq!(end(&code).await.unwrap_err().code(), Code::CodeWrong);
    }
    let view = identity::second_factor(domain, &access).await.unwrap();
    assert_eq!((view.is_on, view.set_up, view.recovery_codes_left), (true, None, 10));
    assert_eq!(clinic.mails(MailKind::CodesWrong).await.len(), 0);
    assert_eq!(end(&app.wrong_code(domain.now())).await.unwrap_err().code(), Code::CodeWrong);
    assert_eq!(clinic.mails(MailKind::CodesWrong).await.len(), 1);

    begin(&app.code(domain.now() + STEP)).await.unwrap();
    assert!(identity::second_factor(domain, &access).await.unwrap().set_up.is_some());
    end(&codes[0]).await.unwrap();
    assert_eq!(end(&codes[1]).await.unwrap_err().code(), Code::NotFound);
}
