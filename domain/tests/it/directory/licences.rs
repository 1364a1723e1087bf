//! The licences of verified doctors: stating, renewing and reviewing them, the warnings, and what follows when the last one has ended.

use super::house;
use domain::{
    directory::{self, ChangeCover, MailContent, MailKind, ReviewLicence, StateLicence, TypedLicence},
    notices, scheduling,
};
use jiff::SignedDuration;
use model::{
    directory::{ApplicationDecision, LicenceState, LicencesView},
    errors::{Code, FieldError, FieldFault},
    ids::LicenceId,
};
use testing::{Person, TestClinic};

use ApplicationDecision::{Refused, Verified};

fn typed(number: &str) -> TypedLicence {
    TypedLicence {
        number: number.to_owned(),
        authority: "General Medical Council".to_owned(),
        country: "GB".to_owned(),
        region: "Wales".to_owned(),
        issued: ["1", "4", "2024"].map(str::to_owned),
        expires: ["31", "3", "2031"].map(str::to_owned),
    }
}

async fn own(clinic: &TestClinic, doctor: &Person) -> LicencesView {
    directory::own_licences(&clinic.domain, &doctor.access(clinic)).await.unwrap()
}

async fn state(
    clinic: &TestClinic,
    person: &Person,
    of: Option<(LicenceId, i32)>,
    licence: TypedLicence,
) -> Result<LicenceId, Code> {
    let command = StateLicence { of, licence };
    directory::state_licence(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

async fn review(
    clinic: &TestClinic,
    person: &Person,
    licence: LicenceId,
    decision: ApplicationDecision,
    version: i32,
) -> Result<(), Code> {
    let command = ReviewLicence { licence, decision, reply: "I called the council.".to_owned(), version };
    directory::review_licence(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

/// Why a patient cannot book the doctor; `None` if they can.
async fn unbookable(clinic: &TestClinic, patient: &Person, doctor: &Person) -> Option<Code> {
    let page = scheduling::doctor_page(&clinic.domain, &patient.access(clinic), doctor.doctor(), "Europe/London", None).await;
    page.err().map(|error| error.code())
}

#[tokio::test]
async fn after_the_last_licence_has_ended_nobody_can_book_until_a_renewed_one_is_approved() {
    let (clinic, practice, admin) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let patient = clinic.patient("Amara Osei").await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    assert!(own(&clinic, &doctor).await.may_practise());
    clinic.as_owner("update licences set expires_on = '2026-11-23'").await;
    let before = own(&clinic, &doctor).await;
    assert!(!before.may_practise());
    assert_eq!(unbookable(&clinic, &patient, &doctor).await, Some(Code::DoctorUnlicensed));

    let old = &before.licences[0];
    assert_eq!(state(&clinic, &doctor, Some((old.id, old.version + 1)), typed("7012345")).await, Err(Code::Stale));
    let id = state(&clinic, &doctor, Some((old.id, old.version)), typed("7012345")).await.unwrap();
    assert_eq!(state(&clinic, &doctor, None, typed("7012345")).await, Err(Code::LicenceWaiting));
    assert_eq!(unbookable(&clinic, &patient, &doctor).await, Some(Code::DoctorUnlicensed), "it waits for its review");

    assert_eq!(directory::licences_waiting(domain, &admins).await.unwrap(), 1);
    let listed = directory::licences_in(domain, &admins, LicenceState::Waiting, None).await.unwrap();
    assert_eq!((listed.items.len(), listed.items[0].id), (1, id));
    let seen = directory::licence(domain, &admins, id).await.unwrap();
    assert!(seen.may_decide && seen.same_licence.is_empty());
    assert_eq!((seen.licence.region.as_deref(), seen.licence.issued_on.is_some()), (Some("Wales"), true));

    let version = seen.licence.version;
    assert_eq!(review(&clinic, &admin, id, Verified, version + 1).await, Err(Code::Stale));
    assert_eq!(review(&clinic, &doctor, id, Verified, version).await, Err(Code::Forbidden));
    assert_eq!(review(&clinic, &patient, id, Verified, version).await, Err(Code::NotFound));
    assert_eq!(review(&clinic, &admin, id, Verified, version).await, Ok(()));
    assert_eq!(review(&clinic, &admin, id, Verified, version + 1).await, Err(Code::LicenceDecided));
    let after = own(&clinic, &doctor).await;
    assert!(after.may_practise());
    assert_eq!(after.licences.iter().map(|licence| licence.id).collect::<Vec<_>>(), [id], "the old one is replaced");
    assert_eq!(unbookable(&clinic, &patient, &doctor).await, None);

    // What was approved can be withdrawn, with a reason.
    let silent = ReviewLicence { licence: id, decision: Refused, reply: " ".to_owned(), version: version + 1 };
    let silent = directory::review_licence(domain, &admins, silent).await.unwrap_err();
    assert_eq!(silent.field_errors(), [FieldError::new("reply", FieldFault::Missing)]);
    assert_eq!(review(&clinic, &admin, id, Refused, version + 1).await, Ok(()));
    assert_eq!(unbookable(&clinic, &patient, &doctor).await, Some(Code::DoctorUnlicensed));
    let mails = clinic.mails(MailKind::LicenceDecided).await;
    let approvals =
        mails.iter().filter(|mail| matches!(mail.content, notices::MailContent::Directory(MailContent::LicenceApproved(_))));
    assert_eq!((mails.len(), approvals.count()), (2, 1));
    let audited = clinic.audited().await;
    for action in
        ["directory.licence_stated", "directory.licence_viewed", "directory.licence_approved", "directory.licence_refused"]
    {
        assert_eq!(audited.iter().filter(|found| *found == action).count(), 1, "{action}");
    }

    // A refused one is corrected in its place, and waits again.
    let refused = own(&clinic, &doctor).await.licences[0].clone();
    assert_eq!(refused.reply.as_deref(), Some("I called the council."));
    assert_eq!(state(&clinic, &doctor, Some((id, refused.version)), typed("7012346")).await, Ok(id));
    let again = own(&clinic, &doctor).await.licences[0].clone();
    assert_eq!((again.state, again.number.as_str(), again.reply), (LicenceState::Waiting, "7012346", None));
}

#[tokio::test]
async fn a_licence_of_another_verified_doctor_is_not_approved() {
    let (clinic, practice, admin) = house().await;
    let (first, second) = (clinic.doctor("Dr Lena Hoffmann", practice).await, clinic.doctor("Dr Jonas Weber", practice).await);
    let approved = state(&clinic, &first, None, typed("7012345")).await.unwrap();
    assert_eq!(review(&clinic, &admin, approved, Verified, 1).await, Ok(()));
    let same = state(&clinic, &second, None, typed("7012345")).await.unwrap();
    let seen = directory::licence(&clinic.domain, &admin.access(&clinic), same).await.unwrap();
    assert_eq!(seen.same_licence.len(), 1);
    assert_eq!(review(&clinic, &admin, same, Verified, 1).await, Err(Code::LicenceTaken));
    assert_eq!(review(&clinic, &admin, same, Refused, 1).await, Ok(()));
}

#[tokio::test]
async fn a_doctor_is_warned_three_times_and_each_time_once() {
    let (clinic, practice, _) = house().await;
    clinic.doctor("Dr Lena Hoffmann", practice).await;
    // Sixty days after the day of the test.
    clinic.as_owner("update licences set expires_on = '2027-01-23'").await;
    let days = |days: i64| SignedDuration::from_hours(24 * days);
    for (pass, warned) in [(0, 1), (0, 0), (29, 0), (1, 1), (22, 0), (1, 1), (7, 0), (1, 0)] {
        clinic.pass(days(pass));
        assert_eq!(directory::warn_of_licences(&clinic.domain).await.unwrap(), warned, "after {pass} days more");
    }
    let mails = clinic.mails(MailKind::LicenceNearEnd).await;
    assert_eq!(mails.len(), 3);
    let notices::MailContent::Directory(MailContent::LicenceNearEnd(brief)) = &mails[0].content else { panic!() };
    assert_eq!((brief.authority.as_str(), brief.expires_on.to_string().as_str()), ("GMC", "2027-01-23"));
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.licence_warned").count(), 3);
}

#[tokio::test]
async fn every_wrong_field_is_named_and_the_wrong_person_is_refused() {
    let (clinic, practice, admin) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (other, patient) = (clinic.doctor("Dr Jonas Weber", practice).await, clinic.patient("Amara Osei").await);
    let wrong = TypedLicence {
        number: " ".to_owned(),
        authority: String::new(),
        country: "XX".to_owned(),
        region: "a\u{7}".to_owned(),
        issued: ["1", "1", "2027"].map(str::to_owned),
        expires: ["1", "1", "2026"].map(str::to_owned),
    };
    let command = StateLicence { of: None, licence: wrong };
    let refused = directory::state_licence(&clinic.domain, &doctor.access(&clinic), command.clone()).await.unwrap_err();
    let faults = [
        FieldError::new("licence_number", FieldFault::Missing),
        FieldError::new("licence_authority", FieldFault::Missing),
        FieldError::new("licence_country", FieldFault::UnknownChoice),
        FieldError::new("licence_region", FieldFault::ForbiddenCharacter),
        FieldError::new("licence_issued", FieldFault::NotPast),
        FieldError::new("licence_expires", FieldFault::NotFuture),
    ];
    assert_eq!(refused.field_errors(), faults);

    let theirs = own(&clinic, &doctor).await.licences[0].clone();
    assert_eq!(state(&clinic, &other, Some((theirs.id, theirs.version)), typed("7")).await, Err(Code::NotFound));
    for person in [&patient, &admin] {
        assert_eq!(state(&clinic, person, None, typed("7")).await, Err(Code::Forbidden));
        assert_eq!(directory::own_licences(&clinic.domain, &person.access(&clinic)).await.unwrap_err().code(), Code::Forbidden);
    }
    let stranger =
        directory::state_licence(&clinic.domain, &clinic.stranger(), StateLicence { of: None, licence: typed("7") }).await;
    assert_eq!(stranger.unwrap_err().code(), Code::SignInNeeded);
    assert_eq!(directory::licences_waiting(&clinic.domain, &doctor.access(&clinic)).await.unwrap_err().code(), Code::Forbidden);
}

#[tokio::test]
async fn the_insurance_is_stated_whole_or_not_at_all() {
    let (clinic, practice, _) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let version = own(&clinic, &doctor).await.version;
    let change = async |insurer: &str, until: [&str; 3], version| {
        let until = until.map(str::to_owned);
        let command = ChangeCover { insurer: insurer.to_owned(), number: insurer.to_owned(), until, version };
        directory::change_cover(&clinic.domain, &doctor.access(&clinic), command).await
    };
    let half = change("Medical Protection", ["", "", ""], version).await.unwrap_err();
    assert_eq!(half.field_errors(), [FieldError::new("cover_until", FieldFault::Missing)]);
    change("Medical Protection", ["31", "12", "2027"], version).await.unwrap();
    let cover = own(&clinic, &doctor).await.cover.unwrap();
    assert_eq!((cover.insurer.as_str(), cover.over), ("Medical Protection", false));
    assert_eq!(change("", ["", "", ""], version).await.unwrap_err().code(), Code::Stale);
    change("", ["", "", ""], version + 1).await.unwrap();
    assert_eq!(own(&clinic, &doctor).await.cover, None);
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.cover_changed").count(), 2);
}
