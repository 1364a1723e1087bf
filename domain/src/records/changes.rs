//! Compares the versions of a note word by word.

use model::records::{ChangeKind, NoteChange, NoteChanges, NoteVersionView, SoapNote};
use similar::{Algorithm, ChangeTag, utils::diff_words};

/// How many of the newest versions are compared with the one before them, so that a note with very many versions costs little.
const COMPARED: usize = 20;
/// The most words and gaps that are compared. The time grows with their square, so what is longer counts as replaced as a whole, except its equal beginning and end.
const MOST_COMPARED: usize = 2_000;

/// Notes in each of the newest versions what it changes in the one before it. The versions are in order, newest first.
pub(super) fn note_changes(versions: &mut [NoteVersionView]) {
    let pairs = versions.iter().zip(versions.iter().skip(1)).take(COMPARED);
    let changes: Vec<NoteChanges> = pairs.map(|(newer, older)| between(&older.note, &newer.note)).collect();
    for (version, changes) in versions.iter_mut().zip(changes) {
        version.changes = Some(changes);
    }
}

fn between(before: &SoapNote, after: &SoapNote) -> NoteChanges {
    NoteChanges {
        subjective: of_part(&before.subjective, &after.subjective),
        objective: of_part(&before.objective, &after.objective),
        assessment: of_part(&before.assessment, &after.assessment),
        plan: of_part(&before.plan, &after.plan),
    }
}

fn of_part(before: &str, after: &str) -> Vec<NoteChange> {
    if before == after {
        return Vec::new();
    }
    let (old, new) = (words(before), words(after));
    let first = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
    let last = old[first..].iter().rev().zip(new[first..].iter().rev()).take_while(|(old, new)| old == new).count();
    let bytes = |words: &[&str]| words.iter().map(|word| word.len()).sum::<usize>();
    let (begin, end) = (bytes(&old[..first]), bytes(&old[old.len() - last..]));
    let (removed, added) = (&before[begin..before.len() - end], &after[begin..after.len() - end]);
    let piece = |kind: ChangeKind, text: &str| NoteChange { kind, text: text.to_owned() };
    let mut pieces = vec![piece(ChangeKind::Kept, &before[..begin])];
    if old.len() + new.len() - 2 * (first + last) > MOST_COMPARED {
        pieces.extend([piece(ChangeKind::Removed, removed), piece(ChangeKind::Added, added)]);
    } else {
        pieces.extend(diff_words(Algorithm::Myers, removed, added).into_iter().map(|(tag, text)| match tag {
            ChangeTag::Equal => piece(ChangeKind::Kept, text),
            ChangeTag::Insert => piece(ChangeKind::Added, text),
            ChangeTag::Delete => piece(ChangeKind::Removed, text),
        }));
    }
    pieces.push(piece(ChangeKind::Kept, &before[before.len() - end..]));
    pieces.retain(|piece| !piece.text.is_empty());
    pieces
}

/// The words of a text and the gaps between them, in order.
fn words(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|next: char| next.is_whitespace() != first.is_whitespace()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        words.push(word);
        rest = after;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_kept_added_and_removed() {
        let pieces = |before: &str, after: &str| {
            let pieces = of_part(before, after);
            let rebuilt = |left_out: ChangeKind| {
                pieces.iter().filter(|piece| piece.kind != left_out).map(|piece| piece.text.as_str()).collect::<String>()
            };
            assert!(pieces.is_empty() || (rebuilt(ChangeKind::Added) == before && rebuilt(ChangeKind::Removed) == after));
            pieces.into_iter().map(|piece| (piece.kind, piece.text)).collect::<Vec<_>>()
        };
        let piece = |kind, text: &str| (kind, text.to_owned());
        assert!(pieces("Rest.", "Rest.").is_empty());
        assert_eq!(
            pieces("Rest for three days", "Rest for two days"),
            [
                piece(ChangeKind::Kept, "Rest for "),
                piece(ChangeKind::Removed, "three"),
                piece(ChangeKind::Added, "two"),
                piece(ChangeKind::Kept, " days"),
            ]
        );
        assert_eq!(pieces("", "Ruhe und Tee"), [piece(ChangeKind::Added, "Ruhe und Tee")]);
        assert_eq!(
            pieces("\u{645}\u{631}\u{62d}\u{628}\u{627}", ""),
            [piece(ChangeKind::Removed, "\u{645}\u{631}\u{62d}\u{628}\u{627}")]
        );
        pieces("Rest.\nDrink tea.\n\nCome back.", "Rest.\nDrink a lot of water.\nCome back on Monday.");
    }

    #[test]
    fn what_is_very_long_is_replaced_as_a_whole_between_what_is_equal() {
        let text = |word: &str| format!("Begin {}end", format!("{word} ").repeat(2_000));
        let pieces: Vec<_> = of_part(&text("a"), &text("b")).into_iter().map(|piece| (piece.kind, piece.text.len())).collect();
        let expected = [(ChangeKind::Kept, 6), (ChangeKind::Removed, 3_999), (ChangeKind::Added, 3_999), (ChangeKind::Kept, 4)];
        assert_eq!(pieces, expected);
    }
}
