//! People delete their own accounts, and accounts come back.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    Result, directory,
    identity::{
        self, BringBack, EndMembership, ListDeletedAccounts, ListMemberships, MailContent, MailKind, Proof, SessionKind, SignIn,
        SignedIn,
    },
    notices,
    scheduling::{self, CancelAppointment},
};
use jiff::{SignedDuration, Timestamp};
use model::errors::Code;
use testing::{PASSWORD, Person};

const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Scene {
    async fn delete(&self, person: &Person, password: &str) -> Result<Timestamp> {
        let proof = Proof::Password(password.to_owned());
        scheduling::delete_account(&self.clinic.domain, &person.access(&self.clinic), proof).await
    }

    async fn sign_in(&self, person: &Person, password: &str) -> Result<SignedIn> {
        let command = SignIn { email: person.email.clone(), password: password.to_owned(), kind: SessionKind::Api };
        identity::sign_in(&self.clinic.domain, &self.clinic.stranger(), command).await
    }

    async fn bring_back(&self, person: &Person, password: &str) -> Result<()> {
        let command = BringBack { email: person.email.clone(), password: password.to_owned() };
        identity::bring_back(&self.clinic.domain, &self.clinic.stranger(), command).await
    }

    async fn sign_up_again(&self) {
        let command = crate::identity::sign_up(&self.patient.email);
        directory::sign_up(&self.clinic.domain, &self.clinic.stranger(), command).await.unwrap();
    }

    async fn has_session(&self, person: &Person) -> bool {
        identity::resolve_session(&self.clinic.domain, person.session).await.unwrap().is_some()
    }
}

#[tokio::test]
async fn a_deleted_account_is_out_at_once_and_its_visits_are_cancelled() {
    let scene = scene().await;
    scene.book(tomorrow_at_ten()).await.unwrap();
    let view = scheduling::deletion(&scene.clinic.domain, &scene.as_patient()).await.unwrap();
    assert_eq!((view.appointments, view.visits, view.last_administrator), (1, 0, false));
    assert_eq!(code(scene.delete(&scene.patient, "not the password").await), Code::PasswordWrong);
    assert!(scene.has_session(&scene.patient).await);

    let final_at = scene.delete(&scene.patient, PASSWORD).await.unwrap();
    assert_eq!(final_at, scene.clinic.domain.now() + DAY * 30);
    assert!(!scene.has_session(&scene.patient).await);
    assert_eq!(scene.count("select count(*) from appointments where state = 'cancelled' and cancelled_by is not null").await, 1);
    assert_eq!(scene.count("select count(*) from reservations").await, 0);
    assert_eq!(scene.count("select count(*) from patients where deleted_at is not null").await, 0);

    // The person gets one mail about all of it, and the doctor the usual one.
    let cancelled = scene.clinic.mails(scheduling::MailKind::AppointmentCancelled).await;
    assert_eq!(cancelled.iter().map(|mail| &mail.recipient.to).collect::<Vec<_>>(), [&scene.doctor.email]);
    let mails = scene.clinic.mails(MailKind::AccountDeleted).await;
    let [mail] = &mails[..] else { panic!("{}", mails.len()) };
    assert_eq!((&mail.recipient.to, mail.recipient.name.as_str()), (&scene.patient.email, "Amara Osei"));
    let notices::MailContent::Identity(MailContent::AccountDeleted { until }) = &mail.content else { panic!("another mail") };
    assert_eq!(*until, final_at);
    assert!(scene.clinic.audited().await.contains(&"identity.account_deleted".to_owned()));
}

#[tokio::test]
async fn a_request_that_began_before_the_deletion_books_nothing() {
    let scene = scene().await;
    scene.delete(&scene.patient, PASSWORD).await.unwrap();
    assert_eq!(code(scene.book(tomorrow_at_ten()).await), Code::SignInNeeded);
    assert_eq!(code(scene.hold(tomorrow_at_ten()).await), Code::SignInNeeded);
    assert_eq!(scene.count("select count(*) from reservations").await, 0);
}

#[tokio::test]
async fn who_still_has_visits_to_hold_or_is_the_last_administrator_stays() {
    let scene = scene().await;
    let visit = scene.book(tomorrow_at_ten()).await.unwrap();
    assert_eq!(code(scene.delete(&scene.doctor, PASSWORD).await), Code::VisitsAhead);
    assert!(scene.has_session(&scene.doctor).await);
    let cancel = CancelAppointment { appointment: visit.card.id, version: None, message: None, idempotency_key: None };
    scheduling::cancel(&scene.clinic.domain, &scene.as_patient(), cancel).await.unwrap();
    scene.delete(&scene.doctor, PASSWORD).await.unwrap();
    assert!(!scene.has_session(&scene.doctor).await);

    let (one, two) = (scene.clinic.staff("Ida One", "admin", None).await, scene.clinic.staff("Ole Two", "admin", None).await);
    let (first, second) = tokio::join!(scene.delete(&one, PASSWORD), scene.delete(&two, PASSWORD));
    let refused: Vec<Code> = [first, second].into_iter().filter_map(|outcome| outcome.err().map(|error| error.code())).collect();
    assert_eq!(refused, [Code::LastAdmin]);
}

#[tokio::test]
async fn its_owner_brings_it_back_with_the_password() {
    let scene = scene().await;
    scene.delete(&scene.patient, PASSWORD).await.unwrap();
    assert_eq!(code(scene.sign_in(&scene.patient, "not the password").await), Code::BadCredentials);
    assert_eq!(code(scene.sign_in(&scene.patient, PASSWORD).await), Code::AccountDeleted);
    assert_eq!(code(scene.bring_back(&scene.patient, "not the password").await), Code::BadCredentials);
    scene.clinic.pass(DAY * 29);
    scene.bring_back(&scene.patient, PASSWORD).await.unwrap();
    // A second time changes nothing.
    scene.bring_back(&scene.patient, PASSWORD).await.unwrap();
    let signed_in = scene.sign_in(&scene.patient, PASSWORD).await.unwrap();
    let acting = identity::resolve_session(&scene.clinic.domain, signed_in.session).await.unwrap().unwrap();
    assert_eq!((acting.user, acting.patient), (scene.patient.user, Some(scene.patient.patient())));
    assert!(!scene.has_session(&scene.patient).await, "a session from before stays ended");
    assert_eq!(scene.clinic.mails(MailKind::AccountBroughtBack).await.len(), 1);
    assert_eq!(identity::finish_deletions(&scene.clinic.domain).await.unwrap(), 0);
}

#[tokio::test]
async fn administrators_of_the_organisation_list_deleted_accounts_and_bring_them_back() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let admin = scene.clinic.staff("Ida Admin", "admin", None).await;
    let of_clinic = scene.clinic.staff("Ada Clinic", "admin", Some(scene.practice)).await;
    let access = || admin.access(&scene.clinic);
    let user = scene.patient.user;
    assert_eq!(code(identity::bring_back_account(domain, &access(), user).await), Code::NotFound);
    scene.delete(&scene.patient, PASSWORD).await.unwrap();

    for other in [&of_clinic, &scene.doctor] {
        let list = identity::list_deleted_accounts(domain, &other.access(&scene.clinic), ListDeletedAccounts::default()).await;
        assert!(list.is_err_and(|error| error.code() == Code::Forbidden));
    }
    let refused = code(identity::bring_back_account(domain, &scene.doctor.access(&scene.clinic), user).await);
    assert!(matches!(refused, Code::NotFound | Code::Forbidden), "{refused:?}");

    let list = identity::list_deleted_accounts(domain, &access(), ListDeletedAccounts::default()).await.unwrap().items;
    let [row] = &list[..] else { panic!("{}", list.len()) };
    assert_eq!((row.user, row.name.as_str(), &row.email), (user, "Amara Osei", &scene.patient.email));
    identity::bring_back_account(domain, &access(), user).await.unwrap();
    assert_eq!(code(identity::bring_back_account(domain, &access(), user).await), Code::NotFound);
    assert!(identity::list_deleted_accounts(domain, &access(), ListDeletedAccounts::default()).await.unwrap().items.is_empty());
    scene.sign_in(&scene.patient, PASSWORD).await.unwrap();
    assert_eq!(scene.clinic.mails(MailKind::AccountBroughtBack).await.len(), 1);
    assert!(scene.clinic.audited().await.contains(&"identity.account_brought_back".to_owned()));
}

#[tokio::test]
async fn a_role_that_was_ended_meanwhile_does_not_come_back() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let admin = scene.clinic.staff("Ida Admin", "admin", None).await;
    let nurse = scene.clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await;
    scene.delete(&nurse, PASSWORD).await.unwrap();
    let access = admin.access(&scene.clinic);
    let listed = identity::list_memberships(domain, &access, ListMemberships::default()).await.unwrap().items;
    let held = listed.iter().find(|row| row.user == nurse.user).expect("the role of a deleted account");
    identity::end_membership(domain, &access, EndMembership { membership: held.id, version: held.version }).await.unwrap();
    scene.bring_back(&nurse, PASSWORD).await.unwrap();
    assert_eq!(scene.count("select count(*) from memberships where role = 'nurse' and ended_at is null").await, 0);
}

#[tokio::test]
async fn after_thirty_days_it_is_final_and_the_address_is_free() {
    let scene = scene().await;
    let domain = &scene.clinic.domain;
    let admin = scene.clinic.staff("Ida Admin", "admin", None).await;
    // Sign-ins at providers, of which one was removed before: each has an address.
    scene
        .clinic
        .as_owner(
            "insert into foreign_identities (id, user_id, provider, issuer, subject, email, linked_at, unlinked_at)
             select gen_random_uuid(), u.id, 'clinic', 'https://login.example', s.subject, u.email, u.created_at, s.unlinked_at
             from users u cross join (values ('1', null::timestamptz), ('2', now())) s (subject, unlinked_at) where u.display_name = 'Amara Osei';
             insert into passkeys (id, user_id, credential_id, credential_cipher, name, created_at)
             select gen_random_uuid(), id, '\\x01', '\\x01', 'Phone of Amara Osei', created_at from users where display_name = 'Amara Osei';
             insert into totp_factors (user_id, secret_cipher, confirmed_at, last_step)
             select id, '\\x01', created_at, 0 from users where display_name = 'Amara Osei';
             insert into recovery_codes (user_id, code_hash) select id, '\\x01' from users where display_name = 'Amara Osei'",
        )
        .await;
    scene.delete(&scene.patient, PASSWORD).await.unwrap();
    // Until then the address belongs to the deleted account, and its owner is told so.
    scene.sign_up_again().await;
    assert_eq!(scene.clinic.mails(MailKind::AccountDeleted).await.len(), 2);
    assert!(scene.clinic.mails(MailKind::SignUpRepeated).await.is_empty());
    assert_eq!(identity::finish_deletions(domain).await.unwrap(), 0);

    scene.clinic.pass(DAY * 30);
    assert_eq!(code(scene.sign_in(&scene.patient, PASSWORD).await), Code::BadCredentials);
    assert_eq!(code(scene.bring_back(&scene.patient, PASSWORD).await), Code::BadCredentials);
    let refused = identity::bring_back_account(domain, &admin.access(&scene.clinic), scene.patient.user).await;
    assert_eq!(code(refused), Code::NotFound);
    assert_eq!(identity::finish_deletions(domain).await.unwrap(), 1);
    assert_eq!(identity::finish_deletions(domain).await.unwrap(), 0);
    let kept = "select count(*) from foreign_identities where email <> '' or unlinked_at is null";
    assert_eq!(scene.count(kept).await, 0);
    for left in [
        "select count(*) from passkeys",
        "select count(*) from totp_factors",
        "select count(*) from recovery_codes",
        "select count(*) from password_credentials c join account_deletions d on d.user_id = c.user_id",
    ] {
        assert_eq!(scene.count(left).await, 0, "{left}");
    }
    let again = scene.clinic.patient("Amara Osei").await;
    assert_ne!(again.user, scene.patient.user);
    assert_eq!(again.email, scene.patient.email);
    assert_eq!(scene.count("select count(*) from patients where full_name = 'Amara Osei'").await, 2);
}
