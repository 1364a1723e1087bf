//! Two records of one person: merged with everything that hangs on them, found by both numbers, and separated again exactly.

use crate::files::no_files;
use domain::{
    access::Access,
    directory::{
        self, KeptDetails, Likeness, ListMerged, MailKind, MergeRecords, NewPatient, PatientSearch, PickRecords, RegisterPatient,
    },
    identity::{self, Proof},
    prescriptions::{self, AddItem, SignPrescription},
    records::{self, AddAllergy, SaveNote},
    scheduling,
};
use jiff::SignedDuration;
use model::{
    errors::{Code, FieldError, FieldFault},
    ids::{MergeId, PatientId, RequestId},
    records::SoapNote,
};
use testing::{Consultation, PASSWORD, Person, Practice, TestClinic, medicine};

const BORN: [&str; 3] = ["12", "4", "1990"];

async fn register(clinic: &TestClinic, practice: Practice, name: &str) -> PatientId {
    let desk = clinic.staff(&format!("Desk of {name}"), "receptionist", Some(practice)).await.access(clinic);
    let person = NewPatient {
        name: name.to_owned(),
        latin_name: String::new(),
        date_of_birth: BORN.map(str::to_owned),
        phone: "+44 7700 900456".to_owned(),
    };
    let likeness = Likeness::Different("She says that she was never here".to_owned());
    let command = RegisterPatient { person, likeness, idempotency_key: None };
    directory::register_patient(&clinic.domain, &desk, command).await.unwrap()
}

/// The command that keeps all details of the survivor.
async fn command(clinic: &TestClinic, admin: &Access, survivor: PatientId, merged: PatientId) -> MergeRecords {
    let view = directory::compare_records(&clinic.domain, admin, survivor, merged).await.unwrap();
    let kept = Some(survivor);
    MergeRecords {
        survivor: (survivor, view.first.version),
        merged: (merged, view.second.version),
        kept: KeptDetails { name: kept, date_of_birth: kept, phone: kept, address: kept },
        reason: "Seen with a passport".to_owned(),
        confirmation: view.second.number,
    }
}

async fn merge(clinic: &TestClinic, admin: &Access, command: MergeRecords) -> Result<MergeId, Code> {
    directory::merge_records(&clinic.domain, admin, command).await.map_err(|error| error.code())
}

async fn separate(clinic: &TestClinic, admin: &Access, merge: MergeId) -> Result<(), Code> {
    directory::separate_records(&clinic.domain, admin, merge).await.map_err(|error| error.code())
}

/// A new request of the person's session, in which it acts as it acts now.
async fn now(clinic: &TestClinic, person: &Person) -> Access {
    let acting = identity::resolve_session(&clinic.domain, person.session).await.unwrap().unwrap();
    Access::new(acting.into(), clinic.domain.new_id::<RequestId>())
}

async fn allergy(scene: &Consultation, patient: PatientId, substance: &str) {
    let command = AddAllergy {
        patient,
        substance: substance.to_owned(),
        reaction: String::new(),
        source: String::new(),
        severity: "mild".to_owned(),
        idempotency_key: Some(substance.to_owned()),
    };
    records::add_allergy(&scene.clinic.domain, &scene.by(&scene.doctor), command).await.unwrap();
}

async fn substances(scene: &Consultation, patient: PatientId) -> Vec<String> {
    let summary = records::summary(&scene.clinic.domain, &scene.by(&scene.doctor), patient).await.unwrap();
    let mut found: Vec<_> = summary.allergies.into_iter().map(|allergy| allergy.allergy.substance).collect();
    found.sort();
    found
}

async fn note(scene: &Consultation, version_seen: i64, plan: &str) {
    let note = SoapNote { subjective: "Sore throat".to_owned(), plan: plan.to_owned(), ..SoapNote::default() };
    let command = SaveNote { encounter: scene.encounter, version_seen, note };
    records::save_note(&scene.clinic.domain, &scene.by(&scene.doctor), command).await.unwrap();
}

async fn documents(clinic: &TestClinic) -> Vec<(Vec<u8>, Vec<u8>)> {
    sqlx::query_as("select document_cipher, document_hash from prescriptions").fetch_all(&clinic.owner).await.unwrap()
}

#[tokio::test]
async fn everything_moves_is_found_by_both_numbers_and_goes_back() {
    let scene = testing::consultation().await;
    let (clinic, domain) = (&scene.clinic, &scene.clinic.domain);
    let by_doctor = scene.by(&scene.doctor);
    let ending = scene.patient.patient();
    note(&scene, 0, "Rest").await;
    allergy(&scene, ending, "Latex").await;
    let item = AddItem { encounter: scene.encounter, medicine: medicine("Amoxicillin"), idempotency_key: None };
    let prescription = prescriptions::add_item(domain, &by_doctor, item).await.unwrap();
    let version = prescriptions::get(domain, &by_doctor, prescription).await.unwrap().version;
    let proof = Proof::Password(PASSWORD.to_owned());
    let sign = SignPrescription { prescription, version, proof, idempotency_key: None };
    prescriptions::sign(domain, &by_doctor, sign).await.unwrap();
    clinic.end_encounter(scene.encounter).await;
    let signed = documents(clinic).await;

    // Ids follow the clock, and the list goes from the newer record to the older one.
    clinic.pass(SignedDuration::from_mins(1));
    let survivor = register(clinic, scene.practice, "Amara Ossei").await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let pairs = directory::likely_pairs(domain, &admin, None).await.unwrap();
    let shown: Vec<_> = pairs.items.iter().map(|pair| (pair.newer.id, pair.older.id, pair.same_birth)).collect();
    assert_eq!((shown, pairs.next_cursor), (vec![(survivor, ending, true)], None));
    let view = directory::compare_records(domain, &admin, survivor, ending).await.unwrap();
    let holdings = view.second.holdings;
    assert_eq!((holdings.appointments, holdings.visits, holdings.notes), (1, 1, 1));
    assert_eq!((holdings.prescriptions, holdings.allergies, view.second.has_account), (1, 1, true));
    let pick = PickRecords { first: view.first.number.clone(), second: view.second.number.clone() };
    assert_eq!(directory::pick_records(domain, &admin, &pick).await.unwrap(), (survivor, ending));

    let mut chosen = command(clinic, &admin, survivor, ending).await;
    chosen.kept.name = Some(ending);
    let id = merge(clinic, &admin, chosen).await.unwrap();
    assert_eq!(substances(&scene, survivor).await, ["Latex"]);
    assert_eq!(documents(clinic).await, signed, "what was signed stays what it is");
    prescriptions::pdf(domain, &no_files(), &by_doctor, prescription).await.unwrap();
    let amara = now(clinic, &scene.patient).await;
    assert_eq!(amara.acting().unwrap().patient, Some(survivor));
    let summary = records::visit_summary(domain, &amara, scene.encounter).await.unwrap();
    assert_eq!(summary.plan.as_deref(), Some("Rest"));
    let mails = clinic.mails(MailKind::RecordsMerged).await;
    assert_eq!(mails.into_iter().map(|mail| mail.recipient.to).collect::<Vec<_>>(), std::slice::from_ref(&scene.patient.email));
    // Labels and bookmarks of the record that ended lead to the one that stays.
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(scene.practice)).await.access(clinic);
    let search = PatientSearch { text: view.second.number.clone(), ..PatientSearch::default() };
    let found = directory::find_patients(domain, &desk, &search).await.unwrap().page.items;
    assert_eq!(found.iter().map(|row| (row.id, row.name.as_str())).collect::<Vec<_>>(), [(survivor, "Amara Osei")]);
    assert_eq!(directory::patient_card(domain, &desk, ending).await.unwrap().id, survivor);

    // What is new stays; what is written at a visit goes with the visit.
    allergy(&scene, survivor, "Pollen").await;
    note(&scene, 1, "Rest and tea").await;
    let listed = directory::merged_records(domain, &admin, ListMerged::default()).await.unwrap().items;
    assert_eq!(
        listed.iter().map(|row| (row.id, row.days_left, row.reason.as_str())).collect::<Vec<_>>(),
        [(id, 30, "Seen with a passport")]
    );
    separate(clinic, &admin, id).await.unwrap();
    assert_eq!(separate(clinic, &admin, id).await, Err(Code::NotFound));
    assert_eq!(substances(&scene, ending).await, ["Latex"]);
    let left: Vec<PatientId> =
        sqlx::query_scalar::<_, uuid::Uuid>("select patient_id from allergies order by recorded_at, id desc")
            .fetch_all(&clinic.owner)
            .await
            .unwrap()
            .into_iter()
            .map(PatientId::from)
            .collect();
    assert!(left.contains(&survivor) && left.contains(&ending));
    let record = records::visit_record(domain, &by_doctor, scene.encounter).await.unwrap();
    assert_eq!(record.versions.iter().map(|version| version.note.plan.as_str()).collect::<Vec<_>>(), ["Rest and tea", "Rest"]);
    assert_eq!(now(clinic, &scene.patient).await.acting().unwrap().patient, Some(ending));
    assert_eq!(directory::patient_card(domain, &desk, survivor).await.unwrap().name, "Amara Ossei");
    assert_eq!(directory::compare_records(domain, &admin, survivor, ending).await.unwrap().second.holdings, holdings);
    assert_eq!(documents(clinic).await, signed);
    let audited = clinic.audited().await;
    for action in ["directory.records_compared", "directory.records_merged", "directory.records_separated"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn the_wrong_person_wrong_fields_and_an_old_page_are_refused() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (one, other) = (register(&clinic, practice, "Amara Osei").await, register(&clinic, practice, "Amara Ossei").await);
    let right = command(&clinic, &admin, one, other).await;
    let of_clinic = clinic.staff("Olu Admin", "admin", Some(practice)).await.access(&clinic);
    let patient = clinic.patient("Jonas Weber").await.access(&clinic);
    for wrong in [&of_clinic, &patient] {
        assert_eq!(merge(&clinic, wrong, right.clone()).await, Err(Code::Forbidden));
        let listed = directory::likely_pairs(&clinic.domain, wrong, None).await;
        assert_eq!(listed.err().map(|error| error.code()), Some(Code::Forbidden));
    }
    assert_eq!(merge(&clinic, &clinic.stranger(), right.clone()).await, Err(Code::SignInNeeded));

    let confirmation = command(&clinic, &admin, other, one).await.confirmation;
    let kept = KeptDetails { date_of_birth: Some(one), ..KeptDetails::default() };
    let wrong = MergeRecords { reason: " ".to_owned(), confirmation, kept, ..right.clone() };
    let refused = directory::merge_records(&clinic.domain, &admin, wrong).await.unwrap_err();
    assert_eq!(
        refused.field_errors(),
        [
            FieldError::new("name", FieldFault::Missing),
            FieldError::new("reason", FieldFault::Missing),
            FieldError::new("confirmation", FieldFault::UnknownChoice),
        ]
    );
    let stale = MergeRecords { merged: (other, right.merged.1 - 1), ..right.clone() };
    assert_eq!(merge(&clinic, &admin, stale).await, Err(Code::Stale));
    let same = MergeRecords { merged: right.survivor, ..right.clone() };
    assert_eq!(merge(&clinic, &admin, same).await, Err(Code::NotFound));

    let id = merge(&clinic, &admin, right.clone()).await.unwrap();
    assert_eq!(merge(&clinic, &admin, right).await, Err(Code::NotFound), "a record ends once");
    assert_eq!(separate(&clinic, &of_clinic, id).await, Err(Code::Forbidden));
    // A record that was merged further is separated in the order back.
    let last = register(&clinic, practice, "Amara Osey").await;
    let further = command(&clinic, &admin, last, one).await;
    let further = merge(&clinic, &admin, further).await.unwrap();
    assert_eq!(separate(&clinic, &admin, id).await, Err(Code::MergedSince));
    separate(&clinic, &admin, further).await.unwrap();
    clinic.pass(SignedDuration::from_hours(24 * 30));
    assert_eq!(separate(&clinic, &admin, id).await, Err(Code::MergeFinal));
    let listed = directory::merged_records(&clinic.domain, &admin, ListMerged::default()).await.unwrap();
    assert!(listed.items.is_empty());
}

#[tokio::test]
async fn a_visit_under_way_and_appointments_at_the_same_time_hold_a_merge_back() {
    let scene = testing::consultation().await;
    let (clinic, practice) = (&scene.clinic, scene.practice);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    let desk_made = register(clinic, practice, "Amara Ossei").await;
    let busy = command(clinic, &admin, desk_made, scene.patient.patient()).await;
    assert!(directory::compare_records(&clinic.domain, &admin, desk_made, scene.patient.patient()).await.unwrap().is_busy);
    assert_eq!(merge(clinic, &admin, busy).await, Err(Code::MergeBusy));
    clinic.end_encounter(scene.encounter).await;

    clinic.pass(SignedDuration::from_hours(1));
    let other = clinic.doctor("Dr Tomas Reyes", practice).await;
    let mut twin = scene.patient.clone();
    twin.patient = Some(desk_made);
    clinic.coming_encounter(&scene.patient, &scene.doctor, practice).await;
    clinic.coming_encounter(&twin, &other, practice).await;
    let overlapping = command(clinic, &admin, desk_made, scene.patient.patient()).await;
    let view = directory::compare_records(&clinic.domain, &admin, desk_made, scene.patient.patient()).await.unwrap();
    assert_eq!((view.overlaps.len(), view.is_busy), (1, false));
    assert_eq!(merge(clinic, &admin, overlapping).await, Err(Code::MergeOverlap));
}

#[tokio::test]
async fn of_two_accounts_one_is_suspended_and_restored() {
    let clinic = testing::clinic().await;
    clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (stays, ends) = (clinic.patient("Amara Osei").await, clinic.patient("Amara Ossei").await);
    let right = command(&clinic, &admin, stays.patient(), ends.patient()).await;
    let id = merge(&clinic, &admin, right).await.unwrap();
    assert!(identity::resolve_session(&clinic.domain, ends.session).await.unwrap().is_none(), "signed out at once");
    let told = async |kind: MailKind| {
        let mails = clinic.mails(kind).await;
        mails.into_iter().map(|mail| mail.recipient.to).collect::<Vec<_>>()
    };
    assert_eq!(told(MailKind::UserSuspended).await, std::slice::from_ref(&ends.email));
    assert_eq!(now(&clinic, &stays).await.acting().unwrap().patient, Some(stays.patient()));
    separate(&clinic, &admin, id).await.unwrap();
    assert_eq!(told(MailKind::UserRestored).await, std::slice::from_ref(&ends.email));
    let mut separated = told(MailKind::RecordsSeparated).await;
    separated.sort();
    assert_eq!(separated, [stays.email.clone(), ends.email.clone()]);
}

#[tokio::test]
async fn whoever_deleted_an_account_and_made_another_keeps_that_one() {
    let clinic = testing::clinic().await;
    clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (old, new) = (clinic.patient("Amara Osei").await, clinic.patient("Amara Ossei").await);
    sqlx::query("update users set deleted_at = created_at where id = $1")
        .bind(old.user.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    let right = command(&clinic, &admin, old.patient(), new.patient()).await;
    let id = merge(&clinic, &admin, right).await.unwrap();
    assert_eq!(now(&clinic, &new).await.acting().unwrap().patient, Some(old.patient()));
    separate(&clinic, &admin, id).await.unwrap();
    assert_eq!(now(&clinic, &new).await.acting().unwrap().patient, Some(new.patient()));
}

#[tokio::test]
async fn an_account_that_comes_back_after_a_merge_leaves_the_record_to_the_one_in_use() {
    let clinic = testing::clinic().await;
    clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (old, new) = (clinic.patient("Amara Osei").await, clinic.patient("Amara Ossei").await);
    let proof = Proof::Password(PASSWORD.to_owned());
    scheduling::delete_account(&clinic.domain, &old.access(&clinic), proof).await.unwrap();
    let right = command(&clinic, &admin, old.patient(), new.patient()).await;
    merge(&clinic, &admin, right).await.unwrap();
    identity::bring_back_account(&clinic.domain, &admin, old.user).await.unwrap();
    let holders: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select user_id from patient_access where patient_id = $1 and relation = 'self' and (ends_at is null or ends_at > $2)",
    )
    .bind(old.patient().uuid())
    .bind(jiff_sqlx::ToSqlx::to_sqlx(clinic.domain.now()))
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert_eq!(holders, [new.user.uuid()]);
}

#[tokio::test]
async fn a_clinic_that_registers_the_patient_itself_knows_the_record_also_after_separating() {
    let clinic = testing::clinic().await;
    let (one, other) = (clinic.practice().await, clinic.practice().await);
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let stays = register(&clinic, one, "Amara Osei").await;
    clinic.pass(SignedDuration::from_mins(1));
    let ends = register(&clinic, other, "Amara Ossei").await;
    let right = command(&clinic, &admin, stays, ends).await;
    let id = merge(&clinic, &admin, right).await.unwrap();
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(other)).await.access(&clinic);
    let person = NewPatient {
        name: "Amara Osei".to_owned(),
        latin_name: String::new(),
        date_of_birth: BORN.map(str::to_owned),
        phone: "+44 7700 900456".to_owned(),
    };
    let command = RegisterPatient { person, likeness: Likeness::Same(stays), idempotency_key: None };
    directory::register_patient(&clinic.domain, &desk, command).await.unwrap();
    separate(&clinic, &admin, id).await.unwrap();
    assert_eq!(directory::patient_card(&clinic.domain, &desk, stays).await.unwrap().name, "Amara Osei");
}

#[tokio::test]
async fn the_account_of_a_parent_is_not_suspended() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let (other, parent) = (clinic.patient("Amara Osei").await, clinic.patient("Amara Ossei").await);
    let child = register(&clinic, practice, "Kofi Osei").await;
    clinic.lets_act(&parent, child, "guardian").await;
    let right = command(&clinic, &admin, other.patient(), parent.patient()).await;
    assert_eq!(merge(&clinic, &admin, right).await, Err(Code::MergeStaff));
    let right = command(&clinic, &admin, parent.patient(), other.patient()).await;
    merge(&clinic, &admin, right).await.unwrap();
}

#[tokio::test]
async fn two_merges_into_one_record_are_undone_in_the_order_back() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let stays = register(&clinic, practice, "Amara Osei").await;
    let mut merges = Vec::new();
    for name in ["Amara Ossei", "Amara Osey"] {
        clinic.pass(SignedDuration::from_mins(1));
        let ends = register(&clinic, practice, name).await;
        let mut chosen = command(&clinic, &admin, stays, ends).await;
        chosen.kept.name = Some(ends);
        merges.push(merge(&clinic, &admin, chosen).await.unwrap());
    }
    assert_eq!(separate(&clinic, &admin, merges[0]).await, Err(Code::MergedSince));
    separate(&clinic, &admin, merges[1]).await.unwrap();
    separate(&clinic, &admin, merges[0]).await.unwrap();
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await.access(&clinic);
    assert_eq!(directory::patient_card(&clinic.domain, &desk, stays).await.unwrap().name, "Amara Osei");
}

/// What stays with the record that ends (ADR 43): what is bound to it, what ends with it, and what is forgotten soon.
const STAYS: [&str; 18] = [
    "calendar_feeds",
    "kept_drafts",
    "mass_message_consents",
    "mass_message_recipients",
    "notices",
    "patient_address_versions",
    "patient_claims",
    "patient_deletions",
    "patient_key_links",
    "patient_keys",
    "patient_profile_versions",
    "patient_versions",
    "record_handovers",
    "record_looks",
    "sessions",
    "times_taken",
    "waiting_entries",
    "waiting_offers",
];

#[tokio::test]
async fn every_table_of_patients_moves_or_is_known_to_stay() {
    let clinic = testing::clinic().await;
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
         where a.attname = 'patient_id' and not a.attisdropped and c.relkind in ('r', 'p') and not c.relispartition
           and c.relnamespace = 'public'::regnamespace
         order by c.relname",
    )
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    for function in ["move_patient_rows", "return_patient_rows"] {
        let body: String = sqlx::query_scalar("select prosrc from pg_proc where proname = $1")
            .bind(function)
            .fetch_one(&clinic.owner)
            .await
            .unwrap();
        let named = |table: &String| body.contains(&format!("'{table}'")) || body.contains(&format!("update {table} "));
        let left: Vec<&String> = tables.iter().filter(|table| !named(table)).collect();
        assert_eq!(left, STAYS, "{function}");
    }
}
