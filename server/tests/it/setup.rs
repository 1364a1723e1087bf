//! Setting up an empty installation: the command that prints the link, and the page as a browser without scripts posts it.

use crate::{
    files::write_master_key,
    house::{Answer, House, ORIGIN, house_with},
    keys::run,
};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::{access::Access, directory};
use model::ids::RequestId;

const CLINIC: &str = "name=Riverside%20Clinic&country=GB&time_zone=Europe%2FLondon&address=14%20Weir%20Lane&phone=&currency=GBP";
const ADMIN: &str =
    "admin_name=Ida%20Admin&admin_latin_name=&email=ida%40people.example&password=seven%20small%20boats%20at%20dawn";

async fn post(house: &House, function: &str, body: &str) -> Answer {
    let request = Request::post(format!("/do/{function}"))
        .header(header::ACCEPT, "text/html")
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(body.to_owned()));
    house.stranger().send(request.unwrap()).await
}

async fn page(house: &House, path: &str) -> String {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let answer = house.stranger().send(request).await;
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.bytes).unwrap()
}

#[tokio::test]
async fn an_empty_installation_is_set_up_without_scripts_and_its_link_is_dead() {
    let folder = tempfile::tempdir().unwrap();
    let house = house_with(&[("var_dir", folder.path().to_str().unwrap())]).await;
    let access = Access::system(house.clinic.domain.new_id::<RequestId>());
    let token = directory::new_setup_link(&house.clinic.domain, &access).await.unwrap().unwrap();
    let path = format!("/setup/{token}");
    assert!(page(&house, &path).await.contains("Your organisation"));
    assert!(page(&house, "/setup/none").await.contains("This link does not work"));

    let tested =
        post(&house, "test-mail", &format!("token={token}&test_email=ida%40people.example&back=%2Fsetup%2F{token}")).await;
    assert_eq!((tested.status.as_u16(), tested.header("location")), (303, &*format!("{path}?mail=written")));
    assert!(page(&house, &format!("{path}?mail=written")).await.contains("written to a file"));

    let body = |organisation: &str| format!("token={token}&organisation={organisation}&{CLINIC}&{ADMIN}&back=%2Fsetup%2F{token}");
    let refused = post(&house, "set-up", &body("")).await;
    let back = refused.header("location").to_owned();
    assert!(refused.status == 303 && back.starts_with(&format!("{path}?draft=")), "{back}");
    let html = page(&house, &back).await;
    assert!(html.contains("Enter the name of your organisation") && html.contains("14 Weir Lane"), "{html}");
    assert!(!html.contains("seven small boats"), "a password is never shown again");

    let done = post(&house, "set-up", &body("Riverside%20Health")).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/admin"));
    assert!(!done.cookies().is_empty(), "the administrator is signed in");
    assert!(page(&house, &path).await.contains("This link was used before"));
    let again = post(&house, "set-up", &body("Somebody%20Else")).await;
    assert!(again.header("location").starts_with(&format!("{path}?draft=")), "{}", again.header("location"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_a_link_until_somebody_is_an_administrator() {
    let clinic = testing::clinic().await;
    let folder = tempfile::tempdir().unwrap();
    let var_dir = folder.path().join("var");
    write_master_key(&var_dir, &testing::MASTER_KEY);
    let printed = run(&clinic.database, &var_dir, &["setup"], &[]);
    let (_, token) = printed.1.split_once("/setup/").unwrap_or_else(|| panic!("{printed:?}"));
    assert_eq!(printed.0, Some(0), "{printed:?}");
    directory::check_setup(&clinic.domain, token.lines().next().unwrap()).await.unwrap();
    clinic.staff("Ida Admin", "admin", None).await;
    let refused = run(&clinic.database, &var_dir, &["setup"], &[]);
    assert!(refused.0 == Some(1) && refused.1.contains("is an administrator"), "{refused:?}");
}
