//! What the caller is told, in which way, and when not.

use super::{
    Problem,
    callers::SignedIn,
    fields::{self, Fields, FromFields},
    payload::Body,
    problem::ErrorBody,
};
use axum::{Json, extract::State};
use domain::{
    Domain,
    error::retry,
    notifications::{self, SetNoticeChoices},
};
use model::notices::{NoticeChoices, NoticeSwitch};
use serde::Serialize;
use utoipa::ToSchema;

/// What the caller is told.
#[derive(Serialize, ToSchema)]
pub(super) struct ChosenNotices {
    /// What is switched off: `booked_mail`, `booked_app`, `booked_text`, `cancelled_mail`, `cancelled_text`, `moved_mail`, `moved_text`, `offered_text`, `reminder_mail`, `reminder_text`, `reminder_app`, `message_mail`, `message_app`, `prescription_mail`, `prescription_app`,
    /// `visit_push`, `reminder_push`, `message_push`, `prescription_push`.
    #[schema(value_type = Vec<String>)]
    off: Vec<NoticeSwitch>,
    /// When the quiet hours begin, in the time zone of the account; null without quiet hours.
    #[schema(example = "22:00")]
    quiet_from: Option<String>,
    /// When they end.
    #[schema(example = "07:00")]
    quiet_until: Option<String>,
    /// The version, which a change must name; 0 while nothing was chosen.
    version: i32,
}

impl From<NoticeChoices> for ChosenNotices {
    fn from(choices: NoticeChoices) -> Self {
        let NoticeChoices { off, quiet, version } = choices;
        Self {
            off,
            quiet_from: quiet.map(|quiet| quiet.from.to_string()),
            quiet_until: quiet.map(|quiet| quiet.until.to_string()),
            version,
        }
    }
}

/// Other choices. They take the place of all former ones.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "off": ["reminder_text"], "quiet_from": "22:00", "quiet_until": "07:00", "version": 0 }))]
pub(super) struct OtherNotices {
    /// What is switched off.
    #[schema(value_type = Vec<String>)]
    off: Vec<NoticeSwitch>,
    /// When the quiet hours begin.
    quiet_from: Option<String>,
    /// When they end.
    quiet_until: Option<String>,
    /// The version that the change is based on. If the current version differs, nothing is changed.
    version: i32,
}

impl FromFields for OtherNotices {
    fn read(fields: &mut Fields) -> Option<Self> {
        let off = fields.required_words("off", NoticeSwitch::parse);
        let quiet_from = fields.optional("quiet_from", fields::line);
        let quiet_until = fields.optional("quiet_until", fields::line);
        let version = fields.required_number("version");
        Some(Self { off: off?, quiet_from, quiet_until, version: version? })
    }
}

/// Gets which messages the caller gets, in which way, and the quiet hours.
#[utoipa::path(
    get, path = "/me/notice-choices", tag = "people", operation_id = "get_notice_choices",
    responses((status = 200, description = "The choices.", body = ChosenNotices))
)]
pub(super) async fn get(State(domain): State<Domain>, SignedIn(access): SignedIn) -> Result<Json<ChosenNotices>, Problem> {
    Ok(Json(retry(|| notifications::notice_choices(&domain, &access)).await?.into()))
}

/// Sets which messages the caller gets, in which way, and the quiet hours.
///
/// Sign-ins and changes of the account are always told, and cancelled and moved visits always in the app.
#[utoipa::path(
    put, path = "/me/notice-choices", tag = "people", operation_id = "set_notice_choices", request_body = OtherNotices,
    responses(
        (status = 200, description = "The new choices.", body = ChosenNotices),
        (status = 409, description = "`request.stale`: the choices have been changed since that version.", body = ErrorBody),
    )
)]
pub(super) async fn set(
    State(domain): State<Domain>,
    SignedIn(access): SignedIn,
    Body(request): Body<OtherNotices>,
) -> Result<Json<ChosenNotices>, Problem> {
    let OtherNotices { off, quiet_from, quiet_until, version } = request;
    // One of the two without the other is named as missing by the domain.
    let quiet = (quiet_from.is_some() || quiet_until.is_some())
        .then(|| (quiet_from.unwrap_or_default(), quiet_until.unwrap_or_default()));
    let command = SetNoticeChoices { off, quiet, version };
    Ok(Json(retry(|| notifications::set_notice_choices(&domain, &access, command.clone())).await?.into()))
}
