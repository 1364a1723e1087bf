//! How long statements may last, and what one copy of the server does at a time.

use domain::{Error, db::Work, drafts, identity};
use model::errors::Code;

#[tokio::test]
async fn statements_locks_and_idle_transactions_end() {
    let clinic = testing::clinic().await;
    let limits: (String, String, String) = sqlx::query_as(
        "select current_setting('statement_timeout'), current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout')",
    )
    .fetch_one(clinic.domain.pool())
    .await
    .unwrap();
    assert_eq!(limits, ("30s".to_owned(), "10s".to_owned(), "30s".to_owned()));

    // A caller hears that the database is not available, and may try again.
    let mut first = clinic.domain.pool().begin().await.unwrap();
    sqlx::query("select pg_advisory_xact_lock(1)").execute(&mut *first).await.unwrap();
    for limit in ["set local statement_timeout = '20ms'", "set local lock_timeout = '20ms'"] {
        let mut second = clinic.domain.pool().begin().await.unwrap();
        sqlx::query(limit).execute(&mut *second).await.unwrap();
        let error = sqlx::query("select pg_advisory_xact_lock(1)").execute(&mut *second).await.unwrap_err();
        assert_eq!(Error::from(error).code(), Code::DatabaseUnavailable, "{limit}");
    }
}

#[tokio::test]
async fn a_request_that_ends_while_its_transaction_begins_takes_nothing_of_others_with_it() {
    let clinic = testing::clinic().await;
    for saved in 1..=60_i64 {
        // The request has asked the database to begin, and does not wait for the answer.
        let patience = async {
            for _ in 0..saved % 6 {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            biased;
            _ = clinic.domain.pool().begin() => {}
            () = patience => {}
        }
        drafts::save(&clinic.domain, "test.form", "typed").await.unwrap();
        let seen: i64 = sqlx::query_scalar("select count(*) from form_drafts").fetch_one(&clinic.owner).await.unwrap();
        assert_eq!(seen, saved, "others see what was saved");
    }
}

#[tokio::test]
async fn one_copy_sweeps_at_a_time() {
    let clinic = testing::clinic().await;
    let other = clinic.domain_of(&clinic.database).await;
    let turn = clinic.domain.turn(Work::Sweeping).await.unwrap();
    assert!(turn.is_some());
    assert!(other.turn(Work::Sweeping).await.unwrap().is_none());
    drop(turn);
    // The transaction ends when its connection goes back to the pool.
    for _ in 0..1_000 {
        if other.turn(Work::Sweeping).await.unwrap().is_some() {
            return;
        }
    }
    panic!("the turn did not end");
}

#[tokio::test]
async fn a_large_backlog_is_swept_in_chunks_and_what_is_valid_stays() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    clinic
        .as_owner(
            "insert into sessions
               (id, user_id, kind, created_at, last_seen_at, authenticated_at, credential_epoch, assurance, expires_at, revoked_at)
             select gen_random_uuid(), u.id, 'api', '2026-01-01Z', '2026-01-01Z', '2026-01-01Z', u.credential_epoch, 'one_factor',
               case when i % 2 = 0 then '2026-02-01Z'::timestamptz else '2027-02-01Z' end,
               case when i % 2 = 1 then '2026-02-01Z'::timestamptz end
             from users u, generate_series(1, 12000) i;
             insert into form_drafts (token_hash, cipher, expires_at) select int8send(i), '', '2026-01-01Z' from generate_series(1, 12000) i",
        )
        .await;
    assert_eq!(identity::sweep_sessions(&clinic.domain).await.unwrap(), 12_000);
    assert!(identity::resolve_session(&clinic.domain, patient.session).await.unwrap().is_some());
    assert_eq!(drafts::sweep(&clinic.domain).await.unwrap(), 12_000);
    assert_eq!(identity::sweep_sessions(&clinic.domain).await.unwrap(), 0);
}
