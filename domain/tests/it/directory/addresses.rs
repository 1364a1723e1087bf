//! The addresses of a patient besides the one at home: each change a version, encrypted, and nobody else's.

use domain::directory::{self, ChangeAddress};
use jiff::civil::date;
use model::{
    directory::AddressKind,
    errors::{Code, FieldError, FieldFault},
    identity::TypedAddress,
};
use testing::{Person, TestClinic};

fn command(kind: AddressKind, line_1: &str, version: i32) -> ChangeAddress {
    let [line_1, town, country] = [line_1, "Reading", "GB"].map(str::to_owned);
    let address = TypedAddress { line_1, town, country, ..TypedAddress::default() };
    let (from, until) = (Default::default(), Default::default());
    ChangeAddress { kind, address, from, until, version }
}

async fn change(clinic: &TestClinic, person: &Person, command: ChangeAddress) -> domain::Result<()> {
    directory::change_address(&clinic.domain, &person.access(clinic), command).await
}

#[tokio::test]
async fn each_change_is_a_version_and_the_newest_one_counts() {
    let clinic = testing::clinic().await;
    let patient = clinic.patient("Amara Osei").await;
    change(&clinic, &patient, command(AddressKind::Postal, "10 Hidden Lane", 0)).await.unwrap();
    let stale = change(&clinic, &patient, command(AddressKind::Postal, "11 Hidden Lane", 0)).await.unwrap_err();
    assert_eq!(stale.code(), Code::Stale);
    change(&clinic, &patient, command(AddressKind::Postal, "12 Hidden Lane", 1)).await.unwrap();

    let temporary = command(AddressKind::Temporary, "1 Sea Road", 0);
    let refused = change(&clinic, &patient, temporary.clone()).await.unwrap_err();
    assert_eq!(
        refused.field_errors(),
        [FieldError::new("from", FieldFault::Missing), FieldError::new("until", FieldFault::Missing)]
    );
    let from = ["1", "12", "2026"].map(str::to_owned);
    let wrong = ChangeAddress { until: ["30", "11", "2026"].map(str::to_owned), from: from.clone(), ..temporary.clone() };
    let refused = change(&clinic, &patient, wrong).await.unwrap_err();
    assert_eq!(refused.field_errors(), [FieldError::new("until", FieldFault::EndBeforeStart)]);
    let right = ChangeAddress { until: ["31", "12", "2026"].map(str::to_owned), from, ..temporary };
    change(&clinic, &patient, right).await.unwrap();

    let views = directory::addresses(&clinic.domain, &patient.access(&clinic)).await.unwrap();
    let [postal, temporary] = &views[..] else { panic!("an address of each kind") };
    assert_eq!((postal.version, postal.kept.as_ref().unwrap().address.line_1.as_str()), (2, "12 Hidden Lane"));
    assert_eq!(temporary.kept.as_ref().unwrap().days, Some((date(2026, 12, 1), date(2026, 12, 31))));
    change(&clinic, &patient, ChangeAddress { address: TypedAddress::default(), ..command(AddressKind::Postal, "", 2) })
        .await
        .unwrap();
    assert!(directory::addresses(&clinic.domain, &patient.access(&clinic)).await.unwrap()[0].kept.is_none());
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("select body_cipher from patient_address_versions where body_cipher is not null")
            .fetch_all(&clinic.owner)
            .await
            .unwrap();
    assert_eq!(stored.len(), 3);
    assert!(!stored.iter().any(|bytes| bytes.windows(6).any(|part| part == b"Hidden")));
    assert!(clinic.audited().await.contains(&"directory.address_changed".to_owned()));

    let practice = clinic.practice().await;
    let nurse = clinic.staff("Sam Nurse", "nurse", Some(practice)).await;
    let refused = change(&clinic, &nurse, command(AddressKind::Postal, "1 Other Lane", 0)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    let stranger = directory::addresses(&clinic.domain, &clinic.stranger()).await;
    assert_eq!(stranger.err().map(|error| error.code()), Some(Code::SignInNeeded));
}
