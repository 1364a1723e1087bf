//! Descriptions of the actions in the audit log. The page also shows the code, so an action without a description is still readable.

use words::{Locale, say};

/// Returns the description of an action; `None` for a code that has none here.
pub(super) fn action_words(l: Locale, action: &str) -> Option<&'static str> {
    actions(l).into_iter().find(|(code, _)| *code == action).map(|(_, words)| words)
}

/// Every code with its description, in the order of the codes.
pub(super) fn actions(l: Locale) -> [(&'static str, &'static str); 69] {
    [
        ("access.refused", say!(l, admin.actions.access_refused)),
        ("audit.browsed", say!(l, admin.actions.audit_browsed)),
        ("backup.restored", say!(l, admin.actions.backup_restored)),
        ("chat.message_sent", say!(l, admin.actions.chat_message_sent)),
        ("chat.opened", say!(l, admin.actions.chat_opened)),
        ("demo.filled", say!(l, admin.actions.demo_filled)),
        ("directory.application_revised", say!(l, admin.actions.directory_application_revised)),
        ("directory.application_viewed", say!(l, admin.actions.directory_application_viewed)),
        ("directory.contact_corrected", say!(l, admin.actions.directory_contact_corrected)),
        ("directory.doctor_applied", say!(l, admin.actions.directory_doctor_applied)),
        ("directory.doctor_refused", say!(l, admin.actions.directory_doctor_refused)),
        ("directory.doctor_verified", say!(l, admin.actions.directory_doctor_verified)),
        ("directory.person_viewed", say!(l, admin.actions.directory_person_viewed)),
        ("directory.user_restored", say!(l, admin.actions.directory_user_restored)),
        ("directory.user_suspended", say!(l, admin.actions.directory_user_suspended)),
        ("identity.confirmation_resent", say!(l, admin.actions.identity_confirmation_resent)),
        ("identity.email_confirmed", say!(l, admin.actions.identity_email_confirmed)),
        ("identity.name_corrected", say!(l, admin.actions.identity_name_corrected)),
        ("identity.other_sessions_ended", say!(l, admin.actions.identity_other_sessions_ended)),
        ("identity.password_changed", say!(l, admin.actions.identity_password_changed)),
        ("identity.password_reset", say!(l, admin.actions.identity_password_reset)),
        ("identity.reset_requested", say!(l, admin.actions.identity_reset_requested)),
        ("identity.role_changed", say!(l, admin.actions.identity_role_changed)),
        ("identity.session_ended", say!(l, admin.actions.identity_session_ended)),
        ("identity.sign_up_repeated", say!(l, admin.actions.identity_sign_up_repeated)),
        ("identity.signed_in", say!(l, admin.actions.identity_signed_in)),
        ("identity.signed_up", say!(l, admin.actions.identity_signed_up)),
        ("identity.token_reused", say!(l, admin.actions.identity_token_reused)),
        ("identity.tokens_issued", say!(l, admin.actions.identity_tokens_issued)),
        ("identity.tokens_refreshed", say!(l, admin.actions.identity_tokens_refreshed)),
        ("notifications.dead_mails_replayed", say!(l, admin.actions.notifications_dead_mails_replayed)),
        ("prescriptions.cancelled", say!(l, admin.actions.prescriptions_cancelled)),
        ("prescriptions.discarded", say!(l, admin.actions.prescriptions_discarded)),
        ("prescriptions.draft_read", say!(l, admin.actions.prescriptions_draft_read)),
        ("prescriptions.item_added", say!(l, admin.actions.prescriptions_item_added)),
        ("prescriptions.item_edited", say!(l, admin.actions.prescriptions_item_edited)),
        ("prescriptions.item_moved", say!(l, admin.actions.prescriptions_item_moved)),
        ("prescriptions.item_removed", say!(l, admin.actions.prescriptions_item_removed)),
        ("prescriptions.listed", say!(l, admin.actions.prescriptions_listed)),
        ("prescriptions.printed", say!(l, admin.actions.prescriptions_printed)),
        ("prescriptions.read", say!(l, admin.actions.prescriptions_read)),
        ("prescriptions.reviewed", say!(l, admin.actions.prescriptions_reviewed)),
        ("prescriptions.signed", say!(l, admin.actions.prescriptions_signed)),
        ("records.allergy_added", say!(l, admin.actions.records_allergy_added)),
        ("records.allergy_ended", say!(l, admin.actions.records_allergy_ended)),
        ("records.consult_read", say!(l, admin.actions.records_consult_read)),
        ("records.diagnoses_replaced", say!(l, admin.actions.records_diagnoses_replaced)),
        ("records.note_saved", say!(l, admin.actions.records_note_saved)),
        ("records.summary_read", say!(l, admin.actions.records_summary_read)),
        ("records.visit_summary_read", say!(l, admin.actions.records_visit_summary_read)),
        ("scheduling.appointment_booked", say!(l, admin.actions.scheduling_appointment_booked)),
        ("scheduling.appointment_cancelled", say!(l, admin.actions.scheduling_appointment_cancelled)),
        ("scheduling.appointment_read", say!(l, admin.actions.scheduling_appointment_read)),
        ("scheduling.appointments_listed", say!(l, admin.actions.scheduling_appointments_listed)),
        ("scheduling.day_read", say!(l, admin.actions.scheduling_day_read)),
        ("scheduling.exception_added", say!(l, admin.actions.scheduling_exception_added)),
        ("scheduling.exception_removed", say!(l, admin.actions.scheduling_exception_removed)),
        ("scheduling.hold_released", say!(l, admin.actions.scheduling_hold_released)),
        ("scheduling.hours_read", say!(l, admin.actions.scheduling_hours_read)),
        ("scheduling.hours_replaced", say!(l, admin.actions.scheduling_hours_replaced)),
        ("scheduling.time_held", say!(l, admin.actions.scheduling_time_held)),
        ("scheduling.week_read", say!(l, admin.actions.scheduling_week_read)),
        ("visits.ended", say!(l, admin.actions.visits_ended)),
        ("visits.joined", say!(l, admin.actions.visits_joined)),
        ("visits.patient_admitted", say!(l, admin.actions.visits_patient_admitted)),
        ("visits.patient_arrived", say!(l, admin.actions.visits_patient_arrived)),
        ("visits.patient_left", say!(l, admin.actions.visits_patient_left)),
        ("visits.read", say!(l, admin.actions.visits_read)),
        ("visits.waiting_read", say!(l, admin.actions.visits_waiting_read)),
    ]
}

/// The prefixes of codes by which the log can be filtered, each with its name.
pub(super) fn action_areas(l: Locale) -> [(&'static str, &'static str); 12] {
    [
        ("identity.", say!(l, admin.areas.identity)),
        ("directory.", say!(l, admin.areas.directory)),
        ("scheduling.", say!(l, admin.areas.scheduling)),
        ("visits.", say!(l, admin.areas.visits)),
        ("chat.", say!(l, admin.areas.chat)),
        ("records.", say!(l, admin.areas.records)),
        ("prescriptions.", say!(l, admin.areas.prescriptions)),
        ("notifications.", say!(l, admin.areas.notifications)),
        ("audit.", say!(l, admin.areas.audit)),
        ("access.", say!(l, admin.areas.access)),
        ("backup.", say!(l, admin.areas.backup)),
        ("demo.", say!(l, admin.areas.demo)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, path::Path};

    /// Every action that a use case of the domain writes has a description.
    #[test]
    fn every_action_of_the_domain_has_words() {
        let mut missing = Vec::new();
        written(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../domain/src"), &mut missing);
        missing.retain(|action| action_words(Locale::en, action).is_none());
        assert!(missing.is_empty(), "add words to admin.json and here for {missing:?}");
    }

    #[test]
    fn every_action_is_in_one_area() {
        for (action, _) in actions(Locale::en) {
            assert_eq!(action_areas(Locale::en).iter().filter(|(area, _)| action.starts_with(area)).count(), 1, "{action}");
        }
    }

    fn written(folder: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).expect("the domain's sources are there") {
            let path = entry.expect("a file").path();
            if path.is_dir() {
                written(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let source = fs::read_to_string(&path).expect("a source file");
                for marker in ["Audit::of(\"", "Audit::read(\""] {
                    let parts = source.split(marker).skip(1).filter_map(|rest| rest.split('"').next());
                    found.extend(parts.map(str::to_owned));
                }
            }
        }
    }
}
