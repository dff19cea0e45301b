//! What a post in the composer has besides its text.

use super::*;
use crate::model::{Audience, Origin, PostDetails};

fn private(id: i64, author: &User, audience: Audience) -> Post {
    Post { origin: Some(Box::new(Origin { audience, ..Origin::default() })), ..post(id, author) }
}

fn open(state: &mut State, reply_to: Option<Post>, draft: OpenDraft) {
    update(state, Message::Draft { author: UserId(1), reply_to, draft });
}

fn audience(state: &State) -> Audience {
    state.compose.as_ref().unwrap().draft.details.audience
}

#[test]
fn visibility_goes_round_from_the_widest_that_is_allowed() {
    use Audience::{Direct, Followers, Public, Unlisted};
    let cases: [(Option<Audience>, &[Audience]); 3] = [
        (None, &[Public, Unlisted, Followers, Direct, Public]),
        (Some(Unlisted), &[Unlisted, Followers, Direct, Unlisted]),
        (Some(Direct), &[Direct, Direct]),
    ];
    for (parent, expected) in cases {
        let mut state = state();
        let parent = parent.map(|audience| private(9, &user(2, "susan"), audience));
        open(&mut state, parent, OpenDraft::default());
        let mut seen = vec![audience(&state)];
        for _ in 1..expected.len() {
            act(&mut state, Action::NextVisibility);
            seen.push(audience(&state));
        }
        assert_eq!(seen, expected);
        assert!(state.compose.as_ref().unwrap().unsaved, "the draft keeps it");
    }
}

#[test]
fn draft_for_followers_stays_for_followers_in_a_public_thread() {
    let mut state = state();
    let details = PostDetails { audience: Audience::Followers, ..PostDetails::default() };
    open(&mut state, Some(post(9, &user(2, "susan"))), OpenDraft { slot: 0, saved: "half".to_owned(), details });
    assert_eq!(audience(&state), Audience::Followers);
    let Effect::Store(StoreEffect::SendPost(_, draft)) = &act(&mut state, Action::Send)[0] else { panic!("not sent") };
    assert_eq!(draft.details.audience, Audience::Followers);
}

#[test]
fn quote_of_a_post_for_followers_is_for_followers() {
    let mut state = state();
    let posts = vec![private(6, &user(1, "john"), Audience::Followers)];
    let timeline = Timeline::All;
    update(&mut state, Message::Page { timeline, place: PageStart::Newest, posts, more: false, arrived: ARRIVED });
    act(&mut state, Action::Quote);
    open(&mut state, None, OpenDraft::default());
    assert_eq!(audience(&state), Audience::Followers);
}

#[test]
fn edit_keeps_the_visibility_of_the_post() {
    let mut state = state();
    update(&mut state, Message::Edit { post: Box::new(post(9, &user(1, "john"))), kept: None });
    act(&mut state, Action::NextVisibility);
    assert_eq!(audience(&state), Audience::Public);
    assert!(state.notice.as_ref().is_some_and(|notice| notice.error && notice.text.contains("keeps its visibility")));
}

#[test]
fn reply_of_an_account_starts_with_the_mention_that_notifies() {
    let mut state = state();
    let theirs = post(9, &user(2, "ada@mastodon.example"));
    open(&mut state, Some(theirs.clone()), OpenDraft::default());
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "", "a local user needs no mention");
    let john = state.shown_users().find(|user| user.id == UserId(1)).cloned().unwrap();
    state.accounts = vec![feeds::account(&john)];
    open(&mut state, Some(theirs.clone()), OpenDraft::default());
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "@ada@mastodon.example ");
    // Nothing was written, so that no draft is saved.
    assert_eq!(act(&mut state, Action::Close), []);
    assert_ne!(state.notice.as_ref().map(|notice| notice.text.as_str()), Some("draft saved"));
    open(&mut state, Some(post(9, &user(1, "john"))), OpenDraft::default());
    assert_eq!(state.compose.as_ref().unwrap().editor.text(), "", "nobody is notified of a reply to themselves");
}

#[test]
fn label_names_what_the_post_has() {
    let mut state = state();
    let details = PostDetails {
        audience: Audience::Direct,
        warning: Some("cake".to_owned()),
        language: Some("en".to_owned()),
        attachments: vec![crate::model::Attachment::default(); 2],
    };
    open(&mut state, None, OpenDraft { details, ..OpenDraft::default() });
    let label = |state: &State, is_account| state.compose.as_ref().unwrap().details_label(is_account);
    assert_eq!(label(&state, false), "direct · 2 files · en · warning: cake");
    open(&mut state, None, OpenDraft::default());
    assert_eq!((label(&state, false).as_str(), label(&state, true).as_str()), ("", "public"));
}
