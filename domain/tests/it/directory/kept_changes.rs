//! The versions of accounts, of licences and of applications: what was there before, who changed it and when, and who reads it.

use super::{EMAIL, applied, house, profile, verify};
use domain::{
    access::Access,
    directory::{self, CorrectLocale, CorrectName, ReviewLicence, ReviseApplication, StateLicence, TypedLicence},
    identity,
};
use jiff::SignedDuration;
use model::{
    directory::{
        ApplicationDecision, ChangesView,
        DetailField::{
            self, About, Fee, LicenceAuthority, LicenceCountry, LicenceExpires, LicenceIssued, LicenceNumber, LicenceRegion,
            LicenceReply, LicenceState, Name, TimeZone,
        },
    },
    errors::Code,
};

/// What was changed, the newest change first.
fn fields(changes: &ChangesView) -> Vec<Vec<DetailField>> {
    changes.items.iter().map(|change| change.details.iter().map(|detail| detail.field).collect()).collect()
}

/// The value of a detail before and after a change.
fn values(changes: &ChangesView, change: usize, detail: usize) -> [Option<Vec<String>>; 2] {
    let detail = &changes.items[change].details[detail];
    [&detail.before, &detail.after].map(|value| value.as_ref().map(|value| value.lines()))
}

fn one(text: &str) -> Option<Vec<String>> {
    Some(vec![text.to_owned()])
}

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

#[tokio::test]
async fn a_member_of_staff_and_an_administrator_see_what_the_account_was_before() {
    let (clinic, practice, admin) = house().await;
    let desk = clinic.staff("Rosa Almeida", "receptionist", Some(practice)).await;
    let (domain, access) = (&clinic.domain, desk.access(&clinic));
    assert!(directory::own_account_changes(domain, &access).await.unwrap().items.is_empty());

    let version = identity::account(domain, &access).await.unwrap().version;
    let name = CorrectName { name: "Rosa Almeida-Silva".to_owned(), latin_name: String::new(), version };
    directory::correct_name(domain, &access, name.clone()).await.unwrap();
    let stale = directory::correct_name(domain, &access, name).await.unwrap_err();
    assert_eq!(stale.code(), Code::Stale);
    clinic.pass(SignedDuration::from_mins(1));
    let locale =
        CorrectLocale { time_zone: "Europe/Berlin".to_owned(), language: "en".to_owned(), version: version.saturating_add(1) };
    directory::correct_locale(domain, &access, locale).await.unwrap();

    let own = directory::own_account_changes(domain, &access).await.unwrap();
    assert_eq!(fields(&own), [vec![TimeZone], vec![Name]]);
    assert_eq!(values(&own, 0, 0), [one("Europe/London"), one("Europe/Berlin")]);
    assert_eq!(values(&own, 1, 0), [one("Rosa Almeida"), one("Rosa Almeida-Silva")]);
    assert!(own.items.iter().all(|change| change.by == "Rosa Almeida-Silva" && change.of.is_none()));
    let seen = directory::changes_of_account(domain, &admin.access(&clinic), desk.user).await.unwrap();
    assert!(seen == own);
    assert_eq!(clinic.audited().await.iter().filter(|action| *action == "directory.account_changes_read").count(), 1);

    let refused =
        async |access: &Access| directory::changes_of_account(domain, access, desk.user).await.err().map(|error| error.code());
    let (patient, doctor) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Jonas Weber", practice).await);
    for person in [&patient, &doctor] {
        assert_eq!(refused(&person.access(&clinic)).await, Some(Code::NotFound), "{}", person.email);
    }
    assert_eq!(refused(&clinic.stranger()).await, Some(Code::SignInNeeded));
    let stranger = directory::own_account_changes(domain, &clinic.stranger()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}

#[tokio::test]
async fn a_licence_keeps_what_was_stated_before_and_what_was_decided_about_it() {
    let (clinic, practice, admin) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (domain, access, admins) = (&clinic.domain, doctor.access(&clinic), admin.access(&clinic));
    let state = async |of, number| directory::state_licence(domain, &access, StateLicence { of, licence: typed(number) }).await;
    let id = state(None, "7012345").await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    state(Some((id, 1)), "7012354").await.unwrap();
    assert_eq!(state(Some((id, 1)), "7099999").await.unwrap_err().code(), Code::Stale);
    clinic.pass(SignedDuration::from_mins(1));
    let reply = "Send the back page too.".to_owned();
    let more = ReviewLicence { licence: id, decision: ApplicationDecision::MoreAsked, reply: reply.clone(), version: 2 };
    directory::review_licence(domain, &admins, more).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    state(Some((id, 3)), "7012345").await.unwrap();

    let own = directory::own_profile_changes(domain, &access).await.unwrap();
    let first = vec![LicenceNumber, LicenceAuthority, LicenceCountry, LicenceRegion, LicenceIssued, LicenceExpires, LicenceState];
    let expected =
        [vec![LicenceNumber, LicenceReply, LicenceState], vec![LicenceReply, LicenceState], vec![LicenceNumber], first];
    assert_eq!(fields(&own), expected);
    assert_eq!(values(&own, 0, 1), [one(&reply), None]);
    assert_eq!(values(&own, 1, 1), [one("waiting"), one("more_asked")]);
    assert_eq!(values(&own, 2, 0), [one("7012345"), one("7012354")]);
    assert_eq!(values(&own, 3, 5), [None, one("2031-03-31")]);
    let by: Vec<_> = own.items.iter().map(|change| change.by.as_str()).collect();
    assert_eq!(by, ["Dr Lena Hoffmann", "Ada Admin", "Dr Lena Hoffmann", "Dr Lena Hoffmann"]);
    assert!(own.items.iter().all(|change| change.of.as_deref() == Some("General Medical Council 7012345")));
    assert!(directory::changes_of_doctor(domain, &admins, doctor.doctor()).await.unwrap() == own);
}

#[tokio::test]
async fn a_renewed_licence_is_kept_as_replaced_by_the_administrator_who_approved_the_new_one() {
    let (clinic, practice, admin) = house().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (domain, access, admins) = (&clinic.domain, doctor.access(&clinic), admin.access(&clinic));
    let old = directory::own_licences(domain, &access).await.unwrap().licences[0].clone();
    let renewed = StateLicence { of: Some((old.id, old.version)), licence: typed("7012345") };
    let id = directory::state_licence(domain, &access, renewed).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    let approve =
        ReviewLicence { licence: id, decision: ApplicationDecision::Verified, reply: "Checked.".to_owned(), version: 1 };
    directory::review_licence(domain, &admins, approve).await.unwrap();
    let seen = directory::changes_of_doctor(domain, &admins, doctor.doctor()).await.unwrap();
    let label = format!("{} {}", old.authority, old.number);
    let of_old: Vec<_> = seen.items.iter().filter(|change| change.of.as_deref() == Some(label.as_str())).collect();
    let [change] = &of_old[..] else { panic!("the old licence has one change") };
    let [detail] = &change.details[..] else { panic!("one detail was changed") };
    assert_eq!((detail.field, change.by.as_str()), (LicenceState, "Ada Admin"));
    assert_eq!(detail.after.as_ref().unwrap().lines(), ["replaced"]);
}

#[tokio::test]
async fn what_an_applicant_stated_first_stays_readable_and_the_fee_is_that_of_whoever_approved() {
    let (clinic, practice, admin) = house().await;
    let (domain, admins) = (&clinic.domain, admin.access(&clinic));
    let doctor = applied(&clinic, EMAIL, "7012345").await;
    let mut corrected = profile(&clinic, "7054321").await;
    corrected.about = "I listen first.".to_owned();
    let command = ReviseApplication { profile: corrected, version: 1 };
    directory::revise_application(domain, &doctor.access(&clinic), command).await.unwrap();
    clinic.pass(SignedDuration::from_mins(1));
    directory::decide(domain, &admins, verify(doctor.doctor(), practice.clinic, 2)).await.unwrap();

    let seen = directory::changes_of_doctor(domain, &admins, doctor.doctor()).await.unwrap();
    assert_eq!(fields(&seen), [vec![Fee], vec![About], vec![LicenceNumber]]);
    let by: Vec<_> = seen.items.iter().map(|change| change.by.as_str()).collect();
    assert_eq!(by, ["Ada Admin", "Dr Lena Hoffmann", "Dr Lena Hoffmann"]);
    assert_eq!(values(&seen, 0, 0)[1].as_ref().unwrap(), &["6000", "GBP"]);
    assert_eq!(values(&seen, 1, 0), [one("I listen."), one("I listen first.")]);
    assert_eq!(values(&seen, 2, 0), [one("7012345"), one("7054321")]);
}
