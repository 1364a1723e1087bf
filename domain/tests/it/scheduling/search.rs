//! Which doctors are found, and which times are shown.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::scheduling::{self, DoctorSearch, WantedDay};
use jiff::{SignedDuration, civil::date};
use model::{
    errors::Code,
    page::Page,
    scheduling::{ChosenTime, views::DoctorCard},
};

const LONDON: &str = "Europe/London";

async fn find(scene: &Scene, search: DoctorSearch) -> Page<DoctorCard> {
    let search = DoctorSearch { zone: Some(LONDON.into()), ..search };
    scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), search).await.unwrap()
}

fn names(page: &Page<DoctorCard>) -> Vec<&str> {
    page.items.iter().map(|card| card.doctor.name.as_str()).collect()
}

#[tokio::test]
async fn anybody_finds_doctors_by_name_specialty_and_day() {
    let scene = scene().await;
    // A specialty's slug is made from the current moment, so the next specialty needs another moment.
    scene.clinic.pass(SignedDuration::from_millis(1));
    let other = scene.clinic.practice().await;
    scene.clinic.clock.set(testing::BEGIN);
    scene.clinic.doctor("Dr Chidi Okafor", other).await;
    let everybody = find(&scene, DoctorSearch::default()).await;
    assert_eq!(names(&everybody), ["Dr Chidi Okafor", "Dr Lena Hoffmann"]);
    assert_eq!(everybody.items[0].next_free.unwrap().start, super::after(60), "the first free time must be an hour away");

    let by_name = |name: &str| DoctorSearch { name: Some(name.to_owned()), ..DoctorSearch::default() };
    assert_eq!(names(&find(&scene, by_name("hoff")).await), ["Dr Lena Hoffmann"]);
    assert_eq!(names(&find(&scene, by_name("Hofmann")).await), ["Dr Lena Hoffmann"], "a missing letter must be tolerated");
    assert!(find(&scene, by_name("100%_")).await.items.is_empty());

    let specialties = scheduling::specialties(&scene.clinic.domain, &scene.clinic.stranger()).await.unwrap();
    assert_eq!(specialties.len(), 2);
    let slug = specialties.iter().map(|specialty| specialty.slug.clone());
    for slug in slug {
        let found = find(&scene, DoctorSearch { specialty: Some(slug), ..DoctorSearch::default() }).await;
        assert_eq!(found.items.len(), 1);
    }
    let on = |day| DoctorSearch { day: Some(day), ..DoctorSearch::default() };
    assert_eq!(find(&scene, on(date(2026, 11, 25))).await.items.len(), 2);
    assert!(find(&scene, on(date(2026, 11, 28))).await.items.is_empty(), "nobody works on Saturday");
    assert!(find(&scene, on(date(2026, 11, 23))).await.items.is_empty(), "past days must have no free times");
}

#[tokio::test]
async fn doctors_are_found_however_their_names_are_typed() {
    let scene = scene().await;
    for name in
        ["Dr Łukasz Żółć", "Dr Nguyễn Thị Ánh", "Dr Inés Muñoz", "Dr Käthe Müller", "Dr Søren Mueller", "Dr أحمد إبراهيم Nasser"]
    {
        scene.clinic.doctor(name, scene.practice).await;
    }
    for (typed, found) in [
        ("Lukasz", &["Dr Łukasz Żółć"][..]),
        ("Łukasz", &["Dr Łukasz Żółć"]),
        // Decomposed, as some systems write it.
        ("zo\u{301}łc\u{301}", &["Dr Łukasz Żółć"]),
        ("NGUYEN thi", &["Dr Nguyễn Thị Ánh"]),
        ("Munoz", &["Dr Inés Muñoz"]),
        ("Kathe", &["Dr Käthe Müller"]),
        ("Mueller", &["Dr Käthe Müller", "Dr Søren Mueller"]),
        ("müller", &["Dr Käthe Müller", "Dr Søren Mueller"]),
        ("soren", &["Dr Søren Mueller"]),
        ("احمد", &["Dr أحمد إبراهيم Nasser"]),
        ("Hoff\0mann", &["Dr Lena Hoffmann"]),
        // Nothing is left to look for.
        ("\0", &[]),
        ("%", &[]),
        ("\u{202E}\u{200B}", &[]),
    ] {
        let search = DoctorSearch { name: Some(typed.to_owned()), ..DoctorSearch::default() };
        assert_eq!(names(&find(&scene, search).await), found, "{typed:?}");
    }
}

#[tokio::test]
async fn names_from_before_are_folded_when_the_server_starts() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    clinic.doctor("Dr Łukasz Żółć", scene.practice).await;
    clinic.as_owner("update users set name_search = null; update doctors set name_search = null").await;
    let search = DoctorSearch { name: Some("lukasz".to_owned()), ..DoctorSearch::default() };
    assert!(find(&scene, search.clone()).await.items.is_empty());
    let (app, owner) = testing::addresses(&clinic.database);
    domain::db::migrate(&owner.parse().unwrap(), &app.parse().unwrap(), clinic.domain.now()).await.unwrap();
    assert_eq!(names(&find(&scene, search).await), ["Dr Łukasz Żółć"]);
    let unfolded: i64 =
        sqlx::query_scalar("select count(*) from users where name_search is null").fetch_one(&clinic.owner).await.unwrap();
    assert_eq!(unfolded, 0);
}

#[tokio::test]
async fn what_the_database_cannot_store_is_the_callers_mistake() {
    let scene = scene().await;
    let search =
        DoctorSearch { specialty: Some("general\0practice".to_owned()), zone: Some(LONDON.into()), ..DoctorSearch::default() };
    let refused = scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), search).await;
    assert_eq!(code(refused), Code::CharacterUnstorable);
}

#[tokio::test]
async fn pages_of_doctors_have_no_gap_and_no_repeat() {
    let scene = scene().await;
    for name in ["Dr Ana", "Dr Bea", "Dr Cyd", "Dr Dov"] {
        scene.clinic.doctor(name, scene.practice).await;
    }
    for day in [None, Some(date(2026, 11, 25))] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = find(&scene, DoctorSearch { day, after, limit: Some(2), ..DoctorSearch::default() }).await;
            seen.extend(page.items.iter().map(|card| card.doctor.name.clone()));
            let Some(next) = page.next_cursor else { break };
            after = Some(next.parse().unwrap());
        }
        assert_eq!(seen, ["Dr Ana", "Dr Bea", "Dr Cyd", "Dr Dov", "Dr Lena Hoffmann"], "{day:?}");
    }
}

#[tokio::test]
async fn who_may_not_practise_is_not_shown() {
    let scene = scene().await;
    let id = scene.doctor.doctor();
    let stranger = scene.clinic.stranger();
    for (statement, expected) in [
        ("update doctors set status = 'applied'", Code::NotFound),
        ("update doctors set status = 'verified'; update users set suspended_at = created_at", Code::DoctorUnavailable),
        ("update users set suspended_at = null; update licences set expires_on = '2026-11-23'", Code::DoctorUnavailable),
    ] {
        sqlx::raw_sql(statement).execute(&scene.clinic.owner).await.unwrap();
        assert!(find(&scene, DoctorSearch::default()).await.items.is_empty(), "{statement}");
        let page = scheduling::doctor_page(&scene.clinic.domain, &stranger, id, LONDON, None).await;
        assert_eq!(code(page), expected, "{statement}");
        let times = scheduling::open_times(&scene.clinic.domain, &stranger, id, date(2026, 11, 25), LONDON).await;
        assert_eq!(code(times), expected, "{statement}");
    }
    let unknown = scheduling::doctor_page(&scene.clinic.domain, &stranger, scene.clinic.domain.new_id(), LONDON, None).await;
    assert_eq!(code(unknown), Code::NotFound);
}

#[tokio::test]
async fn a_day_shows_what_is_free_and_the_own_hold_counts_as_free() {
    let scene = scene().await;
    let (domain, id, start) = (&scene.clinic.domain, scene.doctor.doctor(), tomorrow_at_ten());
    let day = date(2026, 11, 25);
    let starts = async |access: domain::access::Access| -> Vec<_> {
        let times = scheduling::open_times(domain, &access, id, day, LONDON).await.unwrap();
        times.into_iter().map(|time| time.start).collect()
    };
    assert_eq!(starts(scene.clinic.stranger()).await.len(), 16);
    scene.hold(start).await.unwrap();
    assert!(starts(scene.as_patient()).await.contains(&start));
    assert!(!starts(scene.clinic.stranger()).await.contains(&start));

    let page = scheduling::doctor_page(domain, &scene.clinic.stranger(), id, LONDON, None).await.unwrap();
    let free: Vec<_> = page.days.iter().take(6).map(|count| count.free).collect();
    assert_eq!(free, [14, 15, 16, 16, 0, 0], "today has begun, tomorrow has a hold, and the last two days are the weekend");
    assert_eq!((page.days.len(), page.earlier, page.later), (14, None, Some(date(2026, 12, 1))));
    let page = scheduling::doctor_page(domain, &scene.clinic.stranger(), id, LONDON, Some(date(2026, 11, 26))).await.unwrap();
    assert_eq!(page.earlier, Some(date(2026, 11, 24)));
    let nearest = scheduling::nearest_free(domain, &scene.clinic.stranger(), id, start, 3).await.unwrap();
    let minutes: Vec<_> = nearest.iter().map(|time| time.start.duration_since(start).as_mins()).collect();
    assert_eq!(minutes, [-60, -30, 30]);

    scene.owner("update schedule_rules set valid_from = '2026-11-26'").await;
    let page = scheduling::doctor_page(domain, &scene.clinic.stranger(), id, LONDON, Some(date(2026, 11, 26))).await.unwrap();
    assert_eq!(page.earlier, None, "no time before the 26th is free");
}

#[tokio::test]
async fn the_reader_sees_the_times_of_the_own_day() {
    let scene = scene().await;
    let (domain, id) = (&scene.clinic.domain, scene.doctor.doctor());
    // 09:00 to 17:00 in London is 22:00 to 06:00 in Auckland: two dates for the reader.
    let times =
        async |day| scheduling::open_times(domain, &scene.clinic.stranger(), id, day, "Pacific/Auckland").await.unwrap().len();
    assert_eq!((times(date(2026, 11, 24)).await, times(date(2026, 11, 25)).await), (2, 16));
    let unknown = scheduling::open_times(domain, &scene.clinic.stranger(), id, date(2026, 11, 25), "Europe/Atlantis").await;
    assert_eq!(unknown.err().unwrap().field_errors()[0].field, "zone");
}

#[tokio::test]
async fn who_has_no_known_zone_sees_the_days_of_the_clinic() {
    let scene = scene().await;
    let (domain, stranger, id) = (&scene.clinic.domain, scene.clinic.stranger(), scene.doctor.doctor());
    scene.owner("update clinics set time_zone = 'Pacific/Auckland'").await;
    let shown = scheduling::doctor_page_with_day(domain, &stranger, id, None, None, WantedDay::FirstFree).await.unwrap();
    assert_eq!(shown.zone, "Pacific/Auckland");
    assert_eq!(shown.page.days[0].date, date(2026, 11, 24), "it is evening in Auckland");
    let first = shown.times[0];
    // 09:00 on Wednesday in Auckland is still Tuesday in London.
    assert_eq!((shown.day, first.start.to_string().as_str()), (date(2026, 11, 25), "2026-11-24T20:00:00Z"));
    let wanted = WantedDay::Of(first.start);
    let in_london = scheduling::doctor_page_with_day(domain, &stranger, id, Some(LONDON), None, wanted).await.unwrap();
    assert_eq!((in_london.zone.as_str(), in_london.day), (LONDON, date(2026, 11, 24)));
    assert!(in_london.times.contains(&first));

    let on = |zone: Option<&str>, day| DoctorSearch { zone: zone.map(str::to_owned), day: Some(day), ..DoctorSearch::default() };
    let found = async |search| scheduling::find_doctors(domain, &stranger, search).await.unwrap().items.len();
    assert_eq!(found(on(None, date(2026, 11, 27))).await, 1);
    assert_eq!(found(on(None, date(2026, 11, 28))).await, 0);
    assert_eq!(found(on(None, date(2026, 11, 29))).await, 0);
    assert_eq!(found(on(Some(LONDON), date(2026, 11, 29))).await, 1, "Monday morning in Auckland is Sunday in London");
}

#[tokio::test]
async fn a_chosen_time_is_named_and_only_a_listed_doctor_can_be_chosen() {
    let scene = scene().await;
    let (domain, stranger, start) = (&scene.clinic.domain, scene.clinic.stranger(), tomorrow_at_ten());
    let chosen = ChosenTime { doctor: scene.doctor.doctor(), clinic: scene.practice.clinic, start };
    let named = scheduling::chosen_time(domain, &stranger, chosen).await.unwrap();
    assert_eq!((named.doctor.name.as_str(), named.clinic.id, named.start), ("Dr Lena Hoffmann", chosen.clinic, start));
    assert!(named.is_free);
    scene.hold(start).await.unwrap();
    assert!(!scheduling::chosen_time(domain, &stranger, chosen).await.unwrap().is_free);
    assert!(scheduling::chosen_time(domain, &scene.as_patient(), chosen).await.unwrap().is_free, "the own hold counts as free");

    let elsewhere = ChosenTime { clinic: domain.new_id(), ..chosen };
    assert_eq!(code(scheduling::chosen_time(domain, &stranger, elsewhere).await), Code::NotFound);
    scene.owner("update doctors set status = 'applied'").await;
    assert_eq!(code(scheduling::chosen_time(domain, &stranger, chosen).await), Code::NotFound);
}

#[tokio::test]
async fn nine_in_the_morning_stays_nine_when_the_clock_changes() {
    let scene = scene().await;
    // Clocks in London go forward on 28 March 2027, a Sunday.
    scene
        .owner(
            "insert into schedule_rules (id, doctor_id, clinic_id, weekday, starts, ends, valid_from)
        select gen_random_uuid(), doctor_id, clinic_id, 7, '00:30', '03:00', '2020-01-01' from schedule_rules limit 1",
        )
        .await;
    scene.clinic.clock.set("2027-03-25T09:00:00Z".parse().unwrap());
    let (domain, id) = (&scene.clinic.domain, scene.doctor.doctor());
    let starts = async |day| -> Vec<String> {
        let times = scheduling::open_times(domain, &scene.clinic.stranger(), id, day, LONDON).await.unwrap();
        times.into_iter().map(|time| time.start.to_string()).collect()
    };
    assert_eq!(starts(date(2027, 3, 26)).await[0], "2027-03-26T09:00:00Z");
    assert_eq!(starts(date(2027, 3, 29)).await[0], "2027-03-29T08:00:00Z");
    // 01:00 and 01:30 do not exist.
    assert_eq!(starts(date(2027, 3, 28)).await, ["2027-03-28T00:30:00Z", "2027-03-28T01:00:00Z", "2027-03-28T01:30:00Z"]);
    let start = "2027-03-28T01:00:00Z".parse().unwrap();
    let booked = scene.book(start).await.unwrap();
    assert_eq!(booked.card.ends_at, start + SignedDuration::from_mins(30));
}
