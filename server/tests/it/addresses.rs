//! Pages that have more than one address lead to one of them.

use crate::{functions::Scene, house::house_with};
use axum::{
    body::Body,
    http::{Request, header},
};

#[tokio::test]
async fn the_id_of_the_appointment_leads_to_the_page_of_the_visit() {
    let scene = Scene::with(house_with(&[]).await).await;
    let (patient, doctor) = (scene.house.client(&scene.owner).await, scene.house.client(&scene.treating).await);
    for (client, path, next) in
        [(&patient, "/visits/{appointment}", "/visits/{visit}"), (&doctor, "/visits/{appointment}", "/doctor/visits/{visit}")]
    {
        let get = |path: &str| Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = client.send(get(&scene.filled(path))).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, scene.filled(next).as_str()), "{path}");
        assert_eq!(client.send(get(&scene.filled(next))).await.status, 200, "{next}");
    }
}
