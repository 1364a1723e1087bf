//! U+0000 in texts. PostgreSQL cannot store it, so a search for it finds nothing, and a text with it is refused where it would be stored. That is
//! an error of the sender, never an internal error.

use crate::{
    functions::Scene,
    house::{Client, DESCRIPTION, House, house_with},
};
use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::{Value, json};
use std::{
    io,
    sync::{Arc, Mutex},
};

/// Limits far above the number of requests in a test.
const NO_LIMITS: [(&str, &str); 2] =
    [("limits.requests_per_address_per_minute", MANY), ("limits.requests_per_account_per_minute", MANY)];
const MANY: &str = "1000000";

/// Bodies for functions whose entry in the table of `functions.rs` has an empty form.
const MORE: [(&str, &str); 14] = [
    (
        "apply",
        "name=Ana&email=ana%40example.test&password=long%20enough%20this&time_zone=Europe%2FLondon&terms=on&about=Me&licence_number=1&licence_authority=GMC&licence_country=GB&specialties%5B0%5D=x&languages%5B0%5D=en",
    ),
    (
        "find-doctors",
        "specialty=x&name=Ana&language=en&clinic={clinic}&day=2026-11-25&days=7&part=morning&fee=60&rating=4&licensed=yes&anywhere=yes&after=x",
    ),
    ("find-people", "text=a&role=doctor"),
    ("hold-time", "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&zone=Europe%2FLondon"),
    ("list-prescriptions", "cursor=x"),
    ("list-visits", "past=false&after=x"),
    ("load-applications", "status=applied&after=x"),
    (
        "load-audit",
        "asked%5Baction%5D=identity.&asked%5Bperson%5D=x&asked%5Bpatient%5D=x&asked%5Bfrom%5D=2026-01-01&asked%5Bafter%5D=x",
    ),
    ("load-people", "asked%5Bsearch%5D=x&asked%5Brole%5D=doctor&asked%5Border%5D=newest&asked%5Bafter%5D=x"),
    ("read-doctor", "doctor={doctor}&day=2026-11-25&from=2026-11-25&zone=Europe%2FLondon"),
    (
        "revise-application",
        "version=0&about=Me&licence_number=1&licence_authority=GMC&licence_country=GB&specialties%5B0%5D=x&languages%5B0%5D=en",
    ),
    ("sign-in", "email=ana%40example.test&password=x&next=%2Fpatient"),
    (
        "sign-up",
        "name=Ana&email=ana%40example.test&password=long%20enough%20this&date_of_birth_day=1&date_of_birth_month=2&date_of_birth_year=1990&phone=%2B442079460123&time_zone=Europe%2FLondon",
    ),
    ("book-visit", "booking=x&idempotency_key=k"),
];

/// The body with U+0000 at the end of each value, one value at a time, and then in all values.
fn spoiled(body: &str) -> Vec<String> {
    if body.starts_with('{') {
        return vec![body.replace("\"}", "\\u0000\"}")];
    }
    let pairs: Vec<&str> = body.split('&').filter(|pair| !pair.is_empty()).collect();
    let with = |spoil: &dyn Fn(usize) -> bool| {
        let pairs = pairs.iter().enumerate();
        pairs.map(|(at, pair)| if spoil(at) { format!("{pair}%00") } else { (*pair).to_owned() }).collect::<Vec<_>>().join("&")
    };
    (0..pairs.len()).map(|at| with(&|other| other == at)).chain([with(&|_| true)]).collect()
}

#[tokio::test]
async fn no_server_function_fails_because_of_it() {
    let scene = Scene::with(house_with(&NO_LIMITS).await).await;
    let house = &scene.house;
    let admin = house.clinic.staff("Ingrid Solheim", "admin", None).await;
    let people = [
        ("stranger", house.stranger()),
        ("owner", house.client(&scene.owner).await),
        ("treating", house.client(&scene.treating).await),
        ("other doctor", house.client(&scene.doctor).await),
        ("admin", house.client(&admin).await),
    ];
    let mut wrong = Vec::new();
    for (function, body) in Scene::bodies().chain(MORE.map(|(function, body)| (function, body.to_owned()))) {
        // They end a session that the next calls need.
        if matches!(function, "sign-out" | "end-other-sessions" | "end-session") {
            continue;
        }
        for body in spoiled(&body) {
            for (who, client) in &people {
                let (status, said) = scene.call(client, function, &body).await;
                if status >= 500 || said.contains("\"internal\"") {
                    wrong.push(format!("{function} by {who}: {status} {body}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn no_route_of_the_interface_fails_because_of_it() {
    let house = house_with(&NO_LIMITS).await;
    let patient = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let client = house.client(&patient).await;
    let uuid = uuid::Uuid::from_u128(7).to_string();
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            if operation["operationId"] == "sign_out" {
                // It ends the session that the next requests need.
                continue;
            }
            let method: Method = method.to_uppercase().parse().unwrap();
            let named = |place: &'static str| {
                let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
                parameters
                    .iter()
                    .filter(move |parameter| parameter["in"] == place)
                    .map(|parameter| parameter["name"].as_str().unwrap())
            };
            let filled = named("path").fold(path.clone(), |path, name| path.replace(&format!("{{{name}}}"), &uuid));
            let mut paths: Vec<String> = named("query").map(|name| format!("{filled}?{name}=a%00")).collect();
            paths.extend(
                named("path").map(|name| path.replace(&format!("{{{name}}}"), "a%00")).filter(|path| !path.contains('{')),
            );
            paths.push(filled);
            for path in paths {
                for body in bodies(operation) {
                    let answer = client.ask(method.clone(), &path, &[("idempotency-key", "k")], body).await;
                    assert!(!answer.status.is_server_error(), "{method} {path}: {}", answer.body);
                }
            }
        }
    }
    // Requests in which everything else is valid.
    let book = |reason: &str| json!({ "doctor_id": doctor.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-25T09:00:00Z", "reason": reason });
    assert_eq!(client.book("a", book("Cough\0")).await.faults(), [("reason", "forbidden_character")]);
    let refused = client.post("/sessions/refresh", json!({ "refresh_token": "a\0" })).await;
    assert!(refused.status.is_client_error(), "{}", refused.body);
}

/// The bodies to send to an operation: none and, if it takes one, a body with all members set to text with U+0000.
fn bodies(operation: &Value) -> Vec<Option<Value>> {
    let content = operation["requestBody"]["content"].as_object();
    let Some(schema) = content.and_then(|content| content.values().next()).map(|media| &media["schema"]) else {
        return vec![None];
    };
    let schema = match schema["$ref"].as_str() {
        Some(name) => &DESCRIPTION["components"]["schemas"][name.rsplit('/').next().unwrap()],
        None => schema,
    };
    let members = schema["properties"].as_object();
    let members = members.into_iter().flatten().map(|(name, _)| (name.clone(), json!("a\0"))).collect();
    vec![None, Some(Value::Object(members))]
}

async fn page(client: &Client, path: &str) -> (u16, String) {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let answer = client.send(request).await;
    (answer.status.as_u16(), String::from_utf8(answer.bytes).unwrap())
}

#[tokio::test]
async fn no_page_fails_because_of_it() {
    let house = house_with(&NO_LIMITS).await;
    let admin = house.clinic.staff("Ingrid Solheim", "admin", None).await;
    let admin = house.client(&admin).await;
    let stranger = house.stranger();
    let (status, html) = page(&stranger, "/doctors?name=%00").await;
    assert!(status == 200 && html.contains("class=\"empty\""), "{status}: the page must say that no doctor was found");
    for path in [
        "/doctors?specialty=%00",
        "/doctors?day=%00&after=%00",
        "/doctors/%00",
        "/confirm/%00",
        "/reset-password/%00",
        "/verify/%00",
        "/sign-in?next=%00&draft=%00",
        "/book/other?booking=%00",
    ] {
        let (status, _) = page(&stranger, path).await;
        assert!(status < 500, "{path}: {status}");
    }
    for path in [
        "/admin/audit?action=%00",
        "/admin/audit?person=%00&patient=%00&after=%00",
        "/admin/people?search=%00",
        "/admin/people?after=%00",
        "/admin/people/%00",
        "/admin/applications?status=%00&after=%00",
        "/doctors?name=%00&specialty=%00",
    ] {
        let (status, _) = page(&admin, path).await;
        assert!(status < 500, "{path}: {status}");
    }
}

/// Collects everything that is logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    /// The lines that were logged as errors while the page was requested.
    async fn during(&self, house: &House, path: &str) -> (u16, Vec<Value>) {
        self.0.lock().unwrap().clear();
        let (status, _) = page(&house.stranger(), path).await;
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
        (status, lines.filter(|line| line["level"] == "ERROR").collect())
    }
}

#[tokio::test]
async fn a_page_that_fails_is_logged_with_its_request_and_its_cause() {
    let lines = Lines::default();
    let writer = lines.clone();
    // Set for the whole process, because pages are rendered on other threads. Nextest runs each test in its own process.
    tracing_subscriber::fmt().json().flatten_event(true).with_writer(move || writer.clone()).init();
    let house = house_with(&NO_LIMITS).await;
    house.clinic.as_owner("alter table specialties rename to specialties_away").await;
    let (status, errors) = lines.during(&house, "/doctors?name=Amara").await;
    assert_eq!(status, 500);
    let cause = errors.iter().filter(|line| line["error.code"] == "internal").collect::<Vec<_>>();
    assert_eq!(cause.len(), 1, "the error must be logged once: {errors:#?}");
    assert!(cause[0]["error.cause"].as_str().unwrap().contains("42P01"), "{cause:?}");
    assert!(cause[0]["request.id"].as_str().is_some_and(|id| id.parse::<uuid::Uuid>().is_ok()), "{cause:?}");
    assert!(
        errors.iter().any(|line| line["http.status"] == 500 && line["span"]["request.id"] == cause[0]["request.id"]),
        "{errors:#?}"
    );
    assert!(!format!("{errors:?}").contains("Amara"), "the search text must not be in the log");

    house.clinic.as_owner("alter table specialties_away rename to specialties").await;
    assert_eq!(
        lines.during(&house, "/doctors?specialty=%00").await.1,
        Vec::<Value>::new(),
        "a mistake of the caller must not be logged as an error"
    );
}
