//! Service accounts: an administrator makes one for a clinic, and its token does what its role and its scopes say until it ends.

use domain::{
    Domain,
    access::{Access, Actor},
    directory::{self, ChangeAccount, ListPatients},
    identity::{self, Caller, ChangeMembership, Credential, MakeServiceAccount, RenewServiceToken, ServiceToken},
};
use jiff::SignedDuration;
use model::{
    access::Role,
    errors::{Code, FieldFault},
    ids::RequestId,
    scopes::ApiScope,
};
use testing::{Practice, TestClinic};

fn phone_system(practice: Practice) -> MakeServiceAccount {
    MakeServiceAccount {
        name: "Phone system".to_owned(),
        clinic: practice.clinic.to_string(),
        role: "receptionist".to_owned(),
        scopes: vec!["patients:read".to_owned()],
        days: "90".to_owned(),
    }
}

async fn caller(domain: &Domain, made: &ServiceToken) -> Option<Caller> {
    identity::caller(domain, Credential::AccessToken(&made.token)).await.unwrap()
}

async fn admin(clinic: &TestClinic, practice: Option<Practice>) -> Access {
    clinic.staff("Ada Admin", "admin", practice).await.access(clinic)
}

#[tokio::test]
async fn a_service_account_works_in_its_role_and_the_audit_log_names_it() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    let access = admin(&clinic, Some(practice)).await;
    let made = identity::make_service_account(domain, &access, phone_system(practice)).await.unwrap();
    let found = caller(domain, &made).await.unwrap();
    assert_eq!((found.acting.role, found.acting.clinic), (Role::Receptionist, Some(practice.clinic)));
    assert_eq!((found.scopes, found.documents_may_wait), (Some(vec![ApiScope::PatientsRead]), false));
    let own = Access::new(Actor::User(found.acting), domain.new_id::<RequestId>());
    directory::list_patients(domain, &own, ListPatients::default()).await.unwrap();
    let named: i64 = sqlx::query_scalar(
        "select count(*) from audit_events e join person_name n on n.user_id = e.actor_user_id where n.name = 'Phone system'",
    )
    .fetch_one(&clinic.owner)
    .await
    .unwrap();
    assert!(named > 0, "what it read is logged under its name");
    let listed = identity::list_service_accounts(domain, &access).await.unwrap();
    assert_eq!((listed.len(), listed[0].name.as_str(), listed[0].used_at), (1, "Phone system", Some(domain.now())));
}

#[tokio::test]
async fn a_new_token_leaves_the_program_a_day_to_change_over() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    let access = admin(&clinic, None).await;
    let first = identity::make_service_account(domain, &access, phone_system(practice)).await.unwrap();
    let renewal = RenewServiceToken { id: first.id, days: "30".to_owned() };
    let second = identity::renew_service_token(domain, &access, renewal).await.unwrap();
    clinic.pass(SignedDuration::from_hours(23));
    assert!(caller(domain, &first).await.is_some() && caller(domain, &second).await.is_some());
    clinic.pass(SignedDuration::from_hours(1));
    assert!(caller(domain, &first).await.is_none() && caller(domain, &second).await.is_some());
    identity::end_service_account(domain, &access, first.id).await.unwrap();
    assert!(caller(domain, &second).await.is_none());
    assert_eq!(identity::list_service_accounts(domain, &access).await.unwrap(), []);
    let over = identity::end_service_account(domain, &access, first.id).await.unwrap_err();
    assert_eq!(over.code(), Code::NotFound);
    let audited = clinic.audited().await;
    for action in ["identity.service_account_made", "identity.service_token_renewed", "identity.service_account_ended"] {
        assert!(audited.contains(&action.to_owned()), "{action}");
    }
}

#[tokio::test]
async fn a_change_of_its_role_gives_it_none_that_a_program_may_not_have() {
    let clinic = testing::clinic().await;
    let (domain, practice) = (&clinic.domain, clinic.practice().await);
    let access = admin(&clinic, Some(practice)).await;
    let made = identity::make_service_account(domain, &access, phone_system(practice)).await.unwrap();
    let change = async |role: &str| {
        let command = ChangeMembership { membership: made.id, role: role.to_owned(), version: 1 };
        identity::change_membership(domain, &access, command).await.map_err(|error| error.code())
    };
    for role in ["admin", "support"] {
        assert_eq!(change(role).await, Err(Code::FieldsInvalid), "{role}");
    }
    assert!(caller(domain, &made).await.is_some(), "what was refused has ended nothing");
    let nurse = change("nurse").await.unwrap();
    assert!(caller(domain, &made).await.is_none(), "its tokens end with the role");
    let renewal = RenewServiceToken { id: nurse, days: "30".to_owned() };
    let second = identity::renew_service_token(domain, &access, renewal).await.unwrap();
    assert_eq!(caller(domain, &second).await.unwrap().acting.role, Role::Nurse);
}

#[tokio::test]
async fn only_an_administrator_of_the_clinic_makes_one_and_every_wrong_field_is_named() {
    let clinic = testing::clinic().await;
    let (domain, practice, elsewhere) = (&clinic.domain, clinic.practice().await, clinic.domain.new_id::<model::ids::ClinicId>());
    let access = admin(&clinic, Some(practice)).await;
    let command = MakeServiceAccount {
        name: String::new(),
        clinic: elsewhere.to_string(),
        role: "admin".to_owned(),
        scopes: vec!["everything".to_owned()],
        days: String::new(),
    };
    let refused = identity::make_service_account(domain, &access, command).await.unwrap_err();
    let faults: Vec<_> = refused.field_errors().iter().map(|wrong| (wrong.field.as_str(), wrong.fault)).collect();
    let expected = [
        ("name", FieldFault::Missing),
        ("clinic", FieldFault::UnknownChoice),
        ("role", FieldFault::UnknownChoice),
        ("scopes", FieldFault::UnknownChoice),
        ("days", FieldFault::Missing),
    ];
    assert_eq!(faults, expected);
    let nurse = clinic.staff("Nora Hale", "nurse", Some(practice)).await.access(&clinic);
    let refused = identity::make_service_account(domain, &nurse, phone_system(practice)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Forbidden);
    let made = identity::make_service_account(domain, &access, phone_system(practice)).await.unwrap();
    assert_eq!(identity::end_service_account(domain, &nurse, made.id).await.unwrap_err().code(), Code::NotFound);
    // A suspension ends its tokens, as those of a person.
    let user = caller(domain, &made).await.unwrap().acting.user;
    let command = ChangeAccount { user, reason: "Lost".to_owned(), version: 1 };
    directory::suspend(domain, &access, command).await.unwrap();
    assert!(caller(domain, &made).await.is_none());
}
