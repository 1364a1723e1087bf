//! Names a browser in words that its user knows.

/// Returns browser and operating system from a `User-Agent` (RFC 9110 §10.1.5), as far as known words reveal them; `None` if it is not a browser.
/// The order matters: Edge and Opera also contain "Chrome", and Chrome contains "Safari".
pub(super) fn device(user_agent: &str) -> Option<(&'static str, Option<&'static str>)> {
    const BROWSERS: [(&str, &str); 7] = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "Mac"),
        ("CrOS", "ChromeOS"),
        ("Linux", "Linux"),
    ];
    let find = |words: &[(&str, &'static str)]| words.iter().find(|(word, _)| user_agent.contains(word)).map(|(_, name)| *name);
    Some((find(&BROWSERS)?, find(&SYSTEMS)))
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn browsers_that_call_themselves_others_are_known() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0";
        let iphone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1";
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0";
        assert_eq!(device(edge), Some(("Edge", Some("Windows"))));
        assert_eq!(device(iphone), Some(("Safari", Some("iPhone"))));
        assert_eq!(device(firefox), Some(("Firefox", Some("Linux"))));
        assert_eq!(device("curl/8.5.0"), None);
    }
}
