//! Handing the record of a young person over to them.

use domain::{
    access::Access,
    directory::{self, AcceptHandover, AddChild, MailContent, MailKind, OfferHandover},
    identity, notices,
};
use jiff::SignedDuration;
use model::{
    directory::HandoverWay,
    errors::{Code, FieldError, FieldFault},
    ids::{HandoverId, PatientId, RequestId},
};
use testing::{Person, TestClinic};

/// A parent, a child who comes of age in 30 days, and the account of the child, whose own record has the same date of birth.
struct Scene {
    clinic: TestClinic,
    parent: Person,
    child: PatientId,
    young: Person,
}

impl Scene {
    async fn new() -> Self {
        let clinic = testing::clinic().await;
        let (parent, young) = (clinic.patient("Amara Osei").await, clinic.patient("Kofi Young").await);
        clinic.as_owner("update patients set date_of_birth = '2010-12-24' where full_name = 'Kofi Young'").await;
        let child = add(&clinic, &parent, "Kofi Osei", ["24", "12", "2010"]).await;
        Self { clinic, parent, child, young }
    }

    async fn offer(&self, by: &Person, patient: PatientId, email: &str) -> domain::Result<HandoverId> {
        let command = OfferHandover { patient: patient.to_string(), email: email.to_owned() };
        directory::offer_handover(&self.clinic.domain, &by.access(&self.clinic), command).await
    }

    /// Offers the child's record to the child's account, and returns the handover and the link's token.
    async fn offered(&self) -> (HandoverId, String) {
        let handover = self.offer(&self.parent, self.child, &self.young.email).await.unwrap();
        (handover, self.token().await)
    }

    /// The token of the last mail.
    async fn token(&self) -> String {
        let mails = self.clinic.mails(MailKind::Handover).await;
        let Some(notices::MailContent::Directory(MailContent::Handover { token, .. })) = mails.last().map(|mail| &mail.content)
        else {
            panic!("a mail with a link")
        };
        token.clone()
    }

    async fn accept(&self, by: &Person, token: &str, guardians: &str, until: [&str; 3]) -> domain::Result<()> {
        let (token, guardians, until) = (token.to_owned(), guardians.to_owned(), until.map(str::to_owned));
        let command = AcceptHandover { token, guardians, until };
        directory::accept_handover(&self.clinic.domain, &by.access(&self.clinic), command).await
    }

    async fn refused(&self, by: &Person, token: &str) -> Code {
        self.accept(by, token, "ends", ["", "", ""]).await.unwrap_err().code()
    }

    /// For whom a new request of the person's session acts.
    async fn acts_for(&self, person: &Person) -> Option<PatientId> {
        let acting = identity::resolve_session(&self.clinic.domain, person.session).await.unwrap().unwrap();
        let access = Access::new(acting.into(), self.clinic.domain.new_id::<RequestId>());
        access.acting().unwrap().patient
    }

    async fn told(&self) -> Vec<String> {
        let mails = self.clinic.mails(MailKind::HandedOver).await;
        let mut told: Vec<String> = mails.into_iter().map(|mail| mail.recipient.to).collect();
        told.sort();
        told
    }
}

async fn add(clinic: &TestClinic, parent: &Person, name: &str, born: [&str; 3]) -> PatientId {
    let (name, date_of_birth) = (name.to_owned(), born.map(str::to_owned));
    let command = AddChild { name, latin_name: String::new(), date_of_birth, idempotency_key: None };
    directory::add_child(&clinic.domain, &parent.access(clinic), command).await.unwrap()
}

#[tokio::test]
async fn a_young_person_takes_the_record_over_and_the_guardian_is_out_at_once() {
    let scene = Scene::new().await;
    let Scene { clinic, parent, child, young } = &scene;
    identity::act_for(&clinic.domain, &parent.access(clinic), *child).await.unwrap();
    let (_, token) = scene.offered().await;
    let family = directory::family(&clinic.domain, &parent.access(clinic)).await.unwrap();
    let waiting = family.acts_for[0].handover.as_ref().map(|row| row.email.clone());
    assert_eq!((family.acts_for[0].may_hand_over, waiting), (true, Some(young.email.clone())));
    let mails = clinic.mails(MailKind::Handover).await;
    assert_eq!((mails.len(), mails[0].recipient.to.as_str(), mails[0].recipient.name.as_str()), (1, young.email.as_str(), ""));

    let offer = directory::handover_offer(&clinic.domain, &young.access(clinic), &token).await.unwrap();
    assert_eq!((offer.way, offer.name.as_deref()), (HandoverWay::Accept, Some("Kofi Osei")));
    scene.accept(young, &token, "ends", ["", "", ""]).await.unwrap();
    assert_eq!(scene.acts_for(young).await, Some(*child), "the record is the account's own");
    assert_eq!(scene.acts_for(parent).await, parent.patient, "the parent's session acts for the parent again");
    let family = directory::family(&clinic.domain, &young.access(clinic)).await.unwrap();
    assert!(family.acted_by.is_empty());
    let mut both = vec![parent.email.clone(), young.email.clone()];
    both.sort();
    assert_eq!(scene.told().await, both);
    assert_eq!(scene.refused(young, &token).await, Code::HandoverOver, "a link works once");
    let gone: bool = sqlx::query_scalar("select deleted_at is not null from patients where id = $1")
        .bind(young.patient().uuid())
        .fetch_one(&clinic.owner)
        .await
        .unwrap();
    assert!(gone, "the record that the sign-up had made is deleted");
    let audited = clinic.audited().await;
    for action in ["directory.handover_offered", "directory.handover_accepted"] {
        assert_eq!(audited.iter().filter(|done| *done == action).count(), 1, "{action}");
    }
}

#[tokio::test]
async fn the_guardians_access_can_stay_for_a_year() {
    let scene = Scene::new().await;
    let Scene { clinic, parent, child, young } = &scene;
    let (_, token) = scene.offered().await;
    let faults = async |guardians: &str, until: [&str; 3]| {
        let refused = scene.accept(young, &token, guardians, until).await.unwrap_err();
        refused.field_errors().to_vec()
    };
    assert_eq!(faults("", ["", "", ""]).await, [FieldError::new("guardians", FieldFault::Missing)]);
    assert_eq!(faults("for ever", ["", "", ""]).await, [FieldError::new("guardians", FieldFault::UnknownChoice)]);
    assert_eq!(faults("stays", ["", "", ""]).await, [FieldError::new("until", FieldFault::Missing)]);
    let late = faults("stays", ["25", "11", "2027"]).await;
    assert!(matches!(late.as_slice(), [fault] if fault.field == "until" && matches!(fault.fault, FieldFault::TooLarge(_))));

    scene.accept(young, &token, "stays", ["31", "1", "2027"]).await.unwrap();
    let family = directory::family(&clinic.domain, &young.access(clinic)).await.unwrap();
    let until = family.acted_by[0].until;
    assert_eq!((family.acted_by[0].user, until), (parent.user, "2027-02-01T00:00:00Z".parse().ok()));
    identity::act_for(&clinic.domain, &parent.access(clinic), *child).await.unwrap();
    assert_eq!(scene.acts_for(parent).await, Some(*child));
    clinic.as_owner("update patients set date_of_birth = '2010-11-24' where full_name = 'Kofi Osei'").await;
    let acting = identity::resolve_session(&clinic.domain, parent.session).await.unwrap().unwrap();
    assert!(!acting.appointments_only, "the young person is of age, and has decided");
    let family = directory::family(&clinic.domain, &parent.access(clinic)).await.unwrap();
    assert!(!family.acts_for[0].may_hand_over, "the record is handed over already");
    assert_eq!(scene.offer(parent, *child, "other@people.example").await.unwrap_err().code(), Code::PatientHasAccount);
}

#[tokio::test]
async fn only_a_guardian_offers_and_only_near_the_age() {
    let scene = Scene::new().await;
    let Scene { clinic, parent, child, young } = &scene;
    let small = add(clinic, parent, "Mia Osei", ["30", "5", "2019"]).await;
    let later = add(clinic, parent, "Esi Osei", ["25", "12", "2010"]).await;
    let fault = async |by: &Person, patient: PatientId, email: &str| {
        let refused = scene.offer(by, patient, email).await.unwrap_err();
        refused.field_errors().first().map(|fault| (fault.field.clone(), fault.fault))
    };
    let unknown = Some(("patient_id".to_owned(), FieldFault::UnknownChoice));
    assert_eq!(fault(parent, small, &young.email).await, unknown);
    assert_eq!(fault(parent, later, &young.email).await, unknown, "in 31 days");
    assert_eq!(fault(young, *child, &young.email).await, unknown, "somebody else's child");
    assert_eq!(fault(parent, *child, &parent.email).await, Some(("email".to_owned(), FieldFault::UnknownChoice)));
    assert_eq!(fault(parent, *child, "nobody").await.map(|(field, _)| field), Some("email".to_owned()));
    let refused = directory::offer_handover(
        &clinic.domain,
        &clinic.stranger(),
        OfferHandover { patient: child.to_string(), email: young.email.clone() },
    )
    .await
    .unwrap_err();
    assert_eq!(refused.code(), Code::SignInNeeded);
    clinic.pass(SignedDuration::from_hours(24));
    assert!(scene.offer(parent, later, &young.email).await.is_ok());
}

#[tokio::test]
async fn a_link_is_sent_again_and_withdrawn_by_a_guardian_and_ends_after_14_days() {
    let scene = Scene::new().await;
    let Scene { clinic, parent, child, young } = &scene;
    let domain = &clinic.domain;
    let (handover, token) = scene.offered().await;
    assert_eq!(scene.offer(parent, *child, "other@people.example").await.unwrap_err().code(), Code::HandoverOpen);
    clinic.pass(SignedDuration::from_hours(14 * 24));
    assert_eq!(scene.refused(young, &token).await, Code::HandoverOver);
    let code = |outcome: domain::Result<()>| outcome.map_err(|error| error.code());
    assert_eq!(
        code(directory::send_handover_again(domain, &young.access(clinic), handover).await),
        Err(Code::NotFound),
        "the young person is no guardian"
    );
    assert_eq!(code(directory::send_handover_again(domain, &parent.access(clinic), handover).await), Ok(()));
    let offer = directory::handover_offer(domain, &clinic.stranger(), &token).await.unwrap();
    assert_eq!((offer.way, offer.name), (HandoverWay::SignIn, None), "the link works again, and tells strangers no name");
    for _ in 0..8 {
        assert_eq!(code(directory::send_handover_again(domain, &parent.access(clinic), handover).await), Ok(()));
    }
    assert_eq!(code(directory::send_handover_again(domain, &parent.access(clinic), handover).await), Err(Code::RateLimited));

    assert_eq!(code(directory::withdraw_handover(domain, &young.access(clinic), handover).await), Err(Code::NotFound));
    assert_eq!(code(directory::withdraw_handover(domain, &parent.access(clinic), handover).await), Ok(()));
    assert_eq!(code(directory::withdraw_handover(domain, &parent.access(clinic), handover).await), Err(Code::NotFound));
    assert_eq!(scene.refused(young, &token).await, Code::HandoverOver);
    assert!(clinic.mails(MailKind::Handover).await.is_empty(), "mails that were not sent yet have no link any more");
    assert_eq!(scene.refused(young, "none").await, Code::LinkUnknown);
}

#[tokio::test]
async fn another_address_another_birth_date_and_a_record_in_use_are_refused() {
    let scene = Scene::new().await;
    let Scene { clinic, parent, young, .. } = &scene;
    let (_, token) = scene.offered().await;
    let stranger = clinic.patient("Jonas Weber").await;
    let offer = directory::handover_offer(&clinic.domain, &stranger.access(clinic), &token).await.unwrap();
    assert_eq!((offer.way, offer.name), (HandoverWay::Foreign, None));
    assert_eq!(scene.refused(&stranger, &token).await, Code::HandoverForeign);
    assert_eq!(scene.refused(parent, &token).await, Code::HandoverForeign);

    clinic.as_owner("update patients set date_of_birth = '2010-12-23' where full_name = 'Kofi Young'").await;
    assert_eq!(scene.refused(young, &token).await, Code::HandoverRecord);
    clinic.as_owner("update patients set date_of_birth = '2010-12-24' where full_name = 'Kofi Young'").await;
    sqlx::query("insert into patient_access (patient_id, user_id, relation, starts_at) select $1, $2, 'helper', now()")
        .bind(young.patient().uuid())
        .bind(stranger.user.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    assert_eq!(scene.refused(young, &token).await, Code::HandoverRecord, "somebody acts for the own record");
    assert_eq!(scene.acts_for(young).await, young.patient, "nothing has changed");
}

#[tokio::test]
async fn a_guardian_who_is_none_any_more_hands_nothing_over() {
    let scene = Scene::new().await;
    let (handover, token) = scene.offered().await;
    scene.clinic.as_owner("update patient_access set ends_at = starts_at where relation = 'guardian'").await;
    assert_eq!(scene.refused(&scene.young, &token).await, Code::HandoverOver);
    let offer = directory::handover_offer(&scene.clinic.domain, &scene.young.access(&scene.clinic), &token).await;
    assert_eq!(offer.err().map(|error| error.code()), Some(Code::HandoverOver));

    let other = scene.clinic.patient("Kwame Osei").await;
    sqlx::query(
        "insert into patient_access (patient_id, user_id, relation, starts_at)
         select patient_id, $2, 'guardian', starts_at from patient_access where patient_id = $1 and relation = 'guardian'",
    )
    .bind(scene.child.uuid())
    .bind(other.user.uuid())
    .execute(&scene.clinic.owner)
    .await
    .unwrap();
    directory::send_handover_again(&scene.clinic.domain, &other.access(&scene.clinic), handover).await.unwrap();
    assert!(scene.accept(&scene.young, &token, "ends", ["", "", ""]).await.is_ok(), "another guardian vouches for it now");
}

#[tokio::test]
async fn a_guardian_who_is_a_carer_too_is_out_as_well() {
    let scene = Scene::new().await;
    let Scene { clinic, parent, child, young } = &scene;
    let carer = clinic.patient("Jonas Weber").await;
    for user in [parent.user, carer.user] {
        sqlx::query(
            "insert into patient_access (patient_id, user_id, relation, starts_at)
             select patient_id, $2, 'helper', starts_at from patient_access where patient_id = $1 and relation = 'guardian'",
        )
        .bind(child.uuid())
        .bind(user.uuid())
        .execute(&clinic.owner)
        .await
        .unwrap();
    }
    for person in [parent, &carer] {
        identity::act_for(&clinic.domain, &person.access(clinic), *child).await.unwrap();
    }
    let (_, token) = scene.offered().await;
    scene.accept(young, &token, "ends", ["", "", ""]).await.unwrap();
    assert_eq!(scene.acts_for(parent).await, parent.patient, "the right of a carer does not outlast that of a guardian");
    assert_eq!(scene.acts_for(&carer).await, Some(*child), "somebody else who cares for them stays");
}
