//! The system status page.

#[cfg(feature = "ssr")]
use super::relay::RelayReading;
use jiff::Timestamp;
use kit::failure::Failure;
use kit::forms::FormReply;
use kit::parts::{Card, Column, Detail, Moment, Notice, NoticeKind, PageTitle, Table, ZoneNote, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::health::{DeadEvent, HealthFault, HealthParts, HealthReport, MOST_COUNTED, RelayFigures};
use server_fn::ServerFn as _;
use words::{Locale, say};

/// Loads the status of all parts of the system.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "load-health")]
pub async fn load_health() -> Result<HealthReport, Failure> {
    let request = kit::request::RequestContext::require()?;
    let relay = RelayReading::now();
    kit::request::call(|| domain::health::report(&request.domain, &request.access, relay)).await
}

/// Queues all dead mails for sending again.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "replay-dead-mails")]
pub async fn replay_dead_mails() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::notifications::replay_dead_mails(&request.domain, &request.access)).await;
    let next = if outcome.is_ok() { "/admin/health" } else { "/trouble" };
    kit::request::see_other(next);
    Ok(FormReply::fresh(next))
}

/// Puts the events that were set aside back, so that they are passed on again.
///
/// # Errors
/// `Forbidden` for a user who is not an administrator.
#[server(prefix = "/do", endpoint = "replay-dead-events")]
pub async fn replay_dead_events() -> Result<FormReply, Failure> {
    let request = kit::request::RequestContext::require()?;
    let outcome = domain::error::retry(|| domain::outbox::replay_dead_events(&request.domain, &request.access)).await;
    let next = if outcome.is_ok() { "/admin/health" } else { "/trouble" };
    kit::request::see_other(next);
    Ok(FormReply::fresh(next))
}

/// The list of faults as sentences; nothing when there are none.
pub(super) fn faults_list(l: Locale, faults: &[HealthFault]) -> impl IntoView + use<> {
    let items: Vec<_> = faults
        .iter()
        .map(|fault| match fault {
            HealthFault::DatabaseUnreachable => say!(l, admin.health.database_unreachable),
            HealthFault::SchemaOld => say!(l, admin.health.schema_old),
            HealthFault::DispatcherStuck => say!(l, admin.health.dispatcher_stuck),
            HealthFault::SealingLate => say!(l, admin.health.sealing_late),
            HealthFault::ListenerLost => say!(l, admin.health.listener_lost),
            HealthFault::EventsSetAside => say!(l, admin.health.events_set_aside),
            HealthFault::StateUnknown => say!(l, admin.health.state_unknown),
        })
        .map(|text| view! { <li>{text}</li> })
        .collect();
    (!items.is_empty()).then(|| view! { <ul>{items}</ul> })
}

/// The system status page.
#[component]
pub fn HealthPage() -> impl IntoView {
    let l = use_locale();
    let report = Resource::new_blocking(|| (), |()| load_health());
    view! {
        <PageTitle text=say!(l, admin.health.title)/>
        <h1>{say!(l, admin.health.title)}</h1>
        {loaded(report, |report| view! { <Report report/> })}
    }
}

#[component]
fn Report(report: HealthReport) -> impl IntoView {
    let l = use_locale();
    let faults = report.faults();
    let verdict = if faults.is_empty() {
        view! { <Notice kind=NoticeKind::Good title=say!(l, admin.health.well)/> }.into_any()
    } else {
        view! { <Notice kind=NoticeKind::Bad title=say!(l, admin.health.ill)>{faults_list(l, &faults)}</Notice> }.into_any()
    };
    let latency = report.database_micros.map_or_else(
        || say!(l, admin.health.no_answer).to_owned(),
        |micros| say!(l, admin.health.milliseconds, n = format!("{}.{}", micros / 1_000, micros % 1_000 / 100)),
    );
    let known = report.parts.is_some();
    let schema = if report.schema_current { say!(l, admin.health.schema_current) } else { say!(l, admin.health.schema_old) };
    view! {
        {verdict}
        <p class="quiet">{say!(l, admin.health.read_at)} " " <Moment at=report.at detail=Detail::DayAndTime/></p>
        <ZoneNote/>
        <div class="two">
            <Card title=say!(l, admin.health.database)>
                <dl class="facts">
                    <dt>{say!(l, admin.health.answers_in)}</dt>
                    <dd>{latency}</dd>
                    <dt>{say!(l, admin.health.schema)}</dt>
                    <dd>{schema}</dd>
                </dl>
            </Card>
            {report.parts.map(|parts| view! { <Parts parts/> })}
            <Card title=say!(l, admin.health.relay)>
                {match report.relay {
                    Some(figures) => relay_facts(l, figures).into_any(),
                    None => view! { <p>{say!(l, admin.health.relay_elsewhere)}</p> }.into_any(),
                }}
            </Card>
        </div>
        {known.then(|| view! { <DeadEvents events=report.dead_events/> })}
    }
}

#[component]
fn Parts(parts: HealthParts) -> impl IntoView {
    let l = use_locale();
    let dead = parts.mails_dead > 0;
    view! {
        <Card title=say!(l, admin.health.queue)>
            <dl class="facts">
                <dt>{say!(l, admin.health.events_waiting)}</dt>
                <dd>{counted(l, parts.events_waiting)} {since(l, parts.oldest_event_at)}</dd>
                <dt>{say!(l, admin.health.events_dead)}</dt>
                <dd>{counted(l, parts.events_dead)}</dd>
                <dt>{say!(l, admin.health.jobs_waiting)}</dt>
                <dd>{counted(l, parts.jobs_waiting)}</dd>
                <dt>{say!(l, admin.health.jobs_failed)}</dt>
                <dd>{counted(l, parts.jobs_failed)}</dd>
            </dl>
        </Card>
        <Card title=say!(l, admin.health.mail)>
            <dl class="facts">
                <dt>{say!(l, admin.health.mails_queued)}</dt>
                <dd>{counted(l, parts.mails_queued)} {since(l, parts.oldest_mail_at)}</dd>
                <dt>{say!(l, admin.health.mails_dead)}</dt>
                <dd>{counted(l, parts.mails_dead)}</dd>
            </dl>
            {dead.then(|| view! {
                <p>{say!(l, admin.health.dead)}</p>
                <form method="post" action=ReplayDeadMails::url()>
                    <button type="submit" class="button">{say!(l, admin.health.replay)}</button>
                </form>
            })}
        </Card>
        <Card title=say!(l, admin.health.audit)>
            <dl class="facts">
                <dt>{say!(l, admin.audit.seals)}</dt>
                <dd>{parts.seals.seals}</dd>
                <dt>{say!(l, admin.audit.unsealed_rows)}</dt>
                <dd>{counted(l, parts.seals.unsealed)} {since(l, parts.seals.oldest_unsealed_at)}</dd>
            </dl>
        </Card>
    }
}

/// The events that were set aside, and the button that puts them back.
#[component]
fn DeadEvents(events: Vec<DeadEvent>) -> impl IntoView {
    let l = use_locale();
    let any = !events.is_empty();
    let columns = vec![
        Column::name(say!(l, admin.health.dead_event_kind), |event: &DeadEvent| event.kind.clone()),
        Column::text(say!(l, admin.health.dead_event_at), |event: &DeadEvent| view! { <Moment at=event.at/> }),
        Column::number(say!(l, admin.health.dead_event_tries), |event: &DeadEvent| event.tries),
        Column::text(say!(l, admin.health.dead_event_cause), |event: &DeadEvent| event.cause.clone()),
    ];
    view! {
        {any.then(|| view! { <h2>{say!(l, admin.health.events_dead)}</h2> })}
        <Table
            columns
            rows=events
            caption=say!(l, admin.health.dead_events_newest)
            empty_title=say!(l, admin.health.no_dead_events_title)
            empty_text=say!(l, admin.health.no_dead_events)
        />
        {any.then(|| view! {
            <p>{say!(l, admin.health.dead_events)}</p>
            <form method="post" action=ReplayDeadEvents::url()>
                <button type="submit" class="button">{say!(l, admin.health.replay_events)}</button>
            </form>
        })}
    }
}

/// A count that ends at [`MOST_COUNTED`].
fn counted(l: Locale, count: i64) -> String {
    if count < MOST_COUNTED { count.to_string() } else { say!(l, admin.health.at_least, n = count) }
}

fn since(l: Locale, at: Option<Timestamp>) -> impl IntoView {
    at.map(|at| {
        view! {
            <span class="quiet">", " {say!(l, admin.health.oldest)} " " <Moment at detail=Detail::Short/></span>
        }
    })
}

fn relay_facts(l: Locale, figures: RelayFigures) -> impl IntoView {
    view! {
        <dl class="facts">
            <dt>{say!(l, admin.health.relay_now)}</dt>
            <dd>{figures.allocations}</dd>
            <dt>{say!(l, admin.health.relay_made)}</dt>
            <dd>{figures.allocations_made}</dd>
            <dt>{say!(l, admin.health.relay_bytes)}</dt>
            <dd>{say!(l, admin.health.megabytes, n = figures.bytes_relayed / 1_000_000)}</dd>
            <dt>{say!(l, admin.health.relay_refused)}</dt>
            <dd>{figures.refused}</dd>
        </dl>
    }
}
