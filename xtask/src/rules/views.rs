//! The rule that views which are shown and hidden must own what is created in them (`app/kit/src/parts/region.rs`).

/// Calls that create a region.
const REGIONS: &[&str] = &["region(", ".show(", "switch(", "framed("];

/// Returns the first line of each closure in a view that draws a component, or awaits a view, without a region around it.
pub(super) fn closures_without_region(code: &str) -> Vec<usize> {
    let without_region = |body: &str| {
        let changes = body.contains("Suspend::new(") || draws_component(body);
        changes && !REGIONS.iter().any(|region| body.contains(region))
    };
    let closures = code.match_indices("move ||").filter(|(at, _)| !is_fallback(&code[..*at]));
    closures
        .filter(|(at, word)| without_region(body_of(&code[at + word.len()..])))
        .map(|(at, _)| code[..at].matches('\n').count() + 1)
        .collect()
}

/// Whether the closure is a fallback, which needs no region because it is drawn only once.
fn is_fallback(before: &str) -> bool {
    before.ends_with("fallback=")
}

/// The body of a closure: its block, or else its expression.
fn body_of(after: &str) -> &str {
    let mut depth = 0_usize;
    let mut ends_with_block = after.trim_start().starts_with('{');
    for (at, char) in after.char_indices() {
        match char {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => return &after[..at],
            ')' | ']' | '}' => {
                depth -= 1;
                if depth == 0 && char == '}' && ends_with_block {
                    return &after[..=at];
                }
            }
            ',' | ';' if depth == 0 => return &after[..at],
            '\n' if depth == 0 && !after[at..].trim_start().starts_with('.') => return &after[..at],
            _ => {}
        }
        // The block of `match x { … }` and `view! { … }` also ends the body.
        if depth == 0 && (after[..=at].trim_start() == "match" || after[..=at].trim_start() == "view!") {
            ends_with_block = true;
        }
    }
    after
}

/// Whether a view in the body draws a component: `<Form form>`, but not `Vec<Form>` or `use_form::<Form>`.
fn draws_component(body: &str) -> bool {
    let Some(view) = body.find("view!") else { return false };
    let is_tag = |at: usize| {
        let after = body[at + 1..].chars().next().is_some_and(char::is_uppercase);
        let before = body[..at].chars().next_back();
        after && before.is_none_or(|before| before.is_whitespace() || matches!(before, '>' | '{' | '}'))
    };
    body[view..].match_indices('<').any(|(at, _)| is_tag(view + at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closure_that_draws_a_component_makes_a_region() {
        let lines = |code| closures_without_region(code);
        assert_eq!(lines("let a = 1;\nlet b = move || is.get().then(|| view! { <Form form/> });"), [2]);
        assert_eq!(lines("move || match phase.get() {\n  Phase::Call => view! { <Call room/> }.into_any(),\n}"), [1]);
        assert_eq!(lines("{move || Suspend::new(async move { x.await })}"), [1]);
        assert_eq!(lines("{move || view! { <Facts page=found.get()/> }}"), [1]);
        let none: [usize; 0] = [];
        assert_eq!(lines("{move || region(|| view! { <Facts page=found.get()/> })}"), none);
        assert_eq!(lines("{switch(move || is.get(), move |is| view! { <Form form/> })}"), none);
        assert_eq!(lines("{move || is.get().then(|| view! { <p>{text}</p> })}"), none);
        assert_eq!(lines("<div hidden=move || !is.get()>\n  {rows.map(|row| view! { <Row row/> })}\n</div>"), none);
        assert_eq!(lines("<Transition fallback=move || view! { <Icon sign/> }>"), none);
        assert_eq!(lines("let form = move || use_form::<Form, Values>();"), none);
    }
}
