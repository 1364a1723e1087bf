//! The browser half: `end2end/bench/pages.mjs` loads the pages in Chromium.

use std::path::Path;

use serde_json::{Value, json};

use super::itinerary::Page;
use super::printed_by;
use super::table::Table;
use crate::browser::Server;
use crate::process::{Outcome, command};
use crate::workspace::Workspace;

/// Loads each page `runs` times and returns what the script printed. It also goes to the folder `output`.
pub(super) fn load_pages(workspace: &Workspace, server: &Server, pages: &[Page], runs: u16, output: &Path) -> Outcome<String> {
    let page = |page: &Page| json!({ "title": page.title, "path": page.path, "cookie": page.visitor.cookie });
    let order = json!({
        "url": format!("http://localhost:{}", server.port()),
        "runs": runs,
        "pages": pages.iter().map(page).collect::<Vec<_>>(),
    });
    let mut node = command("node", ["bench/pages.mjs"]);
    node.current_dir(workspace.end2end()).env("PAGES", order.to_string());
    printed_by(&mut node, &output.join("browser.json"))
}

/// Adds the readings that the script printed: a list of `{"page": title, measure: number, …}`. `None` when it has another form.
pub(super) fn add_readings(printed: &str, table: &mut Table) -> Option<()> {
    let loads: Value = serde_json::from_str(printed).ok()?;
    for load in loads.as_array()? {
        let page = load.get("page")?.as_str()?;
        for measure in table.measures() {
            table.add(page, measure, load.get(measure)?.as_f64()?);
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::table::BROWSER;
    use super::*;

    const PRINTED: &str = r#"[
        { "page": "welcome", "total_kib": 700.5, "document_kib": 6.5, "script_kib": 20, "wasm_kib": 600, "style_kib": 14, "font_kib": 60,
          "other_kib": 0, "first_paint_ms": 900.2, "interactive_ms": 4500.25 }
    ]"#;

    #[test]
    fn the_readings_of_the_browser_are_added() {
        let mut table = Table::of(&BROWSER);
        add_readings(PRINTED, &mut table).unwrap();
        assert!(table.markdown().contains("| welcome | 700.5 | 6.5 | 20.0 | 600.0 | 14.0 | 60.0 | 0.0 | 900 | 4500 |"));
    }

    #[test]
    fn a_load_without_a_measure_is_refused() {
        assert!(add_readings(&PRINTED.replace("wasm_kib", "wasm"), &mut Table::of(&BROWSER)).is_none());
        assert!(add_readings("", &mut Table::of(&BROWSER)).is_none());
    }
}
