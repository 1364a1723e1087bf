//! Acting for somebody else: a session acts for one of several patients, while the right to act for them lasts.

use domain::{
    access::{Access, Acting},
    identity,
    live::{self, LiveKind, Missed},
    scheduling::{self, ListAppointments, MailKind, Which},
};
use jiff::{SignedDuration, Timestamp};
use jiff_sqlx::ToSqlx;
use model::{
    errors::Code,
    ids::{PatientId, RequestId},
};
use testing::{BEGIN, Person, Practice, TestClinic, booking};

struct Family {
    clinic: TestClinic,
    practice: Practice,
    doctor: Person,
    parent: Person,
    child: Person,
}

/// After so many days.
fn after(days: i64) -> Timestamp {
    BEGIN + SignedDuration::from_hours(24 * days)
}

/// A parent who may act for a child from the second day until the fourth.
async fn family() -> Family {
    let clinic = testing::clinic().await;
    let practice = clinic.practice().await;
    let doctor = clinic.doctor("Dr Lena Hoffmann", practice).await;
    let (parent, child) = (clinic.patient("Amara Osei").await, clinic.patient("Mia Osei").await);
    sqlx::query(
        "insert into patient_access (patient_id, user_id, relation, starts_at, ends_at) values ($1, $2, 'guardian', $3, $4)",
    )
    .bind(child.patient().uuid())
    .bind(parent.user.uuid())
    .bind(after(1).to_sqlx())
    .bind(after(3).to_sqlx())
    .execute(&clinic.owner)
    .await
    .unwrap();
    Family { clinic, practice, doctor, parent, child }
}

impl Family {
    /// As whom the parent's session acts now.
    async fn acting(&self) -> Acting {
        identity::resolve_session(&self.clinic.domain, self.parent.session).await.unwrap().unwrap()
    }

    /// A new request of the parent's session.
    async fn access(&self) -> Access {
        Access::new(self.acting().await.into(), self.clinic.domain.new_id::<RequestId>())
    }

    async fn act_for(&self, patient: PatientId) -> Result<(), Code> {
        identity::act_for(&self.clinic.domain, &self.access().await, patient).await.map_err(|error| error.code())
    }

    /// Books an appointment for the patient for whom the parent acts, so many days after the beginning at 10:00.
    async fn book(&self, days: i64) {
        let command = booking(&self.doctor, self.practice, after(days) + SignedDuration::from_hours(1));
        scheduling::book(&self.clinic.domain, &self.access().await, command).await.unwrap();
    }

    async fn listed(&self) -> usize {
        let command = ListAppointments { which: Which::Upcoming, after: None, limit: None };
        scheduling::list(&self.clinic.domain, &self.access().await, command).await.unwrap().items.len()
    }

    /// How many mails about bookings the parent has got.
    async fn mailed(&self) -> usize {
        let mails = self.clinic.mails(MailKind::AppointmentBooked).await;
        mails.iter().filter(|mail| mail.recipient.to == self.parent.email).count()
    }
}

#[tokio::test]
async fn a_guardian_acts_for_a_child_while_the_right_lasts() {
    let family = family().await;
    let (own, child) = (family.parent.patient(), family.child.patient());
    assert_eq!(family.act_for(child).await, Err(Code::NotFound), "the right has not begun");
    family.clinic.pass(SignedDuration::from_hours(24));
    assert_eq!(family.acting().await.patient, Some(own), "nobody acts for another without choosing to");
    assert_eq!(family.act_for(child).await, Ok(()));
    assert_eq!(family.acting().await.patient, Some(child));

    family.book(2).await;
    assert_eq!(family.listed().await, 1);
    assert_eq!(family.act_for(own).await, Ok(()));
    assert_eq!((family.acting().await.patient, family.listed().await), (Some(own), 0));
    assert_eq!(family.act_for(child).await, Ok(()));

    family.clinic.pass(SignedDuration::from_hours(48));
    assert_eq!(family.acting().await.patient, Some(own), "the right has ended");
    assert_eq!(family.act_for(child).await, Err(Code::NotFound));
    let unknown = family.clinic.patient("Jonas Weber").await.patient();
    assert_eq!(family.act_for(unknown).await, Err(Code::NotFound));
}

#[tokio::test]
async fn mails_and_live_events_reach_those_who_act_for_the_patient_at_that_moment() {
    let family = family().await;
    let book_as_child = |days: i64| {
        let command = booking(&family.doctor, family.practice, after(days) + SignedDuration::from_hours(1));
        let access = family.child.access(&family.clinic);
        let domain = &family.clinic.domain;
        async move { scheduling::book(domain, &access, command).await.unwrap() }
    };
    let heard = async || {
        family.clinic.dispatch().await;
        match live::missed(&family.clinic.domain, family.parent.user, 0).await.unwrap() {
            Missed::Events(events) => events.iter().filter(|event| event.kind == LiveKind::Appointment).count(),
            Missed::Resync { .. } => panic!("no live event may be lost"),
        }
    };
    book_as_child(1).await;
    assert_eq!((family.mailed().await, heard().await), (0, 0), "the right has not begun");
    family.clinic.pass(SignedDuration::from_hours(24 + 2));
    book_as_child(2).await;
    assert_eq!((family.mailed().await, heard().await), (1, 1));
    family.clinic.pass(SignedDuration::from_hours(48));
    book_as_child(6).await;
    assert_eq!((family.mailed().await, heard().await), (1, 1), "the right has ended");
}
