//! A doctor's month for whoever wants a visit.

use super::{code, scene, tomorrow_at_ten};
use domain::scheduling;
use jiff::civil::{Date, date};
use model::{errors::Code, scheduling::views::FreeMonth};

fn free(month: &FreeMonth, day: Date) -> Option<u32> {
    month.days.iter().find(|count| count.date == day).map(|count| count.free)
}

#[tokio::test]
async fn a_month_has_whole_weeks_with_the_number_of_free_times() {
    let scene = scene().await;
    let (domain, stranger, id) = (&scene.clinic.domain, scene.clinic.stranger(), scene.doctor.doctor());
    let month = async |day| scheduling::free_month(domain, &stranger, id, Some("Europe/London"), day).await;
    let november = month(None).await.unwrap();
    assert_eq!((november.first, november.days.len()), (date(2026, 11, 1), 42));
    assert_eq!((november.days[0].date, november.days[41].date), (date(2026, 10, 26), date(2026, 12, 6)));
    // The day before is over, and nobody works on Sunday.
    for (day, count) in [(date(2026, 11, 23), 0), (date(2026, 11, 25), 16), (date(2026, 11, 29), 0), (date(2026, 12, 1), 16)] {
        assert_eq!(free(&november, day), Some(count), "{day}");
    }
    scene.book(tomorrow_at_ten()).await.unwrap();
    assert_eq!(free(&month(Some(date(2026, 11, 30))).await.unwrap(), date(2026, 11, 25)), Some(15));
    let december = month(Some(date(2026, 12, 10))).await.unwrap();
    assert_eq!((december.first, december.days.len(), december.visit_type), (date(2026, 12, 1), 35, None));

    // Days that cannot be booked stand for the nearest ones that can.
    assert_eq!(month(Some(date(2020, 1, 1))).await.unwrap().first, date(2026, 11, 1));
    let far = month(Some(date(2030, 1, 1))).await.unwrap();
    assert_eq!(far.first, far.last.first_of_month());
    let nowhere = scheduling::free_month(domain, &stranger, id, Some("Nowhere/None"), None).await.err().unwrap();
    assert_eq!(nowhere.field_errors()[0].field, "zone");
    scene.owner("update doctors set status = 'applied'").await;
    assert_eq!(code(month(None).await), Code::NotFound);
}
