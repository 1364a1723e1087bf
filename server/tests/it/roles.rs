//! What each role is shown: a home page, and only ways that lead to pages it may see.

use crate::house::{Answer, Client, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, header},
};
use kit::layouts::home_of;
use model::access::Role;

async fn get(client: &Client, path: &str) -> Answer {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    client.send(request).await
}

fn html(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.bytes).unwrap()
}

/// The addresses in the page's main navigation.
fn ways(html: &str) -> Vec<&str> {
    let (_, nav) = html.split_once("class=\"ways\"").unwrap();
    let (nav, _) = nav.split_once("</nav>").unwrap();
    nav.split("href=\"").skip(1).map(|link| link.split('"').next().unwrap()).collect()
}

#[tokio::test]
async fn every_role_has_a_home_page_and_only_ways_that_it_may_go() {
    let house = house().await;
    let practice = house.practice;
    for (role, clinic) in [
        (Role::Nurse, Some(practice)),
        (Role::Receptionist, Some(practice)),
        (Role::Pharmacist, Some(practice)),
        (Role::LabTechnician, Some(practice)),
        (Role::Admin, Some(practice)),
        (Role::Admin, None),
        (Role::Support, None),
    ] {
        let name = format!("{} {}", role.as_str(), clinic.map_or("of all", |_| "of one"));
        let client = house.client(&house.clinic.staff(&name, role.as_str(), clinic).await).await;
        let home = get(&client, home_of(Some(role))).await;
        assert_eq!(home.status, 200, "{name}");
        let ways = ways(html(&home));
        assert_eq!(ways.first(), Some(&home_of(Some(role))), "{name}");
        for way in ways {
            assert_eq!(get(&client, way).await.status, 200, "{name} at {way}");
        }
        let empty = html(&home).contains("class=\"empty\"");
        assert_eq!(
            empty,
            !matches!(role, Role::Support),
            "{name}: a new clinic has nothing yet, and the home page says what will be there"
        );
    }
}

/// Posts the form that acts in another role, as a browser does without scripts. Returns the address to which it leads.
async fn act_as(client: &Client, body: String) -> String {
    let request = Request::post("/do/act-as")
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(body));
    client.send(request.unwrap()).await.header("location").to_owned()
}

#[tokio::test]
async fn staff_who_are_patients_go_to_their_own_pages_and_back() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    house
        .clinic
        .as_owner(
            "insert into memberships (id, user_id, role, created_at)
             select gen_random_uuid(), user_id, 'nurse', starts_at from patient_access",
        )
        .await;
    // A session of staff begins in their role.
    let client = house.client(&person).await;
    let (nurses, patients) = (home_of(Some(Role::Nurse)), home_of(Some(Role::Patient)));
    assert_eq!(get(&client, patients).await.status, 403);
    let home = get(&client, nurses).await;
    assert!(home.status == 200 && html(&home).contains("Act as patient"));
    assert_eq!(act_as(&client, String::new()).await, patients);

    let home = get(&client, patients).await;
    assert!(home.status == 200 && html(&home).contains("Act as nurse"));
    let (_, field) = html(&home).split_once("name=\"membership\"").unwrap();
    let (_, value) = field.split_once("value=\"").unwrap();
    let membership = value.split('"').next().unwrap();
    assert_eq!(act_as(&client, format!("membership={membership}")).await, nurses);
    assert_eq!(get(&client, patients).await.status, 403);
}

#[tokio::test]
async fn a_page_of_another_role_keeps_the_account_menu() {
    let house = house().await;
    let nurse = house.client(&house.clinic.staff("Sam Nurse", "nurse", Some(house.practice)).await).await;
    let refused = get(&nurse, "/patient").await;
    assert_eq!(refused.status, 403);
    assert!(html(&refused).contains("This page is not for your role"));
    assert!(html(&refused).contains("id=\"account-menu\""), "the role is chosen there");

    let support = house.client(&house.clinic.staff("Sam Support", "support", None).await).await;
    let refused = get(&support, "/admin/audit").await;
    assert_eq!(refused.status, 403);
    assert!(html(&refused).contains("You do not have permission to see this"));
}

#[tokio::test]
async fn only_patients_and_strangers_are_offered_a_time_to_book() {
    let house = house().await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let page = format!("/doctors/{}?day=2026-11-25", doctor.doctor());
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    let nurse = house.client(&house.clinic.staff("Sam Nurse", "nurse", Some(house.practice)).await).await;
    let (stranger, doctor) = (house.stranger(), house.client(&doctor).await);
    for (client, offered) in [(stranger, true), (patient, true), (nurse, false), (doctor, false)] {
        let answer = get(&client, &page).await;
        assert_eq!(answer.status, 200);
        assert!(html(&answer).contains("10:30"), "the times are public");
        assert_eq!(html(&answer).contains("type=\"radio\""), offered);
    }
}

#[tokio::test]
async fn who_is_signed_in_is_sent_on_from_the_pages_for_strangers() {
    let house = house().await;
    let patient = house.client(&house.clinic.patient("Amara Osei").await).await;
    for (path, next) in [
        ("/", "/patient"),
        ("/sign-in", "/patient"),
        ("/sign-up", "/patient"),
        ("/sign-in?next=/appointments", "/appointments"),
        ("/sign-in?next=https://evil.test/", "/patient"),
    ] {
        let answer = get(&patient, path).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, next), "{path}");
        assert_eq!(get(&house.stranger(), path).await.status, 200, "{path}");
    }
}
