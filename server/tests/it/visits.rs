//! The doctor's pages of a visit, as they are answered without scripts.

use crate::{
    functions::Scene,
    house::{Answer, Client, house_with},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::scheduling::{self, BookAppointment};
use jiff::SignedDuration;

async fn page(client: &Client, path: &str) -> Answer {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    client.send(request).await
}

fn text(answer: &Answer) -> String {
    String::from_utf8(answer.bytes.clone()).unwrap()
}

#[tokio::test]
async fn the_id_of_the_appointment_leads_to_the_page_of_its_visit() {
    let scene = Scene::with(house_with(&[]).await).await;
    let doctor = scene.house.client(&scene.treating).await;
    let led = page(&doctor, &scene.filled("/doctor/visits/{appointment}")).await;
    assert_eq!((led.status.as_u16(), led.header("location")), (303, scene.filled("/doctor/visits/{visit}").as_str()));
    assert_eq!(page(&doctor, &scene.filled("/doctor/visits/{visit}")).await.status, 200);
    let other = scene.house.client(&scene.doctor).await;
    let hidden = page(&other, &scene.filled("/doctor/visits/{appointment}")).await;
    assert_eq!((hidden.status.as_u16(), hidden.header("location")), (404, ""));
}

#[tokio::test]
async fn allergies_and_reason_are_unfolded_where_a_doctor_decides() {
    let scene = Scene::with(house_with(&[]).await).await;
    let doctor = scene.house.client(&scene.treating).await;
    let allergy = "patient={patient}&substance=Penicillin&reaction=Swelling%20of%20the%20face&severity=severe";
    assert_eq!(scene.call(&doctor, "add-allergy", allergy).await.0, 200);
    for path in
        ["/doctor", "/doctor/visits/{visit}", "/doctor/visits/{visit}/prescription", "/doctor/prescriptions/{draft}/review"]
    {
        let html = text(&page(&doctor, &scene.filled(path)).await);
        let (before, after) = html.split_once("class=\"safety\"").unwrap_or_else(|| panic!("{path} does not show it"));
        let (safety, _) = after.split_once("</dl>").unwrap();
        assert_eq!(before.matches("<details").count(), before.matches("</details>").count(), "{path}: it is in a fold");
        for known in ["Penicillin", "Swelling of the face", "severe", "A cough since Monday", "Amoxicillin"] {
            assert!(safety.contains(known), "{path} does not show {known}");
        }
    }
}

#[tokio::test]
async fn the_notes_are_amended_after_the_visit_and_stay_readable() {
    let scene = Scene::with(house_with(&[]).await).await;
    let doctor = scene.house.client(&scene.treating).await;
    let visit = scene.filled("{visit}").parse().unwrap();
    let save = async |plan: &str, version: i64| {
        let body = format!("encounter={{visit}}&subjective=&objective=&assessment=&plan={plan}&version={version}");
        scene.call(&doctor, "save-notes", &body).await.0
    };
    assert_eq!(save("Rest", 0).await, 200);
    scene.house.clinic.end_encounter(visit).await;
    assert_eq!(save("Rest%20and%20tea", 1).await, 200);

    let notes = scene.filled("/doctor/visits/{visit}/notes");
    let html = text(&page(&doctor, &notes).await);
    for shown in ["Version 1", "Version 2", ">Rest<", "Rest and tea", "Dr Lena Hoffmann", "Save the notes"] {
        assert!(html.contains(shown), "the page does not show {shown}");
    }
    let record = text(&page(&doctor, &scene.filled("/doctor/patients/{patient}")).await);
    assert!(record.contains(&notes), "the earlier visit is not a link");
    let appointment = text(&page(&doctor, &scene.filled("/doctor/appointments/{appointment}")).await);
    assert!(appointment.contains(&notes), "the appointment does not lead to the notes");

    let other = scene.house.client(&scene.doctor).await;
    assert_eq!(page(&other, &notes).await.status, 404);
}

#[tokio::test]
async fn a_visit_of_an_earlier_day_that_nobody_has_ended_is_shown_with_its_day() {
    let scene = Scene::with(house_with(&[]).await).await;
    let planned = async || {
        let doctor = scene.house.client(&scene.treating).await;
        let html = text(&page(&doctor, "/doctor").await);
        let (_, after) = html.split_once("Planned for").expect("the visit is in progress");
        after.split("</time>").next().unwrap().to_owned()
    };
    let today = planned().await;
    assert!(today.contains("09:00") && !today.contains("November"), "{today}");
    scene.house.clinic.pass(SignedDuration::from_hours(24));
    let later = planned().await;
    assert!(later.contains("Tuesday 24 November 2026, 09:00"), "{later}");
}

#[tokio::test]
async fn an_appointment_leads_to_the_record_from_its_day_on() {
    let scene = Scene::with(house_with(&[]).await).await;
    let clinic = &scene.house.clinic;
    let start = testing::BEGIN + SignedDuration::from_hours(25);
    let reason = "A second opinion".to_owned();
    let command = BookAppointment { reason, ..testing::booking(&scene.doctor, scene.house.practice, start) };
    let booked = scheduling::book(&clinic.domain, &scene.owner.access(clinic), command).await.unwrap();
    let shown = async || {
        let doctor = scene.house.client(&scene.doctor).await;
        let html = text(&page(&doctor, &format!("/doctor/appointments/{}", booked.card.id)).await);
        let record = page(&doctor, &scene.filled("/doctor/patients/{patient}")).await;
        (html.contains(&scene.filled("/doctor/patients/{patient}")), html.contains("record yet"), record.status.as_u16())
    };
    assert_eq!(shown().await, (false, true, 404));
    clinic.pass(SignedDuration::from_hours(15));
    assert_eq!(shown().await, (true, false, 200), "midnight in London");
}
