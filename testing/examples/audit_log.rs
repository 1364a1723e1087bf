//! Verifies a long audit log: the part of `cargo xtask bench audit` that works inside the domain.
//!
//! `audit_log ROWS` makes a fresh installation, writes that many entries, each in a transaction of its own, and lets the sealer work at the same time as the
//! server does. Then it verifies the log, and prints one line of JSON. The installation is on the cluster that `BEDSIDE_TEST_DATABASE_URL` names, and is thrown away.

use domain::{
    Domain,
    access::Access,
    audit::{self, Audit},
};
use model::audit::AuditAction;
use std::{
    fs,
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

/// How many entries are written at the same time.
const WRITERS: usize = 16;

#[expect(clippy::print_stdout, reason = "the line is the result")]
#[tokio::main]
async fn main() {
    let rows = std::env::args().nth(1).and_then(|rows| rows.parse::<i64>().ok()).expect("say how many rows: `audit_log 2000000`");
    let clinic = testing::clinic().await;
    let begun = Instant::now();
    write_and_seal(&clinic.domain, &clinic.stranger(), rows).await;
    let written = begun.elapsed();

    // From here on, the peak of the resident memory is that of the verification (proc(5), clear_refs).
    fs::write("/proc/self/clear_refs", "5").expect("the peak of the memory can be reset");
    let begun = Instant::now();
    let verification = audit::verify(&clinic.domain, []).await.expect("the log can be read");
    let verified = begun.elapsed();
    assert!(verification.finding.is_none(), "the log does not verify: {:?}", verification.finding);
    assert!(verification.rows >= rows, "{} of {rows} rows were verified", verification.rows);
    println!(
        "{{\"rows\":{},\"seals\":{},\"write_seconds\":{:.1},\"verify_seconds\":{:.1},\"peak_kib\":{}}}",
        verification.rows,
        verification.seals,
        written.as_secs_f64(),
        verified.as_secs_f64(),
        peak_kib()
    );
}

async fn write_and_seal(domain: &Domain, access: &Access, rows: i64) {
    let left = AtomicI64::new(rows);
    let write = async {
        let writers = (0..WRITERS).map(|_| tokio::spawn(write_some(domain.clone(), access.clone(), rows / WRITERS as i64 + 1)));
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("the entries are written");
        }
        left.store(0, Ordering::Relaxed);
    };
    let seal = async {
        loop {
            let written = left.load(Ordering::Relaxed) == 0;
            let sealed = audit::seal_once(domain).await.expect("the log is sealed");
            if sealed.is_none() && written {
                break;
            }
            if sealed.is_none() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    };
    tokio::join!(write, seal);
}

async fn write_some(domain: Domain, access: Access, rows: i64) {
    for _ in 0..rows {
        let tx = domain.begin("bench.audit", &access).await.expect("a transaction begins");
        tx.commit(Audit::of(AuditAction::IdentitySignedIn)).await.expect("the entry is written");
    }
}

/// The peak of this process's resident memory, in KiB.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").expect("the kernel tells about this process");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB")?.parse().ok());
    peak.expect("the kernel tells the peak of the memory")
}
