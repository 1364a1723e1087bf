//! Runs the real `bedside audit verify` on an audit log that was tampered with.

use crate::files::{write, write_master_key};
use domain::audit;
use std::{path::Path, process::Command};
use testing::TestClinic;

/// The exit code and the output.
fn verify(clinic: &TestClinic, var_dir: &Path) -> (Option<i32>, String) {
    audit_command(clinic, var_dir, &["verify"])
}

fn audit_command(clinic: &TestClinic, var_dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let (app, owner) = testing::addresses(&clinic.database);
    let output = Command::new(env!("CARGO_BIN_EXE_bedside"))
        .arg("audit")
        .args(arguments)
        .env("BEDSIDE_VAR_DIR", var_dir)
        .env("BEDSIDE_DATABASE__URL", app)
        .env("BEDSIDE_DATABASE__MIGRATE_URL", owner)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_a_removed_and_a_reordered_row_are_found() {
    let clinic = testing::clinic().await;
    for name in ["Amara Osei", "Jonas Weber", "Priya Raman"] {
        clinic.patient(name).await;
    }
    clinic.settle().await;
    let anchor = audit::seal_once(&clinic.domain).await.unwrap().unwrap();
    let folder = tempfile::tempdir().unwrap();
    write_master_key(folder.path(), &testing::MASTER_KEY);
    let seals = folder.path().join("audit/seals.jsonl");
    // The last line is incomplete, as after a power failure.
    write(&seals, &format!("{}\n{{\"number\":2,\"ro", serde_json::to_string(&anchor).unwrap()));
    let whole = verify(&clinic, folder.path());
    assert!(whole.0 == Some(0) && whole.1.contains("The audit log is whole. 6 rows under 1 seals checked"), "{whole:?}");

    for (statement, word) in [
        ("update audit_events set action = 'identity.nothing' where number = 2", "CHANGED: row 2"),
        ("delete from audit_events where number = 2", "MISSING OR REORDERED: seal 1 was made over 6 rows; 5 are there"),
        ("update audit_events set number = 5 - number where number in (2, 3)", "MISSING OR REORDERED: seal 1"),
        ("delete from audit_seals", "MISSING: seal 1 was kept outside"),
    ] {
        clinic.as_owner("create table kept as table audit_events; create table kept_seals as table audit_seals").await;
        clinic.as_owner(statement).await;
        let found = verify(&clinic, folder.path());
        assert!(found.0 == Some(1) && found.1.contains(word), "{statement}: {found:?}");
        clinic
            .as_owner(
                "truncate audit_events; insert into audit_events select * from kept; drop table kept;
             truncate audit_seals; insert into audit_seals select * from kept_seals; drop table kept_seals",
            )
            .await;
    }
    assert_eq!(verify(&clinic, folder.path()).0, Some(0));

    // If the log cannot be read, the result is neither intact nor tampered.
    clinic.as_owner("alter table audit_seals rename to elsewhere").await;
    assert_eq!(verify(&clinic, folder.path()).0, Some(2));
}

/// The command knows the real date, so the month is one that is over by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_month_is_dropped_only_when_the_log_is_whole_and_the_month_is_over() {
    let clinic = testing::clinic().await;
    let folder = tempfile::tempdir().unwrap();
    write_master_key(folder.path(), &testing::MASTER_KEY);
    let drop = |month: &str| audit_command(&clinic, folder.path(), &["drop", "--month", month]);
    let unreadable = drop("January");
    assert!(unreadable.0 == Some(2) && unreadable.1.contains("The month is written like 2019-01"), "{unreadable:?}");
    let ahead = drop("2999-01");
    assert!(ahead.0 == Some(1) && ahead.1.contains("Nothing was dropped: the month is not over"), "{ahead:?}");
    let unknown = drop("2019-01");
    assert!(unknown.0 == Some(1) && unknown.1.contains("Nothing was dropped: the log has no partition"), "{unknown:?}");

    clinic.as_owner("select ensure_audit_partitions('2019-01-01', 1)").await;
    clinic.clock.set("2019-01-15T09:00:00Z".parse().unwrap());
    clinic.patient("Amara Osei").await;
    clinic.settle().await;
    audit::seal_once(&clinic.domain).await.unwrap().unwrap();
    let dropped = drop("2019-01");
    assert!(
        dropped.0 == Some(0) && dropped.1.contains("2019-01 was dropped on ") && dropped.1.contains(": 2 rows, sealed as "),
        "{dropped:?}"
    );
    let whole = verify(&clinic, folder.path());
    assert!(
        whole.0 == Some(0) && whole.1.contains("The audit log is whole") && whole.1.contains("2019-01 was dropped on "),
        "{whole:?}"
    );

    clinic.as_owner("update audit_seals set row_count = 3").await;
    let broken = drop("2019-02");
    assert!(
        broken.0 == Some(1) && broken.1.contains("BROKEN: seal 1") && broken.1.contains("Nothing was dropped."),
        "{broken:?}"
    );
}
