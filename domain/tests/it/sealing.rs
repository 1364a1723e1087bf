//! Sealing in steps, seals by the day, and months that were dropped. That a changed, removed or reordered row is found is tested in `house.rs`.

use domain::{
    Error,
    access::Access,
    audit::{self, DroppedMonth, Finding, MOST_ROWS_SEALED, NotDropped},
};
use jiff::{SignedDuration, civil::date};
use model::ids::RequestId;
use testing::TestClinic;

async fn sealed(clinic: &TestClinic) -> audit::Anchor {
    clinic.settle().await;
    audit::seal_once(&clinic.domain).await.unwrap().unwrap()
}

async fn drop_november(clinic: &TestClinic) -> Result<DroppedMonth, Error> {
    let owner = testing::addresses(&clinic.database).1.parse().unwrap();
    let access = Access::system(clinic.domain.new_id::<RequestId>());
    audit::drop_month(&clinic.domain, &access, &owner, date(2026, 11, 24)).await
}

fn reason(outcome: Result<DroppedMonth, Error>) -> NotDropped {
    *std::error::Error::source(&outcome.unwrap_err()).unwrap().downcast_ref().unwrap()
}

async fn finding(clinic: &TestClinic) -> Option<Finding> {
    audit::verify(&clinic.domain, []).await.unwrap().finding
}

#[tokio::test]
async fn a_backlog_is_sealed_in_steps_of_whole_transactions() {
    let clinic = testing::clinic().await;
    for _ in 0..3 {
        clinic
            .as_owner(
                "insert into audit_events (id, at, era, action, outcome, body, mac)
                 select gen_random_uuid(), '2026-11-24 08:00Z', (select max(era) from database_eras), 'visits.read', 'done', '', ''
                 from generate_series(1, 6000) i",
            )
            .await;
    }
    for _ in 0..3 {
        let seal = sealed(&clinic).await;
        assert!(seal.rows == 6_000 && seal.rows <= MOST_ROWS_SEALED);
    }
    assert_eq!(audit::seal_once(&clinic.domain).await.unwrap(), None);
    // A single transaction with more rows is sealed whole.
    clinic
        .as_owner(
            "insert into audit_events (id, at, era, action, outcome, body, mac)
             select gen_random_uuid(), '2026-11-24 08:00Z', (select max(era) from database_eras), 'visits.read', 'done', '', ''
             from generate_series(1, 12000) i",
        )
        .await;
    assert_eq!(sealed(&clinic).await.rows, 12_000);
    let numbers: Vec<i64> =
        audit::anchors_after(&clinic.domain, 2).await.unwrap().into_iter().map(|anchor| anchor.number).collect();
    assert_eq!(numbers, [3, 4]);
}

#[tokio::test]
async fn copies_of_seals_are_compared_in_any_order() {
    let clinic = testing::clinic().await;
    let mut anchors = Vec::new();
    for name in ["Amara Osei", "Jonas Weber", "Priya Raman"] {
        clinic.patient(name).await;
        anchors.push(sealed(&clinic).await);
    }
    let [first, second, third] = <[audit::Anchor; 3]>::try_from(anchors).unwrap();
    let copies = [second.clone(), first, third.clone(), second.clone()];
    let whole = audit::verify(&clinic.domain, copies).await.unwrap();
    assert_eq!((whole.finding, whole.rows, whole.seals, whole.unsealed), (None, 6, 3, 0));
    // Somebody who has the key can make the whole chain anew, but not the copies.
    let other = audit::Anchor { merkle_root: third.merkle_root, ..second };
    assert_eq!(audit::verify(&clinic.domain, [other]).await.unwrap().finding, Some(Finding::AnchorMissing { seal: 2 }));
}

#[tokio::test]
async fn the_seals_of_a_day_are_sealed_after_the_day() {
    let clinic = testing::clinic().await;
    for name in ["Amara Osei", "Jonas Weber"] {
        clinic.patient(name).await;
        sealed(&clinic).await;
    }
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), None, "the day is not over");
    clinic.pass(SignedDuration::from_hours(24));
    clinic.patient("Priya Raman").await;
    sealed(&clinic).await;
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), Some(date(2026, 11, 24)));
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), None);
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), Some(date(2026, 11, 25)));
    let days: Vec<(i64, i64, i64)> = sqlx::query_as("select seal_from, seal_to, row_count from audit_days order by day")
        .fetch_all(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(days, [(1, 2, 4), (3, 3, 2)]);
    assert_eq!(finding(&clinic).await, None);

    clinic.as_owner("update audit_days set row_count = 5 where day = '2026-11-24'").await;
    assert_eq!(finding(&clinic).await, Some(Finding::DayBroken { day: date(2026, 11, 24) }));
    clinic.as_owner("update audit_days set row_count = 4 where day = '2026-11-24'").await;
    assert_eq!(finding(&clinic).await, None);
    // The newest seals cannot vanish once their day is sealed, even without a copy of them.
    clinic.as_owner("delete from audit_seals where number = 3").await;
    assert_eq!(finding(&clinic).await, Some(Finding::DayBroken { day: date(2026, 11, 25) }));
}

#[tokio::test]
async fn a_clock_that_was_ahead_for_a_while_does_not_keep_the_days_open() {
    let clinic = testing::clinic().await;
    let at = |days: i64, hours: i64| clinic.clock.set(testing::BEGIN + SignedDuration::from_hours(24 * days + hours));
    let seal_of = async |name: &str| {
        clinic.patient(name).await;
        sealed(&clinic).await;
    };
    seal_of("Amara Osei").await;
    at(300, 0);
    seal_of("Jonas Weber").await;
    at(0, 1);
    seal_of("Priya Raman").await;
    at(1, 1);
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), Some(date(2026, 11, 24)));

    // A day that was closed while the clock was ahead.
    at(300, 0);
    seal_of("Olga Owner").await;
    at(301, 0);
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), Some(date(2027, 9, 20)));
    at(2, 0);
    seal_of("Elin Forgetful").await;
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), None, "the day is not over");
    at(3, 0);
    assert_eq!(audit::seal_day_once(&clinic.domain).await.unwrap(), Some(date(2027, 9, 21)));
    let seals: Vec<(i64, i64)> =
        sqlx::query_as("select seal_from, seal_to from audit_days order by day").fetch_all(&clinic.owner).await.unwrap();
    assert_eq!(seals, [(1, 3), (4, 4), (5, 5)]);
    assert_eq!(finding(&clinic).await, None);
}

#[tokio::test]
async fn a_sealed_month_can_be_dropped_and_the_rest_is_still_verified() {
    let clinic = testing::clinic().await;
    clinic.patient("Amara Osei").await;
    sealed(&clinic).await;
    clinic.patient("Jonas Weber").await;
    assert_eq!(reason(drop_november(&clinic).await), NotDropped::NotOver);
    clinic.pass(SignedDuration::from_hours(24 * 10));
    assert_eq!(reason(drop_november(&clinic).await), NotDropped::NotSealed);
    clinic.patient("Priya Raman").await;
    // This seal covers two rows of November and two of December: a sign-up and its confirmation each.
    assert_eq!(sealed(&clinic).await.rows, 4);

    let dropped = drop_november(&clinic).await.unwrap();
    assert_eq!((dropped.month, dropped.rows, dropped.seal_from, dropped.seal_to), (date(2026, 11, 1), 4, 1, 2));
    assert_eq!(reason(drop_november(&clinic).await), NotDropped::NoPartition);
    let verified = audit::verify(&clinic.domain, []).await.unwrap();
    assert_eq!((verified.finding, verified.seals), (None, 2));
    // December: the sign-up and its confirmation, which are sealed, and the entry about what was dropped, which is not yet.
    assert_eq!((verified.rows, verified.unsealed), (3, 1));
    assert_eq!(verified.dropped[0].merkle_root, dropped.merkle_root);
    assert_eq!(clinic.audited().await, ["identity.signed_up", "identity.email_confirmed", "audit.month_dropped"]);

    // What was not dropped is found when it is gone, and so is a record that says more than was dropped.
    clinic
        .as_owner("create table kept as table audit_events; delete from audit_events where action = 'identity.signed_up'")
        .await;
    assert!(matches!(finding(&clinic).await, Some(Finding::RowsMissingOrReordered { seal: 2, sealed_rows: 4, present_rows: 3 })));
    clinic.as_owner("truncate audit_events; insert into audit_events select * from kept").await;
    assert_eq!(finding(&clinic).await, None);
    clinic.as_owner("update audit_dropped set row_count = 5").await;
    assert_eq!(finding(&clinic).await, Some(Finding::DropRecordBroken { month: date(2026, 11, 1) }));
    clinic.as_owner("update audit_dropped set row_count = 4; delete from audit_dropped_leaves").await;
    assert!(matches!(finding(&clinic).await, Some(Finding::RowsMissingOrReordered { seal: 2, .. })));
    clinic.as_owner("delete from audit_dropped").await;
    assert!(matches!(finding(&clinic).await, Some(Finding::RowsMissingOrReordered { seal: 1, .. })));
}
