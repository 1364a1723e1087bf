//! The administrators' portal: applications, people, the audit log, the system status. It shows no clinical content.

// Views are deeply nested types: a whole page is one type.
#![recursion_limit = "256"]
// The Leptos macros generate `pub` items next to each component and server function.
#![allow(unreachable_pub)]

words::catalogue!();

mod access_questions;
mod actions;
mod application;
mod applications;
mod apps;
mod audit;
mod break_glass;
mod clinics;
mod credentials;
mod decision;
mod decision_more;
mod deleted;
mod deliveries;
mod delivery_kinds;
mod different;
mod doctor_specialties;
mod documents;
mod health;
mod holds;
mod joining;
mod languages;
mod licences;
mod merged;
mod merging;
mod overview;
mod people;
mod person;
mod ratings;
mod relay;
mod second_factor;
mod service_accounts;
mod specialties;
mod staff;
mod suspension;

pub use access_questions::{
    AccessQuestionsPage, AnswerAccessQuestion, AnswerValues, LoadAccessQuestions, answer_access_question, load_access_questions,
};
pub use application::{ApplicationPage, LoadApplication, load_application};
pub use applications::{ApplicationsPage, LoadApplications, load_applications};
pub use apps::{AppValues, AppsPage, EndApp, EndAppValues, LoadApps, RegisterApp, ShownApps, end_app, load_apps, register_app};
#[cfg(feature = "ssr")]
pub use audit::log_filter;
pub use audit::{
    AuditAsked, AuditPage, FindInLog, FindInLogValues, LoadAudit, LogChoices, ShownLog, TypedNames, export_note, find_in_log,
    load_audit,
};
pub use break_glass::{EmergenciesPage, LoadEmergencies, ReviewEmergency, ReviewValues, load_emergencies, review_emergency};
pub use clinics::{
    AddCareGroup, CareGroupMemberValues, CareGroupValues, CareGroupsPage, EndCareGroup, EndCareGroupValues, LoadCareGroups,
    PutIntoCareGroup, RemoveFromCareGroup, RemoveFromCareGroupValues, add_care_group, end_care_group, load_care_groups,
    put_into_care_group, remove_from_care_group,
};
pub use clinics::{
    AddClosure, ClinicPage, ClinicValues, ClinicsPage, ClosureValues, CreateClinic, EditClinic, EditClinicPage, LoadClinic,
    LoadClinicLogo, LoadClinics, NewClinicPage, RemoveClinicLogo, RemoveClosure, ReopenValues, add_closure, create_clinic,
    edit_clinic, load_clinic, load_clinic_logo, load_clinics, remove_clinic_logo, remove_closure,
};
pub use clinics::{AddRoom, EndRoom, EndRoomValues, LoadRooms, RoomNameValues, RoomsPage, add_room, end_room, load_rooms};
pub use clinics::{
    ClinicMessagesPage, LoadMessageRetention, MessageRetentionValues, SetMessageRetention, load_message_retention,
    set_message_retention,
};
pub use clinics::{LoadMassBoard, MassMessageValues, MassMessagesPage, SendMassMessage, load_mass_board, send_mass_message};
pub use credentials::{LoadCredentials, load_credentials};
pub use decision::{
    ApprovePage, ApproveValues, DecideApproval, DecideRefusal, LoadDecision, RefusePage, RefuseValues, ToDecide, decide_approval,
    decide_refusal, load_decision,
};
pub use decision_more::{AskForMore, AskForMorePage, AskForMoreValues, ask_for_more};
pub use deleted::{
    BringBackAccount, BringBackValues, DeletedAccountsPage, LoadDeletedAccounts, bring_back_account, load_deleted_accounts,
};
pub use deliveries::{
    DeliveriesAsked, DeliveriesPage, LoadDeliveries, RepeatDelivery, RepeatValues, load_deliveries, repeat_delivery,
};
pub use different::{
    DifferentPage, DifferentValues, LoadDifferent, SayDifferent, TakeBackDifferent, TakeBackValues, load_different,
    say_different, take_back_different,
};
pub use doctor_specialties::{
    ChangeDoctorSpecialties, DoctorSpecialtiesPage, DoctorSpecialtiesValues, LoadDoctorSpecialties, change_doctor_specialties,
    load_doctor_specialties,
};
pub use documents::{
    DocumentsPage, LoadDocuments, NewDocumentPage, PublishDocument, PublishValues, load_documents, publish_document,
};
pub use health::{HealthPage, LoadHealth, ReplayDeadEvents, ReplayDeadMails, load_health, replay_dead_events, replay_dead_mails};
pub use holds::{ChangeFileHold, FileHoldsPage, HoldValues, LoadFileHolds, change_file_hold, load_file_holds};
pub use joining::{JoinClinic, JoinClinicValues, join_clinic};
pub use languages::{
    ChooseLanguages, LanguagesPage, LanguagesValues, LoadManagedLanguages, choose_languages, load_managed_languages,
};
pub use licences::{
    DoctorLicencesPage, LicenceDecisionValues, LicenceReviewPage, LoadLicence, LoadLicences, ReviewLicence, ToReview,
    load_licence, load_licences, review_licence,
};
pub use merged::{LoadMerged, MergedPage, SeparateRecords, SeparateValues, load_merged, separate_records};
pub use merging::{
    LoadMerging, MergeRecords, MergeValues, Merging, MergingPage, PickRecords, PickValues, load_merging, merge_records,
    pick_records,
};
pub use overview::{LoadOverview, Overview, OverviewPage, load_overview};
pub use people::{FindPeople, FindPeopleValues, FoundPeople, LoadPeople, PeopleAsked, PeoplePage, find_people, load_people};
pub use person::{LoadPerson, PersonPage, load_person};
pub use ratings::{HideRating, HideValues, RatingsPage, hide_rating};
pub use relay::RelayReading;
pub use second_factor::{
    AskReset, LoadSecondFactorOf, PersonFactor, PersonFactorPage, ResetValues, ask_reset, load_second_factor_of,
};
pub use service_accounts::{
    EndServiceAccount, LoadServiceAccounts, MakeServiceAccount, RenewServiceToken, ServiceAccountValues, ServiceAccountsPage,
    ServiceValues, ShownServiceAccounts, end_service_account, load_service_accounts, make_service_account, renew_service_token,
};
pub use specialties::{
    AddSpecialty, EditSpecialty, LoadManagedSpecialties, LoadSpecialty, NewSpecialtyValues, SpecialtiesPage, SpecialtyPage,
    SpecialtyValues, add_specialty, edit_specialty, load_managed_specialties, load_specialty,
};
pub use staff::{
    ChangeRole, EndRole, EndRoleValues, ImportStaff, ImportStaffPage, InvitationsPage, InviteStaff, InviteValues,
    LoadInvitations, LoadRole, LoadRoles, LoadStaffFile, RolePage, RoleValues, RolesAsked, RolesPage, SendInvitation,
    SettleValues, ShownInvitations, StaffFile, StaffFileValues, WithdrawInvitation, change_role, end_role, import_staff,
    invite_staff, load_invitations, load_role, load_roles, load_staff_file, send_invitation, withdraw_invitation,
};
pub use suspension::{ReasonValues, Restore, RestorePage, Suspend, SuspendPage, restore, suspend};

use kit::parts::TagKind;
use model::directory::ApplicationStatus;
use words::{Locale, say};

/// The word for an application's status.
fn status_name(l: Locale, status: ApplicationStatus) -> &'static str {
    match status {
        ApplicationStatus::Applied => say!(l, common.doctor.applied),
        ApplicationStatus::Verified => say!(l, common.doctor.verified),
        ApplicationStatus::Refused => say!(l, common.doctor.refused),
        ApplicationStatus::MoreAsked => say!(l, common.doctor.more_asked),
    }
}

const fn status_tag(status: ApplicationStatus) -> TagKind {
    match status {
        ApplicationStatus::Applied | ApplicationStatus::MoreAsked => TagKind::Warn,
        ApplicationStatus::Verified => TagKind::Good,
        ApplicationStatus::Refused => TagKind::Plain,
    }
}
