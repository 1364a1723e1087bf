//! Tables. A column is declared once, with its heading and what it shows of a row.

use super::{EmptyState, Pager, Paging, ZoneNote};
use leptos::prelude::*;

/// A column of a table over rows of `T`.
pub struct Column<T> {
    heading: String,
    kind: ColumnKind,
    is_labelled: bool,
    cell: Box<dyn Fn(&T) -> AnyView>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ColumnKind {
    Name,
    Text,
    Number,
}

impl<T> Column<T> {
    /// The column that names a row: its cells are the headings of the rows.
    pub fn name<V: IntoView + 'static>(heading: impl Into<String>, cell: impl Fn(&T) -> V + 'static) -> Self {
        Self::of(ColumnKind::Name, heading.into(), cell)
    }

    /// A column of text, tags or links.
    pub fn text<V: IntoView + 'static>(heading: impl Into<String>, cell: impl Fn(&T) -> V + 'static) -> Self {
        Self::of(ColumnKind::Text, heading.into(), cell)
    }

    /// A column of numbers, which end below each other. It is [`labelled`](Self::labelled).
    pub fn number<V: IntoView + 'static>(heading: impl Into<String>, cell: impl Fn(&T) -> V + 'static) -> Self {
        Self::of(ColumnKind::Number, heading.into(), cell).labelled()
    }

    /// A phone shows no headings, so there the cells of this column begin with its heading. For what does not speak for itself, like one of two dates.
    #[must_use]
    pub fn labelled(self) -> Self {
        Self { is_labelled: true, ..self }
    }

    fn of<V: IntoView + 'static>(kind: ColumnKind, heading: String, cell: impl Fn(&T) -> V + 'static) -> Self {
        Self { heading, kind, is_labelled: false, cell: Box::new(move |row| cell(row).into_any()) }
    }

    fn head(&self) -> AnyView {
        let is_number = self.kind == ColumnKind::Number;
        view! { <th scope="col" class:num=is_number>{self.heading.clone()}</th> }.into_any()
    }

    fn cell(&self, row: &T) -> AnyView {
        let shown = (self.cell)(row);
        let label = self.is_labelled.then(|| self.heading.clone());
        match self.kind {
            ColumnKind::Name => view! { <th scope="row">{shown}</th> }.into_any(),
            ColumnKind::Text => view! { <td data-label=label>{shown}</td> }.into_any(),
            ColumnKind::Number => view! { <td class="num" data-label=label>{shown}</td> }.into_any(),
        }
    }
}

/// Which rows stand below one heading: those that follow each other and have the same one.
pub struct Grouping<T>(Box<dyn Fn(&T) -> String>);

impl<T> Grouping<T> {
    /// `heading` returns the heading of a row's group.
    pub fn by(heading: impl Fn(&T) -> String + 'static) -> Self {
        Self(Box::new(heading))
    }
}

/// A list as a table in a card, with the links to its other pages. On a phone the table becomes a list. Without rows it shows the empty state.
#[component]
pub fn Table<T: 'static>(
    /// The columns, in their order.
    columns: Vec<Column<T>>,
    /// The rows of this page.
    rows: Vec<T>,
    /// The table's caption.
    #[prop(into)]
    caption: String,
    /// Whether rows are one line high, for long lists that are looked through. On a phone a row becomes a few short lines.
    #[prop(optional)]
    dense: bool,
    /// The headings between the rows.
    #[prop(optional)]
    grouping: Option<Grouping<T>>,
    /// Whether to say in which time zone times are shown.
    #[prop(optional)]
    with_zone: bool,
    /// The links to other pages of the list.
    #[prop(optional)]
    paging: Paging,
    /// Without rows: what is missing.
    #[prop(into)]
    empty_title: String,
    /// Without rows: when something will appear here.
    #[prop(into)]
    empty_text: String,
    /// Without rows: a link or button to the next step.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    if rows.is_empty() {
        return match children {
            Some(children) => view! { <EmptyState title=empty_title text=empty_text>{children()}</EmptyState> }.into_any(),
            None => view! { <EmptyState title=empty_title text=empty_text/> }.into_any(),
        };
    }
    let heads: Vec<_> = columns.iter().map(Column::head).collect();
    let line = |row: &T| {
        let cells: Vec<_> = columns.iter().map(|column| column.cell(row)).collect();
        view! { <tr>{cells}</tr> }.into_any()
    };
    let width = columns.len().to_string();
    let bodies: Vec<AnyView> = match &grouping {
        None => vec![view! { <tbody>{rows.iter().map(&line).collect_view()}</tbody> }.into_any()],
        Some(Grouping(heading)) => rows
            .chunk_by(|one, next| heading(one) == heading(next))
            .map(|group| {
                let title = group.first().map(heading);
                view! {
                    <tbody>
                        <tr class="group">
                            <th scope="rowgroup" colspan=width.clone()>{title}</th>
                        </tr>
                        {group.iter().map(&line).collect_view()}
                    </tbody>
                }
                .into_any()
            })
            .collect(),
    };
    let kind = if dense { "dense" } else { "agenda" };
    view! {
        <section class="card">
            {with_zone.then(|| view! { <ZoneNote/> })}
            <div class="scroll">
                <table class=kind>
                    <caption>{caption}</caption>
                    <thead>
                        <tr>{heads}</tr>
                    </thead>
                    {bodies}
                </table>
            </div>
            <Pager paging/>
        </section>
    }
    .into_any()
}
