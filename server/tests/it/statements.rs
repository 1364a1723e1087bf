//! How many statements a request sends to the database: few, and not one for each doctor or appointment. sqlx reports each of them to `tracing`. What the server does
//! beside its requests, such as dispatching and sealing, does not run in these tests.

use crate::house::{Client, House, house};
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use testing::Person;
use tracing::{Event, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// With twenty more doctors, or seven more appointments, an answer may need this many statements more.
const MOST_GROWTH: usize = 2;

/// Counts what this thread, and so the whole test, asks the database.
#[derive(Clone, Default)]
struct Statements(Arc<AtomicUsize>);

impl<S: Subscriber> Layer<S> for Statements {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == "sqlx::query" {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl Statements {
    /// The fewest statements of some requests: a connection that is new asks the database about its types first.
    async fn of(&self, request: impl AsyncFn(usize)) -> usize {
        let mut least = usize::MAX;
        for number in 0..4 {
            let before = self.0.load(Ordering::Relaxed);
            request(number).await;
            least = least.min(self.0.load(Ordering::Relaxed) - before);
        }
        least
    }

    async fn of_page(&self, client: &Client, path: &str) -> usize {
        self.of(async |_| drop(client.get(path).await.expect(200))).await
    }

    /// Those of a booking, on another half hour each time.
    async fn of_booking(&self, house: &House, client: &Client, doctor: &Person, day: &str) -> usize {
        self.of(async |number| {
            let body = json!({
                "doctor_id": doctor.doctor(), "clinic_id": house.practice.clinic, "starts_at": format!("{day}T1{number}:00:00Z"), "reason": "Cough",
            });
            drop(client.book(&format!("{day}-{number}"), body).await.expect(201));
        })
        .await
    }
}

async fn doctors(house: &House, letters: std::ops::RangeInclusive<char>) -> Vec<Person> {
    let mut doctors = Vec::new();
    for letter in letters {
        doctors.push(house.clinic.doctor(&format!("Dr Number {letter}"), house.practice).await);
    }
    domain::scheduling::rebuild_first_times(&house.clinic.domain).await.unwrap();
    doctors
}

#[tokio::test]
async fn a_request_needs_few_statements_however_much_there_is() {
    let house = house().await;
    let first = doctors(&house, 'a'..='b').await;
    let client = house.client(&house.clinic.patient("Amara Osei").await).await;
    let statements = Statements::default();
    let _counted = tracing::subscriber::set_default(tracing_subscriber::registry().with(statements.clone()));

    let times = format!("/doctors/{}/slots?day=2026-11-27", first[0].doctor());
    let pages = [("/doctors?limit=20", 16), ("/appointments?limit=20", 10), (times.as_str(), 16)];
    let mut few = Vec::new();
    let booking = statements.of_booking(&house, &client, &first[1], "2026-11-26").await;
    for (path, most) in pages {
        let count = statements.of_page(&client, path).await;
        assert!((1..=most).contains(&count), "{path} needs {count} statements, more than {most}");
        few.push(count);
    }
    assert!((1..=80).contains(&booking), "a booking needs {booking} statements");

    doctors(&house, 'c'..='w').await;
    let later = statements.of_booking(&house, &client, &first[0], "2026-11-27").await;
    assert!(later <= booking + MOST_GROWTH, "{booking} statements for a booking, and later {later}");
    for ((path, _), few) in pages.into_iter().zip(few) {
        let many = statements.of_page(&client, path).await;
        assert!(many <= few + MOST_GROWTH, "{path}: {few} statements, and {many} when there is more");
    }
}
