//! Many people hold, book one visit or several, move, cancel and confirm at the same time, and afterwards everything fits together.

use super::tomorrow_at_ten;
use domain::{
    Domain, Result,
    access::Access,
    scheduling::{self, BookSeries, CancelAppointment, ConfirmAppointment, Hold, MoveAppointment, SeriesOutcome},
    settings::Settings,
};
use jiff::{SignedDuration, Timestamp};
use model::{
    errors::Code,
    ids::{AppointmentId, RequestId, ReservationId, VisitTypeId},
    scheduling::AppointmentState,
};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};
use testing::{Person, Practice, TestClinic};
use uuid::Uuid;

const TASKS: usize = 64;
const PATIENTS: usize = 16;
const DOCTORS: usize = 3;
/// Half hours of each of two days, so that there are fewer times than people who want one.
const TIMES_A_DAY: usize = 8;
/// What each of them does at least, however slow the machine is.
const LEAST_ACTIONS: usize = 10;

/// What an action may be refused with. The code of a deadlock, for example, is not among them.
const EXPECTED: [Code; 4] = [Code::SlotTaken, Code::PatientBusy, Code::AppointmentSettled, Code::MovedTooOften];

/// How often each audited action succeeded, and with what: the id of a reservation, of an appointment or of a series.
type Done = BTreeMap<(&'static str, Uuid), i64>;

/// The clinic as all tasks see it.
struct Crowd {
    domain: Domain,
    practice: Practice,
    patients: Vec<Access>,
    /// The last one confirms each visit before it is agreed.
    doctors: Vec<(Person, Access)>,
    /// Appointments of everybody, with the places of their patient and doctor above. Some are cancelled by now.
    booked: Mutex<Vec<(AppointmentId, usize, usize)>>,
    until: Instant,
}

/// What a task remembers.
#[derive(Default)]
struct Memory {
    held: Option<(ReservationId, usize, Timestamp)>,
    done: Done,
    refused: usize,
}

/// Numbers that look random and are the same in every run (a linear congruential generator, Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    /// From two days ahead on: patients may still move what they have booked.
    fn time(&mut self) -> Timestamp {
        let (day, half_hour) = (self.below(2), self.below(TIMES_A_DAY));
        tomorrow_at_ten() + SignedDuration::from_mins(i64::try_from(24 * 60 * (1 + day) + 30 * half_hour).unwrap())
    }
}

impl Crowd {
    async fn of(clinic: &TestClinic, length: Duration) -> Self {
        let practice = clinic.practice().await;
        let mut patients = Vec::new();
        for number in 0..PATIENTS {
            patients.push(clinic.patient(&format!("Patient {}", letter(number))).await.access(clinic));
        }
        let mut doctors = Vec::new();
        for number in 0..DOCTORS {
            let person = clinic.doctor(&format!("Dr {}", letter(number)), practice).await;
            let access = person.access(clinic);
            doctors.push((person, access));
        }
        let (person, access) = doctors.last().unwrap();
        let types = scheduling::visit_types(&clinic.domain, access).await.unwrap();
        // A doctor's first visit type has the id of the doctor.
        let first = VisitTypeId::from(person.doctor().uuid());
        scheduling::set_approval(&clinic.domain, access, first, true, types.version).await.unwrap();
        let unlimited = 1_000_000;
        let settings = Settings {
            live_appointments_per_patient: unlimited,
            live_appointments_with_one_doctor: unlimited,
            holds_of_one_time_per_day: unlimited,
            times_taken_per_hour: unlimited,
            ..Settings::default()
        };
        let domain = clinic.domain_with(settings).await;
        Self { domain, practice, patients, doctors, booked: Mutex::default(), until: Instant::now() + length }
    }

    /// One person's actions, one after the other, until the time is over.
    async fn work(self: Arc<Self>, task: usize) -> Memory {
        let mut dice = Dice(u64::try_from(task).unwrap());
        let mut memory = Memory::default();
        let mut actions = 0;
        while actions < LEAST_ACTIONS || Instant::now() < self.until {
            actions += 1;
            let outcome = match dice.below(11) {
                0..=2 => Box::pin(self.hold(task % PATIENTS, &mut dice, &mut memory)).await,
                3..=5 => Box::pin(self.book(task % PATIENTS, &mut dice, &mut memory)).await,
                6 | 7 => Box::pin(self.move_one(&mut dice, &mut memory)).await,
                8 => Box::pin(self.cancel(&mut dice, &mut memory)).await,
                9 => Box::pin(self.confirm(&mut dice, &mut memory)).await,
                _ => Box::pin(self.book_series(task % PATIENTS, &mut dice, &mut memory)).await,
            };
            if let Err(error) = outcome {
                assert!(EXPECTED.contains(&error.code()), "task {task}: {error:?}");
                memory.refused += 1;
            }
        }
        memory
    }

    /// Another request of the same person.
    fn request(&self, access: &Access) -> Access {
        Access::new(access.actor.clone(), self.domain.new_id::<RequestId>())
    }

    fn any_booked(&self, dice: &mut Dice) -> Option<(AppointmentId, usize, usize)> {
        let booked = self.booked.lock().unwrap();
        if booked.is_empty() { None } else { booked.get(dice.below(booked.len())).copied() }
    }

    async fn hold(&self, patient: usize, dice: &mut Dice, memory: &mut Memory) -> Result<()> {
        let (doctor, start) = (dice.below(DOCTORS), dice.time());
        let hold = Hold { doctor: self.doctors[doctor].0.doctor(), clinic: self.practice.clinic, start, visit_type: None };
        let held = scheduling::hold(&self.domain, &self.request(&self.patients[patient]), hold).await?;
        memory.note("scheduling.time_held", held.reservation.uuid());
        memory.held = Some((held.reservation, doctor, start));
        Ok(())
    }

    /// Books the time that this task has held, which the other tasks of the same patient may have given up; or any time.
    async fn book(&self, patient: usize, dice: &mut Dice, memory: &mut Memory) -> Result<()> {
        let held = memory.held.take();
        let (doctor, start) = held.map_or_else(|| (dice.below(DOCTORS), dice.time()), |(_, doctor, start)| (doctor, start));
        let mut command = testing::booking(&self.doctors[doctor].0, self.practice, start);
        command.hold = held.map(|(reservation, ..)| reservation);
        let booked = scheduling::book(&self.domain, &self.request(&self.patients[patient]), command).await?;
        memory.note("scheduling.appointment_booked", booked.card.id.uuid());
        let needs_answer = booked.card.state == AppointmentState::Requested;
        assert_eq!(needs_answer, doctor + 1 == DOCTORS);
        self.booked.lock().unwrap().push((booked.card.id, patient, doctor));
        Ok(())
    }

    /// Two visits, or none.
    async fn book_series(&self, patient: usize, dice: &mut Dice, memory: &mut Memory) -> Result<()> {
        let (doctor, starts) = (dice.below(DOCTORS), vec![dice.time(), dice.time()]);
        if starts[0] == starts[1] {
            return Ok(());
        }
        let command = BookSeries {
            hold: None,
            doctor: self.doctors[doctor].0.doctor(),
            clinic: self.practice.clinic,
            starts,
            reason: "Physiotherapy".to_owned(),
            visit_type: None,
            phone: String::new(),
            fee_minor: None,
            idempotency_key: None,
        };
        let access = self.request(&self.patients[patient]);
        let SeriesOutcome::Booked(series) = scheduling::book_series(&self.domain, &access, command).await? else {
            memory.refused += 1;
            return Ok(());
        };
        memory.note("scheduling.series_booked", series.id.uuid());
        for card in series.appointments {
            memory.note("scheduling.appointment_booked", card.id.uuid());
            self.booked.lock().unwrap().push((card.id, patient, doctor));
        }
        Ok(())
    }

    async fn move_one(&self, dice: &mut Dice, memory: &mut Memory) -> Result<()> {
        let Some((appointment, patient, _)) = self.any_booked(dice) else { return Ok(()) };
        let command = MoveAppointment { appointment, start: dice.time(), version: None, message: None, idempotency_key: None };
        scheduling::move_appointment(&self.domain, &self.request(&self.patients[patient]), command).await?;
        memory.note("scheduling.appointment_moved", appointment.uuid());
        Ok(())
    }

    /// Patient and doctor cancel alike.
    async fn cancel(&self, dice: &mut Dice, memory: &mut Memory) -> Result<()> {
        let Some((appointment, patient, doctor)) = self.any_booked(dice) else { return Ok(()) };
        let (access, message) = match dice.below(2) {
            0 => (&self.patients[patient], None),
            _ => (&self.doctors[doctor].1, Some("I am ill.".to_owned())),
        };
        let command = CancelAppointment { appointment, version: None, message, idempotency_key: None };
        scheduling::cancel(&self.domain, &self.request(access), command).await?;
        memory.note("scheduling.appointment_cancelled", appointment.uuid());
        Ok(())
    }

    async fn confirm(&self, dice: &mut Dice, memory: &mut Memory) -> Result<()> {
        let Some((appointment, _, doctor)) = self.any_booked(dice) else { return Ok(()) };
        let command = ConfirmAppointment { appointment, version: None };
        scheduling::confirm(&self.domain, &self.request(&self.doctors[doctor].1), command).await?;
        memory.note("scheduling.appointment_confirmed", appointment.uuid());
        Ok(())
    }
}

impl Memory {
    fn note(&mut self, action: &'static str, about: Uuid) {
        *self.done.entry((action, about)).or_default() += 1;
    }
}

fn letter(number: usize) -> char {
    char::from(b'a' + u8::try_from(number).unwrap())
}

async fn count(clinic: &TestClinic, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(&clinic.owner).await.unwrap()
}

/// Nobody is in two places, and each appointment that is agreed or asked for has the one reservation that says so.
async fn assert_nothing_overlaps(clinic: &TestClinic) {
    let overlaps = "select count(*) from appointments a join appointments b
        on a.id < b.id and (a.doctor_id = b.doctor_id or a.patient_id = b.patient_id)
          and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
        where a.state in ('requested', 'confirmed') and b.state in ('requested', 'confirmed')";
    assert_eq!(count(clinic, overlaps).await, 0, "people are booked twice at one time");
    let unreserved = "select count(*) from appointments a left join reservations r on r.appointment_id = a.id
        where case when a.state in ('requested', 'confirmed')
          then r.id is null or r.kind <> a.state or r.doctor_id <> a.doctor_id or r.patient_id <> a.patient_id
            or r.patient_range <> tstzrange(a.starts_at, a.ends_at)
          else r.id is not null end";
    assert_eq!(count(clinic, unreserved).await, 0, "appointments do not fit their reservations");
    let held_twice =
        "select count(*) from (select from reservations where kind = 'held' group by patient_id having count(*) > 1) held";
    assert_eq!(count(clinic, held_twice).await, 0, "a patient holds one time");
    let halves = "select count(*) from
        (select from appointments where series_id is not null group by series_id having count(*) <> 2) halves";
    assert_eq!(count(clinic, halves).await, 0, "a series is booked as a whole or not at all");
}

/// What succeeded was audited, as often as it did, and nothing else was.
async fn assert_all_was_audited(clinic: &TestClinic, done: &Done) {
    let rows: Vec<(String, Uuid, i64)> = sqlx::query_as(
        "select action, resource_id, count(*) from audit_events
         where outcome = 'done' and action in ('scheduling.time_held', 'scheduling.appointment_booked', 'scheduling.appointment_moved',
           'scheduling.appointment_cancelled', 'scheduling.appointment_confirmed', 'scheduling.series_booked')
         group by action, resource_id",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let audited: BTreeMap<(&str, Uuid), i64> = rows.iter().map(|(action, id, count)| ((action.as_str(), *id), *count)).collect();
    assert_eq!(&audited, done);
}

/// Both sides get one mail about each thing that happened, a series is one thing, and each mail has one job.
async fn assert_each_mail_has_one_job(clinic: &TestClinic, done: &Done) {
    let in_series: Vec<Uuid> =
        sqlx::query_scalar("select id from appointments where series_id is not null").fetch_all(&clinic.owner).await.unwrap();
    let asked: Vec<Uuid> =
        sqlx::query_scalar("select distinct subject_id from mails where kind in ('appointment_requested', 'series_requested')")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    let mut expected: BTreeMap<(&str, Uuid), i64> = BTreeMap::new();
    for ((action, about), times) in done {
        let kind = match *action {
            "scheduling.appointment_booked" if in_series.contains(about) => continue,
            "scheduling.series_booked" if asked.contains(about) => "series_requested",
            "scheduling.series_booked" => "series_booked",
            "scheduling.appointment_booked" if asked.contains(about) => "appointment_requested",
            "scheduling.appointment_booked" | "scheduling.appointment_confirmed" => "appointment_booked",
            "scheduling.appointment_moved" => "appointment_moved",
            "scheduling.appointment_cancelled" => "appointment_cancelled",
            _ => continue,
        };
        *expected.entry((kind, *about)).or_default() += 2 * times;
    }
    let rows: Vec<(String, Uuid, i64)> = sqlx::query_as(
        "select kind, subject_id, count(*) from mails where (kind like 'appointment%' or kind like 'series%') and state = 'queued' group by kind, subject_id",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    let mails: BTreeMap<(&str, Uuid), i64> = rows.iter().map(|(kind, id, count)| ((kind.as_str(), *id), *count)).collect();
    assert_eq!(mails, expected);
    // The queue belongs to the server's role.
    let unequal: i64 = sqlx::query_scalar(
        "select count(*) from (select id::text as key from mails where state = 'queued') m
         full join (select key, count(*) as jobs from graphile_worker.jobs where task_identifier = 'send_mail' group by key) j using (key)
         where m.key is null or j.jobs is distinct from 1",
    )
    .fetch_one(clinic.domain.pool())
    .await
    .unwrap();
    assert_eq!(unequal, 0, "each mail has one job");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_sixty_four_people_do_at_once_everything_fits_together_afterwards() {
    let clinic = testing::clinic().await;
    let length = Duration::from_secs(if testing::long() { 90 } else { 4 });
    let crowd = Arc::new(Crowd::of(&clinic, length).await);
    let tasks: Vec<_> = (0..TASKS).map(|task| tokio::spawn(crowd.clone().work(task))).collect();
    let (mut done, mut refused) = (Done::new(), 0);
    for task in tasks {
        let memory = task.await.unwrap();
        refused += memory.refused;
        for (what, times) in memory.done {
            *done.entry(what).or_default() += times;
        }
    }
    // Otherwise they were not in each other's way, and the rest would prove little.
    assert!(refused > 0 && done.len() > TASKS, "{} succeeded, {refused} were refused", done.len());
    clinic.dispatch().await;
    assert_nothing_overlaps(&clinic).await;
    assert_all_was_audited(&clinic, &done).await;
    assert_each_mail_has_one_job(&clinic, &done).await;
}
