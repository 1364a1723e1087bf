//! One page of a long list.

use serde::{Deserialize, Serialize};

/// The number of items on a page when the request does not say.
pub const PAGE_SIZE: u32 = 20;

/// The largest number of items on a page.
pub const PAGE_SIZE_MAX: u32 = 100;

/// Some items of a list, with a cursor for the next ones.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The items, in the order of the list.
    pub items: Vec<T>,
    /// The cursor of the next page; none on the last page.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// Cuts a list that was queried with one item more than the page holds. `cursor` makes the cursor from the last item kept.
    #[must_use]
    pub fn cut(mut items: Vec<T>, size: u32, cursor: impl FnOnce(&T) -> String) -> Self {
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        let more = items.len() > size;
        items.truncate(size);
        let next_cursor = if more { items.last().map(cursor) } else { None };
        Self { items, next_cursor }
    }

    /// The same page with its items replaced.
    #[must_use]
    pub fn with<U>(self, items: Vec<U>) -> Page<U> {
        Page { items, next_cursor: self.next_cursor }
    }
}

/// The requested page size, limited to the allowed range.
#[must_use]
pub const fn page_size(asked: Option<u32>) -> u32 {
    match asked {
        None => PAGE_SIZE,
        Some(0) => 1,
        Some(size) if size > PAGE_SIZE_MAX => PAGE_SIZE_MAX,
        Some(size) => size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cursor_is_that_of_the_last_item_kept() {
        let page = Page::cut(vec![1, 2, 3], 2, i32::to_string);
        assert!(page.items == [1, 2] && page.next_cursor.as_deref() == Some("2"));
        assert!(Page::cut(vec![1, 2], 2, i32::to_string).next_cursor.is_none());
        assert_eq!((page_size(None), page_size(Some(0)), page_size(Some(9_999))), (20, 1, 100));
    }
}
