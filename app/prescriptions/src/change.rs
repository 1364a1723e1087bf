//! Changes of a draft by buttons: move a medicine up or down, remove it, discard the whole draft.

use kit::failure::Failure;
use kit::forms::{FormReply, FormValues, Keep, Posted};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// The values of the form around the buttons.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ChangeValues {
    /// The prescription's id.
    pub prescription: String,
    /// The visit's id, for the page to return to.
    pub encounter: String,
    /// The value of the button: `up`, `down` or `remove`, a colon, the medicine's id; or `discard:`.
    pub change: String,
}

impl FormValues for ChangeValues {
    const FORM: &'static str = "prescriptions.change";
    const KEEP: Keep = Keep::Nowhere;
}

/// Changes a draft.
///
/// # Errors
/// `Stale`, `PrescriptionFrozen`, `NotFound`, `Forbidden`.
#[server(prefix = "/do", endpoint = "change-draft")]
pub async fn change_draft(
    /// The posted form.
    #[server(flatten)]
    form: Posted<ChangeValues>,
) -> Result<FormReply, Failure> {
    let outcome = post::change(&form).await;
    form.answer(outcome).await
}

#[cfg(feature = "ssr")]
mod post {
    use super::{ChangeValues, Failure, FormReply, Posted};
    use domain::{
        error::retry,
        prescriptions::{self, Direction, DiscardDraft, MoveItem, RemoveItem},
    };
    use kit::request::{RequestContext, posted_id};
    use model::{
        errors::Code,
        ids::{EncounterId, PrescriptionId, PrescriptionItemId},
    };

    pub(super) async fn change(form: &Posted<ChangeValues>) -> Result<FormReply, Failure> {
        let request = RequestContext::require()?;
        let (domain, access) = (&request.domain, &request.access);
        let prescription: PrescriptionId = posted_id(&form.values.prescription)?;
        let encounter: EncounterId = posted_id(&form.values.encounter)?;
        let version = form.version()?;
        let idempotency_key = Some(form.idempotency_key.clone());
        let (what, item) = form.values.change.split_once(':').ok_or(Code::BodyMalformed)?;
        let item = || posted_id::<PrescriptionItemId>(item);
        let moved = |to: Direction| -> Result<MoveItem, Code> {
            Ok(MoveItem { prescription, item: item()?, to, version, idempotency_key: idempotency_key.clone() })
        };
        match what {
            "up" => {
                let command = moved(Direction::Up)?;
                retry(|| prescriptions::move_item(domain, access, command.clone())).await?;
            }
            "down" => {
                let command = moved(Direction::Down)?;
                retry(|| prescriptions::move_item(domain, access, command.clone())).await?;
            }
            "remove" => {
                let command = RemoveItem { prescription, item: item()?, version, idempotency_key };
                retry(|| prescriptions::remove_item(domain, access, command.clone())).await?;
            }
            "discard" => {
                let command = DiscardDraft { prescription, version, idempotency_key };
                retry(|| prescriptions::discard(domain, access, command.clone())).await?;
                return Ok(FormReply::to(format!("/doctor/visits/{encounter}/prescription?discarded=1")));
            }
            _ => return Err(Code::BodyMalformed.into()),
        }
        Ok(FormReply::to(format!("/doctor/visits/{encounter}/prescription")))
    }
}
