//! A list of files that people have uploaded.

use super::{Detail, Moment, Tag, TagKind, said};
use crate::viewer::use_locale;
use leptos::prelude::*;
use model::files::{DocumentView, EarlierVersion, FileKind, FileState, FileTrouble, Scan};
use words::{Locale, say};

/// The files: name, type, size, who added them, when, and the state.
#[component]
pub fn FileList(
    /// The files, the newest first.
    items: Vec<DocumentView>,
    /// Without files: when something will appear here.
    empty: &'static str,
) -> impl IntoView {
    if items.is_empty() {
        return view! { <p class="quiet">{empty}</p> }.into_any();
    }
    let lines: Vec<_> = items.into_iter().map(|document| view! { <Line document/> }).collect();
    view! { <ul class="list">{lines}</ul> }.into_any()
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
    let pages = document.pages.map(|pages| format!(" · {}", say!(l, common.files.pages, n = pages.to_string())));
    let kind = document.kind.map(|kind| kind_name(l, kind));
    let versions = document.earlier;
    let earlier = (!versions.is_empty()).then(|| view! { <Earlier versions/> });
    let unscanned = (is_ready && document.scan == Scan::NotScanned)
        .then(|| view! { " " <Tag kind=TagKind::Plain text=say!(l, common.files.not_scanned)/> });
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
            {earlier}
        </li>
    }
    .into_any()
}

/// The earlier versions of a file, folded.
#[component]
fn Earlier(versions: Vec<EarlierVersion>) -> impl IntoView {
    let l = use_locale();
    let lines: Vec<_> = versions
        .into_iter()
        .map(|version| {
            let address = format!("/files/{}", version.id);
            view! {
                <li>
                    <a href=address rel="external">{said(version.name)}</a> " · " <Moment at=version.added_at detail=Detail::Day/>
                </li>
            }
        })
        .collect();
    view! {
        <details>
            <summary>{say!(l, common.files.earlier)}</summary>
            <ul>{lines}</ul>
        </details>
    }
    .into_any()
}

fn state_tag(l: Locale, state: FileState) -> AnyView {
    let (kind, text) = match state {
        FileState::Uploading => (TagKind::Plain, say!(l, common.files.state_uploading)),
        FileState::Checking => (TagKind::Plain, say!(l, common.files.state_checking)),
        FileState::Ready => return ().into_any(),
        FileState::Refused => (TagKind::Bad, say!(l, common.files.state_refused)),
        FileState::Infected => (TagKind::Bad, say!(l, common.files.state_infected)),
    };
    view! { <Tag kind text/> }.into_any()
}

fn trouble_text(l: Locale, trouble: FileTrouble) -> &'static str {
    match trouble {
        FileTrouble::KindNotTaken => say!(l, common.files.kind_not_taken),
        FileTrouble::KindDiffers => say!(l, common.files.kind_differs),
        FileTrouble::Damaged => say!(l, common.files.damaged),
        FileTrouble::Protected => say!(l, common.files.protected),
        FileTrouble::Script => say!(l, common.files.script),
        FileTrouble::TooManyPixels => say!(l, common.files.too_many_pixels),
        FileTrouble::TooLargeToScan => say!(l, common.files.too_large_to_scan),
        FileTrouble::ChecksumDiffers => say!(l, common.files.checksum_differs),
    }
}

fn kind_name(l: Locale, kind: FileKind) -> &'static str {
    match kind {
        FileKind::Pdf => say!(l, common.files.kind_pdf),
        FileKind::Jpeg | FileKind::Png | FileKind::Webp => say!(l, common.files.kind_picture),
        FileKind::Text => say!(l, common.files.kind_text),
    }
}

/// The size in kilobytes or megabytes, rounded up.
fn size(l: Locale, bytes: u64) -> String {
    let (kilobytes, megabytes) = (bytes.div_ceil(1024), bytes.div_ceil(1024 * 1024));
    if kilobytes < 1024 {
        say!(l, common.files.kilobytes, n = kilobytes.to_string())
    } else {
        say!(l, common.files.megabytes, n = megabytes.to_string())
    }
}
