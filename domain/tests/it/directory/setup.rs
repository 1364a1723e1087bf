//! Setting up an empty installation.

use domain::{
    access::Access,
    directory::{self, FirstLink, SetUp},
    identity::{self, Entry},
    settings::Settings,
};
use jiff::SignedDuration;
use model::{
    access::Role,
    directory::TypedClinic,
    errors::{Code, FieldError, FieldFault},
    ids::RequestId,
};
use testing::{PASSWORD, TestClinic};

fn command(token: &str) -> SetUp {
    SetUp {
        token: token.to_owned(),
        organisation: "Riverside Health".to_owned(),
        clinic: TypedClinic {
            name: "Riverside Clinic".to_owned(),
            time_zone: "Europe/London".to_owned(),
            country: "GB".to_owned(),
            currency: "GBP".to_owned(),
            address: "14 Weir Lane\nLondon SE1 0QQ".to_owned(),
            ..TypedClinic::default()
        },
        admin_name: "Ida Admin".to_owned(),
        admin_latin_name: String::new(),
        email: "ida@people.example".to_owned(),
        password: PASSWORD.to_owned(),
        language: "en".to_owned(),
    }
}

fn system(clinic: &TestClinic) -> Access {
    Access::system(clinic.domain.new_id::<RequestId>())
}

async fn new_link(clinic: &TestClinic) -> String {
    directory::new_setup_link(&clinic.domain, &system(clinic)).await.unwrap().unwrap()
}

async fn refused(clinic: &TestClinic, command: SetUp) -> Code {
    directory::set_up(&clinic.domain, &clinic.stranger(), command).await.unwrap_err().code()
}

#[tokio::test]
async fn the_first_link_sets_up_and_is_dead_afterwards() {
    let clinic = testing::clinic().await;
    let first = directory::first_setup_link(&clinic.domain, &system(&clinic)).await.unwrap();
    let FirstLink::Made(token) = first else { panic!("an empty installation gets a link") };
    assert!(directory::first_setup_link(&clinic.domain, &system(&clinic)).await.unwrap() == FirstLink::MadeBefore);
    let entry = directory::set_up(&clinic.domain, &clinic.stranger(), command(&token)).await.unwrap();
    let Entry::SignedIn(signed_in) = entry else { panic!("no second step is needed") };
    let acting = identity::resolve_session(&clinic.domain, signed_in.session).await.unwrap().unwrap();
    assert_eq!((acting.role, acting.clinic), (Role::Admin, None));
    let stored: (String, String, i64) =
        sqlx::query_as("select o.name, c.name, (select count(*) from clinic_versions) from organisation o cross join clinics c")
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(stored, ("Riverside Health".to_owned(), "Riverside Clinic".to_owned(), 1));
    let consents: i64 = sqlx::query_scalar("select count(*) from consents").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(consents, 0, "the page asks for none");

    assert_eq!(refused(&clinic, command(&token)).await, Code::LinkUsed);
    assert!(directory::new_setup_link(&clinic.domain, &system(&clinic)).await.unwrap().is_none());
    assert!(directory::first_setup_link(&clinic.domain, &system(&clinic)).await.unwrap() == FirstLink::NotNeeded);
    assert_eq!(clinic.audited().await, ["directory.setup_link_made", "directory.set_up"]);
}

#[tokio::test]
async fn an_administrator_who_needs_a_second_factor_sets_it_up_first() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain_with(Settings { second_factor_roles: vec![Role::Admin], ..Settings::default() }).await;
    let token = new_link(&clinic).await;
    let entry = directory::set_up(domain, &clinic.stranger(), command(&token)).await.unwrap();
    let Entry::Half(half) = entry else { panic!("there is no session with one factor") };
    let waiting = identity::half_sign_in(domain, &clinic.stranger(), &half.token).await.unwrap();
    assert!(half.must_set_up && waiting.is_some_and(|view| view.set_up.is_some()));
    let sessions: i64 = sqlx::query_scalar("select count(*) from sessions").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(sessions, 0);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_the_link_stays() {
    let clinic = testing::clinic().await;
    let token = new_link(&clinic).await;
    let typed = command(&token);
    let wrong = SetUp {
        organisation: " ".to_owned(),
        clinic: TypedClinic { time_zone: "Mars/Base".to_owned(), currency: String::new(), ..typed.clinic },
        admin_name: "山田 太郎".to_owned(),
        email: "ida".to_owned(),
        password: "short".to_owned(),
        ..command(&token)
    };
    let error = directory::set_up(&clinic.domain, &clinic.stranger(), wrong).await.unwrap_err();
    let fields: Vec<&str> = error.field_errors().iter().map(|wrong| wrong.field.as_str()).collect();
    assert_eq!(fields, ["organisation", "time_zone", "currency", "admin_latin_name", "email", "password"]);
    assert_eq!(error.field_errors()[0], FieldError::new("organisation", FieldFault::Missing));
    directory::set_up(&clinic.domain, &clinic.stranger(), command(&token)).await.unwrap();
}

#[tokio::test]
async fn old_and_unknown_links_and_those_of_an_installation_with_an_administrator_do_nothing() {
    let clinic = testing::clinic().await;
    assert_eq!(refused(&clinic, command("none")).await, Code::LinkUnknown);
    let (older, newer) = (new_link(&clinic).await, new_link(&clinic).await);
    assert_eq!(refused(&clinic, command(&older)).await, Code::LinkExpired);
    directory::check_setup(&clinic.domain, &newer).await.unwrap();
    let mail = directory::may_test_mail(&clinic.domain, &clinic.stranger(), &newer, "ida@people.example").await.unwrap();
    assert_eq!(mail.as_str(), "ida@people.example");
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(refused(&clinic, command(&newer)).await, Code::LinkExpired);

    let token = new_link(&clinic).await;
    clinic.staff("Olga Organiser", "admin", None).await;
    assert_eq!(refused(&clinic, command(&token)).await, Code::LinkUsed);
    let refused = directory::may_test_mail(&clinic.domain, &clinic.stranger(), &token, "a@people.example").await.unwrap_err();
    assert_eq!(refused.code(), Code::LinkUsed);
}

#[tokio::test]
async fn two_who_set_up_at_once_make_one_administrator() {
    let clinic = testing::clinic().await;
    let token = new_link(&clinic).await;
    let other = SetUp { email: "ole@people.example".to_owned(), ..command(&token) };
    let (stranger, second) = (clinic.stranger(), clinic.stranger());
    let (one, two) = tokio::join!(
        directory::set_up(&clinic.domain, &stranger, command(&token)),
        directory::set_up(&clinic.domain, &second, other),
    );
    let refused: Vec<Code> = [one, two].into_iter().filter_map(|outcome| outcome.err().map(|error| error.code())).collect();
    assert_eq!(refused, [Code::LinkUsed]);
    let admins: i64 = sqlx::query_scalar("select count(*) from memberships").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn two_links_that_were_printed_at_the_same_moment_make_one_administrator() {
    let clinic = testing::clinic().await;
    let (one, two) = (new_link(&clinic).await, new_link(&clinic).await);
    sqlx::query("update setup_links set expires_at = created_at + interval '1 day'").execute(&clinic.owner).await.unwrap();
    let other = SetUp { email: "ole@people.example".to_owned(), ..command(&two) };
    let (stranger, second) = (clinic.stranger(), clinic.stranger());
    let (one, two) = tokio::join!(
        directory::set_up(&clinic.domain, &stranger, command(&one)),
        directory::set_up(&clinic.domain, &second, other),
    );
    let refused: Vec<Code> = [one, two].into_iter().filter_map(|outcome| outcome.err().map(|error| error.code())).collect();
    assert_eq!(refused, [Code::LinkUsed]);
}
