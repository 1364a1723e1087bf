//! User text has its own direction on every page: each Arabic text is in an element with `<bdi>` or `dir="auto"`, or is isolated
//! within its sentence. This test fails for a page that violates this, and for a new page that it does not check.

use crate::{
    functions::Scene,
    house::{Client, house_with},
};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::{
    chat::{self, AddCareGroup, CareGroupMember},
    directory::{self, ListAccesses},
    identity::{self, ListMemberships, Proof},
    prescriptions,
    records::{self, IssueLetter, ReadRecord, WriteLetter},
    scheduling,
};
use model::access::Role;
use model::records::TypedLetter;
use model::text::direction::is_right_to_left;
use serde_json::{Value, json};
use server::serve::page_paths;
use testing::PASSWORD;

const ARABIC: &str = "صداع شديد منذ يومين (3 أيام)";

/// Gives everybody and everything Arabic names; the reason of a decision about a doctor is Arabic too.
const RENAMED: &str = "
    update users u set display_name = 'د. سامي نصر (طبيب)' where exists (select from doctors d where d.user_id = u.id);
    update users u set display_name = 'ليلى حداد' where exists (select from patient_access a where a.user_id = u.id);
    update doctors set full_name = 'د. سامي نصر (طبيب)', about = 'أعمل طبيبة عامة منذ 12 سنة.', qualifications = '{بكالوريوس الطب}';
    update users u set display_name = 'سارة نصر' where exists (select from memberships m where m.user_id = u.id and m.role in ('nurse', 'receptionist', 'pharmacist', 'lab_technician'));
    update patients set full_name = 'ليلى حداد';
    update care_groups set name = 'فريق السكري';
    update clinics set name = 'عيادة النهر', address_lines = '{شارع النهر 5}';
    update specialties set name = 'طب عام';
    update licences set authority = 'هيئة الأطباء';
    update document_versions set body = 'هذه هي الشروط (نسخة 1).';
    insert into verification_decisions (id, doctor_id, decision, reason, decided_by, decided_at)
      select gen_random_uuid(), d.id, 'refused', 'الرخصة غير واضحة.', d.user_id, d.applied_at from doctors d;
    insert into suspensions (id, user_id, kind, reason, decided_by, decided_at)
      select gen_random_uuid(), u.id, 'restored', 'تم التحقق.', u.id, u.created_at from users u;";

/// Routes on which nothing is shown that a person wrote, or only what is typed into them.
const WITHOUT: [&str; 33] = [
    "/",
    "/sign-in",
    "/sign-in/second",
    "/sign-up",
    "/sign-up/sent",
    "/sign-up/from-provider",
    "/verify",
    "/verify/:code",
    "/apply",
    "/apply/sent",
    "/confirm/again",
    "/confirm/done",
    "/confirm/:token",
    "/reset-password",
    "/reset-password/sent",
    "/reset-password/done",
    "/reset-password/by-text",
    "/reset-password/text-sent",
    "/reset-password/:token",
    "/bring-back",
    "/second-factor/stopped",
    "/second-factor/stop/:token",
    "/invitation/:token",
    "/handover/:token",
    "/setup/:token",
    "/connect",
    "/trouble",
    "/account/password-changed",
    "/admin/health",
    "/doctor/emergency",
    "/account/claim",
    "/account/claimed",
    "/account/claimed-for-other",
];

async fn page(client: &Client, path: &str) -> String {
    let request = Request::get(path).header(header::ACCEPT, "text/html").body(Body::empty()).unwrap();
    let answer = client.send(request).await;
    assert_eq!(answer.status, 200, "{path}");
    String::from_utf8(answer.bytes).unwrap()
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[tokio::test]
async fn what_people_wrote_has_its_own_direction_on_every_page() {
    let scene = Scene::with(house_with(&[]).await).await;
    let house = &scene.house;
    let admin = house.clinic.staff("Ingrid Solheim", "admin", None).await;
    let nurse = house.clinic.staff("Sara Nasr", "nurse", Some(house.practice)).await;
    let desk = house.clinic.staff("Rosa Almeida", "receptionist", Some(house.practice)).await;
    let pharmacist = house.clinic.staff("Hiroshi Tanabe", "pharmacist", Some(house.practice)).await;
    let laboratory = house.clinic.staff("Chidi Nwosu", "lab_technician", Some(house.practice)).await;
    let leaving = house.clinic.patient("Nadia Haddad").await;
    let proof = Proof::Password(PASSWORD.to_owned());
    scheduling::delete_account(&house.clinic.domain, &leaving.access(&house.clinic), proof).await.unwrap();
    let access = admin.access(&house.clinic);
    let roles = identity::list_memberships(&house.clinic.domain, &access, ListMemberships::default()).await.unwrap();
    let membership = roles.items.iter().find(|row| row.role == Role::Nurse).unwrap().id;
    // A care group to which the nurse belongs.
    let group = AddCareGroup { clinic: house.practice.clinic, name: "Diabetes team".to_owned() };
    let group = chat::add_care_group(&house.clinic.domain, &access, group).await.unwrap();
    let member = CareGroupMember { group, user: nurse.user };
    chat::add_care_group_member(&house.clinic.domain, &access, member).await.unwrap();
    // A letter that is issued, and a draft. They are printed, so what they say is in Latin letters.
    let mut letters = Vec::new();
    for is_issued in [true, false] {
        let (domain, access) = (&house.clinic.domain, scene.treating.access(&house.clinic));
        let letter = TypedLetter { kind: "summary".to_owned(), text: "Rest.".to_owned(), ..TypedLetter::default() };
        let encounter = scene.filled("{visit}").parse().unwrap();
        let id = records::write_letter(domain, &access, WriteLetter { encounter, letter, idempotency_key: None }).await.unwrap();
        if is_issued {
            let command = IssueLetter { letter: id, version: 1, idempotency_key: None };
            records::issue_letter(domain, &access, command).await.unwrap();
        }
        letters.push(id.to_string());
    }
    house.clinic.as_owner(RENAMED).await;
    let (desk, pharmacist) = (house.client(&desk).await, house.client(&pharmacist).await);
    let laboratory = house.client(&laboratory).await;
    let (patient, doctor) = (house.client(&scene.owner).await, house.client(&scene.treating).await);
    let (admin, nurse) = (house.client(&admin).await, house.client(&nurse).await);

    let text = encoded(ARABIC);
    for (client, function, body) in [
        (&nurse, "add-measurements", "patient={patient}&encounter={visit}&systolic=120&diastolic=80&temperature=37,5".to_owned()),
        (&nurse, "add-measurements", "patient={patient}&encounter={visit}&systolic=190&diastolic=80&temperature=39,5".to_owned()),
        (&nurse, "add-task", format!("text={text}&patient={{patient}}&assignee=receptionist")),
        (&nurse, "write-shift-note", format!("day=2026-11-24&shift=early&text={text}&patient_1={{patient}}&line_1={text}")),
        (&doctor, "add-allergy", format!("patient={{patient}}&substance={text}&reaction={text}&severity=mild")),
        (
            &doctor,
            "save-notes",
            format!("encounter={{visit}}&subjective={text}&objective={text}&assessment={text}&plan={text}&version=0"),
        ),
    ] {
        let (status, said) = scene.call(client, function, &body).await;
        assert_eq!(status, 200, "{function}: {said}");
    }
    let entry = format!("patient={{patient}}&kind=problem&state=active&source=patient&name={text}&text={text}");
    let (status, said) = scene.call(&doctor, "add-entry", &entry).await;
    assert_eq!(status, 200, "{said}");
    let record = ReadRecord { patient: Some(scene.owner.patient()), kind: None };
    let record = records::record(&house.clinic.domain, &scene.treating.access(&house.clinic), record).await.unwrap();
    let entry = record.entries[0].id.to_string();
    // A conversation with the doctor, one with the desk, and one with the care group.
    let mut talks = Vec::new();
    for with in ["doctor:{doctor}".to_owned(), "desk:{clinic}".to_owned(), format!("group:{group}")] {
        let begin = format!("with={with}&subject={text}&text={text}");
        let (status, said) = scene.call(&patient, "begin-conversation", &begin).await;
        assert_eq!(status, 200, "{said}");
        let begun: Value = serde_json::from_str(&said).unwrap();
        talks.push(begun["next"].as_str().unwrap().rsplit('/').next().unwrap().to_owned());
    }
    let book = json!({
        "doctor_id": scene.treating.doctor(), "clinic_id": house.practice.clinic, "starts_at": "2026-11-26T09:00:00Z", "reason": ARABIC,
    });
    let booked = patient.book("k", book).await.expect(201);
    let booked = booked["id"].as_str().unwrap();
    let (_, held) = scene.call(&patient, "hold-time", "doctor={doctor}&time=2026-11-25T11%3A00%3A00Z~{clinic}").await;
    let held: Value = serde_json::from_str(&held).unwrap();
    let held = held["next"].as_str().unwrap();
    // The hold's id is the last part of its page's path.
    let hold = held.split('?').next().unwrap().rsplit('/').next().unwrap();
    let reason = format!("hold={hold}&doctor={{doctor}}&time=2026-11-25T11%3A00%3A00Z~{{clinic}}&reason={text}");
    let (_, kept) = scene.call(&patient, "save-reason", &reason).await;
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let check = kept["next"].as_str().unwrap();
    let booking = check.split_once('?').unwrap().1;

    let draft = scene.filled("{draft}").parse().unwrap();
    let draft = prescriptions::get(&house.clinic.domain, &scene.treating.access(&house.clinic), draft).await.unwrap();
    let item = draft.items[0].id.to_string();

    // All patients of the tests have this phone number, so there are some to compare.
    let registered = format!(
        "name={}&latin_name=Leila&date_of_birth_day=12&date_of_birth_month=4&date_of_birth_year=1990&phone=%2B442079460123",
        encoded("ليلى حداد")
    );
    let (_, compared) = scene.call(&desk, "register-patient", &registered).await;
    let compared: Value = serde_json::from_str(&compared).unwrap();
    let compared = compared["next"].as_str().unwrap();

    // The patient shares the entry.
    let (status, said) = scene.call(&patient, "share-item", &format!("kind=entry&item={entry}&life=day")).await;
    assert_eq!(status, 200, "{said}");
    let shares = records::shares(&house.clinic.domain, &scene.owner.access(&house.clinic), None).await.unwrap();
    let shared = shares[0].token.clone().unwrap();
    // The patient asks about something that the doctor did.
    let (domain, owner) = (&house.clinic.domain, scene.owner.access(&house.clinic));
    let looked = directory::accesses(domain, &owner, ListAccesses::default()).await.unwrap().items[0].id;
    let (status, said) = scene.call(&patient, "ask-about-access", &format!("access={looked}&question={text}")).await;
    assert_eq!(status, 200, "{said}");
    let question = directory::access_to_record(domain, &owner, looked).await.unwrap().question.unwrap().id;

    let mut seen = Vec::new();
    for (client, paths) in [
        (
            &patient,
            "/patient /patient/shares /patient/shares/new?kind=entry&item={entry} /shared/{shared} /patient/accesses /patient/accesses/{access} /patient/record /patient/timeline /patient/search /patient/documents /patient/measurements /messages /messages/many /messages/new /messages/{talk} /letters/{letter} /prescriptions /prescriptions/{prescription} /appointments /appointments/{booked} /appointments/{booked}/cancel /appointments/{booked}/move /waiting /waiting/new?appointment={booked} \
            /visits/{visit} /account /account/delete /account/name /account/name-saved /account/locale /account/locale-saved /account/birth-date /account/birth-date-saved /account/contact /account/addresses /account/addresses?kind=temporary /account/contact-saved /account/family /account/family/new /account/family/hand-over /account/profile /account/changes /account/consents /account/calendar /agree?document=remote_care /documents/remote_care /account/notices /account/notices/settings /account/sessions /account/sign-ins /account/apps /account/tokens /account/second-factor /account/passkeys /account/email /account/phone /doctors /doctors/{doctor} /doctors/{doctor}/month {held} {check} \
            /account/history \
            /book/other?{booking} /book/{hold}/repeat?{booking}&weeks=1&times=3",
        ),
        (
            &doctor,
            "/doctor /doctor?day=2026-11-26 /doctor/messages /doctor/messages/away /doctor/messages/answers /doctor/messages/new?patient={patient} /doctor/messages/{talk} /doctor/patients/{patient} /doctor/patients/{patient}/documents /doctor/patients/{patient}/timeline /doctor/patients/{patient}/search /doctor/patients/{patient}/record /doctor/patients/{patient}/record/new?kind=family /doctor/patients/{patient}/record/{entry} /doctor/patients/{patient}/measurements /doctor/tasks?patient={patient} /doctor/handover?patient={patient} /doctor/prescriptions /doctor/prescriptions/{prescription} \
            /doctor/patients/{patient}/consents \
            /doctor/prescriptions/{draft}/review /doctor/prescriptions/{draft}/discard /doctor/prescriptions/{draft}/items/{item} \
            /doctor/prescriptions/{prescription}/cancel /doctor/visits/{visit}/prescription /doctor/visits/{visit}/notes /doctor/visits/{visit}/letters/new?kind=summary \
            /doctor/patients/{patient}/letters /doctor/letters/{letter} /doctor/letters/{written}/edit \
            /doctor/phrases /doctor/week /doctor/calendar?day=2026-11-26 /doctor/book?patient={patient} /doctor/book/series?doctor={doctor}&time=2026-12-24T10:00:00Z~{clinic}&patient={patient}&weeks=1&times=2 /doctor/month /doctor/profile /doctor/profile/changes /doctor/licences /doctor/licences/new /doctor/licences/{licence} /doctor/block /doctor/hours /doctor/hours/why /doctor/hours/rules /doctor/hours/days /doctor/hours/time-off?first=2026-11-26 /doctor/visit-types /doctor/calendars /doctor/appointments/{booked} /doctor/appointments/{booked}/cancel /doctor/appointments/{booked}/move \
            /doctor/visits/{visit}",
        ),
        (
            &admin,
            "/admin /admin/applications /admin/applications?status=verified /admin/applications/{doctor} /admin/applications/{doctor}/changes /admin/applications/{doctor}/specialties \
            /admin/people/{user}/changes \
            /admin/applications/{doctor}/approve /admin/applications/{doctor}/ask /admin/applications/{doctor}/refuse /admin/people /admin/deleted /admin/deliveries /admin/merging /admin/merged /admin/different /admin/import \
            /admin/people/{user} /admin/people/{user}/suspend /admin/people/{user}/restore /admin/people/{user}/second-factor /admin/audit /admin/emergencies /admin/access-questions /admin/access-questions?answer={question} /carers /carers?patient={patient} /admin/patients/{patient}/files /admin/licences?state=approved /admin/licences/{licence} \
            /admin/clinics /admin/clinics/new /admin/clinics/{clinic} /admin/clinics/{clinic}/edit /admin/clinics/{clinic}/rooms /admin/clinics/{clinic}/messages /admin/clinics/{clinic}/many /admin/clinics/{clinic}/groups \
            /admin/roles /admin/roles?show=ended /admin/roles/{membership} /admin/invitations /admin/documents /admin/documents/new /admin/invitations/import /admin/specialties /admin/specialties/{specialty} /admin/languages /admin/visit-types?doctor={doctor} /admin/note-templates /admin/note-templates/new /admin/note-templates/01930000-0000-7000-8000-000000000101 /admin/phrases /admin/service-accounts /admin/apps",
        ),
        (
            &nurse,
            "/ward /ward/patients /ward/patients/{patient} /ward/intake /ward/intake/{visit} /ward/patients/{patient}/measurements /ward/tasks?patient={patient} /ward/handover?patient={patient} /ward/patients/{patient}/timeline /ward/patients/{patient}/record /ward/patients/{patient}/record/new?kind=family /ward/patients/{patient}/record/{entry} /ward/messages /ward/messages/new?patient={patient} /ward/messages/{group_talk}",
        ),
        (
            &desk,
            "/desk /desk/tasks?patient={patient} /desk/messages /desk/messages/away /desk/messages/answers /desk/messages/new?patient={patient} /desk/messages/{desk_talk} /desk/why /desk/day /desk/book?doctor={doctor}&time=2026-12-24T10:00:00Z~{clinic}&patient={patient} /desk/book/series?doctor={doctor}&time=2026-12-24T10:00:00Z~{clinic}&patient={patient}&weeks=1&times=2 /desk/waiting /desk/waiting/new?patient={patient} /desk/patients /desk/deleted /desk/import /desk/register {compared} /desk/patients/{patient} /desk/patients/{patient}/correct /desk/patients/{patient}/changes \
            /desk/patients/{patient}/consents \
            /desk/patients/{patient}/letter /desk/patients/{patient}/visits /desk/requests /desk/appointments/{booked} /desk/appointments/{booked}/cancel /desk/appointments/{booked}/move",
        ),
        (&pharmacist, "/pharmacy /pharmacy/prescriptions/{prescription}"),
        (&laboratory, "/laboratory"),
    ] {
        for path in paths.split_whitespace() {
            let path = scene.filled(path).replace("{booked}", booked).replace("{held}", held);
            let path = path
                .replace("{compared}", compared)
                .replace("{talk}", &talks[0])
                .replace("{desk_talk}", &talks[1])
                .replace("{group_talk}", &talks[2])
                .replace("{specialty}", &house.practice.specialty.to_string())
                .replace("{membership}", &membership.to_string())
                .replace("{check}", check)
                .replace("{booking}", booking)
                .replace("{hold}", hold)
                .replace("{item}", &item)
                .replace("{shared}", &shared)
                .replace("{access}", &looked.to_string())
                .replace("{question}", &question.to_string())
                .replace("{letter}", &letters[0])
                .replace("{written}", &letters[1])
                .replace("{entry}", &entry);
            let html = page(client, &path).await;
            assert_eq!(astray(&html), Vec::<String>::new(), "{path}");
            seen.push(path);
        }
    }
    let (status, said) =
        scene.call(&doctor, "cancel-prescription", &format!("prescription={{prescription}}&reason={text}")).await;
    assert_eq!(status, 200, "{said}");
    let withdrawn = format!("letter={}&reason={text}", letters[0]);
    let (status, said) = scene.call(&doctor, "withdraw-letter", &withdrawn).await;
    assert_eq!(status, 200, "{said}");
    // The notes are signed, with an addendum, and a colleague sends them back.
    let colleague = house.client(&scene.doctor).await;
    let asked = format!("encounter={{visit}}&colleague={}", scene.doctor.user);
    for (function, body) in [
        ("sign-notes", "encounter={visit}&statement=true&version=1".to_owned()),
        ("add-addendum", format!("encounter={{visit}}&text={text}")),
        ("ask-cosignature", asked),
    ] {
        let (status, said) = scene.call(&doctor, function, &body).await;
        assert_eq!(status, 200, "{function}: {said}");
    }
    let requests = records::cosignatures(&house.clinic.domain, &scene.doctor.access(&house.clinic)).await.unwrap();
    let cosignature = requests[0].id.to_string();
    let open = page(&colleague, &format!("/doctor/cosignatures/{cosignature}")).await;
    assert_eq!(astray(&open), Vec::<String>::new(), "a request without an answer");
    let answer = format!("cosignature={cosignature}&answer=returned&words={text}");
    let (status, said) = scene.call(&colleague, "answer-cosignature", &answer).await;
    assert_eq!(status, 200, "{said}");
    house.clinic.end_encounter(scene.filled("{visit}").parse().unwrap()).await;
    let rating = format!("visit={{visit}}&stars=2&words={text}&version=0");
    let (status, said) = scene.call(&patient, "rate-visit", &rating).await;
    assert_eq!(status, 200, "{said}");
    for (client, path) in [
        (&patient, "/visits/{visit}/rating"),
        (&doctor, "/doctor/ratings"),
        (&admin, "/admin/ratings"),
        (&patient, "/visits/{visit}/summary"),
        (&patient, "/prescriptions/{prescription}"),
        (&doctor, "/doctor/patients/{patient}"),
        (&patient, "/letters/{letter}"),
        (&doctor, "/doctor/visits/{visit}/notes"),
        (&colleague, "/doctor/cosignatures"),
        (&colleague, "/doctor/cosignatures/{cosignature}"),
    ] {
        let path = scene.filled(path).replace("{cosignature}", &cosignature).replace("{letter}", &letters[0]);
        let html = page(client, &path).await;
        assert!(html.contains(ARABIC) || path.starts_with("/doctor"), "{path} does not show the written text");
        assert_eq!(astray(&html), Vec::<String>::new(), "{path}");
        seen.push(path);
    }

    let pages = page_paths();
    let gone: Vec<&str> = WITHOUT.into_iter().filter(|route| !pages.iter().any(|page| page == route)).collect();
    assert_eq!(gone, Vec::<&str>::new(), "these pages do not exist any more");
    let forgotten: Vec<String> = pages
        .into_iter()
        .filter(|route| !WITHOUT.contains(&route.as_str()) && !seen.iter().any(|path| leads_to(route, path)))
        .collect();
    assert_eq!(forgotten, Vec::<String>::new(), "these pages are not covered by this test");
}

/// Whether a path matches a route: `/doctors/:id`.
fn leads_to(route: &str, path: &str) -> bool {
    let (route, path) = (route.trim_matches('/'), path.split('?').next().unwrap().trim_matches('/'));
    let (route, path): (Vec<&str>, Vec<&str>) = (route.split('/').collect(), path.split('/').collect());
    route.len() == path.len() && route.iter().zip(&path).all(|(part, own)| part.starts_with(':') || part == own)
}

const VOID: [&str; 9] = ["area", "base", "br", "col", "hr", "img", "input", "link", "meta"];
/// Elements whose content is not displayed, or is laid out by the rules of the control that contains them.
const APART: [&str; 4] = ["option", "script", "style", "title"];

/// The right-to-left texts of a page that do not have their own direction.
fn astray(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    // The open elements: the name, and whether the element or one around it has its own direction.
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut rest = html;
    while !rest.is_empty() {
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
        } else if rest.starts_with('<') {
            let (tag, after) = rest.split_once('>').unwrap_or((rest, ""));
            rest = after;
            let name = tag.trim_start_matches(['<', '/']).split([' ', '\n', '/']).next().unwrap_or_default().to_ascii_lowercase();
            if tag.starts_with("</") {
                if let Some(at) = open.iter().rposition(|(other, _)| *other == name) {
                    open.truncate(at);
                }
                continue;
            }
            let own = name == "bdi" || tag.contains("dir=\"auto\"");
            let shown = attribute(tag, "value").filter(|_| name == "input" && !tag.contains("type=\"hidden\""));
            if shown.is_some_and(|value| value.contains(is_right_to_left)) && !own {
                found.push(tag.to_owned());
            }
            if name == "script" || name == "style" {
                let end = format!("</{name}");
                rest = rest.find(&end).map_or("", |at| &rest[at..]);
            }
            if !VOID.contains(&name.as_str()) && !tag.ends_with('/') && !tag.starts_with("<!") {
                let inherited = open.last().is_some_and(|(_, own)| *own);
                open.push((name.clone(), own || inherited || APART.contains(&name.as_str())));
            }
        } else {
            let text = rest.split('<').next().unwrap_or(rest);
            rest = &rest[text.len()..];
            if !open.last().is_some_and(|(_, own)| *own) && !is_isolated(text) {
                found.push(text.trim().to_owned());
            }
        }
    }
    found
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    value.split('"').next()
}

/// Whether every right-to-left letter is between the characters that isolate it.
fn is_isolated(text: &str) -> bool {
    let mut depth = 0_i32;
    text.chars().all(|character| {
        depth += i32::from(character == '\u{2068}') - i32::from(character == '\u{2069}');
        depth > 0 || !is_right_to_left(character)
    })
}

#[test]
fn the_scanner_sees_what_is_astray() {
    for (html, expected) in [
        ("<p>ليلى</p>", 1),
        ("<p><bdi>ليلى</bdi> and <b>ليلى</b></p>", 1),
        ("<dd dir=\"auto\">ليلى<br>ليلى</dd><!-- ليلى -->", 0),
        ("<h1>With \u{2068}ليلى\u{2069}</h1><script>\"ليلى\"</script>", 0),
        ("<input type=\"text\" value=\"ليلى\"><input dir=\"auto\" value=\"ليلى\">", 1),
        ("<textarea dir=\"auto\">ليلى</textarea><textarea>ليلى</textarea>", 1),
    ] {
        assert_eq!(astray(html).len(), expected, "{html}");
    }
}
