//! Visit types: a doctor edits them, a patient chooses one, and its length, fee and way to meet are those of the appointment.

use super::{Scene, after, code, scene, tomorrow_at_ten};
use domain::{
    Result,
    notices::MailContent,
    scheduling::{self, BookAppointment, DoctorSearch, Hold, MailKind, Offer, TypedVisitType},
    visits,
};
use jiff::{SignedDuration, civil::date};
use model::{
    directory::TypedFee,
    errors::{Code, FieldFault, Range},
    ids::VisitTypeId,
    money::{Currency, Money},
    scheduling::{VisitMode, views::AppointmentView},
    visits::views::VisitState,
};

const LONDON: &str = "Europe/London";

pub(super) fn typed(name: &str, mode: VisitMode, minutes: &str, fee: &str) -> TypedVisitType {
    TypedVisitType {
        name: name.to_owned(),
        mode: mode.as_str().to_owned(),
        minutes: minutes.to_owned(),
        buffer_before: String::new(),
        buffer_after: String::new(),
        meeting_link: String::new(),
        fee: TypedFee { fee: fee.to_owned(), fee_free: String::new() },
        is_active: true,
    }
}

impl Scene {
    async fn version(&self) -> i32 {
        scheduling::visit_types(&self.clinic.domain, &self.doctor.access(&self.clinic)).await.unwrap().version
    }

    pub(super) async fn add_type(&self, typed: TypedVisitType) -> Result<VisitTypeId> {
        let version = self.version().await;
        scheduling::add_visit_type(&self.clinic.domain, &self.doctor.access(&self.clinic), typed, version).await
    }

    async fn edit_type(&self, id: VisitTypeId, typed: TypedVisitType) -> Result<()> {
        let version = self.version().await;
        scheduling::edit_visit_type(&self.clinic.domain, &self.doctor.access(&self.clinic), id, typed, version).await
    }

    /// The type that every doctor has from the beginning.
    fn first_type(&self) -> VisitTypeId {
        self.doctor.doctor().uuid().into()
    }

    async fn book_type(&self, visit_type: VisitTypeId, phone: &str) -> Result<AppointmentView> {
        let command =
            BookAppointment { visit_type: Some(visit_type), phone: phone.to_owned(), ..self.command(tomorrow_at_ten()) };
        scheduling::book(&self.clinic.domain, &self.as_patient(), command).await
    }
}

#[tokio::test]
async fn a_doctor_begins_with_one_type_that_follows_the_profile() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let own = scheduling::visit_types(domain, &doctor).await.unwrap();
    assert_eq!((own.usual_minutes, own.usual_fee), (30, Some(Money::new(6_000, Currency::GBP))));
    let [only] = own.types.as_slice() else { panic!("one type") };
    assert_eq!(
        (only.id, only.mode, only.minutes, only.fee, only.is_active),
        (scene.first_type(), VisitMode::Video, None, None, true)
    );

    let booked = scene.book(tomorrow_at_ten()).await.unwrap();
    assert_eq!((booked.card.mode, booked.card.fee, booked.phone), (VisitMode::Video, Money::new(6_000, Currency::GBP), None));
    assert_eq!(scene.count("select count(*) from appointments where visit_type_id = doctor_id").await, 1);
}

#[tokio::test]
async fn the_chosen_type_decides_length_fee_and_mode() {
    let scene = scene().await;
    let (domain, stranger, doctor) = (&scene.clinic.domain, scene.clinic.stranger(), scene.doctor.doctor());
    let long = scene.add_type(typed("First visit", VisitMode::InPerson, "45", "90")).await.unwrap();
    let offer = Offer { doctor, visit_type: Some(long) };

    let page = scheduling::doctor_page(domain, &stranger, offer, LONDON, None).await.unwrap();
    assert_eq!((page.visit_type, page.visit_minutes, page.fee), (long, 45, Money::new(9_000, Currency::GBP)));
    assert_eq!((page.mode(), page.other_type(), page.visit_types.len()), (VisitMode::InPerson, Some(long), 2));
    let usual = scheduling::doctor_page(domain, &stranger, doctor, LONDON, None).await.unwrap();
    assert_eq!((usual.visit_minutes, usual.mode(), usual.other_type()), (30, VisitMode::Video, None));

    // Every 45 minutes from nine: 10:00 is no beginning, 09:45 is one.
    let quarter_to_ten = tomorrow_at_ten() - SignedDuration::from_mins(15);
    let times = scheduling::open_times(domain, &stranger, offer, date(2026, 11, 25), LONDON).await.unwrap();
    assert_eq!(times[1].start, quarter_to_ten);
    assert_eq!(times[1].end, quarter_to_ten + SignedDuration::from_mins(45));
    assert_eq!(code(scene.book_type(long, "").await), Code::SlotUnknown);

    let hold = Hold { doctor, clinic: scene.practice.clinic, start: quarter_to_ten, visit_type: Some(long) };
    let held = scheduling::hold(domain, &scene.as_patient(), hold).await.unwrap();
    assert_eq!((held.ends_at, held.fee), (times[1].end, Money::new(9_000, Currency::GBP)));
    assert_eq!((held.visit_type.name.as_str(), held.chosen().visit_type), ("First visit", Some(long)));
    // The hold knows its type.
    let command = BookAppointment { hold: Some(held.reservation), ..scene.command(quarter_to_ten) };
    let booked = scheduling::book(domain, &scene.as_patient(), command).await.unwrap().card;
    assert_eq!((booked.mode, booked.ends_at, booked.fee), (VisitMode::InPerson, times[1].end, Money::new(9_000, Currency::GBP)));

    // The whole length is taken: the usual visits at 09:30, 10:00 are no longer free.
    let left = scheduling::open_times(domain, &stranger, doctor, date(2026, 11, 25), LONDON).await.unwrap();
    assert_eq!(left[0].start, after(24 * 60));
    assert_eq!(left[1].start, tomorrow_at_ten() + SignedDuration::from_mins(30));
}

#[tokio::test]
async fn a_held_visit_is_booked_as_it_was_held_or_not_at_all() {
    let scene = scene().await;
    let (domain, patient) = (&scene.clinic.domain, scene.as_patient());
    let usual = typed("Video visit", VisitMode::Video, "", "");
    let book = async || {
        let held = scene.hold(tomorrow_at_ten()).await.unwrap();
        BookAppointment { hold: Some(held.reservation), fee_minor: Some(held.fee.minor), ..scene.command(tomorrow_at_ten()) }
    };
    for changed in [typed("At the clinic", VisitMode::InPerson, "", ""), typed("Video visit", VisitMode::Video, "15", "")] {
        let command = book().await;
        scene.edit_type(scene.first_type(), changed).await.unwrap();
        assert_eq!(code(scheduling::book(domain, &patient, command).await), Code::VisitTypeGone);
        scene.edit_type(scene.first_type(), usual.clone()).await.unwrap();
    }
    let booked = scheduling::book(domain, &patient, book().await).await.unwrap().card;
    assert_eq!((booked.mode, booked.ends_at), (VisitMode::Video, tomorrow_at_ten() + SignedDuration::from_mins(30)));
}

#[tokio::test]
async fn a_mode_finds_the_first_type_that_has_it() {
    let scene = scene().await;
    let (domain, clinic) = (&scene.clinic.domain, &scene.clinic);
    clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    let find = |mode| {
        let search = DoctorSearch { mode, zone: Some(LONDON.to_owned()), ..DoctorSearch::default() };
        let stranger = clinic.stranger();
        async move { scheduling::find_doctors(domain, &stranger, search).await.unwrap() }
    };
    assert_eq!(find(Some(VisitMode::InPerson)).await.total, 0);
    let in_clinic = scene.add_type(typed("At the clinic", VisitMode::InPerson, "", "90")).await.unwrap();
    scene.owner("update clinics set address_lines = '{14 Weir Lane,London}'").await;

    let found = find(Some(VisitMode::InPerson)).await;
    let [card] = found.page.items.as_slice() else { panic!("one doctor") };
    assert_eq!((card.doctor.id, card.visit_type), (scene.doctor.doctor(), Some(in_clinic)));
    assert_eq!(
        (card.fee, card.modes.as_slice()),
        (Money::new(9_000, Currency::GBP), [VisitMode::Video, VisitMode::InPerson].as_slice())
    );
    assert_eq!(find(None).await.total, 2);
    // The first type is so long that no time is free for it. A visit at the clinic is.
    scene.edit_type(scene.first_type(), typed("Video visit", VisitMode::Video, "240", "")).await.unwrap();
    scene.owner("update schedule_rules set ends = starts + interval '2 hours'").await;
    let on_day = DoctorSearch {
        mode: Some(VisitMode::InPerson),
        day: Some(date(2026, 11, 25)),
        zone: Some(LONDON.to_owned()),
        ..DoctorSearch::default()
    };
    assert_eq!(scheduling::find_doctors(domain, &clinic.stranger(), on_day).await.unwrap().total, 1);
    scene.edit_type(scene.first_type(), typed("Video visit", VisitMode::Video, "", "")).await.unwrap();
    let counts = scheduling::search_choices(domain, &clinic.stranger()).await.unwrap().modes;
    assert_eq!(
        counts.iter().map(|count| (count.mode, count.doctors)).collect::<Vec<_>>(),
        [(VisitMode::Video, 2), (VisitMode::InPerson, 1)]
    );

    let by_mode = BookAppointment { mode: Some(VisitMode::InPerson), ..scene.command(tomorrow_at_ten()) };
    let booked = scheduling::book(domain, &scene.as_patient(), by_mode.clone()).await.unwrap().card;
    assert_eq!((booked.mode, booked.fee), (VisitMode::InPerson, Money::new(9_000, Currency::GBP)));
    let by_phone = BookAppointment { mode: Some(VisitMode::Phone), ..scene.command(after(27 * 60)) };
    assert_eq!(code(scheduling::book(domain, &scene.as_patient(), by_phone).await), Code::VisitTypeGone);
    let mail = scene.clinic.mails(MailKind::AppointmentBooked).await.remove(0);
    let MailContent::Scheduling(scheduling::MailContent::AppointmentBooked(brief)) = mail.content else { panic!("a booking") };
    assert_eq!((brief.mode, brief.address), (VisitMode::InPerson, vec!["14 Weir Lane".to_owned(), "London".to_owned()]));
}

#[tokio::test]
async fn a_visit_by_phone_has_a_number_to_call() {
    let scene = scene().await;
    let phone = scene.add_type(typed("Phone call", VisitMode::Phone, "", "")).await.unwrap();
    let wrong = scene.book_type(phone, "12345").await.map(|_| ()).unwrap_err();
    assert_eq!(wrong.field_errors()[0].field, "phone");

    let booked = scene.book_type(phone, "").await.unwrap();
    assert_eq!(booked.phone.as_deref(), Some("+442079460123"), "the number of the account");
    assert_eq!(scene.count("select count(*) from appointments where phone_cipher is not null").await, 1);
    let doctors = scheduling::get(&scene.clinic.domain, &scene.doctor.access(&scene.clinic), booked.card.id).await.unwrap();
    assert_eq!(doctors.phone, booked.phone);

    let other = BookAppointment { visit_type: Some(phone), phone: "+44 7700 900123".to_owned(), ..scene.command(after(27 * 60)) };
    let other = scheduling::book(&scene.clinic.domain, &scene.as_patient(), other).await.unwrap();
    assert_eq!(other.phone.as_deref(), Some("+447700900123"));
    // An account without a number, as older ones are.
    scene.owner("update patients set phone_cipher = null, phone_index = null").await;
    let nameless = BookAppointment { visit_type: Some(phone), ..scene.command(after(28 * 60)) };
    let missing = scheduling::book(&scene.clinic.domain, &scene.as_patient(), nameless).await.map(|_| ()).unwrap_err();
    assert_eq!((missing.field_errors()[0].field.as_str(), missing.field_errors()[0].fault), ("phone", FieldFault::Missing));
}

#[tokio::test]
async fn a_visit_in_the_clinic_is_begun_and_ended_by_its_doctor_without_a_call() {
    let scene = scene().await;
    let (domain, patient, doctor) = (&scene.clinic.domain, scene.as_patient(), scene.doctor.access(&scene.clinic));
    let in_clinic = scene.add_type(typed("At the clinic", VisitMode::InPerson, "", "")).await.unwrap();
    let first = scene.book_type(in_clinic, "").await.unwrap().card.encounter;
    let second = BookAppointment { visit_type: Some(in_clinic), ..scene.command(after(27 * 60)) };
    let second = scheduling::book(domain, &patient, second).await.unwrap().card.encounter;

    scene.clinic.pass(SignedDuration::from_mins(25 * 60));
    assert_eq!(code(visits::arrive(domain, &patient, first).await), Code::VisitNotOnVideo);
    let begun = visits::admit(domain, &doctor, first).await.unwrap();
    assert_eq!((begun.state, begun.mode), (VisitState::Admitted, VisitMode::InPerson));
    assert_eq!(code(visits::join(domain, &doctor, first).await), Code::VisitNotOnVideo);

    // The doctor did not begin the second one here; it is taken as held, and nobody gets a mail.
    scene.clinic.pass(SignedDuration::from_mins(4 * 60));
    assert_eq!(visits::close_unattended(domain).await.unwrap(), 1);
    let seen = visits::visit(domain, &doctor, second).await.unwrap();
    assert_eq!(seen.state, VisitState::Ended);
    assert_eq!(scene.count("select count(*) from appointments where state = 'completed'").await, 1);
    assert!(scene.clinic.mails(MailKind::AppointmentClosed).await.is_empty());
}

#[tokio::test]
async fn wrong_types_are_refused_and_changes_are_audited() {
    let scene = scene().await;
    let (domain, doctor) = (&scene.clinic.domain, scene.doctor.access(&scene.clinic));
    let wrong = TypedVisitType { mode: "letter".to_owned(), ..typed(" ", VisitMode::Video, "3", "-1") };
    let wrong = scene.add_type(wrong).await.unwrap_err();
    let faults: Vec<_> = wrong.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    assert_eq!(
        faults,
        [
            ("name", FieldFault::Missing),
            ("mode", FieldFault::UnknownChoice),
            ("minutes", FieldFault::TooSmall(Range::numbers(5, 240))),
            ("fee", FieldFault::Malformed),
        ]
    );

    let usual = typed("Video visit", VisitMode::Video, "", "");
    let off = TypedVisitType { is_active: false, ..usual.clone() };
    assert_eq!(code(scene.edit_type(scene.first_type(), off.clone()).await), Code::LastVisitType);
    let call = scene.add_type(typed("Phone call", VisitMode::Phone, "15", "30")).await.unwrap();
    scene.edit_type(scene.first_type(), off).await.unwrap();
    assert_eq!(code(scene.book_type(scene.first_type(), "").await), Code::VisitTypeGone);
    let booked = scene.book(tomorrow_at_ten()).await.unwrap().card;
    assert_eq!((booked.mode, booked.fee), (VisitMode::Phone, Money::new(3_000, Currency::GBP)), "now the first active type");

    let stale = scheduling::edit_visit_type(domain, &doctor, call, usual.clone(), 1).await;
    assert_eq!(code(stale), Code::Stale);
    assert_eq!(code(scene.edit_type(domain.new_id(), usual.clone()).await), Code::NotFound);
    let other = scene.clinic.doctor("Dr Tomas Reyes", scene.practice).await;
    let version = scheduling::visit_types(domain, &other.access(&scene.clinic)).await.unwrap().version;
    let foreign = scheduling::edit_visit_type(domain, &other.access(&scene.clinic), call, usual.clone(), version).await;
    assert_eq!(code(foreign), Code::NotFound);
    assert_eq!(code(scheduling::visit_types(domain, &scene.as_patient()).await), Code::Forbidden);
    assert_eq!(code(scheduling::add_visit_type(domain, &scene.as_patient(), usual.clone(), 1).await), Code::Forbidden);

    for n in 0..8 {
        scene.add_type(typed(&format!("Type {n}"), VisitMode::Video, "", "")).await.unwrap();
    }
    assert_eq!(code(scene.add_type(usual).await), Code::TooManyVisitTypes);
    let audited = scene.clinic.audited().await;
    assert_eq!(audited.iter().filter(|action| *action == "scheduling.visit_type_added").count(), 9);
    assert_eq!(audited.iter().filter(|action| *action == "scheduling.visit_type_edited").count(), 1);
}
