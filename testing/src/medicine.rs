//! A medicine of a prescription.

use model::prescriptions::TypedMedicine;

/// A medicine as a doctor types it, with nothing wrong in it: 21 capsules of 500 mg for a week, and one refill.
#[must_use]
pub fn medicine(name: &str) -> TypedMedicine {
    TypedMedicine {
        medicine: name.to_owned(),
        strength: "500 mg".to_owned(),
        form: "capsule".to_owned(),
        dose: "1 capsule".to_owned(),
        route: "by mouth".to_owned(),
        frequency: "three times a day".to_owned(),
        duration: "7 days".to_owned(),
        quantity: "21 capsules".to_owned(),
        refills: "1".to_owned(),
        note: String::new(),
    }
}
