//! Writes phrases out while a note is typed: after `.cough` and a space or a tab the text of the phrase stands in the note. Without wasm the server writes them out when the
//! note is saved.

use model::records::{Phrase, typed_phrase};
use wasm_bindgen::JsCast as _;
use web_sys::{Event, HtmlTextAreaElement, KeyboardEvent};

/// Called for each key in a text area, before the key does what it does.
pub fn write_out(event: &KeyboardEvent, phrases: &[Phrase]) {
    let key = event.key();
    let has_modifier = event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key();
    // While an input method composes a word, its keys belong to it.
    if event.is_composing() || has_modifier || !(key == " " || key == "Tab") {
        return;
    }
    let Some(area) = event.target().and_then(|target| target.dyn_into::<HtmlTextAreaElement>().ok()) else { return };
    let (Ok(Some(caret)), Ok(Some(end))) = (area.selection_start(), area.selection_end()) else { return };
    if caret != end {
        return;
    }
    let Some((phrase, typed)) = phrase_before(&area.value(), caret, phrases) else { return };
    let start = caret.saturating_sub(typed);
    if area.set_range_text_with_start_and_end(&phrase.text, start, caret).is_err() {
        return;
    }
    let after = start.saturating_add(units(&phrase.text));
    // The position is inside the text, so the browser takes it.
    let _ = area.set_selection_range(after, after);
    // Scripts that change a text tell nobody, but the draft must follow.
    if let Ok(input) = Event::new("input") {
        input.init_event_with_bubbles("input", true);
        let _ = area.dispatch_event(&input);
    }
    if key == "Tab" {
        event.prevent_default();
    }
}

/// The phrase whose abbreviation ends at the caret, and how long the abbreviation is with its dot. Positions are in UTF-16 units, as browsers count.
fn phrase_before<'a>(text: &str, caret: u32, phrases: &'a [Phrase]) -> Option<(&'a Phrase, u32)> {
    let units_before: Vec<u16> = text.encode_utf16().take(usize::try_from(caret).ok()?).collect();
    let before = String::from_utf16_lossy(&units_before);
    let word = before.rsplit(char::is_whitespace).next()?;
    let typed = typed_phrase(word)?;
    let phrase = phrases.iter().find(|phrase| phrase.abbreviation == typed)?;
    Some((phrase, units(word)))
}

fn units(text: &str) -> u32 {
    u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_caret_is_looked_up() {
        let phrases = [Phrase { abbreviation: "cough".to_owned(), text: "Dry cough.".to_owned() }];
        let found = |text: &str, caret| phrase_before(text, caret, &phrases).map(|(_, typed)| typed);
        assert_eq!(found(".cough", 6), Some(6));
        assert_eq!(found("\u{1f600} now\n.Cough and", 13), Some(6), "an emoji is two units");
        assert_eq!(found(".cough", 5), None);
        assert_eq!(found(".cough ", 7), None);
        assert_eq!(found("a.cough", 7), None);
    }
}
