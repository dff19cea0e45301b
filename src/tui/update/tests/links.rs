use super::*;
use crate::model::{Attachment, Origin};

/// A timeline whose newest post says so.
fn saying(body: &str) -> State {
    let mut state = state();
    let mut post = post(60, &user(1, "john"));
    post.body = Body::imported(body).unwrap();
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
    state
}

fn said(state: &State) -> &str {
    state.notice.as_ref().map_or("", |notice| &notice.text)
}

#[test]
fn single_link_opens_at_once() {
    let mut state = saying("see https://a.example/x.");
    assert_eq!(
        act(&mut state, Action::OpenLink),
        [Effect::Terminal(TerminalEffect::OpenLink("https://a.example/x".to_owned()))]
    );
    assert_eq!(said(&state), "opening https://a.example/x");
}

#[test]
fn several_links_open_a_menu() {
    let body = "https://a.example https://b.example file:///etc/passwd";
    let mut state = saying(body);
    assert_eq!(act(&mut state, Action::OpenLink), []);
    let Some(offer) = state.screen::<Menu>() else { panic!("nothing is offered") };
    assert_eq!(offer.list.items.len(), 2);
    act(&mut state, Action::Down);
    assert_eq!(
        act(&mut state, Action::Accept),
        [Effect::Terminal(TerminalEffect::OpenLink("https://b.example".to_owned()))]
    );
    assert!(state.screens.is_empty());
    act(&mut state, Action::OpenLink);
    assert_eq!(
        act(&mut state, Action::Timeline(0)),
        [Effect::Terminal(TerminalEffect::OpenLink("https://a.example".to_owned()))]
    );
    act(&mut state, Action::OpenLink);
    assert_eq!(act(&mut state, Action::Timeline(7)), [], "there is no eighth");
    assert!(!state.screens.is_empty());
    assert_eq!(act(&mut state, Action::Close), []);
    let mut state = saying("nothing here");
    assert_eq!(act(&mut state, Action::OpenLink), []);
    assert_eq!(said(&state), "no link in this post");
}

#[test]
fn copied_text_has_no_control_characters() {
    let mut state = saying("one\u{1b}[31m\r\ntwo https://a.example/\u{202e}x");
    assert_eq!(
        act(&mut state, Action::Copy),
        [Effect::Terminal(TerminalEffect::CopyText("one␛[31m\ntwo https://a.example/x".to_owned()))]
    );
    act(&mut state, Action::CopyMenu);
    let Some(offer) = state.screen::<Menu>() else { panic!("nothing is offered") };
    let names: Vec<_> = offer
        .list
        .items
        .iter()
        .map(|it| match it {
            MenuRow::Text { name, text } => (*name, text.as_str()),
            _ => panic!("nothing is opened here"),
        })
        .collect();
    assert_eq!(
        names,
        [
            ("text", "one␛[31m\ntwo https://a.example/x"),
            ("quote", "one␛[31m\ntwo https://a.example/x\n— @john, Thu 1 Jan 1970, 00:00 +00:00"),
            ("ID", "60"),
            ("author", "@john"),
            ("twtxt", "1970-01-01T00:00:00.000600Z\tone␛[31m two https://a.example/x"),
        ]
    );
    assert_eq!(act(&mut state, Action::Timeline(2)), [Effect::Terminal(TerminalEffect::CopyText("60".to_owned()))]);
    assert_eq!(said(&state), "copied ID");
}

#[test]
fn imported_post_opens_its_original() {
    let mut state = saying("no link in the text");
    let shown = state.tab;
    let attachment = |url: &str| Attachment { url: Some(url.to_owned()), ..Attachment::default() };
    let mut origin = Origin { url: Some("https://a.example/1".to_owned()), ..Origin::default() };
    state.tabs[shown].list.items[0].origin = Some(Box::new(origin.clone()));
    assert_eq!(
        act(&mut state, Action::OpenLink),
        [Effect::Terminal(TerminalEffect::OpenLink("https://a.example/1".to_owned()))]
    );
    origin.attachments =
        ["https://a.example/1.png", "file:///etc/passwd", "--help", "https://a.example/1"].map(attachment).into();
    state.tabs[shown].list.items[0].origin = Some(Box::new(origin));
    assert_eq!(act(&mut state, Action::OpenLink), []);
    let Some(offer) = state.screen::<Menu>() else { panic!("nothing is offered") };
    let link = |link: &str| MenuRow::Link(link.to_owned());
    assert_eq!(offer.list.items, [link("https://a.example/1"), link("https://a.example/1.png")]);
}

#[test]
fn quoted_post_opens_as_a_thread() {
    let mut state = saying("so true\n\n“tea?” — @ada, post 12");
    assert_eq!(act(&mut state, Action::OpenLink), [StoreEffect::LoadThread(PostId(12)).into()]);
    let mut state = saying("see https://a.example\n\n“tea?” — @ada, post 12");
    assert_eq!(act(&mut state, Action::OpenLink), []);
    assert_eq!(act(&mut state, Action::Timeline(0)), [StoreEffect::LoadThread(PostId(12)).into()]);
}
