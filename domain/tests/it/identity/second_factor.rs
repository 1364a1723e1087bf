//! The second factor: setting it up, signing in with it, remembered browsers, and whose role needs it.

mod oathtool;
mod wrong_codes;

use domain::{
    Domain,
    access::{Access, Device},
    backup,
    identity::{
        self, AskReset, Assurance, ChangePassword, Entry, FinishSignIn, Finished, HalfSignIn, MailContent, MailKind, Proof,
        SessionKind, SetUpView, SignIn,
    },
    notices,
    settings::Settings,
};
use jiff::SignedDuration;
use model::{
    access::Role,
    errors::{Code, FieldFault},
    ids::SessionId,
};
use testing::{Authenticator, PASSWORD, Person, TestClinic};

/// The length of a time step.
const STEP: SignedDuration = SignedDuration::from_secs(30);

fn proof() -> Proof {
    Proof::Password(PASSWORD.to_owned())
}

/// Sets up an app in the person's account; the account and its recovery codes.
async fn set_up(clinic: &TestClinic, person: &Person) -> (Authenticator, Vec<String>) {
    set_up_after(clinic, person, "").await
}

/// Sets up an app in place of one of which the person has this code.
async fn set_up_after(clinic: &TestClinic, person: &Person, code: &str) -> (Authenticator, Vec<String>) {
    let (domain, access) = (&clinic.domain, person.access(clinic));
    identity::begin_set_up(domain, &access, proof(), code).await.unwrap();
    let SetUpView { secret, recovery_codes, .. } = identity::second_factor(domain, &access).await.unwrap().set_up.unwrap();
    let app = Authenticator::new(&secret);
    identity::confirm_set_up(domain, &access, &app.code(domain.now())).await.unwrap();
    (app, recovery_codes)
}

async fn begin(domain: &Domain, access: &Access, email: &str, remembered: Option<&str>) -> Result<Entry, Code> {
    let command = SignIn { email: email.to_owned(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    identity::begin_sign_in(domain, access, command, remembered).await.map_err(|error| error.code())
}

/// The first step of a sign-in that needs a second one.
async fn half(domain: &Domain, access: &Access, email: &str) -> HalfSignIn {
    match begin(domain, access, email, None).await.unwrap() {
        Entry::Half(half) => half,
        Entry::SignedIn(_) => panic!("no second step is needed"),
    }
}

async fn finish(domain: &Domain, access: &Access, half: &HalfSignIn, code: &str) -> Result<Finished, Code> {
    let command = FinishSignIn { token: half.token.clone(), code: code.to_owned(), remember: false };
    identity::finish_sign_in(domain, access, command).await.map_err(|error| error.code())
}

async fn sessions_of(clinic: &TestClinic, person: &Person) -> i64 {
    sqlx::query_scalar("select count(*) from sessions where user_id = $1 and kind = 'browser'")
        .bind(person.user.uuid())
        .fetch_one(&clinic.owner)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_sign_in_takes_two_steps_and_each_code_works_once() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let (app, codes) = set_up(&clinic, &amara).await;
    assert_eq!(clinic.mails(MailKind::SecondFactorSetUp).await.len(), 1);

    // The password alone gives no session, neither to a browser nor to a program.
    let first = half(domain, &stranger, &amara.email).await;
    assert!(!first.must_set_up);
    assert!(identity::half_sign_in(domain, &stranger, &first.token).await.unwrap().unwrap().set_up.is_none());
    let command = SignIn { email: amara.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Api };
    assert_eq!(identity::sign_in(domain, &stranger, command).await.unwrap_err().code(), Code::SecondFactorNeeded);
    assert_eq!(sessions_of(&clinic, &amara).await, 0);

    // The code that has confirmed the app is used up, and so is every code after its use.
    let now = domain.now();
    assert_eq!(finish(domain, &stranger, &first, &app.code(now)).await, Err(Code::CodeWrong));
    assert_eq!(finish(domain, &stranger, &first, &app.wrong_code(now)).await, Err(Code::CodeWrong));
    let next = app.code(now + STEP);
    let finished = finish(domain, &stranger, &first, &next).await.unwrap();
    assert_eq!(finished.remembered, None);
    assert_eq!(finish(domain, &stranger, &first, &app.code(now + STEP)).await, Err(Code::SignInExpired));
    let second = half(domain, &stranger, &amara.email).await;
    assert_eq!(finish(domain, &stranger, &second, &next).await, Err(Code::CodeWrong));
    clinic.pass(STEP * 3);
    assert_eq!(finish(domain, &stranger, &second, &app.code(domain.now() - STEP * 2)).await, Err(Code::CodeWrong));
    finish(domain, &stranger, &second, &app.code(domain.now() - STEP)).await.unwrap();

    // A recovery code, with or without its hyphens.
    let third = half(domain, &stranger, &amara.email).await;
    finish(domain, &stranger, &third, &codes[3].to_uppercase().replace('-', " ")).await.unwrap();
    let fourth = half(domain, &stranger, &amara.email).await;
    assert_eq!(finish(domain, &stranger, &fourth, &codes[3]).await, Err(Code::CodeWrong));
    finish(domain, &stranger, &fourth, &codes[4]).await.unwrap();
    let view = identity::second_factor(domain, &amara.access(&clinic)).await.unwrap();
    assert_eq!((view.is_on, view.is_required, view.recovery_codes_left, view.set_up), (true, false, 8, None));
    assert_eq!(sessions_of(&clinic, &amara).await, 4);

    // A sign-in waits a quarter of an hour.
    let fifth = half(domain, &stranger, &amara.email).await;
    clinic.pass(SignedDuration::from_mins(15));
    assert_eq!(identity::half_sign_in(domain, &stranger, &fifth.token).await.unwrap(), None);
    assert_eq!(finish(domain, &stranger, &fifth, &codes[5]).await, Err(Code::SignInExpired));
    let audited = clinic.audited().await;
    for action in ["identity.second_factor_offered", "identity.second_factor_set_up", "identity.password_accepted"] {
        assert!(audited.iter().any(|one| one == action), "{action}");
    }
    assert!(identity::sweep_second_factors(domain).await.unwrap() > 0);
}

#[tokio::test]
async fn wrong_codes_are_limited_and_a_known_browser_has_its_own_limit() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let mut known = clinic.stranger();
    known.device = Some(Device::of_secret("mine"));
    begin(domain, &known, &amara.email, None).await.unwrap();
    let (app, codes) = set_up(&clinic, &amara).await;
    let theirs = half(domain, &stranger, &amara.email).await;
    for _ in 0..10 {
        assert_eq!(finish(domain, &stranger, &theirs, &app.wrong_code(domain.now())).await, Err(Code::CodeWrong));
    }
    assert_eq!(finish(domain, &stranger, &theirs, &codes[0]).await, Err(Code::RateLimited));
    let own = half(domain, &known, &amara.email).await;
    finish(domain, &known, &own, &codes[0]).await.unwrap();
    let command = FinishSignIn { token: theirs.token.clone(), code: "12".to_owned(), remember: false };
    let refused = identity::finish_sign_in(domain, &stranger, command).await.unwrap_err();
    let faults: Vec<_> = refused.field_errors().iter().map(|error| (error.field.clone(), error.fault)).collect();
    assert_eq!(faults, [("code".to_owned(), FieldFault::Malformed)]);
}

#[tokio::test]
async fn who_needs_an_app_sets_it_up_after_the_password_and_has_no_session_before() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let amara = clinic.patient("Amara Osei").await;
    let domain = &clinic.domain_with(Settings { second_factor_roles: vec![Role::Doctor], ..Settings::default() }).await;
    let stranger = clinic.stranger();
    // A session from before the rule has one factor, so it is not valid any more; that of a patient is.
    assert_eq!(identity::resolve_session(domain, lena.session).await.unwrap(), None);
    assert!(identity::resolve_session(domain, amara.session).await.unwrap().is_some());
    assert!(matches!(begin(domain, &stranger, &amara.email, None).await, Ok(Entry::SignedIn(_))));

    let first = half(domain, &stranger, &lena.email).await;
    assert!(first.must_set_up);
    let shown = identity::half_sign_in(domain, &stranger, &first.token).await.unwrap().unwrap().set_up.unwrap();
    // Somebody else who knows the password is shown another secret, which is of no use once the first one is confirmed.
    let theirs = half(domain, &stranger, &lena.email).await;
    let other = identity::half_sign_in(domain, &stranger, &theirs.token).await.unwrap().unwrap().set_up.unwrap();
    assert_ne!(shown.secret, other.secret);
    let again = identity::half_sign_in(domain, &stranger, &first.token).await.unwrap().unwrap().set_up.unwrap();
    assert_eq!((&shown.secret, &shown.recovery_codes), (&again.secret, &again.recovery_codes));
    let app = Authenticator::new(&shown.secret);
    assert!(
        shown.uri.contains(&shown.secret.replace(' ', "")) && shown.uri.starts_with("otpauth://totp/Bedside:"),
        "{}",
        shown.uri
    );
    // A recovery code proves nothing yet.
    assert_eq!(finish(domain, &stranger, &first, &shown.recovery_codes[0]).await, Err(Code::CodeWrong));
    let finished = finish(domain, &stranger, &first, &app.code(domain.now())).await.unwrap();
    let late = Authenticator::new(&other.secret).code(domain.now());
    assert_eq!(finish(domain, &stranger, &theirs, &late).await, Err(Code::CodeWrong));
    let acting = identity::resolve_session(domain, finished.signed_in.session).await.unwrap().unwrap();
    assert_eq!(acting.role, Role::Doctor);
    let access = Access::new(acting.into(), domain.new_id());
    let sessions = identity::list_sessions(domain, &access).await.unwrap();
    assert!(sessions.iter().any(|session| session.current && session.assurance == Assurance::TwoFactors));
    let refused = identity::end_second_factor(domain, &access, proof(), "").await.unwrap_err();
    assert_eq!(refused.code(), Code::SecondFactorRequired);
    assert!(!half(domain, &stranger, &lena.email).await.must_set_up);
}

#[tokio::test]
async fn a_remembered_browser_is_not_asked_until_it_is_forgotten_or_the_password_changes() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let (_, codes) = set_up(&clinic, &amara).await;
    set_up(&clinic, &jonas).await;
    let remember = async |code: &str| {
        let token = half(domain, &stranger, &amara.email).await.token;
        let command = FinishSignIn { token, code: code.to_owned(), remember: true };
        identity::finish_sign_in(domain, &stranger, command).await.unwrap().remembered.unwrap()
    };
    let is_asked =
        async |email: &str, browser: &str| matches!(begin(domain, &stranger, email, Some(browser)).await, Ok(Entry::Half(_)));
    let browser = remember(&codes[0]).await;
    assert!(!is_asked(&amara.email, &browser).await);
    assert!(is_asked(&jonas.email, &browser).await && is_asked(&amara.email, &"0".repeat(32)).await);

    identity::forget_browsers(domain, &amara.access(&clinic)).await.unwrap();
    assert!(is_asked(&amara.email, &browser).await);

    let browser = remember(&codes[1]).await;
    clinic.pass(SignedDuration::from_hours(30 * 24));
    assert!(is_asked(&amara.email, &browser).await);

    let browser = remember(&codes[2]).await;
    assert!(!is_asked(&amara.email, &browser).await);
    let command = ChangePassword { proof: proof(), password: PASSWORD.to_owned() };
    identity::change_password(domain, &amara.access(&clinic), command).await.unwrap();
    assert!(is_asked(&amara.email, &browser).await);
}

#[tokio::test]
async fn the_password_and_a_code_of_what_is_there_begin_and_end_it() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    let wrong = || Proof::Password("not the password".to_owned());
    assert_eq!(identity::begin_set_up(domain, &access, wrong(), "").await.unwrap_err().code(), Code::PasswordWrong);
    assert_eq!(identity::confirm_set_up(domain, &access, "123456").await.unwrap_err().code(), Code::SetUpExpired);
    assert_eq!(identity::end_second_factor(domain, &access, proof(), "").await.unwrap_err().code(), Code::NotFound);
    assert_eq!(identity::second_factor(domain, &clinic.stranger()).await.unwrap_err().code(), Code::SignInNeeded);

    // Another app takes the place of the first one when it is confirmed, not before.
    let (old, codes) = set_up(&clinic, &amara).await;
    identity::begin_set_up(domain, &access, proof(), &codes[0]).await.unwrap();
    let shown = identity::second_factor(domain, &access).await.unwrap().set_up.unwrap();
    let new = Authenticator::new(&shown.secret);
    assert_eq!(
        identity::confirm_set_up(domain, &access, &new.wrong_code(domain.now())).await.unwrap_err().code(),
        Code::CodeWrong
    );
    let stranger = clinic.stranger();
    let first = half(domain, &stranger, &amara.email).await;
    finish(domain, &stranger, &first, &old.code(domain.now() + STEP)).await.unwrap();
    identity::confirm_set_up(domain, &access, &new.code(domain.now())).await.unwrap();
    let second = half(domain, &stranger, &amara.email).await;
    finish(domain, &stranger, &second, &new.code(domain.now() + STEP)).await.unwrap();

    assert_eq!(identity::end_second_factor(domain, &access, wrong(), "").await.unwrap_err().code(), Code::PasswordWrong);
    identity::end_second_factor(domain, &access, proof(), &shown.recovery_codes[0]).await.unwrap();
    assert_eq!(clinic.mails(MailKind::SecondFactorEnded).await.len(), 1);
    assert!(matches!(begin(domain, &stranger, &amara.email, None).await, Ok(Entry::SignedIn(_))));
    let left: i64 = sqlx::query_scalar("select count(*) from recovery_codes").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(left, 0);
}

/// Asks for the person's app to be turned off.
async fn ask(clinic: &TestClinic, admin: &Person, person: &Person, reason: &str) -> Result<(), Code> {
    let command = AskReset { user: person.user, reason: reason.to_owned() };
    identity::ask_reset(&clinic.domain, &admin.access(clinic), command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn an_admin_turns_a_lost_app_off_after_a_delay_and_the_person_is_told_twice() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    assert_eq!(ask(&clinic, &admin, &amara, "Passport in a video call").await, Err(Code::SecondFactorAbsent));
    set_up(&clinic, &amara).await;
    set_up(&clinic, &admin).await;
    assert_eq!(ask(&clinic, &jonas, &amara, "It is me").await, Err(Code::NotFound));
    assert_eq!(ask(&clinic, &admin, &admin, "It is me").await, Err(Code::SuspendSelf));
    assert_eq!(ask(&clinic, &admin, &amara, " ").await, Err(Code::FieldsInvalid));
    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    assert_eq!(ask(&clinic, &admin, &amara, "Passport in a video call").await, Err(Code::ResetAsked));
    let due = domain.now() + SignedDuration::from_hours(24);
    let seen = identity::second_factor_of(domain, &admin.access(&clinic), amara.user).await.unwrap();
    assert_eq!((seen.is_on, seen.takes_effect_at), (true, Some(due)));
    assert_eq!(identity::second_factor(domain, &amara.access(&clinic)).await.unwrap().reset_at, Some(due));
    assert_eq!(clinic.mails(MailKind::SecondFactorResetAsked).await.len(), 1);

    clinic.pass(SignedDuration::from_mins(24 * 60 - 1));
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 0);
    assert!(matches!(begin(domain, &stranger, &amara.email, None).await, Ok(Entry::Half(_))));
    clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 1);
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 0);
    assert!(matches!(begin(domain, &stranger, &amara.email, None).await, Ok(Entry::SignedIn(_))));
    assert_eq!(clinic.mails(MailKind::SecondFactorReset).await.len(), 1);
    let audited = clinic.audited().await;
    for action in ["identity.second_factor_viewed", "identity.second_factor_reset_asked", "identity.second_factor_reset"] {
        assert_eq!(audited.iter().filter(|one| *one == action).count(), 1, "{action}");
    }
}

#[tokio::test]
async fn the_person_stops_it_in_the_account_or_by_the_link() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    set_up(&clinic, &amara).await;
    let stop = async |token: &str| identity::stop_reset_by_link(domain, &stranger, token).await.map_err(|error| error.code());
    assert_eq!(identity::stop_reset(domain, &amara.access(&clinic)).await.unwrap_err().code(), Code::NotFound);
    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    identity::stop_reset(domain, &amara.access(&clinic)).await.unwrap();

    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    // The mail of the one that was stopped is not sent any more.
    let mut mails = clinic.mails(MailKind::SecondFactorResetAsked).await;
    assert_eq!(mails.len(), 1);
    let notices::MailContent::Identity(MailContent::SecondFactorResetAsked { token, .. }) = mails.remove(0).content else {
        panic!()
    };
    assert_eq!(stop(&"0".repeat(32)).await, Err(Code::LinkUnknown));
    assert_eq!(stop(&token).await, Ok(()));
    assert_eq!(stop(&token).await, Err(Code::LinkUsed));
    clinic.pass(SignedDuration::from_hours(25));
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 0);
    assert!(matches!(begin(domain, &stranger, &amara.email, None).await, Ok(Entry::Half(_))));

    // What is done cannot be stopped.
    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    let mut mails = clinic.mails(MailKind::SecondFactorResetAsked).await;
    let notices::MailContent::Identity(MailContent::SecondFactorResetAsked { token, .. }) = mails.remove(0).content else {
        panic!()
    };
    clinic.pass(SignedDuration::from_hours(24));
    identity::apply_resets(domain).await.unwrap();
    assert_eq!(stop(&token).await, Err(Code::LinkExpired));
}

#[tokio::test]
async fn a_new_app_ends_sessions_with_one_factor_and_a_reset_ends_all() {
    let clinic = testing::clinic().await;
    let (domain, stranger) = (&clinic.domain, clinic.stranger());
    let amara = clinic.patient("Amara Osei").await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let Ok(Entry::SignedIn(elsewhere)) = begin(domain, &stranger, &amara.email, None).await else {
        panic!("one factor is enough")
    };
    let (_, recovery_codes) = set_up(&clinic, &amara).await;
    let lives = async |session: SessionId| identity::resolve_session(domain, session).await.unwrap().is_some();
    assert!(lives(amara.session).await && !lives(elsewhere.session).await);

    // An admin was asked about the app that was lost, not about the one that takes its place.
    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    set_up_after(&clinic, &amara, &recovery_codes[0]).await;
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 0);
    assert!(matches!(begin(domain, &stranger, &amara.email, None).await, Ok(Entry::Half(_))));

    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    clinic.pass(SignedDuration::from_hours(24));
    assert!(lives(amara.session).await);
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 1);
    assert!(!lives(amara.session).await);
}

#[tokio::test]
async fn of_two_who_set_up_an_app_at_the_same_moment_one_does() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let lena = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let domain = &clinic.domain_with(Settings { second_factor_roles: vec![Role::Doctor], ..Settings::default() }).await;
    let stranger = clinic.stranger();
    let (first, second) = (half(domain, &stranger, &lena.email).await, half(domain, &stranger, &lena.email).await);
    let code = async |half: &HalfSignIn| {
        let shown = identity::half_sign_in(domain, &stranger, &half.token).await.unwrap().unwrap().set_up.unwrap();
        Authenticator::new(&shown.secret).code(domain.now())
    };
    let (one, two) = (code(&first).await, code(&second).await);
    let (one, two) = tokio::join!(finish(domain, &stranger, &first, &one), finish(domain, &stranger, &second, &two));
    let refused: Vec<Code> = [one, two].into_iter().filter_map(Result::err).collect();
    assert_eq!(refused, [Code::CodeWrong]);
}

#[tokio::test]
async fn nothing_is_turned_off_in_a_database_that_was_restored() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    set_up(&clinic, &amara).await;
    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    backup::finish(domain, &Access::system(domain.new_id())).await.unwrap();
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 0);
    assert!(matches!(begin(domain, &clinic.stranger(), &amara.email, None).await, Ok(Entry::Half(_))));
}

#[tokio::test]
async fn what_somebody_asked_who_is_no_admin_any_more_is_stopped() {
    let clinic = testing::clinic().await;
    let amara = clinic.patient("Amara Osei").await;
    let admin = clinic.staff("Ida Admin", "admin", None).await;
    set_up(&clinic, &amara).await;
    ask(&clinic, &admin, &amara, "Passport in a video call").await.unwrap();
    sqlx::query("update memberships set ended_at = created_at where role = 'admin'").execute(&clinic.owner).await.unwrap();
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(identity::apply_resets(&clinic.domain).await.unwrap(), 0);
    assert_eq!(identity::second_factor(&clinic.domain, &amara.access(&clinic)).await.unwrap().reset_at, None);
}
