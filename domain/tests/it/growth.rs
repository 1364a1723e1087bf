//! What use cases read does not grow with the tables. No query is listed here: the database counts what it reads from each table, whatever the query and
//! its plan, so a new query is covered when its use case is. A sequential scan shows as the whole table, and so do the index that is read from end to end and
//! the query that is asked once for each row, which no plan shows.

use domain::{
    audit::{self, AuditFilter},
    copies,
    directory::{self, ListPatients, PeopleSearch},
    drafts, health, idempotency,
    identity::{self, SessionKind, SignIn},
    live, notifications, outbox,
    scheduling::{self, BookAppointment, DoctorSearch, Hold, ListAppointments, Which},
    visits,
};
use jiff::{SignedDuration, civil::date};
use model::{
    directory::PeopleOrder,
    ids::{PatientId, UserId},
};
use std::collections::BTreeMap;
use testing::{BEGIN, PASSWORD, Practice, TestClinic};
use uuid::Uuid;

/// How many doctors the clinic has; each of the tables below then has ten thousand rows and more.
const DOCTORS: u32 = 200;

/// The tables that grow for ever, or with every patient.
const LARGE: [&str; 9] = [
    "users",
    "patients",
    "patient_access",
    "patient_keys",
    "appointments",
    "encounters",
    "sessions",
    "audit_events",
    "audit_seals",
];

/// Fewer rows than this is a small table, in which a sequential scan does no harm.
const FEWEST: i64 = 10_000;

/// The most rows, or entries of indexes, that one use case may read from one large table.
const MOST: i64 = 2_000;

/// Counts what is read.
struct Reads<'a> {
    clinic: &'a TestClinic,
    so_far: BTreeMap<String, i64>,
    failures: Vec<String>,
}

impl<'a> Reads<'a> {
    async fn begin(clinic: &'a TestClinic) -> Self {
        let so_far = counted(clinic).await;
        Self { clinic, so_far, failures: Vec::new() }
    }

    /// Checks what was read since the last call. `but` is a table that the use case may read up to a bound of its own.
    async fn check(&mut self, what: &str, but: Option<(&str, i64)>) {
        let now = counted(self.clinic).await;
        for table in LARGE {
            let most = but.filter(|(name, _)| *name == table).map_or(MOST, |(_, most)| most);
            let read = now[table] - self.so_far[table];
            if read > most {
                self.failures.push(format!("{what} reads {read} rows of {table}, more than {most}"));
            }
        }
        self.so_far = now;
    }

    /// Leaves out what was read since the last call: the test itself read it.
    async fn skip(&mut self) {
        self.so_far = counted(self.clinic).await;
    }

    fn end(self) {
        assert!(self.failures.is_empty(), "\n{}", self.failures.join("\n"));
    }
}

/// What the sessions of the server have read from each table so far: rows of sequential scans, and entries of indexes.
async fn counted(clinic: &TestClinic) -> BTreeMap<String, i64> {
    // A session reports what it has read after a while only, unless it is told to.
    for pool in [clinic.domain.pool(), &clinic.owner] {
        let mut sessions = Vec::new();
        for _ in 0..pool.size() {
            sessions.push(pool.acquire().await.unwrap());
        }
        for session in &mut sessions {
            sqlx::query("select pg_stat_force_next_flush()").execute(&mut **session).await.unwrap();
        }
    }
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select case when t.relname like 'audit_events%' then 'audit_events' else t.relname::text end,
           sum(coalesce(t.seq_tup_read, 0)
             + coalesce((select sum(i.idx_tup_read) from pg_stat_user_indexes i where i.relid = t.relid), 0))::int8
         from pg_stat_user_tables t where t.schemaname = 'public' group by 1",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    rows.into_iter().collect()
}

#[tokio::test]
async fn use_cases_read_few_rows_of_large_tables() {
    let clinic = testing::clinic().await;
    clinic.fill(DOCTORS).await;
    for table in LARGE {
        let rows: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select count(*) from {table}")))
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
        assert!(rows >= FEWEST, "{table} has only {rows} rows");
    }
    let domain = &clinic.domain;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    let admin = clinic.staff("Ada Admin", "admin", None).await;
    let filled: Uuid =
        sqlx::query_scalar("select id from clinics where name = 'Clinic 0'").fetch_one(&clinic.owner).await.unwrap();
    let desk = clinic.staff("Rita Desk", "receptionist", Some(Practice { clinic: filled.into(), ..practice })).await;
    let stranger = clinic.stranger();
    let mut reads = Reads::begin(&clinic).await;

    health::answered(domain).await;
    health::shared(domain).await.unwrap();
    reads.check("health", None).await;
    health::report(domain, &admin.access(&clinic), None).await.unwrap();
    reads.check("the system status", None).await;

    let sign_in = SignIn { email: patient.email.clone(), password: PASSWORD.to_owned(), kind: SessionKind::Browser };
    let signed_in = identity::sign_in(domain, &stranger, sign_in).await.unwrap();
    identity::resolve_session(domain, signed_in.session).await.unwrap().unwrap();
    reads.check("signing in", None).await;

    for (what, search) in [
        ("a search for doctors", DoctorSearch::default()),
        ("a search by name", DoctorSearch { name: Some("hoffmann".to_owned()), ..DoctorSearch::default() }),
        ("a search by day", DoctorSearch { day: Some(date(2026, 11, 25)), ..DoctorSearch::default() }),
    ] {
        let search = DoctorSearch { zone: Some("Europe/London".to_owned()), ..search };
        scheduling::find_doctors(domain, &stranger, search).await.unwrap();
        reads.check(what, None).await;
    }
    scheduling::doctor_page(domain, &patient.access(&clinic), doctor.doctor(), "Europe/London", None).await.unwrap();
    reads.check("a doctor's page", None).await;

    let start = BEGIN + SignedDuration::from_hours(25);
    let hold = Hold { doctor: doctor.doctor(), clinic: practice.clinic, start, visit_type: None };
    let hold = scheduling::hold(domain, &patient.access(&clinic), hold).await.unwrap();
    reads.check("holding a time", None).await;
    let booking = BookAppointment {
        hold: Some(hold.reservation),
        doctor: doctor.doctor(),
        clinic: practice.clinic,
        start,
        reason: "Sore throat since Thursday".to_owned(),
        visit_type: None,
        mode: None,
        phone: String::new(),
        fee_minor: None,
        idempotency_key: None,
    };
    scheduling::book(domain, &patient.access(&clinic), booking).await.unwrap();
    reads.check("booking", None).await;
    let visit = clinic.coming_encounter(&patient, &doctor, practice).await;
    reads.skip().await;
    visits::arrive(domain, &patient.access(&clinic), visit).await.unwrap();
    reads.check("entering the waiting room", None).await;
    visits::waiting(domain, &doctor.access(&clinic)).await.unwrap();
    reads.check("the waiting room", None).await;
    for which in [Which::Upcoming, Which::Past] {
        for person in [&patient, &doctor, &desk] {
            let list = ListAppointments { which, after: None, limit: None };
            scheduling::list(domain, &person.access(&clinic), list).await.unwrap();
            reads.check(&format!("{which:?} appointments"), None).await;
        }
    }

    directory::list_patients(domain, &doctor.access(&clinic), ListPatients::default()).await.unwrap();
    reads.check("a doctor's patients", None).await;

    let (actor, about): (Uuid, Uuid) =
        sqlx::query_as("select actor_user_id, patient_ids[1] from audit_events where actor_role = 'patient' limit 1")
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
    for (what, filter) in [
        ("the audit log", AuditFilter::default()),
        ("the audit log of a person", AuditFilter { actor: Some(UserId::from(actor)), ..AuditFilter::default() }),
        ("the audit log of a patient", AuditFilter { patient: Some(PatientId::from(about)), ..AuditFilter::default() }),
        (
            "the audit log of a frequent action",
            AuditFilter { action: Some("identity.signed_in".to_owned()), ..AuditFilter::default() },
        ),
        ("the audit log of a rare area", AuditFilter { action: Some("backup.".to_owned()), ..AuditFilter::default() }),
        (
            "the audit log of an hour",
            AuditFilter {
                from: Some(BEGIN - SignedDuration::from_hours(2)),
                until: Some(BEGIN - SignedDuration::from_hours(1)),
                ..AuditFilter::default()
            },
        ),
    ] {
        audit::browse(domain, &admin.access(&clinic), &filter).await.unwrap();
        reads.check(what, None).await;
    }
    audit::seal_state(domain).await.unwrap();
    reads.check("the state of the seals", None).await;
    clinic.settle().await;
    reads.skip().await;
    audit::seal_once(domain).await.unwrap();
    audit::seal_once(domain).await.unwrap();
    reads.check("sealing", None).await;
    audit::anchors_after(domain, i64::from(DOCTORS) * 200 - 10).await.unwrap();
    reads.check("copying the newest seals", None).await;

    for order in [PeopleOrder::Name, PeopleOrder::Newest] {
        let search = PeopleSearch { order, ..PeopleSearch::default() };
        let found = directory::search_people(domain, &admin.access(&clinic), &search).await.unwrap();
        assert_eq!(found.page.items.len(), 20);
        // The accounts are counted, up to a bound that is above what this clinic has. Nothing else may be read of all of them.
        reads.check(&format!("people, {order:?}"), Some(("users", found.count + MOST))).await;
    }
    let text = PeopleSearch { text: "osei".to_owned(), ..PeopleSearch::default() };
    directory::search_people(domain, &admin.access(&clinic), &text).await.unwrap();
    reads.check("a search for people", None).await;

    clinic.dispatch().await;
    outbox::depth(domain).await.unwrap();
    reads.check("passing events on", Some(("audit_events", i64::MAX))).await;
    drafts::sweep(domain).await.unwrap();
    drafts::sweep_kept(domain).await.unwrap();
    idempotency::sweep(domain).await.unwrap();
    identity::sweep_tokens(domain).await.unwrap();
    identity::sweep_sessions(domain).await.unwrap();
    identity::sweep_links(domain).await.unwrap();
    identity::sweep_http_sessions(domain).await.unwrap();
    identity::sweep_devices(domain).await.unwrap();
    identity::sweep_sign_ups(domain).await.unwrap();
    live::sweep(domain).await.unwrap();
    copies::messages::sweep(domain).await.unwrap();
    copies::buckets::sweep(domain).await.unwrap();
    notifications::sweep_mails(domain).await.unwrap();
    scheduling::sweep_holds(domain).await.unwrap();
    scheduling::sweep_times_taken(domain).await.unwrap();
    reads.check("sweeping", None).await;
    reads.end();
}
