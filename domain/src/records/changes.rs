//! Compares the versions of a note word by word.

use model::records::{ChangeKind, NoteChange, NoteChanges, NoteVersionView, SoapNote};
use similar::{Algorithm, ChangeTag, utils::diff_words};

/// How many of the newest versions are compared with the one before them, so that a note with very many versions costs little.
const COMPARED: usize = 20;

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
    let pieces = diff_words(Algorithm::Myers, before, after).into_iter().map(|(tag, text)| {
        let kind = match tag {
            ChangeTag::Equal => ChangeKind::Kept,
            ChangeTag::Insert => ChangeKind::Added,
            ChangeTag::Delete => ChangeKind::Removed,
        };
        NoteChange { kind, text: text.to_owned() }
    });
    pieces.collect()
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
}
