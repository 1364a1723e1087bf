//! Sessions: that they end with the credentials with which they began, what the database knows of them, and in which role they act.

use super::{EMAIL, enter, sign_up};
use domain::{
    Domain, directory,
    identity::{
        self, Assurance, ChangePassword, Credential, Proof, SessionKind, SignIn, http_sessions, list_sessions, resolve_session,
    },
    settings::Settings,
};
use jiff::SignedDuration;
use model::{access::Role, errors::Code, ids::MembershipId};
use std::time::Duration;
use testing::{PASSWORD, Person, TestClinic};

/// Gives everybody a password that nobody knows, as a reset elsewhere does.
const OTHER_PASSWORD: &str = "update password_credentials set changed_at = '2030-01-01', hash = overlay(
    hash placing case substr(hash, length(hash) - 10, 1) when 'A' then 'B' else 'A' end from length(hash) - 10 for 1)";

/// Locks rows, begins a use case, lets it wait for them, changes the database, and returns the answer of the use case.
pub(super) async fn meanwhile<T>(
    clinic: &TestClinic,
    lock: &'static str,
    use_case: impl Future<Output = T>,
    change: &'static str,
) -> T {
    let mut tx = clinic.owner.begin().await.unwrap();
    sqlx::raw_sql(lock).execute(&mut *tx).await.unwrap();
    let other = async {
        loop {
            let waits: bool = sqlx::query_scalar(
                "select exists (select from pg_locks where not granted
                   and pid in (select pid from pg_stat_activity where datname = current_database()))",
            )
            .fetch_one(&mut *tx)
            .await
            .unwrap();
            if waits {
                break;
            }
            // Postgres does not tell when somebody begins to wait.
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        sqlx::raw_sql(change).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
    };
    tokio::join!(use_case, other).0
}

/// The same for a use case that waits where it locks its account.
async fn overtaken<T>(
    clinic: &TestClinic,
    use_case: impl Future<Output = domain::Result<T>>,
    change: &'static str,
) -> Result<T, Code> {
    meanwhile(clinic, "select id from users for update", use_case, change).await.map_err(|error| error.code())
}

async fn active(clinic: &TestClinic) -> i64 {
    sqlx::query_scalar("select count(*) from sessions where revoked_at is null").fetch_one(&clinic.owner).await.unwrap()
}

#[tokio::test]
async fn a_sign_in_that_was_under_way_when_the_credentials_changed_begins_no_session() {
    for (change, answer) in
        [(OTHER_PASSWORD, Code::BadCredentials), ("update users set suspended_at = created_at", Code::Suspended)]
    {
        let clinic = testing::clinic().await;
        directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
        clinic.confirm(EMAIL).await;
        let (domain, stranger) = (clinic.domain.clone(), clinic.stranger());
        let command = SignIn { email: EMAIL.to_owned(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
        let sign_in = async move { identity::sign_in(&domain, &stranger, command).await };
        assert_eq!(Box::pin(overtaken(&clinic, sign_in, change)).await, Err(answer), "{change}");
        // Nor does one come alive when the account is opened again.
        clinic.as_owner("update users set suspended_at = null").await;
        assert_eq!(active(&clinic).await, 0, "{change}");
    }
}

#[tokio::test]
async fn a_proof_is_worth_nothing_when_the_password_changed_before_the_act() {
    let clinic = testing::clinic().await;
    let person = clinic.patient("Amara Osei").await;
    let (domain, access) = (clinic.domain.clone(), person.access(&clinic));
    let proof = Proof::Password(PASSWORD.to_owned());
    let command = ChangePassword { proof, password: "another walk by the sea".to_owned() };
    // Meanwhile the owner resets the password elsewhere, which ends this session.
    let act = Box::pin(async move { identity::change_password(&domain, &access, command).await });
    assert_eq!(overtaken(&clinic, act, OTHER_PASSWORD).await, Err(Code::SignInNeeded));
    let kept: bool =
        sqlx::query_scalar("select changed_at = '2030-01-01' from password_credentials").fetch_one(&clinic.owner).await.unwrap();
    assert!(kept, "the password of the reset must stay");
}

#[tokio::test]
async fn whatever_changes_the_credentials_ends_the_sessions_even_by_hand() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    for (name, change) in [
        ("Nora Hale", OTHER_PASSWORD),
        ("Nora Pike", "update users set suspended_at = created_at; update users set suspended_at = null"),
        ("Nora Reed", "update memberships set ended_at = created_at"),
    ] {
        let nurse = clinic.staff(name, "nurse", Some(practice)).await;
        let tokens = identity::issue_tokens(domain, &clinic.stranger(), nurse.user, nurse.session).await.unwrap();
        assert!(resolve_session(domain, nurse.session).await.unwrap().is_some());
        clinic.as_owner(change).await;
        assert!(resolve_session(domain, nurse.session).await.unwrap().is_none(), "{change}");
        assert!(identity::caller(domain, Credential::AccessToken(&tokens.access_token)).await.unwrap().is_none(), "{change}");
        let refused = identity::refresh_tokens(domain, &clinic.stranger(), &tokens.refresh_token).await.err();
        assert_eq!(refused.map(|error| error.code()), Some(Code::BadCredentials), "{change}");
    }
    assert_eq!(
        identity::active_sessions(domain, &clinic.staff("Ada Admin", "admin", None).await.access(&clinic)).await.unwrap(),
        1
    );
}

#[tokio::test]
async fn the_database_does_not_know_the_value_of_a_cookie() {
    let clinic = testing::clinic().await;
    let until = clinic.domain.now() + SignedDuration::from_hours(1);
    let cookie = "bDhVZ1ZqYW9ZcWxyZ3pkcQ";
    assert!(http_sessions::create(&clinic.domain, cookie, b"{}", until).await.unwrap());
    assert!(!http_sessions::create(&clinic.domain, cookie, b"{}", until).await.unwrap());
    http_sessions::save(&clinic.domain, cookie, b"{\"a\":1}", until).await.unwrap();
    let (only_hash, rows): (bool, i64) =
        sqlx::query_as("select bool_and(id_hash = sha256(convert_to($1, 'UTF8'))), count(*) from http_sessions")
            .bind(cookie)
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
    assert_eq!((only_hash, rows), (true, 1));
    assert_eq!(http_sessions::load(&clinic.domain, cookie).await.unwrap().unwrap().0, b"{\"a\":1}");
    http_sessions::delete(&clinic.domain, cookie).await.unwrap();
    assert!(http_sessions::load(&clinic.domain, cookie).await.unwrap().is_none());
}

#[tokio::test]
async fn a_session_knows_when_its_user_proved_who_they_are_and_how() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let person = clinic.patient("Amara Osei").await;
    clinic.pass(SignedDuration::from_mins(5));
    let access = person.access(&clinic);
    let own = async || list_sessions(domain, &access).await.unwrap().remove(0);
    let before = own().await;
    assert_eq!((before.authenticated_at, before.assurance), (before.created_at, Assurance::OneFactor));
    let proof = Proof::Password(PASSWORD.to_owned());
    let command = ChangePassword { proof, password: "another walk by the sea".to_owned() };
    identity::change_password(domain, &access, command).await.unwrap();
    let after = own().await;
    assert_eq!((after.authenticated_at, after.created_at), (domain.now(), before.created_at));
}

#[tokio::test]
async fn a_further_session_ends_the_one_that_was_used_longest_ago() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let first = clinic.patient("Amara Osei").await;
    clinic.pass(SignedDuration::from_mins(2));
    let mut other = None;
    for _ in 0..49 {
        other = Some(clinic.signed_in(&first.email).await);
    }
    assert_eq!(active(&clinic).await, 50);
    let command = SignIn { email: first.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Api };
    let newest = identity::sign_in(domain, &clinic.stranger(), command).await.unwrap();
    assert_eq!(active(&clinic).await, 50);
    for (session, holds) in [(first.session, false), (other.unwrap().session, true), (newest.session, true)] {
        assert_eq!(resolve_session(domain, session).await.unwrap().is_some(), holds);
    }
}

#[tokio::test]
async fn a_browser_that_idled_out_is_not_in_the_list() {
    let clinic = testing::clinic().await;
    directory::sign_up(&clinic.domain, &clinic.stranger(), sign_up(EMAIL)).await.unwrap();
    let program = clinic.signed_in(EMAIL).await;
    enter(&clinic, PASSWORD).await.unwrap();
    let listed = async || list_sessions(&clinic.domain, &program.access(&clinic)).await.unwrap().len();
    assert_eq!(listed().await, 2);
    clinic.pass(SignedDuration::from_mins(clinic.domain.settings().session_idle_minutes));
    assert_eq!(listed().await, 1);
}

#[tokio::test]
async fn a_session_shows_the_zone_in_which_it_began() {
    let clinic = testing::clinic().await;
    let amara = clinic.patient("Amara Osei").await;
    let mut access = clinic.stranger();
    access.zone = Some("America/New_York".to_owned());
    let command = SignIn { email: amara.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    let session = identity::sign_in(&clinic.domain, &access, command).await.unwrap().session;
    let listed = list_sessions(&clinic.domain, &amara.access(&clinic)).await.unwrap();
    let zones: Vec<_> = listed.iter().map(|one| (one.id == session, one.time_zone.as_deref())).collect();
    assert!(zones.contains(&(true, Some("America/New_York"))) && zones.contains(&(false, None)), "{zones:?}");
}

#[tokio::test]
async fn sessions_of_the_staff_have_limits_of_their_own() {
    let clinic = testing::clinic().await;
    let (amara, nurse) = (clinic.patient("Amara Osei").await, clinic.staff("Sara Nasr", "nurse", None).await);
    let settings = Settings {
        session_idle_minutes: 60,
        session_absolute_hours: 3,
        staff_session_idle_minutes: 30,
        staff_session_absolute_hours: 1,
        ..Settings::default()
    };
    let domain = clinic.domain_with(settings).await;
    let begin = async |email: &str| {
        let command = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
        identity::sign_in(&domain, &clinic.stranger(), command).await.unwrap().session
    };
    let is_valid = async |session| resolve_session(&domain, session).await.unwrap().is_some();
    let (patients, staffs) = (begin(&amara.email).await, begin(&nurse.email).await);
    clinic.pass(SignedDuration::from_mins(29));
    assert!(is_valid(patients).await && is_valid(staffs).await);
    clinic.pass(SignedDuration::from_mins(30));
    assert!(is_valid(patients).await && !is_valid(staffs).await);

    let staffs = begin(&nurse.email).await;
    for _ in 0..3 {
        clinic.pass(SignedDuration::from_mins(15));
        assert!(is_valid(staffs).await && is_valid(patients).await);
    }
    clinic.pass(SignedDuration::from_mins(15));
    assert!(!is_valid(staffs).await && is_valid(patients).await);
}

/// Makes somebody a nurse of all clinics as well.
async fn nurse_too(clinic: &TestClinic, person: &Person) -> MembershipId {
    let membership = clinic.domain.new_id::<MembershipId>();
    sqlx::query(
        "insert into memberships (id, user_id, role, created_at) select $1, id, 'nurse', created_at from users where id = $2",
    )
    .bind(membership.uuid())
    .bind(person.user.uuid())
    .execute(&clinic.owner)
    .await
    .unwrap();
    membership
}

#[tokio::test]
async fn staff_who_are_patients_act_as_either_and_others_do_not_become_patients() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let person = clinic.patient("Amara Osei").await;
    let membership = nurse_too(&clinic, &person).await;
    let access = person.access(&clinic);
    let role = async || resolve_session(domain, person.session).await.unwrap().unwrap();
    identity::act_as(domain, &access, Some(membership)).await.unwrap();
    assert_eq!((role().await.role, role().await.patient), (Role::Nurse, None));
    identity::act_as(domain, &access, None).await.unwrap();
    assert_eq!((role().await.role, role().await.patient), (Role::Patient, person.patient));

    let nurse = clinic.staff("Nora Hale", "nurse", None).await;
    for wrong in [None, Some(membership)] {
        let refused = identity::act_as(domain, &nurse.access(&clinic), wrong).await.unwrap_err();
        assert_eq!(refused.code(), Code::NotFound);
    }
    assert_eq!(resolve_session(domain, nurse.session).await.unwrap().unwrap().role, Role::Nurse);
}

#[tokio::test]
async fn a_session_with_too_few_factors_for_the_role_is_neither_listed_nor_counted() {
    let clinic = testing::clinic().await;
    let (nurse, admin) = (clinic.staff("Sara Nasr", "nurse", None).await, clinic.staff("Ada Admin", "admin", None).await);
    let strict = clinic.domain_with(Settings { second_factor_roles: vec![Role::Nurse], ..Settings::default() }).await;
    let counts = async |domain: &Domain| {
        let listed = list_sessions(domain, &nurse.access(&clinic)).await.unwrap().len();
        let of_person = directory::person(domain, &admin.access(&clinic), nurse.user).await.unwrap().sessions;
        (listed, of_person, identity::active_sessions(domain, &admin.access(&clinic)).await.unwrap())
    };
    assert_eq!(counts(&clinic.domain).await, (1, 1, 2));
    assert_eq!(counts(&strict).await, (0, 0, 1));
    clinic.as_owner("update sessions set assurance = 'two_factors'").await;
    assert_eq!(counts(&strict).await, (1, 1, 2));
}
