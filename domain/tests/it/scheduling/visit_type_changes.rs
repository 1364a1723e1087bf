//! What visit types were before somebody changed them, as the doctor and administrators read it.

use super::{scene, visit_types::typed};
use domain::scheduling;
use jiff::SignedDuration;
use model::{
    directory::{
        ChangeView,
        DetailField::{self, VisitTypeApproval, VisitTypeFee, VisitTypeName},
    },
    errors::Code,
    scheduling::VisitMode,
};

fn fields(change: &ChangeView) -> Vec<DetailField> {
    change.details.iter().map(|detail| detail.field).collect()
}

/// The value of a detail before and after a change, in lines.
fn values(change: &ChangeView, detail: usize) -> [Vec<String>; 2] {
    let detail = &change.details[detail];
    [&detail.before, &detail.after].map(|value| value.as_ref().map(|value| value.lines()).unwrap_or_default())
}

#[tokio::test]
async fn a_doctor_and_an_administrator_see_what_a_visit_cost_before() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.doctor());
    let own = scene.doctor.access(&scene.clinic);
    let admin = scene.clinic.staff("Ida Admin", "admin", Some(scene.practice)).await.access(&scene.clinic);
    let online = scene.add_type(typed("Online", VisitMode::Video, "30", "80")).await.unwrap();
    scene.clinic.pass(SignedDuration::from_mins(1));
    let version = scheduling::visit_types(domain, &own).await.unwrap().version;
    let cheaper = typed("Online visit", VisitMode::Video, "30", "");
    scheduling::edit_visit_type_of(domain, &admin, doctor, online, cheaper.clone(), version).await.unwrap();
    let stale = scheduling::edit_visit_type_of(domain, &admin, doctor, online, cheaper, version).await.unwrap_err();
    assert_eq!(stale.code(), Code::Stale);
    scene.clinic.pass(SignedDuration::from_mins(1));
    scheduling::set_approval(domain, &own, online, true, version.saturating_add(1)).await.unwrap();

    let seen = scheduling::own_profile_changes(domain, &own).await.unwrap();
    let [approval, cheaper, added] = &seen.items[..] else { panic!("there are {} changes", seen.items.len()) };
    assert_eq!(fields(approval), [VisitTypeApproval]);
    assert_eq!(values(approval, 0), [["no"], ["yes"]]);
    assert_eq!(fields(cheaper), [VisitTypeName, VisitTypeFee]);
    assert_eq!(values(cheaper, 1), [vec!["8000", "GBP"], vec!["usual"]]);
    assert_eq!((cheaper.by.as_str(), cheaper.of.as_deref()), ("Ida Admin", Some("Online visit")));
    assert_eq!(added.by, "Dr Lena Hoffmann");
    assert!(added.details.iter().all(|detail| detail.before.is_none()));
    assert!(scheduling::changes_of_doctor(domain, &admin, doctor).await.unwrap() == seen);

    let patient = scene.clinic.patient("Somebody Else").await.access(&scene.clinic);
    let refused = scheduling::changes_of_doctor(domain, &patient, doctor).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    let refused = scheduling::own_profile_changes(domain, &patient).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    let stranger = scheduling::own_profile_changes(domain, &scene.clinic.stranger()).await.unwrap_err();
    assert_eq!(stranger.code(), Code::SignInNeeded);
}
