//! The foundation: from sign-up to session, the outbox, the sealed audit log.

use domain::{
    access::actions::{Read, Write},
    audit::{self, Finding},
    identity::{self, SessionKind, SignIn},
};
use model::errors::Code;
use testing::PASSWORD;

#[tokio::test]
async fn somebody_signs_up_confirms_and_signs_in() {
    let clinic = testing::clinic().await;
    let person = clinic.patient("Amara Osei").await;
    clinic.dispatch().await;
    let mails: Vec<String> = sqlx::query_scalar("select kind from mails").fetch_all(&clinic.owner).await.unwrap();
    assert_eq!(mails, ["confirm_email"]);

    let right = SignIn { email: "AmaraOsei@people.example".into(), password: PASSWORD.into(), kind: SessionKind::Browser };
    let signed_in = identity::sign_in(&clinic.domain, &clinic.stranger(), right.clone()).await.unwrap();
    assert_eq!(signed_in.user, person.user);
    let wrong = SignIn { password: "not the password".into(), ..right };
    let refused = identity::sign_in(&clinic.domain, &clinic.stranger(), wrong).await.unwrap_err();
    assert_eq!(refused.code(), Code::BadCredentials);
}

#[tokio::test]
async fn a_use_case_that_began_to_read_cannot_change() {
    let clinic = testing::clinic().await;
    let person = clinic.patient("Amara Osei").await;
    let mut tx = clinic.domain.begin_reading("test.reading", &person.access(&clinic)).await.unwrap();
    assert_eq!(tx.permit(Read, person.user).await.unwrap().id(), person.user);
    assert_eq!(tx.permit(Write, person.user).await.unwrap_err().code(), Code::Internal);
    tx.close().await.unwrap();
}

#[tokio::test]
async fn the_first_tampered_audit_row_is_found() {
    let clinic = testing::clinic().await;
    for name in ["Amara Osei", "Jonas Weber", "Priya Raman"] {
        clinic.patient(name).await;
    }
    clinic.settle().await;
    // Each has signed up and confirmed.
    let anchor = audit::seal_once(&clinic.domain).await.unwrap().unwrap();
    assert_eq!(anchor.rows, 6);
    let whole = audit::verify(&clinic.domain, [anchor.clone()]).await.unwrap();
    assert_eq!((whole.finding, whole.rows, whole.unsealed), (None, 6, 0));

    let tampered = [
        ("update audit_events set action = 'identity.nothing' where number = 2", true),
        (
            "update audit_events set body = convert_to(replace(convert_from(body, 'UTF8'), 'email_confirmed', 'signed_in'), 'UTF8') where number = 2",
            true,
        ),
        ("delete from audit_events where number = 2", false),
        ("update audit_events set number = 5 - number where number in (2, 3)", false),
    ];
    for (statement, changed) in tampered {
        let mut tx = clinic.owner.begin().await.unwrap();
        sqlx::query("create table kept as table audit_events").execute(&mut *tx).await.unwrap();
        sqlx::query(statement).execute(&mut *tx).await.unwrap();
        tx.commit().await.unwrap();
        let finding = audit::verify(&clinic.domain, []).await.unwrap().finding;
        match finding {
            Some(Finding::RowChanged { number: 2, .. }) => assert!(changed, "{statement}"),
            Some(Finding::RowsMissingOrReordered { seal: 1, .. }) => assert!(!changed, "{statement}"),
            other => panic!("{statement}: {other:?}"),
        }
        sqlx::raw_sql("truncate audit_events; insert into audit_events select * from kept; drop table kept")
            .execute(&clinic.owner)
            .await
            .unwrap();
        assert_eq!(audit::verify(&clinic.domain, []).await.unwrap().finding, None);
    }
    sqlx::query("delete from audit_seals").execute(&clinic.owner).await.unwrap();
    assert_eq!(audit::verify(&clinic.domain, [anchor]).await.unwrap().finding, Some(Finding::AnchorMissing { seal: 1 }));
}

#[tokio::test]
async fn the_server_cannot_change_the_audit_log() {
    let clinic = testing::clinic().await;
    clinic.patient("Amara Osei").await;
    for statement in
        ["delete from audit_events", "update audit_events set action = 'x'", "truncate audit_events", "delete from audit_seals"]
    {
        let refused = sqlx::query(statement).execute(clinic.domain.pool()).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().unwrap(), "42501", "{statement}");
    }
}

/// New tables and views are writable for the server unless a migration revokes it, and a view runs with its owner's rights unless it says otherwise.
#[tokio::test]
async fn the_server_only_reads_what_areas_publish() {
    let clinic = testing::clinic().await;
    let views: Vec<(String, bool, bool, bool)> = sqlx::query_as(
        "select c.relname::text, has_table_privilege('bedside_app', c.oid, 'select'),
           has_table_privilege('bedside_app', c.oid, 'insert, update, delete, truncate'),
           coalesce('security_invoker=true' = any(c.reloptions), false)
         from pg_class c where c.relkind = 'v' and c.relnamespace = 'public'::regnamespace order by 1",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert!(views.len() > 10, "{views:?}");
    for (name, may_read, may_write, as_caller) in views {
        assert_eq!(
            (may_read, may_write, as_caller),
            (true, false, true),
            "{name}: whether it is readable, writable, and runs with the caller's rights"
        );
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_refused() {
    let clinic = testing::clinic().await;
    sqlx::query(
        "insert into _sqlx_migrations (version, description, success, checksum, execution_time) values (99990101000000, 'of tomorrow', true, '', 0)",
    )
    .execute(&clinic.owner)
    .await
    .unwrap();
    let (app, owner) = testing::addresses(&clinic.database);
    let refused = domain::schema::migrate(&owner.parse().unwrap(), &app.parse().unwrap(), clinic.domain.now()).await.unwrap_err();
    let cause = std::error::Error::source(&refused).unwrap().to_string();
    assert!(cause.starts_with("the database has schema version 99990101000000, this binary knows"), "{cause}");
    assert!(cause.contains("start the newer version of bedside, or restore a backup"), "{cause}");
}
