//! The real program and its master key: which one it starts with, and replacing keys while it serves.

use crate::{
    files::{write, write_master_key},
    killed::{Mailhost, Program, configure, until},
};
use serde_json::json;
use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

/// Runs the program until it ends; returns its exit code and what it said.
pub(crate) fn run(database: &str, var_dir: &Path, args: &[&str], variables: &[(&str, &str)]) -> (Option<i32>, String) {
    let (app, owner) = testing::addresses(database);
    let output = Command::new(env!("CARGO_BIN_EXE_bedside"))
        .args(args)
        .env("BEDSIDE_VAR_DIR", var_dir)
        .env("BEDSIDE_DATABASE__URL", app)
        .env("BEDSIDE_DATABASE__MIGRATE_URL", owner)
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_master_key_is_made_for_an_empty_database_only_and_two_copies_need_the_same_one() {
    let (database, folder) = (testing::empty_database().await, tempfile::tempdir().unwrap());
    let at = |name: &str| folder.path().join(name);
    let create = [("BEDSIDE_KEYS__CREATE", "true")];

    let refused = run(&database, &at("first"), &["migrate"], &[]);
    assert!(refused.0 == Some(1) && refused.1.contains("is missing"), "{refused:?}");
    let first = run(&database, &at("first"), &["migrate"], &create);
    assert_eq!(first.0, Some(0), "{first:?}");
    assert!(at("first/keys/master.key").exists());

    // A second copy with a folder of its own: the database is not empty any more.
    let second = run(&database, &at("second"), &["migrate"], &create);
    assert!(second.0 == Some(1) && second.1.contains("is missing. Put it back from its backup"), "{second:?}");
    assert!(!at("second/keys/master.key").exists(), "no key may be made beside existing data");
    // A copy that has another key, as a file and as a variable.
    write_master_key(&at("third"), &[9; 32]);
    let hexadecimal = "09".repeat(32);
    for variables in [vec![], vec![("BEDSIDE_KEYS__MASTER_KEY", hexadecimal.as_str())]] {
        let third = run(&database, &at("third"), &["serve"], &variables);
        assert!(third.0 == Some(1) && third.1.contains("belong to another master key"), "{third:?}");
        let status = run(&database, &at("third"), &["keys", "status"], &variables);
        assert!(status.0 == Some(1) && status.1.contains("CLOSED"), "{status:?}");
    }
    // The same key as a variable.
    let key = std::fs::read_to_string(at("first/keys/master.key")).unwrap();
    let fourth = run(&database, &at("fourth"), &["migrate"], &[("BEDSIDE_KEYS__MASTER_KEY", key.trim())]);
    assert_eq!(fourth.0, Some(0), "{fourth:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_with_a_wrong_master_key_does_not_even_migrate() {
    let clinic = testing::clinic().await;
    let newest = testing::schema_version(&clinic.database).await;
    clinic.as_owner("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)").await;
    let folder = tempfile::tempdir().unwrap();
    write_master_key(folder.path(), &[9; 32]);
    let refused = run(&clinic.database, folder.path(), &["migrate"], &[]);
    assert!(refused.0 == Some(1) && refused.1.contains("belong to another master key"), "{refused:?}");
    assert!(testing::schema_version(&clinic.database).await < newest);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_and_master_are_replaced_while_the_server_serves() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    let (mail, folder) = (Mailhost::start(), tempfile::tempdir().unwrap());
    let (config, port) = configure(folder.path(), &clinic.database, &mail);
    let program = Arc::new(Program::start(&config, port));
    let credentials = json!({ "email": patient.email, "password": testing::PASSWORD });
    let (status, tokens) = program.ask("POST", "/api/v1/sessions", Some(&credentials), &[]).unwrap();
    assert_eq!(status, 201, "{tokens}");
    let bearer = format!("Bearer {}", tokens["access_token"].as_str().unwrap());

    // Somebody reads and changes their telephone number all the time; each needs the patient's key.
    let (stop, rounds) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let busy = std::thread::spawn({
        let (program, bearer, stop, rounds) = (program.clone(), bearer.clone(), stop.clone(), rounds.clone());
        move || {
            while !stop.load(Ordering::SeqCst) {
                let signed_in = [("Authorization", bearer.as_str())];
                let (status, contact) = program.ask("GET", "/api/v1/me/contact", None, &signed_in).unwrap();
                assert_eq!(status, 200, "{contact}");
                let phone = format!("+4420794601{:02}", rounds.load(Ordering::SeqCst) % 100);
                let correction = json!({ "phone": phone, "version": contact["version"] });
                let (status, answer) = program.ask("PUT", "/api/v1/me/contact", Some(&correction), &signed_in).unwrap();
                assert!((200..300).contains(&status), "{status} {answer}");
                rounds.fetch_add(1, Ordering::SeqCst);
                // As fast as the limit per account allows.
                std::thread::sleep(Duration::from_millis(250));
            }
        }
    });
    let two_more_rounds = || {
        let so_far = rounds.load(Ordering::SeqCst);
        until("the account is read and changed", || busy.is_finished() || rounds.load(Ordering::SeqCst) >= so_far + 2);
    };

    let rotate = |more: &[&str]| {
        let file = config.to_str().unwrap();
        let output =
            Command::new(env!("CARGO_BIN_EXE_bedside")).args([&["--config", file, "keys"][..], more].concat()).output().unwrap();
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
    };
    let one = rotate(&["rotate", "--purpose", "wrap"]);
    assert!(
        one.0 == Some(0) && one.1.contains("New keys: wrap 2.") && one.1.contains("Patients' keys wrapped with the new one: 1."),
        "{one:?}"
    );
    let all = rotate(&["rotate"]);
    assert!(all.0 == Some(0) && all.1.contains("wrap 3") && all.1.contains("audit 2"), "{all:?}");
    // The server learns the new keys within a minute, and earlier because it meets them.
    let new = folder.path().join("new.toml");
    write(&new, &format!("var_dir = {:?}\n[keys]\ncreate = true\n", folder.path().join("new")));
    let early = rotate(&["rotate", "--master", new.to_str().unwrap()]);
    assert!(early.0 == Some(1) && early.1.contains("Repeat this in"), "{early:?}");
    two_more_rounds();
    clinic.as_owner("update installation_keys set created_at = created_at - interval '2 minutes'").await;
    let changed = rotate(&["rotate", "--master", new.to_str().unwrap()]);
    assert!(changed.0 == Some(0) && changed.1.contains("Keep the old master key"), "{changed:?}");

    two_more_rounds();
    stop.store(true, Ordering::SeqCst);
    busy.join().unwrap();
    drop(program);

    // The next start needs the new master key.
    let refused = rotate(&["status"]);
    assert!(refused.0 == Some(1) && refused.1.contains("CLOSED"), "{refused:?}");
    let file = folder.path().join("var/keys/master.key");
    std::fs::copy(folder.path().join("new/keys/master.key"), &file).unwrap();
    let fine = rotate(&["status"]);
    assert!(fine.0 == Some(0) && fine.1.contains("opens all keys"), "{fine:?}");
    let program = Program::start(&config, port);
    let (status, contact) = program.ask("GET", "/api/v1/me/contact", None, &[("Authorization", bearer.as_str())]).unwrap();
    assert!(status == 200 && contact["phone"].as_str().unwrap().starts_with("+4420794601"), "{contact}");
}
