//! What a limited token may do: the scopes of personal tokens, of apps and of service accounts. A scope only narrows what the user may do in their role.

use crate::{errors::FieldFault, wire::words};
use std::collections::BTreeSet;

words! {
    /// One thing that a limited token may do.
    ApiScope {
        /// See the own account, contact data, family and profile.
        AccountRead = "account:read",
        /// Change them.
        AccountWrite = "account:write",
        /// See appointments.
        AppointmentsRead = "appointments:read",
        /// Book and cancel appointments, and keep visit types.
        AppointmentsWrite = "appointments:write",
        /// See a patient's own record: blood type, pharmacy, insurance.
        RecordsRead = "records:read",
        /// Change it.
        RecordsWrite = "records:write",
        /// See prescriptions.
        PrescriptionsRead = "prescriptions:read",
        /// See visits and their ratings, and join the call.
        VisitsRead = "visits:read",
        /// Rate visits, and answer ratings.
        VisitsWrite = "visits:write",
        /// See the patients of a clinic.
        PatientsRead = "patients:read",
        /// Register and correct the patients of a clinic.
        PatientsWrite = "patients:write",
        /// See clinics, specialties, licences and staff.
        OrganisationRead = "organisation:read",
        /// Change them.
        OrganisationWrite = "organisation:write",
    }
}

impl ApiScope {
    /// Parses the scopes that somebody chose: at least one, each known, none twice.
    ///
    /// # Errors
    /// `Missing` when there is none; `UnknownChoice`.
    pub fn parse_all<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Vec<Self>, FieldFault> {
        let scopes: BTreeSet<Self> = texts.into_iter().map(Self::parse).collect::<Result<_, _>>()?;
        if scopes.is_empty() { Err(FieldFault::Missing) } else { Ok(scopes.into_iter().collect()) }
    }

    /// Reads scopes that are stored. One that this version does not know is left out, so the token may do less and never more.
    #[must_use]
    pub fn stored(texts: &[String]) -> Vec<Self> {
        texts.iter().filter_map(|text| Self::parse(text).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_known_and_there_is_one() {
        let two = [ApiScope::AccountRead, ApiScope::AppointmentsRead];
        assert_eq!(ApiScope::parse_all(["appointments:read", "account:read", "account:read"]), Ok(two.to_vec()));
        assert_eq!(ApiScope::parse_all([]), Err(FieldFault::Missing));
        assert_eq!(ApiScope::parse_all(["everything"]), Err(FieldFault::UnknownChoice));
        assert_eq!(ApiScope::stored(&["everything".to_owned(), "account:read".to_owned()]), [ApiScope::AccountRead]);
    }
}
