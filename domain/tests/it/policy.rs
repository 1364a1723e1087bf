//! The whole matrix of the policy, as one text that people review: `snapshots/policy__*.snap`. A change of the policy changes these files too
//! (`cargo insta review`), so a reviewer sees who may now do what.

use domain::access::{
    Acting, ActionKind, Decision, Facts, Limits, Phase, Rank, Relation, Relations, ResourceKind, Scope, Standing,
    policy::{decide, decide_unfinished, scope},
};
use model::{
    access::Role,
    errors::Code,
    ids::{ClinicId, DoctorId, PatientId, SessionId, UserId},
};
use std::fmt::Write;
use uuid::Uuid;

const fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Own => "own",
        Relation::Guardian => "guardian",
        Relation::Responsible => "responsible",
        Relation::Treating => "treating",
        Relation::BreakGlass => "break-glass",
        Relation::SameClinic => "same clinic",
    }
}

/// Somebody with exactly this relation, or with none.
fn only(relation: Option<Relation>) -> Relations {
    relation.into_iter().collect()
}

/// Each relation alone, and none.
fn relations() -> impl Iterator<Item = Option<Relation>> + Clone {
    Relation::ALL.into_iter().map(Some).chain([None])
}

fn everybody() -> impl Iterator<Item = (Role, Option<Relation>)> {
    Role::ALL.into_iter().flat_map(|role| relations().map(move |relation| (role, relation)))
}

/// The limits that a phase sets.
fn in_phase(phase: Phase) -> Limits {
    Limits { phase, ..Limits::default() }
}

/// One line for each role and relation that may do anything at all: what it may do. All other actions are openly refused, or hidden where the line
/// says so. Roles and relations without a line are told that the resource does not exist.
fn matrix() -> String {
    let mut text = String::new();
    let mut decisions = 0;
    for resource in ResourceKind::ALL {
        writeln!(text, "{}", resource.as_str()).unwrap();
        for role in Role::ALL {
            for between in relations() {
                let of = |wanted: Decision| {
                    let found = ActionKind::ALL
                        .iter()
                        .copied()
                        .filter(|action| decide(role, &only(between), Limits::default(), *action, resource) == wanted);
                    found.map(ActionKind::as_str).collect::<Vec<_>>()
                };
                let [allowed, refused, hidden, sign_in] =
                    [Decision::Allowed, Decision::Refused(Code::Forbidden), Decision::Hidden, Decision::SignIn].map(of);
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
                let between = between.expect("who has no relation may do nothing");
                let rest = if hidden.is_empty() { "" } else { " (the rest is hidden)" };
                writeln!(text, "  {:<15} {:<12} {}{rest}", role.as_str(), relation(between), allowed.join(" ")).unwrap();
            }
        }
    }
    assert_eq!(decisions, Role::ALL.len() * relations().count() * ActionKind::ALL.len() * ResourceKind::ALL.len());
    text
}

#[test]
fn matrix_of_the_policy() {
    insta::assert_snapshot!(matrix());
}

#[test]
fn whoever_may_follow_the_writing_may_also_read_the_result() {
    for (role, relation) in everybody() {
        for resource in ResourceKind::ALL {
            let may = |action| decide(role, &only(relation), Limits::default(), action, resource) == Decision::Allowed;
            assert!(!may(ActionKind::Follow) || may(ActionKind::Read), "{role:?} {relation:?} {resource:?}");
        }
    }
}

#[test]
fn the_draft_of_a_prescription_or_a_letter_exists_for_its_author_only() {
    for ((role, relation), draft) in
        everybody().flat_map(|who| [ResourceKind::Prescription, ResourceKind::Letter].map(|draft| (who, draft)))
    {
        for action in ActionKind::ALL.iter().copied() {
            let expected = match (role, relation) {
                (Role::Doctor, Some(Relation::Responsible)) => decide(role, &only(relation), Limits::default(), action, draft),
                _ => Decision::Hidden,
            };
            let decision = decide_unfinished(role, &only(relation), Limits::default(), action, draft);
            assert_eq!(decision, expected, "{role:?} {relation:?} {action:?} {draft:?}");
        }
    }
}

/// What each phase of a visit takes away from what role and relation allow: one line for each phase, resource and code.
fn phases() -> String {
    let mut text = String::new();
    for phase in Phase::ALL {
        writeln!(text, "{phase:?}").unwrap();
        for resource in ResourceKind::ALL {
            let decided =
                |phase, role, relation, action: &ActionKind| decide(role, &only(relation), in_phase(phase), *action, resource);
            for code in [Code::VisitNotYet, Code::VisitNotHeld] {
                let refused = |action: &&ActionKind| {
                    everybody().any(|(role, relation)| decided(phase, role, relation, action) == Decision::Refused(code))
                };
                let actions: Vec<_> = ActionKind::ALL.iter().filter(refused).map(|action| action.as_str()).collect();
                if !actions.is_empty() {
                    writeln!(text, "  {:<13} {code}: {}", resource.as_str(), actions.join(" ")).unwrap();
                }
            }
            for (role, relation) in everybody() {
                for action in ActionKind::ALL {
                    let (here, without) =
                        (decided(phase, role, relation, action), decided(Phase::NoVisit, role, relation, action));
                    assert!(here == without || without == Decision::Allowed, "a phase never adds a right");
                }
            }
        }
    }
    text
}

#[test]
fn phases_of_visits() {
    insta::assert_snapshot!(phases());
}

/// What a person's standing takes away from who decides about them.
fn standings() -> String {
    let mut text = String::new();
    for standing in Standing::ALL {
        let limits = Limits { standing, ..Limits::default() };
        writeln!(text, "{standing:?}").unwrap();
        for resource in ResourceKind::ALL {
            for action in ActionKind::ALL {
                let decided = |limits| decide(Role::Admin, &only(Some(Relation::SameClinic)), limits, *action, resource);
                if decided(limits) != decided(Limits::default()) {
                    writeln!(text, "  {} {}: {:?}", resource.as_str(), action.as_str(), decided(limits)).unwrap();
                }
            }
        }
    }
    text
}

#[test]
fn standings_of_people() {
    insta::assert_snapshot!(standings());
}

fn acting(role: Role, clinic: Option<ClinicId>) -> Acting {
    let doctor = (role == Role::Doctor).then(|| id::<DoctorId>(5));
    Acting { user: id::<UserId>(1), session: id::<SessionId>(2), role, clinic, patient: None, appointments_only: false, doctor }
}

#[test]
fn what_one_of_several_relations_allows_is_allowed() {
    let both: Relations = [Relation::Responsible, Relation::Treating].into_iter().collect();
    for (action, resource) in [(ActionKind::Write, ResourceKind::Note), (ActionKind::Create, ResourceKind::Allergy)] {
        assert_eq!(decide(Role::Doctor, &both, Limits::default(), action, resource), Decision::Allowed, "{resource:?}");
    }
    let facts = Facts { doctor: Some(id(5)), treating: true, ..Facts::default() };
    assert_eq!(Relations::between(&acting(Role::Doctor, None), &Facts { patient: Some(id(9)), ..facts }), both);
}

#[test]
fn a_guardian_who_sees_appointments_only_reads_nothing_of_the_record() {
    let guardian = |appointments_only| Acting { patient: Some(id(9)), appointments_only, ..acting(Role::Patient, None) };
    let of = |acting: &Acting, patient| Relations::between(acting, &Facts { patient: Some(id(patient)), ..Facts::default() });
    assert_eq!(of(&guardian(false), 9), only(Some(Relation::Own)));
    assert_eq!(of(&guardian(true), 9), only(Some(Relation::Guardian)));
    assert_eq!(of(&guardian(true), 8), only(None), "somebody else's patient");
    let account = Facts { user: Some(id(1)), ..Facts::default() };
    assert_eq!(Relations::between(&guardian(true), &account), only(Some(Relation::Own)), "the own account stays");
    for resource in ResourceKind::ALL.into_iter().filter(|kind| kind.is_clinical()) {
        assert!(scope(&guardian(true), resource).is_err(), "{resource:?}");
        assert!(scope(&guardian(false), resource).is_ok(), "{resource:?}");
        for action in ActionKind::ALL.iter().copied() {
            let decided = decide(Role::Patient, &only(Some(Relation::Guardian)), Limits::default(), action, resource);
            assert_eq!(decided, Decision::Hidden, "{resource:?} {action:?}");
        }
    }
    assert_eq!(scope(&guardian(true), ResourceKind::Appointment).unwrap().patient, Some(id(9)));
}

#[test]
fn a_role_at_a_clinic_covers_those_who_are_cared_for_there() {
    let (here, there): (ClinicId, ClinicId) = (id(3), id(4));
    let patient =
        |clinics: &[ClinicId]| Facts { patient: Some(id(9)), clinics: clinics.iter().copied().collect(), ..Facts::default() };
    let same = |clinic, facts| Relations::between(&acting(Role::Receptionist, clinic), &facts).contain(Relation::SameClinic);
    assert!(same(Some(here), patient(&[there, here])));
    assert!(!same(Some(here), patient(&[there])));
    assert!(same(None, patient(&[there])), "a role in all clinics");
    assert!(!same(None, patient(&[])), "a patient who is cared for nowhere");
}

#[test]
fn nobody_decides_about_somebody_of_a_higher_rank_or_for_another_clinic() {
    let (here, there): (ClinicId, ClinicId) = (id(3), id(4));
    let standing = |clinic, facts: Facts| Limits::of(&acting(Role::Admin, clinic), &facts).standing;
    let colleague = |rank, everywhere, clinics: &[ClinicId]| Facts {
        user: Some(id(9)),
        clinics: clinics.iter().copied().collect(),
        everywhere,
        rank,
        ..Facts::default()
    };
    assert_eq!(standing(Some(here), colleague(Rank::ClinicAdmin, false, &[here])), Standing::Within);
    assert_eq!(standing(Some(here), colleague(Rank::OrganisationAdmin, true, &[here])), Standing::Above);
    assert_eq!(standing(Some(here), colleague(Rank::Person, false, &[here, there])), Standing::Elsewhere);
    assert_eq!(standing(Some(here), colleague(Rank::Person, true, &[here])), Standing::Elsewhere);
    assert_eq!(standing(None, colleague(Rank::OrganisationAdmin, true, &[here, there])), Standing::Within);
    assert_eq!(standing(None, Facts { user: Some(id(1)), ..Facts::default() }), Standing::Oneself);
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
                appointments_only: false,
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
        let nobody = Acting {
            user: id::<UserId>(1),
            session: id::<SessionId>(2),
            role,
            clinic: None,
            patient: None,
            appointments_only: false,
            doctor: None,
        };
        assert!(scope(&nobody, ResourceKind::Appointment).is_err(), "{role:?}");
    }
}

#[test]
fn the_audit_log_and_the_state_of_the_system_are_for_admins_of_the_whole_organisation() {
    let admin = |clinic| Acting {
        user: id::<UserId>(1),
        session: id::<SessionId>(2),
        role: Role::Admin,
        clinic,
        patient: None,
        appointments_only: false,
        doctor: None,
    };
    for resource in [ResourceKind::AuditLog, ResourceKind::System] {
        assert_eq!(scope(&admin(None), resource).unwrap(), Scope::default());
        assert!(scope(&admin(Some(id::<ClinicId>(3))), resource).is_err());
    }
}
