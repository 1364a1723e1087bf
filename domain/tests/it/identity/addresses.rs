//! One mailbox has one account, however its domain is written; passwords and phone numbers as other keyboards write them.

use super::sign_up;
use domain::{
    directory::{self, SignUp},
    identity::{self, SessionKind, SignIn},
};
use model::errors::Code;
use testing::{PASSWORD, TestClinic};

async fn enter(clinic: &TestClinic, email: &str, password: &str) -> Result<(), Code> {
    let command = SignIn { email: email.to_owned(), password: password.to_owned(), kind: SessionKind::Api };
    identity::sign_in(&clinic.domain, &clinic.stranger(), command).await.map(drop).map_err(|error| error.code())
}

async fn confirm_all(clinic: &TestClinic) {
    let waiting: Vec<String> =
        sqlx::query_scalar("select distinct email_key from sign_ups where used_at is null and details is not null")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    for email_key in waiting {
        clinic.confirm(&email_key).await;
    }
}

async fn stored(clinic: &TestClinic) -> Vec<(String, String)> {
    sqlx::query_as("select email, email_key from users order by id").fetch_all(&clinic.owner).await.unwrap()
}

#[tokio::test]
async fn a_domain_in_unicode_and_in_ascii_is_the_same_mailbox() {
    let clinic = testing::clinic().await;
    for (unicode, ascii) in
        [("Ida@bücher.example", "ida@xn--bcher-kva.example"), ("taro@例え.テスト", "taro@xn--r8jz45g.xn--zckzah")]
    {
        // Chromium sends the A-label, another program the U-label: the second sign-up is a repetition.
        for email in [ascii, unicode] {
            directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(email)).await.unwrap();
        }
        confirm_all(&clinic).await;
        for spelling in [unicode.to_owned(), ascii.to_owned(), unicode.to_uppercase(), format!("\u{202A}{unicode}\u{202C}")] {
            assert_eq!(enter(&clinic, &spelling, PASSWORD).await, Ok(()), "{spelling}");
            identity::request_reset(&clinic.domain, &clinic.stranger(), &spelling, None).await.unwrap();
        }
    }
    let found = stored(&clinic).await;
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|(email, key)| email.is_ascii() && key.is_ascii()), "{found:?}");
    clinic.dispatch().await;
    let resets: i64 =
        sqlx::query_scalar("select count(*) from mails where kind = 'reset_password'").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(resets, 8);
}

#[tokio::test]
async fn wrong_passwords_count_for_the_mailbox_and_not_for_its_spelling() {
    let clinic = testing::clinic().await;
    for n in 0..10 {
        let spelling = if n % 2 == 0 { "eve@bücher.example" } else { "EVE@xn--bcher-kva.example" };
        assert_eq!(enter(&clinic, spelling, "a wrong password").await, Err(Code::BadCredentials));
    }
    assert_eq!(enter(&clinic, "eve@BÜCHER.example", "a wrong password").await, Err(Code::RateLimited));
}

#[tokio::test]
async fn accounts_from_before_stay_reachable() {
    let clinic = testing::clinic().await;
    for email in ["ida@one.example", "jo@two.example", "jo2@two.example"] {
        directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(email)).await.unwrap();
    }
    confirm_all(&clinic).await;
    clinic
        .as_owner(
            "update users set email = 'Ida@bücher.example', email_key = 'ida@bücher.example' where email_key = 'ida@one.example';
             update users set email = 'JOSÉ@straße.example', email_key = 'josé@straße.example' where email_key = 'jo@two.example';
             update users set email = 'josÉ@xn--strae-oqa.example', email_key = 'josÉ@xn--strae-oqa.example', created_at = created_at + interval '1 day'
               where email_key = 'jo2@two.example'",
        )
        .await;
    let (app, owner) = testing::addresses(&clinic.database);
    for _ in 0..2 {
        domain::schema::migrate(&owner.parse().unwrap(), &app.parse().unwrap(), clinic.domain.now()).await.unwrap();
        assert_eq!(enter(&clinic, "ida@bücher.example", PASSWORD).await, Ok(()));
        assert_eq!(enter(&clinic, "ida@xn--bcher-kva.example", PASSWORD).await, Ok(()));
        assert_eq!(enter(&clinic, "josÉ@straße.example", PASSWORD).await, Ok(()));
    }
    let mut keys: Vec<String> = stored(&clinic).await.into_iter().map(|(_, key)| key).collect();
    keys.sort();
    // Of the two accounts of one mailbox, neither loses its address.
    assert_eq!(keys, ["ida@xn--bcher-kva.example", "josÉ@xn--strae-oqa.example", "josé@straße.example"]);
}

#[tokio::test]
async fn a_password_is_the_same_from_every_keyboard() {
    let clinic = testing::clinic().await;
    let typed = SignUp { password: "cafe\u{301} au lait noir".to_owned(), ..sign_up("a@people.example") };
    directory::sign_up(&clinic.domain, &clinic.stranger(), typed).await.unwrap();
    confirm_all(&clinic).await;
    for same in ["café au lait noir", "cafe\u{301} au lait noir", "café\u{A0}au lait\u{3000}noir"] {
        assert_eq!(enter(&clinic, same, same).await, Err(Code::BadCredentials), "this text is not an e-mail address");
        assert_eq!(enter(&clinic, "a@people.example", same).await, Ok(()), "{same}");
    }
    assert_eq!(enter(&clinic, "a@people.example", "cafe au lait noir").await, Err(Code::BadCredentials));
}

#[tokio::test]
async fn a_phone_is_found_by_its_number_however_it_was_typed() {
    let clinic = testing::clinic().await;
    for (n, phone) in
        ["+44 20 7946 0123", "\u{202A}+٤٤ (٠)٢٠ ٧٩٤٦ ٠١٢٣\u{202C}", "００４４２０７９４６０１２３"].into_iter().enumerate()
    {
        let born = [["12", "4", "1990"], ["١٢", "٤", "١٩٩٠"], ["１２", "４", "１９９０"]][n].map(str::to_owned);
        let typed = SignUp { phone: phone.to_owned(), date_of_birth: born, ..sign_up(&format!("p{n}@people.example")) };
        directory::sign_up(&clinic.domain, &clinic.stranger(), typed).await.unwrap();
    }
    confirm_all(&clinic).await;
    let counts: (i64, i64, i64) =
        sqlx::query_as("select count(*), count(distinct phone_index), count(distinct date_of_birth) from patients")
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(counts, (3, 1, 1));
}
