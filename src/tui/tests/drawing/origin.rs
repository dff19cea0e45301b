//! Drawing imported posts.

use super::*;
use crate::model::{Attachment, Audience, Origin};

#[test]
fn imported_post_lists_attachments_audience_and_origin() {
    let (state, theme) = (state((80, 24)), Theme::new(true));
    let attachment = |kind: &str, file: Option<&str>, description: Option<&str>| Attachment {
        kind: Some(kind.to_owned()),
        url: file.is_none().then(|| "https://files.example/2.mp4".to_owned()),
        file: file.map(str::to_owned),
        description: description.map(str::to_owned),
    };
    let mut post = odd_posts().pop().unwrap();
    post.body = Body::imported("look").unwrap();
    post.origin = Some(Box::new(Origin {
        url: Some("https://example.social/@ada/1".to_owned()),
        language: Some("en".to_owned()),
        audience: Audience::Followers,
        attachments: vec![
            attachment("image/png", Some("media/1.png"), Some("a spider\u{1b}[2J")),
            attachment("video/mp4", None, None),
            attachment("image/png", Some("media/3.png"), Some("three")),
            attachment("image/png", Some("media/4.png"), Some("four")),
            attachment("image/png", Some("media/5.png"), Some("five")),
        ],
        ..Origin::default()
    }));
    let shown = |extent: Extent, columns: u16| {
        let style = PostStyle { absolute: false, extent, ..selected_style(&state, &theme) };
        let lines = post::lines(&post, columns, &style);
        assert_eq!(lines.len(), post_height(&post, columns, extent));
        lines.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    };
    let short = shown(Extent::Excerpt, 60);
    for text in ["for followers · ", "▣ a spider␛[2J\n", "▣ video/mp4\n", "▣ three\n", "▣ 2 more\n"] {
        assert!(short.contains(text), "{text}: {short}");
    }
    assert!(!short.contains("example.social"));
    let whole = shown(Extent::Details, 60);
    for text in [
        "▣ a spider␛[2J (image/png)\n",
        "media/1.png\n",
        "https://files.example/2.mp4\n",
        "▣ five (image/png)\n",
        "en · example.social/@ada/1\n",
    ] {
        assert!(whole.contains(text), "{text}: {whole}");
    }
    shown(Extent::Details, 20);
}
