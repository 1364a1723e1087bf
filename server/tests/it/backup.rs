//! Backup and restore of rows, keys, files and seals; and the cases in which a restore is refused.

use crate::files::{hex, write, write_master_key};
use domain::{
    Domain,
    access::{Access, Actor},
    audit::{self, Anchor},
    db::keys,
    health,
    identity::{self, Credential, Ended, MailContent, MailKind, SessionKind, SignIn},
    notices,
    records::{self, ReplaceDiagnoses, SaveNote},
    vault::{Key, LocalMaster, Purpose},
};
use jiff::SignedDuration;
use model::{
    ids::{EncounterId, RequestId},
    records::SoapNote,
};
use server::{
    backup::{self, Error, Place},
    config::{Config, Sources},
    postgres,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::Command,
};
use testing::{PASSWORD, Person, TestClinic};

const PLAN: &str = "Rest, and honey for the cough.";

/// An installation with a note in its database, and a file and a seal in its folder.
struct Installation {
    clinic: TestClinic,
    doctor: Person,
    encounter: EncounterId,
    config: Config,
    anchor: Anchor,
    folder: tempfile::TempDir,
}

fn config(database: &str, var_dir: &Path) -> Config {
    let (app, owner) = testing::addresses(database);
    let sources = Sources::default().with("var_dir", var_dir.to_str().unwrap());
    Config::load(&sources.with("database.url", app).with("database.migrate_url", owner)).unwrap()
}

async fn installation() -> Installation {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let patient = clinic.patient("Amara Osei").await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let encounter = clinic.encounter(&patient, &doctor, practice).await;
    let note = SoapNote { plan: PLAN.to_owned(), ..SoapNote::default() };
    let command = SaveNote { encounter, version_seen: 0, note };
    records::save_note(&clinic.domain, &doctor.access(&clinic), command).await.unwrap();
    clinic
        .as_owner(
            "insert into icd10cm (code, billable, description) values ('B20', true, 'Human immunodeficiency virus disease')",
        )
        .await;
    let command = ReplaceDiagnoses { encounter, seen: Vec::new(), codes: vec!["B20".to_owned()] };
    records::replace_diagnoses(&clinic.domain, &doctor.access(&clinic), command).await.unwrap();
    clinic.dispatch().await;
    clinic.settle().await;
    let anchor = audit::seal_once(&clinic.domain).await.unwrap().unwrap();

    let folder = tempfile::tempdir().unwrap();
    let var_dir = folder.path().join("var");
    write_master_key(&var_dir, &testing::MASTER_KEY);
    write(&var_dir.join("files/ab/scan"), "bytes of a scan");
    write(&var_dir.join("audit/seals.jsonl"), &(serde_json::to_string(&anchor).unwrap() + "\n"));
    let config = config(&clinic.database, &var_dir);
    Installation { clinic, doctor, encounter, config, anchor, folder }
}

impl Installation {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn back_up(&self, place: &Place) -> Result<backup::Manifest, Error> {
        let database = postgres::open(&self.config).await.unwrap();
        backup::write(&self.config, &database, place, self.clinic.domain.now()).await
    }

    /// The plan of the note, read by the doctor, who signs in.
    async fn plan(&self, domain: &Domain) -> domain::Result<String> {
        let stranger = Access::new(Actor::Stranger, domain.new_id::<RequestId>());
        let command = SignIn { email: self.doctor.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
        let session = identity::sign_in(domain, &stranger, command).await?.session;
        let acting = identity::resolve_session(domain, session).await?.unwrap();
        let access = Access::new(Actor::User(acting), domain.new_id::<RequestId>());
        Ok(records::consult(domain, &access, self.encounter).await?.note.note.plan)
    }
}

fn has_postgres() -> bool {
    let there = ["pg_dump", "pg_restore"].iter().all(|program| Command::new(program).arg("--version").output().is_ok());
    if !there {
        eprintln!("skipped: Postgres' programs are not on PATH");
    }
    there
}

#[tokio::test]
async fn what_was_backed_up_comes_back_whole() {
    if !has_postgres() {
        return;
    }
    let installation = installation().await;
    let (before, stranger) = (&installation.clinic.domain, installation.clinic.stranger());
    let doctor = &installation.doctor;
    let tokens = identity::issue_tokens(before, &stranger, doctor.user, doctor.session).await.unwrap();
    identity::request_reset(before, &stranger, &doctor.email, None).await.unwrap();
    let link = installation.clinic.mails(MailKind::ResetPassword).await.remove(0);
    let place = Place::new(installation.path("backup"), Some(installation.path("keys elsewhere")));
    let written = installation.back_up(&place).await.unwrap();
    let paths: Vec<&str> = written.data.iter().chain(&written.keys).map(|entry| entry.path.as_str()).collect();
    assert_eq!(paths, ["audit/seals.jsonl", "database.dump", "files/ab/scan", "master.key", "patient_keys.dump"]);
    for file in [place.data.join("database.dump"), place.keys.join("master.key"), place.keys.join("patient_keys.dump")] {
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
    }
    assert!(matches!(installation.back_up(&place).await, Err(Error::FolderInUse(_))), "a backup must not replace existing files");

    // Changes after the backup are not part of it.
    installation.clinic.patient("Jonas Weber").await;
    let name = testing::empty_database().await;
    let fresh = config(&name, &installation.path("fresh"));
    let restored = backup::restore(&fresh, &place).await.unwrap();
    assert_eq!((&restored.manifest, restored.finished.mails), (&written, 2));
    // The patient's and the doctor's session, the doctor's pair of tokens, and the link to the doctor's mailbox.
    assert_eq!(restored.finished.ended, Ended { sessions: 2, tokens: 2, links: 1 });

    let (there, here) = (testing::anatomy(&installation.clinic.database).await, testing::anatomy(&name).await);
    let lost: Vec<_> = there.iter().filter(|line| !here.contains(line)).collect();
    assert!(
        there.len() > 300 && lost.is_empty(),
        "missing after the restoration, of {} rights, constraints and triggers: {lost:#?}",
        there.len()
    );

    let domain = installation.clinic.domain_of(&name).await;
    assert!(identity::resolve_session(&domain, doctor.session).await.unwrap().is_none());
    assert!(identity::caller(&domain, Credential::AccessToken(&tokens.access_token)).await.unwrap().is_none());
    assert!(identity::refresh_tokens(&domain, &stranger, &tokens.refresh_token).await.is_err());
    let notices::MailContent::Identity(MailContent::ResetPassword { token, .. }) = link.content else { panic!("{link:?}") };
    assert_eq!(identity::address_of_reset(&domain, &token).await.unwrap(), None);
    assert_eq!(installation.plan(&domain).await.unwrap(), PLAN);
    let verified = audit::verify(&domain, [installation.anchor.clone()]).await.unwrap();
    assert_eq!(verified.finding, None);
    assert!(verified.rows >= installation.anchor.rows && verified.unsealed >= 1, "{verified:?}");
    let parts = health::read(&domain, None).await.parts.unwrap();
    assert_eq!((parts.mails_queued, parts.jobs_waiting), (2, 2), "the unsent mails are queued again");
    domain.close().await;
    for name in ["files/ab/scan", "audit/seals.jsonl", "keys/master.key"] {
        let (there, here) = (fs::read(installation.path("var").join(name)), fs::read(installation.path("fresh").join(name)));
        assert_eq!(String::from_utf8(there.unwrap()).unwrap().trim(), String::from_utf8(here.unwrap()).unwrap().trim(), "{name}");
    }
}

#[tokio::test]
async fn what_cannot_be_restored_is_refused_before_anything_is_written() {
    if !has_postgres() {
        return;
    }
    let installation = installation().await;
    let place = Place::new(installation.path("backup"), None);
    let fresh = config(&testing::empty_database().await, &installation.path("fresh"));
    assert!(matches!(backup::restore(&fresh, &place).await, Err(Error::NoManifest(_))));
    installation.back_up(&place).await.unwrap();

    // Restoring into existing data.
    assert!(matches!(backup::restore(&installation.config, &place).await, Err(Error::InTheWay(_))));
    let used = config(&installation.clinic.database, &installation.path("beside"));
    assert!(matches!(backup::restore(&used, &place).await, Err(Error::DatabaseInUse)));
    let other = config(&testing::empty_database().await, &installation.path("other"));
    write_master_key(&installation.path("other"), &[8; 32]);
    assert!(matches!(backup::restore(&other, &place).await, Err(Error::OtherKey(_))));

    // A backup without its keys, a damaged one, and one of a newer Bedside.
    let without_keys = Place::new(place.data.clone(), Some(installation.path("nowhere")));
    assert!(matches!(backup::restore(&fresh, &without_keys).await, Err(Error::Damaged(_))));
    let dump = place.data.join("database.dump");
    let rows = fs::read(&dump).unwrap();
    fs::write(&dump, &rows[..rows.len() - 1]).unwrap();
    assert!(matches!(backup::restore(&fresh, &place).await, Err(Error::Damaged(_))));
    fs::write(&dump, &rows).unwrap();
    let manifest = place.data.join("manifest.json");
    let text = fs::read_to_string(&manifest).unwrap();
    let version = format!("\"schema_version\": {}", domain::backup::newest_schema_version());
    assert!(text.contains(&version));
    fs::write(&manifest, text.replace(&version, "\"schema_version\": 9999")).unwrap();
    assert!(matches!(backup::restore(&fresh, &place).await, Err(Error::Newer { backup: 9999, .. })));
    fs::write(&manifest, text).unwrap();
    assert!(!installation.path("fresh").join("keys/master.key").exists(), "a refused restoration must write nothing");
    backup::restore(&fresh, &place).await.unwrap();
}

#[tokio::test]
async fn the_data_without_its_keys_tells_nothing_clinical() {
    if !has_postgres() {
        return;
    }
    let installation = installation().await;
    let place = Place::new(installation.path("backup"), None);
    installation.back_up(&place).await.unwrap();
    let text = |dump: &Path, table: &str| {
        let output =
            Command::new("pg_restore").args(["--data-only", "--table", table, "--file", "-"]).arg(dump).output().unwrap();
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let rows =
        |text: &str| text.lines().skip_while(|line| !line.starts_with("COPY ")).skip(1).take_while(|line| *line != "\\.").count();
    let (data, keys) = (place.data.join("database.dump"), place.keys.join("patient_keys.dump"));
    assert_eq!(rows(&text(&data, "patients")), 1);
    assert_eq!(rows(&text(&data, "patient_keys")), 0);
    assert_eq!(rows(&text(&keys, "patient_keys")), 1);
    assert_eq!((rows(&text(&data, "installation_keys")), rows(&text(&keys, "installation_keys"))), (0, Purpose::ALL.len()));
    assert_eq!(rows(&text(&data, "note_versions")), 1);
    let hexadecimal = hex(b"honey");
    assert!(!text(&data, "note_versions").contains(&hexadecimal));
    // Who has which diagnosis stands nowhere.
    assert_eq!((rows(&text(&data, "diagnosis_versions")), rows(&text(&data, "diagnoses"))), (1, 0));
    for table in ["diagnosis_lists", "diagnosis_versions", "audit_events", "outbox_events", "mails"] {
        let text = text(&data, table);
        assert!(!text.contains("B20") && !text.contains(&hex(b"B20")), "{table}");
    }
}

#[tokio::test]
async fn a_backup_from_before_a_rotation_comes_back() {
    if !has_postgres() {
        return;
    }
    let installation = installation().await;
    let place = Place::new(installation.path("backup"), None);
    installation.back_up(&place).await.unwrap();

    // New keys, then a new master key; the configuration gets the new file.
    let (domain, clinic) = (&installation.clinic.domain, &installation.clinic);
    let owner = testing::addresses(&clinic.database).1.parse().unwrap();
    let access = Access::system(domain.new_id::<RequestId>());
    keys::rotate(domain, &access, &owner, &Purpose::ALL).await.unwrap();
    clinic.pass(SignedDuration::from_mins(2));
    let new = LocalMaster::new(Key::new([8; 32]));
    keys::change_master(domain, &access, &owner, &new).await.unwrap();
    fs::remove_file(installation.path("var/keys/master.key")).unwrap();
    write_master_key(&installation.path("var"), &[8; 32]);
    assert_eq!(installation.plan(domain).await.unwrap(), PLAN);

    // The backup brings its own keys and its own master key.
    let name = testing::empty_database().await;
    let fresh = config(&name, &installation.path("fresh"));
    backup::restore(&fresh, &place).await.unwrap();
    let restored = clinic.domain_of(&name).await;
    assert_eq!(installation.plan(&restored).await.unwrap(), PLAN);
    assert_eq!(audit::verify(&restored, [installation.anchor.clone()]).await.unwrap().finding, None);
    restored.close().await;
    let kept = fs::read_to_string(installation.path("fresh/keys/master.key")).unwrap();
    assert_eq!(kept.trim(), hex(&testing::MASTER_KEY));

    // A backup of today has the new ones.
    let today = Place::new(installation.path("backup of today"), None);
    installation.back_up(&today).await.unwrap();
    let other = config(&testing::empty_database().await, &installation.path("other"));
    backup::restore(&other, &today).await.unwrap();
    let kept = fs::read_to_string(installation.path("other/keys/master.key")).unwrap();
    assert_eq!(kept.trim(), hex(&[8; 32]));
}
