//! Measures booking, the slot engine and the dispatcher: the part of `cargo xtask bench scheduling` that works inside the domain.
//!
//! `scheduling BOOKINGS SUPERUSER_URL LOG PGBENCH` makes a fresh installation on the cluster that `BEDSIDE_TEST_DATABASE_URL` names, whose log is in the file LOG, and prints
//! one line of JSON. The installation is thrown away with the cluster.

mod replay;
mod scene;

use domain::{
    notices::dispatch_once,
    notifications::Round,
    scheduling::{self, BookAppointment},
};
use model::errors::Code;
use replay::Tools;
use scene::{CLIENTS, PEOPLE, Scene, start_of};
use std::{
    fs,
    ops::Range,
    sync::Arc,
    time::{Duration, Instant},
};

/// The times that everyone wants.
const WANTED: usize = 10;

/// How long the slot engine is measured.
const SLOTS_FOR: Duration = Duration::from_secs(2);

/// Months between two looks at the clock.
const MONTHS_AT_ONCE: u32 = 50;

#[expect(clippy::print_stdout, reason = "the line is the result")]
#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("`scheduling BOOKINGS SUPERUSER_URL LOG PGBENCH`");
    let bookings: usize = next().parse().expect("the number of bookings");
    let tools = Tools { superuser: next(), log: next().into(), pgbench: next().into() };
    // Each patient books at each time, so that nobody is in two places.
    let times = bookings.div_ceil(PEOPLE);
    let bookings = times * PEOPLE;
    let scene = Arc::new(Box::pin(Scene::open()).await);

    let domain_per_second = book_all(&scene, 0..bookings).await;
    let (events, events_per_second, dispatch_peak_kib) = Box::pin(dispatch_all(&scene)).await;
    let statements = Box::pin(replay::recorded(&scene, &tools, 2 * bookings)).await;
    let pgbench_per_second = Box::pin(replay::with_pgbench(&scene, &tools, &statements, bookings..2 * bookings)).await;
    let (attempts, attempts_per_second) = fight(&scene, 2 * times + 1).await;
    println!(
        "{}",
        serde_json::json!({
            "bookings": bookings, "clients": CLIENTS, "statements": statements.len(),
            "domain_per_second": domain_per_second, "pgbench_per_second": pgbench_per_second,
            "attempts": attempts, "attempts_per_second": attempts_per_second,
            "events": events, "events_per_second": events_per_second, "dispatch_peak_kib": dispatch_peak_kib,
            "doctor_months_per_second": doctor_months_per_second(),
        })
    );
}

fn rate(count: usize, took: Duration) -> f64 {
    count as f64 / took.as_secs_f64()
}

/// Makes these bookings, each client one after the other; returns how many a second.
async fn book_all(scene: &Arc<Scene>, numbers: Range<usize>) -> f64 {
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let (scene, mine) = (scene.clone(), numbers.clone().skip(client).step_by(CLIENTS));
            tokio::spawn(async move {
                for number in mine {
                    scene.book(&scene.domain, number).await;
                }
            })
        })
        .collect();
    for client in clients {
        client.await.expect("every time is free");
    }
    rate(numbers.len(), begun.elapsed())
}

/// Everyone wants the same few times of one doctor. Returns the number of attempts, and how many a second were answered.
async fn fight(scene: &Arc<Scene>, first_time: usize) -> (usize, f64) {
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let scene = scene.clone();
            tokio::spawn(async move {
                let mut won = 0;
                for time in first_time..first_time + WANTED {
                    for patient in scene.patients.iter().skip(client).step_by(CLIENTS) {
                        let command: BookAppointment = testing::booking(&scene.doctors[0], scene.practice, start_of(time));
                        match Box::pin(scheduling::book(&scene.domain, &patient.access(&scene.clinic), command)).await {
                            Ok(_) => won += 1,
                            Err(error) => assert_eq!(error.code(), Code::SlotTaken, "{error:?}"),
                        }
                    }
                }
                won
            })
        })
        .collect();
    let mut won = 0;
    for client in clients {
        won += client.await.expect("who comes too late is told that the time is taken");
    }
    assert_eq!(won, WANTED, "each time has one winner");
    let attempts = PEOPLE * WANTED;
    (attempts, rate(attempts, begun.elapsed()))
}

/// Passes on all events that wait. Returns how many, how many a second, and the peak of the resident memory meanwhile, in KiB.
async fn dispatch_all(scene: &Scene) -> (usize, f64, u64) {
    scene.clinic.settle().await;
    // From here on, the peak of the resident memory is that of the dispatcher (proc(5), clear_refs).
    fs::write("/proc/self/clear_refs", "5").expect("the peak of the memory can be reset");
    let (begun, mut events) = (Instant::now(), 0);
    while let Round::PassedOn(some) = dispatch_once(&scene.domain).await.expect("the dispatcher works") {
        events += some;
    }
    (events, rate(events, begun.elapsed()), peak_kib())
}

/// The peak of this process's resident memory, in KiB.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells about this process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.expect("the kernel tells the peak of the memory")
}

/// How often a second the slot engine finds the free times of a doctor in 31 days.
fn doctor_months_per_second() -> f64 {
    let (begun, mut months) = (Instant::now(), 0);
    while begun.elapsed() < SLOTS_FOR {
        assert!(schedules::months(MONTHS_AT_ONCE) > 0, "the doctor has free times");
        months += MONTHS_AT_ONCE;
    }
    f64::from(months) / begun.elapsed().as_secs_f64()
}
