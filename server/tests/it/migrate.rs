//! Who migrates an external database: `bedside migrate`, also twice at once, and never a server.

use crate::{
    files::write_master_key,
    keys::run,
    killed::{Mailhost, Program, configure},
};
use std::fs;

#[tokio::test(flavor = "multi_thread")]
async fn two_migrations_at_once_wait_for_each_other() {
    let (database, folder) = (testing::empty_database().await, tempfile::tempdir().unwrap());
    let var_dir = folder.path().join("var");
    write_master_key(&var_dir, &testing::MASTER_KEY);

    let refused = run(&database, &var_dir, &["serve"], &[]);
    assert!(refused.0 == Some(1) && refused.1.contains("no schema yet: run `bedside migrate`"), "{refused:?}");

    let both: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| run(&database, &var_dir, &["migrate"], &[]))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    for one in &both {
        assert!(one.0 == Some(0) && one.1.contains("The database is up to date."), "{both:?}");
    }
    assert_eq!(both.iter().filter(|one| one.1.contains("the database was migrated")).count(), 1, "{both:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_neither_migrates_nor_needs_the_owner_of_the_tables() {
    let clinic = testing::clinic().await;
    let newest = testing::schema_version(&clinic.database).await;
    let (mail, folder) = (Mailhost::start(), tempfile::tempdir().unwrap());
    let (config, port) = configure(folder.path(), &clinic.database, &mail);
    let text = fs::read_to_string(&config).unwrap();
    let without_owner: String =
        text.lines().filter(|line| !line.starts_with("migrate_url")).map(|line| format!("{line}\n")).collect();
    fs::write(&config, without_owner).unwrap();
    drop(Program::start(&config, port));

    clinic.as_owner("delete from _sqlx_migrations where version = (select max(version) from _sqlx_migrations)").await;
    let older = testing::schema_version(&clinic.database).await;
    let refused = run(&clinic.database, &folder.path().join("var"), &["serve"], &[]);
    let expected = format!("has schema version {older}, and this binary needs {newest}: run `bedside migrate`");
    assert!(refused.0 == Some(1) && refused.1.contains(&expected), "{refused:?}");
    assert_eq!(testing::schema_version(&clinic.database).await, older);
}
