//! Who may call which server function. The table contains every registered function: a new one without an entry fails.

use crate::{
    house::{Client, House, ORIGIN, house},
    rest::visits::prescription,
};
use axum::{
    body::Body,
    http::{Request, header},
};
use domain::chat::{self, OpenConversation};
use std::collections::BTreeSet;
use testing::Person;

/// The function; who may call it with other people's ids (`s` unauthenticated, `p` a patient, `d` a doctor, `-` none of them); and the body, with
/// ids of a visit in which the callers do not take part. A body that begins with `{"` is JSON.
static FUNCTIONS: [(&str, &str, &str); 356] = [
    ("accept-as-new", "spd", "token=none"),
    ("accept-handover", "pd", "token=none&guardians=ends&until_day=&until_month=&until_year="),
    ("accept-invitation", "pd", "token=none"),
    ("act-as", "-", "membership={uuid}"),
    ("act-for", "-", "patient={patient}"),
    ("add-allergy", "-", "patient={patient}&substance=latex&reaction=rash&severity=mild"),
    ("add-child", "pd", "name=&latin_name=&date_of_birth_day=&date_of_birth_month=&date_of_birth_year="),
    (
        "add-closure",
        "-",
        "clinic={clinic}&first_day=24&first_month=12&first_year=2026&last_day=&last_month=&last_year=&reason=holiday",
    ),
    ("add-day", "d", "clinic={clinic}&kind=day_off&date_day=24&date_month=12&date_year=2026"),
    ("add-entry", "-", "patient={patient}&kind=history&source=clinician&name=measles"),
    ("add-outside-calendar", "d", "name=&address="),
    ("add-measurements", "-", "patient={patient}&encounter=&pulse=72"),
    ("add-medicine", "-", "encounter={visit}&{medicine}"),
    ("add-passkey", "-", "name=phone&current=wrong"),
    ("add-push", "-", "endpoint=https%3A%2F%2Felsewhere.example%2F1&p256dh=&auth="),
    ("add-room", "-", "clinic={clinic}&name=Room%203"),
    ("add-note-template", "-", "name=Child&specialty=&subjective=Fever&objective=&assessment=&plan="),
    ("add-specialty", "-", "name=Sleep%20medicine"),
    ("choose-languages", "-", "languages=English&version=0"),
    ("admit-patient", "-", "visit={visit}"),
    ("answer-app", "-", "request=none&decision=allow"),
    ("answer-document", "-", "text={uuid}&answer=agree&next="),
    ("answer-rating", "-", "rating={uuid}&answer=thanks"),
    ("apply", "spd", ""),
    ("approve-application", "-", "doctor={doctor}&clinic={clinic}&reason=checked&version=0"),
    ("ask-for-more", "-", "doctor={doctor}&reason=diploma&version=0"),
    ("ask-for-passkey", "spd", ""),
    ("ask-for-proof", "pd", ""),
    ("ask-reset", "-", "user={user}&reason=lost"),
    ("begin-conversation", "-", "patient={patient}&with=doctor:{doctor}&subject=knee&text=hello&urgent_seen="),
    ("begin-passkey", "pd", ""),
    ("begin-set-up", "-", "current=wrong"),
    ("block-time", "d", "date_day=24&date_month=12&date_year=2026&from=12%3A00&until=13%3A00"),
    (
        "book-for-patient",
        "-",
        "patient={patient}&doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&start=2026-11-25T09%3A00%3A00Z&reason=cough&phone=&overbooking=urgent",
    ),
    ("book-repeat", "spd", "booking="),
    (
        "book-staff-series",
        "-",
        "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&patient={patient}&starts=2026-12-02T09%3A00%3A00Z%2C2026-12-09T09%3A00%3A00Z&reason=cough&phone=",
    ),
    (
        "plan-staff-series",
        "-",
        "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&patient={patient}&start=2026-11-25T09%3A00%3A00Z&every_weeks=1&times=2",
    ),
    ("read-staff-series", "-", "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&patient={patient}"),
    ("book-visit", "spd", "booking="),
    ("bring-back", "spd", ""),
    ("bring-back-by-passkey", "spd", ""),
    ("bring-back-with", "spd", "provider=none"),
    ("bring-back-account", "-", "user={user}"),
    ("break-glass", "d", "number=&date_of_birth_day=&date_of_birth_month=&date_of_birth_year=&reason="),
    ("cancel-prescription", "-", "prescription={prescription}&reason=wrong"),
    ("cancel-visit", "-", "appointment={appointment}&message=ill"),
    ("bring-back-patient", "-", "patient={patient}"),
    ("carry-address", "spd", "email=a%40people.example"),
    ("change-address", "p", "kind=postal&line_1=1%20Lane&town=Reading&country=GB&version=0"),
    ("change-cover", "d", "cover_insurer=&cover_number=&cover_until_day=&cover_until_month=&cover_until_year=&version=0"),
    ("change-diagnoses", "-", "encounter={visit}&seen=&change=add%3AI10"),
    ("change-draft", "-", "prescription={draft}&encounter={visit}&change=discard%3A&version=0"),
    ("change-file-hold", "-", "patient={patient}&change=hold&file=all&reason=lawsuit"),
    ("change-password", "-", "current=wrong&password=also%20wrong%20enough"),
    ("check-in-patient", "-", "visit={visit}"),
    ("claim-record", "p", "code=&date_of_birth_day=&date_of_birth_month=&date_of_birth_year="),
    ("compare-patients", "pd", "person=none&same=none&reason=twins"),
    ("change-patient-profile", "p", "preferred_name=Ana&version=0"),
    ("change-role", "-", "membership={uuid}&role=nurse&version=1"),
    ("confirm-email", "spd", "token=none"),
    ("confirm-phone", "pd", "code=123456"),
    ("connect-foreign", "-", "provider=none&current=wrong"),
    ("confirm-set-up", "pd", "code=123456"),
    ("correct-birth-date", "p", "date_of_birth_day=&date_of_birth_month=&date_of_birth_year=&version=1"),
    ("correct-contact", "p", "phone=&line_1=&line_2=&town=&postcode=&country=&version=1"),
    ("correct-locale", "pd", "time_zone=&language=&version=1"),
    ("correct-name", "pd", "name=&latin_name=&version=1"),
    (
        "correct-patient",
        "-",
        "patient={patient}&name=Ana&latin_name=&date_of_birth_day=1&date_of_birth_month=2&date_of_birth_year=1990&phone=&version=0",
    ),
    ("create-clinic", "-", "name=a"),
    ("delete-account", "-", "password=wrong"),
    ("delete-patient", "-", "patient={patient}&version=0"),
    ("disconnect-app", "-", "app={uuid}"),
    ("discard-draft", "-", "form=records.save_note&about=visit%3A{visit}&shown=&idempotency_key=k"),
    ("edit-clinic", "-", "clinic={clinic}&name=a&version=1"),
    ("edit-doctor-profile", "d", "language_1=en&about=&fee=60&version=0"),
    ("edit-specialty", "-", "specialty={uuid}&name=Sleep%20medicine&retired=true&version=1"),
    ("edit-medicine", "-", "prescription={draft}&item={uuid}&encounter={visit}&{medicine}&version=0"),
    ("end-acting", "-", "patient={patient}&user={user}&relation=helper"),
    ("change-entry", "-", "patient={patient}&entry={uuid}&kind=history&source=clinician&name=measles&version=1"),
    ("read-entry", "-", "patient={patient}&entry={uuid}"),
    ("read-record", "-", "patient={patient}"),
    ("read-to-do", "d", ""),
    ("read-timeline", "-", r#"{"patient":"{patient}","asked":{}}"#),
    ("withdraw-entry", "-", "patient={patient}&entry={uuid}&reason=other&version=1"),
    ("end-allergy", "-", "patient={patient}&allergy={uuid}"),
    ("end-app", "-", "app={uuid}"),
    ("end-break-glass", "d", "patient={patient}"),
    ("end-other-sessions", "pd", ""),
    ("end-second-factor", "-", "password=wrong"),
    ("end-room", "-", "clinic={clinic}&room={uuid}"),
    ("end-role", "-", "membership={uuid}&version=1"),
    ("end-service-account", "-", "account={uuid}"),
    ("end-session", "-", "session={session}"),
    ("end-token", "-", "token={session}"),
    ("end-visit", "-", "encounter={visit}&outcome=no_diagnosis"),
    ("enter-waiting-room", "-", "visit={visit}"),
    ("find-in-record", "pd", "query=cough"),
    ("search-record", "-", "patient={patient}"),
    ("find-in-conversations", "pd", "text=cough"),
    ("find-diagnosis", "pd", "query=cough"),
    ("find-doctors", "spd", ""),
    ("find-for-acting", "-", "number=&date_of_birth_day=&date_of_birth_month=&date_of_birth_year="),
    ("find-in-log", "-", "person=a&patient=a&action=visits.&from_day=1&from_month=2&from_year=2026"),
    ("find-patients", "d", "text=a&date_of_birth_day=&date_of_birth_month=&date_of_birth_year="),
    ("find-people", "pd", "text=a"),
    ("find-to-book", "d", "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&text=a"),
    ("finish-by-passkey", "spd", ""),
    ("finish-sign-in", "spd", "code=123456"),
    ("forget-browsers", "pd", ""),
    ("hand-over-conversation", "-", "thread={thread}&to=&version=1"),
    ("hide-rating", "-", "rating={uuid}&reason=abuse&version=1"),
    ("hold-time", "p", "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}"),
    ("import-patients", "-", "csv=name%2Cdate_of_birth%0AAna%2C1980-02-29&register="),
    ("import-staff", "-", "csv=email%2Crole%2Cclinic%0Aa%40people.example%2Cnurse%2Call&invite="),
    ("invite-staff", "-", "email=a%40people.example&role=nurse&clinic={clinic}"),
    ("join", "spd", "name="),
    ("join-visit", "-", "visit={visit}"),
    (
        "keep-draft",
        "-",
        "form=records.save_note&about=visit%3A{visit}&author={user}&page=k&number=1&shown=&version=0&content=%7B%7D",
    ),
    ("join-clinic", "-", "doctor={doctor}&clinic_id={clinic}"),
    ("leave-waiting-room", "-", "visit={visit}"),
    ("let-act", "-", "patient={patient}&email=a%40people.example&relation=helper&document=Letter"),
    ("list-measurements", "-", "patient={patient}"),
    ("list-conversations", "pd", ""),
    ("list-patient-documents", "-", "patient={patient}"),
    ("load-intake", "-", "encounter={visit}"),
    ("load-intakes", "-", ""),
    ("list-prescriptions", "pd", ""),
    ("list-visits", "pd", "past=false"),
    ("confirm-visit", "-", "appointment={appointment}"),
    ("set-approval", "-", "visit_type={uuid}&needed=true&version=0"),
    ("accept-offer", "-", "offer={uuid}"),
    ("refuse-offer", "-", "offer={uuid}"),
    ("leave-waiting", "-", "entry={uuid}"),
    ("join-waiting", "p", "doctor={doctor}&until_day=24&until_month=12&until_year=2026&reason=cough"),
    ("read-waiting", "p", ""),
    ("read-waiting-choices", "p", "doctor={doctor}"),
    ("load-account", "pd", ""),
    ("load-acting", "-", "patient={patient}"),
    ("load-addresses", "p", ""),
    ("load-address", "spd", "id=none"),
    ("load-application", "-", "doctor={doctor}"),
    ("load-apps", "-", "made=none"),
    ("load-app-request", "-", "request=none"),
    ("load-applications", "-", ""),
    ("load-audit", "-", "asked%5Bafter%5D="),
    ("load-begin-choices", "-", "patient={patient}"),
    ("load-birth-date", "p", ""),
    ("load-away-note", "d", ""),
    ("load-calendar-feed", "pd", ""),
    ("load-clinic", "-", "id={clinic}"),
    ("load-clinics", "-", ""),
    ("load-rooms", "-", "id={clinic}"),
    ("load-clinic-logo", "-", "id={clinic}"),
    ("load-connected-apps", "pd", ""),
    ("load-consents", "pd", ""),
    ("load-conversation", "-", "id={thread}"),
    ("load-contact", "p", ""),
    ("load-deleted-accounts", "-", ""),
    ("load-deleted-patients", "-", ""),
    ("load-deletion", "pd", ""),
    ("count-unread-notices", "pd", ""),
    ("load-deliveries", "-", ""),
    ("load-notice-choices", "pd", ""),
    ("load-notices", "pd", ""),
    ("load-push", "pd", ""),
    ("set-notice-choices", "pd", "quiet=&version=0"),
    ("read-all-notices", "pd", ""),
    ("read-notice", "-", "notice={uuid}"),
    ("load-credentials", "-", "doctor={doctor}"),
    ("load-decision", "-", "doctor={doctor}"),
    ("load-licence", "-", "licence={licence}"),
    ("load-licences", "-", ""),
    ("load-own-licence", "-", "licence={licence}"),
    ("load-own-foreign", "pd", ""),
    ("load-own-credentials", "d", ""),
    ("load-own-licences", "d", ""),
    ("load-own-patient-photo", "p", ""),
    ("load-own-insurance-card", "p", ""),
    ("load-own-photo", "d", ""),
    ("load-document", "spd", "document=terms"),
    ("load-documents", "-", ""),
    ("load-doctor-profile", "d", ""),
    ("load-emergencies", "-", ""),
    ("load-file-holds", "-", "patient={patient}"),
    ("load-family", "pd", ""),
    ("load-found-messages", "pd", "id=none"),
    ("load-foreign-ways", "spd", ""),
    ("load-handover", "spd", "token=none"),
    ("load-half-sign-in", "spd", ""),
    ("load-join", "spd", ""),
    ("load-health", "-", ""),
    ("load-import", "pd", "report=none"),
    ("load-letter", "-", "id={patient}"),
    ("load-likely-patients", "pd", "person=none"),
    ("load-invitation", "spd", "token=none"),
    ("load-invitations", "-", ""),
    ("load-managed-types", "-", "doctor={doctor}"),
    ("load-overview", "pd", ""),
    ("load-own-application", "pd", ""),
    ("load-phone", "pd", ""),
    ("load-patient", "-", "id={patient}"),
    ("load-patients", "d", "asked%5Bafter%5D="),
    ("load-patient-profile", "p", ""),
    ("load-people", "pd", "asked%5Bafter%5D="),
    ("load-person", "-", "user={user}"),
    ("load-question", "pd", "again="),
    ("load-rating", "-", "id={visit}"),
    ("load-ratings", "d", ""),
    ("load-reset", "spd", "token=none"),
    ("load-passkeys", "pd", ""),
    ("load-second-factor", "pd", ""),
    ("load-second-factor-of", "-", "user={user}"),
    ("load-role", "-", "id={uuid}"),
    ("load-roles", "-", "asked%5Bafter%5D="),
    ("load-service-accounts", "-", "made=none"),
    ("load-sessions", "pd", ""),
    ("load-staff-file", "-", "report=none"),
    ("load-setup", "spd", "token=none"),
    ("load-merged", "-", ""),
    ("load-different", "-", ""),
    ("load-merging", "-", "first={patient}&second={uuid}"),
    ("load-managed-languages", "-", ""),
    ("load-managed-specialties", "-", ""),
    ("load-note-template", "-", "id={uuid}"),
    ("load-note-templates", "-", ""),
    ("load-phrases", "-", "of=clinic"),
    ("load-specialty", "-", "id={uuid}"),
    ("load-specialties", "spd", ""),
    ("load-languages", "spd", ""),
    ("load-tokens", "pd", "made=none"),
    ("load-visit", "-", "id={visit}"),
    ("load-waiting", "pd", ""),
    ("make-claim-code", "-", "patient={patient}"),
    ("make-service-account", "-", "name=Phone%20system&clinic={clinic}&role=receptionist&patients_read=true&days=30"),
    ("make-token", "-", "name=Calendar&appointments_read=true&days=30&password=wrong"),
    ("open-conversation", "-", "visit={visit}"),
    (
        "publish-document",
        "-",
        "document=terms&language=de&counts_from_day=1&counts_from_month=12&counts_from_year=2026&body=Text&asks=",
    ),
    ("move-visit", "-", "appointment={appointment}&start=2026-11-26T10%3A00%3A00Z&message=ill"),
    (
        "merge-records",
        "-",
        "first={patient}&first_seen=1&second={uuid}&second_seen=1&survivor={patient}&reason=twice&confirmation=0",
    ),
    ("offer-handover", "pd", "patient_id=&email="),
    ("pick-records", "-", "first_number=0&second_number=1"),
    ("read-appointment", "-", "id={appointment}"),
    ("rate-visit", "-", "visit={visit}&stars=5&words=good&version=0"),
    ("read-booking", "p", "reservation={uuid}&booking=none"),
    ("read-chosen", "spd", "next=%2Fdoctors%2F{doctor}%3Ftime%3D2026-11-25T09%253A00%253A00Z~{clinic}"),
    ("read-booking-rules", "d", ""),
    ("read-clinic-columns", "d", ""),
    ("read-clinic-day", "d", ""),
    ("read-conversation-news", "-", "thread={thread}&after=0"),
    ("read-consult", "-", "encounter={visit}"),
    ("read-day", "d", ""),
    ("read-own-booking", "d", ""),
    ("read-visit-rooms", "-", "id={appointment}"),
    ("read-desk-booking", "-", "doctor={doctor}&time=2026-11-25T09%3A00%3A00Z~{clinic}&patient={patient}"),
    ("read-doctor", "spd", "doctor={doctor}"),
    ("read-draft", "-", "encounter={visit}"),
    ("read-first-steps", "d", ""),
    ("read-hold", "p", "reservation={uuid}"),
    ("read-hours", "d", ""),
    ("read-medicine", "-", "id={draft}"),
    ("plan-repeat", "p", "reservation={uuid}&booking=none&every_weeks=1&times=2"),
    ("read-repeat", "p", "reservation={uuid}&booking=none"),
    ("read-move", "-", "id={appointment}"),
    ("read-outside-calendars", "d", ""),
    ("read-other-times", "spd", "booking=none"),
    ("read-prescription", "-", "id={prescription}"),
    ("read-ratings", "spd", "doctor={doctor}"),
    ("read-review", "-", "id={draft}"),
    ("read-safety", "-", "encounter={visit}"),
    ("read-summary", "-", r#"{"of":{"visit":"{visit}"}}"#),
    ("read-verification", "spd", "code=AAAA"),
    ("read-visit-record", "-", "id={visit}"),
    ("read-visit-summary", "-", "id={visit}"),
    ("read-time-off", "d", "first=2026-12-24&last=2026-12-24&from=&until="),
    ("read-visit-types", "d", ""),
    ("read-month", "d", ""),
    ("read-week", "d", ""),
    ("read-why", "-", "doctor={doctor}"),
    ("refuse-application", "-", "doctor={doctor}&reason=unknown&version=0"),
    ("register-app", "-", "name=Calendar&redirects=https%3A%2F%2Fcalendar.example%2Fback"),
    ("register-patient", "-", "name=Ana&latin_name=&date_of_birth_day=1&date_of_birth_month=2&date_of_birth_year=1990&phone="),
    ("remove-clinic-logo", "-", "clinic={clinic}"),
    ("remove-closure", "-", "clinic={clinic}&closure={uuid}"),
    ("remove-day", "-", "exception={uuid}"),
    ("renew-service-token", "-", "account={uuid}"),
    ("remove-outside-calendar", "-", "calendar={uuid}"),
    ("renew-calendar-feed", "pd", ""),
    ("replay-dead-events", "-", ""),
    ("replay-dead-mails", "-", ""),
    ("request-reset", "spd", "email=nobody%40example.test"),
    ("remove-phone", "-", "password=wrong"),
    ("repeat-delivery", "-", "way=mail&delivery={uuid}"),
    ("request-reset-by-text", "spd", "email=a%40people.example"),
    ("send-phone-code", "-", "phone=%2B44+7400+123456&current=wrong"),
    ("resend-confirmation", "spd", "email=nobody%40example.test"),
    ("reset-password", "spd", "token=none&password=long%20enough%20this"),
    ("restore", "-", "user={user}&reason=well&version=0"),
    ("mark-conversation-read", "-", "thread={thread}&position=1"),
    ("mark-absent", "-", "visit={visit}"),
    ("return-to-waiting-room", "-", "visit={visit}"),
    ("review-emergency", "-", "found={uuid}~justified"),
    ("review-licence", "-", "licence={licence}&verdict=refused&reply=wrong&version=1"),
    ("revise-application", "d", "version=0"),
    ("save-booking-rules", "d", "notice=60&horizon=60&version=0"),
    ("revoke-calendar-feed", "pd", ""),
    ("save-calendar-feed", "pd", "names=hidden"),
    ("save-hours", "d", "clinic={uuid}&version=0"),
    ("edit-note-template", "-", "template={uuid}&name=Child&specialty=&subjective=Fever&objective=&assessment=&plan=&version=1"),
    ("remove-phrase", "-", "of=clinic&abbreviation=cough&version=1"),
    ("save-phrase", "-", "of=clinic&abbreviation=cough&text=Dry%20cough.&version=0"),
    ("save-notes", "-", "encounter={visit}&subjective=a&objective=&assessment=&plan=&version=0"),
    ("save-reason", "p", "hold={uuid}&doctor={doctor}&time=&reason=cough"),
    ("save-room", "-", "appointment={appointment}&room={uuid}&day="),
    ("save-meeting-link", "-", "appointment={appointment}&link=https%3A%2F%2Fmeet.example%2F1"),
    ("save-visit-type", "d", "visit_type=&name=First%20visit&mode=in_person&version=0"),
    ("say-late", "d", "minutes=20"),
    ("search-diagnoses", "pd", "query=cough"),
    ("send-handover", "-", "handover={uuid}"),
    ("separate-records", "-", "merge={uuid}"),
    ("say-different", "-", "first={uuid}&second={uuid}"),
    ("take-back-different", "-", "pair={uuid}"),
    ("send-in-conversation", "-", "thread={thread}&text=hello&quotes=&urgent_seen="),
    ("settle-conversation", "-", "thread={thread}&state=closed&version=1"),
    ("write-in-conversation", "-", "thread={thread}&client_key={uuid}&text=hello"),
    ("send-invitation", "-", "invitation={uuid}"),
    ("send-message", "-", "thread={uuid}&client_key={uuid}&text=hello"),
    ("set-away-note", "d", "text=&until_day=&until_month=&until_year=&version=0"),
    ("set-up", "spd", "token=none"),
    ("remove-passkey", "-", "passkey={uuid}&current=wrong"),
    ("remove-patient-photo", "p", ""),
    ("remove-insurance-card", "p", ""),
    ("remove-photo", "d", ""),
    ("remove-push", "-", "push={uuid}"),
    ("rename-passkey", "-", "passkey={uuid}&name=phone&version=1"),
    ("sign-in", "spd", ""),
    ("sign-in-by-passkey", "spd", ""),
    ("sign-out", "s", ""),
    ("sign-prescription", "-", "prescription={draft}&password={password}&version=1"),
    ("sign-up", "spd", ""),
    ("start-form", "spd", "form=none"),
    ("stop-acting", "-", "patient={patient}&user={user}&relation=helper"),
    ("stop-reset", "-", ""),
    ("stop-reset-by-link", "spd", "token=none"),
    (
        "state-licence",
        "-",
        "licence={licence}&licence_number=9&licence_authority=GMC&licence_country=GB&licence_expires_day=1&licence_expires_month=2&licence_expires_year=2031&version=1",
    ),
    ("suspend", "-", "user={user}&reason=why&version=0"),
    ("take-time-off", "d", "first=2026-12-24&last=2026-12-24&from=14%3A00&until=15%3A00"),
    ("test-mail", "spd", "token=none&test_email=a%40people.example"),
    ("try-move", "-", "id={appointment}&start=2026-11-26T10%3A00%3A00Z"),
    ("unblock-time", "-", "exception={uuid}"),
    ("unlink-foreign", "-", "linked={uuid}"),
    ("verify-code", "spd", "code=AAAA"),
    ("withdraw-document", "-", "patient={patient}&document={uuid}&reason=other"),
    ("restore-document", "-", "patient={patient}&document={uuid}"),
    ("withdraw-handover", "-", "handover={uuid}"),
    ("withdraw-invitation", "-", "invitation={uuid}"),
    ("withdraw-measurements", "-", "patient={patient}&measurement={uuid}&reason=other"),
];

const LEAD_BACK: [&str; 21] = [
    "act-as",
    "act-for",
    "add-push",
    "disconnect-app",
    "end-acting",
    "end-session",
    "end-token",
    "remove-clinic-logo",
    "remove-outside-calendar",
    "remove-push",
    "read-notice",
    "remove-patient-photo",
    "remove-insurance-card",
    "remove-photo",
    "replay-dead-events",
    "replay-dead-mails",
    "send-handover",
    "stop-acting",
    "stop-reset",
    "unlink-foreign",
    "withdraw-handover",
];

const MEDICINE: &str = "medicine=Ibuprofen&strength=400%20mg&form=tablet&dose=1%20tablet&route=by%20mouth&frequency=daily&duration=3%20days&quantity=3%20tablets&refills=0&note=";

/// A visit in progress with a signed prescription and a draft; and a patient and a doctor who do not take part in it.
pub(crate) struct Scene {
    pub(crate) house: House,
    ids: Vec<(&'static str, String)>,
    patient: Person,
    pub(crate) doctor: Person,
    /// The patient of the visit; the next field is its doctor.
    pub(crate) owner: Person,
    pub(crate) treating: Person,
}

impl Scene {
    async fn new() -> Self {
        Self::with(house().await).await
    }

    pub(crate) async fn with(house: House) -> Self {
        let clinic = &house.clinic;
        let (ana, lena) = (clinic.patient("Amara Osei").await, clinic.doctor("Dr Lena Hoffmann", house.practice).await);
        let visit = clinic.encounter(&ana, &lena, house.practice).await;
        let signed = prescription(&house, &lena, visit, true).await;
        let draft = prescription(&house, &lena, visit, false).await;
        let appointment = domain::visits::visit(&clinic.domain, &ana.access(clinic), visit).await.unwrap().appointment;
        let licence = domain::directory::own_licences(&clinic.domain, &lena.access(clinic)).await.unwrap().licences[0].id;
        let begin = OpenConversation {
            patient: None,
            doctor: Some(lena.doctor()),
            clinic: None,
            subject: "My cough".to_owned(),
            text: "It is better.".to_owned(),
            client_key: uuid::Uuid::from_u128(8),
        };
        let thread = chat::open_conversation(&clinic.domain, &ana.access(clinic), begin).await.unwrap();
        let ids = vec![
            ("{visit}", visit.to_string()),
            ("{thread}", thread.to_string()),
            ("{appointment}", appointment.to_string()),
            ("{prescription}", signed.to_string()),
            ("{draft}", draft.to_string()),
            ("{doctor}", lena.doctor().to_string()),
            ("{patient}", ana.patient().to_string()),
            ("{user}", ana.user.to_string()),
            ("{session}", ana.session.to_string()),
            ("{clinic}", house.practice.clinic.to_string()),
            ("{licence}", licence.to_string()),
            ("{uuid}", uuid::Uuid::from_u128(7).to_string()),
            ("{password}", testing::PASSWORD.replace(' ', "%20")),
            ("{medicine}", MEDICINE.to_owned()),
        ];
        let patient = clinic.patient("Jonas Weber").await;
        let doctor = clinic.doctor("Dr Tariq Mansour", house.practice).await;
        Self { house, ids, patient, doctor, owner: ana, treating: lena }
    }

    /// The text with the ids of the scene filled in.
    pub(crate) fn filled(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    /// All functions with their bodies.
    pub(crate) fn bodies() -> impl Iterator<Item = (&'static str, String)> + use<> {
        FUNCTIONS.iter().map(|(function, _, body)| (*function, body.replace("{medicine}", MEDICINE)))
    }

    /// The status, or 401 if the answer redirects to the sign-in page; and the body.
    pub(crate) async fn call(&self, client: &Client, function: &str, body: &str) -> (u16, String) {
        let body = self.filled(body);
        let kind = if body.starts_with("{\"") { "application/json" } else { "application/x-www-form-urlencoded" };
        let request = Request::post(format!("/do/{function}"))
            .header(header::ACCEPT, "application/json")
            .header(header::CONTENT_TYPE, kind)
            .header(header::ORIGIN, ORIGIN)
            .body(Body::from(body));
        let answer = client.send(request.unwrap()).await;
        let said = String::from_utf8(answer.bytes.clone()).unwrap();
        let to_sign_in = answer.header("location").starts_with("/sign-in") || said.contains(r#""next":"/sign-in"#);
        (if to_sign_in { 401 } else { answer.status.as_u16() }, said)
    }
}

#[test]
fn every_server_function_stands_in_the_table_at_a_stable_address() {
    let registered: BTreeSet<String> = server_fn::axum::server_fn_paths().map(|(path, _)| path.to_owned()).collect();
    let listed: BTreeSet<String> = FUNCTIONS.iter().map(|(name, ..)| format!("/do/{name}")).collect();
    assert_eq!(registered, listed);
}

#[tokio::test]
async fn nobody_gets_at_what_is_not_theirs() {
    let scene = Scene::new().await;
    let house = &scene.house;
    let (patient, doctor) = (house.client(&scene.patient).await, house.client(&scene.doctor).await);
    let mut wrong = Vec::new();
    for (function, allowed, body) in FUNCTIONS.iter().copied() {
        // It ends the session that the next calls need.
        if function == "sign-out" {
            continue;
        }
        for (letter, client) in [('s', &house.stranger()), ('p', &patient), ('d', &doctor)] {
            let (status, said) = scene.call(client, function, body).await;
            // Plain forms without their own page redirect back in any case.
            let led_back = status == 303 && LEAD_BACK.contains(&function);
            let refused = led_back || if letter == 's' { status == 401 } else { matches!(status, 403 | 404) };
            let fine = if allowed.contains(letter) { !matches!(status, 401 | 403) } else { refused };
            if !fine || status >= 500 || said.contains("Amara") {
                wrong.push(format!("{function} by {letter}: {status}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
