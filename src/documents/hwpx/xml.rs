//! Words for XML: whatever people typed or pasted, the part stays well-formed.

/// The text of an element. XML 1.0 §2.2 knows no control characters: they are left out, line breaks and tabs become a space. The
/// space at which no line breaks stays U+00A0: behind OWPML's own element for it, many readers lose the rest of the line.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' => out.push(' '),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_does_not_know_is_left_out() {
        assert_eq!(
            escaped("a<b>&\"c\"\u{0}\u{8}\u{1b}\u{85}\u{ffff}\td\r\n"),
            "a&lt;b&gt;&amp;&quot;c&quot; d "
        );
        assert_eq!(escaped("101동\u{a0}1호 <🏠>"), "101동\u{a0}1호 &lt;🏠&gt;");
    }
}
