//! What is counted, for how long, and what ends it.

use super::*;

const ANA: &str = "a@people.example";

#[test]
fn an_account_is_closed_for_the_window_after_too_many_failures() {
    let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 3, ..Settings::default() });
    let now = Timestamp::UNIX_EPOCH;
    for _ in 0..3 {
        assert!(attempts.check(&settings, now, ANA, Whence::Line(None)).is_ok());
        attempts.settle(&settings, now, ANA, Whence::Line(None), false).unwrap();
    }
    let refused = attempts.check(&settings, now, ANA, Whence::Line(None)).unwrap_err();
    assert_eq!((refused.code(), refused.retry_after_secs()), (Code::RateLimited, Some(901)));
    // A password that was being hashed in the meantime gets no result either, although it is right.
    assert!(attempts.settle(&settings, now, ANA, Whence::Line(None), true).is_err());
    assert!(attempts.check(&settings, now, "b@people.example", Whence::Line(None)).is_ok());
    assert!(attempts.check(&settings, now + SignedDuration::from_secs(900), ANA, Whence::Line(None)).is_ok());
}

#[test]
fn the_addresses_of_one_line_count_together() {
    let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_address: 2, ..Settings::default() });
    let now = Timestamp::UNIX_EPOCH;
    for (account, address) in [("a", "2001:db8::1"), ("b", "2001:db8::2")] {
        attempts.settle(&settings, now, account, Whence::Line(address.parse().ok()), false).unwrap();
    }
    assert!(attempts.check(&settings, now, "c", Whence::Line("2001:db8::3".parse().ok())).is_err());
    assert!(attempts.check(&settings, now, "c", Whence::Line("2001:db8:0:1::3".parse().ok())).is_ok());
}

#[test]
fn guesses_from_one_line_close_the_account_for_that_line_and_many_for_all() {
    let (attempts, settings) = (Attempts::default(), Settings::default());
    let now = Timestamp::UNIX_EPOCH;
    let line = |n: u8| Whence::Line(Some(IpAddr::from([203, 0, 113, n])));
    for n in 1..=5 {
        assert!(attempts.check(&settings, now, ANA, line(99)).is_ok(), "{n}");
        for _ in 0..10 {
            attempts.settle(&settings, now, ANA, line(n), false).unwrap();
        }
        assert!(attempts.check(&settings, now, ANA, line(n)).is_err());
    }
    assert!(attempts.check(&settings, now, ANA, line(99)).is_err());
}

#[test]
fn a_proof_clears_the_account_and_not_the_address() {
    let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_address: 15, ..Settings::default() });
    let now = Timestamp::UNIX_EPOCH;
    let mut access = Access::system(uuid::Uuid::from_u128(2).into());
    access.address = Some(IpAddr::from([203, 0, 113, 7]));
    let here = Whence::Line(access.address);
    let user = UserId::from(uuid::Uuid::from_u128(1));
    for _ in 0..10 {
        attempts.settle(&settings, now, ANA, here, false).unwrap();
        attempts.settle(&settings, now, &user.to_string(), Whence::Line(None), false).unwrap();
    }
    assert!(attempts.check(&settings, now, &user.to_string(), Whence::Line(None)).is_err());
    attempts.prove(ANA, user, &access);
    assert!(attempts.check(&settings, now, &user.to_string(), Whence::Line(None)).is_ok());
    for _ in 0..5 {
        attempts.settle(&settings, now, ANA, here, false).unwrap();
    }
    assert!(attempts.check(&settings, now, "b@people.example", here).is_err());
}

#[test]
fn what_one_copy_counts_and_forgets_reaches_the_others() {
    let (one, other, settings) = (Attempts::default(), Attempts::default(), Settings::default());
    let now = Timestamp::UNIX_EPOCH;
    let line = Whence::Line(Some(IpAddr::from([203, 0, 113, 7])));
    let mut news = one.news();
    let mut pass_on = || {
        while let Ok(heard) = news.try_recv() {
            let written = serde_json::to_value(&heard).unwrap();
            other.hear(now, serde_json::from_value(written).unwrap());
        }
    };
    for _ in 0..10 {
        assert!(other.check(&settings, now, ANA, line).is_ok());
        one.settle(&settings, now, ANA, line, false).unwrap();
        pass_on();
    }
    assert!(other.check(&settings, now, ANA, line).is_err());
    let mut access = Access::system(uuid::Uuid::from_u128(2).into());
    access.address = Some(IpAddr::from([203, 0, 113, 7]));
    one.prove(ANA, UserId::from(uuid::Uuid::from_u128(1)), &access);
    pass_on();
    assert!(other.check(&settings, now, ANA, line).is_ok());
}

#[test]
fn a_proof_elsewhere_counts_for_windows_that_began_before_it() {
    let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 1, ..Settings::default() });
    let now = Timestamp::UNIX_EPOCH;
    attempts.settle(&settings, now, ANA, Whence::Line(None), false).unwrap();
    attempts.forget_before(ANA, Whence::Line(None), now);
    assert!(attempts.check(&settings, now, ANA, Whence::Line(None)).is_err());
    attempts.forget_before(ANA, Whence::Line(None), now + SignedDuration::from_secs(1));
    assert!(attempts.check(&settings, now, ANA, Whence::Line(None)).is_ok());
}

#[test]
fn a_known_browser_is_locked_out_by_nobody_but_itself() {
    let (attempts, settings) = (Attempts::default(), Settings::default());
    let now = Timestamp::UNIX_EPOCH;
    for n in 0..6 {
        let line = Whence::Line(Some(IpAddr::from([203, 0, 113, n])));
        for _ in 0..10 {
            let _ = attempts.settle(&settings, now, ANA, line, false);
        }
    }
    assert!(attempts.check(&settings, now, ANA, Whence::Line(Some(IpAddr::from([192, 0, 2, 1])))).is_err());
    let known = Whence::Known(Device::of_secret("mine"));
    for _ in 0..10 {
        attempts.settle(&settings, now, ANA, known, false).unwrap();
    }
    assert!(attempts.check(&settings, now, ANA, known).is_err());
    assert!(attempts.check(&settings, now, ANA, Whence::Known(Device::of_secret("my other one"))).is_ok());
}

#[test]
fn a_clock_that_is_set_back_locks_nobody_out() {
    let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 1, ..Settings::default() });
    let now = Timestamp::UNIX_EPOCH;
    attempts.settle(&settings, now, ANA, Whence::Line(None), false).unwrap();
    let before = now - SignedDuration::from_hours(1);
    assert!(attempts.check(&settings, before, ANA, Whence::Line(None)).is_ok());
    attempts.settle(&settings, before, ANA, Whence::Line(None), false).unwrap();
    assert!(attempts.check(&settings, before, ANA, Whence::Line(None)).is_err());
}

#[test]
fn what_was_counted_last_is_forgotten_last() {
    let (attempts, settings) = (Attempts::default(), Settings { failed_sign_ins_per_account: 2, ..Settings::default() });
    let now = Timestamp::UNIX_EPOCH;
    attempts.settle(&settings, now, ANA, Whence::Line(None), false).unwrap();
    // Each account has two keys.
    let others = |from: usize| {
        (from..from + MOST_KEYS / 2)
            .for_each(|n| attempts.settle(&settings, now, &n.to_string(), Whence::Line(None), false).unwrap())
    };
    others(0);
    attempts.settle(&settings, now, ANA, Whence::Line(None), false).unwrap();
    assert!(attempts.check(&settings, now, ANA, Whence::Line(None)).is_err());
    others(MOST_KEYS);
    assert!(attempts.check(&settings, now, ANA, Whence::Line(None)).is_err());
    others(2 * MOST_KEYS);
    let windows = attempts.lock();
    assert!(windows.younger.len() + windows.older.len() <= 2 * MOST_KEYS);
}
