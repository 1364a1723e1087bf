//! The course of one kind of measurement, as a drawing with its text. The table with all values stands below it, so that nothing is said by the drawing alone.

use jiff::Timestamp;
use kit::parts::time::names;
use kit::parts::vitals::{kind_name, unit_name, with_unit};
use kit::viewer::{use_locale, use_viewer};
use leptos::prelude::*;
use model::format::date_time_short;
use model::vitals::{Chart, ChartPoint, Decimal, HEIGHT, LEFT, MeasurementView, RIGHT, VitalKind, WIDTH, usual};
use words::say;

/// How far a corner of the mark of an unusual value is from its middle.
const MARK: i64 = 6;

/// The courses of all kinds that were measured at least twice.
#[component]
pub(super) fn Courses(
    /// The measurements, the newest first.
    items: Vec<MeasurementView>,
    /// The age of the patient in completed months, for the usual range.
    age_months: i32,
) -> impl IntoView {
    let drawings: Vec<_> = VitalKind::ALL
        .iter()
        .copied()
        .filter_map(|kind| {
            let measured =
                items.iter().rev().filter_map(|item| item.vitals.get(kind).map(|value| (item.taken_at, value.canonical)));
            let values: Vec<_> = measured.collect();
            let chart = Chart::of(&values, usual(kind, age_months))?;
            Some(view! { <Course kind chart values age_months/> })
        })
        .collect();
    view! { <div class="charts">{drawings}</div> }.into_any()
}

#[component]
fn Course(kind: VitalKind, chart: Chart, values: Vec<(Timestamp, Decimal)>, age_months: i32) -> impl IntoView {
    let l = use_locale();
    let (zone, names) = (use_viewer().zone_rules(), names(l));
    let heading = format!("{} ({})", kind_name(l, kind), unit_name(l, kind.unit()));
    let day = |at: Option<&(Timestamp, Decimal)>| at.map(|(at, _)| date_time_short(*at, &zone, names));
    let (first, last) = (day(values.first()).unwrap_or_default(), day(values.last()).unwrap_or_default());
    let newest = values.last().map(|(_, value)| with_unit(l, value.shortest(), kind.unit())).unwrap_or_default();
    let range = usual(kind, age_months).map(|(low, high)| {
        let (low, high) = (low.shortest().to_string(), high.shortest().to_string());
        say!(l, records.vitals.usual_range, low = low, high = high)
    });
    let count = values.len().to_string();
    let described = say!(l, records.vitals.described, count = count, first = first.clone(), last = last.clone(), newest = newest);
    let described = format!("{described} {}", range.clone().unwrap_or_default());
    let (title_id, text_id) = (format!("chart-{kind}-title"), format!("chart-{kind}-text"));
    let frame = format!("0 0 {WIDTH} {HEIGHT}");
    let band = chart.band.map(|(top, height)| {
        let (left, width) = (LEFT.to_string(), (RIGHT - LEFT).to_string());
        view! { <rect class="band" x=left y=top.to_string() width=width height=height.to_string()></rect> }
    });
    let lines: Vec<_> = chart
        .lines
        .iter()
        .map(|(y, number)| {
            let (left, right, number_x, number_y) =
                (LEFT.to_string(), RIGHT.to_string(), (LEFT - 8).to_string(), (y + 4).to_string());
            view! {
                <line class="grid" x1=left x2=right y1=y.to_string() y2=y.to_string()></line>
                <text class="tick" x=number_x y=number_y text-anchor="end">{number.clone()}</text>
            }
        })
        .collect();
    let path = chart.path();
    let marks: Vec<_> = chart.points.iter().map(|point| mark(*point)).collect();
    let (below, right) = ((HEIGHT - 12).to_string(), RIGHT.to_string());
    view! {
        <figure class="chart">
            <figcaption>{heading.clone()}</figcaption>
            <svg viewBox=frame role="img" aria-labelledby=format!("{title_id} {text_id}")>
                <title id=title_id.clone()>{heading}</title>
                <desc id=text_id.clone()>{described}</desc>
                {band}
                {lines}
                <polyline class="course" points=path></polyline>
                {marks}
                <text class="tick" x=LEFT.to_string() y=below.clone()>{first}</text>
                <text class="tick" x=right y=below text-anchor="end">{last}</text>
            </svg>
            {range.map(|range| view! { <p class="quiet">{range} " " {say!(l, records.vitals.marks)}</p> })}
        </figure>
    }
    .into_any()
}

/// A dot for a usual value and a triangle for one outside of the usual range, so that the shape says it and not the colour.
fn mark(point: ChartPoint) -> AnyView {
    let ChartPoint { x, y, is_usual } = point;
    if is_usual {
        return view! { <circle class="usual" cx=x.to_string() cy=y.to_string() r="4"></circle> }.into_any();
    }
    let corners = format!("{x},{} {},{} {},{}", y - MARK, x - MARK, y + MARK, x + MARK, y + MARK);
    view! { <polygon class="unusual" points=corners></polygon> }.into_any()
}
