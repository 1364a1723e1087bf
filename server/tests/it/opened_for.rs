//! A form that was opened for one patient is not saved to another one to whom the session was switched in another tab.

use crate::house::{Answer, Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, header},
};
use model::ids::PatientId;
use serde_json::json;
use testing::Person;

struct Family {
    house: House,
    parent: Person,
    child: PatientId,
    client: Client,
}

impl Family {
    /// A parent who may act for a child, and acts for themselves.
    async fn new() -> Self {
        let house = house().await;
        let (parent, child) = (house.clinic.patient("Amara Osei").await, house.clinic.patient("Mia Osei").await);
        house.clinic.lets_act(&parent, child.patient(), "guardian").await;
        let client = house.client(&parent).await;
        Self { house, parent, child: child.patient(), client }
    }

    async fn act_for(&self, patient: PatientId) {
        let answer = self.post("/do/act-for", "text/html", &[("patient", &patient.to_string())]).await;
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/patient"));
    }

    async fn post(&self, path: &str, accept: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        let request = Request::post(path)
            .header(header::ACCEPT, accept)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, ORIGIN)
            .body(Body::from(body.extend_pairs(fields).finish()));
        self.client.send(request.unwrap()).await
    }

    async fn page(&self, path: &str) -> String {
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = self.client.send(request).await;
        assert_eq!(answer.status, 200, "{path}");
        String::from_utf8(answer.bytes).unwrap()
    }

    /// Sends the form of the contact data that was opened for this patient.
    async fn send(&self, accept: &str, opened_for: &str) -> Answer {
        let fields = [
            ("phone", "+44 20 7946 0999"),
            ("line_1", "7 Harbour Row"),
            ("line_2", ""),
            ("town", "Leeds"),
            ("postcode", "LS1 4AP"),
            ("country", "GB"),
            ("version", "1"),
            ("back", "/account/contact"),
            ("opened_for", opened_for),
        ];
        self.post("/do/correct-contact", accept, &fields).await
    }

    /// How often an address was saved.
    async fn saved(&self) -> usize {
        self.house.clinic.audited().await.iter().filter(|action| *action == "directory.contact_corrected").count()
    }
}

/// The value of the hidden input in the page's form of the contact data.
fn opened_for(page: &str) -> &str {
    let form = page.split("action=\"/do/correct-contact\"").nth(1).unwrap();
    form.split("name=\"opened_for\" value=\"").nth(1).unwrap().split('"').next().unwrap()
}

#[tokio::test]
async fn a_form_is_refused_while_the_session_acts_for_another_patient_and_keeps_its_text() {
    let family = Family::new().await;
    let own = family.parent.patient().to_string();
    assert_eq!(opened_for(&family.page("/account/contact").await), own);

    // Meanwhile the parent begins to act for the child in another tab.
    family.act_for(family.child).await;
    let refused = family.send("application/json", &own).await;
    let said = String::from_utf8(refused.bytes.clone()).unwrap();
    assert!(refused.status == 409 && said.contains("request.opened_for_another"), "{} {said}", refused.status);

    // Without wasm the form comes back with the text, and still is for the parent, so it is refused again.
    let refused = family.send("text/html", &own).await;
    assert_eq!(refused.status, 303);
    let back = refused.header("location").to_owned();
    assert!(back.starts_with("/account/contact?draft="), "{back}");
    let page = family.page(&back).await;
    assert!(page.contains("7 Harbour Row") && page.contains("You have switched to another person"), "{page}");
    assert_eq!(opened_for(&page), own);
    assert_eq!(family.send("text/html", opened_for(&page)).await.status, 303);
    assert_eq!(family.saved().await, 0, "nothing was saved to anybody");

    family.act_for(family.parent.patient()).await;
    let saved = family.send("text/html", &own).await;
    assert_eq!((saved.status.as_u16(), saved.header("location")), (303, "/account/contact-saved"));
    assert_eq!(family.saved().await, 1);
}

#[tokio::test]
async fn a_draft_is_kept_for_the_patient_for_whom_it_was_typed() {
    let family = Family::new().await;
    let keep = async |opened_for: &str, line: &str| {
        let content = json!({ "phone": "", "line_1": line, "town": "Leeds" }).to_string();
        let author = family.parent.user.to_string();
        let fields = [
            ("form", "directory.contact"),
            ("about", "own"),
            ("author", author.as_str()),
            ("page", "a-page"),
            ("number", "1"),
            ("shown", ""),
            ("version", "1"),
            ("opened_for", opened_for),
            ("content", content.as_str()),
        ];
        family.post("/do/keep-draft", "application/json", &fields).await
    };
    let own = family.parent.patient().to_string();
    family.act_for(family.child).await;
    assert_eq!(keep(&own, "7 Harbour Row").await.status, 200);
    assert!(!family.page("/account/contact").await.contains("7 Harbour Row"), "the child's form shows the parent's text");
    family.act_for(family.parent.patient()).await;
    assert!(family.page("/account/contact").await.contains("7 Harbour Row"));

    let stranger = family.house.clinic.patient("Jonas Weber").await;
    let refused = keep(&stranger.patient().to_string(), "For somebody else").await;
    assert_eq!(refused.status, 409);
}
