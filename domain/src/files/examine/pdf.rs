//! PDFs: how many pages they have, and whether they can do more than be read (ISO 32000-1, 12.6 "Actions").

use lopdf::{Dictionary, Document, LoadOptions, Object};
use model::files::FileTrouble;

/// The most bytes that one stream of the structure may have when it is unpacked.
const MOST_UNPACKED: usize = 64 * 1024 * 1024;
/// Objects that are nested deeper are in no honest file.
const DEEPEST: u8 = 64;
/// Actions that run something: scripts, programs, and forms that are sent or loaded.
const RUNS: [&[u8]; 5] = [b"JavaScript", b"Launch", b"SubmitForm", b"ImportData", b"Rendition"];

/// The number of pages.
///
/// # Errors
/// `Damaged`, `Protected`, `Script`.
pub(super) fn pages(content: &[u8]) -> Result<u32, FileTrouble> {
    let options = LoadOptions { max_decompressed_size: Some(MOST_UNPACKED), ..LoadOptions::default() };
    let document = match Document::load_mem_with_options(content, options) {
        Ok(document) => document,
        Err(lopdf::Error::InvalidPassword | lopdf::Error::Decryption(_)) => return Err(FileTrouble::Protected),
        Err(_) => return Err(FileTrouble::Damaged),
    };
    // A file that opens without a password was decrypted, and can be checked.
    if document.is_encrypted() && !document.was_encrypted() {
        return Err(FileTrouble::Protected);
    }
    if document.objects.values().any(|object| runs(object, 0)) || runs_any(&document.trailer, 0) {
        return Err(FileTrouble::Script);
    }
    match u32::try_from(document.page_iter().count()) {
        Ok(0) | Err(_) => Err(FileTrouble::Damaged),
        Ok(pages) => Ok(pages),
    }
}

/// Whether an object is an action that runs something, or has one in it.
fn runs(object: &Object, depth: u8) -> bool {
    if depth > DEEPEST {
        return true;
    }
    match object {
        Object::Dictionary(dictionary) => runs_any(dictionary, depth),
        Object::Stream(stream) => runs_any(&stream.dict, depth),
        Object::Array(items) => items.iter().any(|item| runs(item, depth + 1)),
        Object::Null
        | Object::Boolean(_)
        | Object::Integer(_)
        | Object::Real(_)
        | Object::Name(_)
        | Object::String(..)
        | Object::Reference(_) => false,
    }
}

fn runs_any(dictionary: &Dictionary, depth: u8) -> bool {
    let is_action = dictionary.get(b"S").and_then(Object::as_name).is_ok_and(|name| RUNS.contains(&name));
    is_action
        || dictionary.has(b"JS")
        || dictionary.has(b"JavaScript")
        || dictionary.iter().any(|(_, value)| runs(value, depth + 1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::dictionary;

    fn pdf(more: impl FnOnce(&mut Document) -> Vec<(&'static str, Object)>) -> Vec<u8> {
        let mut document = Document::with_version("1.5");
        let tree = document.new_object_id();
        let page = document.add_object(
            dictionary! { "Type" => "Page", "Parent" => tree, "MediaBox" => vec![0.into(), 0.into(), 595.into(), 842.into()] },
        );
        let kids = dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 };
        document.objects.insert(tree, Object::Dictionary(kids));
        let more = more(&mut document);
        let mut catalog = dictionary! { "Type" => "Catalog", "Pages" => tree };
        for (key, value) in more {
            catalog.set(key, value);
        }
        let catalog = document.add_object(catalog);
        document.trailer.set("Root", catalog);
        let mut bytes = Vec::new();
        document.save_to(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn pages_are_counted_and_scripts_refused() {
        assert_eq!(pages(&pdf(|_| Vec::new())), Ok(1));
        // Most writers say at which page a reader opens the file.
        let opens = |document: &mut Document| {
            let view = document.add_object(dictionary! { "S" => "GoTo", "D" => "first" });
            vec![("OpenAction", view.into())]
        };
        assert_eq!(pages(&pdf(opens)), Ok(1));
        let script = |document: &mut Document| {
            let action = document.add_object(dictionary! { "S" => "JavaScript", "JS" => Object::string_literal("app.alert(1)") });
            vec![("OpenAction", action.into())]
        };
        assert_eq!(pages(&pdf(script)), Err(FileTrouble::Script));
        let launch = |_: &mut Document| vec![("AA", dictionary! { "WC" => dictionary! { "S" => "Launch" } }.into())];
        assert_eq!(pages(&pdf(launch)), Err(FileTrouble::Script));
    }

    #[test]
    fn a_cut_off_file_is_damaged() {
        let whole = pdf(|_| Vec::new());
        assert_eq!(pages(&whole[..whole.len() / 3]), Err(FileTrouble::Damaged));
    }
}
