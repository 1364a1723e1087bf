//! The files that go with the next message.

use super::talk::Talk;
use kit::forms::{Form, FormHandle, SubmitButton};
use kit::parts::{Choice, FileList, Notice, NoticeKind, SelectField, UploadForm, switch};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::errors::Code;
use model::files::{DocumentView, FilePurpose, FileState};
use model::text::direction::isolated;
use words::{error_message, say};

/// Adding files, those that go with the next message, and taking one of them out again. After an upload the page is loaded again; what was typed stays.
#[component]
pub(super) fn Attach(
    /// The conversation.
    talk: Talk,
    /// The form that takes a file out.
    form: FormHandle,
    /// The code of what went wrong with the form of pages without scripts.
    trouble: Option<String>,
) -> impl IntoView {
    let l = use_locale();
    let trouble = trouble.and_then(|code| Code::ALL.iter().copied().find(|known| known.as_str() == code));
    let trouble = trouble.map(|code| {
        let text =
            if code == Code::FieldsInvalid { say!(l, visits.messages.file_kind).to_owned() } else { error_message(l, code) };
        view! { <Notice kind=NoticeKind::Bad title=text/> }
    });
    let purpose = FilePurpose::MessageAttachment;
    view! {
        {trouble}
        {switch(
            move || talk.attached.get(),
            move |files| (!files.is_empty()).then(|| view! { <Attached talk files form/> }),
        )}
        <details>
            <summary>{say!(l, visits.messages.file_title)}</summary>
            <UploadForm
                id="message-file"
                label=say!(l, visits.messages.file)
                hint=say!(l, visits.messages.file_hint)
                kind_not_taken=say!(l, visits.messages.file_kind)
                submit=say!(l, visits.messages.file_add)
                kinds=purpose.kinds()
            >
                <input type="hidden" name="purpose" value=purpose.as_str()/>
                <input type="hidden" name="thread" value=talk.thread.to_string()/>
            </UploadForm>
        </details>
    }
    .into_any()
}

#[component]
fn Attached(talk: Talk, files: Vec<DocumentView>, form: FormHandle) -> impl IntoView {
    let l = use_locale();
    let choices: Vec<Choice> = files
        .iter()
        .map(|file| Choice { value: file.id.to_string(), label: isolated(&file.name).into_owned(), hint: None })
        .collect();
    let waits = files.iter().any(|file| file.state != FileState::Ready);
    view! {
        <section class="card">
            <h2>{say!(l, visits.messages.files_next)}</h2>
            <FileList items=files empty=""/>
            {waits.then(|| view! { <p class="quiet">{say!(l, visits.messages.files_wait)}</p> })}
            <Form form>
                <input type="hidden" name="thread" value=talk.thread.to_string()/>
                <SelectField name="file" choices=choices.clone()/>
                <div class="row"><SubmitButton label=say!(l, visits.messages.file_out) class="plain"/></div>
            </Form>
        </section>
    }
    .into_any()
}
