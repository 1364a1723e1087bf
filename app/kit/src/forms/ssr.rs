//! The server side of a form: its answer, and the drafts of refused forms.

use super::{FormReply, FormValues, Keep, Posted};
use crate::failure::Failure;
use crate::request::{RequestContext, fail, see_other, wants_html};
use model::errors::Code;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The values of a form that is shown again, and why it failed.
#[derive(Clone, Serialize, Deserialize)]
pub struct Draft {
    /// The form's name, `FormValues::FORM`.
    pub form: String,
    /// The typed values, without secrets.
    pub values: Value,
    /// The failure; none when the form was only filled in.
    pub failure: Option<Failure>,
    /// The patient for whom the form was opened; empty when its user acted for nobody.
    #[serde(default)]
    pub opened_for: String,
}

impl<V: FormValues> Posted<V> {
    /// Answers the browser: a plain form with a redirect, wasm with the value and its status.
    ///
    /// # Errors
    /// The failure itself, which wasm shows in place.
    pub async fn answer(&self, outcome: Result<FormReply, Failure>) -> Result<FormReply, Failure> {
        let plain = wants_html();
        if outcome.is_ok() && V::SENT_IS_DONE {
            self.close_draft().await;
        }
        let outcome = match outcome {
            Err(failure) if failure.code() == Some(Code::SignInNeeded) => Ok(self.sign_in_first(failure).await),
            outcome => outcome,
        };
        match outcome {
            Ok(reply) => {
                if plain {
                    see_other(&reply.next);
                }
                Ok(reply)
            }
            Err(failure) if plain => {
                let next = self.back_with_draft(failure).await;
                see_other(&next);
                Ok(FormReply::to(next))
            }
            Err(failure) => {
                fail(&failure);
                Err(failure)
            }
        }
    }

    /// Closes the kept draft of a form that was sent.
    async fn close_draft(&self) {
        if self.draft_of.is_empty() || V::KEEP != Keep::OnServer {
            return;
        }
        if let Err(failure) = super::kept::close(V::FORM, &self.draft_of, &self.idempotency_key, &self.draft_shown).await {
            // The sent values are saved. At worst the draft is shown once more, and can then be discarded.
            leptos::logging::warn!("a draft could not be closed: {:?}", failure.cause);
        }
    }

    /// The address of the form's page with the typed values; `/trouble` when even those could not be stored.
    async fn back_with_draft(&self, failure: Failure) -> String {
        match save_draft(&self.draft(failure)).await {
            Ok(id) => crate::address::with_parameter(self.back(), "draft", Some(&id)),
            Err(_) => "/trouble".to_owned(),
        }
    }

    /// Leads to the sign-in page, and from there back to the form.
    async fn sign_in_first(&self, failure: Failure) -> FormReply {
        let back = self.back_with_draft(failure).await;
        FormReply::fresh(crate::address::sign_in_path(&back))
    }

    /// The reply of a button that fills in the form: leads to the form's page, which shows these values, and nothing is saved.
    ///
    /// # Errors
    /// A failure when the database cannot be reached.
    pub async fn filled_in(&self, page: &str, values: &V) -> Result<FormReply, Failure> {
        let values = super::handle::without_secrets(values);
        let id =
            save_draft(&Draft { form: V::FORM.to_owned(), values, failure: None, opened_for: self.opened_for.clone() }).await?;
        // Loaded from the server, because a page takes such values only when it is loaded.
        Ok(FormReply::fresh(crate::address::with_parameter(page, "draft", Some(&id))))
    }

    fn draft(&self, failure: Failure) -> Draft {
        let values = super::handle::without_secrets(&self.values);
        Draft { form: V::FORM.to_owned(), values, failure: Some(failure), opened_for: self.opened_for.clone() }
    }
}

/// The longest draft of a visitor who is not signed in, in bytes: the form that creates an account needs far less.
const STRANGERS_LONGEST: usize = 16 * 1024;

/// Stores a draft, encrypted, for half an hour and returns its random id.
///
/// # Errors
/// `BodyTooLarge` when the draft is too long; a failure when the database cannot be reached.
pub async fn save_draft(draft: &Draft) -> Result<String, Failure> {
    // Also the text of a form that was opened for another patient is kept.
    let request = RequestContext::current().ok_or(Code::Internal)?;
    let content = serde_json::to_string(draft).map_err(|_| Code::Internal)?;
    if content.len() > STRANGERS_LONGEST && request.access.acting().is_err() {
        return Err(Code::BodyTooLarge.into());
    }
    Ok(domain::drafts::save(&request.domain, &draft.form, &content).await?)
}

/// Loads a draft of a form.
///
/// # Errors
/// `DraftExpired` when it has expired, never existed, or belongs to another form.
pub async fn load_draft(form: &str, id: &str) -> Result<Draft, Failure> {
    let request = RequestContext::current().ok_or(Code::Internal)?;
    let content = domain::drafts::load(&request.domain, form, id).await?.ok_or(Code::DraftExpired)?;
    serde_json::from_str(&content).map_err(|_| Code::DraftExpired.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::{FieldError, FieldFault};

    #[derive(Clone, Default, Serialize, Deserialize)]
    #[serde(default)]
    struct Values {
        email: String,
        password: String,
    }
    impl FormValues for Values {
        const FORM: &'static str = "test.values";
        const SECRETS: &'static [&'static str] = &["password"];
    }

    #[test]
    fn a_draft_never_holds_a_password() {
        let posted =
            Posted { values: Values { email: "a@example.test".into(), password: "hunter2hunter2".into() }, ..Posted::default() };
        let draft = posted.draft(vec![FieldError::new("email", FieldFault::Malformed)].into());
        let kept = serde_json::to_string(&draft).expect("a draft serializes");
        assert!(kept.contains("a@example.test"));
        assert!(!kept.contains("hunter2"));
    }
}
