//! Which doctors are found, and which times are shown.

use super::{Scene, code, scene, tomorrow_at_ten};
use domain::{
    scheduling::{self, DoctorSearch, WantedDay},
    visits::{self, RateVisit},
};
use jiff::{SignedDuration, civil::date};
use model::{
    errors::{Code, FieldError, FieldFault, Range},
    page::Page,
    scheduling::{
        ChosenTime, DayPart, LeastRating, Reach, SearchFilter,
        views::{AverageRating, DoctorCard, DoctorList},
    },
};

const LONDON: &str = "Europe/London";

async fn list(scene: &Scene, search: DoctorSearch) -> DoctorList {
    let search = DoctorSearch { zone: Some(LONDON.into()), ..search };
    scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), search).await.unwrap()
}

async fn find(scene: &Scene, search: DoctorSearch) -> Page<DoctorCard> {
    list(scene, search).await.page
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
    assert_eq!(everybody.items[0].next_free[0].start, super::after(60), "the first free time must be an hour away");

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
    assert!(find(&scene, on(date(2027, 11, 25))).await.items.is_empty(), "nobody can be booked a year ahead");
}

#[tokio::test]
async fn a_day_on_which_nobody_can_be_free_is_refused() {
    let scene = scene().await;
    let search = async |day, zone: Option<&str>| {
        let search = DoctorSearch { day: Some(day), zone: zone.map(str::to_owned), ..DoctorSearch::default() };
        let found = scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), search).await;
        found.err().map(|error| error.field_errors().to_vec())
    };
    for (day, zone) in [
        (date(2026, 11, 24), Some(LONDON)),
        (date(2027, 11, 25), Some(LONDON)),
        // Without a zone, it is a day at the clinic: yesterday evening there may be this morning in London.
        (date(2026, 11, 23), None),
    ] {
        assert_eq!(search(day, zone).await, None, "{day}");
    }
    let (first, last) = (date(2026, 11, 24), date(2027, 11, 25));
    let too_small = FieldError::new("day", FieldFault::TooSmall(Range::dates(first, last)));
    let too_large = FieldError::new("day", FieldFault::TooLarge(Range::dates(first, last)));
    assert_eq!(search(date(2026, 11, 23), Some(LONDON)).await, Some(vec![too_small]));
    assert_eq!(search(date(2027, 11, 26), Some(LONDON)).await, Some(vec![too_large]));
    for day in [date(2000, 1, 1), date(2026, 11, 22), date(9999, 12, 31), date(-9999, 1, 1)] {
        assert!(search(day, None).await.is_some(), "{day}");
    }
}

#[tokio::test]
async fn doctors_are_found_however_their_names_are_typed() {
    let scene = scene().await;
    for name in [
        "Dr Łukasz Żółć",
        "Dr Nguyễn Thị Ánh",
        "Dr Inés Muñoz",
        "Dr Käthe Müller",
        "Dr Søren Mueller",
        "Dr أحمد إبراهيم Nasser",
        "Dr Sofía Peña",
        "Dr Jürgen Brüggemann",
    ] {
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
        ("pena", &["Dr Sofía Peña"]),
        ("bruggemann", &["Dr Jürgen Brüggemann"]),
        ("brueggemann", &["Dr Jürgen Brüggemann"]),
        ("hofman", &["Dr Lena Hoffmann"]),
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
    domain::schema::migrate(&owner.parse().unwrap(), &app.parse().unwrap(), clinic.domain.now()).await.unwrap();
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
async fn who_is_free_soonest_comes_first_and_the_order_follows_what_happens() {
    let scene = scene().await;
    for name in ["Dr Ana Later", "Dr Zoe Never"] {
        scene.clinic.doctor(name, scene.practice).await;
    }
    scene
        .owner(
            "update schedule_rules r set valid_from = '2026-11-27' from doctors d where d.id = r.doctor_id and d.full_name = 'Dr Ana Later';
             update schedule_rules r set valid_until = '2026-11-01' from doctors d where d.id = r.doctor_id and d.full_name = 'Dr Zoe Never'",
        )
        .await;
    let all = || list(&scene, DoctorSearch::default());
    let found = all().await;
    assert_eq!(names(&found.page), ["Dr Lena Hoffmann", "Dr Ana Later", "Dr Zoe Never"]);
    assert_eq!((found.total, found.abroad), (3, 0));
    let times: Vec<i64> =
        found.page.items[0].next_free.iter().map(|time| time.start.duration_since(super::after(0)).as_mins()).collect();
    assert_eq!(times, [60, 90, 120], "the next three times");
    assert!(found.page.items[2].next_free.is_empty());

    // Her days until Friday are taken away, and come back.
    scene
        .owner(
            "insert into schedule_exceptions (id, doctor_id, clinic_id, on_date, kind, created_at)
             select gen_random_uuid(), r.doctor_id, r.clinic_id, day, 'off', '2026-11-20T09:00:00Z'
             from (select distinct r.doctor_id, r.clinic_id from schedule_rules r join doctors d on d.id = r.doctor_id
               where d.full_name = 'Dr Lena Hoffmann') r,
               unnest(array['2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27']::date[]) day",
        )
        .await;
    assert_eq!(names(&all().await.page), ["Dr Ana Later", "Dr Lena Hoffmann", "Dr Zoe Never"]);
    scene.owner("delete from schedule_exceptions").await;
    assert_eq!(names(&all().await.page), ["Dr Lena Hoffmann", "Dr Ana Later", "Dr Zoe Never"]);

    // A hold takes her first time, and time passes.
    let first = super::after(60);
    scene.hold(first).await.unwrap();
    assert_eq!(all().await.page.items[0].next_free[0].start, super::after(90));
    scene.clinic.pass(SignedDuration::from_hours(3 * 24));
    assert_eq!(
        names(&all().await.page),
        ["Dr Ana Later", "Dr Lena Hoffmann", "Dr Zoe Never"],
        "now they are free at the same time"
    );
}

#[tokio::test]
async fn a_first_time_is_computed_once_until_something_changes() {
    let scene = scene().await;
    let renew = || scheduling::renew_first_times(&scene.clinic.domain);
    assert_eq!((renew().await.unwrap(), renew().await.unwrap()), (1, 0));
    scene.clinic.pass(SignedDuration::from_mins(1));
    assert_eq!(renew().await.unwrap(), 1, "ten o'clock is too soon now");
    assert_eq!(renew().await.unwrap(), 0);
    scene.hold(tomorrow_at_ten()).await.unwrap();
    assert_eq!((renew().await.unwrap(), renew().await.unwrap()), (1, 0));
}

#[tokio::test]
async fn pages_go_on_behind_a_doctor_whose_time_was_taken_meanwhile() {
    let scene = scene().await;
    for name in ["Dr Ana", "Dr Bea", "Dr Mia"] {
        scene.clinic.doctor(name, scene.practice).await;
    }
    let page = find(&scene, DoctorSearch { limit: Some(3), ..DoctorSearch::default() }).await;
    assert_eq!(names(&page), ["Dr Ana", "Dr Bea", "Dr Lena Hoffmann"]);
    let after = Some(page.next_cursor.unwrap().parse().unwrap());
    scene.hold(super::after(60)).await.unwrap();
    let next = list(&scene, DoctorSearch { after, ..DoctorSearch::default() }).await;
    assert_eq!(names(&next.page), ["Dr Mia", "Dr Lena Hoffmann"], "she has moved back, and nobody else is repeated");
    assert_eq!(next.total, 4);
}

#[tokio::test]
async fn doctors_are_found_by_language_and_clinic() {
    let scene = scene().await;
    scene.clinic.pass(SignedDuration::from_millis(1));
    let other = scene.clinic.practice().await;
    scene.clinic.clock.set(testing::BEGIN);
    let chidi = scene.clinic.doctor("Dr Chidi Okafor", other).await;
    scene.owner("update doctors set languages = '{en,de}' where full_name like '%Hoffmann'").await;
    scene.owner("update doctors set languages = '{en,yo}' where full_name like '%Okafor'").await;
    let speaking = |tag: &str| DoctorSearch { language: Some(tag.to_owned()), ..DoctorSearch::default() };
    assert_eq!(names(&find(&scene, speaking("de")).await), ["Dr Lena Hoffmann"]);
    assert_eq!(list(&scene, speaking("en")).await.total, 2);
    assert_eq!(list(&scene, speaking("fr")).await.total, 0);
    let at = |clinic| DoctorSearch { clinic: Some(clinic), ..DoctorSearch::default() };
    assert_eq!(names(&find(&scene, at(other.clinic)).await), ["Dr Chidi Okafor"]);

    let choices = scheduling::search_choices(&scene.clinic.domain, &scene.clinic.stranger()).await.unwrap();
    assert_eq!((choices.specialties.len(), choices.clinics.len()), (2, 2));
    assert_eq!(choices.languages, ["de", "en", "yo"]);
    scene.owner("update doctors set status = 'applied' where full_name like '%Okafor'").await;
    let choices = scheduling::search_choices(&scene.clinic.domain, &scene.clinic.stranger()).await.unwrap();
    assert_eq!((choices.clinics.len(), choices.languages), (1, vec!["de".to_owned(), "en".to_owned()]));
    assert!(find(&scene, at(other.clinic)).await.items.is_empty(), "{:?} is not listed", chidi.doctor());
}

#[tokio::test]
async fn doctors_abroad_are_counted_and_shown_when_they_are_asked_for() {
    let scene = scene().await;
    scene.clinic.pass(SignedDuration::from_millis(1));
    let abroad = scene.clinic.practice().await;
    scene.clinic.clock.set(testing::BEGIN);
    scene.clinic.doctor("Dr Harper Quinn", abroad).await;
    sqlx::query("update clinics set country = 'US', currency = 'USD' where id = $1")
        .bind(abroad.clinic.uuid())
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
    let from = |country: &str, reach| DoctorSearch { country: Some(country.to_owned()), reach, ..DoctorSearch::default() };
    for day in [None, Some(date(2026, 11, 25))] {
        let found = list(&scene, DoctorSearch { day, ..from("GB", Reach::InCountry) }).await;
        assert_eq!((names(&found.page), found.total, found.abroad), (vec!["Dr Lena Hoffmann"], 1, 1));
        let found = list(&scene, DoctorSearch { day, ..from("GB", Reach::Anywhere) }).await;
        assert_eq!((found.page.items.len(), found.total, found.abroad), (2, 2, 1));
    }
    let found = list(&scene, from("US", Reach::InCountry)).await;
    assert_eq!(names(&found.page), ["Dr Harper Quinn"]);
    // Without a clinic in the reader's country, or if it is not known, nobody is nearer than others.
    for search in [from("DE", Reach::InCountry), DoctorSearch::default()] {
        let found = list(&scene, search).await;
        assert_eq!((found.total, found.abroad), (2, 0));
    }
}

#[tokio::test]
async fn what_patients_say_leads_to_specialties() {
    let scene = scene().await;
    scene.clinic.pass(SignedDuration::from_millis(1));
    let nerves = scene.clinic.practice().await;
    scene.clinic.pass(SignedDuration::from_millis(1));
    let skin = scene.clinic.practice().await;
    scene.clinic.clock.set(testing::BEGIN);
    for (practice, slug, name) in [
        (scene.practice, "general-practice", "General practice"),
        (nerves, "neurology", "Neurology"),
        (skin, "dermatology", "Dermatology"),
    ] {
        sqlx::query("update specialties set slug = $2, name = $3 where id = $1")
            .bind(practice.specialty.uuid())
            .bind(slug)
            .bind(name)
            .execute(&scene.clinic.owner)
            .await
            .unwrap();
    }
    scene.clinic.doctor("Dr Ada Nerve", nerves).await;
    scene.clinic.doctor("Dr Rose Mole", nerves).await;
    scene.clinic.doctor("Dr Eve Meyer", skin).await;
    for (typed, doctors, meant) in [
        ("headache", &["Dr Ada Nerve", "Dr Lena Hoffmann", "Dr Rose Mole"][..], &["General practice", "Neurology"][..]),
        ("Bad headaches", &["Dr Ada Nerve", "Dr Lena Hoffmann", "Dr Rose Mole"], &["General practice", "Neurology"]),
        ("headac", &["Dr Ada Nerve", "Dr Lena Hoffmann", "Dr Rose Mole"], &["General practice", "Neurology"]),
        ("skin rash", &["Dr Eve Meyer", "Dr Lena Hoffmann"], &["Dermatology", "General practice"]),
        // A part of a name is not what is meant, a whole name is.
        ("eye", &["Dr Lena Hoffmann"], &["General practice"]),
        ("mole", &["Dr Eve Meyer", "Dr Lena Hoffmann", "Dr Rose Mole"], &["Dermatology", "General practice"]),
        ("rose mole", &["Dr Rose Mole"], &[]),
        ("Hoffmann", &["Dr Lena Hoffmann"], &[]),
        ("neurology", &["Dr Ada Nerve", "Dr Rose Mole"], &["Neurology"]),
        ("xylophone", &[], &[]),
    ] {
        let found = list(&scene, DoctorSearch { name: Some(typed.to_owned()), ..DoctorSearch::default() }).await;
        let specialties: Vec<&str> = found.meant.iter().map(|specialty| specialty.name.as_str()).collect();
        assert_eq!((&names(&found.page)[..], &specialties[..]), (doctors, meant), "{typed}");
    }
    let both = DoctorSearch { name: Some("headache".into()), specialty: Some("neurology".into()), ..DoctorSearch::default() };
    assert_eq!(list(&scene, both).await.total, 2);
}

#[tokio::test]
async fn who_may_not_practise_is_not_shown() {
    let scene = scene().await;
    let id = scene.doctor.doctor();
    let stranger = scene.clinic.stranger();
    for (statement, expected) in [
        ("update doctors set status = 'applied'", Code::NotFound),
        // Strangers do not learn that a doctor was suspended; patients learn that they cannot book.
        ("update doctors set status = 'verified'; update users set suspended_at = created_at", Code::DoctorUnavailable),
        ("update users set suspended_at = null; update licences set expires_on = '2026-11-23'", Code::DoctorUnlicensed),
    ] {
        sqlx::raw_sql(statement).execute(&scene.clinic.owner).await.unwrap();
        assert!(find(&scene, DoctorSearch::default()).await.items.is_empty(), "{statement}");
        for (access, expected) in [(&stranger, Code::NotFound), (&scene.as_patient(), expected)] {
            let page = scheduling::doctor_page(&scene.clinic.domain, access, id, LONDON, None).await;
            assert_eq!(code(page), expected, "{statement}");
            let times = scheduling::open_times(&scene.clinic.domain, access, id, date(2026, 11, 25), LONDON).await;
            assert_eq!(code(times), expected, "{statement}");
        }
    }
    let unknown = scheduling::doctor_page(
        &scene.clinic.domain,
        &stranger,
        scene.clinic.domain.new_id::<model::ids::DoctorId>(),
        LONDON,
        None,
    )
    .await;
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
    let found = async |search| scheduling::find_doctors(domain, &stranger, search).await.unwrap().page.items.len();
    assert_eq!(found(on(None, date(2026, 11, 27))).await, 1);
    assert_eq!(found(on(None, date(2026, 11, 28))).await, 0);
    assert_eq!(found(on(None, date(2026, 11, 29))).await, 0);
    assert_eq!(found(on(Some(LONDON), date(2026, 11, 29))).await, 1, "Monday morning in Auckland is Sunday in London");
}

#[tokio::test]
async fn a_chosen_time_is_named_and_only_a_listed_doctor_can_be_chosen() {
    let scene = scene().await;
    let (domain, stranger, start) = (&scene.clinic.domain, scene.clinic.stranger(), tomorrow_at_ten());
    let chosen = ChosenTime { doctor: scene.doctor.doctor(), clinic: scene.practice.clinic, start, visit_type: None };
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

#[tokio::test]
async fn doctors_are_found_by_days_and_time_of_day() {
    let scene = scene().await;
    let starts = |page: &Page<DoctorCard>| -> Vec<String> {
        page.items.iter().flat_map(|card| &card.next_free).map(|time| time.start.to_string()).collect()
    };
    // From Saturday to Monday: Monday is the first day with hours.
    let weekend = DoctorSearch { day: Some(date(2026, 11, 28)), until: Some(date(2026, 11, 30)), ..DoctorSearch::default() };
    let found = find(&scene, weekend.clone()).await;
    assert_eq!(starts(&found), ["2026-11-30T09:00:00Z", "2026-11-30T09:30:00Z", "2026-11-30T10:00:00Z"]);
    let afternoon = DoctorSearch { part: Some(DayPart::Afternoon), ..weekend };
    assert_eq!(starts(&find(&scene, afternoon).await)[0], "2026-11-30T12:00:00Z");
    // Without a day, the next two weeks are searched.
    let part = |part| DoctorSearch { part: Some(part), ..DoctorSearch::default() };
    assert_eq!(starts(&find(&scene, part(DayPart::Morning)).await)[0], super::after(60).to_string());
    let nobody = list(&scene, part(DayPart::Evening)).await;
    assert_eq!((nobody.total, nobody.loosen), (0, vec![SearchFilter::Part]));

    let backwards = DoctorSearch { day: Some(date(2026, 11, 28)), until: Some(date(2026, 11, 27)), ..DoctorSearch::default() };
    let refused = scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), backwards).await;
    assert_eq!(refused.err().unwrap().field_errors(), [FieldError::new("until", FieldFault::EndBeforeStart)]);
}

#[tokio::test]
async fn doctors_are_found_by_fee_and_licence_and_a_search_in_vain_says_what_to_leave_out() {
    let scene = scene().await;
    scene.owner("update doctors set fee_minor = 6000, currency = 'GBP', languages = '{en}'").await;
    let up_to = |fee| DoctorSearch { fee_up_to: Some(fee), ..DoctorSearch::default() };
    assert_eq!(list(&scene, up_to(60)).await.total, 1);
    let nobody = list(&scene, up_to(59)).await;
    assert_eq!((nobody.total, nobody.loosen), (0, vec![SearchFilter::Fee]));
    // A visit type has a fee of its own. The yen has no smaller unit.
    scene.owner("update visit_types set fee_minor = 5900").await;
    assert_eq!(list(&scene, up_to(59)).await.total, 1);
    scene.owner("update doctors set currency = 'JPY'").await;
    assert_eq!((list(&scene, up_to(59)).await.total, list(&scene, up_to(5900)).await.total), (0, 1));

    scene.owner("update licences set country = 'DE'").await;
    let licensed = |country: &str| DoctorSearch { licensed_in: Some(country.to_owned()), ..DoctorSearch::default() };
    assert_eq!((list(&scene, licensed("DE")).await.total, list(&scene, licensed("GB")).await.total), (1, 0));
    // Only one of these three leaves nobody.
    let search = DoctorSearch { language: Some("fr".to_owned()), fee_up_to: Some(6000), ..licensed("DE") };
    assert_eq!(list(&scene, search.clone()).await.loosen, [SearchFilter::Language]);
    // If two of them do, no single one helps.
    let search = DoctorSearch { fee_up_to: Some(1), ..search };
    assert!(list(&scene, search).await.loosen.is_empty());
}

#[tokio::test]
async fn doctors_are_found_by_the_rating_that_everybody_sees() {
    let scene = scene().await;
    let clinic = &scene.clinic;
    let rated = |text: &str| DoctorSearch { rating: LeastRating::parse(text).ok(), ..DoctorSearch::default() };
    for (name, stars) in
        [("Jonas Weber", "5"), ("Rosa Almeida", "5"), ("Taro Yamada", "4"), ("Ines Prado", "3"), ("Bo Lind", "5")]
    {
        let found = list(&scene, rated("1")).await;
        assert_eq!((found.total, found.loosen), (0, vec![SearchFilter::Rating]), "there are too few ratings");
        clinic.pass(SignedDuration::from_hours(1));
        let patient = clinic.patient(name).await;
        let encounter = clinic.encounter(&patient, &scene.doctor, scene.practice).await;
        clinic.end_encounter(encounter).await;
        let rating = RateVisit { encounter, stars: stars.to_owned(), words: String::new(), version: 0 };
        visits::rate_visit(&clinic.domain, &patient.access(clinic), rating).await.unwrap();
    }
    let found = list(&scene, rated("4.4")).await;
    assert_eq!(found.page.items[0].rating, Some(AverageRating { tenths: 44, count: 5 }));
    assert_eq!(list(&scene, rated("4.5")).await.total, 0);
}
