//! What is measured of a patient: the pages of nurses, doctors and patients, the form, the course over time, and the intake before a visit.

mod chart;
mod form;
mod growth;
mod intake;
mod list;

pub use form::{AddMeasurements, MeasurementValues, add_measurements};
pub use intake::{IntakePage, IntakesPage, LoadIntake, LoadIntakes, load_intake, load_intakes};
pub use list::{
    DoctorMeasurementsPage, ListMeasurements, OwnMeasurementsPage, WardMeasurementsPage, WithdrawMeasurements,
    WithdrawMeasurementsValues, list_measurements, withdraw_measurements,
};
