//! Two records next to each other, and the form that merges them.

use kit::forms::{Form, FormHandle, SubmitButton};
use kit::parts::time::{date_of_birth, names};
use kit::parts::{Choice, Column, MomentRange, Notice, NoticeKind, Radios, Table, TextArea, TextField, ZoneNote, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::directory::{Country, MergingView, RecordView};
use model::identity::TypedAddress;
use model::text::direction::isolated;
use words::{Locale, say};

/// One line of the comparison.
struct Line {
    label: &'static str,
    first: String,
    second: String,
}

/// The comparison, and the form if nothing holds the merge back.
#[component]
pub(super) fn Comparison(records: MergingView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let MergingView { first, second, overlaps, is_busy } = records;
    let may_merge = overlaps.is_empty() && !is_busy;
    let ranges: Vec<_> = overlaps
        .into_iter()
        .map(|(one, other)| {
            view! { <li><MomentRange range=one with_day=true/> " · " <MomentRange range=other with_day=true/></li> }
        })
        .collect();
    let overlapping = (!ranges.is_empty()).then(|| {
        view! {
            <Notice kind=NoticeKind::Warn title=say!(l, errors.code.merge_overlap)>
                <ZoneNote/>
                <ul>{ranges}</ul>
            </Notice>
        }
    });
    let busy = is_busy.then(|| view! { <Notice kind=NoticeKind::Warn title=say!(l, errors.code.merge_busy)/> });
    let columns = vec![
        Column::name(say!(l, admin.merging.detail), |line: &Line| line.label),
        Column::text(first.number.clone(), |line: &Line| said(&line.first)),
        Column::text(second.number.clone(), |line: &Line| said(&line.second)),
    ];
    let rows = lines(l, &first, &second);
    view! {
        <p>{say!(l, admin.merging.compare_lead)}</p>
        <Table
            columns
            rows
            caption=say!(l, admin.merging.both)
            empty_title=say!(l, admin.merging.none_title)
            empty_text=say!(l, admin.merging.none)
        />
        {overlapping}
        {busy}
        {may_merge.then(|| view! { <Decision first second form/> })}
        <p><a href="/admin/merging">{say!(l, admin.merging.back)}</a></p>
    }
    .into_any()
}

#[component]
fn Decision(first: RecordView, second: RecordView, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let survivors: Vec<Choice> = [&first, &second]
        .into_iter()
        .map(|record| Choice {
            value: record.id.to_string(),
            label: record.number.clone(),
            hint: Some(isolated(&record.name).into_owned()),
        })
        .collect();
    let details = differing(l, &first, &second);
    let two_accounts = first.has_account && second.has_account;
    let ids = [first.id.to_string(), first.version.to_string(), second.id.to_string(), second.version.to_string()];
    let [one, one_seen, other, other_seen] = ids;
    view! {
        <Form form class="card">
            <h2>{say!(l, admin.merging.merge)}</h2>
            {two_accounts.then(|| view! { <p>{say!(l, admin.merging.two_accounts)}</p> })}
            <input type="hidden" name="first" value=one.clone()/>
            <input type="hidden" name="first_seen" value=one_seen.clone()/>
            <input type="hidden" name="second" value=other.clone()/>
            <input type="hidden" name="second_seen" value=other_seen.clone()/>
            <Radios name="survivor" hint=say!(l, admin.merging.survivor_hint) choices=survivors.clone()/>
            {details.clone().into_iter().map(|(name, choices)| view! { <Radios name=name choices=choices/> }).collect_view()}
            <TextArea name="reason" hint=say!(l, admin.merging.reason_hint)/>
            <TextField name="confirmation" hint=say!(l, admin.merging.confirmation_hint) width="medium"/>
            <div class="row"><SubmitButton label=say!(l, admin.merging.submit) class="bad"/></div>
        </Form>
    }
    .into_any()
}

/// The details that differ, each with its two values to choose from.
fn differing(l: Locale, first: &RecordView, second: &RecordView) -> Vec<(&'static str, Vec<Choice>)> {
    let choices = |shown: &dyn Fn(&RecordView) -> String| {
        let choice = |record: &RecordView| Choice {
            value: record.id.to_string(),
            label: isolated(&or_none(l, shown(record))).into_owned(),
            hint: Some(record.number.clone()),
        };
        vec![choice(first), choice(second)]
    };
    let parts = [
        ("name", first.same_name(second), choices(&full_name)),
        (
            "date_of_birth",
            first.date_of_birth == second.date_of_birth,
            choices(&|record: &RecordView| date_of_birth(names(l), record.date_of_birth)),
        ),
        ("phone", first.phone == second.phone, choices(&|record: &RecordView| record.phone.clone().unwrap_or_default())),
        ("address", first.address == second.address, choices(&address)),
    ];
    parts.into_iter().filter(|(_, is_same, _)| !is_same).map(|(name, _, choices)| (name, choices)).collect()
}

/// What is compared: the details, and how many entries belong to each record.
fn lines(l: Locale, first: &RecordView, second: &RecordView) -> Vec<Line> {
    let text = |label: &'static str, shown: &dyn Fn(&RecordView) -> String| Line {
        label,
        first: or_none(l, shown(first)),
        second: or_none(l, shown(second)),
    };
    let count = |label: &'static str, count: &dyn Fn(&RecordView) -> i64| Line {
        label,
        first: count(first).to_string(),
        second: count(second).to_string(),
    };
    let account = |record: &RecordView| {
        if record.has_account { say!(l, admin.merging.yes).to_owned() } else { say!(l, admin.merging.no).to_owned() }
    };
    vec![
        text(say!(l, admin.merging.name), &full_name),
        text(say!(l, admin.merging.birth), &|record: &RecordView| date_of_birth(names(l), record.date_of_birth)),
        text(say!(l, admin.merging.phone), &|record: &RecordView| record.phone.clone().unwrap_or_default()),
        text(say!(l, admin.merging.address), &address),
        text(say!(l, admin.merging.account), &account),
        count(say!(l, admin.merging.appointments), &|record: &RecordView| record.holdings.appointments),
        count(say!(l, admin.merging.visits), &|record: &RecordView| record.holdings.visits),
        count(say!(l, admin.merging.notes), &|record: &RecordView| record.holdings.notes),
        count(say!(l, admin.merging.prescriptions), &|record: &RecordView| record.holdings.prescriptions),
        count(say!(l, admin.merging.allergies), &|record: &RecordView| record.holdings.allergies),
        count(say!(l, admin.merging.consents), &|record: &RecordView| record.holdings.consents),
        count(say!(l, admin.merging.documents), &|record: &RecordView| record.holdings.documents),
        count(say!(l, admin.merging.representatives), &|record: &RecordView| record.holdings.representatives),
        count(say!(l, admin.merging.ratings), &|record: &RecordView| record.holdings.ratings),
    ]
}

fn or_none(l: Locale, text: String) -> String {
    if text.is_empty() { say!(l, admin.merging.empty).to_owned() } else { text }
}

/// The name, with its Latin form if there is one.
fn full_name(record: &RecordView) -> String {
    match &record.latin_name {
        Some(latin) => format!("{} ({latin})", record.name),
        None => record.name.clone(),
    }
}

/// The address on one line; empty if there is none.
fn address(record: &RecordView) -> String {
    let Some(TypedAddress { line_1, line_2, town, postcode, country }) = &record.address else { return String::new() };
    let country = Country::parse(country).map(|country| country.name().to_owned()).unwrap_or_default();
    let parts = [line_1, line_2, postcode, town, &country];
    parts.into_iter().filter(|part| !part.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}
