//! How a child grows: a drawing with the curves of the percentiles and a table with all compared values, so that nothing is said by the drawing alone.

use kit::parts::{Column, Detail, Moment, Table};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::vitals::{Growth, GrowthChart, GrowthCurve, GrowthMeasure, GrowthPoint, HEIGHT, LEFT, RIGHT, WIDTH};
use words::{Locale, say};

/// Days in a month of age, in sixteenths: 30.4375.
const SIXTEENTHS_OF_MONTH: i32 = 487;

/// The charts of what was measured of a child or a young person.
#[component]
pub(super) fn GrowthCharts(growth: Growth, is_own: bool) -> impl IntoView {
    let l = use_locale();
    let Growth { has_sex, charts } = growth;
    if !has_sex {
        let text = if is_own { say!(l, records.growth.no_sex_own) } else { say!(l, records.growth.no_sex) };
        return view! { <h2>{say!(l, records.growth.title)}</h2> <p class="quiet">{text}</p> }.into_any();
    }
    if charts.is_empty() {
        return ().into_any();
    }
    let charts: Vec<_> = charts.into_iter().map(|chart| view! { <Curves chart/> }).collect();
    view! {
        <h2>{say!(l, records.growth.title)}</h2>
        <p>{say!(l, records.growth.lead)}</p>
        <div class="charts">{charts}</div>
        <p class="quiet">{say!(l, records.growth.source)}</p>
    }
    .into_any()
}

fn measure_name(l: Locale, measure: GrowthMeasure) -> &'static str {
    match measure {
        GrowthMeasure::Weight => say!(l, records.growth.weight),
        GrowthMeasure::Height => say!(l, records.growth.height),
        GrowthMeasure::Bmi => say!(l, records.growth.bmi),
    }
}

/// The age in words: months for the first two years, then years and months.
fn age_text(l: Locale, age_days: i32) -> String {
    let months = age_days * 16 / SIXTEENTHS_OF_MONTH;
    if months < 24 {
        return say!(l, records.growth.months, months = months.to_string());
    }
    say!(l, records.growth.years, years = (months / 12).to_string(), months = (months % 12).to_string())
}

/// The percentile with one digit after the comma. Nobody is below all children or above all of them.
fn percentile_text(per_mille: i32) -> String {
    match per_mille {
        ..=0 => "< 0.1".to_owned(),
        1000.. => "> 99.9".to_owned(),
        between => format!("{}.{}", between / 10, between % 10),
    }
}

fn z_text(hundredths: i32) -> String {
    let (sign, size) = (if hundredths < 0 { "−" } else { "" }, hundredths.unsigned_abs());
    format!("{sign}{}.{:02}", size / 100, size % 100)
}

#[component]
fn Curves(chart: GrowthChart) -> impl IntoView {
    let l = use_locale();
    let GrowthChart { measure, curves, lines, ages, in_years, points } = chart;
    let heading = measure_name(l, measure);
    let (title_id, text_id) = (format!("growth-{measure}-title"), format!("growth-{measure}-text"));
    let described = points.last().map(|newest| {
        let (age, percentile) = (age_text(l, newest.age_days), percentile_text(newest.per_mille));
        say!(l, records.growth.described, age = age, value = newest.value.shortest().to_string(), percentile = percentile)
    });
    let frame = format!("0 0 {WIDTH} {HEIGHT}");
    let lines: Vec<_> = lines
        .into_iter()
        .map(|(y, number)| {
            let (left, right, number_x, number_y) =
                (LEFT.to_string(), RIGHT.to_string(), (LEFT - 8).to_string(), (y + 4).to_string());
            view! {
                <line class="grid" x1=left x2=right y1=y.to_string() y2=y.to_string()></line>
                <text class="tick" x=number_x y=number_y text-anchor="end">{number}</text>
            }
        })
        .collect();
    let below = (HEIGHT - 20).to_string();
    let ages: Vec<_> = ages
        .into_iter()
        .map(|(x, age)| {
            view! { <text class="tick" x=x.to_string() y=below.clone() text-anchor="middle">{age.to_string()}</text> }
        })
        .collect();
    let curves: Vec<_> = curves
        .into_iter()
        .map(|GrowthCurve { percentile, path, end }| {
            let class = if percentile == 50 { "reference middle" } else { "reference" };
            let (x, y) = ((RIGHT - 2).to_string(), (end - 3).to_string());
            view! {
                <polyline class=class points=path></polyline>
                <text class="tick" x=x y=y text-anchor="end">{percentile.to_string()}</text>
            }
        })
        .collect();
    let marks: Vec<_> = points
        .iter()
        .filter_map(|point| point.at)
        .map(|(x, y)| view! { <circle class="usual" cx=x.to_string() cy=y.to_string() r="4"></circle> })
        .collect();
    let axis = if in_years { say!(l, records.growth.in_years) } else { say!(l, records.growth.in_months) };
    let (axis_x, axis_y) = (RIGHT.to_string(), (HEIGHT - 4).to_string());
    view! {
        <figure class="chart">
            <figcaption>{heading}</figcaption>
            <svg viewBox=frame role="img" aria-labelledby=format!("{title_id} {text_id}")>
                <title id=title_id.clone()>{heading}</title>
                <desc id=text_id.clone()>{described}</desc>
                {lines}
                {ages}
                {curves}
                {marks}
                <text class="tick" x=axis_x y=axis_y text-anchor="end">{axis}</text>
            </svg>
        </figure>
        <Compared heading points/>
    }
    .into_any()
}

/// All compared values of a measure, the newest first.
#[component]
fn Compared(heading: &'static str, points: Vec<GrowthPoint>) -> impl IntoView {
    let l = use_locale();
    let rows: Vec<GrowthPoint> = points.into_iter().rev().collect();
    let columns = vec![
        Column::name(say!(l, records.vitals.taken), |point: &GrowthPoint| {
            view! { <Moment at=point.taken_at detail=Detail::Day/> }
        }),
        Column::text(say!(l, records.growth.age), move |point: &GrowthPoint| age_text(l, point.age_days)),
        Column::number(heading, |point: &GrowthPoint| point.value.shortest().to_string()),
        Column::number(say!(l, records.growth.percentile), |point: &GrowthPoint| percentile_text(point.per_mille)),
        Column::number(say!(l, records.growth.z_score), |point: &GrowthPoint| z_text(point.z_hundredths)),
    ];
    view! { <Table columns rows caption=heading empty_title="" empty_text=""/> }.into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_and_z_scores_are_written_with_their_digits() {
        assert_eq!([0, 1, 25, 500, 999, 1000].map(percentile_text), ["< 0.1", "0.1", "2.5", "50.0", "99.9", "> 99.9"]);
        assert_eq!([-205, -7, 0, 123].map(z_text), ["−2.05", "−0.07", "0.00", "1.23"]);
    }
}
