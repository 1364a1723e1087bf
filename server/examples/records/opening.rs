//! Opens the record of 15 years, and sends the same statements to the database without the domain.

use crate::{Size, percentile_ms};
use domain::{
    Domain, Result,
    files::{self, Files},
    filing::{self, BeginUpload},
    records::{self, AddEntry, AddMeasurements, ReadRecord, ReadTimeline, SaveNote},
    settings::Settings,
};
use jiff::SignedDuration;
use model::{
    records::{SoapNote, TypedEntry},
    vitals::TypedVitals,
};
use serde_json::{Value, json};
use server::storage::Folder;
use std::{path::Path, sync::Arc, time::Instant};
use tempfile::TempDir;
use testing::{BEGIN, Person, Practice, Replay, TestClinic};

/// How long the record is.
const LENGTH: SignedDuration = SignedDuration::from_hours(15 * 365 * 24);

/// How often each part is opened before it is measured, so that connections, plans and caches are warm.
const WARM_UP: usize = 5;

/// What a doctor reads of a record: a page each.
#[derive(Debug, Clone, Copy)]
enum Reading {
    Summary,
    Record,
    Timeline,
    Measurements,
    Documents,
}

impl Reading {
    const ALL: [Self; 5] = [Self::Summary, Self::Record, Self::Timeline, Self::Measurements, Self::Documents];

    const fn title(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Record => "record",
            Self::Timeline => "timeline",
            Self::Measurements => "measurements",
            Self::Documents => "documents",
        }
    }
}

/// Measures; `tools` are the URL of the cluster's superuser and the cluster's log.
pub(crate) async fn measure(size: &Size, tools: (&str, &Path)) -> Value {
    let scene = Box::pin(Scene::fill(size)).await;
    let mut readings = Vec::new();
    for reading in Reading::ALL {
        let open = async |logged: &Domain, _: usize| scene.open(logged, reading).await;
        let statements = Box::pin(scene.clinic.recorded(tools, Settings::default(), open)).await;
        let mut replay = Replay::prepare(&scene.clinic, &statements).await;
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for number in 0..WARM_UP + size.openings {
            // One after the other, so that both have the same minute.
            let begun = Instant::now();
            scene.open(&scene.clinic.domain, reading).await;
            let opened = begun.elapsed();
            let begun = Instant::now();
            replay.run().await;
            if number >= WARM_UP {
                ours.push(opened);
                bare.push(begun.elapsed());
            }
        }
        readings.push(json!({
            "title": reading.title(),
            "queries": statements.len(),
            "p95_ms": percentile_ms(&ours, 95),
            "bare_p95_ms": percentile_ms(&bare, 95),
        }));
    }
    json!({
        "encounters": size.encounters, "observations": size.observations, "entries": size.entries, "files": size.files, "readings": readings,
    })
}

/// A patient with a long record, and the doctor who treats them.
struct Scene {
    clinic: TestClinic,
    practice: Practice,
    patient: Person,
    doctor: Person,
    files: Files,
    _folder: TempDir,
}

impl Scene {
    async fn fill(size: &Size) -> Self {
        let clinic = testing::clinic().await;
        let practice = clinic.practice().await;
        let patient = clinic.patient("Amara Osei").await;
        let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
        let folder = tempfile::tempdir().expect("a folder can be made");
        let files = Files::new(Arc::new(Folder::at(folder.path().to_owned())), None);
        let scene = Self { clinic, practice, patient, doctor, files, _folder: folder };
        let visits = i32::try_from(size.encounters).expect("a number of visits");
        for number in 0..size.encounters {
            let later = i32::try_from(size.encounters - 1 - number).expect("a number of visits");
            scene.clinic.clock.set(BEGIN - LENGTH / visits * later);
            // What belongs to this visit of so many things in all.
            let part = |all: usize| all * (number + 1) / size.encounters - all * number / size.encounters;
            Box::pin(scene.visit(part(size.observations), part(size.entries), part(size.files))).await;
        }
        scene.clinic.as_owner("analyze").await;
        scene
    }

    /// A visit with a note, and with so many measurements, entries and files.
    async fn visit(&self, observations: usize, entries: usize, files: usize) {
        let (domain, by) = (&self.clinic.domain, self.doctor.access(&self.clinic));
        let encounter = self.clinic.encounter(&self.patient, &self.doctor, self.practice).await;
        let patient = self.patient.patient();
        let note = SoapNote {
            subjective: "A cough since Monday, worse at night, without fever.".to_owned(),
            objective: "The chest is clear, the throat is red.".to_owned(),
            assessment: "A viral infection.".to_owned(),
            plan: "Rest, and a visit in a week if it is not better.".to_owned(),
        };
        let note = SaveNote { encounter, version_seen: 0, note };
        Box::pin(records::save_note(domain, &by, note)).await.expect("the doctor writes the note");
        for number in 0..observations {
            let vitals = TypedVitals {
                systolic: (118 + number % 9).to_string(),
                diastolic: "78".to_owned(),
                pulse: (64 + number % 11).to_string(),
                temperature: "36.8".to_owned(),
                ..TypedVitals::default()
            };
            let add = AddMeasurements { patient, encounter: None, taken_at: None, vitals, idempotency_key: None };
            Box::pin(records::add_measurements(domain, &by, add)).await.expect("the doctor records what was measured");
        }
        for _ in 0..entries {
            let typed = TypedEntry {
                kind: "history".to_owned(),
                source: "patient".to_owned(),
                name: "Measles".to_owned(),
                ..TypedEntry::default()
            };
            let entry = AddEntry { patient, typed, idempotency_key: None };
            Box::pin(records::add_entry(domain, &by, entry)).await.expect("the doctor adds an entry");
        }
        for _ in 0..files {
            Box::pin(self.add_file(b"The result of a test: nothing was found.\n")).await.expect("the doctor adds a file");
        }
        self.clinic.end_encounter(encounter).await;
    }

    async fn add_file(&self, content: &[u8]) -> Result<()> {
        let (domain, by) = (&self.clinic.domain, self.doctor.access(&self.clinic));
        let command = BeginUpload {
            purpose: "patient_document".to_owned(),
            patient: Some(self.patient.patient()),
            name: "report.txt".to_owned(),
            kind: "text/plain".to_owned(),
            bytes: u64::try_from(content.len()).unwrap_or(u64::MAX),
            ..BeginUpload::default()
        };
        let upload = filing::begin(domain, &by, command).await?.id;
        files::put_part(domain, &self.files, &by, (upload, 1), content, None).await?;
        filing::complete(domain, &by, upload).await?;
        files::check(domain, &self.files, upload).await
    }

    /// The doctor opens a part of the record.
    async fn open(&self, domain: &Domain, reading: Reading) {
        let (by, patient) = (self.doctor.access(&self.clinic), Some(self.patient.patient()));
        let opened = match reading {
            Reading::Summary => Box::pin(records::summary(domain, &by, self.patient.patient())).await.map(drop),
            Reading::Record => Box::pin(records::record(domain, &by, ReadRecord { patient, kind: None })).await.map(drop),
            Reading::Timeline => {
                let query = ReadTimeline { patient, ..ReadTimeline::default() };
                Box::pin(records::timeline(domain, &by, query)).await.map(drop)
            }
            Reading::Measurements => Box::pin(records::measurements(domain, &by, patient)).await.map(drop),
            Reading::Documents => Box::pin(records::documents(domain, &by, patient)).await.map(drop),
        };
        opened.expect("the doctor may read the record");
    }
}
