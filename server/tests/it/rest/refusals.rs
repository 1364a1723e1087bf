//! Who is refused on which route. The routes come from the description: a new route without an expected refusal fails.

use crate::{
    house::{Client, DESCRIPTION, House, house},
    rest::visits::prescription,
};
use axum::http::Method;
use domain::{
    chat::{self, OpenConversation},
    directory::{self, AddClosure, ChangeAccount},
    identity::{self, InviteStaff, ListMemberships},
};
use model::access::Role;
use model::ids::{
    AppointmentId, ClinicClosureId, EncounterId, InvitationId, LicenceId, MembershipId, PatientId, PrescriptionId, SessionId,
    ThreadId, UserId,
};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    net::Ipv4Addr,
};
use testing::Person;

/// Public operations, because public pages show the same data.
const PUBLIC: [&str; 12] = [
    "bring_back",
    "find_doctors",
    "get_description",
    "get_doctor",
    "get_search_choices",
    "list_doctor_ratings",
    "list_free_days",
    "list_languages",
    "list_slots",
    "list_specialties",
    "refresh_tokens",
    "sign_in",
];

struct Route {
    id: &'static str,
    method: Method,
    path: &'static str,
    public: bool,
}

/// All routes of the description.
fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, item) in DESCRIPTION["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let security = operation.get("security").unwrap_or(&DESCRIPTION["security"]).as_array().unwrap();
            routes.push(Route {
                id: operation["operationId"].as_str().unwrap(),
                method: method.to_uppercase().parse().unwrap(),
                path,
                public: security.iter().any(|requirement| requirement.as_object().unwrap().is_empty()),
            });
        }
    }
    routes
}

/// Days on which the clinic is closed, an invitation to it, and the role of a member of its staff.
async fn organisation(house: &House) -> (ClinicClosureId, InvitationId, MembershipId) {
    let admin = house.clinic.staff("Olga Organiser", "admin", None).await;
    house.clinic.staff("Nina Nurse", "nurse", Some(house.practice)).await;
    let (domain, access, clinic) = (&house.clinic.domain, admin.access(&house.clinic), house.practice.clinic);
    let first = ["1", "12", "2026"].map(str::to_owned);
    let command = AddClosure { clinic, first, last: [const { String::new() }; 3], reason: "Building works".to_owned() };
    directory::add_closure(domain, &access, command).await.unwrap();
    let closure = directory::clinic(domain, &access, clinic).await.unwrap().closures[0].id;
    let [email, role] = ["rosa@people.example", "receptionist"].map(str::to_owned);
    let invitation =
        identity::invite_staff(domain, &access, InviteStaff { email, role, clinic: clinic.to_string() }).await.unwrap();
    let roles = identity::list_memberships(domain, &access, ListMemberships::default()).await.unwrap();
    let membership = roles.items.iter().find(|row| row.role == Role::Nurse).unwrap().id;
    (closure, invitation, membership)
}

/// A visit with everything that belongs to it.
struct Theirs {
    house: House,
    doctor: Person,
    patient: PatientId,
    /// The account of the patient.
    user: UserId,
    appointment: AppointmentId,
    visit: EncounterId,
    /// A conversation of the patient with the doctor.
    thread: ThreadId,
    signed: PrescriptionId,
    session: SessionId,
    licence: LicenceId,
    closure: ClinicClosureId,
    invitation: InvitationId,
    /// The role of somebody at the clinic.
    membership: MembershipId,
}

impl Theirs {
    async fn new() -> Self {
        let house = house().await;
        let patient = house.clinic.patient("Amara Osei").await;
        let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
        let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
        let signed = prescription(&house, &doctor, visit, true).await;
        let access = patient.access(&house.clinic);
        let appointment = domain::visits::visit(&house.clinic.domain, &access, visit).await.unwrap().appointment;
        let licence = directory::own_licences(&house.clinic.domain, &doctor.access(&house.clinic)).await.unwrap().licences[0].id;
        let begin = OpenConversation {
            patient: None,
            doctor: Some(doctor.doctor()),
            clinic: None,
            subject: "My cough".to_owned(),
            text: "It is better.".to_owned(),
            client_key: uuid::Uuid::from_u128(8),
        };
        let thread = chat::open_conversation(&house.clinic.domain, &access, begin).await.unwrap();
        let (closure, invitation, membership) = organisation(&house).await;
        Self {
            house,
            doctor,
            patient: patient.patient(),
            user: patient.user,
            appointment,
            visit,
            thread,
            signed,
            session: patient.session,
            licence,
            closure,
            invitation,
            membership,
        }
    }

    /// The path with the ids of this visit filled in.
    fn path(&self, template: &str) -> String {
        let ids: [(&str, String); _] = [
            ("{patient_id}", self.patient.to_string()),
            ("{document}", "terms".to_owned()),
            // Nobody has rated the visit.
            ("{rating_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{licence_id}", self.licence.to_string()),
            ("{appointment_id}", self.appointment.to_string()),
            ("{visit_id}", self.visit.to_string()),
            ("{thread_id}", self.thread.to_string()),
            ("{prescription_id}", self.signed.to_string()),
            ("{doctor_id}", self.doctor.doctor().to_string()),
            // A doctor's first visit type has the id of the doctor.
            ("{visit_type_id}", self.doctor.doctor().to_string()),
            ("{session_id}", self.session.to_string()),
            // Nobody has such a notice.
            ("{notice_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has a passkey.
            ("{passkey_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has linked an account at another provider.
            ("{sign_in_id}", uuid::Uuid::from_u128(7).to_string()),
            // The session of a sign-in is no token.
            ("{token_id}", self.session.to_string()),
            ("/users/{user_id}", format!("/users/{}", self.user)),
            // Nobody has deleted an account.
            ("{user_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{clinic_id}", self.house.practice.clinic.to_string()),
            // A template that came with Bedside.
            ("{template_id}", "01930000-0000-7000-8000-000000000101".to_owned()),
            ("{specialty_id}", self.house.practice.specialty.to_string()),
            ("{closure_id}", self.closure.to_string()),
            ("{invitation_id}", self.invitation.to_string()),
            ("{app_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{merge_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has added a calendar.
            ("{calendar_id}", uuid::Uuid::from_u128(7).to_string()),
            // No day differs from the hours.
            ("{exception_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has booked a series.
            ("{series_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody keeps a time.
            ("{hold_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody waits, and nothing is offered.
            ("{waiting_entry_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{waiting_offer_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{pair_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{handover_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{membership_id}", self.membership.to_string()),
            // Nobody has uploaded a file.
            ("{upload_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{file_id}", uuid::Uuid::from_u128(7).to_string()),
            // The record has no entry.
            ("{entry_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has asked about an access, and the log has no such row.
            ("{question_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{share_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{access_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has written a letter.
            ("{letter_id}", uuid::Uuid::from_u128(7).to_string()),
            // Nobody has measured anything.
            ("{observation_id}", uuid::Uuid::from_u128(7).to_string()),
            // The team has neither tasks nor handover notes.
            ("{task_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{note_id}", uuid::Uuid::from_u128(7).to_string()),
            ("{part}", "1".to_owned()),
            // The clinic has no rooms at first.
            ("{room_id}", uuid::Uuid::from_u128(7).to_string()),
            // The clinic has no care groups at first.
            ("{group_id}", uuid::Uuid::from_u128(7).to_string()),
        ];
        let path = ids.iter().fold(template.to_owned(), |path, (name, id)| path.replace(name, id));
        assert!(!path.contains('{'), "{path}: add the unknown path parameter to this test");
        path
    }

    async fn ask(&self, client: &Client, route: &Route) -> (u16, String) {
        let body = self.body_of(route.id);
        let answer = client.ask(route.method.clone(), &self.path(route.path), &[("idempotency-key", route.id)], body).await;
        (answer.status.as_u16(), answer.code().to_owned())
    }

    fn body_of(&self, id: &str) -> Option<Value> {
        // The routes are asked in the order of their paths, and each correction makes another version of the patient or of the account.
        match id {
            "add_child" => Some(json!({ "name": "Somebody Small", "date_of_birth": "2019-05-30" })),
            "add_representative" => Some(json!({
                "email": "somebody@people.example", "relation": "helper", "document": "Letter", "document_date": "2026-10-01", "until": "2027-10-01",
                "no_copy": "The patient keeps the only copy",
            })),
            "end_representative" => Some(json!({ "user_id": self.visit, "relation": "helper" })),
            "end_acting" => Some(json!({ "patient_id": self.visit, "user_id": self.visit, "relation": "helper" })),
            "offer_handover" => Some(json!({ "patient_id": self.visit, "email": "young@people.example" })),
            "accept_handover" => Some(json!({ "token": "none", "guardians": "ends" })),
            "book_appointment" => Some(json!({
                "doctor_id": self.doctor.doctor(),
                "clinic_id": self.house.practice.clinic,
                "starts_at": "2026-11-25T09:00:00Z",
                "reason": "Cough",
            })),
            "hold_time" => Some(json!({
                "doctor_id": self.doctor.doctor(), "clinic_id": self.house.practice.clinic, "starts_at": "2026-11-26T09:00:00Z",
            })),
            "block_time" => Some(json!({ "date": "2026-12-22", "from": "12:00", "until": "13:00", "zone": "Europe/London" })),
            "tell_late" => Some(json!({ "minutes": 20, "zone": "Europe/London" })),
            "book_for_patient" => Some(json!({
                "doctor_id": self.doctor.doctor(),
                "clinic_id": self.house.practice.clinic,
                "starts_at": "2026-11-25T09:00:00Z",
                "reason": "Cough",
                "overbooking": "Urgent",
            })),
            "preview_series" | "preview_series_for_patient" => Some(json!({
                "doctor_id": self.doctor.doctor(),
                "clinic_id": self.house.practice.clinic,
                "starts_at": "2026-12-02T09:00:00Z",
                "every_weeks": 1,
                "times": 2,
            })),
            "book_series" | "book_series_for_patient" => Some(json!({
                "doctor_id": self.doctor.doctor(),
                "clinic_id": self.house.practice.clinic,
                "starts_at": ["2026-12-02T09:00:00Z", "2026-12-09T09:00:00Z"],
                "reason": "Cough",
            })),
            "join_waiting_list" => Some(json!({ "doctor_id": self.doctor.doctor(), "until": "2026-12-24", "reason": "Cough" })),
            "set_approval" => Some(json!({ "needed": true, "version": 99 })),
            "move_appointment" => Some(json!({ "starts_at": "2026-11-25T11:00:00Z", "message": "I am away." })),
            "begin_upload" => Some(json!({
                "purpose": "patient_document", "patient_id": self.patient, "name": "report.pdf", "kind": "application/pdf", "bytes": 10,
            })),
            "share_record_item" => Some(json!({ "kind": "visit", "item_id": self.visit, "life": "day" })),
            "ask_about_access" => Some(json!({ "question": "Why?" })),
            "answer_access_question" => Some(json!({ "answer": "To prepare the visit." })),
            "search_record" => Some(json!({ "query": "cough" })),
            "add_record_entry" => Some(json!({ "kind": "history", "source": "clinician", "name": "Measles" })),
            "change_record_entry" => Some(json!({ "kind": "history", "source": "clinician", "name": "Measles", "version": 1 })),
            "withdraw_record_entry" => Some(json!({ "version": 1, "reason": "Another person" })),
            "withdraw_patient_document" => Some(json!({ "reason": "The report of another person" })),
            "create_letter" => Some(json!({ "visit_id": self.visit, "kind": "summary", "text": "Rest." })),
            "issue_letter" => Some(json!({ "version": 1 })),
            "withdraw_letter" => Some(json!({ "reason": "The wrong days" })),
            "add_observation" => Some(json!({ "pulse": "72" })),
            "add_task" => Some(json!({ "text": "Call back", "assignee": "nurse" })),
            "finish_task" | "reopen_task" => Some(json!({ "version": 1 })),
            "write_shift_note" => Some(json!({ "day": "2026-11-24", "shift": "early", "text": "The printer is broken." })),
            "withdraw_observation" => Some(json!({ "reason": "Another patient" })),
            "hold_patient_files" | "lift_hold_of_patient_files" => Some(json!({ "reason": "A lawsuit" })),
            "answer_document" => Some(json!({ "version_id": self.visit, "answer": "agree" })),
            "publish_document" => {
                Some(json!({ "document": "terms", "language": "de", "counts_from": "2026-12-01", "body": "Die Bedingungen." }))
            }
            "begin_set_up" | "delete_account" | "end_second_factor" => Some(json!({ "password": "not the password" })),
            "remove_passkey" => Some(json!({ "password": "not the password" })),
            "add_passkey" => {
                Some(json!({ "name": "My phone", "password": "not the password", "question": "none", "answer": "{}" }))
            }
            "rename_passkey" => Some(json!({ "name": "My phone", "version": 1 })),
            "send_email_code" => Some(json!({ "email": "somebody@people.example", "password": "not the password" })),
            "send_phone_code" => Some(json!({ "phone": "+44 7400 123456", "password": "not the password" })),
            "set_notice_choices" => Some(json!({ "off": [], "version": 0 })),
            "repeat_delivery" => Some(json!({ "way": "mail", "id": self.visit })),
            "remove_phone" => Some(json!({ "password": "not the password" })),
            "make_token" => {
                Some(json!({ "name": "Calendar", "scopes": ["appointments:read"], "days": 30, "password": "not the password" }))
            }
            "ask_factor_reset" => Some(json!({ "reason": "Passport in a video call" })),
            "confirm_set_up" | "confirm_phone" | "confirm_email_change" => Some(json!({ "code": "123456" })),
            "claim_record" => Some(json!({ "code": "00000-00000", "date_of_birth": "1990-04-12" })),
            "correct_patient" => Some(json!({ "name": "Somebody Else", "date_of_birth": "1980-02-29", "version": 1 })),
            "find_patients" => Some(json!({ "text": "Amara" })),
            "find_similar_patients" | "register_patient" => Some(json!({ "name": "Amara Osei", "date_of_birth": "1990-04-12" })),
            "merge_records" => Some(json!({
                "survivor_id": self.patient, "survivor_version": 1, "merged_id": self.visit, "merged_version": 1,
                "reason": "Registered twice", "confirmation": "00000000",
            })),
            "say_different" => Some(json!({ "first_id": self.patient, "second_id": self.visit })),
            "import_patients" => Some(json!({ "mode": "register", "csv": "name,date_of_birth\nAmara Osei,1990-04-12" })),
            "add_specialty" => Some(json!({ "name": "Sleep medicine" })),
            "add_note_template" => Some(json!({ "name": "Child", "subjective": "Fever:" })),
            "edit_note_template" => {
                Some(json!({ "name": "Complaint", "subjective": "Since when:", "state": "offered", "version": 1 }))
            }
            "save_own_phrase" | "save_phrase" => Some(json!({ "abbreviation": "cough", "text": "Dry cough.", "version": 0 })),
            "remove_own_phrase" | "remove_phrase" => Some(json!({ "abbreviation": "never-saved", "version": 1 })),
            "choose_languages" => Some(json!({ "languages": ["cy", "en"], "version": 0 })),
            "edit_specialty" => Some(json!({ "name": "Family medicine", "state": "offered", "version": 1 })),
            "import_staff" => Some(json!({ "mode": "check", "csv": "email,role,clinic\nnew@people.example,nurse,all" })),
            "add_closure" => Some(json!({ "first_day": "2026-12-24", "reason": "Public holiday" })),
            "create_clinic" => Some(json!({
                "name": "Hill Clinic", "country": "GB", "time_zone": "Europe/London", "currency": "GBP", "address": "1 Hill Lane",
            })),
            "edit_clinic" => Some(json!({
                "name": "Hill Clinic", "country": "GB", "time_zone": "Europe/London", "address": "1 Hill Lane", "version": 1,
            })),
            "change_membership" => Some(json!({ "role": "receptionist", "version": 1 })),
            "end_membership" => Some(json!({ "version": 1 })),
            "register_app" => Some(json!({ "name": "Calendar", "redirect_uris": ["https://calendar.example/back"] })),
            "make_service_account" => Some(json!({
                "name": "Phone system", "clinic_id": self.house.practice.clinic, "role": "receptionist", "scopes": ["patients:read"], "days": 30,
            })),
            "renew_service_token" => Some(json!({ "days": 30 })),
            // A version that never was: a change would make another one for the routes that follow.
            "change_doctor_specialties" => Some(json!({ "specialties": ["general-practice"], "version": 99 })),
            "join_clinic" => Some(json!({ "clinic_id": self.house.practice.clinic })),
            "find_users" => Some(json!({ "text": "Amara" })),
            // A version that never was: a suspended account would end what follows.
            "suspend_user" | "restore_user" => Some(json!({ "reason": "Abuse of staff", "version": 99 })),
            "invite_staff" => Some(json!({
                "email": "new@people.example", "role": "nurse", "clinic_id": self.house.practice.clinic,
            })),
            "correct_birth_date" => Some(json!({ "date_of_birth": "1980-02-29", "version": 1 })),
            "correct_contact" => Some(json!({ "phone": "+44 7700 900123", "version": 2 })),
            "change_address" => Some(json!({
                "kind": "postal", "line_1": "10 High Street", "town": "Reading", "country": "GB", "version": 0,
            })),
            "correct_locale" => Some(json!({ "time_zone": "Europe/Berlin", "language": "en", "version": 1 })),
            "correct_name" => Some(json!({ "name": "Somebody Else", "version": 2 })),
            // Birth date, contact, time zone and name have made versions of the patient before.
            "change_patient_profile" => Some(json!({ "preferred_name": "Joe", "version": 5 })),
            "change_cover" => Some(json!({ "version": 1 })),
            // A version that never was: a change would make another one for the routes that follow.
            "replace_schedule" => Some(json!({ "week": ["monday 09:00-17:00"], "version": 99 })),
            "add_schedule_exception" => Some(json!({ "date": "2026-12-23", "kind": "day_off" })),
            "take_time_off" => Some(json!({ "first": "2026-12-24", "from": "14:00", "until": "15:00", "zone": "Europe/London" })),
            "add_outside_calendar" => Some(json!({ "name": "Own", "address": "https://calendar.example/a.ics" })),
            "save_calendar" => Some(json!({ "names": "hidden" })),
            "add_licence" | "renew_licence" => Some(json!({
                "licence_number": "99-1", "licence_authority": "GMC", "licence_country": "GB", "licence_expires": "2031-03-31", "version": 1,
            })),
            "open_thread" => Some(json!({
                "patient_id": self.patient, "doctor_id": self.doctor.doctor(), "subject": "Hello", "text": "Hello", "client_key": self.visit,
            })),
            "set_away_note" => Some(json!({ "version": 0 })),
            "save_canned_answer" => Some(json!({ "abbreviation": "parking", "text": "Behind the house.", "version": 0 })),
            "remove_canned_answer" => Some(json!({ "abbreviation": "never-saved", "version": 1 })),
            "search_threads" => Some(json!({ "text": "cough" })),
            "send_message" => Some(json!({ "text": "Hello", "client_key": self.visit })),
            "mark_thread_read" => Some(json!({ "number": 1 })),
            "close_thread" | "reopen_thread" | "hand_over_thread" => Some(json!({ "version": 1 })),
            "rate_visit" => Some(json!({ "stars": 5, "version": 0 })),
            "answer_rating" => Some(json!({ "answer": "Thank you." })),
            "hide_rating" => Some(json!({ "reason": "Abuse", "version": 1 })),
            "review_licence" => Some(json!({ "decision": "verified", "version": 1 })),
            // A changed insurance and a corrected name make other versions of the doctor too.
            "edit_profile" => Some(json!({ "languages": ["en"], "fee_minor": 6000, "version": 3 })),
            // The changed profile has made another version.
            // A version that never was: a change would make another one for the routes that follow.
            "change_booking_rules" => Some(json!({ "notice": 60, "horizon": 60, "version": 99 })),
            "set_meeting_link" => Some(json!({ "link": "https://meet.example/j/1" })),
            "set_room" => Some(json!({ "room_id": self.visit })),
            "set_follow_up" => Some(json!({ "due": "2027-03-01" })),
            "answer_mass_consent" => Some(json!({ "answer": "withdraw", "version": 0 })),
            "send_mass_message" => Some(json!({
                "subject": "Opening hours", "text": "We open at nine.", "counted": 1, "client_key": self.visit,
            })),
            "set_message_retention" => Some(json!({ "days": 365, "version": 0 })),
            "add_room" => Some(json!({ "name": "Room 3" })),
            "add_care_group" => Some(json!({ "name": "Diabetes team" })),
            // A version that never was: a change would make another one for the routes that follow.
            "add_doctor_visit_type" | "edit_doctor_visit_type" => {
                Some(json!({ "name": "First visit", "mode": "in_person", "version": 99 }))
            }
            "add_visit_type" | "edit_visit_type" => Some(json!({ "name": "First visit", "mode": "in_person", "version": 3 })),
            _ => None,
        }
    }
}

#[tokio::test]
async fn only_what_is_on_public_pages_is_public() {
    let found: BTreeSet<&str> = routes().iter().filter(|route| route.public).map(|route| route.id).collect();
    assert_eq!(found, BTreeSet::from(PUBLIC));
}

#[tokio::test]
async fn a_stranger_is_refused_everywhere_else() {
    let theirs = Theirs::new().await;
    for route in routes().iter().filter(|route| !route.public) {
        let refused = theirs.ask(&theirs.house.stranger(), route).await;
        assert_eq!(refused, (401, "access.sign_in_needed".to_owned()), "{}", route.id);
    }
}

/// The response to the wrong person: another patient, another doctor, an administrator of all clinics.
const HIDDEN: (u16, &str) = (404, "not_found");
const FORBIDDEN: (u16, &str) = (403, "access.forbidden");
/// Lists and the account contain only the caller's own data; the test below checks their contents.
const OWN: (u16, &str) = (200, "");

fn expected(id: &str) -> [(u16, &'static str); 3] {
    match id {
        "add_child" => [(201, ""); 3],
        "begin_set_up" | "delete_account" | "end_second_factor" | "make_token" => [(403, "identity.password_wrong"); 3],
        "add_passkey" | "remove_passkey" => [(403, "identity.password_wrong"); 3],
        "rename_passkey" => [HIDDEN; 3],
        "begin_passkey" => [OWN; 3],
        "remove_phone" | "send_phone_code" => [(403, "identity.password_wrong"); 3],
        "send_email_code" => [(403, "identity.password_wrong"); 3],
        "confirm_email_change" => [(410, "identity.email_code_expired"); 3],
        "get_email" => [OWN; 3],
        "confirm_phone" => [(410, "identity.phone_code_expired"); 3],
        "get_phone" => [OWN; 3],
        "list_deliveries" => [FORBIDDEN, FORBIDDEN, OWN],
        "repeat_delivery" => [FORBIDDEN, FORBIDDEN, HIDDEN],
        "add_closure" | "change_membership" | "edit_clinic" | "edit_specialty" | "get_clinic" | "get_specialty" => {
            [HIDDEN, HIDDEN, OWN]
        }
        "edit_note_template" | "get_note_template" => [HIDDEN, HIDDEN, OWN],
        "list_clinic_changes" => [HIDDEN, HIDDEN, OWN],
        "offer_handover" => [(422, "request.fields_invalid"); 3],
        "accept_handover" => [(404, "identity.link_unknown"); 3],
        "send_handover" | "withdraw_handover" => [HIDDEN; 3],
        "book_appointment" | "hold_time" => [(201, ""), FORBIDDEN, FORBIDDEN],
        "get_hold" => [(410, "scheduling.hold_expired"), FORBIDDEN, FORBIDDEN],
        "release_hold" => [(204, ""), FORBIDDEN, FORBIDDEN],
        // A doctor sees their own visits.
        "get_clinic_day" => [FORBIDDEN, OWN, FORBIDDEN],
        // Only reception books for others.
        "book_for_patient" | "book_series_for_patient" | "preview_series_for_patient" => [FORBIDDEN; 3],
        "preview_series" => [OWN, FORBIDDEN, FORBIDDEN],
        "book_series" => [(201, ""), FORBIDDEN, FORBIDDEN],
        "get_series" | "cancel_series" => [HIDDEN; 3],
        "confirm_appointment" => [HIDDEN; 3],
        "set_meeting_link" => [HIDDEN; 3],
        "set_follow_up" => [HIDDEN; 3],
        "list_rooms" => [HIDDEN, HIDDEN, OWN],
        "list_care_groups" => [HIDDEN, HIDDEN, OWN],
        "add_care_group" => [HIDDEN, HIDDEN, (201, "")],
        "end_care_group" | "add_care_group_member" | "remove_care_group_member" => [HIDDEN; 3],
        "answer_mass_consent" | "list_mass_consents" => [OWN, FORBIDDEN, FORBIDDEN],
        "list_mass_messages" => [HIDDEN, HIDDEN, OWN],
        // Nobody has agreed.
        "send_mass_message" => [HIDDEN, HIDDEN, (409, "request.stale")],
        "get_message_retention" | "set_message_retention" => [HIDDEN, HIDDEN, OWN],
        "add_room" => [HIDDEN, HIDDEN, (201, "")],
        "end_room" | "list_rooms_for_appointment" | "set_room" => [HIDDEN; 3],
        "set_approval" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        "list_waiting" => [OWN, FORBIDDEN, FORBIDDEN],
        "join_waiting_list" => [(201, ""), FORBIDDEN, FORBIDDEN],
        "leave_waiting_list" | "get_waiting_offer" | "accept_waiting_offer" | "refuse_waiting_offer" => [HIDDEN; 3],
        // The administrator of all clinics finds neither the account nor the right.
        "add_representative" => [HIDDEN, HIDDEN, (422, "request.fields_invalid")],
        "list_representatives" => [HIDDEN, HIDDEN, OWN],
        "end_acting" | "end_representative" => [HIDDEN; 3],
        "cancel_appointment" | "delete_appointment" | "get_appointment" | "move_appointment" => [HIDDEN; 3],
        "claim_record" => [(422, "request.fields_invalid"), FORBIDDEN, FORBIDDEN],
        "correct_patient" | "get_patient" | "make_claim_code" => [HIDDEN; 3],
        "find_patients" | "list_patients" => [FORBIDDEN, OWN, FORBIDDEN],
        // The administrator's role covers all clinics, and a patient is registered at one.
        "find_similar_patients" | "import_patients" | "list_deleted_patients" | "register_patient" => {
            [HIDDEN, HIDDEN, (409, "directory.clinic_needed")]
        }
        "get_join_data" | "get_prescription" | "get_prescription_pdf" => [HIDDEN; 3],
        "check_in_patient" | "mark_no_show" => [HIDDEN; 3],
        "confirm_set_up" => [(410, "identity.set_up_expired"); 3],
        "correct_birth_date" | "correct_contact" | "get_birth_date" | "get_contact" => [OWN, FORBIDDEN, FORBIDDEN],
        "change_address" | "list_addresses" => [OWN, FORBIDDEN, FORBIDDEN],
        "change_patient_profile" | "get_patient_profile" => [OWN, FORBIDDEN, FORBIDDEN],
        "list_own_changes" => [OWN, FORBIDDEN, FORBIDDEN],
        "list_profile_changes" => [FORBIDDEN, OWN, FORBIDDEN],
        "list_patient_changes" => [HIDDEN; 3],
        "get_patient_consents" => [HIDDEN; 3],
        "list_doctor_changes" => [FORBIDDEN, FORBIDDEN, OWN],
        "list_own_account_changes" => [OWN; 3],
        "list_user_changes" => [HIDDEN, HIDDEN, OWN],
        "get_consents" | "get_document" => [OWN; 3],
        "answer_document" => [HIDDEN; 3],
        "begin_upload" | "get_upload" | "put_part" | "complete_upload" | "abandon_upload" | "get_file" => [HIDDEN; 3],
        "list_patient_documents" | "withdraw_patient_document" | "restore_patient_document" => [HIDDEN; 3],
        "list_shares" | "share_record_item" | "end_share" => [HIDDEN; 3],
        "list_accesses" | "ask_about_access" | "answer_access_question" => [HIDDEN; 3],
        "list_access_questions" => [FORBIDDEN, FORBIDDEN, OWN],
        "get_timeline"
        | "search_record"
        | "list_record_entries"
        | "add_record_entry"
        | "list_record_entry_versions"
        | "change_record_entry"
        | "withdraw_record_entry" => [HIDDEN; 3],
        "list_tasks" | "list_shift_notes" => [FORBIDDEN, OWN, FORBIDDEN],
        "add_task" | "write_shift_note" => [FORBIDDEN, (201, ""), FORBIDDEN],
        "finish_task" | "reopen_task" | "read_shift_note" => [HIDDEN; 3],
        "add_observation" | "list_observations" | "withdraw_observation" => [HIDDEN; 3],
        "create_letter" | "get_letter" | "get_letter_pdf" | "issue_letter" | "withdraw_letter" => [HIDDEN; 3],
        "list_letters" => [OWN, OWN, FORBIDDEN],
        "list_patient_files" | "hold_patient_files" | "lift_hold_of_patient_files" => [FORBIDDEN, FORBIDDEN, OWN],
        "list_credentials" => [HIDDEN, HIDDEN, OWN],
        "remove_photo" => [(204, ""), (204, ""), FORBIDDEN],
        "remove_insurance_card" => [(204, ""), FORBIDDEN, FORBIDDEN],
        "publish_document" => [FORBIDDEN, FORBIDDEN, (201, "")],
        "bring_back_account" | "bring_back_patient" | "delete_patient" => [HIDDEN; 3],
        "list_deleted_accounts" | "list_likely_duplicates" | "list_merged_records" => [FORBIDDEN, FORBIDDEN, OWN],
        "list_different" => [FORBIDDEN, FORBIDDEN, OWN],
        "say_different" | "take_back_different" => [FORBIDDEN, FORBIDDEN, HIDDEN],
        // The query is read before the caller's role is asked.
        "compare_records" => [(422, "request.fields_invalid"); 3],
        "merge_records" | "separate_records" => [FORBIDDEN, FORBIDDEN, HIDDEN],
        "add_note_template" | "add_specialty" | "create_clinic" => [FORBIDDEN, FORBIDDEN, (201, "")],
        "correct_locale"
        | "correct_name"
        | "get_family"
        | "get_factors"
        | "get_me"
        | "list_sessions"
        | "list_tokens"
        | "list_connected_apps"
        | "list_sign_ins" => [OWN; 3],
        "preview_time_off" => [(422, "request.fields_invalid"); 3],
        "take_time_off" => [FORBIDDEN, OWN, FORBIDDEN],
        "list_schedules" => [FORBIDDEN, OWN, FORBIDDEN],
        "get_calendar_day" | "get_calendar_week" | "get_calendar_month" => [FORBIDDEN, OWN, FORBIDDEN],
        "block_time" => [FORBIDDEN, (201, ""), FORBIDDEN],
        "tell_late" => [FORBIDDEN, (204, ""), FORBIDDEN],
        "replace_schedule" => [FORBIDDEN, (409, "request.stale"), FORBIDDEN],
        "add_schedule_exception" => [FORBIDDEN, (201, ""), FORBIDDEN],
        "remove_schedule_exception" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        "add_outside_calendar" => [FORBIDDEN, (201, ""), FORBIDDEN],
        "list_outside_calendars" => [FORBIDDEN, OWN, FORBIDDEN],
        "remove_outside_calendar" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        "get_calendar" | "renew_calendar" | "save_calendar" => [OWN, OWN, FORBIDDEN],
        "revoke_calendar" => [(204, ""), (204, ""), FORBIDDEN],
        "list_own_phrases" | "save_own_phrase" => [FORBIDDEN, OWN, FORBIDDEN],
        "remove_own_phrase" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        "remove_phrase" => [FORBIDDEN, FORBIDDEN, HIDDEN],
        "edit_profile" | "get_profile" | "list_visit_types" => [FORBIDDEN, OWN, FORBIDDEN],
        // The routes before have made versions of the doctor.
        "add_visit_type" => [FORBIDDEN, (409, "request.stale"), FORBIDDEN],
        "edit_visit_type" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        // Without a query; `rest::slots` asks about the doctor of others.
        "explain_slot" => [(422, "request.fields_invalid"); 3],
        "get_booking_rules" => [FORBIDDEN, OWN, FORBIDDEN],
        "get_to_do" => [FORBIDDEN, OWN, FORBIDDEN],
        "change_booking_rules" => [FORBIDDEN, (409, "request.stale"), FORBIDDEN],
        "get_licences" | "change_cover" => [FORBIDDEN, OWN, FORBIDDEN],
        "add_licence" => [FORBIDDEN, (201, ""), FORBIDDEN],
        "renew_licence" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        "list_licences" => [FORBIDDEN, FORBIDDEN, OWN],
        "review_licence" => [HIDDEN, HIDDEN, (409, "directory.licence_decided")],
        "list_threads" => [OWN, OWN, FORBIDDEN],
        "get_away_note" | "set_away_note" => [FORBIDDEN, OWN, FORBIDDEN],
        "list_canned_answers" | "save_canned_answer" => [FORBIDDEN, OWN, FORBIDDEN],
        "remove_canned_answer" => [FORBIDDEN, HIDDEN, FORBIDDEN],
        "search_threads" => [OWN, OWN, FORBIDDEN],
        "open_thread" => [HIDDEN, HIDDEN, FORBIDDEN],
        "get_thread" | "list_messages" | "send_message" | "mark_thread_read" | "close_thread" | "reopen_thread"
        | "hand_over_thread" => [HIDDEN; 3],
        "get_rating" | "rate_visit" => [HIDDEN, FORBIDDEN, FORBIDDEN],
        "answer_rating" | "hide_rating" => [HIDDEN; 3],
        "list_ratings" => [FORBIDDEN, OWN, OWN],
        "list_appointments" | "list_prescriptions" => [OWN, OWN, FORBIDDEN],
        // The routes before have changed the role, and withdrawn the invitation.
        "end_membership" => [HIDDEN, HIDDEN, (409, "request.stale")],
        "send_invitation" => [HIDDEN, HIDDEN, (409, "identity.invitation_settled")],
        "invite_staff" | "make_service_account" | "register_app" => [FORBIDDEN, FORBIDDEN, (201, "")],
        // The role is that of a person.
        "end_service_account" | "renew_service_token" => [HIDDEN; 3],
        // There is no such app.
        "disconnect_app" | "end_app" => [HIDDEN; 3],
        "list_documents" => [FORBIDDEN, FORBIDDEN, OWN],
        // The doctor works there.
        "join_clinic" => [HIDDEN, HIDDEN, (409, "identity.role_held")],
        "get_doctor_specialties" => [FORBIDDEN, FORBIDDEN, OWN],
        "change_doctor_specialties" => [HIDDEN, HIDDEN, (409, "request.stale")],
        "list_managed_doctors" | "list_doctor_visit_types" => [FORBIDDEN, FORBIDDEN, OWN],
        // The types are read first, for their currency.
        "add_doctor_visit_type" | "edit_doctor_visit_type" => [FORBIDDEN, FORBIDDEN, (409, "request.stale")],
        // Who does not run the organisation finds only themself.
        "find_users" | "list_users" => [OWN; 3],
        "get_user" => [HIDDEN, HIDDEN, OWN],
        "get_user_factors" => [HIDDEN, HIDDEN, OWN],
        "ask_factor_reset" => [HIDDEN, HIDDEN, (409, "identity.second_factor_absent")],
        "restore_user" | "suspend_user" => [HIDDEN, HIDDEN, (409, "request.stale")],
        "import_staff"
        | "list_clinics"
        | "list_managed_specialties"
        | "list_note_templates"
        | "list_phrases"
        | "save_phrase"
        | "choose_languages"
        | "get_managed_languages"
        | "list_invitations"
        | "list_memberships"
        | "list_service_accounts"
        | "list_apps" => [FORBIDDEN, FORBIDDEN, OWN],
        "remove_clinic_logo" | "remove_closure" | "withdraw_invitation" => [HIDDEN, HIDDEN, (204, "")],
        "count_unread_notices" | "get_notice_choices" | "list_notices" | "set_notice_choices" => [OWN; 3],
        "read_all_notices" => [(204, ""); 3],
        "read_notice" => [HIDDEN; 3],
        "end_session" | "remove_sign_in" | "end_token" | "stop_reset" => [HIDDEN; 3],
        "end_other_sessions" | "forget_browsers" | "sign_out" => [(204, ""); 3],
        other => panic!("{other} is a new operation: add the expected answers here"),
    }
}

#[tokio::test]
async fn the_wrong_person_is_refused_and_learns_nothing() {
    let theirs = Theirs::new().await;
    let clinic = &theirs.house.clinic;
    let people = [
        clinic.patient("Jonas Weber").await,
        clinic.doctor("Dr Tomas Reyes", theirs.house.practice).await,
        clinic.staff("Ida Admin", "admin", None).await,
    ];
    let mut wrong = BTreeMap::new();
    for (who, person) in people.iter().enumerate() {
        for route in routes().iter().filter(|route| !route.public) {
            let client = theirs.house.client_at(person, Ipv4Addr::new(203, 0, 113, 10 + u8::try_from(who).unwrap()).into()).await;
            let found = theirs.ask(&client, route).await;
            let (status, code) = expected(route.id)[who];
            if found != (status, code.to_owned()) {
                wrong.insert((route.id, person.email.clone()), found);
            }
        }
    }
    assert_eq!(wrong, BTreeMap::new());

    let other = theirs.house.client(&people[1]).await;
    for list in [
        "/appointments",
        "/appointments?period=past",
        "/clinic-day",
        "/schedules/week",
        "/patients",
        "/prescriptions",
        "/users",
        "/threads",
    ] {
        let body = other.get(list).await.expect(200).to_string();
        assert!(!body.contains("Amara") && !body.contains(&theirs.appointment.to_string()), "{list}: {body}");
    }
}

#[tokio::test]
async fn a_draft_is_nobodys_but_its_authors() {
    let house = house().await;
    let patient = house.clinic.patient("Amara Osei").await;
    let doctor = house.clinic.doctor("Dr Lena Hoffmann", house.practice).await;
    let visit = house.clinic.encounter(&patient, &doctor, house.practice).await;
    let draft = prescription(&house, &doctor, visit, false).await;
    let (patient, doctor) = (house.client(&patient).await, house.client(&doctor).await);
    assert_eq!(doctor.get(&format!("/prescriptions/{draft}")).await.expect(200)["state"], "draft");
    assert_eq!(patient.get(&format!("/prescriptions/{draft}")).await.refusal(), HIDDEN);
    assert_eq!(patient.get("/prescriptions").await.expect(200)["items"], json!([]));
    for client in [&patient, &doctor] {
        assert_eq!(client.get(&format!("/prescriptions/{draft}/pdf")).await.refusal(), HIDDEN);
    }
}

#[tokio::test]
async fn who_is_suspended_is_out_at_once() {
    let house = house().await;
    let person = house.clinic.patient("Amara Osei").await;
    let admin = house.clinic.staff("Ida Admin", "admin", None).await;
    let client = house.client(&person).await;
    client.get("/me").await.expect(200);
    let (domain, access) = (&house.clinic.domain, admin.access(&house.clinic));
    let version = directory::person(domain, &access, person.user).await.unwrap().version;
    let command = ChangeAccount { user: person.user, reason: "Asked for by the clinic".to_owned(), version };
    directory::suspend(domain, &access, command).await.unwrap();
    assert_eq!(client.get("/me").await.refusal(), (401, "access.sign_in_needed"));
    let again = json!({ "email": person.email, "password": testing::PASSWORD });
    assert_eq!(house.stranger().post("/sessions", again).await.refusal(), (403, "identity.suspended"));
}
