use super::*;
use crate::model::Stats;

/// Noon of a day in the middle of a month of 2019, the same month in every zone.
fn noon(month: u32, day: u32) -> i64 {
    Timestamp::parse(&format!("2019-{month:02}-{day:02} 12:00")).unwrap().micros()
}

/// John writes, susan answers him twice and boosts him, and he answers her and himself once.
fn talk() -> (World, User, User) {
    let mut world = world();
    let [john, susan] = ["john", "susan"].map(|name| world.user(name));
    let first = world.post(&john, "Garden, garden and the #hoe https://garden.example", noon(3, 10), None);
    let second = world.post(&susan, "What GARDEN?", noon(3, 11), Some(first));
    world.post(&susan, "@garden is not a word, #Hoe is a tag, and 散歩", noon(4, 10), Some(first));
    world.post(&john, "thinking", noon(4, 10), Some(second));
    world.post(&john, "thinking", noon(6, 10), Some(first));
    world.store.boost(susan.id, &[first], at(noon(7, 1))).unwrap();
    (world, john, susan)
}

fn pairs(stats: &Stats) -> Vec<(&str, &str, u64)> {
    stats.replies.iter().map(|(who, whom, count)| (who.as_str(), whom.as_str(), *count)).collect()
}

fn named(counts: &[(String, u64)]) -> Vec<(&str, u64)> {
    counts.iter().map(|(name, count)| (name.as_str(), *count)).collect()
}

#[test]
fn statistics_count_posts_without_boosts() {
    let (world, john, susan) = talk();
    let all = world.store.stats(None).unwrap();
    let month = |month: i32| 2019 * 12 + month - 1;
    assert_eq!((all.posts, all.sample_size), (5, 5));
    assert_eq!(all.months, [(month(3), 2), (month(4), 2), (month(6), 1)]);
    assert_eq!((all.hours[12], all.hours.iter().sum::<u64>()), (5, 5));
    assert_eq!(all.days.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [1, 1, 2, 1]);
    assert_eq!(named(&all.words), [("garden", 2), ("thinking", 2), ("散歩", 1)]);
    assert_eq!(named(&all.tags), [("hoe", 2)]);
    assert_eq!(pairs(&all), [("susan", "john", 2), ("john", "susan", 1)]);
    let johns = world.store.stats(Some(john)).unwrap();
    assert_eq!((johns.posts, johns.months.len(), named(&johns.tags)), (3, 3, vec![("hoe", 1)]));
    assert_eq!(named(&johns.words), [("thinking", 2), ("garden", 1)]);
    assert_eq!(pairs(&johns), [("susan", "john", 2), ("john", "susan", 1)]);
    let susans = world.store.stats(Some(susan)).unwrap();
    assert_eq!((susans.posts, susans.sample_size, susans.months.len()), (2, 2, 2), "a boost is no post");
    assert_eq!(named(&susans.words), [("garden", 1), ("散歩", 1)]);
}

#[test]
fn statistics_of_empty_database_are_empty() {
    let mut world = world();
    let john = world.user("john");
    for of in [None, Some(john)] {
        let stats = world.store.stats(of).unwrap();
        assert_eq!((stats.posts, stats.sample_size, stats.hours), (0, 0, [0; 24]));
        assert!(stats.months.is_empty() && stats.days.is_empty() && stats.words.is_empty() && stats.replies.is_empty());
    }
}
