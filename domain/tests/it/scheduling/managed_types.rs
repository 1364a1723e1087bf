//! Administrators manage the visit types of their clinic's doctors.

use super::{code, scene, visit_types::typed};
use domain::{
    notices,
    notifications::{ListNotices, list_notices},
    scheduling::{self, MailContent, MailKind, TypedVisitType},
};
use model::{
    errors::Code,
    ids::MembershipId,
    money::{Currency, Money},
    notices::NoticeTopic,
    scheduling::VisitMode,
};
use std::collections::BTreeSet;

#[tokio::test]
async fn an_administrator_changes_what_visits_last_and_cost_and_never_sees_the_link_to_meetings() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.doctor());
    let admin = scene.clinic.staff("Ida Admin", "admin", Some(scene.practice)).await.access(&scene.clinic);
    let link = "https://meet.example/j/1";
    let online = TypedVisitType { meeting_link: link.to_owned(), ..typed("Online", VisitMode::External, "", "") };
    let online = scene.add_type(online).await.unwrap();
    let managed = scheduling::managed_doctors(domain, &admin, None).await.unwrap();
    assert_eq!(
        managed.items.iter().map(|row| (row.doctor, row.name.as_str())).collect::<Vec<_>>(),
        [(doctor, "Dr Lena Hoffmann")]
    );
    assert!(scheduling::managed_doctors(domain, &admin, Some(doctor)).await.unwrap().items.is_empty());

    let seen = scheduling::visit_types_of(domain, &admin, doctor).await.unwrap();
    assert_eq!((seen.doctor.name.as_str(), seen.types.types.len()), ("Dr Lena Hoffmann", 2));
    assert!(seen.types.types.iter().all(|known| known.meeting_link.is_none()));
    let changed = typed("Online visit", VisitMode::External, "45", "80");
    let edit = async |typed: TypedVisitType, version: i32| {
        scheduling::edit_visit_type_of(domain, &admin, doctor, online, typed, version).await
    };
    edit(changed.clone(), seen.types.version).await.unwrap();
    assert_eq!(code(edit(changed.clone(), seen.types.version).await), Code::Stale);
    let own = scheduling::visit_types(domain, &scene.doctor.access(&scene.clinic)).await.unwrap();
    let known = own.types.iter().find(|known| known.id == online).unwrap();
    assert_eq!(
        (known.name.as_str(), known.minutes, known.fee),
        ("Online visit", Some(45), Some(Money::new(8_000, Currency::GBP)))
    );
    assert_eq!(known.meeting_link.as_deref(), Some(link), "only the doctor changes it");

    let nameless = typed(" ", VisitMode::Phone, "4", "");
    assert_eq!(code(edit(nameless, own.version).await), Code::FieldsInvalid);
    let call = typed("Phone call", VisitMode::Phone, "15", "30");
    scheduling::add_visit_type_of(domain, &admin, doctor, call.clone(), own.version).await.unwrap();
    assert_eq!(code(scheduling::add_visit_type_of(domain, &admin, doctor, call, own.version).await), Code::Stale);
    let audited = scene.clinic.audited().await;
    let count = |action: &str| audited.iter().filter(|found| *found == action).count();
    assert_eq!((count("scheduling.visit_type_edited"), count("scheduling.visit_type_added")), (1, 2));

    // The doctor hears of what the administrator did, and not of the doctor's own change.
    let mails = scene.clinic.mails(MailKind::VisitTypeManaged).await;
    let name = |mail: &notices::Mail| match &mail.content {
        notices::MailContent::Scheduling(MailContent::VisitTypeManaged { visit_type }) => visit_type.clone(),
        other => panic!("{other:?}"),
    };
    let names: BTreeSet<String> = mails.iter().map(name).collect();
    assert_eq!(names, BTreeSet::from(["Online visit", "Phone call"].map(str::to_owned)));
    assert!(mails.len() == 2 && mails.iter().all(|mail| mail.recipient.to == scene.doctor.email));
    let listed = list_notices(domain, &scene.doctor.access(&scene.clinic), ListNotices::default()).await.unwrap();
    assert_eq!(listed.items.iter().filter(|notice| notice.topic == NoticeTopic::VisitTypes).count(), 2);
}

#[tokio::test]
async fn only_administrators_of_all_clinics_of_a_verified_doctor_do() {
    let scene = scene().await;
    let (domain, clinic, doctor) = (&scene.clinic.domain, &scene.clinic, scene.doctor.doctor());
    let there = clinic.practice().await;
    let elsewhere = clinic.staff("Lola Local", "admin", Some(there)).await.access(clinic);
    let nurse = clinic.staff("Nina Nurse", "nurse", Some(scene.practice)).await.access(clinic);
    let add = async |access: &domain::access::Access| {
        code(scheduling::add_visit_type_of(domain, access, doctor, typed("Call", VisitMode::Phone, "", ""), 1).await)
    };
    for access in [&scene.patient.access(clinic), &scene.doctor.access(clinic), &nurse] {
        assert_eq!(code(scheduling::managed_doctors(domain, access, None).await), Code::Forbidden);
        assert_eq!(scheduling::visit_types_of(domain, access, doctor).await.unwrap_err().code(), Code::Forbidden);
    }
    assert_eq!(add(&scene.patient.access(clinic)).await, Code::NotFound);
    assert_eq!(add(&scene.doctor.access(clinic)).await, Code::Forbidden);
    assert!(scheduling::managed_doctors(domain, &elsewhere, None).await.unwrap().items.is_empty());
    assert_eq!(scheduling::visit_types_of(domain, &elsewhere, doctor).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(add(&elsewhere).await, Code::NotFound);
    assert_eq!(code(scheduling::managed_doctors(domain, &clinic.stranger(), None).await), Code::SignInNeeded);

    // A doctor who works at another clinic too is for administrators of the whole organisation.
    sqlx::query("insert into memberships (id, user_id, role, clinic_id, created_at) values ($1, $2, 'doctor', $3, '2026-01-01')")
        .bind(domain.new_id::<MembershipId>().uuid())
        .bind(scene.doctor.user.uuid())
        .bind(there.clinic.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(add(&elsewhere).await, Code::AccountElsewhere);

    sqlx::query("update doctors set status = 'refused'").execute(&clinic.owner).await.unwrap();
    let all = clinic.staff("Ida Admin", "admin", None).await.access(clinic);
    assert_eq!(scheduling::visit_types_of(domain, &all, doctor).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(add(&all).await, Code::NotFound);
}
