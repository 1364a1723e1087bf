//! Which forms of the page are refused at the moment: the title of the window begins with "Error:" then, so that a screen reader says it first.

use crate::failure::Failure;
use leptos::prelude::*;

/// The failures of all forms on the page. Provided by the root; the signals are reference-counted, because the title outlives a form.
#[derive(Clone, Default)]
pub(crate) struct RefusedForms(ArcRwSignal<Vec<ArcRwSignal<Option<Failure>>>>);

/// Provides the list of the page's forms to the whole application. Called once, by the root.
pub fn provide_refused_forms() {
    provide_context(RefusedForms::default());
}

impl RefusedForms {
    /// Adds the failure of a form, for as long as the component that makes the form exists.
    pub(super) fn add(&self, failure: &ArcRwSignal<Option<Failure>>) {
        self.0.update(|forms| forms.push(failure.clone()));
        let (forms, failure) = (self.0.clone(), failure.clone());
        on_cleanup(move || {
            forms.maybe_update(|forms| {
                forms.retain(|other| *other != failure);
                // Only then does the title change.
                failure.with_untracked(Option::is_some)
            });
        });
    }

    /// Whether any form of the page is refused. Reactive.
    pub(crate) fn any(&self) -> bool {
        self.0.with(|forms| forms.iter().any(|failure| failure.with(Option::is_some)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::errors::Code;

    #[test]
    fn a_page_has_an_error_while_one_of_its_forms_is_refused() {
        let page = Owner::new();
        let forms = RefusedForms::default();
        let form = page.child();
        let failure = ArcRwSignal::new(None);
        form.with(|| forms.add(&failure));
        let other = ArcRwSignal::new(None);
        page.with(|| forms.add(&other));
        assert!(!page.with(|| forms.any()));
        failure.set(Some(Failure::from(Code::Stale)));
        assert!(page.with(|| forms.any()));
        form.cleanup();
        assert!(!page.with(|| forms.any()), "the refused form is gone");
    }
}
