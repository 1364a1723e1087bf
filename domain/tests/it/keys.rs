//! The keys of the installation: which master key opens them, data of earlier versions, and their replacement while servers run.

use domain::{
    Domain,
    access::Access,
    audit,
    db::keys::{self, KeysError, Opening, State},
    directory,
    drafts::{self, Keep},
    identity::{self, ConfirmEmail, MailContent, MailKind, ResendConfirmation},
    notices,
    randomness::SystemRandomness,
    records::{self, AddAllergy, SaveNote},
    vault::{Key, KeyNumber, LocalMaster, MasterKey, Purpose, Rings, Vault},
};
use jiff::SignedDuration;
use model::{
    drafts::DraftSubject,
    errors::Code,
    ids::{EncounterId, RequestId},
    records::SoapNote,
};
use sqlx::postgres::PgConnectOptions;
use std::{collections::BTreeMap, sync::Arc};
use testing::{Person, TestClinic};

const PLAN: &str = "Rest, and honey for the cough.";

fn other_master() -> Arc<dyn MasterKey> {
    Arc::new(LocalMaster::new(Key::new([8; 32])))
}

fn owner(clinic: &TestClinic) -> PgConnectOptions {
    testing::addresses(&clinic.database).1.parse().unwrap()
}

fn app(clinic: &TestClinic) -> PgConnectOptions {
    testing::addresses(&clinic.database).0.parse().unwrap()
}

fn system(domain: &Domain) -> Access {
    Access::system(domain.new_id::<RequestId>())
}

/// A visit with a note.
struct Visit {
    patient: Person,
    doctor: Person,
    encounter: EncounterId,
}

async fn visit(clinic: &TestClinic) -> Visit {
    let practice = clinic.practice().await;
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", practice).await);
    let encounter = clinic.encounter(&patient, &doctor, practice).await;
    let note = SoapNote { plan: PLAN.to_owned(), ..SoapNote::default() };
    let command = SaveNote { encounter, version_seen: 0, note };
    records::save_note(&clinic.domain, &doctor.access(clinic), command).await.unwrap();
    Visit { patient, doctor, encounter }
}

impl Visit {
    async fn plan(&self, clinic: &TestClinic, domain: &Domain) -> domain::Result<String> {
        Ok(records::consult(domain, &self.doctor.access(clinic), self.encounter).await?.note.note.plan)
    }
}

#[tokio::test]
async fn another_master_key_is_refused_with_both_names_and_changes_nothing() {
    let clinic = testing::clinic().await;
    visit(&clinic).await;
    let rows =
        "select string_agg(concat(purpose, number, wrapped, retired_at), ',' order by purpose, number) from installation_keys";
    let before: String = sqlx::query_scalar(rows).fetch_one(&clinic.owner).await.unwrap();
    let (mine, other) = (testing::master(), other_master());

    let opening = Opening::begin(&owner(&clinic)).await.unwrap();
    assert_eq!(opening.state(), State::Kept);
    let refused = opening.finish(other.clone(), &SystemRandomness, clinic.domain.now()).await.unwrap_err();
    let text = refused.to_string();
    assert!(text.contains(mine.name()) && text.contains(other.name()) && text.contains("docs/backup.md"), "{text}");
    assert!(matches!(keys::load(&app(&clinic), other.clone()).await, Err(KeysError::OtherMaster { .. })));
    assert!(matches!(keys::compare(&owner(&clinic), State::Kept, &*other).await, Err(KeysError::OtherMaster { .. })));
    let status = keys::status(&app(&clinic), &*other).await.unwrap();
    assert!(status.len() == Purpose::ALL.len() && status.iter().all(|key| !key.opens && key.wrapped_by == mine.name()));

    let after: String = sqlx::query_scalar(rows).fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(before, after);
    let opening = Opening::begin(&owner(&clinic)).await.unwrap();
    opening.finish(mine, &SystemRandomness, clinic.domain.now()).await.unwrap();
}

#[tokio::test]
async fn an_empty_database_gets_keys_of_its_own_and_a_changed_one_is_found() {
    let name = testing::empty_database().await;
    let (app, owner) = testing::addresses(&name);
    let (app, owner): (PgConnectOptions, PgConnectOptions) = (app.parse().unwrap(), owner.parse().unwrap());
    assert_eq!(keys::state(&owner).await.unwrap(), State::New);
    domain::schema::migrate(&owner, &app, testing::BEGIN).await.unwrap();
    assert!(matches!(keys::load(&app, testing::master()).await, Err(KeysError::NoKeys)));

    let opening = Opening::begin(&owner).await.unwrap();
    assert_eq!(opening.state(), State::New);
    let vault = opening.finish(testing::master(), &SystemRandomness, testing::BEGIN).await.unwrap();
    let derived = testing::master().derived(Purpose::Wrap).unwrap();
    assert_ne!(vault.key(Purpose::Wrap).expose(), derived.expose(), "keys must be random, not derived");
    let again = keys::load(&app, testing::master()).await.unwrap();
    assert_eq!(again.key(Purpose::Links).expose(), vault.key(Purpose::Links).expose());

    let clinic = testing::clinic().await;
    clinic.as_owner("update installation_keys set check_value = decode(repeat('00', 32), 'hex') where purpose = 'audit'").await;
    let refused = keys::load(&self::app(&clinic), testing::master()).await.unwrap_err();
    assert!(matches!(refused, KeysError::Damaged { purpose: "audit", number: 1 }), "{refused}");
    // The server's role can only read them.
    let refused = sqlx::query("delete from installation_keys").execute(clinic.domain.pool()).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501");
}

/// A clinic whose data looks as if a version before schema 30 had written it: keys derived from the master key, and no numbers.
async fn clinic_from_before() -> (TestClinic, Visit) {
    let clinic = testing::clinic().await;
    clinic.as_owner("delete from installation_keys").await;
    let ring = |purpose| BTreeMap::from([(KeyNumber::FIRST, testing::master().derived(purpose).unwrap())]);
    let rings: Rings = Purpose::ALL.into_iter().map(|purpose| (purpose, ring(purpose))).collect();
    let domain = clinic.domain_with_keys(Vault::new(testing::master(), rings).unwrap()).await;
    let clinic = TestClinic { domain, ..clinic };
    let visit = visit(&clinic).await;
    clinic
        .as_owner(
            "update patient_keys set wrapped = '\\x01'::bytea || substr(wrapped, 4);
             update patients set phone_index = substr(phone_index, 4);
             update audit_events set mac = substr(mac, 4)",
        )
        .await;
    clinic.settle().await;
    audit::seal_once(&clinic.domain).await.unwrap().unwrap();
    clinic.as_owner("update audit_seals set mac = substr(mac, 4)").await;
    (clinic, visit)
}

#[tokio::test]
async fn data_of_an_earlier_version_keeps_its_derived_keys_as_key_1() {
    let (clinic, visit) = clinic_from_before().await;
    let owner = owner(&clinic);
    assert_eq!(keys::state(&owner).await.unwrap(), State::Derived);
    let opening = Opening::begin(&owner).await.unwrap();
    let refused = opening.finish(other_master(), &SystemRandomness, clinic.domain.now()).await.unwrap_err();
    assert!(matches!(refused, KeysError::OtherData { .. }), "a wrong key must not be taken over: {refused}");
    assert!(matches!(keys::compare(&owner, State::Derived, &*other_master()).await, Err(KeysError::OtherData { .. })));
    assert_eq!(keys::state(&owner).await.unwrap(), State::Derived);

    let opening = Opening::begin(&owner).await.unwrap();
    let vault = opening.finish(testing::master(), &SystemRandomness, clinic.domain.now()).await.unwrap();
    let domain = clinic.domain_with_keys(vault).await;
    assert_eq!(visit.plan(&clinic, &domain).await.unwrap(), PLAN);
    let verified = audit::verify(&domain, []).await.unwrap();
    assert!(verified.finding.is_none() && verified.seals == 1, "{verified:?}");

    // Key 2 takes over what is new, and the rows of format 1 stay readable.
    let rotated = keys::rotate(&domain, &system(&domain), &owner, &Purpose::ALL).await.unwrap();
    assert_eq!((rotated.patients, rotated.closed), (1, 0));
    assert_eq!(visit.plan(&clinic, &domain).await.unwrap(), PLAN);
    assert_eq!(audit::verify(&domain, []).await.unwrap().finding, None);
}

#[tokio::test]
async fn keys_are_replaced_while_another_process_reads_and_writes() {
    let clinic = testing::clinic().await;
    let visit = visit(&clinic).await;
    let patient = visit.patient.patient();
    let command = AddAllergy {
        patient,
        substance: "Penicillin".to_owned(),
        reaction: String::new(),
        source: String::new(),
        severity: "severe".to_owned(),
        idempotency_key: Some("one".to_owned()),
    };
    let added = records::add_allergy(&clinic.domain, &visit.doctor.access(&clinic), command.clone()).await.unwrap();
    let signed_up = crate::identity::sign_up("jonas@people.example");
    directory::sign_up(&clinic.domain, &clinic.stranger(), signed_up).await.unwrap();
    let hours = DraftSubject::Own("hours".to_owned());
    let typed = Keep {
        form: "hours".to_owned(),
        subject: hours.clone(),
        page: "a".to_owned(),
        number: 1,
        shown: None,
        version: String::new(),
        content: "Mondays".to_owned(),
    };
    drafts::keep(&clinic.domain, &visit.doctor.access(&clinic), typed).await.unwrap();
    let (user, session) = (visit.doctor.user, visit.doctor.session);
    let tokens = identity::issue_tokens(&clinic.domain, &clinic.stranger(), user, session).await.unwrap();
    let refreshed = identity::refresh_tokens(&clinic.domain, &clinic.stranger(), &tokens.refresh_token).await.unwrap();

    // Another process makes new keys. This one still has the old ones.
    let elsewhere = clinic.domain_of(&clinic.database).await;
    let rotated = keys::rotate(&elsewhere, &system(&elsewhere), &owner(&clinic), &Purpose::ALL).await.unwrap();
    assert_eq!(rotated.keys.len(), Purpose::ALL.len());
    assert!(rotated.keys.iter().all(|(_, number)| number.get() == 2));
    let wrapped: Vec<Vec<u8>> = sqlx::query_scalar("select wrapped from patient_keys").fetch_all(&clinic.owner).await.unwrap();
    assert!(wrapped.len() == 1 && wrapped.iter().all(|key| key[..3] == [2, 0, 2]));

    // What was made before is still good here and there.
    for domain in [&clinic.domain, &elsewhere] {
        assert_eq!(visit.plan(&clinic, domain).await.unwrap(), PLAN);
        let again = records::add_allergy(domain, &visit.doctor.access(&clinic), command.clone()).await.unwrap();
        assert_eq!(again, added, "a repeat after the rotation must be recognised");
        let kept = drafts::load_kept(domain, &visit.doctor.access(&clinic), "hours", &hours).await.unwrap().unwrap();
        assert_eq!(kept.content, "Mondays");
        let repeated = identity::refresh_tokens(domain, &clinic.stranger(), &tokens.refresh_token).await.unwrap();
        assert_eq!(repeated.access_token, refreshed.access_token, "a repeated refresh must give the same tokens");
    }
    // What was typed in the sign-up, which waits, is encrypted with a key that was made from the old link.
    let again = ResendConfirmation { email: "jonas@people.example".to_owned(), browser: None, chosen: None };
    identity::resend_confirmation(&elsewhere, &clinic.stranger(), again).await.unwrap();
    let mails = clinic.mails(MailKind::ConfirmEmail).await;
    let mails: Vec<_> = mails.iter().filter(|mail| mail.recipient.to == "jonas@people.example").collect();
    let mail = notices::mail_to_send(&elsewhere, mails[1].id).await.unwrap().unwrap();
    let notices::MailContent::Identity(MailContent::ConfirmEmail { token, .. }) = mail.content else {
        panic!("the mail has no link")
    };
    let confirm = ConfirmEmail { token, browser: None };
    directory::confirm_email(&clinic.domain, &clinic.stranger(), confirm).await.unwrap();

    // This process has met the new keys, so it writes with them; and the other one reads that.
    clinic.pass(SignedDuration::from_secs(1));
    let note = SoapNote { plan: "Tea".to_owned(), ..SoapNote::default() };
    let command = SaveNote { encounter: visit.encounter, version_seen: 1, note };
    records::save_note(&clinic.domain, &visit.doctor.access(&clinic), command).await.unwrap();
    assert_eq!(visit.plan(&clinic, &elsewhere).await.unwrap(), "Tea");
    clinic.patient("Priya Raman").await;
    let status = keys::status(&app(&clinic), &*testing::master()).await.unwrap();
    let wrapping: Vec<_> = status.iter().filter(|key| key.purpose == Purpose::Wrap).collect();
    assert!(wrapping.iter().all(|key| key.opens), "{wrapping:?}");
    assert_eq!(
        wrapping.iter().map(|key| (key.patients, key.retired_at.is_some())).collect::<Vec<_>>(),
        [(Some(0), true), (Some(3), false)]
    );

    assert_eq!(audit::verify(&elsewhere, []).await.unwrap().finding, None);
    assert!(clinic.audited().await.contains(&"keys.rotated".to_owned()));
}

#[tokio::test]
async fn the_master_key_is_replaced_and_the_old_one_opens_nothing_any_more() {
    let clinic = testing::clinic().await;
    let visit = visit(&clinic).await;
    let (domain, new) = (&clinic.domain, other_master());
    // A server that has not met a new key could never learn it under another master key.
    let rotated = keys::rotate(domain, &system(domain), &owner(&clinic), &Purpose::ALL).await.unwrap();
    let refused = keys::change_master(domain, &system(domain), &owner(&clinic), &*new).await.unwrap_err();
    assert!(matches!(refused, KeysError::TooSoon { seconds: 120, .. }), "{refused}");
    clinic.pass(SignedDuration::from_mins(2));
    let changed = keys::change_master(domain, &system(domain), &owner(&clinic), &*new).await.unwrap();
    assert_eq!(changed, Purpose::ALL.len() + rotated.keys.len());
    assert_eq!(visit.plan(&clinic, domain).await.unwrap(), PLAN, "a server that runs keeps working");
    assert!(matches!(keys::load(&app(&clinic), testing::master()).await, Err(KeysError::OtherMaster { .. })));
    let restarted = clinic.domain_with_keys(keys::load(&app(&clinic), new.clone()).await.unwrap()).await;
    assert_eq!(visit.plan(&clinic, &restarted).await.unwrap(), PLAN);
    assert!(clinic.audited().await.contains(&"keys.master_changed".to_owned()));

    // A key must not be wrapped by the old master key beside others that the new one has wrapped.
    let refused = keys::rotate(domain, &system(domain), &owner(&clinic), &[Purpose::Audit]).await.unwrap_err();
    assert!(matches!(refused, KeysError::OtherMaster { .. }), "{refused}");
    keys::rotate(&restarted, &system(&restarted), &owner(&clinic), &[Purpose::Wrap]).await.unwrap();
    // The server that still has the old master key cannot learn the new key, and says so instead of serving another text.
    let unknown = visit.plan(&clinic, domain).await.unwrap_err();
    assert_eq!(unknown.code(), Code::Internal);
    assert!(unknown.causes().contains("belong to another master key"), "{}", unknown.causes());
}

#[tokio::test]
async fn a_destroyed_patient_key_stays_destroyed() {
    let clinic = testing::clinic().await;
    visit(&clinic).await;
    clinic.patient("Jonas Weber").await;
    clinic.as_owner("delete from patient_keys where patient_id = (select id from patients where full_name = 'Amara Osei')").await;
    let rotated = keys::rotate(&clinic.domain, &system(&clinic.domain), &owner(&clinic), &[Purpose::Wrap]).await.unwrap();
    assert_eq!((rotated.keys.len(), rotated.patients), (1, 1));
    let left: i64 = sqlx::query_scalar("select count(*) from patient_keys").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(left, 1);
}
