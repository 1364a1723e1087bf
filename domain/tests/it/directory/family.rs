//! Families: adding a child, the lists of both sides, and ending that somebody acts for somebody else.

use domain::{
    access::Access,
    directory::{self, AddChild, EndActing, MailKind},
    identity,
    scheduling::{self, BookAppointment},
};
use jiff::SignedDuration;
use model::{
    directory::ActingRelation,
    errors::{Code, FieldError, FieldFault, Range},
    ids::{PatientId, RequestId},
    scheduling::VisitMode,
};
use std::collections::BTreeSet;
use testing::{BEGIN, Person, TestClinic};

fn child(name: &str, born: [&str; 3]) -> AddChild {
    AddChild { name: name.to_owned(), latin_name: String::new(), date_of_birth: born.map(str::to_owned), idempotency_key: None }
}

fn mia() -> AddChild {
    child("Mia Osei", ["30", "5", "2019"])
}

async fn add(clinic: &TestClinic, person: &Person, command: AddChild) -> Result<PatientId, Code> {
    directory::add_child(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

/// A new request of the person's session, in which it acts as it acts now.
async fn now(clinic: &TestClinic, person: &Person) -> Access {
    let acting = identity::resolve_session(&clinic.domain, person.session).await.unwrap().unwrap();
    Access::new(acting.into(), clinic.domain.new_id::<RequestId>())
}

async fn end(
    clinic: &TestClinic,
    person: &Person,
    patient: PatientId,
    user: &Person,
    relation: ActingRelation,
) -> Result<(), Code> {
    let command = EndActing { patient, user: user.user, relation };
    directory::end_acting(&clinic.domain, &person.access(clinic), command).await.map_err(|error| error.code())
}

#[tokio::test]
async fn a_parent_adds_a_child_once_and_acts_for_them() {
    let clinic = testing::clinic().await;
    let parent = clinic.patient("Amara Osei").await;
    let keyed = AddChild { idempotency_key: Some("k".to_owned()), ..mia() };
    let added = add(&clinic, &parent, keyed.clone()).await.unwrap();
    assert_eq!(add(&clinic, &parent, keyed.clone()).await, Ok(added), "the same request again");
    let other = AddChild { name: "Kofi Osei".to_owned(), ..keyed };
    assert_eq!(add(&clinic, &parent, other).await, Err(Code::IdempotencyMismatch));
    // Capital letters and spaces make no other child, another day of birth does.
    assert_eq!(add(&clinic, &parent, child(" mia  OSEI ", ["30", "5", "2019"])).await, Err(Code::ChildKnown));
    let twin = add(&clinic, &parent, child("Mia Osei", ["31", "5", "2019"])).await.unwrap();
    assert_ne!(twin, added);
    // A child of the same name in another family is another child.
    let stranger = clinic.patient("Kwame Osei").await;
    assert!(add(&clinic, &stranger, mia()).await.is_ok());

    let family = directory::family(&clinic.domain, &parent.access(&clinic)).await.unwrap();
    let listed: BTreeSet<_> = family.acts_for.iter().map(|held| held.patient.uuid()).collect();
    assert_eq!(listed, BTreeSet::from([added.uuid(), twin.uuid()]));
    let is_guardian = family.acts_for.iter().all(|held| (held.relation, held.since) == (ActingRelation::Guardian, BEGIN));
    assert!(is_guardian && family.acts_for.iter().all(|held| held.may_end && held.until.is_none()));
    assert!(family.acted_by.is_empty());
    assert_eq!(now(&clinic, &parent).await.acting().unwrap().patient, parent.patient, "adding a child switches nothing");
    identity::act_for(&clinic.domain, &parent.access(&clinic), added).await.unwrap();
    assert_eq!(now(&clinic, &parent).await.acting().unwrap().patient, Some(added));
    let audited: Vec<uuid::Uuid> = sqlx::query_scalar(
        "select resource_id from audit_events where action = 'directory.child_added' and actor_user_id = $1 order by number",
    )
    .bind(parent.user.uuid())
    .fetch_all(&clinic.owner)
    .await
    .unwrap();
    assert_eq!(audited, [added.uuid(), twin.uuid()]);
}

#[tokio::test]
async fn wrong_fields_grown_children_and_too_many_are_refused() {
    let clinic = testing::clinic().await;
    let parent = clinic.patient("Amara Osei").await;
    let faults = async |command: AddChild| {
        let refused = directory::add_child(&clinic.domain, &parent.access(&clinic), command).await.unwrap_err();
        refused.field_errors().to_vec()
    };
    let missing = ["name", "date_of_birth"].map(|field| FieldError::new(field, FieldFault::Missing));
    assert_eq!(faults(child(" ", ["", "", ""])).await, missing);
    let possible = Range::dates("2010-11-25".parse().unwrap(), "2026-11-23".parse().unwrap());
    let grown = [FieldError::new("date_of_birth", FieldFault::TooSmall(possible))];
    assert_eq!(faults(child("Kofi Osei", ["24", "11", "2010"])).await, grown);
    let unborn = [FieldError::new("date_of_birth_year", FieldFault::NotPast)];
    assert_eq!(faults(child("Kofi Osei", ["24", "11", "2026"])).await, unborn);
    let command = mia();
    let refused = directory::add_child(&clinic.domain, &clinic.stranger(), command).await.unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);

    for day in 1..=12 {
        add(&clinic, &parent, child("Mia Osei", [&day.to_string(), "5", "2019"])).await.unwrap();
    }
    assert_eq!(add(&clinic, &parent, child("Mia Osei", ["13", "5", "2019"])).await, Err(Code::TooManyChildren));
}

#[tokio::test]
async fn the_last_guardian_of_a_child_with_visits_cannot_leave() {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (parent, other) = (clinic.patient("Amara Osei").await, clinic.patient("Kwame Osei").await);
    let mistake = add(&clinic, &parent, child("Mia Osie", ["30", "5", "2019"])).await.unwrap();
    assert_eq!(end(&clinic, &parent, mistake, &parent, ActingRelation::Guardian).await, Ok(()), "nothing hangs on this record");
    assert_eq!(end(&clinic, &parent, mistake, &parent, ActingRelation::Guardian).await, Err(Code::NotFound));

    let mia = add(&clinic, &parent, mia()).await.unwrap();
    identity::act_for(&clinic.domain, &parent.access(&clinic), mia).await.unwrap();
    let start = BEGIN + SignedDuration::from_hours(25);
    let booking = BookAppointment { mode: Some(VisitMode::Video), ..testing::booking(&doctor, practice, start) };
    scheduling::book(&clinic.domain, &now(&clinic, &parent).await, booking).await.unwrap();
    let may_end = async || directory::family(&clinic.domain, &parent.access(&clinic)).await.unwrap().acts_for[0].may_end;
    assert!(!may_end().await);
    assert_eq!(end(&clinic, &parent, mia, &parent, ActingRelation::Guardian).await, Err(Code::ActingNeeded));

    clinic.lets_act(&other, mia, "guardian").await;
    assert!(may_end().await);
    assert_eq!(
        end(&clinic, &other, mia, &parent, ActingRelation::Guardian).await,
        Err(Code::NotFound),
        "only the child's own account could"
    );
    assert_eq!(end(&clinic, &parent, mia, &parent, ActingRelation::Guardian).await, Ok(()));
    assert_eq!(now(&clinic, &parent).await.acting().unwrap().patient, parent.patient, "the session acts for the parent again");
    assert!(clinic.mails(MailKind::ActingEnded).await.is_empty(), "the child has no account that could be told");
    let refused = identity::act_for(&clinic.domain, &parent.access(&clinic), mia).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotFound);
}

#[tokio::test]
async fn an_adult_ends_that_somebody_acts_for_them_and_both_sides_are_told() {
    let clinic = testing::clinic().await;
    let (patient, carer, stranger) =
        (clinic.patient("Amara Osei").await, clinic.patient("Ada Carer").await, clinic.patient("Jonas Weber").await);
    clinic.lets_act(&carer, patient.patient(), "helper").await;
    let family = directory::family(&clinic.domain, &patient.access(&clinic)).await.unwrap();
    let listed: Vec<_> =
        family.acted_by.iter().map(|held| (held.user, held.name.as_str(), held.relation, held.may_end)).collect();
    assert_eq!(listed, [(carer.user, "Ada Carer", ActingRelation::Helper, true)]);

    let (patient_id, helper) = (patient.patient(), ActingRelation::Helper);
    assert_eq!(end(&clinic, &stranger, patient_id, &carer, helper).await, Err(Code::NotFound));
    assert_eq!(end(&clinic, &patient, patient_id, &carer, ActingRelation::Guardian).await, Err(Code::NotFound));
    identity::act_for(&clinic.domain, &carer.access(&clinic), patient_id).await.unwrap();
    assert_eq!(end(&clinic, &patient, patient_id, &carer, helper).await, Ok(()));
    assert_eq!(now(&clinic, &carer).await.acting().unwrap().patient, carer.patient, "the carer's session is out at once");
    assert!(directory::family(&clinic.domain, &patient.access(&clinic)).await.unwrap().acted_by.is_empty());
    let told: Vec<String> = clinic.mails(MailKind::ActingEnded).await.into_iter().map(|mail| mail.recipient.to).collect();
    assert_eq!(told, std::slice::from_ref(&carer.email));

    // The carer of somebody else ends it themself, and the patient is told.
    clinic.lets_act(&carer, stranger.patient(), "helper").await;
    assert_eq!(end(&clinic, &carer, stranger.patient(), &carer, helper).await, Ok(()));
    let mut told: Vec<String> = clinic.mails(MailKind::ActingEnded).await.into_iter().map(|mail| mail.recipient.to).collect();
    told.sort();
    assert_eq!(told, [carer.email.clone(), stranger.email.clone()]);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "directory.acting_ended").count(), 2);
}

#[tokio::test]
async fn somebody_who_is_not_of_age_cannot_send_the_guardian_away() {
    let clinic = testing::clinic().await;
    let (young, parent) = (clinic.patient("Kofi Osei").await, clinic.patient("Amara Osei").await);
    clinic.as_owner("update patients set date_of_birth = '2012-01-01' where full_name = 'Kofi Osei'").await;
    clinic.lets_act(&parent, young.patient(), "guardian").await;
    let family = directory::family(&clinic.domain, &young.access(&clinic)).await.unwrap();
    assert!(!family.acted_by[0].may_end);
    assert_eq!(end(&clinic, &young, young.patient(), &parent, ActingRelation::Guardian).await, Err(Code::ActingNeeded));
}

#[tokio::test]
async fn a_guardian_is_told_once_before_a_child_comes_of_age() {
    let clinic = testing::clinic().await;
    let (parent, other) = (clinic.patient("Amara Osei").await, clinic.patient("Kwame Osei").await);
    // In 30 days, in 31 days, and long ahead.
    let soon = add(&clinic, &parent, child("Kofi Osei", ["24", "12", "2010"])).await.unwrap();
    add(&clinic, &parent, child("Esi Osei", ["25", "12", "2010"])).await.unwrap();
    add(&clinic, &parent, mia()).await.unwrap();
    clinic.lets_act(&other, soon, "helper").await;
    assert_eq!(directory::tell_coming_of_age(&clinic.domain).await.unwrap(), 1);
    assert_eq!(directory::tell_coming_of_age(&clinic.domain).await.unwrap(), 0, "once is enough");
    let told = async || {
        let mails = clinic.mails(MailKind::ComingOfAge).await;
        mails.into_iter().map(|mail| mail.recipient.to).collect::<Vec<_>>()
    };
    assert_eq!(told().await, std::slice::from_ref(&parent.email), "a helper is not told");
    clinic.lets_act(&other, soon, "guardian").await;
    assert_eq!(directory::tell_coming_of_age(&clinic.domain).await.unwrap(), 1, "another guardian is");
    clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(directory::tell_coming_of_age(&clinic.domain).await.unwrap(), 1, "the next child");
    assert_eq!(told().await.len(), 3);
    let audited = clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "directory.coming_of_age_told").count(), 3);
}
