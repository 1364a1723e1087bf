//! Drafts over HTTP, as our wasm saves them and as a page without wasm shows them.

use crate::house::{Answer, Client, House, ORIGIN, house};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::drafts;
use model::{drafts::DraftSubject, ids::EncounterId};
use serde_json::json;
use testing::Person;

struct Scene {
    house: House,
    doctor: Person,
    client: Client,
    visit: EncounterId,
}

impl Scene {
    async fn new() -> Self {
        let house = house().await;
        let patient = house.clinic.patient("Amara Osei").await;
        let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
        let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
        let client = house.client(&doctor).await;
        Self { house, doctor, client, visit }
    }

    async fn page(&self) -> String {
        let path = format!("/doctor/visits/{}", self.visit);
        let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
        let answer = self.client.send(request).await;
        assert_eq!(answer.status, 200);
        String::from_utf8(answer.bytes).unwrap()
    }

    /// The key that the page gives the draft of the note.
    async fn key(&self) -> String {
        let page = self.page().await;
        let form = page.split("action=\"/do/save-notes\"").nth(1).unwrap();
        form.split("name=\"idempotency_key\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
    }

    async fn keep(&self, client: &Client, key: &str, says: &str, version: &str) -> Answer {
        let content = json!({ "encounter": self.visit, "subjective": says, "plan": "" }).to_string();
        let about = format!("visit:{}", self.visit);
        let fields = [
            ("form", "records.save_note"),
            ("about", &about),
            ("author", &self.doctor.user.to_string()),
            ("page", key),
            ("number", "1"),
            ("shown", ""),
            ("version", version),
            ("content", &content),
        ];
        post(client, "/do/keep-draft", "application/json", &fields).await
    }

    async fn end(&self, extra: &[(&str, &str)]) -> Answer {
        let visit = self.visit.to_string();
        let mut fields = vec![("encounter", visit.as_str()), ("outcome", "no_diagnosis"), ("idempotency_key", "end")];
        fields.extend(extra);
        post(&self.client, "/do/end-visit", "application/json", &fields).await
    }
}

async fn post(client: &Client, path: &str, accept: &str, fields: &[(&str, &str)]) -> Answer {
    let body = url_of(fields);
    let request = Request::post(path)
        .header(header::ACCEPT, accept)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .header(header::ORIGIN, ORIGIN)
        .body(Body::from(body));
    client.send(request.unwrap()).await
}

fn url_of(fields: &[(&str, &str)]) -> String {
    let mut url = url::form_urlencoded::Serializer::new(String::new());
    url.extend_pairs(fields).finish()
}

fn text(answer: &Answer) -> &str {
    std::str::from_utf8(&answer.bytes).unwrap()
}

#[tokio::test]
async fn a_page_without_wasm_brings_back_what_was_typed_and_discards_it() {
    let scene = Scene::new().await;
    let key = scene.key().await;
    assert_eq!(scene.keep(&scene.client, &key, "A dry cough", "0").await.status, 200);
    let page = scene.page().await;
    assert!(page.contains("A dry cough") && page.contains("We brought back what you typed"), "{page}");

    // The discard button, as a browser without wasm submits it.
    let form = page.split("action=\"/do/discard-draft\"").nth(1).unwrap().split("</form>").next().unwrap();
    let value = |name: &str| {
        let after = form.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap_or_else(|| panic!("{name} in {form}"));
        after.split('"').next().unwrap().to_owned()
    };
    let fields = ["form", "about", "shown", "idempotency_key", "back"].map(|name| (name, value(name)));
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = post(&scene.client, "/do/discard-draft", "text/html", &fields).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, format!("/doctor/visits/{}", scene.visit).as_str()));
    assert!(!scene.page().await.contains("A dry cough"));
}

#[tokio::test]
async fn a_saved_note_takes_its_draft_along() {
    let scene = Scene::new().await;
    let (key, visit) = (scene.key().await, scene.visit.to_string());
    scene.keep(&scene.client, &key, "A dry cough", "0").await;
    let about = format!("visit:{visit}");
    let fields = [
        ("encounter", visit.as_str()),
        ("subjective", "A dry cough, for two weeks"),
        ("version", "0"),
        ("idempotency_key", &key),
        ("draft_of", &about),
        ("back", "/doctor"),
    ];
    assert_eq!(post(&scene.client, "/do/save-notes", "application/json", &fields).await.status, 200);
    let page = scene.page().await;
    assert!(page.contains("for two weeks") && !page.contains("We brought back"), "{page}");
    // A draft that was still being saved when the note was saved changes nothing.
    let late = scene.keep(&scene.client, &key, "A dry cough", "0").await;
    assert!(text(&late).contains("Closed"), "{}", text(&late));
    assert!(!scene.page().await.contains("We brought back"));
}

#[tokio::test]
async fn what_was_saved_since_stands_beside_the_draft() {
    let scene = Scene::new().await;
    let (key, visit) = (scene.key().await, scene.visit.to_string());
    let fields =
        [("encounter", visit.as_str()), ("subjective", "Saved elsewhere"), ("version", "0"), ("idempotency_key", "other")];
    assert_eq!(post(&scene.client, "/do/save-notes", "application/json", &fields).await.status, 200);
    scene.keep(&scene.client, &key, "Typed before", "0").await;
    let page = scene.page().await;
    for expected in ["Saved elsewhere", "Typed before", "The saved text was changed after you typed this"] {
        assert!(page.contains(expected), "{expected} is missing");
    }
}

#[tokio::test]
async fn a_visit_ends_only_when_the_note_is_saved() {
    let scene = Scene::new().await;
    let key = scene.key().await;
    scene.keep(&scene.client, &key, "A dry cough", "0").await;
    let refused = scene.end(&[]).await;
    assert_eq!(refused.status, 409);
    assert!(text(&refused).contains("records.note_unsaved"), "{}", text(&refused));
    assert!(!text(&refused).contains("cough"));
    let ended = scene.end(&[("note", "save")]).await;
    assert_eq!(ended.status, 200, "{}", text(&ended));
    let domain = &scene.house.clinic.domain;
    let consult = domain::records::consult(domain, &scene.doctor.access(&scene.house.clinic), scene.visit).await.unwrap();
    assert_eq!((consult.note.version, consult.note.note.subjective.as_str()), (1, "A dry cough"));
    // Text that was typed but not saved when the visit ended is shown on the page of the ended visit.
    scene.keep(&scene.client, "afterwards", "A dry cough, and fever", "1").await;
    let page = scene.page().await;
    assert!(page.contains("The visit has ended") && page.contains("A dry cough, and fever"), "{page}");
}

#[tokio::test]
async fn a_stale_draft_does_not_end_the_visit_and_an_empty_one_does_not_hold_it_up() {
    let scene = Scene::new().await;
    let (key, visit) = (scene.key().await, scene.visit.to_string());
    let fields =
        [("encounter", visit.as_str()), ("subjective", "Saved elsewhere"), ("version", "0"), ("idempotency_key", "other")];
    post(&scene.client, "/do/save-notes", "application/json", &fields).await;
    scene.keep(&scene.client, &key, "Typed before", "0").await;
    let refused = scene.end(&[("note", "save")]).await;
    assert_eq!(refused.status, 409);
    assert!(text(&refused).contains("request.stale"), "{}", text(&refused));
    scene.keep(&scene.client, "another", "  ", "1").await;
    assert_eq!(scene.end(&[]).await.status, 200);
}

#[tokio::test]
async fn a_draft_is_kept_for_its_author_alone() {
    let scene = Scene::new().await;
    let stranger = scene.house.stranger();
    assert_eq!(scene.keep(&stranger, "key", "A dry cough", "0").await.status, 401);
    // Another user signed in on the same device while the page still has the doctor's text.
    let other = scene.house.clinic.doctor("Dr Tariq Mansour", scene.house.practice).await;
    let other = scene.house.client(&other).await;
    assert_eq!(scene.keep(&other, "key", "A dry cough", "0").await.status, 403);
    let (clinic, subject) = (&scene.house.clinic, DraftSubject::Visit(scene.visit));
    let kept = drafts::load_kept(&clinic.domain, &scene.doctor.access(clinic), "records.save_note", &subject).await.unwrap();
    assert!(kept.is_none());
}
