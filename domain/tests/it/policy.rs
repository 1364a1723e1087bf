//! The whole matrix of the policy, as one text that people review: `snapshots/policy__*.snap`. A change of the policy changes these files too
//! (`cargo insta review`), so a reviewer sees who may now do what.

use domain::access::{
    Acting, ActionKind, Decision, Relation, ResourceKind, Scope,
    policy::{decide, decide_unfinished, scope},
};
use model::{
    access::Role,
    ids::{ClinicId, DoctorId, PatientId, SessionId, UserId},
};
use std::fmt::Write;
use uuid::Uuid;

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Own => "own",
        Relation::Responsible => "responsible",
        Relation::Treating => "treating",
        Relation::SameClinic => "same clinic",
        Relation::None => "none",
    }
}

/// One line for each role and relation that may do anything at all: what it may do. All other actions are openly refused, or hidden where the line
/// says so. Roles and relations without a line are told that the resource does not exist.
fn matrix() -> String {
    let mut text = String::new();
    let mut decisions = 0;
    for resource in ResourceKind::ALL {
        writeln!(text, "{}", resource.as_str()).unwrap();
        for role in Role::ALL {
            for between in Relation::ALL {
                let of = |wanted: Decision| {
                    let found =
                        ActionKind::ALL.iter().copied().filter(|action| decide(role, between, *action, resource) == wanted);
                    found.map(ActionKind::as_str).collect::<Vec<_>>()
                };
                let [allowed, refused, hidden, sign_in] =
                    [Decision::Allowed, Decision::Refused, Decision::Hidden, Decision::SignIn].map(of);
                decisions += allowed.len() + refused.len() + hidden.len();
                assert_eq!(sign_in.len(), 0, "a caller with a role is already signed in");
                assert!(
                    refused.is_empty() || hidden.is_empty(),
                    "actions that are not allowed must be either all refused or all hidden"
                );
                if allowed.is_empty() {
                    assert!(refused.is_empty(), "a caller who may do nothing with a resource must not know that it exists");
                    continue;
                }
                let rest = if hidden.is_empty() { "" } else { " (the rest is hidden)" };
                writeln!(text, "  {:<15} {:<12} {}{rest}", role.as_str(), relation(between), allowed.join(" ")).unwrap();
            }
        }
    }
    assert_eq!(decisions, Role::ALL.len() * Relation::ALL.len() * ActionKind::ALL.len() * ResourceKind::ALL.len());
    text
}

#[test]
fn matrix_of_the_policy() {
    insta::assert_snapshot!(matrix());
}

#[test]
fn whoever_may_follow_the_writing_may_also_read_the_result() {
    for (role, relation) in Role::ALL.into_iter().flat_map(|role| Relation::ALL.map(|relation| (role, relation))) {
        for resource in ResourceKind::ALL {
            let may = |action| decide(role, relation, action, resource) == Decision::Allowed;
            assert!(!may(ActionKind::Follow) || may(ActionKind::Read), "{role:?} {relation:?} {resource:?}");
        }
    }
}

#[test]
fn the_draft_of_a_prescription_exists_for_its_author_only() {
    for (role, relation) in Role::ALL.into_iter().flat_map(|role| Relation::ALL.map(|relation| (role, relation))) {
        for action in ActionKind::ALL.iter().copied() {
            let expected = match (role, relation) {
                (Role::Doctor, Relation::Responsible) => decide(role, relation, action, ResourceKind::Prescription),
                _ => Decision::Hidden,
            };
            let decision = decide_unfinished(role, relation, action, ResourceKind::Prescription);
            assert_eq!(decision, expected, "{role:?} {relation:?} {action:?}");
        }
    }
}

fn id<T: From<Uuid>>(number: u128) -> T {
    Uuid::from_u128(number).into()
}

/// The scope of each role's lists, for a user who has everything that could narrow it.
fn scopes() -> String {
    let mut text = String::new();
    for role in Role::ALL {
        writeln!(text, "{}", role.as_str()).unwrap();
        for resource in ResourceKind::ALL {
            let acting = Acting {
                user: id::<UserId>(1),
                session: id::<SessionId>(2),
                role,
                clinic: Some(id::<ClinicId>(3)),
                patient: Some(id::<PatientId>(4)),
                doctor: Some(id::<DoctorId>(5)),
            };
            let Ok(Scope { patient, doctor, clinic, user }) = scope(&acting, resource) else { continue };
            let narrowed = [
                ("patient", patient == acting.patient),
                ("doctor", doctor == acting.doctor),
                ("clinic", clinic == acting.clinic),
                ("user", user == Some(acting.user)),
            ];
            let by: Vec<_> = narrowed.into_iter().filter(|(_, narrows)| *narrows).map(|(word, _)| word).collect();
            assert!(!by.is_empty(), "every list must be limited by a scope: {role:?} {resource:?}");
            writeln!(text, "  {:<13} by {}", resource.as_str(), by.join(" and ")).unwrap();
        }
    }
    text
}

#[test]
fn scopes_of_lists() {
    insta::assert_snapshot!(scopes());
}

#[test]
fn a_role_without_what_its_list_is_narrowed_by_has_no_list() {
    for role in [Role::Patient, Role::Doctor] {
        let nobody =
            Acting { user: id::<UserId>(1), session: id::<SessionId>(2), role, clinic: None, patient: None, doctor: None };
        assert!(scope(&nobody, ResourceKind::Appointment).is_err(), "{role:?}");
    }
}

#[test]
fn the_audit_log_is_for_admins_of_the_whole_organisation() {
    let admin = |clinic| Acting {
        user: id::<UserId>(1),
        session: id::<SessionId>(2),
        role: Role::Admin,
        clinic,
        patient: None,
        doctor: None,
    };
    assert_eq!(scope(&admin(None), ResourceKind::AuditLog).unwrap(), Scope::default());
    assert!(scope(&admin(Some(id::<ClinicId>(3))), ResourceKind::AuditLog).is_err());
}
