//! What was measured at one time: each value with its unit, what is beyond its limits said in words, and the early-warning score.

use super::{Tag, TagKind};
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::vitals::{Alarm, ClinicalRisk, Decimal, Measured, MeasurementView, News2, Side, Unit, VitalKind};
use words::{Locale, say};

/// The values, one to a line, and the early-warning score. Nobody says anything about a value that is within its limits.
#[component]
pub fn VitalLines(
    /// What was measured.
    view: MeasurementView,
) -> impl IntoView {
    let l = use_locale();
    let MeasurementView { vitals, alarms, news2, .. } = view;
    let lines: Vec<_> = vitals
        .values
        .into_iter()
        .map(|measured| {
            let alarm = alarms.iter().find(|alarm| alarm.kind == measured.kind).map(|alarm| alarm_tag(l, *alarm));
            view! { <li>{kind_name(l, measured.kind)} ": " <strong>{value_text(l, &measured)}</strong> {alarm}</li> }
        })
        .collect();
    let score = news2.map(|score| view! { <li><ScoreLine score/></li> });
    view! {
        <ul>
            {lines}
            {score}
        </ul>
    }
    .into_any()
}

/// The early-warning score: the sum, what it asks for, and whether one parameter alone has 3 points.
#[component]
pub fn ScoreLine(
    /// The score.
    score: News2,
) -> impl IntoView {
    let l = use_locale();
    let (kind, text) = match score.risk() {
        ClinicalRisk::Low => (TagKind::Plain, say!(l, common.vitals.risk_low)),
        ClinicalRisk::LowMedium => (TagKind::Warn, say!(l, common.vitals.risk_low_medium)),
        ClinicalRisk::Medium => (TagKind::Warn, say!(l, common.vitals.risk_medium)),
        ClinicalRisk::High => (TagKind::Bad, say!(l, common.vitals.risk_high)),
    };
    let single = score.has_single_trigger().then(|| view! { <br/> <small>{say!(l, common.vitals.single_trigger)}</small> });
    view! {
        {say!(l, common.vitals.news2)} ": " <strong class="num">{score.aggregate().to_string()}</strong> " "
        <Tag kind text/>
        {single}
    }
    .into_any()
}

fn alarm_tag(l: Locale, alarm: Alarm) -> AnyView {
    view! { " " <Tag kind=TagKind::Bad text=side_name(l, alarm.side)/> }.into_any()
}

/// "too low" or "too high".
#[must_use]
pub fn side_name(l: Locale, side: Side) -> &'static str {
    match side {
        Side::Low => say!(l, common.vitals.low),
        Side::High => say!(l, common.vitals.high),
    }
}

/// The name of what is measured.
#[must_use]
pub fn kind_name(l: Locale, kind: VitalKind) -> &'static str {
    match kind {
        VitalKind::Systolic => say!(l, common.vitals.systolic),
        VitalKind::Diastolic => say!(l, common.vitals.diastolic),
        VitalKind::Pulse => say!(l, common.vitals.pulse),
        VitalKind::Temperature => say!(l, common.vitals.temperature),
        VitalKind::Saturation => say!(l, common.vitals.saturation),
        VitalKind::Breathing => say!(l, common.vitals.breathing),
        VitalKind::Weight => say!(l, common.vitals.weight),
        VitalKind::Height => say!(l, common.vitals.height),
        VitalKind::Pain => say!(l, common.vitals.pain),
        VitalKind::Glucose => say!(l, common.vitals.glucose),
    }
}

/// A unit as people write it.
#[must_use]
pub fn unit_name(l: Locale, unit: Unit) -> &'static str {
    match unit {
        Unit::MmHg => say!(l, common.vitals.mmhg),
        Unit::PerMinute => say!(l, common.vitals.per_minute),
        Unit::Celsius => say!(l, common.vitals.celsius),
        Unit::Fahrenheit => say!(l, common.vitals.fahrenheit),
        Unit::Percent => say!(l, common.vitals.percent),
        Unit::Kilogram => say!(l, common.vitals.kilogram),
        Unit::Pound => say!(l, common.vitals.pound),
        Unit::Centimetre => say!(l, common.vitals.centimetre),
        Unit::Inch => say!(l, common.vitals.feet_inches),
        Unit::Score => say!(l, common.vitals.of_ten),
        Unit::MmolPerLitre => say!(l, common.vitals.mmol),
        Unit::MgPerDecilitre => say!(l, common.vitals.mg),
    }
}

/// A value as it was typed, with the canonical one behind it when that is another: "100.4 °F (38 °C)".
#[must_use]
pub fn value_text(l: Locale, measured: &Measured) -> String {
    let typed = with_unit(l, measured.value, measured.unit);
    let canonical = measured.kind.unit();
    if canonical == measured.unit {
        return typed;
    }
    format!("{typed} ({})", with_unit(l, measured.canonical.shortest(), canonical))
}

/// A number with its unit.
#[must_use]
pub fn with_unit(l: Locale, value: Decimal, unit: Unit) -> String {
    if unit == Unit::Inch {
        let feet = value.in_steps(0).div_euclid(12);
        // A half inch is not rounded up into the next foot.
        let feet = if Decimal::whole(feet * 12) > value { feet - 1 } else { feet };
        let inches = value.plus(-12 * feet).shortest().to_string();
        return say!(l, common.vitals.feet_and_inches, feet = feet.to_string(), inches = inches);
    }
    format!("{value} {}", unit_name(l, unit))
}
