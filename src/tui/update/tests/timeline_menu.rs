//! Timelines a step away from what is under the cursor.

use super::*;
use crate::model::SavedSearch;

fn kept(name: &str) -> SavedSearch {
    SavedSearch { name: name.to_owned(), query: format!("#{name} -dull") }
}

#[test]
fn timeline_menu_lists_tags_author_and_saved_searches() {
    let mut state = state();
    let susan = user(2, "susan");
    let mut post = post(60, &susan);
    post.body = Body::imported("#Brot and #brot and #bread").unwrap();
    update(
        &mut state,
        Message::Page {
            timeline: Timeline::All,
            place: PageStart::Newest,
            posts: vec![post],
            more: false,
            arrived: ARRIVED,
        },
    );
    assert_eq!(act(&mut state, Action::GoToTimeline), [Effect::Store(StoreEffect::LoadSavedSearches(UserId(1)))]);
    update(&mut state, Message::SavedSearches(vec![kept("bread")]));
    let Some(offer) = state.screen::<Menu>() else { panic!("nothing is offered") };
    let offered = [
        MenuRow::Timeline(Timeline::Tag("Brot".to_owned())),
        MenuRow::Timeline(Timeline::Tag("bread".to_owned())),
        MenuRow::Timeline(Timeline::User(susan.id, susan.nickname.clone())),
        MenuRow::Timeline(Timeline::Replies(susan.id, susan.nickname.clone())),
        MenuRow::Timeline(Timeline::Likes(susan.id, susan.nickname.clone())),
        MenuRow::SavedSearch(kept("bread")),
    ];
    assert_eq!(offer.list.items, offered);
    act(&mut state, Action::Timeline(3));
    assert_eq!(state.current().unwrap().timeline, Timeline::Replies(susan.id, susan.nickname));
}

#[test]
fn saved_search_opens_and_is_deleted() {
    let mut state = state();
    update(&mut state, Message::SavedSearches(vec![kept("a"), kept("b")]));
    act(&mut state, Action::Delete);
    assert!(state.notice.is_some(), "a timeline of a user cannot be forgotten");
    act(&mut state, Action::Bottom);
    let forget = UndoableAction::SaveSearch("b".to_owned(), None);
    assert_eq!(
        act(&mut state, Action::Delete),
        [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Do, forget.clone()))]
    );
    let keep = UndoableAction::SaveSearch("b".to_owned(), Some("#b -dull".to_owned()));
    let result = Ok((forget, keep.clone()));
    let effects = update(&mut state, Message::Performed { user: UserId(1), direction: Direction::Do, result });
    assert!(effects.contains(&Effect::Store(StoreEffect::LoadSavedSearches(UserId(1)))));
    update(&mut state, Message::SavedSearches(vec![kept("a")]));
    assert_eq!(act(&mut state, Action::Undo), [Effect::Store(StoreEffect::Perform(UserId(1), Direction::Undo, keep))]);
    act(&mut state, Action::Accept);
    assert_eq!(state.current().unwrap().timeline, Timeline::Search("#a -dull".to_owned()));
}
