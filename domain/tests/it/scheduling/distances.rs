//! Searches near a place: how far doctors are, which of them are left out, and in which order they come.

use super::{Scene, scene};
use domain::{
    directory,
    scheduling::{self, DoctorSearch},
};
use jiff::SignedDuration;
use model::{
    directory::RowProblem,
    errors::{FieldError, FieldFault},
    ids::ClinicId,
    place::Near,
    scheduling::{Reach, SearchFilter, SearchOrder, VisitMode, views::DoctorList},
};

const WATERLOO: &str = "51.50,-0.11";

async fn try_to_find(scene: &Scene, search: DoctorSearch) -> domain::Result<DoctorList> {
    let search = DoctorSearch { zone: Some("Europe/London".to_owned()), reach: Reach::Anywhere, ..search };
    scheduling::find_doctors(&scene.clinic.domain, &scene.clinic.stranger(), search).await
}

async fn list(scene: &Scene, search: DoctorSearch) -> DoctorList {
    try_to_find(scene, search).await.unwrap()
}

fn near(text: &str) -> DoctorSearch {
    DoctorSearch { near: Some(Near::parse(text).unwrap()), ..DoctorSearch::default() }
}

fn names(list: &DoctorList) -> Vec<&str> {
    list.page.items.iter().map(|card| card.doctor.name.as_str()).collect()
}

async fn put(scene: &Scene, clinic: ClinicId, country: &str, postcode: &str, (latitude_e5, longitude_e5): (i32, i32)) {
    sqlx::query("update clinics set country = $2, postcode = $3, latitude_e5 = $4, longitude_e5 = $5 where id = $1")
        .bind(clinic.uuid())
        .bind(country)
        .bind(postcode)
        .bind(latitude_e5)
        .bind(longitude_e5)
        .execute(&scene.clinic.owner)
        .await
        .unwrap();
}

/// Dr Lena Hoffmann near London Bridge, Dr Chidi Okafor in Manchester, and Dr Ada Nowhere at a clinic whose position nobody has entered.
async fn three() -> Scene {
    let scene = scene().await;
    put(&scene, scene.practice.clinic, "GB", "SE1 0QQ", (5_150_450, -8_650)).await;
    for (name, position) in [("Dr Chidi Okafor", Some((5_348_390, -223_740))), ("Dr Ada Nowhere", None)] {
        // A specialty's slug is made from the current moment, so the next specialty needs another moment.
        scene.clinic.pass(SignedDuration::from_millis(1));
        let practice = scene.clinic.practice().await;
        scene.clinic.doctor(name, practice).await;
        if let Some(position) = position {
            put(&scene, practice.clinic, "GB", "M1 0QQ", position).await;
        }
    }
    scene
}

#[tokio::test]
async fn doctors_are_measured_left_out_and_ordered_by_distance() {
    let scene = three().await;
    let all = list(&scene, DoctorSearch { order: SearchOrder::Nearest, ..near(WATERLOO) }).await;
    assert_eq!(names(&all), ["Dr Lena Hoffmann", "Dr Chidi Okafor", "Dr Ada Nowhere"]);
    let metres: Vec<Option<u32>> = all.page.items.iter().map(|card| card.metres).collect();
    assert!(metres[0].is_some_and(|metres| (1_600..1_800).contains(&metres)), "{metres:?}");
    assert!(metres[1].is_some_and(|metres| (255_000..270_000).contains(&metres)), "{metres:?}");
    assert_eq!(metres[2], None);
    assert!(list(&scene, DoctorSearch::default()).await.page.items.iter().all(|card| card.metres.is_none()));

    let within = |kilometres| DoctorSearch { within_km: Some(kilometres), ..near(WATERLOO) };
    let found = list(&scene, within(5)).await;
    assert_eq!((names(&found), found.total), (vec!["Dr Lena Hoffmann"], 1));
    assert_eq!(found.farther_by_video, 2, "those who are farther away meet on video");
    let on_phone = DoctorSearch { mode: Some(VisitMode::Phone), ..within(5) };
    assert_eq!(list(&scene, on_phone).await.farther_by_video, 0, "video is not what is looked for");
    assert_eq!(list(&scene, within(500)).await.total, 2);
    let nobody = list(&scene, within(1)).await;
    assert_eq!((nobody.total, nobody.loosen, nobody.farther_by_video), (0, vec![SearchFilter::Distance], 3));
}

#[tokio::test]
async fn pages_by_distance_name_everybody_once() {
    let scene = three().await;
    let mut search = DoctorSearch { order: SearchOrder::Nearest, limit: Some(1), ..near("53.48,-2.24") };
    let mut found = Vec::new();
    loop {
        let list = list(&scene, search.clone()).await;
        found.extend(names(&list).into_iter().map(str::to_owned));
        let Some(cursor) = list.page.next_cursor else { break };
        search.after = Some(cursor.parse().unwrap());
    }
    assert_eq!(found, ["Dr Chidi Okafor", "Dr Lena Hoffmann", "Dr Ada Nowhere"]);
}

#[tokio::test]
async fn a_postcode_is_that_of_a_clinic_or_an_imported_one() {
    let scene = three().await;
    let by_clinic = list(&scene, near("m1 0qq")).await;
    let nearest = by_clinic.page.items.iter().find(|card| card.metres == Some(0)).unwrap();
    assert_eq!(nearest.doctor.name, "Dr Chidi Okafor");
    let unknown = FieldError::new("near", FieldFault::UnknownChoice);
    assert_eq!(try_to_find(&scene, near("10115")).await.err().unwrap().field_errors(), std::slice::from_ref(&unknown));
    let aimless = DoctorSearch { within_km: Some(5), ..DoctorSearch::default() };
    let refused = try_to_find(&scene, aimless).await.err().unwrap();
    assert_eq!(refused.field_errors(), [FieldError::new("near", FieldFault::Missing)]);

    let domain = &scene.clinic.domain;
    let wrong = "postcode,country,latitude,longitude\nSE1 9SG,GB,51.5055,-0.0865\nse19sg,GB,51,0\n,XX,91,\n";
    let report = directory::import_postcodes(domain, wrong, true).await.unwrap();
    let faults: Vec<(u32, &str)> = report.faults.iter().map(|fault| (fault.line, fault.field.as_str())).collect();
    assert_eq!(faults, [(3, "postcode"), (4, "country"), (4, "postcode"), (4, "latitude"), (4, "longitude")]);
    assert_eq!((report.faults[0].problem, report.registered), (RowProblem::Twice, false));
    assert!(try_to_find(&scene, near("SE1 9SG")).await.is_err(), "one wrong row keeps all others out");

    let right =
        "country;postcode;latitude;longitude\nDE;10115;52.5323;13.3847\nUS;10115;40.81;-73.96\nGB;SE1 9SG;51.5055;-0.0865\n";
    assert!(!directory::import_postcodes(domain, right, false).await.unwrap().registered);
    assert!(try_to_find(&scene, near("SE1 9SG")).await.is_err(), "a check keeps nothing");
    // A repeated import changes nothing.
    for _ in 0..2 {
        assert!(directory::import_postcodes(domain, right, true).await.unwrap().registered);
    }
    assert!(scene.clinic.audited().await.contains(&"directory.postcodes_imported".to_owned()));
    let metres = async |search| {
        let list = list(&scene, search).await;
        list.page.items.iter().find(|card| card.doctor.name == "Dr Lena Hoffmann").unwrap().metres.unwrap()
    };
    assert!(metres(near("se1-9sg")).await < 200);
    // Two countries have this postcode, and the reader's decides.
    assert_eq!(try_to_find(&scene, near("10115")).await.err().unwrap().field_errors(), [unknown]);
    let from = |country: &str| DoctorSearch { country: Some(country.to_owned()), ..near("10115") };
    assert!((900_000..960_000).contains(&metres(from("DE")).await));
    assert!(metres(from("US")).await > 5_000_000);
}
