//! The rule that the events of every area are passed on.

use super::Broken;
use super::scan::Scan;

/// The module that puts the events of all areas together.
const TOGETHER: &str = "domain/src/notices.rs";

/// Checks all files of `domain` that are called `notices.rs`: paths and texts. An area that [`TOGETHER`] does not name could emit events that the
/// dispatcher cannot read.
pub(super) fn check(files: &[(String, String)]) -> Vec<Broken> {
    let together = files.iter().find(|(path, _)| path == TOGETHER).map_or("", |(_, text)| text.as_str());
    let together = Scan::of(together).code;
    let mut broken = Vec::new();
    for (path, _) in files {
        let Some(area) = path.strip_prefix("domain/src/").and_then(|path| path.strip_suffix("/notices.rs")) else { continue };
        if !together.contains(&format!("({area}::Event)")) {
            let what = format!("nobody passes on the events of {area}; add them to `Event` in {TOGETHER}");
            broken.push(Broken { rule: "events-are-passed-on", place: path.clone(), what });
        }
    }
    broken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_whose_events_nobody_passes_on() {
        let file = |path: &str, text: &str| (path.to_owned(), text.to_owned());
        let mut files = vec![
            file("domain/src/visits/notices.rs", "pub(crate) enum Event {}"),
            file(TOGETHER, "enum Event { Visits(visits::Event) } // Labs(labs::Event)"),
        ];
        assert_eq!(check(&files), []);
        files.push(file("domain/src/labs/notices.rs", "pub(crate) enum Event {}"));
        let found = check(&files);
        let text = "domain/src/labs/notices.rs: nobody passes on the events of labs; add them to `Event` in domain/src/notices.rs [events-are-passed-on]";
        assert_eq!(found.iter().map(Broken::to_string).collect::<Vec<_>>(), [text]);
    }
}
