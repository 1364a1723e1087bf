//! Vital signs: what is measured, in which units, within which limits, and the early-warning score that is made of them.
//!
//! Values are decimal numbers and exact: what was typed is kept with its unit, next to the same value in the canonical unit of its kind (UCUM).

mod alarm;
mod chart;
mod decimal;
mod growth;
mod kind;
mod news2;
mod typed;
mod views;

pub use alarm::{Alarm, Side, age_in_months, alarm, usual};
pub use chart::{Chart, ChartPoint, HEIGHT, LEFT, RIGHT, TOP, WIDTH};
pub use decimal::Decimal;
pub use growth::{Grown, Growth, GrowthChart, GrowthCurve, GrowthMeasure, GrowthPoint, Lms, percentile};
pub use kind::{Unit, VitalKind};
pub use news2::{Breathes, ClinicalRisk, Consciousness, NEWS2_FROM_MONTHS, News2, Observed, SaturationScale, news2};
pub use typed::{Measured, TypedVitals, Vitals};
pub use views::{IntakeItem, IntakeList, IntakePlace, IntakeView, MeasurementView, PatientMeasurements};
