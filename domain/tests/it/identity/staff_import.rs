//! The import of staff: checked row by row, then everybody is invited or nobody.

use domain::access::Access;
use domain::identity::{self, ImportStaff, ListInvitations, MOST_STAFF, MailKind};
use model::{
    errors::{Code, FieldError, FieldFault},
    identity::{StaffImportReport, StaffRowProblem},
};
use testing::TestClinic;

async fn import(clinic: &TestClinic, by: &Access, csv: &str, invite: bool) -> domain::Result<StaffImportReport> {
    identity::import_staff(&clinic.domain, by, ImportStaff { csv: csv.to_owned(), invite }).await
}

#[tokio::test]
async fn one_wrong_row_keeps_all_others_from_being_invited() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(practice)).await;
    let invited = async || {
        let page = identity::list_invitations(&clinic.domain, &admin, ListInvitations::default()).await.unwrap();
        let mut rows: Vec<_> = page.items.into_iter().map(|row| (row.email, row.name, row.clinic)).collect();
        rows.sort();
        rows
    };
    let file = format!(
        "\u{FEFF}Role;email;Clinic;name\r\nNurse;new@people.example;riverside clinic;\"Rosa; Almeida\"\r\n\
         nurse;NEW@people.example;Riverside Clinic;\r\nking;no address;Nowhere;<b>\r\nnurse;{};{};\r\n;;;\r\n\
         support;other@people.example;All;\r\n",
        nurse.email, practice.clinic
    );
    let report = import(&clinic, &admin, &file, true).await.unwrap();
    let found: Vec<(u32, &str)> = report.faults.iter().map(|fault| (fault.line, fault.field.as_str())).collect();
    assert_eq!(found, [(3, "email"), (4, "email"), (4, "name"), (4, "role"), (4, "clinic"), (5, "email")]);
    assert_eq!((report.faults[0].problem, report.faults[5].problem), (StaffRowProblem::Twice, StaffRowProblem::RoleHeld));
    assert_eq!(report.faults[4].problem, StaffRowProblem::Value(FieldFault::UnknownChoice));
    assert_eq!((report.rows, report.invited, invited().await), (5, false, Vec::new()));

    let right = "email,name,role,clinic\nnew@people.example,\"Almeida, Rosa\",nurse,Riverside Clinic\nother@people.example,,support,all\n";
    assert!(!import(&clinic, &admin, right, false).await.unwrap().invited);
    assert!(clinic.mails(MailKind::Invitation).await.is_empty(), "a check invites nobody");
    assert!(import(&clinic, &admin, right, true).await.unwrap().invited);
    let [other, new] = ["other@people.example", "new@people.example"].map(str::to_owned);
    let at = Some("Riverside Clinic".to_owned());
    assert_eq!(invited().await, [(new, Some("Almeida, Rosa".to_owned()), at), (other, None, None)]);
    assert_eq!(clinic.mails(MailKind::Invitation).await.len(), 2);
    assert!(clinic.audited().await.contains(&"identity.staff_imported".to_owned()));
    let again = import(&clinic, &admin, right, true).await.unwrap();
    let problems: Vec<StaffRowProblem> = again.faults.iter().map(|fault| fault.problem).collect();
    assert_eq!(problems, [StaffRowProblem::InvitationExists; 2]);
}

#[tokio::test]
async fn a_file_that_is_none_and_the_wrong_person_are_refused() {
    let clinic = testing::clinic().await;
    let (here, there) = (clinic.practice().await, clinic.practice().await);
    let local = clinic.staff("Lars Local", "admin", Some(here)).await.access(&clinic);
    let organiser = clinic.staff("Olga Organiser", "admin", None).await.access(&clinic);
    let many = format!("email,role,clinic\n{}", "a@people.example,nurse,all\n".repeat(MOST_STAFF + 1));
    for (file, fault) in [
        ("", FieldFault::Missing),
        ("email,role,clinic\n", FieldFault::Missing),
        ("email,role\na@people.example,nurse", FieldFault::Malformed),
        ("email,role,clinic\n\"a@people.example,nurse,all", FieldFault::Malformed),
        (many.as_str(), FieldFault::too_many(MOST_STAFF)),
    ] {
        let refused = import(&clinic, &organiser, file, true).await.unwrap_err();
        assert_eq!(refused.field_errors(), [FieldError::new("csv", fault)]);
    }
    let unknown = StaffRowProblem::Value(FieldFault::UnknownChoice);
    let row = |at: &str| format!("email,role,clinic\na@people.example,nurse,{at}\n");
    for (who, at, problem) in [
        (&local, there.clinic.to_string(), Some(unknown)),
        (&local, "all".to_owned(), Some(unknown)),
        (&local, "Riverside Clinic".to_owned(), None),
        (&organiser, "Riverside Clinic".to_owned(), Some(StaffRowProblem::ClinicAmbiguous)),
        (&organiser, there.clinic.to_string(), None),
    ] {
        let report = import(&clinic, who, &row(&at), false).await.unwrap();
        assert_eq!(report.faults.first().map(|fault| fault.problem), problem, "{at}");
    }
    let nurse = clinic.staff("Nils Nurse", "nurse", Some(here)).await.access(&clinic);
    for (who, code) in [(clinic.stranger(), Code::SignInNeeded), (nurse, Code::Forbidden)] {
        assert_eq!(import(&clinic, &who, &row("all"), true).await.unwrap_err().code(), code);
    }
}

#[tokio::test]
async fn a_clinic_is_found_by_a_name_in_any_script_however_the_file_encodes_it() {
    let clinic = testing::clinic().await;
    clinic.practice().await;
    let admin = clinic.staff("Ida Admin", "admin", None).await.access(&clinic);
    for (name, typed) in [
        ("Klinik M\u{fc}nchen", "klinik  Mu\u{308}nchen"),
        ("\u{41a}\u{43b}\u{438}\u{43d}\u{438}\u{43a}\u{430}", "\u{43a}\u{43b}\u{438}\u{43d}\u{438}\u{43a}\u{430}"),
        ("\u{8a3a}\u{7642}\u{6240}", "\u{8a3a}\u{7642}\u{6240}"),
    ] {
        sqlx::query("update clinics set name = $1").bind(name).execute(&clinic.owner).await.unwrap();
        let file = format!("email,role,clinic\na@people.example,nurse,{typed}\n");
        let report = import(&clinic, &admin, &file, false).await.unwrap();
        assert!(report.faults.is_empty(), "{name}: {:?}", report.faults);
    }
}
