//! Wrong codes after a right password, and who hears of them.

use super::{finish, half, set_up};
use domain::identity::MailKind;
use jiff::SignedDuration;
use model::errors::Code;

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
