//! The import of patients: checked row by row, then registered as a whole or not at all.

use super::house;
use domain::{
    access::Access,
    directory::{self, ImportPatients, ListPatients, MOST_ROWS},
};
use model::{
    directory::{ImportReport, RowFault, RowProblem},
    errors::{Code, FieldError, FieldFault},
};
use testing::TestClinic;

async fn import(clinic: &TestClinic, by: &Access, csv: &str, register: bool) -> domain::Result<ImportReport> {
    directory::import_patients(&clinic.domain, by, ImportPatients { csv: csv.to_owned(), register, clinic: None }).await
}

#[tokio::test]
async fn one_wrong_row_keeps_all_others_out() {
    let (clinic, here, _) = house().await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(here)).await.access(&clinic);
    let listed = async || directory::list_patients(&clinic.domain, &desk, ListPatients::default()).await.unwrap().items.len();
    let file = "phone,name,date_of_birth\n+44 7700 900123,Ana Weber,1980-02-29\n,Ana Weber,1980-02-29\n,Bo Hale,soon\n,\"Cy\nHale\",1991-01-01\n,Dee Hale,2990-01-01\n";
    let report = import(&clinic, &desk, file, true).await.unwrap();
    let found: Vec<(u32, &str)> = report.faults.iter().map(|fault| (fault.line, fault.field.as_str())).collect();
    assert_eq!(found, [(3, "name"), (4, "date_of_birth"), (7, "date_of_birth")]);
    assert_eq!(report.faults[0].problem, RowProblem::Twice);
    assert_eq!(
        report.faults[2],
        RowFault { line: 7, field: "date_of_birth".to_owned(), problem: RowProblem::Value(FieldFault::NotPast) }
    );
    assert_eq!((report.rows, report.registered, listed().await), (5, false, 0));

    let right = "name,date_of_birth\nAna Weber,1980-02-29\nBo Hale,1991-01-01\n";
    assert!(!import(&clinic, &desk, right, false).await.unwrap().registered);
    assert_eq!(listed().await, 0, "a check registers nobody");
    assert!(import(&clinic, &desk, right, true).await.unwrap().registered);
    assert_eq!(listed().await, 2);
    assert!(clinic.audited().await.contains(&"directory.patients_imported".to_owned()));
    let again = import(&clinic, &desk, right, true).await.unwrap();
    assert_eq!(again.faults.iter().map(|fault| fault.problem).collect::<Vec<_>>(), [RowProblem::LikelyKnown; 2]);
    let audited = clinic.audited().await;
    assert!(audited.contains(&"directory.likely_patients_listed".to_owned()), "who was found is written down");
}

#[tokio::test]
async fn a_file_that_is_none_and_the_wrong_person_are_refused() {
    let (clinic, here, admin) = house().await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(here)).await.access(&clinic);
    let many = format!("name,date_of_birth\n{}", "Ana Weber,1980-02-29\n".repeat(MOST_ROWS + 1));
    for (file, fault) in [
        ("", FieldFault::Missing),
        ("name,date_of_birth\n", FieldFault::Missing),
        ("name\nAna", FieldFault::Malformed),
        ("name,date_of_birth,blood\nAna,1980-02-29,A", FieldFault::Malformed),
        ("name,date_of_birth\n\"Ana,1980-02-29", FieldFault::Malformed),
        (many.as_str(), FieldFault::too_many(MOST_ROWS)),
    ] {
        let refused = import(&clinic, &desk, file, true).await.unwrap_err();
        assert_eq!(refused.field_errors(), [FieldError::new("csv", fault)]);
    }
    let right = "name,date_of_birth\nAna Weber,1980-02-29\n";
    let nurse = clinic.staff("Sam Nurse", "nurse", Some(here)).await.access(&clinic);
    let everywhere = clinic.staff("Eve Everywhere", "receptionist", None).await.access(&clinic);
    for (who, code) in [
        (clinic.stranger(), Code::SignInNeeded),
        (clinic.patient("Jonas Weber").await.access(&clinic), Code::NotFound),
        (admin.access(&clinic), Code::ClinicNeeded),
        (nurse, Code::Forbidden),
        (everywhere, Code::ClinicNeeded),
    ] {
        assert_eq!(import(&clinic, &who, right, true).await.unwrap_err().code(), code);
    }
    // An administrator of all clinics says which clinic registers them.
    let file = async |chosen| {
        let command = ImportPatients { csv: right.to_owned(), register: true, clinic: Some(chosen) };
        directory::import_patients(&clinic.domain, &admin.access(&clinic), command).await.map_err(|error| error.code())
    };
    assert_eq!(file(clinic.domain.new_id()).await.unwrap_err(), Code::NotFound);
    assert!(file(here.clinic).await.unwrap().registered);
    let listed = directory::list_patients(&clinic.domain, &desk, ListPatients::default()).await.unwrap();
    assert_eq!(listed.items.len(), 1);
}
