//! What a limited token may do, in plain words.

use crate::{Locale, say};
use model::scopes::ApiScope;

/// What a program with this scope may do, as the end of the sentence "It may …".
#[must_use]
pub fn scope_name(l: Locale, scope: ApiScope) -> &'static str {
    match scope {
        ApiScope::AccountRead => say!(l, common.scope.account_read),
        ApiScope::AccountWrite => say!(l, common.scope.account_write),
        ApiScope::AppointmentsRead => say!(l, common.scope.appointments_read),
        ApiScope::AppointmentsWrite => say!(l, common.scope.appointments_write),
        ApiScope::RecordsRead => say!(l, common.scope.records_read),
        ApiScope::RecordsWrite => say!(l, common.scope.records_write),
        ApiScope::PrescriptionsRead => say!(l, common.scope.prescriptions_read),
        ApiScope::VisitsRead => say!(l, common.scope.visits_read),
        ApiScope::VisitsWrite => say!(l, common.scope.visits_write),
        ApiScope::PatientsRead => say!(l, common.scope.patients_read),
        ApiScope::PatientsWrite => say!(l, common.scope.patients_write),
        ApiScope::OrganisationRead => say!(l, common.scope.organisation_read),
        ApiScope::OrganisationWrite => say!(l, common.scope.organisation_write),
    }
}
