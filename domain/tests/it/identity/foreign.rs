//! Signing in with an identity at a provider: what it opens, and what it does not.

use super::{count, sessions::meanwhile};
use domain::{
    Domain,
    access::Access,
    directory::{self, ChangeAccount, SignUpFromProvider},
    identity::{
        self, AddPasskey, ConnectForeign, Connected, Entry, ForeignEntry, ForeignPerson, MailKind, PasskeyAnswer, Proof, Returned,
    },
    scheduling,
    settings::Settings,
};
use jiff::SignedDuration;
use model::{access::Role, errors::Code, identity::EmailAddress};
use testing::{PASSWORD, PasskeyDevice, Person, TestClinic};

/// Who has signed in at a provider that gives no roles.
fn somebody(email: &str) -> ForeignPerson {
    ForeignPerson {
        provider: "clinic".to_owned(),
        issuer: "https://login.example".to_owned(),
        subject: email.to_owned(),
        email: EmailAddress::parse(email).ok(),
        sid: None,
        name: "Ada Moreau".to_owned(),
        zone: None,
        roles: None,
        roles_for_days: 7,
        may_make_account: false,
        may_make_patient: false,
        with_two_factors: false,
    }
}

/// Goes to the provider and comes back; the secret of the browser, and what follows.
async fn come(clinic: &TestClinic, domain: &Domain, person: &ForeignPerson) -> (String, Result<ForeignEntry, Code>) {
    let start = identity::begin_foreign_sign_in(domain, "clinic", None, Some("/account")).await.unwrap();
    let returned = identity::return_from_provider(domain, "clinic", &start.state, Some(&start.browser)).await.unwrap();
    let Returned::Expected(returned) = returned else { panic!("the browser is the one that was sent") };
    assert_eq!((&returned.nonce, &returned.verifier), (&start.nonce, &start.verifier));
    assert_eq!(returned.next.as_deref(), Some("/account"));
    let entry = identity::finish_foreign_sign_in(domain, &clinic.stranger(), &returned, person, None).await;
    (start.browser, entry.map_err(|error| error.code()))
}

/// Links the person's own identity, as they do who sign in in the same browser.
async fn linked(clinic: &TestClinic, person: &Person) -> ForeignPerson {
    let ada = somebody(&person.email);
    let (browser, entry) = come(clinic, &clinic.domain, &ada).await;
    assert_eq!(entry, Ok(ForeignEntry::Waits));
    assert!(identity::link_waiting(&clinic.domain, &person.access(clinic), &browser).await.unwrap());
    ada
}

#[tokio::test]
async fn an_identity_waits_for_its_own_account_and_is_linked_once() {
    let clinic = testing::clinic().await;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let ada = somebody(&amara.email);
    let (browser, entry) = come(&clinic, &clinic.domain, &ada).await;
    assert_eq!(entry, Ok(ForeignEntry::Waits));

    // Neither for somebody else, nor in another browser.
    let link = async |person: &Person, browser: &str| {
        identity::link_waiting(&clinic.domain, &person.access(&clinic), browser).await.unwrap()
    };
    assert!(!link(&jonas, &browser).await);
    assert!(!link(&amara, "00000000000000000000000000000000").await);
    assert!(link(&amara, &browser).await);
    assert!(!link(&amara, &browser).await);
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 1);

    let (_, entry) = come(&clinic, &clinic.domain, &ada).await;
    assert!(matches!(entry, Ok(ForeignEntry::Entered(Entry::SignedIn(signed_in))) if signed_in.user == amara.user));
    assert_eq!(come(&clinic, &clinic.domain, &somebody("new@people.example")).await.1, Ok(ForeignEntry::NoAccount));
    let unconfirmed = ForeignPerson { email: None, ..somebody("new@people.example") };
    assert_eq!(come(&clinic, &clinic.domain, &unconfirmed).await.1, Ok(ForeignEntry::NoAddress));
}

#[tokio::test]
async fn a_closed_account_stays_closed_and_a_role_that_needs_a_second_factor_gets_no_session_with_one() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await;
    let ada = linked(&clinic, &nurse).await;
    let strict = clinic.domain_with(Settings { second_factor_roles: vec![Role::Nurse], ..Settings::default() }).await;
    let (_, entry) = come(&clinic, &strict, &ada).await;
    assert!(matches!(entry, Ok(ForeignEntry::Entered(Entry::Half(half))) if half.must_set_up));
    let with_both = ForeignPerson { with_two_factors: true, ..ada.clone() };
    assert!(matches!(come(&clinic, &strict, &with_both).await.1, Ok(ForeignEntry::Entered(Entry::SignedIn(_)))));

    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let access = admin.access(&clinic);
    let version = directory::person(&clinic.domain, &access, nurse.user).await.unwrap().version;
    let command = ChangeAccount { user: nurse.user, reason: "Left".to_owned(), version };
    directory::suspend(&clinic.domain, &access, command).await.unwrap();
    assert_eq!(come(&clinic, &clinic.domain, &with_both).await.1, Err(Code::Suspended));
}

#[tokio::test]
async fn an_identity_is_removed_by_its_owner_unless_it_is_needed() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    linked(&clinic, &amara).await;
    let own = identity::own_foreign_identities(domain, &amara.access(&clinic)).await.unwrap();
    let unlink =
        async |person: &Person, id| identity::unlink(domain, &person.access(&clinic), id).await.map_err(|error| error.code());
    assert_eq!(unlink(&jonas, own[0].id).await, Err(Code::NotFound));
    assert_eq!(unlink(&amara, own[0].id).await, Ok(()));
    assert_eq!(unlink(&amara, own[0].id).await, Err(Code::NotFound));
    let stranger = identity::own_foreign_identities(domain, &clinic.stranger()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);

    // An account that a provider has made has no password.
    let hired =
        ForeignPerson { roles: Some(vec![(Role::Nurse, None)]), may_make_account: true, ..somebody("ada@clinic.example") };
    assert!(matches!(come(&clinic, domain, &hired).await.1, Ok(ForeignEntry::Entered(Entry::SignedIn(_)))));
    let ada = clinic.signed_in("ada@clinic.example").await;
    let own = identity::own_foreign_identities(domain, &ada.access(&clinic)).await.unwrap();
    assert_eq!(unlink(&ada, own[0].id).await, Err(Code::SignInGivesRoles));
    let left = ForeignPerson { roles: Some(Vec::new()), ..hired };
    assert!(matches!(come(&clinic, domain, &left).await.1, Ok(ForeignEntry::Entered(Entry::SignedIn(_)))));
    let ada = clinic.signed_in("ada@clinic.example").await;
    assert_eq!(unlink(&ada, own[0].id).await, Err(Code::LastWayIn));
    let audited = clinic.audited().await;
    for action in
        ["identity.foreign_met", "identity.foreign_unlinked", "identity.foreign_account_made", "identity.mapped_role_ended"]
    {
        assert!(audited.iter().any(|found| found == action), "{action}");
    }
}

#[tokio::test]
async fn an_identity_that_is_unlinked_at_the_same_moment_gives_no_role() {
    let clinic = testing::clinic().await;
    let amara = clinic.patient("Amara Osei").await;
    let ada = linked(&clinic, &amara).await;
    let hired = ForeignPerson { roles: Some(vec![(Role::Nurse, None)]), ..ada };
    let unlinks = "update foreign_identities set unlinked_at = linked_at";
    let coming = come(&clinic, &clinic.domain, &hired);
    let (_, entry) = Box::pin(meanwhile(&clinic, "select id from users for update", coming, unlinks)).await;
    assert_eq!(entry, Ok(ForeignEntry::Waits));
    assert_eq!(count(&clinic, "select count(*) from memberships").await, 0);
}

#[tokio::test]
async fn who_has_no_password_proves_with_a_fresh_sign_in_or_with_a_passkey() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let hired =
        ForeignPerson { roles: Some(vec![(Role::Nurse, None)]), may_make_account: true, ..somebody("ada@clinic.example") };
    assert!(matches!(come(&clinic, domain, &hired).await.1, Ok(ForeignEntry::Entered(_))));
    let ada = clinic.signed_in("ada@clinic.example").await;
    let access = ada.access(&clinic);
    // There is no number to remove, which is said only after the proof.
    let prove = async |access: &Access, proof: Proof| identity::remove_phone(domain, access, proof).await.unwrap_err().code();
    assert_eq!(prove(&access, Proof::FreshSignIn).await, Code::NotFound);
    let question = identity::begin_passkey(domain, &access).await.unwrap();
    let (mut device, answer) = PasskeyDevice::new(&question.options);
    let answer = PasskeyAnswer { question: question.question, answer };
    let command = AddPasskey { name: "My phone".to_owned(), proof: Proof::FreshSignIn, code: String::new(), answer };
    identity::add_passkey(domain, &access, command).await.unwrap();

    clinic.pass(SignedDuration::from_mins(11));
    let ways = identity::proof_ways(domain, &access).await.unwrap();
    assert_eq!((ways.has_password, ways.has_passkey, ways.is_fresh), (false, true, false));
    assert_eq!(prove(&access, Proof::FreshSignIn).await, Code::SignInOld);
    let question = identity::ask_for_proof(domain, &access).unwrap();
    let answer = device.answer(&question.options);
    let by_passkey = Proof::Passkey(PasskeyAnswer { question: question.question, answer });
    assert_eq!(prove(&access, by_passkey).await, Code::NotFound);

    // Whoever has a password shows it. The passkey is a way in, so the provider may be left.
    let amara = clinic.patient("Amara Osei").await;
    assert_eq!(prove(&amara.access(&clinic), Proof::FreshSignIn).await, Code::PasswordWrong);
    let left = ForeignPerson { roles: Some(Vec::new()), ..hired };
    assert!(matches!(come(&clinic, domain, &left).await.1, Ok(ForeignEntry::Entered(_))));
    let access = clinic.signed_in("ada@clinic.example").await.access(&clinic);
    let own = identity::own_foreign_identities(domain, &access).await.unwrap();
    identity::unlink(domain, &access, own[0].id).await.unwrap();
}

#[tokio::test]
async fn a_deleted_account_comes_back_by_its_provider_only_when_its_owner_wants_that() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let amara = clinic.patient("Amara Osei").await;
    let ada = linked(&clinic, &amara).await;
    let proof = Proof::Password(PASSWORD.to_owned());
    scheduling::delete_account(domain, &amara.access(&clinic), proof).await.unwrap();
    assert_eq!(come(&clinic, domain, &ada).await.1, Err(Code::AccountDeleted));

    let start = identity::begin_foreign_sign_in(domain, "clinic", None, Some(identity::BRING_BACK)).await.unwrap();
    let returned = identity::return_from_provider(domain, "clinic", &start.state, Some(&start.browser)).await.unwrap();
    let Returned::Expected(returned) = returned else { panic!("the browser is the one that was sent") };
    let entry = identity::finish_foreign_sign_in(domain, &clinic.stranger(), &returned, &ada, None).await.unwrap();
    assert!(matches!(entry, ForeignEntry::Entered(Entry::SignedIn(signed_in)) if signed_in.user == amara.user));
    assert_eq!(clinic.mails(MailKind::AccountBroughtBack).await.len(), 1);
    assert!(clinic.audited().await.iter().any(|found| found == "identity.account_brought_back"));
}

#[tokio::test]
async fn a_role_of_a_provider_ends_when_nobody_has_signed_in_there_for_its_days() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let practice = clinic.practice().await;
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await;
    let ada = linked(&clinic, &nurse).await;
    let hired = ForeignPerson { roles: Some(vec![(Role::Support, None)]), roles_for_days: 2, ..ada };
    let comes = async || assert!(matches!(come(&clinic, domain, &hired).await.1, Ok(ForeignEntry::Entered(_))));
    comes().await;
    clinic.pass(SignedDuration::from_hours(30));
    comes().await;
    clinic.pass(SignedDuration::from_hours(47));
    assert_eq!(identity::end_unconfirmed_roles(domain).await.unwrap(), 0);
    clinic.pass(SignedDuration::from_hours(1));
    assert_eq!(identity::end_unconfirmed_roles(domain).await.unwrap(), 1);
    assert_eq!(identity::end_unconfirmed_roles(domain).await.unwrap(), 0);

    // The role that an administrator gave stays, and the sessions with the other rights have ended.
    let held = count(&clinic, "select count(*) from memberships where ended_at is null and role = 'nurse'").await;
    let mapped = count(&clinic, "select count(*) from memberships where ended_at is null and mapped_by is not null").await;
    assert_eq!((held, mapped), (1, 0));
    assert_eq!(clinic.mails(MailKind::RoleEnded).await.len(), 1);
    assert!(clinic.audited().await.iter().any(|found| found == "identity.mapped_role_ended"));
    comes().await;
    assert_eq!(count(&clinic, "select count(*) from memberships where ended_at is null and role = 'support'").await, 1);
}

#[tokio::test]
async fn the_last_administrator_stays_one_without_a_sign_in_at_the_provider() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let hired =
        ForeignPerson { roles: Some(vec![(Role::Admin, None)]), may_make_account: true, ..somebody("ada@clinic.example") };
    assert!(matches!(come(&clinic, domain, &hired).await.1, Ok(ForeignEntry::Entered(_))));
    clinic.pass(SignedDuration::from_hours(24 * 8));
    assert_eq!(identity::end_unconfirmed_roles(domain).await.unwrap(), 0);
    clinic.staff("Ida Admin", "admin", None).await;
    assert_eq!(identity::end_unconfirmed_roles(domain).await.unwrap(), 1);
}

#[tokio::test]
async fn a_sign_in_is_connected_only_after_a_proof_and_in_the_session_that_began_it() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let command = |password: &str| ConnectForeign {
        provider: "clinic".to_owned(),
        proof: Proof::Password(password.to_owned()),
        code: String::new(),
        browser: None,
    };
    for (access, password, refused) in [
        (clinic.stranger(), PASSWORD, Code::SignInNeeded),
        (amara.access(&clinic), "", Code::FieldsInvalid),
        (amara.access(&clinic), "another password", Code::PasswordWrong),
    ] {
        let outcome = identity::begin_connecting(domain, &access, command(password)).await;
        assert_eq!(outcome.unwrap_err().code(), refused);
    }
    let start = identity::begin_connecting(domain, &amara.access(&clinic), command(PASSWORD)).await.unwrap();
    let returned = identity::return_from_provider(domain, "clinic", &start.state, Some(&start.browser)).await.unwrap();
    let Returned::Expected(returned) = returned else { panic!("the browser is the one that was sent") };
    assert_eq!(returned.connects, Some(amara.session));

    let unconfirmed = ForeignPerson { email: None, ..somebody("work@elsewhere.example") };
    let finish = async |person: &Person, session| {
        let finished = identity::finish_connecting(domain, &person.access(&clinic), session, &unconfirmed).await;
        finished.map_err(|error| error.code())
    };
    assert_eq!(finish(&jonas, amara.session).await, Err(Code::SignInNeeded));
    assert_eq!(finish(&amara, amara.session).await, Ok(Connected::Linked));
    assert_eq!(finish(&amara, amara.session).await, Ok(Connected::Linked));
    assert_eq!(finish(&jonas, jonas.session).await, Ok(Connected::Taken));
    assert_eq!(clinic.mails(MailKind::ForeignIdentityLinked).await.len(), 1);
    let own = identity::own_foreign_identities(domain, &amara.access(&clinic)).await.unwrap();
    assert_eq!(own.iter().map(|linked| linked.email.as_str()).collect::<Vec<_>>(), ["Ada Moreau"]);
}

#[tokio::test]
async fn a_patient_makes_an_account_once_in_the_browser_that_came_back() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let ada = ForeignPerson { may_make_patient: true, zone: Some("Europe/Paris".to_owned()), ..somebody("ada@people.example") };
    let (browser, entry) = come(&clinic, domain, &ada).await;
    assert_eq!(entry, Ok(ForeignEntry::MayJoin));
    let waiting = identity::waiting_sign_up(domain, &browser).await.unwrap().unwrap();
    assert_eq!(
        (waiting.email.as_str(), waiting.name.as_str(), waiting.zone.as_deref()),
        ("ada@people.example", "Ada Moreau", Some("Europe/Paris"))
    );
    assert!(identity::waiting_sign_up(domain, "00000000000000000000000000000000").await.unwrap().is_none());

    let typed = |browser: &str, year: &str| SignUpFromProvider {
        browser: browser.to_owned(),
        name: "Ada Moreau".to_owned(),
        latin_name: String::new(),
        date_of_birth: ["29", "2", year].map(str::to_owned),
        phone: "+44 7700 900123".to_owned(),
        time_zone: "Europe/Paris".to_owned(),
        language: "en".to_owned(),
    };
    let join = async |browser: &str, year: &str| {
        let outcome = directory::sign_up_from_provider(domain, &clinic.stranger(), typed(browser, year)).await;
        outcome.map_err(|error| error.code())
    };
    assert_eq!(join(&browser, "1981").await.unwrap_err(), Code::FieldsInvalid);
    assert_eq!(join("00000000000000000000000000000000", "1980").await.unwrap_err(), Code::SignInExpired);
    let made = join(&browser, "1980").await.unwrap();
    assert_eq!(join(&browser, "1980").await.unwrap_err(), Code::SignInExpired);
    let (_, entry) = come(&clinic, domain, &ada).await;
    assert!(matches!(entry, Ok(ForeignEntry::Entered(Entry::SignedIn(signed_in))) if signed_in.user == made.user));
    let audited = clinic.audited().await;
    for action in ["identity.foreign_may_join", "identity.foreign_account_made"] {
        assert!(audited.iter().any(|found| found == action), "{action}");
    }
}
