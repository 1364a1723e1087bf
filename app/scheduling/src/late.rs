//! A doctor says that they run late.

use kit::failure::Failure;
use kit::forms::{Form, FormHandle, FormReply, FormValues, Keep, Posted};
use kit::parts::{Notice, NoticeKind, switch};
use kit::viewer::{use_locale, use_now, use_viewer};
use leptos::prelude::*;
use model::scheduling::LateBy;
use model::scheduling::views::DoctorDay;
use serde::{Deserialize, Serialize};
use words::say;

/// The pressed button of the form.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LateValues {
    /// By how many minutes; `0` for on time again.
    pub minutes: String,
}

impl FormValues for LateValues {
    const FORM: &'static str = "scheduling.late";
    const KEEP: Keep = Keep::Nowhere;
}

/// Tells today's patients that the doctor runs late, or is on time again.
///
/// # Errors
/// Minutes that are not one of the choices; `SignInNeeded`, `Forbidden`.
#[server(prefix = "/do", endpoint = "say-late")]
pub async fn say_late(
    /// The posted form.
    #[server(flatten)]
    form: Posted<LateValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::say_late(&form.values).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, LateBy, LateValues};
    use domain::scheduling::{self, TellLate};
    use kit::request::RequestContext;
    use model::errors::{FieldError, FieldFault};

    pub(super) async fn say_late(values: &LateValues) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let by = parse(&values.minutes).map_err(|fault| Failure::fields(vec![FieldError::new("minutes", fault)]))?;
        let command = TellLate { by, zone: request.viewer.zone_name().to_owned() };
        domain::error::retry(|| scheduling::tell_late(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::to("/doctor"))
    }

    fn parse(minutes: &str) -> Result<Option<LateBy>, FieldFault> {
        match minutes.parse() {
            Ok(0) => Ok(None),
            Ok(minutes) => LateBy::new(minutes).map(Some),
            Err(_) => Err(FieldFault::UnknownChoice),
        }
    }
}

/// Says what patients are told now, with the form that changes it folded below. It is shown for today only, and stays as it is while the day changes.
#[component]
pub(super) fn LateForm(
    /// The day.
    day: Signal<DoctorDay>,
    /// The form.
    form: FormHandle,
) -> impl IntoView {
    let l = use_locale();
    let (zone, now) = (use_viewer().zone_rules(), use_now());
    let is_today = Memo::new(move |_| day.with(|day| day.date) == zone.to_datetime(now.get()).date());
    let said = Memo::new(move |_| day.with(|day| day.late));
    let told = switch(
        move || said.get(),
        move |said| {
            said.map(|late| {
                view! {
                    <Notice kind=NoticeKind::Warn title=say!(l, scheduling.late.told, n = late.by.minutes())>
                        <p>{say!(l, scheduling.late.until)}</p>
                    </Notice>
                }
            })
        },
    );
    view! {
        <div class="stack" hidden=move || !is_today.get()>
            {told}
            <details>
                <summary>{say!(l, scheduling.late.title)}</summary>
                <Form form class="card">
                    <p>{say!(l, scheduling.late.lead)}</p>
                    <div class="row" role="group" aria-label=say!(l, scheduling.late.by)>
                        {LateBy::CHOICES
                            .map(|minutes| {
                                view! {
                                    <button type="submit" class="button plain" name="minutes" value=minutes.to_string()>
                                        {say!(l, scheduling.late.minutes, n = minutes)}
                                    </button>
                                }
                            })
                            .into_iter()
                            .collect_view()}
                        {move || said.get().is_some().then(|| view! {
                            <button type="submit" class="button" name="minutes" value="0">{say!(l, scheduling.late.on_time)}</button>
                        })}
                    </div>
                </Form>
            </details>
        </div>
    }
}
