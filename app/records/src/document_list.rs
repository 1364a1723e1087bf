//! The list of the documents in a patient's record.

use kit::parts::{Detail, EmptyState, Moment, Tag, TagKind, said};
use kit::viewer::use_locale;
use leptos::prelude::*;
use model::files::{DocumentView, FileKind, FileState, FileTrouble, Scan};
use words::{Locale, say};

/// The documents: name, type, size, who added them, when, and the state.
#[component]
pub(super) fn List(
    /// The documents, the newest first.
    items: Vec<DocumentView>,
    /// Without documents: when something will appear here.
    empty: &'static str,
) -> impl IntoView {
    let l = use_locale();
    if items.is_empty() {
        return view! { <EmptyState title=say!(l, records.documents.empty_title) text=empty/> }.into_any();
    }
    let lines: Vec<_> = items.into_iter().map(|document| view! { <Line document/> }).collect();
    view! { <section class="card"><ul class="list">{lines}</ul></section> }.into_any()
}

#[component]
fn Line(document: DocumentView) -> impl IntoView {
    let l = use_locale();
    let address = format!("/files/{}", document.id);
    let is_ready = document.state == FileState::Ready;
    let picture = (is_ready && document.has_thumbnail).then(|| {
        view! { <img class="thumbnail" src=format!("{address}/thumbnail") alt="" loading="lazy"/> }
    });
    let name = if is_ready {
        view! { <a href=address rel="external"><strong>{said(document.name)}</strong></a> }.into_any()
    } else {
        view! { <strong>{said(document.name)}</strong> }.into_any()
    };
    let pages = document.pages.map(|pages| format!(" · {}", say!(l, records.documents.pages, n = pages.to_string())));
    let kind = document.kind.map(|kind| kind_name(l, kind));
    let unscanned = (is_ready && document.scan == Scan::NotScanned)
        .then(|| view! { " " <Tag kind=TagKind::Plain text=say!(l, records.documents.not_scanned)/> });
    view! {
        <li>
            {picture}
            <div class="row">
                {name}
                <span class="end">{state_tag(l, document.state)} {unscanned}</span>
            </div>
            {document.trouble.map(|trouble| view! { <p>{trouble_text(l, trouble)}</p> })}
            <small>
                {kind} " · " {size(l, document.bytes)} {pages} " · " {said(document.added_by)} " · " <Moment at=document.added_at detail=Detail::Day/>
            </small>
        </li>
    }
    .into_any()
}

fn state_tag(l: Locale, state: FileState) -> AnyView {
    let (kind, text) = match state {
        FileState::Uploading => (TagKind::Plain, say!(l, records.documents.state_uploading)),
        FileState::Checking => (TagKind::Plain, say!(l, records.documents.state_checking)),
        FileState::Ready => return ().into_any(),
        FileState::Refused => (TagKind::Bad, say!(l, records.documents.state_refused)),
        FileState::Infected => (TagKind::Bad, say!(l, records.documents.state_infected)),
    };
    view! { <Tag kind text/> }.into_any()
}

fn trouble_text(l: Locale, trouble: FileTrouble) -> &'static str {
    match trouble {
        FileTrouble::KindNotTaken => say!(l, records.documents.kind_not_taken),
        FileTrouble::KindDiffers => say!(l, records.documents.kind_differs),
        FileTrouble::Damaged => say!(l, records.documents.damaged),
        FileTrouble::Protected => say!(l, records.documents.protected),
        FileTrouble::Script => say!(l, records.documents.script),
        FileTrouble::TooManyPixels => say!(l, records.documents.too_many_pixels),
        FileTrouble::TooLargeToScan => say!(l, records.documents.too_large_to_scan),
        FileTrouble::ChecksumDiffers => say!(l, records.documents.checksum_differs),
    }
}

fn kind_name(l: Locale, kind: FileKind) -> &'static str {
    match kind {
        FileKind::Pdf => say!(l, records.documents.kind_pdf),
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => say!(l, records.documents.kind_picture),
        FileKind::Text => say!(l, records.documents.kind_text),
    }
}

/// The size in kilobytes or megabytes, rounded up.
fn size(l: Locale, bytes: u64) -> String {
    let (kilobytes, megabytes) = (bytes.div_ceil(1024), bytes.div_ceil(1024 * 1024));
    if kilobytes < 1024 {
        say!(l, records.documents.kilobytes, n = kilobytes.to_string())
    } else {
        say!(l, records.documents.megabytes, n = megabytes.to_string())
    }
}
