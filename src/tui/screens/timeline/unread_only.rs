//! Showing only the unread posts of a timeline.

use super::{pages, unread};
use crate::model::{PageStart, Timeline};
use crate::tui::state::{Effect, State, StoreEffect};

/// The term of a search that leaves out what was read.
const UNREAD_TERM: &str = "is:unread";

/// Shows only the unread posts of the shown timeline, or all posts again. A search is narrowed by `is:unread`.
pub(in crate::tui) fn toggle(state: &mut State) -> Vec<Effect> {
    let mut effects = unread::mark_viewed(state);
    let at = state.tab;
    let Some(tab) = state.tabs.get(at) else { return effects };
    if let Timeline::Search(query) = &tab.timeline {
        let narrowed = match query.strip_suffix(UNREAD_TERM) {
            Some(all) => all.trim_end().to_owned(),
            None => format!("{query} {UNREAD_TERM}"),
        };
        effects.extend(pages::open_timeline(state, Timeline::Search(narrowed)));
        return effects;
    }
    if !tab.unread_only && !unread::is_counted(state, &tab.timeline) {
        return state.show_notice("unread posts are not counted in this timeline");
    }
    if !tab.opened {
        return state.show_notice("unread posts are still being counted");
    }
    let Some(tab) = state.tabs.get_mut(at) else { return effects };
    let here = tab.list.selected().map(|post| post.key);
    tab.unread_only = !tab.unread_only;
    let shows_all = !tab.unread_only;
    unread::forget_read(state, at);
    match here.filter(|_| shows_all) {
        Some(key) => {
            let timeline = state.tabs[at].timeline.clone();
            effects.push(StoreEffect::OpenAt(timeline, key).into());
        }
        None => effects.extend(pages::load_current(state, PageStart::Newest)),
    }
    effects
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Body, NewPost, NewUser, Nickname, Timestamp};
    use crate::store::Store;
    use crate::tui::keys::Action;
    use crate::tui::state::Message;
    use crate::tui::{App, Options};

    #[test]
    fn read_posts_stay_among_the_unread_ones_until_the_timeline_is_opened_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("m.db")).unwrap().0;
        let at = |n: i64| Timestamp::from_micros(1_767_225_600_000_000 + n * 60_000_000);
        let mut user = |name| store.add_user(&NewUser::named(Nickname::parse(name).unwrap()), at(0)).unwrap();
        let (ada, bo) = (user("ada"), user("bo"));
        store.set_active_user(ada.id, at(0)).unwrap();
        store.follow(ada.id, &[bo.id], at(0)).unwrap();
        let post = |store: &mut Store, n: i64| {
            let body = Body::written(&format!("post {n}")).unwrap();
            store.add_post(&NewPost { author: bo.id, body, created_at: at(n), reply_to: None, source: None }).unwrap();
        };
        (1..=5).for_each(|n| post(&mut store, n));
        let (home, all) = (Timeline::Home(ada.id), (Timestamp::MIN, Timestamp::MAX));
        let arrived = store.last_arrival().unwrap();
        store.mark_read(ada.id, &home, all, arrived, at(6)).unwrap();
        post(&mut store, 7);
        let mut app = App::new(store, Options::default(), (80, 24));
        app.settle();
        let mut act = |action: Action| {
            app.send(Message::Act(action));
            app.settle();
            let shown = app.state.current().unwrap().list.items.iter().map(|post| post.body.to_string());
            shown.collect::<Vec<_>>()
        };
        assert_eq!(act(Action::ToggleUnreadOnly), [""; 0], "it was on the screen");
        assert_eq!(act(Action::ToggleUnreadOnly).len(), 6);
        let mut other = Store::open(&folder.path().join("m.db")).unwrap().0;
        act(Action::Timeline(2));
        (8..=9).for_each(|n| post(&mut other, n));
        act(Action::Timeline(0));
        assert_eq!(act(Action::ToggleUnreadOnly), ["post 9", "post 8"]);
        act(Action::Down);
        assert_eq!(act(Action::Reload), ["post 9", "post 8"], "they were read while they were shown");
        act(Action::Timeline(2));
        assert_eq!(act(Action::Timeline(0)), [""; 0]);
        let notice = |app: &App| app.state.notice.clone().map(|notice| notice.text);
        let mut app = app;
        app.send(Message::Act(Action::Timeline(5)));
        app.send(Message::Act(Action::ToggleUnreadOnly));
        assert_eq!(notice(&app).unwrap(), "unread posts are not counted in this timeline");
    }

    #[test]
    fn search_is_narrowed_to_unread_posts_and_widened_again() {
        let mut state = State::new(Timestamp::from_micros(0), (80, 24));
        pages::open_timeline(&mut state, Timeline::Search("rye".to_owned()));
        toggle(&mut state);
        assert_eq!(state.current().unwrap().timeline, Timeline::Search("rye is:unread".to_owned()));
        toggle(&mut state);
        assert_eq!(state.current().unwrap().timeline, Timeline::Search("rye".to_owned()));
    }
}
