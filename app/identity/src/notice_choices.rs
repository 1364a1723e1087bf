//! What the user is told, in which way, and when not.

use super::push::{PushPart, load_push};
use kit::failure::Failure;
use kit::forms::{Form, FormReply, FormValues, Posted, SubmitButton, use_form};
use kit::parts::{Checkbox, Choice, Notice, NoticeKind, PageTitle, SelectField, loaded};
use kit::viewer::use_locale;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;
use model::notices::{NoticeChoices, NoticeSwitch};
use serde::{Deserialize, Serialize};
use words::{Locale, say};

/// What the two selections show before there are quiet hours.
const USUAL: (&str, &str) = ("22:00", "07:00");

/// The values of the form. A box that is ticked is `true`; one that is not ticked is empty.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct NoticeChoicesValues {
    /// Mails about bookings.
    pub booked_mail: String,
    /// Notices in the app about bookings.
    pub booked_app: String,
    /// Text messages about bookings.
    pub booked_text: String,
    /// Mails about cancelled visits.
    pub cancelled_mail: String,
    /// Text messages about cancelled visits.
    pub cancelled_text: String,
    /// Mails about moved visits.
    pub moved_mail: String,
    /// Text messages about moved visits.
    pub moved_text: String,
    /// Text messages about offered times.
    pub offered_text: String,
    /// Mails that remind of visits.
    pub reminder_mail: String,
    /// Text messages that remind of visits.
    pub reminder_text: String,
    /// Notices in the app that remind of visits.
    pub reminder_app: String,
    /// Mails about messages.
    pub message_mail: String,
    /// Notices in the app about messages.
    pub message_app: String,
    /// Mails about prescriptions.
    pub prescription_mail: String,
    /// Notices in the app about prescriptions.
    pub prescription_app: String,
    /// Push messages about visits that are booked, moved or cancelled.
    pub visit_push: String,
    /// Push messages that remind of visits.
    pub reminder_push: String,
    /// Push messages about messages.
    pub message_push: String,
    /// Push messages about prescriptions.
    pub prescription_push: String,
    /// Whether there are quiet hours.
    pub quiet: String,
    /// When they begin.
    pub quiet_from: String,
    /// When they end.
    pub quiet_until: String,
}

impl FormValues for NoticeChoicesValues {
    const FORM: &'static str = "identity.notice_choices";
}

impl NoticeChoicesValues {
    fn of(choices: &NoticeChoices) -> Self {
        let on = |switch: NoticeSwitch| if choices.off.contains(&switch) { String::new() } else { "true".to_owned() };
        let (from, until) = choices
            .quiet
            .map_or((USUAL.0.to_owned(), USUAL.1.to_owned()), |quiet| (quiet.from.to_string(), quiet.until.to_string()));
        Self {
            booked_mail: on(NoticeSwitch::BookedMail),
            booked_app: on(NoticeSwitch::BookedApp),
            booked_text: on(NoticeSwitch::BookedText),
            cancelled_mail: on(NoticeSwitch::CancelledMail),
            cancelled_text: on(NoticeSwitch::CancelledText),
            moved_mail: on(NoticeSwitch::MovedMail),
            moved_text: on(NoticeSwitch::MovedText),
            offered_text: on(NoticeSwitch::OfferedText),
            reminder_mail: on(NoticeSwitch::ReminderMail),
            reminder_text: on(NoticeSwitch::ReminderText),
            reminder_app: on(NoticeSwitch::ReminderApp),
            message_mail: on(NoticeSwitch::MessageMail),
            message_app: on(NoticeSwitch::MessageApp),
            prescription_mail: on(NoticeSwitch::PrescriptionMail),
            prescription_app: on(NoticeSwitch::PrescriptionApp),
            visit_push: on(NoticeSwitch::VisitPush),
            reminder_push: on(NoticeSwitch::ReminderPush),
            message_push: on(NoticeSwitch::MessagePush),
            prescription_push: on(NoticeSwitch::PrescriptionPush),
            quiet: if choices.quiet.is_some() { "true".to_owned() } else { String::new() },
            quiet_from: from,
            quiet_until: until,
        }
    }

    #[cfg(feature = "ssr")]
    fn is_on(&self, switch: NoticeSwitch) -> bool {
        let value = match switch {
            NoticeSwitch::BookedMail => &self.booked_mail,
            NoticeSwitch::BookedApp => &self.booked_app,
            NoticeSwitch::BookedText => &self.booked_text,
            NoticeSwitch::CancelledMail => &self.cancelled_mail,
            NoticeSwitch::CancelledText => &self.cancelled_text,
            NoticeSwitch::MovedMail => &self.moved_mail,
            NoticeSwitch::MovedText => &self.moved_text,
            NoticeSwitch::OfferedText => &self.offered_text,
            NoticeSwitch::ReminderMail => &self.reminder_mail,
            NoticeSwitch::ReminderText => &self.reminder_text,
            NoticeSwitch::ReminderApp => &self.reminder_app,
            NoticeSwitch::MessageMail => &self.message_mail,
            NoticeSwitch::MessageApp => &self.message_app,
            NoticeSwitch::PrescriptionMail => &self.prescription_mail,
            NoticeSwitch::PrescriptionApp => &self.prescription_app,
            NoticeSwitch::VisitPush => &self.visit_push,
            NoticeSwitch::ReminderPush => &self.reminder_push,
            NoticeSwitch::MessagePush => &self.message_push,
            NoticeSwitch::PrescriptionPush => &self.prescription_push,
        };
        value == "true"
    }
}

/// Loads what the user has chosen.
///
/// # Errors
/// `SignInNeeded`.
#[server(prefix = "/do", endpoint = "load-notice-choices")]
pub async fn load_notice_choices() -> Result<NoticeChoices, Failure> {
    let request = kit::request::RequestContext::require()?;
    kit::request::call(|| domain::notifications::notice_choices(&request.domain, &request.access)).await
}

/// Saves what the user chooses.
///
/// # Errors
/// Wrong fields; `Stale`; `SignInNeeded`.
#[server(prefix = "/do", endpoint = "set-notice-choices")]
pub async fn set_notice_choices(
    /// The posted form.
    #[server(flatten)]
    form: Posted<NoticeChoicesValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::set(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{Failure, FormReply, NoticeChoicesValues, NoticeSwitch, Posted};
    use domain::{error::retry, notifications};
    use kit::request::RequestContext;

    pub(super) async fn set(form: &Posted<NoticeChoicesValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let version = form.version()?;
        let values = &form.values;
        let command = notifications::SetNoticeChoices {
            off: NoticeSwitch::ALL.iter().copied().filter(|switch| !values.is_on(*switch)).collect(),
            quiet: (values.quiet == "true").then(|| (values.quiet_from.clone(), values.quiet_until.clone())),
            version,
        };
        retry(|| notifications::set_notice_choices(&request.domain, &request.access, command.clone())).await?;
        Ok(FormReply::fresh("/account/notices?saved=choices"))
    }
}

/// The label of a switch.
fn label(l: Locale, switch: NoticeSwitch) -> &'static str {
    match switch {
        NoticeSwitch::BookedMail => say!(l, identity.notice_choices.booked_mail),
        NoticeSwitch::BookedApp => say!(l, identity.notice_choices.booked_app),
        NoticeSwitch::BookedText => say!(l, identity.notice_choices.booked_text),
        NoticeSwitch::CancelledMail => say!(l, identity.notice_choices.cancelled_mail),
        NoticeSwitch::CancelledText => say!(l, identity.notice_choices.cancelled_text),
        NoticeSwitch::MovedMail => say!(l, identity.notice_choices.moved_mail),
        NoticeSwitch::MovedText => say!(l, identity.notice_choices.moved_text),
        NoticeSwitch::OfferedText => say!(l, identity.notice_choices.offered_text),
        NoticeSwitch::ReminderMail => say!(l, identity.notice_choices.reminder_mail),
        NoticeSwitch::ReminderText => say!(l, identity.notice_choices.reminder_text),
        NoticeSwitch::ReminderApp => say!(l, identity.notice_choices.reminder_app),
        NoticeSwitch::MessageMail => say!(l, identity.notice_choices.message_mail),
        NoticeSwitch::MessageApp => say!(l, identity.notice_choices.message_app),
        NoticeSwitch::PrescriptionMail => say!(l, identity.notice_choices.prescription_mail),
        NoticeSwitch::PrescriptionApp => say!(l, identity.notice_choices.prescription_app),
        NoticeSwitch::VisitPush => say!(l, identity.notice_choices.visit_push),
        NoticeSwitch::ReminderPush => say!(l, identity.notice_choices.reminder_push),
        NoticeSwitch::MessagePush => say!(l, identity.notice_choices.message_push),
        NoticeSwitch::PrescriptionPush => say!(l, identity.notice_choices.prescription_push),
    }
}

/// The half hours of a day, and the chosen time if it is not one of them.
fn times(other: &str) -> Vec<Choice> {
    let mut times: Vec<String> = (0..24).flat_map(|hour| [format!("{hour:02}:00"), format!("{hour:02}:30")]).collect();
    if !times.iter().any(|time| time == other) {
        times.push(other.to_owned());
        times.sort();
    }
    times.into_iter().map(|time| Choice { value: time.clone(), label: time, hint: None }).collect()
}

/// The page `/account/notices/settings`.
#[component]
pub fn NoticeChoicesPage() -> impl IntoView {
    let l = use_locale();
    let refused = use_query_map().with_untracked(|address| address.get("push").is_some());
    let choices = Resource::new_blocking(|| (), |()| load_notice_choices());
    let push = Resource::new_blocking(|| (), |()| load_push());
    let form = NoticeSwitch::ALL
        .iter()
        .fold(use_form::<SetNoticeChoices, NoticeChoicesValues>(), |form, switch| {
            form.optional(switch.as_str(), label(l, *switch))
        })
        .optional("quiet", say!(l, identity.notice_choices.quiet))
        .field("quiet_from", say!(l, identity.notice_choices.quiet_from), say!(l, identity.notice_choices.quiet_missing))
        .field("quiet_until", say!(l, identity.notice_choices.quiet_until), say!(l, identity.notice_choices.quiet_missing));
    view! {
        <PageTitle text=say!(l, identity.notice_choices.title)/>
        <div class="lead">
            <h1>{say!(l, identity.notice_choices.title)}</h1>
            <p>{say!(l, identity.notice_choices.lead)}</p>
        </div>
        {refused.then(|| view! { <Notice kind=NoticeKind::Bad title=say!(l, identity.push.refused)/> })}
        {loaded(choices, move |choices| {
            let values = NoticeChoicesValues::of(&choices);
            let form = form.editing(&values, choices.version.into());
            let (from, until) = (times(&values.quiet_from), times(&values.quiet_until));
            view! {
                <Form form class="card">
                    <Checkbox name="booked_mail"/>
                    <Checkbox name="booked_app"/>
                    <Checkbox name="booked_text"/>
                    <Checkbox name="cancelled_mail"/>
                    <Checkbox name="cancelled_text"/>
                    <Checkbox name="moved_mail"/>
                    <Checkbox name="moved_text"/>
                    <Checkbox name="offered_text"/>
                    <Checkbox name="reminder_mail"/>
                    <Checkbox name="reminder_text"/>
                    <Checkbox name="reminder_app"/>
                    <Checkbox name="message_mail"/>
                    <Checkbox name="message_app"/>
                    <Checkbox name="prescription_mail"/>
                    <Checkbox name="prescription_app"/>
                    <Checkbox name="visit_push"/>
                    <Checkbox name="reminder_push"/>
                    <Checkbox name="message_push"/>
                    <Checkbox name="prescription_push"/>
                    <p>{say!(l, identity.notice_choices.always)}</p>
                    <Checkbox name="quiet"/>
                    <p class="quiet">{say!(l, identity.notice_choices.quiet_hint)}</p>
                    <div class="two">
                        <SelectField name="quiet_from" choices=from.clone()/>
                        <SelectField name="quiet_until" choices=until.clone()/>
                    </div>
                    <div class="row">
                        <SubmitButton label=say!(l, identity.notice_choices.submit)/>
                    </div>
                </Form>
            }
        })}
        <PushPart settings=push/>
        <p><a href="/account/notices">{say!(l, common.notices.title)}</a></p>
    }
}
