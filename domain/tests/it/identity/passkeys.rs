//! Passkeys: adding one, signing in with it, the second step, and what is refused.

use domain::{
    Domain,
    access::{Access, Device},
    identity::{
        self, AddPasskey, AskReset, Entry, FinishByPasskey, MailKind, PasskeyAnswer, PasskeyQuestion, Proof, RemovePasskey,
        RenamePasskey, SessionKind, SetUpView, SignIn, SignedIn,
    },
    prescriptions::{self, AddItem, SignPrescription},
    settings::Settings,
};
use jiff::SignedDuration;
use model::{access::Role, errors::Code, ids::PasskeyId};
use testing::{Authenticator, PASSWORD, PasskeyDevice, Person, TestClinic};

fn proof() -> Proof {
    Proof::Password(PASSWORD.to_owned())
}

/// A visitor in the browser with this secret.
fn browser(clinic: &TestClinic, secret: &str) -> Access {
    let mut access = clinic.stranger();
    access.device = Some(Device::of_secret(secret));
    access
}

fn asked(question: PasskeyQuestion, answer: String) -> PasskeyAnswer {
    PasskeyAnswer { question: question.question, answer }
}

async fn add_with(domain: &Domain, access: &Access, answer: PasskeyAnswer, code: &str) -> Result<PasskeyId, Code> {
    let command = AddPasskey { name: "My phone".to_owned(), proof: proof(), code: code.to_owned(), answer };
    identity::add_passkey(domain, access, command).await.map_err(|error| error.code())
}

/// Adds a passkey to the account of a person without an app.
async fn add(domain: &Domain, access: &Access) -> (PasskeyDevice, PasskeyId) {
    let question = identity::begin_passkey(domain, access).await.unwrap();
    let (device, answer) = PasskeyDevice::new(&question.options);
    let id = add_with(domain, access, asked(question, answer), "").await.unwrap();
    (device, id)
}

async fn sign_in(domain: &Domain, access: &Access, device: &mut PasskeyDevice) -> Result<SignedIn, Code> {
    let question = identity::ask_for_passkey(domain, access).unwrap();
    let answer = device.answer(&question.options);
    identity::sign_in_by_passkey(domain, access, asked(question, answer)).await.map_err(|error| error.code())
}

async fn begin(domain: &Domain, access: &Access, person: &Person) -> Entry {
    let command = SignIn { email: person.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    identity::begin_sign_in(domain, access, command, None).await.unwrap()
}

fn count(audited: &[String], action: &str) -> usize {
    audited.iter().filter(|one| *one == action).count()
}

#[tokio::test]
async fn a_passkey_signs_in_without_a_password_and_its_owner_is_told_of_it() {
    let clinic = testing::clinic().await;
    let (domain, here) = (&clinic.domain, browser(&clinic, "mine"));
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    let (mut device, id) = add(domain, &access).await;
    assert_eq!(clinic.mails(MailKind::PasskeyAdded).await.len(), 1);
    assert_eq!(clinic.mails(MailKind::PasskeyAdded).await[0].recipient.to, amara.email);

    let signed_in = sign_in(domain, &here, &mut device).await.unwrap();
    assert_eq!(signed_in.user, amara.user);
    let sessions = identity::list_sessions(domain, &access).await.unwrap();
    let session = sessions.iter().find(|session| session.id == signed_in.session).unwrap();
    assert_eq!(session.assurance, identity::Assurance::TwoFactors);
    // The password still signs in alone: a passkey is another way in.
    assert!(matches!(begin(domain, &here, &amara).await, Entry::SignedIn(_)));

    let own = identity::own_passkeys(domain, &access).await.unwrap();
    assert!(own.is_available && !own.needs_code);
    assert_eq!(own.passkeys.len(), 1);
    assert_eq!((own.passkeys[0].id, own.passkeys[0].name.as_str(), own.passkeys[0].version), (id, "My phone", 1));
    assert_eq!(own.passkeys[0].last_used_at, Some(domain.now()));
    let audited = clinic.audited().await;
    assert_eq!(count(&audited, "identity.passkey_added"), 1);
    assert!(count(&audited, "identity.signed_in") >= 2);
}

#[tokio::test]
async fn an_answer_works_once_in_time_and_only_in_the_browser_that_asked() {
    let clinic = testing::clinic().await;
    let (domain, here) = (&clinic.domain, browser(&clinic, "mine"));
    let amara = clinic.patient("Amara Osei").await;
    let (mut device, _) = add(domain, &amara.access(&clinic)).await;
    let try_it = async |access: &Access, answer: &PasskeyAnswer| {
        identity::sign_in_by_passkey(domain, access, answer.clone()).await.map(|_| ()).map_err(|error| error.code())
    };

    let question = identity::ask_for_passkey(domain, &here).unwrap();
    let answer = device.answer(&question.options);
    let answer = asked(question, answer);
    assert_eq!(try_it(&browser(&clinic, "theirs"), &answer).await, Err(Code::PasskeyExpired));
    assert_eq!(try_it(&here, &answer).await, Ok(()));
    assert_eq!(try_it(&here, &answer).await, Err(Code::PasskeyAnswered));

    let question = identity::ask_for_passkey(domain, &here).unwrap();
    let other = identity::ask_for_passkey(domain, &here).unwrap();
    let answer = device.answer(&other.options);
    assert_eq!(try_it(&here, &asked(question.clone(), answer)).await, Err(Code::PasskeyRefused));
    assert_eq!(try_it(&here, &asked(question.clone(), "{}".to_owned())).await, Err(Code::PasskeyRefused));
    let late = device.answer(&question.options);
    clinic.pass(SignedDuration::from_mins(5));
    assert_eq!(try_it(&here, &asked(question, late)).await, Err(Code::PasskeyExpired));
    // What is too old to be answered again is forgotten.
    clinic.pass(SignedDuration::from_mins(1));
    assert!(identity::sweep_second_factors(domain).await.unwrap() > 0);
}

#[tokio::test]
async fn another_site_an_unverified_user_and_an_unknown_passkey_are_refused() {
    let clinic = testing::clinic().await;
    let (domain, here) = (&clinic.domain, browser(&clinic, "mine"));
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let access = amara.access(&clinic);
    for (origin, verifies, refused) in
        [("https://bedside.example", true, Code::PasskeyElsewhere), ("http://localhost:3000", false, Code::PasskeyUnverified)]
    {
        let question = identity::begin_passkey(domain, &access).await.unwrap();
        let (_, answer) = PasskeyDevice::on_page(&question.options, origin, verifies);
        assert_eq!(add_with(domain, &access, asked(question, answer), "").await, Err(refused));
    }
    // In another session.
    let question = identity::begin_passkey(domain, &jonas.access(&clinic)).await.unwrap();
    let (_, answer) = PasskeyDevice::new(&question.options);
    assert_eq!(add_with(domain, &access, asked(question, answer), "").await, Err(Code::PasskeyExpired));

    let (mut device, id) = add(domain, &access).await;
    device.verifies = false;
    assert_eq!(sign_in(domain, &here, &mut device).await, Err(Code::PasskeyUnverified));
    device.verifies = true;
    device.origin = "https://bedside.example".to_owned();
    assert_eq!(sign_in(domain, &here, &mut device).await, Err(Code::PasskeyElsewhere));
    device.origin = "http://localhost:3000".to_owned();
    sign_in(domain, &here, &mut device).await.unwrap();

    let command = RemovePasskey { passkey: id, proof: proof(), code: String::new() };
    let theirs = identity::remove_passkey(domain, &jonas.access(&clinic), command.clone()).await;
    assert_eq!(theirs.unwrap_err().code(), Code::NotFound);
    identity::remove_passkey(domain, &access, command).await.unwrap();
    assert_eq!(sign_in(domain, &here, &mut device).await, Err(Code::PasskeyUnknown));
    assert_eq!(clinic.mails(MailKind::PasskeyRemoved).await.len(), 1);
    // Somebody who is suspended does not sign in; their sessions have ended too.
    let (mut other, _) = add(domain, &access).await;
    clinic.as_owner("update users set suspended_at = now() where display_name = 'Amara Osei'").await;
    assert_eq!(sign_in(domain, &here, &mut other).await, Err(Code::Suspended));
    // Ten refusals in this browser are enough.
    for _ in 0..10 {
        let refused = sign_in(domain, &here, &mut device).await.unwrap_err();
        assert!(matches!(refused, Code::PasskeyUnknown | Code::RateLimited));
    }
    assert_eq!(sign_in(domain, &here, &mut device).await, Err(Code::RateLimited));

    let numbers = clinic.domain_with(Settings { public_url: "http://127.0.0.1:3000".to_owned(), ..Settings::default() }).await;
    assert_eq!(identity::ask_for_passkey(&numbers, &here).unwrap_err().code(), Code::PasskeysUnavailable);
    assert!(!identity::own_passkeys(&numbers, &jonas.access(&clinic)).await.unwrap().is_available);
}

#[tokio::test]
async fn a_copy_of_a_passkey_is_refused_and_its_owner_is_told_once_a_day() {
    let clinic = testing::clinic().await;
    let (domain, here) = (&clinic.domain, browser(&clinic, "mine"));
    let amara = clinic.patient("Amara Osei").await;
    let (mut device, _) = add(domain, &amara.access(&clinic)).await;
    sign_in(domain, &here, &mut device).await.unwrap();
    for _ in 0..2 {
        device.counter = 0;
        assert_eq!(sign_in(domain, &here, &mut device).await, Err(Code::PasskeyCopied));
    }
    assert_eq!(clinic.mails(MailKind::PasskeyCopied).await.len(), 1);
    assert_eq!(count(&clinic.audited().await, "identity.passkey_copied"), 2);
    device.counter = 7;
    sign_in(domain, &here, &mut device).await.unwrap();
}

#[tokio::test]
async fn whoever_has_an_app_adds_a_passkey_with_a_code_and_finishes_a_sign_in_with_it() {
    let clinic = testing::clinic().await;
    let (domain, here) = (&clinic.domain, browser(&clinic, "mine"));
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let access = amara.access(&clinic);
    identity::begin_set_up(domain, &access, proof(), "").await.unwrap();
    let SetUpView { secret, recovery_codes, .. } = identity::second_factor(domain, &access).await.unwrap().set_up.unwrap();
    let app = Authenticator::new(&secret);
    identity::confirm_set_up(domain, &access, &app.code(domain.now())).await.unwrap();

    let question = identity::begin_passkey(domain, &access).await.unwrap();
    let (mut device, answer) = PasskeyDevice::new(&question.options);
    let answer = asked(question, answer);
    assert_eq!(add_with(domain, &access, answer.clone(), "").await, Err(Code::FieldsInvalid));
    assert_eq!(add_with(domain, &access, answer.clone(), &app.wrong_code(domain.now())).await, Err(Code::CodeWrong));
    add_with(domain, &access, answer, &recovery_codes[0]).await.unwrap();
    assert_eq!(identity::second_factor(domain, &access).await.unwrap().passkeys.len(), 1);

    let Entry::Half(half) = begin(domain, &here, &amara).await else { panic!("no second step is needed") };
    let shown = identity::half_sign_in(domain, &here, &half.token).await.unwrap().unwrap();
    assert!(shown.has_app && shown.has_passkey && shown.set_up.is_none());
    let (mut other, _) = add(domain, &jonas.access(&clinic)).await;
    let finish = async |device: &mut PasskeyDevice| {
        let question = identity::ask_for_passkey(domain, &here).unwrap();
        let answer = device.answer(&question.options);
        let command = FinishByPasskey { token: half.token.clone(), answer: asked(question, answer) };
        identity::finish_sign_in_by_passkey(domain, &here, command).await.map_err(|error| error.code())
    };
    assert_eq!(finish(&mut other).await.map(|_| ()), Err(Code::PasskeyUnknown));
    assert_eq!(finish(&mut device).await.unwrap().signed_in.user, amara.user);
    assert_eq!(finish(&mut device).await.map(|_| ()), Err(Code::SignInExpired));
}

#[tokio::test]
async fn a_passkey_is_renamed_proves_who_the_user_is_and_goes_with_an_admins_reset() {
    let clinic = testing::clinic().await;
    let (domain, here) = (&clinic.domain, browser(&clinic, "mine"));
    let amara = clinic.patient("Amara Osei").await;
    let access = amara.access(&clinic);
    let (mut device, id) = add(domain, &access).await;
    let rename = async |name: &str, version| {
        let command = RenamePasskey { passkey: id, name: name.to_owned(), version };
        identity::rename_passkey(domain, &access, command).await.map_err(|error| error.code())
    };
    assert_eq!(rename(" ", 1).await, Err(Code::FieldsInvalid));
    assert_eq!(rename("Old phone", 1).await, Ok(()));
    assert_eq!(rename("Another phone", 1).await, Err(Code::Stale));
    assert_eq!(identity::own_passkeys(domain, &access).await.unwrap().passkeys[0].name, "Old phone");

    // It takes the place of the password where the user proves who they are.
    let question = identity::ask_for_proof(domain, &access).unwrap();
    let answer = device.answer(&question.options);
    let shown = Proof::Passkey(asked(question, answer));
    let question = identity::begin_passkey(domain, &access).await.unwrap();
    let (_, answer) = PasskeyDevice::new(&question.options);
    let command = AddPasskey { name: "Tablet".to_owned(), proof: shown, code: String::new(), answer: asked(question, answer) };
    identity::add_passkey(domain, &access, command.clone()).await.unwrap();
    assert_eq!(identity::add_passkey(domain, &access, command).await.unwrap_err().code(), Code::PasskeyAnswered);

    let admin = clinic.staff("Ida Admin", "admin", None).await;
    let command = AskReset { user: amara.user, reason: "Passport in a video call".to_owned() };
    identity::ask_reset(domain, &admin.access(&clinic), command).await.unwrap();
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(identity::apply_resets(domain).await.unwrap(), 1);
    assert_eq!(sign_in(domain, &here, &mut device).await, Err(Code::PasskeyUnknown));
    let audited = clinic.audited().await;
    assert_eq!((count(&audited, "identity.passkey_renamed"), count(&audited, "identity.passkey_shown")), (1, 1));
}

#[tokio::test]
async fn answers_in_the_name_of_another_account_do_not_lock_its_owner_out() {
    let clinic = testing::clinic().await;
    let domain = &clinic.domain;
    let (amara, jonas) = (clinic.patient("Amara Osei").await, clinic.patient("Jonas Weber").await);
    let (mut device, id) = add(domain, &amara.access(&clinic)).await;
    let remove = async |access: &Access, device: &mut PasskeyDevice| {
        let question = identity::ask_for_proof(domain, access).unwrap();
        let answer = device.answer(&question.options);
        let shown = Proof::Passkey(asked(question, answer));
        let command = RemovePasskey { passkey: id, proof: shown, code: String::new() };
        identity::remove_passkey(domain, access, command).await.map_err(|error| error.code())
    };
    for _ in 0..20 {
        let refused = remove(&jonas.access(&clinic), &mut device).await.unwrap_err();
        assert!(matches!(refused, Code::PasskeyUnknown | Code::RateLimited));
    }
    assert_eq!(remove(&jonas.access(&clinic), &mut device).await, Err(Code::RateLimited));

    // Nor do those of strangers at the sign-in page keep the owner from an act in an open session.
    device.verifies = false;
    for _ in 0..20 {
        let refused = sign_in(domain, &browser(&clinic, "theirs"), &mut device).await.unwrap_err();
        assert!(matches!(refused, Code::PasskeyUnverified | Code::RateLimited));
    }
    device.verifies = true;
    assert_eq!(sign_in(domain, &browser(&clinic, "theirs"), &mut device).await, Err(Code::RateLimited));
    assert_eq!(remove(&amara.access(&clinic), &mut device).await, Ok(()));
}

#[tokio::test]
async fn a_role_that_needs_a_second_factor_keeps_its_last_one() {
    let clinic = testing::clinic().await;
    let here = browser(&clinic, "mine");
    let practice = clinic.practice().await;
    let nurse = clinic.staff("Nora Nurse", "nurse", Some(practice)).await;
    let (mut device, id) = add(&clinic.domain, &nurse.access(&clinic)).await;
    let strict = clinic.domain_with(Settings { second_factor_roles: vec![Role::Nurse], ..Settings::default() }).await;
    // Whoever only knows the password sets up no app.
    let Entry::Half(half) = begin(&strict, &here, &nurse).await else { panic!("no second step is needed") };
    assert!(!half.must_set_up);
    let shown = identity::half_sign_in(&strict, &here, &half.token).await.unwrap().unwrap();
    assert!(!shown.has_app && shown.has_passkey && shown.set_up.is_none());
    sign_in(&strict, &here, &mut device).await.unwrap();
    let remove = async |passkey| {
        let command = RemovePasskey { passkey, proof: proof(), code: String::new() };
        identity::remove_passkey(&strict, &nurse.access(&clinic), command).await.map_err(|error| error.code())
    };
    assert_eq!(remove(id).await, Err(Code::PasskeyLast));
    add(&strict, &nurse.access(&clinic)).await;
    assert_eq!(remove(id).await, Ok(()));
}

#[tokio::test]
async fn a_doctor_signs_a_prescription_with_a_passkey() {
    let scene = testing::consultation().await;
    let (domain, access) = (&scene.clinic.domain, scene.by(&scene.doctor));
    let (mut device, _) = add(domain, &access).await;
    let command = AddItem { encounter: scene.encounter, medicine: testing::medicine("Amoxicillin"), idempotency_key: None };
    let prescription = prescriptions::add_item(domain, &access, command).await.unwrap();
    let version = prescriptions::get(domain, &access, prescription).await.unwrap().version;
    let question = identity::ask_for_proof(domain, &access).unwrap();
    device.verifies = false;
    let answer = asked(question.clone(), device.answer(&question.options));
    let key = || Some("00000000-0000-4000-8000-000000000001".to_owned());
    let sign = |answer| SignPrescription { prescription, version, proof: Proof::Passkey(answer), idempotency_key: key() };
    let refused = prescriptions::sign(domain, &access, sign(answer)).await.unwrap_err();
    assert_eq!(refused.code(), Code::PasskeyUnverified);
    device.verifies = true;
    let answer = asked(question.clone(), device.answer(&question.options));
    prescriptions::sign(domain, &access, sign(answer.clone())).await.unwrap();
    // The same request comes again when its reply was lost; with the answer, another one gets nothing.
    prescriptions::sign(domain, &access, sign(answer.clone())).await.unwrap();
    let other = SignPrescription { idempotency_key: None, ..sign(answer) };
    assert_eq!(prescriptions::sign(domain, &access, other).await.unwrap_err().code(), Code::PasskeyAnswered);
}
