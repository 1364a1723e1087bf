//! The patient for whom a form was opened. A user may act for several patients, and their session may be switched to another one in another tab while a form
//! is open: text about the first patient must not be saved to the second. So each form says for whom it was opened, and the server refuses it while the session
//! acts for somebody else (`RequestContext::require`). Nothing is lost: the text stays in the form, also in the one that is shown again
//! without wasm, and the form still says for whom it is.

use serde::{Deserialize, Deserializer};

/// Reads the hidden input. On the server it also puts the value into the request's context, before the use case is called.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let opened_for = String::deserialize(deserializer)?;
    #[cfg(feature = "ssr")]
    leptos::prelude::provide_context(OpenedFor(opened_for.clone()));
    Ok(opened_for)
}

/// The patient for whom the posted form was opened, as text; empty when its user acted for nobody.
#[cfg(feature = "ssr")]
#[derive(Clone)]
pub(crate) struct OpenedFor(String);

#[cfg(feature = "ssr")]
impl OpenedFor {
    /// Whether the caller acts for somebody else now. False when the session has ended, because the user must sign in first.
    pub(crate) fn is_another(&self, access: &domain::access::Access) -> bool {
        let Ok(acting) = access.acting() else { return false };
        !self.0.is_empty() && acting.patient.is_none_or(|patient| patient.to_string() != self.0)
    }
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use domain::access::{Access, Acting, Actor};
    use model::access::Role;

    fn id<T: From<uuid::Uuid>>(number: u128) -> T {
        uuid::Uuid::from_u128(number).into()
    }

    #[test]
    fn a_form_belongs_to_the_patient_for_whom_it_was_opened() {
        let acts_for = |patient: Option<u128>| {
            let patient = patient.map(id);
            let acting = Acting {
                user: id(1),
                session: id(2),
                role: Role::Patient,
                clinic: None,
                patient,
                appointments_only: false,
                doctor: None,
            };
            Access::new(Actor::User(acting), id(3))
        };
        let opened_for = |number: u128| OpenedFor(id::<model::ids::PatientId>(number).to_string());
        assert!(!opened_for(7).is_another(&acts_for(Some(7))));
        assert!(opened_for(7).is_another(&acts_for(Some(8))));
        assert!(opened_for(7).is_another(&acts_for(None)), "the user acts in another role now");
        assert!(!OpenedFor(String::new()).is_another(&acts_for(Some(8))));
        assert!(!opened_for(7).is_another(&Access::new(Actor::Stranger, id(3))), "the session has ended");
    }
}
