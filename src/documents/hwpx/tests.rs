//! The package as such; `tests/it/papers.rs` reads every paper of the house with another reader.
use super::super::paper::{Content, Modules, Sheet, row, table, words, words_or_room};
use super::*;
use std::io::Read;
use zip::ZipArchive;

const HOSTILE: &str =
    "a<b>&\"c\" ]]> \u{0}\u{1}\u{b}\u{1f}\u{7f}\u{85}\u{fffe} <script>x</script> 🏠\u{a0}끝";

fn paper() -> Content {
    Content {
        title: HOSTILE.to_owned(),
        approval: vec!["간사".to_owned(), HOSTILE.to_owned()],
        facts: vec![row(HOSTILE, HOSTILE)],
        body: vec![HOSTILE.to_owned()],
        sections: vec![
            words(HOSTILE, HOSTILE),
            words_or_room("빈 곳", None, 4),
            table("표", &["하나", "둘<"], vec![vec![HOSTILE.to_owned(), "한 줄\n또 한 줄".to_owned()]]),
        ],
        notes: vec![HOSTILE.to_owned()],
        date: HOSTILE.to_owned(),
        seals: vec![row("신청인", HOSTILE)],
        to: Some(HOSTILE.to_owned()),
        from: HOSTILE.to_owned(),
        ..Content::default()
    }
}

fn part(package: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(package)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_same_paper_gives_the_same_bytes_and_the_kind_stands_first() {
    let (content, code) = (paper(), Modules { width: 2, dark: vec![true, false, false, true] });
    let sheet =
        Sheet { content: &content, head: Some(HOSTILE), foot: Some(("가", "나")), code: Some(&code) };
    let made = bytes(&sheet).unwrap();
    assert_eq!(made, bytes(&sheet).unwrap());
    assert_eq!(&made[30..57], b"mimetypeapplication/hwp+zip", "stored, first, without an extra field");
    let mut archive = ZipArchive::new(Cursor::new(&made)).unwrap();
    for n in 0..archive.len() {
        let entry = archive.by_index(n).unwrap();
        assert_eq!(entry.last_modified(), Some(DateTime::DEFAULT), "{n}");
    }
    let mut picture = Vec::new();
    archive.by_name("BinData/qr.bmp").unwrap().read_to_end(&mut picture).unwrap();
    // Ten modules of four pixels: 40 bits, two words a row.
    assert_eq!(picture.len(), 62 + 40 * 8);
    assert_eq!(picture[62 + 8 * 23 + 2], 0xf0, "the upper left module, from the fifth row of modules down");
    assert!(part(&made, "Contents/content.hpf").contains(r#"href="BinData/qr.bmp""#));
}

#[test]
fn a_row_is_as_high_as_its_words() {
    let high = |said: &str| {
        let content = Content { facts: vec![row("무엇", said)], ..Content::default() };
        let made = bytes(&Sheet { content: &content, head: None, foot: None, code: None }).unwrap();
        let section = part(&made, "Contents/section0.xml");
        let height = section.rsplit_once("height=\"").unwrap().1.split('"').next().unwrap().to_owned();
        height.parse::<usize>().unwrap()
    };
    let (one, long) = (high("한 줄"), high(&"소리 ".repeat(120)));
    assert_eq!(one, high(""));
    assert!(long > 5 * one && long < 12 * one, "{long} {one}");
    assert!(high("하나\n둘\n셋\n넷") > 2 * one);
}

#[test]
fn whatever_people_type_stays_words() {
    let content = paper();
    let made = bytes(&Sheet { content: &content, head: None, foot: None, code: None }).unwrap();
    for name in ["Contents/section0.xml", "Contents/header.xml", "Contents/content.hpf"] {
        let text = part(&made, name);
        assert!(!text.contains(|c: char| c.is_control() || c == '\u{fffe}'), "{name}");
        assert!(!text.contains("<script") && !text.contains("&\""), "{name}");
    }
    let section = part(&made, "Contents/section0.xml");
    assert!(section.contains("&lt;script&gt;x&lt;/script&gt; 🏠\u{a0}끝"));
    assert_eq!(section.matches("<hp:p ").count(), section.matches("</hp:p>").count());
    assert!(section.contains(r#"rowSpan="2""#) && section.contains("한 줄</hp:t>"));
    assert!(part(&made, "Preview/PrvText.txt").starts_with("결재\r\n간사\r\n"));
}
