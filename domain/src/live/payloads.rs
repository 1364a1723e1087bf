//! The payloads of NOTIFYs: lists that are split, because Postgres refuses a payload of 8000 bytes or more.

use crate::Result;
use sqlx::PgConnection;

const MOST_BYTES: usize = 7_900;

/// Whether one item fits into a list after this prefix.
pub(crate) fn fits(prefix: &str, item: &str) -> bool {
    prefix.len() + item.len() + 2 <= MOST_BYTES
}

/// JSON lists of items that are JSON, each list with the prefix before it and short enough. An item that fits into none alone must not come.
pub(crate) fn lists(prefix: &str, items: impl Iterator<Item = String>) -> Vec<String> {
    let mut lists: Vec<String> = Vec::new();
    for item in items {
        match lists.last_mut() {
            // A comma, and the bracket at the end.
            Some(last) if last.len() + item.len() + 2 <= MOST_BYTES => {
                last.push(',');
                last.push_str(&item);
            }
            Some(_) | None => lists.push(format!("{prefix}[{item}")),
        }
    }
    lists.iter_mut().for_each(|list| list.push(']'));
    lists
}

/// Sends these payloads, in this order.
///
/// # Errors
/// `database.unavailable`.
pub(crate) async fn notify(connection: &mut PgConnection, channel: &str, payloads: &[String]) -> Result<()> {
    if !payloads.is_empty() {
        sqlx::query!(
            "select pg_notify($1, told.payload) from unnest($2::text[]) with ordinality as told (payload, place) order by told.place",
            channel,
            payloads
        )
        .execute(connection)
        .await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_becomes_several_and_loses_nothing() {
        let items: Vec<String> = (0..1_000).map(|n| format!("\"{n:036}\"")).collect();
        let lists = lists("ff:", items.iter().cloned());
        assert!(lists.len() > 4 && lists.iter().all(|list| list.len() <= MOST_BYTES && list.starts_with("ff:[")));
        let read = lists.iter().flat_map(|list| serde_json::from_str::<Vec<String>>(&list[3..]).unwrap());
        assert_eq!(read.map(|item| format!("\"{item}\"")).collect::<Vec<_>>(), items);
        assert_eq!(super::lists("", std::iter::empty()), Vec::<String>::new());
    }

    #[test]
    fn the_longest_item_that_fits_makes_a_list_of_its_own() {
        let longest = "1".repeat(MOST_BYTES - 2);
        assert!(fits("", &longest) && !fits("x", &longest));
        let lists = lists("", ["2".to_owned(), longest, "3".to_owned()].into_iter());
        assert_eq!(lists.iter().map(String::len).collect::<Vec<_>>(), [3, MOST_BYTES, 3]);
    }
}
