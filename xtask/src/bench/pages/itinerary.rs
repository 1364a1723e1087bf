//! Which pages are measured, and as whom. Addresses that contain ids are taken from links on other pages.

use std::fs;

use serde_json::Value;

use crate::bench::visitor::Visitor;
use crate::browser::Server;
use crate::process::{Attempt, Failure, Outcome};

/// The length of an id in an address: a UUID with hyphens.
const ID_LENGTH: usize = 36;

/// A page and who asks for it.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) title: String,
    pub(super) path: String,
    pub(super) visitor: Visitor,
}

impl Page {
    fn new(title: &str, path: impl Into<String>, visitor: &Visitor) -> Self {
        Self { title: title.to_owned(), path: path.into(), visitor: visitor.clone() }
    }

    /// Asks for the page and returns its HTML.
    pub(super) fn visit(&self) -> Outcome<String> {
        self.visitor.page(&self.path)
    }
}

/// The description of a demonstration, which its server writes.
#[derive(Debug)]
pub(in crate::bench) struct Demo {
    description: Value,
    port: u16,
}

impl Demo {
    /// Reads the description of the server's demonstration.
    pub(in crate::bench) fn read(server: &Server) -> Outcome<Self> {
        let file = server.description();
        let text = fs::read_to_string(file).attempt(|| format!("read {}", file.display()))?;
        let description =
            serde_json::from_str(&text).map_err(|error| Failure::because(format!("{}: {error}", file.display())))?;
        Ok(Self { description, port: server.port() })
    }

    /// Signs the person with this role in.
    pub(in crate::bench) fn sign_in(&self, role: &str) -> Outcome<Visitor> {
        let (email, password) = credentials(&self.description, role).ok_or_else(|| missing(&format!("sign-in of a {role}")))?;
        Visitor::sign_in(self.port, email, password)
    }
}

/// The pages of both halves.
#[derive(Debug)]
pub(super) struct Itinerary {
    /// The pages that a browser loads.
    pub(super) browsed: Vec<Page>,
    /// A page that needs no data, to which the others are compared.
    reference: Page,
    /// The pages whose rendering is measured.
    signed_in: Vec<Page>,
}

impl Itinerary {
    /// Signs the people of the demonstration in, and finds the addresses of the pages.
    pub(super) fn plan(server: &Server) -> Outcome<Self> {
        let demo = Demo::read(server)?;
        let sign_in = |role: &str| demo.sign_in(role);
        let (patient, doctor, admin) = (sign_in("patient")?, sign_in("doctor")?, sign_in("admin")?);
        let stranger = Visitor::stranger(server.port());

        let open = demo.description.get("open_appointment").and_then(Value::as_str).ok_or_else(|| missing("open appointment"))?;
        let linked = |visitor: &Visitor, page: &str, folder: &str| {
            address_below(&visitor.page(page)?, folder).ok_or_else(|| missing(&format!("link to {folder} on {page}")))
        };
        let doctor_page = linked(&stranger, "/doctors", "/doctors/")?;
        let visit = linked(&patient, &format!("/appointments/{open}"), "/visits/")?;
        let record = linked(&doctor, &format!("/doctor/appointments/{open}"), "/doctor/patients/")?;
        Ok(Self {
            browsed: vec![
                Page::new("welcome", "/", &stranger),
                Page::new("doctors", "/doctors", &stranger),
                Page::new("a doctor", doctor_page.as_str(), &stranger),
                Page::new("patient's home", "/patient", &patient),
                Page::new("a visit", visit, &patient),
            ],
            reference: Page::new("sign-in (reference)", "/sign-in", &stranger),
            signed_in: vec![
                Page::new("patient's home", "/patient", &patient),
                Page::new("patient's appointments", "/appointments", &patient),
                Page::new("patient's prescriptions", "/prescriptions", &patient),
                Page::new("a doctor", doctor_page, &patient),
                Page::new("doctor's home", "/doctor", &doctor),
                Page::new("doctor's week", "/doctor/week", &doctor),
                Page::new("a patient's record", record, &doctor),
                Page::new("admin's people", "/admin/people", &admin),
            ],
        })
    }

    /// The pages whose rendering is measured, the reference first.
    pub(super) fn rendered(&self) -> impl Iterator<Item = &Page> {
        std::iter::once(&self.reference).chain(&self.signed_in)
    }
}

fn missing(what: &str) -> Failure {
    Failure::because(format!("the demonstration has no {what}"))
}

/// The e-mail address and the password of a role.
fn credentials<'a>(demo: &'a Value, role: &str) -> Option<(&'a str, &'a str)> {
    let sign_ins = demo.get("sign_ins")?.as_array()?;
    let found = sign_ins.iter().find(|one| one.get("role").and_then(Value::as_str) == Some(role))?;
    Some((found.get("email")?.as_str()?, found.get("password")?.as_str()?))
}

/// The first address in the page that is `folder` and an id, without what follows.
pub(in crate::bench) fn address_below(html: &str, folder: &str) -> Option<String> {
    html.match_indices(folder).find_map(|(at, _)| {
        let id = html.get(at + folder.len()..at + folder.len() + ID_LENGTH)?;
        let is_id = id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') && id.matches('-').count() == 4;
        is_id.then(|| format!("{folder}{id}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_found_in_links() {
        let id = "019a0000-0000-7000-8000-00000000abcd";
        let html = format!(
            r#"<a href="/doctors/new-ones-whose-names-are-as-long-as-an-id">a</a><a href="/doctors/{id}?day=2026-11-27">b</a>"#
        );
        assert_eq!(address_below(&html, "/doctors/"), Some(format!("/doctors/{id}")));
        assert_eq!(address_below(&html, "/visits/"), None);
        assert_eq!(address_below("/doctors/0", "/doctors/"), None);
    }

    #[test]
    fn credentials_are_those_of_the_role() {
        let demo = serde_json::json!({ "sign_ins": [
            { "role": "patient", "email": "p@demo.example", "password": "x" },
            { "role": "doctor", "email": "d@demo.example", "password": "y" },
        ]});
        assert_eq!(credentials(&demo, "doctor"), Some(("d@demo.example", "y")));
        assert_eq!(credentials(&demo, "admin"), None);
    }
}
