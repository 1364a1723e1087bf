//! What guardians of teenagers, and of those who have come of age, still see.

use domain::{
    access::{Access, ResourceKind},
    directory::{self, AddChild, CorrectBirthDate},
    identity,
    scheduling::{self, ListAppointments, Which},
};
use jiff::SignedDuration;
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{ClinicId, PatientId, RequestId},
};
use testing::{BEGIN, Person, Practice, TestClinic, booking};

struct Family {
    clinic: TestClinic,
    parent: Person,
}

impl Family {
    async fn new() -> Self {
        let clinic = testing::clinic().await;
        let parent = clinic.patient("Amara Osei").await;
        Self { clinic, parent }
    }

    /// Adds a child, for whom the parent's session acts from now on.
    async fn child(&self, name: &str, born: [&str; 3]) -> PatientId {
        let (name, date_of_birth) = (name.to_owned(), born.map(str::to_owned));
        let command = AddChild { name, latin_name: String::new(), date_of_birth, idempotency_key: None };
        let child = directory::add_child(&self.clinic.domain, &self.access().await, command).await.unwrap();
        identity::act_for(&self.clinic.domain, &self.access().await, child).await.unwrap();
        child
    }

    /// A new request of the parent's session.
    async fn access(&self) -> Access {
        let acting = identity::resolve_session(&self.clinic.domain, self.parent.session).await.unwrap().unwrap();
        Access::new(acting.into(), self.clinic.domain.new_id::<RequestId>())
    }

    async fn sees_appointments_only(&self) -> bool {
        self.access().await.acting().unwrap().appointments_only
    }

    /// Books an appointment for whom the parent acts, so many hours after nine on the next day.
    async fn book(&self, doctor: &Person, practice: Practice, hours: i64) {
        let command = booking(doctor, practice, BEGIN + SignedDuration::from_hours(24 + hours));
        scheduling::book(&self.clinic.domain, &self.access().await, command).await.unwrap();
    }

    async fn lets_guardians_see_appointments(&self, clinic: ClinicId) {
        sqlx::query("update clinics set guardians_of_teens = 'appointments' where id = $1")
            .bind(clinic.uuid())
            .execute(&self.clinic.owner)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn the_strictest_clinic_of_a_teenager_decides_what_guardians_see() {
    let family = Family::new().await;
    let (here, there) = (family.clinic.practice().await, family.clinic.practice().await);
    let lena = family.clinic.doctor("Dr Lena Hoffmann", here).await;
    let tomas = family.clinic.doctor("Dr Tomas Reyes", there).await;
    let child = family.child("Kofi Osei", ["24", "11", "2014"]).await;
    family.book(&lena, here, 1).await;
    family.lets_guardians_see_appointments(there.clinic).await;
    assert!(!family.sees_appointments_only().await, "the strict clinic does not care for the child");
    assert!(family.access().await.scope(ResourceKind::Prescription).is_ok());

    family.book(&tomas, there, 3).await;
    assert!(family.sees_appointments_only().await);
    let refused = family.access().await.scope(ResourceKind::Prescription).unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    family.book(&lena, here, 5).await;
    let command = ListAppointments { which: Which::Upcoming, after: None, limit: None };
    let listed = scheduling::list(&family.clinic.domain, &family.access().await, command).await.unwrap();
    assert_eq!(listed.items.len(), 3, "appointments are listed and booked as before");

    family.clinic.as_owner("update patients set date_of_birth = '2014-11-25' where full_name = 'Kofi Osei'").await;
    assert!(!family.sees_appointments_only().await, "the day before the child is a teenager");
    family.clinic.as_owner("update patients set date_of_birth = '2014-11-24' where full_name = 'Kofi Osei'").await;
    family.clinic.lets_act(&family.parent, child, "helper").await;
    assert!(!family.sees_appointments_only().await, "a helper is not narrowed");
}

#[tokio::test]
async fn from_the_age_on_a_guardian_sees_appointments_only() {
    let family = Family::new().await;
    let child = family.child("Kofi Osei", ["25", "11", "2010"]).await;
    assert!(!family.sees_appointments_only().await);
    family.clinic.as_owner("update patients set date_of_birth = '2010-11-24' where full_name = 'Kofi Osei'").await;
    assert!(family.sees_appointments_only().await, "nobody has handed the record over");
    let own = family.parent.patient();
    identity::act_for(&family.clinic.domain, &family.access().await, own).await.unwrap();
    assert!(!family.sees_appointments_only().await, "the parent's own record is the parent's");

    identity::act_for(&family.clinic.domain, &family.access().await, child).await.unwrap();
    sqlx::query(
        "insert into acting_papers (id, patient_id, user_id, relation, document_cipher, document_date, until, seen_by, seen_at)
         values ($1, $1, $2, 'guardian', '\\x00', '2026-11-01', $3, $2, $4)",
    )
    .bind(child.uuid())
    .bind(family.parent.user.uuid())
    .bind((BEGIN + SignedDuration::from_hours(24)).to_sqlx())
    .bind(BEGIN.to_sqlx())
    .execute(&family.clinic.owner)
    .await
    .unwrap();
    assert!(!family.sees_appointments_only().await, "a court has made the parent the legal guardian");
}

#[tokio::test]
async fn a_guardian_cannot_put_off_the_age_by_another_date_of_birth() {
    let family = Family::new().await;
    family.child("Kofi Osei", ["25", "11", "2015"]).await;
    let read = async || {
        let view = directory::birth_date(&family.clinic.domain, &family.access().await).await.unwrap();
        (view.date_of_birth, view.version)
    };
    let correct = async |born: [&str; 3]| {
        let command = CorrectBirthDate { date_of_birth: born.map(str::to_owned), version: read().await.1 };
        let access = family.access().await;
        directory::correct_birth_date(&family.clinic.domain, &access, command).await.map_err(|error| error.code())
    };
    assert_eq!(correct(["24", "11", "2015"]).await, Ok(()), "more than a year before the child is a teenager");
    let before = read().await;
    assert_eq!(correct(["24", "11", "2020"]).await, Err(Code::BirthDateGuarded));
    assert_eq!(read().await, before);

    let own = family.parent.patient();
    identity::act_for(&family.clinic.domain, &family.access().await, own).await.unwrap();
    assert_eq!(correct(["24", "11", "1985"]).await, Ok(()), "the parent's own");
}
