//! Makes pgbench do what the domain does: the statements of one booking are read from the log of Postgres, with their parameters, and become a script in which each
//! transaction books another time. Hashes, codes of authentication and ciphers stay those of the recorded booking; ids, times and people are those of each.

use crate::scene::{CLIENTS, PEOPLE, Scene, unlimited};
use domain::Domain;
use sqlx::{AssertSqlSafe, PgConnection, PgPool};
use std::{collections::BTreeSet, fmt::Write as _, fs, ops::Range, path::PathBuf, process::Command};
use testing::Statement;
use uuid::Uuid;

/// The length of a UUID with hyphens, and where the first hyphen is.
const UUID_LENGTH: usize = 36;
const FIRST_HYPHEN: usize = 8;

/// What xtask knows about the cluster.
pub(crate) struct Tools {
    /// The URL of the cluster's superuser.
    pub(crate) superuser: String,
    /// The cluster's log.
    pub(crate) log: PathBuf,
    /// The program.
    pub(crate) pgbench: PathBuf,
}

/// The statements of one booking, from BEGIN to COMMIT. The one that is recorded has the number `first` + 2.
pub(crate) async fn recorded(scene: &Scene, tools: &Tools, first: usize) -> Vec<Statement> {
    let book = async |logged: &Domain, number: usize| scene.book(logged, first + number).await;
    let said = scene.clinic.recorded((tools.superuser.as_str(), tools.log.as_path()), unlimited(), book).await;
    let is = |statement: &Statement, word: &str| statement.text.eq_ignore_ascii_case(word);
    let begin = said.iter().position(|statement| is(statement, "begin")).expect("a booking begins a transaction");
    let length =
        said[begin..].iter().position(|statement| is(statement, "commit")).expect("a booking commits its transaction") + 1;
    said.into_iter().skip(begin).take(length).collect()
}

/// Books these numbers with pgbench, and returns how many a second.
pub(crate) async fn with_pgbench(scene: &Scene, tools: &Tools, statements: &[Statement], numbers: Range<usize>) -> f64 {
    let script = Script::of(scene, statements, numbers.end + 2).await;
    script.plan(scene, numbers.clone()).await;
    let file = std::env::temp_dir().join(format!("bedside-bench-{}.sql", scene.clinic.database));
    fs::write(&file, &script.text).expect("the script can be written");
    let address = url(scene.clinic.domain.pool(), &scene.clinic.database);
    let mut pgbench = Command::new(&tools.pgbench);
    pgbench.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]).arg(format!("--client={CLIENTS}"));
    pgbench.arg(format!("--transactions={}", numbers.len() / CLIENTS)).arg("--file").arg(&file);
    for (name, value) in &script.constants {
        pgbench.arg("--define").arg(format!("{name}={value}"));
    }
    // As the server's connections are.
    pgbench
        .args(["--define", "i=-1"])
        .arg(format!("--define=first={}", numbers.start))
        .arg(&address)
        .env("PGOPTIONS", "-c jit=off");
    let output = pgbench.output().expect("pgbench runs");
    let _ = fs::remove_file(&file);
    let (said, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "pgbench: {said}\n{errors}\n{}", script.text);
    let booked: i64 =
        sqlx::query_scalar("select count(*) from appointments").fetch_one(&scene.clinic.owner).await.expect("a count");
    assert_eq!(usize::try_from(booked).ok(), Some(2 * numbers.len() + 3), "pgbench has booked every time");
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.expect("pgbench prints how fast it was")
}

/// The address of the same database with the same role, as libpq reads it.
fn url(pool: &PgPool, database: &str) -> String {
    let options = pool.connect_options();
    format!("postgres://{}@{}:{}/{database}", options.get_username(), options.get_host(), options.get_port())
}

/// A script for pgbench, and where its values come from.
struct Script {
    text: String,
    /// What is the same in each booking.
    constants: Vec<(String, String)>,
    /// What is not: the name of a variable, the recorded value, and whether it is the keys of the locks.
    varying: Vec<(String, String, bool)>,
    recorded: usize,
    /// Ids that the recorded booking has made.
    fresh: BTreeSet<String>,
}

impl Script {
    async fn of(scene: &Scene, statements: &[Statement], recorded: usize) -> Self {
        let known: BTreeSet<String> = [scene.practice.clinic.to_string(), scene.practice.specialty.to_string()].into();
        let people = people(scene, recorded);
        let all = || statements.iter().flat_map(|statement| statement.values.iter().flatten());
        let fresh: BTreeSet<String> =
            all().flat_map(|value| uuids(value)).filter(|id| !known.contains(id) && !people.contains(id)).collect();
        let mut connection = scene.domain.pool().acquire().await.expect("a connection");
        let [start, end] = scene_times(scene, recorded);
        let mut script = Self { text: String::new(), constants: Vec::new(), varying: Vec::new(), recorded, fresh };
        let mut body = String::new();
        for (place, statement) in statements.iter().enumerate() {
            let types = if statement.values.is_empty() {
                Vec::new()
            } else {
                types(&mut connection, &format!("bench_{place}"), &statement.text).await
            };
            let mut text = statement.text.clone();
            // From the last, so that `$1` is not found in `$12`.
            for (index, value) in statement.values.iter().enumerate().rev() {
                let (name, parameter) = (format!("v{place}_{index}"), format!("${}", index + 1));
                let Some(value) = value else {
                    text = text.replace(&parameter, &format!("cast(null as {})", types[index]));
                    continue;
                };
                text = text.replace(&parameter, &format!("cast(:{name} as {})", types[index]));
                let is_locks = statement.text.contains("pg_advisory_xact_lock") && value.starts_with('{');
                let differs =
                    people.iter().chain(&script.fresh).chain(start.iter()).chain(end.iter()).any(|old| value.contains(old));
                // pgbench takes no empty value from its command line.
                if is_locks || differs || value.is_empty() {
                    script.varying.push((name, value.clone(), is_locks));
                } else {
                    script.constants.push((name, value.clone()));
                }
            }
            let _ = writeln!(body, "{text};");
        }
        let columns: Vec<&str> = script.varying.iter().map(|(name, ..)| name.as_str()).collect();
        script.text = format!(
            "\\set i :i + 1\n\\set n :first + :i * {CLIENTS} + :client_id\nselect {} from bench_plan where n = :n \\gset\n{body}",
            columns.join(", ")
        );
        script
    }

    /// Writes the values of each booking into a table, which the script reads first.
    async fn plan(&self, scene: &Scene, numbers: Range<usize>) {
        let columns: Vec<String> = self.varying.iter().map(|(name, ..)| format!("{name} text not null")).collect();
        let table = format!(
            "create table bench_plan (n integer primary key, {}); grant select on bench_plan to bedside_app",
            columns.join(", ")
        );
        sqlx::raw_sql(AssertSqlSafe(table)).execute(&scene.clinic.owner).await.expect("the table can be created");
        let [old_start, old_end] = scene_times(scene, self.recorded);
        let old_people = people(scene, self.recorded);
        let mut values: Vec<Vec<String>> = vec![Vec::new(); self.varying.len()];
        for number in numbers.clone() {
            let [start, end] = scene_times(scene, number);
            let mut pairs: Vec<(&str, String)> = Vec::new();
            pairs.extend(old_people.iter().map(String::as_str).zip(people(scene, number)));
            pairs.extend(old_start.iter().map(String::as_str).zip(start));
            pairs.extend(old_end.iter().map(String::as_str).zip(end));
            pairs.extend(
                self.fresh.iter().map(|old| (old.as_str(), scene.domain.new_id::<model::ids::AppointmentId>().to_string())),
            );
            for ((_, recorded, is_locks), column) in self.varying.iter().zip(&mut values) {
                column.push(if *is_locks {
                    // The keys are hashes of the doctor and of the patient: here, two numbers that differ as they do.
                    let (patient, doctor) = (number % PEOPLE, (number % PEOPLE + number / PEOPLE) % PEOPLE);
                    format!("{{{doctor},{}}}", PEOPLE + patient)
                } else {
                    pairs.iter().fold(recorded.clone(), |text, (old, new)| text.replace(old, new))
                });
            }
        }
        let lists: Vec<String> = (0..values.len()).map(|place| format!("${}::text[]", place + 2)).collect();
        let insert = format!("insert into bench_plan select * from unnest($1::integer[], {})", lists.join(", "));
        let numbers: Vec<i32> = numbers.map(|number| i32::try_from(number).expect("a small number")).collect();
        let mut query = sqlx::query(AssertSqlSafe(insert)).bind(numbers);
        for column in values {
            query = query.bind(column);
        }
        query.execute(&scene.clinic.owner).await.expect("the plan can be written");
        sqlx::raw_sql("analyze bench_plan").execute(&scene.clinic.owner).await.expect("the table can be analysed");
    }
}

/// The people of a booking, by their ids. A doctor's first visit type has the id of the doctor.
fn people(scene: &Scene, number: usize) -> [String; 4] {
    let (patient, doctor) = scene.pair(number);
    [patient.patient().to_string(), patient.user.to_string(), doctor.doctor().to_string(), doctor.user.to_string()]
}

/// When a booking begins and ends: as Postgres writes it in a session in UTC, and as in JSON.
fn scene_times(scene: &Scene, number: usize) -> [[String; 2]; 2] {
    let start = scene.start(number);
    [start, start + jiff::SignedDuration::from_mins(30)]
        .map(|at| [at.to_zoned(jiff::tz::TimeZone::UTC).strftime("%Y-%m-%d %H:%M:%S+00").to_string(), at.to_string()])
}

/// The types that Postgres infers for the parameters of a statement.
async fn types(connection: &mut PgConnection, name: &str, text: &str) -> Vec<String> {
    let prepare = format!("prepare {name} as {text}");
    sqlx::raw_sql(AssertSqlSafe(prepare)).execute(&mut *connection).await.expect("the statement can be prepared");
    sqlx::query_scalar("select parameter_types::text[] from pg_prepared_statements where name = $1")
        .bind(name)
        .fetch_one(connection)
        .await
        .expect("the statement is prepared")
}

/// The ids in a value.
fn uuids(value: &str) -> Vec<String> {
    let hyphens = value.match_indices('-').filter_map(|(at, _)| at.checked_sub(FIRST_HYPHEN));
    hyphens
        .filter_map(|at| value.get(at..at + UUID_LENGTH))
        .filter(|text| Uuid::try_parse(text).is_ok())
        .map(str::to_owned)
        .collect()
}
